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
from app.web.text.words import Words, words

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
                *await _waiting(store, settings, status, running=running),
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


async def _waiting(store: "Store", settings: "Settings", status: "StoreStatus", *, running: bool) -> list[Finding]:
    """What waits, is parked, or went nowhere."""
    return [
        _replies(status, running=running),
        _unsent(settings, status, running=running),
        _batch(settings, status, running=running),
        *await _parked(store, status),
        *await _unrouted(store),
        *_owed(status),
        *([on("Review", words("{what} to be decided by a person", what=common.count(status.events_proposed, "event")),
              "GET /api/v1/whatsapp/events?status=review")] if status.events_proposed else []),
    ]  # fmt: skip


def _replies(status: "StoreStatus", *, running: bool) -> Finding:
    if not status.replies_due or status.oldest_reply_due is None:
        return on("Replies", "nobody waits for an answer")
    late = status.now - status.oldest_reply_due
    text = words("waiting for an answer: {who}", who=common.count(status.replies_due, "conversation"))
    if late < _REPLY_OVERDUE:
        return on("Replies", text)
    mend = "look at the server's log" if running else "start the server: it answers what is due"
    return wrong("Replies", words("{text}, the oldest for {span}", text=text, span=_span(late)), mend)


def _unsent(settings: "Settings", status: "StoreStatus", *, running: bool) -> Finding:
    if not status.messages_unsent:
        return on("Sending", "nothing waits to be sent")
    text = words("waiting to be sent: {what}", what=common.count(status.messages_unsent, "message"))
    if not settings.twilio_account_sid and not outside.connected(settings):
        return wrong("Sending", text, "set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")
    return on("Sending", text) if running else wrong("Sending", text, "start the server: it sends them")


def _batch(settings: "Settings", status: "StoreStatus", *, running: bool) -> Finding:
    run = status.last_batch_run
    last = words("never ran")
    if run is not None:
        last = words(
            "last run {span} ago ({trigger}, {status})",
            span=_span(status.now - run.started_at),
            trigger=run.trigger,
            status=run.status,
        )
    interval = settings.batch_interval_minutes
    every = words("every {n} minutes", n=f"{interval:g}") if interval else words("only when asked for")
    waits: str = ""
    if status.conversations_unprocessed and status.oldest_unprocessed:
        age = status.now - status.oldest_unprocessed
        unread = common.count(status.conversations_unprocessed, "conversation")
        waits = words("; not read by it yet: {unread}, the oldest for {span}", unread=unread, span=_span(age))
        due = timedelta(minutes=settings.batch_max_age_minutes + 2 * interval + 5)
        if age > due:
            text = words("{every}, {last}{waits}", every=every, last=last, waits=waits)
            return wrong("Batch", text, f"{common.hilo()} process")
    if run is not None and run.status == "failed":
        text = words("{every}, {last}: {why}", every=every, last=last, why=run.error or "-")
        return wrong("Batch", text, f"{common.hilo()} process")
    text = words("{every}, {last}{waits}", every=every, last=last, waits=waits)
    if not interval:
        return off("Batch", text, "HILO_BATCH_INTERVAL_MINUTES")
    if not running:
        every = words("{every} while the server runs", every=every)
        return off("Batch", words("{every}, {last}{waits}", every=every, last=last, waits=waits))
    return on("Batch", text)


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
            why = "; ".join(reasons) or "no reason was kept"
            found.append(wrong("Parked", words("{who}: {why}", who=who, why=why), mend))
    if (more := status.conversations_parked - len(found[:_LISTED])) > 0:
        rest = wrong("Parked", words("and {n} more", n=more), "GET /api/v1/whatsapp/conversations?parked=true")
        found = [*found[:_LISTED], rest]
    return found


async def _unrouted(store: "Store") -> list[Finding]:
    return [
        wrong(
            "Unrouted",
            words(
                "{what} for {provider} {address}, which no tenant has",
                what=common.count(one.messages, "message"),
                provider=one.provider,
                address=one.address,
            ),
            words(
                "{first}, then {then}",
                first=f"{common.hilo()} tenants channel SLUG {one.provider} '{one.address}'",
                then=f"{common.hilo()} tenants replay",
            ),
        )
        for one in await store.list_unrouted()
    ]


def _owed(status: "StoreStatus") -> list[Finding]:
    """What people were promised: that they are told, that they are forgotten."""
    found = []
    if status.untold:
        told = common.count(status.untold, "thing")
        text = words("{what} could not be told since yesterday", what=told)
        found.append(wrong("Notify", text, f"{common.hilo()} notify log"))
    if status.events_refused:
        refused = words("{n} refused by the calendar, tried every hour", n=status.events_refused)
        found.append(wrong("Calendar", refused, "GET /api/v1/whatsapp/events"))
    if status.removals_late:
        late = words("{n} of erased contacts still in the calendar", n=status.removals_late)
        found.append(wrong("Privacy", late, f"{common.hilo()} google status"))
    return found


def _span(span: timedelta) -> Words:
    seconds = max(span.total_seconds(), 0)
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return common.count(count, unit)
    return words("{n} seconds", n=f"{seconds:.0f}")
