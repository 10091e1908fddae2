"""Thousands of random schedules against the test calendar: each confirmed event once, no edit of a person lost."""

import argparse
import asyncio
import collections
import logging
import sys
import time
from pathlib import Path

import structlog

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.calendar_faults import FaultRun
from tests.support.google_server import GoogleServer
from tests.support.postgres import SessionFolder, TestServer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=50, help="schedules that share a calendar, and run at once")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    folder = SessionFolder()
    server = TestServer(folder.path, Path(__file__).resolve().parents[1] / "sql")
    statuses: collections.Counter[tuple[str, int]] = collections.Counter()
    done = deaths = actions = 0
    problems: list[str] = []
    started = time.monotonic()
    try:
        while done < options.schedules:
            size = min(options.batch, options.schedules - done)
            with server.database() as dsn, GoogleServer() as google:
                run = FaultRun(dsn, google, seed=options.seed * 1_000_003 + done)
                found = asyncio.run(run.run(size))
            problems += found
            for problem in found:
                print("PROBLEM", problem, flush=True)
            done, deaths, actions = done + size, deaths + run.deaths, actions + run.actions
            statuses.update((method, status) for method, _, status in google.journal)
            if done % (20 * options.batch) == 0:
                print(f"{done} schedules, {len(problems)} problems, {time.monotonic() - started:.0f} s", flush=True)
    finally:
        server.close()
        folder.remove()
    answers = ", ".join(f"{method} {status}: {count}" for (method, status), count in sorted(statuses.items()))
    print(f"{done} schedules, {actions} actions, {deaths} deaths of publishers; answers: {answers}")
    print(f"{len(problems)} violations in {time.monotonic() - started:.0f} s")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
