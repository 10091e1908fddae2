"""What Supabase's advisors and a careful reader look for, read from the catalog; and who may do what, by doing it."""

import re
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.conftest import ROOT, SQL_DIR
from tests.store.conftest import TABLES

Hand = psycopg.Connection[dict[str, Any]]
ROLES = ["anon", "authenticated", "service_role"]


@pytest.fixture(scope="module")
def functions(hand: Hand) -> list[dict[str, Any]]:
    found = hand.execute(
        "select p.oid, p.oid::regprocedure::text as name, p.proname, p.prosecdef, p.proconfig, p.provolatile,"
        "  coalesce(p.proargnames, '{}') as arguments, p.prorettype::regtype::text as returns, p.proretset,"
        "  l.lanname, pg_get_functiondef(p.oid) as source, p.proacl::text as acl,"
        "  p.proargtypes::regtype[]::text[] as types"
        "  from pg_proc p join pg_language l on l.oid = p.prolang"
        " where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'"
    ).fetchall()
    assert len(found) > 40
    return found


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


def test_everything_of_ours_is_named_so(functions: list[dict[str, Any]]) -> None:
    assert names([f for f in functions if not f["proname"].startswith("hilo_")]) == []


def test_search_paths_are_pinned(functions: list[dict[str, Any]]) -> None:
    """But where the planner is to write a function into the query: a standard body has its names bound when made."""
    inlined = [f for f in functions if f["proname"] == "hilo_message_json" and "BEGIN ATOMIC" in f["source"]]
    assert names(inlined) == ["hilo_message_json(whatsapp_messages)"]
    pinned = [f for f in functions if f["proconfig"] == ["search_path=public, pg_temp"]]
    assert sorted(names(pinned + inlined)) == sorted(names(functions))


def test_functions_run_with_the_rights_of_their_caller(functions: list[dict[str, Any]]) -> None:
    assert names([f for f in functions if f["prosecdef"]]) == []


def test_there_are_no_overloads(functions: list[dict[str, Any]]) -> None:
    called = [f["proname"] for f in functions]
    assert sorted(called) == sorted(set(called))


def test_parameters_have_a_prefix(functions: list[dict[str, Any]]) -> None:
    """But for the functions over one row, which are the store's own helpers and take the row under its alias."""
    rows = set(TABLES)
    wrong = [f for f in functions for a in f["arguments"] if not a.startswith("p_") and not set(f["types"]) <= rows]
    assert names(wrong) == []


def test_what_the_transports_call_returns_one_document(functions: list[dict[str, Any]]) -> None:
    """PostgREST would cut a set of rows at a thousand, and psycopg would read the first of them."""
    sources = (ROOT / "app" / "store").glob("*.py")
    called = {name for source in sources for name in re.findall(r'"(hilo_\w+)"', source.read_text())}
    called.discard("hilo_migrations")
    assert len(called) > 40
    by_name = {f["proname"]: f for f in functions}
    assert called <= by_name.keys()
    assert {by_name[name]["returns"] for name in called} == {"jsonb"}
    assert names([f for f in functions if f["proretset"]]) == []


def test_nobody_raises_a_serialization_failure(functions: list[dict[str, Any]]) -> None:
    """PostgREST before 16 repeats 40001 without end."""
    for word in ("40001", "serialization_failure"):
        assert names([f for f in functions if word in f["source"]]) == []
    raised = {line for f in functions for line in f["source"].splitlines() if "errcode" in line}
    assert raised
    assert [line for line in raised if "errcode = 'HL" not in line] == []


def test_nobody_but_the_service_role_may_call(functions: list[dict[str, Any]], hand: Hand) -> None:
    for f in functions:
        for role, may in (("anon", False), ("authenticated", False), ("service_role", True), ("public", False)):
            row = hand.execute(
                "select has_function_privilege(%s, %s::oid, 'execute') as may", [role, f["oid"]]
            ).fetchone()
            assert row is not None
            assert row["may"] is may, (role, f["name"])


def tables(hand: Hand) -> list[str]:
    rows = hand.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')"
    ).fetchall()
    return [row["relname"] for row in rows]


def test_tables_are_what_they_should_be(hand: Hand) -> None:
    assert sorted(tables(hand)) == sorted([*TABLES, "hilo_migrations"])


def test_every_table_has_row_level_security_and_no_policy(hand: Hand) -> None:
    rows = hand.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
        " and not relrowsecurity"
    ).fetchall()
    assert rows == []
    assert hand.execute("select * from pg_policies where schemaname = 'public'").fetchall() == []


@pytest.mark.parametrize("role", ROLES)
def test_each_role_tries_every_table(hand: Hand, role: str) -> None:
    actions = {
        "select": "select 1 from {} limit 0",
        "insert": "insert into {} default values",
        "update": "update {} set {} = default where false",
        "delete": "delete from {} where false",
    }
    if role != "service_role":  # which a project gives it, and nobody needs
        actions["truncate"] = "truncate {}"
    for table in tables(hand):
        first = hand.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
            " and attidentity = '' order by attnum limit 1",
            [table],
        ).fetchone()
        assert first is not None
        for action, statement in actions.items():
            query = sql.SQL(statement).format(sql.Identifier(table), sql.Identifier(first["attname"]))
            assert may(hand, role, query) is (role == "service_role"), (role, action, table)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_tries_every_function(hand: Hand, role: str, functions: list[dict[str, Any]]) -> None:
    for f in functions:
        if f["returns"] == "trigger":
            continue
        nulls = sql.SQL(", ").join(sql.SQL("null::" + t) for t in f["types"])
        query = sql.SQL("select {}({})").format(sql.Identifier(f["proname"]), nulls)
        assert may(hand, role, query) is (role == "service_role"), (role, f["name"])


@pytest.mark.parametrize("role", ROLES)
def test_each_role_tries_every_sequence(hand: Hand, role: str) -> None:
    rows = hand.execute("select sequencename as s from pg_sequences where schemaname = 'public'").fetchall()
    assert rows
    for row in rows:
        query = sql.SQL("select nextval({})").format(sql.Literal(row["s"]))
        assert may(hand, role, query) is (role == "service_role"), row


def may(hand: Hand, role: str, query: sql.Composed) -> bool:
    with hand.transaction(force_rollback=True):
        hand.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        try:
            with hand.transaction():
                hand.execute(query)
        except psycopg.errors.InsufficientPrivilege:
            return False
        except psycopg.Error:
            return True
        return True


def test_rows_are_hidden_even_from_whoever_is_granted_the_table_by_mistake(hand: Hand) -> None:
    with hand.transaction(force_rollback=True):
        hand.execute("insert into tenants (slug, name, timezone) values ('secret', 'x', 'UTC')")
        hand.execute("grant select on tenants to anon")
        hand.execute("set local role anon")
        assert hand.execute("select * from tenants").fetchall() == []
        hand.execute("set local role service_role")
        assert len(hand.execute("select * from tenants where slug = 'secret'").fetchall()) == 1


def test_every_foreign_key_has_an_index(hand: Hand) -> None:
    missing = hand.execute(
        "select conrelid::regclass::text as t, conname from pg_constraint c where contype = 'f'"
        " and connamespace = 'public'::regnamespace and not exists (select 1 from pg_index i"
        " where i.indrelid = c.conrelid and i.indpred is null"
        " and (i.indkey::int2[])[0:array_length(c.conkey, 1) - 1] = c.conkey)"
    ).fetchall()
    assert missing == []


def test_no_index_says_what_another_says(hand: Hand) -> None:
    doubled = hand.execute(
        "select a.indexrelid::regclass::text as a, b.indexrelid::regclass::text as b from pg_index a join pg_index b"
        " on a.indrelid = b.indrelid and a.indexrelid <> b.indexrelid and a.indexprs is null and b.indexprs is null"
        " and a.indpred is null and b.indpred is null and not a.indisunique"
        " and a.indrelid::regclass::text = any(%s)"
        " and (b.indkey::text || ' ') like a.indkey::text || ' %%' and b.indoption::text"
        " like a.indoption::text || '%%'",
        [list(TABLES)],
    ).fetchall()
    assert doubled == []


def test_grants_may_be_applied_again(hand: Hand) -> None:
    def granted() -> Any:
        return hand.execute(
            "select relname, relacl::text from pg_class where relnamespace = 'public'::regnamespace order by 1"
        ).fetchall()

    before = granted()
    with hand.transaction(force_rollback=True):
        hand.execute((SQL_DIR / "grants.sql").read_bytes())
        assert granted() == before
