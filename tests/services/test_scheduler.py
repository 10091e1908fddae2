"""The scheduler: at intervals, one at a time, never stopped by a failing job."""

import asyncio
from datetime import timedelta

from app.errors import StoreUnavailable
from app.services.scheduler import Scheduler

SOON = timedelta(milliseconds=20)


async def test_a_job_runs_again_and_again_also_after_it_failed():
    runs: list[int] = []

    async def job() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise StoreUnavailable("away")
        if len(runs) == 2:
            raise ZeroDivisionError

    scheduler = Scheduler()
    scheduler.every(timedelta(seconds=0.05), "job", job, first_in=SOON)
    scheduler.start()
    async with asyncio.timeout(5):
        while len(runs) < 4:
            await asyncio.sleep(0.01)
    scheduler.stop()


async def test_a_job_never_runs_beside_itself():
    running, most = 0, 0

    async def slow() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.2)
        running -= 1

    scheduler = Scheduler()
    scheduler.every(timedelta(seconds=0.03), "slow", slow, first_in=SOON)
    scheduler.start()
    await asyncio.sleep(0.7)
    scheduler.stop()
    assert most == 1


async def test_an_interval_of_nothing_means_once():
    runs: list[int] = []

    async def job() -> None:
        runs.append(1)

    scheduler = Scheduler()
    scheduler.every(timedelta(0), "once", job, first_in=SOON)
    scheduler.start()
    await asyncio.sleep(0.4)
    scheduler.stop()
    assert runs == [1]
    assert scheduler.next_runs() == {}
