"""Whether this server can do its work, and what is wrong when not."""

import time
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Final

from app.errors import HiloError, StoreError
from app.models import Value
from app.store.store import Store
from app.store.tenants import StoreStatus

__all__ = ["Check", "Finding", "Health", "Level", "StoreStatus"]

_CACHE_SECONDS: Final = 2.0
# An answer is due after some seconds of quiet; much later, nobody is writing answers.
_REPLY_OVERDUE: Final = 120.0


class Level(StrEnum):
    """WARNING: somebody should look, but messages are taken and none is lost. ERROR: messages cannot be taken."""

    WARNING = "warning"
    ERROR = "error"


class Finding(Value):
    """One thing that is wrong: where, and what a person can do."""

    part: str
    level: Level
    detail: str


Check = Callable[[], Awaitable[Sequence[Finding]]]


class Health:
    """Asks the store, and `checks`: what other parts know to be wrong (a calendar that is disconnected)."""

    def __init__(
        self,
        store: Store,
        *,
        checks: Sequence[Check] = (),
        batch_overdue_seconds: float = 7200.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._checks = checks
        self._batch_overdue = batch_overdue_seconds
        self._clock = clock
        self._seen: tuple[float, StoreStatus] | None = None

    async def status(self) -> StoreStatus:
        """The store's counts, not older than two seconds; raises `StoreError`."""
        if self._seen is None or self._seen[0] <= self._clock():
            status = await self._store.status()
            self._seen = (self._clock() + _CACHE_SECONDS, status)
        return self._seen[1]

    async def findings(self) -> list[Finding]:
        """Everything that is wrong; empty when nothing is."""
        try:
            found = list(self._judge(await self.status()))
        except StoreError as error:
            self._seen = None
            found = [Finding(part="store", level=Level.ERROR, detail=error.detail)]
        for check in self._checks:
            try:
                found.extend(await check())
            except HiloError as error:
                found.append(Finding(part="check", level=Level.WARNING, detail=error.detail))
        return found

    def _judge(self, status: StoreStatus) -> Sequence[Finding]:
        def ago(seconds: float) -> str:
            return f"{seconds / 60:.0f} minutes"

        warnings = []
        if (
            status.oldest_reply_due
            and (late := (status.now - status.oldest_reply_due).total_seconds()) > _REPLY_OVERDUE
        ):
            warnings.append(("replies", f"{status.replies_due} answers wait, the oldest is {ago(late)} late"))
        if (
            status.oldest_unprocessed
            and (age := (status.now - status.oldest_unprocessed).total_seconds()) > self._batch_overdue
        ):
            warnings.append(("batch", f"The oldest unprocessed message is {ago(age)} old: does the batch run?"))
        if status.conversations_parked:
            warnings.append(
                (
                    "conversations",
                    f"{status.conversations_parked} are parked after repeated failures: see why, then retry",
                )
            )
        if status.unrouted:
            warnings.append(
                ("channels", f"{status.unrouted} messages came for addresses that no tenant has: hilo tenants channel")
            )
        if late := status.removals_late:
            warnings.append(
                (
                    "privacy",
                    f"{late} calendar entries of erased contacts wait until it (or the former one) is connected",
                )
            )
        if refused := status.events_refused:
            warnings.append(
                ("calendar", f"{refused} events are refused by the calendar (tried every hour): see the inbox for why")
            )
        if status.untold:
            warnings.append(("notifications", f"{status.untold} could not be told to their owners: hilo notify log"))
        return [Finding(part=part, level=Level.WARNING, detail=detail) for part, detail in warnings]
