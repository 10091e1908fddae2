"""A backlog of events goes to the calendar within its quota while webhooks come in: how long each takes."""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.models import InboundMessage
from app.store.batch import BatchScope
from app.store.postgres import PostgresDatabase
from app.store.store import Store
from tests.cli.conftest import as_url
from tests.support.changes import create
from tests.support.google_server import CALENDAR, GoogleServer
from tests.support.postgres import SessionFolder, TestServer
from tests.support.servers import ServerProcess, free_port, signed_form
from tests.support.twilio_server import TwilioServer

US = "whatsapp:+14155238886"


async def arrange(dsn: str, count: int) -> None:
    database = await PostgresDatabase.connect(dsn, max_connections=2)
    store = Store(database)
    await store.ensure_default_tenant(timezone="Europe/Madrid", locale="es")
    stored = await store.store_message(
        InboundMessage(
            provider="twilio",
            channel_address=US,
            contact="whatsapp:+34600000000",
            message_sid=uuid4().hex,
            body="citas",
        )
    )
    assert stored.message_id is not None
    run, token = uuid4(), uuid4()
    await store.start_batch_run(run, "cli", tenant=None, dry_run=False)
    state = await store.claim_batch(run, token, BatchScope(everything=True, conversation=stored.conversation))
    start = datetime(2099, 1, 1, tzinfo=UTC)
    changes = [create(stored.message_id, start + timedelta(hours=n), title=f"Cita {n}") for n in range(count)]
    await store.complete_batch(state, token, changes, messages_read=1, conflict_policy="allow", event_minutes=60)
    await database.close()


async def webhooks(url: str, twilio: TwilioServer, every: float, until: asyncio.Event) -> list[float]:
    """Milliseconds that each webhook took, one `every` seconds."""
    took: list[float] = []
    async with httpx.AsyncClient(timeout=20) as http:
        while not until.is_set():
            fields = {
                "MessageSid": f"SM{uuid4().hex}", "AccountSid": twilio.account_sid, "To": US, "Body": "Hola",
                "From": f"whatsapp:+3461{len(took):07d}", "NumMedia": "0",
            }  # fmt: skip
            body, signature = signed_form(url, fields, twilio.auth_token)
            headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
            started = time.perf_counter()
            answer = await http.post(url, content=body, headers=headers)
            took.append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200, answer.text
            await asyncio.sleep(every)
    return took


async def measure(server: ServerProcess, twilio: TwilioServer, dsn: str, every: float) -> tuple[float, list[float]]:
    done, started = asyncio.Event(), time.monotonic()
    task = asyncio.create_task(webhooks(f"{server.url}/api/v1/whatsapp/webhook", twilio, every, done))
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        left = 1
        while left:
            await asyncio.sleep(0.5)
            cursor = await connection.execute(
                "select count(*) from extracted_events where status = 'confirmed' and published_revision < revision"
            )
            left = (await cursor.fetchone() or [0])[0]
    took = time.monotonic() - started
    done.set()
    return took, await task


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--quota", type=int, default=600, help="requests per minute that the calendar allows")
    parser.add_argument("--latency", type=float, default=0.1, help="of the calendar, in seconds")
    parser.add_argument("--every", type=float, default=0.1, help="seconds between webhooks")
    options = parser.parse_args()
    folder = SessionFolder()
    postgres = TestServer(folder.path, Path(__file__).resolve().parents[1] / "sql")
    google, twilio = GoogleServer(latency=options.latency), TwilioServer(numbers=[US])
    try:
        with postgres.database() as dsn, tempfile.TemporaryDirectory() as data, google, twilio:
            asyncio.run(arrange(dsn, options.events))
            google.requests_per_minute = options.quota
            port = free_port()
            environment = {
                "HILO_PORT": str(port), "HILO_DATA_DIR": data, "DATABASE_URL": as_url(dsn), "HILO_TIMEZONE": "Europe/Madrid",
                "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}", "TWILIO_AUTH_TOKEN": twilio.auth_token,
                "TWILIO_ACCOUNT_SID": twilio.account_sid, "TWILIO_WHATSAPP_NUMBER": US,
                "TWILIO_API_BASE_URL": twilio.url, "GOOGLE_SERVICE_ACCOUNT": json.dumps(google.service_account()),
                "GOOGLE_CALENDAR_ID": CALENDAR, "GOOGLE_API_URL": google.api_url,
                "HILO_GOOGLE_REQUESTS_PER_MINUTE": str(options.quota * 0.9), "HILO_LOG_LEVEL": "error",
            }  # fmt: skip
            server = ServerProcess(environment).start()
            try:
                took, answered = asyncio.run(measure(server, twilio, dsn, options.every))
            finally:
                server.stop()
            refused = sum(status in (403, 429) for _, _, status in google.journal)
            centiles = statistics.quantiles(answered, n=100)
            print(f"{options.events} events in {took:.0f} s; {len(google.entries())} entries, {refused} over quota")
            print(f"{len(answered)} webhooks meanwhile: p50 {centiles[49]:.1f} ms, p95 {centiles[94]:.1f} ms")
    finally:
        postgres.close()
        folder.remove()


if __name__ == "__main__":
    main()
