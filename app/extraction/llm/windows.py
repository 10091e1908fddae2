"""Long conversations in pieces that a model can read, and what several pieces found as one list."""

from collections.abc import Iterator, Sequence

from app.extraction.base import Reason, TranscriptMessage
from app.extraction.llm.prompt import message_text, tokens_of
from app.extraction.matching import similarity
from app.models import EventDraft, EventStatus

DOUBTFUL = 0.3
_OVERLAP = 0.25  # of a window's budget: what is arranged rarely spans more
_GENERIC = frozenset({"cita", "reunión", "reunion", "turno", "reserva", "evento", "appointment", "meeting", "booking"})
_RANK = {EventStatus.CONFIRMED: 2, EventStatus.CANCELLED: 1, EventStatus.PROPOSED: 0}


def windows(messages: Sequence[TranscriptMessage], budget: int) -> Iterator[range]:
    """Places of messages, window by window, in order; every message is in one at least, also one beyond the budget."""
    costs = [tokens_of(message_text(f"m{n}", message, "")) for n, message in enumerate(messages, 1)]
    start = 0
    while start < len(costs):
        stop, used = start, 0
        while stop < len(costs) and (stop == start or used + costs[stop] <= budget):
            used += costs[stop]
            stop += 1
        yield range(start, stop)
        if stop == len(costs):
            return
        back, shared = stop, 0
        while back - 1 > start and shared + costs[back - 1] <= budget * _OVERLAP:
            back -= 1
            shared += costs[back]
        start = back


def distinct(drafts: Sequence[EventDraft]) -> tuple[EventDraft, ...]:
    """Each event once: the best of those that are one event, by id, or by moment and title or proof."""
    kept: list[EventDraft] = []
    for draft in drafts:
        twin = next((i for i, other in enumerate(kept) if _same(draft, other)), None)
        if twin is None:
            kept.append(_beside(draft) if any(_settled_at_once(draft, other) for other in kept) else draft)
        elif _RANK[draft.status] > _RANK[kept[twin].status]:
            kept[twin] = draft
    return tuple(kept)


def _settled_at_once(one: EventDraft, other: EventDraft) -> bool:
    """Whether both are said to be settled by one message, for one moment: rather one event under two titles."""
    if one.start != other.start or {one.status, other.status} != {EventStatus.CONFIRMED}:
        return False
    proof = {e.message_id for e in one.evidence if e.slot == "settled"}
    return bool(proof & {e.message_id for e in other.evidence if e.slot == "settled"})


def _beside(draft: EventDraft) -> EventDraft:
    doubted = {"status": EventStatus.PROPOSED, "reason": Reason.CHANGE_UNSURE.value, "confidence": DOUBTFUL}
    return draft.model_copy(update=doubted)


def _same(one: EventDraft, other: EventDraft) -> bool:
    if one.event_id is not None and one.event_id == other.event_id:
        return True
    if one.start != other.start:
        return False
    moment = {(e.message_id, e.quote) for e in one.evidence if e.slot in ("date", "time")}
    if moment & {(e.message_id, e.quote) for e in other.evidence if e.slot in ("date", "time")}:
        return True
    generic = one.title.lower() in _GENERIC or other.title.lower() in _GENERIC
    return generic or similarity(one.title, other.title) > 0
