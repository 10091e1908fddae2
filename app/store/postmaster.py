"""The server process of an embedded Postgres: started, found again, asked, stopped.

Callers hold the lock of `app.store.embedded`: one at a time starts or stops the server of a folder.
"""

import contextlib
import hashlib
import logging
import os
import pwd
import signal
import stat
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psutil
import psycopg

from app.errors import StoreUnavailable
from app.store.server_user import let_pass, let_run, run, server_user

log = logging.getLogger(__name__)

# macOS allows 104 bytes with the closing NUL, Linux 108; Postgres also makes "<socket>.lock".
_SOCKET_PATH_LIMIT: Final = 103
_SOCKET_NAME: Final = ".s.PGSQL.5432"
_LOG_LIMIT: Final = 5_000_000


def launch(folder: Path, programs: Path, settings: Mapping[str, str]) -> int:
    """Start the server without waiting for it; its process id."""
    owner = server_user()
    if owner is not None:
        let_pass(folder, owner)
        let_run(programs, owner)
    logfile = _log_file(folder)
    if logfile.exists() and logfile.stat().st_size > _LOG_LIMIT:
        logfile.replace(logfile.with_suffix(".old.log"))
    options = [f"--{name}={value}" for name, value in settings.items()]
    options.append(f"--unix_socket_directories={_quoted_for_list(_socket_dir(folder, owner))}")
    # The shell leaves at once, so the server is nobody's child; pg_ctl does the same but pastes paths into a command.
    script = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'
    command: list[str | Path] = ["/bin/sh", "-c", script, "sh", logfile, programs / "postgres", "-D", folder, *options]
    return int(run(command, owner, cwd="/", start_new_session=True).stdout)


def answers(folder: Path) -> bool:
    """Whether the server of this very folder takes connections now."""
    try:
        with psycopg.connect(dsn_of(folder), connect_timeout=2) as connection:
            row = connection.execute("select current_setting('data_directory')").fetchone()
            return row is not None and row[0] == str(folder)
    except (psycopg.OperationalError, StoreUnavailable):
        return False


def process_of(folder: Path) -> psutil.Process | None:
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


def is_alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def clear_remains(folder: Path) -> None:
    """Remove the pid files of a server that is gone. Postgres does it itself, unless the number lives on
    as a zombie or as somebody else; and it must not be done while a process of the old server still writes."""
    remains = (folder / "postmaster.pid", _socket_dir(folder, server_user()) / f"{_SOCKET_NAME}.lock")
    if process_of(folder) is not None or not any(path.exists() for path in remains):
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


def stop(folder: Path) -> None:
    """Stop the server: clients are cut off, everything committed is kept. SIGQUIT (recovery at the next start) after
    half a minute."""
    postmaster = process_of(folder)
    if postmaster is None:
        return
    sockets = _read_lines(folder / "postmaster.pid")[4:5]
    for end in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(psutil.NoSuchProcess):
            postmaster.send_signal(end)
        deadline = time.monotonic() + 30
        while is_alive(postmaster.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        if not is_alive(postmaster.pid):
            if sockets and sockets[0] != str(folder):
                with contextlib.suppress(OSError):
                    Path(sockets[0]).rmdir()
            return
    log.error("The embedded Postgres in %s does not stop; its process is %s", folder, postmaster.pid)


def dsn_of(folder: Path) -> str:
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


def log_end(folder: Path, lines: int = 12) -> str:
    try:
        return "\n".join(_log_file(folder).read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(it wrote no log)"
