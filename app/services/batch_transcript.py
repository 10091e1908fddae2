"""What the batch reads of a conversation, and what of the outcome is no news for a calendar."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.channels.content import spoken
from app.errors import ExtractionError
from app.extraction.base import KnownEvent, Transcript, TranscriptMessage
from app.models import Event, EventChange, EventDraft, EventStatus, Role
from app.store.batch import BatchState, TranscriptRow


def read_transcript(state: BatchState, rows: list[TranscriptRow]) -> Transcript:
    """What the contact never got is no part of the conversation; it still counts as read."""
    try:
        zone = state.tenant.zone
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ExtractionError(f"the tenant's time zone {state.tenant.timezone} is not known") from error
    answered = answered_by_the_agent(rows)
    return Transcript(
        time_zone=state.tenant.timezone,
        locale=state.tenant.locale,
        messages=tuple(
            TranscriptMessage(
                id=row.id,
                role=row.role,
                at=row.at.astimezone(zone),
                text=spoken(row.text),
                answered=row.id in answered,
            )
            for row in rows
            if row.delivered
        ),
        known_events=tuple(
            KnownEvent(
                id=event.id,
                title=event.title,
                start=event.start.astimezone(zone),
                end=event.end.astimezone(zone) if event.end else None,
                all_day=event.all_day,
                location=event.location,
                status=event.status,
                evidence=event.evidence,
                decided_at=event.decided_at,
                reason=event.reason,
            )
            for event in state.events
        ),
    )


def answered_by_the_agent(rows: Sequence[TranscriptRow]) -> set[UUID]:
    """The agent's answers, and what one of them can have read: next to it, stored before it, not edited. Where a person
    of the business goes on right after the agent, the person has answered."""
    found: set[UUID] = set()
    answer: TranscriptRow | None = None
    person = False
    for row in reversed(rows):
        if row.role is Role.BOT and row.delivered:
            person = person or not row.by_agent
            answer = None if person else row
        elif row.role is Role.USER:
            person = False
        if answer and row.seq <= answer.seq and not row.edits:
            found.add(row.id)
    return found


def only_another_zone(change: EventChange, events: tuple[Event, ...]) -> bool:
    """Whether a change comes of nothing but the tenant's new time zone: an appointment stays at the moment that it was
    made for, also where that is another hour on the wall by now."""
    event = next((e for e in events if e.id == change.event_id), None)
    draft = change.draft
    if event is None or draft is None or event.time_zone == draft.time_zone:
        return False
    if (draft.title, draft.location, draft.all_day, draft.status) != (
        event.title,
        event.location,
        event.all_day,
        event.status,
    ):
        return False
    then = event.start.astimezone(ZoneInfo(event.time_zone)).replace(tzinfo=None)
    return draft.start.astimezone(ZoneInfo(draft.time_zone)).replace(tzinfo=None) == then


def is_over(draft: EventDraft | None, now: datetime, minutes: int) -> bool:
    if draft is None or draft.status is not EventStatus.CONFIRMED:
        return False
    length = timedelta(days=1) if draft.all_day else timedelta(minutes=minutes)
    return (draft.end or draft.start + length) <= now
