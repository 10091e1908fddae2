"""What the grammar builds before anything is resolved against a reference."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from app.temporal.values import Bound, Shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time as said; months and years stay apart because their length depends on the calendar."""

    days: int = 0
    months: int = 0
    workdays: int = 0
    delta: dt.timedelta = dt.timedelta(0)

    def __add__(self, other: Span) -> Span:
        return Span(
            days=self.days + other.days,
            months=self.months + other.months,
            workdays=self.workdays + other.workdays,
            delta=self.delta + other.delta,
        )

    @property
    def has_time(self) -> bool:
        return bool(self.delta)

    @property
    def length(self) -> dt.timedelta:
        """As a plain duration: a month counts 30 days, a workday one."""
        return self.delta + dt.timedelta(days=self.days + self.workdays + 30 * self.months)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day as said. The form tells which fields are set:

    offset                    "mañana", "hoy"
    day [month [year]]        with or without `weekday` beside it
    weekday [mod | week]      mod: this, next, upcoming, last, after_next; week: weeks from this calendar week
    nth                       "last Monday of March", "first Monday of next month" (`months` from now); with mod workday
                              the "last working day of May", with `base` the "second closest Friday to the 8th"
    span, base, sign          "three days from tomorrow", "two weeks ago" (base None = the reference)
    holiday                   rule
    period                    week, weekend, month, year with `week`/`months`/`month`/`year`: a stretch, not a day;
                              `days` narrows a month to some of its days, `nth` to one of its weeks
    """

    offset: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    mod: str | None = None
    week: int | None = None
    months: int | None = None
    nth: int | None = None
    span: Span | None = None
    base: Day | None = None
    sign: int = 1
    holiday: tuple[str, int, int] | None = None
    period: str | None = None
    days: tuple[int, int] | None = None
    plus_days: int = 0  # "el lunes en ocho", "a week on Friday"
    previous: bool = False  # counted from the moment talked about before
    announced: bool = False  # "Friday the 15th", "martes el día 4"
    certainty: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day as said. `half` is am, pm, 24 (no doubt) or None; `strong` = evidence that it is a time at all."""

    hour: int
    minute: int = 0
    half: str | None = None
    part: str | None = None
    approximate: bool = False
    strong: bool = True
    certainty: float = 1.0


@dataclass(slots=True, kw_only=True)
class Draft:
    """An expression being put together: lexemes [start, end) and whatever of it has been read."""

    start: int
    end: int
    day: Day | None = None
    end_day: Day | None = None
    clock: Clock | None = None
    end_clock: Clock | None = None
    part: str | None = None
    span: Span | None = None
    moment: tuple[Span, int] | None = None  # "in 3 minutes": a span and sign from the reference
    bare_ordinal: bool = False
    bare: int | None = None  # a number that may turn out to be an hour or a day
    shift: Shift | None = None
    bound: Bound | None = None
    recurring: bool = False
    zone: str | None = None
    approximate: bool = False
    around_now: bool = False  # "the last 15 minutes": a stretch to or from now, and no moment
    starting: bool = False  # "for 2 hours from": the span hangs on what follows

    @property
    def is_range(self) -> bool:
        return self.end_day is not None or self.end_clock is not None


def with_part(clock: Clock, part: str | None) -> Clock:
    return replace(clock, part=part) if part and clock.part is None else clock
