"""What a tool did, or why it did not."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.agent.availability import Window
from app.agent.drafts import Entry
from app.agent.phrases import Unclear
from app.models import EventStatus


class Result(StrEnum):
    CREATED = "created"
    MOVED = "moved"
    RENAMED = "renamed"
    CANCELLED = "cancelled"
    ALREADY = "already"
    LISTED = "listed"
    FREE = "free"
    BUSY = "busy"
    UNCLEAR = "unclear"
    FREE_TIMES = "free_times"
    UNKNOWN_EVENT = "unknown_event"
    TITLE_MISSING = "title_missing"
    HANDED_OVER = "handed_over"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a tool did or why not. `entry` is the event in question, `was` where a moved one stood before.

    `start` is the moment asked for where there is no entry; `free` are near times that are not taken, `own` the title
    of this contact's own event that is in the way; `closed`: the business is, at that time. `window` is what free
    times were looked for in; where there are none, `free` are those of the next days.
    """

    result: Result
    entry: Entry | None = None
    was: dt.datetime | None = None
    start: dt.datetime | None = None
    unclear: Unclear | None = None
    free: tuple[dt.datetime, ...] = ()
    own: str | None = None
    closed: bool = False
    window: Window | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def awaits_review(self) -> bool:
        """Taken down, but a person has to approve it."""
        return self.entry is not None and self.entry.draft.status is EventStatus.PROPOSED


def in_the_end(results: Sequence[Outcome]) -> list[Outcome]:
    """Without what the same turn undid again: an event made and called off never was, and one called off has not been
    made or moved."""
    gone = {o.entry.handle: o.entry for o in results if o.entry is not None and o.result is Result.CANCELLED}
    return [
        o
        for o in results
        if o.entry is None
        or o.entry.handle not in gone
        or (o.result is Result.CANCELLED and gone[o.entry.handle].stored is not None)
    ]
