"""One database for all of the store's tests of a worker, emptied before each: cloning one takes 0.2 s, this 3 ms."""

import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from app.store.postgres import PostgresDatabase
from app.store.schema_script import render_script
from app.store.store import Store
from app.store.supabase import SupabaseDatabase
from tests.conftest import SQL_DIR
from tests.store.world import World
from tests.support.pgproxy import PostgresProxy
from tests.support.postgres import TestServer
from tests.support.supabase import ROLES, Supabase

TABLES = (
    "event_revisions",
    "reminders",
    "extracted_events",
    "contact_aliases",
    "sessions",
    "whatsapp_messages",
    "whatsapp_conversations",
    "api_keys",
    "channels",
    "batch_runs",
    "model_usage",
    "unrouted_messages",
    "early_reports",
    "calendar_channels",
    "calendar_connections",
    "calendar_removals",
    "erased_messages",
    "privacy_log",
    "notifications",
    "login_links",
    "web_sessions",
    "tenants",
)


@pytest.fixture(scope="session")
def supabase_roles(postgres_server: TestServer) -> None:
    """The roles that a Supabase project has. They belong to the whole server: the first worker makes them."""
    with (Path(postgres_server._folder) / "roles").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(postgres_server.dsn, autocommit=True) as connection:
            for role, option in ROLES.items():
                if not connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
                    connection.execute(sql.SQL("create role {} nologin " + option).format(sql.Identifier(role)))


def grant_as_supabase(dsn: str) -> None:
    """What a Supabase project does by itself for whatever is made in `public`, then our own grants over that."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("grant usage on schema public to anon, authenticated, service_role")
        for what in ("tables", "sequences", "functions"):
            connection.execute(f"grant all on all {what} in schema public to anon, authenticated, service_role")
        connection.execute((SQL_DIR / "grants.sql").read_bytes())


@pytest.fixture(scope="session")
def store_dsn(request: pytest.FixtureRequest) -> Iterator[str]:
    if hosted := os.environ.get("SUPABASE_TEST_DSN"):
        with psycopg.connect(hosted, autocommit=True) as connection:
            connection.execute(render_script())
            found = connection.execute("select exists (select from whatsapp_messages)").fetchone()
        assert found == (False,), "the project of SUPABASE_TEST_DSN holds messages, and the tests would delete them"
        yield hosted
        return
    request.getfixturevalue("supabase_roles")
    server: TestServer = request.getfixturevalue("postgres_server")
    with server.database() as dsn:
        grant_as_supabase(dsn)
        yield dsn


@pytest.fixture(scope="session")
def hand(store_dsn: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with psycopg.connect(store_dsn, autocommit=True, row_factory=dict_row) as connection:
        yield connection


@pytest.fixture(scope="session")
def proxy(store_dsn: str) -> Iterator[PostgresProxy]:
    with PostgresProxy(store_dsn) as running:
        yield running


@pytest.fixture(scope="session")
def postgrest(store_dsn: str) -> Iterator[Supabase]:
    with Supabase(store_dsn) as running:
        yield running


def empty(connection: psycopg.Connection[Any]) -> None:
    # A call that the test before gave up may still run in the server, and would write while this deletes.
    connection.execute(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'"
        " and backend_type = 'client backend'"
    )
    with connection.transaction():
        connection.execute("set local session_replication_role = replica")  # no triggers: every table is emptied
        for table in TABLES:
            connection.execute(sql.SQL("delete from {}").format(sql.Identifier(table)))


@pytest.fixture(params=["postgres", "supabase"])
async def world(
    request: pytest.FixtureRequest, store_dsn: str, hand: psycopg.Connection[dict[str, Any]]
) -> AsyncIterator[World]:
    empty(hand)
    async with AsyncExitStack() as open_stores:
        if request.param == "postgres":
            proxy: PostgresProxy = request.getfixturevalue("proxy")
            faults = proxy.faults

            async def connect() -> Store:
                database = await PostgresDatabase.connect(proxy.dsn)
                open_stores.push_async_callback(database.close)
                return Store(database)
        else:
            server: Supabase = request.getfixturevalue("postgrest")
            faults = server.faults

            async def connect() -> Store:
                database = await SupabaseDatabase.connect(server.url, server.service_key)
                open_stores.push_async_callback(database.close)
                return Store(database)

        faults.clear()
        store = await connect()
        tenant = await store.ensure_default_tenant(timezone="Europe/Madrid", locale="es")
        yield World(store=store, faults=faults, sql=hand, dsn=store_dsn, another=connect, tenant=tenant)
        assert faults.pending == 0, "a fault was armed that no call met"
        if request.param == "supabase":
            assert server.serialization_failures == 0


@pytest.fixture
def database_name(store_dsn: str) -> str:
    return str(conninfo_to_dict(store_dsn)["dbname"])
