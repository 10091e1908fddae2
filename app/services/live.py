"""Whether what a page shows has changed, asked of the store, so that it does not matter which process changed it."""

import asyncio
import contextlib
import hashlib
import json
import math
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from types import FrameType
from typing import Any, Final
from uuid import UUID

import structlog

from app.errors import StoreError
from app.models import Tenant, Value
from app.services.notifying.notices import Notices
from app.store.store import Store

log = structlog.get_logger(__name__)

_MOST_STREAMS: Final = 200
_QUIET_ROUNDS: Final = 15  # rounds without a change after which something is sent, so that proxies keep the line


class Watch(Value):
    """What a page shows besides the list: a conversation, events that start within [since, until)."""

    conversation: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class Live:
    """`seconds`: between two looks at a page's content, `notices_seconds` at what is wrong, which costs more and is
    looked at once for all pages of a tenant. Streams end when `close` is
    called; a browser then connects to whoever serves."""

    def __init__(self, store: Store, *, seconds: float = 1.0, notices_seconds: float = 5.0) -> None:
        self._store = store
        self._seconds = seconds
        self._notices = Notices(store)
        self._notices_seconds = notices_seconds
        self._noticed: dict[UUID, tuple[float, str]] = {}
        self._closed = asyncio.Event()
        self._streams = 0

    @property
    def full(self) -> bool:
        """Whether further pages shall ask now and then instead of holding a stream."""
        return self._streams >= _MOST_STREAMS or self._closed.is_set()

    async def marks(self, tenant: Tenant, watch: Watch) -> Mapping[str, str]:
        """A mark for each part of a page: another mark, another content."""
        found = await self._store.pulse(
            tenant.id, conversation=watch.conversation, since=watch.since, until=watch.until
        )
        return {part: _digest(value) for part, value in found.items()} | {"notices": await self._wrong(tenant)}

    async def _wrong(self, tenant: Tenant) -> str:
        at, mark = self._noticed.get(tenant.id, (-math.inf, ""))
        if at + self._notices_seconds <= time.monotonic():
            _, found = await self._notices.of(tenant, whole=True)
            mark = _digest([notice.model_dump(mode="json") for notice in found])
            self._noticed[tenant.id] = (time.monotonic(), mark)
        return mark

    async def stream(self, tenant: Tenant, watch: Watch) -> AsyncIterator[Mapping[str, str] | None]:
        """The marks now and whenever one has changed; None in between, so that somebody who is gone is noticed."""
        self._streams += 1
        last: Mapping[str, str] = {}
        quiet = 0
        try:
            while not self._closed.is_set():
                with contextlib.suppress(StoreError):  # away: the page stays as it is, and follows afterwards
                    marks = await self.marks(tenant, watch)
                    if marks != last:
                        last, quiet = marks, 0
                        yield marks
                if quiet >= _QUIET_ROUNDS:
                    quiet = 0
                    yield None
                quiet += 1
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._closed.wait(), self._seconds)
        finally:
            self._streams -= 1

    def close(self) -> None:
        self._closed.set()

    def close_with_server(self) -> None:
        """Close as soon as this process is asked to end: the server waits for open streams before it stops itself.

        Must be called inside the running loop. Outside the main thread, where no signal arrives, it does nothing.
        """
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            before = signal.getsignal(number)
            if callable(before):
                signal.signal(number, _both(lambda: loop.call_soon_threadsafe(self.close), before))


def _both(first: Callable[[], object], then: Callable[[int, FrameType | None], Any]) -> Callable[..., None]:
    def handle(number: int, frame: FrameType | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            first()
        then(number, frame)

    return handle


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]
