"""What `hilo serve` says once it answers: where things are, what is on, what to try next."""

import sys
from typing import TYPE_CHECKING

from rich.text import Text

from app import version
from app.build import store_name
from app.channels.urls import WEBHOOKS
from app.commands import checks_outside as outside
from app.commands import common

if TYPE_CHECKING:
    from app.models import Tenant
    from app.settings import Settings

Rows = list[tuple[str, str]]


def show(settings: "Settings", tenant: "Tenant", url: str) -> None:
    """Print it: with colours on a terminal, plain elsewhere, where the feed's secret token is left out."""
    on_terminal = sys.stdout.isatty()
    sections = [
        ("Where", places(settings, tenant, url, secrets=on_terminal)),
        ("Parts", parts(settings)),
        ("Try next", next_steps(settings)),
    ]
    width = max(len(name) for _, rows in sections for name, _ in rows)
    title = f"Hilo {version.describe()} is up."
    out = common.console()
    out.print()
    out.print(f"[bold green]●[/] [bold]{title}[/]" if on_terminal else title)
    for heading, rows in sections:
        out.print(f"\n[bold]{heading}[/]")
        for name, text in rows:
            # Never broken into lines: a long address must stay one, to be clicked on and copied.
            style = "dim" if text.startswith("off:") else ""
            out.print(Text.assemble(("  " + name.ljust(width + 2), "cyan"), (text, style)), soft_wrap=True)
    out.print()
    sys.stdout.flush()


def places(settings: "Settings", tenant: "Tenant", url: str, *, secrets: bool) -> Rows:
    public = settings.public_base_url or url
    token = (tenant.feed_token or "") if secrets else "…"
    feed = f"{public}/api/v1/calendar.ics?token={token}"
    more = outside.connected(settings)
    addresses = [WEBHOOKS["twilio"], *(WEBHOOKS[provider] for provider in more)]
    whose_zone = "" if "timezone" in settings.model_fields_set else " (the system's; HILO_TIMEZONE sets it)"
    return [
        ("Inbox", f"{url}/ ({common.hilo()} login opens it)"),
        ("Address", url + (f", from outside {public}" if settings.public_base_url else "")),
        ("API", f"{url}/docs (key: {common.hilo()} keys show)"),
        *(("Webhook", f"{public}{path}" + (f" ({name})" if more else "")) for name, path in addresses),
        ("Calendar", feed if secrets else f"{feed} ({common.hilo()} tenants feed prints it)"),
        ("Store", store_name(settings)),
        ("Time zone", settings.timezone + whose_zone),
    ]


def parts(settings: "Settings") -> Rows:
    """Which of the parts that settings switch on are on."""
    batch = settings.batch_interval_minutes
    return [
        (
            "Twilio signatures",
            "on" if settings.twilio_auth_token else "off: webhooks are taken from this machine alone",
        ),
        ("Twilio sending", "on" if settings.twilio_account_sid else "off: the webhook's answer carries the reply"),
        *((one.part, one.detail) for one in outside.providers(settings)),
        ("Model", f"OpenAI, {settings.openai_model}" if settings.openai_api_key else "offline, needs no key"),
        ("Calendar", "feed (ICS)"),
        ("Batch", f"every {batch:g} minutes" if batch else "off: only when asked for"),
    ]


def next_steps(settings: "Settings") -> Rows:
    hilo = common.hilo()
    steps = [
        (f"{hilo} login", "a link that opens the inbox in your browser"),
        (f"{hilo} chat", "write to it as a customer would"),
        (f"{hilo} doctor", "see what is on, off or wrong, and how to mend it"),
    ]
    if not settings.twilio_auth_token:
        steps.append(("README, Twilio", "connect a real WhatsApp number"))
    return steps
