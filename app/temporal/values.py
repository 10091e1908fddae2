"""What a reading of a date or time is made of.

Dates and times in here are *local*: as said, on the wall clock of the reference's zone, or of the zone that was said
(`TimeExpression.zone`). Only `start()` and `end()` give moments, always aware.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

Half = Literal["am", "pm"]
Bound = Literal["from", "after", "until", "before"]
Anchor = Literal["reference", "calendar", "expression", "previous"]
Expect = Literal["time", "date"]

ZERO = dt.timedelta(0)


class Kind(StrEnum):
    """What was said. A part of the day alone ("por la tarde") is a `TIMERANGE` without a `time`."""

    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    DATERANGE = "daterange"
    TIMERANGE = "timerange"
    DATETIMERANGE = "datetimerange"
    DURATION = "duration"
    SHIFT = "shift"  # only a move of an earlier moment: "una hora más tarde", "a la misma hora"


@dataclass(frozen=True, kw_only=True, slots=True)
class PartOfDay:
    """A vague window of the day ("por la tarde"). `end` before `start` runs past midnight."""

    name: str  # dawn, morning, noon, afternoon, evening, night, first_thing, last_thing, lunch
    start: dt.time
    end: dt.time


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """A moment said by means of an earlier one: "una hora más tarde", "a la misma hora", "al día siguiente".

    `direction` alone (+1, -1) is a wish without an amount ("más tarde", "earlier").
    """

    delta: dt.timedelta = ZERO
    months: int = 0
    direction: int = 0
    same_time: bool = False
    same_day: bool = False

    @property
    def vague(self) -> bool:
        return not (self.delta or self.months or self.same_time or self.same_day)

    def apply(self, moment: dt.datetime) -> dt.datetime:
        """The moment moved; wall-clock arithmetic, so "al día siguiente" keeps the hour over a clock change."""
        zone = moment.tzinfo
        local = add_months(moment.replace(tzinfo=None), self.months) + self.delta
        return localize(local, zone) if zone else local


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How to read what the words leave open.

    next_weekday  "week": the day of the next calendar week (Monday first); "nearest": the first such day after today.
                  See docs/temporal.md for the arguments.
    day_first     numeric dates as day/month; None = by language (Spanish yes, English no).
    country       ISO code; overrules the language's order of numbers where the country has another.
    prefer        which of past and future an open date means.
    morning_from  a bare hour from here to 11 is a morning hour, below it an afternoon hour; 12 is noon.
    languages     tables to read with; the first wins a tie when no language is given.
    """

    next_weekday: Literal["week", "nearest"] = "week"
    day_first: bool | None = None
    country: str | None = None
    prefer: Literal["future", "past"] = "future"
    morning_from: int = 7
    languages: tuple[str, ...] = ("es", "en")


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeExpression:
    """One date or time as found in a text, resolved against `reference`.

    span, text       where it stands in the text
    date, end_date   local days; the last day of a range is included
    time, end_time   local wall-clock times; absent when only a part of the day was said
    duration         a length, when one was said ("una hora", "for 2 hours")
    part_of_day      a vague window; never turned into an exact `time`
    meridiem_known   False when morning or afternoon was decided by convention
    weekday          0 = Monday, as said; `weekday_conflict` when the date found is another weekday, or agrees with it
                     only far away, so that a slip is more likely
    anchor           what it was counted from: the reference, the calendar (a full date), another date in the
                     same expression, or the moment talked about before
    certainty        0..1, how sure the reading is; under 0.5 the bare form had hardly any evidence
    shift            how to move the moment talked about before (see `after`)
    bound            an open range: "a partir de las 18" from, "después de" after, "hasta" until, "antes de" before
    recurring        "todos los lunes": not a single moment; `date` is the first one
    zone             a time zone said with the time
    other_dates      other readings of the date, best first (the past one, the following week)
    """

    span: tuple[int, int]
    text: str
    kind: Kind
    reference: dt.datetime
    date: dt.date | None = None
    end_date: dt.date | None = None
    time: dt.time | None = None
    end_time: dt.time | None = None
    duration: dt.timedelta | None = None
    part_of_day: PartOfDay | None = None
    meridiem_known: bool = True
    weekday: int | None = None
    weekday_conflict: bool = False
    anchor: Anchor = "reference"
    certainty: float = 1.0
    approximate: bool = False
    shift: Shift | None = None
    bound: Bound | None = None
    recurring: bool = False
    zone: dt.tzinfo | None = None
    other_dates: tuple[dt.date, ...] = ()

    @property
    def alternatives(self) -> tuple[TimeExpression, ...]:
        """Other readings, likelier first: the other half of the day, then other dates."""
        others = []
        if self.time and not self.meridiem_known:
            others.append(self.with_half("am" if self.time.hour >= 12 else "pm"))
        for day in self.other_dates:
            end = self.end_date and self.date and day + (self.end_date - self.date)
            others.append(replace(self, date=day, end_date=end or None, other_dates=()))
        return tuple(others)

    @property
    def exact(self) -> bool:
        """Whether it names one day and one time, enough for a calendar entry."""
        return (
            self.date is not None
            and self.time is not None
            and self.end_date in (None, self.date)
            and self.bound is None
            and not self.recurring
        )

    def start(self) -> dt.datetime | None:
        """The aware first moment: a day begins at 0:00; a time alone is the next such time after the reference.

        A wall-clock time that a clock change skips is read with the offset before the change (02:30 → 03:30); one
        that comes twice is its first occurrence.
        """
        day, at = self.date, self.time
        if at is None and self.part_of_day:
            at = self.part_of_day.start
        zone = self.zone or self.reference.tzinfo
        if day is None:
            if at is None:
                return None
            now = self.reference.astimezone(zone)
            day = now.date() + dt.timedelta(days=at < now.time().replace(second=0, microsecond=0))
        return localize(dt.datetime.combine(day, at or dt.time(0)), zone)

    def end(self) -> dt.datetime | None:
        """The aware end, not included: of a range, a duration, a part of the day or a whole day; else None."""
        first = self.start()
        if first is None:
            return None
        zone = first.tzinfo
        at = self.end_time
        if at is None and self.time is None and self.part_of_day and self.end_date is None:
            at = self.part_of_day.end
        if at is None and self.time is None:
            return localize(
                dt.datetime.combine((self.end_date or first.date()) + dt.timedelta(days=1), dt.time(0)), zone
            )
        if at is not None:
            day = self.end_date or first.date() + dt.timedelta(days=at <= first.time())
            return localize(dt.datetime.combine(day, at), zone)
        if self.duration:
            return (first.astimezone(dt.UTC) + self.duration).astimezone(zone)
        return None

    def at(self, day: dt.date) -> TimeExpression:
        """The same on another day: for a time-only expression whose day is known from the talk."""
        end = day + (self.end_date - self.date) if self.end_date and self.date else self.end_date
        return replace(
            self,
            date=day,
            end_date=end,
            kind=_with_date(self.kind),
            weekday=None,
            weekday_conflict=False,
            other_dates=(),
        )

    def with_time(self, at: dt.time, *, end: dt.time | None = None) -> TimeExpression:
        """The same day at this time."""
        dated = self.date is not None
        kind = (Kind.DATETIMERANGE if dated else Kind.TIMERANGE) if end else Kind.DATETIME if dated else Kind.TIME
        return replace(self, time=at, end_time=end, kind=kind, meridiem_known=True)

    def with_half(self, half: Half) -> TimeExpression:
        """The reading in the given half of the day; unchanged when the half was said."""
        if self.meridiem_known or self.time is None:
            return self
        moved = self.time.replace(hour=self.time.hour % 12 + (12 if half == "pm" else 0))
        end = self.end_time
        if end is not None:
            hours = (end.hour - self.time.hour) % 24
            end = end.replace(hour=(moved.hour + hours) % 24)
        return replace(self, time=moved, end_time=end, meridiem_known=True, other_dates=())

    def with_part(self, name: str) -> TimeExpression:
        """The hour read in a part of the day known from the talk ("¿mañana o tarde?" "tarde" … "a las 8")."""
        if self.meridiem_known or self.time is None:
            return self
        if name == "night" and self.time.hour % 12 in (0, 1, 2, 3, 4):
            return self.with_half("am")
        return self.with_half("am" if name in ("dawn", "morning", "first_thing") else "pm")

    def after(self, previous: dt.datetime) -> TimeExpression:
        """Resolve `shift` against the moment talked about before; a part that was said outright stays."""
        if self.shift is None or self.shift.vague:
            return self
        moved = self.shift.apply(previous)
        day, at = self.date, self.time
        if self.kind is Kind.SHIFT or self.shift.same_day or self.anchor == "previous":
            day = moved.date()
        by_hours = self.shift.delta % dt.timedelta(days=1) != ZERO
        if self.kind is Kind.SHIFT or by_hours or (self.shift.same_time and self.time is None):
            at = moved.time()
        kind = Kind.DATETIME if at else Kind.DATE
        return replace(self, date=day, time=at, kind=kind, shift=None, other_dates=())


def _with_date(kind: Kind) -> Kind:
    return {Kind.TIME: Kind.DATETIME, Kind.TIMERANGE: Kind.DATETIMERANGE, Kind.SHIFT: Kind.DATE}.get(kind, kind)


def localize(local: dt.datetime, zone: dt.tzinfo | None) -> dt.datetime:
    """An aware moment for a wall-clock time: skipped times move forward by the gap, repeated ones are the first."""
    aware = local.replace(tzinfo=zone, fold=0)
    return aware.astimezone(dt.UTC).astimezone(zone) if zone is not None else aware


def elapse(local: dt.datetime, length: dt.timedelta, zone: dt.tzinfo | None) -> dt.datetime:
    """The wall-clock time when `length` of real time has passed: three hours over a clock change are three hours."""
    return (localize(local, zone).astimezone(dt.UTC) + length).astimezone(zone).replace(tzinfo=None)


def add_months(moment: dt.datetime, months: int) -> dt.datetime:
    """Calendar months later; the day is cut to the length of the month (31 January + 1 → 28 or 29 February)."""
    if not months:
        return moment
    index = moment.year * 12 + moment.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
