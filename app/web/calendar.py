"""A week or a month of events in the tenant's time zone, and the address of the feed."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal

import segno
from starlette.responses import Response

from app.errors import InvalidRequest
from app.models import Event, Value
from app.web.frame import framed, pages
from app.web.render import trusted
from app.web.session import Visiting, Visitor, is_nearby
from app.web.shown import state

router = pages()

_LONGEST: Final = timedelta(days=7)  # an event that began earlier is not looked for
_PAGES: Final = 10
_QUARTERS: Final = 4


class Entry(Value):
    """An event on one day. `row` and `rows` are quarter hours from the day's first hour that is shown."""

    event: Event
    state: str
    clock: str
    until: str
    whole: bool
    row: int = 0
    rows: int = _QUARTERS


class DayColumn(Value):
    day: date
    inside: bool
    """Of the month that is shown."""
    whole: tuple[Entry, ...] = ()
    timed: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.whole + self.timed


@router.get("/calendar")
async def calendar(
    visitor: Visiting,
    *,
    view: Literal["week", "month"] = "week",
    day: date | None = None,
    cancelled: bool = True,
) -> Response:
    zone = visitor.tenant.zone
    today = datetime.now(zone).date()
    shown = day or today
    if not 2000 < shown.year < 2199:
        raise InvalidRequest("The day should lie between the years 2001 and 2198")
    first, length = _span(view, shown)
    since, until = _midnight(first, visitor), _midnight(first + timedelta(days=length), visitor)
    events = [
        event
        for event in await _events(visitor, since - _LONGEST, until)
        if _ends(event, visitor) > since and (cancelled or event.status.value != "cancelled")
    ]
    hours = _hours(events, visitor, view)
    columns = [
        _column(first + timedelta(days=n), events, visitor, month=shown.month if view == "month" else None, hours=hours)
        for n in range(length)
    ]
    step = timedelta(days=7)
    before = shown - step if view == "week" else (shown.replace(day=1) - timedelta(days=1)).replace(day=1)
    after = shown + step if view == "week" else (shown.replace(day=28) + step).replace(day=1)
    return await framed(
        visitor,
        "calendar.html",
        at="calendar",
        watch=visitor.url("/live", **{"from": since.isoformat(), "to": until.isoformat()}),
        view=view,
        shown=shown,
        today=today,
        columns=columns,
        weeks=[columns[n : n + 7] for n in range(0, length, 7)],
        hours=hours,
        before=before,
        after=after,
        written=visitor.web.writes_calendar(visitor.tenant),
        **_feed(visitor),
    )


def _span(view: str, day: date) -> tuple[date, int]:
    """The first day, a Monday, and how many are shown."""
    if view == "week":
        return day - timedelta(days=day.weekday()), 7
    first = day.replace(day=1)
    monday = first - timedelta(days=first.weekday())
    next_month = (first + timedelta(days=32)).replace(day=1)
    return monday, 7 * -(-(next_month - monday).days // 7)


async def _events(visitor: Visitor, since: datetime, until: datetime) -> list[Event]:
    found: list[Event] = []
    cursor = None
    for _ in range(_PAGES):
        page = await visitor.web.inbox.events(visitor.tenant, limit=1000, cursor=cursor, since=since, until=until)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    return found


def _midnight(day: date, visitor: Visitor) -> datetime:
    return datetime.combine(day, time(), tzinfo=visitor.tenant.zone)


def _ends(event: Event, visitor: Visitor) -> datetime:
    if event.end:
        return event.end
    minutes = visitor.tenant.settings.event_minutes or visitor.web.event_minutes
    return event.start + (timedelta(days=1) if event.all_day else timedelta(minutes=minutes))


def _hours(events: Sequence[Event], visitor: Visitor, view: str) -> range:
    """The hours that a week shows: 8 to 20, or as far as its events reach."""
    if view != "week":
        return range(0)
    zone = visitor.tenant.zone
    timed = [event for event in events if not event.all_day]
    starts = [event.start.astimezone(zone).hour for event in timed]
    ends = []
    for event in timed:
        start, end = event.start.astimezone(zone), _ends(event, visitor).astimezone(zone)
        ends.append(end.hour + bool(end.minute) if end.date() == start.date() else 24)
        if end.date() != start.date():
            starts.append(0)
    return range(min([8, *starts]), max([20, *ends]))


def _column(day: date, events: Sequence[Event], visitor: Visitor, *, month: int | None, hours: range) -> DayColumn:
    begins, ends = _midnight(day, visitor), _midnight(day + timedelta(days=1), visitor)
    zone, written = visitor.tenant.zone, visitor.web.writes_calendar(visitor.tenant)
    whole: list[Entry] = []
    timed: list[Entry] = []
    for event in events:
        end = _ends(event, visitor)
        if event.start >= ends or end <= begins:
            continue
        start = max(event.start, begins).astimezone(zone)
        last = min(end, ends).astimezone(zone)
        covers = event.all_day or (event.start <= begins and end >= ends)
        row = (start.hour - hours.start) * _QUARTERS + start.minute // 15 if hours else 0
        rows = max(round((last - start).total_seconds() / 900), 2)
        entry = Entry(
            event=event,
            state=state(event, written=written),
            clock="" if covers else f"{start:%H:%M}",
            until=f"{last:%H:%M}" if event.end and not covers else "",
            whole=covers,
            row=row,
            rows=min(rows, max(len(hours) * _QUARTERS - row, 1)),
        )
        (whole if covers else timed).append(entry)
    return DayColumn(day=day, inside=month in (None, day.month), whole=tuple(whole), timed=tuple(timed))


def _feed(visitor: Visitor) -> dict[str, Any]:
    """The feed's address is a secret: whoever has it reads the calendar."""
    if not visitor.administers or not visitor.tenant.feed_token:
        return {"feed": None, "subscribe": None, "code": None, "nearby": False}
    feed = visitor.web.address(visitor.request, f"/api/v1/calendar.ics?token={visitor.tenant.feed_token}")
    subscribe = "webcal" + feed[feed.index("://") :]
    code = segno.make(subscribe, error="m").svg_inline(scale=4, border=3, omitsize=True)
    return {"feed": feed, "subscribe": subscribe, "code": trusted(code), "nearby": is_nearby(feed)}
