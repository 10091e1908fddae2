"""The command `hilo`. Each command lives in `app/commands`; here they get their names, and errors become one line."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import typer

from app.commands import (
    chat,
    contact,
    doctor,
    extract,
    google,
    import_chat,
    keys,
    login,
    notify,
    process,
    retention,
    schema,
    serve,
    tenants,
)
from app.errors import HiloError, SettingsError

app = typer.Typer(
    name="hilo",
    help="Hilo turns WhatsApp conversations into calendar events, and loses none of them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(serve.serve)
app.command()(login.login)
app.command()(chat.chat)
app.command()(process.process)
app.command()(doctor.doctor)
app.command()(extract.extract)
app.command(name="import")(import_chat.import_chat)
app.add_typer(tenants.app, name="tenants")
app.add_typer(keys.app, name="keys")
app.add_typer(google.app, name="google")
app.add_typer(contact.app, name="contact")
app.add_typer(retention.app, name="retention")
app.add_typer(notify.app, name="notify")
app.command()(schema.migrate)
app.command()(schema.sql)
app.command()(schema.backup)
app.command()(schema.restore)


@app.command()
def version() -> None:
    """Print the version and the commit."""
    from app.version import describe

    typer.echo(f"hilo {describe()}")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command (`sys.argv` where none is given) and return its exit code.

    What is not the program's fault ends as a line on standard error, never as a traceback.
    """
    try:
        app(arguments, prog_name="hilo")
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(bool(error.code))
    except SettingsError as error:
        for line in error.detail.splitlines():
            typer.echo(f"hilo: {line}", err=True)
        return 2
    except HiloError as error:
        typer.echo(f"hilo: {error.detail}", err=True)
    except OSError as error:
        if error.filename is None:
            raise
        typer.echo(f"hilo: {error.filename}: {error.strerror}", err=True)
    return 1


def main() -> NoReturn:
    """Entry point of the installed command."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # a name with an emoji must not end a command on a terminal that lacks it
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    code = run()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # pressed once more, it would end the ending with a traceback
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # `hilo sql | head -1`: the interpreter's own flush at the end would complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


if __name__ == "__main__":
    main()
