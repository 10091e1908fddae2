"""What stands in the way of a time, and which times nearby do not have anything in theirs."""

import datetime as dt
from collections.abc import Sequence

from app.models import Busy

NEAR = dt.timedelta(hours=3)  # how far from a taken time another one is offered
_WAKING = (8, 20)  # local hours in which one is offered; nothing is known here of working hours
_OFFERED = 3


def overlaps(busy: Busy, start: dt.datetime, end: dt.datetime) -> bool:
    """Half-open: what ends when another begins is not in its way."""
    return busy.start < end and start < busy.end


def near_free(
    start: dt.datetime, length: dt.timedelta, busy: Sequence[Busy], *, step: dt.timedelta, now: dt.datetime
) -> tuple[dt.datetime, ...]:
    """The nearest free times of the same day, by time.

    In waking hours, unless the wish itself lies outside; `start` is local, `busy` what is taken around it.
    """
    first, last = min(_WAKING[0], start.hour), max(_WAKING[1], start.hour + 1)
    free: list[dt.datetime] = []
    for n in range(1, int(NEAR / step) + 1):
        for at in (start - n * step, start + n * step):
            fits = at.date() == start.date() and first <= at.hour < last and at > now
            if fits and not any(overlaps(b, at, at + length) for b in busy):
                free.append(at)
    return tuple(sorted(free[:_OFFERED]))
