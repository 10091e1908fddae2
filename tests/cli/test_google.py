"""`hilo google`: connecting a calendar and asking about it."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from app.build import make_calendar
from app.calendars.google_access import Sealer
from app.commands import common, google, google_oauth
from app.errors import CalendarDisconnected
from app.settings import Settings
from app.store.postgres import PostgresDatabase
from app.store.store import Store
from tests.support.google_entries import GoogleCalendarState
from tests.support.google_server import ACCOUNT, CALENDAR, GoogleServer


@pytest.fixture
def server():
    with GoogleServer() as running:
        yield running


@pytest.fixture
async def store(database_dsn):
    database = await PostgresDatabase.connect(database_dsn, max_connections=3)
    store = Store(database)
    await store.ensure_default_tenant(timezone="Europe/Madrid", locale="es")
    yield store
    await database.close()


def with_key(server, **more) -> Settings:
    key = SecretStr(json.dumps(server.service_account()))
    return Settings(_env_file=None, google_service_account=key, google_api_url=server.api_url.rstrip("/"), **more)


async def test_status_says_what_works_and_what_does_not(server, store):
    ((good, line),) = await google.report(Settings(_env_file=None), store)
    assert (good, "GOOGLE_SERVICE_ACCOUNT" in line, "alone" in line) == (True, True, False)
    ((good, line),) = await google.report(Settings(_env_file=None, google_calendar_id=CALENDAR), store)
    assert (good, "GOOGLE_CALENDAR_ID alone does nothing" in line) == (False, True)
    ((good, line),) = await google.report(with_key(server), store)
    assert (good, "google connect --calendar ID` gives it one" in line) == (True, True)
    settings = with_key(server, google_calendar_id=CALENDAR)
    ((good, line),) = await google.report(settings, store)
    assert good
    assert f"as {ACCOUNT}, time zone Europe/Madrid" in line
    tenant = await common.find_tenant(store, "default")
    lease = uuid4()
    await store.claim_calendar_sync(tenant.id, lease, CALENDAR, lease_seconds=9, not_after=datetime.now(UTC))
    await store.complete_calendar_sync(tenant.id, lease, CALENDAR, token="t")
    ((good, line),) = await google.report(settings, store)
    assert (good, "changes are read every 60 s, last at " in line) == (True, True)
    server.calendar.role = "reader"
    ((good, line),) = await google.report(settings, store)
    assert (good, "Make changes to events" in line) == (False, True)


async def test_another_tenant_connects_its_calendar(server, store):
    await store.save_tenant("sol", name="Sol", timezone="Europe/Madrid", locale="es")
    (line,) = await google._connect(with_key(server), store, "sol", CALENDAR)
    assert line.startswith("sol: writes to")
    sol = await common.find_tenant(store, "sol")
    assert sol.settings.google_calendar_id == CALENDAR
    with pytest.raises(CalendarDisconnected, match="has no calendar"):
        await google._connect(with_key(server), store, "default", "another@example.com")
    assert (await common.find_tenant(store, "default")).settings.google_calendar_id is None


async def test_the_service_accounts_own_calendar_is_refused_in_words(server, store):
    with pytest.raises(CalendarDisconnected, match="which nobody sees"):
        await google._connect(with_key(server), store, "default", "primary")
    ((good, line),) = await google.report(with_key(server, google_calendar_id="primary"), store)
    assert (good, "which nobody sees" in line, f"share it with {ACCOUNT}" in line) == (False, True, True)


async def test_an_owner_agrees_and_the_access_is_kept_encrypted(server, store, monkeypatch):
    settings = Settings(
        _env_file=None,
        google_client_id="client",
        google_client_secret=SecretStr("secret"),
        secret_key=SecretStr(Sealer.new_key()),
        google_token_url=f"{server.url}/token",
        google_api_url=server.api_url.rstrip("/"),
    )
    shown: asyncio.Queue[str] = asyncio.Queue()
    monkeypatch.setattr(common, "say", shown.put_nowait)

    async def owner() -> None:
        query = parse_qs(urlsplit(await shown.get()).query)
        assert query["access_type"] == ["offline"]
        async with httpx.AsyncClient() as browser:
            await browser.get(query["redirect_uri"][0], params={"state": query["state"][0], "code": "abc"})

    connecting = google._connect(settings, store, "default", CALENDAR)
    lines, _ = await asyncio.wait_for(asyncio.gather(connecting, owner()), 20)
    assert "the owner (default)" in lines[0]
    tenant = await common.find_tenant(store, "default")
    access = await store.calendar_access(tenant.id)
    assert "refresh" not in access.credentials
    calendar = make_calendar(settings, store)
    await calendar.check(tenant)
    # Another calendar of the same owner: nobody is asked. One that is not theirs takes nothing away.
    server.calendars["otra@example.com"] = GoogleCalendarState("otra@example.com")
    await store.calendar_down(tenant.id, by="write", reason="away")
    (line,) = await asyncio.wait_for(google._connect(settings, store, "default", "otra@example.com"), 20)
    assert line.startswith("default: writes to “otra@example.com”")
    assert (await common.find_tenant(store, "default")).settings.google_calendar_id == "otra@example.com"
    assert await store.calendars_down() == []
    before = await store.calendar_access(tenant.id)
    both = asyncio.gather(google._connect(settings, store, "default", "nobodys@example.com"), owner())
    with pytest.raises(CalendarDisconnected, match="has no calendar"):
        await asyncio.wait_for(both, 20)
    assert await store.calendar_access(tenant.id) == before
    server.revoked = True
    server.tokens.clear()
    with pytest.raises(CalendarDisconnected, match="hilo google connect"):
        await calendar.check(tenant)
    await calendar.aclose()


async def test_the_address_of_a_page_that_does_not_load_is_pasted(server, monkeypatch):
    """The owner's browser is on another machine than the one that listens."""
    settings = Settings(
        _env_file=None,
        google_client_id="client",
        google_client_secret=SecretStr("secret"),
        secret_key=SecretStr(Sealer.new_key()),
        google_token_url=f"{server.url}/token",
    )
    terminal, keyboard = os.openpty()
    shown: asyncio.Queue[str] = asyncio.Queue()
    monkeypatch.setattr(common, "say", shown.put_nowait)

    async def owner() -> None:
        query = parse_qs(urlsplit(await shown.get()).query)
        os.write(terminal, b"what?\n")
        answer = urlencode({"state": query["state"][0], "code": "abc"})
        os.write(terminal, f"{query['redirect_uri'][0]}?{answer}\n".encode())

    with os.fdopen(keyboard) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        token, _ = await asyncio.wait_for(asyncio.gather(google_oauth.ask_owner(settings), owner()), 20)
    os.close(terminal)
    assert token == "refresh-abc"


@pytest.mark.parametrize(
    "address", ["http://x/?state=other&code=1", "http://x/?state=s&error=access_denied", "nonsense"]
)
def test_addresses_that_give_no_access(address):
    with pytest.raises(CalendarDisconnected):
        google_oauth.code_of(address, "s")
