"""How long the pages of a busy inbox take, and how much they transfer.

    scripts/bench inbox [--conversations 100000] [--rounds 30]

An embedded Postgres with so many conversations of ten messages each, over a year; 300 of them unread, 50 not read by
the batch, 200 events to review among one per five conversations. Then the pages of the real server (one process), one
request at a time:

  server   milliseconds from request to whole answer, median and p95
  kB       of the page itself; the first view adds the stylesheet, the script and the icon, compressed as browsers ask
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psycopg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.services.access import Scope  # noqa: E402
from app.services.sign_in import make_link  # noqa: E402
from app.store import embedded, migrations  # noqa: E402
from app.store.postgres import PostgresDatabase  # noqa: E402
from app.store.store import Store  # noqa: E402
from tests.support.servers import free_port, running_server  # noqa: E402

FILL = (
    "set session_replication_role = replica",  # no triggers and no foreign keys: only speed
    """
    insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address, contact_name, phone,
        last_message_at, last_inbound_at, seen_seq, answered_seq, unprocessed_since, event_count)
    select t.id, 'whatsapp:+51' || to_char(n, 'FM900000000'), 'twilio', 'whatsapp:+14155238886', 'Cliente ' || n,
           '+51' || to_char(n, 'FM900000000'), now() - n * (interval '365 days' / %(n)s),
           now() - n * (interval '365 days' / %(n)s), case when n < 300 then 0 else 1000000000 end, 1000000000,
           case when n < 50 then now() - interval '10 minutes' end, (n %% 5 = 0)::integer
      from tenants t, generate_series(0, %(n)s - 1) n
    """,
    """
    insert into whatsapp_messages (tenant_id, conversation_id, provider, message_sid, direction, role, author, body,
        sent_at, processed, delivery_status)
    select t.id, 'whatsapp:+51' || to_char(n, 'FM900000000'), 'twilio', 'SM' || n || '-' || m,
           case when m %% 2 = 0 then 'inbound' else 'outbound' end, case when m %% 2 = 0 then 'user' else 'bot' end,
           case when m %% 2 = 1 then 'agent' end, 'Quería una cita para el viernes a las 10, mensaje número ' || m,
           now() - n * (interval '365 days' / %(n)s) - (9 - m) * interval '1 minute', n >= 50,
           case when m %% 2 = 1 then 'read' end
      from tenants t, generate_series(0, %(n)s - 1) n, generate_series(0, 9) m
    """,
    """
    insert into extracted_events (tenant_id, conversation_id, title, "start", time_zone, status, source, evidence,
        published_revision)
    select m.tenant_id, m.conversation_id, 'Corte y color', m.sent_at + interval '3 days', 'America/Lima',
           case when c.rank <= 200 then 'proposed' else 'confirmed' end, 'batch',
           jsonb_build_array(jsonb_build_object('message_id', m.id, 'slot', 'date', 'quote', 'el viernes')), 1
      from (select x.*, row_number() over (order by x.last_message_at desc) as rank from whatsapp_conversations x
             where x.event_count > 0) c
      join whatsapp_messages m on m.tenant_id = c.tenant_id and m.conversation_id = c.conversation_id
       and m.message_sid like '%%-8'
    """,
    "set session_replication_role = origin",
    "vacuum analyze",
)
FILES = ("hilo.css", "hilo.js", "icon.svg")


async def link(dsn: str, conversations: int) -> str:
    database = await PostgresDatabase.connect(dsn)
    store = Store(database)
    await store.ensure_default_tenant(timezone="America/Lima", locale="es")
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in FILL:
            connection.execute(statement, {"n": conversations} if "%(n)s" in statement else None)
    secret, _ = await make_link(store, name="bench", tenant=None, scopes=[Scope.ADMIN])
    await database.close()
    return secret


def measure(http: httpx.Client, path: str, rounds: int) -> tuple[list[float], int]:
    """Milliseconds of each round after two to warm up, and the bytes of the answer."""
    times: list[float] = []
    size = 0
    for number in range(-2, rounds):
        began = time.perf_counter()
        answer = http.get(path)
        taken = (time.perf_counter() - began) * 1000
        answer.raise_for_status()
        size = len(answer.content) + len(str(answer.headers))
        if number >= 0:
            times.append(taken)
    return times, size


def log_in(http: httpx.Client, secret: str) -> None:
    page = http.get("/login", params={"token": secret}).text
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    answer = http.post("/login", data={"csrf": csrf, "link": secret, "next": "/"})
    assert answer.status_code == 303, answer.text


def run(given: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = embedded.start(Path(folder))
        asyncio.run(migrations.migrate(server.dsn))
        secret = asyncio.run(link(server.dsn, given.conversations))
        environment = {
            "HILO_PORT": str(free_port()), "HILO_DATA_DIR": folder, "HILO_LOG_LEVEL": "warning",
            "HILO_BATCH_INTERVAL_MINUTES": "0", "HILO_TIMEZONE": "America/Lima",
        }  # fmt: skip
        with running_server(environment) as process, httpx.Client(base_url=process.url, timeout=60) as http:
            log_in(http, secret)
            first = http.get("/").text
            conversation = first.split('href="/c/')[1].split('"')[0]
            print(
                f"{given.conversations:,} conversations, {given.conversations * 10:,} messages, {given.rounds} rounds"
            )
            sizes = {}
            for name, path in {
                "first view": "/",
                "conversation": f"/c/{conversation}",
                "to review, filter": "/?filter=review",
                "not read, filter": "/?filter=unprocessed",
                "search": "/?q=Cliente%2077",
                "search, nothing": "/?q=zzzz",
                "review queue": "/review",
                "week": "/calendar",
                "month": "/calendar?view=month",
                "health": "/status",
                "marks (live)": f"/marks?conversation={conversation}",
            }.items():
                times, sizes[name] = measure(http, path, given.rounds)
                p95 = statistics.quantiles(times, n=20)[-1]
                median, kilobytes = statistics.median(times), sizes[name] / 1000
                print(f"  {name:18} median {median:7.1f}   p95 {p95:7.1f} ms   {kilobytes:6.1f} kB")
            files = 0
            for file in FILES:
                with http.stream("GET", f"/static/{file}?v=1", headers={"Accept-Encoding": "gzip"}) as answer:
                    files += sum(len(chunk) for chunk in answer.iter_raw()) + len(str(answer.headers))
            print(f"  first view with its files: {(sizes['first view'] + files) / 1000:.1f} kB transferred")
        server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=30)
    run(parser.parse_args())


if __name__ == "__main__":
    main()
