"""One Postgres server for a test session, one database per test.

The server is the embedded one, without fsync. Another may be named: `HILO_TEST_POSTGRES=<dsn>` is a running server
whose user may create databases, `HILO_TEST_POSTGRES_BIN=<folder>` another installation's programs (Debian's 15 is in
/usr/lib/postgresql/15/bin), `PGSERVER_POSTGRES_VERSION=16` the older one of the wheel.
"""

import asyncio
import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.errors import HiloError
from app.store import embedded

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
_PREFIX = "hilo-test-"


def scratch() -> Path:
    """Where short-lived data folders go: memory where there is enough (a database takes 10 ms to copy there, on a busy
    disk a second), else the system's temporary folder."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 << 30:
        return memory
    return Path(tempfile.gettempdir())


class SessionFolder:
    """A folder for the server of one test session and all its workers.

    Not pytest's own: that one is mode 0700, and pytest sets it back at every start, which cuts off a server that runs
    as another user (in many containers we are root). What killed sessions have left behind is removed.
    """

    def __init__(self) -> None:
        self._sweep()
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=scratch()))
        self._lock = (self.path / "session").open("ab")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def remove(self) -> None:
        if os.environ.get("HILO_TEST_POSTGRES") and (self.path / "template").exists():
            name = sql.Identifier((self.path / "template").read_text())
            with psycopg.connect(os.environ["HILO_TEST_POSTGRES"], autocommit=True) as connection:
                connection.execute(sql.SQL("alter database {} is_template false").format(name))
                connection.execute(sql.SQL("drop database {}").format(name))
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()

    @staticmethod
    def _sweep() -> None:
        places = {scratch(), Path(tempfile.gettempdir())}
        for old in [folder for place in places for folder in place.glob(f"{_PREFIX}*")]:
            with contextlib.suppress(OSError), (old / "session").open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if (old / "postgres").exists():
                    with contextlib.suppress(HiloError):  # made by another version: then it does not run either
                        embedded.start(old).close()
                shutil.rmtree(old, ignore_errors=True)


class TestServer:
    """The session's server as one test worker sees it."""

    __test__ = False

    def __init__(self, folder: Path, sql_dir: Path) -> None:
        self._folder = folder
        self._sql_dir = sql_dir
        self._embedded: embedded.EmbeddedPostgres | None = None
        dsn = os.environ.get("HILO_TEST_POSTGRES")
        if not dsn:
            self._embedded = embedded.start(folder, settings=FAST, programs=_programs())
            dsn = self._embedded.dsn
        self.dsn = dsn
        self._admin = psycopg.connect(dsn, autocommit=True)
        self.template = self._make_template()

    def close(self) -> None:
        self._admin.close()
        if self._embedded is not None:
            self._embedded.close()

    def create(self, *, template: str | None = None) -> str:
        """A new database, a copy of the migrated template unless another is named; returns its DSN."""
        name = f"hilo_test_{uuid4().hex}"
        self._admin.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(template or self.template)
            )
        )
        return make_conninfo(self.dsn, dbname=name)

    def drop(self, name: str) -> None:
        self._admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    @contextlib.contextmanager
    def database(self, *, template: str | None = None) -> Iterator[str]:
        dsn = self.create(template=template)
        try:
            yield dsn
        finally:
            self.drop(conninfo_to_dict(dsn)["dbname"])  # type: ignore[arg-type]

    def _make_template(self) -> str:
        """Migrate once for all workers: the first to come does it, under a lock, and leaves the name for the others."""
        with (self._folder / "template").open("a+") as note:
            fcntl.flock(note, fcntl.LOCK_EX)
            note.seek(0)
            if name := note.read():
                return name
            dsn = self.create(template="template0")
            name = str(conninfo_to_dict(dsn)["dbname"])
            self._migrate(dsn)
            # Nobody may connect, else copying it fails with "is being accessed by other users".
            self._admin.execute(
                sql.SQL("alter database {} with is_template true allow_connections false").format(sql.Identifier(name))
            )
            note.write(name)
            note.flush()
            return name

    def _migrate(self, dsn: str) -> None:
        from app.store.migrations import migrate

        if (self._sql_dir / "migrations").is_dir():
            asyncio.run(migrate(dsn, self._sql_dir))


def _programs() -> Path | None:
    if folder := os.environ.get("HILO_TEST_POSTGRES_BIN"):
        return Path(folder)
    if version := os.environ.get("PGSERVER_POSTGRES_VERSION"):
        return embedded.bundled(int(version))
    return None


def as_url(dsn: str) -> str:
    """A DSN as the setting takes it."""
    parts = conninfo_to_dict(dsn)
    query = urlencode({name: value for name, value in parts.items() if name in ("host", "port", "user", "password")})
    return f"postgresql:///{parts['dbname']}?{query}"
