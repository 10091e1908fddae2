"""What no webhook brought is found in the provider's list."""

from datetime import UTC, datetime, timedelta

from app.services.backfill import Backfill
from tests.services.conftest import OURS, ROSA, message


async def test_missing_messages_are_added_once_and_in_their_place(store, tenant, channels, twilio, conversations):
    came = twilio.inbound(from_=ROSA, to=OURS, body="esta llegó")["form"]["MessageSid"]
    await conversations.store_message(message("esta llegó", message_sid=came))
    now = datetime.now(UTC)
    for minutes, body in ((90, "ayer no, hace un rato"), (30, "y esta"), (0, "y esta ahora")):
        twilio.inbound(from_=ROSA, to=OURS, body=body, at=now - timedelta(minutes=minutes))
    backfill = Backfill(store, conversations, channels)
    assert await backfill.run() == 3
    assert await backfill.run() == 0
    stored = await store.conversation_context(tenant.id, ROSA, 10)
    assert [m.body for m in stored][:2] == ["ayer no, hace un rato", "y esta"]
    assert sorted(m.backfilled for m in stored) == [False, True, True, True]


async def test_old_ones_are_left_to_the_batch_and_recent_ones_answered(store, channels, twilio, conversations):
    now = datetime.now(UTC)
    twilio.inbound(from_=ROSA, to=OURS, body="vieja", at=now - timedelta(hours=3))
    twilio.inbound(from_=f"{ROSA}1", to=OURS, body="reciente", at=now - timedelta(minutes=1))
    await Backfill(store, conversations, channels).run()
    status = await store.status()
    assert (status.conversations_unprocessed, status.replies_due) == (2, 1)


async def test_a_provider_that_is_away_is_asked_again_as_far_back(store, channels, twilio, conversations):
    twilio.inbound(from_=ROSA, to=OURS, body="hace cinco horas", at=datetime.now(UTC) - timedelta(hours=5))
    backfill = Backfill(store, conversations, channels)
    twilio.fault("error", method="GET", status=503)
    assert await backfill.run() == 0
    assert await backfill.run() == 1


async def test_a_webhook_that_comes_after_the_comparison_completes_the_message(
    store, tenant, channels, twilio, conversations
):
    sid = twilio.inbound(from_=ROSA, to=OURS, body="")["form"]["MessageSid"]
    await Backfill(store, conversations, channels).run()
    (listed,) = await store.conversation_context(tenant.id, ROSA)
    late = message("[Location] Av. Larco 345", message_sid=sid, contact_name="Rosa", raw={"Latitude": "-12.1"})
    assert (await conversations.store_message(late)).outcome == "duplicate"
    (completed,) = await store.conversation_context(tenant.id, ROSA)
    assert completed.id == listed.id
    assert (completed.body, completed.backfilled) == ("[Location] Av. Larco 345", False)
    assert (await store.get_conversation(tenant.id, ROSA)).contact_name == "Rosa"
    # A second time it is a duplicate like any other.
    again = late.model_copy(update={"body": "forged"})
    await conversations.store_message(again)
    assert (await store.conversation_context(tenant.id, ROSA))[0].body == "[Location] Av. Larco 345"


async def test_after_a_long_outage_it_looks_back_to_the_last_complete_comparison(
    store, tenant, channels, twilio, conversations
):
    backfill = Backfill(store, conversations, channels, again=timedelta(minutes=1))
    await backfill.run()
    # Since then everything was away for five hours: the comparison reaches back to when it last was complete.
    backfill._compared -= timedelta(hours=5)
    twilio.inbound(from_=ROSA, to=OURS, body="en medio", at=datetime.now(UTC) - timedelta(hours=4))
    assert await backfill.run() == 1


async def test_the_numbers_of_all_tenants_are_compared(store, channels, twilio, conversations):
    other = "whatsapp:+14155550000"
    await store.save_tenant("salon", name="Salón", timezone="America/Lima", locale="es")
    await store.save_channel("default", "twilio", OURS)
    await store.save_channel("salon", "twilio", other)
    twilio.numbers = (OURS, other)
    twilio.inbound(from_=ROSA, to=other, body="para el salón")
    assert await Backfill(store, conversations, channels).run() == 1
