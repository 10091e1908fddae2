"""A moment being talked about: slots that know the message they came from, and the half of the day of a bare hour."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from app.extraction.rules.lang.idioms import idiom_pattern
from app.extraction.rules.words import fold
from app.temporal import TimeExpression

T = TypeVar("T")

_FAR = 130  # minutes

_DAY_NUMBER = re.compile(r"(?<![\d:.])\d{1,2}(?:(?=st|nd|rd|th)|(?!\d|[:.]\d|\s*(?:am|pm|hs?)\b))")
_MODIFIED = re.compile(rf"\b{idiom_pattern('modified')}\b")


@dataclass(frozen=True, slots=True)
class Slot(Generic[T]):
    """A value, the message (by index) that gave it, and the words.

    `sure` is False for an hour in the half of the day by convention, and for a day said by its weekday alone;
    `bare` for a weekday, with or without an hour, that counts in the days talked about.
    """

    value: T
    message: int
    quote: str
    sure: bool = True
    bare: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """A moment being talked about; any part may be open. `end` counts from `time`, over midnight if need be; `until` is
    the last day of a stay."""

    date: Slot[dt.date] | None = None
    time: Slot[dt.time] | None = None
    end: Slot[dt.time] | None = None
    end_date: Slot[dt.date] | None = None
    until: Slot[dt.date] | None = None
    length: Slot[dt.timedelta] | None = None
    part: str | None = None
    conflict: bool = False  # weekday and date disagree
    recurring: bool = False
    certain: float = 1.0

    @property
    def complete(self) -> bool:
        return self.date is not None and self.time is not None

    def fits(self, other: "When") -> bool:
        """Whether `other` says nothing else than this: what both say is equal (12-hour clocks aside)."""
        if self.date and other.date and not same_day(self.date, other.date):
            return False
        return not (self.time and other.time and not same_hour(self.time, other.time))

    def overlaps(self, other: "When") -> bool:
        """Whether both say at least one same thing, and nothing different."""
        said = (self.date and other.date) or (self.time and other.time)
        return bool(said) and self.fits(other)

    def filled(self, base: "When") -> "When":
        """This, with what it leaves open taken from `base`."""
        if base is self or base is NO_WHEN:
            return self
        return When(
            self.date or base.date,
            self.time or base.time,
            self.end if self.time else self.end or base.end,
            self.end_date or base.end_date,
            self.until or (base.until if self.date is None or base.date == self.date else None),
            self.length or base.length,
            self.part or base.part,
            self.conflict,
            self.recurring or base.recurring and self.date is None,
            self.certain,
        )


NO_WHEN = When()


def same_day(a: Slot[dt.date], b: Slot[dt.date]) -> bool:
    """Equal, or the weekday alone of a day named before: "el martes" of "martes 12"."""
    if a.value == b.value:
        return True
    loose = not a.sure and a.value < b.value or not b.sure and b.value < a.value
    return loose and a.value.weekday() == b.value.weekday() and abs((a.value - b.value).days) <= 28


def same_hour(a: Slot[dt.time], b: Slot[dt.time]) -> bool:
    if a.value == b.value:
        return True
    return not (a.sure and b.sure) and a.value.minute == b.value.minute and a.value.hour % 12 == b.value.hour % 12


def when_of(expression: TimeExpression, message: int) -> When:
    """The slots that one time expression gives."""
    e, quote = expression, expression.text
    single = e.end_date is None or e.end_date == e.date or e.time is not None
    return When(
        date=Slot(e.date, message, quote, not _by_weekday(e), _is_bare(e)) if e.date and single else None,
        time=Slot(e.time, message, quote, e.meridiem_known) if e.time else None,
        end=Slot(e.end_time, message, quote, e.meridiem_known) if e.end_time and e.time else None,
        end_date=Slot(e.end_date, message, quote) if e.end_date and e.time and e.end_time is None else None,
        length=Slot(e.duration, message, quote) if e.duration else None,
        part=e.part_of_day.name if e.part_of_day and not e.time else None,
        conflict=e.weekday_conflict,
        recurring=e.recurring,
        certain=e.certainty,
    )


def _by_weekday(e: TimeExpression) -> bool:
    words = e.text.split()
    return (
        e.weekday is not None
        and e.anchor == "reference"
        and len(words) <= 3
        and not any(c.isdigit() for w in words[:2] for c in w)
        and not _says_its_number(e)
    )


def _is_bare(e: TimeExpression) -> bool:
    """ "El martes", "Tuesday 8:30": no number says which, nor "next" or "the week after"."""
    if e.weekday is None or e.date is None or e.anchor != "reference" or _MODIFIED.search(fold(e.text)):
        return False
    return not _says_its_number(e)


def _says_its_number(e: TimeExpression) -> bool:
    return e.date is not None and str(e.date.day) in (n.lstrip("0") for n in _DAY_NUMBER.findall(e.text))


def in_part(hour: dt.time, part: str) -> bool:
    """Whether an hour may be of that part of the day."""
    if part in ("morning", "dawn", "first_thing"):
        return hour.hour < 13
    if part in ("evening", "night"):
        return hour.hour >= 17 or hour.hour < 5
    return hour.hour >= 11


def likely_half(when: When, *, evening: bool, morning: bool, near: dt.time | None, after: dt.datetime) -> When:
    """A bare hour read in the half of the day that the talk suggests: by the kind of event, by the hours named
    before (`near`), and never before the message (sent `after`) on its own day."""
    time = when.time
    if time is None or time.sure or when.part:
        return when
    hour, minutes = time.value.hour % 12, time.value.minute
    early, late = hour * 60 + minutes, (hour + 12) * 60 + minutes
    chosen = time.value.hour * 60 + minutes
    today = when.date is not None and when.date.value == after.date()
    if evening and 5 <= hour <= 11:
        chosen = late
    elif morning and 4 <= hour <= 11:
        chosen = early
    elif near is not None and late <= 22 * 60 + 30 and chosen == early:
        named = near.hour * 60 + near.minute
        # "17 h … a las 10" and "18 h … a las 8:15" are the morning
        by_night = late >= 21 * 60 and named < 19 * 60 or late - named > _FAR
        chosen = late if abs(late - named) + 60 < abs(early - named) and named >= 15 * 60 and not by_night else early
    elif near is not None and chosen == late and near.hour < 10 and abs(early - near.hour * 60 - near.minute) <= 90:
        chosen = early  # "7am is gone, 6.30?"
    if today and chosen == early and early < after.hour * 60 + after.minute <= late:
        chosen = late
    if chosen == time.value.hour * 60 + minutes:
        return when
    return with_part(replace(when, part="evening" if chosen == late else "morning"), keep=when.part)


def with_part(when: When, keep: str | None = "") -> When:
    """The hour read in the part of the day known from the talk ("por la tarde" … "a las 8")."""
    time, part = when.time, when.part
    if time is None or time.sure or part is None:
        return when
    hour = time.value.hour % 12
    if part in ("morning", "dawn", "first_thing"):
        shift = 12 if hour == 0 and part != "dawn" else 0  # "por la mañana" … "mejor a las 12": noon
    elif part == "night":
        shift = 0 if hour < 5 else 12
    elif part == "noon" or part == "lunch":
        shift = 12 if hour < 5 or hour == 0 else 0
    else:
        shift = 12
    moved = time.value.replace(hour=hour + shift)
    end = when.end
    if end is not None:
        hours = (end.value.hour - time.value.hour) % 24
        end = replace(end, value=end.value.replace(hour=(moved.hour + hours) % 24), sure=True)
    return replace(when, time=replace(time, value=moved, sure=True), end=end, part=part if keep == "" else keep)
