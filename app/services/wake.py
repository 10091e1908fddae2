"""A worker's sleep: until something may be due, or until somebody in this process knows better."""

import asyncio
import contextlib


class Wake:
    """`nudge()` ends the current or the next `sleep()` at once. Only a short cut: other processes' work is found by
    asking the database when the sleep is over."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def nudge(self) -> None:
        self._event.set()

    async def sleep(self, seconds: float) -> None:
        # Not wait_for: before Python 3.12 it swallows a cancellation that comes in the moment of the nudge.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0.0)):
                await self._event.wait()
        self._event.clear()
