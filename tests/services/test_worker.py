"""The loop under all workers, without a database."""

import asyncio

import pytest

from app.services.wake import Wake
from app.services.worker import Worker, kept


@pytest.mark.parametrize("turns", range(6))
async def test_a_sleep_is_cancelled_also_in_the_moment_it_is_woken(turns: int) -> None:
    wake = Wake()
    sleeper = asyncio.create_task(wake.sleep(60))
    await asyncio.sleep(0.01)
    wake.nudge()
    for _ in range(turns):
        await asyncio.sleep(0)
    ended = sleeper.done()
    sleeper.cancel()
    await asyncio.wait([sleeper], timeout=5)
    assert sleeper.cancelled() or ended


class Deaf(Worker[str]):
    """Swallows the cancellation that comes while it asks, as `asyncio.wait_for` of a library may."""

    name = "deaf"
    poll_seconds = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.asking = asyncio.Event()

    async def claim(self) -> tuple[str | None, float | None]:
        self.asking.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return None, None
        raise AssertionError("nobody cancelled it")

    async def work(self, piece: str) -> None:
        raise AssertionError(piece)


async def test_a_worker_whose_cancellation_was_swallowed_ends_nevertheless() -> None:
    worker = Deaf()
    task = asyncio.create_task(worker.run())
    await worker.asking.wait()
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5)
    assert done


async def test_a_lease_is_let_go_though_its_renewal_swallowed_the_cancellation() -> None:
    renewing = asyncio.Event()

    async def deaf() -> bool:
        renewing.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return True
        raise AssertionError("nobody cancelled it")

    async with asyncio.timeout(5), kept(deaf, every=0.01):
        await renewing.wait()


async def test_a_nudge_for_later_ends_no_sleep_before_its_time() -> None:
    wake = Wake()
    sleeper = asyncio.create_task(wake.sleep(60))
    await asyncio.sleep(0)
    wake.nudge(after=0.2)
    wake.nudge(after=30)  # what is due earlier counts
    await asyncio.wait([sleeper], timeout=0.1)
    assert not sleeper.done()
    await asyncio.wait([sleeper], timeout=5)
    assert sleeper.done()
    wake.nudge(after=0.1)
    await wake.sleep(0)  # asked in between: the nudge is still to come
    await asyncio.wait_for(wake.sleep(60), 5)
