"""What `hilo doctor` looks at. Each check gives findings and raises nothing that it could have said."""

import asyncio
import contextlib
import platform
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app import version
from app.commands import checks_outside as outside
from app.commands import checks_sync as sync
from app.commands import common
from app.commands.api_client import health, local_url
from app.commands.findings import Finding, off, on, wrong
from app.errors import StoreError

if TYPE_CHECKING:
    from app.settings import Settings
    from app.store.store import Store
    from app.store.tenants import StoreStatus

_LEAST_DISK: Final = 200 * 1024 * 1024  # bytes; Postgres stops taking writes when its disk is full
_REPLY_OVERDUE: Final = timedelta(minutes=2)
_LISTED: Final = 5  # of what is parked


async def examine(settings: "Settings", store: "Store | None" = None) -> list[Finding]:
    """Everything, in the order in which it is shown; with a server's own `store`, else with one that is opened."""
    server = await asyncio.to_thread(health, local_url(settings))
    kept, twilio, model, agent = await asyncio.gather(
        _store(settings, store, running=server is not None),
        outside.twilio(settings),
        outside.model(settings),
        sync.client(),
    )
    return [
        *installation(),
        *_settings(settings),
        _data_folder(settings),
        *kept,
        *twilio,
        outside.public_url(settings),
        model,
        outside.server(settings, server),
        *agent,
    ]


def installation() -> list[Finding]:
    python = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return [on("Hilo", version.describe()), on("Python", python)]


def _settings(settings: "Settings") -> list[Finding]:
    found = []
    for warning in settings.warnings:
        if warning.startswith("HILO_TIMEZONE"):
            text, mend = f"{settings.timezone}, the system's", "set HILO_TIMEZONE to the zone of the business"
            found.append(off("Time zone", text, mend))
        else:
            found.append(wrong("Settings", warning))
    if "timezone" in settings.model_fields_set:
        found.append(on("Time zone", settings.timezone))
    if not any(one.part == "Settings" for one in found):
        source = "environment and .env" if Path(".env").is_file() else "environment; there is no .env here"
        found.insert(0, on("Settings", f"{len(settings.model_fields_set)} set ({source})"))
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
            f"{folder} cannot be written ({error.strerror})",
            "give it to this user, or name another in HILO_DATA_DIR",
        )
    free = shutil.disk_usage(folder).free
    if free < _LEAST_DISK:
        return wrong("Data folder", f"only {free // 1_000_000} MB are free at {folder}", "make room on this disk")
    return on("Data folder", f"{folder}, {free / 1e9:.0f} GB free")


async def _store(settings: "Settings", given: "Store | None", *, running: bool) -> list[Finding]:
    from app.build import open_store, store_name
    from app.errors import SchemaMismatch

    place = store_name(settings)
    try:
        async with contextlib.nullcontext(given) if given else open_store(settings) as store:
            status = await store.status()
            return [
                on("Store", f"{place}, Postgres {status.server_version}, schema up to date"),
                *await _tenants(store, settings, running=running),
                *await _google(settings, store),
                *await _model_budget(store, settings),
                *await _waiting(store, settings, status, running=running),
                await sync.sessions(store, settings),
            ]
    except SchemaMismatch as error:
        return [wrong("Store", f"{place}: {error.detail}")]
    except StoreError as error:
        mend = "start it, or correct DATABASE_URL" if settings.database_url else None
        return [wrong("Store", f"{place}: {error.detail}", mend)]


async def _model_budget(store: "Store", settings: "Settings") -> list[Finding]:
    """What the language model took today; nothing without one."""
    from app.build import make_budget

    budget = make_budget(settings, store)
    if budget is None:
        return []
    used = await store.model_usage()
    over = [wrong("Model budget", one.detail, "HILO_LLM_DAILY_TOKENS") for one in await budget.findings()]
    tokens, cost = sum(row.tokens for row in used), sum(row.cost for row in used)
    price = f", cost {cost:.2f}" if cost else ""
    return over or [on("Model budget", f"{tokens} tokens today (UTC){price}")]


async def _tenants(store: "Store", settings: "Settings", *, running: bool) -> list[Finding]:
    tenants = await store.list_tenants()
    channels = sum(one.enabled for tenant in tenants for one in tenant.channels)
    routing = "one business, `default`, takes every number"
    if channels:
        routing = f"{common.count(channels, 'number')} of {common.count(len(tenants), 'tenant')}"
    default = next(tenant for tenant in tenants if tenant.slug == "default")
    calendar = on("Calendar", f"feed (ICS); `{common.hilo()} tenants feed` prints its address")
    if running:
        calendar = await asyncio.to_thread(outside.feed, settings, default.feed_token or "")
    return [on("Tenants", f"{routing}; default in {default.timezone}"), calendar]


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


async def _waiting(store: "Store", settings: "Settings", status: "StoreStatus", *, running: bool) -> list[Finding]:
    """What waits, is parked, or went nowhere."""
    return [
        _replies(status, running=running),
        _unsent(settings, status, running=running),
        _batch(settings, status, running=running),
        *await _parked(store, status),
        *await _unrouted(store),
        *_owed(status),
        *([on("Review", f"{common.count(status.events_proposed, 'event')} to be decided by a person",
              "GET /api/v1/whatsapp/events?status=review")] if status.events_proposed else []),
    ]  # fmt: skip


def _replies(status: "StoreStatus", *, running: bool) -> Finding:
    if not status.replies_due or status.oldest_reply_due is None:
        return on("Replies", "nobody waits for an answer")
    late = status.now - status.oldest_reply_due
    text = f"waiting for an answer: {common.count(status.replies_due, 'conversation')}"
    if late < _REPLY_OVERDUE:
        return on("Replies", text)
    mend = "look at the server's log" if running else "start the server: it answers what is due"
    return wrong("Replies", f"{text}, the oldest for {_span(late)}", mend)


def _unsent(settings: "Settings", status: "StoreStatus", *, running: bool) -> Finding:
    if not status.messages_unsent:
        return on("Sending", "nothing waits to be sent")
    text = f"waiting to be sent: {common.count(status.messages_unsent, 'message')}"
    if not settings.twilio_account_sid:
        return wrong("Sending", text, "set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")
    return on("Sending", text) if running else wrong("Sending", text, "start the server: it sends them")


def _batch(settings: "Settings", status: "StoreStatus", *, running: bool) -> Finding:
    run = status.last_batch_run
    last = "never ran"
    if run is not None:
        last = f"last run {_span(status.now - run.started_at)} ago ({run.trigger}, {run.status})"
    interval = settings.batch_interval_minutes
    every = f"every {interval:g} minutes" if interval else "only when asked for"
    waits = ""
    if status.conversations_unprocessed and status.oldest_unprocessed:
        age = status.now - status.oldest_unprocessed
        unread = common.count(status.conversations_unprocessed, "conversation")
        waits = f"; not read by it yet: {unread}, the oldest for {_span(age)}"
        due = timedelta(minutes=settings.batch_max_age_minutes + 2 * interval + 5)
        if age > due:
            return wrong("Batch", f"{every}, {last}{waits}", f"{common.hilo()} process")
    if run is not None and run.status == "failed":
        return wrong("Batch", f"{every}, {last}: {run.error}", f"{common.hilo()} process")
    if not interval:
        return off("Batch", f"{every}, {last}{waits}", "HILO_BATCH_INTERVAL_MINUTES")
    return (on if running else off)("Batch", f"{every}{'' if running else ' while the server runs'}, {last}{waits}")


async def _parked(store: "Store", status: "StoreStatus") -> list[Finding]:
    if not status.conversations_parked:
        return []
    found = []
    for tenant in await store.list_tenants():
        page = await store.list_conversations(tenant.id, parked=True, limit=_LISTED)
        for one in page.items:
            reasons = [reason for reason in (one.reply_error, one.batch_error) if reason]
            who = one.conversation_id if tenant.slug == "default" else f"{tenant.slug} {one.conversation_id}"
            mend = f"{common.hilo()} process --conversation {one.id}"
            if one.reply_parked_at:
                mend = f"POST /api/v1/whatsapp/conversations/{one.id}/retry"
            found.append(wrong("Parked", f"{who}: {'; '.join(reasons) or 'no reason was kept'}", mend))
    if (more := status.conversations_parked - len(found[:_LISTED])) > 0:
        rest = wrong("Parked", f"and {more} more", "GET /api/v1/whatsapp/conversations?parked=true")
        found = [*found[:_LISTED], rest]
    return found


async def _unrouted(store: "Store") -> list[Finding]:
    return [
        wrong(
            "Unrouted",
            f"{common.count(one.messages, 'message')} for {one.provider} {one.address}, which no tenant has",
            f"{common.hilo()} tenants channel SLUG {one.provider} '{one.address}', then {common.hilo()} tenants replay",
        )
        for one in await store.list_unrouted()
    ]


def _owed(status: "StoreStatus") -> list[Finding]:
    """What people were promised: that they are told, that they are forgotten."""
    found = []
    if status.untold:
        told = common.count(status.untold, "thing")
        found.append(wrong("Notify", f"{told} could not be told since yesterday", f"{common.hilo()} notify log"))
    if status.removals_late:
        late = f"{status.removals_late} of erased contacts still in the calendar"
        found.append(wrong("Privacy", late, f"{common.hilo()} google status"))
    return found


def _span(span: timedelta) -> str:
    seconds = max(span.total_seconds(), 0)
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return common.count(count, unit)
    return f"{seconds:.0f} seconds"
