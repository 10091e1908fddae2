"""The real-time reader's claims and commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.models import Busy, Conversation, Event, EventChange, Message, Tenant, Value
from app.store.calls import Calls


class ReplyClaim(Value):
    """A conversation that waits for an answer, with all that a turn needs; or, when `claimed` is false, in how many
    seconds (`next_in`) something may be due. `answered_seq`: the last message that has been answered."""

    claimed: bool
    next_in: float | None = None
    token: UUID | None = None
    last_seq: int = 0
    answered_seq: int = 0
    attempt: int = 0
    conversation: Conversation | None = None
    tenant: Tenant | None = None
    messages: tuple[Message, ...] = ()
    events: tuple[Event, ...] = ()


class CommitOutcome(StrEnum):
    """COMMITTED: stored, to be sent. LOST: another worker has the conversation. PAUSED: a person took over.
    OVERTAKEN: a newer message came in, or an event was made or changed; the answer is void, to be claimed again.
    CONFLICT: the time was taken, run the turn again."""

    COMMITTED = "committed"
    LOST = "lost"
    PAUSED = "paused"
    OVERTAKEN = "overtaken"
    CONFLICT = "conflict"


class ReplyCommit(Value):
    outcome: CommitOutcome
    conflicts: tuple[Busy, ...] = ()
    events: tuple[Event, ...] = ()


class HeldReply(Value):
    """For the webhook that carries the answer: `ready` (parts), `overtaken`, `none` or `waiting`."""

    outcome: str
    parts: tuple[str, ...] = ()
    due_in: float | None = None


class ReplyStore(Calls):
    async def claim_reply(self, token: UUID, *, lease_seconds: float = 30.0, context: int = 10) -> ReplyClaim:
        return ReplyClaim.model_validate(
            await self._call("hilo_claim_reply", p_token=token, p_lease_seconds=lease_seconds, p_context=context)
        )

    async def renew_reply(self, conversation: UUID, token: UUID, *, lease_seconds: float) -> bool:
        answer = await self._call(
            "hilo_renew_reply", p_conversation=conversation, p_token=token, p_lease_seconds=lease_seconds
        )
        return bool(answer["renewed"])

    async def commit_reply(
        self,
        conversation: UUID,
        token: UUID,
        *,
        last_seq: int,
        parts: Sequence[tuple[UUID, str]],
        changes: Sequence[EventChange],
        deliver: str,
        conflict_policy: str,
        event_minutes: int,
        pause_seconds: float | None = None,
        tell_provider: bool = False,
        seen: Mapping[UUID, int] | None = None,
    ) -> ReplyCommit:
        """Events and answer in one step. `parts` are (id, text); `deliver` is `queued` or `held`.
        `pause_seconds`: a person takes over, the agent says nothing for so long; `tell_provider`: which is to be told
        there. `seen`: the revisions of the events that the claim came with; OVERTAKEN if one is another by now."""
        return ReplyCommit.model_validate(
            await self._call(
                "hilo_commit_reply",
                p_conversation=conversation,
                p_token=token,
                p_last_seq=last_seq,
                p_parts=[{"id": part, "body": body} for part, body in parts],
                p_changes=changes,
                p_deliver=deliver,
                p_policy=conflict_policy,
                p_minutes=event_minutes,
                p_pause_seconds=pause_seconds,
                p_tell=tell_provider,
                p_seen=None if seen is None else {str(event): revision for event, revision in seen.items()},
            )
        )

    async def fail_reply(self, conversation: UUID, token: UUID, error: str, *, retry_seconds: float | None) -> None:
        """Try again after `retry_seconds`, or park it for the operator (None)."""
        await self._call(
            "hilo_fail_reply",
            p_conversation=conversation,
            p_token=token,
            p_error=error,
            p_retry_seconds=retry_seconds,
        )

    async def hold_reply(
        self, conversation: UUID, token: UUID, *, last_seq: int, message: UUID, body: str, deliver: str
    ) -> bool:
        """Say something while the answer has to wait; once for all that waits. Whether it is said."""
        answer = await self._call(
            "hilo_hold_reply",
            p_conversation=conversation,
            p_token=token,
            p_last_seq=last_seq,
            p_id=message,
            p_body=body,
            p_deliver=deliver,
        )
        return bool(answer["outcome"] == "told")

    async def take_held_reply(self, conversation: UUID, seq: int) -> HeldReply:
        return HeldReply.model_validate(
            await self._call("hilo_take_held_reply", p_conversation=conversation, p_seq=seq)
        )

    async def busy(
        self,
        tenant: UUID,
        start: datetime,
        end: datetime,
        *,
        event_minutes: int,
        conversation_id: str | None = None,
    ) -> list[Busy]:
        """Confirmed events that overlap [start, end); one without an end lasts `event_minutes`."""
        rows = await self._call(
            "hilo_busy",
            p_tenant=tenant,
            p_from=start,
            p_to=end,
            p_minutes=event_minutes,
            p_conversation_id=conversation_id,
        )
        return [Busy.model_validate(row) for row in rows]
