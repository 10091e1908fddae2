"""What an extractor is given and what it gives back."""

from enum import StrEnum
from typing import Protocol
from uuid import UUID

from pydantic import AwareDatetime

from app.models import EventDraft, EventStatus, Evidence, Role, Value


class Reason(StrEnum):
    """Why an event is proposed and not confirmed. The words are stored; `reason_text` says them to a person."""

    NOT_SETTLED = "not_settled"
    WEEKDAY_MISMATCH = "weekday_mismatch"
    PICTURED = "pictured"
    TIME_UNCLEAR = "time_unclear"
    DATE_UNCLEAR = "date_unclear"
    TITLE_MISSING = "title_missing"
    IN_THE_PAST = "in_the_past"
    CALENDAR_CONFLICT = "calendar_conflict"
    CALENDAR_REMOVED = "calendar_removed"
    RECURRING = "recurring"
    MODEL_DISAGREES = "model_disagrees"
    EVIDENCE_MISSING = "evidence_missing"
    CHANGE_UNSURE = "change_unsure"
    CANCEL_UNSURE = "cancel_unsure"


class TranscriptMessage(Value):
    """One message of a conversation, in order. `at` is when it was sent, in the tenant's time zone. `answered`: the
    agent has read it and done what it asked for, or it is the agent's answer."""

    id: UUID
    role: Role
    at: AwareDatetime
    text: str
    answered: bool = False


class KnownEvent(Value):
    """An event that the store already has for this conversation. `decided_at` is set when a person decided it;
    `reason` is why it is only proposed."""

    id: UUID
    title: str
    start: AwareDatetime
    end: AwareDatetime | None = None
    all_day: bool = False
    location: str | None = None
    status: EventStatus
    evidence: tuple[Evidence, ...] = ()
    decided_at: AwareDatetime | None = None
    reason: str | None = None


class Transcript(Value):
    """A whole conversation and what is known of it.

    Every relative word is counted from the `at` of its own message, in `time_zone` (IANA name); nothing in here
    or in an extractor looks at the wall clock.
    """

    time_zone: str
    locale: str = "es"
    messages: tuple[TranscriptMessage, ...]
    known_events: tuple[KnownEvent, ...] = ()

    @property
    def answered(self) -> frozenset[UUID]:
        """The messages that the agent has read and acted upon, and its answers."""
        return frozenset(message.id for message in self.messages if message.answered)


class Extraction(Value):
    """All events of the conversation as it stands at its end: confirmed, proposed and cancelled ones.

    The list is complete, not a difference: `reconcile` compares it with what is known. An event in it carries the
    messages that prove it, or it would not be there.
    """

    events: tuple[EventDraft, ...]
    extractor: str


class Extractor(Protocol):
    """Reads whole conversations. Raises `ExtractionError` when it could not; then nothing is marked processed."""

    @property
    def name(self) -> str: ...

    async def extract(self, transcript: Transcript) -> Extraction: ...
