"""What the commands share: settings, the store, and how things are written to people.

At the top only what every command needs: an import of a tenth of a second is felt in `hilo version`.
"""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from app.web.text.words import Words, words

if TYPE_CHECKING:
    from rich.console import Console

    from app.models import Tenant
    from app.settings import Settings
    from app.store.store import Store

T = TypeVar("T")


def settings() -> "Settings":
    """The settings, with logs of what a command does kept to errors. Raises `SettingsError`."""
    from app.logs import configure_logging
    from app.settings import load_settings

    loaded = load_settings()
    configure_logging(format="console", level="error", secrets=loaded.secret_values())
    # psycopg sets a level of its own; that a database is away is the command's error already.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    return loaded


@asynccontextmanager
async def opened(loaded: "Settings") -> "AsyncIterator[Store]":
    """The store that the settings name, shared with a server that runs on it."""
    from app.build import open_store

    async with open_store(loaded) as store:
        yield store


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


async def find_tenant(store: "Store", slug: str) -> "Tenant":
    """Raises `NotFound`, naming those that there are."""
    from app.errors import NotFound

    tenants = {tenant.slug: tenant for tenant in await store.list_tenants()}
    if slug not in tenants:
        raise NotFound(f"There is no tenant {slug!r}; there is: {', '.join(sorted(tenants))}")
    return tenants[slug]


def console(*, stderr: bool = False) -> "Console":
    """For people: colours and tables on a terminal, and never a line broken for its length elsewhere."""
    from rich.console import Console

    on_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, highlight=False, soft_wrap=not on_terminal)


def say(text: str = "") -> None:
    """A line of a command's result, on standard output."""
    typer.echo(text)


def note(text: str) -> None:
    """A line beside the result, on standard error."""
    typer.echo(text, err=True)


def count(number: int, what: str) -> Words:
    return words(f"{{n}} {what}" if number == 1 else f"{{n}} {what}s", n=number)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str) -> None:
    """Rows for people: a table on a terminal, columns separated by tabs elsewhere; `empty` when there are none."""
    if not rows:
        note(empty)
    elif sys.stdout.isatty():
        from rich.markup import escape
        from rich.table import Table

        grid = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
        for head in heads:
            grid.add_column(head, overflow="fold")
        for row in rows:
            grid.add_row(*(escape(cell) for cell in row))
        console().print(grid)
    else:
        for line in (heads, *rows):
            say("\t".join(line))


def hilo() -> str:
    """What this command has to be called as from here: `hilo`, or the path that it was called by."""
    called = Path(sys.argv[0])
    if called.name != "hilo":
        return "python -m app.cli"
    if (found := which("hilo")) and Path(found).resolve() == called.resolve():
        return "hilo"
    path = os.path.relpath(called.absolute())
    return path if not path.startswith("..") else str(called.absolute())
