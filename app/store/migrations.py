"""The schema: numbered migrations, applied once each, then functions and grants, which may be applied again.

`sql/migrations/NNNN_name.sql` make the tables and never change once released; `sql/functions/*.sql` and
`sql/grants.sql` are applied again, all together, whenever one of them has changed. The table `hilo_migrations`
remembers what was applied: a row per migration with the checksum of its text, and row 0 for functions and grants.

There is one form of all this, a list of SQL steps that check for themselves what is to be done. `migrate` runs them
through a connection, `render_script` writes them into one file for an SQL editor: so both do the same.
"""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from app.errors import SchemaMismatch, StoreError, StoreUnavailable
from app.store.database import Database
from app.store.schema import Schema, read_schema
from app.store.schema_script import STEP_HEAD, apply_functions, bookkeeping, guarded, render_script

_DEADLOCKS: Final = 5  # that a step is tried again after


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
        _execute(connection, bookkeeping())
        applied = []
        for migration in schema.migrations[:up_to]:
            if migration.name in status.pending:
                _execute(connection, guarded(migration))
                applied.append(migration.name)
        if up_to is None and _apply_functions_once(connection, schema):
            applied.append("functions and grants")
        return applied


def _apply_functions_once(connection: psycopg.Connection[Any], schema: Schema) -> bool:
    """False: another process was faster. Its server may run already, so its tables are not locked for nothing."""
    for attempt in range(_DEADLOCKS + 1):
        try:
            with connection.transaction():
                connection.execute(STEP_HEAD)
                if _read_status(connection, schema).functions_current:
                    return False
                connection.execute(apply_functions(schema))
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


if __name__ == "__main__":  # python -m app.store.migrations > sql/whatsapp_messages.sql
    sys.stdout.write(render_script())
