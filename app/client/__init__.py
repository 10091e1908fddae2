"""Client of Hilo's conversation-sync API. Also a package of its own, `hilo_client`; imports nothing of the server."""

from .conversation_middleware import ConversationMiddleware, with_conversation
from .conversation_state_service import ConversationStateService
from .conversation_sync_helper import (
    ConversationSyncClient,
    add_message_to_conversation,
    close_default_service,
    initialize_conversation_for_user,
    link_order_to_conversation,
    sync_graph_state_to_api,
    track_bot_response,
)
from .graph_state import STATE_MAPPING, map_graph_state
from .graph_sync import sync_node
from .outbox import FileOutbox, MemoryOutbox
from .writes import Opening

__all__ = [
    "STATE_MAPPING",
    "ConversationMiddleware",
    "ConversationStateService",
    "ConversationSyncClient",
    "FileOutbox",
    "MemoryOutbox",
    "Opening",
    "add_message_to_conversation",
    "close_default_service",
    "initialize_conversation_for_user",
    "link_order_to_conversation",
    "map_graph_state",
    "sync_graph_state_to_api",
    "sync_node",
    "track_bot_response",
    "with_conversation",
]
