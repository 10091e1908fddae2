"""Fill a database with a million messages and time every function that the store calls.

    scripts/bench functions [--messages 1000000] [--rounds 3] [--only NAME] [--dsn DSN]

One big tenant holds half of everything, 99 others the rest; ten conversations hold 5,000 messages each; there are
backlogs of replies, unread conversations, unpublished events and unsent messages, a year of batch runs, edits and
sessions. Each call runs as the service role with Supabase's limit of 8 s, in a transaction that is rolled back; what is
printed is the slowest round. Ends with 1 when a call takes longer than the limit given with --limit (default 1 s).
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.rows import dict_row

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.store import embedded  # noqa: E402
from tests.support.supabase import prepare  # noqa: E402

LONG = 5_000  # messages of a long conversation, of which there are ten

# 20 messages to a conversation, but for the ten long ones (numbers 0 to 9, of the big tenant).
FILL = """
insert into tenants (slug, name, timezone) select 'tenant' || n, 'Tenant ' || n, 'America/Lima' from generate_series(1, 100) n;
insert into tenants (slug, name, timezone) values ('default', 'default', 'America/Lima') on conflict do nothing;
insert into channels (tenant_id, provider, address)
select id, 'twilio', 'whatsapp:+1' || to_char(substring(slug from 7)::int, 'FM0000000000') from tenants where slug like 'tenant%%';
create temp table size as select
    (select array_agg(id order by substring(slug from 7)::int) from tenants where slug like 'tenant%%') as tenants,
    %(messages)s::bigint as messages, (%(messages)s - 10 * %(long)s) / 20 as conversations;
create function pg_temp.tenant(n bigint) returns uuid language sql as
    $$ select s.tenants[case when n < 10 or n %% 2 = 0 then 1 else 2 + n / 2 %% 99 end] from pg_temp.size s $$;

insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address, contact_name, phone,
    last_message_at, last_inbound_at, answered_seq, unprocessed_since, reply_due_at)
select pg_temp.tenant(n), 'whatsapp:+5191' || to_char(n, 'FM0000000'), 'twilio', 'whatsapp:+10000000001', 'Contact ' || n,
       '5191' || to_char(n, 'FM0000000'), at, at, 0,
       case when n %% 20 = 7 then now() - interval '2 h' + n * interval '10 ms' end,
       case when n %% 100 = 7 then now() - interval '1 h' + n * interval '10 ms' end
  from pg_temp.size s, generate_series(0, 9 + s.conversations) n, lateral (
       select now() - (s.messages - case when n < 10 then (n + 1) * %(long)s else 10 * %(long)s + (n - 9) * 20 end)
              * interval '15 s' as at) x;
insert into whatsapp_messages (tenant_id, conversation_id, provider, message_sid, direction, role, from_number, to_number,
    body, sent_at, received_at, raw, processed, delivery_status)
select pg_temp.tenant(c), 'whatsapp:+5191' || to_char(c, 'FM0000000'), 'twilio', 'SM' || md5(n::text),
       case when n %% 2 = 0 then 'inbound' else 'outbound' end, case when n %% 2 = 0 then 'user' else 'bot' end,
       'whatsapp:+5191' || to_char(c, 'FM0000000'), 'whatsapp:+10000000001', 'mensaje número ' || n || ', como tantos otros',
       at, at,
       jsonb_build_object('SmsStatus', 'received', 'NumMedia', '0', 'ApiVersion', '2010-04-01'),
       not (c %% 20 = 7 and n %% 20 = 0), case when n %% 2 = 1 then 'delivered' end
  from pg_temp.size s, generate_series(0, s.messages - 1) n,
       lateral (select case when n < 10 * %(long)s then n / %(long)s else 10 + (n - 10 * %(long)s) / 20 end as c,
               now() - (s.messages - n) * interval '15 s' as at) x;
update whatsapp_messages set delivery_status = 'queued' where direction = 'outbound' and seq %% 1001 = 0;

insert into extracted_events (tenant_id, conversation_id, title, "start", time_zone, status, source, evidence, revision,
    published_revision, confirmed_at, settled_at, created_at)
select m.tenant_id, m.conversation_id, 'Cita ' || m.seq, date_trunc('hour', m.sent_at) + interval '7 d', 'America/Lima',
       case when m.seq %% 100 = 1 then 'proposed' else 'confirmed' end, 'batch',
       jsonb_build_array(jsonb_build_object('message_id', m.id, 'slot', 'date', 'quote', 'x')), 1,
       case when m.seq %% 200 = 11 then 0 else 1 end, m.sent_at, m.sent_at, m.sent_at
  from whatsapp_messages m where m.seq %% 10 = 1;
insert into event_revisions (event_id, revision, source, action, event, created_at)
select id, 1, source, 'create', jsonb_build_object('title', title, 'start', "start"), created_at from extracted_events;
insert into batch_runs (trigger, status, conversations, started_at, finished_at)
select 'schedule', 'finished', 10, now() - n * interval '5 min', now() - n * interval '5 min' from generate_series(1, 100000) n;
insert into unrouted_messages (provider, address, message_sid, arguments)
select 'twilio', 'whatsapp:+19999999999', 'SMU' || n, jsonb_build_object('p_provider', 'twilio', 'p_channel_address',
       'whatsapp:+19999999999', 'p_contact', 'whatsapp:+519900' || n, 'p_message_sid', 'SMU' || n, 'p_body', 'hola', 'p_direction', 'inbound', 'p_role', 'user', 'p_media', '[]'::jsonb, 'p_raw', '{}'::jsonb)
  from generate_series(1, 2000) n;
insert into early_reports (provider, message_sid, status) select 'twilio', 'SME' || n, 'sent' from generate_series(1, 5000) n;
insert into contact_aliases (tenant_id, provider, alias, conversation_id)
select tenant_id, 'twilio', 'alias' || phone, conversation_id from whatsapp_conversations where phone like '%%5';
insert into api_keys (tenant_id, name, key_hash) select id, 'key', md5(id::text) from tenants;
insert into sessions (id, tenant_id, conversation_id, bot_id, phone, user_phone, expires_at, is_active, created_at)
select 'bot_' || c.phone || '_' || n || '_x', c.tenant_id, c.conversation_id, 'bot', c.phone, '+' || c.phone,
       now() + interval '12 h', n = 3, now() - (4 - n) * interval '1 d'
  from whatsapp_conversations c, generate_series(1, 3) n where c.phone like '%%0' or c.phone < '519100000100'
"""

T = "(select id from tenants where slug = 'tenant1')"
FEED = "(select feed_token from tenants where slug = 'tenant1')"
LAST = f"(select max(seq) from whatsapp_messages where tenant_id = {T} and conversation_id = 'whatsapp:+51910000000')"
C0 = f"(select id from whatsapp_conversations where tenant_id = {T} and conversation_id = 'whatsapp:+51910000000')"
STORE = (
    "hilo_store_message('twilio', 'whatsapp:+10000000001', 'whatsapp:+51910000000', %(sid)s, 'hola, el viernes a las 10',"
    " p_quiet_seconds => 0)"
)
CLAIM = f"hilo_claim_batch(%(run)s, %(token)s, 60, 300, 3600, p_all => true, p_tenant => {T}, p_conversation => {C0})"
EVENT = (
    "jsonb_build_array(jsonb_build_object('action', 'create', 'event_id', %(id)s::text, 'draft', jsonb_build_object("
    "'title', 'x', 'start', now() + interval '400 d', 'end', null, 'time_zone', 'America/Lima', 'status', 'confirmed',"
    " 'evidence', jsonb_build_array(jsonb_build_object('message_id', %(message)s::text, 'slot', 'date', 'quote', 'x')))))"
)
REPLY = f"update whatsapp_conversations set reply_token = %(token)s, reply_lease_until = now() + interval '1 min' where id = {C0}"
SENDING = (
    "update whatsapp_messages set delivery_status = 'sending', send_token = %(token)s, message_sid = null"
    " where id = %(outbound)s"
)
PUBLISH = (
    "update extracted_events set calendar_token = %(token)s, calendar_lease_until = now() + interval '1 min'"
    " where id = %(event)s"
)
LINES = (
    "(select jsonb_agg(jsonb_build_object('sid', 'k' || n, 'body', 'linea ' || n, 'at', now() - n * interval '1 min',"
    " 'direction', 'inbound')) from generate_series(1, 1000) n)"
)
PHONES = """'["51910000010"]'"""
SESSION = "'bot_51910000010_3_x'"

# What is called, each after statements that bring it to where it has work to do.
CALLS: list[tuple[str, list[str]]] = [
    (STORE, []),
    (STORE, [STORE]),
    ("hilo_store_message('twilio', 'whatsapp:+10000000002', 'whatsapp:+5199', %(sid)s, 'hola')", []),
    ("hilo_update_delivery('twilio', 'SM' || md5('51'), 'read')", []),
    ("hilo_update_delivery('twilio', 'SM' || md5('new'), 'sent')", []),
    (
        "hilo_known_sids('twilio', (select jsonb_agg('SM' || md5((n * 900)::text)) from generate_series(1, 1000) n),"
        " 'whatsapp:+10000000001')",
        [],
    ),
    ("hilo_amend_message('twilio', 'whatsapp:+10000000001', 'whatsapp:+51910000000', 'SM' || md5('50'), 'otra', 'edit')", []),
    ("hilo_link_contact('twilio', 'whatsapp:+10000000001', 'whatsapp:+51910000000', 'hidden')", []),
    ("hilo_link_contact('twilio', 'whatsapp:+10000000001', 'whatsapp:+51910000000', 'whatsapp:+51910000001')", []),
    ("hilo_set_handover('twilio', 'whatsapp:+10000000001', 'whatsapp:+51910000000', now() + interval '1 h')", []),
    (f"hilo_import_messages({T}, 'whatsapp:+51910000000', 'import', 'whatsapp:+10000000001', {LINES})", []),
    (f"hilo_import_messages({T}, 'whatsapp:+5198', 'import', 'whatsapp:+10000000001', {LINES})", []),
    ("hilo_list_unrouted()", []),
    (
        "hilo_replay_unrouted(500)",
        ["insert into channels (tenant_id, provider, address) select id, 'twilio', 'whatsapp:+19999999999' from tenants"
         " where slug = 'tenant1'"],
    ),
    ("hilo_claim_reply(%(token)s)", []),
    ("hilo_claim_reply(%(token)s, p_context => 100)", [f"update whatsapp_conversations set reply_due_at = null where id <> {C0}",
                                                      f"update whatsapp_conversations set reply_due_at = now() where id = {C0}"]),
    (f"hilo_renew_reply({C0}, %(token)s, 30)", [REPLY]),
    (
        f"hilo_commit_reply({C0}, %(token)s, {LAST}, jsonb_build_array(jsonb_build_object('id', %(id)s::text, 'body', 'vale')),"
        f" {EVENT})",
        [STORE, REPLY],
    ),
    (f"hilo_fail_reply({C0}, %(token)s, 'x', 5)", [REPLY]),
    (f"hilo_take_held_reply({C0}, {LAST})", [STORE]),
    (f"hilo_conversation_context({T}, 'whatsapp:+51910000000', 100)", []),
    ("""hilo_claim_outbound(%(token)s, '["twilio"]')""", []),
    ("hilo_mark_sent(%(outbound)s, %(token)s, %(sid)s)", [SENDING]),
    ("hilo_mark_send_failed(%(outbound)s, %(token)s, 'x', 5)", [SENDING]),
    (f"hilo_post_message({T}, {C0}, jsonb_build_array(jsonb_build_object('id', %(id)s::text, 'body', 'hola')))", []),
    ("hilo_start_batch_run(%(run)s, 'cli')", []),
    ("hilo_finish_batch_run(%(run)s, 'finished', '{}')", ["hilo_start_batch_run(%(run)s, 'cli')"]),
    ("hilo_list_batch_runs()", []),
    (f"hilo_list_batch_runs({T})", []),
    ("hilo_count_batch(300, 3600)", []),
    (f"hilo_count_batch(300, 3600, true, {T})", []),
    ("hilo_claim_batch(%(run)s, %(token)s, 60, 300, 3600)", ["hilo_start_batch_run(%(run)s, 'cli')"]),
    (CLAIM, ["hilo_start_batch_run(%(run)s, 'cli')", STORE]),
    (f"hilo_batch_state({C0})", []),
    (f"hilo_transcript({C0}, {LAST})", []),
    (f"hilo_renew_batch({C0}, %(token)s, 60)", [STORE, CLAIM]),
    (
        f"hilo_complete_batch({C0}, %(token)s, {LAST}, %(long)s + 1, (select events_version from whatsapp_conversations"
        f" where id = {C0}), {EVENT})",
        [STORE, CLAIM],
    ),
    (
        f"hilo_complete_batch({C0}, %(token)s, {LAST}, %(long)s + 1, (select events_version from whatsapp_conversations"
        f" where id = {C0}), '[]')",
        [
            # Without triggers: five thousand versions of the conversation's row in one transaction are no real case.
            "set local session_replication_role = replica",
            f"update whatsapp_messages set processed = false where tenant_id = {T} and conversation_id = 'whatsapp:+51910000000'",
            "set local session_replication_role = origin",
            STORE,
            CLAIM,
        ],
    ),
    (f"hilo_fail_batch({C0}, %(token)s, 'x')", [STORE, CLAIM]),
    (f"hilo_release_batch({C0}, %(token)s)", [STORE, CLAIM]),
    (f"hilo_mark_message_processed({T}, %(message)s)", []),
    (f"hilo_retry_conversation({T}, {C0})", []),
    (f"hilo_pause_conversation({T}, {C0}, now() + interval '1 h')", []),
    (f"hilo_busy({T}, now() - interval '30 d', now() + interval '30 d')", []),
    (f"""hilo_update_event({T}, %(event)s, 'correct', '{{"title": "y"}}')""", []),
    ("hilo_claim_publish(%(token)s, 50)", []),
    (f"hilo_claim_publish(%(token)s, 50, p_tenant => {T})", []),
    ("hilo_complete_publish(%(event)s, %(token)s, 1, 'x')", [PUBLISH]),
    ("hilo_fail_publish(%(event)s, %(token)s, 'x', 3600)", [PUBLISH]),
    ("hilo_review_publish(%(event)s, %(token)s, 1)", [PUBLISH]),
    (f"hilo_feed({FEED}, now() - interval '90 d')", []),
    (f"hilo_calendar_events({T}, jsonb_build_array(%(event)s::text))", []),
    (f"hilo_observe_calendar({T}, %(event)s, 1, 1, 'x', now(), '{{}}', false)", []),
    (f"hilo_claim_calendar_sync({T}, %(token)s, 'c', 60, now())", []),
    (f"hilo_complete_calendar_sync({T}, %(token)s, 'c', 's')", [f"hilo_claim_calendar_sync({T}, %(token)s, 'c', 60, now())"]),
    (f"hilo_save_calendar_access({T}, 'a', 'c')", []),
    (f"hilo_calendar_access({T})", []),
    (f"hilo_list_conversations({T}, 200)", []),
    (f"hilo_list_conversations({T}, 200, p_search => '%%nobody is called so%%')", []),
    (f"hilo_list_conversations({T}, 200, p_unprocessed => true)", []),
    (f"hilo_list_conversations({T}, 200, p_parked => true)", []),
    (f"hilo_list_conversations({T}, 200, p_paused => true)", []),
    (f"hilo_list_conversations({T}, 200, p_review => true)", []),
    (f"hilo_get_conversation({T}, 'whatsapp:+51910000000')", []),
    (f"hilo_get_conversation({T}, {C0}::text)", []),
    (f"hilo_list_messages({T}, {C0}, 200)", []),
    (f"hilo_list_events({T}, 200)", []),
    (f"hilo_list_events({T}, 200, p_search => '%%nothing is called so%%')", []),
    (f"hilo_list_events({T}, 200, p_status => 'cancelled')", []),
    (f"hilo_list_events({T}, 200, p_conversation => {C0})", []),
    (f"hilo_get_event({T}, %(event)s)", []),
    (f"hilo_list_review({T}, 50)", []),
    (f"hilo_pulse({T}, {C0}, now() - interval '7 d', now() + interval '7 d')", []),
    (f"hilo_tenant_status({T})", []),
    (f"hilo_daily({T}, 14)", []),
    (f"hilo_mark_seen({T}, {C0}, {LAST})", []),
    (f"hilo_remove_sample({T})", []),
    (f"hilo_hold_reply({C0}, %(token)s, {LAST}, %(id)s, 'un momento')", [STORE, REPLY]),
    (f"hilo_reserve_model(%(id)s, {T}, 'batch', 'm', 1000000)", []),
    (f"hilo_use_model(%(id)s, {T}, 'batch', 'm', 1, 100, 100)", []),
    (f"hilo_model_usage({T}, 30)", []),
    ("hilo_create_login_link('l', 'x', null, '[]', 600)", []),
    ("hilo_take_login_link('l', 't', 600)", ["hilo_create_login_link('l', 'x', null, '[]', 600)"]),
    ("hilo_open_web_session('t', md5('x'), 'x', 600)", []),
    ("hilo_use_web_session('t', 600)", ["hilo_open_web_session('t', md5('x'), 'x', 600)"]),
    ("hilo_close_web_sessions()", []),
    ("hilo_session_status()", []),
    (f"hilo_claim_calendar_channel({T}, %(id)s, 'c', 'https://x', 'h', 3600, 60)", []),
    (f"hilo_complete_calendar_channel({T}, %(id)s, 'r', now() + interval '1 d')", []),
    ("hilo_calendar_channel(%(id)s)", []),
    (f"hilo_forget_calendar_channel({T}, %(id)s)", []),
    ("hilo_status()", []),
    ("hilo_schema()", []),
    ("hilo_ensure_default_tenant('America/Lima', 'es')", []),
    ("hilo_save_tenant('another', 'x', 'America/Lima')", []),
    ("hilo_list_tenants()", []),
    ("hilo_save_channel('tenant1', 'twilio', 'whatsapp:+1777')", []),
    ("hilo_create_api_key(%(id)s, 'x', 'y')", []),
    ("hilo_use_api_key(md5('x'))", []),
    ("hilo_list_api_keys()", []),
    ("hilo_revoke_api_key(%(id)s)", []),
    (f"hilo_create_session({T}, {PHONES}, '+51910000010', 'bot')", []),
    (f"hilo_create_session({T}, '[\"51910000000\"]', '+51910000000', 'other', p_messages => 100)", []),
    (f"hilo_find_session({PHONES}, {T})", []),
    (f"hilo_get_session({SESSION})", []),
    (f"""hilo_sync_session({SESSION}, p_intent => 'x', p_context => '{{"a": 1}}')""", []),
    (f"hilo_add_session_message({SESSION}, 'user', 'hola', p_id => 'x1')", []),
    (f"hilo_link_order({SESSION}, 'o1')", []),
]  # fmt: skip


def fill(dsn: str, messages: int) -> None:
    values = {"messages": messages, "long": LONG}
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")  # no triggers and no foreign keys: only speed
        for part in FILL.split(";\n"):
            started = time.perf_counter()
            connection.execute(part, values)
            if (took := time.perf_counter() - started) > 3:
                print(f"  {took:5.0f} s  {' '.join(part.split())[:80]}", flush=True)
        connection.execute("vacuum analyze")


def values_of(connection: psycopg.Connection[dict[str, Any]]) -> dict[str, Any]:
    def one(query: str) -> Any:
        row = connection.execute(query).fetchone()
        assert row is not None, query
        return row["id"]

    own = f"tenant_id = {T} and conversation_id = 'whatsapp:+51910000000'"
    return {
        "message": one(f"select id from whatsapp_messages where {own} and role = 'user' limit 1"),
        "outbound": one(f"select id from whatsapp_messages where {own} and role = 'bot' limit 1"),
        "event": one(f"select id from extracted_events where {own} limit 1"),
        "long": LONG,
    }


def statement(call: str) -> str:
    return f"select {call} as r" if call.startswith("hilo_") else call


def measure(
    connection: psycopg.Connection[dict[str, Any]], call: str, before: list[str], rounds: int
) -> tuple[float, str]:
    """The slowest of the rounds, in milliseconds, and the beginning of what was answered."""
    slowest, said = 0.0, ""
    known = values_of(connection)
    for _ in range(rounds):
        values = {**known, **{name: uuid4() for name in ("token", "id", "run")}, "sid": f"SM{uuid4().hex}"}
        with connection.transaction(force_rollback=True):
            for step in before:
                connection.execute(statement(step), {**values, "sid": values["sid"]})
            connection.execute("set local role service_role")
            connection.execute("set local statement_timeout = '8s'")
            started = time.perf_counter()
            row = connection.execute(statement(call), values).fetchone()
            slowest = max(slowest, (time.perf_counter() - started) * 1000)
        result = row and row["r"]
        kind = result.get("outcome", result.get("claimed", "")) if isinstance(result, dict) else ""
        said = f"{'null' if result is None else len(str(result))} {kind}".strip()
    return slowest, said


def called_by_the_store() -> set[str]:
    sources = (ROOT / "app" / "store").glob("*.py")
    found = {name for source in sources for name in re.findall(r'"(hilo_\w+)"', source.read_text())}
    return found - {"hilo_migrations"}


@contextmanager
def database(dsn: str | None) -> Iterator[str]:
    if dsn:
        yield dsn
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, embedded.start(Path(folder)) as server:
        yield server.dsn


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=1.0, help="seconds")
    parser.add_argument("--only", default="", help="functions whose call contains this text")
    parser.add_argument("--dsn", help="an empty database, or one that an earlier run has filled")
    given = parser.parse_args()
    if missing := called_by_the_store() - {call.partition("(")[0] for call, _ in CALLS}:
        print(f"not measured: {', '.join(sorted(missing))}")
        return 1
    slow = 0
    with database(given.dsn) as dsn, psycopg.connect(dsn, autocommit=True, row_factory=dict_row) as connection:
        if connection.execute("select to_regclass('tenants') is null as empty").fetchone() == {"empty": True}:
            prepare(dsn)
            print(f"storing {given.messages:,} messages ...", flush=True)
            fill(dsn, given.messages)
        for call, before in CALLS:
            if given.only not in call:
                continue
            try:
                took, said = measure(connection, call, before, given.rounds)
            except psycopg.Error as error:
                slow += 1
                print(f"  FAILED   {' '.join(call.split())[:90]}: {error}")
                continue
            slow += took > given.limit * 1000
            mark = "SLOW" if took > given.limit * 1000 else ""
            print(f"{took:9.1f} ms {mark:4} {' '.join(call.split())[:90]:92} {said}", flush=True)
    return bool(slow)


if __name__ == "__main__":
    sys.exit(main())
