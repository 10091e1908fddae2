"""The whole API over a real Postgres, called through HTTP without a socket."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from app.api.application import create_api
from app.api.dependencies import Services
from app.channels.registry import Channels
from app.channels.twilio import TwilioChannel
from app.extraction.rules import RulesExtractor
from app.models import (
    Event,
    EventStatus,
    InboundMessage,
    Stored,
    Tenant,
)
from app.services.access import Access, Scope
from app.services.batch import BatchPolicy, BatchService
from app.services.calendar.feed import CalendarFeed
from app.services.conversation_sync import ConversationSync, KeyLimit
from app.services.event_review import EventReview
from app.services.health import Health
from app.services.inbox import Inbox
from app.services.notifying.notifications import Notifications
from app.services.privacy import Privacy
from app.store.batch import BatchScope
from app.store.postgres import PostgresDatabase
from app.store.store import Store
from tests.support.changes import create

SERVER_KEY = "server-key-of-the-tests"
SOL = "whatsapp:+34910000001"
LUNA = "whatsapp:+34910000002"
LUCIA = "whatsapp:+34600111222"


@pytest.fixture
async def store(database_dsn) -> AsyncIterator[Store]:
    database = await PostgresDatabase.connect(database_dsn, max_connections=4)
    yield Store(database)
    await database.close()


@dataclass
class World:
    """Two businesses on one server, and what a test does to them from the side of the customers."""

    store: Store
    app: FastAPI
    access: Access
    sol: Tenant
    luna: Tenant
    woken: list[str]
    keys: dict[str, str] = field(default_factory=dict)

    def client(self, key: str | None = SERVER_KEY, **headers: str) -> httpx.AsyncClient:
        if key:
            headers["Authorization"] = f"Bearer {key}"
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://hilo.test", headers=headers, timeout=10
        )

    async def key(self, tenant: str | None, *scopes: Scope) -> str:
        key, _ = await self.access.create_key("test", tenant=tenant, scopes=scopes or (Scope.READ, Scope.WRITE))
        return key

    async def says(self, body: str, *, to: str = SOL, contact: str = LUCIA, at: datetime | None = None) -> Stored:
        return await self.store.store_message(
            InboundMessage(
                provider="twilio",
                channel_address=to,
                contact=contact,
                message_sid=f"SM{uuid4().hex}",
                body=body,
                sent_at=at,
                contact_name="Lucía Ramos",
                phone=contact.removeprefix("whatsapp:"),
            )
        )

    async def arrange(
        self, conversation: UUID, message: UUID, start: datetime, *, event: UUID | None = None, **draft: Any
    ) -> Event:
        """An event as the batch makes it, proven by `message`."""
        run, token = uuid4(), uuid4()
        await self.store.start_batch_run(run, "cli", tenant=None, dry_run=False)
        state = await self.store.claim_batch(run, token, BatchScope(everything=True, conversation=conversation))
        assert state is not None
        change = create(message, start, event=event, **({"time_zone": state.tenant.timezone} | draft))
        done = await self.store.complete_batch(
            state,
            token,
            [change],
            messages_read=state.message_count,
            conflict_policy="allow",
            event_minutes=60,
        )
        (made,) = done.events
        return made

    async def appointment(
        self, start: datetime, *, to: str = SOL, contact: str = LUCIA, status: str = "confirmed", **draft: Any
    ) -> Event:
        stored = await self.says("Quiero una cita el viernes a las 10", to=to, contact=contact)
        assert stored.conversation
        assert stored.message_id
        return await self.arrange(stored.conversation, stored.message_id, start, status=EventStatus(status), **draft)


@pytest.fixture
async def world(store) -> World:
    await store.ensure_default_tenant(timezone="America/Lima", locale="es")
    sol = await store.save_tenant("sol", name="Peluquería Sol", timezone="Europe/Madrid", locale="es")
    luna = await store.save_tenant("luna", name="Clínica Luna", timezone="America/Lima", locale="es")
    await store.save_channel("sol", "twilio", SOL)
    await store.save_channel("luna", "twilio", LUNA)
    woken: list[str] = []
    access = Access(store, server_key=SERVER_KEY)
    app = create_api(max_body_bytes=64 * 1024)
    app.state.services = Services(
        access=access,
        inbox=Inbox(
            store,
            Channels(TwilioChannel(account_sid="AC" + "0" * 32, auth_token="x" * 32)),
            BatchService(store, RulesExtractor(), policy=BatchPolicy()),
            wake_replies=lambda: woken.append("replies"),
            wake_delivery=lambda: woken.append("delivery"),
        ),
        review=EventReview(store, wake_publisher=lambda: woken.append("publisher")),
        feed=CalendarFeed(store, now=lambda: datetime(2026, 6, 20, 12, tzinfo=UTC)),
        health=Health(store),
        sync=ConversationSync(store, access),
        sync_limit=KeyLimit(100_000),
        notifications=Notifications(store, wake=lambda: woken.append("notifier")),
        privacy=Privacy(store, wake_removals=lambda: woken.append("removals")),
    )
    return World(store=store, app=app, access=access, sol=sol, luna=luna, woken=woken)


@pytest.fixture
async def api(world) -> AsyncIterator[httpx.AsyncClient]:
    """A client with Sol's own key, for reading and writing."""
    async with world.client(await world.key("sol")) as client:
        yield client
