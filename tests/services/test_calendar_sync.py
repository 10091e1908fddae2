"""What people do in Google Calendar comes back into the events, and what takes up time there stops a write."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from app.calendars.google import GoogleCalendar
from app.calendars.google_access import service_account
from app.models import ChangeAction, EventStatus, InboundMessage
from app.services.calendar.publisher import Publisher
from app.services.calendar.removals import Removals
from app.services.calendar.sync import CalendarSync
from app.store.batch import BatchScope
from app.store.events import Decision
from app.store.postgres import PostgresDatabase
from app.store.store import Store
from tests.support.changes import create
from tests.support.google_entries import GoogleCalendarState
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
        self.id, self.conversation, self.message, self.messages = (
            change.event_id, stored.conversation, message, 1,
        )  # fmt: skip

    async def talk(self, **changes) -> None:
        """The customer says that something of it is to be otherwise."""
        stored = await self.store.store_message(self.message.model_copy(update={"message_sid": uuid4().hex}))
        self.messages += 1
        run, token = uuid4(), uuid4()
        await self.store.start_batch_run(run, "cli", tenant=None, dry_run=False)
        state = await self.store.claim_batch(run, token, BatchScope(everything=True, conversation=stored.conversation))
        event = await self.event()
        kept = ("title", "location") if "start" in changes else ("title", "location", "end")
        values = {name: getattr(event, name) for name in kept} | changes
        new = create(stored.message_id, values.pop("start", event.start), event=self.id, **values)
        change = new.model_copy(update={"action": ChangeAction.UPDATE, "expected_revision": event.revision})
        done = await self.store.complete_batch(
            state, token, [change], messages_read=self.messages, conflict_policy="review", event_minutes=60
        )
        assert done.outcome == "completed"

    def stranger(self, start: datetime) -> None:
        times = {"start": _at(start), "end": _at(start + timedelta(hours=1))}
        self.google.person_adds(summary="Médico", **times)

    async def busy_at(self, start: datetime) -> bool:
        return bool(await self.store.busy(self.tenant.id, start, start + timedelta(hours=1), event_minutes=60))

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


async def test_what_somebody_put_over_a_published_event_is_no_conflict_of_its_next_change(world):
    world.stranger(START + timedelta(minutes=30))
    await world.talk(title="Corte y barba")
    await world.publish()
    event = await world.event()
    assert (event.status, world.entry()["summary"]) == (EventStatus.CONFIRMED, "Corte y barba")
    # Moved a little it still lies under the same entry; made longer it reaches into another one.
    await world.talk(start=START + timedelta(minutes=15))
    await world.publish()
    assert (await world.event()).status is EventStatus.CONFIRMED
    world.stranger(START + timedelta(hours=3))
    await world.talk(start=START, end=START + timedelta(hours=4))
    await world.publish()
    assert (await world.event()).reason == "calendar_conflict"


async def test_a_proposed_event_takes_the_hour_where_it_still_stands(world):
    later = START + timedelta(days=2)
    world.stranger(later)
    await world.talk(start=later)
    await world.publish()
    event = await world.event()
    assert (event.status, event.reason) == (EventStatus.PROPOSED, "calendar_conflict")
    assert (await world.busy_at(START), await world.busy_at(later)) == (True, False)
    world.google.person_deletes(world.entry()["id"])
    await world.reading.sync(world.tenant)
    assert not await world.busy_at(START)
    await world.decide(Decision.APPROVE)
    await world.publish()
    assert world.google.calendar.span(world.entry())[0] == later


async def test_an_entry_of_a_dead_publisher_is_taken_for_what_it_is_before_a_review(world, google):
    """Written, not recorded, and then moved to where something else is."""
    await world.arrange(title="Otra")
    (piece, _) = await world.publisher.claim()
    await world.calendar.publish(piece.event, piece.tenant)
    await world.store.fail_publish(world.id, piece.token, "died", retry_seconds=0)
    later = START + timedelta(days=2)
    world.stranger(later)
    await world.talk(start=later)
    await world.publish()
    event = await world.event()
    assert (event.status, event.reason) == (EventStatus.PROPOSED, "calendar_conflict")
    busy = await world.store.busy(world.tenant.id, START, START + timedelta(hours=1), event_minutes=60)
    assert world.id in {b.event_id for b in busy}


async def test_an_edit_survives_a_cancellation_that_is_taken_back_while_it_is_written(world):
    world.google.person_edits(world.entry()["id"], location="Calle 28", description="Trae tinte")
    await world.decide(Decision.CANCEL)
    (piece, _) = await world.publisher.claim()
    await world.decide(Decision.APPROVE)
    await world.publisher.work(piece)
    await world.publish()
    event = await world.event()
    assert (event.status, event.location, event.calendar_text) == (EventStatus.CONFIRMED, "Calle 28", "Trae tinte")
    entry = world.entry()
    assert (entry["location"], entry["description"], entry["id"][-1]) == ("Calle 28", "Trae tinte", "2")


async def test_a_revival_for_another_time_than_a_person_gave_the_former_entry_is_reviewed(world):
    there, wished = START + timedelta(hours=3), START + timedelta(days=1)
    world.google.person_edits(world.entry()["id"], start=_at(there), end=_at(there + timedelta(hours=1)))
    await world.decide(Decision.CANCEL)
    await world.talk(start=wished)
    await world.publish()
    event = await world.event()
    assert (event.status, event.start, event.calendar_state) == (EventStatus.CONFIRMED, there, "drifted")
    assert {one.chat for one in event.drift if one.field == "start"} == {wished}
    assert (world.google.calendar.span(world.entry())[0], world.entry()["id"][-1]) == (there, "2")


@pytest.mark.parametrize("reads_first", [True, False])
async def test_what_the_chat_agreed_does_not_vanish_with_a_deleted_entry(world, reads_first):
    later = START + timedelta(days=1)
    await world.talk(start=later)
    world.google.person_deletes(world.entry()["id"])
    if reads_first:
        await world.reading.sync(world.tenant)
    await world.publish()
    event = await world.event()
    assert (event.status, event.reason, event.start) == (EventStatus.PROPOSED, "calendar_removed", later)
    assert (world.google.entries(), await world.busy_at(START), await world.busy_at(later)) == ([], False, False)
    await world.decide(Decision.APPROVE)
    await world.publish()
    assert world.google.calendar.span(world.entry())[0] == later


async def test_a_change_by_the_chat_answers_of_a_disagreement_what_it_changes(world):
    there, wished = START + timedelta(hours=3), START + timedelta(days=1)
    world.google.person_edits(world.entry()["id"], start=_at(there), end=_at(there + timedelta(hours=1)))
    await world.talk(start=wished)
    await world.publish()
    await world.talk(title="Mechas")
    await world.publish()
    event = await world.event()
    assert (event.start, event.title, event.calendar_state) == (there, "Mechas", "drifted")
    assert "start" in {one.field for one in event.drift}
    await world.talk(start=wished)
    await world.publish()
    event = await world.event()
    assert (event.start, event.drift, event.calendar_state) == (wished, (), "published")


async def test_what_nobody_foresaw_in_one_calendar_does_not_keep_the_others_from_being_read(world):
    await world.store.save_tenant(
        "aaa", name="A", timezone="Europe/Madrid", locale="es", settings={"google_calendar_id": CALENDAR}
    )
    broken, shown = world.google.calendar, world.google.calendar.shown
    id_ = world.entry()["id"]
    world.google.person_edits(id_, summary="Otra")
    broken.shown = lambda one: shown(one) | {"updated": "nonsense"}
    await world.reading.run()
    access = [await world.store.calendar_access(tenant.id) for tenant in await world.store.list_tenants()]
    assert [one.sync_error for one in access] == ["internal error: ValueError"] * 2
    broken.shown = shown
    assert await world.reading.sync(world.tenant) == 1


async def test_a_calendar_that_can_be_written_to_again_is_connected_also_while_no_event_waits(world):
    await world.store.calendar_down(world.tenant.id, by="write", reason="gone")
    world.google.calendar.role = "reader"
    await world.reading.sync(world.tenant)
    (down,) = await world.store.calendars_down()
    assert (down.tenant, down.reason) == ("default", "gone")
    world.google.calendar.role = "writer"
    await world.reading.sync(world.tenant)
    assert await world.store.calendars_down() == []


async def test_a_reading_that_takes_longer_than_its_lease_keeps_it(world):
    reading = CalendarSync(world.store, world.calendar, interval_seconds=0, lease_seconds=0.3)
    world.google.latency = 1.0
    first = asyncio.create_task(reading.catch_up(world.tenant))
    await asyncio.sleep(0.7)
    assert not await reading.catch_up(world.tenant)
    assert await first


async def test_what_a_publisher_holds_is_left_to_another_reading(world):
    reading = CalendarSync(world.store, world.calendar, interval_seconds=0, pause_seconds=0.01)
    await world.decide(Decision.CORRECT, title="Otra")
    (piece, _), moved = await world.publisher.claim(), START + timedelta(hours=3)
    world.google.person_edits(world.entry()["id"], start=_at(moved), end=_at(moved + timedelta(hours=1)))
    assert not await reading.catch_up(world.tenant)
    await world.publisher.work(piece)
    assert await reading.catch_up(world.tenant)
    event = await world.event()
    assert (event.start, event.title) == (moved, "Otra")


async def test_a_calendar_that_cannot_be_read_is_said_and_read_later(world):
    await world.reading.sync(world.tenant)
    world.google.person_edits(world.entry()["id"], summary="Otra")
    world.google.fault("error", method="GET", status=503, times=1)
    assert await world.reading.sync(world.tenant) == 0
    assert "503" in (await world.store.calendar_access(world.tenant.id)).sync_error
    assert await world.reading.sync(world.tenant) == 1


async def test_a_whole_day_stays_that_day_when_the_tenant_moves_to_another_zone(world):
    await world.decide(Decision.CORRECT, start=datetime(2099, 6, 30, 22, tzinfo=UTC), end=None, all_day=True)
    await world.publish()
    day = {"date": "2099-07-01"}
    for zone in ("America/Lima", "Asia/Tokyo"):
        world.tenant = await world.store.ensure_default_tenant(timezone=zone, locale="es")
        await world.decide(Decision.CORRECT, location=zone)
        await world.publish()
        assert world.entry()["start"] == day
    next_day = {"date": "2099-07-02", "dateTime": None, "timeZone": None}
    world.google.person_edits(world.entry()["id"], start=next_day, end=next_day | {"date": "2099-07-03"})
    await world.reading.sync(world.tenant)
    assert (await world.event()).start == datetime(2099, 7, 1, 15, tzinfo=UTC)  # midnight in Tokyo
    await world.decide(Decision.CORRECT, title="Otra")
    await world.publish()
    assert (world.entry()["summary"], world.entry()["start"]) == ("Otra", {"date": "2099-07-02"})


@pytest.mark.parametrize("knows_version", [True, False])
async def test_a_deletion_that_tells_nothing_but_the_id_is_one(world, knows_version):
    world.google.calendar.deleted_shows = ("id", "status")
    if not knows_version:  # as after a crash between writing and recording
        with psycopg.connect(world.dsn, autocommit=True) as connection:
            connection.execute("update extracted_events set calendar_etag = null")
    id_ = world.entry()["id"]
    world.google.person_deletes(id_)
    assert await world.reading.sync(world.tenant) == 1
    assert (await world.event()).status is EventStatus.CANCELLED
    assert await world.reading.sync(world.tenant) == 0
    # Somebody takes it out of the bin again.
    world.google.person_restores(id_)
    await world.reading.sync(world.tenant)
    assert (await world.event()).status is EventStatus.CONFIRMED


async def test_a_token_that_google_calls_invalid_means_reading_everything(world):
    await world.reading.sync(world.tenant)
    world.google.fault("error", method="GET", path="/events", status=400, reason="invalid")
    world.google.person_edits(world.entry()["id"], summary="Tinte")
    await world.reading.sync(world.tenant)
    assert (await world.event()).title == "Tinte"


@pytest.mark.parametrize("reads_first", [True, False])
async def test_an_hour_that_a_person_made_free_stays_free_when_the_chat_moves_it(world, reads_first):
    world.google.person_edits(world.entry()["id"], transparency="transparent")
    if reads_first:
        await world.reading.sync(world.tenant)
    await world.talk(start=START + timedelta(hours=1))
    await world.publish()
    assert world.google.calendar.span(world.entry())[0] == START + timedelta(hours=1)
    assert world.entry()["transparency"] == "transparent"


async def test_an_hour_that_becomes_a_whole_day_becomes_free_and_busy_again(world):
    for all_day, shown in ((True, "transparent"), (False, "opaque"), (True, "transparent")):
        await world.decide(Decision.CORRECT, start=datetime(2099, 6, 30, 22, tzinfo=UTC), end=None, all_day=all_day)
        await world.publish()
        assert world.entry()["transparency"] == shown


async def test_what_google_has_forgotten_is_missed_after_reading_everything(world):
    await world.reading.sync(world.tenant)
    id_ = world.entry()["id"]
    world.google.person_deletes(id_)
    world.google.calendar.forget(id_)
    world.google.calendar.expire_sync_tokens()
    await world.reading.sync(world.tenant)
    assert (await world.event()).status is EventStatus.CANCELLED


NEW = "new@group.calendar.example"


async def given_another_calendar(world) -> None:
    world.google.calendars[NEW] = GoogleCalendarState(NEW)
    tenant = world.tenant
    await world.store.save_tenant(
        tenant.slug, name=tenant.name, timezone=tenant.timezone, locale="es", settings={"google_calendar_id": NEW}
    )
    world.tenant = next(one for one in await world.store.list_tenants() if one.id == tenant.id)


async def test_what_stands_in_the_former_calendar_is_not_missed_in_the_new_one(world):
    await world.reading.sync(world.tenant)
    await given_another_calendar(world)
    await world.reading.sync(world.tenant)
    assert (await world.event()).status is EventStatus.CONFIRMED


@pytest.mark.parametrize("shared", [True, False])
async def test_erasure_finds_what_was_written_to_a_former_calendar(world, shared):
    await given_another_calendar(world)
    await world.talk(start=START + timedelta(hours=1))
    await world.publish()
    if not shared:
        former = world.google.calendars.pop(CALENDAR)
    contact = (await world.event()).conversation_id
    await world.store.erase_contact(world.tenant.id, contact, uuid4(), by="test")
    removals = Removals(world.store, world.calendar)
    piece, _ = await removals.claim()
    await removals.work(piece)
    with psycopg.connect(world.dsn) as connection:
        left = connection.execute("select error from calendar_removals").fetchall()
    if shared:
        assert left == []
        assert not [e for one in world.google.calendars.values() for e in one.entries.values() if e.get("summary")]
    else:  # said, and nothing else waits for it
        assert "former calendar" in left[0][0]
        assert [entry["status"] for entry in former.entries.values()] == ["confirmed"]
        assert await world.store.calendars_down() == []


@pytest.mark.parametrize("policy", [None, "allow"])
async def test_an_entry_that_is_restored_over_another_customers_hour_is_reviewed(world, policy):
    first, id_ = world.id, world.entry()["id"]
    await world.decide(Decision.CANCEL)
    await world.publish()
    await world.arrange()
    await world.publish()
    if policy:
        world.reading = CalendarSync(world.store, world.calendar, interval_seconds=0, conflict_policy=policy)
    world.google.person_restores(id_)
    await world.reading.sync(world.tenant)
    assert (await world.event()).status is EventStatus.CONFIRMED
    world.id = first
    event = await world.event()
    if policy:
        assert event.status is EventStatus.CONFIRMED
        return
    assert (event.status, event.reason) == (EventStatus.PROPOSED, "calendar_conflict")
    await world.publish()
    assert len(world.google.entries()) == 2  # it is a person who decides
    await world.decide(Decision.REJECT)
    await world.publish()
    assert [entry["id"] for entry in world.google.entries()] != [id_]
    assert len(world.google.entries()) == 1
