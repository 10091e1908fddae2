"""Messages: as a channel reads them, as they are stored, and what is reported of them later."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.models.base import Value


class Role(StrEnum):
    """Who speaks: `user` is the customer, `bot` the business (the agent or a person of it)."""

    USER = "user"
    BOT = "bot"


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class DeliveryStatus(StrEnum):
    """Where an outbound message is. `held` waits for a webhook's answer to carry it (no REST credentials);
    the words after `sending` are Twilio's. `rank` orders what callbacks may say: they arrive unordered, so a
    lower rank never replaces a higher one."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


class Media(Value):
    """A file that came with a message, by reference: the provider keeps the bytes."""

    url: str
    content_type: str | None = None


class InboundMessage(Value):
    """One message as any provider brings it, before it is stored.

    `contact` is the provider's own name for the customer (opaque; for Twilio `whatsapp:+…`), `channel_address`
    ours. `aliases` are other names of the same customer at this provider: a conversation is found by any of them.
    `thread` is where the provider wants the answer to this message, if that is not `contact`. `sent_at` is None
    where the provider gives no time (Twilio's webhook); the store then takes its own clock. `raw` keeps the payload as
    it came, unknown fields included.

    `direction` is outbound for what the business itself wrote elsewhere (an echo): stored as context, never answered;
    `author` then says who wrote it, and `by_person` that the agent shall leave the conversation to that person for a
    while. `answer` is false for what asks for no answer, such as a reaction.
    """

    provider: str
    channel_address: str
    contact: str
    message_sid: str
    body: str
    direction: Direction = Direction.INBOUND
    role: Role = Role.USER
    sent_at: AwareDatetime | None = None
    contact_name: str | None = None
    phone: str | None = None
    aliases: tuple[str, ...] = ()
    thread: str | None = None
    media: tuple[Media, ...] = ()
    reply_to_sid: str | None = None
    raw: Mapping[str, Any] = Field(default_factory=dict)
    backfilled: bool = False
    author: str | None = None
    by_person: bool = False
    answer: bool = True


class AmendmentKind(StrEnum):
    EDITED = "edited"
    REVOKED = "revoked"


class Amendment(Value):
    """A message was edited or deleted by its author. `message` is the message as it is now, under its own id; it is
    stored if it was never seen, unless it has no `contact` to be stored under. `amendment_sid` is the id of the change
    itself, `at` its time (None: now)."""

    kind: AmendmentKind
    message: InboundMessage
    amendment_sid: str
    at: AwareDatetime | None = None


class ContactAlias(Value):
    """The customer known as `contact` is `alias` from now on, or as well (a new number)."""

    provider: str
    channel_address: str
    contact: str
    alias: str


class Handover(Value):
    """A person of the business gave the conversation to the agent (`to_agent`), or took it. `tell`: by a word to Hilo,
    of which the provider itself knows nothing."""

    provider: str
    channel_address: str
    contact: str
    to_agent: bool
    tell: bool = False


class StatusUpdate(Value):
    """A delivery report for a message that was sent from `channel_address` (None: the report does not say).
    `outside_window`: it failed because the customer had not written for too long; as a template it may arrive."""

    provider: str
    message_sid: str
    status: DeliveryStatus
    channel_address: str | None = None
    error_code: str | None = None
    error: str | None = None
    outside_window: bool = False


class Stored(Value):
    """What storing a message came to: `stored` now, `duplicate` of one stored before, or `unrouted` (kept raw,
    because no tenant has that channel address). `reply_in`: seconds until the answer may be written."""

    outcome: str
    tenant_id: UUID | None = None
    conversation: UUID | None = None
    message_id: UUID | None = None
    seq: int | None = None
    reply_due: bool = False
    reply_in: float = 0.0

    @property
    def is_new(self) -> bool:
        return self.outcome == "stored"


class Message(Value):
    """A stored message. Order within a conversation is (sent_at, seq); `sent_at` is the provider's time where it
    gave one, else `received_at`, our own."""

    id: UUID
    seq: int
    conversation_id: str
    message_sid: str | None = None
    provider: str
    direction: Direction
    role: Role
    author: str | None = None
    body: str
    from_number: str | None = None
    to_number: str | None = None
    sent_at: AwareDatetime
    received_at: AwareDatetime
    media: tuple[Media, ...] = ()
    media_state: str | None = None
    media_error: str | None = None
    reply_to_sid: str | None = None
    processed: bool = False
    event_extracted: bool = False
    event_id: UUID | None = None
    backfilled: bool = False
    delivery_status: DeliveryStatus | None = None
    delivery_error: str | None = None
    edited_at: AwareDatetime | None = None
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
