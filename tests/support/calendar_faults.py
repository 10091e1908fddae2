"""Random lives of events between a chat that moves them, people who edit the calendar, and publishers that die.

Each event is one schedule: chat and people act on it in random order while two publishers write and changes are read;
calls to the calendar fail before, during and after they are done, some are done late; the publishers' processes die
between any two calls of the database, also with the answer lost, and leave their requests to the calendar wherever
these are. Then everything is let run out, and `run` says what is wrong.

Nothing waits for a clock: between two acts the publishers get as far as the dice say, counted in calls of the database,
and pauses and leases run out when the dice say so.
"""

import asyncio
import contextlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID, uuid4

import psycopg

from app.calendars.google import GoogleCalendar
from app.calendars.google_access import Grant, service_account
from app.calendars.google_entry import differences, wanted
from app.errors import HiloError, StoreUnavailable
from app.models import Event, EventStatus, InboundMessage, Tenant
from app.services.calendar_sync import CalendarSync
from app.services.publisher import Publisher
from app.store.batch import BatchScope
from app.store.database import Database
from app.store.events import Decision, PublishClaim
from app.store.postgres import PostgresDatabase
from app.store.store import Store
from tests.support.changes import create
from tests.support.google_entries import GoogleCalendarState
from tests.support.google_server import CALENDAR, GoogleServer

START = datetime(2099, 3, 2, 9, 0, tzinfo=UTC)
FIELDS = ("title", "time", "place")


class MortalDatabase:
    """A process's connection: after `calls` calls the process is dead; the last one may still be done."""

    name = "mortal"

    def __init__(self, database: Database, dice: random.Random, called: Callable[[], None]) -> None:
        self._database, self._dice, self._called = database, dice, called
        self.left = dice.randrange(4, 60)

    async def call(self, function: str, params: Mapping[str, Any]) -> Any:
        self._called()
        self.left -= 1
        if self.left < 0 or (self.left == 0 and self._dice.random() < 0.5):
            raise StoreUnavailable("dead")
        answer = await self._database.call(function, params)
        if self.left == 0:
            raise StoreUnavailable("dead")
        return answer

    async def close(self) -> None:
        pass


@dataclass
class Life:
    """What must be true of one event at the end. `claims`: what people wrote that nobody has knowingly overruled."""

    id: UUID
    claims: dict[str, str] = field(default_factory=dict)
    deleted: bool = False
    story: list[str] = field(default_factory=list)


class FaultRun:
    """One database and one calendar server for any number of runs, each from a clean slate.

    `deaths`: of publishers; `cut`: writes that these left in the middle.
    """

    def __init__(self, dsn: str, google: GoogleServer, *, rounds: int = 6, fault_rate: float = 0.25) -> None:
        self.dsn, self.google, self.rounds, self._fault_rate = dsn, google, rounds, fault_rate
        self.deaths = self.cut = self.sync_runs = self.actions = 0
        self._number = self._calls = 0

    async def __aenter__(self) -> Self:
        self._database = await PostgresDatabase.connect(self.dsn, max_connections=6)
        self._admin = await psycopg.AsyncConnection.connect(self.dsn, autocommit=True)
        self.store = Store(self._database)
        grant = service_account(json.dumps(self.google.service_account()))

        async def grants(_: Tenant) -> Grant:
            return grant

        self.calendar = GoogleCalendar(
            grants,
            default_calendar=CALENDAR,
            api_url=self.google.api_url,
            http_seconds=1.0,
            concurrency=4,
            requests_per_minute=1e6,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.calendar.aclose()
        await self._admin.close()
        await self._database.close()

    async def run(self, schedules: int, *, seed: int) -> list[str]:
        """Returns what is wrong, a line each."""
        self.dice = random.Random(seed)
        await self._admin.execute("truncate tenants, whatsapp_messages, extracted_events, batch_runs cascade")
        with self.google.lock:
            self.google.dice = random.Random(seed + 1)
            self.google.calendars = {CALENDAR: GoogleCalendarState(CALENDAR)}
        self.tenant = await self.store.ensure_default_tenant(timezone="Europe/Madrid", locale="es")
        lives = [Life(id_) for id_ in await self._arrange(schedules)]
        self.google.fault_rate = self._fault_rate
        tasks = [asyncio.create_task(self._publisher()) for _ in range(2)]
        tasks.append(asyncio.create_task(self._reader()))
        try:
            for _ in range(self.rounds):
                for life in lives:
                    await self._act(life)
                    await self._meanwhile()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._run_out()
        return [problem for life in lives for problem in await self._problems(life)]

    # -- who acts ------------------------------------------------------------------------------------------------------

    async def _act(self, life: Life) -> None:
        roll = self.dice.random()
        self.actions += 1
        if roll < 0.5:
            await self._chat(life)
        elif roll < 0.85:
            self._person(life)

    async def _chat(self, life: Life) -> None:
        event = await self.store.get_event(self.tenant.id, life.id)
        roll, patch = self.dice.random(), {}
        decision, touched = Decision.CORRECT, None
        if event.status is EventStatus.CANCELLED:
            decision = Decision.APPROVE
            if roll < 0.5:
                return
        elif roll < 0.2:
            decision = Decision.CANCEL
        elif roll < 0.6:
            touched, patch = "time", {"start": event.start + timedelta(hours=self.dice.randrange(1, 50))}
        elif roll < 0.8:
            touched, patch = "title", {"title": f"Chat {self._next()}"}
        else:
            touched, patch = "place", {"location": f"Sala {self._next()}"}
        values = self._values(event)
        decided = await self.store.decide_event(
            self.tenant.id, life.id, decision, patch=patch, expected_revision=event.revision, force=True, by="chat"
        )
        if decided.outcome != "done":
            return
        life.story.append(f"chat {decision} {patch} r{decided.event.revision}")
        if decision is Decision.CANCEL:
            life.claims.clear()
        elif decision is Decision.APPROVE:
            life.claims.clear()
            life.deleted = False
        elif touched and life.claims.get(touched) == values[touched]:
            del life.claims[touched]  # the chat knew what it changed

    def _person(self, life: Life) -> None:
        with self.google.lock:
            alive = [e for e in self.google.entries() if self._of(e, life)]
            if not alive:
                return
            entry, roll = self.dice.choice(alive), self.dice.random()
            if roll < 0.12:
                self.google.person_deletes(entry["id"])
                life.deleted = True
                life.claims.clear()
                life.story.append(f"person deletes {entry['id'][-3:]}")
                return
            if roll < 0.4:
                what, change = "title", {"summary": f"Persona {self._next()}"}
            elif roll < 0.7:
                start = START + timedelta(minutes=15 * self.dice.randrange(1, 9000))
                what = "time"
                change = {"start": _at(start), "end": _at(start + timedelta(minutes=45))}
            elif roll < 0.85:
                what, change = "place", {"location": f"Calle {self._next()}"}
            elif roll < 0.95:
                what, change = "text", {"description": f"Nota {self._next()}"}
            else:
                what, change = "", {"colorId": str(self.dice.randrange(1, 12))}
            self.google.person_edits(entry["id"], **change)
            if what:
                life.claims[what] = self._entry_values(self.google.calendar.entries[entry["id"]])[what]
            life.story.append(f"person {change} in {entry['id'][-3:]}")

    async def _meanwhile(self) -> None:
        """The publishers get a few calls further; now and then a pause is over, or the lease of one at work."""
        roll = self.dice.random()
        if roll < 0.12:
            await self._admin.execute(
                "update extracted_events set calendar_next_at = null where calendar_next_at < 'infinity'"
            )
        elif roll < 0.24:
            await self._admin.execute(
                "update extracted_events set calendar_lease_until = now() - interval '1 second'"
                " where calendar_lease_until is not null and random() < 0.2"
            )
        until = self._calls + self.dice.randrange(0, 9)
        for _ in range(50):
            if self._calls >= until:
                return
            await asyncio.sleep(0.001)

    def _called(self) -> None:
        self._calls += 1

    async def _publisher(self) -> None:
        """One life after the other."""
        while True:
            database = MortalDatabase(self._database, self.dice, self._called)
            publisher = Publisher(
                Store(database), self.calendar, lease_seconds=1.0, call_seconds=0.9, conflict_policy="allow"
            )
            tasks: set[asyncio.Task[None]] = set()
            while database.left > 0:
                with contextlib.suppress(HiloError):
                    piece, _ = await publisher.claim()
                    if piece is None:
                        database.left -= 1
                        await asyncio.sleep(0.005)
                    else:
                        task = asyncio.create_task(_quiet(publisher, piece))
                        tasks.add(task)
                        task.add_done_callback(tasks.discard)
                        if len(tasks) >= 3:
                            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            self.deaths += 1
            self.cut += len(tasks)
            for task in tasks:
                task.cancel()

    async def _reader(self) -> None:
        while True:
            await asyncio.sleep(self.dice.random() * 0.1)
            with contextlib.suppress(HiloError):
                await self._sync()

    async def _sync(self) -> None:
        self.sync_runs += 1
        reading = CalendarSync(self.store, self.calendar, interval_seconds=0.0, lease_seconds=5.0, pause_seconds=0.005)
        await reading.sync(self.tenant)

    async def _run_out(self) -> None:
        self.google.fault_rate = 0.0
        await asyncio.sleep(0.1)  # what is done late, is done
        publisher = Publisher(self.store, self.calendar, lease_seconds=60, call_seconds=50, conflict_policy="allow")
        for _ in range(4):
            await self._admin.execute(
                "update extracted_events set calendar_next_at = null, calendar_lease_until = null"
            )
            await self._admin.execute("update calendar_connections set sync_lease_until = null")
            while (piece := (await publisher.claim())[0]) is not None:
                await publisher.work(piece)
            await self._sync()

    # -- what must be true ---------------------------------------------------------------------------------------------

    async def _problems(self, life: Life) -> list[str]:
        event = await self.store.get_event(self.tenant.id, life.id)
        alive = [e for e in self.google.entries() if self._of(e, life)]
        found = []
        if event.status is EventStatus.CANCELLED:
            if alive:
                found.append("cancelled, and still in the calendar")
            if not life.deleted and event.calendar_state == "removed":
                found.append("taken for deleted")
        elif len(alive) != 1:
            found.append(f"{event.status}, and {len(alive)} times in the calendar")
        else:
            if life.deleted:
                found.append("written again after a person deleted it")
            shown = self.google.calendar.shown(alive[0]["id"])
            wish = wanted(event, self.tenant, event_minutes=60, link=None)
            if other := differences(shown, wish, self.tenant.zone):
                found.append(f"calendar and store differ: {other}")
            now = self._entry_values(shown)
            found += [f"lost: {f} {value!r}, is {now[f]!r}" for f, value in life.claims.items() if now[f] != value]
        # What was cancelled before anybody began to write it is nobody's business.
        never = event.status is EventStatus.CANCELLED and event.calendar_event_id is None
        if event.published_revision < event.revision and not never:
            found.append(f"revision {event.revision} is not written: {event.calendar_error}")
        return [f"{life.id} {problem}; {' | '.join(life.story)}" for problem in found]

    def _of(self, entry: Mapping[str, Any], life: Life) -> bool:
        return str(entry["id"]).startswith(f"hilo{life.id.hex}")

    def _values(self, event: Event) -> dict[str, str]:
        end = event.end or event.start + timedelta(minutes=60)
        return {
            "title": event.title,
            "time": f"{event.start.timestamp()}-{end.timestamp()}",
            "place": event.location or "",
        }

    def _entry_values(self, entry: dict[str, Any]) -> dict[str, str]:
        start, end = self.google.calendar.span(entry)
        return {
            "title": entry.get("summary", ""),
            "time": f"{start.timestamp()}-{end.timestamp()}",
            "place": entry.get("location", ""),
            "text": entry.get("description", ""),
        }

    def _next(self) -> int:
        self._number += 1
        return self._number

    async def _arrange(self, count: int) -> list[UUID]:
        stored = await self.store.store_message(
            InboundMessage(
                provider="twilio",
                channel_address="whatsapp:+34910000001",
                contact=f"whatsapp:+346{self.dice.randrange(10**7, 10**8)}",
                message_sid=uuid4().hex,
                body="citas",
            )
        )
        assert stored.message_id is not None
        run, token = uuid4(), uuid4()
        await self.store.start_batch_run(run, "cli", tenant=None, dry_run=False)
        state = await self.store.claim_batch(run, token, BatchScope(everything=True, conversation=stored.conversation))
        changes = [create(stored.message_id, START + timedelta(hours=n), title=f"Cita {n}") for n in range(count)]
        await self.store.complete_batch(
            state, token, changes, messages_read=1, conflict_policy="allow", event_minutes=60
        )
        return [change.event_id for change in changes]


def _at(moment: datetime) -> dict[str, Any]:
    return {"dateTime": moment.isoformat(), "timeZone": "Europe/Madrid", "date": None}


async def _quiet(publisher: Publisher, piece: PublishClaim) -> None:
    with contextlib.suppress(HiloError):
        await publisher.work(piece)
