"""Events: drafted, changed, stored, and what proves them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from app.models.base import Value


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
    phone: str | None = None
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
