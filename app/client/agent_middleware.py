"""Sync for LangChain's `create_agent`, as a middleware. Imported by itself, since only it needs LangChain."""

import time
from typing import Annotated, Any, NotRequired

from langchain.agents.middleware import AgentMiddleware, AgentState
from langchain.agents.middleware.types import PrivateStateAttr

from .conversation_state_service import ConversationStateService
from .conversation_sync_helper import default_service, initialize_conversation_for_user, sync_graph_state_to_api
from .graph_sync import last_turn, post_messages, session_of
from .metrics import RESPONSE_SECONDS


class ConversationState(AgentState[Any]):
    """What the middleware reads besides `messages`; tools may write all of it but the first four."""

    user_phone: NotRequired[str]
    sub_domain: NotRequired[str]
    local_id: NotRequired[str]
    bot_id: NotRequired[str]
    session_id: NotRequired[str | None]
    current_intent: NotRequired[str]
    order_stage: NotRequired[str]
    cart: NotRequired[Any]
    order_id: NotRequired[str | None]
    order_number: NotRequired[str | None]
    order_status: NotRequired[str]
    asked_at: NotRequired[Annotated[float, PrivateStateAttr]]


class ConversationAgentMiddleware(AgentMiddleware[ConversationState, Any, Any]):
    """`create_agent(model, tools, middleware=[ConversationAgentMiddleware(service)])`, run with `ainvoke` or `astream`
    and `{"messages": […], "user_phone": "+51…", "sub_domain": "…"}`.

    Before the agent runs, the conversation is begun or renewed (`session_id` comes into the state) and the user's
    message posted; afterwards its answer, the state, and the link of an order. Tools and their results are not posted.
    """

    state_schema = ConversationState

    def __init__(self, service: ConversationStateService | None = None) -> None:
        super().__init__()
        self._service = service

    async def abefore_agent(self, state: ConversationState, runtime: Any) -> dict[str, Any] | None:
        service = self._service or default_service()
        update: dict[str, Any] = {"asked_at": time.time()}
        if state.get("user_phone"):  # asked anew with each turn: the one that a checkpoint remembers may have expired
            update["session_id"] = await initialize_conversation_for_user(
                state["user_phone"],
                state.get("sub_domain"),
                state.get("local_id"),
                state.get("bot_id"),
                service=service,
            )
        session = session_of({**state, **update})
        if session:
            await post_messages(service, session, [m for m in last_turn(state) if m.type == "human"])
        return update

    async def aafter_agent(self, state: ConversationState, runtime: Any) -> dict[str, Any] | None:
        service = self._service or default_service()
        session = session_of(state)
        if session:
            if "asked_at" in state:
                RESPONSE_SECONDS.observe(time.time() - state["asked_at"])
            await post_messages(service, session, [m for m in last_turn(state) if m.type == "ai"])
            await sync_graph_state_to_api(session, state.get("sub_domain"), state, service=service)
            if order := state.get("order_id"):
                await service.link_order(session, str(order), state.get("sub_domain"))
        return None
