"""Writes: made at once while the API answers and nothing waits, else kept in the outbox and delivered in order."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from .api_calls import ApiCalls, Data, Refused, Unavailable
from .metrics import OUTBOX_DROPPED
from .outbox import Call, Outbox

log = logging.getLogger("hilo_client")

CONVERSATIONS: Final = "/api/v1/conversations"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 15.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A conversation that has no id yet, because the API was away when it began. It may stand for a session's id."""

    user_phone: str
    sub_domain: str | None = None
    local_id: str | None = None
    bot_id: str | None = None

    @property
    def body(self) -> Data:
        body = {"userPhone": self.user_phone, "subDomain": self.sub_domain, "localId": self.local_id,
                "botId": self.bot_id}  # fmt: skip
        return {name: value for name, value in body.items() if value is not None}


SessionRef = str | Opening


class Writes:
    def __init__(self, api: ApiCalls, outbox: Outbox) -> None:
        self._api = api
        self.outbox = outbox
        self._sender: asyncio.Task[None] | None = None

    async def make(self, call: Call) -> Data | None:
        """Raises `Refused`, or `Unavailable` and then it waits in the outbox."""
        try:
            if self.outbox.first():  # behind them, so that the order stays
                raise Unavailable("earlier calls wait for the API")  # noqa: TRY301
            if self._api.resting:
                raise Unavailable("the API did not answer a moment ago")  # noqa: TRY301
            call = await _located(call, self._api.call)
            return await self._api.call(call.method, call.path, json=call.body, key=call.key)
        except Unavailable:
            if call.path.endswith("/messages"):  # it is late: its time is now
                call.body.setdefault("timestamp", datetime.now(UTC).isoformat())
            self.outbox.add(call)
            self.send_soon()
            raise

    def send_soon(self) -> None:
        if self.outbox.first() and (self._sender is None or self._sender.done()):
            self._sender = asyncio.create_task(self._send(), name="hilo-client-outbox")

    async def aclose(self) -> None:
        """Try once more to deliver what waits."""
        if self._sender:
            self._sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sender
        with contextlib.suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(self._api.timeout):
                await self._deliver()
        self.outbox.close()

    async def _send(self) -> None:
        pause = _FIRST_PAUSE
        while self.outbox.first():
            try:
                await self._deliver()
            except Unavailable:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _deliver(self) -> None:
        """In order, until nothing waits. Raises `Unavailable`."""
        while call := self.outbox.first():
            try:
                async with asyncio.timeout(self._api.timeout):
                    call = await _located(call, self._api.once)
                    await self._api.once(call.method, call.path, json=call.body, key=call.key)
            except TimeoutError as error:
                raise Unavailable("no answer") from error
            except Refused as refused:
                if refused.status in (401, 403):  # a slip in the key that is mended must not have cost what waits
                    log.warning("Failed to deliver a queued call, it waits: %s", refused)
                    raise Unavailable(str(refused)) from refused
                OUTBOX_DROPPED.labels("refused").inc()
                log.warning("Failed to deliver a queued call: %s", refused)
            self._api.wake()
            self.outbox.remove_first()


async def _located(call: Call, ask: Callable[..., Awaitable[Data | None]]) -> Call:
    """With the id of its conversation. Asked for each time: an id that is remembered may have expired."""
    if call.begin is None:
        return call
    made = await ask("POST", CONVERSATIONS, json=call.begin)
    if not made or "sessionId" not in made:
        raise Refused(200, "the API named no session")
    return replace(call, path=call.path.replace("{session}", quote(made["sessionId"], safe="")), begin=None)
