"""What `hilo doctor` looks at. Each check gives findings and raises nothing that it could have said."""

import asyncio
import platform
import shutil
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from app import version
from app.commands import common
from app.commands.api_client import health, is_local, local_url
from app.commands.findings import Finding, off, on, wrong
from app.errors import HiloError, StoreError

if TYPE_CHECKING:
    from app.settings import Settings
    from app.store.store import Store
    from app.store.tenants import StoreStatus

_NETWORK_SECONDS: Final = 6.0
_LEAST_DISK: Final = 200 * 1024 * 1024  # bytes; Postgres stops taking writes when its disk is full
_REPLY_OVERDUE: Final = timedelta(minutes=2)
_LISTED: Final = 5  # of what is parked


async def examine(settings: "Settings") -> list[Finding]:
    """Everything, in the order in which it is shown."""
    server = await asyncio.to_thread(health, local_url(settings))
    store, twilio, model = await asyncio.gather(
        _store(settings, running=server is not None), _twilio(settings), _model(settings)
    )
    return [
        *installation(),
        *_settings(settings),
        _data_folder(settings),
        *store,
        *twilio,
        _public_url(settings),
        model,
        _server(settings, server),
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


async def _store(settings: "Settings", *, running: bool) -> list[Finding]:
    from app.build import open_store, store_name
    from app.errors import SchemaMismatch

    place = store_name(settings)
    try:
        async with open_store(settings) as store:
            status = await store.status()
            return [
                on("Store", f"{place}, Postgres {status.server_version}, schema up to date"),
                *await _tenants(store, settings),
                *await _google(settings, store),
                *await _waiting(store, settings, status, running=running),
            ]
    except SchemaMismatch as error:
        return [wrong("Store", f"{place}: {error.detail}")]
    except StoreError as error:
        mend = "start it, or correct DATABASE_URL" if settings.database_url else None
        return [wrong("Store", f"{place}: {error.detail}", mend)]


async def _tenants(store: "Store", settings: "Settings") -> list[Finding]:
    tenants = await store.list_tenants()
    channels = sum(one.enabled for tenant in tenants for one in tenant.channels)
    routing = "one business, `default`, takes every number"
    if channels:
        routing = f"{common.count(channels, 'number')} of {common.count(len(tenants), 'tenant')}"
    by_slug = {tenant.slug: tenant for tenant in tenants}
    default = by_slug["default"]
    feed = f"feed; `{common.hilo()} tenants feed` prints its address"
    return [
        on("Tenants", f"{routing}; default in {default.timezone}"),
        on("Calendar", feed) if default.feed_token else wrong("Calendar", "the tenant has no feed token"),
    ]


async def _google(settings: "Settings", store: "Store") -> list[Finding]:
    """Every tenant's calendar, asked. Nothing where Google is not set up: the feed is enough."""
    if not settings.google_service_account and not settings.google_client_id:
        return []
    from app.commands.google import report
    from app.errors import SettingsError

    try:
        async with asyncio.timeout(3 * _NETWORK_SECONDS):
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
        *([on("Review", f"{common.count(status.events_proposed, 'event')} to be decided by a person",
              "GET /api/v1/whatsapp/events?status=proposed")] if status.events_proposed else []),
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
        waits = f"; not read by it yet: {unread}, for {_span(age)}"
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


async def _twilio(settings: "Settings") -> list[Finding]:
    if settings.twilio_auth_token:
        signature = on("Twilio webhook", "signatures are checked")
    else:
        signature = off("Twilio webhook", "unsigned, from this machine alone", "set TWILIO_AUTH_TOKEN for Twilio's own")
    if not settings.twilio_account_sid:
        text = "the webhook's answer carries the reply"
        return [signature, off("Twilio sending", text, "set TWILIO_ACCOUNT_SID to send replies when they are ready")]
    return [signature, await _twilio_account(settings, settings.twilio_account_sid)]


async def _twilio_account(settings: "Settings", sid: str) -> Finding:
    """Ask for the messages of this very moment: needs the credentials, and changes nothing."""
    from datetime import UTC, datetime

    from app.build import make_channels

    channels = make_channels(settings)
    try:
        async with asyncio.timeout(_NETWORK_SECONDS):
            async for _ in channels.get("twilio").list_inbound(since=datetime.now(UTC)):
                break
    except TimeoutError:
        return wrong("Twilio sending", f"Twilio did not answer within {_NETWORK_SECONDS:g} s", "check the network")
    except HiloError as error:
        return wrong("Twilio sending", error.detail)
    finally:
        await channels.aclose()
    return on("Twilio sending", f"the account {sid[:6]}… answers")


def _public_url(settings: "Settings") -> Finding:
    url = settings.public_base_url
    if url is None:
        if settings.twilio_auth_token:
            return wrong(
                "Public address",
                "PUBLIC_BASE_URL is not set: signatures are checked against whatever address a request names",
                "set PUBLIC_BASE_URL to the address that Twilio calls",
            )
        return off("Public address", "none: reachable from this machine alone", "PUBLIC_BASE_URL")
    if not url.startswith("https://") and not is_local(url):
        return wrong("Public address", f"{url} is not https: Twilio and calendars send secrets over it", "use https")
    path = urlsplit(url).path
    return on("Public address", url + (f" (with the path {path} in front of every route)" if path else ""))


async def _model(settings: "Settings") -> Finding:
    if settings.openai_api_key is None:
        return off("Model", "offline: answers and reads without a key", "OPENAI_API_KEY for a language model")
    import httpx

    base = settings.openai_base_url or "https://api.openai.com/v1"
    headers = {"Authorization": f"Bearer {settings.openai_api_key.get_secret_value()}"}
    try:
        async with httpx.AsyncClient(timeout=_NETWORK_SECONDS, trust_env=not is_local(base)) as client:
            answer = await client.get(f"{base}/models/{settings.openai_model}", headers=headers)
    except httpx.HTTPError as error:
        text = f"{base} does not answer ({type(error).__name__})"
        return wrong("Model", text, "check the network and OPENAI_BASE_URL")
    if answer.status_code in (401, 403):
        return wrong("Model", f"{base} refuses the key ({answer.status_code})", "check OPENAI_API_KEY")
    if answer.status_code == 404:
        return wrong("Model", f"{base} has no model {settings.openai_model}", "check OPENAI_MODEL")
    if answer.is_error:
        return wrong("Model", f"{base} answered {answer.status_code}", "try again later")
    return on("Model", f"{settings.openai_model} at {urlsplit(base).hostname}")


def _server(settings: "Settings", said: Mapping[str, Any] | None) -> Finding:
    url = local_url(settings)
    if said is None:
        return off("Server", f"nothing answers at {url}", "./scripts/run")
    theirs, ours = (said.get("version"), said.get("commit")), (version.version(), version.commit())
    if theirs != ours and None not in theirs:
        return wrong("Server", f"{url} runs {theirs[0]} ({theirs[1]}), this is {ours[0]} ({ours[1]})", "restart it")
    return on("Server", f"answers at {url}")


def _span(span: timedelta) -> str:
    seconds = max(span.total_seconds(), 0)
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return common.count(count, unit)
    return f"{seconds:.0f} seconds"
