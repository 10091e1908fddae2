"""What every calendar that Hilo writes to looks like from inside: publish, withdraw, check.

A calendar that only reads (the ICS feed) needs none of this: it is made from the rows whenever somebody asks.
"""

from typing import Protocol
from uuid import UUID

from app.models import Event, Tenant, Value


class Capabilities(Value):
    """How calendars differ, as data. `concurrency`: calls that may be under way at once, within the quota."""

    concurrency: int = 4


class Written(Value):
    """What the calendar holds now: our entry's id there, and its version where it has one (for a conditional write)."""

    entry_id: str
    etag: str | None = None


class Calendar(Protocol):
    """One kind of calendar, for all tenants. Implementations hold the credentials and the SDK.

    Both writes are repeated after a crash or a lost reply, possibly by another process at the same time: they
    must find what an earlier call has written (by `entry_id`) and adopt it instead of writing a second entry.
    They raise `CalendarUnavailable` (again later; `retry_after` in seconds where the calendar said so),
    `CalendarDisconnected` (nothing works for this tenant until a person has reconnected it) and `CalendarRefused`
    (this event will never be taken as it is; `check` does not raise it).
    """

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    async def publish(self, event: Event, tenant: Tenant) -> Written:
        """Make the calendar hold `event` as it is: a new entry, or the same entry changed."""

    async def withdraw(self, event: Event, tenant: Tenant) -> Written:
        """Make the calendar show `event` as cancelled, or no more; an entry that is not there is no error."""

    async def check(self, tenant: Tenant) -> None:
        """Raise unless this tenant's calendar is there and may be written to."""


def entry_id(event: UUID, generation: int = 1) -> str:
    """The id of an event's entry, made only of `[0-9a-v]` (Google's rule, at least 5 characters).

    Always the same for the same event, so that a repeated write meets its own entry. `generation` grows when a person
    has deleted the entry and the chat asks for the event anew: a deleted id cannot be used again.
    """
    return f"hilo{event.hex}{generation}"
