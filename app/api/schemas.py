"""What the API answers and takes, as JSON. Names are the columns' names; times are in the tenant's time zone."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Generic, Literal, Self, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from app.models import DeliveryStatus, Direction, EventSource, EventStatus, Role

# What a calendar can hold; also keeps arithmetic with offsets inside what Python's dates can say.
_YEARS: Final = (2000, 2199)
_LOST_PLUS: Final = re.compile(r" (?=\d\d:?\d\d$)")


def _in_zone(moment: datetime, info: ValidationInfo) -> datetime:
    return moment.astimezone(info.context["zone"]) if info.context else moment


# The one way in which a time leaves the API: ISO 8601 with offset, in the zone that `shown` was given.
Time = Annotated[
    AwareDatetime,
    AfterValidator(_in_zone),
    PlainSerializer(datetime.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-27T10:00:00-05:00"]}),
]


def _read_time(value: object) -> object:
    """ISO 8601; in an address an unescaped + of the offset has become a space."""
    if not isinstance(value, str):
        raise ValueError("should be a text such as 2026-11-27T10:00")  # noqa: TRY004 (Pydantic wants ValueError)
    try:
        moment = datetime.fromisoformat(_LOST_PLUS.sub("+", value.strip()))
    except ValueError:
        raise ValueError("should be a date or a date and time, such as 2026-11-27T10:00") from None
    if not _YEARS[0] <= moment.year <= _YEARS[1]:
        raise ValueError(f"should lie between the years {_YEARS[0]} and {_YEARS[1]}")
    return moment


# How a time comes in. Without an offset it is the tenant's wall clock (`event_review.local_time`).
TimeIn = Annotated[
    datetime,
    BeforeValidator(_read_time),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-27T10:00:00-05:00"]}),
]

S = TypeVar("S", bound="Shown")


class Shown(BaseModel):
    """Base of what is answered: made from a value of the application, unknown fields left out."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")

    @classmethod
    def of(cls, value: Any, zone: ZoneInfo) -> Self:
        """`value` with all its times in `zone`."""
        return cls.model_validate(value, context={"zone": zone})


class Page(BaseModel, Generic[S]):
    """One page. Ask for the next with `cursor` = `next_cursor`; null says that this was the last."""

    items: list[S]
    next_cursor: str | None = Field(description="Opaque; null on the last page.")


class ConversationOut(Shown):
    id: UUID = Field(description="The row's id: one of the two names of a conversation.")
    conversation_id: str = Field(
        description="The contact's id at the provider, the other name (URL-encoded in addresses).",
        examples=["whatsapp:+51999888777"],
    )
    provider: str = Field(examples=["twilio"])
    channel_address: str = Field(description="Our address, which the contact wrote to last.")
    contact_name: str | None = Field(examples=["Lucía Ramos"])
    phone: str | None = Field(description="In E.164; null where the provider gives none.", examples=["+51999888777"])
    last_message_at: Time | None
    last_message: str | None = Field(description="The first 200 characters of the last message.")
    unprocessed_count: int = Field(description="Messages that the batch has not read yet.")
    event_count: int = Field(description="Events that are not cancelled.")
    bot_paused_until: Time | None = Field(description="The agent says nothing until then; null when it answers.")
    opted_out_at: Time | None = Field(description="Since then the contact wants no reminders and no templates.")
    reply_due_at: Time | None = Field(description="When the next answer may be written; null when none waits.")
    reply_attempts: int
    reply_error: str | None
    reply_parked_at: Time | None = Field(description="Answering was given up then, until somebody says retry.")
    batch_attempts: int
    batch_error: str | None
    batch_next_at: Time | None
    batch_parked_at: Time | None = Field(description="The batch gave it up then, until somebody says retry.")
    created_at: Time | None
    updated_at: Time | None


class EvidenceOut(Shown):
    message_id: UUID
    slot: str = Field(description="What it gives: date, time, end, title, location, settled, cancelled.")
    quote: str | None = Field(description="The words that say so.")


class DriftOut(Shown):
    field: str = Field(examples=["start"])
    calendar: Time | bool | str | None = Field(description="What a person wrote there, and what stands.")
    chat: Time | bool | str | None = Field(description="What the conversation says.")


class EventOut(Shown):
    id: UUID
    conversation: UUID | None = Field(description="The conversation's row.")
    conversation_id: str | None
    contact_name: str | None
    title: str = Field(examples=["Revisión del proyecto"])
    start: Time
    end: Time | None = Field(description="Null when nobody said it: calendars show the tenant's usual length.")
    all_day: bool = Field(description="Then start and end are midnights, and end is the day after the last.")
    time_zone: str = Field(description="IANA name.", examples=["America/Lima"])
    location: str | None
    status: EventStatus = Field(description="proposed: waits for a person. confirmed: belongs in the calendar.")
    source: EventSource = Field(description="Who made the last change: realtime, batch, import or operator.")
    reason: str | None = Field(description="Why it is only proposed, in a word.", examples=["calendar_conflict"])
    beside: UUID | None = Field(
        description="The confirmed event that this proposal would move or call off: approving it does that, and "
        "answers with that event."
    )
    confidence: float
    evidence: list[EvidenceOut] = Field(description="The messages that prove it, and what each gives.")
    settled_at: Time | None = Field(description="When both sides agreed.")
    history: bool = Field(description="Was over before it could be written: kept, and not for calendars.")
    decided_by: str | None = Field(description="The key of the person who decided about it.")
    decided_at: Time | None
    revision: int = Field(description="Grows with each change; give it as expected_revision when you change it.")
    published_revision: int
    calendar_state: str = Field(
        description="Of a calendar that is written to (Google): pending, published, drifted, failed, removed."
    )
    calendar_event_id: str | None
    calendar_error: str | None
    drift: list[DriftOut] = Field(
        description="Where a person changed the calendar and the chat says otherwise: approve keeps the calendar's, "
        "correct writes what is given."
    )
    created_at: Time
    updated_at: Time


class MediaOut(Shown):
    url: str
    content_type: str | None


class MessageOut(Shown):
    id: UUID
    seq: int = Field(description="Order of receipt; breaks ties between equal times.")
    conversation_id: str
    message_sid: str | None = Field(description="The provider's id; null until a message of ours has one.")
    provider: str
    direction: Direction
    role: Role = Field(description="user: the customer. bot: the business, agent or person.")
    author: str | None = Field(description="Of a bot message: agent, operator, phone, api, reminder.")
    body: str
    from_number: str | None
    to_number: str | None
    sent_at: Time = Field(description="The provider's time where it gave one, else ours. Order is (sent_at, seq).")
    received_at: Time
    media: list[MediaOut]
    media_state: str | None = Field(
        description="Of files: waiting to be turned into text, read (it is in `body`), failed; null: kept as they are."
    )
    media_error: str | None = Field(description="Why the files could not be read, so far or for good.")
    reply_to_sid: str | None
    processed: bool = Field(description="The batch has read it.")
    event_extracted: bool
    event_id: UUID | None
    backfilled: bool = Field(description="No webhook brought it; it was found in the provider's list.")
    delivery_status: DeliveryStatus | None = Field(description="Of our messages: where they are.")
    delivery_error: str | None
    created_at: Time | None
    updated_at: Time | None


class MessageWithEventsOut(MessageOut):
    events: list[EventOut] = Field(description="The events that this message proves.")


class RevisionOut(Shown):
    revision: int
    action: str = Field(examples=["create"])
    source: str
    at: Time
    event: dict[str, Any] = Field(description="The event's row as it was then (times as stored).")


class EventDetailOut(EventOut):
    revisions: list[RevisionOut]
    evidence_messages: list[MessageOut] = Field(description="The messages of `evidence`, in order.")


class BatchRunOut(Shown):
    id: UUID
    trigger: str = Field(description="scheduler, http, cli.")
    dry_run: bool
    status: str = Field(description="running, finished, failed, interrupted.")
    conversations: int
    failed: int
    messages: int
    created: int
    updated: int
    cancelled: int
    proposed: int
    model_calls: int
    input_tokens: int
    output_tokens: int
    model_cost: float = Field(description="By the prices in the settings, in their currency.")
    error: str | None
    started_at: Time
    finished_at: Time | None


class DraftOut(Shown):
    title: str
    start: Time
    end: Time | None
    all_day: bool
    time_zone: str
    location: str | None
    status: EventStatus
    reason: str | None
    evidence: list[EvidenceOut]


class ChangeOut(Shown):
    action: str = Field(description="create, update, cancel.")
    event_id: UUID
    draft: DraftOut | None = Field(description="The event as it would be; null for cancel.")
    history: bool


class ConversationReportOut(Shown):
    conversation: UUID
    conversation_id: str
    outcome: str = Field(description="completed, planned (dry run), failed, parked, lost, busy.")
    messages: int = Field(description="How many were read.")
    events: list[EventOut] = Field(description="The events that were made or changed, as they are now.")
    changes: list[ChangeOut] = Field(description="What was done to them; in a dry run what would be.")
    error: str | None


class BatchReportOut(Shown):
    run: BatchRunOut
    conversations: list[ConversationReportOut]


class ChannelOut(Shown):
    provider: str
    address: str
    bot_id: str | None
    local_id: str | None
    enabled: bool


class TenantOut(Shown):
    id: UUID
    slug: str
    name: str
    timezone: str
    locale: str
    channels: list[ChannelOut]
    feed_path: str = Field(
        description="Of the calendar feed, with its secret token: whoever has it reads the feed.",
        examples=["/api/v1/calendar.ics?token=…"],
    )


# -- what comes in ---------------------------------------------------------------------------------------------------


class Asked(BaseModel):
    """Base of what is taken: an unknown member is a mistake, not a wish that is silently not fulfilled."""

    model_config = ConfigDict(extra="forbid")


class WriteIn(Asked):
    body: str = Field(
        min_length=1,
        max_length=16_000,
        description="The text. It goes out in as many messages as the channel needs, cut at the ends of sentences.",
        examples=["Hola Lucía, mañana abrimos a las 9."],
    )
    id: UUID | None = Field(
        None, description="Of your own making: a repeated call with the same id writes nothing twice."
    )


class PauseIn(Asked):
    minutes: int | None = Field(None, ge=1, le=525_600, description="From now on.", examples=[120])
    until: TimeIn | None = Field(None, description="Without an offset in the tenant's time zone.")
    # Two models would put their names into the messages of what is wrong.
    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["minutes"], "properties": {"minutes": {"type": "integer"}, "until": {"type": "null"}}},
                {"required": ["until"], "properties": {"until": {"type": "string"}, "minutes": {"type": "null"}}},
            ]
        }
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.minutes is None) == (self.until is None):
            raise ValueError("say minutes or until, one of them")
        return self


class ProcessIn(Asked):
    limit: int | None = Field(None, ge=1, le=10_000, description="Most conversations; none: all that wait.")
    conversation_id: str | None = Field(
        None, min_length=1, max_length=300, description="Only this one (either of its names), also when it is parked."
    )
    dry_run: bool | None = Field(None, description="Read and report; write no event and mark nothing.")


_Revision = Annotated[
    int | None,
    Field(ge=1, le=2_147_483_647, description="The revision that you looked at: 409 when somebody was faster."),
]


class KeepIn(Asked):
    """`start` and `end` without an offset are in the tenant's time zone. What is not named stays as it is."""

    action: Literal["approve", "correct"] = Field(
        description="approve: confirm a proposed event, or bring a cancelled one back, with corrections or without. "
        "correct: change it and leave its status."
    )
    title: str | None = Field(None, min_length=1, max_length=500)
    start: TimeIn | None = Field(None, description="A new start alone moves the event and keeps its length.")
    end: TimeIn | None = Field(None, description="Null: nobody knows.")
    all_day: bool | None = None
    location: str | None = Field(None, max_length=500, description="Null or empty: none.")
    expected_revision: _Revision = None
    force: bool = Field(False, description="Accept that it overlaps another confirmed event.")
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "approve", "expected_revision": 1},
                {"action": "correct", "start": "2026-11-27T10:30", "location": "Sala 2"},
            ]
        }
    )


class DropIn(Asked):
    action: Literal["reject", "cancel"] = Field(description="reject: a proposed event. cancel: a confirmed one too.")
    expected_revision: _Revision = None


DecisionIn = Annotated[KeepIn | DropIn, Field(discriminator="action")]


def page(items: Sequence[Any], next_cursor: str | None, model: type[S], zone: ZoneInfo) -> Page[S]:
    """A page of the application as one of the API."""
    return Page[model](items=[model.of(item, zone) for item in items], next_cursor=next_cursor)  # type: ignore[valid-type]
