"""Stretches of days: "la próxima semana", "este finde", "en marzo", "a fines de abril", "the second week of May"."""

from __future__ import annotations

from dataclasses import replace

from app.temporal.nodes import Day
from app.temporal.numbers import ordinal, year
from app.temporal.sentence import Sentence
from app.temporal.weekdays import modifier

Read = tuple[Day, int]

#: First and last day of what is said of a month; the last is cut to the month's own.
_PARTS = {"month-start": (1, 10), "month-middle": (11, 20), "month-end": (21, 31)}
_HALVES = {1: (1, 15), 2: (16, 31), -1: (16, 31)}
#: How many weeks or months ahead.
AHEAD = {"this": 0, "next": 1, "upcoming": 1, "last": -1, "recent": -1, "after_next": 2}


def stretch(s: Sentence, i: int) -> Read | None:
    """Stretches: "la próxima semana", "este finde", "en marzo", "next month"."""
    part = _part_of_month(s, i) or _week_of_month(s, i)
    if part:
        return part
    j = s.skip(i, "article")
    reach = [s[k].word for k in range(i, i + 5)]
    named = any(word.unit is not None or word.phrase is not None for word in reach)
    for unit in ("week", "weekend", "month") if named else ():
        found = which(s, i, unit)
        if (found and s[found[1] - 1].word.unit is None) or (found and modifier(s, j)):
            if unit == "month":
                return Day(period="month", months=found[0]), found[1]
            return Day(period=unit, week=found[0]), found[1]
    numbered = s[j + 1].has("of") and s[j + 2].has("article") and ordinal(s, j + 3) is not None
    if s[j].word.unit == "weekend" and (s[j + 1].has("contracted") or numbered):
        return None  # "el fin de semana del 14": the day that follows says which
    if s[j].word.unit == "weekend" and (j > i or s.size == 1 or s[i - 1].has("for") or s[i - 1].has("on")):
        return Day(period="weekend", week=0), j + 1
    month = s[j].word.month
    if (
        month is not None
        and s[j].num is None
        and (
            s[j - 1].has("in")
            or s[j - 1].has("until")
            or s[j - 1].has("since")
            or modifier(s, j - 1)
            or s[j + 1].width == 4
            or s[j + 2].width == 4
        )
    ):
        if s[j].word.weak and not (s[j - 1].has("in") or s[j + 1].width == 4):
            return None
        y = year(s, s.skip(j + 1, "of"))
        return Day(period="month", month=month, year=y[0] if y else None), y[1] if y else j + 1
    return None


def _month(s: Sentence, i: int) -> Read | None:
    """A month by name or by its place: "abril", "May 2027", "el mes", "next month"."""
    j = s.skip(i, "of", "in", "article", "contracted")
    month = s[j].word.month
    if month is not None and s[j].num is None:
        if s[j].has("modal") and s[j + 1].norm.isalpha() and not s[j + 1].word.roles:
            return None  # "being late may happen"
        y = year(s, s.skip(j + 1, "of"))
        return Day(period="month", month=month, year=y[0] if y else None), y[1] if y else j + 1
    found: tuple[int, int] | None
    if s[j].word.unit == "month":  # "fin de mes"
        found = which(s, j, "month") or (0, j + 1)
    else:
        found = which(s, j, "month")
    return (Day(period="month", months=found[0]), found[1]) if found else None


def _part_of_month(s: Sentence, i: int) -> Read | None:
    """ "a fines de marzo", "mid April", "la primera quincena de mayo"."""
    days = _PARTS.get(s[i].word.phrase or "")
    j = i + 1
    if days is None:
        j = s.skip(i, "article")
        nth = ordinal(s, j)
        which_half = nth[0] if nth else s[j].word.ordinal
        j = nth[1] if nth else j + 1
        if which_half not in _HALVES or s[j].word.unit != "fortnight":
            return None
        days, j = _HALVES[which_half], j + 1
    month = _month(s, j)
    if month is None or _attribute(s, month[1]):
        return None
    return replace(month[0], days=days), month[1]


def _attribute(s: Sentence, end: int) -> bool:
    """Whether a noun follows that the stretch belongs to: "end of April results"."""
    after = s[end]
    told = bool(after.word.roles) or after.word.phrase is not None or after.norm in s.lexicon.main.hints
    return not s.lexicon.main.articles_tell and after.norm.isalpha() and not told


def _week_of_month(s: Sentence, i: int) -> Read | None:
    """ "la segunda semana de abril", "the last week of next month"."""
    j = s.skip(i, "article")
    nth = ordinal(s, j)
    count = nth[0] if nth else s[j].word.ordinal
    j = nth[1] if nth else j + 1
    if count is None or s[j].word.unit != "week" or not (s[j + 1].has("of") or s[j + 1].has("in")):
        return None
    month = _month(s, j + 1)
    return (replace(month[0], nth=count), month[1]) if month else None


def which(s: Sentence, i: int, unit: str) -> tuple[int, int] | None:
    """(offset, index after) of "la semana que viene", "next week", "este mes", "last week", "the following week"."""
    i = s.skip(i, "article")
    if unit == "week" and s[i].word.phrase == "next-week":
        return 1, i + 1
    if unit == "week" and s[i].word.phrase == "week-after-next":
        return 2, i + 1
    before = modifier(s, i)
    j = s.skip(before[1], "article") if before else i
    if s[j].word.unit != unit:
        return None
    end = j + 1
    if s[end].word.phrase == "after-next":
        return 2, end + 1
    if before:
        if s[end].word.phrase == "next-after":
            return 1, end + 1
        return AHEAD[before[0]], end
    if s[end].word.phrase == "next-after":
        return 1, end + 1
    for mod in ("next", "last", "after_next"):
        if s[end].has(mod):
            return AHEAD[mod], end + 1
    return (0, end) if unit == "month" and (s[i - 1].has("article") or s[i - 1].has("contracted")) else None
