"""What is derived stays true for whoever writes the tables by hand: in the SQL editor, in a script, in a migration."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.store.world import ANA, BEA, Hand, World, at

DERIVED = """
select c.conversation_id,
       c.last_message_at, (select max(sent_at) from whatsapp_messages m where m.tenant_id = c.tenant_id
          and m.conversation_id = c.conversation_id) as last_message,
       c.last_inbound_at, (select max(sent_at) from whatsapp_messages m where m.tenant_id = c.tenant_id
          and m.conversation_id = c.conversation_id and m.direction = 'inbound') as last_inbound,
       c.unprocessed_since, (select min(created_at) from whatsapp_messages m where m.tenant_id = c.tenant_id
          and m.conversation_id = c.conversation_id and not m.processed) as unprocessed,
       c.event_count, (select count(*) from extracted_events e where e.tenant_id = c.tenant_id
          and e.conversation_id = c.conversation_id and e.status <> 'cancelled') as events
  from whatsapp_conversations c
"""


def check_derived(world: World) -> None:
    for row in world.rows(DERIVED):
        assert (row["last_message_at"], row["last_inbound_at"], row["unprocessed_since"], row["event_count"]) == (
            row["last_message"],
            row["last_inbound"],
            row["unprocessed"],
            row["events"],
        ), row


@pytest.fixture
def by_hand(world: World) -> Iterator[Hand]:
    hand = Hand.open(world.dsn)
    yield hand
    hand.connection.rollback()
    hand.connection.close()


async def test_messages_inserted_updated_and_deleted_by_hand(world: World) -> None:
    stored = await world.say(sent_at=at(-5))
    late = world.insert_message(stored, sent_at=at(-1))
    old = world.insert_message(stored, sent_at=at(-9), direction="outbound", role="bot", created_at=at(-9))
    check_derived(world)
    assert world.conversation(stored)["last_message_at"] == at(-1)
    assert world.conversation(stored)["unprocessed_since"] == at(-9)

    for change in (
        "processed = true",
        "processed = false",
        "sent_at = sent_at + interval '20 h'",
        "sent_at = sent_at - interval '30 h'",
        "direction = 'outbound', role = 'bot'",
    ):
        for message in (old, late, stored.message_id):
            world.do(f"update whatsapp_messages set {change} where id = %s", message)
            check_derived(world)
    world.do("update whatsapp_messages set processed = true")
    check_derived(world)
    world.do("update whatsapp_messages set processed = false")
    check_derived(world)
    for message in (late, stored.message_id, old):
        world.do("delete from whatsapp_messages where id = %s", message)
        check_derived(world)
    assert world.conversation(stored)["last_message_at"] is None
    assert world.conversation(stored)["unprocessed_since"] is None


async def test_a_row_inserted_by_hand_after_the_function_in_one_transaction(world: World, by_hand: Hand) -> None:
    """The function tells the trigger that it has counted its own row; the next row is not the function's."""
    stored = await world.say(sent_at=at(-60))
    world.do("update whatsapp_messages set processed = true")
    by_hand.connection.execute(
        "select hilo_store_message('twilio', channel_address, conversation_id, 'SMx', 'hola', p_sent_at => now())"
        " from whatsapp_conversations"
    )
    by_hand.connection.execute("update whatsapp_messages set processed = true")
    by_hand.connection.execute(
        "insert into whatsapp_messages (tenant_id, conversation_id, provider, body, sent_at)"
        " values (%s, %s, 'twilio', 'a mano', now() + interval '1 h')",
        (stored.tenant_id, ANA),
    )
    by_hand.connection.commit()
    check_derived(world)
    assert world.conversation(stored)["unprocessed_since"] is not None


async def test_many_rows_at_once_by_hand(world: World) -> None:
    ana, bea = await world.say(), await world.say(contact=BEA)
    for stored, contact in ((ana, ANA), (bea, BEA)):
        world.do(
            "insert into whatsapp_messages (tenant_id, conversation_id, provider, body, sent_at, processed)"
            " select %s, %s, 'twilio', n::text, now() + n * interval '1 s', n %% 3 = 0 from generate_series(1, 300) n",
            stored.tenant_id,
            contact,
        )
    check_derived(world)
    world.do("update whatsapp_messages set processed = not processed where seq %% 2 = 0")
    check_derived(world)
    world.do("delete from whatsapp_messages where seq %% 5 <> 0")
    check_derived(world)
    world.do("update whatsapp_messages set conversation_id = %s where seq %% 10 = 0", BEA)
    check_derived(world)
    world.do("delete from whatsapp_messages")
    check_derived(world)


async def test_events_inserted_updated_moved_and_deleted_by_hand(world: World) -> None:
    ana, bea = await world.say(), await world.say(contact=BEA)
    event = await world.event(ana)
    world.do("update whatsapp_messages set processed = false")
    other = await world.event(ana, at(50))
    check_derived(world)
    assert world.conversation(ana)["event_count"] == 2
    world.do("update extracted_events set status = 'cancelled' where id = %s", event)
    check_derived(world)
    world.do("update extracted_events set conversation_id = %s where id = %s", BEA, other)
    check_derived(world)
    assert world.conversation(bea)["event_count"] == 1
    world.do("delete from extracted_events where id = %s", other)
    check_derived(world)


async def test_a_deleted_event_takes_its_mark_from_its_messages(world: World) -> None:
    stored = await world.say()
    event = await world.event(stored)
    assert (world.message(stored)["event_id"], world.message(stored)["event_extracted"]) == (event, True)
    world.do("delete from extracted_events where id = %s", event)
    row = world.message(stored)
    assert (row["event_id"], row["event_extracted"], row["processed"]) == (None, False, True)
    assert world.count("event_revisions") == 0


async def test_an_event_outlives_the_message_that_proves_it(world: World) -> None:
    stored = await world.say()
    event = await world.event(stored)
    world.do("delete from whatsapp_messages")
    kept = await world.store.get_event(world.tenant.id, event)
    assert kept.evidence[0].message_id == stored.message_id
    assert kept.evidence[0].quote == "el viernes a las 10"
    assert kept.evidence_messages == ()


async def test_a_conversation_takes_everything_along_when_it_is_deleted_or_renamed(world: World) -> None:
    stored = await world.say()
    event = await world.event(stored)
    world.do("update whatsapp_conversations set conversation_id = 'bsuid:ES.123' where id = %s", stored.conversation)
    check_derived(world)
    assert world.message(stored)["conversation_id"] == "bsuid:ES.123"
    assert (await world.store.get_event(world.tenant.id, event)).conversation_id == "bsuid:ES.123"
    world.do("delete from whatsapp_conversations where id = %s", stored.conversation)
    assert [world.count(t) for t in ("whatsapp_messages", "extracted_events", "event_revisions")] == [0, 0, 0]


async def test_updated_at_moves_with_every_change_by_hand(world: World) -> None:
    stored = await world.say()
    before = world.message(stored)["updated_at"]
    world.do("update whatsapp_messages set author = 'x'")
    assert world.message(stored)["updated_at"] > before


async def test_a_batch_that_read_what_was_edited_or_deleted_reads_again(world: World) -> None:
    stored = await world.say("el martes")
    for change in (
        "update whatsapp_messages set body = 'el jueves'",
        "update whatsapp_messages set sent_at = sent_at - interval '1 day'",
        "delete from whatsapp_messages",
    ):
        world.let_leases_run_out()
        token, state = await world.claim_batch()
        rows = await world.store.transcript(state.conversation.id, state.last_seq)
        world.do(change)
        done = await world.complete(token, state, read=len(rows))
        assert done.outcome == "changed", change
    assert world.count("whatsapp_messages", "processed") == 0
    assert stored.is_new


async def test_what_is_deleted_and_inserted_in_equal_number_is_not_taken_for_read(world: World) -> None:
    await world.say("primero")
    late = world.row("select nextval(pg_get_serial_sequence('whatsapp_messages', 'seq')) as seq")["seq"]
    second = await world.say("segundo")
    token, state = await world.claim_batch()
    rows = await world.store.transcript(state.conversation.id, state.last_seq)
    world.do(
        "insert into whatsapp_messages (tenant_id, conversation_id, provider, body, seq) overriding system value"
        " values (%s, %s, 'twilio', 'drawn early, committed late', %s)",
        world.tenant.id,
        ANA,
        late,
    )
    world.do("delete from whatsapp_messages where id = %s", second.message_id)
    done = await world.complete(token, state, read=len(rows))
    assert done.outcome == "changed"
    assert world.count("whatsapp_messages", "processed") == 0


async def test_a_row_committed_by_hand_during_the_completion_is_not_forgotten(world: World, by_hand: Hand) -> None:
    """Its insert came first and saw that the conversation waits anyway; its commit comes after the completion."""
    stored = await world.say()
    token, state = await world.claim_batch()
    world.insert_message(stored, connection=by_hand.connection, sent_at=at(-100))
    timer = threading.Timer(0.3, by_hand.connection.commit)
    timer.start()
    done = await world.complete(token, state, read=1)
    timer.join()
    assert done.outcome in ("completed", "changed")
    check_derived(world)
    assert world.conversation(stored)["unprocessed_since"] is not None
    assert world.row("select processed from whatsapp_messages where body = 'a mano'")["processed"] is False


async def test_a_row_marked_by_hand_while_a_message_comes_in(world: World, by_hand: Hand) -> None:
    stored = await world.say()
    by_hand.connection.execute("update whatsapp_messages set processed = true")
    timer = threading.Timer(0.3, by_hand.connection.commit)
    timer.start()
    await world.say("otra cosa")
    timer.join()
    check_derived(world)
    assert world.conversation(stored)["unprocessed_since"] is not None


async def test_two_people_insert_events_at_once(world: World, by_hand: Hand) -> None:
    stored = await world.say()
    statement = (
        "insert into extracted_events (tenant_id, conversation_id, title, start, time_zone, status, source, evidence)"
        " values (%s, %s, 'x', now(), 'UTC', 'confirmed', 'operator', '[]')"
    )
    by_hand.connection.execute(statement, [world.tenant.id, ANA])
    timer = threading.Timer(0.3, by_hand.connection.commit)
    timer.start()
    world.do(statement, world.tenant.id, ANA)
    timer.join()
    check_derived(world)
    assert world.conversation(stored)["event_count"] == 2


async def test_marking_five_thousand_messages_is_quick(world: World) -> None:
    stored = await world.say()
    world.do(
        "insert into whatsapp_messages (tenant_id, conversation_id, provider, body, sent_at)"
        " select %s, %s, 'twilio', n::text, now() - n * interval '1 s' from generate_series(1, 5000) n",
        world.tenant.id,
        ANA,
    )
    token, state = await world.claim_batch()
    assert state.message_count == 5001
    before = world.row("select clock_timestamp() as t")["t"]
    done = await world.complete(token, state)
    assert (done.outcome, done.messages) == ("completed", 5001)
    assert world.row("select clock_timestamp() as t")["t"] - before < timedelta(seconds=5)
    assert world.conversation(stored)["unprocessed_since"] is None
