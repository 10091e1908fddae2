"""Two readings of one window, the first and its repair, as one list.

Asked to put something right, a model may give the whole list again, only what was wrong, or something else instead.
What was sound stays; what was doubtful is replaced by what it became; nothing that was found is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.extraction.base import Reason
from app.extraction.llm.grounding import DOUBTFUL, Grounded, Grounding
from app.extraction.llm.schema import ModelEvent
from app.extraction.llm.survey import Survey
from app.extraction.matching import similarity
from app.models import EventDraft, EventStatus

_ALIKE = 0.5  # titles from here on may be one event's


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """An event that the model gave, and what the check made of it."""

    event: ModelEvent
    checked: Grounded

    @property
    def draft(self) -> EventDraft | None:
        return self.checked.draft

    @property
    def sound(self) -> bool:
        return not self.checked.doubts and self.draft is not None


def paired(events: Sequence[ModelEvent], checked: Sequence[Grounded]) -> list[Read]:
    return [Read(event=event, checked=one) for event, one in zip(events, checked, strict=True)]


def repaired(first: Sequence[Read], second: Sequence[Read], grounding: Grounding) -> list[Read]:
    """What both readings come to, checked once more as one list: an event may have been doubted because of what the
    other reading puts right."""
    kept, rivalled = _merged(first, second, grounding.survey)
    found = paired([one.event for one in kept], grounding.check([one.event for one in kept]))
    return [_doubted(one) if n in rivalled else one for n, one in enumerate(found)]


def _merged(first: Sequence[Read], second: Sequence[Read], survey: Survey) -> tuple[list[Read], set[int]]:
    """The second reading, with what it spoilt or left out as the first had it; and the places of those in whose stead
    the second puts another moment (`survey` breaks the tie)."""
    matched = _matched(first, second)
    kept: list[Read] = []
    for n, one in enumerate(second):
        before = first[matched[n]] if n in matched else None
        if before is not None and ((before.sound and not one.sound) or (before.draft and not one.draft)):
            kept.append(before)
        else:
            kept.append(one)
    new = [one for n, one in enumerate(second) if n not in matched and one.sound]
    rivalled: set[int] = set()
    for n, one in enumerate(first):
        if n not in matched.values():
            if _has_rival(one, new, survey):
                rivalled.add(len(kept))
            kept.append(one)
    return kept, rivalled


def _matched(first: Sequence[Read], second: Sequence[Read]) -> dict[int, int]:
    """Which event of the first each of the second is (by their places): the best pairs, each event once."""
    pairs = sorted(
        (
            (score, -b, -a)
            for a, old in enumerate(first)
            for b, new in enumerate(second)
            if (score := _likeness(old, new))
        ),
        reverse=True,
    )
    found: dict[int, int] = {}
    for _, b, a in pairs:
        if -b not in found and -a not in found.values():
            found[-b] = -a
    return found


def _likeness(old: Read, new: Read) -> float:
    """How surely both are one event, 0 when they are not. What was sound is only itself at its own moment."""
    a, b = old.event, new.event
    titles = similarity(a.title, b.title)
    if a.known is not None and a.known == b.known:
        return 100 + titles
    if a.known != b.known and None not in (a.known, b.known):
        return 0.0
    here = old.draft is not None and new.draft is not None and old.draft.start == new.draft.start
    words = (a.date_said == b.date_said and a.date_said is not None) + (
        a.time_said == b.time_said and a.time_said is not None
    )
    if here and (titles >= _ALIKE or words):
        return 50 + 10 * words + titles
    if old.sound:
        return 0.0
    return 10 * words + titles if titles >= _ALIKE or words == 2 else 0.0


def _has_rival(one: Read, new: Sequence[Read], survey: Survey) -> bool:
    """Whether the repair gave, out of nothing that was doubtful, the same thing at another moment: a model that changed
    its mind about what had been sound. The rules decide, where they know it."""
    if not one.sound or one.draft is None or one.draft.status is not EventStatus.CONFIRMED:
        return False
    return any(similarity(one.event.title, other.event.title) >= _ALIKE for other in new) and not survey.stands(
        one.draft.start
    )


def _doubted(one: Read) -> Read:
    if one.draft is None:
        return one
    doubted = {"status": EventStatus.PROPOSED, "reason": Reason.MODEL_DISAGREES.value, "confidence": DOUBTFUL}
    return replace(one, checked=replace(one.checked, draft=one.draft.model_copy(update=doubted)))
