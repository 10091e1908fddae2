"""What a turn of the agent is given and what it gives back."""

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from app.agent.listening.misspoken import without_misspoken
from app.agent.wording import Lang
from app.extraction.base import Reason
from app.extraction.rules.pictures import without_pictures
from app.models import (
    Busy,
    DeliveryStatus,
    Event,
    EventChange,
    EventSource,
    EventStatus,
    Message,
    Role,
    Tenant,
    Value,
)
from app.working_hours import WorkingHours

# Looks up what is taken in the tenant's calendar in [first, second); includes this contact's own events.
BusyLookup = Callable[[dt.datetime, dt.datetime], Awaitable[Sequence[Busy]]]

UNHEARD = frozenset({DeliveryStatus.HELD, DeliveryStatus.FAILED, DeliveryStatus.UNDELIVERED})


class ConflictPolicy(StrEnum):
    """What happens to a wish for a time that is taken: made all the same, left to a person, or not made."""

    ALLOW = "allow"
    REVIEW = "review"
    REFUSE = "refuse"


class Turn(Value):
    """Everything that one answer may know.

    `messages` are the last N of the conversation in order, the newest last; `events` are this contact's own: those
    not over yet and recent ones. `now` is the moment of the newest message: nothing in a turn looks at the wall
    clock, so that a turn run again after a crash understands the same. `event_minutes` is how long an event is whose
    end nobody said. `hours` are those in which the business takes appointments; None: nobody has said.
    """

    tenant: Tenant
    conversation_id: str
    contact_name: str | None = None
    messages: tuple[Message, ...]
    events: tuple[Event, ...] = ()
    now: AwareDatetime
    event_minutes: int = 60
    conflict_policy: ConflictPolicy = ConflictPolicy.REFUSE
    hours: WorkingHours | None = None

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tenant.timezone)

    @cached_property
    def in_words(self) -> "Turn":
        """The same without what pictures show, which a machine has read and nobody has said, and without the moments
        that somebody takes back in the same breath."""
        return self.saying([self._meant(m) for m in self.messages])

    def _meant(self, message: Message) -> str:
        said = without_pictures(message.body)
        return without_misspoken(said, message.sent_at.astimezone(self.zone)) if message.role is Role.USER else said

    def saying(self, bodies: Sequence[str]) -> "Turn":
        """The same with other words in its messages."""
        pairs = zip(self.messages, bodies, strict=True)
        fields = {name: getattr(self, name) for name in type(self).model_fields}  # a copy would keep what is cached
        return Turn(**fields | {"messages": tuple(m.model_copy(update={"body": body}) for m, body in pairs)})

    @property
    def event_step(self) -> dt.timedelta:
        return dt.timedelta(minutes=self.event_minutes)

    @cached_property
    def today(self) -> dt.date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def heard(self) -> tuple[Message, ...]:
        """The messages without those of the bot that never reached the customer, who is thus owed them again, and
        without holding answers, which are no part of the talk."""
        return tuple(
            m
            for m in self.messages
            if m.role is Role.USER or (m.delivery_status not in UNHEARD and m.author != "holding")
        )

    @cached_property
    def live_events(self) -> tuple[Event, ...]:
        """Those that can still be moved or cancelled, by time. Not what the batch proposed, as not settled, out of
        messages that are still talked about: that is this turn's to finish, and the store takes the proposal up when
        an event at its moment is committed."""
        return tuple(sorted((e for e in self.events if self._is_live(e)), key=lambda e: (e.start, str(e.id))))

    def end_of(self, start: dt.datetime, end: dt.datetime | None, *, all_day: bool) -> dt.datetime:
        if end is not None:
            return end
        return start + (dt.timedelta(days=1) if all_day else self.event_step)

    def _is_live(self, event: Event) -> bool:
        if event.status is EventStatus.CANCELLED or event.history or self._is_open(event):
            return False
        return self.end_of(event.start, event.end, all_day=event.all_day) > self.now

    def _is_open(self, event: Event) -> bool:
        if event.status is not EventStatus.PROPOSED or event.source is not EventSource.BATCH or event.decided_by:
            return False
        seen = {message.id for message in self.messages}
        return event.reason == Reason.NOT_SETTLED and any(proof.message_id in seen for proof in event.evidence)


class Answer(Value):
    """What to say and what to store; `changes` and `text` belong together: commit both or neither."""

    text: str
    changes: tuple[EventChange, ...] = ()
    language: Lang
    hand_over: bool = False
    """The customer wants a person: nobody but people answer from now on."""
