"""Random lives of events between a chat that moves them, people who edit the calendar, and publishers that die.

Each event is one schedule: the chat, the inbox and people in the calendar act on it in random order while two
publishers write and changes are read. Strangers' entries lie in its way; the access is taken away and given back. Calls
to the calendar fail before, during and after they are done, some are done late; the publishers' processes die between
any two calls of the database, also with the answer lost, and leave their requests to the calendar wherever these are.
Then everything is let run out, and `run` says what is wrong.

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

from app.calendars.base import entry_id
from app.calendars.google import GoogleCalendar
from app.calendars.google_access import Grant, service_account
from app.calendars.google_entry import differences, wanted
from app.errors import HiloError, StoreUnavailable
from app.models import (
    ChangeAction,
    Event,
    EventChange,
    EventDraft,
    EventStatus,
    Evidence,
    InboundMessage,
    Tenant,
)
from app.services.calendar.publisher import Publisher
from app.services.calendar.sync import CalendarSync
from app.services.wake import ending
from app.store.batch import BatchOutcome, BatchScope, BatchState
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
    """What must be true of one event at the end. `claims`: what people wrote that nobody has knowingly overruled.
    `deleted`: by a person, since it was last asked for; `must_review`: although the chat agreed on something that the
    entry did not show."""

    id: UUID
    claims: dict[str, str] = field(default_factory=dict)
    deleted: bool = False
    must_review: bool = False
    story: list[str] = field(default_factory=list)


class FaultRun:
    """One database and one calendar server for any number of runs, each from a clean slate.

    `deaths`: of publishers; `cut`: writes that these left in the middle; `outages`: times without access; `reviewed`:
    events that a person has to decide about at the end.
    """

    def __init__(self, dsn: str, google: GoogleServer, *, rounds: int = 6, fault_rate: float = 0.25) -> None:
        self.dsn, self.google, self.rounds, self._fault_rate = dsn, google, rounds, fault_rate
        self.deaths = self.cut = self.sync_runs = self.actions = self.outages = self.reviewed = 0
        self._away = False
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

    async def run(self, schedules: int, *, seed: int, policy: str | None = None) -> list[str]:
        """Returns what is wrong, a line each. `policy`: for conflicts; else the dice choose."""
        self.dice = random.Random(seed)
        self.policy = policy or self.dice.choice(["allow", "review", "refuse"])
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
                    self._access()
                    await self._act(life)
                    await self._meanwhile()
        finally:
            self._access(back=True)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._run_out()
        return [problem for life in lives for problem in await self._problems(life)] + await self._unseen()

    # -- who acts ------------------------------------------------------------------------------------------------------

    async def _act(self, life: Life) -> None:
        roll = self.dice.random()
        self.actions += 1
        if roll < 0.5:
            await self._chat(life)
        elif roll < 0.85:
            await self._person(life)
        elif roll < 0.9:
            self._stranger(life)

    def _access(self, *, back: bool = False) -> None:
        """Now and then the access is taken from us, and given back some acts later."""
        google = self.google
        if back or (self._away and self.dice.random() < 0.1):
            self._away = False
            google.revoked = google.unshared = False
            google.calendar.role = "writer"
        elif not self._away and self.dice.random() < 0.02:
            self._away = True
            self.outages += 1
            match self.dice.randrange(3):
                case 0:
                    google.revoked = True
                case 1:
                    google.unshared = True
                case 2:
                    google.calendar.role = "reader"

    async def _chat(self, life: Life) -> None:
        """The chat, or a person in the inbox: a move, another name or place, an end, or a new beginning."""
        state = token = None
        if talk := self.dice.random() < 0.5:
            state, token = await self._said()
        event = await self.store.get_event(self.tenant.id, life.id)
        roll, patch = self.dice.random(), {}
        decision, touched = Decision.CORRECT, None
        if event.status is EventStatus.CANCELLED or (event.status is EventStatus.PROPOSED and roll < 0.5):
            decision = Decision.APPROVE
            if self.dice.random() < 0.5:
                if state and token:
                    await self.store.release_batch(state.conversation.id, token)
                return
        elif roll < 0.2:
            decision = Decision.CANCEL
        elif roll < 0.6:
            touched, patch = "time", {"start": event.start + timedelta(hours=self.dice.randrange(1, 50))}
        elif roll < 0.8:
            touched, patch = "title", {"title": f"Chat {self._next()}"}
        else:
            touched, patch = "place", {"location": f"Sala {self._next()}"}
        if talk:
            assert state is not None
            assert token is not None
            after = await self._conclude(state, token, event, decision, patch)
        else:
            decided = await self.store.decide_event(
                self.tenant.id, life.id, decision, patch=patch, expected_revision=event.revision, force=True, by="x"
            )
            after = decided.event if decided.outcome == "done" else None
        if after is None or after.revision == event.revision:
            return
        life.story.append(f"{'chat' if talk else 'inbox'} {decision} {patch} r{after.revision} {after.status}")
        self._expect(life, event, after)
        values = self._values(event)
        if touched and life.claims.get(touched) == values[touched]:
            del life.claims[touched]  # whoever changed it knew what it was

    def _expect(self, life: Life, before: Event, after: Event) -> None:
        """What a deletion by a person means from now on."""
        if after.status is EventStatus.CANCELLED:
            life.must_review = False
        elif before.status is EventStatus.CANCELLED or before.calendar_event_id is None:
            life.deleted = life.must_review = False  # asked for anew, and not the entry that was deleted
        elif life.deleted and after.status is EventStatus.CONFIRMED:
            life.must_review = True

    async def _said(self) -> tuple[BatchState, UUID]:
        """A message of the customer, and the batch that reads it."""
        self._messages += 1
        stored = await self.store.store_message(_message(self._contact))
        assert stored.message_id is not None
        self._message_id = stored.message_id
        run, token = uuid4(), uuid4()
        await self.store.start_batch_run(run, "cli", tenant=None, dry_run=False)
        scope = BatchScope(everything=True, conversation=stored.conversation)
        # A publisher that records what a person did may have the conversation's row at this moment.
        while (state := await self.store.claim_batch(run, token, scope)) is None:
            await asyncio.sleep(0.002)
        return state, token

    async def _conclude(
        self, state: BatchState, token: UUID, event: Event, decision: Decision, patch: Mapping[str, Any]
    ) -> Event | None:
        proof = (Evidence(message_id=self._message_id, slot="settled", quote="vale"),)
        move = EventDraft(
            title=event.title, start=event.start, end=event.end, all_day=event.all_day, location=event.location,
            time_zone=event.time_zone, evidence=proof,
        )  # fmt: skip
        if "start" in patch and event.end:
            patch = {**patch, "end": patch["start"] + (event.end - event.start)}
        cancel = decision is Decision.CANCEL
        change = EventChange(
            action=ChangeAction.CANCEL if cancel else ChangeAction.UPDATE,
            event_id=event.id,
            draft=None if cancel else move.model_copy(update=dict(patch)),
            evidence=proof if cancel else (),
            expected_revision=event.revision,
        )
        done = await self.store.complete_batch(
            state, token, [change], messages_read=self._messages, conflict_policy=self.policy, event_minutes=60
        )
        if done.outcome is not BatchOutcome.COMPLETED:
            await self.store.release_batch(state.conversation.id, token)
            return None
        return next((one for one in done.events if one.id == event.id), None)

    async def _person(self, life: Life) -> None:
        event = await self.store.get_event(self.tenant.id, life.id)
        with self.google.lock:
            alive = [e for e in self.google.entries() if self._of(e, life)]
            if not alive:
                return
            entry, roll = self.dice.choice(alive), self.dice.random()
            if roll < 0.12:
                self.google.person_deletes(entry["id"])
                life.story.append(f"person deletes {entry['id'][-3:]}")
                if entry["id"] != entry_id(life.id, event.calendar_generation):
                    return  # one that is to go anyway: the chat has asked for it anew since
                shown, asked = self._entry_values(entry), self._values(event)
                unseen = any(shown[f] != asked[f] for f in FIELDS if f not in life.claims)
                life.must_review = event.status is EventStatus.CONFIRMED and event.published_revision > 0 and unseen
                life.deleted = True
                life.claims.clear()
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

    def _stranger(self, life: Life) -> None:
        """Somebody puts something of their own over an appointment, or where it may move to; or takes it away."""
        with self.google.lock:
            others = [e for e in self.google.entries() if not e["id"].startswith("hilo")]
            if others and self.dice.random() < 0.3:
                self.google.person_deletes(self.dice.choice(others)["id"])
                return
            ours = [e for e in self.google.entries() if self._of(e, life)]
            start = self.google.calendar.span(ours[0])[0].astimezone(UTC) if ours else START
            start += timedelta(minutes=30 * self.dice.randrange(-3, 40))
            self.google.person_adds(summary="Médico", start=_at(start), end=_at(start + timedelta(hours=1)))

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
        elif roll < 0.3:
            await self._admin.execute("update calendar_connections set probe_at = null")
        until = self._calls + self.dice.randrange(0, 9)
        for _ in range(50):
            if self._calls >= until:
                return
            await asyncio.sleep(0.001)

    def _called(self) -> None:
        self._calls += 1

    async def _publisher(self) -> None:
        """One life after the other."""
        while not ending():
            database = MortalDatabase(self._database, self.dice, self._called)
            publisher = Publisher(
                Store(database),
                self.calendar,
                shared=self.calendar,
                lease_seconds=1.0,
                call_seconds=0.9,
                conflict_policy=self.policy,
            )
            tasks: set[asyncio.Task[None]] = set()
            while database.left > 0 and not ending():
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
        while not ending():
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
        publisher = Publisher(
            self.store,
            self.calendar,
            shared=self.calendar,
            lease_seconds=60,
            call_seconds=50,
            conflict_policy=self.policy,
        )
        for _ in range(4):
            await self._admin.execute(
                "update extracted_events set calendar_next_at = null, calendar_lease_until = null"
            )
            await self._admin.execute("update calendar_connections set sync_lease_until = null, probe_at = null")
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
            if life.must_review:
                found.append("what the chat agreed vanished with the entry")
        elif event.status is EventStatus.PROPOSED:
            self.reviewed += 1
            if len(alive) != await self._stands(event):
                found.append(f"proposed, thought to stand: {not alive}, {len(alive)} times in the calendar")
            if event.reason not in ("calendar_conflict", "calendar_removed"):
                found.append(f"proposed without a reason: {event.reason}")
            if event.reason == "calendar_conflict" and self.policy == "allow":
                found.append("a conflict where overlaps are allowed")
        elif len(alive) != 1:
            found.append(f"{event.status}, and {len(alive)} times in the calendar")
        elif life.deleted:
            found.append("written again after a person deleted it")
        else:
            shown = self.google.calendar.shown(alive[0]["id"])
            wish = wanted(event, self.tenant, event_minutes=60, link=None)
            if other := differences(shown, wish, self.tenant.zone):
                found.append(f"calendar and store differ: {other}")
        # What people wrote is in the calendar, or where it is no more, in the event.
        now = self._entry_values(self.google.calendar.shown(alive[0]["id"])) if alive else self._values(event)
        found += [f"lost: {f} {value!r}, is {now[f]!r}" for f, value in life.claims.items() if now[f] != value]
        # What was cancelled before anybody began to write it is nobody's business; a proposal waits for a person.
        never = event.status is EventStatus.CANCELLED and event.calendar_event_id is None
        waits = event.status is EventStatus.PROPOSED
        if event.published_revision < event.revision and not never and not waits:
            found.append(f"revision {event.revision} is not written: {event.calendar_error}")
        return [f"{life.id} {event.status} {problem}; {' | '.join(life.story)}" for problem in found]

    async def _stands(self, event: Event) -> bool:
        """Whether the store thinks so."""
        cursor = await self._admin.execute(
            "select e.calendar_stands is not null from extracted_events e where e.id = %s", [event.id]
        )
        return bool((await cursor.fetchone() or [False])[0])

    async def _unseen(self) -> list[str]:
        """Hours that the calendar shows as taken and nobody would be told of."""
        found = []
        for entry in self.google.entries():
            start, end = self.google.calendar.span(entry)
            known = await self.store.busy(self.tenant.id, start, end, event_minutes=60)
            if not any(b.start <= start and b.end >= end for b in known):
                elsewhere = await self.calendar.busy(self.tenant, start, end)
                if not any(b.start <= start and b.end >= end for b in elsewhere):
                    found.append(f"not seen as busy: {entry['id']} {start} {end}")
        return found

    def _of(self, entry: Mapping[str, Any], life: Life) -> bool:
        return str(entry["id"]).startswith(f"hilo{life.id.hex}")

    def _values(self, event: Event) -> dict[str, str]:
        end = event.end or event.start + timedelta(minutes=60)
        return {
            "title": event.title,
            "time": f"{event.start.timestamp()}-{end.timestamp()}",
            "place": event.location or "",
            "text": event.calendar_text or "",
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
        self._contact, self._messages = f"whatsapp:+346{self.dice.randrange(10**7, 10**8)}", 0
        state, token = await self._said()
        changes = [create(self._message_id, START + timedelta(hours=n), title=f"Cita {n}") for n in range(count)]
        await self.store.complete_batch(
            state, token, changes, messages_read=1, conflict_policy="allow", event_minutes=60
        )
        return [change.event_id for change in changes]


def _message(contact: str) -> InboundMessage:
    return InboundMessage(
        provider="twilio",
        channel_address="whatsapp:+34910000001",
        contact=contact,
        message_sid=uuid4().hex,
        body="citas",
    )


def _at(moment: datetime) -> dict[str, Any]:
    return {"dateTime": moment.isoformat(), "timeZone": "Europe/Madrid", "date": None}


async def _quiet(publisher: Publisher, piece: PublishClaim) -> None:
    with contextlib.suppress(HiloError):
        await publisher.work(piece)
