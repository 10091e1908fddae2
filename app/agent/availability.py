"""What stands in the way of a time, and which times do not have anything in theirs."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.models import Busy
from app.working_hours import WorkingHours, working_hours

NEAR = dt.timedelta(hours=3)  # how far from a taken time another one is offered
# What is offered where nobody has said when the business is open; it forbids nothing.
WAKING = working_hours("mon-sun 08:00-20:00")
_OFFERED = 3
_GRID = dt.timedelta(minutes=15)
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Where free times are looked for: a day (None: the next ones), or the days up to `last`, and local times
    [since, until) in them."""

    day: dt.date | None = None
    last: dt.date | None = None
    since: dt.time | None = None
    until: dt.time | None = None
    part: str | None = None

    def holds(self, at: dt.datetime) -> bool:
        time = at.time()
        return (self.since is None or self.since <= time) and (self.until is None or time < self.until)


def overlaps(busy: Busy, start: dt.datetime, end: dt.datetime) -> bool:
    """Half-open: what ends when another begins is not in its way."""
    return busy.start < end and start < busy.end


def near_free(
    start: dt.datetime,
    length: dt.timedelta,
    busy: Sequence[Busy],
    *,
    step: dt.timedelta,
    now: dt.datetime,
    hours: WorkingHours | None = None,
) -> tuple[dt.datetime, ...]:
    """The nearest free times of the same day, by time.

    In `hours`; without these in waking hours, unless the wish itself lies outside. `start` is local, `busy` what is
    taken around it.
    """
    first, last = min(8, start.hour), max(20, start.hour + 1)
    free: list[dt.datetime] = []
    for n in range(1, int(NEAR / step) + 1):
        for at in (start - n * step, start + n * step):
            fits = at.date() == start.date() and at > now
            if hours is not None:
                fits = fits and isinstance(at.tzinfo, ZoneInfo) and hours.holds(at, at + length, at.tzinfo)
            else:
                fits = fits and first <= at.hour < last
            if fits and not any(overlaps(b, at, at + length) for b in busy):
                free.append(at)
    return tuple(sorted(free[:_OFFERED]))


def free_times(
    spans: Iterable[tuple[dt.datetime, dt.datetime]],
    busy: Sequence[Busy],
    length: dt.timedelta,
    *,
    now: dt.datetime,
) -> list[dt.datetime]:
    """When something of that length may begin within the opening times `spans`, back to back from their beginning and
    from the end of whatever is taken. Times are in the zone of `spans`."""
    found: list[dt.datetime] = []
    for opens, closes in spans:
        at, until = opens.astimezone(dt.UTC), closes.astimezone(dt.UTC)
        while at + length <= until:
            taken = [b.end for b in busy if overlaps(b, at, at + length)]
            if taken:
                at = max(_on_grid(max(taken).astimezone(dt.UTC)), at + _GRID)
                continue
            if at > now:
                found.append(at.astimezone(opens.tzinfo))
            at += length
    return found


def _on_grid(moment: dt.datetime) -> dt.datetime:
    """The next quarter of an hour."""
    return _EPOCH - (_EPOCH - moment) // _GRID * _GRID
