"""Postgres refuses to run as root: for root its programs run as the OS user `pgserver`, made when it is missing."""

import contextlib
import logging
import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from app.errors import StoreUnavailable

log = logging.getLogger(__name__)

SERVER_USER: Final = "pgserver"


def server_user() -> pwd.struct_passwd | None:
    """The OS user that the server runs as when we are root, else None. Raises `StoreUnavailable`."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        pass
    made = run(["useradd", "--system", "--no-create-home", "--shell", "/bin/false", SERVER_USER], None)
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        raise StoreUnavailable(
            f"Postgres does not run as root, and the OS user '{SERVER_USER}' could not be made "
            f"({made.stderr.strip()}): start Hilo as a normal user, or set DATABASE_URL."
        ) from None


def run(
    command: Sequence[str | Path], owner: pwd.struct_passwd | None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a program as the server's user, with no PG… variable of ours that would change its mind."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    if owner is not None:
        environment |= {"HOME": "/", "USER": owner.pw_name}
        options |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "umask": 0o077}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, **options)  # noqa: S603


def let_pass(path: Path, owner: pwd.struct_passwd) -> None:
    """Let the server's user walk through the folders above `path` (not read them)."""
    for folder in path.parents:
        found = folder.stat()
        needed = stat.S_IXUSR if found.st_uid == owner.pw_uid else stat.S_IXOTH
        if not found.st_mode & needed:
            log.warning("chmod o+x %s: Postgres, as user %s, has to pass through it", folder, owner.pw_name)
            folder.chmod(found.st_mode | needed)


def let_run(programs: Path, owner: pwd.struct_passwd) -> None:
    """Let the server's user read the wheel's Postgres, wherever the virtual environment lies."""
    with contextlib.suppress(PermissionError):
        if run([programs / "postgres", "--version"], owner).returncode == 0:
            return
    let_pass(programs, owner)
    for path in (programs.parent, *programs.parent.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & stat.S_IXUSR else 0o044))
