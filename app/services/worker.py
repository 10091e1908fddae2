"""Loops that run as long as the process: claim, work, sleep; never stopped by an error."""

import asyncio
import contextlib
import random
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

from app.errors import HiloError
from app.services.wake import Wake, ending

log = structlog.get_logger(__name__)
C = TypeVar("C")

_ERROR_PAUSE = 1.0  # seconds, doubled up to the maximum
_MAX_ERROR_PAUSE = 30.0


class Worker(ABC, Generic[C]):
    """Claims work from the store and does up to `concurrency` pieces at a time.

    Anything that a piece of work raises is the piece's own matter (`work` records it); what claiming raises, a
    database that is away, only makes the loop wait. On cancellation the pieces under way are cancelled and awaited:
    whatever they had not committed is claimed again when its lease is over.
    """

    name: str
    poll_seconds: float = 1.0

    def __init__(self, *, concurrency: int = 1) -> None:
        self.wake = Wake()
        self._concurrency = concurrency
        self._tasks: set[asyncio.Task[None]] = set()

    @abstractmethod
    async def claim(self) -> tuple[C | None, float | None]:
        """The next piece of work; or None, and in how many seconds there may be some (None: not known)."""

    @abstractmethod
    async def work(self, piece: C) -> None: ...

    async def run(self) -> None:
        pause = _ERROR_PAUSE
        try:
            while not ending():
                try:
                    piece, next_in = await self.claim()
                    pause = _ERROR_PAUSE
                except HiloError as error:
                    log.warning(f"{self.name}: cannot claim", error=error.detail)
                    await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311
                    pause = min(pause * 2, _MAX_ERROR_PAUSE)
                    continue
                except Exception:  # a row that nobody foresaw: the others are still worked on
                    log.exception(f"{self.name}: cannot read what was claimed")
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, _MAX_ERROR_PAUSE)
                    continue
                if piece is None:
                    wait = self.poll_seconds if next_in is None else min(max(next_in, 0.02), self.poll_seconds)
                    await self.wake.sleep(wait)
                    continue
                task = asyncio.create_task(self._guarded(piece), name=self.name)
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                if len(self._tasks) >= self._concurrency:
                    await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _guarded(self, piece: C) -> None:
        try:
            await self.work(piece)
        except HiloError as error:
            log.warning(f"{self.name}: given back", error=error.detail)
        except Exception:
            log.exception(f"{self.name}: failed")


@contextlib.asynccontextmanager
async def kept(renew: Callable[[], Awaitable[bool]], *, every: float):  # type: ignore[no-untyped-def]
    """Renew a lease every `every` seconds while the body runs. A lost lease is noticed when the work is committed."""

    async def heartbeat() -> None:
        while not ending():
            await asyncio.sleep(every)
            with contextlib.suppress(HiloError):
                if not await renew():
                    return

    task = asyncio.create_task(heartbeat())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
