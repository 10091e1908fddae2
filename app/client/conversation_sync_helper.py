"""The API in single calls: a small synchronous client that raises, and async helpers that never do."""

import asyncio
import logging
import weakref
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

import httpx

from .conversation_state_service import ConversationStateService
from .graph_state import map_graph_state
from .settings import load_client_settings, shown
from .writes import SessionRef

log = logging.getLogger("hilo_client")


class ConversationSyncClient:
    """Synchronous; its methods return the envelope's `data` and raise `httpx.HTTPStatusError` and its like."""

    def __init__(self, api_base_url: str, api_key: str | None = None, *, timeout: float | None = None) -> None:
        key = api_key or load_client_settings().api_key
        self._http = httpx.Client(
            base_url=api_base_url.rstrip("/"),
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=timeout or load_client_settings().timeout,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def lookup_tenant(self, phone: str) -> dict[str, Any]:
        return self._call("GET", f"/api/v1/whatsapp/lookup/tenant/{quote(phone, safe='')}")

    def get_conversation(self, phone: str, bot_id: str | None = None) -> dict[str, Any]:
        path = f"/api/v1/whatsapp/lookup/conversation/{quote(phone, safe='')}"
        return self._call("GET", path, params={"botId": bot_id} if bot_id else None)

    def sync_conversation(  # noqa: PLR0917 (the shape that its callers know)
        self,
        session_id: str,
        intent: str | None = None,
        step: str | None = None,
        context: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        is_active: bool = True,
    ) -> dict[str, Any]:
        body = {"intent": intent, "step": step, "context": context, "metadata": metadata, "isActive": is_active}
        path = f"/api/v1/whatsapp/agent/conversations/{quote(session_id, safe='')}/sync"
        return self._call("PUT", path, json={name: value for name, value in body.items() if value is not None})

    def add_message(self, session_id: str, role: str, content: str) -> dict[str, Any]:
        path = f"/api/v1/whatsapp/agent/conversations/{quote(session_id, safe='')}/messages"
        headers = {"Idempotency-Key": str(uuid4())}
        return self._call("POST", path, json={"role": role, "content": content}, headers=headers)

    def _call(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        answer = self._http.request(method, path, **given)
        answer.raise_for_status()
        data: dict[str, Any] = answer.json()["data"]
        return data


# -- helpers -----------------------------------------------------------------------------------------------------------

_services: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, ConversationStateService]" = (
    weakref.WeakKeyDictionary()
)


def default_service() -> ConversationStateService:
    """The service of this event loop, as the environment says it; made when it is first asked for."""
    loop = asyncio.get_running_loop()
    if loop not in _services:
        _services[loop] = ConversationStateService()
    return _services[loop]


async def close_default_service() -> None:
    """Deliver what waits and close the connections; call it when the process ends."""
    service = _services.pop(asyncio.get_running_loop(), None)
    if service:
        await service.aclose()


async def initialize_conversation_for_user(
    user_phone: str,
    sub_domain: str | None = None,
    local_id: str | None = None,
    bot_id: str | None = None,
    *,
    service: ConversationStateService | None = None,
) -> str | None:
    """The session to go on with: the phone's active one, or a new one. None when the API is away; what is said then
    is kept by `ConversationMiddleware`, and for whoever addresses it to an `Opening`."""
    settings = load_client_settings()
    made = await (service or default_service()).create_conversation(
        user_phone, sub_domain or settings.sub_domain, local_id or settings.local_id, bot_id
    )
    session_id: str | None = made["sessionId"] if made else None
    if session_id:
        log.info("Conversation session initialized: %s", shown(session_id, settings))
    return session_id


async def add_message_to_conversation(
    session_id: SessionRef | None,
    sub_domain: str | None,
    role: str,
    content: str,
    *,
    service: ConversationStateService | None = None,
) -> bool:
    if not session_id:
        return False
    return await (service or default_service()).add_message(session_id, role, content, sub_domain) is not None


async def sync_graph_state_to_api(
    session_id: SessionRef | None,
    sub_domain: str | None,
    graph_state: Mapping[str, Any],
    *,
    service: ConversationStateService | None = None,
) -> bool:
    """Whether the API has it now; else it waits in the outbox."""
    if not session_id:
        return False
    try:
        mapped = map_graph_state(graph_state)
    except (TypeError, ValueError, AttributeError) as error:  # a state of another shape stops no conversation
        log.warning("Failed to sync graph state: %s", error)
        return False
    return await (service or default_service()).sync_conversation_from_agent(session_id, **mapped) is not None


async def link_order_to_conversation(
    session_id: SessionRef | None,
    sub_domain: str | None,
    order_id: str,
    *,
    service: ConversationStateService | None = None,
) -> bool:
    if not session_id:
        return False
    return await (service or default_service()).link_order(session_id, order_id, sub_domain) is not None


async def track_bot_response(
    conversation_session_id: SessionRef | None,
    business_subdomain: str | None,
    response_text: str,
    *,
    service: ConversationStateService | None = None,
) -> None:
    """Does nothing without a session."""
    if not conversation_session_id:
        return
    done = await (service or default_service()).add_message(
        conversation_session_id, "bot", response_text, business_subdomain
    )
    if done:
        log.debug("Tracked bot response for session %s", shown(done.get("sessionId"), load_client_settings()))
