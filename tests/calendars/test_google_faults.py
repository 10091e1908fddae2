"""A few hundred of the schedules that `scripts/calendar_faults` runs by the thousand."""

import asyncio

import pytest

from tests.support.calendar_faults import FaultRun


@pytest.mark.parametrize("seed", [3, 4])
async def test_random_faults_edits_and_deaths_leave_calendar_and_store_agreed(database_dsn, google, seed):
    async with asyncio.timeout(60), FaultRun(database_dsn, google) as run:
        assert await run.run(30, seed=seed) == []
        assert run.deaths > 3
