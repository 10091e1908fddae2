"""Promise 4: nothing is marked processed that was not read."""

from uuid import UUID, uuid4

import psycopg
import pytest

from app.errors import NotFound
from app.models import Role
from app.store.batch import BatchScope
from tests.store.world import ANA, BEA, EVERYTHING, World, at, create, race, update

SCHEDULED = BatchScope(quiet_seconds=300, max_age_seconds=3600)


async def claimed(world: World, scope: BatchScope, run: UUID | None = None) -> bool:
    token = uuid4()
    state = await world.store.claim_batch(run or uuid4(), token, scope)
    if state is not None:
        await world.store.release_batch(state.conversation.id, token)
    return state is not None


async def test_a_claim_says_what_the_conversation_holds(world: World) -> None:
    first = await world.say("uno")
    event = await world.event(first)
    second = await world.say("dos")
    _, state = await world.claim_batch()
    assert (state.last_seq, state.message_count, state.attempt) == (second.seq, 2, 1)
    assert [e.id for e in state.events] == [event]
    assert state.tenant == world.tenant
    assert state.conversation.unprocessed_count == 1
    assert await world.store.batch_state(state.conversation.id) == state
    with pytest.raises(NotFound):
        await world.store.batch_state(uuid4())


async def test_everything_read_is_marked_and_the_claim_given_back(world: World) -> None:
    stored = await world.say()
    await world.answer("vale")
    change = create(stored, at(24))
    token, state = await world.claim_batch()
    done = await world.complete(token, state, change)
    assert (done.outcome, done.messages, done.created, done.proposed) == ("completed", 2, (change.event_id,), 0)
    assert [e.id for e in done.events] == [change.event_id]
    assert world.count("whatsapp_messages", "not processed") == 0
    row = world.conversation(stored)
    assert (row["unprocessed_since"], row["batch_token"], row["batch_attempts"]) == (None, None, 0)
    assert not await claimed(world, EVERYTHING)


async def test_a_repeated_completion_is_recognised_and_says_the_same(world: World) -> None:
    stored = await world.say()
    change = create(stored, at(24))
    token, state = await world.claim_batch()
    first = await world.complete(token, state, change)
    await world.say("otra")
    again = await world.complete(token, state, change)
    assert again == first
    assert world.count("whatsapp_messages", "processed") == 1
    assert world.count("event_revisions") == 1


async def test_two_repeats_of_one_completion_at_once(world: World) -> None:
    stored = await world.say()
    other = await world.another()
    token, state = await world.claim_batch()
    change = create(stored, at(24))
    done = await race(
        *[
            store.complete_batch(state, token, [change], messages_read=1, conflict_policy="review", event_minutes=60)
            for store in (world.store, other) * 3
        ]
    )
    assert {d.outcome for d in done} == {"completed"}
    assert world.count("extracted_events") == world.count("event_revisions") == 1


async def test_what_comes_in_while_it_is_read_stays_unprocessed(world: World) -> None:
    await world.say("leído")
    token, state = await world.claim_batch()
    late = await world.say("llega tarde")
    done = await world.complete(token, state)
    assert (done.outcome, done.messages) == ("completed", 1)
    assert world.message(late)["processed"] is False
    assert world.conversation(late)["unprocessed_since"] == world.message(late)["created_at"]
    assert await claimed(world, EVERYTHING)


async def test_a_row_that_was_drawn_early_and_committed_late_makes_it_read_again(world: World) -> None:
    """By hand, without the lock that a message takes: its seq is below what the batch has read."""
    stored = await world.say("uno")
    with psycopg.connect(world.dsn) as slow:
        world.insert_message(stored, "tarde", connection=slow)
        late = await_lock_free(world)
        assert late
        slow.rollback()
    seq = world.row("select nextval(pg_get_serial_sequence('whatsapp_messages', 'seq')) as s")["s"]
    await world.say("dos")
    token, state = await world.claim_batch()
    rows = await world.store.transcript(state.conversation.id, state.last_seq)
    world.do(
        "insert into whatsapp_messages (seq, tenant_id, conversation_id, provider, body) overriding system value"
        " values (%s, %s, %s, 'twilio', 'tarde')",
        seq,
        world.tenant.id,
        ANA,
    )
    assert (await world.complete(token, state, read=len(rows))).outcome == "changed"
    assert world.count("whatsapp_messages", "processed") == 0
    again = await world.store.batch_state(state.conversation.id)
    assert (await world.complete(token, again)).messages == 3


def await_lock_free(world: World) -> bool:
    """The insert by hand holds the conversation until it is committed: nobody completes a batch meanwhile."""
    with psycopg.connect(world.dsn, autocommit=True) as other:
        found = other.execute("select 1 from whatsapp_conversations for no key update skip locked").fetchall()
    return not found


@pytest.mark.parametrize("what", ["answer", "operator", "by hand"])
async def test_events_that_change_while_it_is_read_make_it_read_again(world: World, what: str) -> None:
    stored = await world.say()
    event = await world.event(stored)
    stored = await world.say("mejor a las doce")
    token, state = await world.claim_batch()
    if what == "answer":
        await world.answer("hecho", changes=[update(event, stored, at(26))])
    elif what == "operator":
        world.do("select hilo_update_event(%s, %s, 'correct', '{\"title\": \"Tinte\"}')", world.tenant.id, event)
    else:
        world.do("update extracted_events set location = 'Centro'")
    change = update(event, stored, at(27))
    assert (await world.complete(token, state, change)).outcome == "changed"
    assert world.message(stored)["processed"] is (what == "answer")
    again = await world.store.batch_state(state.conversation.id)
    assert (await world.complete(token, again, change)).outcome == "completed"


async def test_the_publisher_changes_no_event(world: World) -> None:
    stored = await world.say()
    event = await world.event(stored)
    await world.say()
    token, state = await world.claim_batch()
    publish = uuid4()
    await world.store.claim_publish(publish)
    await world.store.complete_publish(event, publish, revision=1, calendar_event_id="x", etag=None)
    assert (await world.complete(token, state)).outcome == "completed"


async def test_a_batch_never_drops_an_event_for_a_conflict(world: World) -> None:
    await world.event(await world.say(contact=BEA), at(10))
    stored = await world.say()
    token, state = await world.claim_batch()
    done = await world.complete(token, state, create(stored, at(10)), policy="refuse")
    assert (done.outcome, done.proposed) == ("completed", 1)
    assert [(e.status, e.reason) for e in done.events] == [("proposed", "calendar_conflict")]


# -- who takes what ----------------------------------------------------------------------------------------------------


async def test_scheduled_runs_take_what_is_quiet_or_old(world: World) -> None:
    stored = await world.say()
    assert not await claimed(world, SCHEDULED), "it goes on"
    assert await claimed(world, EVERYTHING)
    world.do("update whatsapp_conversations set last_message_at = now() - interval '6 min'")
    assert not await claimed(world, SCHEDULED), "the answer is still to come"
    assert await world.store.count_batch(SCHEDULED) == 0
    world.do("update whatsapp_conversations set reply_due_at = null")
    assert await claimed(world, SCHEDULED), "quiet"
    assert await world.store.count_batch(SCHEDULED) == 1
    world.do("update whatsapp_conversations set last_message_at = now(), unprocessed_since = now() - interval '2 h'")
    assert await claimed(world, SCHEDULED), "old"
    assert not await claimed(world, SCHEDULED.model_copy(update={"conversation": uuid4()}))
    assert await claimed(world, SCHEDULED.model_copy(update={"conversation": stored.conversation}))


async def test_a_run_of_one_tenant_leaves_the_others_alone(world: World) -> None:
    blue, red = await world.add_tenant("blue", "whatsapp:+1"), await world.add_tenant("red", "whatsapp:+2")
    await world.say(channel_address="whatsapp:+1")
    assert not await claimed(world, BatchScope(everything=True, tenant=red.id))
    assert await claimed(world, BatchScope(everything=True, tenant=blue.id))
    assert await world.store.count_batch(BatchScope(everything=True, tenant=red.id)) == 0
    assert await world.store.count_batch(BatchScope(everything=True, tenant=blue.id)) == 1


async def test_the_oldest_comes_first_and_each_once_per_run(world: World) -> None:
    run = uuid4()
    for n in range(4):
        await world.say(contact=f"c{n}")
    assert await world.store.count_batch(EVERYTHING) == 4
    taken = []
    while state := await world.store.claim_batch(run, token := uuid4(), EVERYTHING):
        taken.append(state.conversation.conversation_id)
        await world.say("sigue", contact=taken[-1])
        await world.complete(token, state)
    assert taken == ["c0", "c1", "c2", "c3"]
    assert await world.store.count_batch(EVERYTHING) == 4, "the later messages, for another run"


async def test_runs_at_once_share_the_work(world: World) -> None:
    for n in range(12):
        await world.say(contact=f"c{n}")
    other = await world.another()
    states = await race(*[s.claim_batch(uuid4(), uuid4(), EVERYTHING) for s in (world.store, other) * 5])
    taken = [state.conversation.id for state in states if state]
    assert len(taken) == len(set(taken)) >= 8
    assert await world.store.count_batch(EVERYTHING) == 12 - len(taken)


async def test_a_worker_that_died_is_replaced_and_comes_too_late(world: World) -> None:
    stored = await world.say()
    dead, old = await world.claim_batch()
    assert not await claimed(world, EVERYTHING)
    world.let_leases_run_out()
    alive, state = await world.claim_batch()
    assert state.attempt == 2
    assert (await world.complete(dead, old, create(stored, at(10)))).outcome == "lost"
    assert not await world.store.renew_batch(state.conversation.id, dead, lease_seconds=60)
    assert not await world.store.fail_batch(
        state.conversation.id, dead, "late", backoff_seconds=60, max_attempts=5, park=True
    )
    await world.store.release_batch(state.conversation.id, dead)
    assert world.count("extracted_events") == 0
    assert await world.store.renew_batch(state.conversation.id, alive, lease_seconds=60)
    assert (await world.complete(alive, state)).outcome == "completed"


# -- failures ----------------------------------------------------------------------------------------------------------


async def fail(world: World, *, park: bool = False, max_attempts: int = 5) -> bool:
    token, state = await world.claim_batch()
    return await world.store.fail_batch(
        state.conversation.id, token, "no model", backoff_seconds=60, max_attempts=max_attempts, park=park
    )


async def test_a_failing_conversation_backs_off_and_blocks_nobody(world: World) -> None:
    stored = await world.say()
    pauses = []
    for _ in range(3):
        assert not await fail(world)
        row = world.row("select batch_next_at - now() as p from whatsapp_conversations")
        pauses.append(round(row["p"].total_seconds() / 60))
    assert pauses == [1, 2, 4]
    world.do("update whatsapp_conversations set last_message_at = now() - interval '1 d', reply_due_at = null")
    assert not await claimed(world, SCHEDULED)
    world.do("update whatsapp_conversations set batch_next_at = now()")
    assert await claimed(world, SCHEDULED)
    assert world.message(stored)["processed"] is False
    await world.say(contact=BEA)
    assert await claimed(world, EVERYTHING)


async def test_after_some_attempts_it_is_parked_with_its_reason_until_a_person_or_a_message_comes(world: World) -> None:
    stored = await world.say()
    assert [await fail(world, max_attempts=3) for _ in range(3)] == [False, False, True]
    assert not await claimed(world, EVERYTHING)
    assert await world.store.count_batch(EVERYTHING) == 0
    parked = await world.store.get_conversation(world.tenant.id, ANA)
    assert parked.batch_parked_at is not None
    assert parked.batch_error == "no model"
    assert (await world.store.list_conversations(world.tenant.id, parked=True)).items[0].id == stored.conversation
    assert await claimed(world, BatchScope(everything=True, conversation=stored.conversation)), "asked for by name"

    for _ in range(8):
        await world.say("¿sigue ahí?")
        assert await claimed(world, EVERYTHING), "each new message is one more try"
        assert await fail(world, max_attempts=3), "and only one"

    again = await world.store.retry_conversation(world.tenant.id, stored.conversation)
    assert (again.batch_parked_at, again.batch_error, again.batch_attempts) == (None, None, 0)
    assert not await fail(world, max_attempts=3)


async def test_what_repeating_cannot_help_is_parked_at_once(world: World) -> None:
    await world.say()
    assert await fail(world, park=True)


async def test_what_takes_the_process_down_every_time_is_parked(world: World) -> None:
    """Attempts are counted when they begin, because these never report that they failed."""
    await world.say()
    for attempt in range(1, 11):
        _, state = await world.claim_batch()
        assert state.attempt == attempt
        world.let_leases_run_out()
    await world.say(contact=BEA)
    _, state = await world.claim_batch()
    assert state.conversation.conversation_id == BEA, "the others are not held up"
    assert (await world.store.get_conversation(world.tenant.id, ANA)).batch_error == (
        "reading it was begun too often and never finished"
    )


async def test_a_released_claim_was_never_made(world: World) -> None:
    stored = await world.say()
    run, token = uuid4(), uuid4()
    before = world.conversation(stored)
    assert await world.store.claim_batch(run, token, EVERYTHING)
    await world.store.release_batch(stored.conversation, token)
    after = world.conversation(stored)
    assert {k: v for k, v in after.items() if k != "updated_at"} == {
        k: v for k, v in before.items() if k != "updated_at"
    }
    token = uuid4()
    assert await world.store.claim_batch(run, token, EVERYTHING)
    await world.store.release_batch(stored.conversation, token, keep_run=True)
    assert await world.store.claim_batch(run, uuid4(), EVERYTHING) is None
    assert await claimed(world, EVERYTHING)


# -- long ones ---------------------------------------------------------------------------------------------------------


async def test_a_conversation_of_five_thousand_messages_is_read_whole_and_in_order(world: World) -> None:
    stored = await world.say("0", sent_at=at(-2000))
    world.do(
        "insert into whatsapp_messages (tenant_id, conversation_id, provider, role, body, sent_at)"
        " select %s, %s, 'twilio', case when n %% 2 = 0 then 'user' else 'bot' end, n::text,"
        "        date_trunc('minute', now() - interval '1 d' + (n / 7) * interval '1 min')"
        " from generate_series(1, 4999) g(n) order by g.n",
        world.tenant.id,
        ANA,
    )
    token, state = await world.claim_batch()
    assert state.message_count == 5000
    rows = await world.store.transcript(state.conversation.id, state.last_seq)
    assert [r.text for r in rows] == [str(n) for n in range(5000)], "also where seven share a minute"
    assert rows[3].role is Role.BOT
    assert stored.message_id == rows[0].id
    half = await world.store.transcript(state.conversation.id, rows[2499].seq)
    assert [r.text for r in half] == [str(n) for n in range(2500)]
    done = await world.complete(token, state, read=4999)
    assert done.outcome == "changed", "one was not read"
    done = await world.complete(token, state)
    assert (done.outcome, done.messages) == ("completed", 5000)


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001])
async def test_pages_of_a_transcript_end_where_they_should(world: World, count: int) -> None:
    stored = await world.say()
    world.do("delete from whatsapp_messages")
    world.do(
        "insert into whatsapp_messages (tenant_id, conversation_id, provider, body) select %s, %s, 'twilio', n::text"
        " from generate_series(1, %s) g(n) order by g.n",
        world.tenant.id,
        ANA,
        count,
    )
    rows = await world.store.transcript(stored.conversation, 10**12)
    assert [r.text for r in rows] == [str(n) for n in range(1, count + 1)]


# -- runs --------------------------------------------------------------------------------------------------------------


async def test_runs_are_recorded(world: World) -> None:
    blue = await world.add_tenant("blue", "whatsapp:+1")
    first, second = uuid4(), uuid4()
    for _ in range(2):
        await world.store.start_batch_run(first, "schedule", tenant=None, dry_run=False)
    await world.store.start_batch_run(second, "http", tenant=blue.id, dry_run=True)
    counts = {"conversations": 3, "failed": 1, "messages": 9, "created": 2, "updated": 1, "cancelled": 1, "proposed": 1}
    running = await world.store.finish_batch_run(first, "running", {"conversations": 1})
    assert (running.status, running.conversations, running.finished_at) == ("running", 1, None)
    done = await world.store.finish_batch_run(first, "finished", counts)
    assert done.model_dump(include=set(counts)) == counts
    assert done.finished_at is not None
    assert await world.store.finish_batch_run(first, "finished", counts) == done
    failed = await world.store.finish_batch_run(second, "failed", {}, "x" * 900)
    assert (failed.status, len(failed.error), failed.dry_run, failed.tenant_id) == ("failed", 500, True, blue.id)
    assert [r.id for r in await world.store.list_batch_runs()] == [second, first]
    assert [r.id for r in await world.store.list_batch_runs(tenant=blue.id)] == [second]
    assert [r.id for r in await world.store.list_batch_runs(limit=1)] == [second]
    with pytest.raises(NotFound):
        await world.store.finish_batch_run(uuid4(), "finished", {})


async def test_a_run_whose_process_died_says_so(world: World) -> None:
    dead, slow = uuid4(), uuid4()
    await world.store.start_batch_run(dead, "schedule", tenant=None, dry_run=False)
    await world.store.start_batch_run(slow, "schedule", tenant=None, dry_run=False)
    world.do("update batch_runs set seen_at = now() - interval '1 h' where id = %s", dead)
    await world.store.start_batch_run(uuid4(), "schedule", tenant=None, dry_run=False)
    states = {r.id: r.status for r in await world.store.list_batch_runs()}
    assert (states[dead], states[slow]) == ("interrupted", "running")


async def test_a_message_is_marked_by_hand(world: World) -> None:
    stored = await world.say()
    event = await world.event(stored)
    second = await world.say()
    marked = await world.store.mark_message_processed(world.tenant.id, second.message_id, event=event)
    assert (marked.processed, marked.event_extracted, marked.event_id) == (True, True, event)
    assert world.conversation(stored)["unprocessed_since"] is None
    other = await world.say(contact=BEA)
    with pytest.raises(NotFound):
        await world.store.mark_message_processed(world.tenant.id, other.message_id, event=event)
    with pytest.raises(NotFound):
        await world.store.mark_message_processed(uuid4(), other.message_id)
    assert world.message(other)["processed"] is False
