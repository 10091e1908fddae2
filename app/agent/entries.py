"""The events that the drafts of a turn are about, under the handles by which tools reach them, and what is taken."""

import asyncio
import datetime as dt
from dataclasses import dataclass, field

from app.agent.availability import NEAR, near_free, overlaps
from app.agent.drafts import Entry, as_draft, change_of
from app.agent.outcome import Outcome, Result
from app.agent.turn import BusyLookup, Turn
from app.models import Busy, EventChange, EventStatus


@dataclass(kw_only=True)
class Entries:
    """The events of one contact, as they stand and as this turn would have them."""

    turn: Turn
    busy: BusyLookup
    _lock: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _entries: dict[str, Entry] = field(init=False, default_factory=dict)

    def _take_up(self) -> None:
        for event in self.turn.live_events:
            self._put(Entry(handle=self._next_handle(), event_id=event.id, draft=as_draft(event), stored=event))

    def listing(self) -> Outcome:
        return Outcome(result=Result.LISTED, entries=self._live())

    def changes(self) -> tuple[EventChange, ...]:
        """What this turn asks to be stored: each event once, as it shall be in the end."""
        return tuple(change for entry in self._entries.values() if (change := change_of(entry)))

    async def _taken(
        self, start: dt.datetime, end: dt.datetime | None, all_day: bool, entry: Entry | None
    ) -> Outcome | None:
        """What stands in the way of [start, end), with free times nearby; None when nothing does."""
        until = self.turn.end_of(start, end, all_day=all_day)
        busy = await self._busy_between(start - NEAR, until + NEAR, entry)
        blocking = next((b for b in busy if overlaps(b, start, until)), None)
        hours = self.turn.hours
        closed = hours is not None and not all_day and not hours.holds(start, until, self.turn.zone)
        if blocking is None and not closed:
            return None
        own = blocking.title if blocking and blocking.own else None
        return Outcome(
            result=Result.BUSY,
            start=start,
            entry=entry,
            own=own,
            closed=closed,
            free=near_free(start, until - start, busy, step=self.turn.event_step, now=self.turn.now, hours=hours),
        )

    async def _busy_between(self, start: dt.datetime, end: dt.datetime, entry: Entry | None) -> list[Busy]:
        """The calendar's busy times, with this turn's own events as they stand in it.

        What the calendar says of an own event counts as well, unless this turn is about it: a person may have dragged
        it, or it may still stand where it was while its new time is under review.
        """
        about = {e.event_id for e in self._entries.values() if e.changed or e.cancelled} | {entry and entry.event_id}
        busy: list[Busy] = []
        for other in self._live():
            d = other.draft
            if (entry is not None and other.event_id == entry.event_id) or d.status is EventStatus.PROPOSED:
                continue  # what nobody has settled takes nobody's time
            until = self.turn.end_of(d.start, d.end, all_day=d.all_day)
            if not d.all_day:
                busy.append(Busy(event_id=other.event_id, start=d.start, end=until, title=d.title, own=True))
        return busy + [b for b in await self.busy(start, end) if b.event_id is None or b.event_id not in about]

    def _find(self, handle: str) -> Entry | None:
        entry = self._entries.get(handle.strip().strip("[]()").upper())
        return None if entry is None or entry.cancelled else entry

    def _live(self) -> tuple[Entry, ...]:
        return tuple(e for e in self._entries.values() if not e.cancelled)

    def _put(self, entry: Entry) -> None:
        self._entries[entry.handle] = entry

    def _next_handle(self) -> str:
        return f"E{len(self._entries) + 1}"
