"""`hilo migrate`, `sql`, `backup`, `restore`."""

import asyncio
from pathlib import Path

import psycopg

from app.store import migrations
from tests.cli.conftest import Hilo, as_url


def test_migrating_an_empty_database_and_again(hilo: Hilo, empty_dsn: str):
    hilo.env["DATABASE_URL"] = as_url(empty_dsn)
    before = hilo.here("tenants", "list")
    assert before.code == 1
    assert before.err == "hilo: The database has an older schema than this version needs: run `hilo migrate`.\n"
    assert hilo.forked("serve", "--port", "9").err.splitlines()[-1].startswith("hilo: ")
    first, second = hilo.forked("migrate"), hilo.here("migrate")
    assert first.lines[0] == "applied 0001_initial"
    assert first.lines[-1] == "The schema is up to date."
    assert second.lines == ["The schema is up to date."]
    assert hilo.here("tenants", "list").code == 0


def test_the_printed_script_makes_the_same_schema(hilo: Hilo, empty_dsn: str):
    script = hilo("sql").out
    with psycopg.connect(empty_dsn, autocommit=True) as connection:
        connection.execute(script)
        connection.execute(script)
    assert asyncio.run(migrations.schema_status(empty_dsn)).up_to_date


def test_a_database_of_a_newer_version_is_one_line(hilo: Hilo):
    with psycopg.connect(hilo.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("insert into hilo_migrations (number, name, checksum) values (9999, '9999_later', 'x')")
    done = hilo.here("process")
    assert done.code == 1
    assert done.err.startswith("hilo: The database is newer than this Hilo")
    assert len(done.err.splitlines()) == 1


def test_a_backup_comes_back(hilo: Hilo, empty_dsn: str, tmp_path: Path):
    assert hilo.here("tenants", "add", "salon", "--timezone", "Europe/Madrid").code == 0
    saved = hilo.here("backup", "all.zip")
    assert saved.code == 0, saved.err
    assert saved.lines[-1].endswith("rows saved in all.zip")
    hilo.env["DATABASE_URL"] = as_url(empty_dsn)
    assert hilo.here("restore", "all.zip").code == 0
    assert any(line.startswith("salon\tsalon\tEurope/Madrid") for line in hilo.here("tenants", "list").lines)
    again = hilo.here("restore", "all.zip")
    assert again.code == 1
    assert "not empty" in again.err
    assert hilo.here("restore", "--replace", "all.zip").code == 0
    assert hilo.here("restore", "nothing.zip").code == 1


def test_supabase_alone_cannot_be_migrated(hilo: Hilo):
    del hilo.env["DATABASE_URL"]
    hilo.env |= {"SUPABASE_URL": "http://127.0.0.1:9", "SUPABASE_KEY": "sb_secret_of_a_test"}
    for command in (["migrate"], ["backup", "x"]):
        done = hilo.here(*command)
        assert done.code == 1
        assert "hilo sql" in done.err
