"""The PostgREST of the tests does what the documentation says (docs.postgrest.org/en/v14)."""

import time
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from tests.support.postgrest import PostgRest, http_status


@pytest.fixture
def http(postgrest: PostgRest) -> Iterator[httpx.Client]:
    headers = {"apikey": postgrest.service_key, "Authorization": f"Bearer {postgrest.service_key}"}
    with httpx.Client(base_url=f"{postgrest.url}/rest/v1/rpc", headers=headers) as client:
        yield client


@pytest.fixture
def define(store_dsn: str, postgrest: PostgRest, http: httpx.Client) -> Iterator:
    names = []
    connection = psycopg.connect(store_dsn, autocommit=True)

    def make(signature: str, returns: str, body: str, language: str = "sql", reload: bool = True) -> None:
        names.append(signature.replace(" default null", ""))
        connection.execute(f"create function {signature} returns {returns} language {language} as $f$ {body} $f$")
        if reload:
            connection.execute("notify pgrst, 'reload schema'")
            while signature.partition("(")[0] not in postgrest._routines:
                http.post("hilo_status", json={})

    make.connection = connection  # type: ignore[attr-defined]
    yield make
    for name in names:
        connection.execute(f"drop function {name}")
    connection.execute("notify pgrst, 'reload schema'")
    connection.close()


def test_rows_are_cut_at_a_thousand_without_a_word(http: httpx.Client, define) -> None:
    define("t_rows()", "setof integer", "select generate_series(1, 1500)")
    reply = http.post("t_rows", json={})
    assert (reply.status_code, len(reply.json())) == (200, 1000)
    define("t_table()", "table (a integer, b text)", "select n, n::text from generate_series(1, 3) n")
    assert http.post("t_table", json={}).json()[2] == {"a": 3, "b": "3"}


def test_a_new_function_is_unknown_until_the_cache_is_reloaded(http: httpx.Client, define) -> None:
    time.sleep(0.05)  # notifications of the tests before
    http.post("hilo_status", json={})
    define("t_new(p_a integer)", "integer", "select p_a", reload=False)
    reply = http.post("t_new", json={"p_a": 1})
    assert (reply.status_code, reply.json()["code"]) == (404, "PGRST202")
    define.connection.execute("notify pgrst, 'reload schema'")
    for _ in range(100):
        if (reply := http.post("t_new", json={"p_a": 1})).status_code == 200:
            break
    assert reply.json() == 1
    for wrong in ({}, {"p_b": 1}, {"p_a": 1, "p_b": 2}):
        assert http.post("t_new", json=wrong).json()["code"] == "PGRST202"


def test_overloaded_functions_cannot_be_told_apart(http: httpx.Client, define) -> None:
    define("t_two(p_a integer)", "integer", "select 1")
    define("t_two(p_a text)", "integer", "select 2")
    for _ in range(100):
        if (reply := http.post("t_two", json={"p_a": 1})).status_code == 300:
            break
    assert (reply.status_code, reply.json()["code"]) == (300, "PGRST203")


def test_a_call_is_one_transaction_and_read_only_unless_volatile(http: httpx.Client, define) -> None:
    define("t_write()", "text", "insert into early_reports values ('t', 't', 'sent'); select 'x'::text || 1/0")
    assert http.post("t_write", json={}).status_code == 400
    assert define.connection.execute("select count(*) from early_reports where provider = 't'").fetchone() == (0,)
    define("t_stable()", "text", "select set_config('transaction_read_only', 'off', true)", "sql stable")
    define("t_reads()", "text", "select current_setting('transaction_read_only')", "sql stable")
    assert http.post("t_reads", json={}).json() == "on"
    define("t_void()", "void", "select 1")
    assert http.post("t_void", json={}).status_code == 204


def test_errors_have_four_fields_and_their_status(http: httpx.Client, postgrest: PostgRest, define) -> None:
    define(
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
    before = postgrest.serialization_failures
    http.post("t_raise", json={"p_state": "40001"})
    assert postgrest.serialization_failures == before + 1
    postgrest.serialization_failures = before


def test_the_gateway_s_words_have_no_code(http: httpx.Client, postgrest: PostgRest) -> None:
    for headers in ({}, {"apikey": "nonsense"}):
        reply = httpx.post(f"{postgrest.url}/rest/v1/rpc/hilo_status", json={}, headers=headers)
        assert reply.status_code == 401
        assert "code" not in reply.json()
    anon = {"apikey": postgrest.anon_key}
    reply = httpx.post(f"{postgrest.url}/rest/v1/rpc/hilo_status", json={}, headers=anon)
    assert (reply.status_code, reply.json()["code"]) == (401, "42501")
    assert http.post("hilo_status", content=b"{").json()["code"] == "PGRST102"
    assert http.post("hilo_status", json={}, headers={"Prefer": "return=representation,count=exact"}).status_code == 200
