"""A LangGraph graph that syncs by itself: its last node, and what `agent_middleware` does for `create_agent`.

Each message is posted under its LangGraph id, so that a node that runs again adds nothing. A user's message has that id
as the key of the post alone: it is matched with what the webhook brought. Nothing of LangChain is imported here.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from .conversation_state_service import ConversationStateService
from .conversation_sync_helper import default_service, sync_graph_state_to_api
from .settings import load_client_settings
from .writes import Opening, SessionRef

State = Mapping[str, Any]
Node = Callable[[State], Awaitable[dict[str, Any]]]


def sync_node(service: ConversationStateService | None = None) -> Node:
    """The last node of a graph: posts the turn's messages and syncs the state. Which conversation, the state says by
    `session_id`, or by `user_phone` (with `sub_domain`, `local_id`, `bot_id`) where there is none yet."""

    async def sync(state: State) -> dict[str, Any]:
        session = session_of(state)
        if session:
            api = service or default_service()
            await post_messages(api, session, last_turn(state))
            await sync_graph_state_to_api(session, state.get("sub_domain"), state, service=api)
        return {}

    return sync


def session_of(state: State) -> SessionRef | None:
    if state.get("session_id"):
        return str(state["session_id"])
    if not state.get("user_phone"):
        return None
    settings = load_client_settings()
    return Opening(
        user_phone=str(state["user_phone"]),
        sub_domain=state.get("sub_domain") or settings.sub_domain,
        local_id=state.get("local_id") or settings.local_id,
        bot_id=state.get("bot_id"),
    )


async def post_messages(service: ConversationStateService, session: SessionRef, messages: Sequence[Any]) -> None:
    for message in messages:
        text = message.text if isinstance(message.text, str) else str(message.content)
        if text and message.type == "human":
            await service.add_message_from_agent(session, "user", text, key=message.id)
        elif text and message.type == "ai":
            await service.add_message_from_agent(session, "bot", text, message_id=message.id)


def last_turn(state: State) -> list[Any]:
    """From the last user's message on; several in a row belong together."""
    messages = list(state.get("messages") or [])
    start = len(messages)
    while start and messages[start - 1].type != "human":
        start -= 1
    while start and messages[start - 1].type == "human":
        start -= 1
    return messages[start:]
