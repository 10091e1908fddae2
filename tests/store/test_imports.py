"""Storing an export's lines, over both transports: once, raced, unseen by the answers, seen by the batch."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from app.errors import NotFound
from app.models import Direction
from app.store.imports import Imported, ImportLine
from tests.store.world import ANA, EVERYTHING, NOW, OURS, PROVIDER, World

DAY = NOW - timedelta(days=3)


def line(number: int, body: str = "hola", **given: object) -> ImportLine:
    values = {"direction": Direction.INBOUND, "at": DAY + timedelta(minutes=number), "sid": f"export:{number}"}
    return ImportLine.model_validate(values | {"body": body} | given)


async def bring(world: World, *lines: ImportLine, **given: object) -> Imported:
    store = given.pop("store", world.store)
    values = {"provider": PROVIDER, "channel_address": OURS} | given
    return await store.import_messages(world.tenant.id, ANA, lines, **values)  # type: ignore[attr-defined, no-any-return]


async def test_once_also_when_two_do_it_at_the_same_time(world: World):
    lines = [line(number, f"mensaje {number}") for number in range(60)]
    other = await world.another()
    first, second = await asyncio.gather(bring(world, *lines), bring(world, *lines, store=other))
    assert sorted([first.stored, second.stored]) == [0, 60]
    assert sorted([first.known, second.known]) == [0, 60]
    page = await world.store.list_messages(world.tenant.id, first.conversation or uuid4(), limit=100)
    assert [message.body for message in page.items] == [f"mensaje {number}" for number in range(60)]
    assert page.items[0].provider == "export"
    assert page.items[0].from_number == ANA


async def test_the_end_of_a_chat_first(world: World):
    lines = [line(number // 3, str(number), sid=f"export:{number}", to_minute=True) for number in range(12)]
    await bring(world, *lines[5:])
    done = await bring(world, *lines[:5])
    page = await world.store.list_messages(world.tenant.id, done.conversation or uuid4(), limit=100)
    assert [message.body for message in page.items] == [str(number) for number in range(12)]


async def test_it_waits_for_the_batch_and_for_no_answer(world: World):
    await world.say("¿hay sitio?", quiet_seconds=60.0)
    state = await world.store.claim_batch(uuid4(), uuid4(), EVERYTHING, lease_seconds=60, max_attempts=5)
    assert state is not None
    imported = await bring(world, line(1), line(2, direction=Direction.OUTBOUND))
    # A batch that has read the conversation without them is not the last word.
    again = await world.store.batch_state(state.conversation.id)
    assert again.message_count == state.message_count + 2
    conversation = await world.store.get_conversation(world.tenant.id, ANA)
    assert conversation.id == imported.conversation
    assert conversation.unprocessed_count == 3
    assert conversation.reply_due_at is not None
    assert conversation.last_message == "¿hay sitio?"


async def test_an_import_alone_starts_no_answer(world: World):
    await bring(world, line(1), contact_name="Ana", phone="+34600000001")
    conversation = await world.store.get_conversation(world.tenant.id, ANA)
    assert (conversation.reply_due_at, conversation.contact_name) == (None, "Ana")
    assert conversation.last_message_at == DAY + timedelta(minutes=1)
    assert not (await world.store.claim_reply(uuid4())).claimed
    # What comes in live afterwards is alone in what waits.
    await world.say("ahora")
    claim = await world.claim()
    assert [message.body for message in claim.messages if message.seq > claim.answered_seq] == ["ahora"]


async def test_equal_lines_find_their_own(world: World):
    await world.say("ok", sent_at=DAY + timedelta(minutes=1, seconds=5))
    three = [line(1, "ok", sid=f"export:ok{number}") for number in range(3)]
    for lines in (three[1:], three, three):  # in whatever parts they come
        await bring(world, *lines)
    conversation = await world.store.get_conversation(world.tenant.id, ANA)
    assert conversation.unprocessed_count == 3


async def test_a_dry_run_writes_nothing(world: World):
    found = await bring(world, line(1), line(2), dry_run=True)
    assert (found.stored, found.conversation) == (2, None)
    with pytest.raises(NotFound):
        await world.store.get_conversation(world.tenant.id, ANA)


async def test_a_tenant_that_there_is_not(world: World):
    with pytest.raises(NotFound):
        await world.store.import_messages(uuid4(), ANA, [line(1)], provider=PROVIDER, channel_address=OURS)


# -- what the provider lists and the export holds ----------------------------------------------------------------------


async def test_a_backfilled_message_takes_its_line(world: World):
    await bring(world, line(1, "ok"), line(1, "ok", sid="export:1b"), line(2, "a las\u00a010"))
    sids = {}
    for sid, body, minute in (("SM1", "ok", 1), ("SM2", "ok", 1), ("SM3", "a las 10", 2.9), ("SM4", "ok", 30)):
        at = DAY + timedelta(minutes=minute)
        stored = await world.say(body, message_sid=sid, backfilled=True, sent_at=at)
        sids[sid] = stored.outcome
    assert sids == {"SM1": "duplicate", "SM2": "duplicate", "SM3": "duplicate", "SM4": "stored"}
    assert await world.store.known_sids(PROVIDER, ["SM1", "SM2", "SM3"]) == {"SM1", "SM2", "SM3"}
    assert world.count("whatsapp_messages") == 4
    # And the import knows its lines again.
    again = await bring(world, line(1, "ok"), line(1, "ok", sid="export:1b"), line(2, "a las\u00a010"))
    assert (again.stored, again.known + again.recognised) == (0, 3)
    assert (await world.say("ok", message_sid="SM1", backfilled=True, sent_at=DAY)).outcome == "duplicate"
    assert world.count("whatsapp_messages") == 4


async def test_a_backfilled_file_takes_the_line_that_stands_for_it(world: World):
    await bring(world, line(1, "[Image]", raw={"kind": "media"}), line(2, "hola", direction=Direction.OUTBOUND))
    stored = await world.say(
        "mira", message_sid="SM1", backfilled=True, sent_at=DAY + timedelta(minutes=1), media=({"url": "https://x/1"},)
    )
    other = await world.say("hola", message_sid="SM2", backfilled=True, sent_at=DAY + timedelta(minutes=2))
    assert (stored.outcome, other.outcome) == ("duplicate", "stored")  # the business's "hola" is not the customer's
    assert world.message(stored)["media"] == [{"url": "https://x/1", "content_type": None}]
