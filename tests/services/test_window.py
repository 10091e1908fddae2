"""After 24 hours of silence: a template where the tenant has one, else the message waits for a person, with reason."""

import asyncio
from contextlib import asynccontextmanager
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest

from app.channels.base import WebhookRequest
from app.channels.chatwoot import ChatwootChannel
from app.channels.cloud_api import CloudApiChannel
from app.channels.forms import CONTENT_TYPE
from app.channels.registry import Channels
from app.channels.twilio import TwilioChannel
from app.channels.waha import WahaChannel
from app.models import DeliveryStatus, Role
from app.services.delivery import DeliveryWorker
from tests.services.conftest import ROSA, message
from tests.support import chatwoot_server as chatwoot
from tests.support import cloud_api_server as cloud
from tests.support.twilio_forms import status_form

TEMPLATE = "HX" + "0123456789abcdef" * 2


@asynccontextmanager
async def running(worker: DeliveryWorker):
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def write(store, tenant, database_dsn):
    """The customer wrote `hours` ago (`first`: before that), and the business writes now."""

    async def write(text: str, *, hours: float, first: str = "hola", **given: object):
        stored = await store.store_message(message(first, **given), quiet_seconds=3600)
        with psycopg.connect(database_dsn, autocommit=True) as sql:
            sql.execute(
                "update whatsapp_conversations set last_inbound_at = now() - make_interval(secs => %s)", [hours * 3600]
            )
        (sent,) = await store.post_message(tenant.id, stored.conversation, [(uuid4(), text)], deliver="queued")
        return sent

    return write


async def settled(store, tenant, contact: str = ROSA, seconds: float = 15.0):
    async with asyncio.timeout(seconds):
        while True:
            (sent,) = [m for m in await store.conversation_context(tenant.id, contact, 50) if m.role is Role.BOT]
            if sent.delivery_status not in (DeliveryStatus.QUEUED, DeliveryStatus.SENDING):
                return sent
            await asyncio.sleep(0.03)


async def sent_with(store, tenant, channels, contact: str = ROSA):
    async with running(DeliveryWorker(store, channels)):
        return await settled(store, tenant, contact)


async def templates(store, tenant, **given: str) -> None:
    await store.save_tenant(
        tenant.slug, name=tenant.name, timezone=tenant.timezone, locale="es", settings={"templates": given}
    )


async def test_within_the_window_a_text_is_a_text(store, tenant, channels, twilio, write):
    await templates(store, tenant, twilio=TEMPLATE)
    await write("hasta mañana", hours=23.9)
    assert (await sent_with(store, tenant, channels)).delivery_status is DeliveryStatus.SENT
    assert twilio.sent[0].body == "hasta mañana"


async def test_after_it_the_text_goes_as_a_template(store, tenant, channels, twilio, write):
    await templates(store, tenant, twilio=TEMPLATE, cloud_api="aviso/es")
    await write("hasta mañana,\nRosa", hours=24)
    assert (await sent_with(store, tenant, channels)).delivery_status is DeliveryStatus.SENT
    assert twilio.sent[0].body == "Mensaje: hasta mañana, Rosa"


async def test_a_template_that_broke_off_is_found_again(store, tenant, channels, twilio, write, monkeypatch):
    monkeypatch.setattr("app.services.delivery._RETRY_SECONDS", 0.05)
    await templates(store, tenant, twilio=TEMPLATE)
    twilio.fault("drop-after", method="POST")
    await write("hasta mañana", hours=30)
    assert (await sent_with(store, tenant, channels)).delivery_status is DeliveryStatus.SENT
    assert len(twilio.sent) == 1


@pytest.mark.parametrize(
    ("given", "text", "why"),
    [
        ({}, "hola", "there is none"),
        ({"cloud_api": "aviso/es"}, "hola", "there is none"),
        ({"twilio": TEMPLATE}, "hola " * 300, "too long"),
    ],
)
async def test_without_one_it_waits_for_a_person(store, tenant, channels, twilio, write, given, text, why):
    await templates(store, tenant, **given)
    await write(text, hours=25)
    sent = await sent_with(store, tenant, channels)
    assert sent.delivery_status is DeliveryStatus.FAILED
    assert "more than 24 hours ago" in sent.delivery_error
    assert why in sent.delivery_error
    (parked,) = (await store.list_conversations(tenant.id, parked=True)).items
    assert parked.reply_error == sent.delivery_error
    assert not twilio.sent


async def test_who_wants_none_gets_no_template(store, tenant, channels, twilio, write):
    await templates(store, tenant, twilio=TEMPLATE)
    await write("hola", hours=25, first=" Stop. ")
    sent = await sent_with(store, tenant, channels)
    assert sent.delivery_status is DeliveryStatus.FAILED
    assert "wants none" in sent.delivery_error
    assert not twilio.sent


async def test_the_next_message_of_the_customer_opens_the_window_and_ends_the_waiting(store, tenant, channels, write):
    await write("hola", hours=25)
    await sent_with(store, tenant, channels)
    await store.store_message(message("¿hola?"), quiet_seconds=0)
    assert not (await store.list_conversations(tenant.id, parked=True)).items
    claim = await store.claim_reply(uuid4())
    assert claim.claimed  # what never arrived is owed again


async def test_meta_has_templates_too(store, tenant, write):
    await templates(store, tenant, cloud_api="aviso_cita/es_MX")
    with cloud.CloudApiServer() as meta:
        channels = Channels(CloudApiChannel(access_token=cloud.TOKEN, api_base_url=meta.url))
        await write(
            "a las 10", hours=25, provider="cloud_api", contact="5215550001", channel_address=cloud.PHONE_NUMBER_ID
        )
        await sent_with(store, tenant, channels, "5215550001")
        await channels.aclose()
        (sent,) = meta.sent
    assert sent["template"]["name"] == "aviso_cita"
    assert sent["template"]["language"] == {"code": "es_MX"}


def test_others_have_no_window_unless_it_is_set():
    assert WahaChannel(base_url="http://w").capabilities.window_hours is None
    assert ChatwootChannel(base_url="http://c", api_token="t").capabilities.window_hours is None
    assert ChatwootChannel(base_url="http://c", api_token="t", window_hours=24).capabilities.window_hours == 24


# Twilio may take a text first and say afterwards, by a callback, that the window was over.


async def refused_later(store, twilio) -> None:
    """What Twilio's callback says of the text that it took."""
    (sent,) = twilio.sent
    form = status_form(sent.sid, "failed", from_=sent.from_, to=sent.to) | {"ErrorCode": "63016"}
    request = WebhookRequest(
        url="https://x.example/", headers={"content-type": CONTENT_TYPE}, body=urlencode(form).encode(), local=True
    )
    (update,) = TwilioChannel().parse(request).statuses
    for _ in range(3):  # Twilio may say it more than once
        await store.update_delivery(update)


async def test_a_text_refused_by_callback_goes_as_a_template_once(store, tenant, channels, twilio, write):
    await templates(store, tenant, twilio=TEMPLATE)
    await write("hasta mañana", hours=2)
    async with running(DeliveryWorker(store, channels)):
        await settled(store, tenant)
        await refused_later(store, twilio)
        sent = await settled(store, tenant)
        await asyncio.sleep(0.3)
    assert [m.body for m in twilio.sent] == ["hasta mañana", "Mensaje: hasta mañana"]
    assert (sent.delivery_status, sent.message_sid) == (DeliveryStatus.SENT, twilio.sent[1].sid)
    assert not (await store.list_conversations(tenant.id, parked=True)).items


async def test_a_template_that_broke_off_is_not_taken_for_the_text_before_it(
    store, tenant, channels, twilio, write, monkeypatch
):
    monkeypatch.setattr("app.services.delivery._RETRY_SECONDS", 0.05)
    await templates(store, tenant, twilio=TEMPLATE)
    await write("hasta mañana", hours=2)
    async with running(DeliveryWorker(store, channels)):
        await settled(store, tenant)
        twilio.fault("drop-before", method="POST")
        await refused_later(store, twilio)
        sent = await settled(store, tenant)
    assert [m.body for m in twilio.sent] == ["hasta mañana", "Mensaje: hasta mañana"]
    assert sent.message_sid == twilio.sent[1].sid


async def test_without_a_template_it_waits_for_a_person_with_twilios_reason(store, tenant, channels, twilio, write):
    await write("hasta mañana", hours=2)
    async with running(DeliveryWorker(store, channels)):
        await settled(store, tenant)
        await refused_later(store, twilio)
        sent = await settled(store, tenant)
    assert len(twilio.sent) == 1
    assert sent.delivery_status is DeliveryStatus.FAILED
    assert "63016" in sent.delivery_error
    assert "there is none" in sent.delivery_error
    (parked,) = (await store.list_conversations(tenant.id, parked=True)).items
    assert parked.reply_error == sent.delivery_error


async def test_chatwoot_takes_templates_into_its_conversation(store, tenant, write):
    await templates(store, tenant, chatwoot="aviso_cita/es_MX")
    with chatwoot.ChatwootServer() as server:
        number = server.add_conversation(server.add_contact("+34600100200")).id
        channel = ChatwootChannel(
            base_url=server.url, api_token=chatwoot.TOKEN, account_id=chatwoot.ACCOUNT, window_hours=24
        )
        await write(
            "a las 10,\nRosa", hours=25, provider="chatwoot", contact="chatwoot:3:5", thread=str(number),
            channel_address=f"{chatwoot.ACCOUNT}/{chatwoot.INBOX}",
        )  # fmt: skip
        sent = await sent_with(store, tenant, Channels(channel), "chatwoot:3:5")
        await channel.aclose()
        (call,) = server.calls
    assert sent.delivery_status is DeliveryStatus.SENT
    params = {"name": "aviso_cita", "language": "es_MX", "processed_params": {"1": "a las 10, Rosa"}}
    assert call.body["template_params"] == params
    assert call.body["content"] == "a las 10,\nRosa"
