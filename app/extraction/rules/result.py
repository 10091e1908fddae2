"""From a plan to an event: title, moments in the tenant's zone, status with its reason, evidence."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from app.extraction.base import Reason, TranscriptMessage
from app.extraction.rules import subjects
from app.extraction.rules.lang import LEXICONS
from app.extraction.rules.plan import Candidate, Plan, Slot, State, When
from app.extraction.rules.words import fold
from app.models import EventDraft, EventStatus, Evidence
from app.temporal import localize

_FALLBACK = {"es": "Cita", "en": "Appointment"}


def draft_of(plan: Plan, messages: Sequence[TranscriptMessage], time_zone: str, locale: str) -> EventDraft | None:
    """The event that a plan stands for; None when there is nothing to keep."""
    when = plan.agreed if plan.agreed else plan.draft
    if plan.state is State.DROPPED or plan.state is State.OPEN and (plan.refused or plan.options and not when.time):
        return None
    if when.time is None and when.date is None:
        return None
    zone = ZoneInfo(time_zone)
    source = when.date or when.time
    assert source is not None
    said = messages[source.message].at.astimezone(zone)
    day = when.date.value if when.date else _next_day(when, said)
    all_day = when.time is None
    start = localize(dt.datetime.combine(day, when.time.value if when.time else dt.time(0)), zone)
    title, from_title = title_of(plan, locale)
    settled_at = messages[plan.settled.message].at if plan.settled else None
    status, reason = _status(plan, when, start, settled_at, all_day)
    if status is EventStatus.PROPOSED and all_day and plan.state is State.OPEN and not plan.requested:
        return None
    evidence = _evidence(plan, when, messages, from_title)
    return EventDraft(title=title, start=start, end=_end(when, day, start, zone), all_day=all_day, time_zone=time_zone,
                      location=plan.place.value if plan.place else None, status=status,
                      reason=reason.value if reason else None, confidence=_confidence(plan, when, status),
                      evidence=evidence, settled_at=settled_at)


def _next_day(when: When, said: dt.datetime) -> dt.date:
    """The day of an hour said without one: today, or tomorrow when that hour was over."""
    assert when.time is not None
    return said.date() + dt.timedelta(days=when.time.value < said.time().replace(second=0, microsecond=0))


def _end(when: When, day: dt.date, start: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    if when.time is None:
        return None
    if when.end:
        after = dt.timedelta(days=when.end.value <= when.time.value)
        return localize(dt.datetime.combine(day + after, when.end.value), zone)
    if when.length:
        return (start.astimezone(dt.UTC) + when.length.value).astimezone(zone)
    return None


def _status(plan: Plan, when: When, start: dt.datetime, settled_at: dt.datetime | None, all_day: bool) -> tuple[EventStatus, Reason | None]:
    if plan.state is State.CANCELLED:
        return EventStatus.CANCELLED, None
    if plan.state is State.OPEN or settled_at is None:
        return EventStatus.PROPOSED, Reason.NOT_SETTLED
    if plan.wavering:
        return EventStatus.PROPOSED, Reason.NOT_SETTLED
    if when.conflict:
        return EventStatus.PROPOSED, Reason.WEEKDAY_MISMATCH
    over = start + dt.timedelta(days=1) if all_day else start
    if over < settled_at:
        return EventStatus.PROPOSED, Reason.IN_THE_PAST
    return EventStatus.CONFIRMED, None


def _confidence(plan: Plan, when: When, status: EventStatus) -> float:
    sure = when.certain * (0.95 if when.time and when.time.sure else 0.85) * (1.0 if when.date else 0.8)
    return round(sure if status is EventStatus.CONFIRMED else sure * 0.5, 2)


def _evidence(plan: Plan, when: When, messages: Sequence[TranscriptMessage], title: Candidate | None) -> tuple[Evidence, ...]:
    found: list[Evidence] = []

    def add(name: str, slot: Slot | None) -> None:  # type: ignore[type-arg]
        if slot is not None:
            found.append(Evidence(message_id=messages[slot.message].id, slot=name, quote=slot.quote or None))

    add("date", when.date or when.time)
    add("time", when.time)
    add("end", when.end or when.length)
    if title is not None:
        found.append(Evidence(message_id=messages[title.message].id, slot="title", quote=title.quote))
    add("location", plan.place)
    add("settled", plan.settled)
    if plan.state is State.CANCELLED:
        add("cancelled", plan.cancelled)
    return tuple(found)


def title_of(plan: Plan, locale: str) -> tuple[str, Candidate | None]:
    """The best title that was said, and where."""
    lexicon = LEXICONS.get(locale[:2], LEXICONS["es"])
    pool = [c for c in plan.titles if c.text]
    if not pool:
        return _FALLBACK.get(locale[:2], "Appointment"), None
    best = max(pool, key=lambda c: (c.weight, -c.message))
    text = best.text
    if plan.label and plan.label.text not in text and not _services(plan.label.text):
        others = [c for c in pool if c is not plan.label]
        base = max(others, key=lambda c: (c.weight if _services(c.text) else c.weight - 4, -c.message)) if others else None
        text, best = (f"{base.text} {plan.label.text}" if base else plan.label.text), plan.label
    elif plan.label and _services(plan.label.text):
        text, best = plan.label.text, plan.label
    elif best.weight < subjects.ANSWERED and set(fold(text).split()) <= lexicon.generic_words | lexicon.joins_words:
        more = [c for c in pool if c.weight >= 1.5 and not set(fold(c.text).split()) <= lexicon.generic_words | lexicon.joins_words]
        if more:
            extra = max(more, key=lambda c: c.weight)
            text = f"{text} {extra.text}"
    text = " ".join(text.split())
    return text[:1].upper() + text[1:], best


def _services(text: str) -> bool:
    names = set(fold(text).split())
    return any(names & (lexicon.services_words - lexicon.generic_words) for lexicon in LEXICONS.values())
