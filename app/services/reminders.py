"""Reminders of appointments, and confirmations of those that the batch has found, by the channel that the customer
used: written into the conversation, sent like an answer.

What is due, and that each is written once, is decided in the database (sql/functions/065_reminders.sql): any number of
processes may look, and a restart forgets nothing.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

import structlog

from app.agent.wording import Lang, say_precisely
from app.channels.registry import Channels
from app.models import Tenant
from app.services.metrics import REMINDERS
from app.store.reminders import DueReminder
from app.store.store import Store
from app.working_hours import working_hours

log = structlog.get_logger(__name__)

_TEXTS: Final[dict[Lang, str]] = {
    "es": "Hola{name}, te recordamos tu cita: {title}, {when}{place}. ¿La confirmas? También puedes moverla o "
    "cancelarla por aquí. (BAJA: no recibir más recordatorios)",
    "en": "Hi{name}, a reminder of your appointment: {title}, {when}{place}. Do you confirm? You can also move or "
    "cancel it here. (STOP: no more reminders)",
}
_FOUND: Final[dict[Lang, str]] = {
    "es": "Hola{name}, apuntamos tu cita: {title}, {when}{place}. Si algo no está bien, dínoslo por aquí.",
    "en": "Hi{name}, we noted your appointment: {title}, {when}{place}. If something is not right, tell us here.",
}


class Reminders:
    """`written` is called when there is something to send. `hours`: when the businesses are open that do not say it
    themselves (`app.working_hours`); confirmations go out then, or at any hour when nobody says it."""

    def __init__(
        self,
        store: Store,
        channels: Channels,
        *,
        written: Callable[[], None] = lambda: None,
        hours: str | None = None,
    ) -> None:
        self._store = store
        self._hours = hours
        self._providers = [channel.provider for channel in channels if channel.capabilities.can_send]
        self._written = written

    async def run(self) -> int:
        """Write all that are due; returns how many."""
        count = 0
        for look in (self._store.due_reminders, self._store.due_confirmations):
            while self._providers:
                fresh = 0
                for due in await look(self._providers):
                    if due.kind == "confirmation" and not self._is_open(due.tenant):
                        continue
                    outcome = await self._store.write_reminder(due, uuid4(), reminder_text(due))
                    REMINDERS.labels(outcome).inc()
                    fresh += outcome == "written"
                count += fresh
                if not fresh:
                    break
        if count:
            log.info("reminders written", reminders=count)
            self._written()
        return count

    def _is_open(self, tenant: Tenant) -> bool:
        hours = tenant.settings.working_hours or self._hours
        now = datetime.now(UTC)
        return not hours or working_hours(hours).holds(now, now + timedelta(minutes=1), tenant.zone)


def reminder_text(due: DueReminder) -> str:
    """In the tenant's language, with the moment in full: the agent and the batch read it too."""
    event, lang = due.event, _lang(due.tenant.locale)
    first = (due.conversation.contact_name or "").split()
    start = event.start.astimezone(due.tenant.zone)
    return (_FOUND if due.kind == "confirmation" else _TEXTS)[lang].format(
        name=f" {first[0][:40]}" if first and first[0].isalpha() else "",
        title=event.title,
        when=say_precisely(start, lang, all_day=event.all_day),
        place=f", {event.location}" if event.location else "",
    )


def _lang(locale: str) -> Lang:
    return "en" if locale == "en" else "es"
