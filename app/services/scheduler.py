"""What happens at intervals. The only file that knows APScheduler.

Every process may run the scheduler: the jobs claim their work in the database. An interval says when to look, never
what was looked at, so that a missed or doubled run costs nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from app.errors import HiloError

log = structlog.get_logger(__name__)


class Scheduler:
    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_listener(self._report, EVENT_JOB_MISSED | EVENT_JOB_ERROR)

    def every(self, interval: timedelta, name: str, job: Callable[[], Awaitable[Any]], *, first_in: timedelta) -> None:
        """Run `job` after `first_in` and then every `interval`; an interval of 0 means once only.

        One run at a time: when one takes longer than the interval, the next is skipped. After a pause of the machine
        one run makes up for all that were missed, however long ago they were due.
        """
        when: dict[str, Any] = {"next_run_time": datetime.now(UTC) + first_in}
        trigger = "interval" if interval else "date"
        arguments = {"seconds": interval.total_seconds()} if interval else {"run_date": when["next_run_time"]}
        self._scheduler.add_job(
            _guarded(name, job),
            trigger,
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            **arguments,
            **(when if interval else {}),
        )

    def start(self) -> None:
        """Must be called inside the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Running jobs are cancelled (APScheduler's executor does so whatever it is asked): they resume elsewhere."""
        self._scheduler.shutdown(wait=False)

    def next_runs(self) -> dict[str, datetime | None]:
        return {job.id: job.next_run_time for job in self._scheduler.get_jobs()}

    def _report(self, event: JobExecutionEvent) -> None:
        if event.code == EVENT_JOB_MISSED:
            log.warning("job missed", job=event.job_id, due=event.scheduled_run_time.isoformat())
        else:
            log.error("job failed", job=event.job_id, error=repr(event.exception))


def _guarded(name: str, job: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        try:
            await job()
        except HiloError as error:
            log.warning("job did not finish", job=name, error=error.detail)

    return run
