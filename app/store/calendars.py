"""What calendars elsewhere hold: accesses to them, and the way back of what people change there."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.models import Event, Tenant, Value
from app.store.calls import Calls


class Observed(StrEnum):
    """What a look at an entry came to; the words of `hilo_observe_calendar`."""

    FOLLOWED = "followed"
    KNOWN = "known"
    AGAIN = "again"
    BEHIND = "behind"
    BUSY = "busy"
    STALE = "stale"
    UNKNOWN = "unknown"


class CalendarEvent(Value):
    event: Event
    busy: bool


class DownCalendar(Value):
    """A tenant's calendar that is disconnected, why, and since when."""

    tenant: str
    reason: str | None = None
    since: datetime


class SyncClaim(Value):
    """`down`: the calendar is disconnected for writing."""

    claimed: bool
    token: str | None = None
    down: bool = False


class OldChannel(Value):
    """One that is to be stopped."""

    id: UUID
    resource: str


class ChannelClaim(Value):
    claimed: bool = False
    stop: tuple[OldChannel, ...] = ()


class KnownChannel(Value):
    tenant: Tenant
    token_hash: str


class CalendarAccess(Value):
    """`credentials` as the server encrypted them. `pushed_until`: when the channel for its changes expires."""

    account: str | None = None
    credentials: str | None = None
    synced_at: datetime | None = None
    sync_error: str | None = None
    pushed_until: datetime | None = None


class CalendarStore(Calls):
    async def review_publish(self, event: UUID, token: UUID, *, revision: int) -> None:
        """Something else takes up the time: a person decides."""
        await self._call("hilo_review_publish", p_event=event, p_token=token, p_revision=revision)

    async def calendar_events(self, tenant: UUID, events: Iterable[UUID]) -> dict[UUID, CalendarEvent]:
        """Those that the tenant has, by id."""
        rows = await self._call("hilo_calendar_events", p_tenant=tenant, p_events=[str(event) for event in events])
        found = [CalendarEvent.model_validate(row) for row in rows]
        return {one.event.id: one for one in found}

    async def calendar_down(
        self, tenant: UUID, *, by: str, reason: str | None = None, probe_seconds: float = 60.0
    ) -> None:
        """The tenant's calendar is disconnected; found by a `write` or a `read`. After a write no process writes
        before `probe_seconds` are over, and then one event."""
        await self._call("hilo_calendar_down", p_tenant=tenant, p_by=by, p_reason=reason, p_probe_seconds=probe_seconds)

    async def calendar_up(self, tenant: UUID) -> None:
        await self._call("hilo_calendar_up", p_tenant=tenant)

    async def calendars_down(self, *, tenants: str = "all") -> list[DownCalendar]:
        """`tenants`: as in `app.calendars.base.Capabilities`."""
        return [DownCalendar.model_validate(row) for row in await self._call("hilo_calendars_down", p_tenants=tenants)]

    async def observe_calendar(
        self,
        tenant: UUID,
        event: UUID,
        *,
        generation: int,
        revision: int,
        etag: str | None,
        updated: datetime | None,
        kept: Mapping[str, Any],
        removed: bool,
        stands: Mapping[str, Any] | None = None,
        place: str | None = None,
        conflict_policy: str = "review",
    ) -> Observed:
        """`stands`: the time that the entry takes up, as in `app.calendars.base.Seen`; `place`: the calendar;
        `conflict_policy`: that of tenants that have none."""
        answer = await self._call(
            "hilo_observe_calendar",
            p_tenant=tenant,
            p_event=event,
            p_generation=generation,
            p_revision=revision,
            p_etag=etag,
            p_updated_at=updated,
            p_kept=dict(kept),
            p_removed=removed,
            p_stands=stands and dict(stands),
            p_place=place,
            p_policy=conflict_policy,
        )
        return Observed(answer["outcome"])

    async def calendar_standing(self, tenant: UUID, place: str) -> set[tuple[UUID, int]]:
        """(event, generation) of the entries that stand in this calendar as far as is known, of events to come."""
        rows = await self._call("hilo_calendar_standing", p_tenant=tenant, p_place=place)
        return {(UUID(row["event_id"]), row["generation"]) for row in rows}

    async def claim_calendar_sync(
        self, tenant: UUID, lease: UUID, calendar: str, *, lease_seconds: float, not_after: datetime
    ) -> SyncClaim:
        """`not_after`: nothing is claimed if it was read later than that. Claimed again with its `lease` it goes on."""
        return SyncClaim.model_validate(
            await self._call(
                "hilo_claim_calendar_sync",
                p_tenant=tenant,
                p_lease=lease,
                p_calendar=calendar,
                p_lease_seconds=lease_seconds,
                p_not_after=not_after,
            )
        )

    async def complete_calendar_sync(
        self, tenant: UUID, lease: UUID, calendar: str, *, token: str | None = None, error: str | None = None
    ) -> None:
        await self._call(
            "hilo_complete_calendar_sync",
            p_tenant=tenant,
            p_lease=lease,
            p_calendar=calendar,
            p_sync_token=token,
            p_error=error,
        )

    async def save_calendar_access(self, tenant: UUID, *, account: str | None, credentials: str | None) -> None:
        await self._call("hilo_save_calendar_access", p_tenant=tenant, p_account=account, p_credentials=credentials)

    async def calendar_access(self, tenant: UUID) -> CalendarAccess | None:
        row = await self._call("hilo_calendar_access", p_tenant=tenant)
        return CalendarAccess.model_validate(row) if row else None

    async def claim_calendar_channel(
        self,
        tenant: UUID,
        channel: UUID,
        *,
        calendar: str,
        address: str | None,
        token_hash: str,
        renew_seconds: float,
        lease_seconds: float,
    ) -> ChannelClaim:
        """Claimed: `channel` is to be made, because there is none, or none that lasts `renew_seconds` more."""
        return ChannelClaim.model_validate(
            await self._call(
                "hilo_claim_calendar_channel",
                p_tenant=tenant,
                p_channel=channel,
                p_calendar=calendar,
                p_address=address,
                p_token_hash=token_hash,
                p_renew_seconds=renew_seconds,
                p_lease_seconds=lease_seconds,
            )
        )

    async def complete_calendar_channel(
        self, tenant: UUID, channel: UUID, *, resource: str, expires_at: datetime
    ) -> tuple[OldChannel, ...]:
        """Those that it replaces, to be stopped."""
        answer = await self._call(
            "hilo_complete_calendar_channel",
            p_tenant=tenant,
            p_channel=channel,
            p_resource=resource,
            p_expires_at=expires_at,
        )
        return ChannelClaim.model_validate(answer).stop

    async def forget_calendar_channel(self, tenant: UUID, channel: UUID) -> None:
        await self._call("hilo_forget_calendar_channel", p_tenant=tenant, p_channel=channel)

    async def calendar_channel(self, channel: UUID) -> KnownChannel | None:
        row = await self._call("hilo_calendar_channel", p_channel=channel)
        return KnownChannel.model_validate(row) if row else None
