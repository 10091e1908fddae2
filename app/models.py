"""The values that everything else speaks in: frozen, keyword-only, with timezone-aware times.

A row of the database becomes one of these in `store/store.py` and nowhere else; field names are column names.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, field_validator


class Value(BaseModel):
    """Base of all values: immutable, compared by content, tolerant of columns it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


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


class EventStatus(StrEnum):
    """`proposed` waits for a person, `confirmed` belongs in the calendar, `cancelled` belongs in it no more."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class EventSource(StrEnum):
    REALTIME = "realtime"
    BATCH = "batch"
    IMPORT = "import"
    OPERATOR = "operator"


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


class NotifySettings(Value):
    """How a tenant's people are told, and of what. `webhook`: an address that gets signed POSTs (`secret` signs them);
    `whatsapp`: the owner's number, in E.164; `email`: an address. `digest_hour`: on the tenant's clock. `off`: kinds
    that are not told. `since`: what happened before is not told."""

    webhook: str | None = None
    secret: SecretStr | None = None
    whatsapp: str | None = None
    email: str | None = None
    digest_hour: int | None = None
    off: tuple[str, ...] = ()
    since: AwareDatetime | None = None


class ModelUsage(Value):
    """What calls of a language model took, as its server counted it."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def plus(self, other: "ModelUsage") -> "ModelUsage":
        return ModelUsage(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


class TenantSettings(Value):
    """What a tenant may set for itself; None takes the server's setting."""

    event_minutes: int | None = None
    conflict_policy: str | None = None
    context_messages: int | None = None
    llm_daily_tokens: int | None = None
    agent_enabled: bool = True
    templates: Mapping[str, str] = Field(default_factory=dict)
    """By provider, the approved template with one variable, the text, that goes out where a plain text may not."""
    reminder_minutes: tuple[int, ...] = ()
    """How long before an event its reminders are sent."""
    quiet_hours: str | None = None
    """`21:00-08:00` on the tenant's clock: no reminder is sent then."""

    @field_validator("agent_enabled", mode="before")
    @classmethod
    def _unset(cls, value: object) -> object:
        return True if value is None else value

    @field_validator("templates", mode="before")
    @classmethod
    def _no_templates(cls, value: object) -> object:
        return {} if value is None else value

    @field_validator("reminder_minutes", mode="before")
    @classmethod
    def _no_reminders(cls, value: object) -> object:
        return () if value is None else value

    google_calendar_id: str | None = None
    retention_days: int | None = None
    """Days that messages and past events are kept; None: for ever."""
    notify: NotifySettings | None = None
    working_hours: str | None = None
    """As `app.working_hours` reads them."""


class Tenant(Value):
    id: UUID
    slug: str
    name: str
    timezone: str
    locale: str
    settings: TenantSettings = Field(default_factory=TenantSettings)
    feed_token: str | None = None
    created_at: AwareDatetime | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class ChannelRow(Value):
    """A number (or inbox) of a tenant: messages to `address` at `provider` are that tenant's."""

    id: UUID
    tenant_id: UUID
    provider: str
    address: str
    bot_id: str | None = None
    local_id: str | None = None
    credentials_ref: str | None = None
    enabled: bool = True


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
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None


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
    """Of these and the next two only lists and single look-ups know; 100 stands for any number above."""
    proposed_count: int = 0
    last_role: Role | None = None
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


class Evidence(Value):
    """Why an event is what it is: the message that gave one of its slots, and the words in it.

    `slot` is one of began (the words that first named the moment: they found the event's identity), date, time, end,
    title, location, settled, cancelled.
    """

    message_id: UUID
    slot: str
    quote: str | None = None


class EventDraft(Value):
    """An event as it was read from a conversation or drafted by the agent, before it is stored.

    `start` and `end` are aware, in `time_zone` (IANA); an event without a time is `all_day` and starts at local
    midnight. `end` is None when nobody said it. `settled_at` is the time of the message that settled it; `reason`
    says, in a word of `extraction.base.Reason`, why it is only proposed. `event_id` names the known
    event that this is; `beside` the one that it, a proposal, would move or call off.
    """

    title: str
    start: AwareDatetime
    end: AwareDatetime | None = None
    all_day: bool = False
    time_zone: str
    location: str | None = None
    status: EventStatus = EventStatus.CONFIRMED
    reason: str | None = None
    beside: UUID | None = None
    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    settled_at: AwareDatetime | None = None
    event_id: UUID | None = None


class ChangeAction(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    CANCEL = "cancel"


class EventChange(Value):
    """One change to a conversation's events, as the agent drafts it or the batch concludes it.

    `event_id` is ours from the start (also for a create), so that a repeated commit is recognised. `draft` is the
    whole event as it shall be (None for a cancel, whose proof is `evidence`). `expected_revision` makes the change
    fail as a conflict when the event moved on meanwhile. `history` marks what was over before it could be written:
    kept, but not for the calendar.
    """

    action: ChangeAction
    event_id: UUID
    draft: EventDraft | None = None
    evidence: tuple[Evidence, ...] = ()
    expected_revision: int | None = None
    history: bool = False


class Busy(Value):
    """A stretch of a tenant's calendar that is taken, [start, end). `own` says that it is this contact's event."""

    event_id: UUID | None = None
    start: AwareDatetime
    end: AwareDatetime
    title: str | None = None
    own: bool = False


class Drift(Value):
    """Where a person had changed the calendar and the chat says otherwise: what stands, and what the chat says."""

    field: str
    calendar: AwareDatetime | bool | str | None
    chat: AwareDatetime | bool | str | None


class Event(Value):
    """A stored event. `revision` grows with every change of what a calendar would show; `published_revision` is
    what the calendar was last given."""

    id: UUID
    tenant_id: UUID
    conversation: UUID | None = None
    conversation_id: str | None = None
    contact_name: str | None = None
    title: str
    start: AwareDatetime
    end: AwareDatetime | None = None
    all_day: bool = False
    time_zone: str
    location: str | None = None
    status: EventStatus
    source: EventSource
    reason: str | None = None
    beside: UUID | None = None
    """The event that this proposal would move or call off: approving it does that."""
    confidence: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    evidence_message_ids: tuple[UUID, ...] = ()
    settled_at: AwareDatetime | None = None
    history: bool = False
    decided_by: str | None = None
    decided_at: AwareDatetime | None = None
    revision: int
    published_revision: int = 0
    calendar_state: str = "pending"
    calendar_event_id: str | None = None
    calendar_generation: int = 1
    calendar_etag: str | None = None
    calendar_error: str | None = None
    calendar_text: str | None = None
    """The description that a person has written in the calendar, which stays; None: ours."""
    calendar_drift: Mapping[str, Any] | None = None
    """What would have been written where a person had changed the calendar, by column; a person decides about it."""
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @property
    def drift(self) -> tuple[Drift, ...]:
        """`calendar_drift` beside what stands, without what says the same."""
        wished = dict(self.calendar_drift or {})
        for name in ("start", "end"):
            if wished.get(name):
                wished[name] = datetime.fromisoformat(wished[name])
        found = [Drift(field=name, calendar=getattr(self, name), chat=chat) for name, chat in wished.items()]
        return tuple(one for one in found if one.calendar != one.chat)


T = TypeVar("T")


class Page(Value, Generic[T]):
    """One keyset page. `next_cursor` is opaque; None on the last page."""

    items: tuple[T, ...]
    next_cursor: str | None = None
