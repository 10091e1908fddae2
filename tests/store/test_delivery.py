"""An answer on its way to the provider: claimed, sent, reported on."""

import threading
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import StoreRefused
from app.models import DeliveryStatus, StatusUpdate
from app.store.outbound import Outbound
from tests.store.world import ANA, BEA, OURS, World, echo, race
from tests.support.examples import examples


async def outbound(world: World, *providers: str) -> Outbound:
    return await world.store.claim_outbound(uuid4(), providers or ["twilio"])


async def sent(world: World, sid: str = "SM-1", body: str = "vale") -> UUID:
    await world.say()
    await world.answer(body)
    claim = await outbound(world)
    assert claim.message is not None
    assert claim.token is not None
    assert await world.store.mark_sent(claim.message.id, claim.token, sid)
    return claim.message.id


def status(world: World, message: UUID) -> str:
    return str(world.row("select delivery_status as s from whatsapp_messages where id = %s", message)["s"])


async def report(world: World, sid: str, word: str, **given: Any) -> str:
    values = {"provider": "twilio", "message_sid": sid, "status": DeliveryStatus(word)}
    update = StatusUpdate.model_validate(values | given)
    return await world.store.update_delivery(update)


async def test_a_claim_says_all_that_the_sender_needs(world: World) -> None:
    asked = await world.say(channel_address="whatsapp:+1", message_sid="SM-question")
    await world.answer("uno")
    token = uuid4()
    claim = await world.store.claim_outbound(token, ["other", "twilio"])
    assert (claim.claimed, claim.token, claim.resumed, claim.attempt) == (True, token, False, 1)
    assert (claim.contact, claim.channel_address, claim.reply_to_sid) == (ANA, "whatsapp:+1", "SM-question")
    assert claim.conversation == asked.conversation
    assert claim.message is not None
    assert (claim.message.body, claim.message.delivery_status) == ("uno", "sending")
    assert claim.started_at is not None


async def test_nobody_claims_what_is_not_for_their_providers(world: World) -> None:
    await world.say()
    await world.answer()
    claim = await outbound(world, "waha")
    assert (claim.claimed, claim.next_in) == (False, None)
    assert not (await outbound(world, "")).claimed


async def test_parts_leave_in_order_and_one_at_a_time(world: World) -> None:
    await world.say()
    await world.answer("uno", "dos", "tres")
    other = await world.another()
    claims = await race(*[store.claim_outbound(uuid4(), ["twilio"]) for store in (world.store, other) * 4])
    assert [c.message.body for c in claims if c.claimed] == ["uno"]
    first = next(c for c in claims if c.claimed)
    await world.store.mark_sent(first.message.id, first.token, "SM-1")
    second = await outbound(world)
    assert second.message is not None
    assert second.message.body == "dos"


async def test_conversations_do_not_wait_for_each_other(world: World) -> None:
    for contact in (ANA, BEA):
        await world.say(contact=contact)
        await world.answer("uno")
    assert {(await outbound(world)).contact, (await outbound(world)).contact} == {ANA, BEA}


async def test_what_waits_behind_a_pause_does_not_keep_the_sender_busy(world: World) -> None:
    await world.say()
    await world.answer("uno", "dos")
    claim = await outbound(world)
    await world.store.mark_send_failed(claim.message.id, claim.token, "429", retry_seconds=100)
    waiting = await outbound(world)
    assert not waiting.claimed
    assert 90 < waiting.next_in <= 100


async def test_what_failed_for_good_lets_the_next_part_go(world: World) -> None:
    await world.say()
    await world.answer("uno", "dos")
    claim = await outbound(world)
    await world.store.mark_send_failed(claim.message.id, claim.token, "63016 " + "x" * 1000, retry_seconds=None)
    row = world.row("select * from whatsapp_messages where id = %s", claim.message.id)
    assert (row["delivery_status"], len(row["delivery_error"]), row["send_token"]) == ("failed", 500, None)
    assert (await outbound(world)).message.body == "dos"


async def test_a_sender_that_died_is_resumed_and_comes_too_late(world: World) -> None:
    await world.say()
    await world.answer()
    dead = await outbound(world)
    assert not (await outbound(world)).claimed
    world.let_leases_run_out()
    alive = await outbound(world)
    assert (alive.resumed, alive.attempt, alive.message.id) == (True, 2, dead.message.id)
    assert alive.started_at == dead.started_at, "what to ask the provider's list for"
    assert not await world.store.mark_sent(dead.message.id, dead.token, "SM-dead")
    await world.store.mark_send_failed(dead.message.id, dead.token, "late", retry_seconds=None)
    assert status(world, dead.message.id) == "sending"
    assert await world.store.mark_sent(alive.message.id, alive.token, "SM-alive")


async def test_after_an_unclear_failure_the_provider_is_asked_first(world: World) -> None:
    await world.say()
    await world.answer()
    claim = await outbound(world)
    await world.store.mark_send_failed(claim.message.id, claim.token, "timeout", retry_seconds=0)
    assert (await outbound(world)).resumed


async def test_sent_twice_is_sent_once(world: World) -> None:
    message = await sent(world)
    claim = world.row("select send_token from whatsapp_messages where id = %s", message)
    assert claim["send_token"] is None
    assert await world.store.mark_sent(message, uuid4(), "SM-1"), "recognised by the provider's id"
    assert not await world.store.mark_sent(message, uuid4(), "SM-2")


async def test_what_was_sent_is_not_sent_again_because_another_message_has_its_id(world: World) -> None:
    """Two numbers of one business write to each other: the other side's webhook was faster than the answer to us."""
    await world.say(message_sid="SM-both")
    await world.answer("vale")
    claim = await outbound(world)
    assert await world.store.mark_sent(claim.message.id, claim.token, "SM-both")
    row = world.row("select delivery_status, delivery_error from whatsapp_messages where id = %s", claim.message.id)
    assert row["delivery_status"] == "sent"
    assert "SM-both" in row["delivery_error"]
    world.do("update whatsapp_messages set send_lease_until = now() - interval '1 h'")
    assert not (await world.store.claim_outbound(uuid4(), ["twilio"])).claimed


async def test_an_echo_in_other_words_that_came_first_gives_way(world: World) -> None:
    await world.say()
    await world.answer("*vale*")
    claim = await outbound(world)
    await world.store.store_message(echo("vale", message_sid="SM-ours"))
    assert await world.store.mark_sent(claim.message.id, claim.token, "SM-ours")
    assert world.count("whatsapp_messages", "role = 'bot'") == 1


async def test_an_id_that_one_of_our_messages_has_is_never_given_to_another(world: World) -> None:
    first = await sent(world, "SM-1")
    await world.say()
    await world.answer("otra")
    claim = await outbound(world)
    with pytest.raises(StoreRefused, match="SM-1"):
        await world.store.mark_sent(claim.message.id, claim.token, "SM-1")
    assert status(world, first) == "sent"
    assert status(world, claim.message.id) == "sending"


# -- reports -----------------------------------------------------------------------------------------------------------

WORDS = ["queued", "sending", "sent", "delivered", "read", "undelivered", "failed"]
RANK = ["queued", "sending", "sent", "undelivered", "failed", "delivered", "read"]


async def test_reports_move_a_message_on(world: World) -> None:
    message = await sent(world)
    assert await report(world, "SM-1", "delivered") == "updated"
    assert await report(world, "SM-1", "sent") == "stale"
    assert await report(world, "SM-1", "delivered") == "stale"
    assert await report(world, "SM-1", "read") == "updated"
    assert status(world, message) == "read"


async def test_an_error_is_kept_until_it_proves_wrong(world: World) -> None:
    message = await sent(world)
    await report(world, "SM-1", "undelivered", error_code="63024", error="not on WhatsApp")
    query = "select delivery_error as e from whatsapp_messages where id = %s"
    assert world.row(query, message)["e"] == "63024 not on WhatsApp"
    await report(world, "SM-1", "failed")
    assert world.row(query, message)["e"] == "63024 not on WhatsApp"
    await report(world, "SM-1", "delivered")
    assert world.row(query, message)["e"] is None


async def test_a_report_on_a_message_of_the_customer_or_of_nobody_is_kept_aside(world: World) -> None:
    await world.say(message_sid="SM-theirs")
    assert await report(world, "SM-theirs", "read") == "unknown"
    assert await report(world, "SM-nobody", "read") == "unknown"
    assert world.count("whatsapp_messages", "delivery_status is not null") == 0


async def test_reports_that_come_before_the_id_is_known(world: World) -> None:
    await world.say()
    await world.answer()
    claim = await outbound(world)
    for word in ("sent", "read", "delivered"):
        assert await report(world, "SM-1", word) == "unknown"
    await world.store.mark_sent(claim.message.id, claim.token, "SM-1")
    assert status(world, claim.message.id) == "read"
    assert world.count("early_reports") == 0


async def test_reports_that_nobody_asked_for_go_after_two_days(world: World) -> None:
    for message in ("SM-old", "SM-young"):
        await report(world, message, "read")
    for message, hours in (("SM-old", 49), ("SM-young", 47)):
        world.do(
            f"update early_reports set received_at = now() - interval '{hours} hours' where message_sid = %s", message
        )
    await report(world, "SM-new", "read")
    assert {row["message_sid"] for row in world.rows("select * from early_reports")} == {"SM-young", "SM-new"}


async def test_an_early_failure_is_told_with_its_reason(world: World) -> None:
    await world.say()
    await world.answer()
    claim = await outbound(world)
    await report(world, "SM-1", "failed", error_code="63016")
    await world.store.mark_sent(claim.message.id, claim.token, "SM-1")
    row = world.row("select * from whatsapp_messages where id = %s", claim.message.id)
    assert (row["delivery_status"], row["delivery_error"]) == ("failed", "63016")


@pytest.mark.parametrize("first", ["report", "sent"])
async def test_a_report_that_passes_the_providers_answer_is_not_lost(world: World, first: str) -> None:
    """Both at once, one of them not committed yet when the other looks."""
    await world.say()
    await world.answer()
    claim = await outbound(world)
    with psycopg.connect(world.dsn) as slow:
        if first == "report":
            slow.execute("select hilo_update_delivery('twilio', 'SM-1', 'delivered')")
        else:
            slow.execute("select hilo_mark_sent(%s, %s, 'SM-1')", [claim.message.id, claim.token])
        timer = threading.Timer(0.3, slow.commit)
        timer.start()
        if first == "report":
            await world.store.mark_sent(claim.message.id, claim.token, "SM-1")
        else:
            await report(world, "SM-1", "delivered")
        timer.join()
    assert status(world, claim.message.id) == "delivered"
    assert world.count("early_reports") == 0


def test_status_never_goes_back_in_any_order(hand: psycopg.Connection, store_dsn: str) -> None:
    """Reports in every order, the provider's answer anywhere among them: the highest stands at the end."""

    @settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7), st.integers(0, 7))
    def check(words: list[str], when: int) -> None:
        when = min(when, len(words))
        token, message, sid = uuid4(), uuid4(), uuid4().hex
        with hand.transaction(force_rollback=True):
            hand.execute("insert into tenants (slug, name, timezone) values ('h', 'h', 'UTC') on conflict do nothing")
            hand.execute(
                "insert into whatsapp_conversations (tenant_id, conversation_id, provider, channel_address)"
                " select id, 'h', 'twilio', 'x' from tenants where slug = 'h'"
            )
            hand.execute(
                "insert into whatsapp_messages (id, tenant_id, conversation_id, provider, direction, role,"
                " delivery_status, send_token) select %s, id, 'h', 'twilio', 'outbound', 'bot', 'sending', %s"
                " from tenants where slug = 'h'",
                [message, token],
            )
            seen = []
            for n in range(len(words) + 1):
                if n == when:
                    hand.execute("select hilo_mark_sent(%s, %s, %s)", [message, token, sid])
                if n < len(words):
                    hand.execute("select hilo_update_delivery('twilio', %s, %s)", [sid, words[n]])
                row = hand.execute("select delivery_status as s from whatsapp_messages where id = %s", [message])
                seen.append(RANK.index(row.fetchone()["s"]))
            assert seen == sorted(seen)
            assert seen[-1] == max(RANK.index("sent"), *(RANK.index(word) for word in words))

    check()


OUTSIDE = {"error": "outside the window", "error_code": "63016", "outside_window": True}


async def test_a_report_is_about_what_was_sent_from_its_address(world: World) -> None:
    """Gateways let clients choose ids: the same one at another address is another message."""
    message = await sent(world)
    await world.store.save_channel("default", "twilio", OURS)
    await world.add_tenant("sol", "whatsapp:+1888")
    for other in ("whatsapp:+1888", "whatsapp:+1999"):
        assert await report(world, "SM-1", "failed", channel_address=other) == "unknown"
    assert await report(world, "SM-1", "failed", channel_address=OURS, provider="waha") == "unknown"
    assert status(world, message) == "sent"
    assert await report(world, "SM-1", "delivered", channel_address=OURS) == "updated"
    assert status(world, message) == "delivered"


async def test_with_one_tenant_any_address_of_ours_will_do(world: World) -> None:
    """A number may be written in two ways (Mexico's 1)."""
    message = await sent(world)
    assert await report(world, "SM-1", "delivered", channel_address="whatsapp:+521999") == "updated"
    assert status(world, message) == "delivered"


async def test_an_early_report_of_another_tenant_is_not_taken(world: World) -> None:
    await world.say()
    await world.answer("vale")
    claim = await outbound(world)
    await world.store.save_channel("default", "twilio", OURS)
    await world.add_tenant("sol", "whatsapp:+1888")
    await report(world, "SM-1", "failed", channel_address="whatsapp:+1888")
    assert await world.store.mark_sent(claim.message.id, claim.token, "SM-1")
    assert status(world, claim.message.id) == "sent"


async def test_a_report_without_address_is_believed_of_one_tenant_only(world: World) -> None:
    message = await sent(world)
    await world.add_tenant("sol", "whatsapp:+34900000009")
    stored = await world.say(contact=BEA, channel_address="whatsapp:+34900000009")
    world.insert_message(stored, message_sid="SM-1", direction="outbound", role="bot", delivery_status="sent")
    assert await report(world, "SM-1", "read") == "unknown"
    assert status(world, message) == "sent"
    await report(world, "SM-1", "read", channel_address=OURS)
    assert status(world, message) == "read"
    assert world.count("whatsapp_messages", "message_sid = 'SM-1' and delivery_status = 'sent'") == 1


async def test_a_text_that_came_after_the_window_is_sent_as_a_template_once(world: World) -> None:
    message = await sent(world)
    assert await report(world, "SM-1", "failed", channel_address=OURS, **OUTSIDE) == "requeued"
    assert await report(world, "SM-1", "failed", channel_address=OURS, **OUTSIDE) == "stale"
    assert await world.store.known_sids("twilio", ["SM-1"]) == {"SM-1"}
    claim = await outbound(world)
    assert claim.message is not None
    assert claim.token is not None
    assert (claim.message.id, claim.template_only, claim.resumed) == (message, True, False)
    assert claim.refused == "63016 outside the window"
    assert await world.store.mark_sent(message, claim.token, "SM-2")
    assert await report(world, "SM-2", "failed", channel_address=OURS, **OUTSIDE) == "updated"
    assert status(world, message) == "failed"


async def test_a_refusal_that_overtook_the_providers_answer_has_the_same_end(world: World) -> None:
    await world.say()
    await world.answer("vale")
    claim = await outbound(world)
    assert await report(world, "SM-1", "failed", channel_address=OURS, **OUTSIDE) == "unknown"
    assert await world.store.mark_sent(claim.message.id, claim.token, "SM-1")
    assert await world.store.mark_sent(claim.message.id, claim.token, "SM-1")  # repeated
    again = await outbound(world)
    assert (again.template_only, again.message.id) == (True, claim.message.id)


async def test_what_arrived_after_all_or_was_not_ours_is_not_sent_again(world: World) -> None:
    message = await sent(world)
    await report(world, "SM-1", "read", channel_address=OURS)
    assert await report(world, "SM-1", "failed", channel_address=OURS, **OUTSIDE) == "stale"
    assert status(world, message) == "read"
    await world.store.store_message(echo("desde el móvil", message_sid="SM-phone"))
    assert await report(world, "SM-phone", "failed", channel_address=OURS, **OUTSIDE) == "updated"
    assert not (await outbound(world)).claimed


async def test_a_claim_is_renewed_by_who_has_it(world: World) -> None:
    await world.say()
    await world.answer("vale")
    claim = await world.store.claim_outbound(uuid4(), ["twilio"], lease_seconds=2)
    assert 1 < claim.lease_left <= 2
    assert await world.store.renew_outbound(claim.message.id, claim.token, lease_seconds=60)
    left = "select extract(epoch from send_lease_until - now()) as s from whatsapp_messages where id = %s"
    assert world.row(left, claim.message.id)["s"] > 50
    assert not await world.store.renew_outbound(claim.message.id, uuid4(), lease_seconds=600)
    await world.store.mark_sent(claim.message.id, claim.token, "SM-1")
    assert not await world.store.renew_outbound(claim.message.id, claim.token, lease_seconds=600)
