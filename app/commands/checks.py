"""What `hilo doctor` looks at. Each check gives findings and raises nothing that it could have said."""

import asyncio
import contextlib
import platform
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app import version
from app.commands import checks_outside as outside
from app.commands import checks_sync as sync
from app.commands import checks_waiting as waiting
from app.commands import common
from app.commands.api_client import health, local_url
from app.commands.findings import Finding, off, on, wrong
from app.errors import StoreError
from app.web.text.words import Words, words

if TYPE_CHECKING:
    from app.settings import Settings
    from app.store.store import Store

_LEAST_DISK: Final = 200 * 1024 * 1024  # bytes; Postgres stops taking writes when its disk is full


async def examine(settings: "Settings", store: "Store | None" = None) -> list[Finding]:
    """Everything, in the order in which it is shown; with a server's own `store`, else with one that is opened."""
    server = await asyncio.to_thread(health, local_url(settings))
    kept, twilio, mail, model, agent = await asyncio.gather(
        _store(settings, store, running=server is not None),
        outside.twilio(settings),
        outside.mail(settings),
        outside.model(settings),
        sync.client(),
    )
    return [
        *installation(),
        *_settings(settings),
        _data_folder(settings),
        *kept,
        *twilio,
        *outside.providers(settings),
        mail,
        outside.public_url(settings),
        model,
        outside.server(settings, server),
        *agent,
    ]


def installation() -> list[Finding]:
    python = words(
        "{version} on {system} {machine}",
        version=platform.python_version(),
        system=platform.system(),
        machine=platform.machine(),
    )
    return [on("Hilo", version.describe()), on("Python", python)]


def _settings(settings: "Settings") -> list[Finding]:
    found = []
    for warning in settings.warnings:
        if warning.startswith("HILO_TIMEZONE"):
            text = words("{zone}, the system's", zone=settings.timezone)
            found.append(off("Time zone", text, "set HILO_TIMEZONE to the zone of the business"))
        else:
            found.append(wrong("Settings", warning))
    if "timezone" in settings.model_fields_set:
        found.append(on("Time zone", settings.timezone))
    if not any(one.part == "Settings" for one in found):
        source = "environment and .env" if Path(".env").is_file() else "environment; there is no .env here"
        found.insert(0, on("Settings", words("{n} set ({source})", n=len(settings.model_fields_set), source=source)))
    return found


def _data_folder(settings: "Settings") -> Finding:
    folder = settings.data_dir.expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return wrong(
            "Data folder",
            words("{folder} cannot be written ({why})", folder=folder, why=error.strerror),
            "give it to this user, or name another in HILO_DATA_DIR",
        )
    free = shutil.disk_usage(folder).free
    if free < _LEAST_DISK:
        text = words("only {free} MB are free at {folder}", free=free // 1_000_000, folder=folder)
        return wrong("Data folder", text, "make room on this disk")
    return on("Data folder", words("{folder}, {free} GB free", folder=folder, free=f"{free / 1e9:.0f}"))


async def _store(settings: "Settings", given: "Store | None", *, running: bool) -> list[Finding]:
    from app.build import open_store
    from app.errors import SchemaMismatch

    place = _place(settings)
    try:
        async with contextlib.nullcontext(given) if given else open_store(settings) as store:
            status = await store.status()
            return [
                on(
                    "Store",
                    words("{place}, Postgres {version}, schema up to date", place=place, version=status.server_version),
                ),
                *await _tenants(store, settings, running=running),
                *await _google(settings, store),
                *await _model_budget(store, settings),
                *await waiting.findings(store, settings, status, running=running),
                await sync.sessions(store, settings),
            ]
    except SchemaMismatch as error:
        return [wrong("Store", words("{place}: {why}", place=place, why=error.detail))]
    except StoreError as error:
        mend = "start it, or correct DATABASE_URL" if settings.database_url else None
        return [wrong("Store", words("{place}: {why}", place=place, why=error.detail), mend)]


def _place(settings: "Settings") -> Words:
    """As `build.store_name` says it."""
    if settings.supabase_url:
        return words("Supabase ({url})", url=settings.supabase_url)
    if settings.database_url:
        return words("Postgres (DATABASE_URL)")
    return words("embedded Postgres in {folder}", folder=settings.data_dir)


async def _model_budget(store: "Store", settings: "Settings") -> list[Finding]:
    """What the language model took today; nothing without one."""
    from app.build import make_budget

    budget = make_budget(settings, store)
    if budget is None:
        return []
    used = await store.model_usage()
    over = [wrong("Model budget", one.detail, "HILO_LLM_DAILY_TOKENS") for one in await budget.findings()]
    tokens, cost = sum(row.tokens for row in used), sum(row.cost for row in used)
    price = words(", cost {cost}", cost=f"{cost:.2f}") if cost else ""
    return over or [on("Model budget", words("{n} tokens today (UTC){price}", n=tokens, price=price))]


async def _tenants(store: "Store", settings: "Settings", *, running: bool) -> list[Finding]:
    tenants = await store.list_tenants()
    channels = sum(one.enabled for tenant in tenants for one in tenant.channels)
    routing = words("one business, `default`, takes every number")
    if channels:
        routing = words(
            "{numbers} of {tenants}",
            numbers=common.count(channels, "number"),
            tenants=common.count(len(tenants), "tenant"),
        )
    default = next(tenant for tenant in tenants if tenant.slug == "default")
    calendar = on("Calendar", words("feed (ICS); `{hilo} tenants feed` prints its address", hilo=common.hilo()))
    if running:
        calendar = await asyncio.to_thread(outside.feed, settings, default.feed_token or "")
    return [on("Tenants", words("{routing}; default in {zone}", routing=routing, zone=default.timezone)), calendar]


async def _google(settings: "Settings", store: "Store") -> list[Finding]:
    """Every tenant's calendar, asked. Nothing where Google is not set up: the feed is enough."""
    if not settings.google_service_account and not settings.google_client_id:
        return []
    from app.commands.google import report
    from app.errors import SettingsError

    try:
        async with asyncio.timeout(15):
            lines = await report(settings, store)
    except (SettingsError, TimeoutError) as error:
        return [wrong("Google", str(error) or "Google does not answer", f"{common.hilo()} google status")]
    return [on("Google", line) if good else wrong("Google", line) for good, line in lines]
