"""Every method of the store, called again because its reply was lost: the same result, and done once.

A transport repeats a call by itself when the connection drops under it, so each function has to recognise its own
repetition. Here the connection dies after the commit; what else can happen to one is in test_transports.py.
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.models import (
    Amendment,
    AmendmentKind,
    ContactAlias,
    DeliveryStatus,
    Direction,
    EventStatus,
    Handover,
    ModelUsage,
    Role,
    StatusUpdate,
)
from app.store.events import Decision
from app.store.imports import ImportLine
from app.store.notifications import NotificationClaim
from app.store.store import Store
from tests.store.world import ANA, EVERYTHING, OURS, PROVIDER, World, at, create, message, update
from tests.support.faults import Fault

Call = Callable[[], Awaitable[Any]]
CASES: dict[str, Callable[[World], Awaitable[Call]]] = {}


def case(prepare: Callable[[World], Awaitable[Call]]) -> Callable[[World], Awaitable[Call]]:
    """`prepare` sets the scene and returns the call; named as the method of the store."""
    CASES[prepare.__name__] = prepare
    return prepare


@case
async def store_message(w: World) -> Call:
    given = message("hola", raw={"a": 1})
    return lambda: w.store.store_message(given)


@case
async def amend_message(w: World) -> Call:
    given = message("el martes")
    await w.store.store_message(given)
    edited = given.model_copy(update={"body": "el jueves"})
    amendment = Amendment(kind=AmendmentKind.EDITED, message=edited, amendment_sid="SM-edit", at=at(0))
    return lambda: w.store.amend_message(amendment, quiet_seconds=3600, max_wait_seconds=0)


@case
async def link_contact(w: World) -> Call:
    await w.say()
    alias = ContactAlias(provider="twilio", channel_address=OURS, contact=ANA, alias="bsuid:1")
    return lambda: w.store.link_contact(alias)


@case
async def set_handover(w: World) -> Call:
    await w.say()
    handover = Handover(provider="twilio", channel_address=OURS, contact=ANA, to_agent=False)
    return lambda: w.store.set_handover(handover, until=at(1))


@case
async def update_delivery(w: World) -> Call:
    await two_parts(w)
    w.do("update whatsapp_messages set message_sid = 'SM1', delivery_status = 'sent' where body = 'uno'")
    report = StatusUpdate(provider="twilio", message_sid="SM1", status=DeliveryStatus.READ)
    return lambda: w.store.update_delivery(report)


@case
async def known_sids(w: World) -> Call:
    await w.say(message_sid="SM1")
    return lambda: w.store.known_sids("twilio", ["SM1", "SM2"])


@case
async def replay_unrouted(w: World) -> Call:
    await w.add_tenant("blue", "whatsapp:+1")
    await w.say(channel_address="whatsapp:+9")
    await w.store.save_channel("blue", "twilio", "whatsapp:+9")
    return w.store.replay_unrouted


@case
async def list_unrouted(w: World) -> Call:
    await w.add_tenant("blue", "whatsapp:+1")
    await w.say(channel_address="whatsapp:+9")
    return w.store.list_unrouted


@case
async def list_conversations(w: World) -> Call:
    await w.say()
    return lambda: w.store.list_conversations(w.tenant.id)


@case
async def get_conversation(w: World) -> Call:
    await w.say()
    return lambda: w.store.get_conversation(w.tenant.id, ANA)


@case
async def list_messages(w: World) -> Call:
    stored = await w.say()
    return lambda: w.store.list_messages(w.tenant.id, stored.conversation)


@case
async def conversation_context(w: World) -> Call:
    await w.say()
    return lambda: w.store.conversation_context(w.tenant.id, ANA)


@case
async def mark_message_processed(w: World) -> Call:
    stored = await w.say()
    return lambda: w.store.mark_message_processed(w.tenant.id, stored.message_id)


@case
async def post_message(w: World) -> Call:
    stored = await w.say()
    parts = [(uuid4(), "uno"), (uuid4(), "dos")]
    return lambda: w.store.post_message(w.tenant.id, stored.conversation, parts, deliver="queued")


async def two_parts(w: World) -> None:
    """Two parts of an answer wait to be sent."""
    await w.say()
    await w.answer("uno", "dos")


@case
async def claim_outbound(w: World) -> Call:
    await two_parts(w)
    await w.say(contact="another")
    await w.answer("tres")
    token = uuid4()
    return lambda: w.store.claim_outbound(token, ["twilio"])


@case
async def mark_sent(w: World) -> Call:
    await two_parts(w)
    claim = await w.store.claim_outbound(uuid4(), ["twilio"])
    return lambda: w.store.mark_sent(claim.message.id, claim.token, "SM1")


@case
async def mark_send_failed(w: World) -> Call:
    await two_parts(w)
    claim = await w.store.claim_outbound(uuid4(), ["twilio"])
    return lambda: w.store.mark_send_failed(claim.message.id, claim.token, "busy", retry_seconds=None)


@case
async def claim_reply(w: World) -> Call:
    await w.say()
    await w.say(contact="another")
    token = uuid4()
    return lambda: w.store.claim_reply(token)


@case
async def renew_reply(w: World) -> Call:
    await w.say()
    claim = await w.claim()
    return lambda: w.store.renew_reply(claim.conversation.id, claim.token, lease_seconds=99)


@case
async def commit_reply(w: World) -> Call:
    stored = await w.say()
    claim = await w.claim()
    ids, change = [uuid4()], create(stored, at(10))
    return lambda: w.commit(claim, "Hecho", ids=ids, changes=[change])


@case
async def fail_reply(w: World) -> Call:
    await w.say()
    claim = await w.claim()
    return lambda: w.store.fail_reply(claim.conversation.id, claim.token, "x", retry_seconds=None)


@case
async def take_held_reply(w: World) -> Call:
    stored = await w.say()
    await w.answer("uno", "dos", deliver="held")
    return lambda: w.store.take_held_reply(stored.conversation, stored.seq)


@case
async def busy(w: World) -> Call:
    await w.event(await w.say(), at(10))
    return lambda: w.store.busy(w.tenant.id, at(0), at(24), event_minutes=60)


@case
async def start_batch_run(w: World) -> Call:
    run = uuid4()
    return lambda: w.store.start_batch_run(run, "cli", tenant=w.tenant.id, dry_run=False)


@case
async def finish_batch_run(w: World) -> Call:
    run = await start_run(w)
    return lambda: w.store.finish_batch_run(run, "finished", {"messages": 3}, None)


async def start_run(w: World) -> UUID:
    run = uuid4()
    await w.store.start_batch_run(run, "cli", tenant=None, dry_run=False)
    return run


@case
async def list_batch_runs(w: World) -> Call:
    await start_run(w)
    return w.store.list_batch_runs


@case
async def use_model(w: World) -> Call:
    use, taken = uuid4(), ModelUsage(calls=1, input_tokens=10, output_tokens=5)
    return lambda: w.store.use_model(use, tenant=w.tenant.id, part="agent", model="m", usage=taken)


@case
async def reserve_model(w: World) -> Call:
    use = uuid4()
    return lambda: w.store.reserve_model(use, tenant=w.tenant.id, part="agent", model="m", cap=10)


@case
async def model_usage(w: World) -> Call:
    return w.store.model_usage


@case
async def hold_reply(w: World) -> Call:
    await w.say()
    claim = await w.claim()
    word = uuid4()
    return lambda: w.store.hold_reply(
        claim.conversation.id, claim.token, last_seq=claim.last_seq, message=word, body="later", deliver="queued"
    )


@case
async def count_batch(w: World) -> Call:
    await w.say()
    return lambda: w.store.count_batch(EVERYTHING)


@case
async def claim_batch(w: World) -> Call:
    await w.say()
    await w.say(contact="another")
    run, token = await start_run(w), uuid4()
    return lambda: w.store.claim_batch(run, token, EVERYTHING)


@case
async def batch_state(w: World) -> Call:
    stored = await w.say()
    return lambda: w.store.batch_state(stored.conversation)


@case
async def transcript(w: World) -> Call:
    stored = await w.say()
    return lambda: w.store.transcript(stored.conversation, stored.seq)


@case
async def renew_batch(w: World) -> Call:
    await w.say()
    token, state = await w.claim_batch()
    return lambda: w.store.renew_batch(state.conversation.id, token, lease_seconds=99)


@case
async def complete_batch(w: World) -> Call:
    stored = await w.say()
    event = await w.event(stored, at(50))
    await w.say()
    token, state = await w.claim_batch()
    changes = [create(stored, at(10)), update(event, stored, at(60))]
    return lambda: w.store.complete_batch(
        state, token, changes, messages_read=2, conflict_policy="review", event_minutes=60
    )


@case
async def fail_batch(w: World) -> Call:
    await w.say()
    token, state = await w.claim_batch()
    return lambda: w.store.fail_batch(state.conversation.id, token, "x", backoff_seconds=60, max_attempts=5, park=True)


@case
async def release_batch(w: World) -> Call:
    await w.say()
    token, state = await w.claim_batch()
    return lambda: w.store.release_batch(state.conversation.id, token)


@case
async def retry_conversation(w: World) -> Call:
    stored = await w.say()
    return lambda: w.store.retry_conversation(w.tenant.id, stored.conversation)


@case
async def pause_conversation(w: World) -> Call:
    stored = await w.say()
    return lambda: w.store.pause_conversation(w.tenant.id, stored.conversation, at(1))


@case
async def list_events(w: World) -> Call:
    await w.event(await w.say())
    return lambda: w.store.list_events(w.tenant.id)


@case
async def get_event(w: World) -> Call:
    event = await w.event(await w.say())
    return lambda: w.store.get_event(w.tenant.id, event)


@case
async def decide_event(w: World) -> Call:
    event = await w.event(await w.say())
    return lambda: w.store.decide_event(
        w.tenant.id, event, Decision.CORRECT, patch={"title": "Tinte"}, expected_revision=1
    )


@case
async def feed(w: World) -> Call:
    await w.event(await w.say())
    return lambda: w.store.feed(w.tenant.feed_token, since=at(0))


@case
async def claim_publish(w: World) -> Call:
    for n in range(3):
        await w.event(await w.say(contact=f"c{n}"), at(n * 5))
    token = uuid4()
    return lambda: w.store.claim_publish(token, limit=2)


@case
async def complete_publish(w: World) -> Call:
    event = await w.event(await w.say())
    token = uuid4()
    await w.store.claim_publish(token)
    return lambda: w.store.complete_publish(event, token, revision=1, calendar_event_id="x", etag="1")


@case
async def fail_publish(w: World) -> Call:
    event = await w.event(await w.say())
    token = uuid4()
    await w.store.claim_publish(token)
    return lambda: w.store.fail_publish(event, token, "x", retry_seconds=3600, refused=True)


async def published(w: World) -> UUID:
    event = await w.event(await w.say())
    token = uuid4()
    await w.store.claim_publish(token)
    await w.store.complete_publish(event, token, revision=1, calendar_event_id="x", etag="1", updated=at(0))
    return event


@case
async def review_publish(w: World) -> Call:
    event = await w.event(await w.say())
    token = uuid4()
    await w.store.claim_publish(token)
    return lambda: w.store.review_publish(event, token, revision=1)


@case
async def calendar_standing(w: World) -> Call:
    return lambda: w.store.calendar_standing(w.tenant.id, "citas@group.calendar.example")


@case
async def calendar_events(w: World) -> Call:
    event = await published(w)
    return lambda: w.store.calendar_events(w.tenant.id, [event])


@case
async def observe_calendar(w: World) -> Call:
    event = await published(w)
    return lambda: w.store.observe_calendar(
        w.tenant.id,
        event,
        generation=1,
        revision=1,
        etag="2",
        updated=at(1),
        kept={"title": "Tinte"},
        removed=False,
    )


@case
async def claim_calendar_sync(w: World) -> Call:
    lease = uuid4()
    return lambda: w.store.claim_calendar_sync(w.tenant.id, lease, "c", lease_seconds=60, not_after=at(1))


@case
async def complete_calendar_sync(w: World) -> Call:
    lease = uuid4()
    await w.store.claim_calendar_sync(w.tenant.id, lease, "c", lease_seconds=60, not_after=at(1))
    return lambda: w.store.complete_calendar_sync(w.tenant.id, lease, "c", token="t")


@case
async def save_calendar_access(w: World) -> Call:
    return lambda: w.store.save_calendar_access(w.tenant.id, account="a", credentials="encrypted")


@case
async def calendar_access(w: World) -> Call:
    await w.store.save_calendar_access(w.tenant.id, account="a", credentials="encrypted")
    return lambda: w.store.calendar_access(w.tenant.id)


async def claimed_channel(w: World, channel: UUID) -> Any:
    return await w.store.claim_calendar_channel(
        w.tenant.id, channel, calendar="c", address="a", token_hash="t", renew_seconds=60, lease_seconds=60
    )


@case
async def claim_calendar_channel(w: World) -> Call:
    channel = uuid4()
    return lambda: claimed_channel(w, channel)


@case
async def complete_calendar_channel(w: World) -> Call:
    channel = uuid4()
    await claimed_channel(w, channel)
    return lambda: w.store.complete_calendar_channel(w.tenant.id, channel, resource="r", expires_at=at(9))


@case
async def forget_calendar_channel(w: World) -> Call:
    channel = uuid4()
    await claimed_channel(w, channel)
    return lambda: w.store.forget_calendar_channel(w.tenant.id, channel)


@case
async def calendar_channel(w: World) -> Call:
    channel = uuid4()
    await claimed_channel(w, channel)
    return lambda: w.store.calendar_channel(channel)


@case
async def import_messages(w: World) -> Call:
    await w.say("hola", sent_at=at(-1))
    lines = [
        ImportLine(sid=f"L{n}", body=body, direction=Direction.INBOUND, at=at(-1), to_minute=True)
        for n, body in enumerate(["hola", "¿hay hueco?"])
    ]
    return lambda: w.store.import_messages(w.tenant.id, ANA, lines, provider="twilio", channel_address=OURS)


@case
async def status(w: World) -> Call:
    await w.say()
    return w.store.status


@case
async def ensure_default_tenant(w: World) -> Call:
    return lambda: w.store.ensure_default_tenant(timezone="UTC", locale="en")


@case
async def save_tenant(w: World) -> Call:
    return lambda: w.store.save_tenant("blue", name="Blue", timezone="UTC", locale="en", settings={"event_minutes": 5})


@case
async def list_tenants(w: World) -> Call:
    return w.store.list_tenants


@case
async def save_channel(w: World) -> Call:
    return lambda: w.store.save_channel("default", "twilio", "x", bot_id="b")


@case
async def create_api_key(w: World) -> Call:
    key = uuid4()
    return lambda: w.store.create_api_key(key, name="k", key_hash="h", tenant=w.tenant.id, scopes=["read"])


@case
async def use_api_key(w: World) -> Call:
    await w.store.create_api_key(uuid4(), name="k", key_hash="h", tenant=None)
    await w.store.use_api_key("h")
    return lambda: w.store.use_api_key("h")


@case
async def list_api_keys(w: World) -> Call:
    await w.store.create_api_key(uuid4(), name="k", key_hash="h", tenant=None)
    return w.store.list_api_keys


@case
async def revoke_api_key(w: World) -> Call:
    key = uuid4()
    await w.store.create_api_key(key, name="k", key_hash="h", tenant=None)
    return lambda: w.store.revoke_api_key(key)


async def session(w: World) -> str:
    return (await w.store.create_session(w.tenant.id, ["51999000111"], "+51 999 000 111")).id


@case
async def create_session(w: World) -> Call:
    return lambda: w.store.create_session(w.tenant.id, ["51999000111"], "51999000111", metadata={"a": 1})


@case
async def find_session(w: World) -> Call:
    await session(w)
    return lambda: w.store.find_session(["51999000111"], tenant=w.tenant.id)


@case
async def session_status(w: World) -> Call:
    await session(w)
    return w.store.session_status


@case
async def get_session(w: World) -> Call:
    opened = await session(w)
    return lambda: w.store.get_session(opened, tenant=w.tenant.id)


@case
async def sync_session(w: World) -> Call:
    opened = await session(w)
    return lambda: w.store.sync_session(
        opened, tenant=w.tenant.id, intent="order", step="menu", context={"a": 1}, if_version=1, is_active=False
    )


@case
async def add_session_message(w: World) -> Call:
    opened = await session(w)
    return lambda: w.store.add_session_message(opened, Role.USER, "hola", tenant=w.tenant.id, key="k")


@case
async def link_order(w: World) -> Call:
    opened = await session(w)
    return lambda: w.store.link_order(opened, "ORD-1", tenant=w.tenant.id)


@case
async def claim_media(w: World) -> Call:
    await w.say("[Image]", media_seconds=60.0)
    token = uuid4()
    return lambda: w.store.claim_media(token, [PROVIDER])


@case
async def finish_media(w: World) -> Call:
    stored = await w.say("[Image]", media_seconds=60.0)
    token = uuid4()
    await w.store.claim_media(token, [PROVIDER])
    return lambda: w.store.finish_media(stored.message_id, token, before="[Image]", body="[Image] una agenda")


async def reminded(w: World) -> None:
    await w.event(await w.say(), at(40))
    w.do("update extracted_events set confirmed_at = now() - interval '2 days', settled_at = null")
    w.do("update tenants set settings = '{\"reminder_minutes\": [2880]}'")


@case
async def due_reminders(w: World) -> Call:
    await reminded(w)
    return lambda: w.store.due_reminders([PROVIDER])


@case
async def write_reminder(w: World) -> Call:
    await reminded(w)
    (due,) = await w.store.due_reminders([PROVIDER])
    message = uuid4()
    return lambda: w.store.write_reminder(due, message, "hasta mañana")


@case
async def due_confirmations(w: World) -> Call:
    await w.event(await w.say(), at(40))
    w.do("update extracted_events set source = 'batch', decided_at = null")
    w.do("update whatsapp_messages set processed = true")
    w.do("update whatsapp_conversations set reply_due_at = null")
    w.do("update tenants set settings = '{\"confirm_batch_events\": true}'")
    return lambda: w.store.due_confirmations([PROVIDER])


@case
async def create_login_link(w: World) -> Call:
    return lambda: w.store.create_login_link("l", name="n", tenant=w.tenant.id, scopes=["read"], seconds=60)


@case
async def take_login_link(w: World) -> Call:
    await w.store.create_login_link("l", name="n", tenant=w.tenant.id, scopes=["read"], seconds=60)
    return lambda: w.store.take_login_link("l", "cookie", seconds=60)


@case
async def open_web_session(w: World) -> Call:
    return lambda: w.store.open_web_session("cookie", key_hash="k", name="n", seconds=60)


@case
async def use_web_session(w: World) -> Call:
    await w.store.open_web_session("cookie", key_hash="k", name="n", seconds=60)
    return lambda: w.store.use_web_session("cookie", idle_seconds=60)


@case
async def close_web_sessions(w: World) -> Call:
    await w.store.open_web_session("cookie", key_hash="k", name="n", seconds=60)
    return lambda: w.store.close_web_sessions("cookie")


@case
async def mark_seen(w: World) -> Call:
    stored = await w.say()
    return lambda: w.store.mark_seen(w.tenant.id, stored.conversation, stored.seq)


@case
async def list_review(w: World) -> Call:
    stored = await w.say()
    token, state = await w.claim_batch()
    await w.complete(token, state, create(stored, at(24), status=EventStatus.PROPOSED))
    return lambda: w.store.list_review(w.tenant.id)


@case
async def pulse(w: World) -> Call:
    stored = await w.say()
    return lambda: w.store.pulse(w.tenant.id, conversation=stored.conversation, since=at(0), until=at(9))


@case
async def tenant_status(w: World) -> Call:
    await w.say()
    return lambda: w.store.tenant_status(w.tenant.id)


@case
async def daily(w: World) -> Call:
    await w.say()
    return lambda: w.store.daily(w.tenant.id)


@case
async def remove_sample(w: World) -> Call:
    line = ImportLine(sid="sample:1", body="hola", direction=Direction.INBOUND, at=at(-1))
    await w.store.import_messages(w.tenant.id, "sample:1", [line], provider="sample", channel_address="sample")
    return lambda: w.store.remove_sample(w.tenant.id)


# What these report is whether this very call did something: false, when it is repeated. Nobody acts on it.


@case
async def export_contact(w: World) -> Call:
    await w.say()
    request = uuid4()
    return lambda: w.store.export_contact(w.tenant.id, ANA, request)


@case
async def erase_contact(w: World) -> Call:
    await w.event(await w.say())
    request = uuid4()
    return lambda: w.store.erase_contact(w.tenant.id, ANA, request)


@case
async def apply_retention(w: World) -> Call:
    for contact in ("a", "b"):
        await w.say(contact=contact, sent_at=at(-24 * 9))
    w.do("update whatsapp_messages set processed = true")
    w.do("update whatsapp_conversations set reply_due_at = null")
    run = uuid4()
    return lambda: w.store.apply_retention(w.tenant.id, 7, run, limit=1)


@case
async def note_setting(w: World) -> Call:
    request = uuid4()
    return lambda: w.store.note_setting(w.tenant.id, request, "retention_days", by="Rosa", days=30)


@case
async def calendar(w: World) -> Call:
    await w.event(await w.say(), at(24))
    return lambda: w.store.calendar(w.tenant.id, since=at(0), until=at(48))


@case
async def list_privacy_log(w: World) -> Call:
    await w.say()
    await w.store.erase_contact(w.tenant.id, ANA, uuid4())
    return lambda: w.store.list_privacy_log(w.tenant.id)


async def removals(w: World) -> None:
    """Two entries wait to be removed."""
    for contact in ("a", "b"):
        await w.event(await w.say(contact=contact), at(24))
    await w.store.claim_publish(uuid4(), lease_seconds=0)
    for contact in ("a", "b"):
        await w.store.erase_contact(w.tenant.id, contact, uuid4())


@case
async def claim_removal(w: World) -> Call:
    await removals(w)
    token = uuid4()
    return lambda: w.store.claim_removal(token)


@case
async def complete_removal(w: World) -> Call:
    await removals(w)
    claim = await w.store.claim_removal(uuid4())
    return lambda: w.store.complete_removal(claim.event_id, claim.token)


@case
async def fail_removal(w: World) -> Call:
    await removals(w)
    claim = await w.store.claim_removal(uuid4())
    return lambda: w.store.fail_removal(claim.event_id, claim.token, "busy", retry_seconds=9)


async def proposed(w: World) -> None:
    """Two things that a tenant's people are to be told, by webhook."""
    for contact in ("a", "b"):
        await w.event(await w.say(contact=contact), at(24), status=EventStatus.PROPOSED)
    notify = {"webhook": "https://example/hook", "since": at(-1).isoformat()}
    await w.store.save_tenant("default", name="x", timezone="UTC", locale="es", settings={"notify": notify})


@case
async def collect_notifications(w: World) -> Call:
    await proposed(w)
    return w.store.collect_notifications


@case
async def note_test(w: World) -> Call:
    await proposed(w)
    request = uuid4()
    return lambda: w.store.note_test(w.tenant.id, request)


@case
async def claim_notification(w: World) -> Call:
    await proposed(w)
    await w.store.collect_notifications()
    token = uuid4()
    return lambda: w.store.claim_notification(token)


async def claimed_notification(w: World) -> NotificationClaim:
    await proposed(w)
    await w.store.collect_notifications()
    claim = await w.store.claim_notification(uuid4())
    assert claim
    return claim


@case
async def begin_notification(w: World) -> Call:
    claim = await claimed_notification(w)
    return lambda: w.store.begin_notification(claim.group, claim.token, "dos citas")


@case
async def complete_notification(w: World) -> Call:
    claim = await claimed_notification(w)
    return lambda: w.store.complete_notification(claim.group, claim.token, message_sid="SM1")


@case
async def fail_notification(w: World) -> Call:
    claim = await claimed_notification(w)
    return lambda: w.store.fail_notification(claim.group, claim.token, "busy", retry_seconds=9)


@case
async def list_notifications(w: World) -> Call:
    await claimed_notification(w)
    return lambda: w.store.list_notifications(w.tenant.id)


@case
async def calendar_down(w: World) -> Call:
    return lambda: w.store.calendar_down(w.tenant.id, by="write")


async def handed_over(w: World) -> Any:
    stored = await w.say()
    await w.store.pause_conversation(w.tenant.id, stored.conversation, at(1), tell_provider=True)
    return stored


@case
async def claim_handover(w: World) -> Call:
    await handed_over(w)
    token = uuid4()
    return lambda: w.store.claim_handover(token, [PROVIDER])


@case
async def finish_handover(w: World) -> Call:
    stored = await handed_over(w)
    token = uuid4()
    await w.store.claim_handover(token, [PROVIDER])
    return lambda: w.store.finish_handover(stored.conversation, token)


@case
async def renew_media(w: World) -> Call:
    stored = await w.say(media_seconds=60.0)
    claim = await w.store.claim_media(uuid4(), [PROVIDER])
    assert claim.message.id == stored.message_id
    return lambda: w.store.renew_media(stored.message_id, claim.token, lease_seconds=60)


@case
async def renew_outbound(w: World) -> Call:
    await two_parts(w)
    claim = await w.store.claim_outbound(uuid4(), [PROVIDER])
    return lambda: w.store.renew_outbound(claim.message.id, claim.token, lease_seconds=60)


@case
async def calendars_down(w: World) -> Call:
    await w.store.calendar_down(w.tenant.id, by="read", reason="away")
    return w.store.calendars_down


@case
async def calendar_up(w: World) -> Call:
    await w.store.calendar_down(w.tenant.id, by="write")
    return lambda: w.store.calendar_up(w.tenant.id)


SAYS_ONLY_WHETHER = {
    "collect_notifications",
    "finish_handover",
    "add_session_message",
    "amend_message",
    "close_web_sessions",
    "fail_batch",
    "import_messages",
    "observe_calendar",
    "remove_sample",
    "replay_unrouted",
    "revoke_api_key",
    "store_message",
    "update_delivery",
}
EVERY = {name for name, _ in inspect.getmembers(Store, inspect.iscoroutinefunction) if not name.startswith("_")}


def test_every_method_is_covered() -> None:
    assert set(CASES) == EVERY


def everything(w: World) -> dict[str, Any]:
    """All that is stored, but for what the clock wrote."""
    tables = [
        "whatsapp_conversations",
        "whatsapp_messages",
        "extracted_events",
        "event_revisions",
        "batch_runs",
        "model_usage",
        "api_keys",
        "channels",
        "tenants",
        "unrouted_messages",
        "early_reports",
        "reminders",
        "contact_aliases",
        "sessions",
        "calendar_connections",
        "calendar_removals",
        "erased_messages",
        "privacy_log",
        "notifications",
        "calendar_channels",
        "login_links",
        "web_sessions",
    ]
    clocks = (
        "updated_at",
        "last_activity",
        "expires_at",
        "last_used_at",
        "seen_at",
        "last_seen_at",
        "reply_lease_until",
        "batch_lease_until",
        "events_version",
        "bot_paused_until",
        "sync_lease_until",
        "send_lease_until",
        "handover_lease_until",
        "media_lease_until",
    )
    return {
        table: [
            {name: value for name, value in row.items() if name not in clocks}
            for (row,) in (r.values() for r in w.rows(f"select to_jsonb(t) from {table} t order by 1"))
        ]
        for table in tables
    }


def without_clocks(result: Any) -> Any:
    """Values as plain data, without what differs between two readings of the same."""
    if isinstance(result, list | tuple):
        return [without_clocks(item) for item in result]
    if hasattr(result, "model_dump"):
        return without_clocks(result.model_dump())
    if isinstance(result, dict):
        clocks = (
            "now", "due_in", "next_in", "since_inbound", "updated_at", "last_activity", "expires_at", "lease_left"
        )  # fmt: skip
        return {name: without_clocks(value) for name, value in result.items() if name not in clocks}
    return result


@pytest.mark.parametrize("method", sorted(EVERY))
async def test_called_again_and_again_is_done_once(world: World, method: str) -> None:
    """Once as it should be, then once more, with the reply lost, which the transport repeats."""
    call = await CASES[method](world)
    first = await call()
    after = everything(world)
    world.faults.arm(Fault.LOSE)
    again = await call()
    assert everything(world) == after
    if method not in SAYS_ONLY_WHETHER:
        assert without_clocks(again) == without_clocks(first)


async def test_a_message_whose_reply_was_lost_is_answered(world: World) -> None:
    """Its webhook is told `duplicate`; that is acknowledged, and the answer is due all the same."""
    world.faults.arm(Fault.LOSE)
    stored = await world.say()
    assert stored.outcome == "duplicate"
    assert (await world.claim()).last_seq == stored.seq
