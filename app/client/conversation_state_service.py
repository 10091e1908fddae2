"""The conversation-sync API for async agents.

Nothing that it does stops a conversation: when the API is switched off, down, slow or wrong, every method returns None
and says so in one warning, and what was to be written waits in the outbox.
"""

import contextlib
import json
import logging
import sqlite3
import time
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote
from uuid import uuid4

import httpx

from .api_calls import ApiCalls, Data, Refused, Unavailable
from .metrics import LOOKUP_SECONDS, MESSAGE_FAILURES, SYNC_SECONDS, SYNCS
from .outbox import Call, FileOutbox, MemoryOutbox, Outbox
from .settings import ClientSettings, load_client_settings, shown
from .writes import CONVERSATIONS, Opening, SessionRef, Writes

log = logging.getLogger("hilo_client")

_AGENT_CONVERSATIONS: Final = "/api/v1/whatsapp/agent/conversations"
_LOOKUP_TTL: Final = 3600.0  # seconds
_NEGATIVE_TTL: Final = 5.0
_MOST_CACHED: Final = 10_000
_CANNOT: Final = (TypeError, ValueError, RecursionError, sqlite3.Error)  # no JSON, not even as text; no room on disk


class ConversationStateService:
    """`async with ConversationStateService(url, key) as service`. Without arguments, as the environment says.

    One instance for each event loop; keep it as long as the process lives: it holds the connections, the cache of
    look-ups and the outbox. Leaving it tries once more to deliver what waits.
    """

    def __init__(
        self,
        api_base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float | None = None,
        outbox: Outbox | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = load_client_settings()
        url = (api_base_url or self._settings.base_url or "").rstrip("/")
        key = api_key or self._settings.api_key
        self._api = ApiCalls(url, key, timeout=timeout or self._settings.timeout, transport=transport)
        self._writes = Writes(self._api, outbox if outbox is not None else _outbox(self._settings))
        self._tenants: dict[str, tuple[float, Data | None]] = {}

    async def __aenter__(self) -> Self:
        self._writes.send_soon()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._writes.aclose()
        await self._api.aclose()

    @property
    def outbox(self) -> Outbox:
        """What waits for the API to be back."""
        return self._writes.outbox

    @property
    def enabled(self) -> bool:
        return bool(self._api.url) and load_client_settings().enabled

    # -- look-ups ------------------------------------------------------------------------------------------------------

    async def lookup_tenant_by_phone(self, phone_number: str) -> Data | None:
        """{subDomain, botId, sessionId, isActive}; remembered for an hour, but never past `expiresAt`."""
        if not self._ready():
            return None
        cached = self._tenants.get(phone_number)
        if cached and cached[0] > time.time():
            return cached[1]
        with LOOKUP_SECONDS.time():
            try:
                found = await self._get(f"/api/v1/whatsapp/lookup/tenant/{quote(str(phone_number), safe='')}")
            except Refused as refused:
                self._forget(phone_number)
                self._warn("Failed to look up tenant: %s", refused, unless=404)
                if refused.status == 404:
                    self._remember(phone_number, None, time.time() + _NEGATIVE_TTL)
                return None
        if found:
            until = time.time() + _LOOKUP_TTL
            with contextlib.suppress(KeyError, TypeError, ValueError):
                until = min(until, datetime.fromisoformat(found["expiresAt"]).timestamp())
            self._remember(phone_number, found, until)
        return found

    async def get_conversation_by_phone(self, phone_number: str, bot_id: str | None = None) -> Data | None:
        if not self._ready():
            return None
        with LOOKUP_SECONDS.time():
            try:
                return await self._get(
                    f"/api/v1/whatsapp/lookup/conversation/{quote(str(phone_number), safe='')}",
                    {"botId": bot_id} if bot_id else None,
                )
            except Refused as refused:
                if refused.status == 404:
                    self._forget(phone_number)
                self._warn("Failed to get conversation: %s", refused, unless=404)
                return None

    async def get_conversation(self, session_id: str) -> Data | None:
        try:
            return await self._get(f"{CONVERSATIONS}/{quote(str(session_id), safe='')}")
        except Refused as refused:
            self._warn("Failed to get conversation: %s", refused, unless=404)
            return None

    # -- what is written -----------------------------------------------------------------------------------------------

    async def sync_conversation_from_agent(  # noqa: PLR0917 (in the order of `ConversationSyncClient.sync_conversation`)
        self,
        session_id: SessionRef,
        intent: str | None = None,
        step: str | None = None,
        context: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        is_active: bool | None = None,
    ) -> Data | None:
        body = _given(intent=intent, step=step, context=context, metadata=metadata, isActive=is_active)
        began = time.perf_counter()
        done = await self._write(
            "PUT", session_id, "/sync", body, "Failed to sync graph state: %s", base=_AGENT_CONVERSATIONS
        )
        if self.enabled:
            SYNC_SECONDS.observe(time.perf_counter() - began)
            SYNCS.labels("success" if done else "failed").inc()
        if done:
            log.debug("Synced state for session %s", shown(done.get("sessionId"), self._settings))
        return done

    async def add_message_from_agent(
        self, session_id: SessionRef, role: str, content: str, *, message_id: str | None = None, key: str | None = None
    ) -> Data | None:
        """`message_id`: the provider's, or one of your own; without it `key` (or a new one) names the post."""
        body = _given(role=role, content=content, id=message_id)
        return await self._add(session_id, body, key, base=_AGENT_CONVERSATIONS)

    async def add_message(
        self,
        session_id: SessionRef,
        role: str,
        content: str,
        sub_domain: str | None = None,
        *,
        message_id: str | None = None,
    ) -> Data | None:
        return await self._add(session_id, _given(role=role, content=content, id=message_id, subDomain=sub_domain))

    async def create_conversation(
        self, user_phone: str, sub_domain: str | None = None, local_id: str | None = None, bot_id: str | None = None
    ) -> Data | None:
        """The phone's active conversation, or a new one. Away, the API makes it when it is back; what is written
        meanwhile may be addressed to an `Opening`."""
        opening = Opening(user_phone=user_phone, sub_domain=sub_domain, local_id=local_id, bot_id=bot_id)
        self._forget(user_phone)
        return await self._write("POST", None, "", opening.body, "Failed to create conversation: %s")

    async def update_intent(self, session_id: SessionRef, intent: str, step: str | None = None) -> Data | None:
        body = _given(intent=intent, step=step)
        return await self._write("PATCH", session_id, "/intent", body, "Failed to update intent: %s")

    async def update_context(self, session_id: SessionRef, context: Mapping[str, Any]) -> Data | None:
        return await self._write("PATCH", session_id, "/context", {"context": context}, "Failed to update context: %s")

    async def link_order(self, session_id: SessionRef, order_id: str, sub_domain: str | None = None) -> Data | None:
        body = _given(orderId=str(order_id), subDomain=sub_domain)
        return await self._write("POST", session_id, "/orders", body, "Failed to link order: %s")

    async def _add(
        self, session_id: SessionRef, body: Data, key: str | None = None, *, base: str = CONVERSATIONS
    ) -> Data | None:
        role = body["role"]
        warning = f"Failed to track {role} message: %s"
        done = await self._write("POST", session_id, "/messages", body, warning, key=key, base=base)
        if done is None and self.enabled:
            MESSAGE_FAILURES.labels(role).inc()
        elif done and role == "user":
            log.debug("Added user message to conversation %s", shown(done.get("sessionId"), self._settings))
        return done

    # -- the wire ------------------------------------------------------------------------------------------------------

    async def _get(self, path: str, params: Mapping[str, str] | None = None) -> Data | None:
        """None when the API does not answer. Raises `Refused`."""
        if not self._ready():
            return None
        if self._api.resting:
            log.warning("Failed to call the conversation API: it did not answer a moment ago")
            return None
        try:
            return await self._api.call("GET", path, params=params)
        except Unavailable as error:
            log.warning("Failed to call the conversation API: %s", error)
            return None

    async def _write(
        self,
        method: str,
        session: SessionRef | None,
        tail: str,
        body: Data,
        warning: str,
        *,
        key: str | None = None,
        base: str = CONVERSATIONS,
    ) -> Data | None:
        """`session` None: of no conversation yet."""
        if not self._ready():
            return None
        name = "{session}" if isinstance(session, Opening) else quote(str(session or ""), safe="")
        try:
            call = Call(
                method=method,
                path=f"{base}/{name}{tail}" if name else base,
                body=_plain(body),
                key=key or str(uuid4()),
                begin=session.body if isinstance(session, Opening) else None,
            )
            return await self._writes.make(call)
        except Refused as refused:
            if refused.status == 404:  # the session is over: its phone has another, or none
                self._tenants = {
                    phone: kept for phone, kept in self._tenants.items() if (kept[1] or {}).get("sessionId") != session
                }
            log.warning(warning, refused)
        except (Unavailable, *_CANNOT) as error:
            log.warning(warning, error)
        return None

    def _ready(self) -> bool:
        if not self.enabled:
            log.debug("Conversation sync is disabled or unavailable")
        return self.enabled

    # -- the cache -----------------------------------------------------------------------------------------------------

    def _remember(self, phone: str, found: Data | None, until: float) -> None:
        if len(self._tenants) >= _MOST_CACHED:
            self._tenants.clear()
        self._tenants[phone] = (until, found)

    def _forget(self, phone: str) -> None:
        self._tenants.pop(phone, None)

    def _warn(self, text: str, refused: Refused, *, unless: int) -> None:
        if refused.status != unless:
            log.warning(text, refused)


def _outbox(settings: ClientSettings) -> Outbox:
    if settings.outbox_path:
        try:
            return FileOutbox(settings.outbox_path, settings.outbox_limit)
        except sqlite3.Error as error:
            log.warning("Failed to open the outbox %s, calls wait in memory: %s", settings.outbox_path, error)
    return MemoryOutbox(settings.outbox_limit)


def _given(**values: Any) -> Data:
    return {name: value for name, value in values.items() if value is not None}


def _plain(body: Data) -> Data:
    """As JSON can carry it: a state may hold anything, and what cannot be said is said as text. NaN becomes null, and
    half a character (a broken emoji) U+FFFD: httpx raises on both. Raises what `_CANNOT` names."""
    text = json.dumps(body, default=str, ensure_ascii=False)
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    plain: Data = json.loads(whole, parse_constant=lambda _: None)
    return plain
