"""Changes to events, as the batch concludes them."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from app.models import ChangeAction, EventChange, EventDraft, Evidence


def create(message: UUID, start: datetime, *, event: UUID | None = None, **draft: Any) -> EventChange:
    """A new event that `message` proves."""
    values: dict[str, Any] = {
        "title": "Corte",
        "time_zone": "Europe/Madrid",
        "evidence": (Evidence(message_id=message, slot="date", quote="el viernes a las 10"),),
    }
    return EventChange(
        action=ChangeAction.CREATE, event_id=event or uuid4(), draft=EventDraft(start=start, **(values | draft))
    )
