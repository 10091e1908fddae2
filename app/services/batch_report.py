"""What a run of the batch tells: of each conversation, and in numbers."""

from typing import Protocol
from uuid import UUID

from app.models import Event, EventChange, EventStatus, Value
from app.store.batch import BatchCompletion, BatchRun


class ConversationReport(Value):
    """What one conversation came to: `completed`, `planned` (dry run), `failed`, `parked`, `lost` or `busy` (it went on
    while it was read, and is left to the next run)."""

    conversation: UUID
    conversation_id: str
    outcome: str
    messages: int = 0
    events: tuple[Event, ...] = ()
    changes: tuple[EventChange, ...] = ()
    error: str | None = None


class BatchReport(Value):
    """A run: its row in `batch_runs`, and each conversation it took."""

    run: BatchRun
    conversations: tuple[ConversationReport, ...] = ()


class Progress(Protocol):
    def __call__(self, done: int, total: int, report: ConversationReport) -> None: ...


def count(counts: dict[str, int], report: ConversationReport, completion: BatchCompletion | None) -> None:
    counts["conversations"] += 1
    counts["failed"] += report.outcome in ("failed", "parked")
    if completion is not None:
        counts["messages"] += completion.messages
        counts["created"] += len(completion.created)
        counts["updated"] += len(completion.updated)
        counts["cancelled"] += len(completion.cancelled)
        counts["proposed"] += completion.proposed
    elif report.outcome == "planned":
        counts["messages"] += report.messages
        for change in report.changes:
            counts[change.action.value + ("d" if change.action.value != "cancel" else "led")] += 1
            counts["proposed"] += change.draft is not None and change.draft.status is EventStatus.PROPOSED
