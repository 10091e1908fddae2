"""Batch runs that a person starts from the page: they go on after the request that began them."""

import asyncio
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

import structlog

from app.errors import HiloError
from app.models import Conversation, Tenant
from app.store.batch import BatchRun, BatchScope
from app.store.store import Store

if TYPE_CHECKING:  # the batch brings the extractors along
    from app.services.batch_report import BatchReport

log = structlog.get_logger(__name__)

__all__ = ["Batch", "BatchRun", "Runs"]


class Batch(Protocol):
    """`services.batch.BatchService`, as much of it as is needed here."""

    async def process_conversations_batch(
        self, *, trigger: str, scope: BatchScope, run: UUID | None = None
    ) -> "BatchReport": ...


class Runs:
    """How far a run is stands in its row, so that any process can show it."""

    def __init__(self, store: Store, batch: Batch) -> None:
        self._store = store
        self._batch = batch
        self._tasks: dict[asyncio.Task[None], UUID] = {}

    async def start(self, tenant: Tenant, *, conversation: Conversation | None = None) -> UUID:
        """Begin a run over all that waits in this tenant, or over one conversation; the id of its row.

        A run over everything that is under way already is the one that is meant.
        """
        if conversation is None:
            under_way = await self.newest(tenant)
            if under_way is not None and under_way.id in self._tasks.values():
                return under_way.id
        run = uuid4()
        await self._store.start_batch_run(run, "page", tenant=tenant.id, dry_run=False)
        scope = BatchScope(everything=True, tenant=tenant.id, conversation=conversation.id if conversation else None)
        task = asyncio.create_task(self._run(run, scope), name=f"run {run}")
        self._tasks[task] = run
        task.add_done_callback(lambda done: self._tasks.pop(done, None))
        return run

    async def newest(self, tenant: Tenant) -> BatchRun | None:
        found = await self._store.list_batch_runs(tenant=tenant.id, limit=1)
        return found[0] if found else None

    async def stop(self) -> None:
        """What is under way is given back; the scheduler or another process goes on with it."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, run: UUID, scope: BatchScope) -> None:
        try:
            await self._batch.process_conversations_batch(trigger="page", scope=scope, run=run)
        except HiloError as error:  # its row says so
            log.warning("a run from the page failed", run=run, error=error.detail)
        except Exception:
            log.exception("a run from the page broke", run=run)
