"""`hilo google`: which Google calendar a business has, and whether it can be written to."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import common
from app.web.text.words import words

if TYPE_CHECKING:
    from app.calendars.google import GoogleCalendar
    from app.calendars.google_access import Grant
    from app.calendars.google_calls import CalendarInfo
    from app.models import Tenant
    from app.settings import Settings
    from app.store.store import Store

app = typer.Typer(
    help="Google Calendar: connect a business's calendar, and see whether it works.", no_args_is_help=True
)

Slug = Annotated[str, typer.Option("--tenant", help="The tenant's short name.")]


@app.command()
def connect(
    calendar: Annotated[
        str | None, typer.Option(help="The calendar's id (Google: Settings of the calendar, Integrate calendar).")
    ] = None,
    tenant: Slug = "default",
    owner: Annotated[
        bool, typer.Option("--owner", help="Ask the calendar's owner, also where there is an access that works.")
    ] = False,
) -> None:
    """Give a tenant its calendar, and check that it can be written to.

    With a service account (GOOGLE_SERVICE_ACCOUNT) the calendar is first shared with the account's address. With an
    OAuth client (GOOGLE_CLIENT_ID) a page of Google's asks the calendar's owner; their access is kept encrypted. With
    --calendar and an access that works for it nobody is asked.
    """
    settings = common.settings()

    async def join() -> list[str]:
        async with common.opened(settings) as store:
            return await _connect(settings, store, tenant, calendar, owner=owner)

    for line in common.run(join()):
        common.say(line)


@app.command()
def status() -> None:
    """Ask Google about every tenant's calendar. Exit code 1 when one of them cannot be written to."""
    settings = common.settings()

    async def look() -> "list[tuple[bool, str]]":
        async with common.opened(settings) as store:
            return await report(settings, store)

    lines = common.run(look())
    for _, line in lines:
        common.say(line)
    if not all(good for good, _ in lines):
        raise typer.Exit(1)


@app.command()
def key() -> None:
    """Print a new key for HILO_SECRET_KEY."""
    from app.calendars.google_access import Sealer

    common.say(Sealer.new_key())


async def report(settings: "Settings", store: "Store") -> "list[tuple[bool, str]]":
    """A line per tenant, and whether its calendar works; nothing where Google is not set up."""
    from app.build import make_calendar

    google = make_calendar(settings, store)
    if google is None:
        alone = "GOOGLE_CALENDAR_ID alone does nothing; " if settings.google_calendar_id else ""
        way = "set GOOGLE_SERVICE_ACCOUNT (a service account's key), or GOOGLE_CLIENT_ID (a person's own account)"
        return [(not alone, f"Google Calendar is off: {alone}{way}; see docs/calendars/google.md")]
    try:
        return [await _line(settings, google, store, tenant) for tenant in await store.list_tenants()]
    finally:
        await google.aclose()


async def _line(settings: "Settings", google: "GoogleCalendar", store: "Store", tenant: "Tenant") -> "tuple[bool, str]":
    from app.errors import CalendarError

    if google.place(tenant) is None:
        how = f"{common.hilo()} google connect" + ("" if tenant.slug == "default" else f" --tenant {tenant.slug}")
        how += "" if settings.google_client_id else " --calendar ID"
        return True, words(
            "{tenant}: no Google calendar, its events are in the feed only; `{how}` gives it one",
            tenant=tenant.slug,
            how=how,
        )
    try:
        info = await google.describe(tenant)
    except CalendarError as error:
        return False, words("{tenant}: {why}", tenant=tenant.slug, why=error.detail)
    works = words(
        "{tenant}: writes to “{title}” as {account}, time zone {zone}{other}",
        tenant=tenant.slug,
        title=info.title,
        account=info.account,
        zone=info.time_zone,
        other="" if info.time_zone == tenant.timezone else words(" (the tenant's is {zone})", zone=tenant.timezone),
    )
    access = await store.calendar_access(tenant.id)
    if access is None or access.synced_at is None:
        return True, words("{works}; changes were never read: the server has not run with it yet", works=works)
    if access.sync_error:
        return False, words("{works}; but its changes cannot be read: {why}", works=works, why=access.sync_error)
    pushed = words("pushed until {day}, and ", day=f"{access.pushed_until:%Y-%m-%d}") if access.pushed_until else ""
    return True, words(
        "{works}; changes are {pushed}read every {n} s, last at {at}",
        works=works,
        pushed=pushed,
        n=f"{settings.google_sync_seconds:g}",
        at=f"{access.synced_at.astimezone(tenant.zone):%Y-%m-%d %H:%M:%S}",
    )


async def _connect(
    settings: "Settings", store: "Store", slug: str, calendar: str | None, *, owner: bool = False
) -> list[str]:
    from app.build import make_calendar, make_grants
    from app.errors import CalendarDisconnected, SettingsError

    tenant = await common.find_tenant(store, slug)
    asks = settings.google_client_id is not None
    if not asks and not settings.google_service_account:
        raise SettingsError(
            "GOOGLE_SERVICE_ACCOUNT: is missing (the path of a service account's key, or its JSON); or "
            "GOOGLE_CLIENT_ID with GOOGLE_CLIENT_SECRET and HILO_SECRET_KEY, for a person's own account"
        )
    if owner and not asks:
        raise SettingsError("GOOGLE_CLIENT_ID: is missing; a calendar's owner is asked through an OAuth client")
    default = settings.google_calendar_id if slug == "default" else None
    chosen = calendar or tenant.settings.google_calendar_id or default or ("primary" if asks else None)
    if chosen is None:
        raise SettingsError(
            f"Say which calendar: {common.hilo()} google connect --tenant {slug} --calendar ID. Its id stands in "
            "Google Calendar under Settings of the calendar, Integrate calendar"
        )
    info = None
    # Another calendar with an access that is there needs nobody's consent.
    if not asks or (calendar and not owner and await make_grants(settings, store)(tenant)):
        try:
            info = await _describe(make_calendar(settings, store), tenant, chosen)
        except CalendarDisconnected as error:
            if not asks:
                raise
            common.note(f"{error.detail}. So the calendar's owner is asked.")
    info = info or await _by_owner(settings, store, tenant, chosen)
    await store.save_tenant(
        slug, name=tenant.name, timezone=tenant.timezone, locale=tenant.locale, settings={"google_calendar_id": chosen}
    )
    await store.calendar_up(tenant.id)
    return [f"{slug}: writes to “{info.title}” ({chosen}) as {info.account}, time zone {info.time_zone}"]


async def _by_owner(settings: "Settings", store: "Store", tenant: "Tenant", calendar: str) -> "CalendarInfo":
    """Ask the owner and keep their access. It is tried first: one for another account must not take the place of an
    access that works."""
    from app.build import make_calendar, owner_grant
    from app.calendars.google_access import Sealer
    from app.commands.google_oauth import ask_owner

    assert settings.secret_key is not None  # belongs to the OAuth client
    sealer, account = Sealer(settings.secret_key.get_secret_value()), f"the owner ({tenant.slug})"
    token = await ask_owner(settings)

    async def grants(_: "Tenant") -> "Grant":
        return owner_grant(settings, account, token)

    info = await _describe(make_calendar(settings, store, grants=grants), tenant, calendar)
    await store.save_calendar_access(tenant.id, account=account, credentials=sealer.seal(token))
    return info


async def _describe(google: "GoogleCalendar | None", tenant: "Tenant", calendar: str) -> "CalendarInfo":
    assert google is not None
    try:
        settings = tenant.settings.model_copy(update={"google_calendar_id": calendar})
        return await google.describe(tenant.model_copy(update={"settings": settings}))
    finally:
        await google.aclose()
