"""What the doctor says of agents outside: the sessions that they keep here, and this environment as one of theirs."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from app.commands import common
from app.commands.api_client import is_local
from app.commands.findings import Finding, off, on, wrong
from app.web.text.words import words

if TYPE_CHECKING:
    from app.client.settings import ClientSettings
    from app.settings import Settings
    from app.store.store import Store

_NETWORK_SECONDS: Final = 6.0
_NOBODY: Final = "+10000000000"  # a phone that no customer has
_WHO: Final = "Sync client"


async def sessions(store: "Store", settings: "Settings") -> Finding:
    """Those that the store has."""
    status = await store.session_status()
    if status.waiting and status.oldest_waiting:
        minutes = (datetime.now(UTC) - status.oldest_waiting).total_seconds() / 60
        text = words(
            "waiting for the agent outside: {who}, one for {minutes} minutes",
            who=common.count(status.waiting, "customer"),
            minutes=f"{minutes:.0f}",
        )
        return wrong("Sync", text, "see that it runs; hiloReplies: true lets Hilo answer")
    text = common.count(status.active, "active session")
    if not status.written:
        text = words("{sessions}; no agent outside has written to one", sessions=text)
        return off("Sync", text, "docs/conversation-sync.md")
    limit = settings.sync_requests_per_minute
    text = words(
        "{sessions}, {written} used by an agent outside, {alone} answered by it alone{limit}",
        sessions=text,
        written=status.written,
        alone=status.answered_outside,
        limit=words("; {limit} requests a minute for each key and process", limit=f"{limit:,}") if limit else "",
    )
    return on("Sync", text)


async def client() -> list[Finding]:
    """Whether an agent with this environment reaches the API; nothing where it names none. Changes nothing."""
    from app.client.settings import load_client_settings

    settings = load_client_settings()
    if settings.base_url is None:
        return []
    if not settings.enabled:
        mend = "set ENABLE_CONVERSATION_SYNC and USE_CONVERSATION_API to true, or neither"
        return [off(_WHO, "switched off: its calls do nothing", mend)]
    return [await _api(settings, settings.base_url), *_outbox(settings)]


async def _api(settings: "ClientSettings", url: str) -> Finding:
    import httpx

    make_key = f"{common.hilo()} keys create --name … --tenant …"
    headers = {"Authorization": f"Bearer {settings.api_key}"} if settings.api_key else {}
    params = {"tenant": settings.sub_domain} if settings.sub_domain else {}
    try:
        async with httpx.AsyncClient(
            base_url=url, headers=headers, params=params, timeout=_NETWORK_SECONDS, trust_env=not is_local(url)
        ) as http:
            health = await http.get("/health")
            found = await http.get(f"/api/v1/whatsapp/lookup/tenant/{quote(_NOBODY)}")
            written = await http.put("/api/v1/whatsapp/agent/conversations/none/sync", json={})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        text = words("{url} does not answer ({why})", url=url, why=type(error).__name__)
        return wrong(_WHO, text, "start the server, or correct CONVERSATION_API_BASE_URL; meanwhile calls wait")
    if health.status_code == 404:
        return wrong(
            _WHO, words("{url} has no conversation API", url=url), "is CONVERSATION_API_BASE_URL Hilo's address?"
        )
    if health.is_error:
        return wrong(
            _WHO,
            words("{url} answered {code}", url=f"{url}/health", code=health.status_code),
            "look at the server's log",
        )
    if found.status_code == 401:
        return wrong(_WHO, words("{url} does not know the key", url=url), f"CONVERSATION_API_KEY: {make_key}")
    if "tenant" in _message(found):
        text = words("the key does not reach the tenant {tenant}", tenant=settings.sub_domain)
        return wrong(_WHO, text, "correct CONVERSATION_SUBDOMAIN")
    if 403 in (found.status_code, written.status_code):
        return wrong(_WHO, "the key may not write", make_key)
    if (found.status_code, written.status_code) != (404, 404):
        text = words("{url} answered {code}", url=url, code=f"{found.status_code}, {written.status_code}")
        return wrong(_WHO, text, "look at the server's log")
    return on(_WHO, words("{url} takes the key", url=url))


def _message(answer: Any) -> str:
    try:
        return str(answer.json().get("message", ""))
    except (ValueError, AttributeError):
        return ""


def _outbox(settings: "ClientSettings") -> list[Finding]:
    path = settings.outbox_path
    if path is None:
        return [off("Sync outbox", "in memory: lost with the agent's process", "CONVERSATION_OUTBOX_PATH keeps it")]
    if not Path(path).exists():
        return [on("Sync outbox", words("{path}: nothing waits", path=path))]
    try:
        with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (waiting,) = connection.execute("select count(*) from calls").fetchone()
    except sqlite3.Error as error:
        return [wrong("Sync outbox", words("{path}: {why}", path=path, why=error), "is it the file of an outbox?")]
    if waiting:
        text = words("{path}: {calls} to be delivered", path=path, calls=common.count(waiting, "call"))
        return [wrong("Sync outbox", text, "the agent delivers them while it runs and the API answers")]
    return [on("Sync outbox", words("{path}: nothing waits", path=path))]
