"""`hilo tenants`: the businesses of this server, and which numbers are whose."""

import json
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from app.commands import common
from app.commands.tenant_messages import message_settings

if TYPE_CHECKING:
    from app.models import Tenant
    from app.settings import Settings
    from app.store.tenants import TenantWithChannels

app = typer.Typer(
    help="The businesses of this server, and which numbers are whose. With one business there is nothing to do: the "
    "tenant `default` takes every number.",
    no_args_is_help=True,
)


class Provider(StrEnum):
    TWILIO = "twilio"
    CLOUD_API = "cloud_api"
    WAHA = "waha"
    CHATWOOT = "chatwoot"


Slug = Annotated[str, typer.Argument(help="The tenant's short name: lower case, digits, - and _.")]
Name = Annotated[str | None, typer.Option(help="The business as people call it.")]
Timezone = Annotated[str | None, typer.Option(help="IANA name, for example America/Lima.")]
Locale = Annotated[Literal["es", "en"] | None, typer.Option(help="Language where no message says one.")]
EventMinutes = Annotated[int | None, typer.Option(help="Length of an event of which nobody said.", min=5, max=1440)]
ConflictPolicy = Annotated[
    Literal["refuse", "review", "allow"] | None, typer.Option(help="What happens to an event at a time that is taken.")
]
Hours = Annotated[
    str | None,
    typer.Option("--hours", help='When it takes appointments: "mon-fri 09:00-14:00 16:00-20:00; sat 10:00-14:00".'),
]
ContextMessages = Annotated[int | None, typer.Option(help="Messages that the agent sees.", min=1, max=100)]
Templates = Annotated[
    list[str] | None,
    typer.Option(
        "--template",
        help="PROVIDER=NAME: the approved template with one variable for texts after 24 hours (twilio=HX…, "
        "cloud_api=name/es_MX, chatwoot=name/es_MX); PROVIDER= for none.",
    ),
]
Reminders = Annotated[
    str | None, typer.Option(help="When reminders are sent before an event, for example 24h,2h; none ends them.")
]
ConfirmBatch = Annotated[
    bool | None,
    typer.Option("--confirm-batch/--no-confirm-batch", help="Tell customers of events that the batch has found."),
]
QuietHours = Annotated[
    str | None,
    typer.Option(help="No reminders then, on the business's clock, for example 21:00-08:00; none ends them."),
]
DailyTokens = Annotated[
    int | None, typer.Option(help="Tokens of the language model in a day (UTC); 0: any number.", min=0)
]
Agent = Annotated[bool | None, typer.Option("--agent/--no-agent", help="Whether the agent answers at all.")]


@app.command("list")
def list_() -> None:
    """List the tenants and their channels."""

    async def read() -> "list[TenantWithChannels]":
        async with common.opened(common.settings()) as store:
            return await store.list_tenants()

    rows = []
    for tenant in common.run(read()):
        channels = []
        for one in tenant.channels:
            bot = f" bot {one.bot_id}" if one.bot_id else ""
            channels.append(f"{one.provider} {one.address}{bot}{'' if one.enabled else ' off'}")
        rows.append(
            [tenant.slug, tenant.name, tenant.timezone, tenant.locale, ", ".join(channels) or "-", _chosen(tenant)]
        )
    common.table(("SLUG", "NAME", "TIME ZONE", "LANG", "CHANNELS", "SETTINGS"), rows, empty="No tenants yet.")


@app.command()
def add(
    slug: Slug,
    timezone: Annotated[str, typer.Option(help="IANA name, for example America/Lima.")],
    name: Name = None,
    locale: Locale = None,
    event_minutes: EventMinutes = None,
    conflict_policy: ConflictPolicy = None,
    context_messages: ContextMessages = None,
    llm_daily_tokens: DailyTokens = None,
    agent: Agent = None,
    template: Templates = None,
    reminders: Reminders = None,
    confirm_batch: ConfirmBatch = None,
    quiet_hours: QuietHours = None,
    hours: Hours = None,
) -> None:
    """Add a business. Its numbers are added with `hilo tenants channel`."""
    from app.errors import Conflict, InvalidRequest

    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", slug):
        raise InvalidRequest(f"{slug}: a slug has lower-case letters, digits, - and _, at most 63 of them")
    chosen = _settings(event_minutes, conflict_policy, context_messages, llm_daily_tokens, agent, confirm_batch, hours)
    chosen |= message_settings(template, reminders, quiet_hours, {})

    async def save() -> "Tenant":
        async with common.opened(common.settings()) as store:
            if any(tenant.slug == slug for tenant in await store.list_tenants()):
                raise Conflict(f"There is a tenant {slug} already; change it with `{common.hilo()} tenants set {slug}`")
            return await store.save_tenant(
                slug, name=name or slug, timezone=_zone(timezone), locale=locale or "es", settings=chosen
            )

    tenant = common.run(save())
    common.say(f"added {tenant.slug} ({tenant.name}), {tenant.timezone}")
    common.note(f"next, its number: {common.hilo()} tenants channel {slug} twilio +…")


@app.command("set")
def set_(
    slug: Slug,
    name: Name = None,
    timezone: Timezone = None,
    locale: Locale = None,
    event_minutes: EventMinutes = None,
    conflict_policy: ConflictPolicy = None,
    context_messages: ContextMessages = None,
    llm_daily_tokens: DailyTokens = None,
    agent: Agent = None,
    template: Templates = None,
    reminders: Reminders = None,
    confirm_batch: ConfirmBatch = None,
    quiet_hours: QuietHours = None,
    hours: Hours = None,
) -> None:
    """Change what is named; the rest stays."""
    from app.errors import InvalidRequest

    chosen = _settings(event_minutes, conflict_policy, context_messages, llm_daily_tokens, agent, confirm_batch, hours)
    chosen |= message_settings(template, reminders, quiet_hours, {})
    if slug == "default" and (timezone or locale):
        raise InvalidRequest(
            "The tenant `default` follows the server's settings: set HILO_TIMEZONE and HILO_LOCALE in .env instead"
        )
    if not chosen and not (name or timezone or locale):
        raise InvalidRequest("Say what to change, for example --timezone America/Lima")

    async def save() -> "Tenant":
        async with common.opened(common.settings()) as store:
            before = await common.find_tenant(store, slug)
            chosen.update(message_settings(template, reminders, quiet_hours, before.settings.templates))
            return await store.save_tenant(
                slug,
                name=name or before.name,
                timezone=_zone(timezone) if timezone else before.timezone,
                locale=locale or before.locale,
                settings=chosen,
            )

    tenant = common.run(save())
    common.say(f"{tenant.slug} ({tenant.name}), {tenant.timezone}, {tenant.locale} {_chosen(tenant)}".rstrip())


def _chosen(tenant: "Tenant") -> str:
    kept = tenant.settings.model_dump(mode="json", exclude_defaults=True, exclude={"notify"})
    return " ".join(f"{name}={_shown(value)}" for name, value in kept.items())


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ",".join(_shown(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@app.command()
def channel(
    slug: Slug,
    provider: Annotated[Provider, typer.Argument(help="Whose messages.")],
    address: Annotated[str, typer.Argument(help="Our number there, or the provider's name for our inbox.")],
    bot_id: Annotated[str | None, typer.Option(help="The bot's id, for the conversation-sync API.")] = None,
    local_id: Annotated[str | None, typer.Option(help="The business's own id for this place.")] = None,
    credentials: Annotated[
        str | None, typer.Option(help="Name under which the environment holds the credentials (never the credentials).")
    ] = None,
    enabled: Annotated[bool, typer.Option("--on/--off", help="Whether its messages are taken.")] = True,
) -> None:
    """Give a tenant a number: what comes to it is the tenant's. Changes the channel when it is there."""
    from app.commands.addresses import whatsapp_address
    from app.errors import InvalidRequest

    address = whatsapp_address(address) if provider is Provider.TWILIO else address.strip()
    if not address:
        raise InvalidRequest("The address is empty")

    async def save() -> int:
        async with common.opened(common.settings()) as store:
            await common.find_tenant(store, slug)
            await store.save_channel(
                slug,
                provider.value,
                address,
                bot_id=bot_id,
                local_id=local_id,
                credentials_ref=credentials,
                enabled=enabled,
            )
            waiting = await store.list_unrouted()
            return sum(one.messages for one in waiting if (one.provider, one.address) == (provider.value, address))

    waiting = common.run(save())
    common.say(f"{provider.value} {address} is {slug}'s" + ("" if enabled else ", and off"))
    if waiting and enabled:
        messages = common.count(waiting, "message")
        common.note(f"{messages} came for it before; `{common.hilo()} tenants replay` takes in what came")


@app.command()
def replay() -> None:
    """Take in the messages that came for numbers that no tenant had, and that have one now."""

    async def again() -> tuple[int, list[str]]:
        async with common.opened(common.settings()) as store:
            count = await store.replay_unrouted()
            return count, [f"{one.provider} {one.address}: {one.messages}" for one in await store.list_unrouted()]

    count, left = common.run(again())
    common.say(f"{common.count(count, 'message')} taken in")
    for line in left:
        common.note(f"still without a tenant: {line}")


@app.command()
def feed(slug: Annotated[str, typer.Argument(help="The tenant's short name.")] = "default") -> None:
    """Print the address of a tenant's calendar feed. Whoever has it can read the calendar."""
    settings = common.settings()

    async def read() -> "Tenant":
        async with common.opened(settings) as store:
            return await common.find_tenant(store, slug)

    common.say(feed_url(settings, common.run(read())))


def feed_url(settings: "Settings", tenant: "Tenant") -> str:
    from app.commands.api_client import local_url

    return f"{settings.public_base_url or local_url(settings)}/api/v1/calendar.ics?token={tenant.feed_token}"


def _zone(name: str) -> str:
    import difflib
    from zoneinfo import available_timezones

    from app.errors import InvalidRequest

    zones = available_timezones()
    if name in zones:
        return name
    by_city = [zone for zone in sorted(zones) if zone.rpartition("/")[2].lower() == name.lower().replace(" ", "_")]
    near = by_city or difflib.get_close_matches(name, zones, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else ", such as America/Lima"
    raise InvalidRequest(f"{name} is no time zone of the IANA database{hint}")


def _settings(
    event_minutes: int | None,
    conflict_policy: str | None,
    context_messages: int | None,
    llm_daily_tokens: int | None,
    agent: bool | None,
    confirm_batch: bool | None,
    hours: str | None,
) -> dict[str, Any]:
    from app.errors import InvalidRequest
    from app.working_hours import working_hours

    try:
        _ = working_hours(hours) if hours else None
    except ValueError as error:
        raise InvalidRequest(f"--hours {error}") from None
    chosen = {
        "event_minutes": event_minutes,
        "conflict_policy": conflict_policy,
        "context_messages": context_messages,
        "llm_daily_tokens": llm_daily_tokens,
        "agent_enabled": agent,
        "confirm_batch_events": confirm_batch,
        "working_hours": hours,
    }
    return {name: value for name, value in chosen.items() if value is not None}
