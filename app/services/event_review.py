"""A person decides about an event: approve, correct, reject, cancel."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from typing import Any, ClassVar
from uuid import UUID

import structlog
from pydantic import AwareDatetime

from app.errors import Conflict, InvalidRequest
from app.models import Busy, Event, Tenant, Value
from app.services.metrics import DECISIONS
from app.store.events import Decided, Decision
from app.store.store import Store

__all__ = ["Corrections", "Decision", "EventReview", "NotPossible", "Overtaken", "TimeTaken", "local_time"]

log = structlog.get_logger(__name__)


class DecisionConflict(Conflict):
    """Base of the three below. `extra` is what a program needs to go on, ready for JSON."""

    code: ClassVar[str] = "conflict"

    def __init__(self, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.extra: Mapping[str, Any] = extra


class TimeTaken(DecisionConflict):
    """Another confirmed event lies there; `force` accepts the overlap."""

    code = "time-taken"


class Overtaken(DecisionConflict):
    """Somebody changed the event since it was looked at."""

    code = "overtaken"


class NotPossible(DecisionConflict):
    """The event's status does not allow it."""

    code = "not-possible"


class Corrections(Value):
    """What is to change; what is not named (`named`) stays. A naive time is the tenant's wall clock."""

    named: frozenset[str] = frozenset()
    title: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    all_day: bool | None = None
    location: str | None = None


class EventReview:
    """`event_minutes`: length of events where neither they nor their tenant say it; `wake_publisher` is told when a
    calendar has something to catch up with."""

    def __init__(
        self, store: Store, *, event_minutes: int = 60, wake_publisher: Callable[[], None] = lambda: None
    ) -> None:
        self._store = store
        self._event_minutes = event_minutes
        self._wake_publisher = wake_publisher

    async def decide(
        self,
        tenant: Tenant,
        event: UUID,
        decision: Decision,
        corrections: Corrections,
        *,
        by: str,
        expected_revision: int | None = None,
        force: bool = False,
    ) -> Event:
        """The event as it is afterwards. Raises `NotFound`, `TimeTaken`, `Overtaken`, `NotPossible`, and
        `InvalidRequest` for corrections that make no sense."""
        if corrections.named and decision not in (Decision.APPROVE, Decision.CORRECT):
            raise InvalidRequest(f"{decision.value} takes no corrections: use approve or correct")
        if not corrections.named and decision is Decision.CORRECT:
            raise InvalidRequest("Say what to correct: title, start, end, all_day or location")
        patch: dict[str, Any] = {}
        if corrections.named:
            current = await self._store.get_event(tenant.id, event)
            patch = _patch(current, tenant, corrections)
        decided = await self._store.decide_event(
            tenant.id,
            event,
            decision,
            patch=patch,
            by=by,
            expected_revision=expected_revision,
            force=force,
            event_minutes=tenant.settings.event_minutes or self._event_minutes,
        )
        DECISIONS.labels(decision.value, decided.outcome).inc()
        log.info("event decided", event_id=event, action=decision.value, outcome=decided.outcome, by=by)
        if decided.outcome != "done":
            raise _conflict(decided, decision, tenant)
        self._wake_publisher()
        return decided.event


def local_time(moment: datetime, tenant: Tenant) -> AwareDatetime:
    """`moment` as it is when it has an offset, else on the tenant's wall clock; raises `InvalidRequest` for a time that
    the clocks skip. Where they show a time twice the first is meant."""
    if moment.tzinfo is not None:
        return moment.astimezone(tenant.zone)
    local = moment.replace(tzinfo=tenant.zone)
    if local.astimezone(UTC).astimezone(tenant.zone).replace(tzinfo=None) != moment:
        raise InvalidRequest(
            f"{moment.isoformat()} does not exist in {tenant.timezone}: the clocks are put forward then"
        )
    return local


def _patch(current: Event, tenant: Tenant, wanted: Corrections) -> dict[str, Any]:
    """The corrections as `hilo_update_event` takes them: aware times, whole days from midnight to midnight."""
    patch: dict[str, Any] = {}
    if "title" in wanted.named:
        if not wanted.title:
            raise InvalidRequest("An event needs a title")
        patch["title"] = wanted.title
    if "location" in wanted.named:
        patch["location"] = wanted.location or None
    if "start" in wanted.named and not wanted.start:
        raise InvalidRequest("An event needs a start")
    all_day = current.all_day if wanted.all_day is None else wanted.all_day
    start = local_time(wanted.start, tenant) if wanted.start else None
    end = local_time(wanted.end, tenant) if wanted.end else None
    if all_day != current.all_day:
        patch["all_day"] = all_day
        if not all_day and start is None:
            raise InvalidRequest("An event that is no longer all day needs a start")
        # Its old end belongs to the other kind.
        patch["end"] = None
    if all_day and (start is not None or "all_day" in patch):
        start = _midnight(start or current.start, tenant)
    if start is not None:
        patch["start"] = start
    if "end" in wanted.named:
        patch["end"] = _midnight(end, tenant) if end and all_day else end
    begins, ends = patch.get("start", current.start), patch.get("end")
    if ends is not None and ends <= begins:
        raise InvalidRequest(
            "The end must come after the start" + (" (of a whole day it is the day after the last)" if all_day else "")
        )
    return patch


def _midnight(moment: datetime, tenant: Tenant) -> datetime:
    return datetime.combine(moment.astimezone(tenant.zone).date(), time(), tzinfo=tenant.zone)


def _conflict(decided: Decided, decision: Decision, tenant: Tenant) -> DecisionConflict:
    event = decided.event
    if decided.outcome == "conflict":
        taken = [_taken(busy, tenant) for busy in decided.conflicts]
        return TimeTaken("That time is taken; force: true accepts the overlap", conflicts=taken)
    if decided.outcome == "stale":
        return Overtaken(
            f"The event was changed meanwhile (revision {event.revision}): look at it again", revision=event.revision
        )
    hint = "; cancel it instead" if decision is Decision.REJECT else "; approve it to bring it back"
    return NotPossible(
        f"A {event.status.value} event cannot be {_DONE[decision]}{hint}", present_status=event.status.value
    )


_DONE = {
    Decision.APPROVE: "approved",
    Decision.CORRECT: "corrected",
    Decision.REJECT: "rejected",
    Decision.CANCEL: "cancelled",
}


def _taken(busy: Busy, tenant: Tenant) -> dict[str, Any]:
    return {
        "event_id": str(busy.event_id) if busy.event_id else None,
        "title": busy.title,
        "start": busy.start.astimezone(tenant.zone).isoformat(),
        "end": busy.end.astimezone(tenant.zone).isoformat(),
    }
