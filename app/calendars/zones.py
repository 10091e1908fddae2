"""When a time zone's clocks change, read from the IANA database through `zoneinfo`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.models import Value

# Shorter than any two changes lie apart (Morocco's pause in Ramadan lasts 28 days or more), so that none hides another.
_STEP = timedelta(days=7)


class Observance(Value):
    """What clocks show from `onset` on. `onset` is naive: the wall clock's time at the change, before it is changed
    (RFC 5545 section 3.6.5)."""

    onset: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str
    daylight: bool


def observances(zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[Observance]:
    """What holds at `since`, then each change up to `until`, in order. Both are aware."""
    at = since.astimezone(UTC)
    end = until.astimezone(UTC)
    yield _observance(zone, at, before=_shown(zone, at)[0])
    while at < end:
        following = min(at + _STEP, end)
        if _shown(zone, at) != _shown(zone, following):
            change = _first_change(zone, at, following)
            yield _observance(zone, change, before=_shown(zone, change - timedelta(seconds=1))[0])
            following = change
        at = following


def _shown(zone: ZoneInfo, at: datetime) -> tuple[timedelta, str, bool]:
    local = at.astimezone(zone)
    offset = local.utcoffset()
    assert offset is not None
    return offset, local.tzname() or "", bool(local.dst())


def _first_change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The second at which what is shown at `low` ends; between them lies one change."""
    before = _shown(zone, low)
    low, high = low.replace(microsecond=0), high.replace(microsecond=0) + timedelta(seconds=1)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _shown(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _observance(zone: ZoneInfo, at: datetime, *, before: timedelta) -> Observance:
    offset, name, daylight = _shown(zone, at)
    return Observance(
        onset=(at + before).replace(tzinfo=None, microsecond=0),
        offset_from=before,
        offset_to=offset,
        name=name,
        daylight=daylight,
    )
