"""What is told: a group of the outbox as data for a webhook and as words for people, or that none of it is so any
more."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from app.errors import NotFound
from app.models import Conversation, Event, EventStatus, Tenant
from app.services.notifying.text import Words
from app.store.notifications import Item, Kind, NotificationClaim
from app.store.store import Store

_MOST_EVENTS: Final = 100


@dataclass(frozen=True, kw_only=True)
class Told:
    """`data` for a webhook; `text` for people, in an e-mail with `subject` and `footer`. `dropped`: those of which
    there is nothing to tell any more."""

    data: Mapping[str, Any]
    subject: str
    text: str
    footer: str
    link: str
    dropped: Sequence[UUID] = ()


class Content:
    """`base_url`: where the page is, for links; `now`: aware."""

    def __init__(self, store: Store, *, base_url: str, now: Callable[[], datetime]) -> None:
        self._store = store
        self._base_url = base_url.rstrip("/")
        self._now = now

    async def of(self, piece: NotificationClaim) -> Told | None:
        """None: nothing of it is so any more."""
        tenant, words = piece.tenant, Words(piece.tenant)
        footer = words.footer(self.link(tenant, "/settings"))
        if piece.kind is Kind.EVENT_PROPOSED:
            events = {item.id: event for item in piece.items if (event := await self._event(tenant, item))}
            if not events:
                return None
            link = self.link(tenant, "/review")
            by_start = sorted(events.values(), key=lambda event: (event.start, event.title))
            return Told(
                data={"events": [_event_data(event) for event in by_start]},
                subject=words.subject(piece.kind, len(by_start)),
                text=words.proposed(by_start, link),
                footer=footer,
                link=link,
                dropped=[item.id for item in piece.items if item.id not in events],
            )
        if piece.kind is Kind.CONVERSATION_PARKED:
            rows = {item.id: row for item in piece.items if (row := await self._parked(tenant, item))}
            if not rows:
                return None
            first = next(iter(rows.values()))
            one = len(rows) == 1
            link = self.link(tenant, f"/c/{first.id}") if one else self.link(tenant, "/", filter="parked")
            return Told(
                data={"conversations": [_conversation_data(row) for row in rows.values()]},
                subject=words.subject(piece.kind, len(rows)),
                text=words.parked([row.contact_name or row.phone for row in rows.values()], link),
                footer=footer,
                link=link,
                dropped=[item.id for item in piece.items if item.id not in rows],
            )
        if piece.kind is Kind.DIGEST:
            return await self._digest(piece, words, footer)
        link = self.link(tenant, "/status")
        return Told(
            data={},
            subject=words.subject(piece.kind, 1),
            text=words.plain(piece.kind, link),
            footer=footer,
            link=link,
        )

    def link(self, tenant: Tenant, path: str, **params: str) -> str:
        """A page of this tenant, whoever opens it: an administrator sees `default` otherwise."""
        if tenant.slug != "default":
            params["tenant"] = tenant.slug
        query = "&".join(f"{name}={quote(value)}" for name, value in params.items())
        return f"{self._base_url}{path}" + (f"?{query}" if query else "")

    async def _event(self, tenant: Tenant, item: Item) -> Event | None:
        try:
            event = await self._store.get_event(tenant.id, UUID(item.subject))
        except NotFound:
            return None
        return event if event.status is EventStatus.PROPOSED and event.revision == item.revision else None

    async def _parked(self, tenant: Tenant, item: Item) -> Conversation | None:
        try:
            row = await self._store.get_conversation(tenant.id, item.subject)
        except NotFound:
            return None
        return row if row.reply_parked_at or row.batch_parked_at else None

    async def _digest(self, piece: NotificationClaim, words: Words, footer: str) -> Told | None:
        tenant = piece.tenant
        day = date.fromisoformat(piece.items[0].subject)
        if day != self._now().astimezone(tenant.zone).date():
            return None
        midnight = datetime.combine(day, clock_time(), tzinfo=tenant.zone)
        tomorrow = datetime.combine(day + timedelta(days=1), clock_time(), tzinfo=tenant.zone)
        today = await self._store.list_events(
            tenant.id, limit=_MOST_EVENTS, status=EventStatus.CONFIRMED.value, since=midnight, until=tomorrow
        )
        reviews = await self._store.list_events(tenant.id, limit=_MOST_EVENTS, status=EventStatus.PROPOSED.value)
        today_s, open_s = _real(today.items), _real(reviews.items)
        link = self.link(tenant, "/review" if open_s else "/calendar")
        return Told(
            data={
                "day": day.isoformat(),
                "events": [_event_data(event) for event in today_s],
                "reviews": [_event_data(event) for event in open_s],
            },
            subject=words.subject(piece.kind, len(today_s)),
            text=words.digest(day, today_s, open_s, link),
            footer=footer,
            link=link,
        )


def _real(events: Sequence[Event]) -> list[Event]:
    """Without those of a sample conversation."""
    return [event for event in events if not (event.conversation_id or "").startswith("sample:")]


def _event_data(event: Event) -> dict[str, Any]:
    fields = {"id", "conversation", "contact_name", "title", "start", "end", "all_day", "location", "status", "reason"}
    return event.model_dump(mode="json", include=fields)


def _conversation_data(row: Conversation) -> dict[str, Any]:
    fields = {"id", "contact_name", "reply_error", "batch_error"}
    return row.model_dump(mode="json", include=fields)
