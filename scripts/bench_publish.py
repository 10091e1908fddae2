"""A backlog of events goes to the calendar within its quota while webhooks come in: how long each webhook takes.

Measured against the same server in the same run while there is no backlog. The first webhooks of a process load its
grammar and are left out of both. Every webhook comes from another customer and is answered by the agent.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
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


async def arrange(dsn: str, count: int, *, first: int) -> None:
    database = await PostgresDatabase.connect(dsn, max_connections=2)
    store = Store(database)
    await store.ensure_default_tenant(timezone="Europe/Madrid", locale="es")
    stored = await store.store_message(
        InboundMessage(
            provider="twilio",
            channel_address=US,
            contact=f"whatsapp:+3460{first:07d}",
            message_sid=uuid4().hex,
            body="citas",
        )
    )
    assert stored.message_id is not None
    run, token = uuid4(), uuid4()
    await store.start_batch_run(run, "cli", tenant=None, dry_run=False)
    state = await store.claim_batch(run, token, BatchScope(everything=True, conversation=stored.conversation))
    start = datetime(2099, 1, 1, tzinfo=UTC)
    changes = [
        create(stored.message_id, start + timedelta(hours=n), title=f"Cita {n}") for n in range(first, first + count)
    ]
    await store.complete_batch(state, token, changes, messages_read=1, conflict_policy="allow", event_minutes=60)
    await database.close()


class Customers:
    """One webhook every `every` seconds, each from another customer, until told to stop."""

    def __init__(self, url: str, twilio: TwilioServer, every: float) -> None:
        self._url, self._twilio, self._every = url, twilio, every
        self._number = 0

    async def write(self, until: asyncio.Event) -> list[float]:
        """The milliseconds that each webhook took. A slow one holds up no other."""
        took: list[float] = []
        async with httpx.AsyncClient(timeout=20) as http, asyncio.TaskGroup() as group:
            while not until.is_set():
                group.create_task(self._one(http, took))
                await asyncio.sleep(self._every)
        return took

    async def for_seconds(self, seconds: float) -> list[float]:
        done = asyncio.Event()
        asyncio.get_running_loop().call_later(seconds, done.set)
        return await self.write(done)

    async def _one(self, http: httpx.AsyncClient, took: list[float]) -> None:
        self._number += 1
        fields = {
            "MessageSid": f"SM{uuid4().hex}", "AccountSid": self._twilio.account_sid, "To": US, "Body": "Hola",
            "From": f"whatsapp:+3461{self._number:07d}", "NumMedia": "0",
        }  # fmt: skip
        body, signature = signed_form(self._url, fields, self._twilio.auth_token)
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        started = time.perf_counter()
        answer = await http.post(self._url, content=body, headers=headers)
        took.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, answer.text


@dataclass
class Phases:
    """Milliseconds of webhooks without and with a backlog, and for how long there was one."""

    before: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)
    seconds: float = 0.0
    busy: list[float] = field(default_factory=lambda: [0.0, 0.0])  # processor seconds of the server, in each
    took: list[float] = field(default_factory=lambda: [0.0, 0.0])


def processor(pid: int) -> float:
    process = psutil.Process(pid)
    return sum(sum(one.cpu_times()[:2]) for one in (process, *process.children(recursive=True)))


async def measure(url: str, pid: int, twilio: TwilioServer, dsn: str, options: argparse.Namespace) -> Phases:
    """In slices that alternate, so that whatever else the machine does falls on both."""
    customers = Customers(f"{url}/api/v1/whatsapp/webhook", twilio, options.every)
    await customers.for_seconds(options.warm_up)
    phases = Phases()
    for slice_ in range(options.slices):
        used, began = processor(pid), time.monotonic()
        phases.before += await customers.for_seconds(options.baseline / options.slices)
        phases.busy[0] += processor(pid) - used
        phases.took[0] += time.monotonic() - began
        await arrange(dsn, options.events // options.slices, first=slice_ * options.events)
        done, started, used = asyncio.Event(), time.monotonic(), processor(pid)
        writing = asyncio.create_task(customers.write(done))
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
            left = 1
            while left:
                await asyncio.sleep(0.5)
                cursor = await connection.execute(
                    "select count(*) from extracted_events where status = 'confirmed' and published_revision < revision"
                )
                left = (await cursor.fetchone() or [0])[0]
        phases.seconds += time.monotonic() - started
        done.set()
        phases.meanwhile += await writing
        phases.busy[1] += processor(pid) - used
        phases.took[1] += time.monotonic() - started
    return phases


def say(what: str, took: list[float]) -> None:
    centiles = statistics.quantiles(took, n=100)
    p50, p95, p99 = (centiles[n - 1] for n in (50, 95, 99))
    print(f"{len(took):5} webhooks {what}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--quota", type=int, default=600, help="requests per minute that the calendar allows")
    parser.add_argument("--latency", type=float, default=0.1, help="of the calendar, in seconds")
    parser.add_argument("--every", type=float, default=0.1, help="seconds between webhooks")
    parser.add_argument("--warm-up", type=float, default=5.0, help="seconds that are not measured")
    parser.add_argument("--baseline", type=float, default=60.0, help="seconds without a backlog")
    parser.add_argument("--slices", type=int, default=10, help="turns of the two")
    options = parser.parse_args()
    sys.setswitchinterval(0.0005)  # the other servers run in this process: they shall not slow down the clock
    folder = SessionFolder()
    postgres = TestServer(folder.path, Path(__file__).resolve().parents[1] / "sql")
    google, twilio = GoogleServer(latency=options.latency), TwilioServer(numbers=[US])
    try:
        with postgres.database() as dsn, tempfile.TemporaryDirectory() as data, google, twilio:
            google.requests_per_minute = options.quota
            port = free_port()
            environment = {
                "HILO_PORT": str(port), "HILO_DATA_DIR": data, "DATABASE_URL": as_url(dsn),
                "HILO_TIMEZONE": "Europe/Madrid",
                "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}", "TWILIO_AUTH_TOKEN": twilio.auth_token,
                "TWILIO_ACCOUNT_SID": twilio.account_sid, "TWILIO_WHATSAPP_NUMBER": US,
                "TWILIO_API_BASE_URL": twilio.url, "GOOGLE_SERVICE_ACCOUNT": json.dumps(google.service_account()),
                "GOOGLE_CALENDAR_ID": CALENDAR, "GOOGLE_API_URL": google.api_url,
                "HILO_GOOGLE_REQUESTS_PER_MINUTE": str(options.quota * 0.9), "HILO_LOG_LEVEL": "error",
            }  # fmt: skip
            server = ServerProcess(environment).start()
            try:
                assert server.process is not None
                phases = asyncio.run(measure(server.url, server.process.pid, twilio, dsn, options))
            finally:
                server.stop()
            refused = sum(status in (403, 429) for _, _, status in google.journal)
            entries = len(google.entries())
            print(f"{options.events} events in {phases.seconds:.0f} s; {entries} entries, {refused} over quota")
            say("without it", phases.before)
            say("meanwhile", phases.meanwhile)
            without, meanwhile = (100 * used / took for used, took in zip(phases.busy, phases.took, strict=True))
            print(f"processor time of the server: {without:.0f} % of one without it, {meanwhile:.0f} % meanwhile")
    finally:
        postgres.close()
        folder.remove()


if __name__ == "__main__":
    main()
