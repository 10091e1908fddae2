"""A webhook and the store behind it."""

import asyncio
from urllib.parse import urlencode

import psycopg
import pytest

from app.channels.registry import Channels
from app.channels.twilio import TwilioChannel
from app.errors import StoreUnavailable
from app.services.wake import Wake
from app.services.webhooks import HttpRequest, WebhookService
from app.services.whatsapp_conversation import ReplyTiming, WhatsAppConversationService
from tests.support.twilio_forms import inbound_form

HEADERS = {"content-type": "application/x-www-form-urlencoded", "host": "127.0.0.1"}


async def test_a_database_that_hangs_is_not_waited_for_and_the_message_is_stored_once(store, tenant, database_dsn):
    """The provider is told to try again while it still listens."""
    webhooks = WebhookService(
        Channels(TwilioChannel()),
        WhatsAppConversationService(store, timing=ReplyTiming()),
        store,
        replies=Wake(),
        twiml_wait=0,
        store_seconds=0.3,
    )
    form = inbound_form(from_="whatsapp:+34600100200", to="whatsapp:+34910000001", body="hola")
    request = HttpRequest(
        target="/api/v1/whatsapp/webhook",
        scheme="http",
        headers=HEADERS,
        client="127.0.0.1",
        body=urlencode(form).encode(),
    )
    async with await psycopg.AsyncConnection.connect(database_dsn) as hung:
        await hung.execute("lock table whatsapp_messages")
        async with asyncio.timeout(5):
            with pytest.raises(StoreUnavailable, match=r"0\.3 seconds"):
                await webhooks.receive("twilio", request)
    async with asyncio.timeout(10):
        await webhooks.receive("twilio", request)
        while len(await store.conversation_context(tenant.id, "whatsapp:+34600100200", 10)) != 1:
            await asyncio.sleep(0.05)
