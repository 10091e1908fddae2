"""What the API answers."""

from typing import Any
from uuid import UUID

from pydantic import (
    Field,
)

from app.api.schemas.base import Shown, Time
from app.models import DeliveryStatus, Direction, EventSource, EventStatus, Role


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
    edited_at: Time | None = Field(description="When its author last changed it.")
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
