"""A store on a real database, and a Twilio beside it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from app.channels.registry import Channels
from app.channels.twilio import TwilioChannel
from app.models import InboundMessage
from app.services.whatsapp_conversation import ReplyTiming, WhatsAppConversationService
from app.store.postgres import PostgresDatabase
from app.store.store import Store
from tests.support.twilio_forms import new_sid
from tests.support.twilio_server import TwilioServer

OURS = "whatsapp:+14155238886"
ROSA = "whatsapp:+51987000111"


@pytest.fixture
async def store(database_dsn: str) -> AsyncIterator[Store]:
    database = await PostgresDatabase.connect(database_dsn)
    store = Store(database)
    await store.ensure_default_tenant(timezone="America/Lima", locale="es")
    yield store
    await database.close()


@pytest.fixture
async def tenant(store: Store):
    return (await store.list_tenants())[0]


@pytest.fixture
def twilio() -> Iterator[TwilioServer]:
    with TwilioServer(numbers=[OURS]) as server:
        yield server


@pytest.fixture
async def channels(twilio: TwilioServer) -> AsyncIterator[Channels]:
    """Twilio with REST credentials."""
    made = Channels(
        TwilioChannel(
            account_sid=twilio.account_sid,
            auth_token=twilio.auth_token,
            numbers=[OURS],
            api_base_url=twilio.url,
            timeout=10.0,
        )
    )
    yield made
    await made.aclose()


@pytest.fixture
def conversations(store: Store) -> WhatsAppConversationService:
    return WhatsAppConversationService(store, timing=ReplyTiming(quiet=0.0))


def message(body: str, **given: object) -> InboundMessage:
    values = {
        "provider": "twilio",
        "channel_address": OURS,
        "contact": ROSA,
        "message_sid": new_sid("SM"),
        "body": body,
    }
    return InboundMessage.model_validate(values | given)
