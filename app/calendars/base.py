"""What every calendar that Hilo writes to looks like from inside: publish, withdraw, check.

A calendar that only reads (the ICS feed) needs none of this: it is made from the rows whenever somebody asks.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol
from uuid import UUID

from pydantic import AwareDatetime

from app.models import Busy, Event, Tenant, Value


class Capabilities(Value):
    """How calendars differ, as data. `concurrency`: calls that may be under way at once, within the quota.

    `tenants`: whose events it takes: `all`, those that name a calendar of theirs (`linked`), or these and the tenant
    `default`.
    """

    concurrency: int = 4
    tenants: Literal["all", "linked", "linked_or_default"] = "all"


class Written(Value):
    """What the calendar holds now: our entry's id there, and its version where it has one (for a conditional write).

    Where people edit the calendar too: `kept` is what they changed and what therefore stays, by column of the event
    (`text`: their description); `overruled` is what we would have written there. `removed`: a person has deleted the
    entry, and nothing was written. `updated`: the calendar's time of this version.

    `first`: nothing was written either. An entry has to go in which people changed something, and a deleted entry
    tells nothing any more: `kept` must be recorded before it goes. `etag` is the version that was read, None for
    an entry of an earlier generation. `altered`: fields that the calendar keeps otherwise than they were written.
    `stands`: {start, end} in ISO 8601 of the time that the entry takes up; None: no time. `place`: the calendar.
    """

    entry_id: str
    place: str | None = None
    etag: str | None = None
    updated: AwareDatetime | None = None
    kept: Mapping[str, Any] = {}
    overruled: Mapping[str, Any] = {}
    removed: bool = False
    first: bool = False
    stands: Mapping[str, Any] | None = None
    altered: tuple[str, ...] = ()


class Seen(Value):
    """An entry of ours as the calendar shows it now, written from `revision` of its event (0: it does not say).
    `stands`: as in `Written`. `entry` is the calendar's own form of it."""

    event_id: UUID
    generation: int
    etag: str | None
    updated: AwareDatetime | None
    removed: bool
    revision: int = 0
    stands: Mapping[str, Any] | None = None
    entry: Mapping[str, Any]


class Changes(Value):
    """What has changed since a sync token, and the token for the next time; `full`: everything that there is."""

    seen: tuple[Seen, ...]
    token: str
    full: bool


class Watched(Value):
    """A channel as the calendar made it: notifications come until `expires_at`; `resource` is needed to stop it."""

    resource: str
    expires_at: AwareDatetime


class Calendar(Protocol):
    """One kind of calendar, for all tenants. Implementations hold the credentials and the SDK.

    All writes are repeated after a crash or a lost reply, possibly by another process at the same time: they
    must find what an earlier call has written (by `entry_id`) and adopt it instead of writing a second entry.
    They raise `CalendarUnavailable` (again later; `retry_after` in seconds where the calendar said so),
    `CalendarDisconnected` (nothing works for this tenant until a person has reconnected it) and `CalendarRefused`
    (this event is not taken, the others are; tried again, but rarely. `check` does not raise it).
    """

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    async def publish(self, event: Event, tenant: Tenant) -> Written:
        """Make the calendar hold `event` as it is: a new entry, or the same entry changed."""

    async def withdraw(self, event: Event, tenant: Tenant) -> Written:
        """Make the calendar show `event` as cancelled, or no more; an entry that is not there is no error."""

    async def remove(self, event: UUID, generation: int, tenant: Tenant, *, also: Sequence[str] = ()) -> None:
        """Leave nothing of what was ever written for an event that is gone here, its entries of earlier generations
        and its words included; whatever people changed in them. An entry that is not there is no error.

        `also`: further calendars where they may be (`Written.place`). One that is not ours to write to any more does
        not disconnect the tenant's present one: `CalendarRefused`."""

    async def check(self, tenant: Tenant) -> None:
        """Raise unless this tenant's calendar is there and may be written to."""


class SharedCalendar(Calendar, Protocol):
    """A calendar that people edit too: what they did there can be read."""

    def place(self, tenant: Tenant) -> str | None:
        """The calendar's name for where this tenant's entries are; None: it has none there."""

    async def changes(self, tenant: Tenant, token: str | None) -> Changes:
        """Our entries that changed since `token`; all of them without one, or when the calendar forgot it."""

    async def read(self, tenant: Tenant, event: UUID, generation: int) -> Seen | None: ...

    def differences(self, seen: Seen, event: Event, tenant: Tenant) -> Mapping[str, Any]:
        """Where the entry is not what `event` would write: the entry's values, as in `Written.kept`."""

    async def busy(self, tenant: Tenant, start: AwareDatetime, end: AwareDatetime) -> Sequence[Busy]:
        """What takes up time in [start, end). This tenant's own entries, which the store knows better, only where a
        person has given them another time; these have their `event_id`."""

    async def watch(self, tenant: Tenant, channel: UUID, *, address: str, token: str) -> Watched:
        """Have the calendar post to `address`, with `token`, whenever it changes."""

    async def unwatch(self, tenant: Tenant, channel: UUID, resource: str) -> None:
        """Make an end of it; one that is no more is no error."""


def entry_id(event: UUID, generation: int = 1) -> str:
    """The id of an event's entry, made only of `[0-9a-v]` (Google's rule, at least 5 characters).

    Always the same for the same event, so that a repeated write meets its own entry. `generation` grows when a person
    has deleted the entry and the chat asks for the event anew: a deleted id cannot be used again.
    """
    return f"hilo{event.hex}{generation}"
