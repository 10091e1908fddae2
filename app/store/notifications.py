"""The outbox of what people of a business are told."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.models import Tenant, Value
from app.store.calls import Calls


class Kind(StrEnum):
    """What is told; people may switch off each but the last, which they ask for."""

    EVENT_PROPOSED = "event_proposed"
    CONVERSATION_PARKED = "conversation_parked"
    CALENDAR_DISCONNECTED = "calendar_disconnected"
    DIGEST = "digest"
    TEST = "test"


class Target(StrEnum):
    WEBHOOK = "webhook"
    WHATSAPP = "whatsapp"
    EMAIL = "email"


class Item(Value):
    """`subject`: the row of the event or the conversation, the tenant, or the day (ISO)."""

    id: UUID
    subject: str
    revision: int


class Route(Value):
    """Over which channel the owner's WhatsApp is reached. `contact` is None when the owner never wrote there, else
    `since_inbound` says how many seconds ago that was; `opted_out`: with STOP as the last word about it."""

    provider: str
    channel_address: str
    contact: str | None = None
    thread: str | None = None
    since_inbound: float | None = None
    opted_out: bool = False


class NotificationClaim(Value):
    """What is told in one message. `body`: the words of an earlier attempt that may have arrived."""

    group: UUID
    token: UUID
    kind: Kind
    target: Target
    attempt: int
    resumed: bool
    started_at: datetime
    created_at: datetime
    body: str | None = None
    tenant: Tenant
    items: tuple[Item, ...]
    route: Route | None = None


class NotificationRecord(Value):
    id: UUID
    kind: Kind
    subject: str
    target: Target
    state: str
    attempts: int
    error: str | None = None
    sent_at: datetime | None = None
    created_at: datetime


class NotificationStore(Calls):
    async def collect_notifications(self, digests: Sequence[tuple[UUID, date]] = ()) -> int:
        """Note what is to be told, each state of each thing once; `digests`: tenants and their days that are due."""
        days = [{"tenant": str(tenant), "day": day.isoformat()} for tenant, day in digests]
        return int((await self._call("hilo_collect_notifications", p_digests=days))["noted"])

    async def note_test(self, tenant: UUID, request: UUID) -> list[Target]:
        """Have the tenant's people told something, to see that it arrives. Returns the ways that are set up."""
        return [Target(one) for one in await self._call("hilo_note_test", p_tenant=tenant, p_id=request)]

    async def claim_notification(
        self, token: UUID, *, lease_seconds: float = 60.0, providers: Sequence[str] = ()
    ) -> NotificationClaim | None:
        """`providers`: those that messages can be sent with."""
        row = await self._call(
            "hilo_claim_notification", p_token=token, p_lease_seconds=lease_seconds, p_providers=list(providers)
        )
        return NotificationClaim.model_validate(row) if row else None

    async def begin_notification(self, group: UUID, token: UUID, body: str) -> bool:
        """Record the words before they are sent; False: the lease was lost."""
        answer = await self._call("hilo_begin_notification", p_group=group, p_token=token, p_body=body)
        return bool(answer["outcome"] == "begun")

    async def complete_notification(
        self, group: UUID, token: UUID, *, message_sid: str | None = None, dropped: Sequence[UUID] = ()
    ) -> bool:
        """`dropped`: those of the group of which there was nothing to tell any more."""
        answer = await self._call(
            "hilo_complete_notification", p_group=group, p_token=token, p_message_sid=message_sid, p_dropped=dropped
        )
        return bool(answer["outcome"] == "sent")

    async def fail_notification(
        self, group: UUID, token: UUID, error: str, *, retry_seconds: float | None, unclear: bool = False
    ) -> None:
        """Again after `retry_seconds`, or never (None). `unclear`: it may have arrived all the same."""
        await self._call(
            "hilo_fail_notification",
            p_group=group,
            p_token=token,
            p_error=error,
            p_retry_seconds=retry_seconds,
            p_unclear=unclear,
        )

    async def list_notifications(self, tenant: UUID, *, limit: int = 50) -> list[NotificationRecord]:
        """Newest first."""
        rows: list[Any] = await self._call("hilo_list_notifications", p_tenant=tenant, p_limit=limit)
        return [NotificationRecord.model_validate(row) for row in rows]
