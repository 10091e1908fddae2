"""A few dozen of the schedules that `scripts/calendar_faults` runs by the thousand."""

import asyncio

from tests.support.calendar_faults import FaultRun


async def test_random_faults_edits_and_deaths_leave_calendar_and_store_agreed(database_dsn, google):
    async with asyncio.timeout(90), FaultRun(database_dsn, google) as run:
        assert await run.run(40, seed=3, policy="refuse") == []
        assert run.deaths > 3
        assert run.cut > 0
        assert run.outages > 0
