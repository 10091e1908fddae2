"""Thousands of random schedules against the test calendar: each confirmed event once, no edit of a person lost."""

import argparse
import asyncio
import collections
import logging
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import structlog

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.calendar_faults import FaultRun
from tests.support.google_server import GoogleServer
from tests.support.postgres import SessionFolder, TestServer

SQL = Path(__file__).resolve().parents[1] / "sql"
BATCHES = 10  # that share a database, its connections and a calendar server


@dataclass
class Share:
    """What a process has run, and what came of it."""

    done: int = 0
    deaths: int = 0
    cut: int = 0
    actions: int = 0
    outages: int = 0
    reviewed: int = 0
    problems: list[str] = field(default_factory=list)
    answers: collections.Counter[str] = field(default_factory=collections.Counter)

    def __iadd__(self, other: "Share") -> Self:
        self.done, self.deaths, self.cut = self.done + other.done, self.deaths + other.deaths, self.cut + other.cut
        self.actions += other.actions
        self.outages, self.reviewed = self.outages + other.outages, self.reviewed + other.reviewed
        self.problems += other.problems
        self.answers.update(other.answers)
        return self


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=50, help="schedules that share a calendar, and run at once")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    batches = -(-options.schedules // options.batch)
    seeds = [options.seed * 1_000_003 + n for n in range(batches)]
    total, started, folder = Share(), time.monotonic(), SessionFolder()
    server = TestServer(folder.path, SQL)  # the template is made once, before the others come
    spawn = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(options.processes, mp_context=spawn) as pool:
            shares = [
                pool.submit(run, folder.path, options.batch, seeds[at : at + BATCHES])
                for at in range(0, batches, BATCHES)
            ]
            for future in as_completed(shares):
                share = future.result()
                for problem in share.problems:
                    print("PROBLEM", problem)
                total += share
                took = time.monotonic() - started
                print(f"{total.done} schedules, {len(total.problems)} problems, {took:.0f} s", flush=True)
    finally:
        server.close()
        folder.remove()
    answers = ", ".join(f"{answer}: {count}" for answer, count in sorted(total.answers.items()))
    print(f"{total.actions} actions, {total.deaths} deaths of publishers, which left {total.cut} writes in the middle")
    print(f"{total.outages} times without access, {total.reviewed} events left for a person to decide")
    print(f"answers of the calendar: {answers}")
    print(f"{len(total.problems)} violations in {total.done} schedules, {time.monotonic() - started:.0f} s")
    return bool(total.problems)


def run(folder: Path, size: int, seeds: list[int]) -> Share:
    """A share, in a process of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    sys.setswitchinterval(0.0005)  # client and server of each request are threads of this process
    server = TestServer(folder, SQL)
    try:
        with server.database() as dsn, GoogleServer() as google:
            share = asyncio.run(_run(FaultRun(dsn, google), size, seeds))
            share.answers.update(f"{method} {status}" for method, _, status in google.journal)
            return share
    finally:
        server.close()


async def _run(world: FaultRun, size: int, seeds: list[int]) -> Share:
    share = Share()
    async with world:
        for seed in seeds:
            try:
                async with asyncio.timeout(300):
                    share.problems += [f"seed {seed}: {found}" for found in await world.run(size, seed=seed)]
            except TimeoutError:
                share.problems.append(f"seed {seed}: did not end")
            share.done += size
    share.deaths, share.cut, share.actions = world.deaths, world.cut, world.actions
    share.outages, share.reviewed = world.outages, world.reviewed
    return share


if __name__ == "__main__":
    sys.exit(main())
