"""What an agent outside Hilo keeps beside a conversation: one contact, one session, nothing lost."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.models import Media, Role
from app.store.sessions import Session, SessionOutcome
from tests.store.world import ANA, BEA, NOW, World, echo

PHONE = ANA.removeprefix("whatsapp:+")


async def opened(world: World, phone: str = PHONE) -> Session:
    return await world.store.create_session(world.tenant.id, [phone], f"+{phone}")


async def found(world: World, phone: str = PHONE) -> Session:
    session = await world.store.find_session([phone], tenant=world.tenant.id)
    assert session
    return session


async def sync(world: World, session: Session, **given) -> SessionOutcome:
    return await world.store.sync_session(session.id, tenant=world.tenant.id, **given)


async def post(world: World, session: Session, role: Role, text: str, **given) -> SessionOutcome:
    return await world.store.add_session_message(session.id, role, text, tenant=world.tenant.id, **given)


def run_out(world: World, session: Session) -> None:
    world.do("update sessions set expires_at = now() - interval '1 s' where id = %s", session.id)


async def test_a_webhook_opens_a_session_and_the_next_one_renews_it(world: World) -> None:
    await world.say("hola")
    first = await found(world)
    bot, digits, milliseconds, noise = first.id.rsplit("_", 3)
    assert (bot, digits, len(noise)) == ("default", PHONE, 8)
    assert abs(int(milliseconds) / 1000 - first.created_at.timestamp()) < 1
    assert first.expires_at - first.last_activity == timedelta(hours=24)
    await world.say("¿hay sitio?")
    second = await found(world)
    assert (second.id, second.version) == (first.id, 1)
    assert second.expires_at > first.expires_at
    assert [(m.role, m.content) for m in second.messages] == [(Role.USER, "hola"), (Role.USER, "¿hay sitio?")]
    assert second.last_user_message == "¿hay sitio?"


async def test_an_expired_session_is_followed_by_the_next(world: World) -> None:
    await world.say("hola")
    first = await found(world)
    run_out(world, first)
    assert await world.store.find_session([PHONE], tenant=world.tenant.id) is None
    assert (await sync(world, first, intent="x")).outcome == "inactive"
    assert (await post(world, first, Role.BOT, "x")).outcome == "inactive"
    assert (await world.store.link_order(first.id, "1", tenant=world.tenant.id)).outcome == "inactive"
    kept = await world.store.get_session(first.id, tenant=world.tenant.id)
    assert kept is not None
    assert not kept.is_active
    await world.say("hola otra vez")
    assert (await found(world)).id != first.id


async def test_old_messages_and_the_business_itself_open_none(world: World) -> None:
    await world.store.store_message(echo("le escribo yo"), quiet_seconds=0)
    await world.say("antiguo", contact=BEA, backfilled=True, sent_at=NOW - timedelta(days=2))
    assert world.count("sessions") == 0


async def test_state_follows_and_merges(world: World) -> None:
    session = await opened(world)
    await sync(world, session, intent="menu", step="choose", context={"a": [1], "b": {"x": 1}}, metadata={"m": 1})
    await sync(world, session, intent="menu", step="pay")
    done = await sync(
        world, session, intent="order", context={"b": {"y": 2}, "c": None, "previousMessages": [1]}, metadata={"n": 2}
    )
    state = done.session
    assert state is not None
    assert (state.current_intent, state.previous_intent) == ("order", "menu")
    assert (state.current_step, state.previous_step) == ("pay", "choose")
    assert (state.context, state.metadata) == ({"a": [1], "b": {"y": 2}, "c": None}, {"m": 1, "n": 2})
    assert state.version == 4


async def test_the_version_guards_the_state(world: World) -> None:
    session = await opened(world)
    await post(world, session, Role.USER, "hola")
    assert (await sync(world, session, context={"a": 1}, if_version=1)).outcome == "synced"
    late = await sync(world, session, context={"a": 2}, if_version=1)
    assert (late.outcome, late.version) == ("overtaken", 2)
    assert (await found(world)).context == {"a": 1}
    big = await sync(world, session, context={"b": "x" * 500}, max_bytes=400)
    assert big.outcome == "too_large"
    assert big.bytes
    assert big.bytes > 500


async def test_a_closed_session_is_over(world: World) -> None:
    session = await opened(world)
    done = await sync(world, session, is_active=False)
    assert done.session
    assert not done.session.is_active
    assert await world.store.find_session([PHONE], tenant=world.tenant.id) is None
    assert (await sync(world, session, is_active=True)).outcome == "inactive"
    assert (await opened(world)).id != session.id


async def test_a_message_is_posted_once(world: World) -> None:
    session = await opened(world)
    outcomes = [
        (await post(world, session, Role.BOT, "Hola, ¿qué desea?", message_id="m-1")).outcome,
        (await post(world, session, Role.BOT, "Hola, ¿qué desea?", message_id="m-1")).outcome,
        (await post(world, session, Role.BOT, "sin id", key="k")).outcome,
        (await post(world, session, Role.BOT, "sin id", key="k")).outcome,
        (await post(world, session, Role.BOT, "sin id")).outcome,
    ]
    assert outcomes == ["added", "known", "added", "known", "added"]
    assert world.count("whatsapp_messages") == 3
    later = await opened(world, "34600000077")
    assert (await post(world, later, Role.BOT, "otra", message_id="m-1")).outcome == "added"


async def test_what_a_webhook_brought_is_adopted_once(world: World) -> None:
    stored = await world.say("un   ceviche")
    session = await found(world)
    first = await post(world, session, Role.USER, "un ceviche")
    assert (first.outcome, first.message_id) == ("adopted", stored.message_id)
    again = await post(world, session, Role.USER, "un ceviche")
    assert again.outcome == "added"
    sid = world.message(await world.say("y una causa"))["message_sid"]
    assert (await post(world, session, Role.USER, "y una causa", message_id=sid)).outcome == "known"
    assert world.count("whatsapp_messages") == 3


async def test_an_old_message_is_not_adopted(world: World) -> None:
    stored = await world.say("hola")
    world.do("update whatsapp_messages set sent_at = now() - interval '11 minutes' where id = %s", stored.message_id)
    assert (await post(world, await found(world), Role.USER, "hola")).outcome == "added"


async def test_a_webhook_that_comes_after_the_post_adds_nothing(world: World) -> None:
    session = await opened(world)
    await post(world, session, Role.USER, "hola")
    await post(world, session, Role.BOT, "buenas", message_id="SM-of-the-answer")
    assert (await world.say("hola")).outcome == "duplicate"
    late = await world.store.store_message(echo("buenas", message_sid="SM-of-the-answer"))
    assert late.outcome == "duplicate"
    assert (await world.say("hola")).outcome == "stored"


@pytest.mark.parametrize("under_its_id", [True, False])
async def test_a_webhook_completes_what_was_told_before_it(world: World, under_its_id: bool) -> None:
    """The picture, the raw payload, the provider's time, Hilo's answer: none is lost because an agent was faster."""
    session = await opened(world)
    await post(world, session, Role.USER, "antes")
    posted = await post(world, session, Role.USER, "mi  foto", message_id="SM-7" if under_its_id else None)
    media = (Media(content_type="image/jpeg", url="https://media.example/7"),)
    wrote_at = datetime.now(UTC) - timedelta(seconds=30)
    given = {"message_sid": "SM-7", "media": media, "raw": {"Body": "mi foto"}, "sent_at": wrote_at}
    stored = await world.say("mi foto", **given)
    assert (stored.outcome, stored.message_id, stored.reply_due) == ("duplicate", posted.message_id, True)
    row = world.message(stored)
    assert (row["message_sid"], row["raw"], row["body"]) == ("SM-7", {"Body": "mi foto"}, "mi foto")
    assert [one["url"] for one in row["media"]] == ["https://media.example/7"]
    assert (row["author"], row["session_id"]) == (None, session.id)
    assert [m.content for m in (await found(world)).messages] == ["antes", "mi foto"]  # and not by the clocks
    claim = await world.claim()
    assert [m.body for m in claim.messages] == ["antes", "mi foto"]
    await world.commit(claim, "bonita")
    assert not (await world.say("mi foto", **given)).reply_due
    assert not (await world.store.claim_reply(uuid4())).claimed
    assert world.count("whatsapp_messages") == 3


async def test_a_webhook_that_comes_hours_late_is_matched_by_its_own_time(world: World) -> None:
    session = await opened(world)
    said_at = datetime.now(UTC) - timedelta(hours=3)
    posted = await post(world, session, Role.USER, "llego tarde", sent_at=said_at)
    late = {"sent_at": said_at - timedelta(seconds=2), "backfilled": True}
    stored = await world.say("llego tarde", message_sid="SM-late", **late)
    assert (stored.outcome, stored.message_id, stored.reply_due) == ("duplicate", posted.message_id, False)
    completed = await world.say("llego tarde", message_sid="SM-late", raw={"a": 1}, sent_at=late["sent_at"])
    assert (world.message(completed)["raw"], world.message(completed)["backfilled"]) == ({"a": 1}, False)
    assert world.count("whatsapp_messages") == 1


async def test_what_was_told_and_answered_is_not_answered_again(world: World) -> None:
    session = await opened(world)
    await post(world, session, Role.USER, "¿abren hoy?")
    await post(world, session, Role.BOT, "sí, hasta las 8")
    assert not (await world.say("¿abren hoy?")).reply_due
    assert world.count("whatsapp_conversations", "reply_due_at is not null") == 0
    await post(world, session, Role.USER, "¿y mañana?")
    await sync(world, session, metadata={"hiloReplies": False})
    assert not (await world.say("¿y mañana?")).reply_due


async def test_what_the_batch_has_read_stays_read(world: World) -> None:
    session = await opened(world)
    await post(world, session, Role.USER, "mañana a las 10")
    world.do("update whatsapp_messages set processed = true")
    await world.say("mañana a las 10", sent_at=datetime.now(UTC))
    assert world.count("whatsapp_messages", "processed") == 1
    assert world.count("whatsapp_conversations", "unprocessed_since is not null") == 0


async def test_posted_messages_are_read_by_the_batch(world: World) -> None:
    session = await opened(world)
    await post(world, session, Role.USER, "¿mañana a las 10?")
    await post(world, session, Role.BOT, "Sí, agendado.")
    _, state = await world.claim_batch()
    assert state.message_count == 2


async def test_the_agent_outside_keeps_hilos_own_silent(world: World) -> None:
    await world.say("hola")
    session = await found(world)
    await sync(world, session, metadata={"hiloReplies": False})
    assert world.count("whatsapp_conversations", "reply_due_at is not null") == 0
    assert not (await world.say("¿hola?")).reply_due
    run_out(world, session)
    assert not (await world.say("buenos días")).reply_due
    await sync(world, await found(world), metadata={"hiloReplies": True})
    assert (await world.say("¿sigue ahí?")).reply_due


async def test_its_answer_drops_hilos(world: World) -> None:
    await world.say("hola")
    await post(world, await found(world), Role.BOT, "buenas")
    assert world.count("whatsapp_conversations", "reply_due_at is not null") == 0


async def test_orders_are_linked_once(world: World) -> None:
    session = await opened(world)
    for order in ("A", "B", "A"):
        done = await world.store.link_order(session.id, order, tenant=world.tenant.id)
    assert done.session
    assert done.session.order_ids == ("A", "B")


async def test_one_contact_under_two_forms_of_its_number(world: World) -> None:
    made = await world.store.create_session(world.tenant.id, ["525512345678", "5215512345678"], "+52 55 1234 5678")
    await world.say("hola", contact="whatsapp:+5215512345678", phone="+5215512345678")
    assert world.count("whatsapp_conversations") == 1
    assert world.count("sessions") == 1
    session = await world.store.find_session(["5215512345678", "525512345678"], tenant=world.tenant.id)
    assert session
    assert (session.id, session.user_phone) == (made.id, "+52 55 1234 5678")


async def test_tenants_see_their_own(world: World) -> None:
    other = await world.add_tenant("blue", "whatsapp:+34900000099")
    session = await opened(world)
    assert await world.store.find_session([PHONE], tenant=other.id) is None
    assert await world.store.get_session(session.id, tenant=other.id) is None
    assert (await world.store.sync_session(session.id, tenant=other.id, intent="x")).outcome == "inactive"
    posted = await world.store.add_session_message(session.id, Role.USER, "x", tenant=other.id)
    assert posted.outcome == "inactive"
    assert (await world.store.link_order(session.id, "x", tenant=other.id)).outcome == "inactive"
    assert (await world.store.get_session(session.id, tenant=None)) == session
    mine = await world.store.create_session(other.id, [PHONE], PHONE)
    assert mine.tenant_id == other.id
    assert (await found(world)).id == session.id


async def test_two_hundred_at_once_lose_nothing(world: World) -> None:
    session = await opened(world)
    stores = [world.store, await world.another()]
    await asyncio.gather(
        *(
            stores[n % 2].sync_session(session.id, tenant=world.tenant.id, context={f"k{n}": n}, intent=f"i{n}")
            for n in range(100)
        ),
        *(
            stores[n % 2].add_session_message(session.id, Role.USER, str(n), tenant=world.tenant.id, key=str(n))
            for n in range(100)
        ),
    )
    state = await world.store.get_session(session.id, tenant=world.tenant.id, messages=200)
    assert state
    assert state.context == {f"k{n}": n for n in range(100)}
    assert state.version == 101
    assert {m.content for m in state.messages} == {str(n) for n in range(100)}
    moments = [m.timestamp for m in state.messages]
    assert moments == sorted(set(moments))


async def test_a_hundred_first_messages_open_one_session(world: World) -> None:
    await asyncio.gather(*(opened(world) for _ in range(20)), *(world.say(str(n)) for n in range(20)))
    assert world.count("sessions") == 1
