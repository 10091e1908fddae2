"""`hilo serve`: check what can be checked beforehand, serve, and say where things are once they answer."""

import errno
import gc
import importlib
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import common

if TYPE_CHECKING:
    from app.models import Tenant
    from app.settings import Settings

_GRACE_SECONDS = 10  # for requests under way when the server is asked to stop


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on instead of HILO_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port instead of HILO_PORT.", min=1, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="Processes instead of HILO_WORKERS.", min=1, max=64)] = None,
) -> None:
    """Run the server: webhooks, replies, the batch, the calendar feed and the API."""
    # By way of the environment, because worker processes read the settings themselves.
    for name, value in (("HILO_HOST", host), ("HILO_PORT", port), ("HILO_WORKERS", workers)):
        if value is not None:
            os.environ[name] = str(value)
    settings = common.settings()
    with _listening(settings.host, settings.port) as listener, _store_server(settings):
        tenant = common.run(_check(settings))
        _serve(settings, listener, tenant)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket bound to the address: taken before anything is started, so that a port in use is said at once."""
    from app.errors import SettingsError

    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise SettingsError(f"HILO_HOST: {host} is no address of this machine ({error.strerror})") from None
    family, kind, _, _, address = found[0]
    with socket.socket(family, kind) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            # Two servers could bind one port as long as neither listens.
            listener.listen(2048)
        except OSError as error:
            raise _cannot_listen(host, port, error) from None
        yield listener


def _cannot_listen(host: str, port: int, error: OSError) -> Exception:
    from app.errors import HiloError, SettingsError

    if error.errno == errno.EADDRINUSE:
        return HiloError(
            f"Port {port} of {host} is in use, perhaps by another Hilo. Stop that one, or choose another port: "
            f"--port {port + 1}, or HILO_PORT in .env"
        )
    if error.errno == errno.EACCES:
        return HiloError(f"Port {port} needs more rights than this user has; choose one above 1023 (HILO_PORT)")
    if error.errno == errno.EADDRNOTAVAIL:
        return SettingsError(f"HILO_HOST: {host} is no address of this machine; 127.0.0.1 and 0.0.0.0 always are")
    return HiloError(f"Cannot listen on port {port} of {host}: {error.strerror}")


@contextmanager
def _store_server(settings: "Settings") -> Iterator[None]:
    """Keep the embedded Postgres up from the first check to the end of the last worker process."""
    if settings.database_url or settings.supabase_url:
        yield
        return
    from app.store import embedded

    with embedded.kept_up(settings.data_dir):
        yield


async def _check(settings: "Settings") -> "Tenant":
    """Do once what every process of the server will do, so that what is wrong is one line; gives the default tenant."""
    from app.build import make_calendar, open_store
    from app.services.access import server_key

    server_key(settings.data_dir, settings.api_key.get_secret_value() if settings.api_key else None)
    async with open_store(settings, serving=True) as store:
        make_calendar(settings, store)  # a key that is none is said here, not in the middle of the start
        return await common.find_tenant(store, "default")


def _serve(settings: "Settings", listener: socket.socket, tenant: "Tenant") -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from app.errors import HiloError
    from app.logs import configure_logging

    if settings.workers == 1:
        # All that is imported stays: walking through it again and again took a quarter of 2.8 s of processor time.
        gc.disable()
        importlib.import_module("app.main")
        gc.enable()
    configure_logging(format=settings.log_format, level=settings.log_level, secrets=settings.secret_values())
    logging.getLogger("psycopg").setLevel(logging.WARNING)
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        workers=settings.workers,
        log_config=None,
        proxy_headers=False,  # believed only from HILO_TRUSTED_PROXIES, by our own code
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    stopped = threading.Event()
    announcer = threading.Thread(target=_announce, args=(settings, tenant, stopped), daemon=True)
    announcer.start()
    started = True
    try:
        if settings.workers > 1:
            Multiprocess(config, sockets=[listener]).run()
        else:
            # uvicorn raises the signal again when it has stopped: what is open here must still be closed then.
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            server = uvicorn.Server(config)
            try:
                server.run(sockets=[listener])
            except SystemExit:
                if server.started:
                    raise
                started = False  # uvicorn has logged why
    except KeyboardInterrupt:
        pass
    finally:
        stopped.set()
        announcer.join(2)
    if not started:
        raise HiloError("The server could not start; the log above says why")


def _announce(settings: "Settings", tenant: "Tenant", stopped: threading.Event) -> None:
    """Print the start text as soon as the server answers; nothing if it never does."""
    from app.commands.api_client import health, local_url
    from app.commands.start_text import show

    url = local_url(settings)
    while not stopped.is_set():
        if health(url) is not None:
            show(settings, tenant, url)
            return
        stopped.wait(0.05)
