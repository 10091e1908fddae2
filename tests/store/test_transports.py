"""What the two transports make of the same database: results, errors, lost connections."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from app.errors import NotFound, SchemaMismatch, StoreError, StoreRefused, StoreUnavailable
from app.store.database import Database, clean
from app.store.postgres import PostgresDatabase
from app.store.sqlstates import store_error
from app.store.supabase import SupabaseDatabase
from tests.store.world import ANA, World, race
from tests.support.faults import Fault
from tests.support.pgproxy import PostgresProxy
from tests.support.supabase import Supabase


@pytest.fixture
def functions(world: World) -> Any:
    """Functions of this test's own, for what none of ours does."""
    world.do(
        "create function hilo_test_echo(p_text text default null, p_number double precision default null,"
        " p_flag boolean default null, p_json jsonb default null, p_at timestamptz default null,"
        " p_id uuid default null, p_big bigint default null) returns jsonb language sql as $$"
        " select jsonb_build_object('text', p_text, 'number', p_number, 'flag', p_flag, 'json', p_json, 'at', p_at,"
        " 'id', p_id, 'big', p_big, 'json is null', p_json is null) $$"
    )
    world.do(
        "create function hilo_test_raise(p_state text) returns jsonb language plpgsql as"
        " $$ begin raise exception 'because' using errcode = p_state, hint = 'Do this.',"
        " detail = 'what Ana wrote'; end $$"
    )
    world.do("create function hilo_test_null() returns jsonb language sql as $$ select null::jsonb $$")
    world.do(
        "create function hilo_test_rows() returns setof integer language sql as $$ select generate_series(1, 1500) $$"
    )
    world.do("notify pgrst, 'reload schema'")
    yield
    for name in ("echo", "raise", "null", "rows"):
        world.do(f"drop function hilo_test_{name}")
    world.do("notify pgrst, 'reload schema'")


async def eventually(call: Any) -> Any:
    """PostgREST learns of new functions a moment after the notification."""
    for _ in range(100):
        try:
            return await call()
        except SchemaMismatch:
            await asyncio.sleep(0.02)
    return await call()


async def test_parameters_and_results_are_the_same(world: World, functions: None) -> None:
    given = {
        "p_text": "x' \" \\ \n é 👍",
        "p_number": 1.5,
        "p_flag": True,
        "p_json": {"a": [1, None, {"b": "c"}], "ñ": "\u2028"},
        "p_at": "2026-03-29T02:30:00+01:00",
        "p_id": str(uuid4()),
        "p_big": 2**53 + 1,
    }
    result = await eventually(lambda: world.store.database.call("hilo_test_echo", given))
    assert result["big"] == 2**53 + 1
    assert datetime.fromisoformat(result["at"]) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert {k: result[k] for k in ("text", "number", "flag", "json", "id")} == {
        k: given[f"p_{k}"] for k in ("text", "number", "flag", "json", "id")
    }
    nothing = await world.store.database.call("hilo_test_echo", dict.fromkeys(given))
    assert set(nothing.values()) == {None, True}
    assert nothing["json is null"] is True
    assert (await world.store.database.call("hilo_test_echo", {"p_json": []}))["json"] == []
    assert await world.store.database.call("hilo_test_null", {}) is None


async def test_the_database_s_word_becomes_an_error_that_says_what_to_do(world: World, functions: None) -> None:
    await eventually(lambda: world.store.database.call("hilo_test_null", {}))
    for state, kind in [
        ("HL404", NotFound),
        ("HL409", StoreRefused),
        ("HL422", StoreRefused),
        ("P0001", StoreRefused),
        ("23505", StoreRefused),
        ("22P02", StoreRefused),
        ("PT409", StoreRefused),
        ("42501", StoreUnavailable),
        ("42P01", SchemaMismatch),
    ]:
        with pytest.raises(StoreError, match=r"because|schema|may not use") as raised:
            await world.store.database.call("hilo_test_raise", {"p_state": state})
        assert type(raised.value) is kind, state
        assert "Ana" not in str(raised.value), "details may hold what customers wrote"
        if kind in (NotFound, StoreRefused):
            assert str(raised.value) == "because. Do this."


@pytest.mark.parametrize("state", ["40P01", "55P03", "53300", "57P01", "25006"])
async def test_what_may_pass_is_tried_again(world: World, functions: None, state: str) -> None:
    await eventually(lambda: world.store.database.call("hilo_test_null", {}))
    started = time.monotonic()
    with pytest.raises(StoreUnavailable):
        await world.store.database.call("hilo_test_raise", {"p_state": state})
    assert time.monotonic() - started > 0.3, "with pauses"


async def test_a_call_that_takes_too_long_is_not_repeated(world: World, functions: None) -> None:
    await eventually(lambda: world.store.database.call("hilo_test_null", {}))
    started = time.monotonic()
    with pytest.raises(StoreError):
        await world.store.database.call("hilo_test_raise", {"p_state": "57014"})
    assert time.monotonic() - started < 0.25


async def test_an_unknown_function_or_parameter_is_another_schema(world: World) -> None:
    for function, params in [("hilo_no_such", {}), ("hilo_status", {"p_new": 1}), ("hilo_busy", {})]:
        with pytest.raises(SchemaMismatch, match=r"hilo sql|hilo migrate"):
            await world.store.database.call(function, params)


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.LOSE])
async def test_connections_that_drop_three_times_are_not_noticed(world: World, fault: Fault) -> None:
    world.faults.arm(fault, times=3)
    stored = await world.say()
    assert stored.outcome == ("stored" if fault is Fault.DROP else "duplicate")
    assert world.count("whatsapp_messages") == 1


async def test_connections_that_drop_four_times_are_told(world: World) -> None:
    world.faults.arm(Fault.DROP, times=4)
    with pytest.raises(StoreUnavailable):
        await world.say()
    assert world.count("whatsapp_messages") == 0
    assert (await world.say()).is_new


async def test_many_calls_while_connections_drop(world: World) -> None:
    """Nothing lost, nothing doubled."""
    world.faults.arm(Fault.LOSE, times=5)
    world.faults.arm(Fault.DROP, times=5)
    stored = await race(*[world.say(str(n), contact=f"c{n % 7}") for n in range(60)])
    failed = [n for n, s in enumerate(stored) if isinstance(s, BaseException)]
    assert all(isinstance(stored[n], StoreUnavailable) for n in failed)
    for n in failed:
        assert (await world.say(str(n), contact=f"c{n % 7}")).outcome in ("stored", "duplicate")
    bodies = [
        r["body"]
        for r in world.rows("select body from whatsapp_messages where body = any(%s)", [str(n) for n in range(60)])
    ]
    assert set(bodies) == {str(n) for n in range(60)}


async def test_a_restarted_server_is_found_again(world: World) -> None:
    await world.say()
    world.do(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid() and application_name in ('hilo', 'postgrest')"
    )
    assert (await world.say()).is_new


async def test_a_cancelled_call_leaves_the_transport_usable(world: World) -> None:
    for _ in range(12):
        call = asyncio.ensure_future(world.say())
        await asyncio.sleep(0.001)
        call.cancel()
    assert (await world.say()).is_new
    await world.store.conversation_context(world.tenant.id, ANA)


async def test_what_no_transport_can_write_is_refused_not_waited_for(world: World) -> None:
    started = time.monotonic()
    with pytest.raises((TypeError, StoreRefused)):
        await world.store.database.call("hilo_get_conversation", {"p_tenant": object(), "p_key": "x"})
    assert time.monotonic() - started < 0.3


# -- psycopg alone -----------------------------------------------------------------------------------------------------


async def test_a_database_that_is_not_there_says_why_without_the_password(proxy: PostgresProxy) -> None:
    dsn = "postgresql://u:topsecret@127.0.0.1:1/x"
    with pytest.raises(StoreUnavailable) as raised:
        await PostgresDatabase.connect(dsn, seconds=0.5)
    assert "does not answer" in str(raised.value)
    assert "topsecret" not in str(raised.value)


async def test_a_pool_that_is_exhausted_answers_in_time(store_dsn: str) -> None:
    database = await PostgresDatabase.connect(store_dsn, max_connections=1, seconds=0.3)
    try:
        async with database._pool.connection():
            started = time.monotonic()
            with pytest.raises(StoreUnavailable, match="no connection within"):
                await database.call("hilo_status", {})
            assert time.monotonic() - started < 3
        assert await database.call("hilo_status", {})
    finally:
        await database.close()


@pytest.mark.parametrize("attempt", range(8))
async def test_a_statement_that_was_prepared_survives_a_lost_connection(world: World, attempt: int) -> None:
    """psycopg prepares a statement at its sixth use, which is a round trip of its own."""
    for _ in range(attempt):
        await world.store.status()
    world.faults.arm(Fault.LOSE)
    assert (await world.store.status()).tenants == 1


@pytest.mark.parametrize("pooler", [True, False])
async def test_nothing_is_prepared_through_a_pooler(store_dsn: str, pooler: bool) -> None:
    with PostgresProxy(store_dsn, pooler=pooler) as between:
        database = await PostgresDatabase.connect(between.dsn, max_connections=1)
        for _ in range(10):
            await database.call("hilo_status", {})
        async with database._pool.connection() as connection:
            cursor = await connection.execute("select count(*) from pg_prepared_statements")
            assert await cursor.fetchone() == (0 if pooler else 1,)
        await database.close()


def test_every_word_of_the_database_has_an_error() -> None:
    assert isinstance(store_error(None, "x"), StoreUnavailable)
    assert isinstance(store_error("08006", "x"), StoreUnavailable)
    assert isinstance(store_error("XX000", "x"), StoreRefused)
    assert str(store_error("23505", "dup", "Do this.")) == "dup. Do this."
    assert isinstance(store_error("28P01", "x"), StoreUnavailable)


def test_cleaning_keeps_what_is_fine() -> None:
    fine = {"a": ["é", 1, 1.5, None, True, {"b": "😀"}]}
    assert clean(fine) == fine
    assert clean(("x\x00",)) == ["x\ufffd"]
    assert clean("\ufeffx") == "\ufeffx"


# -- PostgREST alone ---------------------------------------------------------------------------------------------------


@pytest.fixture
async def supabase(postgrest: Supabase) -> AsyncIterator[Database]:
    database = await SupabaseDatabase.connect(postgrest.url, postgrest.service_key)
    yield database
    await database.close()
    postgrest.faults.clear()


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.GATEWAY])
async def test_replies_that_are_cut_and_pages_of_a_gateway(
    supabase: Database, postgrest: Supabase, fault: Fault
) -> None:
    postgrest.faults.arm(fault, times=2)
    assert (await supabase.call("hilo_status", {}))["now"]
    assert postgrest.faults.pending == 0


async def test_a_server_that_is_slow_is_given_up(postgrest: Supabase) -> None:
    database = await SupabaseDatabase.connect(postgrest.url, postgrest.service_key, seconds=0.2)
    postgrest.faults.arm(Fault.DELAY, seconds=0.6)
    started = time.monotonic()
    with pytest.raises(StoreUnavailable, match="ReadTimeout"):
        await database.call("hilo_status", {})
    assert time.monotonic() - started < 0.55
    await database.close()


@pytest.mark.parametrize(
    "kind", ["wrong", "expired", "forged", "anon", "legacy anon", "other role", "sb_secret of another"]
)
async def test_a_key_that_will_not_do_is_told_at_once(postgrest: Supabase, kind: str) -> None:
    key = {
        "wrong": "nonsense",
        "expired": postgrest.legacy_key("service_role", seconds=-60),
        "forged": postgrest.legacy_service_key[:-4] + "AAAA",
        "anon": postgrest.anon_key,
        "legacy anon": postgrest.legacy_key("anon"),
        "other role": postgrest.legacy_key("no_such_role"),
        "sb_secret of another": "sb_secret_0123456789",
    }[kind]
    database = await SupabaseDatabase.connect(postgrest.url, key)
    before = postgrest.calls
    with pytest.raises(StoreError, match=r"SUPABASE_KEY|role") as raised:
        await database.call("hilo_status", {})
    assert raised.value.status in (503, 400)
    assert postgrest.calls - before <= 1, "repeating cannot help"
    assert key not in str(raised.value)
    await database.close()


async def test_a_legacy_service_key_does_as_well(postgrest: Supabase) -> None:
    database = await SupabaseDatabase.connect(postgrest.url, postgrest.legacy_service_key)
    assert await database.call("hilo_status", {})
    await database.close()


async def test_no_project_at_the_address(postgrest: Supabase) -> None:
    for url in (f"{postgrest.url}/elsewhere", "http://127.0.0.1:1"):
        database = await SupabaseDatabase.connect(url, postgrest.service_key, seconds=1)
        with pytest.raises(StoreError):
            await database.call("hilo_status", {})
        await database.close()
