"""The list of conversations, and one of them with its messages and events."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID, uuid4

from fastapi import Query, Request
from starlette.responses import Response

from app.models import Conversation, Event, EventStatus, Page
from app.services.inbox import MessageWithEvents
from app.services.live import Watch
from app.services.sample import PREFIX
from app.web.frame import framed, pages
from app.web.session import Visiting, Visitor, is_nearby
from app.web.shown import bubbles, card

router = pages()

_LISTED: Final = 30
_MESSAGES: Final = 50
_LOOK_BACK: Final = 10  # pages that are read to find an event's messages

Filter = Literal["", "unprocessed", "review", "parked", "unsent", "paused"]
FILTERS: Final[tuple[Filter, ...]] = ("", "unprocessed", "review", "parked", "unsent", "paused")
Search = Annotated[str | None, Query(max_length=200)]
Cursor = Annotated[str | None, Query(max_length=500)]


@router.get("/")
async def conversations(
    visitor: Visiting,
    *,
    q: Search = None,
    filter_: Annotated[Filter, Query(alias="filter")] = "",
    cursor: Cursor = None,
) -> Response:
    found = await _listed(visitor, q, filter_, cursor)
    webhooks = visitor.web.webhooks(visitor.request)
    empty = not found.items and not (q or filter_ or cursor)
    return await framed(
        visitor,
        "welcome.html" if empty else "conversations.html",
        at="conversations",
        watch=Watch(),
        webhooks=webhooks,
        nearby=is_nearby(webhooks[0][1]),
        **_list_values(visitor, found, q, filter_),
    )


@router.get("/c/{conversation}")
async def thread(
    request: Request,
    visitor: Visiting,
    conversation: UUID,
    *,
    q: Search = None,
    filter_: Annotated[Filter, Query(alias="filter")] = "",
    cursor: Cursor = None,
    before: Cursor = None,
    event: UUID | None = None,
) -> Response:
    """`before` shows older messages; `event` lights up the messages of one."""
    inbox, tenant = visitor.web.inbox, visitor.tenant
    row = await inbox.conversation(tenant, str(conversation))
    found = await _messages(visitor, row, before, event)
    # A program that looks ahead of its person (prefetch) has not read anything.
    if before is None and "prefetch" not in request.headers.get("sec-purpose", ""):
        await inbox.seen(tenant, row, found.items)
        row = row.model_copy(update={"unread_count": 0})
    events = await inbox.events(tenant, limit=200, conversation=str(row.id))
    listed = await _listed(visitor, q, filter_, cursor)
    paused = row.bot_paused_until if row.bot_paused_until and row.bot_paused_until > datetime.now(UTC) else None
    return await framed(
        visitor,
        "thread.html",
        at="conversations",
        watch=Watch(conversation=row.id),
        conversation=row,
        bubbles=bubbles(found.items[::-1], tenant.zone),
        older=found.next_cursor and visitor.url(f"/c/{row.id}", before=found.next_cursor),
        cards=[card(one, visitor) for one in _order(events.items)],
        open_event=str(event) if event else "",
        paused=paused,
        sample=row.conversation_id.startswith(PREFIX),
        request_id=uuid4(),
        **_list_values(visitor, listed, q, filter_),
    )


async def _listed(visitor: Visitor, q: str | None, filter_: Filter, cursor: str | None) -> Page[Conversation]:
    return await visitor.web.inbox.conversations(
        visitor.tenant,
        limit=_LISTED,
        cursor=cursor,
        search=q,
        unprocessed=True if filter_ == "unprocessed" else None,
        parked=True if filter_ == "parked" else None,
        paused=True if filter_ == "paused" else None,
        needs_review=True if filter_ == "review" else None,
        unsent=True if filter_ == "unsent" else None,
    )


def _list_values(visitor: Visitor, found: Page[Conversation], q: str | None, filter_: Filter) -> dict[str, Any]:
    return {
        "conversations": found.items,
        "more": found.next_cursor and visitor.url("/", q=q, filter=filter_, cursor=found.next_cursor),
        "q": q or "",
        "filter": filter_,
        "filters": FILTERS,
    }


async def _messages(
    visitor: Visitor, row: Conversation, before: str | None, event: UUID | None
) -> Page[MessageWithEvents]:
    """The newest messages (older than `before`), as many as it takes to show those that prove `event`."""
    inbox, tenant = visitor.web.inbox, visitor.tenant
    limit = 200 if event else _MESSAGES
    page = await inbox.messages(tenant, str(row.id), limit=limit, cursor=before, newest_first=True)
    if event is None:
        return page
    wanted = set((await inbox.event(tenant, event)).evidence_message_ids)
    items = list(page.items)
    for _ in range(_LOOK_BACK):
        if wanted <= {message.id for message in items} or page.next_cursor is None:
            break
        page = await inbox.messages(tenant, str(row.id), limit=200, cursor=page.next_cursor, newest_first=True)
        items += page.items
    return page.model_copy(update={"items": tuple(items)})


def _order(events: Sequence[Event]) -> list[Event]:
    """What waits for a person first, what is cancelled last."""
    rank = {EventStatus.PROPOSED: 0, EventStatus.CONFIRMED: 1, EventStatus.CANCELLED: 2}
    return sorted(events, key=lambda event: (rank[event.status], event.start))
