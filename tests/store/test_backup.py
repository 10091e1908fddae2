import os
import random
import zipfile
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.types.json import Jsonb

from app.errors import StoreError, StoreUnavailable
from app.store import embedded
from app.store.backup import backup, restore
from app.store.migrations import migrate, schema_status
from tests.support.catalog import catalog
from tests.support.postgres import FAST, SessionFolder

ODD = "¡Mañana! \\N \\. \\\\ \t \r\n 'x' \"y\" 👩🏽‍⚕️ مرحبا \u202eabc\u202c \x01 \x7f $1 %s"


def run(dsn: str, text: str, *arguments):
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(text, arguments or None)
        return cursor.fetchall() if cursor.description else None


def contents(dsn: str) -> dict[str, list]:
    """Every row of every table, as Postgres writes it."""
    with psycopg.connect(dsn) as connection:
        connection.execute("set timezone = 'UTC'")
        tables = connection.execute(
            "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
            " and relname <> 'hilo_migrations' order by 1"
        ).fetchall()
        return {
            table: connection.execute(
                sql.SQL("select t::text from {} t order by 1").format(sql.Identifier(table))
            ).fetchall()
            for (table,) in tables
        }


# -- the real schema ---------------------------------------------------------------------------------------------------


@pytest.fixture
def filled_dsn(database_dsn):
    """The real schema with some rows that are hard to write out and to read in."""
    with psycopg.connect(database_dsn, autocommit=True) as connection:
        tenant = connection.execute(
            "insert into tenants (slug, name, timezone) values ('casa', %s, 'Europe/Madrid') returning id", [ODD]
        ).fetchone()[0]
        for number in range(3):
            connection.execute(
                "insert into channels (tenant_id, provider, address) values (%s, 'twilio', %s)",
                [tenant, f"{ODD}{number}"],
            )
        connection.execute(
            "insert into api_keys (tenant_id, name, key_hash, scopes, created_at)"
            " values (%s, %s, 'hash', %s, 'infinity'), (%s, '', 'hash2', '{}', '0044-03-15 12:00 BC')",
            [tenant, ODD, ["a,b", '"', "", "{}", "null", None], tenant],
        )
        connection.execute(
            "insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address)"
            " values (%s, %s, 'twilio', 'x')",
            [tenant, ODD],
        )
        for body in ("", ODD, "ñ" * 65536):
            connection.execute(
                "insert into whatsapp_messages (tenant_id, conversation_id, provider, body, raw, event_id)"
                " values (%s, %s, 'twilio', %s, %s, gen_random_uuid())",
                [tenant, ODD, body, Jsonb({"Body": body, "n": 1e300, "deep": [[None, True]]})],
            )
    return database_dsn


def test_there_and_back(filled_dsn, empty_dsn, tmp_path):
    file = tmp_path / "copia de seguridad.zip"
    before = contents(filled_dsn)
    told = []
    summary = backup(filled_dsn, file, progress=lambda table, rows: told.append((table, rows)))
    assert summary.rows["channels"] == 3
    assert dict(told) == summary.rows
    assert set(summary.rows) == set(before)
    restored = restore(empty_dsn, file)
    assert restored == summary
    assert contents(empty_dsn) == before == contents(filled_dsn)


async def test_the_restored_schema_is_up_to_date(filled_dsn, empty_dsn, tmp_path):
    backup(filled_dsn, tmp_path / "b")
    restore(empty_dsn, tmp_path / "b")
    assert (await schema_status(empty_dsn)).up_to_date


@pytest.fixture(scope="module")
def other_servers():
    """DSNs of empty databases on other Postgres versions: those of the wheel, and Debian's where it is."""
    with _Servers() as servers:
        yield servers


class _Servers:
    def __enter__(self):
        debian = Path("/usr/lib/postgresql/15/bin")
        self.programs = {"16": embedded.bundled(16), "18": embedded.bundled(18), "15": debian}
        self.running = {}
        return self

    def empty(self, version: str) -> str:
        if not (self.programs[version] / "postgres").exists():
            pytest.skip(f"there is no Postgres {version} here")
        if version not in self.running:
            folder = SessionFolder()
            self.running[version] = (
                folder,
                embedded.start(folder.path, settings=FAST, programs=self.programs[version]),
            )
        dsn = self.running[version][1].dsn
        name = f"other_{uuid4().hex}"
        run(dsn, f"create database {name} template template0")
        return make_conninfo(dsn, dbname=name)

    def __exit__(self, *_):
        for folder, server in self.running.values():
            server.close()
            folder.remove()


@pytest.mark.parametrize(("older", "newer"), [("16", "18"), ("15", "18")])
async def test_across_postgres_versions(filled_dsn, other_servers, tmp_path, older, newer):
    backup(filled_dsn, tmp_path / "first")
    before = contents(filled_dsn)
    old, new = other_servers.empty(older), other_servers.empty(newer)
    restore(old, tmp_path / "first")
    assert run(old, "show server_version_num")[0][0].startswith(older)
    assert contents(old) == before
    backup(old, tmp_path / "second")
    restore(new, tmp_path / "second")
    assert contents(new) == before
    assert (await schema_status(new)).up_to_date


def test_a_role_that_is_no_superuser(filled_dsn, postgres_server, tmp_path):
    """As the owner of a database at a hosting company."""
    backup(filled_dsn, tmp_path / "b")
    role = f"owner_{uuid4().hex}"
    run(postgres_server.dsn, f"create role {role} login")
    try:
        with postgres_server.database(template="template0") as dsn:
            name = psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]
            run(postgres_server.dsn, f"alter database {name} owner to {role}")
            owned = make_conninfo(dsn, user=role)
            restore(owned, tmp_path / "b")
            restore(owned, tmp_path / "b", replace=True)
            backup(owned, tmp_path / "c")
            assert contents(owned) == contents(filled_dsn)
    finally:
        run(postgres_server.dsn, f"drop role {role}")


# -- a small schema of our own ----------------------------------------------------------------------------------------


@pytest.fixture
def sql_dir(tmp_path) -> Path:
    folder = tmp_path / "sql"
    (folder / "migrations").mkdir(parents=True)
    (folder / "functions").mkdir()
    # Two tables that refer to each other, counted by a trigger, with two kinds of sequences and a generated column.
    (folder / "migrations" / "0001_parent.sql").write_text(
        "create table parent (id int generated always as identity primary key, favourite int, kids int default 0);\n"
        "create table child (id serial primary key, parent int not null references parent,\n"
        "  name text, big text generated always as (upper(name)) stored);\n"
        "alter table parent add foreign key (favourite) references child;\n"
        "create type mood as enum ('good', 'bad');\n"
    )
    (folder / "functions" / "count.sql").write_text(
        "create or replace function counted() returns trigger language plpgsql as\n"
        "$$ begin update parent set kids = kids + 1 where id = new.parent; return new; end $$;\n"
        "create or replace trigger counted after insert on child for each row execute function counted();\n"
    )
    return folder


def later(sql_dir: Path) -> None:
    (sql_dir / "migrations" / "0002_names.sql").write_text(
        "alter table child add column slug text; update child set slug = lower(name);"
        "alter table child alter column slug set not null;"
    )


@pytest.fixture
async def family_dsn(empty_dsn, sql_dir):
    await migrate(empty_dsn, sql_dir)
    run(empty_dsn, "insert into parent default values")
    run(empty_dsn, "insert into child (parent, name) values (1, 'Ana'), (1, 'Béla')")
    run(empty_dsn, "update parent set favourite = 2")
    return empty_dsn


@pytest.fixture
def target_dsn(postgres_server):
    with postgres_server.database(template="template0") as dsn:
        yield dsn


def test_circles_triggers_sequences_and_generated_columns(family_dsn, target_dsn, sql_dir, tmp_path):
    backup(family_dsn, tmp_path / "b", sql_dir=sql_dir)
    restore(target_dsn, tmp_path / "b", sql_dir=sql_dir)
    assert contents(target_dsn) == contents(family_dsn)
    assert catalog(target_dsn) == catalog(family_dsn)
    run(target_dsn, "insert into parent default values")  # the sequences go on where they were
    run(target_dsn, "insert into child (parent, name) values (2, 'Caro')")
    assert run(target_dsn, "select id, kids from parent order by id") == [(1, 2), (2, 1)]  # and triggers work again
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        run(target_dsn, "insert into child (parent) values (99)")


async def test_a_backup_of_an_older_schema_is_migrated(family_dsn, target_dsn, sql_dir, tmp_path):
    backup(family_dsn, tmp_path / "b", sql_dir=sql_dir)
    later(sql_dir)
    await migrate(target_dsn, sql_dir)  # empty, but of the newer schema already
    summary = restore(target_dsn, tmp_path / "b", sql_dir=sql_dir)
    assert summary.schema == 1
    assert run(target_dsn, "select name, slug from child order by id") == [("Ana", "ana"), ("Béla", "béla")]
    assert (await schema_status(target_dsn, sql_dir)).up_to_date


async def test_a_backup_of_a_newer_schema_is_refused(family_dsn, target_dsn, sql_dir, tmp_path):
    later(sql_dir)
    await migrate(family_dsn, sql_dir)
    backup(family_dsn, tmp_path / "b", sql_dir=sql_dir)
    (sql_dir / "migrations" / "0002_names.sql").unlink()
    with pytest.raises(StoreError, match="newer than this Hilo"):
        restore(target_dsn, tmp_path / "b", sql_dir=sql_dir)
    later(sql_dir)
    (sql_dir / "migrations" / "0001_parent.sql").write_text("create table parent (id int);")
    with pytest.raises(StoreError, match="another migration 1"):
        restore(target_dsn, tmp_path / "b", sql_dir=sql_dir)


def test_rows_that_are_there_are_not_deleted_unasked(family_dsn, sql_dir, tmp_path):
    backup(family_dsn, tmp_path / "b", sql_dir=sql_dir)
    run(family_dsn, "insert into child (parent, name) values (1, 'Caro')")
    before = contents(family_dsn)
    with pytest.raises(StoreError, match="not empty: there are rows in parent, child"):
        restore(family_dsn, tmp_path / "b", sql_dir=sql_dir)
    assert contents(family_dsn) == before
    restore(family_dsn, tmp_path / "b", sql_dir=sql_dir, replace=True)
    assert run(family_dsn, "select name from child order by id") == [("Ana",), ("Béla",)]


def test_tables_of_others_are_left_alone(family_dsn, target_dsn, sql_dir, tmp_path):
    for dsn in (family_dsn, target_dsn):
        run(dsn, "create table theirs (id serial)")
        run(dsn, "insert into theirs default values")
    summary = backup(family_dsn, tmp_path / "b", sql_dir=sql_dir)
    assert set(summary.rows) == {"parent", "child"}
    restore(target_dsn, tmp_path / "b", sql_dir=sql_dir)
    restore(target_dsn, tmp_path / "b", sql_dir=sql_dir, replace=True)
    assert run(target_dsn, "select id from theirs") == [(1,)]


def test_what_is_written_meanwhile_is_not_half_in_it(family_dsn, target_dsn, sql_dir, tmp_path):
    def write_more(table: str, rows: int) -> None:
        if table == "parent":  # read already; child comes after it
            run(family_dsn, "insert into child (parent, name) values (1, 'late')")

    summary = backup(family_dsn, tmp_path / "b", sql_dir=sql_dir, progress=write_more)
    assert summary.rows == {"parent": 1, "child": 2}
    restore(target_dsn, tmp_path / "b", sql_dir=sql_dir)
    assert run(target_dsn, "select kids from parent") == [(2,)]


def test_damaged_files_are_refused_and_change_nothing(family_dsn, target_dsn, sql_dir, tmp_path):
    run(family_dsn, "insert into child (parent, name) select 1, md5(n::text) from generate_series(1, 300) n")
    whole, damaged = tmp_path / "whole", tmp_path / "damaged"
    backup(family_dsn, whole, sql_dir=sql_dir)
    data = whole.read_bytes()
    dice = random.Random(7)
    broken = [data[: dice.randrange(len(data))] for _ in range(12)]
    for _ in range(25):
        place = dice.randrange(len(data))
        broken.append(data[:place] + bytes([data[place] ^ 1 << dice.randrange(8)]) + data[place + 1 :])
    broken += [b"", b"hello", data[100:]]
    untouched = contents(family_dsn)
    before = run(target_dsn, "select count(*) from pg_class")
    refused = 0
    for variant in broken:
        damaged.write_bytes(variant)
        try:
            restore(target_dsn, damaged, sql_dir=sql_dir)
        except StoreError:
            refused += 1
            assert run(target_dsn, "select count(*) from pg_class") == before
        else:  # the bit is one that means nothing, such as a file's date
            assert contents(target_dsn) == untouched
            for table in ("child", "parent"):
                run(target_dsn, f"drop table {table} cascade")
            run(target_dsn, "drop type mood; drop table hilo_migrations; drop function counted")
            assert run(target_dsn, "select count(*) from pg_class") == before
    assert refused >= 30


def test_rows_that_were_changed_in_the_file(family_dsn, target_dsn, sql_dir, tmp_path):
    backup(family_dsn, tmp_path / "b", sql_dir=sql_dir)
    with zipfile.ZipFile(tmp_path / "b") as source, zipfile.ZipFile(tmp_path / "c", "w") as changed:
        for name in source.namelist():
            changed.writestr(name, source.read(name).replace(b"Ana", b"Eva"))
    with pytest.raises(StoreError, match="table child is not what was written"):
        restore(target_dsn, tmp_path / "c", sql_dir=sql_dir)
    assert run(target_dsn, "select to_regclass('child')") == [(None,)]


def test_any_other_zip_file(target_dsn, tmp_path):
    with zipfile.ZipFile(tmp_path / "z", "w") as archive:
        archive.writestr("holiday.jpg", b"x")
    with pytest.raises(StoreError, match="is no backup of Hilo"):
        restore(target_dsn, tmp_path / "z")


def test_a_file_from_the_future(target_dsn, tmp_path):
    with zipfile.ZipFile(tmp_path / "z", "w") as archive:
        archive.writestr("manifest.json", '{"format": 2}')
    with pytest.raises(StoreError, match="newer version of Hilo"):
        restore(target_dsn, tmp_path / "z")


def test_the_file_is_private_and_whole_or_not_there(family_dsn, sql_dir, tmp_path):
    file = tmp_path / "backups" / "b"
    file.parent.mkdir()
    backup(family_dsn, file, sql_dir=sql_dir)
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()

    def power_cut(table: str, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup(family_dsn, file, sql_dir=sql_dir, progress=power_cut)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_what_is_missing_is_said(target_dsn, tmp_path):
    with pytest.raises(StoreError, match="no schema of Hilo"):
        backup(target_dsn, tmp_path / "b")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreError, match="No such file"):
        restore(target_dsn, tmp_path / "none")
    with pytest.raises(StoreUnavailable):
        backup("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2", tmp_path / "b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(family_dsn, sql_dir, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(StoreError, match="cannot be used"):
        backup(family_dsn, tmp_path / "closed" / "b", sql_dir=sql_dir)


def test_tables_in_use_are_said(family_dsn, sql_dir, tmp_path, monkeypatch):
    backup(family_dsn, tmp_path / "b", sql_dir=sql_dir)
    monkeypatch.setattr("app.store.backup._LOCK_TIMEOUT", "100ms")
    with psycopg.connect(family_dsn) as busy:
        busy.execute("select * from child")
        with pytest.raises(StoreError, match="in use: stop every Hilo"):
            restore(family_dsn, tmp_path / "b", sql_dir=sql_dir, replace=True)
