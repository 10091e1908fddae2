"""`hilo migrate`, `sql`, `backup`, `restore`: the database as a whole."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import common

if TYPE_CHECKING:
    from app.settings import Settings


def migrate() -> None:
    """Bring the database up to this version's schema."""
    from app.store import migrations

    with _server(common.settings()) as dsn:
        applied = common.run(migrations.migrate(dsn))
    for name in applied:
        common.say(f"applied {name}")
    common.say("The schema is up to date.")


def sql() -> None:
    """Print the whole schema as one SQL script, for Supabase's SQL editor or psql."""
    from app.store.schema_script import render_script

    typer.echo(render_script(), nl=False)


def backup(
    file: Annotated[Path, typer.Argument(help="Where to; an older file of that name is replaced.")],
) -> None:
    """Write everything into one file, while the server runs or not. It holds what customers wrote: keep it safe."""
    from app.store.backup import backup as write

    settings = common.settings()
    with _bar("saving") as progress, _server(settings) as dsn:
        summary = write(dsn, file, progress=progress)
    common.say(f"{summary.total} rows saved in {file}")


def restore(
    file: Annotated[Path, typer.Argument(help="What `hilo backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Delete what the database holds first.")] = False,
) -> None:
    """Bring a backup into the database, and up to this version's schema. Stop every server on it before."""
    from app.store.backup import restore as read

    settings = common.settings()
    with _bar("restoring") as progress, _server(settings) as dsn:
        summary = read(dsn, file, replace=replace, progress=progress)
    common.say(f"{summary.total} rows restored, as of {summary.taken_at:%Y-%m-%d %H:%M} UTC")


@contextmanager
def _server(settings: "Settings") -> Iterator[str]:
    """The DSN of DATABASE_URL, or of the embedded Postgres, with whatever schema it has."""
    if settings.database_url:
        yield settings.database_url.get_secret_value()
        return
    if settings.supabase_url:
        from app.errors import InvalidRequest

        raise InvalidRequest(
            "Supabase's API gives no access to the tables as a whole: set DATABASE_URL to the project's connection "
            "string for this command (for the schema alone, paste the output of `hilo sql` into its SQL editor)"
        )
    from app.store import embedded

    with embedded.start(settings.data_dir) as server:
        yield server.dsn


@contextmanager
def _bar(what: str) -> Iterator[Callable[[str, int], None]]:
    """What is being done, on standard error, if that is a terminal."""
    with common.console(stderr=True).status(what) as status:
        yield lambda table, rows: status.update(f"{what}: {table}, {rows} rows")
