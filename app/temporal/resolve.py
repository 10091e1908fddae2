"""From what was said to dates and times, against the reference and the options."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from app.temporal.days import Found, add, day_range, resolve_day
from app.temporal.hours import after_midnight, clock_time, clock_times
from app.temporal.nodes import Day, Draft
from app.temporal.sentence import Sentence
from app.temporal.values import Anchor, Kind, TimeExpression, elapse
from app.temporal.zones import zone_info


def build(s: Sentence, draft: Draft) -> TimeExpression | None:
    """The expression for a draft; None when the calendar has no such day."""
    start, end = s[draft.start].start, s[draft.end - 1].end
    day = end_day = None
    if draft.day is not None:
        days = day_range(s, draft.day, draft.end_day) if draft.end_day is not None else _pair(resolve_day(s, draft.day))
        if days is None:
            return None
        day, end_day = days
    elif draft.moment is not None:
        return _moment(s, draft, start, end)
    time = end_time = None
    known = True
    if draft.clock is not None:
        time, known = clock_time(s, draft.clock)
        if draft.end_clock is not None:
            time, end_time, known = clock_times(s, draft.clock, draft.end_clock, over_days=draft.end_day is not None)
    if day and time and draft.day and _is_over(s, draft.day, day.date, time):
        day = Found(date=day.date + dt.timedelta(days=7), others=(day.date,))
    date = day.date if day else None
    if draft.clock is not None and date is not None and after_midnight(draft.clock, time) and not draft.is_range:
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
        zone = zone_info(draft.zone) if draft.zone else s.reference.tzinfo
        last = elapse(dt.datetime.combine(date or s.today, time), duration, zone)
        end_time = last.time()
        if date is not None:
            end_date = last.date()
    until = end_time is not None if time is not None else end_date is not None
    kind = _kind(draft, dated=date is not None, timed=time is not None, until=until, part=part is not None)
    if kind is None:
        return None
    certainty = min(draft.day.certainty if draft.day else 1.0, draft.clock.certainty if draft.clock else 1.0)
    if day and day.conflict:
        certainty = min(certainty, 0.5)
    if not known:
        certainty = min(certainty, 0.9)
    return TimeExpression(
        span=(start, end),
        text=s.text[start:end],
        kind=kind,
        reference=s.reference,
        date=date,
        end_date=end_date,
        time=time,
        end_time=end_time,
        duration=duration,
        part_of_day=part,
        meridiem_known=known,
        weekday=draft.day.weekday if draft.day else None,
        weekday_conflict=bool(day and day.conflict),
        anchor=_anchor(draft),
        certainty=certainty,
        approximate=draft.approximate or bool(draft.day and draft.day.days),
        shift=draft.shift,
        bound=draft.bound,
        recurring=draft.recurring,
        zone=zone_info(draft.zone) if draft.zone else None,
        other_dates=day.others if day else (),
    )


def _is_over(s: Sentence, day: Day, date: dt.date, time: dt.time) -> bool:
    """Whether "el lunes a las 9", said on a Monday at ten, means the next one."""
    plain = day.weekday is not None and day == Day(weekday=day.weekday)
    return plain and date == s.today and time < s.reference.time() and s.options.prefer == "future"


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


def _kind(draft: Draft, *, dated: bool, timed: bool, until: bool, part: bool) -> Kind | None:
    """What kind of expression has these parts; `until` = it has an end."""
    if timed:
        if until:
            return Kind.DATETIMERANGE if dated else Kind.TIMERANGE
        return Kind.DATETIME if dated else Kind.TIME
    if dated:
        return Kind.DATERANGE if until else Kind.DATE
    if part:
        return Kind.TIMERANGE
    if draft.span is not None:
        return Kind.DURATION
    return Kind.SHIFT if draft.shift is not None else None


def _moment(s: Sentence, draft: Draft, start: int, end: int) -> TimeExpression | None:
    """ "en 3 minutos", "30 minutos después": counted from the reference; minutes are exact, days keep no hour."""
    assert draft.moment is not None
    span, sign = draft.moment
    try:
        whole = add(s.reference.replace(tzinfo=None), replace(span, delta=dt.timedelta(0)), sign)
        moved = elapse(whole, sign * span.delta, s.reference.tzinfo) if span.has_time else whole
    except (OverflowError, ValueError):
        return None
    exact = span.has_time
    if draft.around_now:
        now = s.reference.replace(tzinfo=None)
        first, last = sorted((now, moved.replace(tzinfo=None)))
        return TimeExpression(
            span=(start, end),
            text=s.text[start:end],
            kind=Kind.DATETIMERANGE,
            reference=s.reference,
            date=first.date(),
            time=first.time().replace(second=0, microsecond=0),
            end_date=last.date(),
            end_time=last.time().replace(second=0, microsecond=0),
            approximate=True,
            bound=draft.bound,
        )
    return TimeExpression(
        span=(start, end),
        text=s.text[start:end],
        kind=Kind.DATETIME if exact else Kind.DATE,
        reference=s.reference,
        date=moved.date(),
        time=moved.time().replace(second=0, microsecond=0) if exact else None,
        shift=draft.shift,
        anchor="previous" if draft.shift else "reference",
        certainty=0.6 if draft.shift else 1.0,
        approximate=draft.approximate,
        bound=draft.bound,
    )
