"""The way back: what people change in the calendar becomes true of the events, so that the agent answers from it.

Reads what changed since the last time (a sync token), compares each entry of ours with its event, and lets the store
decide under its locks. The token moves on only when everything that came with the former one has been seen to.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

import structlog

from app.calendars.base import Seen, SharedCalendar
from app.errors import CalendarDisconnected, CalendarError, StoreError
from app.models import Tenant
from app.services.worker import kept
from app.store.calendars import CalendarEvent, Observed, SyncClaim
from app.store.store import Store

log = structlog.get_logger(__name__)

_ROUNDS: Final = 8  # of looking again at entries that a publisher is writing
_AT_ONCE: Final = 200  # entries that are compared with their events in one call of the store


class CalendarSync:
    """`interval_seconds`: how often it is run; of several processes one reads at a time, and as often as one would.
    Its lease is renewed while it reads: a calendar of many thousand entries takes longer than any lease.

    `pause_seconds`: before it looks again at entries that a publisher is writing, a little longer each time.
    """

    def __init__(
        self,
        store: Store,
        calendar: SharedCalendar,
        *,
        interval_seconds: float,
        lease_seconds: float = 60.0,
        wake_publisher: Callable[[], None] = lambda: None,
        pause_seconds: float = 0.5,
        conflict_policy: str = "refuse",
    ) -> None:
        self._store = store
        self._calendar = calendar
        self._interval = timedelta(seconds=interval_seconds)
        self._lease_seconds = lease_seconds
        self._wake_publisher = wake_publisher
        self._pause_seconds = pause_seconds
        self._conflict_policy = conflict_policy

    async def run(self) -> None:
        """Every tenant that has a calendar, one after the other; one that fails, however, does not stop the others."""
        for tenant in await self._store.list_tenants():
            if self._calendar.place(tenant):
                await self.sync(tenant)

    async def sync(self, tenant: Tenant) -> int:
        """How many events followed the calendar. 0 also when another process is at it, or was, just now."""
        return (await self._read(tenant, datetime.now(UTC) - self._interval / 2))[0]

    async def catch_up(self, tenant: Tenant) -> bool:
        """Read what has changed up to now, whenever that was done last; False while another process is at it, or is
        writing something that has changed. One that was killed at that keeps both for a lease."""
        return (await self._read(tenant, datetime.now(UTC)))[1]

    async def _read(self, tenant: Tenant, not_after: datetime) -> tuple[int, bool]:
        """How many events followed, and whether nothing was left to other processes."""
        place = self._calendar.place(tenant)
        assert place is not None
        lease = uuid4()

        async def claimed() -> SyncClaim:
            return await self._store.claim_calendar_sync(
                tenant.id, lease, place, lease_seconds=self._lease_seconds, not_after=not_after
            )

        async def renew() -> bool:
            return (await claimed()).claimed

        claim = await claimed()
        if not claim.claimed:
            return 0, False
        token = error = None
        followed = left = 0
        try:
            async with kept(renew, every=self._lease_seconds / 3):
                changes = await self._calendar.changes(tenant, claim.token)
                seen = changes.seen
                if changes.full:
                    seen += await self._missing(tenant, place, seen)
                followed, left = await self._take_in(tenant, seen)
            # What could not be seen to comes again with the old token.
            token = None if left else changes.token
            if claim.down:
                await self._look_again(tenant)
        except CalendarError as failure:
            error = failure.detail
            if isinstance(failure, CalendarDisconnected):
                await self._store.calendar_down(tenant.id, by="read", reason=error)
            log.warning("changes of the calendar cannot be read", tenant=tenant.slug, error=error)
        except StoreError:
            raise  # nothing can be recorded either; the lease runs out
        except Exception as failure:
            # A fault of ours or of the SDK: said where people look, and no reason to pass over the other tenants.
            error = f"internal error: {type(failure).__name__}"
            log.exception("reading the changes of the calendar broke", tenant=tenant.slug)
        await self._store.complete_calendar_sync(tenant.id, lease, place, token=token, error=error)
        return followed, not left

    async def _missing(self, tenant: Tenant, place: str, listed: tuple[Seen, ...]) -> tuple[Seen, ...]:
        """What should stand in the calendar and was not in the list of everything. Google forgets after a month what
        was deleted; `read` makes sure that it is not the calendar that is away."""
        found = []
        expected = await self._store.calendar_standing(tenant.id, place)
        for event, generation in expected - {(one.event_id, one.generation) for one in listed}:
            there = await self._calendar.read(tenant, event, generation)
            gone = Seen(event_id=event, generation=generation, etag=None, updated=None, removed=True, entry={})
            found.append(there or gone)
        return tuple(found)

    async def _look_again(self, tenant: Tenant) -> None:
        """Whether it can be written to again. An event that waits would show it as well, but there may be none."""
        try:
            await self._calendar.check(tenant)
        except CalendarError:
            return
        await self._store.calendar_up(tenant.id)
        log.info("calendar connected again", tenant=tenant.slug)
        self._wake_publisher()

    async def _take_in(self, tenant: Tenant, seen: tuple[Seen, ...]) -> tuple[int, int]:
        followed, waiting = 0, list(seen)
        for round_ in range(_ROUNDS):
            again: list[Seen] = []
            for first in range(0, len(waiting), _AT_ONCE):
                some = waiting[first : first + _AT_ONCE]
                known = await self._store.calendar_events(tenant.id, {one.event_id for one in some})
                for one in some:
                    outcome = await self._observe(tenant, one, known.get(one.event_id))
                    followed += outcome is Observed.FOLLOWED
                    if outcome in (Observed.BUSY, Observed.STALE):
                        again.append(one)
            if not again:
                return followed, 0
            await asyncio.sleep(self._pause_seconds * (round_ + 1))
            fresh = [await self._calendar.read(tenant, one.event_id, one.generation) for one in again]
            waiting = [one for one in fresh if one]
        return followed, len(waiting)

    async def _observe(self, tenant: Tenant, seen: Seen, known: CalendarEvent | None) -> Observed:
        if known is None:
            return Observed.UNKNOWN
        event = known.event
        present = seen.generation == event.calendar_generation
        if present and seen.etag is not None and seen.etag == event.calendar_etag:
            return Observed.KNOWN  # mostly our own write
        compare = present and not seen.removed
        outcome = await self._store.observe_calendar(
            tenant.id,
            event.id,
            generation=seen.generation,
            revision=event.revision,
            etag=seen.etag,
            updated=seen.updated,
            kept=self._calendar.differences(seen, event, tenant) if compare else {},
            removed=seen.removed,
            stands=seen.stands,
            place=self._calendar.place(tenant),
            conflict_policy=self._conflict_policy,
        )
        if outcome is Observed.FOLLOWED:
            log.info("an event follows the calendar", event_id=event.id, removed=seen.removed)
        elif outcome is Observed.AGAIN:
            self._wake_publisher()
        return outcome
