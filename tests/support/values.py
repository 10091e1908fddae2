"""Values for tests, with the fields that a test does not care about filled in."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from app.models import Event, EventSource, EventStatus, Tenant

_STAMP = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def make_tenant(**changes: Any) -> Tenant:
    values: dict[str, Any] = {
        "id": UUID(int=7),
        "slug": "peluqueria",
        "name": "Peluquería Sol",
        "timezone": "Europe/Madrid",
        "locale": "es",
    }
    return Tenant(**(values | changes))


def make_event(start: datetime, **changes: Any) -> Event:
    values: dict[str, Any] = {
        "id": uuid4(),
        "tenant_id": UUID(int=7),
        "conversation": UUID(int=9),
        "conversation_id": "whatsapp:+34600111222",
        "contact_name": "Lucía",
        "title": "Corte de pelo",
        "start": start,
        "time_zone": "Europe/Madrid",
        "status": EventStatus.CONFIRMED,
        "source": EventSource.BATCH,
        "revision": 1,
        "created_at": _STAMP,
        "updated_at": _STAMP,
    }
    return Event(**(values | changes))
