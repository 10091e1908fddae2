import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from app.errors import SchemaMismatch, StoreError, StoreUnavailable
from app.store.migrations import migrate, schema_status
from app.store.schema import find_sql_dir, read_schema
from app.store.schema_script import render_script
from tests.support.catalog import catalog

SQL_DIR = find_sql_dir()


@pytest.fixture
def sql_dir(tmp_path) -> Path:
    """A small schema of our own, to be changed by the tests."""
    folder = tmp_path / "sql"
    (folder / "migrations").mkdir(parents=True)
    (folder / "functions").mkdir()
    (folder / "migrations" / "0001_notes.sql").write_text(
        "create table notes (id int primary key, text text default 'it''s $hilo_0001$ new');\n"
        "create function shout(text) returns text language plpgsql as $$ begin return upper($1); end $$;\n"
    )
    (folder / "migrations" / "0002_tags.sql").write_text(
        "alter table notes add column tags text[] not null default '{}';"
    )
    (folder / "functions" / "count.sql").write_text(
        "create or replace function count_notes() returns bigint language sql as 'select count(*) from notes';\n"
    )
    (folder / "grants.sql").write_text("alter table notes enable row level security;\n")
    return folder


def run(dsn: str, text: str):
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(text)
        return cursor.fetchall() if cursor.description else None


def add_migration(sql_dir: Path, name: str, text: str) -> None:
    (sql_dir / "migrations" / f"{name}.sql").write_text(text)


async def test_applies_in_order_and_once(empty_dsn, sql_dir):
    assert await migrate(empty_dsn, sql_dir) == ["0001_notes", "0002_tags", "functions and grants"]
    run(empty_dsn, "insert into notes (id) values (1)")
    assert await migrate(empty_dsn, sql_dir) == []
    assert run(empty_dsn, "select text, count_notes(), shout('a') from notes") == [("it's $hilo_0001$ new", 1, "A")]
    assert (await schema_status(empty_dsn, sql_dir)).up_to_date


async def test_applies_what_was_added(empty_dsn, sql_dir):
    await migrate(empty_dsn, sql_dir)
    add_migration(sql_dir, "0003_more", "alter table notes add column more int;")
    status = await schema_status(empty_dsn, sql_dir)
    assert (status.current, status.latest, status.pending, status.up_to_date) == (2, 3, ("0003_more",), False)
    assert await migrate(empty_dsn, sql_dir) == ["0003_more", "functions and grants"]
    assert run(empty_dsn, "select more from notes") == []


async def test_applies_changed_functions_again(empty_dsn, sql_dir):
    await migrate(empty_dsn, sql_dir)
    (sql_dir / "functions" / "count.sql").write_text(
        "create or replace function count_notes() returns bigint language sql as 'select 42::bigint';"
    )
    assert not (await schema_status(empty_dsn, sql_dir)).functions_current
    assert await migrate(empty_dsn, sql_dir) == ["functions and grants"]
    assert run(empty_dsn, "select count_notes()") == [(42,)]


async def test_tells_postgrest(empty_dsn, sql_dir):
    async with await psycopg.AsyncConnection.connect(empty_dsn, autocommit=True) as listener:
        await listener.execute("listen pgrst")
        await migrate(empty_dsn, sql_dir)
        heard = [note.payload async for note in listener.notifies(timeout=2, stop_after=1)]
        assert heard == ["reload schema"]
        await migrate(empty_dsn, sql_dir)  # nothing was due, nobody is told
        assert [note async for note in listener.notifies(timeout=0.2)] == []


async def test_a_failing_migration_leaves_nothing_of_itself(empty_dsn, sql_dir):
    add_migration(sql_dir, "0003_bad", "create table half (id int); alter table nowhere add column x int;")
    with pytest.raises(StoreError, match=r"nowhere"):
        await migrate(empty_dsn, sql_dir)
    assert run(empty_dsn, "select to_regclass('half')") == [(None,)]
    assert (await schema_status(empty_dsn, sql_dir)).pending == ("0003_bad",)
    add_migration(sql_dir, "0003_bad", "create table half (id int);")
    assert await migrate(empty_dsn, sql_dir) == ["0003_bad", "functions and grants"]


async def test_refuses_an_edited_migration(empty_dsn, sql_dir):
    await migrate(empty_dsn, sql_dir)
    add_migration(sql_dir, "0002_tags", "alter table notes add column tags text[];")
    with pytest.raises(SchemaMismatch, match=r"0002_tags was applied .* another text.*put the file back"):
        await migrate(empty_dsn, sql_dir)
    with pytest.raises(psycopg.errors.RaiseException, match="0002_tags was applied with another text"):
        run(empty_dsn, render_script(sql_dir))


async def test_line_ends_are_no_edit(empty_dsn, sql_dir):
    await migrate(empty_dsn, sql_dir)
    for path in sql_dir.rglob("*.sql"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert await migrate(empty_dsn, sql_dir) == []


async def test_refuses_a_newer_database(empty_dsn, sql_dir):
    add_migration(sql_dir, "0003_more", "alter table notes add column more int;")
    await migrate(empty_dsn, sql_dir)
    (sql_dir / "migrations" / "0003_more.sql").unlink()
    with pytest.raises(SchemaMismatch, match=r"newer than this Hilo: it has migration 0003_more"):
        await migrate(empty_dsn, sql_dir)
    assert (await schema_status(empty_dsn, sql_dir)).problem
    with pytest.raises(psycopg.errors.RaiseException, match="newer than this script"):
        run(empty_dsn, render_script(sql_dir))


@pytest.mark.parametrize("name", ["0004_gap.sql", "3_short.sql", "0003-dash.sql", "0002_twice.sql"])
def test_refuses_names_that_do_not_follow(sql_dir, name):
    (sql_dir / "migrations" / name).write_text("select 1;")
    with pytest.raises(StoreError, match="does not follow"):
        read_schema(sql_dir)


async def test_many_at_once_apply_it_once(empty_dsn, sql_dir):
    add_migration(sql_dir, "0003_slow", "select pg_sleep(0.3); create table slow (id int);")
    await asyncio.gather(*(migrate(empty_dsn, sql_dir) for _ in range(6)))
    assert run(empty_dsn, "select count(*) from hilo_migrations") == [(4,)]


async def test_who_comes_second_locks_no_table_of_a_running_server(empty_dsn, sql_dir):
    found = await asyncio.gather(*(migrate(empty_dsn, sql_dir) for _ in range(6)))
    assert sum("functions and grants" in applied for applied in found) == 1


async def test_a_deadlock_with_a_running_server_is_tried_again(empty_dsn, sql_dir):
    await migrate(empty_dsn, sql_dir)
    run(empty_dsn, "create table first (id int); create table second (id int);")
    (sql_dir / "functions" / "900_locks.sql").write_text("lock table first; select pg_sleep(0.3); lock table second;")
    with psycopg.connect(empty_dsn) as server:
        server.execute("set deadlock_timeout = '60s'")  # the migration is the one that is refused
        server.execute("lock table second")
        migration = asyncio.create_task(migrate(empty_dsn, sql_dir))
        await asyncio.sleep(0.2)
        await asyncio.to_thread(server.execute, "lock table first")
        server.commit()
        assert await asyncio.wait_for(migration, 30) == ["functions and grants"]


async def test_no_answer(sql_dir):
    with pytest.raises(StoreUnavailable, match="does not answer"):
        await migrate("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2", sql_dir)


async def test_an_older_database_is_brought_up_by_the_script(empty_dsn, postgres_server, sql_dir):
    await migrate(empty_dsn, sql_dir)
    run(empty_dsn, "insert into notes (id) values (1)")
    add_migration(sql_dir, "0003_more", "alter table notes add column more int default 7;")
    run(empty_dsn, render_script(sql_dir))
    assert run(empty_dsn, "select id, more from notes") == [(1, 7)]
    assert await migrate(empty_dsn, sql_dir) == []
    with postgres_server.database(template="template0") as other:
        await migrate(other, sql_dir)
        assert catalog(other) == catalog(empty_dsn)


# -- the real schema ---------------------------------------------------------------------------------------------------
# Roles belong to the whole server, and grants depend on them: they are made first, so that both databases see the same.


@pytest.fixture
async def migrated_dsn(postgres_server, supabase_roles):
    with postgres_server.database(template="template0") as dsn:
        await migrate(dsn)
        yield dsn


async def test_script_and_migrate_make_the_same(empty_dsn, migrated_dsn):
    script = render_script()
    run(empty_dsn, script)
    made = catalog(empty_dsn)
    assert made == catalog(migrated_dsn)
    assert any(line.startswith("table whatsapp_messages") for line in made)
    assert (await schema_status(empty_dsn)).up_to_date
    run(empty_dsn, script)
    assert catalog(empty_dsn) == made
    assert await migrate(empty_dsn) == []
    assert catalog(empty_dsn) == made


async def test_applying_functions_again_changes_nothing(migrated_dsn):
    before = catalog(migrated_dsn)
    run(migrated_dsn, "update hilo_migrations set checksum = 'old' where number = 0")
    assert await migrate(migrated_dsn) == ["functions and grants"]
    assert catalog(migrated_dsn) == before


@pytest.mark.skipif(not shutil.which("psql"), reason="there is no psql")
def test_the_script_runs_in_psql(empty_dsn, migrated_dsn):
    command = ["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--dbname", empty_dsn]
    done = subprocess.run(command, input=render_script(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert catalog(empty_dsn) == catalog(migrated_dsn)


def test_the_printed_script_is_the_file():
    script = render_script()
    printed = subprocess.run([sys.executable, "-m", "app.store.migrations"], capture_output=True, text=True, check=True)
    assert printed.stdout == script
    file = SQL_DIR / "whatsapp_messages.sql"
    assert file.read_text() == script, "renew it: python -m app.store.migrations > sql/whatsapp_messages.sql"


def test_every_table_is_known_by_name(database_dsn):
    """Backups go by the names that are read out of the migrations."""
    found = run(
        database_dsn,
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')",
    )
    known = {name for kind, name in read_schema().objects if kind == "table"}
    assert {name for (name,) in found} == known | {"hilo_migrations"}
