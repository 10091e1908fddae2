"""Numbers listed with a time or a date: "a las 3 o 4", "10 y 10:45", "12 y 19 de septiembre"."""

from __future__ import annotations

from dataclasses import replace

from app.temporal.nodes import Clock, Day, Draft
from app.temporal.sentence import Sentence


def choices(s: Sentence, drafts: list[Draft]) -> list[Draft]:
    """ "a las 3 o 4", "10 y 10:45", "12 y 19 de septiembre": a number offered beside a time or date is one too."""
    for k in range(1, len(drafts)):
        left, right = drafts[k - 1], drafts[k]
        beside = right.start == left.end + 1 and s[left.end].has("or")
        if beside and _may_be_hour(right) and left.clock is not None and not left.is_range and not counts(s, right.end):
            drafts[k] = replace_bare(right)
    for k in range(len(drafts) - 1, 0, -1):
        left, right = drafts[k - 1], drafts[k]
        after = drafts[k + 1] if k + 1 < len(drafts) else None
        goes_on = after is not None and after.start <= right.end + 2 and _alternative(s, right.end)
        listed = _alternative(s, left.end) or s[left.end].norm == "," and goes_on
        if (
            right.start > left.end + 2
            or not listed
            or right.is_range
            or right.clock is not None
            and right.day is not None
        ):
            continue
        if (
            left.day is not None
            and right.day is not None
            and is_day_number(left.day)
            and right.day.month
            and _named_month(s, right)
        ):
            if left.clock is None and left.day.day != right.day.day:  # "el 3 y el 9 de junio"
                left.day = replace(left.day, month=right.day.month, year=right.day.year)
            continue
        if left.bare is None or left.bare_ordinal or right.start != left.end + 1:
            continue
        counted = s[left.start - 1].has("for") or s[left.start - 1].has("of")
        if right.clock is not None and right.day is None and _may_be_hour(left) and not counted:
            drafts[k - 1] = replace_bare(left)
        elif (
            right.day is not None
            and right.day.day
            and right.day.month
            and left.bare <= 31
            and right.clock is None
            and _named_month(s, right)
        ):
            drafts[k - 1] = Draft(
                start=left.start, end=left.end, day=replace(right.day, day=left.bare, weekday=None, certainty=0.8)
            )
    return drafts


def is_day_number(day: Day) -> bool:
    return day.day is not None and day.month is None and day.months is None and day.weekday is None


def _alternative(s: Sentence, k: int) -> bool:
    return s[k].has("or") or s[k].has("and")


def _named_month(s: Sentence, draft: Draft) -> bool:
    """Whether the month is a word: "4 y 1/2" is no list of days."""
    return any(s[k].word.month is not None for k in range(draft.start, draft.end))


def _may_be_hour(draft: Draft) -> bool:
    return draft.bare is not None and 0 < draft.bare <= 24 and not draft.bare_ordinal


def counts(s: Sentence, end: int) -> bool:
    after = s[end]
    return after.norm.isalnum() and not (after.word.roles - {"measure", "street", "thing"}) and after.word.part is None


def replace_bare(draft: Draft) -> Draft:
    hour = draft.bare or 0
    return Draft(
        start=draft.start,
        end=draft.end,
        clock=Clock(hour=hour % 24, half="24" if hour > 12 or hour == 0 else None, certainty=0.7),
    )
