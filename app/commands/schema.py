"""`hilo migrate`, `sql`, `backup`, `restore`: the database as a whole."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import common

if TYPE_CHECKING:
    from app.settings import Settings


def migrate() -> None:
    """Bring the database up to this version's schema."""
    for name in common.run(_migrate(common.settings())):
        common.say(f"applied {name}")
    common.say("The schema is up to date.")


async def _migrate(settings: "Settings") -> list[str]:
    from app.errors import InvalidRequest
    from app.store import migrations

    if settings.supabase_url and not settings.database_url:
        raise InvalidRequest(
            "Supabase's API cannot change the schema: paste the output of `hilo sql` into its SQL editor, or set "
            "DATABASE_URL to the project's connection string for this command"
        )
    if settings.database_url:
        return list(await migrations.migrate(settings.database_url.get_secret_value()))
    from app.store import embedded

    with await asyncio.to_thread(embedded.start, settings.data_dir) as server:
        return list(await migrations.migrate(server.dsn))


def sql() -> None:
    """Print the whole schema as one SQL script, for Supabase's SQL editor or psql."""
    from app.store import migrations

    typer.echo(migrations.render_script(), nl=False)
