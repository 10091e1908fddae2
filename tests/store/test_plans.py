"""How the busy functions find their rows among forty thousand messages: never by reading all of them.

Plans inside functions are not shown by EXPLAIN of the call; the server counts sequential scans per table, which says
the same of whatever the functions do.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.store.conftest import grant_as_supabase
from tests.support.postgres import TestServer

MESSAGES = 40_000
LONG = 5_000

FILL = (
    "insert into tenants (slug, name, timezone) values ('default', 'x', 'UTC'), ('other', 'x', 'UTC')",
    # 1,000 conversations of 35 messages and one of 5,000, in two tenants.
    f"""
    insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address, last_message_at,
        last_inbound_at, answered_seq)
    select t.id, 'c' || n, 'twilio', 'x', now(), now(), {MESSAGES} from tenants t, generate_series(0, 500) n
    """,
    "alter table whatsapp_messages disable trigger user",
    f"""
    insert into whatsapp_messages (tenant_id, conversation_id, provider, message_sid, direction, role, body, sent_at,
        processed, delivery_status)
    select t.id, 'c' || case when t.slug = 'default' and n <= {LONG} then 0 else n % 500 + 1 end, 'twilio',
           t.slug || 'SM' || n, case when n % 2 = 0 then 'inbound' else 'outbound' end,
           case when n % 2 = 0 then 'user' else 'bot' end, 'mensaje ' || n, now() - n * interval '1 s', true,
           case when n % 2 = 1 then 'delivered' end
      from tenants t, generate_series(1, {MESSAGES // 2}) n
    """,
    "alter table whatsapp_messages enable trigger user",
    "alter table extracted_events disable trigger user",
    """
    insert into extracted_events (tenant_id, conversation_id, title, "start", time_zone, status, source, evidence,
        published_revision)
    select tenant_id, conversation_id, 'x', now() + seq % 10000 * interval '1 h', 'UTC', 'confirmed', 'batch',
           jsonb_build_array(jsonb_build_object('message_id', id, 'slot', 'date')), 1
      from whatsapp_messages where seq % 10 = 0
    """,
    "alter table extracted_events enable trigger user",
)


@pytest.fixture(scope="module")
def full(postgres_server: TestServer, supabase_roles: None) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with (
        postgres_server.database() as dsn,
        psycopg.connect(dsn, autocommit=True, row_factory=dict_row) as connection,
    ):
        grant_as_supabase(dsn)
        for statement in FILL:
            connection.execute(statement)
        connection.execute("vacuum analyze")
        yield connection


STORE = "select hilo_store_message('twilio', 'x', %(contact)s, %(sid)s, 'hola', p_quiet_seconds => 0) as r"
CLAIM = "select hilo_claim_reply(%(token)s) as r"
READ = "select hilo_claim_batch(%(id)s, %(token)s, 60, 300, 3600, 5, true) as r"
LAST = "(select last_value from whatsapp_messages_seq_seq)"
TENANT = "(select id from tenants where slug = 'default')"
CONVERSATION = f"(select id from whatsapp_conversations where conversation_id = 'c0' and tenant_id = {TENANT})"
COMMIT = f"""
select hilo_commit_reply({CONVERSATION}, %(token)s, {LAST},
    jsonb_build_array(jsonb_build_object('id', %(id)s::text, 'body', 'vale')), '[]', %(deliver)s) as r
"""
QUEUE = """
update whatsapp_messages set delivery_status = 'queued' where message_sid like 'defaultSM_' and direction = 'outbound'
"""
SIDS = "(select jsonb_agg('defaultSM' || n) from generate_series(1, 1000) n)"
AT_SECOND = "jsonb_build_object('sent_at', now() - interval '1500 s', 'seq', 1)"
KEY = "jsonb_build_object('at', now(), 'id', gen_random_uuid())"
EVENT = "select hilo_get_event(e.tenant_id, e.id) as r from extracted_events e where e.id = %(event)s"

# name → (what its result says, so that it is known to have gone the way that is meant; statements, the last measured)
CALLS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "store_message in a long conversation": ({"outcome": "stored"}, [STORE]),
    "store_message for a new contact": (
        {"outcome": "stored"},
        ["select hilo_store_message('twilio', 'x', 'new', %(sid)s, 'hola') as r"],
    ),
    "store_message twice": ({"outcome": "duplicate"}, [STORE, STORE]),
    "update_delivery": ({"outcome": "updated"}, ["select hilo_update_delivery('twilio', 'defaultSM1', 'read') as r"]),
    "update_delivery early": ({"outcome": "unknown"}, ["select hilo_update_delivery('twilio', 'other', 'read') as r"]),
    "known_sids": ({}, [f"select hilo_known_sids('twilio', {SIDS}) as r"]),
    "known_sids of an address": ({}, ["""select hilo_known_sids('twilio', '["defaultSM1", "x"]', 'x') as r"""]),
    "claim_reply, idle": ({"claimed": False}, [CLAIM]),
    "claim_reply, busy": ({"claimed": True}, [STORE, CLAIM]),
    "commit_reply": ({"outcome": "committed"}, [STORE, CLAIM, COMMIT]),
    "take_held_reply, waiting": (
        {"outcome": "waiting"},
        [STORE, f"select hilo_take_held_reply({CONVERSATION}, {LAST}) as r"],
    ),
    "take_held_reply, ready": (
        {"outcome": "ready", "parts": ["vale"]},
        [STORE, CLAIM, COMMIT, f"select hilo_take_held_reply({CONVERSATION}, {LAST} - 1) as r"],
    ),
    "conversation_context": ({}, [f"select hilo_conversation_context({TENANT}, 'c0', 10) as r"]),
    "claim_outbound, idle": ({"claimed": False}, ["""select hilo_claim_outbound(%(token)s, '["twilio"]') as r"""]),
    "claim_outbound, busy": (
        {"claimed": True},
        [QUEUE, """select hilo_claim_outbound(%(token)s, '["twilio"]') as r"""],
    ),
    "claim_batch, idle": ({"claimed": False}, [READ]),
    "claim_batch, busy": ({"claimed": True, "message_count": LONG + 1}, [STORE, READ]),
    "transcript, first page": ({}, [f"select hilo_transcript({CONVERSATION}, 100000000) as r"]),
    "transcript, a later page": ({}, [f"select hilo_transcript({CONVERSATION}, 100000000, {AT_SECOND}) as r"]),
    "complete_batch": (
        {"outcome": "completed", "messages": 1},
        [STORE, READ, f"select hilo_complete_batch({CONVERSATION}, %(token)s, {LAST}, {LONG + 1}, 0, '[]') as r"],
    ),
    "busy": ({}, [f"select hilo_busy({TENANT}, now() + interval '9 h', now() + interval '99 h') as r"]),
    "claim_publish, idle": ({}, ["select hilo_claim_publish(%(token)s) as r"]),
    "list_conversations": ({}, [f"select hilo_list_conversations({TENANT}) as r"]),
    "list_conversations, a later page": ({}, [f"select hilo_list_conversations({TENANT}, 50, {KEY}) as r"]),
    "list_messages": ({}, [f"select hilo_list_messages({TENANT}, {CONVERSATION}) as r"]),
    "list_events": ({}, [f"select hilo_list_events({TENANT}) as r"]),
    "get_conversation": ({}, [f"select hilo_get_conversation({TENANT}, 'c7') as r"]),
    "get_event": ({}, [EVENT]),
    "pulse": ({}, [f"select hilo_pulse({TENANT}, {CONVERSATION}, now(), now() + interval '9 h') as r"]),
    "calendar": ({}, [f"select hilo_calendar({TENANT}, now(), now() + interval '7 days') as r"]),
    "list_review": ({}, [f"select hilo_list_review({TENANT}) as r"]),
    "mark_seen": ({}, [f"select hilo_mark_seen({TENANT}, {CONVERSATION}, 7) as r"]),
    "status": ({}, ["select hilo_status() as r"]),
}
# Rows that a function may read of a table: a page, a conversation's worth at most, never all.
ROWS = {
    "transcript, first page": LONG,
    "transcript, a later page": LONG,
    "complete_batch": 3 * LONG + 200,
    "claim_batch, busy": 2 * LONG + 200,
    "known_sids": 2_100,
    # A page of fifty, and of each the last message, what is unread, and what is unprocessed.
    "list_conversations": 1_400,
    "list_conversations, a later page": 1_400,
}


@pytest.mark.parametrize("name", CALLS)
def test_no_function_reads_all_messages(full: psycopg.Connection[dict[str, Any]], name: str) -> None:
    deliver = "held" if "held" in name else "queued"
    values = {"contact": "c0", "sid": f"SM{uuid4().hex}", "token": uuid4(), "id": uuid4(), "deliver": deliver}
    event = full.execute("select id from extracted_events limit 1").fetchone()
    values["event"] = event["id"] if event else None
    expected, (*before, last) = CALLS[name]
    with full.transaction(force_rollback=True):
        for statement in before:
            full.execute(statement, values)
        for settings in ("force_custom_plan", "force_generic_plan"):
            full.execute("select set_config('plan_cache_mode', %s, true)", [settings])
            seen = scans(full)
            with full.transaction(force_rollback=True):
                row = full.execute(last, values).fetchone()
            assert row is not None
            assert row["r"] is not None
            assert {key: row["r"][key] for key in expected} == expected
            now = scans(full)
            for table in ("whatsapp_messages", "extracted_events"):
                scanned, rows = (now[table][n] - seen[table][n] for n in ("seq_scan", "rows"))
                assert scanned == 0, f"{table} was read from end to end, {settings}"
                assert rows <= ROWS.get(name, 1_300), f"{rows} rows of {table}, {settings}"


def scans(connection: psycopg.Connection[dict[str, Any]]) -> dict[str, dict[str, int]]:
    rows = connection.execute(
        "select relname, seq_scan, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as rows"
        " from pg_stat_xact_user_tables where schemaname = 'public'"
    ).fetchall()
    return {row["relname"]: {"seq_scan": row["seq_scan"], "rows": row["rows"]} for row in rows}


def test_the_measure_sees_a_scan(full: psycopg.Connection[dict[str, Any]]) -> None:
    with full.transaction(force_rollback=True):
        before = scans(full)["whatsapp_messages"]
        full.execute("select count(*) from whatsapp_messages where body = 'x'")
        after = scans(full)["whatsapp_messages"]
    assert after["seq_scan"] == before["seq_scan"] + 1
    assert after["rows"] - before["rows"] == MESSAGES
