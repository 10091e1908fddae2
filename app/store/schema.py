"""What the SQL files of this version of Hilo say: numbered migrations, then functions and grants."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from app.errors import StoreError

_OBJECT: Final = re.compile(
    r"^\s*create\s+(?:unlogged\s+)?(table|type|domain|view|materialized\s+view|sequence)\s+(?:if\s+not\s+exists\s+)?(\w+)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, kw_only=True)
class Migration:
    number: int
    name: str
    text: str

    @cached_property
    def checksum(self) -> str:
        return _checksum(self.text)


@dataclass(frozen=True, kw_only=True)
class Schema:
    """What the SQL files of this version of Hilo say."""

    migrations: tuple[Migration, ...]
    functions: str
    """Functions and grants, in the order in which they are applied."""

    @property
    def latest(self) -> int:
        return self.migrations[-1].number if self.migrations else 0

    @cached_property
    def functions_checksum(self) -> str:
        # With the migrations' names: what a new one has made needs its grants, also if the process died in between.
        return _checksum(self.functions + "".join(step.name for step in self.migrations))

    @cached_property
    def objects(self) -> tuple[tuple[str, str], ...]:
        """(kind, name) of everything that the migrations create, in that order."""
        found = (match for step in self.migrations for match in _OBJECT.finditer(step.text))
        return tuple((" ".join(match[1].lower().split()), match[2].lower()) for match in found)


def find_sql_dir() -> Path:
    """The folder `sql`: beside the package in a checkout, inside it in an installed wheel."""
    here = Path(__file__).resolve()
    for folder in (here.parents[2] / "sql", here.parents[1] / "sql"):
        if (folder / "migrations").is_dir():
            return folder
    raise StoreError("The SQL files of Hilo are missing from this installation; install it again.")


def read_schema(sql_dir: Path | None = None) -> Schema:
    folder = sql_dir or find_sql_dir()
    migrations: list[Migration] = []
    for path in sorted((folder / "migrations").glob("*.sql")):
        match = re.fullmatch(r"(\d{4})_(\w+)", path.stem)
        if match is None or int(match[1]) != len(migrations) + 1:
            raise StoreError(f"Migration {path.name} does not follow: NNNN_name.sql, numbered from 0001 without gaps.")
        migrations.append(Migration(number=int(match[1]), name=path.stem, text=_read(path)))
    again = [*sorted((folder / "functions").glob("*.sql")), folder / "grants.sql"]
    texts = [f"-- {path.relative_to(folder)}\n\n{_read(path)}" for path in again if path.exists()]
    return Schema(migrations=tuple(migrations), functions="\n".join(texts))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("\r\n", "\n").strip() + "\n"


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
