"""Days counted from another: "mañana", "el próximo viernes", "dentro de tres días", "two weeks from tomorrow"."""

from __future__ import annotations

from dataclasses import replace

from app.temporal.bare_days import bare_day
from app.temporal.dates import calendar_day
from app.temporal.durations import span
from app.temporal.nodes import Day, Span
from app.temporal.numbers import number, ordinal, year
from app.temporal.sentence import Sentence
from app.temporal.stretches import AHEAD, stretch, which
from app.temporal.vocabulary import NOTHING
from app.temporal.weekdays import modifier, named_weekday

Read = tuple[Day, int]


def day(s: Sentence, i: int) -> Read | None:
    """The day that begins here, of whatever kind, with what is added to it ("en ocho", "two weeks from now")."""
    read = _whole(s, i)
    if read is None and not ((s[i].has("on") or s[i].has("for") or s[i].has("contracted")) and _whole(s, i + 1)):
        read = bare_day(s, i)
    if read is None:
        return None
    return _plus(s, *read)


def _whole(s: Sentence, i: int) -> Read | None:
    if s[i].num is not None and s[i].word is NOTHING and ordinal(s, i) is None:
        return _day_of_month(s, i) or calendar_day(s, i)  # digits begin no other
    first = s[s.skip(i, "article")]
    ordered = first.num is not None or first.word.ordinal is not None
    return (
        (_nth_weekday(s, i) if ordered or first.word.phrase == "last-day" else None)
        or (_closest(s, i) if ordered or first.has("closest") else None)
        or (_around(s, i) if first.word.weekday is not None or first.word.ordinal == 1 else None)
        or _week_of(s, i)
        or calendar_day(s, i)
        or _overmorrow(s, i)
        or _named(s, i)
        or named_weekday(s, i)
        or stretch(s, i)
    )


def _overmorrow(s: Sentence, i: int) -> Read | None:
    """ "Pasado a las 11", "mañana o pasado": the day after tomorrow in a word, where no noun stands beside it."""
    before, after = s[i - 1], s[i + 1]
    alone = (
        i == 0
        or not before.norm.isalnum()
        or before.has("or")
        or before.has("for")
        or before.has("and")
        or before.has("but")
    )
    if not s[i].has("overmorrow") or not alone:
        return None
    free = not after.norm.isalnum() or after.has("at") or after.has("or") or after.word.part is not None
    return (Day(offset=2, certainty=0.8), i + 1) if free and s.size > 1 else None


def _closest(s: Sentence, i: int) -> Read | None:
    """ "the closest Monday to Oct 5th", "the second closest Friday to the 8th"."""
    j = s.skip(i, "article")
    nth = ordinal(s, j)
    j = nth[1] if nth else j
    if not s[j].has("closest") or s[j + 1].word.weekday is None or not (s[j + 2].has("to") or s[j + 2].has("of")):
        return None
    base = calendar_day(s, j + 3) or bare_day(s, j + 3) or _named(s, j + 3)
    return (Day(weekday=s[j + 1].word.weekday, nth=nth[0] if nth else 1, base=base[0]), base[1]) if base else None


def _around(s: Sentence, i: int) -> Read | None:
    """ "the Monday after Easter", "el viernes antes del 20": in the week after or before a named day."""
    j = s.skip(i, "article")
    if s[j].word.ordinal == 1:  # "the first Tuesday after Easter"
        j += 1
    after = s[j + 1]
    if s[j].word.weekday is None or s[j].num is not None or not (after.has("after") or after.has("before")):
        return None
    k = j + 2
    base = calendar_day(s, k) or (_named(s, k) if s[s.skip(k, "article")].word.holiday else bare_day(s, k))
    if (
        base is None
        and s[k].num is not None
        and s.text[max(s[k].start - 4, 0) : s[k].start].rstrip().lower().endswith("del")
    ):
        number_read = number(s, k, 31)  # "antes del 20"
        base = (Day(day=number_read[0]), number_read[1]) if number_read else None
    if base is None or (base[0].weekday is not None and base[0].day is None):
        return None
    # the nearest such weekday to four days on is one of the seven that follow
    return Day(weekday=s[j].word.weekday, span=Span(days=4), sign=1 if after.has("after") else -1, base=base[0]), base[
        1
    ]


def _plus(s: Sentence, found: Day, j: int) -> Read:
    """ "el lunes en ocho", "Monday two weeks from now", "in 3 days on Friday"."""
    if s[j].has("in") and found.day is None and (found.weekday is not None or found.offset is not None):
        idiom = number(s, j + 1, 15)  # "en ocho (días)" is a week, "en quince" two: the first day is counted
        if idiom and idiom[0] in (8, 15) and s[idiom[1]].word.unit in (None, "day") and s[idiom[1]].norm != ":":
            return replace(found, plus_days=7 if idiom[0] == 8 else 14), idiom[1] + (s[idiom[1]].word.unit == "day")
        ahead = span(s, j + 1)
        if found.offset is not None and ahead and not ahead[0].has_time:
            return Day(span=ahead[0], base=found), ahead[1]
    if s[j].has("ago_before") and found.offset is not None and (ago := span(s, j + 1)):  # "hoy hace una semana"
        if not ago[0].has_time:
            return Day(span=ago[0], sign=-1, base=found), ago[1]
    if s[j].has("to") and found.offset is not None and s.lexicon.main.articles_tell:  # "de hoy a dos semanas"
        ahead = span(s, j + 1)
        if ahead and ahead[0].days and not ahead[0].has_time:
            return Day(span=ahead[0], base=found), ahead[1]
    if (
        found.weekday is not None
        and found.day is None
        and found.mod is None
        and found.week is None
        and found.nth is None
    ):
        k = j + 1 if s.sign(j, ",") else j
        if s[k].has("in") and s[k].has("within"):
            k += 1
        ahead = span(s, k)
        if ahead and not ahead[0].has_time and s[ahead[1]].has("hence"):
            return replace(found, span=ahead[0]), ahead[1] + 1
    return found, j


def _named(s: Sentence, i: int) -> Read | None:
    j = i + 1 if s[i].has("article") and (s[i + 1].word.holiday or s[i + 1].word.day is not None) else i
    word = s[j].word
    if word.phrase in ("today+7", "today+8", "today+14"):
        return Day(offset=int(word.phrase.partition("+")[2])), j + 1
    if word.day is not None:
        return Day(offset=word.day), j + 1
    if word.holiday is not None:
        k = s.skip(j + 1, "of")
        y = year(s, k)
        return Day(holiday=word.holiday, year=y[0] if y else None), y[1] if y else j + 1
    return None


def _week_of(s: Sentence, i: int) -> Read | None:
    """ "el jueves de la próxima semana", "Friday next week", "this week Monday", "el 4 de este mes"."""
    j = i
    while s[j].has("article") or (s[j].has("on") and j == i):
        j += 1
    weekday = s[j].word.weekday
    if weekday is not None and s[j].num is None:
        k = j + 1
        if s.sign(k, ".", glued=True):
            k += 1
        k = s.skip(k, "of", "in", "article", "for")
        read = which(s, k, "week")
        if read:
            return Day(weekday=weekday, week=read[0]), read[1]
        if s[j + 1].word.day is not None:
            return None
    before = modifier(s, j)
    if before and s[before[1]].word.phrase == "week-on" and (on := named_weekday(s, before[1] + 1)):
        return Day(weekday=on[0].weekday, week=AHEAD[before[0]]), on[1]  # "next week on Friday", not "a week on Friday"
    week = which(s, j, "week")
    if week:
        k = week[1]
        if s[k].norm in ("'", "-", ","):
            k += 1
        k = s.skip(k, "of", "on", "article")
        if s[k].norm == "s" and s[k].glued:
            k += 1
        weekday = s[k].word.weekday
        if weekday is not None and len(s[k].norm) > 2:
            # "La semana siguiente, el miércoles 9": the number says which. In English it is an hour.
            numbered = calendar_day(s, k) if s.lexicon.main.articles_tell else None
            return numbered or (Day(weekday=weekday, week=week[0]), k + 1)
    return _day_of_month(s, i)


def _day_of_month(s: Sentence, i: int) -> Read | None:
    """ "9th of this month", "el 4 del próximo mes"."""
    j = i
    while (s[j].has("article") and not s[j].has("at_weak")) or s[j].has("day_word"):
        j += 1
    read = ordinal(s, j) or number(s, j, 31)
    if read is None or not 1 <= read[0] <= 31:
        return None
    k = s.skip(read[1], "of", "in")
    if k == read[1] and not (ordinal(s, j) and modifier(s, k)):  # but "the 4th next month"
        return None
    month = (0, k + 1) if s[k].word.phrase == "this-month" else which(s, k, "month")
    plain = s.skip(k, "article")
    if month and s[plain].word.unit == "month" and month[1] == plain + 1:
        return Day(day=read[0]), plain + 1  # "the first of the month": the next to come
    return (Day(day=read[0], months=month[0]), month[1]) if month else None


def _nth_weekday(s: Sentence, i: int) -> Read | None:
    """ "el primer lunes de marzo", "last Friday in October", "5th last day of May", "second Monday of next month"."""
    j = s.skip(i, "article")
    read = ordinal(s, j)
    if read:
        nth, k = read
    elif (spoken := s[j].word.ordinal) is not None:
        nth, k = spoken, j + 1
    elif s[j].word.phrase == "last-day":
        nth, k = -1, j
    else:
        return None
    if nth > 0 and s[backward := s.skip(k, "to", "from")].word.ordinal == -1:  # "fifth last", "third to last"
        nth, k = -nth, backward + 1
    if (s[k].has("day_word") and s[k].word.unit is None) or s[k].word.phrase == "last-day":
        k += 1
        unit: str | None = "day"
        weekday = None
    else:
        weekday, unit = s[k].word.weekday, s[k].word.unit
        if weekday is None and unit not in ("day", "workday"):
            return None
        k += 1
    mod = "workday" if unit == "workday" else None
    of = s.skip(k, "of", "in", "article")
    if of == k:
        return None
    month = s[of].word.month
    if month is not None:
        y = year(s, s.skip(of + 1, "of"))
        where = Day(nth=nth, weekday=weekday, mod=mod, month=month, year=y[0] if y else None)
        return where, y[1] if y else of + 1
    place = which(s, of, "month") or which(s, k + 1, "month")
    return (Day(nth=nth, weekday=weekday, mod=mod, months=place[0]), place[1]) if place else None
