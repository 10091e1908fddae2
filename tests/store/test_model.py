"""The store against a model of its promises: whatever comes in, is claimed, dies, is repeated or done by hand.

Each step does one thing to the database and checks what it answers; after each step what must always hold is looked up
by hand; at the end the workers run until nothing is left, and all that was promised must have come about.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.models import EventChange, Stored
from app.store.batch import BatchState
from app.store.events import Decision
from app.store.postgres import PostgresDatabase
from app.store.replies import ReplyClaim
from app.store.store import Store
from tests.store.conftest import empty
from tests.store.test_triggers import check_derived
from tests.store.world import EVERYTHING, World, at, cancel, create, echo, message, update
from tests.support.examples import examples
from tests.support.faults import Faults

CONTACTS = ("ana", "bea")
SIDS = [f"SM{n}" for n in range(12)]
contacts = st.sampled_from(CONTACTS)


@dataclass
class Turn:
    """A claimed answer; `parts` are drawn once, so that a repeated commit is the same commit."""

    claim: ReplyClaim
    changes: list[EventChange]
    part: UUID = field(default_factory=uuid4)
    committed: bool = False


@dataclass
class Reading:
    token: UUID
    state: BatchState
    changes: list[EventChange]
    read: frozenset[UUID] | None = None
    done: Any = None


class Promises(RuleBasedStateMachine):
    dsn: str
    hand: psycopg.Connection[dict[str, Any]]

    @initialize()
    def begin(self) -> None:
        empty(self.hand)
        self.loop = asyncio.new_event_loop()
        database = self.loop.run_until_complete(PostgresDatabase.connect(self.dsn, max_connections=2))
        store = Store(database)
        tenant = self.loop.run_until_complete(store.ensure_default_tenant(timezone="UTC", locale="es"))
        self.world = World(
            store=store, faults=Faults(), sql=self.hand, dsn=self.dsn, another=lambda: None, tenant=tenant
        )
        self.sids: dict[str, str] = {}
        self.stored: dict[str, list[Stored]] = {contact: [] for contact in CONTACTS}
        self.echoes: set[UUID | None] = set()
        self.must_answer: dict[str, int] = dict.fromkeys(CONTACTS, 0)
        self.turns: list[Turn] = []
        self.readings: list[Reading] = []
        self.read: set[UUID] = set()
        self.events: dict[UUID, str] = {}
        self.answers = 0

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            try:
                self.run_until_nothing_is_left()
            finally:
                self.loop.run_until_complete(self.world.store.database.close())
                self.loop.close()

    def run(self, call: Any) -> Any:
        return self.loop.run_until_complete(call)

    # -- messages ------------------------------------------------------------------------------------------------------

    @rule(contact=contacts, sid=st.sampled_from(SIDS), hours=st.sampled_from([-3.0, -1.0, 0.0, 500.0]))
    def a_message_comes_in(self, contact: str, sid: str, hours: float) -> None:
        given = message(sid, contact=contact, message_sid=sid, sent_at=at(hours))
        stored = self.run(self.world.store.store_message(given, quiet_seconds=0))
        assert stored.outcome == ("duplicate" if sid in self.sids else "stored")
        if stored.is_new:
            self.sids[sid] = contact
            self.stored[contact].append(stored)
            if stored.reply_due:
                self.must_answer[contact] = stored.seq

    @rule(contact=contacts)
    def somebody_answers_from_the_phone(self, contact: str) -> None:
        stored = self.run(self.world.store.store_message(echo(contact=contact, sent_at=at(600))))
        self.stored[contact].append(stored)
        self.echoes.add(stored.message_id)
        self.must_answer[contact] = 0

    @precondition(lambda self: any(self.stored.values()))
    @rule(contact=contacts)
    def somebody_inserts_a_row(self, contact: str) -> None:
        if self.stored[contact]:
            self.world.insert_message(self.stored[contact][0])

    # -- answers -------------------------------------------------------------------------------------------------------

    @rule(book=st.booleans())
    def a_worker_claims_an_answer(self, book: bool) -> None:
        leased = self.leased("reply")
        claim = self.run(self.world.store.claim_reply(uuid4()))
        if claim.claimed:
            assert claim.conversation.id not in leased, "one worker at a time"
            contact = claim.conversation.conversation_id
            assert self.must_answer[contact] > 0
            assert claim.last_seq == self.newest(contact)
            proof = self.inbound(contact)[-1]
            self.turns.append(Turn(claim=claim, changes=[create(proof, at(24 + len(self.turns)))] if book else []))

    @rule(book=st.booleans())
    def a_worker_answers_at_once(self, book: bool) -> None:
        before = len(self.turns)
        self.a_worker_claims_an_answer(book)
        if len(self.turns) > before:
            self.commit(self.turns[-1])

    def leased(self, reader: str) -> set[UUID]:
        rows = self.world.rows(f"select id from whatsapp_conversations where {reader}_lease_until > clock_timestamp()")
        return {row["id"] for row in rows}

    def inbound(self, contact: str) -> list[Stored]:
        """What the customer wrote, in the order in which it came in."""
        return [stored for stored in self.stored[contact] if stored.message_id not in self.echoes]

    def newest(self, contact: str) -> int:
        """The last message to answer; also one that was inserted by hand."""
        return self.world.row(
            "select max(seq) as seq from whatsapp_messages where conversation_id = %s and role = 'user'"
            " and direction = 'inbound'",
            contact,
        )["seq"]

    @precondition(lambda self: self.turns)
    @rule(data=st.data())
    def a_worker_commits(self, data: st.DataObject) -> None:
        turn = data.draw(st.sampled_from(self.turns))
        self.commit(turn)

    def commit(self, turn: Turn) -> None:
        claim = turn.claim
        row = self.world.row("select * from whatsapp_conversations where id = %s", claim.conversation.id)
        contact = row["conversation_id"]
        newest = self.newest(contact)
        done = self.run(self.world.commit(claim, "vale", ids=[turn.part], changes=turn.changes, policy="allow"))
        if turn.committed:
            expected = "committed"
        elif row["reply_token"] != claim.token:
            expected = "lost"
        else:
            expected = "overtaken" if newest > claim.last_seq else "committed"
        assert done.outcome == expected
        if done.outcome == "committed":
            if not turn.committed:
                self.answers += 1
                turn.committed = True
                for change in turn.changes:
                    self.events[change.event_id] = contact
                    self.read.update(e.message_id for e in change.draft.evidence)
            assert {e.id for e in done.events} == {c.event_id for c in turn.changes}

    @precondition(lambda self: self.turns)
    @rule(data=st.data(), park=st.booleans())
    def a_turn_fails(self, data: st.DataObject, park: bool) -> None:
        claim = data.draw(st.sampled_from(self.turns)).claim
        self.run(
            self.world.store.fail_reply(claim.conversation.id, claim.token, "x", retry_seconds=None if park else 0)
        )

    @rule()
    def every_worker_dies(self) -> None:
        self.world.let_leases_run_out()

    # -- the batch -----------------------------------------------------------------------------------------------------

    @rule(book=st.booleans(), revise=st.booleans())
    def a_batch_claims_and_reads(self, book: bool, revise: bool) -> None:
        token, leased = uuid4(), self.leased("batch")
        state = self.run(self.world.store.claim_batch(uuid4(), token, EVERYTHING))
        if state is None:
            return
        assert state.conversation.id not in leased, "one worker at a time"
        reading = Reading(token=token, state=state, changes=[])
        inbound = self.inbound(state.conversation.conversation_id)
        if inbound and book:
            reading.changes.append(create(inbound[0], at(100 + len(self.readings))))
        if inbound and revise and state.events:
            known = state.events[0]
            change = update(known.id, inbound[0], at(300), expected_revision=known.revision)
            reading.changes.append(change if book else cancel(known.id, expected_revision=known.revision))
        self.take_in(reading)
        self.readings.append(reading)

    @rule(book=st.booleans())
    def a_batch_reads_one_at_once(self, book: bool) -> None:
        before = len(self.readings)
        self.a_batch_claims_and_reads(book, revise=False)
        if len(self.readings) > before:
            assert self.complete(self.readings[-1]).outcome == "completed"

    def take_in(self, reading: Reading) -> None:
        rows = self.run(self.world.store.transcript(reading.state.conversation.id, reading.state.last_seq))
        assert [(r.at, r.seq) for r in rows] == sorted((r.at, r.seq) for r in rows)
        reading.read = frozenset(row.id for row in rows)

    @precondition(lambda self: self.readings)
    @rule(data=st.data())
    def a_batch_completes(self, data: st.DataObject) -> None:
        self.complete(data.draw(st.sampled_from(self.readings)))

    def complete(self, reading: Reading) -> Any:
        row = self.world.row("select * from whatsapp_conversations where id = %s", reading.state.conversation.id)
        done = self.run(
            self.world.store.complete_batch(
                reading.state,
                reading.token,
                reading.changes,
                messages_read=len(reading.read or ()),
                conflict_policy="allow",
                event_minutes=60,
            )
        )
        if reading.done is not None:
            if row["batch_done_token"] == reading.token:
                assert (done.outcome, done.created, done.messages) == (
                    reading.done.outcome,
                    reading.done.created,
                    reading.done.messages,
                )
            else:
                assert done.outcome == "lost"
        elif row["batch_token"] != reading.token:
            assert done.outcome == "lost"
        elif row["events_version"] != reading.state.events_version:
            assert done.outcome == "changed"
        else:
            assert done.outcome in ("completed", "changed")
            if done.outcome == "completed":
                reading.done = done
                self.read.update(reading.read or ())
                for event in done.created:
                    self.events[event] = row["conversation_id"]
        return done

    @precondition(lambda self: self.readings)
    @rule(data=st.data(), how=st.sampled_from(["fail", "park", "release"]))
    def a_batch_gives_up(self, data: st.DataObject, how: str) -> None:
        reading = data.draw(st.sampled_from(self.readings))
        conversation, store = reading.state.conversation.id, self.world.store
        if how == "release":
            self.run(store.release_batch(conversation, reading.token))
        else:
            self.run(
                store.fail_batch(
                    conversation, reading.token, "x", backoff_seconds=60, max_attempts=3, park=how == "park"
                )
            )

    # -- people --------------------------------------------------------------------------------------------------------

    @rule(contact=contacts, pause=st.booleans())
    def a_person_pauses_or_resumes(self, contact: str, pause: bool) -> None:
        if self.stored[contact]:
            conversation = self.stored[contact][0].conversation
            until = at(5) if pause else None
            self.run(self.world.store.pause_conversation(self.world.tenant.id, conversation, until))
            if pause:
                self.must_answer[contact] = 0

    @rule(contact=contacts)
    def a_person_writes(self, contact: str) -> None:
        if self.stored[contact]:
            conversation = self.stored[contact][0].conversation
            part = [(uuid4(), "soy yo")]
            for _ in range(2):
                self.run(self.world.store.post_message(self.world.tenant.id, conversation, part, deliver="queued"))
            self.must_answer[contact] = 0

    @precondition(lambda self: self.events)
    @rule(data=st.data(), decision=st.sampled_from(list(Decision)), title=st.sampled_from(["uno", "dos"]))
    def a_person_decides(self, data: st.DataObject, decision: Decision, title: str) -> None:
        event = data.draw(st.sampled_from(sorted(self.events)))
        patch = {"title": title} if decision in (Decision.APPROVE, Decision.CORRECT) else {}
        first, again = (
            self.run(self.world.store.decide_event(self.world.tenant.id, event, decision, patch=patch, force=True))
            for _ in range(2)
        )
        assert first == again

    # -- sending -------------------------------------------------------------------------------------------------------

    @rule(dies=st.booleans())
    def a_message_is_sent(self, dies: bool) -> None:
        claim = self.run(self.world.store.claim_outbound(uuid4(), ["twilio"]))
        if claim.claimed and not dies:
            assert self.run(self.world.store.mark_sent(claim.message.id, claim.token, f"OUT{claim.message.id}"))

    # -- what always holds ---------------------------------------------------------------------------------------------

    @invariant()
    def each_message_is_stored_once(self) -> None:
        rows = self.world.rows("select message_sid from whatsapp_messages where message_sid like 'SM%%' and raw = '{}'")
        known = [row["message_sid"] for row in rows if row["message_sid"] in SIDS]
        assert sorted(known) == sorted(self.sids)

    @invariant()
    def what_is_derived_is_true(self) -> None:
        check_derived(self.world)

    @invariant()
    def nothing_is_processed_that_was_not_read(self) -> None:
        rows = self.world.rows("select id from whatsapp_messages where processed")
        assert {row["id"] for row in rows} <= self.read

    @invariant()
    def each_answer_is_stored_once(self) -> None:
        rows = self.world.rows("select answers_seq from whatsapp_messages where author = 'agent'")
        assert len(rows) == len({row["answers_seq"] for row in rows}) == self.answers

    @invariant()
    def each_event_exists_once_with_its_proof_and_history(self) -> None:
        rows = self.world.rows(
            "select e.id, e.conversation_id, e.revision, jsonb_array_length(e.evidence) as proofs, (select count(*)"
            " from event_revisions r where r.event_id = e.id) as revisions from extracted_events e"
        )
        assert {row["id"]: row["conversation_id"] for row in rows} == self.events
        assert all(row["proofs"] > 0 and row["revisions"] == row["revision"] for row in rows)

    # -- the end -------------------------------------------------------------------------------------------------------

    def run_until_nothing_is_left(self) -> None:
        store, tenant = self.world.store, self.world.tenant.id
        self.world.let_leases_run_out()
        for row in self.world.rows("select id from whatsapp_conversations"):
            self.run(store.retry_conversation(tenant, row["id"]))
        self.world.due_now()
        for _ in range(10):
            claim = self.run(store.claim_reply(uuid4()))
            if not claim.claimed:
                break
            self.commit(Turn(claim=claim, changes=[]))
        for _ in range(10):
            token = uuid4()
            state = self.run(store.claim_batch(uuid4(), token, EVERYTHING))
            if state is None:
                break
            reading = Reading(token=token, state=state, changes=[])
            self.take_in(reading)
            assert self.complete(reading).outcome == "completed"
        while (sending := self.run(store.claim_outbound(uuid4(), ["twilio"]))).claimed:
            assert self.run(store.mark_sent(sending.message.id, sending.token, f"OUT{sending.message.id}"))

        for contact, seq in self.must_answer.items():
            if seq:
                row = self.world.row(
                    "select answered_seq from whatsapp_conversations where conversation_id = %s", contact
                )
                assert row["answered_seq"] >= seq, "a message waits for ever"
        assert self.world.count("whatsapp_messages", "not processed") == 0
        assert self.world.count("whatsapp_messages", "delivery_status in ('queued', 'sending')") == 0
        assert self.world.count("whatsapp_conversations", "unprocessed_since is not null") == 0
        assert self.world.count("whatsapp_conversations", "reply_due_at is not null") == 0


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
def test_the_promises_hold_whatever_happens(store_dsn: str, hand: psycopg.Connection[dict[str, Any]]) -> None:
    class Machine(Promises):
        pass

    Machine.dsn, Machine.hand = store_dsn, hand
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples(30),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink],
        ),
    )
