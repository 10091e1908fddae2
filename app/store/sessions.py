"""Sessions in the store: the state that an agent outside Hilo keeps beside a conversation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from app.models import Role, Value
from app.store.calls import Calls


class SessionMessage(Value):
    role: Role
    content: str
    timestamp: AwareDatetime


class Session(Value):
    """`phone` is digits alone, `user_phone` as it came. `is_active` is false too when the session has expired.
    `version` grows with each change of the state. `messages` are the conversation's last ones, oldest first."""

    id: str
    tenant_id: UUID
    sub_domain: str
    time_zone: str
    conversation_id: str
    bot_id: str
    local_id: str | None = None
    phone: str
    user_phone: str
    current_intent: str | None = None
    current_step: str | None = None
    previous_intent: str | None = None
    previous_step: str | None = None
    context: Mapping[str, Any]
    metadata: Mapping[str, Any]
    order_ids: tuple[str, ...] = ()
    messages: tuple[SessionMessage, ...] = ()
    last_user_message: str | None = None
    is_active: bool
    version: int
    last_activity: AwareDatetime
    expires_at: AwareDatetime
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class SessionOutcome(Value):
    """`synced`, `added`, `adopted` (a webhook had brought the message), `known` (a repeat), `linked`; or without a
    session: `inactive` (none, or closed, or expired), `overtaken` (the state is `version`), `too_large` (`bytes`)."""

    outcome: str
    session: Session | None = None
    version: int | None = None
    bytes: int | None = None
    message_id: UUID | None = None


class SessionStatus(Value):
    """Of the active sessions. `written`: an agent outside has synced or posted. `answered_outside`: Hilo is silent;
    `waiting`: and the customer has waited for long, while the agent said nothing to anybody."""

    active: int
    written: int
    answered_outside: int
    waiting: int
    oldest_waiting: AwareDatetime | None = None


class SessionStore(Calls):
    """`tenant` None: an administrator, who sees all. `seconds`: how long a session lasts without activity. `messages`:
    how many of the last ones come along."""

    async def create_session(
        self,
        tenant: UUID,
        phones: Sequence[str],
        user_phone: str,
        *,
        bot_id: str | None = None,
        local_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        seconds: float = 86_400.0,
        messages: int = 20,
    ) -> Session:
        """The active session of the contact, or the next one. `phones`: digits under which the contact may be known,
        the given ones first."""
        row = await self._call(
            "hilo_create_session",
            p_tenant=tenant,
            p_phones=phones,
            p_user_phone=user_phone,
            p_bot_id=bot_id,
            p_local_id=local_id,
            p_metadata=metadata or {},
            p_session_seconds=seconds,
            p_messages=messages,
        )
        return Session.model_validate(row)

    async def find_session(
        self, phones: Sequence[str], *, tenant: UUID | None, bot_id: str | None = None, messages: int = 20
    ) -> Session | None:
        """The newest active session of a phone."""
        row = await self._call(
            "hilo_find_session", p_phones=phones, p_tenant=tenant, p_bot_id=bot_id, p_messages=messages
        )
        return Session.model_validate(row) if row else None

    async def get_session(self, session: str, *, tenant: UUID | None, messages: int = 20) -> Session | None:
        """Also one that is over."""
        row = await self._call("hilo_get_session", p_session=session, p_tenant=tenant, p_messages=messages)
        return Session.model_validate(row) if row else None

    async def sync_session(
        self,
        session: str,
        *,
        tenant: UUID | None,
        intent: str | None = None,
        step: str | None = None,
        context: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        is_active: bool | None = None,
        if_version: int | None = None,
        max_bytes: int = 65_536,
        seconds: float = 86_400.0,
        messages: int = 20,
    ) -> SessionOutcome:
        """Merge what is given (None: nothing said); `max_bytes` bounds context and metadata together."""
        answer = await self._call(
            "hilo_sync_session",
            p_session=session,
            p_tenant=tenant,
            p_intent=intent,
            p_step=step,
            p_context=context or {},
            p_metadata=metadata or {},
            p_is_active=is_active,
            p_if_version=if_version,
            p_max_bytes=max_bytes,
            p_session_seconds=seconds,
            p_messages=messages,
        )
        return SessionOutcome.model_validate(answer)

    async def add_session_message(
        self,
        session: str,
        role: Role,
        content: str,
        *,
        tenant: UUID | None,
        message_id: str | None = None,
        key: str | None = None,
        sent_at: datetime | None = None,
        seconds: float = 86_400.0,
        messages: int = 20,
    ) -> SessionOutcome:
        """`message_id` is the provider's or the agent's own; `key` names this call, so that a repeat is recognised
        where there is no id."""
        answer = await self._call(
            "hilo_add_session_message",
            p_session=session,
            p_role=role.value,
            p_content=content,
            p_tenant=tenant,
            p_id=message_id,
            p_key=key or str(uuid4()),  # the transport may repeat this very call
            p_sent_at=sent_at,
            p_session_seconds=seconds,
            p_messages=messages,
        )
        return SessionOutcome.model_validate(answer)

    async def link_order(
        self, session: str, order_id: str, *, tenant: UUID | None, seconds: float = 86_400.0, messages: int = 20
    ) -> SessionOutcome:
        answer = await self._call(
            "hilo_link_order",
            p_session=session,
            p_order_id=order_id,
            p_tenant=tenant,
            p_session_seconds=seconds,
            p_messages=messages,
        )
        return SessionOutcome.model_validate(answer)

    async def session_status(self, *, waiting_seconds: float = 600.0) -> SessionStatus:
        return SessionStatus.model_validate(await self._call("hilo_session_status", p_waiting_seconds=waiting_seconds))
