"""Which Hilo this is: the version of the release and the commit that it was made from."""

import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def version() -> str:
    try:
        return metadata.version("hilo")
    except metadata.PackageNotFoundError:
        return "unknown"


@cache
def commit() -> str:
    """The commit's short hash, with `-dirty` when files differ from it; or what a build wrote into `app/COMMIT`.

    "unknown" when there is neither. Asked of git at the first call (about 10 ms), never at import.
    """
    baked = _PACKAGE / "COMMIT"
    if baked.exists():
        return baked.read_text(encoding="utf-8").strip()
    if not (_PACKAGE.parent / ".git").exists():  # an installed wheel may lie inside somebody else's repository
        return "unknown"
    command = ["git", "-C", str(_PACKAGE.parent), "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=5)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip() or "unknown"


def describe() -> str:
    """For people: `0.1.0 (3ccea1c2ab)`."""
    return f"{version()} ({commit()})"
