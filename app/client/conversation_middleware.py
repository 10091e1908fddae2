"""A turn of an agent, kept in step with the API: as a context manager, a decorator, or a node of a LangGraph graph."""

import functools
import time
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

from .conversation_state_service import ConversationStateService
from .conversation_sync_helper import (
    add_message_to_conversation,
    default_service,
    initialize_conversation_for_user,
    link_order_to_conversation,
    sync_graph_state_to_api,
    track_bot_response,
)
from .metrics import RESPONSE_SECONDS

Node = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]


class ConversationMiddleware:
    """`async with ConversationMiddleware(user_phone=…, sub_domain=…) as conv`. `conv.session_id` is None when there is
    no API to talk to; everything else does nothing then."""

    def __init__(
        self,
        *,
        user_phone: str,
        sub_domain: str | None = None,
        local_id: str | None = None,
        bot_id: str | None = None,
        service: ConversationStateService | None = None,
    ) -> None:
        self._who = (user_phone, sub_domain, local_id, bot_id)
        self._sub_domain = sub_domain
        self._service = service
        self._asked_at: float | None = None
        self.session_id: str | None = None

    async def __aenter__(self) -> Self:
        self.session_id = await initialize_conversation_for_user(*self._who, service=self._service)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The session stays open: it ends by itself, or by sync with is_active=False."""

    async def add_user_message(self, content: str) -> bool:
        self._asked_at = time.perf_counter()
        return await add_message_to_conversation(
            self.session_id, self._sub_domain, "user", content, service=self._service
        )

    async def sync_state(self, graph_state: Mapping[str, Any]) -> bool:
        return await sync_graph_state_to_api(self.session_id, self._sub_domain, graph_state, service=self._service)

    async def add_bot_message(self, content: str) -> None:
        if self._asked_at is not None:
            RESPONSE_SECONDS.observe(time.perf_counter() - self._asked_at)
            self._asked_at = None
        await track_bot_response(self.session_id, self._sub_domain, content, service=self._service)

    async def link_order(self, order_id: str) -> bool:
        return await link_order_to_conversation(self.session_id, self._sub_domain, order_id, service=self._service)


def with_conversation(
    *, sub_domain: str | None = None, local_id: str | None = None, service: ConversationStateService | None = None
) -> Callable[[Callable[..., Awaitable[str]]], Callable[[str, str], Awaitable[str]]]:
    """For a handler `async def answer(user_phone, text, conv) -> str`: both messages are kept around it."""

    def decorate(handler: Callable[..., Awaitable[str]]) -> Callable[[str, str], Awaitable[str]]:
        @functools.wraps(handler)
        async def handled(user_phone: str, text: str) -> str:
            async with ConversationMiddleware(
                user_phone=user_phone, sub_domain=sub_domain, local_id=local_id, service=service
            ) as conv:
                await conv.add_user_message(text)
                answer = await handler(user_phone, text, conv)
                await conv.add_bot_message(answer)
                return answer

        return handled

    return decorate


def sync_node(service: ConversationStateService | None = None) -> Node:
    """The last node of a LangGraph graph: posts the turn's messages and syncs the state, by `session_id` in the state.

    Each message is posted under its LangGraph id, so that a node that runs again adds nothing. A user's message goes
    without id of its own, and is matched with what the webhook brought.
    """

    async def sync(state: Mapping[str, Any]) -> dict[str, Any]:
        session_id = state.get("session_id")
        if session_id:
            api = service or default_service()
            for message in _last_turn(state.get("messages") or []):
                text = message.text if isinstance(message.text, str) else str(message.content)
                if text and message.type == "human":
                    await api.add_message_from_agent(session_id, "user", text, key=message.id)
                elif text and message.type == "ai":
                    await api.add_message_from_agent(session_id, "bot", text, message_id=message.id)
            await sync_graph_state_to_api(session_id, state.get("sub_domain"), state, service=api)
        return {}

    return sync


def _last_turn(messages: list[Any]) -> list[Any]:
    """From the last user's message on; several in a row belong together."""
    start = len(messages)
    while start and messages[start - 1].type != "human":
        start -= 1
    while start and messages[start - 1].type == "human":
        start -= 1
    return messages[start:]
