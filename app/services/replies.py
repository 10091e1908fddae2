"""The reply worker: claim a conversation, let the agent answer, commit answer and events together.

Everything that it knows is in the database: any process may take over at any point. Nothing is sent here; what is
committed is sent by `delivery`, or carried by a webhook that waits for it.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID, uuid4, uuid5

import structlog

from app.agent import Answer, BusyLookup, ConflictPolicy, SchedulingAgent, Turn, holding
from app.calendars.base import SharedCalendar
from app.channels.content import media_text, spoken
from app.channels.registry import Channels
from app.channels.text import split_text
from app.errors import AgentError, CalendarError, HiloError, NotFound, StoreError, StoreRefused
from app.models import Busy, Conversation, Message, Role, Tenant, Value
from app.services.consent import consent_answer
from app.services.handover import tells
from app.services.metrics import HANDOVERS, REPLIES, REPLY_SECONDS
from app.services.model_budget import ModelBudget
from app.services.wake import Wake
from app.services.worker import Worker, kept
from app.store.replies import CommitOutcome, ReplyClaim
from app.store.store import Store
from app.working_hours import WorkingHours, working_hours

log = structlog.get_logger(__name__)

_ROUNDS = 3  # runs of one turn: the time it chose may be taken just before the commit
_RETRY_SECONDS = 2.0  # doubled with each attempt
_RETRY_LONGEST = 900.0
_MAX_ATTEMPTS = 6
_MODEL_ATTEMPTS = 18  # about three hours: the model is somebody else's, and comes back
_HOLD_FROM = 2  # a first failure may be a hiccup, which two seconds mend
_CALENDAR_SECONDS = 4.0  # for a look into the calendar while the customer waits


class ReplyPolicy(Value):
    """Defaults for tenants that set nothing of their own; `lease_seconds` is how long a crash delays an answer;
    `human_pause_seconds` how long the agent is silent after a customer asked for a person."""

    context_messages: int = 10
    event_minutes: int = 60
    conflict_policy: ConflictPolicy = ConflictPolicy.REFUSE
    lease_seconds: float = 30.0
    human_pause_seconds: float = 43_200.0
    working_hours: str | None = None


class ReplyWorker(Worker[ReplyClaim]):
    name = "replies"

    def __init__(
        self,
        store: Store,
        agent: SchedulingAgent,
        channels: Channels,
        *,
        policy: ReplyPolicy,
        delivery: Wake,
        handover: Wake | None = None,
        concurrency: int = 8,
        calendar: SharedCalendar | None = None,
        events: Callable[[], None] = lambda: None,
        budget: ModelBudget | None = None,
        offline: SchedulingAgent | None = None,
    ) -> None:
        """`calendar`: what people have in it is taken too. `events` is called when events may have changed. `budget`
        counts what the agent's model takes; where a tenant's is used up, `offline` answers."""
        super().__init__(concurrency=concurrency)
        self._store = store
        self._agent = agent
        self._channels = channels
        self._policy = policy
        self._delivery = delivery
        self._handover = handover or Wake()
        self._calendar = calendar
        self._events = events
        self._budget = budget
        self._offline = offline or agent

    async def claim(self) -> tuple[ReplyClaim | None, float | None]:
        claim = await self._store.claim_reply(
            uuid4(), lease_seconds=self._policy.lease_seconds, context=self._policy.context_messages
        )
        return (claim, None) if claim.claimed else (None, claim.next_in)

    async def work(self, piece: ReplyClaim) -> None:
        conversation, tenant, token = piece.conversation, piece.tenant, piece.token
        assert conversation is not None
        assert tenant is not None
        assert token is not None
        started = time.monotonic()
        lease = self._policy.lease_seconds

        async def renew() -> bool:
            return await self._store.renew_reply(conversation.id, token, lease_seconds=lease)

        try:
            async with kept(renew, every=lease / 3):
                outcome = await self._answer(piece, conversation, tenant, token)
        except asyncio.CancelledError:
            # The process stops: another may take it at once instead of waiting for the lease.
            await self._store.fail_reply(conversation.id, token, "the server stopped", retry_seconds=0)
            raise
        except StoreError as error:
            if not isinstance(error, StoreRefused):
                raise
            outcome = await self._failed(piece, conversation, token, error)
        except HiloError as error:
            outcome = await self._failed(piece, conversation, token, error)
        except Exception as error:
            log.exception("the turn failed", conversation=conversation.id)
            outcome = await self._failed(piece, conversation, token, AgentError(f"{type(error).__name__}"))
        REPLIES.labels(outcome).inc()
        REPLY_SECONDS.observe(time.monotonic() - started)
        log.info("answer " + outcome, conversation=conversation.id, attempt=piece.attempt)

    async def _answer(self, claim: ReplyClaim, conversation: Conversation, tenant: Tenant, token: UUID) -> str:
        turn = self._turn(claim, conversation, tenant)
        minutes, policy = turn.event_minutes, turn.conflict_policy

        async def busy(start: datetime, end: datetime) -> Sequence[Busy]:
            own = await self._store.busy(
                tenant.id, start, end, event_minutes=minutes, conversation_id=conversation.conversation_id
            )
            return [*own, *await self._busy_elsewhere(tenant, start, end)]

        for round_ in range(_ROUNDS):
            answer = _consent(turn) or await self._ask(turn, busy)
            commit = await self._store.commit_reply(
                conversation.id,
                token,
                last_seq=claim.last_seq,
                parts=[
                    (uuid5(token, f"{round_}.{i}"), part) for i, part in enumerate(self._parts(answer, conversation))
                ],
                changes=answer.changes,
                seen={event.id: event.revision for event in claim.events},
                deliver=self._deliver(conversation),
                conflict_policy=policy.value,
                event_minutes=minutes,
                pause_seconds=self._policy.human_pause_seconds if answer.hand_over else None,
                tell_provider=answer.hand_over and tells(self._channels, conversation),
            )
            if commit.outcome is CommitOutcome.COMMITTED:
                self._delivery.nudge()
                if answer.changes:
                    self._events()
                if answer.hand_over:
                    HANDOVERS.labels(conversation.provider, "asked_for").inc()
                    log.info("the customer asks for a person", conversation=conversation.id)
                    self._handover.nudge()
            elif commit.outcome is CommitOutcome.OVERTAKEN:
                self.wake.nudge()
            if commit.outcome is not CommitOutcome.CONFLICT:
                return commit.outcome.value
        raise AgentError("the calendar changed under every answer")

    def _turn(self, claim: ReplyClaim, conversation: Conversation, tenant: Tenant) -> Turn:
        return Turn(
            tenant=tenant,
            conversation_id=conversation.conversation_id,
            contact_name=conversation.contact_name,
            messages=_as_it_went(claim),
            events=claim.events,
            now=max(message.sent_at for message in claim.messages),
            event_minutes=tenant.settings.event_minutes or self._policy.event_minutes,
            conflict_policy=ConflictPolicy(tenant.settings.conflict_policy or self._policy.conflict_policy),
            hours=_hours(tenant.settings.working_hours or self._policy.working_hours),
        )

    async def _ask(self, turn: Turn, busy: BusyLookup) -> Answer:
        if self._budget is None:
            return await self._agent.answer(turn, busy=busy)
        async with self._budget.metered(turn.tenant, "agent") as bill:
            return await (self._agent if bill else self._offline).answer(turn, busy=busy)

    async def _busy_elsewhere(self, tenant: Tenant, start: datetime, end: datetime) -> Sequence[Busy]:
        """A calendar that does not answer holds up no answer: the publisher looks again before it writes."""
        if self._calendar is None or self._calendar.place(tenant) is None:
            return []
        try:
            async with asyncio.timeout(_CALENDAR_SECONDS):
                return await self._calendar.busy(tenant, start, end)
        except (CalendarError, TimeoutError) as error:
            log.warning("answered without the calendar", tenant=tenant.slug, error=str(error) or "no answer in time")
            return []
        except Exception:  # a fault of ours or of the SDK; the customer waits for an answer all the same
            log.exception("answered without the calendar", tenant=tenant.slug)
            return []

    def _parts(self, answer: Answer, conversation: Conversation) -> list[str]:
        try:
            limit = self._channels.get(conversation.provider).capabilities.max_text
        except NotFound:
            return [answer.text]
        return split_text(answer.text, limit)

    def _deliver(self, conversation: Conversation) -> str:
        try:
            capabilities = self._channels.get(conversation.provider).capabilities
        except NotFound:
            return "queued"  # leaves once the channel is set up again
        return "held" if capabilities.answers_in_webhook and not capabilities.can_send else "queued"

    async def _failed(self, claim: ReplyClaim, conversation: Conversation, token: UUID, error: HiloError) -> str:
        """Tried again, for hours if it is the model that fails; meanwhile the customer gets a word."""
        most = _MODEL_ATTEMPTS if isinstance(error, AgentError) else _MAX_ATTEMPTS
        delay = min(_RETRY_SECONDS * 2 ** (claim.attempt - 1), _RETRY_LONGEST)
        retry = delay if claim.attempt < most else None
        log.warning("no answer", conversation=conversation.id, error=error.detail, attempt=claim.attempt, retry=retry)
        if claim.attempt >= _HOLD_FROM:
            await self._hold(claim, conversation, token)
        await self._store.fail_reply(conversation.id, token, error.detail, retry_seconds=retry)
        return "failed" if retry else "parked"

    async def _hold(self, claim: ReplyClaim, conversation: Conversation, token: UUID) -> None:
        """Tells the customer, in their language, that the message is here and an answer will follow: once."""
        assert claim.tenant is not None
        told = await self._store.hold_reply(
            conversation.id,
            token,
            last_seq=claim.last_seq,
            message=uuid5(token, "holding"),
            body=holding(self._turn(claim, conversation, claim.tenant)),
            deliver=self._deliver(conversation),
        )
        if told:
            REPLIES.labels("held up").inc()
            self._delivery.nudge()


def _hours(text: str | None) -> WorkingHours | None:
    """None also for what somebody wrote into the database by hand and nobody can read."""
    try:
        return working_hours(text) if text else None
    except ValueError as error:
        log.warning("working hours cannot be read", hours=text, error=str(error))
        return None


def _as_it_went(claim: ReplyClaim) -> tuple[Message, ...]:
    """What was said and answered, in order, and then what was not answered yet.

    A message that reached us late carries its own, earlier time; yet whatever the business said before it was stored
    was said without knowing it.
    """
    heard = (m.model_copy(update={"body": _heard(m)}) for m in claim.messages)
    return tuple(sorted(heard, key=lambda m: m.role is Role.USER and m.seq > claim.answered_seq))


def _heard(message: Message) -> str:
    """As the customer would have typed it; a file that nobody reads says nothing."""
    if message.media and message.body == media_text(message.media) and message.role is Role.USER:
        return ""
    return spoken(message.body)


def _consent(turn: Turn) -> Answer | None:
    """The answer to "BAJA" or "ALTA", which are no matter of the calendar."""
    last = turn.messages[-1]
    text = consent_answer(last.body, turn.tenant.locale) if last.role is Role.USER else None
    return Answer(text=text, language="en" if turn.tenant.locale == "en" else "es") if text else None
