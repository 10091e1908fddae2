"""A sample conversation for an empty inbox: played in line by line, read by the batch, and taken away again.

Its contact's id begins with `sample:`. The store keeps what comes of it out of every calendar, and lets it take
nobody's hour (`hilo_busy`, `hilo_feed`, `hilo_claim_publish`).
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from app.errors import HiloError
from app.models import Direction, Tenant
from app.services.runs import Runs
from app.store.imports import ImportLine
from app.store.store import Store

log = structlog.get_logger(__name__)

PREFIX: Final = "sample:"
_PROVIDER: Final = "sample"
_GAP: Final = timedelta(seconds=45)  # between the lines, as their times tell it
_DAYS = {
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_NAMES = {"es": "Lucía (ejemplo)", "en": "Lucy (sample)"}
_IN, _OUT = Direction.INBOUND, Direction.OUTBOUND
_LINES: Final = {
    "es": (
        (_IN, "Hola, buenas. ¿Tienen hueco el {first} por la tarde para corte y color?"),
        (_OUT, "¡Hola, Lucía! El {first} tengo libre a las 16:00 o a las 18:30."),
        (_IN, "A las 18:30 me viene perfecto"),
        (_OUT, "Hecho: corte y color el {first} a las 18:30. ¡Te esperamos!"),
        (_IN, "Gracias 😊 Quiero otra cita igual para mi hija: ¿tienen hueco el {second} a las 11 de la mañana?"),
        (_OUT, "Déjame mirar la agenda y te digo."),
    ),
    "en": (
        (_IN, "Hi there! Do you have anything on {first} afternoon for a cut and colour?"),
        (_OUT, "Hi Lucy! On {first} I have 4 pm or 6:30 pm free."),
        (_IN, "6:30 pm is perfect"),
        (_OUT, "Done: cut and colour on {first} at 6:30 pm. See you then!"),
        (_IN, "Thanks 😊 I'd like another appointment for my daughter, on {second} at 11 am. Is that free?"),
        (_OUT, "Let me check the book and I'll tell you."),
    ),
}


class Sample:
    """`pause` (seconds) lies between two lines, so that one sees them come in."""

    def __init__(
        self,
        store: Store,
        runs: Runs,
        *,
        pause: float = 0.4,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._runs = runs
        self._pause = pause
        self._now = now
        self._tasks: set[asyncio.Task[None]] = set()

    async def play(self, tenant: Tenant, *, language: str) -> UUID:
        """Put the first line in and let the others follow; the conversation's id. Played again it changes nothing."""
        lines = _script(tenant, language, self._now())
        conversation = await self._put(tenant, language, lines[0])
        task = asyncio.create_task(self._follow(tenant, language, lines[1:], conversation), name="sample")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return conversation

    async def remove(self, tenant: Tenant) -> bool:
        """Take it away with all that came of it; False when there was none."""
        return await self._store.remove_sample(tenant.id) > 0

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, tenant: Tenant, language: str, lines: list[ImportLine], conversation: UUID) -> None:
        try:
            for line in lines:
                await asyncio.sleep(self._pause)
                # Taken away meanwhile: it must not come back in halves.
                await self._store.get_conversation(tenant.id, str(conversation))
                await self._put(tenant, language, line)
            row = await self._store.get_conversation(tenant.id, str(conversation))
            await self._runs.start(tenant, conversation=row)
        except HiloError as error:
            log.info("the sample was not played to its end", error=error.detail)

    async def _put(self, tenant: Tenant, language: str, line: ImportLine) -> UUID:
        imported = await self._store.import_messages(
            tenant.id,
            f"{PREFIX}{language}",
            [line],
            provider=_PROVIDER,
            channel_address=_PROVIDER,
            contact_name=_NAMES[language],
        )
        assert imported.conversation is not None  # only a dry run has none
        return imported.conversation


def _script(tenant: Tenant, language: str, now: datetime) -> list[ImportLine]:
    """The lines, the last of them a moment ago; the days that they name are two and three days ahead."""
    said = _LINES[language]
    began = now - _GAP * len(said)
    today = began.astimezone(tenant.zone)
    names = {
        "first": _DAYS[language][(today.weekday() + 2) % 7],
        "second": _DAYS[language][(today.weekday() + 4) % 7],
    }
    return [
        ImportLine(
            sid=f"{PREFIX}{language}:{number}",
            body=text.format(**names),
            direction=direction,
            at=began + _GAP * (number + 1),
        )
        for number, (direction, text) in enumerate(said)
    ]
