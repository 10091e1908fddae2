"""Promise 1: a message is stored once, and none is lost."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.models import Media, Role
from tests.store.world import ANA, BEA, OURS, World, at, echo, message, race


async def test_all_that_a_message_brings_is_kept(world: World) -> None:
    sent = at(-1)
    given = message(
        "¿Tenéis hueco?",
        sent_at=sent,
        contact_name="Ana",
        phone="+34600000001",
        media=(Media(url="https://media.example/1", content_type="image/jpeg"),),
        reply_to_sid="SM-earlier",
        raw={"Body": "¿Tenéis hueco?", "Unknown": {"deep": [1, None, True]}},
    )
    stored = await world.store.store_message(given)
    assert (stored.outcome, stored.tenant_id, stored.reply_due) == ("stored", world.tenant.id, True)
    (kept,) = (await world.store.list_messages(world.tenant.id, stored.conversation)).items
    assert (kept.body, kept.sent_at, kept.role, kept.processed) == ("¿Tenéis hueco?", sent, Role.USER, False)
    assert (kept.from_number, kept.to_number, kept.message_sid) == (ANA, OURS, given.message_sid)
    assert (kept.media, kept.reply_to_sid, kept.id, kept.seq) == (
        given.media,
        "SM-earlier",
        stored.message_id,
        stored.seq,
    )
    assert world.message(stored)["raw"] == given.raw
    conversation = await world.store.get_conversation(world.tenant.id, ANA)
    assert (conversation.contact_name, conversation.phone, conversation.last_message_at) == (
        "Ana",
        "+34600000001",
        sent,
    )
    assert (conversation.last_message, conversation.unprocessed_count) == ("¿Tenéis hueco?", 1)


async def test_the_same_message_again_is_a_duplicate_and_does_nothing(world: World) -> None:
    given = message()
    first = await world.store.store_message(given)
    before = world.conversation(first)
    again = await world.store.store_message(given.model_copy(update={"body": "another text"}))
    assert (again.outcome, again.message_id, again.seq, again.is_new) == (
        "duplicate",
        first.message_id,
        first.seq,
        False,
    )
    assert world.conversation(first) == before
    assert world.count("whatsapp_messages") == 1


async def test_a_sid_known_from_another_contact_leaves_no_trace_of_this_one(world: World) -> None:
    given = message()
    await world.store.store_message(given)
    assert (await world.store.store_message(given.model_copy(update={"contact": BEA}))).outcome == "duplicate"
    assert world.count("whatsapp_conversations") == 1


async def test_many_deliveries_at_once_store_one(world: World) -> None:
    other = await world.another()
    given = message()
    outcomes = await race(*[store.store_message(given) for store in (world.store, other) * 5])
    assert sorted(o.outcome for o in outcomes) == ["duplicate"] * 9 + ["stored"]
    assert world.count("whatsapp_messages") == world.count("whatsapp_conversations") == 1


async def test_many_first_messages_at_once_make_one_conversation(world: World) -> None:
    other = await world.another()
    given = [message(str(n)) for n in range(10)]
    stored = await race(*[(world.store if n % 2 else other).store_message(m) for n, m in enumerate(given)])
    assert [s.outcome for s in stored] == ["stored"] * 10
    assert len({s.conversation for s in stored}) == 1
    assert len({s.seq for s in stored}) == 10


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x" * 65_536,
        "é" * 40_000,
        "👩‍👩‍👧‍👦 a las 🔟",
        "موعد يوم الجمعة الساعة ١٠ \u202e(mañana)\u202c",
        "quote ' \" \\ \\u0041 ${} %s %(x)s {} -- ; \t\r\n",
        "\ufeffwith a byte order mark",
    ],
    ids=["empty", "64k", "80k bytes", "emoji", "rtl", "special", "bom"],
)
async def test_bodies_come_back_as_they_were(world: World, body: str) -> None:
    stored = await world.say(body, raw={"Body": body})
    assert [m.body for m in await world.store.conversation_context(world.tenant.id, ANA)] == [body]
    assert world.message(stored)["raw"] == {"Body": body}


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("a\x00b", "a\ufffdb"),
        ("\x00", "\ufffd"),
        ("a\ud83db", "a\ufffdb"),
        ("\udc00\ud800", "\ufffd\ufffd"),
        ("\ud83d\ude00", "😀"),
    ],
    ids=["nul", "only nul", "lone high", "wrong order", "pair"],
)
async def test_what_postgres_cannot_keep_is_replaced_and_the_message_kept(world: World, body: str, kept: str) -> None:
    stored = await world.say(body, raw={"Body": body, f"key{body}": [body]}, contact_name=body)
    row = world.message(stored)
    assert row["body"] == kept
    assert row["raw"] == {"Body": kept, f"key{kept}": [kept]}


async def test_numbers_that_json_cannot_write_do_not_lose_the_message(world: World) -> None:
    stored = await world.say(raw={"lat": float("nan"), "deep": [float("inf"), -float("inf"), 1.5]})
    assert world.message(stored)["raw"] == {"lat": None, "deep": [None, None, 1.5]}


@pytest.mark.parametrize(
    "wrong", [datetime(2300, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)]
)
async def test_a_clock_that_cannot_be_right_is_not_believed(world: World, wrong: datetime) -> None:
    stored = await world.say(sent_at=wrong)
    row = world.message(stored)
    assert row["sent_at"] == row["received_at"]
    assert abs(row["sent_at"] - datetime.now(UTC)) < timedelta(seconds=30)


async def test_a_clock_that_is_a_little_ahead_is_believed(world: World) -> None:
    sent = datetime.now(UTC) + timedelta(seconds=60)
    assert world.message(await world.say(sent_at=sent))["sent_at"] == sent


async def test_order_is_provider_time_then_receive_sequence(world: World) -> None:
    for body, sent in [("c", at(-1)), ("a", at(-3)), ("d", at(-1)), ("b", at(-2)), ("e", at(-1))]:
        stored = await world.say(body, sent_at=sent)
    assert "".join(m.body for m in await world.store.conversation_context(world.tenant.id, ANA)) == "abcde"
    assert "".join(m.body for m in await world.store.conversation_context(world.tenant.id, ANA, 2)) == "de"
    rows = await world.store.transcript(stored.conversation, stored.seq)
    assert "".join(r.text for r in rows) == "abcde"
    assert (await world.store.get_conversation(world.tenant.id, ANA)).last_message_at == at(-1)


async def test_a_late_message_does_not_turn_the_clock_of_the_conversation_back(world: World) -> None:
    await world.say(sent_at=at(-1))
    stored = await world.say(sent_at=at(-5))
    assert world.conversation(stored)["last_message_at"] == world.conversation(stored)["last_inbound_at"] == at(-1)


async def test_names_and_numbers_are_kept_until_better_ones_come(world: World) -> None:
    await world.say(contact_name="Ana", phone="+34600000001")
    stored = await world.say(contact_name="", phone=None)
    assert (world.conversation(stored)["contact_name"], world.conversation(stored)["phone"]) == ("Ana", "+34600000001")
    await world.say(contact_name="Ana María")
    assert world.conversation(stored)["contact_name"] == "Ana María"


# -- tenants and channels ----------------------------------------------------------------------------------------------


async def test_two_tenants_with_the_same_contact_and_the_same_sid(world: World) -> None:
    blue, red = await world.add_tenant("blue", "whatsapp:+1"), await world.add_tenant("red", "whatsapp:+2")
    first = await world.say("azul", channel_address="whatsapp:+1", message_sid="SM1")
    second = await world.say("rojo", channel_address="whatsapp:+2", message_sid="SM1")
    assert (first.outcome, first.tenant_id) == ("stored", blue.id)
    assert (second.outcome, second.tenant_id) == ("stored", red.id)
    assert first.conversation != second.conversation
    assert [m.body for m in await world.store.conversation_context(blue.id, ANA)] == ["azul"]
    assert [m.body for m in await world.store.conversation_context(red.id, ANA)] == ["rojo"]


async def test_an_unknown_address_is_kept_for_replay_and_stored_in_order_once(world: World) -> None:
    await world.add_tenant("blue", "whatsapp:+1")
    given = [
        message(
            f"n{n}",
            channel_address="whatsapp:+9",
            sent_at=at(-n),
            raw={"n": n},
            media=(Media(url="https://media.example/1"),),
            contact_name="Ana",
        )
        for n in range(3)
    ]
    for each in [*given, *given]:
        assert (await world.store.store_message(each)).outcome == "unrouted"
    assert world.count("whatsapp_messages") == 0
    (waiting,) = await world.store.list_unrouted()
    assert (waiting.provider, waiting.address, waiting.messages) == ("twilio", "whatsapp:+9", 3)
    assert await world.store.replay_unrouted() == 0, "still nobody's"
    assert (await world.store.list_unrouted())[0].messages == 3

    await world.store.save_channel("blue", "twilio", "whatsapp:+9")
    assert (await world.store.store_message(given[0])).outcome == "stored", "the provider repeats one meanwhile"
    assert await world.store.replay_unrouted() == 3
    assert await world.store.replay_unrouted() == 0
    assert await world.store.list_unrouted() == []
    blue = world.row("select id from tenants where slug = 'blue'")["id"]
    kept = await world.store.conversation_context(blue, ANA)
    assert [m.body for m in kept] == ["n2", "n1", "n0"]
    assert [m.backfilled for m in kept] == [True, True, False]
    assert kept[0].media == given[0].media
    assert [m.sent_at for m in kept] == [at(-2), at(-1), at(0)]


async def test_a_thousand_unrouted_messages_are_replayed_by_two_at_once(world: World) -> None:
    await world.add_tenant("blue", "whatsapp:+1")
    world.do(
        "insert into unrouted_messages (provider, address, message_sid, arguments) select 'twilio', 'whatsapp:+9',"
        " 'SM' || n, jsonb_build_object('p_provider', 'twilio', 'p_channel_address', 'whatsapp:+9', 'p_contact',"
        " 'c' || n %% 7, 'p_message_sid', 'SM' || n, 'p_body', n::text, 'p_direction', 'inbound', 'p_role', 'user',"
        " 'p_media', '[]'::jsonb, 'p_raw', '{}'::jsonb) from generate_series(1, 1200) n"
    )
    await world.store.save_channel("blue", "twilio", "whatsapp:+9")
    other = await world.another()
    done = await race(world.store.replay_unrouted(), other.replay_unrouted())
    assert sum(done) == 1200, done
    assert world.count("whatsapp_messages") == 1200
    assert world.count("unrouted_messages") == 0


async def test_what_is_kept_for_a_channel_that_is_switched_off_stays(world: World) -> None:
    await world.add_tenant("blue", "whatsapp:+1")
    await world.say(channel_address="whatsapp:+9")
    await world.store.save_channel("blue", "twilio", "whatsapp:+9", enabled=False)
    assert await world.store.replay_unrouted() == 0
    assert world.count("unrouted_messages") == 1


async def test_with_no_channels_the_default_tenant_takes_every_number(world: World) -> None:
    assert (await world.say(channel_address="whatsapp:+whatever")).tenant_id == world.tenant.id


# -- what is to be answered --------------------------------------------------------------------------------------------


async def test_what_is_backfilled_is_answered_only_while_it_is_young(world: World) -> None:
    assert (await world.say(backfilled=True, sent_at=datetime.now(UTC) - timedelta(minutes=5))).reply_due
    assert not (
        await world.say(backfilled=True, contact=BEA, sent_at=datetime.now(UTC) - timedelta(minutes=15))
    ).reply_due


async def test_a_tenant_may_switch_the_agent_off(world: World) -> None:
    await world.store.save_tenant("default", name="x", timezone="UTC", locale="es", settings={"agent_enabled": False})
    stored = await world.say()
    assert stored.is_new
    assert not stored.reply_due


@pytest.mark.parametrize(
    "settings",
    [
        '{"agent_enabled": "no"}',
        '{"context_messages": "ten"}',
        '{"context_messages": -1}',
        '{"event_minutes": 1.5}',
        '{"conflict_policy": "maybe"}',
        '{"confirm_batch_events": 1}',
        "[]",
    ],
)
async def test_settings_that_would_stop_every_message_cannot_be_written_by_hand(world: World, settings: str) -> None:
    with pytest.raises(Exception, match="settings"):
        world.do("update tenants set settings = %s where slug = 'default'", settings)
    assert (await world.say()).is_new


async def test_an_echo_from_the_phone_is_context_and_stops_the_agent(world: World) -> None:
    stored = await world.say()
    claim = await world.claim()
    assert not (await world.store.store_message(echo())).reply_due
    assert (await world.commit(claim)).outcome == "lost"
    assert not (await world.store.claim_reply(uuid4())).claimed
    kept = await world.store.conversation_context(world.tenant.id, ANA)
    assert [(m.role, m.author) for m in kept] == [(Role.USER, None), (Role.BOT, "phone")]
    assert world.conversation(stored)["reply_due_at"] is None
    # What the customer writes then is answered at once, not when the old lease would have run out.
    await world.say("gracias, ¿y el martes?")
    assert (await world.store.claim_reply(uuid4())).claimed


async def test_an_old_echo_that_is_backfilled_does_not_swallow_a_new_question(world: World) -> None:
    await world.say("¿abrís hoy?", sent_at=datetime.now(UTC))
    await world.store.store_message(echo(sent_at=at(-3), backfilled=True))
    assert (await world.store.claim_reply(uuid4())).claimed


# -- comparing with the provider ---------------------------------------------------------------------------------------


async def test_known_sids(world: World) -> None:
    await world.say(message_sid="SM1")
    await world.add_tenant("blue", "whatsapp:+1")
    await world.say(message_sid="SM2", channel_address="whatsapp:+9")
    await world.say(message_sid="SM3", channel_address="whatsapp:+1")
    asked = ["SM1", "SM2", "SM3", "SM4", "SM1"]
    assert await world.store.known_sids("twilio", asked) == {"SM1", "SM2", "SM3"}
    assert await world.store.known_sids("waha", asked) == set()
    assert await world.store.known_sids("twilio", []) == set()
    assert await world.store.known_sids("twilio", [f"X{n}" for n in range(3000)] + ["SM1"]) == {"SM1"}


async def test_what_another_tenant_has_is_not_known_for_this_address(world: World) -> None:
    await world.add_tenant("blue", "whatsapp:+1")
    await world.add_tenant("red", "whatsapp:+2")
    await world.say(message_sid="SM1", channel_address="whatsapp:+1")
    await world.say(message_sid="SM2", channel_address="whatsapp:+9")
    asked = ["SM1", "SM2"]
    assert await world.store.known_sids("twilio", asked, channel_address="whatsapp:+1") == {"SM1"}
    assert await world.store.known_sids("twilio", asked, channel_address="whatsapp:+2") == set()
    assert await world.store.known_sids("twilio", asked, channel_address="whatsapp:+9") == {"SM2"}


# -- our own messages as the provider echoes them ----------------------------------------------------------------------


async def test_an_echo_that_overtakes_the_providers_answer_is_recognised(world: World) -> None:
    """Some gateways echo what we sent through their API. It is that message, not one by a person."""
    stored = await world.say()
    await world.answer("Claro, ¿a qué hora?")
    token = uuid4()
    sending = await world.store.claim_outbound(token, ["twilio"])
    await world.say("a las diez")
    assert sending.message is not None
    came_back = await world.store.store_message(echo("Claro, ¿a qué hora?", message_sid="SM-ours"))
    assert (came_back.outcome, came_back.message_id) == ("duplicate", sending.message.id)
    assert await world.store.mark_sent(sending.message.id, token, "SM-ours")
    assert world.count("whatsapp_messages") == 3
    assert world.row("select delivery_status as s from whatsapp_messages where message_sid = 'SM-ours'")["s"] == "sent"
    assert world.conversation(stored)["reply_due_at"] is not None, "the customer's next message still waits"
    assert not (await world.store.claim_outbound(uuid4(), ["twilio"])).claimed
