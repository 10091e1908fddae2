"""When a business is open, in a week: what may be offered and booked."""

import datetime as dt
import itertools
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_NAMES: Final = (
    "mon lun", "tue mar", "wed mie mié", "thu jue", "fri vie", "sat sab sáb", "sun dom",
)  # fmt: skip
_DAYS: Final = {name: day for day, names in enumerate(_NAMES) for name in names.split()}
_SPAN: Final = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.h](\d{2}))?")
_DAY: Final = re.compile(r"[^\W\d_]{3,}")
_MIDNIGHT: Final = 24 * 60
EXAMPLE: Final = "mon-fri 09:00-14:00 16:00-20:00; sat 10:00-14:00"


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """`week`: for each day from Monday on, its spans in minutes since local midnight, in order."""

    week: tuple[tuple[tuple[int, int], ...], ...]

    def spans(self, day: dt.date, zone: ZoneInfo) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
        """The opening times of a day, aware."""
        return tuple((_at(day, start, zone), _at(day, end, zone)) for start, end in self.week[day.weekday()])

    def holds(self, start: dt.datetime, end: dt.datetime, zone: ZoneInfo) -> bool:
        """Whether [start, end) lies within opening times, which may go on over midnight ("00:00-24:00" every day)."""
        begins, ends = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
        first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        for n in range((last - first).days + 1):
            for since, until in _in_utc(self.spans(first + dt.timedelta(days=n), zone)):
                if since <= begins < until:
                    begins = until
        return ends <= begins


@lru_cache(maxsize=256)
def working_hours(text: str) -> WorkingHours:
    """Read "mon-fri 09:00-14:00 16:00-20:00; sat 10:00-14:00"; days in English or Spanish, all not named are closed.

    Raises ValueError with a sentence for a person.
    """
    week: list[list[tuple[int, int]]] = [[] for _ in _NAMES]
    for clause in filter(None, (part.strip().lower() for part in text.split(";"))):
        first = re.search(r"\d", clause)
        if first is None:
            raise ValueError(f"should say from when to when: {clause}")
        spans = _spans(clause[first.start() :])
        for day in _days(clause[: first.start()]):
            week[day] += spans
    for spans in week:
        spans.sort()
        if any(a[1] > b[0] for a, b in itertools.pairwise(spans)):
            raise ValueError("should not open twice at the same time")
    if not any(week):
        raise ValueError("should name at least one day")
    return WorkingHours(tuple(tuple(day) for day in week))


def _days(text: str) -> list[int]:
    found: list[int] = []
    for part in filter(None, re.split(r"[,\s]+", re.sub(r"\s*[-–]\s*", "-", text.replace(":", " ").strip()))):
        ends = [_day(name) for name in part.split("-")]
        if len(ends) > 2:
            raise ValueError(f"should be days such as mon-fri: {part}")
        first, last = ends[0], ends[-1]
        found += [(first + n) % 7 for n in range((last - first) % 7 + 1)]
    if not found:
        raise ValueError("should name the days, such as mon-fri")
    return found


def _day(name: str) -> int:
    if not _DAY.fullmatch(name) or name[:3] not in _DAYS:
        raise ValueError(f"should name days such as mon or lun: {name}")
    return _DAYS[name[:3]]


def _spans(text: str) -> list[tuple[int, int]]:
    if re.sub(r"[,\s]+", "", _SPAN.sub("", text)):
        raise ValueError(f"should have times such as 09:00-14:00: {text}")
    spans = []
    for hour, minute, last_hour, last_minute in _SPAN.findall(text):
        start, end = int(hour) * 60 + int(minute or 0), int(last_hour) * 60 + int(last_minute or 0)
        if not start < end <= _MIDNIGHT or int(minute or 0) > 59 or int(last_minute or 0) > 59:
            raise ValueError(f"should end after it begins, at 24:00 at the latest: {text}")
        spans.append((start, end))
    return spans


def _at(day: dt.date, minutes: int, zone: ZoneInfo) -> dt.datetime:
    day += dt.timedelta(days=minutes // _MIDNIGHT)
    return dt.datetime.combine(day, dt.time(minutes % _MIDNIGHT // 60, minutes % 60), tzinfo=zone)


def _in_utc(spans: tuple[tuple[dt.datetime, dt.datetime], ...]) -> list[tuple[dt.datetime, dt.datetime]]:
    """Aware times of one zone are compared by the wall clock, which is wrong where it is changed."""
    return [(start.astimezone(dt.UTC), end.astimezone(dt.UTC)) for start, end in spans]
