"""An event of the contact as it stands in a turn, and the change that it comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from app.agent.turn import Turn
from app.models import ChangeAction, Event, EventChange, EventDraft, Evidence

_TITLE_LENGTH = 120
_NAMESPACE = UUID("6f0c4b0e-8f1d-5b7e-9d53-0f6f8a3c2b11")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One event of the contact as it stands in this turn: stored, drafted, or both."""

    handle: str
    event_id: UUID
    draft: EventDraft
    stored: Event | None = None
    changed: bool = False
    cancelled: tuple[Evidence, ...] = ()


def change_of(entry: Entry) -> EventChange | None:
    stored = entry.stored
    if entry.cancelled:
        if stored is None:
            return None
        return EventChange(
            action=ChangeAction.CANCEL,
            event_id=entry.event_id,
            evidence=entry.cancelled,
            expected_revision=stored.revision,
        )
    if not entry.changed:
        return None
    draft = entry.draft.model_copy(update={"event_id": entry.event_id})
    return EventChange(
        action=ChangeAction.UPDATE if stored else ChangeAction.CREATE,
        event_id=entry.event_id,
        draft=draft,
        evidence=draft.evidence,
        expected_revision=stored.revision if stored else None,
    )


def as_draft(event: Event) -> EventDraft:
    return EventDraft(
        title=event.title,
        start=event.start,
        end=event.end,
        all_day=event.all_day,
        time_zone=event.time_zone,
        location=event.location,
        status=event.status,
        reason=event.reason,
        confidence=event.confidence,
        evidence=event.evidence,
        settled_at=event.settled_at,
        event_id=event.id,
    )


def merged(old: Sequence[Evidence], new: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """New proof of a slot takes the place of the old."""
    slots = {e.slot for e in new}
    return (*(e for e in old if e.slot not in slots), *new)


def tidy(text: str) -> str:
    """One line, first letter large, not endless."""
    shown = "".join(c for c in " ".join(text.split()) if c.isprintable())
    line = shown.strip(" .,;:-\"'«»“”")[:_TITLE_LENGTH].strip()
    return line[:1].upper() + line[1:]


def event_id_of(turn: Turn, evidence: Sequence[Evidence], taken: Iterable[UUID]) -> UUID:
    """The same for the same turn run again; numbered where one set of messages founds several events."""
    founding = ",".join(sorted({str(e.message_id) for e in evidence}))
    used, number = {*taken, *(e.id for e in turn.events)}, 1
    while True:
        event_id = uuid5(_NAMESPACE, f"{turn.tenant.id}/{turn.conversation_id}/{founding}/{number}")
        if event_id not in used:
            return event_id
        number += 1
