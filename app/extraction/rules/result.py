"""From a plan to an event: title, moments in the tenant's zone, status with its reason, evidence."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from app.extraction.base import Reason, TranscriptMessage
from app.extraction.rules.pictures import moment_is_pictured
from app.extraction.rules.plan import Candidate, Plan, State
from app.extraction.rules.titling import title_of
from app.extraction.rules.when import Slot, When
from app.models import EventDraft, EventStatus, Evidence
from app.temporal import localize


def draft_of(plan: Plan, messages: Sequence[TranscriptMessage], time_zone: str, locale: str) -> EventDraft | None:
    """The event that a plan stands for; None when there is nothing to keep."""
    when = plan.agreed or plan.draft
    if (
        plan.state is State.DROPPED
        and not (plan.cancelled and when.complete)
        or plan.state is State.OPEN
        and (plan.refused or plan.options and not when.time)
    ):
        return None
    if when.date is None and (when.time is None or plan.undated):
        return None
    zone = ZoneInfo(time_zone)
    source = when.date or when.time
    assert source is not None
    said = messages[source.message].at.astimezone(zone)
    day = when.date.value if when.date else _next_day(when, said)
    all_day = when.time is None
    start = localize(dt.datetime.combine(day, when.time.value if when.time else dt.time(0)), zone)
    title, from_title = title_of(plan, locale)
    decided = plan.cancelled if plan.state in (State.CANCELLED, State.DROPPED) else plan.settled
    settled_at = messages[decided.message].at if decided else None
    status, reason = _status(plan, when, start, settled_at, all_day)
    if status is EventStatus.CONFIRMED and moment_is_pictured(when, messages):
        status, reason = EventStatus.PROPOSED, Reason.PICTURED
    if status is EventStatus.PROPOSED and all_day and plan.state is State.OPEN and not plan.requested:
        return None
    evidence = _evidence(plan, when, messages, from_title)
    return EventDraft(
        title=title,
        start=start,
        end=_end(when, day, start, zone),
        all_day=all_day,
        time_zone=time_zone,
        location=plan.place.value if plan.place else None,
        status=status,
        reason=reason.value if reason else None,
        confidence=_confidence(plan, when, status),
        evidence=evidence,
        settled_at=settled_at,
    )


def wish_of(plan: Plan, messages: Sequence[TranscriptMessage], time_zone: str, locale: str) -> EventDraft | None:
    """The change of a settled event that somebody asked for and nobody answered: for a person to see."""
    if (
        plan.state is not State.SETTLED
        or not (plan.agreed and plan.settled and plan.draft.complete)
        or plan.agreed.fits(plan.draft)
        or plan.changed <= plan.settled.message
        or plan.refused
        or plan.options
    ):
        return None
    wished = replace(plan, state=State.OPEN, agreed=None, settled=None, requested=True)
    draft = draft_of(wished, messages, time_zone, locale)
    return draft and draft.model_copy(update={"reason": Reason.CHANGE_UNSURE.value})


def merged(plans: Sequence[Plan]) -> list[Plan]:
    """Without what was settled twice: a booking, and its entry in a calendar with a fuller title or the hour."""
    kept: list[Plan] = []
    for plan in plans:
        twin = next((k for k in kept if _is_twin(k, plan)), None)
        if twin is None:
            kept.append(plan)
            continue
        plan.place = plan.place or twin.place
        plan.founded = twin.founded or plan.founded
        kept[kept.index(twin)] = plan
    return kept


def _is_twin(first: Plan, second: Plan) -> bool:
    if first.state is not State.SETTLED or second.state is not State.SETTLED or not (first.agreed and second.agreed):
        return False
    a, b = first.agreed, second.agreed
    if first.label and second.label and first.label.text != second.label.text or not (a.date and b.date):
        return False
    return a.date.value == b.date.value and (a.time is None or b.time is not None and a.time.value == b.time.value)


def _next_day(when: When, said: dt.datetime) -> dt.date:
    """The day of an hour said without one: today, or tomorrow when that hour was over."""
    assert when.time is not None
    return said.date() + dt.timedelta(days=when.time.value < said.time().replace(second=0, microsecond=0))


def _end(when: When, day: dt.date, start: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    if when.time is None:
        midnight = dt.datetime.combine(when.until.value + dt.timedelta(days=1), dt.time(0)) if when.until else None
        return localize(midnight, zone) if midnight else None
    if when.end:
        after = dt.timedelta(days=when.end.value <= when.time.value)
        return localize(dt.datetime.combine(day + after, when.end.value), zone)
    if when.length:
        return (start.astimezone(dt.UTC) + when.length.value).astimezone(zone)
    return None


def _status(
    plan: Plan, when: When, start: dt.datetime, settled_at: dt.datetime | None, all_day: bool
) -> tuple[EventStatus, Reason | None]:
    if plan.state in (State.CANCELLED, State.DROPPED):
        return EventStatus.CANCELLED, None
    if plan.state is State.OPEN or settled_at is None:
        return EventStatus.PROPOSED, Reason.NOT_SETTLED
    if plan.wavering:
        return EventStatus.PROPOSED, Reason.NOT_SETTLED
    if when.recurring:
        return EventStatus.PROPOSED, Reason.RECURRING
    if when.conflict:
        return EventStatus.PROPOSED, Reason.WEEKDAY_MISMATCH
    over = start + dt.timedelta(days=1) if all_day else start
    if over < settled_at:
        return EventStatus.PROPOSED, Reason.IN_THE_PAST
    return EventStatus.CONFIRMED, None


def _confidence(plan: Plan, when: When, status: EventStatus) -> float:
    sure = when.certain * (0.95 if when.time and when.time.sure else 0.85) * (1.0 if when.date else 0.8)
    return round(sure if status is EventStatus.CONFIRMED else sure * 0.5, 2)


def _evidence(
    plan: Plan, when: When, messages: Sequence[TranscriptMessage], title: Candidate | None
) -> tuple[Evidence, ...]:
    found: list[Evidence] = []

    def add(name: str, slot: Slot | None) -> None:  # type: ignore[type-arg]
        if slot is not None:
            found.append(Evidence(message_id=messages[slot.message].id, slot=name, quote=slot.quote or None))

    add("began", plan.founded)
    add("date", when.date or when.time)
    add("time", when.time)
    add("end", when.end or when.length or when.until)
    if title is not None:
        found.append(Evidence(message_id=messages[title.message].id, slot="title", quote=title.quote))
    add("location", plan.place)
    add("settled", plan.settled)
    if plan.state in (State.CANCELLED, State.DROPPED):
        add("cancelled", plan.cancelled)
    return tuple(found)
