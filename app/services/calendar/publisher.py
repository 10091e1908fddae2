"""The publisher: makes the calendar hold what the store says, one write at a time per event, as often as it takes.

A transactional outbox: an event's row says which revision the calendar holds. Any replica claims events that are
behind, writes, records. A crash at any point leaves the event behind, and the calendar recognises the repeated write.
"""

import asyncio
import contextlib
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

import structlog

from app.calendars.base import Calendar, Seen, SharedCalendar, Written, entry_id
from app.errors import CalendarDisconnected, CalendarError, CalendarRefused, CalendarUnavailable, StoreError
from app.models import Busy, EventSource, EventStatus, Tenant
from app.services.health import Finding, Level
from app.services.metrics import PUBLISHES
from app.services.worker import Worker
from app.store.events import PublishClaim, PublishOutcome
from app.store.store import Store

log = structlog.get_logger(__name__)

_RETRY_SECONDS: Final = 2.0  # doubled with each attempt
_MAX_RETRY_SECONDS: Final = 900.0
_REFUSED_SECONDS: Final = 3600.0  # a person may have to do something about it
_RELEASE_SECONDS: Final = 2.0  # for giving a claim back while the process stops
_POLL_SECONDS: Final = 5.0
_NOTHING_TO_DO_SECONDS: Final = 3600.0


class Publisher(Worker[PublishClaim]):
    """Without a `calendar` it does nothing: the feed reads the rows themselves.

    `call_seconds` bounds one call and must stay under `lease_seconds`, so that no other replica takes the event while
    it is being written. Of a tenant whose calendar is disconnected one event is tried per `probe_seconds`, by one of
    all processes; the others wait. `shared` (the same calendar, if people edit it too) is looked at before each write.
    """

    name = "publisher"
    poll_seconds = _POLL_SECONDS

    def __init__(
        self,
        store: Store,
        calendar: Calendar | None,
        *,
        lease_seconds: float = 60.0,
        call_seconds: float = 30.0,
        probe_seconds: float = 60.0,
        shared: SharedCalendar | None = None,
        conflict_policy: str = "refuse",
        event_minutes: int = 60,
    ) -> None:
        if call_seconds >= lease_seconds:
            raise ValueError("call_seconds must be less than lease_seconds")
        super().__init__(concurrency=calendar.capabilities.concurrency if calendar else 1)
        self._store = store
        self._calendar = calendar
        self._shared = shared
        self._conflict_policy, self._event_minutes = conflict_policy, event_minutes
        self._lease_seconds = lease_seconds
        self._call_seconds = call_seconds
        self._probe_seconds = probe_seconds
        if calendar is None:
            self.poll_seconds = _NOTHING_TO_DO_SECONDS

    async def findings(self) -> Sequence[Finding]:
        """For `Health`: which tenants' calendars are disconnected, and why."""
        if self._calendar is None:
            return []
        return [
            Finding(part="calendar", level=Level.WARNING, detail=f"Calendar of {down.tenant}: {down.reason}")
            for down in await self._store.calendars_down(tenants=self._calendar.capabilities.tenants)
        ]

    async def claim(self) -> tuple[PublishClaim | None, float | None]:
        if self._calendar is None:
            return None, None
        token = uuid4()
        claims = await self._store.claim_publish(
            token,
            limit=1,
            lease_seconds=self._lease_seconds,
            tenants=self._calendar.capabilities.tenants,
            probe_seconds=self._probe_seconds,
        )
        return (claims[0], None) if claims else (None, None)

    async def work(self, piece: PublishClaim) -> None:
        assert self._calendar is not None
        try:
            outcome = await self._publish(self._calendar, piece)
        except asyncio.CancelledError:
            # Another process may take it at once instead of waiting for the lease.
            with contextlib.suppress(Exception):
                async with asyncio.timeout(_RELEASE_SECONDS):
                    await self._later(piece, "the server stopped while writing it", 0.0)
            raise
        PUBLISHES.labels(self._calendar.name, outcome).inc()

    async def _publish(self, calendar: Calendar, piece: PublishClaim) -> str:
        event, tenant = piece.event, piece.tenant
        try:
            async with asyncio.timeout(self._call_seconds):
                if piece.probe:
                    await self._probe(calendar, tenant)
                if await self._taken(piece):
                    seen = await self._before(piece)
                    if seen is None or seen.revision < event.revision:
                        return await self._review(piece, seen)
                write = calendar.withdraw if event.status is EventStatus.CANCELLED else calendar.publish
                written = await write(event, tenant)
        except StoreError:
            raise
        except CalendarDisconnected as error:
            log.warning("calendar disconnected", tenant=tenant.slug, error=error.detail)
            await self._store.calendar_down(
                tenant.id, by="write", reason=error.detail, probe_seconds=self._probe_seconds
            )
            # Not this event but its calendar waits: the event is due as soon as the calendar is.
            await self._later(piece, f"calendar disconnected: {error.detail}", 0.0)
            return "disconnected"
        except CalendarRefused as error:
            log.warning("calendar refuses an event", event_id=event.id, error=error.detail)
            await self._store.fail_publish(
                event.id, piece.token, error.detail, retry_seconds=_REFUSED_SECONDS, refused=True
            )
            return "refused"
        except (CalendarError, TimeoutError) as error:
            wait = _backoff(piece.attempt, error.retry_after if isinstance(error, CalendarUnavailable) else None)
            why = error.detail if isinstance(error, CalendarError) else "the calendar did not answer in time"
            log.warning(
                "event not written yet", event_id=event.id, error=why, attempt=piece.attempt, retry=round(wait, 1)
            )
            await self._later(piece, why, wait)
            return "retried"
        except Exception as error:
            # A fault of ours or of the SDK; it must not come back every second, nor take the event away for good.
            log.exception("writing an event broke", event_id=event.id)
            await self._later(piece, f"internal error: {type(error).__name__}", _backoff(piece.attempt, 60.0))
            return "broken"
        return await self._record(piece, written)

    async def _record(self, piece: PublishClaim, written: Written) -> str:
        event = piece.event
        outcome = await self._store.complete_publish(
            event.id,
            piece.token,
            revision=event.revision,
            calendar_event_id=written.entry_id,
            etag=written.etag,
            updated=written.updated,
            kept=written.kept,
            overruled=written.overruled,
            removed=written.removed,
            first=written.first,
            stands=written.stands,
            place=written.place,
        )
        if outcome in (PublishOutcome.PUBLISHED, PublishOutcome.RECORDED) and (written.removed or written.kept):
            log.info(
                "a person changed the calendar", event_id=event.id, removed=written.removed, kept=list(written.kept)
            )
        if written.altered:
            log.warning("the calendar keeps other words", event_id=event.id, fields=list(written.altered))
        return "written" if outcome is PublishOutcome.PUBLISHED else outcome.value

    async def _probe(self, calendar: Calendar, tenant: Tenant) -> None:
        await calendar.check(tenant)
        await self._store.calendar_up(tenant.id)
        log.info("calendar connected again", tenant=tenant.slug)
        self.wake.nudge()

    async def _taken(self, piece: PublishClaim) -> bool:
        """Whether something that people put into the calendar takes up the event's time, and that matters here.

        The agent asked before it answered; this is for what came in between, and for what the batch found. What a
        person has decided is written, and whatever lies over the hour where the event already stands was put there by
        somebody who saw it.
        """
        event, tenant = piece.event, piece.tenant
        policy = tenant.settings.conflict_policy or self._conflict_policy
        if self._shared is None or event.status is EventStatus.CANCELLED or policy == "allow":
            return False
        if event.all_day or event.source is EventSource.OPERATOR:
            return False
        minutes = timedelta(minutes=tenant.settings.event_minutes or self._event_minutes)
        start, end, was = event.start, event.end or event.start + minutes, piece.stands
        if was and was.start <= start and end <= was.end:
            return False
        return any(
            busy.event_id != event.id and not (was and _overlap(busy, was.start, was.end))
            for busy in await self._shared.busy(tenant, start, end)
        )

    async def _before(self, piece: PublishClaim) -> Seen | None:
        """The entry that an earlier attempt wrote, if it died before that was recorded."""
        event, there = piece.event, entry_id(piece.event.id, piece.event.calendar_generation)
        if self._shared is None or event.calendar_event_id == there:
            return None
        seen = await self._shared.read(piece.tenant, event.id, event.calendar_generation)
        return None if seen is None or seen.removed else seen

    async def _review(self, piece: PublishClaim, seen: Seen | None) -> str:
        """Not written, for a person to decide."""
        event = piece.event
        if seen is not None:
            # It stands in the calendar: that is recorded first, so that its hour counts as taken. Without its etag, so
            # that what a person may have changed in it is looked for at the next write.
            there = entry_id(event.id, event.calendar_generation)
            await self._store.complete_publish(
                event.id,
                piece.token,
                revision=seen.revision,
                calendar_event_id=there,
                etag=None,
                updated=seen.updated,
                stands=seen.stands,
                place=self._shared.place(piece.tenant) if self._shared else None,
            )
            return "adopted"
        await self._store.review_publish(event.id, piece.token, revision=event.revision)
        return "conflict"

    async def _later(self, piece: PublishClaim, why: str, seconds: float) -> None:
        await self._store.fail_publish(piece.event.id, piece.token, why, retry_seconds=seconds)


def _overlap(busy: Busy, start: datetime, end: datetime) -> bool:
    """Half-open: what ends when another begins is not in its way."""
    return busy.start < end and start < busy.end


def _backoff(attempt: int, retry_after: float | None) -> float:
    """Seconds until the next attempt: what the calendar asked for, else doubling, with jitter so that the events that
    failed together do not come back together."""
    wait: float = min(_RETRY_SECONDS * 2.0 ** min(attempt - 1, 20), _MAX_RETRY_SECONDS)
    return max(wait, retry_after or 0.0) * random.uniform(1.0, 1.5)  # noqa: S311
