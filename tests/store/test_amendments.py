"""What is said later of something stored: edits, deletions, other names of a contact, people who take over."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.models import Amendment, AmendmentKind, ContactAlias, Handover
from app.store.batch import BatchOutcome
from app.store.replies import CommitOutcome
from tests.store.world import ANA, BEA, OURS, PROVIDER, World, at, echo, message, race

DELETED = "[Deleted message]"


def edit(sid: str, body: str, *, minutes: float = 0, **given: Any) -> Amendment:
    return Amendment(
        kind=AmendmentKind.EDITED,
        message=message(body, message_sid=sid, **given),
        amendment_sid=f"edit-{body}",
        at=at(minutes / 60 - 1),
    )


def delete(sid: str, **given: Any) -> Amendment:
    return Amendment(
        kind=AmendmentKind.REVOKED, message=message(DELETED, message_sid=sid, **given), amendment_sid="del", at=at(0)
    )


async def amend(world: World, amendment: Amendment) -> str:
    return (await world.store.amend_message(amendment, quiet_seconds=0)).outcome


# -- the text ----------------------------------------------------------------------------------------------------------


async def test_an_edit_changes_the_text_and_keeps_the_old_one(world: World) -> None:
    stored = await world.say("a las 10", message_sid="SM1", raw={"Body": "a las 10"})
    assert await amend(world, edit("SM1", "a las 11")) == "amended"
    assert await amend(world, edit("SM1", "a las 12", minutes=5)) == "amended"
    row = world.message(stored)
    assert row["body"] == "a las 12"
    assert row["raw"]["Body"] == "a las 10"
    assert [version["body"] for version in row["raw"]["hilo:versions"]] == ["a las 10", "a las 11"]
    assert world.count("whatsapp_messages") == 1


async def test_an_edit_that_comes_twice_or_late_changes_nothing(world: World) -> None:
    stored = await world.say("a las 10", message_sid="SM1")
    await amend(world, edit("SM1", "a las 11", minutes=1))
    assert await amend(world, edit("SM1", "a las 11", minutes=1)) == "unchanged"
    await amend(world, edit("SM1", "a las 12", minutes=2))
    before = world.message(stored)
    assert await amend(world, edit("SM1", "a las 11", minutes=1)) == "stale"
    assert world.message(stored) == before


async def test_deleted_is_for_good(world: World) -> None:
    stored = await world.say("a las 10", message_sid="SM1")
    assert await amend(world, delete("SM1")) == "amended"
    assert await amend(world, delete("SM1")) == "unchanged"
    assert await amend(world, edit("SM1", "a las 11", minutes=99)) == "stale"
    row = world.message(stored)
    assert (row["body"], row["raw"]["hilo:versions"][0]["body"]) == (DELETED, "a las 10")


async def test_a_change_of_a_message_never_seen_stores_it_as_it_is_now(world: World) -> None:
    assert await amend(world, edit("SM1", "a las 11")) == "stored"
    assert await amend(world, delete("SM2", contact=BEA)) == "stored"
    late = await world.say("a las 10", message_sid="SM1")
    assert late.outcome == "duplicate"
    assert [m.body for m in await world.store.conversation_context(world.tenant.id, ANA)] == ["a las 11"]
    assert (await world.claim()).conversation.conversation_id == ANA
    assert not (await world.store.claim_reply(uuid4())).claimed  # nobody answers what was deleted
    assert await amend(world, delete("SM3", contact="")) == "unknown"
    assert world.count("whatsapp_messages") == 2


async def test_many_edits_at_once_leave_the_newest(world: World) -> None:
    stored = await world.say("a las 10", message_sid="SM1")
    other = await world.another()
    edits = [edit("SM1", f"a las {n}", minutes=n) for n in range(11, 21)]
    outcomes = await race(*[s.amend_message(e) for s, e in zip([world.store, other] * 5, edits, strict=True)])
    assert {outcome.outcome for outcome in outcomes} <= {"amended", "stale"}
    row = world.message(stored)
    assert row["body"] == "a las 20"
    assert row["raw"]["hilo:versions"][0]["body"] == "a las 10"


async def test_a_change_and_its_message_at_once(world: World) -> None:
    other = await world.another()
    for n in range(5):
        given = message("a las 10", message_sid=f"SM{n}", contact=f"c{n}")
        change = edit(f"SM{n}", "a las 11", contact=f"c{n}")
        stored, amended = await race(world.store.store_message(given), other.amend_message(change))
        assert {stored.outcome, amended.outcome} in ({"stored", "amended"}, {"duplicate", "stored"})
        bodies = world.rows("select body from whatsapp_messages where conversation_id = %s", f"c{n}")
        assert bodies == [{"body": "a las 11"}]


async def test_a_change_of_a_message_without_tenant_is_kept_with_it(world: World) -> None:
    await world.add_tenant("otra", "whatsapp:+34900000009")
    assert (await world.say("a las 10", message_sid="SM1")).outcome == "unrouted"
    assert await amend(world, edit("SM1", "a las 11")) == "unrouted"
    assert await amend(world, edit("SM2", "nunca vista")) == "unrouted"
    await world.store.save_channel("otra", PROVIDER, OURS)
    assert await world.store.replay_unrouted() == 2
    assert world.count("whatsapp_messages", "body = 'a las 11' and raw ? 'hilo:versions'") == 1


async def test_tenants_do_not_change_each_others_messages(world: World) -> None:
    await world.store.save_channel("default", PROVIDER, OURS)
    await world.add_tenant("otra", "whatsapp:+34900000009")
    stored = await world.say("a las 10", message_sid="SM1")
    assert await amend(world, delete("SM1", channel_address="whatsapp:+34900000009", contact="")) == "unknown"
    assert world.message(stored)["body"] == "a las 10"


# -- the batch looks again ---------------------------------------------------------------------------------------------


async def test_a_processed_message_is_unprocessed_again(world: World) -> None:
    stored = await world.say("a las 10", message_sid="SM1")
    await world.event(stored)
    assert world.conversation(stored)["unprocessed_since"] is None
    await amend(world, edit("SM1", "a las 11"))
    assert world.message(stored)["processed"] is False
    _, state = await world.claim_batch()
    assert [row.text for row in await world.store.transcript(state.conversation.id, state.last_seq)] == ["a las 11"]


@pytest.mark.parametrize("change", [edit("SM1", "a las 11"), delete("SM1")])
async def test_a_completion_from_the_old_text_is_lost(world: World, change: Amendment) -> None:
    stored = await world.say("a las 10", message_sid="SM1")
    run = uuid4()
    token, state = await world.claim_batch(run)
    await amend(world, change)
    assert (await world.complete(token, state)).outcome is BatchOutcome.LOST
    assert world.message(stored)["processed"] is False
    again, state = await world.claim_batch(run)  # by the same run too
    assert (await world.complete(again, state)).outcome is BatchOutcome.COMPLETED


# -- the answer --------------------------------------------------------------------------------------------------------


async def test_an_answer_to_the_old_text_is_void_and_made_again(world: World) -> None:
    await world.say("a las 10", message_sid="SM1")
    claim = await world.claim()
    await amend(world, edit("SM1", "a las 11"))
    assert (await world.commit(claim, "a las 10 entonces")).outcome is CommitOutcome.LOST
    again = await world.claim()
    assert [m.body for m in again.messages] == ["a las 11"]
    assert (await world.commit(again)).outcome is CommitOutcome.COMMITTED


async def test_what_was_deleted_is_not_answered(world: World) -> None:
    stored = await world.say("a las 10", message_sid="SM1")
    await amend(world, delete("SM1"))
    assert not (await world.store.claim_reply(uuid4())).claimed
    assert world.conversation(stored)["reply_due_at"] is None
    await world.say("perdón, a las 11")
    assert [m.body for m in (await world.claim()).messages] == [DELETED, "perdón, a las 11"]


async def test_of_two_the_one_that_is_left_is_answered(world: World) -> None:
    await world.say("a las 10", message_sid="SM1")
    await world.say("¿tenéis hueco?", message_sid="SM2")
    await amend(world, delete("SM1"))
    assert (await world.claim()).claimed


async def test_what_was_answered_is_left_to_the_batch(world: World) -> None:
    stored = await world.say("a las 10", message_sid="SM1")
    await world.answer("hecho")
    await amend(world, edit("SM1", "a las 11"))
    assert world.conversation(stored)["reply_due_at"] is None


async def test_an_edit_of_our_own_message_answers_nobody(world: World) -> None:
    stored = await world.say("hola", message_sid="SM1")
    await world.store.store_message(echo("a las 10", message_sid="SM2"))
    assert await amend(world, edit("SM2", "a las 11", direction="outbound", role="bot")) == "amended"
    assert world.conversation(stored)["reply_due_at"] is None


# -- messages that ask for nothing, threads, people --------------------------------------------------------------------


async def test_a_reaction_is_stored_and_not_answered(world: World) -> None:
    assert not (await world.say("👍", answer=False)).reply_due
    assert not (await world.store.claim_reply(uuid4())).claimed
    assert (await world.store.get_conversation(world.tenant.id, ANA)).unprocessed_count == 1


async def test_a_person_who_writes_silences_the_agent_for_a_while(world: World) -> None:
    await world.say("¿tenéis hueco?")
    claim = await world.claim()
    mine = echo("le llamo yo", author="operator", by_person=True)
    stored = await world.store.store_message(mine, pause_seconds=3600)
    assert world.message(stored)["author"] == "operator"
    until = world.conversation(stored)["bot_paused_until"]
    assert abs(until - datetime.now(UTC) - timedelta(hours=1)) < timedelta(minutes=1)
    assert (await world.commit(claim)).outcome in (CommitOutcome.LOST, CommitOutcome.PAUSED)
    assert not (await world.say("vale")).reply_due
    older = echo("antes", sent_at=at(-3))  # comes late: the pause does not get shorter
    await world.store.store_message(older, pause_seconds=3600)
    assert world.conversation(stored)["bot_paused_until"] == until


async def test_an_echo_of_the_agents_own_answer_pauses_nothing(world: World) -> None:
    await world.say("¿a qué hora?")
    await world.answer("A  las 10,\n¿te va bien?")
    outbound = await world.store.claim_outbound(uuid4(), [PROVIDER])
    own = echo("A las 10, ¿te va bien? ", message_sid="77", by_person=True)
    came_back = await world.store.store_message(own, pause_seconds=3600)
    assert (came_back.outcome, came_back.message_id) == ("duplicate", outbound.message.id)
    assert world.conversation(came_back)["bot_paused_until"] is None
    assert await world.store.mark_sent(outbound.message.id, outbound.token, "77")
    assert world.count("whatsapp_messages", "direction = 'outbound'") == 1


async def test_an_echo_tells_that_an_unclear_send_had_arrived(world: World) -> None:
    await world.say("¿a qué hora?")
    await world.answer("A las 10")
    outbound = await world.store.claim_outbound(uuid4(), [PROVIDER])
    await world.store.mark_send_failed(outbound.message.id, outbound.token, "the connection broke", retry_seconds=0)
    assert (await world.store.store_message(echo("A las 10", message_sid="77"))).outcome == "duplicate"
    assert not (await world.store.claim_outbound(uuid4(), [PROVIDER])).claimed


async def test_an_answer_goes_to_the_thread_of_its_question(world: World) -> None:
    await world.say("hola", thread="215", phone="+34600000001", contact_name="Ana")
    await world.answer("¿qué tal?")
    await world.say("por otro lado", thread="300", quiet_seconds=99)
    outbound = await world.store.claim_outbound(uuid4(), [PROVIDER])
    assert (outbound.thread, outbound.phone, outbound.contact_name) == ("215", "+34600000001", "Ana")
    conversation = await world.store.get_conversation(world.tenant.id, ANA)
    assert conversation.thread == "300"
    await world.store.mark_sent(outbound.message.id, outbound.token, "1")
    await world.store.post_message(world.tenant.id, conversation.id, [(uuid4(), "aviso")], deliver="queued")
    assert (await world.store.claim_outbound(uuid4(), [PROVIDER])).thread == "300"
    await world.say("por otro proveedor", provider="waha")
    assert (await world.store.get_conversation(world.tenant.id, ANA)).thread is None


async def test_a_quick_reply_sorts_after_the_answer_it_replies_to(world: World) -> None:
    second = datetime.now(UTC).replace(microsecond=0)
    await world.say("hola", sent_at=second)
    await world.answer("¿qué día?")
    world.do("update whatsapp_messages set sent_at = %s where role = 'bot'", second + timedelta(milliseconds=400))
    stored = await world.say("el viernes", sent_at=second)
    await world.say("a las 10", sent_at=second)
    context = await world.store.conversation_context(world.tenant.id, ANA)
    assert [m.body for m in context] == ["hola", "¿qué día?", "el viernes", "a las 10"]
    assert world.message(stored)["sent_at"] == second + timedelta(milliseconds=400, microseconds=1)
    earlier = await world.say("antes", sent_at=second - timedelta(seconds=1))
    assert world.message(earlier)["sent_at"] == second - timedelta(seconds=1)


async def test_a_person_takes_the_conversation_and_gives_it_back(world: World) -> None:
    await world.say("hola", quiet_seconds=99)
    here = {"provider": PROVIDER, "channel_address": OURS, "contact": ANA}
    assert await world.store.set_handover(Handover(**here, to_agent=False), until=at(1)) == "paused"
    assert not (await world.say("¿hola?")).reply_due
    assert await world.store.set_handover(Handover(**here, to_agent=True), until=at(1)) == "resumed"
    assert (await world.say("¿hay alguien?")).reply_due
    nobody = Handover(**{**here, "contact": BEA}, to_agent=True)
    assert await world.store.set_handover(nobody, until=at(1)) == "unknown"


# -- names of a contact ------------------------------------------------------------------------------------------------


async def test_a_contact_is_found_by_every_name(world: World) -> None:
    first = await world.say("uno", contact="346@c.us", provider="waha")
    second = await world.say("dos", contact="88@lid", aliases=("346@c.us",), provider="waha", thread="88@lid")
    third = await world.say("tres", contact="88@lid", provider="waha")
    fourth = await world.say("cuatro", contact="99@new", aliases=("88@lid",), provider="waha")
    assert {s.conversation for s in (first, second, third, fourth)} == {first.conversation}
    elsewhere = await world.say("otro", contact="88@lid", provider="cloud_api")
    assert elsewhere.conversation != first.conversation
    assert world.message(second)["from_number"] == "88@lid"


async def test_the_same_message_under_two_names_is_one(world: World) -> None:
    await world.say("hola", contact="346@c.us", message_sid="TAIL", provider="waha")
    assert (await world.say("hola", contact="88@lid", message_sid="TAIL", provider="waha")).outcome == "duplicate"
    assert world.count("whatsapp_conversations") == 1


async def test_two_that_are_conversations_already_stay_two(world: World) -> None:
    first = await world.say("uno", contact="346@c.us")
    second = await world.say("dos", contact="88@lid")
    third = await world.say("tres", contact="88@lid", aliases=("346@c.us",))
    assert second.conversation == third.conversation != first.conversation
    assert world.count("contact_aliases") == 0


async def test_a_new_number_goes_on_in_the_old_conversation(world: World) -> None:
    alias = ContactAlias(provider=PROVIDER, channel_address=OURS, contact=ANA, alias=BEA)
    assert await world.store.link_contact(alias) == "unknown"
    first = await world.say("hola")
    assert await world.store.link_contact(alias) == "linked"
    assert await world.store.link_contact(alias) == "linked"
    assert (await world.say("soy yo", contact=BEA)).conversation == first.conversation
    world.do("delete from contact_aliases")
    await world.say("otra persona", contact=BEA)
    assert await world.store.link_contact(alias) == "known"


async def test_first_messages_under_two_names_at_once_are_one_conversation(world: World) -> None:
    other = await world.another()
    for n in range(30):
        lid, phone = f"{n}@lid", f"34600{n}@c.us"
        stored = await asyncio.gather(
            world.store.store_message(message("uno", contact=lid, aliases=(phone,))),
            other.store_message(message("dos", contact=phone, aliases=(lid,) if n % 2 else ())),
            other.store_message(message("tres", contact=lid, aliases=(phone, f"{n}@new"))),
        )
        assert [s.outcome for s in stored] == ["stored"] * 3
        assert len({s.conversation for s in stored}) == 1
