"""A turn of an agent, kept in step with the API: as a context manager or a decorator."""

import functools
import time
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

from .conversation_state_service import ConversationStateService
from .conversation_sync_helper import (
    add_message_to_conversation,
    initialize_conversation_for_user,
    link_order_to_conversation,
    sync_graph_state_to_api,
    track_bot_response,
)
from .metrics import RESPONSE_SECONDS
from .settings import load_client_settings
from .writes import Opening, SessionRef


class ConversationMiddleware:
    """`async with ConversationMiddleware(user_phone=…, sub_domain=…) as conv`.

    `conv.session_id` is None while the API is away. What is said then waits in the outbox for the conversation that is
    begun when it is back.
    """

    def __init__(
        self,
        *,
        user_phone: str,
        sub_domain: str | None = None,
        local_id: str | None = None,
        bot_id: str | None = None,
        service: ConversationStateService | None = None,
    ) -> None:
        settings = load_client_settings()
        self._opening = Opening(
            user_phone=user_phone,
            sub_domain=sub_domain or settings.sub_domain,
            local_id=local_id or settings.local_id,
            bot_id=bot_id,
        )
        self._sub_domain = sub_domain
        self._service = service
        self._asked_at: float | None = None
        self.session_id: str | None = None

    async def __aenter__(self) -> Self:
        who = self._opening
        self.session_id = await initialize_conversation_for_user(
            who.user_phone, who.sub_domain, who.local_id, who.bot_id, service=self._service
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The session stays open: it ends by itself, or by sync with is_active=False."""

    async def add_user_message(self, content: str) -> bool:
        self._asked_at = time.perf_counter()
        return await add_message_to_conversation(
            self._session, self._sub_domain, "user", content, service=self._service
        )

    async def sync_state(self, graph_state: Mapping[str, Any]) -> bool:
        return await sync_graph_state_to_api(self._session, self._sub_domain, graph_state, service=self._service)

    async def add_bot_message(self, content: str) -> None:
        if self._asked_at is not None:
            RESPONSE_SECONDS.observe(time.perf_counter() - self._asked_at)
            self._asked_at = None
        await track_bot_response(self._session, self._sub_domain, content, service=self._service)

    async def link_order(self, order_id: str) -> bool:
        return await link_order_to_conversation(self._session, self._sub_domain, order_id, service=self._service)

    @property
    def _session(self) -> SessionRef:
        return self.session_id or self._opening


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
