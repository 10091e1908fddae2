"""The file of a backup: a zip with a manifest, written whole or not at all; one that is damaged is said to be so."""

import contextlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from app.errors import StoreError
from app.store.schema import Schema

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What was written or read: rows by table, and the migration that the data belongs to."""

    rows: dict[str, int]
    schema: int
    taken_at: datetime

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def summary(manifest: dict[str, Any]) -> Summary:
    return Summary(
        rows={entry["name"]: entry["rows"] for entry in manifest["tables"]},
        schema=len(manifest["migrations"]),
        taken_at=datetime.fromisoformat(manifest["taken_at"]),
    )


@contextlib.contextmanager
def whole(file: Path) -> Iterator[IO[bytes]]:
    """A file beside the wanted one, renamed to it when all is written and on the disk."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".part")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    damaged = f"{file} is no backup of Hilo, or it is damaged or cut off"
    try:
        with zipfile.ZipFile(file) as archive:
            try:
                manifest = json.loads(archive.read(MANIFEST))
            except (KeyError, ValueError) as error:
                raise StoreError(f"{damaged}: {error}") from error
            if manifest.get("format") != FORMAT:
                raise StoreError(f"{file} was written by a newer version of Hilo; restore it with that one.")
            yield archive, manifest
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise StoreError(f"{damaged}: {error}") from error


def check_schema(schema: Schema, manifest: dict[str, Any]) -> int:
    """The number of the migration that the data belongs to, when this code has the same ones up to there."""
    known = {str(step.number): step.checksum for step in schema.migrations}
    for number, checksum in manifest["migrations"].items():
        if number not in known:
            raise StoreError(f"The backup is newer than this Hilo (migration {number}); restore it with the newer one.")
        if known[number] != checksum:
            raise StoreError(f"The backup was made with another migration {number} than this Hilo has.")
    return len(manifest["migrations"])
