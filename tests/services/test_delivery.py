"""The sender against a Twilio that drops connections, answers late, refuses: each message arrives once."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import psycopg
import pytest

from app.models import DeliveryStatus, Role
from app.services.delivery import DeliveryWorker
from tests.services.conftest import ROSA, message


@asynccontextmanager
async def running(worker: DeliveryWorker):
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def write(store, tenant):
    """Write as the business; returns the message's id."""
    await store.store_message(message("hola"), quiet_seconds=3600)
    conversation = (await store.list_conversations(tenant.id)).items[0]

    async def write(*texts: str):
        return await store.post_message(
            tenant.id, conversation.id, [(uuid4(), text) for text in texts], deliver="queued"
        )

    return write


async def settled(store, tenant, seconds: float = 15.0):
    """The bot's messages, once none is on its way."""
    async with asyncio.timeout(seconds):
        while True:
            sent = [m for m in await store.conversation_context(tenant.id, ROSA, 50) if m.role is Role.BOT]
            if all(m.delivery_status not in (DeliveryStatus.QUEUED, DeliveryStatus.SENDING) for m in sent):
                return sent
            await asyncio.sleep(0.05)


async def test_messages_go_out_once_and_in_order(store, tenant, channels, twilio, write):
    await write("uno", "dos", "tres")
    async with running(DeliveryWorker(store, channels)):
        sent = await settled(store, tenant)
    assert [m.body for m in twilio.sent] == ["uno", "dos", "tres"]
    assert [m.message_sid for m in sent] == [m.sid for m in twilio.sent]


@pytest.mark.parametrize("kind", ["drop-after", "drop-before", "error", "garbage"])
async def test_after_an_unclear_answer_it_asks_before_it_sends_again(
    store, tenant, channels, twilio, write, kind, monkeypatch
):
    monkeypatch.setattr("app.services.delivery._RETRY_SECONDS", 0.05)
    twilio.fault(kind, method="POST")
    await write("Listo, agendado")
    async with running(DeliveryWorker(store, channels)):
        (sent,) = await settled(store, tenant)
    assert [m.body for m in twilio.sent] == ["Listo, agendado"]
    assert sent.message_sid == twilio.sent[0].sid
    assert sent.delivery_status is DeliveryStatus.SENT


async def test_the_same_words_twice_are_two_messages(store, tenant, channels, twilio, write, monkeypatch):
    monkeypatch.setattr("app.services.delivery._RETRY_SECONDS", 0.05)
    await write("Vale")
    async with running(DeliveryWorker(store, channels)):
        await settled(store, tenant)
        twilio.fault("drop-before", method="POST")
        await write("Vale")
        await settled(store, tenant)
    assert [m.body for m in twilio.sent] == ["Vale", "Vale"]
    assert len({m.message_sid for m in await settled(store, tenant)}) == 2


async def test_a_worker_that_died_while_sending_is_taken_over(store, tenant, channels, twilio, write):
    (written,) = await write("Hasta el jueves")
    claim = await store.claim_outbound(uuid4(), ["twilio"], lease_seconds=0.3)
    assert claim.message.id == written.id
    # It had reached Twilio; only nobody lived to write that down.
    twilio.accept(from_=written.from_number, to=written.to_number, body=written.body)
    async with running(DeliveryWorker(store, channels)):
        (sent,) = await settled(store, tenant)
    assert [m.body for m in twilio.sent] == ["Hasta el jueves"]
    assert sent.message_sid == twilio.sent[0].sid


async def test_what_is_refused_is_not_repeated_and_says_why(store, tenant, channels, twilio, write):
    twilio.fault("error", method="POST", status=400, code=63016, message="outside the window")
    await write("¿Sigue en pie?")
    async with running(DeliveryWorker(store, channels)):
        (refused,) = await settled(store, tenant)
    assert refused.delivery_status is DeliveryStatus.FAILED
    assert "63016" in refused.delivery_error
    assert twilio.sent == []


async def test_without_credentials_nothing_is_claimed(store, tenant, write):
    from app.channels.registry import Channels
    from app.channels.twilio import TwilioChannel

    await write("hola")
    worker = DeliveryWorker(store, Channels(TwilioChannel(auth_token="x")))
    assert await worker.claim() == (None, None)


async def test_a_send_slower_than_its_lease_is_nobody_elses(store, tenant, channels, twilio, write):
    """The provider takes three leases' time; another process looks for work all the while."""
    twilio.fault("delay", method="POST", seconds=1.5)
    await write("Despacio")
    workers = [DeliveryWorker(store, channels, lease_seconds=0.5) for _ in range(2)]
    for worker in workers:
        worker.poll_seconds = 0.05
    async with running(workers[0]), running(workers[1]):
        (sent,) = await settled(store, tenant)
    assert [entry["method"] for entry in twilio.journal] == ["POST"]
    assert sent.message_sid == twilio.sent[0].sid


async def test_a_lease_that_cannot_be_renewed_ends_the_send(store, tenant, channels, twilio, write, database_dsn):
    """The database is away while the provider takes its time: whoever claims it next asks before it sends."""
    twilio.fault("late", method="POST", seconds=1.2)
    await write("Despacio")
    async with running(DeliveryWorker(store, channels, lease_seconds=0.6)):
        async with asyncio.timeout(10):
            while not twilio.journal:
                await asyncio.sleep(0.01)
        async with await psycopg.AsyncConnection.connect(database_dsn) as held:
            await held.execute("select 1 from whatsapp_messages for update")
            await asyncio.sleep(1.0)
        (sent,) = await settled(store, tenant)
    assert [m.body for m in twilio.sent] == ["Despacio"]
    assert [entry["method"] for entry in twilio.journal][1:] == ["GET"] * (len(twilio.journal) - 1)
    assert sent.message_sid == twilio.sent[0].sid
