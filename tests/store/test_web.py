"""What the page asks of the store: log-ins that end, links that open once, marks that change, samples that leave."""

from datetime import timedelta
from uuid import uuid4

from app.models import Direction, EventStatus, Role
from app.store.batch import BatchScope
from app.store.imports import ImportLine
from tests.store.world import NOW, World, at, create


async def test_a_link_opens_one_login(world: World) -> None:
    store = world.store
    await store.create_login_link("link", name="Rosa", tenant=world.tenant.id, scopes=["read", "write"], seconds=60)
    taken = await store.take_login_link("link", "cookie", seconds=60)
    assert taken is not None
    assert (taken.name, taken.scopes, taken.tenant) == ("Rosa", ("read", "write"), world.tenant)
    assert await store.take_login_link("link", "another", seconds=60) is None
    assert await store.take_login_link("unknown", "cookie", seconds=60) is None
    await store.create_login_link("late", name="Rosa", tenant=None, scopes=["read"], seconds=-1)
    assert await store.take_login_link("late", "cookie-2", seconds=60) is None


async def test_a_login_ends_by_itself_by_disuse_and_by_hand(world: World) -> None:
    store = world.store
    for name, seconds in (("lasting", 60.0), ("over", -1.0)):
        await store.open_web_session(name, key_hash="k", name="n", seconds=seconds)
    assert await store.use_web_session("over", idle_seconds=60) is None
    assert await store.use_web_session("lasting", idle_seconds=60) is not None
    world.do("update web_sessions set last_seen_at = now() - interval '2 minutes'")
    assert await store.use_web_session("lasting", idle_seconds=60) is None
    used = await store.use_web_session("lasting", idle_seconds=600)
    assert used is not None
    assert await store.use_web_session("lasting", idle_seconds=60) is not None, "use is recorded"
    await store.open_web_session("other", key_hash="k", name="n", seconds=60)
    assert await store.close_web_sessions("lasting") == 1
    assert await store.use_web_session("lasting", idle_seconds=600) is None
    assert await store.close_web_sessions() == 1
    assert world.count("web_sessions") == 0


async def test_unread_is_what_came_in_after_the_last_look(world: World) -> None:
    store, tenant = world.store, world.tenant.id
    first = await world.say("hola")
    assert first.conversation
    await world.say("¿hay hueco?")
    (row,) = (await store.list_conversations(tenant)).items
    assert (row.unread_count, row.proposed_count, row.last_role) == (2, 0, Role.USER)
    await store.mark_seen(tenant, first.conversation, first.seq or 0)
    assert (await store.get_conversation(tenant, str(first.conversation))).unread_count == 1
    other = await store.save_tenant("other", name="x", timezone="UTC", locale="en")
    await store.mark_seen(other.id, first.conversation, 10**9)
    assert (await store.get_conversation(tenant, str(first.conversation))).unread_count == 1
    await store.mark_seen(tenant, first.conversation, 10**9)
    assert (await store.get_conversation(tenant, str(first.conversation))).unread_count == 0


async def test_the_review_queue_brings_proof_and_collisions(world: World) -> None:
    taken = await world.event(await world.say("a las diez", contact="whatsapp:+34600000077"), at(24), title="Corte")
    stored = await world.say("mejor a las diez y media")
    token, state = await world.claim_batch()
    change = create(stored, at(24.5), status=EventStatus.PROPOSED, reason="calendar_conflict")
    await world.complete(token, state, change, policy="allow")
    (item,) = (await world.store.list_review(world.tenant.id)).items
    assert item.id == change.event_id
    assert [message.id for message in item.evidence_messages] == [stored.message_id]
    assert [(busy.event_id, busy.title) for busy in item.conflicts] == [(taken, "Corte")]
    other = await world.store.save_tenant("other", name="x", timezone="UTC", locale="en")
    assert (await world.store.list_review(other.id)).items == ()


async def test_the_pulse_changes_with_what_it_marks_and_with_nothing_else(world: World) -> None:
    store, tenant = world.store, world.tenant.id
    stored = await world.say("hola", quiet_seconds=3600)

    async def marks() -> dict:
        return dict(await store.pulse(tenant, conversation=stored.conversation, since=at(0), until=at(100)))

    before = await marks()
    assert await marks() == before
    await world.say("de otra persona", contact="whatsapp:+34600000077", quiet_seconds=3600)
    after = await marks()
    assert {name for name in after if after[name] != before[name]} == {"list"}
    await world.event(stored, at(24))
    final = await marks()
    assert {name for name in final if final[name] != after[name]} >= {"list", "thread", "calendar"}
    other = await store.save_tenant("other", name="x", timezone="UTC", locale="en")
    nothing = await store.pulse(other.id, conversation=stored.conversation, since=at(0), until=at(100))
    assert nothing["thread"] is None
    assert nothing["list"] == [0, None]


async def test_status_and_days_of_a_tenant(world: World) -> None:
    stored = await world.say("hola")
    await world.event(stored, at(24))
    status = await world.store.tenant_status(world.tenant.id)
    assert (status.conversations, status.parked, status.sending_failed, status.proposed) == (1, 0, 0, 0)
    sent = await world.store.post_message(
        world.tenant.id, stored.conversation or uuid4(), [(uuid4(), "vale")], deliver="queued"
    )
    world.do(
        "update whatsapp_messages set delivery_status = 'failed', delivery_error = '63016' where id = %s", sent[0].id
    )
    world.do("update extracted_events set calendar_error = 'calendar disconnected: x', status = 'confirmed'")
    status = await world.store.tenant_status(world.tenant.id)
    assert (status.sending_failed, status.sending_error) == (1, "63016")
    assert (status.calendar_behind, status.calendar_error) == (1, "calendar disconnected: x")
    (today,) = await world.store.daily(world.tenant.id, days=2)
    assert (today.messages, today.events, today.decided) == (2, 1, 0)
    other = await world.store.save_tenant("other", name="x", timezone="UTC", locale="en")
    assert (await world.store.tenant_status(other.id)).sending_failed == 0
    assert await world.store.daily(other.id) == []


async def test_a_sample_is_in_no_calendar_takes_no_hour_and_leaves_nothing(world: World) -> None:
    store, tenant = world.store, world.tenant
    line = ImportLine(
        sid="sample:1", body="el martes a las 10", direction=Direction.INBOUND, at=NOW - timedelta(hours=1)
    )
    imported = await store.import_messages(tenant.id, "sample:x", [line], provider="sample", channel_address="sample")
    (message,) = (await store.list_messages(tenant.id, imported.conversation or uuid4())).items
    stored = await world.say("hola")
    change = create(stored.model_copy(update={"message_id": message.id}), at(24))
    token, state = await world.claim_batch(scope=BatchScope(everything=True, conversation=imported.conversation))
    await world.complete(token, state, change, policy="refuse")
    assert tenant.feed_token
    assert (await store.feed(tenant.feed_token, since=at(-1))).events == ()
    assert await store.claim_publish(uuid4()) == []
    assert await store.busy(tenant.id, at(20), at(30), event_minutes=60, conversation_id="whatsapp:+34600000001") == []
    assert world.count("extracted_events") == 1
    other = await store.save_tenant("other", name="x", timezone="UTC", locale="en")
    assert await store.remove_sample(other.id) == 0
    assert await store.remove_sample(tenant.id) == 1
    assert world.count("extracted_events") + world.count("event_revisions") == 0
    assert world.count("whatsapp_messages") == 1
