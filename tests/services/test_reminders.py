"""Reminders: each once, whoever asks and however often; none for what has changed, or for who wants none."""

import asyncio
import datetime as dt

import psycopg
import pytest

from app.agent import OfflineModel, SchedulingAgent
from app.channels.registry import Channels
from app.channels.twilio import TwilioChannel
from app.models import DeliveryStatus
from app.services.consent import consent_answer
from app.services.delivery import DeliveryWorker
from app.services.reminders import Reminders
from app.services.replies import ReplyPolicy, ReplyWorker
from app.services.wake import Wake
from tests.services.conftest import ROSA, message
from tests.store.world import create, update


@pytest.fixture
async def rosa(store, tenant):
    """A customer of a business that reminds 24 hours and 2 hours before."""
    await remind(store, tenant, [1440, 120])
    return await store.store_message(message("hola", contact_name="Rosa Díaz"), quiet_seconds=3600)


async def remind(store, tenant, minutes) -> None:
    await store.save_tenant(
        tenant.slug, name=tenant.name, timezone=tenant.timezone, locale="es", settings={"reminder_minutes": minutes}
    )


class Days:
    """An event of Rosa's, and the clock: everything known is moved into the past together."""

    def __init__(self, store, tenant, dsn, stored) -> None:
        self.store, self.tenant, self.dsn, self.stored = store, tenant, dsn, stored

    async def book(self, hours: float, **given):
        change = create(self.stored, self.now + dt.timedelta(hours=hours), settled_at=self.now, **given)
        await self.apply(change)
        return change.event_id

    async def apply(self, change) -> None:
        from uuid import uuid4

        from app.store.batch import BatchScope

        self.do("update whatsapp_messages set processed = false where id = %s", self.stored.message_id)
        scope = BatchScope(everything=True, conversation=self.stored.conversation)
        token = uuid4()
        state = await self.store.claim_batch(uuid4(), token, scope)
        rows = await self.store.transcript(state.conversation.id, state.last_seq)
        done = await self.store.complete_batch(
            state, token, [change], messages_read=len(rows), conflict_policy="allow", event_minutes=60
        )
        assert done.created or done.updated, done

    @property
    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC).replace(microsecond=0)

    def do(self, statement: str, *values: object) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as sql:
            sql.execute(statement, values)  # type: ignore[arg-type]

    def wait(self, hours: float) -> None:
        by = dt.timedelta(hours=hours)
        self.do(
            'update extracted_events set start = start - %s, "end" = "end" - %s, confirmed_at = confirmed_at - %s,'
            " settled_at = settled_at - %s, decided_at = decided_at - %s",
            by, by, by, by, by,
        )  # fmt: skip
        self.do("update reminders set start = start - %s", by)

    async def reminders(self) -> list[str]:
        found = await self.store.conversation_context(self.tenant.id, ROSA, 50)
        return [m.body for m in found if m.author == "reminder"]


@pytest.fixture
def days(store, tenant, database_dsn, rosa) -> Days:
    return Days(store, tenant, database_dsn, rosa)


async def test_a_day_and_two_hours_before_once_each(store, tenant, channels, days):
    await days.book(50)
    first, second = Reminders(store, channels), Reminders(store, channels)
    assert await first.run() == 0
    days.wait(27)
    counts = await asyncio.gather(first.run(), second.run(), first.run(), Reminders(store, channels).run())
    assert sum(counts) == 1
    days.wait(20)
    assert await first.run() == 0
    days.wait(1.5)
    assert sum(await asyncio.gather(first.run(), second.run())) == 1
    days.wait(3)
    assert await second.run() == 0
    assert len(await days.reminders()) == 2
    found = await store.conversation_context(tenant.id, ROSA, 50)
    assert {m.delivery_status for m in found if m.author == "reminder"} == {DeliveryStatus.QUEUED}


async def test_it_says_what_and_when_in_the_zone_of_the_business(store, tenant, channels, days):
    await days.book(50, location="Sala 2")
    days.wait(27)
    await Reminders(store, channels).run()
    (text,) = await days.reminders()
    (event,) = (await store.list_events(tenant.id)).items
    start = event.start.astimezone(tenant.zone)
    assert text.startswith("Hola Rosa, te recordamos tu cita: Corte de pelo, ")
    assert f", {start.hour}:{start:%M}, Sala 2." in text
    assert "Sala 2" in text


async def test_who_books_late_or_was_down_gets_one_not_all(store, channels, days):
    await days.book(1.5)  # after both were due
    await days.book(20)  # after the first was due
    assert await Reminders(store, channels).run() == 0
    await days.book(30)
    days.wait(28.5)  # nobody looked at the time of the first
    assert await Reminders(store, channels).run() == 1
    assert await Reminders(store, channels).run() == 0


async def test_a_moved_event_is_reminded_of_anew_and_a_cancelled_one_never(store, channels, days):
    event = await days.book(40)
    days.wait(20)
    assert await Reminders(store, channels).run() == 1
    await days.apply(update(event, days.stored, days.now + dt.timedelta(hours=60), settled_at=days.now))
    assert await Reminders(store, channels).run() == 0
    days.wait(40)
    assert await Reminders(store, channels).run() == 1
    days.do("update extracted_events set status = 'cancelled'")
    days.wait(18.5)
    assert await Reminders(store, channels).run() == 0


async def test_what_changed_after_it_was_read_is_not_reminded_of(store, channels, days):
    await days.book(40)
    days.wait(20)
    (due,) = await store.due_reminders(["twilio"])
    days.do("update extracted_events set start = start + interval '1 hour', \"end\" = null")
    assert await store.write_reminder(due, due.event.id, "texto viejo") == "changed"
    assert await days.reminders() == []


async def test_baja_ends_them_and_alta_resumes(store, tenant, channels, days):
    await days.book(40)
    days.wait(20)
    await store.store_message(message("¡BAJA!"), quiet_seconds=3600)
    assert (await store.get_conversation(tenant.id, ROSA)).opted_out_at is not None
    assert await Reminders(store, channels).run() == 0
    await store.store_message(message("quiero darme de baja de pilates"), quiet_seconds=3600)
    await store.store_message(message("alta"), quiet_seconds=3600)
    assert (await store.get_conversation(tenant.id, ROSA)).opted_out_at is None
    assert await Reminders(store, channels).run() == 1


async def test_in_quiet_hours_nobody_is_reminded(store, tenant, channels, days, rosa):
    local = days.now.astimezone(tenant.zone)
    around = [(local + dt.timedelta(hours=hours)).strftime("%H:%M") for hours in (-1, 1)]
    hours = "update tenants set settings = settings || jsonb_build_object('quiet_hours', %s::text)"
    await days.book(40)
    days.wait(20)
    days.do(hours, "-".join(around))
    assert await Reminders(store, channels).run() == 0
    days.do(hours, "-".join(reversed(around)))  # the rest of the day
    assert await Reminders(store, channels).run() == 1
    with pytest.raises(Exception, match="tenants_settings"):
        days.do('update tenants set settings = \'{"quiet_hours": "21-8"}\'')


@pytest.mark.parametrize(
    ("event", "minutes", "said"),
    [
        ("2026-03-04 17:00", 120, "2026-03-04 15:00"),
        ("2026-03-04 09:30", 120, "2026-03-04 08:00"),  # half past seven is quiet: when it ends
        ("2026-03-04 07:00", 120, "2026-03-03 20:45"),  # too late then: the evening before
        ("2026-03-04 08:00", 120, "2026-03-03 20:45"),
        ("2026-03-05 07:00", 1440, "2026-03-04 08:00"),  # a day before, still in good time
        ("2026-03-04 23:30", 120, "2026-03-04 20:45"),  # half past nine in the evening, of the same day
        ("2026-03-04 23:00", 120, "2026-03-04 20:45"),  # nine itself is quiet
        ("2026-03-29 10:30", 180, "2026-03-29 08:00"),  # the clocks went forward that night
    ],
)
def test_when_a_reminder_is_said(database_dsn, event, minutes, said):
    with psycopg.connect(database_dsn) as sql:
        row = sql.execute(
            "select hilo_reminder_at(%s::timestamp at time zone z, %s, '21:00-08:00', z) at time zone z"
            " from (select 'Europe/Madrid') as t(z)",
            [event, minutes],
        ).fetchone()
    assert row[0] == dt.datetime.fromisoformat(said)


@pytest.fixture
def told(store, tenant, channels, days, rosa) -> Days:
    """A business that tells customers what the batch has found, and a conversation that rests."""
    days.do("update tenants set settings = '{\"confirm_batch_events\": true}'")
    days.do("update whatsapp_conversations set reply_due_at = null")
    return days


async def test_what_the_batch_has_found_is_confirmed_once_if_the_business_wants_it(store, channels, told):
    told.do("update tenants set settings = '{}'")
    event = await told.book(40, title="Corte de pelo", location="Sala 2")
    assert await Reminders(store, channels).run() == 0
    told.do("update tenants set settings = '{\"confirm_batch_events\": true}'")
    counts = await asyncio.gather(*(Reminders(store, channels).run() for _ in range(3)))
    assert sum(counts) == 1
    (text,) = await told.reminders()
    assert text.startswith("Hola Rosa, apuntamos tu cita: Corte de pelo, ")
    assert ", Sala 2. Si algo no está bien" in text
    told.do("update whatsapp_messages set processed = true")
    assert await Reminders(store, channels).run() == 0
    await told.apply(update(event, told.stored, told.now + dt.timedelta(hours=60), settled_at=told.now))
    assert await Reminders(store, channels).run() == 1  # another moment
    assert len(await told.reminders()) == 2


@pytest.mark.parametrize(
    "change",
    [
        "update extracted_events set source = 'realtime'",  # the answer has said it
        "update extracted_events set decided_at = now(), decided_by = 'Rosa'",
        "update extracted_events set status = 'proposed', reason = 'x'",
        "update extracted_events set history = true",
        "update extracted_events set start = now() - interval '1 hour', \"end\" = null",
        "update whatsapp_messages set processed = false",  # somebody has written since
        "update whatsapp_conversations set reply_due_at = now()",
        "update whatsapp_conversations set bot_paused_until = now() + interval '1 hour'",
        "update whatsapp_conversations set opted_out_at = now()",
        "update whatsapp_conversations set last_inbound_at = now() - interval '24 hours'",
        "update extracted_events set confirmed_at = now() - interval '25 hours'",
    ],
)
async def test_what_is_not_confirmed(store, channels, told, change):
    await told.book(40)
    told.do(change)
    assert await Reminders(store, channels).run() == 0


async def test_confirmations_go_out_in_working_hours(store, tenant, channels, told):
    local = told.now.astimezone(tenant.zone)
    closed = f"{(local + dt.timedelta(days=2)):%a} 09:00-10:00".lower()
    await told.book(40)
    assert await Reminders(store, channels, hours=closed).run() == 0
    told.do('update tenants set settings = settings || \'{"working_hours": "mon-sun 00:00-24:00"}\'')
    assert await Reminders(store, channels, hours=closed).run() == 1


async def test_a_reminder_that_could_not_leave_in_time_is_void(store, tenant, channels, twilio, days):
    for change, reminded in (("start = now() - interval '1 minute'", 25), ("status = 'cancelled'", 25)):
        event = await days.book(48)
        days.wait(reminded)
        assert await Reminders(store, channels).run() == 1
        days.do(f"update extracted_events set {change} where id = %s", event)
    days.do("update reminders r set start = e.start from extracted_events e where e.id = r.event_id")
    worker = DeliveryWorker(store, channels)
    for _ in range(2):
        claim, _ = await worker.claim()
        await worker.work(claim)
    assert twilio.sent == []
    found = [m for m in await store.conversation_context(tenant.id, ROSA, 50) if m.author == "reminder"]
    assert [m.delivery_status for m in found] == [DeliveryStatus.FAILED] * 2
    assert all("no reminder any more" in m.delivery_error for m in found)


async def test_without_lead_times_or_a_way_to_send_there_are_none(store, tenant, channels, days):
    await days.book(40)
    days.wait(20)
    assert await Reminders(store, Channels(TwilioChannel(auth_token="x"))).run() == 0
    await remind(store, tenant, [])
    assert await Reminders(store, channels).run() == 0
    with pytest.raises(Exception, match="tenants_settings"):
        days.do('update tenants set settings = \'{"reminder_minutes": ["x"]}\'')


async def test_a_whole_day_is_reminded_of_from_nine_in_the_morning(store, tenant, channels, days):
    local = (days.now.astimezone(tenant.zone) + dt.timedelta(days=3)).replace(hour=0, minute=0, second=0)
    change = create(days.stored, local, end=local + dt.timedelta(days=1), all_day=True, settled_at=days.now)
    await days.apply(change)
    until = (local + dt.timedelta(hours=9) - days.now).total_seconds() / 3600
    days.wait(until - 24.5)
    assert await Reminders(store, channels).run() == 0
    days.wait(1)
    assert await Reminders(store, channels).run() == 1


async def test_baja_is_answered_without_a_model(store, tenant, days):
    await store.store_message(message("Baja"), quiet_seconds=0)
    worker = ReplyWorker(
        store, SchedulingAgent(OfflineModel()), Channels(TwilioChannel(auth_token="x")), policy=ReplyPolicy(),
        delivery=Wake(),
    )  # fmt: skip
    claim, _ = await worker.claim()
    await worker.work(claim)
    found = await store.conversation_context(tenant.id, ROSA, 50)
    assert found[-1].body == consent_answer("baja", "es")
    assert consent_answer("stop", "es") == consent_answer("baja", "en")
    assert consent_answer("STOP", "en").startswith("Done")
    assert consent_answer("una baja", "es") is None
