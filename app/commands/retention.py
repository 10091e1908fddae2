"""`hilo retention`: how long messages and past events are kept."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import common
from app.commands.contact import BY, Slug, words

if TYPE_CHECKING:
    from app.models import Tenant
    from app.services.privacy import Counts

app = typer.Typer(
    help="How long messages and past events are kept. What is not processed stays, and so does what a future event "
    "rests on. The running server applies it every hour.",
    no_args_is_help=True,
)


@app.command()
def show() -> None:
    """Each tenant's days."""

    async def read() -> "list[Tenant]":
        async with common.opened(common.settings()) as store:
            return list(await store.list_tenants())

    rows = [[one.slug, _days(one.settings.retention_days)] for one in common.run(read())]
    common.table(("TENANT", "KEPT"), rows, empty="No tenants yet.")


@app.command("set")
def set_(
    days: Annotated[str, typer.Argument(help="A number of days, or `forever`.")],
    tenant: Slug = "default",
) -> None:
    """Keep messages and past events for so many days. The running server lets go of older ones within the hour."""
    from app.errors import InvalidRequest

    if days != "forever" and not days.isdecimal():
        raise InvalidRequest(f"{days} is neither a number of days nor `forever`")

    async def save() -> "Tenant":
        from app.services.privacy import Privacy

        async with common.opened(common.settings()) as store:
            owner = await common.find_tenant(store, tenant)
            return await Privacy(store).set_retention(owner, None if days == "forever" else int(days), by=BY)

    saved = common.run(save())
    common.say(f"{saved.slug}: {_days(saved.settings.retention_days)}")


@app.command()
def run(
    tenant: Slug = "default",
    days: Annotated[int | None, typer.Option(help="Instead of the tenant's own days.", min=1)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Let go what is too old, now."""
    from app.errors import InvalidRequest

    async def let_go() -> "Counts":
        from app.services.privacy import Privacy

        async with common.opened(common.settings()) as store:
            owner = await common.find_tenant(store, tenant)
            if not (days or owner.settings.retention_days):
                raise InvalidRequest(f"{tenant} keeps things for ever: `{common.hilo()} retention set DAYS`, or --days")
            return await Privacy(store).retain(owner, by=BY, days=days, dry_run=dry_run)

    common.say(f"{'would let go' if dry_run else 'let go'}: {words(common.run(let_go()))}")


def _days(days: int | None) -> str:
    return common.count(days, "day") if days else "forever"
