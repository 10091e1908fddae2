"""What a tenant's people should know: each notice is a word and its facts; pages and messages say it in a language."""

from enum import StrEnum
from typing import Final

from app.models import Tenant, Value
from app.store.store import Store
from app.store.web import Day, TenantStatus

__all__ = ["Day", "Notice", "Notices", "Severity", "Topic"]

_REPLY_OVERDUE: Final = 120.0
_BATCH_OVERDUE: Final = 7200.0


class Severity(StrEnum):
    """URGENT: customers or appointments are affected now. ATTENTION: somebody should look."""

    URGENT = "urgent"
    ATTENTION = "attention"


class Topic(StrEnum):
    CALENDAR_DISCONNECTED = "calendar_disconnected"
    CALENDAR_BEHIND = "calendar_behind"
    SENDING_FAILS = "sending_fails"
    MODEL_OVER_BUDGET = "model_over_budget"
    REPLIES_LATE = "replies_late"
    BATCH_LATE = "batch_late"
    PARKED = "parked"
    DRIFTED = "drifted"
    UNROUTED = "unrouted"
    UNTOLD = "untold"


class Notice(Value):
    """`count` of what it is about, `minutes` that it has lasted, `detail` in the words of whoever refused."""

    topic: Topic
    severity: Severity
    count: int = 0
    minutes: int = 0
    detail: str | None = None


class Notices:
    """Reads the store alone, so that every process says the same."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, tenant: Tenant, *, whole: bool = False) -> tuple[TenantStatus, list[Notice]]:
        """The tenant's counts and what is wrong, the most urgent first. 2 ms among a million messages.

        `whole`: also what is wrong with the server and no tenant's, for those who see all of it."""
        status = await self._store.tenant_status(tenant.id)
        found = [*_of_server(status), *_judge(status)] if whole else _judge(status)
        return status, sorted(found, key=lambda notice: notice.severity is not Severity.URGENT)

    async def daily(self, tenant: Tenant, *, days: int) -> list[Day]:
        """The last `days` days with today, those left out on which nothing happened."""
        return await self._store.daily(tenant.id, days=days)


def _of_server(status: TenantStatus) -> list[Notice]:
    if not status.unrouted:
        return []
    return [
        Notice(topic=Topic.UNROUTED, severity=Severity.URGENT, count=status.unrouted, detail=status.unrouted_address)
    ]


def _judge(status: TenantStatus) -> list[Notice]:
    found = []
    if status.calendar_error and "disconnected" in status.calendar_error:
        found.append(
            Notice(
                topic=Topic.CALENDAR_DISCONNECTED,
                severity=Severity.URGENT,
                count=status.calendar_behind,
                detail=status.calendar_error,
            )
        )
    elif status.calendar_error:
        found.append(
            Notice(
                topic=Topic.CALENDAR_BEHIND,
                severity=Severity.ATTENTION,
                count=status.calendar_behind,
                detail=status.calendar_error,
            )
        )
    if failing := status.sending_failed + status.sending_waits:
        found.append(
            Notice(topic=Topic.SENDING_FAILS, severity=Severity.URGENT, count=failing, detail=status.sending_error)
        )
    if status.batch_error and "HILO_LLM_DAILY_TOKENS" in status.batch_error:
        found.append(Notice(topic=Topic.MODEL_OVER_BUDGET, severity=Severity.URGENT, count=status.unprocessed))
    if status.oldest_reply_due and (late := (status.now - status.oldest_reply_due).total_seconds()) > _REPLY_OVERDUE:
        found.append(
            Notice(
                topic=Topic.REPLIES_LATE, severity=Severity.URGENT, count=status.replies_due, minutes=int(late // 60)
            )
        )
    if status.oldest_unprocessed and (age := (status.now - status.oldest_unprocessed).total_seconds()) > _BATCH_OVERDUE:
        found.append(
            Notice(
                topic=Topic.BATCH_LATE, severity=Severity.ATTENTION, count=status.unprocessed, minutes=int(age // 60)
            )
        )
    if status.parked:
        found.append(Notice(topic=Topic.PARKED, severity=Severity.ATTENTION, count=status.parked))
    if status.drifted:
        found.append(Notice(topic=Topic.DRIFTED, severity=Severity.ATTENTION, count=status.drifted))
    if status.untold:
        found.append(
            Notice(topic=Topic.UNTOLD, severity=Severity.ATTENTION, count=status.untold, detail=status.untold_error)
        )
    return found
