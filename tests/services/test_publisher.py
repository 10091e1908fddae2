"""The publisher against a calendar behind HTTP that fails in all the ways that calendars fail."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from app.models import EventStatus, InboundMessage
from app.services.calendar.publisher import Publisher
from app.services.health import Health
from app.store.batch import BatchScope
from app.store.events import Decision
from app.store.postgres import PostgresDatabase
from app.store.store import Store
from tests.support.calendar_server import CalendarServer, Fault, HttpCalendar
from tests.support.changes import create
from tests.support.serve import serving

START = datetime(2099, 6, 26, 8, 0, tzinfo=UTC)


@pytest.fixture
async def store(database_dsn) -> AsyncIterator[Store]:
    database = await PostgresDatabase.connect(database_dsn, max_connections=6)
    store = Store(database)
    await store.save_tenant("sol", name="Sol", timezone="Europe/Madrid", locale="es")
    await store.save_tenant("luna", name="Luna", timezone="America/Lima", locale="es")
    await store.save_channel("sol", "twilio", "whatsapp:+34910000001")
    await store.save_channel("luna", "twilio", "whatsapp:+34910000002")
    yield store
    await database.close()


@pytest.fixture
async def server() -> CalendarServer:
    return CalendarServer()


@pytest.fixture
async def calendar(server) -> AsyncIterator[HttpCalendar]:
    async with serving(server.app()) as port:
        calendar = HttpCalendar(port)
        yield calendar
        await calendar.aclose()


async def arrange(store: Store, count: int, *, to: str = "whatsapp:+34910000001", **draft) -> list[UUID]:
    """`count` events of one conversation, hours apart."""
    stored = await store.store_message(
        InboundMessage(
            provider="twilio",
            channel_address=to,
            contact=f"whatsapp:+346{random.randint(10**7, 10**8 - 1)}",
            message_sid=uuid4().hex,
            body="citas",
        )
    )
    run, token = uuid4(), uuid4()
    await store.start_batch_run(run, "cli", tenant=None, dry_run=False)
    state = await store.claim_batch(run, token, BatchScope(everything=True, conversation=stored.conversation))
    changes = [create(stored.message_id, START + timedelta(hours=n), title=f"Cita {n}", **draft) for n in range(count)]
    await store.complete_batch(state, token, changes, messages_read=1, conflict_policy="allow", event_minutes=60)
    return [change.event_id for change in changes]


@contextlib.asynccontextmanager
async def running(*publishers: Publisher) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(publisher.run()) for publisher in publishers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def eventually(condition, seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.03)


def quick(store, calendar, **options) -> Publisher:
    publisher = Publisher(store, calendar, **options)
    publisher.poll_seconds = 0.05
    return publisher


async def unpublished(store: Store) -> int:
    return (await store.status()).events_unpublished


async def due_now(dsn: str) -> None:
    """As if all pauses were over."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute("update extracted_events set calendar_next_at = null where calendar_state = 'pending'")


async def test_events_are_written_moved_and_withdrawn(store, server, calendar):
    (event,) = await arrange(store, 1)
    tenant = (await store.list_tenants())[1]
    async with running(quick(store, calendar)):
        await eventually(lambda: settled(store, tenant, event))
        (entry,) = server.entries["sol"].values()
        assert (entry["title"], entry["start"]) == ("Cita 0", "2099-06-26T10:00:00+02:00")
        row = await store.get_event(tenant.id, event)
        assert (row.calendar_state, row.published_revision, row.calendar_etag) == ("published", 1, "v1")
        assert row.calendar_event_id == next(iter(server.entries["sol"]))
        moved = {"start": START + timedelta(days=1)}
        await store.decide_event(tenant.id, event, Decision.CORRECT, patch=moved)
        await eventually(lambda: settled(store, tenant, event))
        (entry,) = server.entries["sol"].values()
        assert entry["start"] == "2099-06-27T10:00:00+02:00"
        await store.decide_event(tenant.id, event, Decision.CANCEL)
        await eventually(lambda: settled(store, tenant, event))
        assert server.entries["sol"] == {}
    assert len(server.inserts) == 1


async def settled(store, tenant, event) -> bool:
    row = await store.get_event(tenant.id, event)
    return row.published_revision == row.revision


async def test_what_is_not_for_the_calendar_is_not_written(store, server, calendar):
    await arrange(store, 2, status=EventStatus.PROPOSED)
    (gone,) = await arrange(store, 1, status=EventStatus.CANCELLED)
    (last,) = await arrange(store, 1)
    async with running(quick(store, calendar)):
        await eventually(lambda: none_left(store))
    assert len(server.inserts) == 1
    assert gone.hex not in server.inserts[0]
    assert last.hex in server.inserts[0]


async def none_left(store) -> bool:
    return await unpublished(store) == 0


async def test_without_a_calendar_nothing_happens(store):
    await arrange(store, 1)
    publisher = Publisher(store, None)
    async with running(publisher):
        await asyncio.sleep(0.1)
    assert await unpublished(store) == 1
    assert await publisher.findings() == []


async def test_many_are_written_with_bounded_concurrency(store, server, calendar):
    await arrange(store, 60)
    server.fault = lambda method, tenant, id_: Fault(hang=0.01)
    async with running(quick(store, calendar), quick(store, calendar)):
        await eventually(lambda: none_left(store))
    assert len(server.inserts) == len(set(server.inserts)) == server.writes == 60
    assert 1 < server.most_under_way <= 2 * calendar.capabilities.concurrency


async def test_a_calendar_that_is_away_is_tried_again(store, server, calendar, database_dsn):
    await arrange(store, 6)
    seen: dict[str, int] = {}

    def first_two_fail(method, tenant, id_):
        seen[id_] = seen.get(id_, 0) + 1
        return Fault(status=random.choice([429, 500, 503])) if seen[id_] < 3 else None

    server.fault = first_two_fail
    async with running(quick(store, calendar)):

        async def caught_up() -> bool:
            await due_now(database_dsn)
            return await none_left(store)

        await eventually(caught_up)
    assert set(seen.values()) == {3}
    assert len(server.inserts) == 6


async def test_the_pause_that_a_calendar_asks_for_is_kept(store, server, calendar, database_dsn):
    await arrange(store, 1)
    server.fault = lambda method, tenant, id_: Fault(status=429, retry_after=300)
    async with running(quick(store, calendar)):
        await eventually(lambda: called(server, 1))
        await asyncio.sleep(0.3)
    assert len(server.calls) == 1
    async with await psycopg.AsyncConnection.connect(database_dsn) as connection:
        row = await (
            await connection.execute(
                "select extract(epoch from calendar_next_at - now()), calendar_state, calendar_error"
                " from extracted_events"
            )
        ).fetchone()
    assert row is not None
    assert 290 < row[0] <= 451
    assert (row[1], row[2]) == ("pending", "HTTP 429")


async def called(server, times) -> bool:
    return len(server.calls) >= times


async def test_pauses_grow_and_differ(store, server, calendar, database_dsn):
    await arrange(store, 8)
    server.fault = lambda method, tenant, id_: Fault(status=503)
    waits = []
    async with running(quick(store, calendar)):
        for attempt in range(1, 4):
            await eventually(lambda n=attempt: called(server, 8 * n))
            await asyncio.sleep(0.2)
            async with await psycopg.AsyncConnection.connect(database_dsn) as connection:
                rows = await (
                    await connection.execute(
                        "select extract(epoch from calendar_next_at - now()) from extracted_events"
                    )
                ).fetchall()
            waits.append([float(row[0]) for row in rows])
            await due_now(database_dsn)
    for attempt, round_ in enumerate(waits):
        assert all(2 * 2**attempt - 1.5 < wait <= 3 * 2**attempt for wait in round_)
        assert len({round(wait, 3) for wait in round_}) > 4


async def test_a_refused_event_is_marked_and_does_not_come_back(store, server, calendar):
    bad, good = await arrange(store, 2)
    server.fault = lambda method, tenant, id_: Fault(status=400) if bad.hex in id_ else None
    tenant = (await store.list_tenants())[1]
    async with running(quick(store, calendar)):
        await eventually(lambda: settled(store, tenant, good))
        await eventually(lambda: has_state(store, tenant, bad, "failed"))
        await asyncio.sleep(0.3)
        assert len(server.calls) == 2
        server.fault = lambda method, tenant, id_: None
        await store.decide_event(tenant.id, bad, Decision.CORRECT, patch={"title": "otra"})
        await eventually(lambda: settled(store, tenant, bad))


@pytest.mark.parametrize("mended_by", ["hour", "connecting"])
async def test_a_refused_event_is_counted_and_tried_again(store, server, calendar, database_dsn, mended_by):
    (bad,) = await arrange(store, 1)
    server.fault = lambda method, tenant, id_: Fault(status=400)
    tenant = (await store.list_tenants())[1]
    publisher = quick(store, calendar)
    async with running(publisher):
        await eventually(lambda: has_state(store, tenant, bad, "failed"))
        (finding,) = [one for one in await Health(store).findings() if one.part == "calendar"]
        assert "1 events are refused" in finding.detail
        server.fault = lambda method, tenant, id_: None
        with psycopg.connect(database_dsn, autocommit=True) as connection:
            (wait,) = connection.execute(
                "select extract(epoch from calendar_next_at - now()) from extracted_events where id = %s", (bad,)
            ).fetchone()
            assert 3000 < wait <= 3600
            if mended_by == "hour":
                connection.execute("update extracted_events set calendar_next_at = now()")
        if mended_by == "connecting":
            await store.save_calendar_access(tenant.id, account="a@b.example", credentials="sealed")
        publisher.wake.nudge()
        await eventually(lambda: settled(store, tenant, bad))
    assert not [one for one in await Health(store).findings() if one.part == "calendar"]


async def has_state(store, tenant, event, state) -> bool:
    return (await store.get_event(tenant.id, event)).calendar_state == state


async def test_an_answer_lost_after_the_write_makes_no_second_entry(store, server, calendar, database_dsn):
    await arrange(store, 5)
    lost: set[str] = set()

    def lose_each_once(method, tenant, id_):
        if id_ in lost:
            return None
        lost.add(id_)
        return Fault(status=504, after=True)

    server.fault = lose_each_once
    async with running(quick(store, calendar)):

        async def caught_up() -> bool:
            await due_now(database_dsn)
            return await none_left(store)

        await eventually(caught_up)
    assert len(server.inserts) == len(server.entries["sol"]) == 5
    assert server.writes == 10


async def test_a_call_that_hangs_is_given_up(store, server, calendar):
    (event,) = await arrange(store, 1)
    server.fault = lambda method, tenant, id_: Fault(hang=3)
    tenant = (await store.list_tenants())[1]
    async with running(quick(store, calendar, call_seconds=0.2, lease_seconds=1)):
        await eventually(lambda: has_error(store, tenant, event, "did not answer in time"))


async def has_error(store, tenant, event, words) -> bool:
    return words in ((await store.get_event(tenant.id, event)).calendar_error or "")


async def test_what_nobody_expected_is_tried_again_later(store, server, calendar, database_dsn):
    (event,) = await arrange(store, 1)
    server.fault = lambda method, tenant, id_: Fault(garbage=True)
    tenant = (await store.list_tenants())[1]
    async with running(quick(store, calendar)):
        await eventually(lambda: has_error(store, tenant, event, "internal error: JSONDecodeError"))
        await asyncio.sleep(0.3)
        assert len(server.calls) == 1
        server.fault = lambda method, tenant, id_: None
        await due_now(database_dsn)
        await eventually(lambda: settled(store, tenant, event))


async def test_a_disconnected_calendar_waits_for_a_person(store, server, calendar, database_dsn):
    await arrange(store, 12)
    (other,) = await arrange(store, 1, to="whatsapp:+34910000002")
    luna = (await store.list_tenants())[0]
    server.fault = lambda method, tenant, id_: Fault(status=401) if tenant == "sol" else None
    one, two = quick(store, calendar, probe_seconds=60), quick(store, calendar, probe_seconds=60)
    async with running(one, two):
        await eventually(lambda: settled(store, luna, other))  # the other tenant does not suffer
        await eventually(lambda: is_down(one))
        await asyncio.sleep(0.4)
        for publisher in (one, two):  # whichever process is asked
            (finding,) = await publisher.findings()
            assert (finding.part, finding.level) == ("calendar", "warning")
            assert "sol: " in finding.detail
            assert "connect the calendar again" in finding.detail
        first = len(calls_to(server, "sol"))
        assert first <= 2 * calendar.capabilities.concurrency  # those under way when it was noticed
        await asyncio.sleep(0.4)
        assert len(calls_to(server, "sol")) == first  # the interval is not over: nobody asks
        for _ in range(2):
            await probe_now(database_dsn)
            await asyncio.sleep(0.4)
        assert calls_to(server, "sol")[first:] == ["GET", "GET"]  # one probe per interval, of all processes
        server.fault = lambda method, tenant, id_: None
        await probe_now(database_dsn)
        await eventually(lambda: none_left(store))
        assert [await publisher.findings() for publisher in (one, two)] == [[], []]
    assert len(server.entries["sol"]) == 12


async def is_down(publisher) -> bool:
    return bool(await publisher.findings())


async def probe_now(dsn: str) -> None:
    """As if the interval were over."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute("update calendar_connections set probe_at = now()")


def calls_to(server, tenant):
    return [method for method, whose in server.calls if whose == tenant]


async def test_stopping_in_the_middle_gives_the_events_back_at_once(store, server, calendar):
    await arrange(store, 10)
    server.fault = lambda method, tenant, id_: Fault(hang=5, after=True)
    async with running(quick(store, calendar, lease_seconds=600, call_seconds=30)):
        await eventually(lambda: called(server, 4))
    server.fault = lambda method, tenant, id_: None
    async with running(quick(store, calendar)):  # the lease of ten minutes is not waited for
        await eventually(lambda: none_left(store))
    assert len(server.inserts) == len(server.entries["sol"]) == 10


async def test_a_dead_publishers_events_are_taken_over_when_the_lease_ends(store, server, calendar):
    await arrange(store, 3)
    for _ in range(3):
        assert await store.claim_publish(uuid4(), limit=1, lease_seconds=0.3)  # and then it died
    async with running(quick(store, calendar)):
        await eventually(lambda: none_left(store))
    assert len(server.inserts) == 3


async def test_a_change_during_the_write_is_written_too(store, server, calendar):
    (event,) = await arrange(store, 1)
    tenant = (await store.list_tenants())[1]
    server.fault = lambda method, tenant, id_: Fault(hang=0.4)
    async with running(quick(store, calendar)):
        await eventually(lambda: called(server, 1))
        await store.decide_event(tenant.id, event, Decision.CORRECT, patch={"title": "mientras tanto"})
        await eventually(lambda: settled(store, tenant, event))
    (entry,) = server.entries["sol"].values()
    assert entry["title"] == "mientras tanto"


async def test_random_faults_and_restarts_leave_each_event_once(store, server, calendar, database_dsn):
    """Calls fail before, during and after the write; publishers are stopped at random; two run at once."""
    dice = random.Random(20991)
    await arrange(store, 30)

    def fault(method, tenant, id_):
        roll = dice.random()
        if roll < 0.25:
            return Fault(status=503)
        if roll < 0.5:
            return Fault(status=503, after=True)
        return Fault(hang=dice.random() * 0.1, after=True)

    server.fault = fault

    def short() -> Publisher:
        # A claim whose answer never came back (it was cancelled on its way) waits for the end of its lease.
        return quick(store, calendar, lease_seconds=1.0, call_seconds=0.5)

    for _ in range(12):
        with contextlib.suppress(TimeoutError):
            async with running(short(), short()):
                await asyncio.sleep(dice.random() * 0.3)
        await due_now(database_dsn)
    server.fault = lambda method, tenant, id_: None

    async def caught_up() -> bool:
        await due_now(database_dsn)
        return await none_left(store)

    async with running(short()):
        await eventually(caught_up)
    assert len(server.inserts) == len(set(server.inserts)) == len(server.entries["sol"]) == 30


async def test_a_lease_shorter_than_a_call_is_refused(store, calendar):
    with pytest.raises(ValueError, match="less than"):
        Publisher(store, calendar, lease_seconds=10, call_seconds=10)
