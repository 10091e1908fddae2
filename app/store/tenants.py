"""Tenants, their channels and keys, and the store's own state."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.models import ChannelRow, Tenant, Value
from app.store.batch import BatchRun
from app.store.calls import Calls


class TenantWithChannels(Tenant):
    channels: tuple[ChannelRow, ...] = ()


class ApiKey(Value):
    """A key without its secret. No tenant: an administrator's, for all of them."""

    id: UUID
    name: str
    tenant_id: UUID | None = None
    tenant: Tenant | str | None = None
    scopes: tuple[str, ...] = ()
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class StoreStatus(Value):
    """What waits, is parked or went wrong; counted by the database in one call."""

    now: datetime
    server_version: str
    tenants: int
    channels: int
    conversations_unprocessed: int
    oldest_unprocessed: datetime | None = None
    conversations_parked: int
    replies_due: int
    oldest_reply_due: datetime | None = None
    messages_unsent: int
    events_proposed: int
    events_unpublished: int
    unrouted: int
    removals_late: int = 0
    """Calendar entries of erased contacts that are still there after ten minutes."""
    events_refused: int = 0
    """Events that the calendar does not take; why is in their `calendar_error`."""
    untold: int = 0
    """What people of a business should have heard in the last day, and could not be told."""
    last_batch_run: BatchRun | None = None


class TenantStore(Calls):
    async def status(self) -> StoreStatus:
        return StoreStatus.model_validate(await self._call("hilo_status"))

    async def ensure_default_tenant(self, *, timezone: str, locale: str) -> Tenant:
        """The tenant `default`, made or brought in line with the server's settings."""
        return Tenant.model_validate(
            await self._call("hilo_ensure_default_tenant", p_timezone=timezone, p_locale=locale)
        )

    async def save_tenant(
        self, slug: str, *, name: str, timezone: str, locale: str, settings: Mapping[str, Any] | None = None
    ) -> Tenant:
        return Tenant.model_validate(
            await self._call(
                "hilo_save_tenant",
                p_slug=slug,
                p_name=name,
                p_timezone=timezone,
                p_locale=locale,
                p_settings=dict(settings or {}),
            )
        )

    async def list_tenants(self) -> list[TenantWithChannels]:
        return [TenantWithChannels.model_validate(row) for row in await self._call("hilo_list_tenants")]

    async def save_channel(
        self,
        tenant_slug: str,
        provider: str,
        address: str,
        *,
        bot_id: str | None = None,
        local_id: str | None = None,
        credentials_ref: str | None = None,
        enabled: bool = True,
    ) -> ChannelRow:
        return ChannelRow.model_validate(
            await self._call(
                "hilo_save_channel",
                p_tenant_slug=tenant_slug,
                p_provider=provider,
                p_address=address,
                p_bot_id=bot_id,
                p_local_id=local_id,
                p_credentials_ref=credentials_ref,
                p_enabled=enabled,
            )
        )

    async def create_api_key(
        self, key: UUID, *, name: str, key_hash: str, tenant: UUID | None, scopes: Sequence[str] = ()
    ) -> ApiKey:
        return ApiKey.model_validate(
            await self._call(
                "hilo_create_api_key",
                p_id=key,
                p_name=name,
                p_key_hash=key_hash,
                p_tenant=tenant,
                p_scopes=list(scopes),
            )
        )

    async def use_api_key(self, key_hash: str) -> ApiKey | None:
        """The living key of this hash, with its tenant; None when there is none."""
        row = await self._call("hilo_use_api_key", p_key_hash=key_hash)
        return ApiKey.model_validate(row) if row else None

    async def list_api_keys(self) -> list[ApiKey]:
        return [ApiKey.model_validate(row) for row in await self._call("hilo_list_api_keys")]

    async def revoke_api_key(self, key: UUID) -> bool:
        return bool((await self._call("hilo_revoke_api_key", p_id=key))["revoked"])
