"""Promise 2: a stored message is answered once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from app.errors import StoreRefused
from app.models import Evidence, Role
from app.store.events import Decision
from app.store.replies import CommitOutcome, ReplyClaim
from tests.store.world import ANA, BEA, World, at, cancel, create, echo, message, race, update


async def test_a_claim_brings_all_that_a_turn_needs(world: World) -> None:
    await world.say("hola", sent_at=at(-2))
    await world.answer("Hola, ¿en qué te ayudo?")
    last = await world.say("una cita", contact_name="Ana")
    token = uuid4()
    claim = await world.store.claim_reply(token)
    assert (claim.claimed, claim.token, claim.attempt, claim.last_seq) == (True, token, 1, last.seq)
    assert claim.conversation is not None
    assert claim.conversation.contact_name == "Ana"
    assert claim.tenant == world.tenant
    assert [m.body for m in claim.messages] == ["hola", "Hola, ¿en qué te ayudo?", "una cita"]
    assert claim.events == ()


async def test_nothing_is_due_before_the_burst_is_over(world: World) -> None:
    await world.say(quiet_seconds=5)
    claim = await world.store.claim_reply(uuid4())
    assert not claim.claimed
    assert claim.next_in is not None
    assert 3 < claim.next_in <= 5


async def test_a_burst_gets_one_answer_that_knows_it_all(world: World) -> None:
    for n in range(15):
        await world.store.store_message(message(f"m{n}"), quiet_seconds=60, max_wait_seconds=3600)
    world.due_now()
    claim = await world.claim()
    assert [m.body for m in claim.messages] == [f"m{n}" for n in range(15)], "also beyond the context of 10"
    assert (await world.commit(claim)).outcome == "committed"
    assert not (await world.store.claim_reply(uuid4())).claimed


async def test_a_burst_waits_no_longer_than_the_maximum(world: World) -> None:
    stored = await world.store.store_message(message("a"), quiet_seconds=60, max_wait_seconds=100)
    world.do("update whatsapp_conversations set reply_waiting_since = now() - interval '99 s'")
    await world.store.store_message(message("b"), quiet_seconds=60, max_wait_seconds=100)
    due = world.row("select reply_due_at - now() as left from whatsapp_conversations")["left"]
    assert due.total_seconds() < 2
    assert stored.reply_due


async def test_next_in_is_never_negative_and_none_when_nothing_waits(world: World) -> None:
    assert (await world.store.claim_reply(uuid4())).next_in is None
    await world.say()
    world.do("update whatsapp_conversations set reply_due_at = now() - interval '1 h'")
    with psycopg.connect(world.dsn) as locking:
        locking.execute("select 1 from whatsapp_conversations for update")
        claim = await world.store.claim_reply(uuid4())
        assert (claim.claimed, claim.next_in) == (False, 0)
        locking.rollback()


async def test_one_conversation_has_one_worker(world: World) -> None:
    await world.say()
    other = await world.another()
    claims = await race(*[store.claim_reply(uuid4()) for store in (world.store, other) * 4])
    assert sum(claim.claimed for claim in claims) == 1


async def test_many_conversations_are_shared_out(world: World) -> None:
    for n in range(8):
        await world.say(contact=f"c{n}")
    other = await world.another()
    claims = await race(*[store.claim_reply(uuid4()) for store in (world.store, other) * 4])
    assert len({claim.conversation.id for claim in claims if claim.claimed}) == sum(c.claimed for c in claims) >= 7


async def test_a_dead_worker_is_replaced_when_its_lease_has_run_out_and_comes_too_late(world: World) -> None:
    await world.say()
    dead = await world.claim()
    assert not (await world.store.claim_reply(uuid4())).claimed
    world.let_leases_run_out()
    alive = await world.claim()
    assert alive.attempt == 2
    assert (await world.commit(dead, "tarde")).outcome == "lost"
    assert not await world.store.renew_reply(dead.conversation.id, dead.token, lease_seconds=30)
    assert (await world.commit(alive, "a tiempo")).outcome == "committed"
    assert [m.body for m in await world.store.conversation_context(world.tenant.id, ANA)] == ["hola", "a tiempo"]


async def test_a_lease_that_ran_out_untaken_still_holds(world: World) -> None:
    await world.say()
    claim = await world.claim()
    world.let_leases_run_out()
    assert await world.store.renew_reply(claim.conversation.id, claim.token, lease_seconds=30)
    assert not (await world.store.claim_reply(uuid4())).claimed
    assert (await world.commit(claim)).outcome == "committed"


async def test_what_takes_the_process_down_every_time_is_parked(world: World) -> None:
    await world.say()
    for attempt in range(1, 21):
        assert (await world.claim()).attempt == attempt
        world.let_leases_run_out()
    assert not (await world.store.claim_reply(uuid4())).claimed
    conversation = await world.store.get_conversation(world.tenant.id, ANA)
    assert conversation.reply_parked_at is not None
    assert conversation.reply_error == "the answer was begun too often and never finished"
    await world.say("¿hola?")
    assert (await world.claim()).attempt == 1, "a new message is a new chance"


async def test_an_answer_that_knew_other_events_is_void(world: World) -> None:
    said = await world.say("el martes")
    claim = await world.claim()
    token, state = await world.claim_batch()
    await world.complete(token, state, create(said, at(1)))
    assert (await world.commit(claim, seen={})).outcome == "overtaken"
    again = await world.claim()
    assert (again.attempt, len(again.events)) == (1, 1)
    seen = {event.id: event.revision for event in again.events}
    assert (await world.commit(again, seen=seen)).outcome == "committed"


async def test_an_overtaken_answer_is_void_and_the_next_one_knows_more(world: World) -> None:
    await world.say("el martes")
    claim = await world.claim()
    newer = await world.say("no, el jueves")
    assert (await world.commit(claim, "el martes pues")).outcome == "overtaken"
    again = await world.claim()
    assert (again.last_seq, again.messages[-1].body, again.attempt) == (newer.seq, "no, el jueves", 1)
    assert world.count("whatsapp_messages", "role = 'bot'") == 0


async def test_a_message_that_comes_while_the_answer_is_committed(world: World) -> None:
    """In whichever order the two get the lock: answered with it, or answered after it."""
    other = await world.another()
    for n in range(5):
        contact = f"c{n}"
        await world.say(contact=contact)
        claim = await world.claim()
        commit, stored = await race(world.commit(claim, store=other), world.say("y otra cosa", contact=contact))
        assert stored.is_new
        assert commit.outcome in ("committed", "overtaken")
        assert (await world.claim()).last_seq == stored.seq


@pytest.mark.parametrize("how", ["pause", "echo", "operator"])
async def test_an_answer_is_void_once_a_person_has_taken_over(world: World, how: str) -> None:
    stored = await world.say()
    claim = await world.claim()
    if how == "pause":
        await world.store.pause_conversation(world.tenant.id, stored.conversation, at(1))
    elif how == "echo":
        await world.store.store_message(echo())
    else:
        await world.store.post_message(world.tenant.id, stored.conversation, [(uuid4(), "Yo te digo")], deliver="held")
    assert (await world.commit(claim, "del agente")).outcome in ("lost", "paused")
    assert world.count("whatsapp_messages", "body = 'del agente'") == 0
    assert not (await world.store.claim_reply(uuid4())).claimed


async def test_a_pause_that_comes_with_the_lease_still_held(world: World) -> None:
    stored = await world.say()
    claim = await world.claim()
    world.do("update whatsapp_conversations set bot_paused_until = now() + interval '1 h'")
    assert (await world.commit(claim)).outcome == "paused"
    assert world.conversation(stored)["reply_due_at"] is None


async def test_pause_and_resume(world: World) -> None:
    stored = await world.say()
    await world.claim()
    paused = await world.store.pause_conversation(world.tenant.id, stored.conversation, at(1))
    assert paused.bot_paused_until == at(1)
    assert not (await world.say("¿sí?")).reply_due
    resumed = await world.store.pause_conversation(world.tenant.id, stored.conversation, None)
    assert resumed.bot_paused_until is None
    assert not (await world.store.claim_reply(uuid4())).claimed, "what a person left open is theirs"
    await world.say("¿me lees?")
    claim = await world.claim()
    assert [m.body for m in claim.messages] == ["hola", "¿sí?", "¿me lees?"]


async def test_a_repeated_commit_is_recognised_and_says_the_same(world: World) -> None:
    stored = await world.say("el viernes a las 10")
    claim = await world.claim()
    ids, change = [uuid4(), uuid4()], create(stored, at(24))
    first = await world.commit(claim, "Agendado.", "¡Hasta el viernes!", ids=ids, changes=[change])
    again = await world.commit(claim, "Agendado.", "¡Hasta el viernes!", ids=ids, changes=[change])
    assert (first.outcome, again.outcome) == ("committed", "committed")
    assert first.events == again.events
    assert first.events[0].id == change.event_id
    assert world.count("whatsapp_messages") == 3
    assert world.count("event_revisions") == 1


async def test_two_repeats_of_one_commit_at_once(world: World) -> None:
    stored = await world.say()
    claim = await world.claim()
    other, ids, change = await world.another(), [uuid4()], create(stored, at(24))
    done = await race(
        *[world.commit(claim, "Hecho", ids=ids, changes=[change], store=store) for store in (world.store, other) * 3]
    )
    assert [d.outcome for d in done] == ["committed"] * 6
    assert world.count("whatsapp_messages", "role = 'bot'") == world.count("extracted_events") == 1


async def test_an_answer_sorts_after_what_it_answers_whatever_the_clocks_say(world: World) -> None:
    await world.say("de un reloj adelantado", sent_at=datetime.now(UTC) + timedelta(seconds=90))
    await world.answer("uno", "dos", "tres")
    assert [m.body for m in await world.store.conversation_context(world.tenant.id, ANA)][1:] == ["uno", "dos", "tres"]


async def test_an_answer_goes_out_from_the_address_that_was_written_to(world: World) -> None:
    await world.say(channel_address="whatsapp:+1")
    await world.answer("hola")
    (kept,) = [m for m in await world.store.conversation_context(world.tenant.id, ANA) if m.role is Role.BOT]
    assert (kept.from_number, kept.to_number, kept.author, kept.delivery_status) == (
        "whatsapp:+1",
        ANA,
        "agent",
        "queued",
    )


async def test_real_time_marks_only_the_messages_that_prove_its_event(world: World) -> None:
    hello = await world.say("hola")
    proof = await world.say("el viernes a las 10")
    done = await world.answer("Agendado", changes=[create(proof, at(24))])
    event = done.events[0].id
    assert (world.message(proof)["processed"], world.message(proof)["event_id"]) == (True, event)
    assert (world.message(hello)["processed"], world.message(hello)["event_id"]) == (False, None)
    conversation = await world.store.get_conversation(world.tenant.id, ANA)
    assert (conversation.unprocessed_count, conversation.event_count) == (2, 1), "hello and the answer"


# -- failures ----------------------------------------------------------------------------------------------------------


async def test_a_failed_turn_is_tried_again_after_its_pause_then_parked_then_retried_by_a_person(world: World) -> None:
    stored = await world.say()
    claim = await world.claim()
    await world.store.fail_reply(claim.conversation.id, claim.token, "no model", retry_seconds=60)
    waiting = await world.store.claim_reply(uuid4())
    assert not waiting.claimed
    assert 55 < waiting.next_in <= 60
    world.due_now()
    claim = await world.claim()
    assert claim.attempt == 2
    await world.store.fail_reply(claim.conversation.id, claim.token, "no model", retry_seconds=None)
    assert (await world.store.claim_reply(uuid4())).next_in is None
    parked = await world.store.get_conversation(world.tenant.id, ANA)
    assert parked.reply_parked_at is not None
    assert parked.reply_error == "no model"
    again = await world.store.retry_conversation(world.tenant.id, stored.conversation)
    assert (again.reply_parked_at, again.reply_error) == (None, None)
    assert (await world.claim()).attempt == 1


async def test_what_comes_after_a_failure_is_a_burst_of_its_own(world: World) -> None:
    await world.say()
    claim = await world.claim()
    world.do("update whatsapp_conversations set reply_waiting_since = now() - interval '1 h'")
    await world.store.fail_reply(claim.conversation.id, claim.token, "x", retry_seconds=None)
    await world.say(quiet_seconds=5)
    assert not (await world.store.claim_reply(uuid4())).claimed


async def test_a_late_failure_changes_nothing(world: World) -> None:
    stored = await world.say()
    dead = await world.claim()
    world.let_leases_run_out()
    await world.answer()
    await world.store.fail_reply(stored.conversation, dead.token, "late", retry_seconds=0)
    assert world.conversation(stored)["reply_error"] is None
    assert not (await world.store.claim_reply(uuid4())).claimed


# -- one hour for two --------------------------------------------------------------------------------------------------


async def test_two_conversations_race_for_one_hour_and_one_wins(world: World) -> None:
    other = await world.another()
    for n in range(4):
        first, second = await world.say(contact=f"a{n}"), await world.say(contact=f"b{n}")
        one, two = await world.claim(), await world.claim()
        hour = at(100 + 10 * n)
        done = await race(
            world.commit(one, changes=[create(first, hour)]),
            world.commit(two, changes=[create(second, hour)], store=other),
        )
        assert sorted(d.outcome for d in done) == ["committed", "conflict"]
        lost = next(d for d in done if d.outcome == "conflict")
        assert [(c.start, c.own, c.title) for c in lost.conflicts] == [(hour, False, "Corte de pelo")]
        loser, stored = (one, first) if done[0] is lost else (two, second)
        retried = await world.commit(loser, "¿Y a las 12?", changes=[create(stored, at(102 + 10 * n))])
        assert retried.outcome == "committed", "the lease is kept for another round"


@pytest.mark.parametrize(
    ("start", "end", "taken"),
    [
        (9, 10, False),
        (9, 10.01, True),
        (10, 11, True),
        (10.5, 10.6, True),
        (9, 12, True),
        (10.99, 12, True),
        (11, 12, False),
    ],
)
async def test_overlap_is_half_open(world: World, start: float, end: float, taken: bool) -> None:
    await world.say(contact=BEA)
    stored = await world.say()
    claims = {c.conversation.conversation_id: c for c in (await world.claim(), await world.claim())}
    bea = world.row("select id from whatsapp_messages where conversation_id = %s", BEA)["id"]
    first = create(stored, at(10)).model_copy(
        update={"draft": create(stored, at(10)).draft.model_copy(update={"evidence": _proof(bea)})}
    )
    assert (await world.commit(claims[BEA], changes=[first])).outcome == "committed"
    done = await world.commit(claims[ANA], changes=[create(stored, at(start), end=at(end))])
    assert done.outcome == ("conflict" if taken else "committed")
    busy = await world.store.busy(world.tenant.id, at(start), at(end), event_minutes=60, conversation_id=ANA)
    assert len(busy) == 1, "the one that stands there, or the one that was made"


async def test_an_event_without_an_end_lasts_what_the_tenant_says(world: World) -> None:
    stored = await world.say()
    await world.event(stored, at(10), end=None)
    busy = await world.store.busy(world.tenant.id, at(10.5), at(11), event_minutes=45)
    assert [(b.start, b.end) for b in busy] == [(at(10), at(10.75))]
    assert await world.store.busy(world.tenant.id, at(10.5), at(11), event_minutes=30) == []


@pytest.mark.parametrize("given", [{"all_day": True, "end": None}, {"status": "proposed"}], ids=["all day", "proposed"])
async def test_what_takes_no_time(world: World, given: dict[str, Any]) -> None:
    stored = await world.say()
    await world.event(stored, at(10), **given)
    assert await world.store.busy(world.tenant.id, at(9), at(12), event_minutes=60) == []
    await world.say()
    assert (await world.answer(changes=[create(stored, at(10))])).outcome == "committed"


async def test_other_tenants_appointments_are_no_conflict(world: World) -> None:
    await world.add_tenant("blue", "whatsapp:+1")
    red = await world.add_tenant("red", "whatsapp:+2")
    for address in ("whatsapp:+1", "whatsapp:+2"):
        stored = await world.say(channel_address=address)
        assert (await world.answer(changes=[create(stored, at(10))])).outcome == "committed"
    assert len(await world.store.busy(red.id, at(9), at(12), event_minutes=60)) == 1


@pytest.mark.parametrize("policy", ["refuse", "review", "allow"])
async def test_an_event_that_moved_on_meanwhile_is_a_conflict_under_each_policy(world: World, policy: str) -> None:
    """Else the bot would say that it moved what it did not."""
    stored = await world.say()
    event = await world.event(stored, at(10))
    stored = await world.say("a las 12 mejor")
    claim = await world.claim()
    await world.store.decide_event(world.tenant.id, event, Decision.CORRECT, patch={"title": "Tinte"})
    extra = create(stored, at(50))
    done = await world.commit(
        claim, "movida", changes=[extra, update(event, stored, at(12), expected_revision=1)], policy=policy
    )
    assert (done.outcome, [c.event_id for c in done.conflicts]) == ("conflict", [event])
    assert world.count("extracted_events") == 1, "all or nothing"
    assert world.count("whatsapp_messages", "body = 'movida'") == 0
    done = await world.commit(
        claim, "movida", changes=[update(event, stored, at(12), expected_revision=2)], policy=policy
    )
    assert done.outcome == "committed"
    assert [(e.start, e.revision) for e in done.events] == [(at(12), 3)]


async def test_under_review_what_overlaps_is_proposed(world: World) -> None:
    await world.event(await world.say(contact=BEA), at(10))
    stored = await world.say()
    world.do("update whatsapp_conversations set reply_due_at = null where conversation_id = %s", BEA)
    claim = await world.claim()
    done = await world.commit(claim, changes=[create(stored, at(10))], policy="review")
    assert [(e.status, e.reason) for e in done.events] == [("proposed", "calendar_conflict")]


async def test_moving_into_what_the_same_answer_frees_is_no_conflict(world: World) -> None:
    stored = await world.say()
    early = await world.event(stored, at(10))
    await world.say()
    world.due_now()
    token, state = await world.claim_batch()
    late = create(stored, at(12))
    await world.complete(token, state, late)
    claim = await world.claim()
    done = await world.commit(claim, changes=[cancel(early, stored), update(late.event_id, stored, at(10))])
    assert done.outcome == "committed"
    assert {(e.start, e.status) for e in done.events} == {(at(10), "cancelled"), (at(10), "confirmed")}


async def test_a_refused_change_commits_nothing_and_keeps_the_lease(world: World) -> None:
    stored = await world.say()
    claim = await world.claim()
    with pytest.raises(StoreRefused, match="evidence"):
        await world.commit(claim, "agendado", changes=[create(None, at(10))])
    assert world.count("whatsapp_messages", "role = 'bot'") == world.count("extracted_events") == 0
    assert (await world.commit(claim, "vale", changes=[create(stored, at(10))])).outcome == CommitOutcome.COMMITTED


# -- answers that a webhook carries ------------------------------------------------------------------------------------


async def test_a_held_answer_is_taken_once_by_the_webhook_that_waits(world: World) -> None:
    stored = await world.say()
    waiting = await world.store.take_held_reply(stored.conversation, stored.seq)
    assert waiting.outcome == "waiting"
    assert waiting.due_in is not None
    await world.answer("uno", "dos", deliver="held")
    held = await world.store.take_held_reply(stored.conversation, stored.seq)
    assert (held.outcome, held.parts) == ("ready", ("uno", "dos"))
    assert world.count("whatsapp_messages", "delivery_status = 'sent'") == 2
    await world.say("siguiente")
    await world.answer("tres", deliver="held")
    last = world.row("select max(seq) as seq from whatsapp_messages where role = 'user'")["seq"]
    assert (await world.store.take_held_reply(stored.conversation, last)).parts == ("tres",)


async def test_in_a_burst_the_last_webhook_carries_the_answer(world: World) -> None:
    first, second = await world.say("a"), await world.say("b")
    assert (await world.store.take_held_reply(first.conversation, first.seq)).outcome == "overtaken"
    await world.answer("a y b", deliver="held")
    assert (await world.store.take_held_reply(first.conversation, first.seq)).outcome == "overtaken"
    assert (await world.store.take_held_reply(first.conversation, second.seq)).parts == ("a y b",)


async def test_an_answer_whose_webhook_was_overtaken_goes_with_the_next(world: World) -> None:
    first = await world.say("a")
    await world.answer("sobre a", deliver="held")
    second = await world.say("b")
    assert (await world.store.take_held_reply(first.conversation, first.seq)).outcome == "overtaken"
    await world.answer("sobre b", deliver="held")
    held = await world.store.take_held_reply(first.conversation, second.seq)
    assert held.parts == ("sobre a", "sobre b")
    assert world.count("whatsapp_messages", "delivery_status = 'held'") == 0


async def test_an_answer_that_came_too_late_for_its_webhook_long_ago_stays_readable(world: World) -> None:
    await world.say("a")
    await world.answer("hasta luego", deliver="held")
    world.do("update whatsapp_messages set created_at = now() - interval '1 h'")
    second = await world.say("b")
    await world.answer("hola de nuevo", deliver="held")
    assert (await world.store.take_held_reply(second.conversation, second.seq)).parts == ("hola de nuevo",)
    kept = await world.store.conversation_context(world.tenant.id, ANA)
    assert [m.body for m in kept] == ["a", "hasta luego", "b", "hola de nuevo"]
    rows = await world.store.transcript(second.conversation, 10**9)
    assert [r.delivered for r in rows] == [True, False, True, True]


async def test_nothing_is_held_when_nothing_will_be_said(world: World) -> None:
    stored = await world.say()
    await world.store.pause_conversation(world.tenant.id, stored.conversation, at(1))
    assert (await world.store.take_held_reply(stored.conversation, stored.seq)).outcome == "none"
    await world.store.pause_conversation(world.tenant.id, stored.conversation, None)
    stored = await world.say()
    await world.store.post_message(world.tenant.id, stored.conversation, [(uuid4(), "Soy yo")], deliver="queued")
    assert (await world.store.take_held_reply(stored.conversation, stored.seq)).outcome == "none"


# -- writing as the business -------------------------------------------------------------------------------------------


async def test_an_operators_message_is_sent_and_stops_the_agent(world: World) -> None:
    stored = await world.say()
    ids = [uuid4(), uuid4()]
    posted = await world.store.post_message(
        world.tenant.id,
        stored.conversation,
        list(zip(ids, ("uno", "dos"), strict=True)),
        deliver="queued",
        author="eva",
    )
    assert [(m.id, m.body, m.author, m.delivery_status) for m in posted] == [
        (ids[0], "uno", "eva", "queued"),
        (ids[1], "dos", "eva", "queued"),
    ]
    assert not (await world.store.claim_reply(uuid4())).claimed


async def test_a_repeated_post_does_not_swallow_what_was_asked_meanwhile(world: World) -> None:
    stored = await world.say()
    parts = [(uuid4(), "Mañana te digo")]
    first = await world.store.post_message(world.tenant.id, stored.conversation, parts, deliver="queued")
    await world.say("¿y hoy?")
    again = await world.store.post_message(world.tenant.id, stored.conversation, parts, deliver="queued")
    assert [m.id for m in first] == [m.id for m in again]
    assert world.count("whatsapp_messages", "role = 'bot'") == 1
    assert (await world.claim()).messages[-1].body == "¿y hoy?"


async def test_a_post_unparks_what_waited_for_a_person(world: World) -> None:
    stored = await world.say()
    claim = await world.claim()
    await world.store.fail_reply(claim.conversation.id, claim.token, "x", retry_seconds=None)
    await world.store.post_message(world.tenant.id, stored.conversation, [(uuid4(), "aquí")], deliver="queued")
    assert (await world.store.get_conversation(world.tenant.id, ANA)).reply_parked_at is None


async def test_an_empty_post_is_refused(world: World) -> None:
    stored = await world.say()
    with pytest.raises(StoreRefused):
        await world.store.post_message(world.tenant.id, stored.conversation, [], deliver="queued")


async def _hold(world: World, claim: ReplyClaim, deliver: str = "queued") -> bool:
    assert claim.conversation is not None
    assert claim.token is not None
    return await world.store.hold_reply(
        claim.conversation.id, claim.token, last_seq=claim.last_seq, message=uuid4(), body="later", deliver=deliver
    )


async def test_a_holding_answer_is_said_once_and_answers_nothing(world: World) -> None:
    await world.say("una cita")
    claim = await world.claim()
    assert await _hold(world, claim)
    assert not await _hold(world, claim)
    assert claim.conversation is not None
    assert claim.token is not None
    await world.store.fail_reply(claim.conversation.id, claim.token, "the model is down", retry_seconds=0)
    await world.say("¿hola?")
    again = await world.claim()
    assert not await _hold(world, again), "told already, and nothing has been answered since"
    assert [m.body for m in again.messages] == ["una cita", "later", "¿hola?"]
    # The batch reads what was said of appointments.
    rows = await world.store.transcript(claim.conversation.id, again.last_seq)
    assert [(r.text, r.delivered) for r in rows] == [("una cita", True), ("later", False), ("¿hola?", True)]
    await world.commit(again, "Claro, ¿qué día?")
    await world.say("el viernes")
    assert await _hold(world, await world.claim()), "another outage is told of anew"


async def test_without_credentials_the_waiting_webhook_carries_the_holding_answer(world: World) -> None:
    stored = await world.say("una cita")
    claim = await world.claim()
    assert (await world.store.take_held_reply(stored.conversation, stored.seq)).outcome == "waiting"
    assert await _hold(world, claim, deliver="held")
    for _ in range(2):
        carried = await world.store.take_held_reply(stored.conversation, stored.seq)
        assert (carried.outcome, carried.parts) == ("ready", ("later",))
    await world.commit(claim, "Claro, ¿qué día?", deliver="held")
    following = await world.say("¿hola?")
    await world.commit(await world.claim(), "¿El viernes?", deliver="held")
    carried = await world.store.take_held_reply(stored.conversation, following.seq)
    assert carried.parts == ("Claro, ¿qué día?", "¿El viernes?")


def _proof(message_id: UUID) -> tuple[Evidence, ...]:
    return (Evidence(message_id=message_id, slot="time"),)
