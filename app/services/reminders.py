"""Reminders of appointments, by the channel that the customer used: written into the conversation, sent like an answer.

What is due, and that each is written once, is decided in the database (sql/functions/065_reminders.sql): any number of
processes may look, and a restart forgets nothing.
"""

from collections.abc import Callable
from typing import Final
from uuid import uuid4

import structlog

from app.agent.wording import Lang, say_precisely
from app.channels.registry import Channels
from app.services.metrics import REMINDERS
from app.store.reminders import DueReminder
from app.store.store import Store

log = structlog.get_logger(__name__)

_TEXTS: Final[dict[Lang, str]] = {
    "es": "Hola{name}, te recordamos tu cita: {title}, {when}{place}. ¿La confirmas? También puedes moverla o "
    "cancelarla por aquí. (BAJA: no recibir más recordatorios)",
    "en": "Hi{name}, a reminder of your appointment: {title}, {when}{place}. Do you confirm? You can also move or "
    "cancel it here. (STOP: no more reminders)",
}


class Reminders:
    """`written` is called when there is something to send."""

    def __init__(self, store: Store, channels: Channels, *, written: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._providers = [channel.provider for channel in channels if channel.capabilities.can_send]
        self._written = written

    async def run(self) -> int:
        """Write all reminders that are due; returns how many."""
        count = 0
        while self._providers:
            fresh = 0
            for due in await self._store.due_reminders(self._providers):
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


def reminder_text(due: DueReminder) -> str:
    """In the tenant's language, with the moment in full: the agent and the batch read it too."""
    event, lang = due.event, _lang(due.tenant.locale)
    first = (due.conversation.contact_name or "").split()
    start = event.start.astimezone(due.tenant.zone)
    return _TEXTS[lang].format(
        name=f" {first[0][:40]}" if first and first[0].isalpha() else "",
        title=event.title,
        when=say_precisely(start, lang, all_day=event.all_day),
        place=f", {event.location}" if event.location else "",
    )


def _lang(locale: str) -> Lang:
    return "en" if locale == "en" else "es"
