"""From what a conversation says to what has to change: an extraction against the events that are known.

The extraction is complete, and so are the known events of the conversation; nothing here looks at a clock. Reading the
same conversation again gives no change, and what a person decided stands until newer messages say otherwise.
"""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from app.extraction.base import Extraction, KnownEvent, Reason, Transcript
from app.models import ChangeAction, EventChange, EventDraft, EventStatus

_FOUNDING = frozenset({"date", "time", "title"})


def reconcile(extraction: Extraction, transcript: Transcript, *, conversation: UUID) -> list[EventChange]:
    """The changes that make the stored events agree with the extraction.

    An event that the extraction does not mention is left alone: silence is no cancellation. A confirmed event is never
    turned back into a proposal; a move that is not settled becomes a proposal beside it.
    """
    times = {message.id: message.at for message in transcript.messages}
    known = transcript.known_events
    pairs = _match(extraction.events, known)
    changes: list[EventChange] = []
    settled_starts: set[datetime] = set()
    for draft, event in pairs:
        if event is None:
            if draft.status is not EventStatus.CANCELLED:
                changes.append(_create(draft, known, conversation))
        elif event.decided_at is None or _newest(draft, times) > event.decided_at:
            changes += _changes(draft, event, known, conversation)
        if draft.status is EventStatus.CONFIRMED:
            settled_starts.add(draft.start)
    # A proposal that has since become the settled event itself.
    matched = {event.id for _, event in pairs if event}
    changes += [
        EventChange(action=ChangeAction.CANCEL, event_id=event.id, evidence=event.evidence)
        for event in known
        if event.status is EventStatus.PROPOSED
        and event.id not in matched
        and event.decided_at is None
        and event.start in settled_starts
    ]
    taken = {event.id for event in known if event.status is EventStatus.CANCELLED}
    return [change for change in changes if change.action is not ChangeAction.CREATE or change.event_id not in taken]


def _changes(
    draft: EventDraft, event: KnownEvent, known: Sequence[KnownEvent], conversation: UUID
) -> list[EventChange]:
    if event.status is EventStatus.CANCELLED:
        return []
    if draft.status is EventStatus.CANCELLED:
        return [EventChange(action=ChangeAction.CANCEL, event_id=event.id, evidence=draft.evidence)]
    if draft.status is EventStatus.PROPOSED and event.status is EventStatus.CONFIRMED:
        if _same_time(draft, event):
            return []
        wish = draft.model_copy(update={"reason": draft.reason or Reason.NOT_SETTLED.value})
        return [_create(wish, known, conversation)]
    wanted = draft.model_copy(
        update={
            "title": draft.title if _said_later(draft, event, "title") else event.title,
            "location": draft.location or event.location,
            "end": draft.end or (event.end if _same_time(draft, event) else None),
        }
    )
    if _agrees(wanted, event):
        return []
    return [EventChange(action=ChangeAction.UPDATE, event_id=event.id, draft=wanted)]


def _create(draft: EventDraft, known: Sequence[KnownEvent], conversation: UUID) -> EventChange:
    """With an id that follows from what founded the event, so that a repeated reading makes the same one."""
    founding = sorted({str(e.message_id) for e in draft.evidence if e.slot in _FOUNDING})
    name = "|".join((str(conversation), *founding, draft.start.isoformat(), *(["all-day"] if draft.all_day else [])))
    event_id = uuid5(NAMESPACE_URL, f"hilo:{name}")
    twins = {event.id for event in known}
    while event_id in twins and draft.status is not EventStatus.PROPOSED:
        event_id = uuid5(event_id, "again")
    return EventChange(action=ChangeAction.CREATE, event_id=event_id, draft=draft)


def _match(drafts: Sequence[EventDraft], known: Sequence[KnownEvent]) -> list[tuple[EventDraft, KnownEvent | None]]:
    """Each draft with the known event that it is, best pairs first; None for a new one."""
    scored = sorted(
        (
            (score, i, j)
            for i, draft in enumerate(drafts)
            for j, event in enumerate(known)
            if (score := _likeness(draft, event)) is not None
        ),
        key=lambda pair: (tuple(-part for part in pair[0]), pair[1], pair[2]),
    )
    event_of: dict[int, KnownEvent] = {}
    used: set[int] = set()
    for _, i, j in scored:
        if i not in event_of and j not in used:
            event_of[i] = known[j]
            used.add(j)
    return [(draft, event_of.get(i)) for i, draft in enumerate(drafts)]


def _likeness(draft: EventDraft, event: KnownEvent) -> tuple[int, ...] | None:
    """How surely the two are one event, most telling part first; None when nothing says that they are."""
    named = draft.event_id == event.id
    same_time = _same_time(draft, event)
    title = _words(draft.title) == _words(event.title)
    shared = len({e.message_id for e in draft.evidence} & {e.message_id for e in event.evidence})
    if event.status is EventStatus.CANCELLED and not named and not same_time:
        return None  # what was cancelled and is wished for again at another time is a new event
    if not named and not same_time and not shared:
        return None
    live = event.status is EventStatus.CONFIRMED
    return (
        named,
        same_time and title,
        same_time and (live or not shared),
        live and shared > 0,
        same_time,
        shared,
        title,
    )


def _same_time(draft: EventDraft, event: KnownEvent) -> bool:
    return draft.start == event.start and draft.all_day == event.all_day


def _agrees(draft: EventDraft, event: KnownEvent) -> bool:
    return (
        _same_time(draft, event)
        and draft.title == event.title
        and draft.end == event.end
        and draft.location == event.location
        and draft.status == event.status
    )


def _said_later(draft: EventDraft, event: KnownEvent, slot: str) -> bool:
    """Whether the slot comes from a message that the known event does not know of."""
    seen = {evidence.message_id for evidence in event.evidence}
    return any(evidence.slot == slot and evidence.message_id not in seen for evidence in draft.evidence)


def _newest(draft: EventDraft, times: dict[UUID, datetime]) -> datetime:
    return max(times[e.message_id] for e in draft.evidence if e.message_id in times)


def _words(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    return " ".join(plain.split())
