"""Neighbours that say different things about one moment become one expression: "el viernes … a las 10"."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from app.temporal.choices import counts, is_day_number, replace_bare
from app.temporal.leading import bound_by
from app.temporal.nodes import Day, Draft
from app.temporal.sentence import Sentence
from app.temporal.values import Shift

_LONGEST = dt.timedelta(hours=24)

# Words that may stand between two parts of one expression.
_GLUE = frozenset(
    {
        "at",
        "at_weak",
        "of",
        "on",
        "in",
        "for",
        "article",
        "about",
        "from",
        "since",
        "day_word",
        "between",
        "noise",
        "starting",
    }
)


def join(s: Sentence, drafts: list[Draft]) -> list[Draft]:
    """Join neighbours that say different things about one moment."""
    out: list[Draft] = []
    for k, draft in enumerate(drafts):
        whole = draft
        after = drafts[k + 1] if k + 1 < len(drafts) else None
        while out and not _belongs_ahead(s, out, whole, after) and (joined := _joined(s, out[-1], whole)):
            out.pop()
            whole = joined
        out.append(whole)
    return out


def _belongs_ahead(s: Sentence, out: list[Draft], draft: Draft, after: Draft | None) -> bool:
    """Whether a day begins something new, the time before it having a day of its own already.

    "Monday we have 2 to 3:15, Friday just 4 to 5", "viernes 10 am o 4 pm, sábado 9 am".
    """
    last = out[-1]
    if len(out) < 2 or last.clock is None or last.day is not None or draft.day is None:
        return False
    before = out[-2]
    if before.day is None or before.end_day is not None:
        return False
    if before.clock is not None and not _has_its_time(s, draft, after):
        return False
    return any(s[k].norm == "," or s[k].has("or") or s[k].has("and") for k in range(last.end, draft.start)) and not any(
        s[k].norm in tuple(".?!;") for k in range(before.end, last.start)
    )


def _has_its_time(s: Sentence, draft: Draft, after: Draft | None) -> bool:
    if draft.clock is not None:
        return True
    return after is not None and after.day is None and (after.clock is not None) and _near(s, draft, after)


def _joined(s: Sentence, left: Draft, right: Draft) -> Draft | None:
    if not _near(s, left, right):
        return None
    a, b = _numbers_beside_days(s, left, right)
    if a.day and b.day and a.day.period == "month" and is_day_number(b.day):  # "el mes que viene el día 5"
        day = replace(b.day, month=a.day.month, months=a.day.months)
        a, b = replace(a, day=None), replace(b, day=day)
    both_days = a.day is not None and b.day is not None
    if both_days and (s[right.start].has("until") or not _same_day(a, b)):
        return None
    if (a.clock and b.clock) or (a.span and b.span) or (a.bare is not None) or (b.bare is not None):
        return None
    if a.moment or b.moment or (a.shift and b.shift and not b.shift.same_time):
        return None
    if (a.span and a.span.length > _LONGEST and not a.starting) or (b.span and b.span.length > _LONGEST):
        return None
    if (a.span and not (a.starting or b.clock or b.is_range)) or (b.span and not a.clock):
        return None
    if a.part and b.part and a.part != b.part and a.clock is None and b.clock is None:
        return None
    if (a.shift and a.shift.vague) or (b.shift and b.shift.vague):
        return None
    whole = Draft(start=a.start, end=b.end)
    whole.day, whole.end_day = _better_day(a, b), a.end_day or b.end_day
    whole.clock, whole.end_clock = a.clock or b.clock, a.end_clock or b.end_clock
    whole.part, whole.span, whole.shift = a.part or b.part, a.span or b.span, _both_shifts(a.shift, b.shift)
    whole.zone, whole.approximate = a.zone or b.zone, a.approximate or b.approximate
    if left.day is not None and left.clock is None and right.clock is not None and not right.is_range:
        bound_by(s, right, right.start)  # "hoy antes de las 8": of the whole
        whole.bound = right.bound
    return whole


def _both_shifts(a: Shift | None, b: Shift | None) -> Shift | None:
    """ "two weeks later, same time"."""
    if a is None or b is None:
        return a or b
    return replace(a, same_time=a.same_time or b.same_time)


def _better_day(a: Draft, b: Draft) -> Day | None:
    """Of two names of one day the fuller one: "tomorrow, 13/04/21", "viernes … 6 de marzo"."""
    if a.day and b.day:
        first, second = a.day, b.day
        fuller = second if second.month is not None or (first.weekday is not None and second.day is not None) else first
        other = first if fuller is second else second
        if fuller.weekday is None and other.weekday is not None and other.mod is None:
            return replace(fuller, weekday=other.weekday)
        return fuller
    return a.day or b.day


def _same_day(a: Draft, b: Draft) -> bool:
    """Two names for one day: a relative one or a weekday, and a date."""
    first, second = a.day, b.day
    if first is None or second is None or a.is_range or b.is_range or first.period or second.period:
        return False

    if first.weekday is not None and second.weekday is not None and first.weekday != second.weekday:
        return False

    def dated(d: Day) -> bool:
        return d.day is not None

    def loose(d: Day) -> bool:
        return d.day is None and (d.offset is not None or d.weekday is not None)

    if first == second:
        return True
    if first.offset is not None and second.weekday is not None and second.mod is None and second.week is None:
        return True
    return (loose(first) and dated(second)) or (
        dated(first) and loose(second) and second.mod is None and first.weekday is None
    )


def _numbers_beside_days(s: Sentence, left: Draft, right: Draft) -> tuple[Draft, Draft]:
    """ "9 tomorrow", "tomorrow 5", "eight tonight": a bare hour beside a named day."""

    def relative(d: Draft) -> bool:
        return (
            d.day is not None
            and d.clock is None
            and (d.day.offset is not None or (d.day.weekday is not None and d.day.day is None))
        )

    counted = s[left.start - 1].has("for") or s[left.start - 1].has("of")
    if left.bare is not None and counted:
        pass
    elif left.bare_ordinal and right.start == left.end:
        pass  # "the first Tuesday after Easter"
    elif (left.bare is not None and left.bare <= 12 and relative(right) and right.start == left.end) or (
        left.bare is not None and left.bare <= 12 and right.part and right.day is None and right.start == left.end
    ):
        left = replace_bare(left)
    elif left.bare is not None and left.bare <= 12 and right.day is not None and right.day.day and left.start == 0:
        gap = [s[k] for k in range(left.end, right.start)] or [s[right.start]]
        if right.clock is None and not left.bare_ordinal and all(x.has("on") or x.has("article") for x in gap):
            left = replace_bare(left)  # "5 on the 18th"
    elif right.bare is not None and relative(left) and right.bare <= 24 and not counts(s, right.end):
        hour = left.part is not None or (left.day is not None and left.day.offset is not None)
        right = replace_bare(right) if hour else right
    return left, right


def _near(s: Sentence, left: Draft, right: Draft) -> bool:
    """Nothing but glue between them, at most one comma or dash."""
    marks = 0
    for k in range(left.end, right.start):
        lexeme = s[k]
        if lexeme.norm in tuple(",-()@|;:!") or (lexeme.norm == "." and s[k + 1].start - lexeme.end < 1):
            marks += 1
        elif lexeme.has("and") and s[right.start].has("lasting"):
            continue
        elif not (lexeme.word.roles & _GLUE) and not (lexeme.norm == "t" and lexeme.glued):
            return False
    if marks > 2:
        return False
    if "\n" in s.text[s[left.end - 1].end : s[right.start].start]:
        return left.clock is None or right.day is None
    return True
