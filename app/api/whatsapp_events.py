"""Events: reading, and what a person decides about them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from app.api.auth import RESPONSES, Reading, Writing
from app.api.dependencies import ServicesOf
from app.api.known_parameters import only_known_parameters
from app.api.problems import MEDIA_TYPE, problems
from app.api.schemas import DecisionIn, EventDetailOut, EventOut, KeepIn, Page, TimeIn, page
from app.api.whatsapp_batch import Cursor, Limit
from app.models import EventStatus
from app.services.event_review import Corrections, Decision, local_time

router = APIRouter(
    prefix="/api/v1/whatsapp",
    tags=["events"],
    responses=RESPONSES,
    dependencies=[Depends(only_known_parameters)],
)

EventId = Annotated[UUID, Path(alias="id", description="The event's id.")]

_CORRECTIONS = {"title", "start", "end", "all_day", "location"}
_CONFLICTS: dict[int | str, dict[str, Any]] = {
    409: {
        "description": "`code` says why: `time-taken` (with the `conflicts`), `overtaken` (with the present "
        "`revision`), `not-possible` (with the `present_status`).",
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": {
                    "type": "about:blank",
                    "title": "Conflict",
                    "status": 409,
                    "detail": "That time is taken; force: true accepts the overlap",
                    "code": "time-taken",
                    "conflicts": [
                        {
                            "event_id": "8a3c1f0e-6d3f-4f0b-9f57-0f6f3f1d2a10",
                            "title": "Corte de pelo",
                            "start": "2026-11-27T10:00:00-05:00",
                            "end": "2026-11-27T11:00:00-05:00",
                        }
                    ],
                },
            }
        },
    }
}


@router.get("/events", summary="List events by start")
async def list_events(
    services: ServicesOf,
    acting: Reading,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
    status: Annotated[
        EventStatus | Literal["review"] | None,
        Query(description="review: what a person has to decide about, which is proposed, or has a drift."),
    ] = None,
    since: Annotated[
        TimeIn | None,
        Query(alias="from", description="Starting then or later. Without an offset in the tenant's time zone."),
    ] = None,
    until: Annotated[
        TimeIn | None, Query(alias="to", description="Starting before. Without an offset in the tenant's time zone.")
    ] = None,
    conversation_id: Annotated[
        str | None, Query(max_length=300, description="Of this conversation (either of its names).")
    ] = None,
    search: Annotated[str | None, Query(max_length=200, description="In title and place.")] = None,
) -> Page[EventOut]:
    tenant = acting.tenant
    found = await services.inbox.events(
        tenant,
        limit=limit,
        cursor=cursor,
        status=status,
        since=local_time(since, tenant) if since else None,
        until=local_time(until, tenant) if until else None,
        conversation=conversation_id,
        search=search,
    )
    return page(found.items, found.next_cursor, EventOut, tenant.zone)


@router.get("/events/{id}", summary="One event, with its history and its proof")
async def get_event(services: ServicesOf, acting: Reading, event: EventId) -> EventDetailOut:
    return EventDetailOut.of(await services.inbox.event(acting.tenant, event), acting.tenant.zone)


@router.patch("/events/{id}", summary="Approve, correct, reject or cancel", responses=problems(413) | _CONFLICTS)
async def decide_event(services: ServicesOf, acting: Writing, event: EventId, decision: DecisionIn) -> EventOut:
    """What a person decides stays: the batch leaves it unless later messages say otherwise.

    Times without an offset are on the tenant's wall clock. A cancelled event that is approved again is confirmed.
    """
    corrections = Corrections()
    force = False
    if isinstance(decision, KeepIn):
        named = decision.model_fields_set & _CORRECTIONS
        corrections = Corrections(named=frozenset(named), **decision.model_dump(include=named))
        force = decision.force
    decided = await services.review.decide(
        acting.tenant,
        event,
        Decision(decision.action),
        corrections,
        by=acting.caller.name,
        expected_revision=decision.expected_revision,
        force=force,
    )
    return EventOut.of(decided, acting.tenant.zone)
