"""A worker's sleep, until something may be due or somebody in this process knows better; and its end."""

import asyncio
import contextlib
import math
import time


class Wake:
    """`nudge()` ends the current or the next `sleep()`, at once or `after` so many seconds. Only a short cut: other
    processes' work is found by asking the database when the sleep is over."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._at = math.inf

    def nudge(self, *, after: float = 0.0) -> None:
        at = time.monotonic() + after
        if at < self._at:
            self._at = at
            self._event.set()

    async def sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        await asyncio.sleep(0)
        while (left := min(until, self._at) - time.monotonic()) > 0:
            self._event.clear()
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes in the moment of the nudge.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._event.wait()
        if self._at <= time.monotonic():
            self._at = math.inf


def ending() -> bool:
    """Whether the current task was told to end. Loops ask it at each turn: before Python 3.12 `asyncio.wait_for`, with
    which psycopg waits for the database, swallows a cancellation that comes in the moment of the answer."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
