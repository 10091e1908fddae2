"""The PostgREST of the tests does what the documentation says (docs.postgrest.org/en/v14)."""

import itertools
import time
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from tests.support.postgrest import http_status
from tests.support.supabase import Supabase


@pytest.fixture
def http(postgrest: Supabase) -> Iterator[httpx.Client]:
    headers = {"apikey": postgrest.service_key, "Authorization": f"Bearer {postgrest.service_key}"}
    with httpx.Client(base_url=f"{postgrest.url}/rest/v1/rpc", headers=headers) as client:
        yield client


_numbers = itertools.count()


class Define:
    """Functions of a test's own; `postgrest` knows each when `make` returns, unless `reload` is false."""

    def __init__(self, connection: psycopg.Connection, http: httpx.Client) -> None:
        self.connection, self._http = connection, http
        self._made: list[str] = []

    def make(self, signature: str, returns: str, body: str, language: str = "sql", *, reload: bool = True) -> None:
        self._made.append(signature)
        self.connection.execute(f"create function {signature} returns {returns} language {language} as $f$ {body} $f$")
        if reload:
            self.reload()

    def reload(self) -> None:
        """Over when a function that was made last is known."""
        marker = f"t_marker_{next(_numbers)}()"
        self._made.append(marker)
        self.connection.execute(f"create function {marker} returns integer language sql as $f$ select 1 $f$")
        self.connection.execute("notify pgrst, 'reload schema'")
        deadline = time.monotonic() + 10
        while self._http.post(marker[:-2], json={}).status_code != 200:
            assert time.monotonic() < deadline, "the schema cache is not reloaded"
            time.sleep(0.01)

    def drop(self) -> None:
        for signature in self._made:
            self.connection.execute(f"drop function {signature}")
        self.connection.execute("notify pgrst, 'reload schema'")


@pytest.fixture
def define(store_dsn: str, http: httpx.Client) -> Iterator[Define]:
    with psycopg.connect(store_dsn, autocommit=True) as connection:
        defined = Define(connection, http)
        yield defined
        defined.drop()


def test_rows_are_cut_at_a_thousand_without_a_word(http: httpx.Client, define: Define) -> None:
    define.make("t_rows()", "setof integer", "select generate_series(1, 1500)")
    reply = http.post("t_rows", json={})
    assert (reply.status_code, len(reply.json())) == (200, 1000)
    define.make("t_table()", "table (a integer, b text)", "select n, n::text from generate_series(1, 3) n")
    assert http.post("t_table", json={}).json()[2] == {"a": 3, "b": "3"}


def test_a_new_function_is_unknown_until_the_cache_is_reloaded(http: httpx.Client, define: Define) -> None:
    time.sleep(0.05)  # notifications of the tests before
    http.post("hilo_status", json={})
    define.make("t_new(p_a integer)", "integer", "select p_a", reload=False)
    reply = http.post("t_new", json={"p_a": 1})
    assert (reply.status_code, reply.json()["code"]) == (404, "PGRST202")
    define.reload()
    assert http.post("t_new", json={"p_a": 1}).json() == 1
    for wrong in ({}, {"p_b": 1}, {"p_a": 1, "p_b": 2}):
        assert http.post("t_new", json=wrong).json()["code"] == "PGRST202"


def test_overloaded_functions_cannot_be_told_apart(http: httpx.Client, define: Define) -> None:
    define.make("t_two(p_a integer)", "integer", "select 1")
    define.make("t_two(p_a text)", "integer", "select 2")
    reply = http.post("t_two", json={"p_a": 1})
    assert (reply.status_code, reply.json()["code"]) == (300, "PGRST203")


def test_a_call_is_one_transaction_and_read_only_unless_volatile(http: httpx.Client, define: Define) -> None:
    define.make("t_write()", "text", "insert into early_reports values ('t', 't', 'sent'); select 'x'::text || 1/0")
    assert http.post("t_write", json={}).status_code == 400
    assert define.connection.execute("select count(*) from early_reports where provider = 't'").fetchone() == (0,)
    define.make("t_stable()", "text", "select set_config('transaction_read_only', 'off', true)", "sql stable")
    define.make("t_reads()", "text", "select current_setting('transaction_read_only')", "sql stable")
    assert http.post("t_reads", json={}).json() == "on"
    define.make("t_void()", "void", "select 1")
    assert http.post("t_void", json={}).status_code == 204


def test_errors_have_four_fields_and_their_status(http: httpx.Client, postgrest: Supabase, define: Define) -> None:
    define.make(
        "t_raise(p_state text)",
        "text",
        "begin raise exception 'm' using errcode = p_state, detail = 'd', hint = 'h'; end",
        "plpgsql",
    )
    for state, status in [
        ("HL409", 400),
        ("P0001", 400),
        ("P0002", 500),
        ("23505", 409),
        ("23503", 409),
        ("42501", 403),
        ("40P01", 500),
        ("PT418", 418),
        ("28000", 403),
        ("22P02", 400),
        ("53300", 503),
        ("08006", 503),
    ]:
        reply = http.post("t_raise", json={"p_state": state})
        assert reply.status_code == status, state
        assert reply.json() == {"code": state, "message": "m", "details": "d", "hint": "h"}
    assert http_status("42501", authenticated=False) == 401
    if postgrest.real:
        return  # it would repeat the next one without end
    before = postgrest.serialization_failures
    http.post("t_raise", json={"p_state": "40001"})
    assert postgrest.serialization_failures == before + 1
    postgrest.serialization_failures = before


def test_the_gateway_s_words_have_no_code(http: httpx.Client, postgrest: Supabase) -> None:
    for headers in ({}, {"apikey": "nonsense"}):
        reply = httpx.post(f"{postgrest.url}/rest/v1/rpc/hilo_status", json={}, headers=headers)
        assert reply.status_code == 401
        assert "code" not in reply.json()
    anon = {"apikey": postgrest.anon_key}
    reply = httpx.post(f"{postgrest.url}/rest/v1/rpc/hilo_status", json={}, headers=anon)
    assert (reply.status_code, reply.json()["code"]) == (401, "42501")
    assert http.post("hilo_status", content=b"{").json()["code"] == "PGRST102"
    assert http.post("hilo_status", json={}, headers={"Prefer": "return=representation,count=exact"}).status_code == 200
