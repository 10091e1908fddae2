"""From a day as said to its date."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass, replace
from functools import lru_cache

from app.temporal.holidays import holiday, nth_day, possible_date
from app.temporal.nodes import Day, Span
from app.temporal.sentence import Sentence
from app.temporal.values import add_months

_NEAR = 62  # days: a weekday and day of month that agree only later than this look like a slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A resolved day: other readings, and whether the weekday said fits."""

    date: dt.date
    others: tuple[dt.date, ...] = ()
    conflict: bool = False
    end: dt.date | None = None


def resolve_day(s: Sentence, day: Day) -> Found | None:
    """The date of a day as said; None when there is none."""
    try:
        found = _resolve(s, day)
    except (OverflowError, ValueError):
        return None
    if found is None or not day.plus_days:
        return found
    return Found(date=found.date + dt.timedelta(days=day.plus_days), conflict=found.conflict)


def _resolve(s: Sentence, day: Day) -> Found | None:
    if day.holiday is not None:
        return _holiday(s, day)
    if day.period is not None:
        return _period(s, day)
    if day.nth is not None:
        return _nth(s, day)
    if day.day is not None:
        return _calendar(s, day)
    if day.span is not None:
        return _distance(s, day)
    if day.offset is not None:
        date = s.today + dt.timedelta(days=day.offset)
        conflict = day.weekday is not None and date.weekday() != day.weekday
        return Found(date=date, conflict=conflict)
    return _weekday(s, day) if day.weekday is not None else None


def _distance(s: Sentence, day: Day) -> Found | None:
    assert day.span is not None
    base = s.today
    if day.base is not None:
        found = resolve_day(s, day.base)
        if found is None:
            return None
        base = found.date
    date = add(dt.datetime.combine(base, dt.time()), day.span, day.sign).date()
    if day.weekday is None:
        return Found(date=date)
    if day.base is None and day.span.days % 7 == 0 and not day.span.workdays and not day.span.months:
        monday = date - dt.timedelta(days=date.weekday())  # "Monday two weeks from now": the Monday of that week
        return Found(date=monday + dt.timedelta(days=day.weekday))
    ahead = (day.weekday - date.weekday() + 3) % 7 - 3
    return Found(date=date + dt.timedelta(days=ahead))


def _weekday(s: Sentence, day: Day) -> Found:
    """A weekday: this calendar week's, or the next one to come; see docs/temporal.md for "next"."""
    assert day.weekday is not None
    today = s.today
    monday = today - dt.timedelta(days=today.weekday())
    week = dt.timedelta(days=7)
    ahead = today + dt.timedelta(days=(day.weekday - today.weekday()) % 7)
    if day.week is not None:
        return Found(date=monday + dt.timedelta(days=7 * day.week + day.weekday))
    strictly = ahead if ahead > today else ahead + week
    match day.mod:
        case "next":
            following = monday + dt.timedelta(days=7 + day.weekday)
            if s.options.next_weekday == "week":
                return Found(date=following, others=(strictly,) if strictly != following else ())
            return Found(date=strictly, others=(following,) if strictly != following else ())
        case "upcoming" | "after_today":
            return Found(date=strictly)
        case "after_next":
            return Found(date=strictly + week)
        case "recent":
            behind = (today.weekday() - day.weekday) % 7 or 7
            return Found(date=today - dt.timedelta(days=behind))
        case "last":
            behind = (today.weekday() - day.weekday) % 7 or 7
            recent = today - dt.timedelta(days=behind)
            previous = monday - dt.timedelta(days=7 - day.weekday)
            return Found(
                date=previous if s.options.next_weekday == "week" else recent,
                others=(recent,) if recent != previous else (),
            )
        case "this":
            this = monday + dt.timedelta(days=day.weekday)
            return Found(date=this if this >= today else ahead, others=(this,) if this < today else ())
    past = ahead - week
    if s.options.prefer == "past":
        return Found(date=past if ahead != today else ahead, others=(ahead,))
    return Found(date=ahead, others=(ahead + week,) if ahead == today else (past,))


def _calendar(s: Sentence, day: Day) -> Found | None:
    assert day.day is not None
    if day.months is not None:
        first = add_months(dt.datetime.combine(s.today.replace(day=1), dt.time()), day.months).date()
        return Found(date=first.replace(day=day.day))
    if day.month is None:
        return _day_of_month(s, day.day, day.weekday, announced=day.announced)
    if day.year is not None:
        date = dt.date(day.year, day.month, day.day)
        return Found(date=date, conflict=day.weekday is not None and date.weekday() != day.weekday)
    return without_year(s, day.day, day.month, day.weekday)


@lru_cache(maxsize=1024)
def _in_years(year: int, month: int, day: int) -> tuple[dt.date, ...]:
    """That day in the years around."""
    return tuple(date for y in range(year - 8, year + 9) if (date := possible_date(y, month, day)))


@lru_cache(maxsize=1024)
def _in_months(start: int, day: int) -> tuple[dt.date, ...]:
    """That day in the months around, which are counted from the year 0."""
    months = (divmod(start + k, 12) for k in range(-12, 25))
    return tuple(date for year, month in months if (date := possible_date(year, month + 1, day)))


def without_year(s: Sentence, day: int, month: int, weekday: int | None) -> Found | None:
    dates = _in_years(s.today.year, month, day)
    future = [date for date in dates if date >= s.today]
    past = [date for date in dates if date < s.today][::-1]
    if s.options.prefer == "past" and past:
        future, past = past, future
    if not future:
        return None
    first = future[0]
    if weekday is None or first.weekday() == weekday:
        return Found(date=first, others=tuple(past[:1]))
    if past and past[0].weekday() == weekday and (s.today - past[0]).days <= _NEAR:
        return Found(date=past[0], others=(first,))
    later = [date for date in future[1:3] if date.weekday() == weekday]
    return Found(date=later[0] if later else first, others=(first,) if later else (), conflict=True)


def _day_of_month(s: Sentence, day: int, weekday: int | None, *, announced: bool = False) -> Found | None:
    """ "el 19", "viernes 13": this month's or the next that has such a day (and weekday)."""
    dates = _in_months(s.today.year * 12 + s.today.month - 1, day)
    future = [date for date in dates if date >= s.today]
    past = [date for date in dates if date < s.today][::-1]
    if s.options.prefer == "past":
        future, past = past, future
    first = future[0]
    if weekday is None:
        return Found(date=first, others=tuple(past[:1]))
    fitting = [date for date in future if date.weekday() == weekday]
    this_month = [date for date in past[:1] if date.weekday() == weekday and date.month == s.today.month]
    nearest = fitting[0] if fitting else None
    if nearest is not None and abs((nearest - s.today).days) <= _NEAR:
        return Found(date=nearest, others=tuple(this_month))
    if this_month and announced:  # "Friday the 15th" when this month's was one
        return Found(date=this_month[0], others=(nearest,) if nearest else ())
    if nearest is None:
        return Found(date=first, others=tuple(this_month), conflict=True)
    return Found(date=nearest, others=(first, *this_month), conflict=True)


def _nth(s: Sentence, day: Day) -> Found | None:
    assert day.nth is not None
    if day.base is not None:
        return _nth_closest(s, day)
    among = range(5 if day.mod == "workday" else 7)
    if day.months is not None:
        first = add_months(dt.datetime.combine(s.today.replace(day=1), dt.time()), day.months).date()
        date = nth_day(first.year, first.month, day.nth, day.weekday, among=among)
        return Found(date=date) if date else None
    assert day.month is not None
    years = [day.year] if day.year else [s.today.year, s.today.year + 1]
    for year in years:
        date = nth_day(year, day.month, day.nth, day.weekday, among=among)
        if date and (day.year or date >= s.today):
            return Found(date=date)
    return None


def _nth_closest(s: Sentence, day: Day) -> Found | None:
    base = resolve_day(s, day.base) if day.base else None
    if base is None or day.nth is None or day.weekday is None:
        return None
    ahead = base.date + dt.timedelta(days=(day.weekday - base.date.weekday()) % 7)
    weeks = (dt.timedelta(days=7 * k) for k in range(-day.nth, day.nth + 1))
    dates = sorted((ahead + week for week in weeks), key=lambda date: abs(date - base.date))
    return Found(date=dates[day.nth - 1])


def _holiday(s: Sentence, day: Day) -> Found | None:
    assert day.holiday is not None
    years = [day.year] if day.year else [s.today.year - 1, s.today.year, s.today.year + 1, s.today.year + 2]
    dates = sorted(date for year in years if (date := holiday(day.holiday, year)))
    future = [date for date in dates if date >= s.today or day.year]
    past = [date for date in dates if date < s.today]
    if day.weekday is not None and future and future[0].weekday() != day.weekday:
        return Found(date=future[0], conflict=True)
    return Found(date=future[0], others=tuple(past[-1:])) if future else None


def _period(s: Sentence, day: Day) -> Found | None:
    today = s.today
    monday = today - dt.timedelta(days=today.weekday())
    if day.period == "week":
        first = monday + dt.timedelta(days=7 * (day.week or 0))
        return Found(date=first, end=first + dt.timedelta(days=6))
    if day.period == "weekend":
        first = monday + dt.timedelta(days=7 * (day.week or 0) + 5)
        return Found(date=first, end=first + dt.timedelta(days=1))
    if day.month is not None:
        year = day.year or today.year + (day.month < today.month)
        first = dt.date(year, day.month, 1)
    else:
        first = add_months(dt.datetime.combine(today.replace(day=1), dt.time()), day.months or 0).date()
    if day.nth is not None:  # a week belongs to the month that has its Thursday
        thursday = nth_day(first.year, first.month, day.nth, 3)
        around = dt.timedelta(days=3)
        return Found(date=thursday - around, end=thursday + around) if thursday else None
    last = first.replace(day=monthrange(first.year, first.month)[1])
    if day.days is not None:
        begins, ends = day.days
        if day.year is None and day.month == today.month and ends < today.day:
            # "a principios de marzo", said late in it
            return _period(s, replace(day, year=first.year + 1))
        return Found(date=first.replace(day=begins), end=min(last, first.replace(day=min(ends, last.day))))
    return Found(date=first, end=last)


def day_range(s: Sentence, first: Day, last: Day) -> tuple[Found, Found] | None:
    """Both ends, in one future: the end comes first of the days to come, the start before it."""
    start, end = resolve_day(s, first), resolve_day(s, last)
    if start is None or end is None:
        return None
    if end.date < start.date and first.year is None and first.offset is None:
        if first.day is not None and (first.month is not None or (first.weekday is None and first.months is None)):
            earlier = [date for date in start.others if date <= end.date]
            step = without_year(s, last.day, last.month, None) if last.day and last.month else None
            if earlier and end.date > s.today:
                start = Found(date=earlier[0], others=())
            elif step is not None and last.month is not None:
                later = possible_date(start.date.year + (last.month < start.date.month), last.month, last.day or 1)
                end = Found(date=later) if later else end
            if end.date < start.date:
                later = possible_date(start.date.year + 1, end.date.month, end.date.day)
                end = Found(date=later) if later else end
        elif first.weekday is not None and last.weekday is not None:
            end = Found(date=end.date + dt.timedelta(days=7), conflict=end.conflict)
    if first.weekday is not None and last.weekday is not None and first.day is None and last.day is None:
        gap = (last.weekday - first.weekday) % 7 or 7
        if last.mod is None and last.week is None:
            end = Found(date=start.date + dt.timedelta(days=gap))
    if first.weekday is not None and first.day is None and last.day is not None and last.weekday is not None:
        start = Found(date=end.date - dt.timedelta(days=(end.date.weekday() - first.weekday) % 7 or 7))
    if first.period == "month" or last.period == "month":
        end = Found(date=end.date)
        start = Found(date=start.date)
    return (start, end) if start.date <= end.date else None


def add(moment: dt.datetime, span: Span, sign: int) -> dt.datetime:
    moved = add_months(moment, sign * span.months) + sign * (dt.timedelta(days=span.days) + span.delta)
    left = span.workdays
    while left:
        moved += dt.timedelta(days=sign)
        left -= moved.weekday() < 5
    return moved
