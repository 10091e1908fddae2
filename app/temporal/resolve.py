"""From what was said to dates and times, against the reference and the options."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass

from app.temporal.nodes import Clock, Day, Draft, Span
from app.temporal.sentence import Sentence
from app.temporal.values import Anchor, Kind, TimeExpression, add_months
from app.temporal.zones import zone_info

_NEAR = 62  # days: a weekday and day of month that agree only later than this look like a slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A resolved day: other readings, and whether the weekday said fits."""

    date: dt.date
    others: tuple[dt.date, ...] = ()
    conflict: bool = False
    end: dt.date | None = None


def build(s: Sentence, draft: Draft) -> TimeExpression | None:
    """The expression for a draft; None when the calendar has no such day."""
    start, end = s[draft.start].start, s[draft.end - 1].end
    day = end_day = None
    if draft.day is not None:
        days = _range(s, draft.day, draft.end_day) if draft.end_day is not None else _pair(resolve_day(s, draft.day))
        if days is None:
            return None
        day, end_day = days
    elif draft.moment is not None:
        return _moment(s, draft, start, end)
    time = end_time = None
    known = True
    if draft.clock is not None:
        time, known = _time(s, draft.clock)
        if draft.end_clock is not None:
            time, end_time, known = _times(s, draft.clock, draft.end_clock)
    date = day.date if day else None
    if draft.clock is not None and date is not None and _after_midnight(draft.clock, time) and not draft.is_range:
        date += dt.timedelta(days=1)
    end_date = day.end if day and day.end else end_day.date if end_day else None
    duration = draft.span.length if draft.span else None
    part = None
    name = draft.part or (draft.clock.part if draft.clock else None)
    if name:
        part = s.lexicon.windows.get(name)
    if end_time is not None and date is not None and end_date is None:
        end_date = date + dt.timedelta(days=end_time <= time if time else 0)
    if duration and time is not None and end_time is None:
        first = dt.datetime.combine(date or s.today, time)
        last = first + duration
        end_time = last.time()
        if date is not None:
            end_date = last.date()
    kind = _kind(draft, date, end_date, time, end_time, duration, part is not None)
    if kind is None:
        return None
    certainty = min(draft.day.certainty if draft.day else 1.0, draft.clock.certainty if draft.clock else 1.0)
    if day and day.conflict:
        certainty = min(certainty, 0.5)
    if not known:
        certainty = min(certainty, 0.9)
    return TimeExpression(
        span=(start, end), text=s.text[start:end], kind=kind, reference=s.reference, date=date, end_date=end_date,
        time=time, end_time=end_time, duration=duration, part_of_day=part, meridiem_known=known,
        weekday=draft.day.weekday if draft.day else None, weekday_conflict=bool(day and day.conflict),
        anchor=_anchor(draft), certainty=certainty, approximate=draft.approximate, shift=draft.shift, bound=draft.bound,
        recurring=draft.recurring, zone=zone_info(draft.zone) if draft.zone else None, other_dates=day.others if day else ())


def _pair(found: Found | None) -> tuple[Found, None] | None:
    return (found, None) if found else None


def _anchor(draft: Draft) -> Anchor:
    day = draft.day
    if draft.shift is not None and (day is None or day.previous):
        return "previous"
    if day is None:
        return "reference"
    if day.base is not None:
        return "expression"
    return "calendar" if day.year is not None else "reference"


def _kind(draft: Draft, date: dt.date | None, end_date: dt.date | None, time: dt.time | None, end_time: dt.time | None,
          duration: dt.timedelta | None, part: bool) -> Kind | None:
    if time is not None:
        if end_time is not None or draft.end_clock is not None:
            return Kind.DATETIMERANGE if date else Kind.TIMERANGE
        return Kind.DATETIME if date else Kind.TIME
    if date is not None:
        return Kind.DATERANGE if end_date is not None else Kind.DATE
    if part:
        return Kind.TIMERANGE
    if duration is not None:
        return Kind.DURATION
    return Kind.SHIFT if draft.shift is not None else None


def _moment(s: Sentence, draft: Draft, start: int, end: int) -> TimeExpression | None:
    """"en 3 minutos", "30 minutos después": counted from the reference; minutes are exact, days keep no hour."""
    assert draft.moment is not None
    span, sign = draft.moment
    try:
        moved = _add(s.reference.replace(tzinfo=None), span, sign)
    except (OverflowError, ValueError):
        return None
    exact = span.has_time
    return TimeExpression(
        span=(start, end), text=s.text[start:end], kind=Kind.DATETIME if exact else Kind.DATE, reference=s.reference,
        date=moved.date(), time=moved.time().replace(second=0, microsecond=0) if exact else None,
        shift=draft.shift, anchor="previous" if draft.shift else "reference", certainty=0.6 if draft.shift else 1.0,
        approximate=draft.approximate, bound=draft.bound)


def _add(moment: dt.datetime, span: Span, sign: int) -> dt.datetime:
    moved = add_months(moment, sign * span.months) + sign * (dt.timedelta(days=span.days) + span.delta)
    left = span.workdays
    while left:
        moved += dt.timedelta(days=sign)
        left -= moved.weekday() < 5
    return moved


# --- days ---------------------------------------------------------------------------------------------------------


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
    date = _add(dt.datetime.combine(base, dt.time()), day.span, day.sign).date()
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
            return Found(date=previous if s.options.next_weekday == "week" else recent,
                         others=(recent,) if recent != previous else ())
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
    return _without_year(s, day.day, day.month, day.weekday)


def _without_year(s: Sentence, day: int, month: int, weekday: int | None) -> Found | None:
    year = s.today.year
    dates = [date for y in range(year - 8, year + 9) if (date := _date(y, month, day))]
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


def _date(year: int, month: int, day: int) -> dt.date | None:
    return dt.date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def _day_of_month(s: Sentence, day: int, weekday: int | None, *, announced: bool = False) -> Found | None:
    """"el 19", "viernes 13": this month's or the next that has such a day (and weekday)."""
    start = s.today.year * 12 + s.today.month - 1
    dates = [date for k in range(-12, 25) if (date := _date((start + k) // 12, (start + k) % 12 + 1, day))]
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
    if day.months is not None:
        first = add_months(dt.datetime.combine(s.today.replace(day=1), dt.time()), day.months).date()
        date = nth_day(first.year, first.month, day.nth, day.weekday)
        return Found(date=date) if date else None
    assert day.month is not None
    years = [day.year] if day.year else [s.today.year, s.today.year + 1]
    for year in years:
        date = nth_day(year, day.month, day.nth, day.weekday)
        if date and (day.year or date >= s.today):
            return Found(date=date)
    return None


def nth_day(year: int, month: int, nth: int, weekday: int | None) -> dt.date | None:
    """The nth day or weekday of a month; negative counts from the end."""
    days = [date for d in range(1, 32) if (date := _date(year, month, d)) and weekday in (None, date.weekday())]
    index = nth - 1 if nth > 0 else len(days) + nth
    return days[index] if 0 <= index < len(days) else None


def _holiday(s: Sentence, day: Day) -> Found | None:
    assert day.holiday is not None
    years = [day.year] if day.year else [s.today.year - 1, s.today.year, s.today.year + 1, s.today.year + 2]
    dates = sorted(date for year in years if (date := holiday(day.holiday, year)))
    future = [date for date in dates if date >= s.today or day.year]
    past = [date for date in dates if date < s.today]
    if day.weekday is not None and future and future[0].weekday() != day.weekday:
        return Found(date=future[0], conflict=True)
    return Found(date=future[0], others=tuple(past[-1:])) if future else None


def holiday(rule: tuple[str, int, int], year: int) -> dt.date | None:
    """The date of a holiday: fixed, nth weekday of a month, counted from Easter, or by the tabular Islamic calendar."""
    kind, a, b = rule
    if kind == "fixed":
        return _date(year, a, b)
    if kind == "easter":
        return easter(year) + dt.timedelta(days=a)
    if kind == "islamic":
        return islamic(year, a, b)
    _, nth, weekday = kind.split(":")
    weekday, _, plus = weekday.partition("+")
    date = nth_day(year, a, int(nth), int(weekday))
    return date + dt.timedelta(days=int(plus or 0)) if date else None


def easter(year: int) -> dt.date:
    """Western Easter (Meeus/Jones/Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return dt.date(year, f // 31, f % 31 + 1)


def islamic(year: int, month: int, day: int) -> dt.date | None:
    """The day in a Gregorian year by the tabular Islamic calendar, a day or so from the sighted one."""
    for hijri in range((year - 622) * 33 // 32 - 1, (year - 622) * 33 // 32 + 3):
        days = day + (59 * (month - 1) + 1) // 2 + (hijri - 1) * 354 + (3 + 11 * hijri) // 30
        date = dt.date.fromordinal(days + 227013)
        if date.year == year:
            return date
    return None


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
    return Found(date=first, end=first.replace(day=monthrange(first.year, first.month)[1]))


def _range(s: Sentence, first: Day, last: Day) -> tuple[Found, Found] | None:
    """Both ends, in one future: the end comes first of the days to come, the start before it."""
    start, end = resolve_day(s, first), resolve_day(s, last)
    if start is None or end is None:
        return None
    if end.date < start.date and first.year is None and first.offset is None:
        if first.day is not None and (first.month is not None or first.weekday is None and first.months is None):
            earlier = [date for date in start.others if date <= end.date]
            step = _without_year(s, last.day, last.month, None) if last.day and last.month else None
            if earlier and end.date > s.today:
                start = Found(date=earlier[0], others=())
            elif step is not None and last.month is not None:
                later = _date(start.date.year + (last.month < start.date.month), last.month, last.day or 1)
                end = Found(date=later) if later else end
            if end.date < start.date:
                later = _date(start.date.year + 1, end.date.month, end.date.day)
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


# --- times --------------------------------------------------------------------------------------------------------


def _time(s: Sentence, clock: Clock) -> tuple[dt.time, bool]:
    """(time, whether the half of the day is known)."""
    hour, known = _hour(s, clock)
    return dt.time(hour, clock.minute), known


def _hour(s: Sentence, clock: Clock) -> tuple[int, bool]:
    hour, half = clock.hour, clock.half
    if half == "24" or hour > 12 or hour == 0:
        return hour, True
    if half is None and clock.part is not None:
        half = _half_in_part(s, clock)
    if half is not None:
        if half == "noon":
            return hour, True
        return hour % 12 + (12 if half == "pm" else 0), True
    if hour == 12 or hour >= s.options.morning_from:
        return hour, False
    return hour + 12, False


def _half_in_part(s: Sentence, clock: Clock) -> str:
    hour = clock.hour
    match clock.part:
        case "dawn":
            return "am"
        case "morning" | "first_thing" | "mid_morning":
            return ("pm" if s.noon_hour == 12 else "am") if hour == 12 else "am"
        case "night":
            return "am" if hour == 12 or hour <= 4 else "pm"
        case "noon" | "lunch":
            return "am" if hour in (10, 11) else "pm"
    return "pm"


def _after_midnight(clock: Clock, time: dt.time | None) -> bool:
    """"esta noche a la 1", "el viernes a las 12 de la noche": the hours after midnight belong to the night before."""
    return time is not None and clock.part == "night" and time.hour < 5


def _times(s: Sentence, first: Clock, last: Clock) -> tuple[dt.time, dt.time, bool]:
    """Both ends; what one of them says about the half of the day holds for the other where it fits."""
    if _open(first) and not _open(last):
        end, _ = _hour(s, last)
        end_minutes = end * 60 + last.minute
        choices = [h for h in (first.hour % 12, first.hour % 12 + 12) if h * 60 + first.minute < end_minutes]
        if end == 0 or not choices:
            start = first.hour % 12 + 12
        else:
            start = choices[-1]
            if last.half == "24" and first.hour >= s.options.morning_from and first.hour % 12 in choices:
                start = first.hour % 12 or 12
            if first.hour == 12 and 12 not in choices:
                start = 0
        return dt.time(start, first.minute), dt.time(end, last.minute), True
    start, known = _hour(s, first)
    if _open(last):
        start_minutes = start * 60 + first.minute
        base = last.hour % 12
        choices = [h for h in (base, base + 12) if h * 60 + last.minute > start_minutes]
        end = choices[0] if choices else base
    else:
        end, _ = _hour(s, last)
    return dt.time(start, first.minute), dt.time(end, last.minute), known


def _open(clock: Clock) -> bool:
    return clock.half is None and clock.part is None and 1 <= clock.hour <= 12
