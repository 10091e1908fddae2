"""A publisher killed at every step: each call of the database and each request to Google, before it and after."""

import contextlib
from datetime import timedelta

import psycopg
import pytest

from app.calendars.google_entry import differences, wanted
from app.errors import HiloError, StoreUnavailable
from app.models import EventStatus
from app.services.calendar.publisher import Publisher
from app.store.events import Decision
from app.store.store import Store
from tests.services.test_calendar_sync import START, google, world
from tests.support.google_server import Fault

__all__ = ["google", "world"]  # fixtures


class Death:
    """Comes at step `at`, once the step is done (`after`) or before; nothing gets through after that."""

    name = "mortal"

    def __init__(self, world, at: int, *, after: bool) -> None:
        self._database, self._google = world.store.database, world.google
        self._at, self._after, self.steps = at, after, 0

    def _step(self) -> str:
        self.steps += 1
        if self.steps <= self._at:
            return "alive"
        return "last" if self.steps == self._at + 1 and self._after else "dead"

    async def call(self, function, params):
        state = self._step()
        if state == "dead":
            raise StoreUnavailable("dead")
        answer = await self._database.call(function, params)
        if state == "last":
            raise StoreUnavailable("dead")
        return answer

    async def close(self) -> None:
        pass

    def take_fault(self, method, path):
        state = "alive" if path == "/token" else self._step()
        return None if state == "alive" else Fault(kind="drop-after" if state == "last" else "drop-before")


async def dies(world, at: int, *, after: bool) -> bool:
    """Whether a publisher that dies at this step has died at all."""
    death = Death(world, at, after=after)
    world.google.take_fault = death.take_fault
    try:
        publisher = Publisher(Store(death), world.calendar, conflict_policy="allow")
        with contextlib.suppress(HiloError):
            while (piece := (await publisher.claim())[0]) is not None:
                await publisher.work(piece)
    finally:
        del world.google.take_fault
    return death.steps > at


async def nothing(world):
    """It is new."""


async def move(world):
    await world.publish()
    await world.decide(Decision.CORRECT, start=(START + timedelta(hours=5)).isoformat())


async def move_what_a_person_renamed(world):
    await world.publish()
    world.google.person_edits(mine(world)[0]["id"], summary="De una persona")
    await world.decide(Decision.CORRECT, start=(START + timedelta(hours=5)).isoformat())


async def cancel(world):
    await world.publish()
    await world.decide(Decision.CANCEL)


async def revive(world):
    await cancel(world)
    await world.publish()
    await world.decide(Decision.APPROVE)


async def revive_what_a_person_changed(world):
    """Before the cancellation was written."""
    await cancel(world)
    world.google.person_edits(mine(world)[0]["id"], location="Calle 28", description="Nota")
    await world.decide(Decision.APPROVE)


async def move_what_a_person_deleted(world):
    await move(world)
    world.google.person_deletes(mine(world)[0]["id"])


def mine(world):
    return [e for e in world.google.entries() if e["id"].startswith(f"hilo{world.id.hex}")]


@pytest.mark.parametrize(
    "before",
    [
        nothing,
        move,
        move_what_a_person_renamed,
        cancel,
        revive,
        revive_what_a_person_changed,
        move_what_a_person_deleted,
    ],
)
async def test_whatever_step_it_dies_at_the_next_one_ends_what_it_began(world, before):
    deaths = 0
    async with await psycopg.AsyncConnection.connect(world.dsn, autocommit=True) as connection:
        for at in range(40):
            died = False
            for after in (False, True):
                await world.arrange()
                await before(world)
                died |= await dies(world, at, after=after)
                await connection.execute(
                    "update extracted_events set calendar_lease_until = null, calendar_next_at = null"
                )
                await world.publish()
                await world.reading.sync(world.tenant)
                await world.publish()
                await agreed(world, before, f"{before.__name__}, step {at}{' after' if after else ''}")
            if not died:
                break
            deaths += died
    assert 3 <= deaths < 39


async def agreed(world, before, case):
    event, entries = await world.event(), mine(world)
    if before is move_what_a_person_deleted:  # what the chat agreed does not vanish with the entry
        assert (event.status, event.reason, entries) == (EventStatus.PROPOSED, "calendar_removed", []), case
        assert event.start == START + timedelta(hours=5), case
        return
    gone = before is cancel
    assert event.published_revision == event.revision, case
    assert event.status is (EventStatus.CANCELLED if gone else EventStatus.CONFIRMED), case
    assert len(entries) == (0 if gone else 1), case
    if entries:
        shown = world.google.calendar.shown(entries[0]["id"])
        wish = wanted(event, world.tenant, event_minutes=60, link=None)
        assert differences(shown, wish, world.tenant.zone) == {}, case
        assert entries[0]["id"].endswith("2" if before in (revive, revive_what_a_person_changed) else "1"), case
    if before is move_what_a_person_renamed:
        assert (event.title, entries[0]["summary"]) == ("De una persona", "De una persona"), case
    if before is revive_what_a_person_changed:
        assert (event.location, entries[0]["location"], entries[0]["description"]) == ("Calle 28",) * 2 + ("Nota",), (
            case
        )
    if before in (move, move_what_a_person_renamed):
        assert event.start == START + timedelta(hours=5), case
