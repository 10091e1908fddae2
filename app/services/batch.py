"""The batch job: re-read whole conversations, change their events, mark what was read as processed.

Claim → transcript → extractor → reconcile → one completion. Each step can be the last: what is not completed is
claimed again by whoever comes next, and a repeated completion is recognised.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import partial
from uuid import UUID, uuid4

import structlog

from app.errors import ExtractionError, HiloError, NotFound, StoreUnavailable
from app.extraction.base import Extraction, Extractor, Transcript
from app.extraction.reconcile import reconcile
from app.models import Value
from app.services.batch_edits import asked_by_edits
from app.services.batch_report import BatchReport, ConversationReport, Progress, count
from app.services.batch_transcript import is_over, only_another_zone, read_transcript
from app.services.metrics import BATCH_CONVERSATIONS, BATCH_EVENTS, BATCH_SECONDS
from app.services.model_budget import Bill, ModelBudget
from app.services.worker import kept
from app.store.batch import BatchCompletion, BatchOutcome, BatchScope, BatchState
from app.store.store import Store

log = structlog.get_logger(__name__)

_ROUNDS = 5  # readings of one conversation that goes on while it is read
_BACKOFF_SECONDS = 60.0
_RECORD_SECONDS = 0.5  # between two notes of how far a run is
_TAKEN: ContextVar[Bill] = ContextVar("hilo_batch_bill")  # what a run's conversations took together


class BatchPolicy(Value):
    """Defaults for tenants that set nothing of their own, and the run's bounds."""

    event_minutes: int = 60
    conflict_policy: str = "refuse"
    max_attempts: int = 5
    lease_seconds: float = 60.0
    concurrency: int = 2


class BatchService:
    def __init__(
        self,
        store: Store,
        extractor: Extractor,
        *,
        policy: BatchPolicy,
        on_events: Callable[[], None] = lambda: None,
        budget: ModelBudget | None = None,
        offline: Extractor | None = None,
    ) -> None:
        """`budget` counts what the extractor's model takes; where a tenant's is used up, `offline` reads."""
        self._store = store
        self._extractor = extractor
        self._policy = policy
        self._on_events = on_events
        self._budget = budget
        self._offline = offline or extractor

    async def process_conversations_batch(
        self,
        *,
        trigger: str,
        scope: BatchScope,
        limit: int | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
        run: UUID | None = None,
    ) -> BatchReport:
        """One run over `scope`, at most `limit` conversations. A dry run writes no event and marks nothing. `run` is
        the id that it shall have; its row says meanwhile how far it is.

        A conversation that fails does not stop the others; only a store that is away does (`StoreUnavailable`).
        """
        run = run or uuid4()
        started = recorded = time.monotonic()
        await self._store.start_batch_run(run, trigger, tenant=scope.tenant, dry_run=dry_run)
        total = await self._store.count_batch(scope)
        total = min(total, limit) if limit is not None else total
        reports: list[ConversationReport] = []
        counts = {"total": total, "conversations": 0, "failed": 0, "messages": 0}
        counts |= {"created": 0, "updated": 0, "cancelled": 0, "proposed": 0}
        taken = Bill()
        _TAKEN.set(taken)
        left = limit if limit is not None else -1

        async def reader() -> None:
            nonlocal left, recorded
            while left != 0:
                left -= 1
                report, completion = await self._next(run, scope, dry_run=dry_run)
                if report is None:
                    return
                reports.append(report)
                count(counts, report, completion)
                BATCH_CONVERSATIONS.labels(report.outcome).inc()
                if progress:
                    progress(len(reports), max(total, len(reports)), report)
                if time.monotonic() - recorded > _RECORD_SECONDS:
                    recorded = time.monotonic()
                    await self._store.finish_batch_run(run, "running", counts)

        try:
            await self._store.finish_batch_run(run, "running", counts)
            async with asyncio.TaskGroup() as group:
                for _ in range(self._policy.concurrency):
                    group.create_task(reader())
        except BaseExceptionGroup as errors:
            first = errors.exceptions[0]
            await self._finish(run, "failed", counts | self._taken(taken), error=str(first))
            raise first from errors
        except asyncio.CancelledError:
            await self._finish(
                run, "interrupted", counts | self._taken(taken), error="the server stopped; the next run goes on"
            )
            raise
        row = await self._store.finish_batch_run(run, "finished", counts | self._taken(taken))
        BATCH_SECONDS.observe(time.monotonic() - started)
        for action in ("created", "updated", "cancelled", "proposed"):
            BATCH_EVENTS.labels(action).inc(counts[action])
        if reports:
            log.info("batch finished", trigger=trigger, run=run, dry_run=dry_run, **counts)
        if counts["created"] or counts["updated"] or counts["cancelled"]:
            self._on_events()
        return BatchReport(run=row, conversations=tuple(reports))

    def _taken(self, bill: Bill) -> dict[str, float]:
        usage = bill.usage
        return {
            "model_calls": usage.calls,
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "model_cost": self._budget.cost(usage) if self._budget else 0.0,
        }

    async def _finish(self, run: UUID, status: str, counts: Mapping[str, float], *, error: str) -> None:
        try:
            await self._store.finish_batch_run(run, status, counts, error)
        except HiloError as failure:  # the run then says so itself when it is not seen for a while
            log.warning("batch run not closed", run=run, error=failure.detail)

    async def _next(
        self, run: UUID, scope: BatchScope, *, dry_run: bool
    ) -> tuple[ConversationReport | None, BatchCompletion | None]:
        token = uuid4()
        lease = self._policy.lease_seconds
        claiming = asyncio.ensure_future(
            self._store.claim_batch(run, token, scope, lease_seconds=lease, max_attempts=self._policy.max_attempts)
        )
        try:
            state = await asyncio.shield(claiming)
        except asyncio.CancelledError:
            # A call that is under way may still claim something: given back now, not when its lease is over.
            with contextlib.suppress(HiloError):
                if late := await claiming:
                    await self._store.release_batch(late.conversation.id, token)
            raise
        if state is None:
            return None, None
        conversation = state.conversation

        async def renew() -> bool:
            return await self._store.renew_batch(conversation.id, token, lease_seconds=lease)

        try:
            async with kept(renew, every=lease / 3):
                return await self._read(state, token, dry_run=dry_run)
        except asyncio.CancelledError:
            await self._store.release_batch(conversation.id, token)
            raise
        except StoreUnavailable as error:
            # One that takes too long must not stand in front of the others for ever; if the store is really away, this
            # fails too, and the run ends.
            return await self._failed(state, token, error), None
        except HiloError as error:
            return await self._failed(state, token, error), None
        except Exception as error:
            log.exception("the extractor broke", conversation=conversation.id)
            return await self._failed(
                state, token, ExtractionError(f"the extractor broke: {type(error).__name__}")
            ), None

    async def _read(
        self, state: BatchState, token: UUID, *, dry_run: bool
    ) -> tuple[ConversationReport, BatchCompletion | None]:
        conversation, tenant = state.conversation, state.tenant
        minutes = tenant.settings.event_minutes or self._policy.event_minutes
        policy = tenant.settings.conflict_policy or self._policy.conflict_policy
        for _ in range(_ROUNDS):
            rows = await self._store.transcript(conversation.id, state.last_seq)
            transcript = read_transcript(state, rows)
            extraction = await self._extract(state, transcript)
            # The only look at a clock: what is over by now is kept as history instead of being written to a calendar.
            now = (rows[-1].at if dry_run else None) or (await self._store.status()).now
            found = reconcile(
                extraction,
                transcript.known_events,
                conversation=conversation.id,
                answered=transcript.answered,
                order=[message.id for message in transcript.messages],
            )
            read = partial(self._extract, state)
            wishes = await asked_by_edits(transcript, rows, extraction, read, conversation=conversation.id)
            changes = [
                change.model_copy(update={"history": is_over(change.draft, now, minutes)})
                for change in (*found, *wishes)
                if not only_another_zone(change, state.events)
            ]
            report = ConversationReport(
                conversation=conversation.id,
                conversation_id=conversation.conversation_id,
                outcome="planned",
                messages=len(rows),
                changes=tuple(changes),
            )
            if dry_run:
                await self._store.release_batch(conversation.id, token, keep_run=True)
                return report, None
            completion = await self._store.complete_batch(
                state,
                token,
                changes,
                messages_read=len(rows),
                # A batch asks nobody: what collides goes to a person.
                conflict_policy="allow" if policy == "allow" else "review",
                event_minutes=minutes,
            )
            if completion.outcome is not BatchOutcome.CHANGED:
                outcome = {"outcome": completion.outcome.value, "events": completion.events}
                return report.model_copy(update=outcome), completion
            state = await self._store.batch_state(conversation.id)
        await self._store.release_batch(conversation.id, token, keep_run=True)
        return report.model_copy(update={"outcome": "busy"}), None

    async def _extract(self, state: BatchState, transcript: Transcript) -> Extraction:
        if self._budget is None:
            return await self._extractor.extract(transcript)
        async with self._budget.metered(state.tenant, "batch") as bill:
            if bill is None:
                return await self._offline.extract(transcript)
            try:
                return await self._extractor.extract(transcript)
            finally:
                _TAKEN.get().add(bill.usage)

    async def _failed(self, state: BatchState, token: UUID, error: HiloError) -> ConversationReport:
        conversation = state.conversation
        parked = await self._store.fail_batch(
            conversation.id,
            token,
            error.detail,
            backoff_seconds=_BACKOFF_SECONDS,
            max_attempts=self._policy.max_attempts,
            park=isinstance(error, NotFound),
        )
        log.warning("conversation not read", conversation=conversation.id, error=error.detail, parked=parked)
        return ConversationReport(
            conversation=conversation.id,
            conversation_id=conversation.conversation_id,
            outcome="parked" if parked else "failed",
            error=error.detail,
        )
