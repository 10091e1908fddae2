"""Moments at a distance ("en 3 minutos", "two days from tomorrow") and moments that hang on an earlier one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from app.temporal.clock import clock
from app.temporal.durations import span
from app.temporal.hours import clock_time
from app.temporal.nodes import Clock, Day, Draft, Span
from app.temporal.numbers import number, year
from app.temporal.relative import day
from app.temporal.sentence import Sentence
from app.temporal.values import Shift
from app.temporal.weekdays import named_weekday

Read = tuple[Day, int]
#: What may begin a distance that no number begins.
_LEADING = frozenset({"article", "one", "next", "upcoming", "last"})
_AROUND_NOW = (("next", 1), ("upcoming", 1), ("last", -1))


def counted(s: Sentence, i: int) -> Draft | None:
    """Moments and days at a distance: "en 3 minutos", "hace dos horas", "una hora más tarde"."""
    j, within, past = i, False, False
    if s[j].has("ago_before"):
        j, past = j + 1, True
    elif s[j].has("within") or s[j].has("in"):
        j, within = j + 1, True
        if s[j].has("about") or s[j].has("ish") or s[j].has("measures"):  # "en unos 40 minutos"
            j += 1
    begins = s[j]
    counting = begins.num is not None or begins.word.number is not None
    if not counting and begins.word.amount is None and begins.word.roles.isdisjoint(_LEADING):
        return None
    if counting and (nights := _nights_ago(s, i, j, past=past)):
        return nights
    if stretch := _around_now(s, i, j):
        return stretch
    upcoming = s[j].has("upcoming") and within is False and past is False
    if upcoming:
        j += 1
    read = _weekdays_ahead(s, j, within=within, past=past) if counting else None
    if read:
        return Draft(start=i, end=read[1], day=read[0])
    split = _split_upcoming(s, j) if counting else None
    length = split or span(s, j)
    if length is None:
        return None
    found, k = length
    if upcoming or split:
        return Draft(start=i, end=k, day=Day(span=found)) if not found.has_time else None
    if past:
        return _at_distance(s, i, k, found, sign=-1)
    after = s[k]
    if after.has("since_now") or after.has("hence"):
        return _at_distance(s, i, k + 1, found, sign=1)
    if after.has("ago"):
        since = s[k + 1].word.day  # "a week ago yesterday"
        told = Day(offset=since) if since is not None and not found.has_time else None
        return _at_distance(s, i, k + 2 if told else k + 1, found, sign=-1, base=told)
    if after.has("beside") and after.word.day is not None:  # "dos días antes de ayer"
        sign = 1 if after.word.day > 0 else -1
        return _at_distance(s, i, k + 1, found, sign=sign, base=Day(offset=after.word.day - sign))
    for role, sign in (("after", 1), ("before", -1)):
        if after.has(role) and found.has_time and (time := clock(s, k if after.has("at") else k + 1)):
            return Draft(start=i, end=time[1], clock=_moved(s, time[0], sign * found.delta))
        if after.has(role):
            base = _base(s, k + 1)
            if base:
                return _at_distance(s, i, base[1], found, sign=sign, base=base[0])
    if after.has("later") or after.has("earlier") or after.word.phrase in ("later", "earlier"):
        sign = -1 if after.has("earlier") or after.word.phrase == "earlier" else 1
        return _shifted(i, k + 1, found, sign)
    if within:
        return _at_distance(s, i, k, found, sign=1)
    return None


def _nights_ago(s: Sentence, i: int, j: int, *, past: bool) -> Draft | None:
    """ "two nights ago"."""
    read = number(s, j, 30)
    part = s[read[1]].word.part if read else None
    if read is None or part is None or not (past or s[read[1] + 1].has("ago")):
        return None
    return Draft(start=i, end=read[1] + 2 - past, day=Day(span=Span(days=read[0]), sign=-1), part=part)


def _around_now(s: Sentence, i: int, j: int) -> Draft | None:
    """ "In the next two hours", "los últimos 15 minutos", "las tres horas anteriores": up to now or from it on."""
    named = s[j].has("article")
    j = s.skip(j, "article")
    led = next((sign for role, sign in _AROUND_NOW if s[j].has(role)), 0)
    if led and s[j].has("measures") and not named:
        return None  # "it will last 2 hours"
    length = span(s, j + 1 if led else j) if led or named else None
    if length is None or not length[0].has_time:
        return None
    k = length[1]
    sign = led or next((sign for role, sign in _AROUND_NOW if s[k].has(role) and not s[k].has("after")), 0)
    end = k if led else k + 1
    return Draft(start=i, end=end, moment=(length[0], sign), bound="before", around_now=True) if sign else None


def _moved(s: Sentence, time: Clock, by: dt.timedelta) -> Clock:
    """ "An hour after noon", "media hora antes de las 5"."""
    at, known = clock_time(s, time)
    minutes = (at.hour * 60 + at.minute + int(by.total_seconds()) // 60) % 1440
    return replace(time, hour=minutes // 60, minute=minutes % 60, half="24", part=None, certainty=0.9 if known else 0.8)


def _split_upcoming(s: Sentence, i: int) -> tuple[Span, int] | None:
    """ "two upcoming days"."""
    read = number(s, i, 99)
    if read and s[read[1]].has("upcoming") and s[read[1] + 1].word.unit == "day":
        return Span(days=read[0]), read[1] + 2
    return None


def _weekdays_ahead(s: Sentence, i: int, *, within: bool, past: bool) -> Read | None:
    """ "dentro de 3 lunes", "three Fridays from now", "2 thursdays ago", "two Mondays later"."""
    read = number(s, i, 20)
    if read is None or s[read[1]].word.weekday is None or s[read[1]].word.weak:
        return None
    weekday, after = s[read[1]].word.weekday, s[read[1] + 1]
    if within or after.has("hence") or after.has("later"):
        return Day(weekday=weekday, plus_days=7 * (read[0] - 1), mod="after_today"), read[1] + 2 - within
    if past or after.has("ago"):
        return Day(weekday=weekday, plus_days=-7 * (read[0] - 1), mod="recent"), read[1] + 2 - past
    start = _base(s, read[1] + 2) if after.has("after") else None
    if start:  # "two Fridays after Easter"
        return Day(weekday=weekday, span=Span(days=4), base=start[0], plus_days=7 * (read[0] - 1)), start[1]
    return None


def _base(s: Sentence, i: int) -> Read | None:
    """The day something is counted from; a year alone is its first day."""
    found = day(s, i)
    if found:
        return found
    j = i + 1 if s[i].has("article") else i
    if s[j].word.unit == "year":
        j += 1
    y = year(s, j)
    return (Day(day=1, month=1, year=y[0]), y[1]) if y else None


def _at_distance(s: Sentence, i: int, end: int, found: Span, *, sign: int, base: Day | None = None) -> Draft | None:
    if found.has_time and base is None:
        return Draft(start=i, end=end, moment=(found, sign))
    if found.has_time:
        return None
    if (base is None and s[end].has("on")) or (s[end].word.weekday is not None and base is None):
        k = s.skip(end, "on", "article")
        if s[k].word.weekday is not None and not s[k].word.weak:  # "in 4 days on Monday"
            return Draft(start=i, end=k + 1, day=Day(span=found, sign=sign, weekday=s[k].word.weekday))
    return Draft(start=i, end=end, day=Day(span=found, sign=sign, base=base))


def _shifted(i: int, end: int, found: Span, sign: int) -> Draft:
    shift = Shift(
        delta=sign * (found.delta + dt.timedelta(days=found.days + found.workdays)), months=sign * found.months
    )
    if not found.has_time:
        return Draft(start=i, end=end, shift=shift, day=Day(span=found, sign=sign, previous=True, certainty=0.6))
    return Draft(start=i, end=end, shift=shift, moment=(found, sign))


def pointing_back(s: Sentence, i: int) -> Draft | None:
    """What only makes sense with an earlier moment: "a la misma hora", "al día siguiente", "más tarde"."""
    phrase = s[i].word.phrase
    day_shift = {"next-day": 1, "previous-day": -1, "last-day": -1}
    if phrase == "same-time":
        return Draft(start=i, end=i + 1, shift=Shift(same_time=True))
    if phrase == "same-day":
        return Draft(start=i, end=i + 1, shift=Shift(same_day=True))
    if phrase in day_shift:
        days = day_shift[phrase]
        if phrase == "last-day" and (s[i + 1].has("of") or s[i + 1].has("in")):
            return None  # "the last day of march"
        if s[i].has("beside") and (base := _base(s, s.skip(i + 1, "of"))):  # "the day before the 20th"
            return Draft(start=i, end=base[1], day=Day(span=Span(days=1), sign=days, base=base[0]))
        return Draft(
            start=i, end=i + 1, shift=Shift(delta=dt.timedelta(days=days)), day=Day(offset=days, previous=True)
        )
    if phrase in ("later", "earlier"):
        return Draft(start=i, end=i + 1, shift=Shift(direction=1 if phrase == "later" else -1))
    if phrase == "week-on" and (found := named_weekday(s, i + 1)):
        return Draft(start=i, end=found[1], day=replace(found[0], plus_days=7))
    if phrase == "2-weeks-on" and (found := named_weekday(s, i + 1)):
        return Draft(start=i, end=found[1], day=replace(found[0], plus_days=14))
    if phrase == "week-on" and (found := day(s, i + 1)):
        return Draft(start=i, end=found[1], day=Day(span=Span(days=7), base=found[0]))
    return None
