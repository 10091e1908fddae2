"""An event as calendars show it: the same title, times and description wherever it is written."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.models import Event, EventStatus, Tenant, Value

_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "es": {"contact": "Contacto", "evidence": "Lo que se escribió", "source": "Agendado por Hilo desde WhatsApp"},
    "en": {"contact": "Contact", "evidence": "What was written", "source": "Scheduled by Hilo from WhatsApp"},
}


class Entry(Value):
    """`start` and `end` are both dates (an all-day entry, `end` exclusive) or both times in the tenant's zone. The
    dates are those of the event's own zone: a tenant that moves to another keeps the days that were agreed.

    `busy`: whether it takes up the time. A whole day does not: it does not stop other appointments either
    (`hilo_busy`).
    """

    title: str
    start: datetime | date
    end: datetime | date
    all_day: bool
    description: str
    location: str | None
    busy: bool
    cancelled: bool


def entry_of(event: Event, tenant: Tenant, *, event_minutes: int) -> Entry:
    """The entry of `event`; without an end it lasts the tenant's usual length, else `event_minutes`."""
    zone = ZoneInfo(event.time_zone) if event.all_day else tenant.zone
    start = event.start.astimezone(zone)
    cancelled = event.status is EventStatus.CANCELLED
    if event.all_day:
        first, last = start.date(), _exclusive(event.end.astimezone(zone)) if event.end else None
        span: tuple[date, date] = (first, max(last or first, first + timedelta(days=1)))
    else:
        length = timedelta(minutes=tenant.settings.event_minutes or event_minutes)
        # Counted in real time, also where the clocks change in between.
        span = (start, (event.end or event.start + length).astimezone(zone))
    return Entry(
        title=event.title,
        start=span[0],
        end=span[1],
        all_day=event.all_day,
        description=_description(event, tenant),
        location=event.location or None,
        busy=not (event.all_day or cancelled),
        cancelled=cancelled,
    )


def _exclusive(end: datetime) -> date:
    """The first day that an all-day event does not cover: an end at midnight covers nothing of its day."""
    midnight = (end.hour, end.minute, end.second, end.microsecond) == (0, 0, 0, 0)
    return end.date() if midnight else end.date() + timedelta(days=1)


def _description(event: Event, tenant: Tenant) -> str:
    labels = _LABELS.get(tenant.locale[:2], _LABELS["es"])
    contact = " · ".join(part for part in (event.contact_name, event.conversation_id) if part)
    quotes = dict.fromkeys(" ".join(proof.quote.split()) for proof in event.evidence if proof.quote)
    parts = [
        f"{labels['contact']}: {contact}" if contact else "",
        f"{labels['evidence']}:\n" + "\n".join(f"– “{quote}”" for quote in quotes) if quotes else "",
        labels["source"],
    ]
    return "\n\n".join(part for part in parts if part)
