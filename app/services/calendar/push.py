"""Calendars that say themselves when they have changed: their channels, and what a notification leads to.

A notification holds no change, it only makes `CalendarSync` read at once; the reading at intervals goes on beside it,
for notifications may be lost. Channels expire and are followed by new ones in time; the former is stopped after that.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterable
from typing import Final
from uuid import UUID, uuid4

import structlog

from app.calendars.base import SharedCalendar
from app.errors import CalendarDisconnected, CalendarError, CalendarRefused, HiloError, StoreError
from app.models import Tenant
from app.services.calendar.sync import CalendarSync
from app.services.wake import Wake, ending
from app.store.calendars import OldChannel
from app.store.store import Store

log = structlog.get_logger(__name__)

_RENEW_SECONDS: Final = 86400.0  # before the end of a channel, or half of its life if that is shorter
_LEASE_SECONDS: Final = 120.0  # of a process that asks for a channel
_ATTEMPTS: Final = 20  # to read while another process reads; the reading at intervals comes anyway
_ASKED_TWICE: Final = "channelIdNotUnique"  # the HTTP library repeated a request whose answer was lost: it is there
_IDLE_SECONDS: Final = 3600.0


class CalendarPush:
    """`address`: where the calendar shall post to; None: channels of before are stopped, and no new ones made.

    `gap_seconds` lie between two readings for one tenant: our own writes are notified too, and a reading costs a
    request of the quota.
    """

    def __init__(
        self,
        store: Store,
        calendar: SharedCalendar,
        reading: CalendarSync,
        *,
        address: str | None,
        gap_seconds: float = 3.0,
    ) -> None:
        self._store, self._calendar, self._reading = store, calendar, reading
        self._address, self._gap = address, gap_seconds
        self._due: dict[UUID, tuple[Tenant, float, int]] = {}
        self._read_at: dict[UUID, float] = {}
        self._wake = Wake()

    # -- channels ------------------------------------------------------------------------------------------------------

    async def renew(self) -> None:
        """See to every tenant's channel. Any number of processes may do this: one of them makes each."""
        for tenant in await self._store.list_tenants():
            if self._calendar.place(tenant):
                try:
                    await self._renew(tenant)
                except CalendarError as error:
                    log.warning("the calendar's changes are not pushed", tenant=tenant.slug, error=error.detail)
                except StoreError:
                    raise
                except Exception:
                    log.exception("asking for a channel broke", tenant=tenant.slug)

    async def _renew(self, tenant: Tenant) -> None:
        place, channel, token = self._calendar.place(tenant), uuid4(), secrets.token_urlsafe(32)
        assert place is not None
        claim = await self._store.claim_calendar_channel(
            tenant.id,
            channel,
            calendar=place,
            address=self._address,
            token_hash=_hash(token),
            renew_seconds=_RENEW_SECONDS,
            lease_seconds=_LEASE_SECONDS,
        )
        stop = claim.stop
        if claim.claimed:
            assert self._address is not None
            try:
                made = await self._calendar.watch(tenant, channel, address=self._address, token=token)
            except (CalendarDisconnected, CalendarRefused) as error:
                if _ASKED_TWICE not in error.detail:
                    await self._store.forget_calendar_channel(tenant.id, channel)
                raise
            stop = await self._store.complete_calendar_channel(
                tenant.id, channel, resource=made.resource, expires_at=made.expires_at
            )
            log.info("the calendar's changes are pushed", tenant=tenant.slug, until=made.expires_at.isoformat())
        await self._stop(tenant, stop)

    async def _stop(self, tenant: Tenant, channels: Iterable[OldChannel]) -> None:
        for old in channels:
            await self._calendar.unwatch(tenant, old.id, old.resource)
            await self._store.forget_calendar_channel(tenant.id, old.id)

    # -- notifications -------------------------------------------------------------------------------------------------

    async def notified(self, channel: str, token: str) -> bool:
        """Take in a notification: False when it is none of ours. The first one says that the channel has begun; what
        had changed before that is read as well."""
        try:
            known = await self._store.calendar_channel(UUID(channel))
        except ValueError:
            return False
        if known is None or not hmac.compare_digest(known.token_hash, _hash(token)):
            return False
        self._put(known.tenant, 0)
        self._wake.nudge()
        return True

    async def run(self) -> None:
        """Reads for the tenants whose calendar has changed, until it is cancelled."""
        while not ending():
            now = time.monotonic()
            ready = [tenant for tenant, at, _ in self._due.values() if at <= now]
            for tenant in ready:
                attempts = self._due.pop(tenant.id)[2] + 1
                self._read_at[tenant.id] = time.monotonic()
                try:
                    done = await self._reading.catch_up(tenant)
                except HiloError as error:
                    log.warning("changes of the calendar cannot be read", tenant=tenant.slug, error=error.detail)
                    done = False
                except Exception:  # one that nobody foresaw must not end the loop for all tenants
                    log.exception("reading what was notified broke", tenant=tenant.slug)
                    done = False
                if not done and attempts < _ATTEMPTS:
                    self._put(tenant, attempts)
            if not ready:
                wait = min((at for _, at, _ in self._due.values()), default=now + _IDLE_SECONDS) - now
                await self._wake.sleep(wait)

    def _put(self, tenant: Tenant, attempts: int) -> None:
        """What has changed while it is read must be read again, so each notification counts from now on."""
        at = max(time.monotonic(), self._read_at.get(tenant.id, 0.0) + self._gap)
        self._due.setdefault(tenant.id, (tenant, at, attempts))


def address(public_base_url: str) -> str:
    return f"{public_base_url}/api/v1/calendar/google/notifications"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
