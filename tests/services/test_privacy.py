"""Erasure and retention as they are asked for, and the entries that they leave in a calendar."""

import asyncio
import contextlib
import io
import json
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from app.errors import InvalidRequest, NotFound
from app.models import InboundMessage, Media
from app.services.calendar.publisher import Publisher
from app.services.calendar.removals import Removals
from app.services.health import Health
from app.services.privacy import Counts, Privacy
from app.store.batch import BatchScope
from app.store.store import Store
from tests.calendars.google_world import calendar_at
from tests.services.conftest import ROSA, message
from tests.support.changes import create
from tests.support.google_server import GoogleServer

START = datetime(2099, 6, 26, 8, 0, tzinfo=UTC)


async def booked(store: Store, said: InboundMessage, title: str = "Cita de Rosa Quispe"):
    """A confirmed event out of one message."""
    stored = await store.store_message(said, quiet_seconds=3600)
    run, token = uuid4(), uuid4()
    await store.start_batch_run(run, "cli", tenant=None, dry_run=False)
    state = await store.claim_batch(run, token, BatchScope(everything=True, conversation=stored.conversation))
    change = create(stored.message_id, START, title=title)
    await store.complete_batch(state, token, [change], messages_read=1, conflict_policy="allow", event_minutes=60)
    return change.event_id


@contextlib.asynccontextmanager
async def running(*workers) -> AsyncIterator[None]:
    for worker in workers:
        worker.poll_seconds = 0.05
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def eventually(condition, seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.03)


def left(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        return connection.execute("select count(*) from calendar_removals").fetchone()[0]


def due(dsn: str) -> None:
    """As if all pauses and leases were over: the process that had them was killed."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("update calendar_removals set next_at = now(), lease_until = null")


async def test_google_keeps_no_word_of_an_erased_contact(store, tenant, database_dsn):
    with GoogleServer() as google:
        calendar = calendar_at(google)
        try:
            await booked(store, message("Soy Rosa Quispe, el viernes a las 10"))
            async with running(Publisher(store, calendar)):
                await eventually(google.entries)
            (entry,) = google.entries()
            # A person wrote more into it.
            google.person_edits(entry["id"], description="Rosa Quispe viene con su hija", location="Casa Quispe")
            await Privacy(store).erase(tenant, ROSA, by="test")
            assert left(database_dsn) == 1
            with psycopg.connect(database_dsn, autocommit=True) as connection:
                connection.execute("update calendar_removals set created_at = created_at - interval '1 hour'")
            assert [one.part for one in await Health(store).findings()] == ["privacy"]
            due(database_dsn)
            google.fault("error", status=503)
            google.fault("drop-after")  # done, and its answer lost
            # A process that claimed it and was killed.
            assert await store.claim_removal(uuid4())
            removals = Removals(store, calendar)
            async with running(removals):
                async with asyncio.timeout(20):
                    while left(database_dsn):
                        due(database_dsn)
                        removals.wake.nudge()
                        await asyncio.sleep(0.1)
            assert google.entries() == []
            assert "Quispe" not in json.dumps(google.calendar.entries, default=str)
            # Reading the calendar's changes does not bring it back.
            changes = await calendar.changes(tenant, None)
            assert [seen.removed for seen in changes.seen] == [True]
        finally:
            await calendar.aclose()


async def test_an_export_reads_as_a_chat_and_as_data(store, tenant):
    said = message("Hola, ¿hay sitio?", contact_name="Rosa Quispe", phone="+51987000111")
    at = datetime.now(UTC) - timedelta(hours=1)
    await store.store_message(said.model_copy(update={"sent_at": at, "media": (Media(url="https://m.example/1"),)}))
    export = await Privacy(store).export(tenant, "+51 987 000-111", by="test")
    local = at.astimezone(tenant.zone).strftime("%d/%m/%Y, %H:%M")
    assert export.chat == f"{local} - Rosa Quispe: Hola, ¿hay sitio? <https://m.example/1>\n"
    with zipfile.ZipFile(io.BytesIO(export.zipped())) as archive:
        assert sorted(archive.namelist()) == ["chat.txt", "contact.json"]
        data = json.loads(archive.read("contact.json"))
    assert data["conversations"][0]["messages"][0]["body"] == "Hola, ¿hay sitio?"
    with pytest.raises(NotFound):
        await Privacy(store).export(tenant, "+34 1", by="test")


async def test_the_scheduler_applies_each_tenants_days(store, tenant, database_dsn, monkeypatch):
    monkeypatch.setattr("app.services.privacy._PAGE", 2)
    for number in range(5):
        old = datetime.now(UTC) - timedelta(days=40 + number)
        await store.store_message(message("viejo", contact=f"whatsapp:+5198700020{number}", sent_at=old))
    with psycopg.connect(database_dsn, autocommit=True) as connection:
        connection.execute("update whatsapp_messages set processed = true")
        connection.execute(
            "update whatsapp_conversations set reply_due_at = null, created_at = created_at - '1y'::interval"
        )
    privacy = Privacy(store)
    await privacy.retain_all()
    assert await privacy.retain(tenant, by="test") == Counts()  # nobody asked for it
    with pytest.raises(InvalidRequest):
        await privacy.set_retention(tenant, 0)
    tenant = await privacy.set_retention(tenant, 41, by="Rosa")
    (line, *_) = await privacy.log(tenant)
    assert (line.action, line.requested_by, line.days) == ("retention_days", "Rosa", 41)
    would = await privacy.retain(tenant, by="test", dry_run=True)
    assert (would.messages, would.conversations) == (4, 4)
    await privacy.retain_all()
    (line, *_) = await privacy.log(tenant)
    assert (line.requested_by, line.counts) == ("scheduler", would)
    assert len((await store.list_conversations(tenant.id)).items) == 1
    assert (await privacy.set_retention(tenant, None)).settings.retention_days is None
