"""Customers write while the server is killed again and again; afterwards nothing may be missing or doubled."""

import contextlib
import datetime as dt
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

from app.store import embedded
from tests.support.servers import ServerProcess, free_port
from tests.support.twilio_server import TwilioServer

US = "whatsapp:+14155238886"
ZONE = "America/Lima"
KEY = "crash-test-key-0123456789"
_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()


@dataclass
class Customer:
    """Asks for one appointment of its own, over several messages; `start` is what the calendar must hold."""

    contact: str
    start: dt.datetime
    lines: list[str]
    sids: list[str] = field(default_factory=list)


def make_customer(n: int) -> Customer:
    day = dt.date.today() + dt.timedelta(days=10 + n // 8)
    start = dt.datetime.combine(day, dt.time(9 + n % 8))
    said = f"el {day.day} de {_MONTHS[day.month - 1]} de {day.year} a las {start:%H}:00"
    lines = random.Random(n).choice(
        [
            ["Hola", "Quiero agendar una cita", said, "Corte de pelo"],
            [f"Hola, quiero agendar un corte de pelo {said}"],
            ["Buenas, necesito una cita para corte de pelo", said],
        ]
    )
    return Customer(contact=f"whatsapp:+5198{n:07d}", start=start, lines=lines)


@dataclass
class Outcome:
    """What happened, and `problems`: each promise that was broken, in words. Empty is what it should be."""

    rounds: int
    customers: int
    messages: int
    acknowledged: int
    backfilled: int
    resumed: int
    problems: list[str]


class CrashRun:
    """`rounds` kills at random moments under a stream of webhooks, each delivered once, twice, or not at all
    (then only the comparison with the provider's list can find it)."""

    def __init__(
        self,
        folder: Path,
        *,
        rounds: int,
        seed: int,
        servers: int = 1,
        say: Callable[[str], None] = print,
        forked: bool = False,
    ):
        self.random = random.Random(seed)
        self.rounds, self.say = rounds, say
        self.data_dir = folder / "data"
        self.twilio = TwilioServer(numbers=[US])
        common = {
            "HILO_DATA_DIR": str(self.data_dir), "HILO_TIMEZONE": ZONE, "HILO_API_KEY": KEY,
            "TWILIO_ACCOUNT_SID": self.twilio.account_sid, "TWILIO_AUTH_TOKEN": self.twilio.auth_token,
            "TWILIO_WHATSAPP_NUMBER": US, "TWILIO_API_BASE_URL": self.twilio.url,
            "HILO_REPLY_QUIET_SECONDS": "0.2", "HILO_REPLY_MAX_WAIT_SECONDS": "1", "HILO_LEASE_SECONDS": "2",
            "HILO_BATCH_INTERVAL_MINUTES": "0.02", "HILO_BATCH_QUIET_MINUTES": "0.01",
            "HILO_BACKFILL_INTERVAL_MINUTES": "0.05", "HILO_LOG_FORMAT": "json",
        }  # fmt: skip
        self.servers = []
        for n in range(servers):
            port = free_port()
            own = {"HILO_PORT": str(port), "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}"}
            self.servers.append(ServerProcess(common | own, log=folder / f"server{n}.log", forked=forked))
        self.customers: list[Customer] = []
        self.acknowledged: set[str] = set()
        self.stopping = threading.Event()

    def run(self) -> Outcome:
        with self.twilio, self._database() as dsn:
            for server in self.servers:
                server.start()
            writers = [threading.Thread(target=self._write, args=(n,), daemon=True) for n in range(4)]
            for writer in writers:
                writer.start()
            try:
                self._disturb()
                self.stopping.set()
                for writer in writers:
                    writer.join(60)
                self._settle(dsn)
            finally:
                self.stopping.set()
                for server in self.servers:
                    server.stop()
            return self._check(dsn)

    @contextlib.contextmanager
    def _database(self) -> Iterator[str]:
        """Held open over all kills, so that the database goes on; its own crashes are another test."""
        with embedded.start(self.data_dir) as database:
            yield database.dsn

    def _disturb(self) -> None:
        for n in range(self.rounds):
            time.sleep(self.random.uniform(0.05, 4.0))
            server = self.random.choice(self.servers)
            server.kill()
            server.start()
            self.say(f"kill {n + 1}/{self.rounds}: {len(self.customers)} customers so far")

    def _write(self, writer: int) -> None:
        own = random.Random(self.random.random() + writer)
        n = writer
        while not self.stopping.is_set():
            customer = make_customer(n)
            self.customers.append(customer)
            n += 4
            for line in customer.lines:
                url = f"{own.choice(self.servers).url}/api/v1/whatsapp/webhook"
                sid = self.twilio.inbound(from_=customer.contact, to=US, body=line)["form"]["MessageSid"]
                customer.sids.append(sid)
                for _ in range(own.choice([0, 1, 1, 1, 1, 2])):
                    answer = self.twilio.inbound(from_=customer.contact, to=US, body=line, sid=sid, url=url)
                    if answer["status"] == 200:
                        self.acknowledged.add(sid)
                time.sleep(own.uniform(0.0, 0.4))
            time.sleep(own.uniform(0.0, 0.3))

    def _settle(self, dsn: str) -> None:
        """Wait until everything is answered, sent and processed."""
        deadline = time.monotonic() + 120
        with psycopg.connect(dsn, autocommit=True) as connection:
            while time.monotonic() < deadline:
                stored = connection.execute(
                    "select count(*) from whatsapp_messages where direction = 'inbound'"
                ).fetchone()
                waiting = connection.execute(
                    """select (select count(*) from whatsapp_conversations
                                where reply_due_at is not null or unprocessed_since is not null)
                            + (select count(*) from whatsapp_messages where delivery_status in ('queued', 'sending'))"""
                ).fetchone()
                assert stored is not None
                assert waiting is not None
                if stored[0] == sum(len(c.sids) for c in self.customers) and waiting[0] == 0:
                    return
                time.sleep(0.3)
                httpx.post(
                    f"{self.servers[0].url}/api/v1/whatsapp/process-conversations",
                    headers={"Authorization": f"Bearer {KEY}"},
                    json={},
                    timeout=30,
                )
        self.say("did not settle in time")

    def _check(self, dsn: str) -> Outcome:
        problems: list[str] = []
        with psycopg.connect(dsn, row_factory=dict_row) as connection:
            rows = connection.execute("select * from whatsapp_messages order by seq").fetchall()
            conversations = connection.execute("select * from whatsapp_conversations").fetchall()
            events = connection.execute("select * from extracted_events").fetchall()
        inbound = Counter(row["message_sid"] for row in rows if row["direction"] == "inbound")
        problems += [f"message {sid} stored {n} times" for sid, n in inbound.items() if n > 1]
        problems += [f"acknowledged message {sid} is not stored" for sid in self.acknowledged - set(inbound)]
        missing = {sid for customer in self.customers for sid in customer.sids} - set(inbound)
        problems += [f"message {sid} is in the provider's list and not in the store" for sid in missing]
        problems += [f"message {row['id']} is not processed" for row in rows if not row["processed"]]
        problems += self._check_answers(rows, conversations)
        problems += self._check_events(events, rows)
        return Outcome(
            rounds=self.rounds,
            customers=len(self.customers),
            messages=len(inbound),
            acknowledged=len(self.acknowledged),
            backfilled=sum(row["backfilled"] for row in rows),
            resumed=sum(row["send_attempts"] > 1 for row in rows),
            problems=problems,
        )

    def _check_answers(self, rows: list[dict[str, Any]], conversations: list[dict[str, Any]]) -> list[str]:
        problems: list[str] = []
        for conversation in conversations:
            contact = conversation["conversation_id"]
            own = [row for row in rows if row["conversation_id"] == contact]
            last = max((row["seq"] for row in own if row["direction"] == "inbound"), default=0)
            if conversation["answered_seq"] < last:
                problems.append(f"{contact}: message {last} was never answered ({conversation['reply_error']})")
            answers = Counter(row["answers_seq"] for row in own if row["direction"] == "outbound")
            problems += [f"{contact}: message {seq} has {n} answers" for seq, n in answers.items() if n > 1]
        sent = Counter((message.to, message.body) for message in self.twilio.sent)
        stored = Counter((row["conversation_id"], row["body"]) for row in rows if row["direction"] == "outbound")
        problems += [
            f"sent {n} times, stored {stored[key]} times: {key}" for key, n in sent.items() if n != stored[key]
        ]
        problems += [f"stored and never sent: {key}" for key in stored.keys() - sent.keys()]
        return problems

    def _check_events(self, events: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[str]:
        problems: list[str] = []
        for customer in self.customers:
            own = [e for e in events if e["conversation_id"] == customer.contact and e["status"] != "cancelled"]
            starts = [e["start"].astimezone(dt.timezone(dt.timedelta(hours=-5))).replace(tzinfo=None) for e in own]
            said = sorted((r["sent_at"], r["seq"], r["role"], r["body"]) for r in rows
                          if r["conversation_id"] == customer.contact)  # fmt: skip
            talk = "".join(f"\n    {seq} {at:%H:%M:%S.%f} {role}: {body}" for at, seq, role, body in said)
            if starts != [customer.start]:
                problems.append(f"{customer.contact}: wanted {customer.start}, got {[str(s) for s in starts]}{talk}")
            problems += [
                f"event {e['id']} is only proposed: {e['reason']}{talk}" for e in own if e["status"] == "proposed"
            ]
        return problems
