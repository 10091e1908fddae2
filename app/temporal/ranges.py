"""Ranges: "de 4 a 6", "13 al 15 de julio", "from 4pm today to 5pm tomorrow"."""

from __future__ import annotations

import re
from dataclasses import replace

from app.temporal.nodes import Clock, Day, Draft
from app.temporal.numbers import year
from app.temporal.relative import day
from app.temporal.sentence import Sentence

# "grados", "cuotas": what a range counts, also where no table has the word; "podemos" is a verb.
_PLURAL_NOUN = re.compile(r"[^m]os$|as$")


def opened(s: Sentence, start: int) -> int:
    """The index of the word that opens a range before `start` ("de", "from", "entre", "between"), or -1."""
    j = start - 1
    if s[j].has("article") and not s[j].has("from"):
        j -= 1
    if s[j].has("between") or s[j].has("from") or s[j].has("range_open"):
        return j
    return -1


def connects(s: Sentence, left: Draft, right: Draft, opener: int) -> bool:
    """Whether exactly a range word stands between two drafts."""
    gap = range(left.end, right.start)
    if not gap:  # "de 5 a las 6": the connection is part of "a las"
        lead = s[right.start]
        if lead.has("to") and lead.has("article"):  # "desde el 4 hasta el 23"
            return left.day is not None or left.bare is not None
        by_word = lead.has("to") and (lead.has("at") or lead.has("at_weak") or lead.has("until"))
        if s[right.start].has("and") and s[right.start].has("at"):
            return opener >= 0 and s[opener].has("between") and left.day is None
        if lead.has("until") and not lead.has("at") and left.bare is not None and right.clock is not None:
            return left.bare <= 12  # "10 till 4"
        if left.day is not None:  # "from 4pm today until 10am tomorrow"
            return by_word and left.clock is not None and right.clock is not None and right.day is not None
        return by_word and (left.clock is not None or (opener >= 0 and not s[opener - 1].has("thing")))
    words = [s[k] for k in gap]
    rest = [w for w in words[1:] if not (w.has("article") or w.has("at_weak") or w.has("at"))]
    if rest:
        return False
    first = words[0]
    if first.norm == "-" or first.has("to"):
        return True
    return first.has("and") and opener >= 0 and s[opener].has("between")


def join_ends(s: Sentence, left: Draft, right: Draft, opener: int, *, dated: bool = False) -> Draft | None:
    """One range of two ends, when they can be: two times, two days, or a bare number with either.

    dated  whether the sentence names a day: two bare numbers are then hours
    """
    if left.is_range or right.is_range or left.span or right.span or left.recurring or right.recurring:
        return None
    start = opener if opener >= 0 else left.start
    draft = Draft(
        start=start, end=right.end, zone=left.zone or right.zone, approximate=left.approximate or right.approximate
    )
    times = _times(s, left, right, opener, dated=dated)
    if times:
        draft.clock, draft.end_clock = times
        draft.day, draft.end_day = left.day or right.day, right.day if left.day and right.day else None
        if left.day is None and right.day is not None and left.bare is None and right.start < right.end:
            draft.day = right.day
        draft.part = left.part or right.part
        return draft
    days = _days(s, left, right)
    if days and left.clock is None and right.clock is None:
        draft.day, draft.end_day = days
        _add_year(s, draft)
        return draft
    return None


def _add_year(s: Sentence, draft: Draft) -> None:
    """ "June 1-5, 2021": a year said once, after the range."""
    first, last = draft.day, draft.end_day
    k = s.skip(draft.end + 1 if s.sign(draft.end, ",") else draft.end, "of", "in")
    read = year(s, k)
    if read and first and last and first.month and last.month and first.year is None and s[k].num is not None:
        draft.day = replace(first, year=read[0] - (first.month > last.month))
        draft.end_day, draft.end = replace(last, year=read[0]), read[1]


def _times(s: Sentence, left: Draft, right: Draft, opener: int, *, dated: bool) -> tuple[Clock, Clock] | None:
    if left.day is not None and left.clock is None and left.bare is None:
        return None
    if right.day is not None and right.clock is None:
        return None
    first, second = left.clock or _as_clock(left.bare), right.clock or _as_clock(right.bare)
    if first is None or second is None:
        return None
    if left.clock is None and right.clock is None:  # "de 4 a 6", "2 a 4"
        if (left.bare, right.bare) == (1, 10):
            return None  # a scale
        weekday_before = s[left.start - 1].word.weekday is not None or s[left.start - 1].word.day is not None
        spoken = dated and s[left.end].has("to") and _free(s, right.end) and not s[left.start - 1].has("for")
        if not (s.expect == "time" or weekday_before or spoken or _day_follows(s, right.end)):
            if opener < 0 or (not _free(s, right.end) and not s[opener].has("between")):
                return None
            if s[opener].has("between") and not _free(s, right.end):
                return None
    return first, second


def _day_follows(s: Sentence, end: int) -> bool:
    """ "10 till 4 on Monday", "8-2 del 9 de dic"; but "10 to 15 of July" is days."""
    j = s.skip(end, "on", "of", "article")
    found = day(s, j) or (day(s, end) if j > end else None)
    return found is not None and found[0].period is None


def _free(s: Sentence, end: int) -> bool:
    """Whether nothing follows that the numbers would count ("entre 3 y 5 personas")."""
    after = s[end]
    return (
        not after.norm.isalnum()
        or bool(after.word.roles - {"measure", "street", "thing", "street_tail"})
        or (
            after.word.weekday is not None
            or after.word.day is not None
            or after.word.part is not None
            or after.word.month is not None
        )
        or (
            after.word.unit is None
            and after.norm.isalpha()
            and s.lexicon.main.articles_tell
            and not after.has("measure")
            and not (_PLURAL_NOUN.search(after.norm) and after.norm not in s.lexicon.main.hints)
        )
        or (after.word.unit is None and after.norm.isalpha() and after.norm in s.lexicon.main.hints)
    )


def _as_clock(bare: int | None) -> Clock | None:
    if bare is None or bare > 24:
        return None
    return Clock(hour=bare % 24, half="24" if bare > 12 or bare == 0 else None, certainty=0.85)


def _days(s: Sentence, left: Draft, right: Draft) -> tuple[Day, Day] | None:
    first, second = left.day, right.day
    if first is not None and second is not None:
        if first.period and second.period and first.period != "month":
            return None
        if (
            first.day is not None
            and first.month is None
            and first.months is None
            and second.month is not None
            and second.day
        ):
            over = first.day > second.day  # "del 28 al 2 de junio": of the month before
            first = replace(first, month=(second.month - 2) % 12 + 1 if over else second.month, year=second.year)
        if first.months is None and second.months is not None and first.day and not first.month:
            first = replace(first, months=second.months)
        if (
            first.month is not None
            and second.day is not None
            and second.month is None
            and second.months is None
            and not second.period
        ):
            second = replace(second, month=first.month, year=first.year)
        if first.year is None and second.year is not None:
            first = replace(first, year=second.year)
        elif second.year is None and first.year is not None and second.month is not None:
            second = replace(second, year=first.year)
        return first, second
    if left.bare is not None and second is not None and second.day is not None and 1 <= left.bare <= 31:
        if second.month is None and second.months is None and second.weekday is not None:
            return None
        begins = replace(second, day=left.bare, weekday=None)
        if second.month is not None and left.bare > second.day:  # "del 28 al 2 de junio": of the month before
            begins = replace(begins, month=(second.month - 2) % 12 + 1)
        return begins, second
    if first is not None and right.bare is not None and 1 <= right.bare <= 31 and first.day is not None:
        if first.weekday is not None and first.month is None:
            return None
        if right.bare <= first.day:  # "del 28 al 2": over the end of the month
            if first.months is not None or first.day < 20 or right.bare > 10 or not s[left.end].has("to"):
                return None
            month = first.month % 12 + 1 if first.month else None
            return first, Day(day=right.bare, month=month, months=None if month else 1)
        return first, replace(first, day=right.bare, weekday=None)
    if left.bare is not None and right.bare is not None and s.expect == "date" and left.bare < right.bare <= 31:
        return Day(day=left.bare), Day(day=right.bare)
    return None
