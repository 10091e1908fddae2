"""What reading a conversation changes in the events that are known of it: create, update, cancel.

Reading the same conversation again, or a longer one, gives no change unless the messages say something new. An event
that a person decided about stays as decided: what newer messages settled about it is proposed beside it. What real
time made is recognised: by the id that the extractor gives, by the messages that prove it, then by title and time.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID, uuid5

from app.extraction.base import Extraction, KnownEvent, Reason
from app.extraction.matching import BLANK, event_ids, founding, match, similarity
from app.models import ChangeAction, EventChange, EventDraft, EventStatus

_DOUBTFUL = 0.3
#: Why something other than the reading put an event before a person; reading it again settles nothing of that.
_FOR_A_PERSON = frozenset(
    {Reason.CALENDAR_CONFLICT, Reason.CALENDAR_REMOVED, Reason.MODEL_DISAGREES, Reason.EVIDENCE_MISSING}
)
#: A proposal with one of these beside a confirmed event may be its change or its end: a person has to see both.
_UNSURE = frozenset(
    {
        Reason.CHANGE_UNSURE,
        Reason.CANCEL_UNSURE,
        Reason.MODEL_DISAGREES,
        Reason.EVIDENCE_MISSING,
        Reason.WEEKDAY_MISMATCH,
        Reason.PICTURED,
    }
)


def reconcile(
    extraction: Extraction,
    known: Sequence[KnownEvent],
    *,
    conversation: UUID,
    answered: frozenset[UUID] = frozenset(),
    order: Sequence[UUID] = (),
) -> tuple[EventChange, ...]:
    """The changes that bring `known` to what `extraction` says, in the order of its events. Pure and repeatable.

    `answered`: messages that the agent has read and acted upon. What it left as it is, another reading of the same
    messages does not undo: that is proposed beside. `order`: the messages as they came."""
    identities = event_ids(extraction.events, conversation)
    # What was proposed beside an event is a reading of that event, and no event of its own.
    wishes = _wishes(extraction.events)
    matched = match(extraction.events, identities, [e for e in known if _host(e, known) is None], but=wishes)
    taken = {event.id for event in matched.values()}
    places = {message: n for n, message in enumerate(order)}
    changes = []
    for index, draft in enumerate(extraction.events):
        event = matched.get(index)
        older = (e for e in ([event] if event else known) if _stood_before(draft, e, answered, places))
        if index in wishes:
            change = _wish(draft, wishes[index], identities, matched, known)
        elif stood := next(older, None):
            # Where another draft is that event already, this one may be a second wish for the same: a person decides.
            change = None if event or stood.id not in taken else _beside(draft, stood, known)
        elif event is None:
            change = _new(draft, identities[index], known)
        elif _decided(draft, event):
            change = _beside(draft, event, known)
        elif _called_another_off(draft, event, known, answered):
            change = None
        elif _unsure(draft, event):
            change = _beside(draft, event, known)
        else:
            change = _change(draft, event, own=event.id == identities[index])
            if change is not None and _undoes(change, draft, event, answered):
                change = _beside(draft, event, known) if event.status is EventStatus.CONFIRMED else None
        if change is not None:
            changes.append(change)
    return (*changes, *_superseded(extraction.events, known, taken))


def _wishes(drafts: Sequence[EventDraft]) -> dict[int, int]:
    """Drafts that are a change asked for and not answered, each with the settled draft of the same beginning."""
    standing = {founding(d): n for n, d in enumerate(drafts) if d.status is EventStatus.CONFIRMED}
    return {
        index: standing[began]
        for index, draft in enumerate(drafts)
        if draft.reason == Reason.CHANGE_UNSURE
        and draft.event_id is None
        and (began := founding(draft)) is not None
        and began in standing
    }


def _wish(
    draft: EventDraft,
    standing: int,
    identities: Sequence[UUID],
    matched: Mapping[int, KnownEvent],
    known: Sequence[KnownEvent],
) -> EventChange | None:
    """A proposal beside the event that it would move; none when real time has acted on those messages already."""
    event = matched.get(standing)
    if event is not None:
        said = {e.message_id for e in draft.evidence if e.slot in ("date", "time")}
        done = event.start == draft.start or said <= {e.message_id for e in event.evidence}
        if done or event.status is not EventStatus.CONFIRMED:
            return None
    return _once_beside(draft, event.id if event else identities[standing], known, ends=False)


def _superseded(drafts: Sequence[EventDraft], known: Sequence[KnownEvent], matched: set[UUID]) -> list[EventChange]:
    """Proposals that have become the settled event beside them."""
    settled = {draft.start for draft in drafts if draft.status is EventStatus.CONFIRMED}
    return [
        EventChange(action=ChangeAction.CANCEL, event_id=event.id, evidence=event.evidence)
        for event in known
        if event.status is EventStatus.PROPOSED
        and event.id not in matched
        and event.decided_at is None
        and event.start in settled
        and event.evidence
        and event.reason != Reason.CANCEL_UNSURE
        and ((host := _host(event, known)) is None or host.decided_at is None)
    ]


def _create(draft: EventDraft, identity: UUID) -> EventChange | None:
    if draft.status is EventStatus.CANCELLED or not draft.evidence:
        return None
    return EventChange(
        action=ChangeAction.CREATE,
        event_id=identity,
        draft=draft.model_copy(update={"event_id": identity}),
        evidence=draft.evidence,
    )


def _new(draft: EventDraft, identity: UUID, known: Sequence[KnownEvent]) -> EventChange | None:
    """A new event; only a proposal beside the one that stands at that moment, where no words of its own name it."""
    for event in known if draft.status is EventStatus.CONFIRMED else ():
        same = event.status is EventStatus.CONFIRMED and (draft.start, draft.all_day) == (event.start, event.all_day)
        said = {e.message_id for e in draft.evidence if e.slot in ("date", "time")}
        if same and said <= {e.message_id for e in event.evidence}:
            return _beside(draft, event, known)
    return _create(draft, identity)


def _decided(draft: EventDraft, event: KnownEvent) -> bool:
    """Whether a person decided about the event, and messages since then say something else of it."""
    if event.decided_at is None or draft.settled_at is None or draft.settled_at <= event.decided_at:
        return False
    if draft.status is EventStatus.PROPOSED:
        return event.status is EventStatus.CONFIRMED and _doubted(draft, event)
    if draft.status is EventStatus.CANCELLED:
        return event.status is EventStatus.CONFIRMED
    return not _shows_same(_completed(draft, event, own=False), event)


def _change(draft: EventDraft, event: KnownEvent, *, own: bool) -> EventChange | None:
    if event.decided_at is not None:
        return None
    if draft.status is EventStatus.CANCELLED:
        if event.status is EventStatus.CANCELLED:
            return None
        proof = tuple(e for e in draft.evidence if e.slot == "cancelled") or draft.evidence
        return EventChange(action=ChangeAction.CANCEL, event_id=event.id, evidence=proof)
    if draft.status is EventStatus.PROPOSED and event.status is not EventStatus.PROPOSED and not _doubted(draft, event):
        return None
    if event.status is EventStatus.CANCELLED and not _proved_anew(draft, event):
        return None
    wanted = _completed(draft, event, own=own)
    if _shows_same(wanted, event):
        return None
    return EventChange(action=ChangeAction.UPDATE, event_id=event.id, draft=wanted, evidence=wanted.evidence)


def _undoes(change: EventChange, draft: EventDraft, event: KnownEvent, answered: frozenset[UUID]) -> bool:
    """Whether the change ends, moves or revives what real time let stand over the very messages that would prove it."""
    if event.status is EventStatus.PROPOSED:
        return False
    if change.action is not ChangeAction.CANCEL and change.draft is not None:
        wanted = change.draft
        if (wanted.start, wanted.all_day, wanted.status) == (event.start, event.all_day, event.status):
            return False
    known = {e.message_id for e in event.evidence}
    slots = ("cancelled",) if draft.status is EventStatus.CANCELLED else ("date", "time", "settled")
    proof = {e.message_id for e in draft.evidence if e.slot in slots}
    return bool(proof) and (proof - known or proof) <= answered


def _stood_before(draft: EventDraft, event: KnownEvent, answered: frozenset[UUID], places: Mapping[UUID, int]) -> bool:
    """Whether the draft is where the event stood before the agent moved it upon newer words."""
    if draft.status is EventStatus.CANCELLED or event.status is not EventStatus.CONFIRMED:
        return False
    said, newer = ({e.message_id for e in es if e.slot in ("date", "time")} for es in (draft.evidence, event.evidence))
    if not said or not newer or not said | newer <= answered & places.keys() or draft.start == event.start:
        return False
    # On the same day also where the first wish is proved by the agent's answer to it.
    same_day = draft.start.date() == event.start.astimezone(draft.start.tzinfo).date()
    shares = (said | {e.message_id for e in draft.evidence if same_day}) & {e.message_id for e in event.evidence}
    return bool(shares) and similarity(draft.title, event.title) > 0 and _last(said, places) < _last(newer, places)


def _last(messages: Collection[UUID], places: Mapping[UUID, int]) -> int:
    return max(places[message] for message in messages)


def _called_another_off(
    draft: EventDraft, event: KnownEvent, known: Sequence[KnownEvent], answered: frozenset[UUID]
) -> bool:
    """Whether the words that would end this event have ended another one: which was meant, the agent has heard."""
    if draft.status is not EventStatus.CANCELLED and draft.reason != Reason.CANCEL_UNSURE:
        return False
    proof = {e.message_id for e in draft.evidence if e.slot == "cancelled"}
    gone = [other for other in known if other.id != event.id and other.status is EventStatus.CANCELLED]
    done = {e.message_id for other in gone for e in other.evidence if e.slot == "cancelled"}
    return event.status is EventStatus.CONFIRMED and bool(proof & done) and proof <= answered


def _unsure(draft: EventDraft, event: KnownEvent) -> bool:
    """Whether a proposal would change or end an event that stands, and is not proved well enough to do so."""
    if draft.status is not EventStatus.PROPOSED or event.status is not EventStatus.CONFIRMED:
        return False
    return draft.reason == Reason.CANCEL_UNSURE or (draft.reason in _UNSURE and draft.start != event.start)


def _beside(draft: EventDraft, event: KnownEvent, known: Sequence[KnownEvent]) -> EventChange | None:
    """A proposal of its own beside the event, which stays as it is. Proposed once: what a person rejected stays so."""
    ends = draft.status is EventStatus.CANCELLED or draft.reason == Reason.CANCEL_UNSURE or _doubted(draft, event)
    return _once_beside(draft, event.id, known, ends=ends)


def _once_beside(draft: EventDraft, event: UUID, known: Sequence[KnownEvent], *, ends: bool) -> EventChange | None:
    identity = _id_beside(event, draft.start, ends=ends)
    if any(other.id == identity for other in known):
        return None
    reason = Reason.CANCEL_UNSURE if ends else Reason.CHANGE_UNSURE
    confidence = min(draft.confidence, _DOUBTFUL) if draft.status is not EventStatus.PROPOSED else draft.confidence
    unsure = {"status": EventStatus.PROPOSED, "reason": reason.value, "confidence": confidence, "beside": event}
    return _create(draft.model_copy(update=unsure), identity)


def _id_beside(event: UUID, start: dt.datetime, *, ends: bool) -> UUID:
    return uuid5(event, f"{ends}/{start.astimezone(dt.UTC).isoformat()}")


def _host(event: KnownEvent, known: Sequence[KnownEvent]) -> KnownEvent | None:
    """The event that this one was proposed beside."""
    if event.status is EventStatus.CONFIRMED:
        return None
    ids = ((other, _id_beside(other.id, event.start, ends=ends)) for other in known for ends in (True, False))
    return next((other for other, identity in ids if identity == event.id), None)


def _doubted(draft: EventDraft, event: KnownEvent) -> bool:
    """Settled before, and then somebody could not come after all: a person has to look."""
    return event.status is EventStatus.CONFIRMED and draft.settled_at is not None and draft.reason == Reason.NOT_SETTLED


def _proved_anew(draft: EventDraft, event: KnownEvent) -> bool:
    """Whether the settling of a cancelled event stands in a message that was not known of it."""
    known = {e.message_id for e in event.evidence}
    return any(e.slot == "settled" and e.message_id not in known for e in draft.evidence)


def _completed(draft: EventDraft, event: KnownEvent, *, own: bool) -> EventDraft:
    """The draft as the known event becomes it: what was known and not said again stays."""
    known = {e.message_id for e in event.evidence}
    newer = {e.slot for e in draft.evidence if e.message_id not in known}
    title = draft.title if own or event.title.lower() in BLANK else event.title
    location = (
        draft.location if draft.location and (own or event.location is None or "location" in newer) else event.location
    )
    end = draft.end
    if end is None and event.end is not None and not draft.all_day and event.status is EventStatus.CONFIRMED:
        length = event.end.astimezone(dt.UTC) - event.start.astimezone(dt.UTC)
        end = (draft.start.astimezone(dt.UTC) + length).astimezone(draft.start.tzinfo)
    status = draft.status
    if event.status is EventStatus.PROPOSED and event.reason in _FOR_A_PERSON and draft.start == event.start:
        status = EventStatus.PROPOSED
    return draft.model_copy(
        update={"title": title, "location": location, "end": end, "status": status, "event_id": event.id}
    )


def _shows_same(draft: EventDraft, event: KnownEvent) -> bool:
    return (draft.title, draft.start, draft.end, draft.all_day, draft.location, draft.status) == (
        event.title,
        event.start,
        event.end,
        event.all_day,
        event.location,
        event.status,
    )
