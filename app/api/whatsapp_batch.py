"""Conversations, their messages, and the batch: reading and acting."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, status

from app.api.auth import RESPONSES, Reading, Writing
from app.api.dependencies import ServicesOf
from app.api.known_parameters import only_known_parameters
from app.api.problems import problems
from app.api.schemas import (
    BatchReportOut,
    BatchRunOut,
    ConversationOut,
    MessageOut,
    MessageWithEventsOut,
    Page,
    PauseIn,
    ProcessIn,
    WriteIn,
    page,
)
from app.errors import InvalidRequest
from app.services.event_review import local_time

router = APIRouter(
    prefix="/api/v1/whatsapp",
    tags=["conversations"],
    responses=RESPONSES,
    dependencies=[Depends(only_known_parameters)],
)

Key = Annotated[
    str,
    Path(
        alias="id",
        max_length=300,
        description="A conversation: its UUID, or its conversation_id URL-encoded (`whatsapp%3A%2B51999888777`). "
        "An id with a slash in it is only found by the UUID.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=200, description="Items on a page.")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before.")]


@router.get("/conversations", summary="List conversations, newest first")
async def list_conversations(
    services: ServicesOf,
    acting: Reading,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
    search: Annotated[str | None, Query(max_length=200, description="In name, phone and conversation_id.")] = None,
    unprocessed: Annotated[bool | None, Query(description="With messages that the batch has not read.")] = None,
    parked: Annotated[bool | None, Query(description="Given up after repeated failures.")] = None,
    paused: Annotated[bool | None, Query(description="Those in which the agent says nothing.")] = None,
    needs_review: Annotated[bool | None, Query(description="With a proposed event.")] = None,
) -> Page[ConversationOut]:
    found = await services.inbox.conversations(
        acting.tenant,
        limit=limit,
        cursor=cursor,
        search=search,
        unprocessed=unprocessed,
        parked=parked,
        paused=paused,
        needs_review=needs_review,
    )
    return page(found.items, found.next_cursor, ConversationOut, acting.tenant.zone)


@router.get("/conversations/{id}", summary="One conversation")
async def get_conversation(services: ServicesOf, acting: Reading, key: Key) -> ConversationOut:
    return ConversationOut.of(await services.inbox.conversation(acting.tenant, key), acting.tenant.zone)


@router.get("/conversations/{id}/messages", summary="Its messages, each with its events")
async def get_conversation_messages(
    services: ServicesOf,
    acting: Reading,
    key: Key,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
    newest_first: Annotated[bool, Query(description="Begin at the end of the conversation.")] = False,
) -> Page[MessageWithEventsOut]:
    found = await services.inbox.messages(acting.tenant, key, limit=limit, cursor=cursor, newest_first=newest_first)
    return page(found.items, found.next_cursor, MessageWithEventsOut, acting.tenant.zone)


@router.post(
    "/conversations/{id}/messages",
    summary="Write as the business",
    status_code=status.HTTP_201_CREATED,
    responses=problems(409, 413),
)
async def write_message(services: ServicesOf, acting: Writing, key: Key, message: WriteIn) -> list[MessageOut]:
    """What the agent was about to answer is dropped: a person has answered. To keep it silent, pause it.

    The messages are stored and then sent; `delivery_status` tells how far they are. `held`: there are no credentials to
    send with, so that they can only be read here.
    """
    sent = await services.inbox.write(
        acting.tenant, key, message.body, author=acting.caller.name, request_id=message.id
    )
    return [MessageOut.of(one, acting.tenant.zone) for one in sent]


@router.post("/conversations/{id}/retry", summary="Try a parked conversation again")
async def retry_conversation(services: ServicesOf, acting: Writing, key: Key) -> ConversationOut:
    return ConversationOut.of(await services.inbox.retry(acting.tenant, key), acting.tenant.zone)


@router.post("/conversations/{id}/pause", summary="Pause the agent", responses=problems(413))
async def pause_conversation(services: ServicesOf, acting: Writing, key: Key, pause: PauseIn) -> ConversationOut:
    """The agent says nothing in this conversation until then. Messages are stored, and the batch reads them."""
    now = datetime.now(UTC)
    until = now + timedelta(minutes=pause.minutes or 0)
    if pause.until is not None:
        until = local_time(pause.until, acting.tenant)
    if until <= now:
        raise InvalidRequest("until lies in the past")
    return ConversationOut.of(await services.inbox.pause(acting.tenant, key, until), acting.tenant.zone)


@router.post("/conversations/{id}/resume", summary="Hand back to the agent")
async def resume_conversation(services: ServicesOf, acting: Writing, key: Key) -> ConversationOut:
    """It answers what comes in from now on."""
    return ConversationOut.of(await services.inbox.resume(acting.tenant, key), acting.tenant.zone)


@router.post("/process-conversations", summary="Run the batch now", tags=["batch"], responses=problems(413))
async def process_conversations_batch(
    services: ServicesOf,
    acting: Writing,
    wanted: ProcessIn | None = None,
    *,
    limit: Annotated[int | None, Query(ge=1, le=10_000, description="As in the body.")] = None,
    conversation_id: Annotated[str | None, Query(max_length=300, description="As in the body.")] = None,
    dry_run: Annotated[bool, Query(description="As in the body.")] = False,
) -> BatchReportOut:
    """Takes every conversation of the tenant with unprocessed messages, also those that are not quiet yet, and answers
    when all are read. Options come as JSON or in the address; what the body says counts first."""
    wanted = wanted or ProcessIn()
    report = await services.inbox.process(
        acting.tenant,
        limit=wanted.limit or limit,
        conversation=wanted.conversation_id or conversation_id,
        dry_run=dry_run if wanted.dry_run is None else wanted.dry_run,
    )
    return BatchReportOut.of(report, acting.tenant.zone)


@router.get("/batch-runs", summary="The newest batch runs", tags=["batch"])
async def list_batch_runs(services: ServicesOf, acting: Reading, limit: Limit = 20) -> Page[BatchRunOut]:
    """The tenant's runs. An administrator who names no tenant sees all, the scheduler's too. There is one page."""
    everything = acting.caller.tenant is None and not acting.named
    runs = await services.inbox.batch_runs(None if everything else acting.tenant, limit=limit)
    return page(runs, None, BatchRunOut, acting.tenant.zone)
