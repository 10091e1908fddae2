"""Several replicas on one database that holds months of many businesses, under a steady stream of new conversations.

    scripts/bench scaling [--tenants 100] [--history 1000000] [--replicas 2] [--rate 20] [--seconds 60]
                          [--store postgres|supabase] [--dsn DSN]

Each customer asks for one appointment over four messages, a few seconds apart, at one of the businesses; webhooks are
signed, answers go out through a Twilio that runs here, the batch reads what is quiet for 12 seconds. Afterwards each
customer must have one event and each message one row; printed are the times of acknowledgements and answers, and what a
message costs: processor time of the replicas and of Postgres, transactions, bytes. `--dsn` may name a pooler (the
address of PgBouncer in transaction mode); the database behind it must be empty, or one that an earlier run has filled.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.store import embedded  # noqa: E402
from scripts.rest_transport import standing_in  # noqa: E402
from tests.support.crash import _MONTHS as MONTHS  # noqa: E402
from tests.support.servers import ServerProcess, free_port, signed_form  # noqa: E402
from tests.support.supabase import prepare  # noqa: E402

TOKEN = "0123456789abcdef0123456789abcdef"
KEY = "scaling-test-key-0123456789"
HOOK = "https://hilo.example/api/v1/whatsapp/webhook"
QUIET = 1.0  # seconds that an answer waits for more messages
ZONE = dt.timezone(dt.timedelta(hours=-5))
PAUSE = 4.0  # seconds between a customer's messages

TENANTS = """
insert into tenants (slug, name, timezone) select 'b' || n, 'Business ' || n, 'America/Lima'
  from generate_series(1, %(tenants)s) n on conflict do nothing;
insert into channels (tenant_id, provider, address)
select id, 'twilio', 'whatsapp:+1555' || to_char(substring(slug from 2)::int, 'FM0000000')
  from tenants where slug like 'b%%'
    on conflict do nothing
"""
# Conversations of 20 messages, processed and answered, as the last months left them.
HISTORY = """
create temp table businesses as
    select array_agg(id order by substring(slug from 2)::int) as ids from tenants where slug like 'b%%';
insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address, last_message_at,
    answered_seq)
select b.ids[1 + n %% %(tenants)s], 'whatsapp:+5190' || to_char(n, 'FM00000000'), 'twilio', 'whatsapp:+15550000001',
       now() - interval '1 d', 9e15::bigint
  from businesses b, generate_series(0, %(messages)s / 20 - 1) n;
insert into whatsapp_messages (tenant_id, conversation_id, provider, message_sid, direction, role, from_number,
    to_number, body, sent_at, raw, processed, delivery_status)
select b.ids[1 + n / 20 %% %(tenants)s], 'whatsapp:+5190' || to_char(n / 20, 'FM00000000'), 'twilio',
       'SM' || md5(n::text),
       case when n %% 2 = 0 then 'inbound' else 'outbound' end, case when n %% 2 = 0 then 'user' else 'bot' end,
       'whatsapp:+5190' || to_char(n / 20, 'FM00000000'), 'whatsapp:+15550000001',
       'mensaje número ' || n || ', como otros',
       now() - interval '100 d' + n * interval '8 s',
       '{"SmsStatus": "received", "NumMedia": "0", "ApiVersion": "2010-04-01"}', true,
       case when n %% 2 = 1 then 'delivered' end
  from businesses b, generate_series(0, %(messages)s - 1) n;
insert into extracted_events (tenant_id, conversation_id, title, "start", time_zone, status, source, evidence,
    published_revision, confirmed_at, settled_at)
select m.tenant_id, m.conversation_id, 'Cita', date_trunc('hour', m.sent_at), 'America/Lima', 'confirmed', 'realtime',
       jsonb_build_array(jsonb_build_object('message_id', m.id, 'slot', 'date', 'quote', 'x')), 1, m.sent_at, m.sent_at
  from whatsapp_messages m where m.seq %% 20 = 1
"""


def fill(dsn: str, tenants: int, messages: int) -> None:
    values = {"tenants": tenants, "messages": messages}
    with psycopg.connect(dsn, autocommit=True) as connection:
        for part in TENANTS.split(";\n"):
            connection.execute(part, values)
        there = connection.execute("select exists (select from whatsapp_messages)").fetchone()
        if there == (False,) and messages:
            print(f"storing {messages:,} messages of {tenants} businesses ...", flush=True)
            connection.execute("set session_replication_role = replica")  # no triggers and no foreign keys: only speed
            for part in HISTORY.split(";\n"):
                connection.execute(part, values)
            connection.execute("vacuum analyze")


@dataclass
class Customer:
    number: int
    tenants: int
    sent: list[str] = field(default_factory=list)

    @property
    def contact(self) -> str:
        return f"whatsapp:+5197{self.number:08d}"

    @property
    def business(self) -> str:
        return f"whatsapp:+1555{1 + self.number % self.tenants:07d}"

    @property
    def start(self) -> dt.datetime:
        turn = self.number // self.tenants
        day = dt.datetime.now(ZONE).replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=10 + turn // 9)
        return day.replace(hour=9 + turn % 9)

    def lines(self) -> list[str]:
        at = self.start
        said = f"el {at.day} de {MONTHS[at.month - 1]} de {at.year} a las {at:%H}:00"
        return ["Hola, buenas", "Quiero agendar una cita", said, "Corte de pelo"]


class Load:
    """An open stream: customers come at their own pace, whatever the servers' is."""

    def __init__(self, ports: list[int], tenants: int) -> None:
        self.ports, self.tenants = ports, tenants
        self.customers: list[Customer] = []
        self.acknowledged: list[float] = []  # seconds
        self.statuses: Counter[str] = Counter()

    async def run(self, rate: float, seconds: float) -> None:
        """`rate` messages in a second."""
        tasks = []
        started = time.monotonic()
        while (now := time.monotonic() - started) < seconds:
            while len(self.customers) < now * rate / 4:
                self.customers.append(Customer(len(self.customers), self.tenants))
                tasks.append(asyncio.create_task(self._talk(self.customers[-1])))
            await asyncio.sleep(0.02)
        await asyncio.gather(*tasks)

    async def _talk(self, customer: Customer) -> None:
        for line in customer.lines():
            sid = f"SM{random.randbytes(16).hex()}"
            customer.sent.append(sid)
            await self._post(customer, sid, line)
            await asyncio.sleep(random.uniform(0.9, 1.1) * PAUSE)

    async def _post(self, customer: Customer, sid: str, line: str) -> None:
        form = {"MessageSid": sid, "From": customer.contact, "To": customer.business, "Body": line, "NumMedia": "0"}
        body, signature = signed_form(HOOK, form, TOKEN)
        head = (
            f"POST /api/v1/whatsapp/webhook HTTP/1.1\r\nHost: hilo.example\r\nContent-Length: {len(body)}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: {signature}\r\n"
            "Connection: close\r\n\r\n"
        )
        started = time.monotonic()
        try:
            async with asyncio.timeout(15):
                reader, writer = await asyncio.open_connection("127.0.0.1", random.choice(self.ports))
                writer.write(head.encode() + body)
                self.statuses[(await reader.readline()).split()[1].decode()] += 1
                await reader.read()
                writer.close()
        except (OSError, TimeoutError, IndexError) as error:
            self.statuses[type(error).__name__] += 1
        self.acknowledged.append(time.monotonic() - started)


def processor(process: psutil.Process) -> float:
    """Seconds of processor time of the process and its children."""
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            times = one.cpu_times()
            total += times.user + times.system
    return total


@contextlib.contextmanager
def twilio() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.twilio_server", "--port", str(port), "--auth-token", TOKEN],
        cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def replicas(count: int, folder: Path, store: dict[str, str], twilio_url: str) -> Iterator[list[ServerProcess]]:
    running: list[ServerProcess] = []
    try:
        for n in range(count):
            environment = {
                "HILO_PORT": str(free_port()), "HILO_DATA_DIR": str(folder / f"replica{n}"), "HILO_API_KEY": KEY,
                "HILO_TIMEZONE": "America/Lima", "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": TOKEN,
                "TWILIO_API_BASE_URL": twilio_url, "PUBLIC_BASE_URL": "https://hilo.example",
                "HILO_REPLY_QUIET_SECONDS": str(QUIET), "HILO_BATCH_INTERVAL_MINUTES": "0.2",
                "HILO_BATCH_QUIET_MINUTES": "0.2", "HILO_LOG_LEVEL": "warning", **store,
            }  # fmt: skip
            running.append(ServerProcess(environment, log=folder / f"replica{n}.log").start())
        yield running
    finally:
        for server in running:
            server.stop()


def transactions(connection: psycopg.Connection) -> int:
    connection.execute("select pg_stat_clear_snapshot()")
    row = connection.execute("select xact_commit from pg_stat_database where datname = current_database()").fetchone()
    assert row is not None
    return int(row[0])


def settle(connection: psycopg.Connection, seconds: float) -> float:
    """Wait until all is answered, sent and read; how long it took."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        row = connection.execute(
            "select (select count(*) from whatsapp_conversations where reply_due_at is not null"
            "         or unprocessed_since is not null)"
            "     + (select count(*) from whatsapp_messages where direction = 'outbound'"
            "         and delivery_status in ('queued', 'sending'))"
        ).fetchone()
        if row == (0,):
            break
        time.sleep(0.5)
    return time.monotonic() - started


def check(connection: psycopg.Connection, load: Load) -> list[str]:
    rows = connection.execute(
        "select m.message_sid, count(*) from whatsapp_messages m where m.conversation_id like 'whatsapp:+5197%%'"
        " and m.direction = 'inbound' group by 1"
    ).fetchall()
    stored = dict(rows)
    wanted = {sid for customer in load.customers for sid in customer.sent}
    problems = [f"message {sid} is missing" for sid in wanted - stored.keys()]
    problems += [f"message {sid} is stored {n} times" for sid, n in stored.items() if n > 1]
    events: dict[str, list[dt.datetime]] = {}
    for contact, start in connection.execute(
        "select conversation_id, start from extracted_events where conversation_id like 'whatsapp:+5197%%'"
        " and status <> 'cancelled'"
    ):
        events.setdefault(contact, []).append(start)
    for customer in load.customers:
        if events.get(customer.contact) != [customer.start]:
            problems.append(f"{customer.contact}: wanted {customer.start}, got {events.get(customer.contact)}")
    return problems


def share(values: list[float], part: float) -> float:
    return sorted(values)[min(int(len(values) * part), len(values) - 1)] * 1000 if values else 0.0


def report(connection: psycopg.Connection, load: Load, since: dt.datetime) -> int:
    messages = sum(len(customer.sent) for customer in load.customers)
    print(f"{messages} messages of {len(load.customers)} customers; answers of the webhook: {dict(load.statuses)}")
    print("acknowledged in " + ", ".join(f"{p:.0%}: {share(load.acknowledged, p):.0f} ms" for p in (0.5, 0.95, 0.99)))
    waits = [row[0] for row in connection.execute(
        "select extract(epoch from a.created_at - m.received_at)::float from whatsapp_messages a"
        " join whatsapp_messages m on m.seq = a.answers_seq"
        " and m.tenant_id = a.tenant_id and m.conversation_id = a.conversation_id"
        " where a.direction = 'outbound' and a.created_at >= %s", [since])]  # fmt: skip
    late = [max(wait - QUIET, 0.0) for wait in waits]
    print(
        f"answers: {len(waits)}, written " + ", ".join(f"{p:.0%}: {share(late, p):.0f} ms" for p in (0.5, 0.95, 0.99))
        + f" after the {QUIET:g} s of quiet"
    )  # fmt: skip
    return messages


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tenants", type=int, default=100)
    parser.add_argument("--history", type=int, default=1_000_000, help="messages that are there before")
    parser.add_argument("--replicas", type=int, default=2)
    parser.add_argument("--rate", type=float, default=20.0, help="messages in a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--store", choices=("postgres", "supabase"), default="postgres")
    parser.add_argument("--dsn")
    given = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        dsn = given.dsn or stack.enter_context(embedded.start(folder / "data", settings={"max_connections": "200"})).dsn
        prepare(dsn)
        fill(dsn, given.tenants, given.history)
        if given.store == "supabase":
            url, key = stack.enter_context(standing_in(dsn))
            store = {"SUPABASE_URL": url, "SUPABASE_KEY": key}
        else:
            store = {"DATABASE_URL": dsn}
        servers = stack.enter_context(replicas(given.replicas, folder, store, stack.enter_context(twilio())))
        connection = stack.enter_context(psycopg.connect(dsn, autocommit=True, prepare_threshold=None))
        connection.execute(
            "delete from whatsapp_conversations where conversation_id like 'whatsapp:+5197%'"
        )  # of before
        since = dt.datetime.now(dt.UTC)

        before = transactions(connection)
        time.sleep(20)
        idle = (transactions(connection) - before) / 20
        print(f"idle: {idle:.1f} transactions a second, {idle / given.replicas:.1f} for each replica", flush=True)

        # The processes of Postgres are those whose father is this machine's postmaster, when it is the embedded one.
        pid = folder / "data" / "postgres" / "postmaster.pid"
        postgres = psutil.Process(int(pid.read_text().split()[0])) if pid.exists() else None
        processes = [psutil.Process(server.process.pid) for server in servers if server.process]
        spent = [sum(map(processor, processes)), processor(postgres) if postgres else 0.0]
        before = transactions(connection)
        load = Load([int(server.environment["HILO_PORT"]) for server in servers], given.tenants)
        started = time.monotonic()
        asyncio.run(load.run(given.rate, given.seconds))
        took = time.monotonic() - started
        waited = settle(connection, 120)
        messages = report(connection, load, since)
        print(f"all answered, sent and read {waited:.0f} s after the last message")
        costs = [sum(map(processor, processes)) - spent[0], processor(postgres) - spent[1] if postgres else 0.0]
        count = transactions(connection) - before - idle * (took + waited)
        print(
            f"a message costs {costs[0] / messages * 1000:.1f} ms of the replicas' processors"
            + (f" and {costs[1] / messages * 1000:.1f} ms of Postgres'" if postgres else "")
            + f", {count / messages:.1f} transactions"
        )
        for table in ("whatsapp_messages", "whatsapp_conversations", "extracted_events", "event_revisions"):
            row = connection.execute(
                f"select pg_total_relation_size('{table}'), pg_indexes_size('{table}'), count(*) from {table}"
            ).fetchone()
            assert row is not None
            rows = max(row[2], 1)
            print(f"  {table}: {row[2]:,} rows, {row[0] / rows:,.0f} bytes each, {row[1] / rows:,.0f} of them indexes")
        problems = check(connection, load)
        for problem in problems[:20]:
            print("PROBLEM", problem)
        if problems:
            for server in servers:
                print(server.log_end()[-1500:])
    print("nothing lost, nothing doubled" if not problems else f"{len(problems)} problems")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
