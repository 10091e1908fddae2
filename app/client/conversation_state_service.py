"""The conversation-sync API for async agents.

Nothing that it does stops a conversation: when the API is switched off, down, slow or wrong, every method returns None
and says so in one warning, and what was to be written waits in the outbox.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote
from uuid import uuid4

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from .metrics import LOOKUP_SECONDS, MESSAGE_FAILURES, OUTBOX_DROPPED, REQUESTS, SYNC_SECONDS, SYNCS
from .outbox import Call, FileOutbox, MemoryOutbox, Outbox
from .settings import ClientSettings, load_client_settings, shown

log = logging.getLogger("hilo_client")

Data = dict[str, Any]
_AGENT: Final = "/api/v1/whatsapp/agent/conversations"
_PLAIN: Final = "/api/v1/conversations"
_LOOKUP_TTL: Final = 3600.0  # seconds
_NEGATIVE_TTL: Final = 5.0
_PAUSE: Final = 2.0  # after a failure: calls meanwhile do not wait for a dead API
_MOST_CACHED: Final = 10_000


class Unavailable(Exception):
    """The API gave no answer, or one that says: later."""


class Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"HTTP {status}: {message}")
        self.status = status


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
        self._url = (api_base_url or self._settings.base_url or "").rstrip("/")
        self._timeout = timeout or self._settings.timeout
        key = api_key or self._settings.api_key
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {}, timeout=self._timeout, transport=transport
        )
        self.outbox: Outbox = outbox if outbox is not None else _outbox(self._settings)
        self._tenants: dict[str, tuple[float, Data | None]] = {}
        self._down_until = 0.0
        self._sender: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self.outbox.first():
            self._send_soon()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        if self._sender:
            self._sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sender
        with contextlib.suppress(Unavailable):
            async with asyncio.timeout(self._timeout):
                await self._deliver()
        await self._http.aclose()
        self.outbox.close()

    @property
    def enabled(self) -> bool:
        return bool(self._url) and load_client_settings().enabled

    # -- look-ups ------------------------------------------------------------------------------------------------------

    async def lookup_tenant_by_phone(self, phone_number: str) -> Data | None:
        """{subDomain, botId, sessionId, isActive}; remembered for an hour, but never past `expiresAt`."""
        cached = self._tenants.get(phone_number)
        if cached and cached[0] > time.time():
            return cached[1]
        with LOOKUP_SECONDS.time():
            try:
                found = await self._get(f"/api/v1/whatsapp/lookup/tenant/{quote(phone_number, safe='')}")
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
        with LOOKUP_SECONDS.time():
            try:
                return await self._get(
                    f"/api/v1/whatsapp/lookup/conversation/{quote(phone_number, safe='')}",
                    {"botId": bot_id} if bot_id else None,
                )
            except Refused as refused:
                if refused.status == 404:
                    self._forget(phone_number)
                self._warn("Failed to get conversation: %s", refused, unless=404)
                return None

    async def get_conversation(self, session_id: str) -> Data | None:
        try:
            return await self._get(f"{_PLAIN}/{quote(session_id, safe='')}")
        except Refused as refused:
            self._warn("Failed to get conversation: %s", refused, unless=404)
            return None

    # -- what is written -----------------------------------------------------------------------------------------------

    async def sync_conversation_from_agent(
        self,
        session_id: str,
        *,
        intent: str | None = None,
        step: str | None = None,
        context: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        is_active: bool | None = None,
    ) -> Data | None:
        body = _given(intent=intent, step=step, context=context, metadata=metadata, isActive=is_active)
        with SYNC_SECONDS.time():
            done = await self._write(
                "PUT", f"{_AGENT}/{quote(session_id, safe='')}/sync", body, "Failed to sync graph state: %s"
            )
        if self.enabled:
            SYNCS.labels("success" if done else "failed").inc()
        if done:
            log.debug("Synced state for session %s", shown(session_id, self._settings))
        return done

    async def add_message_from_agent(
        self, session_id: str, role: str, content: str, *, message_id: str | None = None, key: str | None = None
    ) -> Data | None:
        """`message_id`: the provider's, or one of your own; without it `key` (or a new one) names the post."""
        return await self._add(f"{_AGENT}/{quote(session_id, safe='')}/messages", role, content, message_id, key=key)

    async def add_message(
        self, session_id: str, role: str, content: str, sub_domain: str | None = None, *, message_id: str | None = None
    ) -> Data | None:
        path = f"{_PLAIN}/{quote(session_id, safe='')}/messages"
        return await self._add(path, role, content, message_id, sub_domain=sub_domain)

    async def create_conversation(
        self, user_phone: str, sub_domain: str | None = None, local_id: str | None = None, bot_id: str | None = None
    ) -> Data | None:
        """Not queued: what follows needs the session's id."""
        body = _given(userPhone=user_phone, subDomain=sub_domain, localId=local_id, botId=bot_id)
        self._forget(user_phone)
        return await self._write("POST", _PLAIN, body, "Failed to create conversation: %s", queue=False)

    async def update_intent(self, session_id: str, intent: str, step: str | None = None) -> Data | None:
        path = f"{_PLAIN}/{quote(session_id, safe='')}/intent"
        return await self._write("PATCH", path, _given(intent=intent, step=step), "Failed to update intent: %s")

    async def update_context(self, session_id: str, context: Mapping[str, Any]) -> Data | None:
        path = f"{_PLAIN}/{quote(session_id, safe='')}/context"
        return await self._write("PATCH", path, {"context": context}, "Failed to update context: %s")

    async def link_order(self, session_id: str, order_id: str, sub_domain: str | None = None) -> Data | None:
        path = f"{_PLAIN}/{quote(session_id, safe='')}/orders"
        body = _given(orderId=order_id, subDomain=sub_domain)
        return await self._write("POST", path, body, "Failed to link order: %s")

    async def _add(
        self,
        path: str,
        role: str,
        content: str,
        message_id: str | None,
        *,
        sub_domain: str | None = None,
        key: str | None = None,
    ) -> Data | None:
        body = _given(role=role, content=content, id=message_id, subDomain=sub_domain)
        done = await self._write("POST", path, body, f"Failed to track {role} message: %s", key=key)
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
        if time.monotonic() < self._down_until:
            log.warning("Failed to call the conversation API: it did not answer a moment ago")
            return None
        try:
            return await self._request("GET", path, params=params)
        except Unavailable as error:
            log.warning("Failed to call the conversation API: %s", error)
            return None

    async def _write(
        self, method: str, path: str, body: Data, warning: str, *, queue: bool = True, key: str | None = None
    ) -> Data | None:
        if not self._ready():
            return None
        call = Call(method=method, path=path, body=_plain(body), key=key or str(uuid4()))
        try:
            if why := self._not_now(queue=queue):
                raise Unavailable(why)  # noqa: TRY301
            return await self._request(method, path, json=call.body, key=call.key)
        except Refused as refused:
            log.warning(warning, refused)
        except Unavailable as error:
            log.warning(warning, error)
            if queue:
                if path.endswith("/messages"):  # it is late: its time is now
                    call.body.setdefault("timestamp", datetime.now(UTC).isoformat())
                self.outbox.add(call)
                self._send_soon()
        return None

    def _not_now(self, *, queue: bool) -> str | None:
        if queue and self.outbox.first():
            return "earlier calls wait for the API"  # behind them, so that the order stays
        return "the API did not answer a moment ago" if time.monotonic() < self._down_until else None

    async def _request(
        self, method: str, path: str, *, json: Data | None = None, params: Any = None, key: str | None = None
    ) -> Data | None:
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Unavailable),
            stop=stop_after_attempt(3),
            wait=wait_random_exponential(multiplier=0.1, max=1),
            reraise=True,
        )
        try:
            async with asyncio.timeout(self._timeout):
                return await retrying(self._once, method, path, json, params, key)
        except (Unavailable, TimeoutError) as error:
            self._down_until = time.monotonic() + _PAUSE
            REQUESTS.labels("unavailable").inc()
            raise Unavailable(str(error) or f"no answer within {self._timeout:g} s") from error

    async def _once(self, method: str, path: str, body: Data | None, params: Any, key: str | None) -> Data | None:
        headers = {"Idempotency-Key": key} if key else {}
        try:
            answer = await self._http.request(method, self._url + path, json=body, params=params, headers=headers)
            envelope = answer.json() if answer.content else {}
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"{type(error).__name__} {error}".strip()) from error
        except ValueError as error:
            raise Unavailable(f"HTTP {answer.status_code} without JSON") from error
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Unavailable(f"HTTP {answer.status_code}")
        if not isinstance(envelope, dict):
            raise Unavailable(f"HTTP {answer.status_code} without an envelope")
        if answer.is_error:
            REQUESTS.labels("refused").inc()
            raise Refused(answer.status_code, str(envelope.get("message") or envelope.get("detail") or ""))
        REQUESTS.labels("ok").inc()
        data = envelope.get("data")
        return data if isinstance(data, dict) else None

    def _ready(self) -> bool:
        if not self.enabled:
            log.debug("Conversation sync is disabled or unavailable")
        return self.enabled

    # -- the outbox ----------------------------------------------------------------------------------------------------

    def _send_soon(self) -> None:
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send(), name="hilo-client-outbox")

    async def _send(self) -> None:
        pause = 0.25
        while self.outbox.first():
            try:
                await self._deliver()
            except Unavailable:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 15.0)

    async def _deliver(self) -> None:
        """In order, until nothing waits. Raises `Unavailable`."""
        while call := self.outbox.first():
            try:
                async with asyncio.timeout(self._timeout):
                    await self._once(call.method, call.path, call.body, None, call.key)
            except TimeoutError as error:
                raise Unavailable("no answer") from error
            except Refused as refused:
                OUTBOX_DROPPED.labels("refused").inc()
                log.warning("Failed to deliver a queued call: %s", refused)
            self._down_until = 0.0
            self.outbox.remove_first()

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
        return FileOutbox(settings.outbox_path, settings.outbox_limit)
    return MemoryOutbox(settings.outbox_limit)


def _given(**values: Any) -> Data:
    return {name: value for name, value in values.items() if value is not None}


def _plain(body: Data) -> Data:
    """As JSON can carry it: a state may hold anything, and what cannot be said is said as text."""
    plain: Data = json.loads(json.dumps(body, default=str))
    return plain
