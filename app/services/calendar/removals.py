"""The other half of erasure: entries of events that are gone here are taken out of the calendar, as often as it takes.

The row that asks for it is written in the step that erases the event, so that no crash leaves an entry behind.
"""

import asyncio
import random
from typing import Final
from uuid import uuid4

import structlog

from app.calendars.base import Calendar
from app.errors import CalendarDisconnected, CalendarError, StoreError
from app.services.worker import Worker
from app.store.privacy import RemovalClaim
from app.store.store import Store

log = structlog.get_logger(__name__)

_RETRY_SECONDS: Final = 2.0  # doubled with each attempt
_MAX_RETRY_SECONDS: Final = 900.0
_DISCONNECTED_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 5.0
_NOTHING_TO_DO_SECONDS: Final = 3600.0


class Removals(Worker[RemovalClaim]):
    """Without a `calendar` it does nothing. `call_seconds` must stay under `lease_seconds`."""

    name = "removals"
    poll_seconds = _POLL_SECONDS

    def __init__(
        self, store: Store, calendar: Calendar | None, *, lease_seconds: float = 60.0, call_seconds: float = 30.0
    ) -> None:
        if call_seconds >= lease_seconds:
            raise ValueError("call_seconds must be less than lease_seconds")
        super().__init__(concurrency=2)
        self._store = store
        self._calendar = calendar
        self._lease_seconds = lease_seconds
        self._call_seconds = call_seconds
        if calendar is None:
            self.poll_seconds = _NOTHING_TO_DO_SECONDS

    async def claim(self) -> tuple[RemovalClaim | None, float | None]:
        if self._calendar is None:
            return None, None
        tenants = self._calendar.capabilities.tenants
        return await self._store.claim_removal(uuid4(), lease_seconds=self._lease_seconds, tenants=tenants), None

    async def work(self, piece: RemovalClaim) -> None:
        assert self._calendar is not None
        wait = min(_RETRY_SECONDS * 2.0 ** min(piece.attempt - 1, 20), _MAX_RETRY_SECONDS)
        try:
            async with asyncio.timeout(self._call_seconds):
                await self._calendar.remove(piece.event_id, piece.generation, piece.tenant, also=piece.places)
        except StoreError:
            raise
        except CalendarDisconnected as error:
            why = error.detail  # claimed again when the calendar is tried again
            await self._store.calendar_down(
                piece.tenant.id, by="write", reason=why, probe_seconds=_DISCONNECTED_SECONDS
            )
        except CalendarError as error:
            why, wait = error.detail, max(wait, error.retry_after or 0.0)
        except TimeoutError:
            why = "the calendar did not answer in time"
        except Exception as error:
            log.exception("removing an entry broke", event_id=piece.event_id)
            why = f"internal error: {type(error).__name__}"
        else:
            await self._store.complete_removal(piece.event_id, piece.token)
            return
        log.warning("entry not removed yet", event_id=piece.event_id, error=why, attempt=piece.attempt)
        seconds = wait * random.uniform(1.0, 1.5)  # noqa: S311
        await self._store.fail_removal(piece.event_id, piece.token, why, retry_seconds=seconds)
