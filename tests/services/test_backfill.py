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
