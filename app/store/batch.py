"""The batch reader's claims and completions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.models import Conversation, Event, EventChange, Role, Tenant, Value
from app.store.calls import Calls

_PAGE = 1000  # messages; PostgREST would cut rows at 1,000, a page is one document anyway


class Edit(Value):
    """A message was edited `at`; `before` is what it said until then."""

    at: datetime
    before: str


class TranscriptRow(Value):
    """One message as the batch reads it. `delivered` is false for what the contact never got, and for holding answers,
    which say nothing; `by_agent` is true for the agent's own answers."""

    id: UUID
    seq: int
    role: Role
    at: datetime
    text: str
    delivered: bool = True
    by_agent: bool = False
    edits: tuple[Edit, ...] = ()


class BatchState(Value):
    """A claimed conversation: what it held when it was looked at. The completion gives `last_seq`,
    `message_count` and `events_version` back, and is refused when they no longer hold."""

    conversation: Conversation
    tenant: Tenant
    last_seq: int
    message_count: int
    events_version: int
    attempt: int = 0
    events: tuple[Event, ...] = ()


class BatchOutcome(StrEnum):
    """COMPLETED, LOST (another worker has it), CHANGED (read again under the same token)."""

    COMPLETED = "completed"
    LOST = "lost"
    CHANGED = "changed"


class BatchCompletion(Value):
    outcome: BatchOutcome
    messages: int = 0
    created: tuple[UUID, ...] = ()
    updated: tuple[UUID, ...] = ()
    cancelled: tuple[UUID, ...] = ()
    proposed: int = 0
    events: tuple[Event, ...] = ()


class BatchRun(Value):
    id: UUID
    trigger: str
    tenant_id: UUID | None = None
    dry_run: bool
    status: str
    total: int = 0
    conversations: int
    failed: int
    messages: int
    created: int
    updated: int
    cancelled: int
    proposed: int
    model_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    model_cost: float = 0.0
    error: str | None = None
    started_at: datetime
    finished_at: datetime | None = None


class BatchScope(Value):
    """Which conversations a run takes: all that wait (`everything`), or only the quiet and the old ones; of one
    tenant or of all; or just one conversation, parked or not."""

    everything: bool = False
    tenant: UUID | None = None
    conversation: UUID | None = None
    quiet_seconds: float = 300.0
    max_age_seconds: float = 3600.0

    def params(self) -> dict[str, Any]:
        return {
            "p_all": self.everything,
            "p_tenant": self.tenant,
            "p_conversation": self.conversation,
            "p_quiet_seconds": self.quiet_seconds,
            "p_max_age_seconds": self.max_age_seconds,
        }


class BatchStore(Calls):
    async def start_batch_run(self, run: UUID, trigger: str, *, tenant: UUID | None, dry_run: bool) -> None:
        await self._call("hilo_start_batch_run", p_run=run, p_trigger=trigger, p_tenant=tenant, p_dry_run=dry_run)

    async def finish_batch_run(
        self, run: UUID, status: str, counts: Mapping[str, float], error: str | None = None
    ) -> BatchRun:
        """Also with status `running`, to record how far it is."""
        return await self._one(
            BatchRun, "hilo_finish_batch_run", "run", p_run=run, p_status=status, p_counts=dict(counts), p_error=error
        )

    async def list_batch_runs(self, *, tenant: UUID | None = None, limit: int = 20) -> list[BatchRun]:
        rows = await self._call("hilo_list_batch_runs", p_tenant=tenant, p_limit=limit)
        return [BatchRun.model_validate(row) for row in rows]

    async def count_batch(self, scope: BatchScope) -> int:
        """How many conversations a run over `scope` would take now."""
        return int((await self._call("hilo_count_batch", **scope.params()))["waiting"])

    async def claim_batch(
        self, run: UUID, token: UUID, scope: BatchScope, *, lease_seconds: float = 60.0, max_attempts: int = 5
    ) -> BatchState | None:
        """The next conversation of `scope`, at most once per run; None when there is none left."""
        answer = await self._call(
            "hilo_claim_batch",
            p_run=run,
            p_token=token,
            p_lease_seconds=lease_seconds,
            p_max_attempts=max_attempts,
            **scope.params(),
        )
        return BatchState.model_validate(answer) if answer["claimed"] else None

    async def batch_state(self, conversation: UUID) -> BatchState:
        return await self._one(BatchState, "hilo_batch_state", "conversation", p_conversation=conversation)

    async def transcript(self, conversation: UUID, last_seq: int) -> list[TranscriptRow]:
        """All messages up to `last_seq`, in order, whatever their number."""
        rows: list[TranscriptRow] = []
        after = None
        while True:
            page = await self._call(
                "hilo_transcript",
                p_conversation=conversation,
                p_last_seq=last_seq,
                p_after=after,
                p_limit=_PAGE,
            )
            rows.extend(TranscriptRow.model_validate(item) for item in page["items"])
            after = page["next"]
            if after is None:
                return rows

    async def renew_batch(self, conversation: UUID, token: UUID, *, lease_seconds: float) -> bool:
        answer = await self._call(
            "hilo_renew_batch", p_conversation=conversation, p_token=token, p_lease_seconds=lease_seconds
        )
        return bool(answer["renewed"])

    async def complete_batch(
        self,
        state: BatchState,
        token: UUID,
        changes: Sequence[EventChange],
        *,
        messages_read: int,
        conflict_policy: str,
        event_minutes: int,
        source: str = "batch",
    ) -> BatchCompletion:
        """Change the events and mark what was read as processed, in one step."""
        return BatchCompletion.model_validate(
            await self._call(
                "hilo_complete_batch",
                p_conversation=state.conversation.id,
                p_token=token,
                p_last_seq=state.last_seq,
                p_message_count=messages_read,
                p_events_version=state.events_version,
                p_changes=changes,
                p_policy=conflict_policy,
                p_minutes=event_minutes,
                p_source=source,
            )
        )

    async def fail_batch(
        self,
        conversation: UUID,
        token: UUID,
        error: str,
        *,
        backoff_seconds: float,
        max_attempts: int,
        park: bool,
    ) -> bool:
        """True when the conversation is parked now, for the operator."""
        answer = await self._call(
            "hilo_fail_batch",
            p_conversation=conversation,
            p_token=token,
            p_error=error,
            p_backoff_seconds=backoff_seconds,
            p_max_attempts=max_attempts,
            p_park=park,
        )
        return bool(answer["parked"])

    async def release_batch(self, conversation: UUID, token: UUID, *, keep_run: bool = False) -> None:
        """Give a claim back as if it had not been; `keep_run`: this run does not take it again."""
        await self._call("hilo_release_batch", p_conversation=conversation, p_token=token, p_keep_run=keep_run)

    async def retry_conversation(self, tenant: UUID, conversation: UUID) -> Conversation:
        """Take a parked conversation up again, in both readers."""
        return await self._one(
            Conversation,
            "hilo_retry_conversation",
            "conversation",
            p_tenant=tenant,
            p_conversation=conversation,
        )

    async def pause_conversation(
        self, tenant: UUID, conversation: UUID, until: datetime | None, *, tell_provider: bool = False
    ) -> Conversation:
        """The agent says nothing until `until`; None hands back to it. `tell_provider`: that is to be told there."""
        return await self._one(
            Conversation,
            "hilo_pause_conversation",
            "conversation",
            p_tenant=tenant,
            p_conversation=conversation,
            p_until=until,
            p_tell=tell_provider,
        )
