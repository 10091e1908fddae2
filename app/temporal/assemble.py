"""From lexemes to whole expressions: read the atoms, make ranges, join what belongs together, look at what leads in."""

from __future__ import annotations

from app.temporal.atoms import atoms
from app.temporal.choices import choices
from app.temporal.joining import join
from app.temporal.leading import lead
from app.temporal.nodes import Clock, Day, Draft, with_part
from app.temporal.ranges import connects, join_ends, opened
from app.temporal.sentence import Sentence
from app.temporal.zones import zone


def assemble(s: Sentence) -> list[Draft]:
    """All expressions of a sentence, left to right, unresolved."""
    drafts = atoms(s)
    if not drafts:
        return []
    if len(drafts) > 1:
        drafts = choices(s, _ranges(s, drafts))
        drafts = join(s, drafts)
        drafts = _ranges(s, drafts)
        drafts = join(s, drafts)
    finished: list[Draft] = []
    for draft in drafts:
        done = _finish(s, draft)
        if done is not None:
            if finished:  # a word that leads in may belong to the one before: "last week after two"
                done.start = max(done.start, finished[-1].end)
            finished.append(done)
    return finished


def _ranges(s: Sentence, drafts: list[Draft]) -> list[Draft]:
    out: list[Draft] = []
    dated = any(draft.day is not None for draft in drafts)
    k = 0
    while k < len(drafts):
        left = drafts[k]
        if k + 1 < len(drafts):
            right = drafts[k + 1]
            opener = opened(s, left.start)
            if _own_opener(s, left):
                opener = left.start
            if connects(s, left, right, opener):
                whole = join_ends(s, left, right, opener, dated=dated)
                if whole:
                    drafts[k + 1] = whole
                    k += 1
                    continue
        out.append(left)
        k += 1
    return out


def _own_opener(s: Sentence, left: Draft) -> bool:
    return s[left.start].has("between") or s[left.start].has("from")


def _finish(s: Sentence, draft: Draft) -> Draft | None:
    """Attach what leads in (bounds, "todos los", "around"), and read a bare number as the dialogue expects."""
    if draft.bare is not None:
        expected = _expected(s, draft)
        if expected is None:
            return None
        draft = expected
    lead(s, draft)
    if draft.clock and draft.part and not draft.is_range:
        draft.clock = with_part(draft.clock, draft.part)
    if draft.zone is None and draft.clock and (where := zone(s, draft.end)):
        draft.zone, draft.end = where
    if draft.end_clock and draft.end_day and draft.day and draft.day.weekday is not None and draft.day.day is None:
        draft.recurring = True  # opening hours: "de lunes a viernes de 9 a 18"
    if draft.end_clock and draft.part:
        draft.end_clock = with_part(draft.end_clock, draft.part)
    return draft


def _expected(s: Sentence, draft: Draft) -> Draft | None:
    value = draft.bare or 0
    if s[draft.start].blocked or (s[draft.end].word.unit is not None and not s[draft.end].has("hour_unit")):
        return None
    if draft.bare_ordinal and s[draft.start].num is None:
        return None  # "la segunda" is a choice
    if s.expect == "time" and 0 < value <= 24 and not draft.bare_ordinal:
        return Draft(
            start=draft.start,
            end=draft.end,
            clock=Clock(hour=value % 24, half="24" if value > 12 else None, certainty=0.8),
        )
    if s[draft.start - 1].has("for") and s[draft.start - 2].norm.isalpha() and s[draft.start].num is not None:
        return None  # "¿hay lugar para 4?"
    if s.expect == "date" and 1 <= value <= 31:
        return Draft(start=draft.start, end=draft.end, day=Day(day=value, certainty=0.8))
    return None
