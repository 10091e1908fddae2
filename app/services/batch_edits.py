"""A message that was edited after it had made an appointment.

The whole conversation is read with the message as it is now, in its place: there the answer that follows is believed
("a las 11", edited, above "agendado: a las 9"), and the appointment stays. Here such a conversation is read once more,
with the new words where they were said, after the answer; what they ask for is proposed beside the appointment.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from app.extraction.base import Extraction, KnownEvent, Reason, Transcript, TranscriptMessage
from app.extraction.reconcile import reconcile
from app.models import ChangeAction, EventChange, EventDraft, EventStatus, Evidence
from app.store.batch import TranscriptRow

_MOMENT: Final = frozenset({"began", "date", "time"})


async def asked_by_edits(
    transcript: Transcript,
    rows: Sequence[TranscriptRow],
    extraction: Extraction,
    read: Callable[[Transcript], Awaitable[Extraction]],
    *,
    conversation: UUID,
) -> list[EventChange]:
    """Proposals beside the events that stand. `extraction` is what the conversation says as it is now; `read` reads it
    again, only where an event that stands was made by words that an edit has taken back."""
    edited = {row.id: row for row in rows if row.edits and row.delivered}
    at = {row.id: row.at for row in rows}
    asked = {
        row.id
        for event in transcript.known_events
        for one in event.evidence
        if (row := edited.get(one.message_id)) and one.slot in _MOMENT and one.quote
        if one.quote in row.text and one.quote not in row.edits[0].before
    }
    hosts = [
        (event, row)
        for event in transcript.known_events
        if (row := _taken_back(event, edited, at)) is not None
        and row.id not in asked  # proposed before: once is enough
    ]
    if not hosts:
        return []
    later = {_later(row): row.id for _, row in hosts}
    again = await read(transcript.model_copy(update={"messages": tuple(_as_said(transcript, rows, later))}))
    settled = {draft.start for draft in extraction.events}
    changes = []
    for event, row in hosts:
        for draft in again.events:
            said = {one.message_id for one in draft.evidence if one.slot in ("date", "time")}
            if _later(row) in said and draft.status is not EventStatus.CANCELLED and draft.start not in settled:
                changes += _beside(draft, event, transcript.known_events, conversation)
    return [_stored(change, later) for change in changes]


def _taken_back(
    event: KnownEvent, edited: Mapping[UUID, TranscriptRow], at: Mapping[UUID, datetime]
) -> TranscriptRow | None:
    """The message that gave a standing event its moment in words that it does not hold any more; nothing was said or
    decided of it since then."""
    if event.status is not EventStatus.CONFIRMED:
        return None
    for one in event.evidence:
        row = edited.get(one.message_id)
        if row is None or one.slot not in _MOMENT or not one.quote or one.quote in row.text:
            continue
        since = row.edits[-1].at
        said = any(at.get(e.message_id, since) > since for e in event.evidence)
        if not said and (event.decided_at is None or event.decided_at < since):
            return row
    return None


def _later(row: TranscriptRow) -> UUID:
    return uuid5(row.id, "edited")


def _as_said(
    transcript: Transcript, rows: Sequence[TranscriptRow], later: Mapping[UUID, UUID]
) -> Iterator[TranscriptMessage]:
    """The messages as they followed one another: first what they said, and what they say now where they were edited."""
    edits = {row.id: row.edits for row in rows if row.id in later.values()}
    messages = []
    for message in transcript.messages:
        if message.id not in edits:
            messages.append(message)
            continue
        # At its edit, or with what came in that very second after it.
        then = max(edits[message.id][-1].at.astimezone(message.at.tzinfo), message.at + timedelta(microseconds=1))
        now_id = next(new for new, old in later.items() if old == message.id)
        messages.append(message.model_copy(update={"text": edits[message.id][0].before}))
        messages.append(message.model_copy(update={"id": now_id, "at": then}))
    yield from sorted(messages, key=lambda message: message.at)


def _beside(draft: EventDraft, event: KnownEvent, known: Sequence[KnownEvent], conversation: UUID) -> list[EventChange]:
    began = Evidence(message_id=event.evidence[0].message_id, slot="began", quote=event.evidence[0].quote)
    stands = draft.model_copy(
        update={
            **event.model_dump(include={"title", "start", "end", "all_day", "location"}),
            "event_id": event.id,
            "status": EventStatus.CONFIRMED,
            "evidence": (began,),
        }
    )
    wish = draft.model_copy(
        update={
            "event_id": None,
            "title": event.title,
            "status": EventStatus.PROPOSED,
            "reason": Reason.CHANGE_UNSURE.value,
            "evidence": (began, *(one for one in draft.evidence if one.slot != "began")),
        }
    )
    both = Extraction(events=(stands, wish), extractor="edits")
    return [
        change for change in reconcile(both, known, conversation=conversation) if change.action is ChangeAction.CREATE
    ]


def _stored(change: EventChange, later: Mapping[UUID, UUID]) -> EventChange:
    """`change` with the ids under which the messages are stored."""

    def ids(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        return tuple(e.model_copy(update={"message_id": later.get(e.message_id, e.message_id)}) for e in evidence)

    draft = change.draft.model_copy(update={"evidence": ids(change.draft.evidence)}) if change.draft else None
    return change.model_copy(update={"draft": draft, "evidence": ids(change.evidence)})
