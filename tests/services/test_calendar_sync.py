"""What people do in Google Calendar comes back into the events, and what takes up time there stops a write."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from app.calendars.google import GoogleCalendar
from app.calendars.google_access import service_account
from app.models import EventStatus, InboundMessage
from app.services.calendar_sync import CalendarSync
from app.services.publisher import Publisher
from app.store.batch import BatchScope
from app.store.events import Decision
from app.store.postgres import PostgresDatabase
from app.store.store import Store
from tests.support.changes import create
from tests.support.google_server import CALENDAR, GoogleServer

START = datetime(2099, 6, 26, 8, 0, tzinfo=UTC)


class World:
    def __init__(self, store: Store, google: GoogleServer, calendar: GoogleCalendar, dsn: str) -> None:
        self.store, self.google, self.calendar, self.dsn = store, google, calendar, dsn
        self.publisher = Publisher(store, calendar, shared=calendar)
        self.reading = CalendarSync(store, calendar, interval_seconds=0)

    async def arrange(self, **draft):
        self.tenant = await self.store.ensure_default_tenant(timezone="Europe/Madrid", locale="es")
        message = InboundMessage(
            provider="twilio",
            channel_address="whatsapp:+1",
            contact=f"whatsapp:+34{uuid4().int % 10**9:09d}",
            message_sid=uuid4().hex,
            body="cita",
        )
        stored = await self.store.store_message(message)
        run, token = uuid4(), uuid4()
        await self.store.start_batch_run(run, "cli", tenant=None, dry_run=False)
        state = await self.store.claim_batch(run, token, BatchScope(everything=True, conversation=stored.conversation))
        change = create(stored.message_id, START, **draft)
        await self.store.complete_batch(
            state, token, [change], messages_read=1, conflict_policy="allow", event_minutes=60
        )
        self.id = change.event_id

    async def publish(self) -> None:
        while (piece := (await self.publisher.claim())[0]) is not None:
            await self.publisher.work(piece)

    async def event(self):
        return await self.store.get_event(self.tenant.id, self.id)

    async def decide(self, decision: Decision, **patch) -> None:
        await self.store.decide_event(self.tenant.id, self.id, decision, patch=patch, force=True)

    def entry(self):
        (entry,) = [e for e in self.google.entries() if e["id"].startswith("hilo")]
        return entry


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer() as server:
        yield server


@pytest.fixture
async def world(database_dsn, google) -> AsyncIterator[World]:
    database = await PostgresDatabase.connect(database_dsn, max_connections=4)
    grant = service_account(json.dumps(google.service_account()))

    async def grants(_):
        return grant

    calendar = GoogleCalendar(grants, default_calendar=CALENDAR, api_url=google.api_url, requests_per_minute=1e6)
    world = World(Store(database), google, calendar, database_dsn)
    await world.arrange()
    await world.publish()
    yield world
    await calendar.aclose()
    await database.close()


def _at(moment: datetime) -> dict[str, str]:
    return {"dateTime": moment.isoformat(), "timeZone": "UTC"}


async def test_a_move_by_a_person_moves_the_event(world):
    world.google.person_edits(
        world.entry()["id"],
        start=_at(START + timedelta(hours=3)),
        end=_at(START + timedelta(hours=5)),
        summary="Mechas",
    )
    assert await world.reading.sync(world.tenant) == 1
    event = await world.event()
    assert (event.start, event.end, event.title) == (START + timedelta(hours=3), START + timedelta(hours=5), "Mechas")
    assert (event.revision, event.published_revision, event.calendar_state) == (2, 2, "published")
    assert [(r.source, r.action) for r in event.revisions][-1] == ("calendar", "update")
    assert await world.reading.sync(world.tenant) == 0
    await world.decide(Decision.CORRECT, location="Sala 2")
    await world.publish()
    assert (world.entry()["summary"], world.entry()["location"]) == ("Mechas", "Sala 2")


async def test_a_deletion_by_a_person_cancels_and_the_chat_may_ask_anew(world):
    world.google.person_deletes(world.entry()["id"])
    assert await world.reading.sync(world.tenant) == 1
    event = await world.event()
    assert (event.status, event.calendar_state) == (EventStatus.CANCELLED, "removed")
    await world.publish()
    assert world.google.entries() == []
    await world.decide(Decision.APPROVE)
    await world.publish()
    assert (await world.event()).calendar_generation == 2
    assert world.entry()["id"].endswith("2")


async def test_the_chat_and_a_person_moved_it_and_the_drift_is_kept_for_review(world):
    world.google.person_edits(
        world.entry()["id"], start=_at(START + timedelta(hours=3)), end=_at(START + timedelta(hours=4))
    )
    await world.decide(Decision.CORRECT, start=(START + timedelta(days=1)).isoformat())
    assert await world.reading.sync(world.tenant) == 0  # left to the publisher, which weighs the two
    await world.publish()
    event = await world.event()
    assert (event.start, event.calendar_state) == (START + timedelta(hours=3), "drifted")
    assert datetime.fromisoformat(event.calendar_drift["start"]) == START + timedelta(days=1)
    await world.decide(Decision.CORRECT, start=(START + timedelta(days=1)).isoformat())
    await world.publish()
    event = await world.event()
    assert (event.start, event.calendar_state, event.calendar_drift) == (START + timedelta(days=1), "published", None)


async def test_a_forgotten_token_means_reading_everything(world):
    await world.reading.sync(world.tenant)
    world.google.person_edits(world.entry()["id"], summary="Otra")
    world.google.calendar.expire_sync_tokens()
    assert await world.reading.sync(world.tenant) == 1
    assert (await world.event()).title == "Otra"


async def test_an_entry_that_came_late_is_taken_back(world):
    entry = world.google.calendar.entries.pop(world.entry()["id"])
    world.google.calendar.changed.pop(entry["id"])
    await world.decide(Decision.CANCEL)
    await world.publish()
    world.google.calendar.insert(entry)
    await world.reading.sync(world.tenant)
    await world.publish()
    assert world.google.entries() == []


async def test_what_a_person_put_there_meanwhile_sends_the_event_to_review(world, google):
    there = START + timedelta(days=2)
    google.calendar.insert({"summary": "x", "start": _at(there), "end": _at(there + timedelta(hours=1))})
    async with await psycopg.AsyncConnection.connect(world.dsn, autocommit=True) as connection:
        await connection.execute(
            'update extracted_events set "start" = %s, revision = revision + 1', [there + timedelta(minutes=30)]
        )
    await world.publish()
    event = await world.event()
    assert (event.status, event.reason) == (EventStatus.PROPOSED, "calendar_conflict")
    assert google.calendar.span(world.entry())[0] == START
    await world.decide(Decision.APPROVE)
    await world.publish()
    assert google.calendar.span(world.entry())[0] == there + timedelta(minutes=30)


async def test_a_calendar_that_cannot_be_read_is_said_and_read_later(world):
    await world.reading.sync(world.tenant)
    world.google.person_edits(world.entry()["id"], summary="Otra")
    world.google.fault("error", method="GET", status=503, times=1)
    assert await world.reading.sync(world.tenant) == 0
    assert "503" in (await world.store.calendar_access(world.tenant.id)).sync_error
    assert await world.reading.sync(world.tenant) == 1
