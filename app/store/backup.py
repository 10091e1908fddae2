"""A backup is one zip file: a text file per table, as COPY writes it, and a manifest.

It goes from any Postgres to any other (older, newer, embedded, hosted), as no program of a certain version is needed
and COPY's text form has been the same for decades. All tables are read in one snapshot, while work goes on. A restore
makes the schema as it was, loads, compares row counts and checksums, and then migrates to the present: all in one
transaction, so that one that fails leaves the database as it found it.

The file holds what customers wrote: it is made readable by its owner alone.
"""

import contextlib
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from app.errors import StoreError, StoreUnavailable
from app.store.backup_file import FORMAT, MANIFEST, Summary, check_schema, opened, summary, whole
from app.store.migrations import apply, read_applied
from app.store.schema import Schema, read_schema

_CHUNK: Final = 1 << 20
_LOCK_TIMEOUT: Final = "30s"

Progress = Callable[[str, int], None]
Connection = psycopg.Connection[Any]


def backup(dsn: str, file: Path, *, sql_dir: Path | None = None, progress: Progress | None = None) -> Summary:
    """Write all of Hilo's tables into `file`, which appears whole or not at all; an older one of that name is replaced.

    `progress` is told (table, its rows) after each table. Blocks. Raises `StoreUnavailable` when the database does not
    answer, `StoreError` when it has no schema of Hilo or the file cannot be written.
    """
    schema = read_schema(sql_dir)
    with _explained(), _connect(dsn) as connection, connection.transaction():
        # row_security off: where it would hide rows, reading fails instead of leaving them out.
        connection.execute("set transaction isolation level repeatable read, read only")
        connection.execute("set local row_security = off")
        applied = read_applied(connection)
        if not applied:
            raise StoreError("There is no schema of Hilo in this database, so there is nothing to back up.")
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "postgres": connection.info.server_version,
            "migrations": {str(number): checksum for number, (_, checksum) in sorted(applied.items()) if number},
            "tables": [],
            "sequences": {},
        }
        with whole(file) as target, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            tables = _tables(connection, schema)
            for table in tables:
                entry = _copy_out(connection, archive, table)
                manifest["tables"].append(entry)
                if progress:
                    progress(table, entry["rows"])
            # After the rows: a sequence is outside the snapshot, and must not be behind them.
            manifest["sequences"] = _sequences(connection, tables)
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return summary(manifest)


def restore(
    dsn: str, file: Path, *, replace: bool = False, sql_dir: Path | None = None, progress: Progress | None = None
) -> Summary:
    """Put the backup in `file` into the database, then migrate it to this version's schema. Blocks.

    A database that holds rows of Hilo is refused unless `replace`, which deletes them. Nothing may be running on it.
    Raises `StoreError` for a file that is damaged, or newer than this Hilo, and leaves the database as it was.
    """
    schema = read_schema(sql_dir)
    with _explained(), opened(file) as (archive, manifest), _connect(dsn) as connection, connection.transaction():
        version = check_schema(schema, manifest)
        present = _tables(connection, schema)
        if not replace and (filled := [table for table in present if _has_rows(connection, table)]):
            raise StoreError(
                f"The database is not empty: there are rows in {', '.join(filled)}. Restore into an empty one, or say "
                "with --replace that these are to be deleted."
            )
        _drop_everything(connection, schema)
        apply(connection, schema, up_to=version)
        with _without_foreign_keys(connection):
            for entry in manifest["tables"]:
                _copy_in(connection, archive, entry)
                if progress:
                    progress(entry["name"], entry["rows"])
        _set_sequences(connection, manifest["sequences"])
        apply(connection, schema)
        connection.execute("analyze")
    return summary(manifest)


# -- rows --------------------------------------------------------------------------------------------------------------


def _copy_out(connection: Connection, archive: zipfile.ZipFile, table: str) -> dict[str, Any]:
    columns = _columns(connection, table)
    query = sql.SQL("copy (select {} from {}) to stdout").format(_names(columns), sql.Identifier(table))
    digest = hashlib.sha256()
    with archive.open(f"{table}.copy", "w", force_zip64=True) as target, connection.cursor() as cursor:
        # COPY gives a row at a time, which is too small a piece for compressing.
        with io.BufferedWriter(target, _CHUNK) as buffered, cursor.copy(query) as copy:
            for row in copy:
                digest.update(row)
                buffered.write(row)
        rows = cursor.rowcount
    return {"name": table, "columns": columns, "rows": rows, "sha256": digest.hexdigest()}


def _copy_in(connection: Connection, archive: zipfile.ZipFile, entry: dict[str, Any]) -> None:
    """Load one table. Its own triggers rest meanwhile: what they keep true was true already."""
    table = sql.Identifier(entry["name"])
    connection.execute(sql.SQL("alter table {} disable trigger user").format(table))
    query = sql.SQL("copy {} ({}) from stdin").format(table, _names(entry["columns"]))
    digest = hashlib.sha256()
    with archive.open(f"{entry['name']}.copy") as source, connection.cursor() as cursor:
        with cursor.copy(query) as copy:
            while chunk := source.read(_CHUNK):  # a wrong CRC raises BadZipFile at the end
                digest.update(chunk)
                copy.write(chunk)
        rows = cursor.rowcount
    if rows != entry["rows"] or digest.hexdigest() != entry["sha256"]:
        raise StoreError(f"The backup is damaged: table {entry['name']} is not what was written.")
    connection.execute(sql.SQL("alter table {} enable trigger user").format(table))


@contextlib.contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Tables may refer to one another in a circle, and only a superuser may switch the checks off: so the constraints
    go and come back, which checks every row."""
    found = connection.execute(
        "select conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) from pg_constraint"
        " where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0"
    ).fetchall()
    for table, name, _ in found:
        connection.execute(sql.SQL("alter table {} drop constraint {}").format(sql.SQL(table), sql.Identifier(name)))
    yield
    for table, name, definition in found:
        connection.execute(
            sql.SQL("alter table {} add constraint {} {}").format(
                sql.SQL(table), sql.Identifier(name), sql.SQL(definition)
            )
        )


def _drop_everything(connection: Connection, schema: Schema) -> None:
    """Drop what the migrations make, so that they can make it again up to the backup's version."""
    for kind, name in reversed(schema.objects):
        connection.execute(sql.SQL("drop {} if exists {} cascade").format(sql.SQL(kind), sql.Identifier(name)))
    connection.execute("drop table if exists hilo_migrations")


# -- the catalogue -----------------------------------------------------------------------------------------------------


def _tables(connection: Connection, schema: Schema) -> list[str]:
    """Those tables of the schema that this database has. Others in it are somebody else's."""
    names = [name for kind, name in schema.objects if kind == "table"]
    found = connection.execute(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        " and not relispartition and relname = any(%s)",
        [names],
    ).fetchall()
    return [name for name in names if (name,) in found]


def _has_rows(connection: Connection, table: str) -> bool:
    row = connection.execute(sql.SQL("select exists (select from {})").format(sql.Identifier(table))).fetchone()
    return bool(row and row[0])


def _columns(connection: Connection, table: str) -> list[str]:
    found = connection.execute(
        "select attname::text from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        " and attgenerated = '' order by attnum",
        [table],
    ).fetchall()
    return [name for (name,) in found]


def _sequences(connection: Connection, tables: Sequence[str]) -> dict[str, int]:
    """The last value of every sequence that belongs to a column of these tables."""
    found = connection.execute(
        "select s.sequencename::text, s.last_value from pg_sequences s"
        " join pg_depend d on d.objid = to_regclass(format('public.%%I', s.sequencename)) and d.deptype in ('a', 'i')"
        " join pg_class t on t.oid = d.refobjid"
        " where s.schemaname = 'public' and s.last_value is not null and t.relname = any(%s)",
        [list(tables)],
    ).fetchall()
    return dict(found)


def _set_sequences(connection: Connection, sequences: dict[str, int]) -> None:
    for name, value in sequences.items():
        connection.execute("select setval(to_regclass(format('public.%%I', %s::text)), %s)", [name, value])


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)


@contextlib.contextmanager
def _connect(dsn: str) -> Iterator[Connection]:
    with psycopg.connect(dsn, autocommit=True, prepare_threshold=None, row_factory=tuple_row) as connection:
        # Whatever the role's own setting is: a copy takes as long as it takes.
        connection.execute("set statement_timeout = 0")
        connection.execute("select set_config('lock_timeout', %s, false)", [_LOCK_TIMEOUT])
        connection.execute("set datestyle = 'ISO, YMD'")
        connection.execute("set intervalstyle = 'postgres'")
        connection.execute("set search_path = public")
        connection.execute("set client_encoding = 'UTF8'")
        yield connection


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise StoreError("The tables are in use: stop every Hilo that works on this database, and repeat.") from error
    except psycopg.OperationalError as error:
        raise StoreUnavailable(f"The database does not answer: {error}") from error
    except psycopg.Error as error:
        raise StoreError(f"The database refused: {error}") from error
    except OSError as error:
        raise StoreError(f"The file cannot be used: {error}") from error
