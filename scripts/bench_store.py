"""How fast a message is stored, and whether that stays so.

    scripts/bench store [--sizes 1000,100000,1000000] [--history 10] [--seconds 3] [--rounds 5] [--callers 8]
                        [--no-http] [--no-rest]

For each number of messages already stored, in turn and interleaved, so that a noisy machine hits all alike:

  bare    the SQL function called by bare psycopg, one connection for each caller: the ceiling
  store   `Store.store_message`
  bare+   and `store+`: the same followed by reading the last ten messages of the conversation
  rest    and `rest+`: the same through supabase-py and PostgREST, the program that POSTGREST_BIN names (then also
          over HTTP/2: `rest2`), else the tests' own, which is written in Python and no measure of speed
  lcpg    `langchain-postgres` PostgresChatMessageHistory on the same Postgres: add one message, read the history
          (`pip install langchain-postgres` into .venv, left out otherwise); it reads a conversation whole, so
          its cost grows with the conversation's length, which --history gives
  http    signed webhooks through the real server, with 1 and 2 processes (answers switched off)

Prints operations per second (median of the rounds) and the ratios, each the median of the rounds' own ratios; beside
them the processor time and the write-ahead log that each operation costs the server, which say more on a busy machine.
Contacts write in turn: in a large store each message touches pages that go into the log whole again.
"""

import argparse
import asyncio
import contextlib
import hashlib
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import psycopg
from psycopg.types.json import Jsonb

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.models import InboundMessage  # noqa: E402
from app.store import embedded  # noqa: E402
from app.store.postgres import PostgresDatabase  # noqa: E402
from app.store.store import Store  # noqa: E402
from scripts.postgres_cost import Cost, cost_so_far  # noqa: E402
from scripts.rest_transport import Counting, rest_databases  # noqa: E402
from tests.support.servers import free_port, running_server, signed_form  # noqa: E402
from tests.support.supabase import prepare  # noqa: E402

TOKEN = "0123456789abcdef0123456789abcdef"
US = "whatsapp:+14155238886"
PER_CONVERSATION = 10  # unless --history says otherwise
RAW = {"SmsStatus": "received", "NumMedia": "0", "NumSegments": "1", "ApiVersion": "2010-04-01", "MessageType": "text"}

FILL = """
insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address, last_message_at)
select t.id, 'whatsapp:+51' || to_char(c, 'FM000000000'), 'twilio', %(us)s, now()
  from tenants t, generate_series(%(from)s / %(per)s, (%(to)s - 1) / %(per)s) c on conflict do nothing;
insert into whatsapp_messages (tenant_id, conversation_id, provider, message_sid, from_number, to_number, body,
    sent_at, raw, processed)
select t.id, 'whatsapp:+51' || to_char(n / %(per)s, 'FM000000000'), 'twilio', 'SM' || md5(n::text),
       'whatsapp:+51' || to_char(n / %(per)s, 'FM000000000'), %(us)s, 'mensaje número ' || n,
       now() - interval '90 days' + n * interval '1 second', %(raw)s, true
  from tenants t, generate_series(%(from)s, %(to)s - 1) n
"""


def contact(n: int, conversations: int) -> str:
    """Spread over all conversations there are."""
    return f"whatsapp:+51{n * 7919 % max(conversations, 1):09d}"


def message(n: int, conversations: int) -> InboundMessage:
    return InboundMessage(
        provider="twilio",
        channel_address=US,
        contact=contact(n, conversations),
        message_sid=f"SM{uuid.uuid4().hex}",
        body="Hola, quería una cita para el viernes a las 10",
        contact_name="Rosa",
        raw=RAW,
    )


async def rate(callers: int, seconds: float, one: Callable[[int, int], Awaitable[None]]) -> float:
    """Operations per second of `one(caller, n)` with so many concurrent callers."""
    stop = time.perf_counter() + seconds
    done = 0

    async def call(caller: int) -> None:
        nonlocal done
        n = caller
        while time.perf_counter() < stop:
            await one(caller, n)
            n += callers
            done += 1

    started = time.perf_counter()
    await asyncio.gather(*(call(caller) for caller in range(callers)))
    return done / (time.perf_counter() - started)


_RATIOS = (("store", "bare"), ("store+", "bare+"), ("store+", "lcpg"), ("rest", "store"), ("rest+", "store+"),
           ("rest2", "rest"), ("rest2+", "rest+"))  # fmt: skip

STORE_SQL = """select hilo_store_message(p_provider => %s, p_channel_address => %s, p_contact => %s,
    p_message_sid => %s, p_body => %s, p_direction => %s, p_role => %s, p_sent_at => %s, p_contact_name => %s,
    p_phone => %s, p_media => %s, p_reply_to_sid => %s, p_raw => %s, p_backfilled => %s,
    p_backfill_answer_seconds => %s, p_quiet_seconds => %s, p_max_wait_seconds => %s)"""
CONTEXT_SQL = "select hilo_conversation_context(p_tenant => %s, p_conversation_id => %s, p_limit => %s)"


@contextlib.asynccontextmanager
async def contenders(
    dsn: str, conversations: int, callers: int, rest: Mapping[str, Counting]
) -> AsyncIterator[dict[str, Callable[[int, int], Awaitable[None]]]]:
    connections = [await psycopg.AsyncConnection.connect(dsn, autocommit=True) for _ in range(callers)]
    database = await PostgresDatabase.connect(dsn, max_connections=callers)
    store = Store(database)
    tenant = (await store.list_tenants())[0].id

    async def bare(caller: int, n: int) -> None:
        m = message(n, conversations)
        cursor = await connections[caller].execute(
            STORE_SQL,
            (m.provider, m.channel_address, m.contact, m.message_sid, m.body, "inbound", "user", None,
             m.contact_name, None, Jsonb([]), None, Jsonb(dict(m.raw)), False, 600.0, 3600.0, 3600.0),
        )  # fmt: skip
        await cursor.fetchone()

    async def bare_read(caller: int, n: int) -> None:
        await bare(caller, n)
        cursor = await connections[caller].execute(CONTEXT_SQL, (tenant, contact(n, conversations), 10))
        await cursor.fetchone()

    def typed(store: Store, *, read: bool) -> Callable[[int, int], Awaitable[None]]:
        async def one(_caller: int, n: int) -> None:
            await store.store_message(message(n, conversations), quiet_seconds=3600, max_wait_seconds=3600)
            if read:
                await store.conversation_context(tenant, contact(n, conversations), 10)

        return one

    found: dict[str, Callable[[int, int], Awaitable[None]]] = {
        "bare": bare, "store": typed(store, read=False), "bare+": bare_read, "store+": typed(store, read=True)
    }  # fmt: skip
    for name, other in rest.items():
        found |= {name: typed(Store(other), read=False), f"{name}+": typed(Store(other), read=True)}
    try:
        from langchain_core.messages import HumanMessage
        from langchain_postgres import PostgresChatMessageHistory
    except ImportError:
        print("  (lcpg left out: pip install langchain-postgres)")
    else:

        async def langchain(caller: int, n: int) -> None:
            session = str(uuid.UUID(hashlib.md5(contact(n, conversations).encode()).hexdigest()))
            history = PostgresChatMessageHistory("lc_history", session, async_connection=connections[caller])
            await history.aadd_messages([HumanMessage(message(n, conversations).body)])
            await history.aget_messages()

        found["lcpg"] = langchain
    try:
        yield found
    finally:
        for connection in connections:
            await connection.close()
        await database.close()


def fill(dsn: str, have: int, size: int, *, history: int = PER_CONVERSATION) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")  # no triggers and no foreign keys: only speed
        for part in FILL.split(";"):
            connection.execute(part, {"us": US, "per": history, "from": have, "to": size, "raw": Jsonb(RAW)})
        with contextlib.suppress(ImportError):
            from langchain_postgres import PostgresChatMessageHistory

            PostgresChatMessageHistory.create_tables(connection, "lc_history")
            connection.execute(
                """insert into lc_history (session_id, message)
                   select md5('whatsapp:+51' || to_char(n / %s::integer, 'FM000000000'))::uuid,
                          '{"type": "human", "data": {"content": "mensaje"}}'
                     from generate_series(%s::integer, %s::integer) n""",
                (history, have, size - 1),
            )
        connection.execute("vacuum analyze")


async def http_rate(data_dir: Path, processes: int, conversations: int, callers: int, seconds: float) -> float:
    """Signed webhooks per second through the server; the client is bare sockets, in this process."""
    port = free_port()
    environment = {
        "HILO_PORT": str(port), "HILO_DATA_DIR": str(data_dir), "HILO_WORKERS": str(processes),
        "TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_BASE_URL": "https://hilo.example", "HILO_REPLY_QUIET_SECONDS": "60",
        "HILO_REPLY_MAX_WAIT_SECONDS": "300", "HILO_BATCH_INTERVAL_MINUTES": "0", "HILO_TIMEZONE": "America/Lima",
        "HILO_LOG_LEVEL": "warning", "HILO_TWIML_WAIT_SECONDS": "0",
    }  # fmt: skip
    with running_server(environment):
        streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(callers)]

        async def one(caller: int, n: int) -> None:
            m = message(n, conversations)
            form = {**RAW, "MessageSid": m.message_sid, "From": m.contact, "To": US, "Body": m.body}
            body, signature = signed_form("https://hilo.example/api/v1/whatsapp/webhook", form, TOKEN)
            reader, writer = streams[caller]
            writer.write(
                f"POST /api/v1/whatsapp/webhook HTTP/1.1\r\nHost: hilo.example\r\nContent-Length: {len(body)}\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: {signature}\r\n\r\n".encode()
                + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode())
            length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(length)

        await rate(callers, 1, one)  # warm
        speed = await rate(callers, seconds, one)
        for _, writer in streams:
            writer.close()
        return speed


async def run(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        server = embedded.start(data_dir)
        prepare(server.dsn)  # with Supabase's roles, for PostgREST
        database = await PostgresDatabase.connect(server.dsn)
        await Store(database).ensure_default_tenant(timezone="America/Lima", locale="es")
        await database.close()
        have, flat, busy = 0, {}, {}
        for size in arguments.sizes:
            fill(server.dsn, have, size, history=arguments.history)
            have, conversations = size, size // arguments.history
            print(f"\n{size:,} messages stored, {arguments.history} in each conversation, {arguments.callers} callers")
            async with contextlib.AsyncExitStack() as stack:
                rest: Mapping[str, Counting] = {}
                if arguments.rest:
                    rest = await stack.enter_async_context(rest_databases(server.dsn, os.environ.get("POSTGREST_BIN")))
                found = await stack.enter_async_context(contenders(server.dsn, conversations, arguments.callers, rest))
                figures: dict[str, list[float]] = {name: [] for name in found}
                costs: dict[str, list[Cost]] = {name: [] for name in found}
                for one in found.values():
                    await rate(arguments.callers, 0.5, one)  # warm
                for _ in range(arguments.rounds):
                    for name, one in found.items():
                        before = cost_so_far(server.dsn)
                        figures[name].append(await rate(arguments.callers, arguments.seconds, one))
                        after, done = cost_so_far(server.dsn), figures[name][-1] * arguments.seconds
                        took = (after.milliseconds - before.milliseconds, after.log_bytes - before.log_bytes)
                        costs[name].append(Cost(took[0] / done, round(took[1] / done)))
                for name, database in rest.items():
                    calls = database.calls
                    await found[f"{name}+"](0, 0)
                    print(f"  {name}+: {database.calls - calls} calls for a message stored and the last ten read")
            for name, rates in figures.items():
                cost = Cost(*(statistics.median(part) for part in zip(*costs[name], strict=True)))  # type: ignore[arg-type]
                print(
                    f"  {name:8}{statistics.median(rates):10,.0f} /s   ({min(rates):,.0f} .. {max(rates):,.0f})"
                    f"   {cost.milliseconds:.2f} ms and {cost.log_bytes:,.0f} bytes of log in the server"
                )
            for name, base in _RATIOS:
                if name in figures and base in figures:
                    ratios = [a / b for a, b in zip(figures[name], figures[base], strict=True)]
                    print(f"  {name} / {base}: {statistics.median(ratios):.2f}")
            flat[size] = statistics.median(figures["store"])
            busy[size] = statistics.median(cost.milliseconds for cost in costs["store"])
            if arguments.http:
                for processes in (1, 2):
                    speed = await http_rate(
                        data_dir, processes, conversations, arguments.callers, arguments.seconds * 2
                    )
                    print(f"  http, {processes} process{'es' * (processes > 1)}: {speed:,.0f} webhooks /s", flush=True)
        first, least = next(iter(flat.values())), next(iter(busy.values()))
        print(f"\ntime per message against the smallest store: {_row({n: first / speed for n, speed in flat.items()})}")
        print(f"processor time of the server for it, likewise: {_row({n: ms / least for n, ms in busy.items()})}")
        server.close()


def _row(ratios: Mapping[int, float]) -> str:
    return ", ".join(f"{size:,}: {ratio:.2f}" for size, ratio in ratios.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=lambda s: [int(x) for x in s.split(",")], default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--history", type=int, default=PER_CONVERSATION, metavar="MESSAGES")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--callers", type=int, default=8)
    parser.add_argument("--no-http", dest="http", action="store_false")
    parser.add_argument("--no-rest", dest="rest", action="store_false")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
