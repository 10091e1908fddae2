"""Webhooks that are nearly right, through the real routes into a real database: never a 5xx, nothing kept by half.

What is answered with 200 changes nothing when it comes again; what is not, has left no row.
"""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.api import whatsapp_webhook
from app.api.application import create_api
from app.channels.chatwoot import ChatwootChannel
from app.channels.cloud_api import CloudApiChannel
from app.channels.registry import Channels
from app.channels.twilio import TwilioChannel
from app.channels.waha import WahaChannel
from app.services.wake import Wake
from app.services.webhooks import WebhookService
from app.services.whatsapp_conversation import ReplyTiming, WhatsAppConversationService
from app.store.postgres import PostgresDatabase
from app.store.store import Store
from tests.channels.fuzz import broken
from tests.channels.test_chatwoot import SAMPLES as CHATWOOT
from tests.channels.test_cloud_api import SAMPLES as CLOUD_API
from tests.channels.test_waha import SAMPLES as WAHA
from tests.support.examples import examples
from tests.support.twilio_forms import inbound_form, status_form

_BASE = "/api/v1/whatsapp"
_CONTACT, _OURS = "whatsapp:+34600100200", "whatsapp:+34910000001"
TWILIO = [
    inbound_form(from_=_CONTACT, to=_OURS, body="hola"),
    inbound_form(from_=_CONTACT, to=_OURS, body="", media=[("ME1", "audio/ogg")]),
    inbound_form(from_=_CONTACT, to=_OURS, body="BAJA", fields={"Latitude": "1", "Longitude": "2"}),
    status_form("SM1", "delivered", from_=_OURS, to=_CONTACT),
]
_COUNTS = """select (select count(*) from whatsapp_messages) as messages,
    (select count(*) from unrouted_messages) as raw,
    (select count(*) from whatsapp_conversations c where not exists (select 1 from whatsapp_messages m
      where m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id)) as empty"""


class Server:
    """The routes over a database, in an event loop of their own: hypothesis calls from outside of one."""

    def __init__(self, dsn: str) -> None:
        self.runner = asyncio.Runner()
        self.sql = psycopg.connect(dsn, autocommit=True)
        self.runner.run(self._start(dsn))

    async def _start(self, dsn: str) -> None:
        self.database = await PostgresDatabase.connect(dsn, max_connections=2)
        store = Store(self.database)
        await store.ensure_default_tenant(timezone="America/Lima", locale="es")
        conversations = WhatsAppConversationService(store, timing=ReplyTiming(), reads_media=lambda message: True)
        channels = Channels(TwilioChannel(), CloudApiChannel(), WahaChannel(), ChatwootChannel())
        app = create_api(routers=[whatsapp_webhook.router])
        app.state.webhooks = WebhookService(channels, conversations, store, replies=Wake(), twiml_wait=0)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 50000))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")

    def post(self, path: str, data: bytes, content_type: str) -> int:
        async def post() -> int:
            async with asyncio.timeout(10):
                answer = await self.http.post(_BASE + path, content=data, headers={"Content-Type": content_type})
            return answer.status_code

        return self.runner.run(post())

    def counts(self) -> tuple[Any, ...]:
        row = self.sql.execute(_COUNTS).fetchone()
        assert row is not None
        return row

    def close(self) -> None:
        async def stop() -> None:
            await self.http.aclose()
            await self.database.close()

        self.runner.run(stop())
        self.runner.close()
        self.sql.close()


@pytest.fixture
def server(database_dsn: str):
    made = Server(database_dsn)
    yield made
    made.close()


def check(server: Server, path: str, data: bytes, content_type: str = "application/json") -> None:
    before = server.counts()
    status = server.post(path, data, content_type)
    after = server.counts()
    assert status in (200, 400), (status, data)
    assert after[2] == 0, data  # no conversation without a message
    if status == 400:
        assert after == before, data
    assert server.post(path, data, content_type) == status
    assert server.counts() == after, data


_SETTINGS = settings(
    max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize(
    ("path", "samples"),
    [("/cloud-api/webhook", CLOUD_API), ("/waha/webhook", WAHA), ("/chatwoot/webhook/x", CHATWOOT)],
)
def test_json(server: Server, path: str, samples: list[Any]) -> None:
    @_SETTINGS
    @given(broken(samples))
    def run(body: Any) -> None:
        # Some of what hypothesis makes up is no text in UTF-8: as a sender would escape it.
        check(server, path, json.dumps(body).encode())

    run()


def test_forms(server: Server) -> None:
    @_SETTINGS
    @given(broken(TWILIO))
    def run(body: Any) -> None:
        fields = {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}
        check(server, "/webhook", urlencode(fields, errors="replace").encode(), "application/x-www-form-urlencoded")

    run()


def test_bytes(server: Server) -> None:
    @_SETTINGS
    @given(
        st.binary(max_size=200),
        st.sampled_from(["/webhook", "/cloud-api/webhook", "/waha/webhook", "/chatwoot/webhook/x"]),
        st.sampled_from(["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "", "x"]),
    )
    def run(data: bytes, path: str, content_type: str) -> None:
        check(server, path, data, content_type)

    run()
