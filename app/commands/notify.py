"""`hilo notify`: who of a business is told of what."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import common
from app.commands.contact import BY, Slug

if TYPE_CHECKING:
    from app.models import Tenant
    from app.services.notifying.notifications import NotificationRecord, Notifications
    from app.store.store import Store

app = typer.Typer(
    help="Tell somebody: a webhook, the owner's WhatsApp or e-mail hears of proposed events, parked conversations and "
    "a disconnected calendar within a minute, and of the day's appointments in the morning. The running server tells.",
    no_args_is_help=True,
)


@app.command()
def show(tenant: Slug = "default") -> None:
    """Who is told, and of what."""

    async def read() -> "Tenant":
        async with common.opened(common.settings()) as store:
            return await common.find_tenant(store, tenant)

    _print(common.run(read()))


@app.command("set")
def set_(
    webhook: Annotated[str | None, typer.Option(help="Address that gets signed POSTs; `off` for none.")] = None,
    whatsapp: Annotated[str | None, typer.Option(help="The owner's number (+34…); `off` for none.")] = None,
    email: Annotated[str | None, typer.Option(help="An e-mail address; `off` for none.")] = None,
    digest: Annotated[str | None, typer.Option(help="Hour of the morning's digest (0 to 23), or `off`.")] = None,
    on: Annotated[list[str] | None, typer.Option(help="Kinds to tell again.")] = None,
    off: Annotated[list[str] | None, typer.Option(help="Kinds not to tell.")] = None,
    new_secret: Annotated[bool, typer.Option("--new-secret", help="Make another secret for the webhook.")] = False,
    tenant: Slug = "default",
) -> None:
    """Change what is named; the rest stays.

    Kinds: event_proposed, conversation_parked, calendar_disconnected, digest.
    """
    from app.errors import InvalidRequest
    from app.models import NotifySettings
    from app.services.notifying.notifications import KINDS, Kind

    if unknown := {*(on or ()), *(off or ())} - set(KINDS):
        raise InvalidRequest(f"{', '.join(sorted(unknown))} is no kind; there are {', '.join(KINDS)}")
    if digest is not None and digest != "off" and not digest.isdecimal():
        raise InvalidRequest(f"{digest} is neither an hour nor `off`")

    async def save() -> "tuple[Tenant, str | None]":
        async with common.opened(common.settings()) as store:
            owner = await common.find_tenant(store, tenant)
            now = owner.settings.notify or NotifySettings()
            silent = (set(now.off) | set(off or ())) - set(on or ())
            return await _notifications(store).set(
                owner,
                webhook=now.webhook if webhook is None else None if webhook == "off" else webhook,
                whatsapp=now.whatsapp if whatsapp is None else None if whatsapp == "off" else whatsapp,
                email=now.email if email is None else None if email == "off" else email,
                digest_hour=now.digest_hour if digest is None else None if digest == "off" else int(digest),
                off=[Kind(kind) for kind in silent],
                new_secret_too=new_secret,
                by=BY,
            )

    saved, secret = common.run(save())
    _print(saved)
    if secret:
        common.note("the webhook's secret, shown only now:")
        common.say(secret)


@app.command("test")
def try_(tenant: Slug = "default") -> None:
    """Have the running server tell something now, to see that it arrives."""

    async def tell() -> list[str]:
        from app.services.notifying.notifications import Notifications

        async with common.opened(common.settings()) as store:
            return list(await Notifications(store).test(await common.find_tenant(store, tenant)))

    common.say(f"the running server tells it within seconds: {', '.join(common.run(tell()))}")


@app.command()
def log(tenant: Slug = "default") -> None:
    """What was told, and what could not be."""

    async def read() -> "list[NotificationRecord]":
        from app.services.notifying.notifications import Notifications

        async with common.opened(common.settings()) as store:
            return await Notifications(store).log(await common.find_tenant(store, tenant))

    rows = [
        [one.created_at.isoformat(timespec="seconds"), one.kind, one.target, one.state, one.error or "-"]
        for one in common.run(read())
    ]
    common.table(("WHEN", "WHAT", "TO", "STATE", "ERROR"), rows, empty="Nothing was told yet.")


def _notifications(store: "Store") -> "Notifications":
    """As the server has them: it may send e-mail, and know hosts inside."""
    from app.services.notifying.notifications import Notifications

    settings = common.settings()
    return Notifications(store, mails=settings.smtp_host is not None, inside=settings.notify_inside)


def _print(tenant: "Tenant") -> None:
    from app.models import NotifySettings
    from app.services.notifying.notifications import KINDS

    notify = tenant.settings.notify or NotifySettings()
    hour = f"{notify.digest_hour}:00" if notify.digest_hour is not None else "off"
    told = [kind for kind in KINDS if kind not in notify.off]
    ways = f"webhook {notify.webhook or 'off'}, WhatsApp {notify.whatsapp or 'off'}, e-mail {notify.email or 'off'}"
    common.say(f"{tenant.slug}: {ways}, digest {hour}")
    common.say(f"told: {', '.join(told) or 'nothing'}")
