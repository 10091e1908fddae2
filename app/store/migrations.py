"""The schema: numbered migrations, applied once each, then functions and grants, which may be applied again.

`sql/migrations/NNNN_name.sql` make the tables and never change once released; `sql/functions/*.sql` and
`sql/grants.sql` are applied again, all together, whenever one of them has changed. The table `hilo_migrations`
remembers what was applied: a row per migration with the checksum of its text, and row 0 for functions and grants.

There is one form of all this, a list of SQL steps that check for themselves what is to be done. `migrate` runs them
through a connection, `render_script` writes them into one file for an SQL editor: so both do the same.
"""

import asyncio
import hashlib
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import psycopg

from app.errors import SchemaMismatch, StoreError, StoreUnavailable
from app.store.database import Database

# Any number will do, as long as all versions of Hilo take the same.
_LOCK: Final = 4_845_120_017
_DEADLOCKS: Final = 5  # that a step is tried again after
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


@dataclass(frozen=True, kw_only=True)
class SchemaStatus:
    """The schema of a database beside that of this code. `problem` is a sentence when they cannot work together."""

    current: int
    latest: int
    pending: tuple[str, ...]
    functions_current: bool
    problem: str | None

    @property
    def up_to_date(self) -> bool:
        return self.problem is None and not self.pending and self.functions_current


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


async def migrate(dsn: str, sql_dir: Path | None = None) -> Sequence[str]:
    """Bring the database up to this version's schema; returns the names of what was applied, none when nothing was due.

    Several processes may do so at once: one applies, the others wait for it. Raises `SchemaMismatch` when the database
    is newer than this code or has an applied migration whose text differs, `StoreUnavailable` when it does not answer.
    """
    return await asyncio.to_thread(_migrate, dsn, read_schema(sql_dir))


async def schema_status(dsn: str, sql_dir: Path | None = None) -> SchemaStatus:
    """What `migrate` would do, without doing it. Raises `StoreUnavailable`."""
    return await asyncio.to_thread(_status, dsn, read_schema(sql_dir))


async def schema_status_through(database: Database, sql_dir: Path | None = None) -> SchemaStatus:
    """The same where there is no connection to Postgres. `SchemaMismatch` when the functions are not there at all."""
    applied = await database.call("hilo_schema", {})
    return _compare(read_schema(sql_dir), {int(number): (name, text) for number, (name, text) in applied.items()})


def render_script(sql_dir: Path | None = None) -> str:
    """The whole schema as one SQL script. It may be run on an empty database, on an older one, and again."""
    schema = read_schema(sql_dir)
    steps = [_bookkeeping(), *(_guarded(step) for step in schema.migrations), _apply_functions(schema)]
    return _SCRIPT_HEAD + "".join(f"\nbegin;\n{step.strip()}\ncommit;\n" for step in steps)


_SCRIPT_HEAD: Final = """\
-- The whole schema of Hilo, for an SQL editor or psql. Generated from sql/migrations, sql/functions and sql/grants.sql
-- (`hilo sql` prints it): change those. It may be run again, and brings an older database of Hilo up to date.
"""


def apply(connection: psycopg.Connection[Any], schema: Schema, *, up_to: int | None = None) -> list[str]:
    """Apply what is due, each step in a transaction of its own, or in the caller's when there is one.

    `up_to` stops after that migration, before functions and grants.
    """
    with _explained():
        status = _read_status(connection, schema)
        if status.problem:
            raise SchemaMismatch(status.problem)
        if status.up_to_date and up_to is None:
            return []
        _execute(connection, _bookkeeping())
        applied = []
        for migration in schema.migrations[:up_to]:
            if migration.name in status.pending:
                _execute(connection, _guarded(migration))
                applied.append(migration.name)
        if up_to is None and _apply_functions_once(connection, schema):
            applied.append("functions and grants")
        return applied


def _apply_functions_once(connection: psycopg.Connection[Any], schema: Schema) -> bool:
    """False: another process was faster. Its server may run already, so its tables are not locked for nothing."""
    for attempt in range(_DEADLOCKS + 1):
        try:
            with connection.transaction():
                connection.execute(_STEP_HEAD)
                if _read_status(connection, schema).functions_current:
                    return False
                connection.execute(_apply_functions(schema))
                return True
        except psycopg.errors.DeadlockDetected:  # with what a running server was about to do with these tables
            if attempt == _DEADLOCKS:
                raise
            time.sleep(0.2 * 2**attempt)
    raise AssertionError("unreachable")


def _migrate(dsn: str, schema: Schema) -> list[str]:
    # The transaction pooler of Supabase gives every transaction another session: nothing may be prepared.
    with _explained(), psycopg.connect(dsn, autocommit=True, prepare_threshold=None) as connection:
        return apply(connection, schema)


def _status(dsn: str, schema: Schema) -> SchemaStatus:
    with _explained(), psycopg.connect(dsn, autocommit=True, prepare_threshold=None) as connection:
        return _read_status(connection, schema)


def _read_status(connection: psycopg.Connection[Any], schema: Schema) -> SchemaStatus:
    return _compare(schema, read_applied(connection))


def _compare(schema: Schema, applied: dict[int, tuple[str, str]]) -> SchemaStatus:
    functions = applied.pop(0, ("", ""))[1]
    return SchemaStatus(
        current=max(applied, default=0),
        latest=schema.latest,
        pending=tuple(step.name for step in schema.migrations if step.number not in applied),
        functions_current=functions == schema.functions_checksum,
        problem=_problem(schema, applied),
    )


def read_applied(connection: psycopg.Connection[Any]) -> dict[int, tuple[str, str]]:
    """number → (name, checksum) of what this database says was applied; 0 is functions and grants."""
    row = connection.execute("select to_regclass('public.hilo_migrations') is not null").fetchone()
    if row is None or not row[0]:
        return {}
    found = connection.execute("select number, name, checksum from public.hilo_migrations").fetchall()
    return {number: (name, checksum) for number, name, checksum in found}


def _problem(schema: Schema, applied: dict[int, tuple[str, str]]) -> str | None:
    if applied and max(applied) > schema.latest:
        return (
            f"The database is newer than this Hilo: it has migration {applied[max(applied)][0]}, this Hilo knows "
            f"{schema.latest}. Start the newer version of Hilo."
        )
    for migration in schema.migrations:
        name, checksum = applied.get(migration.number, (migration.name, migration.checksum))
        if checksum != migration.checksum:
            return (
                f"Migration {name} was applied to the database with another text than {migration.name}.sql has now. "
                "An applied migration never changes: put the file back, and make the change in a new migration."
            )
    return None


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except psycopg.OperationalError as error:
        raise StoreUnavailable(f"The database does not answer: {error}".strip()) from error
    except psycopg.Error as error:
        where = error.diag.context or ""
        raise StoreError(f"The schema could not be brought up to date: {error}\n{where}".strip()) from error


def _execute(connection: psycopg.Connection[Any], step: str) -> None:
    with connection.transaction():
        connection.execute(step)


# -- the steps as SQL --------------------------------------------------------------------------------------------------

# One step at a time, in whichever process: the lock is held until the end of the transaction that the step is in.
_STEP_HEAD: Final = f"""\
select pg_advisory_xact_lock({_LOCK});
set local search_path = public;
set local client_min_messages = warning;
set local statement_timeout = 0;
"""


def _bookkeeping() -> str:
    return f"""\
{_STEP_HEAD}
create table if not exists hilo_migrations (
    number      integer primary key,  -- 0: functions and grants
    name        text not null,
    checksum    text not null,
    applied_at  timestamptz not null default now()
);
alter table hilo_migrations enable row level security;
"""


def _guarded(migration: Migration) -> str:
    """The migration's text as a string that is executed only where it was not yet."""
    body = _dollar_quoted(migration.text, f"hilo_{migration.number:04}")
    name, checksum = _literal(migration.name), _literal(migration.checksum)
    return f"""\
{_STEP_HEAD}
do $hilo$
declare
    applied text := (select checksum from hilo_migrations where number = {migration.number});
begin
    if applied = {checksum} then
        return;
    elsif applied is not null then
        raise exception 'migration % was applied with another text', {name};
    end if;
    execute {body};
    insert into hilo_migrations (number, name, checksum) values ({migration.number}, {name}, {checksum});
end
$hilo$;
"""


def _apply_functions(schema: Schema) -> str:
    return f"""\
{_STEP_HEAD}
do $hilo$
begin
    if (select max(number) from hilo_migrations) > {schema.latest} then
        raise exception 'the database is newer than this script, which ends with migration {schema.latest}';
    end if;
end
$hilo$;

{schema.functions}
insert into hilo_migrations (number, name, checksum)
values (0, 'functions and grants', {_literal(schema.functions_checksum)})
on conflict (number) do update set checksum = excluded.checksum, applied_at = now()
where hilo_migrations.checksum <> excluded.checksum;

notify pgrst, 'reload schema';
"""


def _dollar_quoted(text: str, tag: str) -> str:
    while f"${tag}$" in text:
        tag += "_"
    return f"${tag}$\n{text}\n${tag}$"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("\r\n", "\n").strip() + "\n"


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":  # python -m app.store.migrations > sql/whatsapp_messages.sql
    sys.stdout.write(render_script())
