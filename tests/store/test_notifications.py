"""The outbox of what people are told: each state of each thing once, whoever looks and however often."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.errors import StoreRefused
from app.models import EventStatus, Tenant
from app.store.events import Decision
from app.store.notifications import Kind, NotificationClaim, Target
from tests.store.world import ANA, BEA, OURS, World, at, echo, race

OWNER = "+34600999888"


async def listen(w: World, tenant: Tenant | None = None, **given: Any) -> None:
    tenant = tenant or w.tenant
    notify = {"since": (datetime.now(UTC) - timedelta(minutes=5)).isoformat(), **given}
    await w.store.save_tenant(
        tenant.slug, name=tenant.name, timezone=tenant.timezone, locale="es", settings={"notify": notify}
    )


async def claim(w: World, **given: Any) -> NotificationClaim:
    found = await w.store.claim_notification(uuid4(), providers=["twilio"], **given)
    assert found is not None
    return found


async def proposals(w: World, count: int) -> list[Any]:
    return [await w.event(await w.say(contact=f"c{n}"), at(24 + n), status=EventStatus.PROPOSED) for n in range(count)]


async def test_each_state_of_each_thing_is_noted_once_by_any_number_of_processes(world: World) -> None:
    (event,) = await proposals(world, 1)
    assert await world.store.collect_notifications() == 0  # nobody listens
    await listen(world, webhook="https://example/hook", whatsapp=OWNER)
    others = [await world.another() for _ in range(3)]
    noted = await race(*(store.collect_notifications() for store in (world.store, *others)))
    assert sorted(noted) == [0, 0, 0, 2]
    rows = await world.store.list_notifications(world.tenant.id)
    assert {(r.kind, r.subject, r.target) for r in rows} == {
        (Kind.EVENT_PROPOSED, str(event), Target.WEBHOOK),
        (Kind.EVENT_PROPOSED, str(event), Target.WHATSAPP),
    }
    # What a person decides is not news to them.
    await world.store.decide_event(world.tenant.id, event, Decision.CORRECT, patch={"title": "Otra"})
    assert await world.store.collect_notifications() == 0


async def test_what_is_parked_or_disconnected_is_noted_each_time_it_happens(world: World) -> None:
    await listen(world, webhook="https://example/hook")
    stored = await world.say()
    for n in range(2):
        world.do("update whatsapp_conversations set reply_parked_at = now() + %s * interval '2 s'", n)
        assert await world.store.collect_notifications() == 1
        assert await world.store.collect_notifications() == 0
    await world.store.calendar_down(world.tenant.id, by="read")
    await world.store.calendar_down(world.tenant.id, by="write", probe_seconds=0)
    assert await world.store.collect_notifications() == 1
    # A reading that works does not say that writing does.
    lease = uuid4()
    await world.store.claim_calendar_sync(world.tenant.id, lease, "c", lease_seconds=9, not_after=at(1))
    await world.store.complete_calendar_sync(world.tenant.id, lease, "c", token="t")
    down = world.row("select down_since, down_by from calendar_connections")
    assert (down["down_since"] is not None, down["down_by"]) == (True, "write")
    await world.event(stored)
    (written,) = await world.store.claim_publish(uuid4())
    await world.store.complete_publish(
        written.event.id, written.token, revision=written.event.revision, calendar_event_id="x", etag=None
    )
    assert world.row("select down_since from calendar_connections")["down_since"] is None
    kinds = [row.kind for row in await world.store.list_notifications(world.tenant.id)]
    assert sorted(kinds) == [Kind.CALENDAR_DISCONNECTED, Kind.CONVERSATION_PARKED, Kind.CONVERSATION_PARKED]


async def test_what_is_off_or_was_before_or_is_anothers_is_not_noted(world: World) -> None:
    blue = await world.add_tenant("blue", "whatsapp:+1")
    await world.store.save_channel("default", "twilio", OURS)
    await proposals(world, 2)
    await listen(world, webhook="https://example/hook", off=["event_proposed"])
    await listen(world, blue, webhook="https://example/blue")
    assert await world.store.collect_notifications() == 0
    day = date(2026, 11, 27)
    assert await world.store.collect_notifications([(world.tenant.id, day), (blue.id, day)]) == 2
    assert await world.store.collect_notifications([(world.tenant.id, day), (blue.id, day)]) == 0
    await listen(world, webhook="https://example/hook", since=at(1).isoformat())
    assert await world.store.collect_notifications() == 0
    with pytest.raises(StoreRefused):
        await listen(world, webhook="x", since="some day")


async def test_on_whatsapp_all_that_waits_is_told_in_one_message(world: World) -> None:
    await proposals(world, 3)
    await listen(world, webhook="https://example/hook", whatsapp=OWNER)
    await world.store.collect_notifications()
    claims = [await claim(world, lease_seconds=60) for _ in range(4)]
    assert await world.store.claim_notification(uuid4()) is None
    sizes = sorted((one.target, len(one.items)) for one in claims)
    assert sizes == [(Target.WEBHOOK, 1)] * 3 + [(Target.WHATSAPP, 3)]
    group = next(one for one in claims if one.target is Target.WHATSAPP)
    assert group.route is not None
    assert (group.route.provider, group.route.channel_address, group.route.contact) == ("twilio", OURS, None)
    assert await world.store.begin_notification(group.group, group.token, "tres citas")
    # The process is killed: another one gets the same group, and the words.
    world.do("update notifications set lease_until = now() - interval '1 s' where target = 'whatsapp'")
    await proposals(world, 4)
    await world.store.collect_notifications()
    again = next(one for one in [await claim(world) for _ in range(6)] if one.target is Target.WHATSAPP and one.resumed)
    assert {item.id for item in again.items} == {item.id for item in group.items}
    assert (again.group, again.body, again.attempt) == (group.group, "tres citas", 2)
    assert not await world.store.complete_notification(group.group, group.token)
    assert await world.store.complete_notification(
        again.group, again.token, message_sid="SM-n", dropped=[again.items[0].id]
    )
    states = {r.id: r.state for r in await world.store.list_notifications(world.tenant.id)}
    assert sorted(states[item.id] for item in group.items) == ["dropped", "sent", "sent"]
    assert world.count("notifications", "body is not null") == 0


async def test_the_echo_of_what_the_owner_was_told_is_no_conversation(world: World) -> None:
    await proposals(world, 1)
    await listen(world, whatsapp=OWNER)
    await world.store.collect_notifications()
    told = await claim(world)
    await world.store.begin_notification(told.group, told.token, "Una cita:  Corte")
    # Before the provider's answer is recorded, and after it.
    first = await world.store.store_message(echo("Una cita: Corte", contact="owner", message_sid="SM-n"))
    await world.store.complete_notification(told.group, told.token, message_sid="SM-n")
    second = await world.store.store_message(echo("Una cita: Corte", contact="owner", message_sid="SM-n"))
    assert (first.outcome, second.outcome) == ("duplicate", "duplicate")
    assert (await world.store.store_message(echo("Ya voy", contact="owner"))).outcome == "stored"


async def test_erasing_a_contact_takes_their_notifications_along(world: World) -> None:
    stored = await world.say(contact_name="Anabel")
    await world.event(stored, status=EventStatus.PROPOSED)
    await world.event(await world.say(contact=BEA), at(40), status=EventStatus.PROPOSED)
    await listen(world, whatsapp=OWNER)
    await world.store.collect_notifications()
    told = await claim(world)
    await world.store.begin_notification(told.group, told.token, "Anabel y Bea")
    await world.store.erase_contact(world.tenant.id, ANA, uuid4())
    assert world.count("notifications", "body is not null") == 0
    assert world.count("notifications") == 1
