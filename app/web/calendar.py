"""A week or a month of events in the tenant's time zone, and the address of the feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal

import segno
from starlette.responses import Response

from app.errors import InvalidRequest
from app.models import EventStatus, Value
from app.services.inbox import CalendarEvent
from app.services.live import Watch
from app.web.frame import framed, pages
from app.web.lanes import Place, Span, arrange
from app.web.render import trusted
from app.web.session import Visiting, Visitor, is_nearby

router = pages()

_LONGEST: Final = timedelta(days=7)  # an event that began earlier is not looked for
_QUARTERS: Final = 4
_RANK: Final = {EventStatus.CONFIRMED: 0, EventStatus.PROPOSED: 1, EventStatus.CANCELLED: 2}
_IN_MONTH: Final = 3  # of a day; a link leads to the others


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What of an event lies on one day: [start, end) on the tenant's clock; `whole`: from one end to the other."""

    event: CalendarEvent
    start: datetime
    end: datetime
    whole: bool


class Entry(Value):
    """An event on one day. `row` and `rows` are quarter hours from the day's first hour that is shown."""

    event: CalendarEvent
    state: str
    clock: str
    until: str
    row: int = 0
    rows: int = _QUARTERS
    place: Place = Place(lane=0, lanes=1, over=False, group=0)


class Rest(Value):
    """What there is no lane for, as one thing that opens into a list; `row` and `rows` as an entry's."""

    row: int
    rows: int
    entries: tuple[Entry, ...]


class DayColumn(Value):
    """`inside`: of the month that is shown. `more` are left out."""

    day: date
    inside: bool
    whole: tuple[Entry, ...] = ()
    timed: tuple[Entry, ...] = ()
    rests: tuple[Rest, ...] = ()
    more: int = 0

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
    events = await visitor.web.inbox.calendar(visitor.tenant, since=since - _LONGEST, until=until)
    wanted = events if cancelled else [event for event in events if event.status is not EventStatus.CANCELLED]
    days = _days(wanted, first, length, visitor)
    hours = range(0) if view == "month" else _hours(days)
    columns = [
        _column(
            first + timedelta(days=n),
            pieces,
            visitor,
            month=shown.month if view == "month" else None,
            hours=hours,
        )
        for n, pieces in enumerate(days)
    ]
    step = timedelta(days=7)
    before = shown - step if view == "week" else (shown.replace(day=1) - timedelta(days=1)).replace(day=1)
    after = shown + step if view == "week" else (shown.replace(day=28) + step).replace(day=1)
    return await framed(
        visitor,
        "calendar.html",
        at="calendar",
        watch=Watch(since=since, until=until),
        view=view,
        cancelled=cancelled,
        kept=None if cancelled else "0",
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


def _midnight(day: date, visitor: Visitor) -> datetime:
    return datetime.combine(day, time(), tzinfo=visitor.tenant.zone)


def _days(events: Sequence[CalendarEvent], first: date, length: int, visitor: Visitor) -> list[list[Piece]]:
    """What lies on each of the days. An event of which nobody said how long it takes lasts as long as others do."""
    zone, minutes = visitor.tenant.zone, visitor.tenant.settings.event_minutes or visitor.web.event_minutes
    usual = {False: timedelta(minutes=minutes), True: timedelta(days=1)}
    midnights = [_midnight(first + timedelta(days=n), visitor) for n in range(length + 1)]
    found: list[list[Piece]] = [[] for _ in range(length)]
    for event in events:
        start = event.start.astimezone(zone)
        end = (event.end or event.start + usual[event.all_day]).astimezone(zone)
        for n in range(max((start.date() - first).days, 0), min((end.date() - first).days, length - 1) + 1):
            begins, ends = midnights[n], midnights[n + 1]
            # Of a time zone's own times Python compares the clocks, which is what a day shows.
            if start < ends and end > begins:
                whole = event.all_day or (start <= begins and end >= ends)
                found[n].append(Piece(event=event, start=max(start, begins), end=min(end, ends), whole=whole))
    return found


def _hours(days: Sequence[Sequence[Piece]]) -> range:
    """The hours that a week shows: 8 to 20, or as far as its events reach."""
    timed = [piece for pieces in days for piece in pieces if not piece.whole]
    starts = [piece.start.hour for piece in timed]
    ends = [24 if piece.end.date() > piece.start.date() else piece.end.hour + bool(piece.end.minute) for piece in timed]
    return range(min([8, *starts]), max([20, *ends]))


def _column(day: date, pieces: Sequence[Piece], visitor: Visitor, *, month: int | None, hours: range) -> DayColumn:
    written = visitor.web.writes_calendar(visitor.tenant)
    shown = sorted(pieces, key=lambda piece: not piece.whole) if month is None else _first_of(pieces)
    timed = _placed([_entry(piece, hours, written=written) for piece in shown if not piece.whole])
    return DayColumn(
        day=day,
        inside=month in (None, day.month),
        whole=tuple(_entry(piece, hours, written=written) for piece in shown if piece.whole),
        timed=timed,
        rests=_rests(timed),
        more=len(pieces) - len(shown),
    )


def _placed(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    spans = [Span(row=one.row, rows=one.rows, rank=_RANK[one.event.status]) for one in entries]
    return tuple(one.model_copy(update={"place": place}) for one, place in zip(entries, arrange(spans), strict=True))


def _rests(entries: Sequence[Entry]) -> tuple[Rest, ...]:
    over = [one for one in entries if one.place.over]
    groups = [[one for one in over if one.place.group == group] for group in sorted({one.place.group for one in over})]
    return tuple(
        Rest(
            row=(row := min(one.row for one in group)),
            rows=max(one.row + one.rows for one in group) - row,
            entries=tuple(group),
        )
        for group in groups
    )


def _first_of(pieces: Sequence[Piece]) -> list[Piece]:
    """As many as a month has room for; none that takes place is left out for a cancelled one."""
    ranked = sorted(pieces, key=lambda piece: (_RANK[piece.event.status] > 1, not piece.whole))
    return ranked[:_IN_MONTH]


def _entry(piece: Piece, hours: range, *, written: bool) -> Entry:
    event = piece.event
    row = (piece.start.hour - hours.start) * _QUARTERS + piece.start.minute // 15 if hours else 0
    rows = max(round((piece.end - piece.start).total_seconds() / 900), 2)
    return Entry(
        event=event,
        state=_state(event, written=written),
        clock="" if piece.whole else f"{piece.start:%H:%M}",
        until=f"{piece.end:%H:%M}" if event.end and not piece.whole else "",
        row=row,
        rows=min(rows, max(len(hours) * _QUARTERS - row, 1)),
    )


def _state(event: CalendarEvent, *, written: bool) -> str:
    """As `shown.state` says it of a whole event."""
    if event.status is not EventStatus.CONFIRMED:
        return event.status.value
    return "drifted" if event.drifted else "pending" if written and event.behind else "confirmed"


def _feed(visitor: Visitor) -> dict[str, Any]:
    """The feed's address is a secret: whoever has it reads the calendar."""
    if not visitor.administers or not visitor.tenant.feed_token:
        return {"feed": None, "subscribe": None, "code": None, "nearby": False}
    feed = visitor.web.address(visitor.request, f"/api/v1/calendar.ics?token={visitor.tenant.feed_token}")
    subscribe = "webcal" + feed[feed.index("://") :]
    code = segno.make(subscribe, error="m").svg_inline(scale=4, border=3, omitsize=True)
    return {"feed": feed, "subscribe": subscribe, "code": trusted(code), "nearby": is_nearby(feed)}
