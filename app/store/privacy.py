"""What is kept of people: exports, erasure, its end after a time; and the calendar entries that go with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.models import Tenant, Value
from app.store.calls import Calls


class Counts(Value):
    """What was (or would be) removed. `media` are references: the provider keeps the bytes. `calendar_entries` go from
    the calendar soon after. `conversations`: contacts of whom nothing is left."""

    conversations: int = 0
    messages: int = 0
    media: int = 0
    events: int = 0
    revisions: int = 0
    calendar_entries: int = 0
    sessions: int = 0
    unrouted: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        mine, theirs = self.model_dump(), other.model_dump()
        return Counts(**{name: mine[name] + theirs[name] for name in mine})


class RetentionPage(Value):
    counts: Counts
    next: UUID | None = None


class PrivacyRecord(Value):
    """A line of the log: counts, and nothing of anybody. `days`: those that were set, where that is what was done."""

    id: UUID
    action: str
    requested_by: str | None = None
    counts: Counts
    days: int | None = None
    created_at: datetime


class RemovalClaim(Value):
    """An entry to take out of a tenant's calendar, and of `places` that it was written to; its event is gone.
    `attempt` counts from 1."""

    token: UUID
    event_id: UUID
    generation: int
    attempt: int
    places: tuple[str, ...] = ()
    tenant: Tenant


class PrivacyStore(Calls):
    async def export_contact(
        self, tenant: UUID, key: str, request: UUID, *, by: str | None = None
    ) -> Mapping[str, Any] | None:
        """Everything about a contact, as it is stored; None when there is no such contact."""
        found: Mapping[str, Any] | None = await self._call(
            "hilo_export_contact", p_tenant=tenant, p_key=key, p_id=request, p_by=by
        )
        return found

    async def erase_contact(
        self,
        tenant: UUID,
        key: str,
        request: UUID,
        *,
        by: str | None = None,
        orphans: bool = True,
        dry_run: bool = False,
    ) -> Counts:
        """`request`: made for this call; repeated with it, the call returns what it did. `NotFound` for no contact."""
        return await self._one(
            Counts,
            "hilo_erase_contact",
            "contact",
            p_tenant=tenant,
            p_key=key,
            p_id=request,
            p_by=by,
            p_orphans=orphans,
            p_dry_run=dry_run,
        )

    async def apply_retention(
        self,
        tenant: UUID,
        days: int,
        run: UUID,
        *,
        after: UUID | None = None,
        limit: int = 200,
        by: str | None = None,
        dry_run: bool = False,
    ) -> RetentionPage:
        """Let go what is older than `days` in the next `limit` conversations after the one of this id."""
        return RetentionPage.model_validate(
            await self._call(
                "hilo_apply_retention",
                p_tenant=tenant,
                p_days=days,
                p_id=run,
                p_after=after,
                p_limit=limit,
                p_dry_run=dry_run,
                p_by=by,
            )
        )

    async def note_setting(
        self, tenant: UUID, request: UUID, action: str, *, by: str | None, days: int | None = None
    ) -> None:
        """`action`: `retention_days` or `notifications`."""
        await self._call("hilo_note_setting", p_tenant=tenant, p_id=request, p_action=action, p_by=by, p_days=days)

    async def list_privacy_log(self, tenant: UUID, *, limit: int = 50) -> list[PrivacyRecord]:
        """Newest first."""
        rows = await self._call("hilo_list_privacy_log", p_tenant=tenant, p_limit=limit)
        return [PrivacyRecord.model_validate(row) for row in rows]

    async def claim_removal(
        self, token: UUID, *, lease_seconds: float = 60.0, tenants: str = "all"
    ) -> RemovalClaim | None:
        """`tenants`: as in `app.calendars.base.Capabilities`."""
        row = await self._call("hilo_claim_removal", p_token=token, p_lease_seconds=lease_seconds, p_tenants=tenants)
        return RemovalClaim.model_validate(row | {"token": token}) if row else None

    async def complete_removal(self, event: UUID, token: UUID) -> None:
        await self._call("hilo_complete_removal", p_event=event, p_token=token)

    async def fail_removal(self, event: UUID, token: UUID, error: str, *, retry_seconds: float) -> None:
        await self._call(
            "hilo_fail_removal", p_event=event, p_token=token, p_error=error, p_retry_seconds=retry_seconds
        )
