"""A conversation with one contact."""

from uuid import UUID

from pydantic import AwareDatetime

from app.models.base import Value
from app.models.messages import Role


class Conversation(Value):
    id: UUID
    tenant_id: UUID
    conversation_id: str
    provider: str
    channel_address: str
    contact_name: str | None = None
    phone: str | None = None
    thread: str | None = None
    last_message_at: AwareDatetime | None = None
    last_message: str | None = None
    unprocessed_count: int = 0
    event_count: int = 0
    unread_count: int = 0
    """Of these and the next three only lists and single look-ups know; 100 stands for any number above."""
    proposed_count: int = 0
    last_role: Role | None = None
    last_author: str | None = None
    bot_paused_until: AwareDatetime | None = None
    opted_out_at: AwareDatetime | None = None
    reply_due_at: AwareDatetime | None = None
    reply_attempts: int = 0
    reply_error: str | None = None
    reply_parked_at: AwareDatetime | None = None
    batch_attempts: int = 0
    batch_error: str | None = None
    batch_next_at: AwareDatetime | None = None
    batch_parked_at: AwareDatetime | None = None
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
