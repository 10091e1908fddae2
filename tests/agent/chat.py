"""A customer's side of a conversation: says things to the agent at given times and keeps what it stores.

Plays what the services do around the agent: a committed change is applied to the events, the reply becomes a message.
"""

import asyncio
import atexit
import copy
import datetime as dt
from collections.abc import Sequence
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from app.agent import Answer, ConflictPolicy, SchedulingAgent, Turn
from app.models import (
    Busy,
    ChangeAction,
    DeliveryStatus,
    Direction,
    Event,
    EventChange,
    EventSource,
    EventStatus,
    Message,
    Role,
    Tenant,
)

_IDS = UUID("00000000-0000-4000-8000-00000000c0de")
_LOOP = asyncio.Runner()  # one for all answers: a new one each time starts its threads again
atexit.register(_LOOP.close)


class Chat:
    """One conversation with a tenant. `start` is local time; each message comes `pause` after the one before."""

    def __init__(
        self,
        agent: SchedulingAgent | None,
        *,
        start: str = "2026-03-02T09:00",
        zone: str = "America/Lima",
        locale: str = "es",
        pause: dt.timedelta = dt.timedelta(seconds=40),
        taken: Sequence[tuple[str, str]] = (),
        policy: ConflictPolicy = ConflictPolicy.REFUSE,
        context: int = 10,
        contact: str = "whatsapp:+51999000111",
    ) -> None:
        self.zone = ZoneInfo(zone)
        self.now = dt.datetime.fromisoformat(start).replace(tzinfo=self.zone)
        self.messages: list[Message] = []
        self.events: dict[UUID, Event] = {}
        self.answers: list[Answer] = []
        self.taken = [self.busy(a, b) for a, b in taken]
        self._agent = agent
        self._tenant = Tenant(id=uuid5(_IDS, "tenant"), slug="t", name="Estudio Norte", timezone=zone, locale=locale)
        self._pause, self._policy, self._context, self._contact = pause, policy, context, contact

    def copy(self) -> "Chat":
        """The conversation as it stands, to go on with in another way."""
        other = copy.copy(self)
        other.messages, other.events, other.answers = list(self.messages), dict(self.events), list(self.answers)
        return other

    def use(self, agent: SchedulingAgent | None) -> None:
        self._agent = agent

    def local(self, text: str) -> dt.datetime:
        return dt.datetime.fromisoformat(text).replace(tzinfo=self.zone)

    def busy(self, start: str, end: str) -> Busy:
        return Busy(start=self.local(start), end=self.local(end))

    def wait(self, **delta: float) -> None:
        self.now += dt.timedelta(**delta)

    def write(self, text: str, *, role: Role = Role.USER, status: DeliveryStatus | None = None) -> Message:
        """Adds a message; nobody answers yet."""
        self.now += self._pause
        seq = len(self.messages) + 1
        inbound = role is Role.USER
        message = Message(
            id=uuid5(_IDS, f"{self._contact}/{seq}"),
            seq=seq,
            conversation_id=self._contact,
            message_sid=f"SM{seq:032d}",
            provider="twilio",
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            role=role,
            body=text,
            sent_at=self.now.astimezone(dt.UTC),
            received_at=self.now.astimezone(dt.UTC),
            delivery_status=status if inbound else status or DeliveryStatus.DELIVERED,
        )
        self.messages.append(message)
        return message

    def say(self, *texts: str) -> str:
        """Sends messages (a burst when there are several) and gives back the answer, with its changes stored."""
        for text in texts:
            self.write(text)
        answer = self.draft()
        self.commit(answer)
        return answer.text

    def turn(self) -> Turn:
        return Turn(
            tenant=self._tenant,
            conversation_id=self._contact,
            contact_name="Ana",
            messages=tuple(self.messages[-self._context :]),
            events=tuple(self.events.values()),
            now=self.messages[-1].sent_at,
            conflict_policy=self._policy,
        )

    def draft(self) -> Answer:
        """The agent's answer, nothing of it stored."""
        assert self._agent is not None
        return _LOOP.run(self._agent.answer(self.turn(), busy=self._look_up))

    def commit(self, answer: Answer, *, status: DeliveryStatus = DeliveryStatus.DELIVERED) -> None:
        self.answers.append(answer)
        for change in answer.changes:
            self._apply(change)
        self.write(answer.text, role=Role.BOT, status=status)

    @property
    def agenda(self) -> list[str]:
        """The events that stand, as "2026-03-06T10:00 Title" in local time, by time."""
        live = [e for e in self.events.values() if e.status is EventStatus.CONFIRMED]
        return [
            f"{e.start.astimezone(self.zone):%Y-%m-%dT%H:%M} {e.title}" for e in sorted(live, key=lambda e: e.start)
        ]

    async def _look_up(self, start: dt.datetime, end: dt.datetime) -> Sequence[Busy]:
        own = [
            Busy(event_id=e.id, start=e.start, end=e.end or e.start + dt.timedelta(hours=1), title=e.title, own=True)
            for e in self.events.values()
            if e.status is EventStatus.CONFIRMED
        ]
        return [b for b in [*self.taken, *own] if b.start < end and start < b.end]

    def _apply(self, change: EventChange) -> None:
        old = self.events.get(change.event_id)
        if change.action is ChangeAction.CANCEL:
            assert old is not None
            assert change.evidence
            assert change.expected_revision == old.revision
            self.events[old.id] = old.model_copy(update={"status": EventStatus.CANCELLED, "revision": old.revision + 1})
            return
        draft = change.draft
        assert draft is not None
        assert (old is None) == (change.action is ChangeAction.CREATE)
        assert old is None or change.expected_revision == old.revision
        known = {m.id for m in self.messages} | {e.message_id for e in (old.evidence if old else ())}
        assert draft.evidence
        assert {e.message_id for e in draft.evidence} <= known
        self.events[change.event_id] = Event(
            id=change.event_id,
            tenant_id=self._tenant.id,
            conversation_id=self._contact,
            title=draft.title,
            start=draft.start,
            end=draft.end,
            all_day=draft.all_day,
            time_zone=draft.time_zone,
            location=draft.location,
            status=draft.status,
            source=EventSource.REALTIME,
            reason=draft.reason,
            evidence=draft.evidence,
            evidence_message_ids=tuple(dict.fromkeys(e.message_id for e in draft.evidence)),
            settled_at=draft.settled_at,
            revision=old.revision + 1 if old else 1,
            created_at=self.now,
            updated_at=self.now,
        )


def agenda_after(agent: SchedulingAgent, *says: str, locale: str = "es") -> list[str]:
    """What stands once the customer has said these, each answered before the next."""
    chat = Chat(agent, locale=locale)
    for text in says:
        chat.say(text)
    return chat.agenda
