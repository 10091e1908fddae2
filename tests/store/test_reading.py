"""Lists in keyset pages: without gap or repeat, also while rows come in, also beyond PostgREST's thousand."""

from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from app.errors import InvalidRequest, NotFound
from app.models import Page
from app.store.calls import decode_cursor, encode_cursor
from tests.store.world import ANA, BEA, World, at, create


async def walk(page: Callable[[str | None], Awaitable[Page[Any]]], between: Callable[[], None] = lambda: None) -> list:
    items: list[Any] = []
    cursor = None
    while True:
        found = await page(cursor)
        items.extend(found.items)
        cursor = found.next_cursor
        if cursor is None:
            return items
        between()


def many_conversations(world: World, count: int) -> None:
    world.do(
        "insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address, last_message_at)"
        " select %s, 'c' || n, 'twilio', 'x', case when n %% 5 > 0 then now() - (n / 3) * interval '1 min' end"
        " from generate_series(1, %s) n",
        world.tenant.id,
        count,
    )


@pytest.mark.parametrize("limit", [1, 2, 7, 10, 11])
async def test_conversations_come_newest_first_without_gap_or_repeat(world: World, limit: int) -> None:
    many_conversations(world, 10)
    found = await walk(lambda cursor: world.store.list_conversations(world.tenant.id, limit=limit, cursor=cursor))
    assert len(found) == len({c.id for c in found}) == 10
    times = [c.last_message_at for c in found]
    assert times == sorted((t for t in times if t), reverse=True) + [None] * 2


async def test_more_than_a_thousand_rows_come_in_one_document(world: World) -> None:
    many_conversations(world, 2500)
    page = await world.store.list_conversations(world.tenant.id, limit=2000)
    assert len(page.items) == 2000
    found = await walk(lambda cursor: world.store.list_conversations(world.tenant.id, limit=900, cursor=cursor))
    assert len({c.id for c in found}) == 2500
    stored = await world.say()
    world.do(
        "insert into whatsapp_messages (tenant_id, conversation_id, provider, body) select %s, %s, 'twilio', n::text"
        " from generate_series(1, 1500) g(n)",
        world.tenant.id,
        ANA,
    )
    assert len((await world.store.list_messages(world.tenant.id, stored.conversation, limit=1400)).items) == 1400
    assert len(await world.store.conversation_context(world.tenant.id, ANA, 1400)) == 1400


async def test_conversations_that_come_in_between_the_pages_disturb_nobody(world: World) -> None:
    many_conversations(world, 20)
    before = {r["id"] for r in world.rows("select id from whatsapp_conversations")}
    counter = iter(range(100))

    def somebody_writes() -> None:
        world.do(
            "insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address,"
            " last_message_at) values (%s, %s, 'twilio', 'x', now())",
            world.tenant.id,
            f"new{next(counter)}",
        )

    found = await walk(
        lambda cursor: world.store.list_conversations(world.tenant.id, limit=3, cursor=cursor), somebody_writes
    )
    assert [c.id for c in found if c.id in before] == [c.id for c in found]
    assert {c.id for c in found} == before


@pytest.mark.parametrize("newest_first", [True, False])
async def test_messages_come_in_order_both_ways_while_others_come_in(world: World, newest_first: bool) -> None:
    stored = await world.say("0", sent_at=at(-100))
    for n in range(1, 20):
        await world.say(str(n), sent_at=at(-100 + n // 4))
    other = await world.say("other", contact=BEA)
    assert other.is_new

    def somebody_writes() -> None:
        world.insert_message(stored, "new", sent_at=at(1 if newest_first else -200))

    found = await walk(
        lambda cursor: world.store.list_messages(
            world.tenant.id, stored.conversation, limit=3, cursor=cursor, newest_first=newest_first
        ),
        somebody_writes,
    )
    order = [str(n) for n in range(20)]
    assert [m.body for m in found] == (order[::-1] if newest_first else order)


async def test_events_come_by_start_with_all_filters(world: World) -> None:
    stored, other = await world.say(), await world.say(contact=BEA)
    token, state = await world.claim_batch()
    changes = [
        create(stored, at(n // 2), title=f"Cita {n}", location="50%_off" if n == 3 else None, status=status)
        for n, status in enumerate(["confirmed", "proposed"] * 4)
    ]
    await world.complete(token, state, *changes, policy="allow")
    await world.event(other, at(99), title="De Bea")
    tenant = world.tenant.id

    async def titles(**given: Any) -> list[str]:
        found = await walk(lambda cursor: world.store.list_events(tenant, limit=2, cursor=cursor, **given))
        assert [e.start for e in found] == sorted(e.start for e in found)
        assert len({e.id for e in found}) == len(found)
        return sorted(e.title for e in found)

    assert len(await titles()) == 9
    assert await titles(status="proposed") == ["Cita 1", "Cita 3", "Cita 5", "Cita 7"]
    assert await titles(since=at(1), until=at(2)) == ["Cita 2", "Cita 3"]
    assert await titles(conversation=other.conversation) == ["De Bea"]
    assert await titles(conversation=uuid4()) == []
    assert await titles(search="cita 3") == ["Cita 3"]
    assert await titles(search="50%_") == ["Cita 3"]
    assert await titles(search="%") == ["Cita 3"], "what is typed is no pattern"
    assert len(await titles(search="  ")) == 9


async def test_conversations_are_found_and_filtered(world: World) -> None:
    ana = await world.say("¿hola?", contact_name="Ana Ñández", phone="+34600000001")
    bea = await world.say(contact=BEA, contact_name="Bea_100%")
    await world.event(ana, status="proposed")
    world.do("update whatsapp_conversations set batch_parked_at = now() where id = %s", bea.conversation)
    await world.store.pause_conversation(world.tenant.id, ana.conversation, at(1))
    tenant = world.tenant.id

    async def names(**given: Any) -> set[str]:
        return {c.contact_name for c in (await world.store.list_conversations(tenant, **given)).items}

    both = {"Ana Ñández", "Bea_100%"}
    assert await names() == both
    assert await names(search="ñández") == await names(search="+34600000001") == {"Ana Ñández"}
    assert await names(search="_100%") == await names(search="whatsapp:+34600000002") == {"Bea_100%"}
    assert await names(search="x_100") == set()
    for typed in ("nandez", "ÑANDEZ", "ana ñandéz", "+34 600 000 001", "600-000-001", "0034 600000001", "n\u0303andez"):
        assert await names(search=typed) == {"Ana Ñández"}, typed
    for typed in ("(", "[a-z]+", ".*", "\\", "😀", "ana  "):
        assert len(await names(search=typed)) == (typed == "ana  "), typed
    for typed in ("6000 00009", "( - )"):
        assert await names(search=typed) == set(), typed
    assert await names(unprocessed=True) == await names(parked=True) == await names(paused=False) == {"Bea_100%"}
    assert await names(unprocessed=False) == await names(parked=False) == await names(paused=True) == {"Ana Ñández"}
    assert await names(needs_review=True) == {"Ana Ñández"}
    assert await names(needs_review=False) == {"Bea_100%"}


async def test_a_conversation_is_found_by_its_uuid_or_by_the_contacts_own_id(world: World) -> None:
    stored = await world.say()
    for key in (ANA, str(stored.conversation), str(stored.conversation).upper()):
        assert (await world.store.get_conversation(world.tenant.id, key)).id == stored.conversation
    for key in ("nobody", str(uuid4()), "", "00000000"):
        with pytest.raises(NotFound):
            await world.store.get_conversation(world.tenant.id, key)
    odd = await world.say(contact=str(stored.conversation))
    found = await world.store.get_conversation(world.tenant.id, str(stored.conversation))
    assert found.id == odd.conversation, "a contact may be called like a row: its own name goes first"


async def test_tenants_read_only_what_is_theirs(world: World) -> None:
    blue, red = await world.add_tenant("blue", "whatsapp:+1"), await world.add_tenant("red", "whatsapp:+2")
    stored = await world.say(channel_address="whatsapp:+1", contact_name="Azul")
    event = await world.event(stored)
    for tenant, mine in ((blue.id, True), (red.id, False), (world.tenant.id, False)):
        assert len((await world.store.list_conversations(tenant)).items) == mine
        assert len((await world.store.list_conversations(tenant, search="azul")).items) == mine
        assert len((await world.store.list_messages(tenant, stored.conversation)).items) == mine
        assert len((await world.store.list_events(tenant)).items) == mine
        assert len((await world.store.list_events(tenant, conversation=stored.conversation)).items) == mine
        assert len(await world.store.conversation_context(tenant, ANA)) == mine
        assert len(await world.store.busy(tenant, at(0), at(100), event_minutes=60)) == mine
    for call in (
        world.store.get_conversation(red.id, str(stored.conversation)),
        world.store.get_conversation(red.id, ANA),
        world.store.get_event(red.id, event),
        world.store.retry_conversation(red.id, stored.conversation),
        world.store.pause_conversation(red.id, stored.conversation, at(1)),
        world.store.post_message(red.id, stored.conversation, [(uuid4(), "x")], deliver="queued"),
        world.store.mark_message_processed(red.id, stored.message_id),
    ):
        with pytest.raises(NotFound):
            await call
    assert (await world.store.get_conversation(blue.id, ANA)).bot_paused_until is None
    assert world.count("whatsapp_messages") == 1


async def test_a_part_that_another_tenant_has_is_not_shown(world: World) -> None:
    await world.add_tenant("blue", "whatsapp:+1")
    red = await world.add_tenant("red", "whatsapp:+2")
    first, second = await world.say(channel_address="whatsapp:+1"), await world.say(channel_address="whatsapp:+2")
    part = (uuid4(), "secreto")
    await world.store.post_message(first.tenant_id, first.conversation, [part], deliver="queued")
    with pytest.raises(Exception, match="duplicate key"):
        await world.store.post_message(red.id, second.conversation, [part], deliver="queued")


WRONG_CURSORS = [
    b"###",
    b"null",
    b"[]",
    b"{}",
    b"1",
    b'{"at": 1, "id": "x"}',
    b'{"at": "now", "id": "00000000-0000-0000-0000-000000000000"}',
    b'{"at": "2026-01-01T00:00:00+00:00", "id": "x"}',
    b'{"at": "2026-01-01T00:00:00+00:00"}',
    b'{"sent_at": "2026-01-01T00:00:00+00:00", "seq": 1}',
    b'{"at": "2026-01-01T00:00:00+00:00", "id": 1e400}',
]


@pytest.mark.parametrize("cursor", ["x", "\u00f1", "====", *(urlsafe_b64encode(c).decode() for c in WRONG_CURSORS)])
async def test_a_cursor_that_is_none_of_ours_is_the_callers_fault(world: World, cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        await world.store.list_conversations(world.tenant.id, cursor=cursor)
    with pytest.raises(InvalidRequest):
        await world.store.list_events(world.tenant.id, cursor=cursor)


def test_cursors_are_opaque_and_exact() -> None:
    key = {"at": "2026-01-02T03:04:05.678901+00:00", "id": str(uuid4())}
    assert decode_cursor(encode_cursor(key), "at", "id") == key
    assert encode_cursor(None) is None
    assert decode_cursor(None, "at", "id") is None
    assert decode_cursor("", "at", "id") is None
