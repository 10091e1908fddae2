"""Conversations of agents outside Hilo: find the tenant of a phone, keep the state, take the messages."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from app.errors import Conflict, InvalidRequest, NotFound, TooManyRequests
from app.models import Role, Tenant, Value
from app.services.access import Access, Caller
from app.services.phones import phone_digits, phone_variants
from app.store.sessions import Session, SessionOutcome
from app.store.store import Store

__all__ = ["ContextTooLarge", "ConversationSync", "KeyLimit", "Session", "SyncPolicy", "VersionPassed"]

_NONE = "No active conversation found"


class ContextTooLarge(InvalidRequest):
    status: ClassVar[int] = 413
    code = "context-too-large"


class VersionPassed(Conflict):
    """Somebody changed the state meanwhile."""

    status: ClassVar[int] = 412
    code = "version-passed"


class RateLimited(TooManyRequests):
    def __init__(self, retry_after: float) -> None:
        super().__init__("Too many requests with this key; wait as long as Retry-After says")
        self.retry_after = retry_after


class SyncPolicy(Value):
    """`session_seconds`: how long a session lasts without activity. `context_bytes`: context and metadata together.
    `messages`: how many of the last ones are in previousMessages."""

    session_seconds: float = 86_400.0
    context_bytes: int = 65_536
    messages: int = 20


class KeyLimit:
    """At most `per_minute` requests with one key (0: no limit), in a sliding window of this process: with n processes
    a key may make up to n times as many."""

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def count(self, caller: Caller) -> None:
        """Raises `RateLimited`, with the seconds to wait."""
        if self._item is None:
            return
        key = str(caller.key or caller.name)
        if not await self._limiter.hit(self._item, key):
            stats = await self._limiter.get_window_stats(self._item, key)
            raise RateLimited(max(stats.reset_time - time.time(), 1.0))


class ConversationSync:
    """Each method acts for a `Caller`: a tenant's key reaches that tenant's sessions and nothing else, an
    administrator's all, or those of the tenant named `slug`. What is not reached is `NotFound`, there or not."""

    def __init__(self, store: Store, access: Access, *, policy: SyncPolicy | None = None) -> None:
        self._store = store
        self._access = access
        self.policy = policy or SyncPolicy()

    async def find(
        self, caller: Caller, phone: str, *, bot_id: str | None = None, slug: str | None = None, messages: bool = True
    ) -> Session:
        """The newest active session of a phone, however it is written. Raises `InvalidRequest` for what is none."""
        found = await self._store.find_session(
            phone_variants(phone_digits(phone)),
            tenant=await self._tenant(caller, slug),
            bot_id=bot_id,
            messages=self.policy.messages if messages else 0,
        )
        if found is None:
            raise NotFound(_NONE)
        return found

    async def get(self, caller: Caller, session: str, *, slug: str | None = None) -> Session:
        """Also one that is over."""
        found = await self._store.get_session(
            session, tenant=await self._tenant(caller, slug), messages=self.policy.messages
        )
        if found is None:
            raise NotFound("There is no such conversation")
        return found

    async def create(
        self,
        caller: Caller,
        phone: str,
        *,
        slug: str | None,
        bot_id: str | None = None,
        local_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Session:
        """The contact's active session, or the next one."""
        tenant: Tenant = await self._access.tenant(caller, slug)
        return await self._store.create_session(
            tenant.id,
            phone_variants(phone_digits(phone)),
            phone,
            bot_id=bot_id,
            local_id=local_id,
            metadata=metadata,
            seconds=self.policy.session_seconds,
            messages=self.policy.messages,
        )

    async def sync(
        self,
        caller: Caller,
        session: str,
        *,
        intent: str | None = None,
        step: str | None = None,
        context: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        is_active: bool | None = None,
        if_version: int | None = None,
        slug: str | None = None,
    ) -> Session:
        """Merge what the agent says. Raises `ContextTooLarge`, `VersionPassed`, `NotFound`."""
        done = await self._store.sync_session(
            session,
            tenant=await self._tenant(caller, slug),
            intent=intent,
            step=step,
            context=context,
            metadata=metadata,
            is_active=is_active,
            if_version=if_version,
            max_bytes=self.policy.context_bytes,
            seconds=self.policy.session_seconds,
            messages=self.policy.messages,
        )
        if done.outcome == "too_large":
            raise ContextTooLarge(
                f"Context and metadata together would have {done.bytes} bytes; the limit is {self.policy.context_bytes}"
            )
        if done.outcome == "overtaken":
            raise VersionPassed(f"The conversation is at version {done.version}, not at {if_version}: read it again")
        return _session(done)

    async def add_message(
        self,
        caller: Caller,
        session: str,
        role: Role,
        content: str,
        *,
        message_id: str | None = None,
        key: str | None = None,
        sent_at: datetime | None = None,
        slug: str | None = None,
    ) -> Session:
        """Add a message, once for each `message_id` or `key`."""
        done = await self._store.add_session_message(
            session,
            role,
            content,
            tenant=await self._tenant(caller, slug),
            message_id=message_id,
            key=key,
            sent_at=sent_at,
            seconds=self.policy.session_seconds,
            messages=self.policy.messages,
        )
        return _session(done)

    async def link_order(self, caller: Caller, session: str, order_id: str, *, slug: str | None = None) -> Session:
        done = await self._store.link_order(
            session,
            order_id,
            tenant=await self._tenant(caller, slug),
            seconds=self.policy.session_seconds,
            messages=self.policy.messages,
        )
        return _session(done)

    async def _tenant(self, caller: Caller, slug: str | None) -> UUID | None:
        if caller.tenant is None and not slug:
            return None
        return (await self._access.tenant(caller, slug)).id


def _session(done: SessionOutcome) -> Session:
    if done.session is None:
        raise NotFound(_NONE)
    return done.session
