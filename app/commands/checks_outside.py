"""What the doctor asks of others: the running server, Twilio, the language model. In bounded time, changing nothing."""

import asyncio
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit

from app import version
from app.channels.urls import WEBHOOKS
from app.commands import common
from app.commands.api_client import is_local, local_url, opener
from app.commands.findings import Finding, off, on, wrong
from app.errors import HiloError
from app.web.text.words import words

if TYPE_CHECKING:
    from app.settings import Settings

_NETWORK_SECONDS: Final = 6.0


def feed(settings: "Settings", token: str) -> Finding:
    """Read the feed as a calendar would."""
    url = local_url(settings)
    try:
        with opener(url).open(f"{url}/api/v1/calendar.ics?token={token}", timeout=_NETWORK_SECONDS) as answer:
            events = answer.read().count(b"BEGIN:VEVENT")
    except HTTPError as error:
        if error.code == HTTPStatus.NOT_FOUND:
            text = words("the server at {url} does not know this store's feed: it runs on another store", url=url)
            return wrong("Calendar", text, "start both with the same settings")
        return wrong("Calendar", words("the feed answers {code}", code=error.code), "look at the server's log")
    except OSError as error:
        return wrong("Calendar", words("the feed does not answer ({why})", why=error), "look at the server's log")
    shown = words(
        "feed (ICS) with {events}; `{hilo} tenants feed` prints it",
        events=common.count(events, "event"),
        hilo=common.hilo(),
    )
    return on("Calendar", shown)


async def twilio(settings: "Settings") -> list[Finding]:
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
        return wrong(
            "Twilio sending",
            words("Twilio did not answer within {n} s", n=f"{_NETWORK_SECONDS:g}"),
            "check the network",
        )
    except HiloError as error:
        return wrong("Twilio sending", error.detail)
    finally:
        await channels.aclose()
    return on("Twilio sending", words("the account {sid}… answers", sid=sid[:6]))


def connected(settings: "Settings") -> list[str]:
    """The providers beside Twilio that something is set for."""
    return [provider for provider, has, _, _ in _other_providers(settings) if has]


def providers(settings: "Settings") -> list[Finding]:
    """The providers beside Twilio that something is set for, each as far as its settings tell."""
    found = []
    for provider, has, signed, sends in _other_providers(settings):
        name, path = WEBHOOKS[provider]
        address = f"{settings.public_base_url or local_url(settings)}{path}"
        if not has:
            continue
        if not sends[1]:
            text = words("messages come in at {url}, but nothing can be sent", url=address)
            found.append(wrong(name, text, words("set {setting}", setting=sends[0])))
        elif not signed[1]:
            text = words("webhook {url}, from this machine alone", url=address)
            found.append(on(name, text, words("set {setting}", setting=signed[0])))
        else:
            found.append(on(name, words("webhook {url}, checked; sending is set up", url=address)))
    return found


def _other_providers(settings: "Settings") -> Iterator[tuple[str, bool, tuple[str, bool], tuple[str, bool]]]:
    """Each with whether it is meant to be used, and the settings that its webhooks and its sending need."""
    meta, waha, chatwoot = settings.meta_access_token, settings.waha_base_url, settings.chatwoot_api_token
    yield "cloud_api", *_set("META_APP_SECRET", settings.meta_app_secret, "META_ACCESS_TOKEN", meta)
    yield "waha", *_set("WAHA_HMAC_KEY", settings.waha_hmac_key, "WAHA_BASE_URL", waha)
    token = settings.chatwoot_webhook_token or settings.chatwoot_webhook_secret
    base = chatwoot if settings.chatwoot_base_url else None
    yield "chatwoot", *_set("CHATWOOT_WEBHOOK_TOKEN", token, "CHATWOOT_BASE_URL, CHATWOOT_API_TOKEN", base)


def _set(signing: str, one: object, sending: str, other: object) -> tuple[bool, tuple[str, bool], tuple[str, bool]]:
    return bool(one or other), (signing, bool(one)), (sending, bool(other))


async def mail(settings: "Settings") -> Finding:
    """Connect to the mail server and log in there; nothing is sent."""
    from app.build import make_mailer

    mailer = make_mailer(settings)
    if mailer is None:
        return off("E-mail", "nobody is told by e-mail", "set HILO_SMTP_HOST and HILO_SMTP_FROM")
    try:
        async with asyncio.timeout(_NETWORK_SECONDS * 2):
            await mailer.check()
    except (HiloError, TimeoutError) as error:
        why = error.detail if isinstance(error, HiloError) else "the mail server did not answer in time"
        return wrong("E-mail", words("{host}: {why}", host=settings.smtp_host, why=why), "check HILO_SMTP_…")
    return on("E-mail", words("{host} answers", host=settings.smtp_host))


def public_url(settings: "Settings") -> Finding:
    url = settings.public_base_url
    if url is None:
        if settings.twilio_auth_token:
            return wrong(
                "Public address",
                "PUBLIC_BASE_URL is not set: signatures are checked against whatever address a request names",
                "set PUBLIC_BASE_URL to the address that Twilio calls",
            )
        return off("Public address", "none: reachable from this machine alone", "set PUBLIC_BASE_URL")
    if not url.startswith("https://") and not is_local(url):
        text = words("{url} is not https: Twilio and calendars send secrets over it", url=url)
        return wrong("Public address", text, "use https")
    path = urlsplit(url).path
    if path:
        return on("Public address", words("{url} (with the path {path} in front of every route)", url=url, path=path))
    return on("Public address", url)


async def model(settings: "Settings") -> Finding:
    if settings.openai_api_key is None:
        return off("Model", "offline: answers and reads without a key", "set OPENAI_API_KEY for a language model")
    import httpx

    base = settings.openai_base_url or "https://api.openai.com/v1"
    headers = {"Authorization": f"Bearer {settings.openai_api_key.get_secret_value()}"}
    try:
        async with httpx.AsyncClient(timeout=_NETWORK_SECONDS, trust_env=not is_local(base)) as client:
            answer = await client.get(f"{base}/models/{settings.openai_model}", headers=headers)
    except httpx.HTTPError as error:
        text = words("{url} does not answer ({why})", url=base, why=type(error).__name__)
        return wrong("Model", text, "check the network and OPENAI_BASE_URL")
    if answer.status_code in (401, 403):
        return wrong(
            "Model", words("{url} refuses the key ({code})", url=base, code=answer.status_code), "check OPENAI_API_KEY"
        )
    if answer.status_code == 404:
        return wrong(
            "Model", words("{url} has no model {model}", url=base, model=settings.openai_model), "check OPENAI_MODEL"
        )
    if answer.is_error:
        return wrong("Model", words("{url} answered {code}", url=base, code=answer.status_code), "try again later")
    return on("Model", words("{model} at {host}", model=settings.openai_model, host=urlsplit(base).hostname))


def server(settings: "Settings", said: Mapping[str, Any] | None) -> Finding:
    url = local_url(settings)
    if said is None:
        return off("Server", words("nothing answers at {url}", url=url), "./scripts/run")
    theirs, ours = (said.get("version"), said.get("commit")), (version.version(), version.commit())
    if theirs != ours and None not in theirs:
        said_ = {"theirs": f"{theirs[0]} ({theirs[1]})", "ours": f"{ours[0]} ({ours[1]})"}
        return wrong("Server", words("{url} runs {theirs}, this is {ours}", url=url, **said_), "restart it")
    return on("Server", words("answers at {url}", url=url))
