"""Tenants, channels, keys, and the store's own state."""

from uuid import uuid4

import pytest

from app.errors import NotFound, StoreRefused
from tests.store.world import BEA, OURS, World, at, create, race


async def test_the_default_tenant_follows_the_settings_and_is_made_once(world: World) -> None:
    other = await world.another()
    world.do("delete from tenants")
    made = await race(*[s.ensure_default_tenant(timezone="UTC", locale="en") for s in (world.store, other) * 4])
    assert {t.id for t in made} == {made[0].id}
    changed = await world.store.ensure_default_tenant(timezone="Europe/Madrid", locale="es")
    assert (changed.id, changed.timezone, changed.locale, changed.slug) == (
        made[0].id,
        "Europe/Madrid",
        "es",
        "default",
    )
    assert changed.feed_token == made[0].feed_token
    assert len(changed.feed_token) == 64


async def test_a_message_without_any_tenant_is_refused_with_what_to_do(world: World) -> None:
    world.do("delete from tenants")
    with pytest.raises(StoreRefused, match="hilo tenants add"):
        await world.say()


async def test_tenants_are_saved_listed_and_keep_settings_that_are_not_given(world: World) -> None:
    first = await world.store.save_tenant(
        "clinica", name="Clínica", timezone="Europe/Madrid", locale="es", settings={"event_minutes": 30}
    )
    again = await world.store.save_tenant(
        "clinica", name="Clínica Sol", timezone="Atlantic/Canary", locale="ca", settings={"agent_enabled": False}
    )
    assert (again.id, again.name, again.timezone, again.locale) == (first.id, "Clínica Sol", "Atlantic/Canary", "ca")
    assert (again.settings.event_minutes, again.settings.agent_enabled) == (30, False)
    assert again.feed_token == first.feed_token
    channel = await world.store.save_channel("clinica", "twilio", OURS, bot_id="b", credentials_ref="CLINICA")
    kept = await world.store.save_channel("clinica", "twilio", OURS, local_id="l", enabled=False)
    assert (kept.id, kept.bot_id, kept.local_id, kept.credentials_ref, kept.enabled) == (
        channel.id,
        "b",
        "l",
        "CLINICA",
        False,
    )
    listed = {t.slug: t for t in await world.store.list_tenants()}
    assert [c.address for c in listed["clinica"].channels] == [OURS]
    assert listed["default"].channels == ()


@pytest.mark.parametrize("slug", ["", "Clinica", "-x", "a b", "ñ", "x" * 64])
async def test_a_slug_is_a_plain_word(world: World, slug: str) -> None:
    with pytest.raises(StoreRefused):
        await world.store.save_tenant(slug, name="x", timezone="UTC", locale="es")


async def test_a_channel_belongs_to_one_tenant(world: World) -> None:
    await world.add_tenant("blue", OURS)
    await world.add_tenant("red", "whatsapp:+2")
    with pytest.raises(StoreRefused, match="another tenant"):
        await world.store.save_channel("red", "twilio", OURS)
    with pytest.raises(NotFound, match="tenant"):
        await world.store.save_channel("nobody", "twilio", "x")


async def test_two_tenants_claim_one_address_at_once(world: World) -> None:
    await world.add_tenant("blue", "whatsapp:+1")
    await world.add_tenant("red", "whatsapp:+2")
    other = await world.another()
    for n in range(5):
        done = await race(
            world.store.save_channel("blue", "twilio", f"n{n}"), other.save_channel("red", "twilio", f"n{n}")
        )
        assert sum(isinstance(d, StoreRefused) for d in done) == 1, done


async def test_keys_are_made_used_listed_and_revoked(world: World) -> None:
    blue = await world.add_tenant("blue", "whatsapp:+1")
    admin, tenant = uuid4(), uuid4()
    for _ in range(2):
        await world.store.create_api_key(admin, name="admin", key_hash="h1", tenant=None, scopes=["admin"])
    made = await world.store.create_api_key(
        tenant, name="blue", key_hash="h2", tenant=blue.id, scopes=["read", "write"]
    )
    assert (made.id, made.tenant_id, made.scopes) == (tenant, blue.id, ("read", "write"))
    used = await world.store.use_api_key("h2")
    assert used is not None
    assert used.tenant == blue
    assert (await world.store.use_api_key("h1")).tenant is None
    assert await world.store.use_api_key("h3") is None
    assert [(k.name, k.last_used_at is not None) for k in await world.store.list_api_keys()] == [
        ("admin", True),
        ("blue", True),
    ]
    assert await world.store.revoke_api_key(tenant)
    assert not await world.store.revoke_api_key(tenant)
    assert await world.store.use_api_key("h2") is None
    assert world.count("api_keys") == 2


async def test_a_busy_key_does_not_write_with_every_use(world: World) -> None:
    await world.store.create_api_key(uuid4(), name="k", key_hash="h", tenant=None)
    await world.store.use_api_key("h")
    before = world.row("select xmin::text, last_used_at from api_keys")
    await world.store.use_api_key("h")
    assert world.row("select xmin::text, last_used_at from api_keys") == before
    world.do("update api_keys set last_used_at = now() - interval '2 min'")
    await world.store.use_api_key("h")
    assert world.row("select last_used_at > now() - interval '1 min' as fresh from api_keys")["fresh"]


async def test_the_status_counts_what_waits(world: World) -> None:
    empty = await world.store.status()
    assert (empty.tenants, empty.channels, empty.conversations_unprocessed, empty.replies_due) == (1, 0, 0, 0)
    assert empty.last_batch_run is None
    stored = await world.say()
    await world.answer("a", "b")
    await world.say(contact=BEA)
    token, state = await world.claim_batch()
    await world.complete(token, state, create(stored, at(10)), create(stored, at(20), status="proposed"))
    run = uuid4()
    await world.store.start_batch_run(run, "cli", tenant=None, dry_run=False)
    world.do("update whatsapp_conversations set batch_parked_at = now() where conversation_id = %s", BEA)
    await world.store.save_channel("default", "twilio", "whatsapp:+1")
    await world.say(channel_address="whatsapp:+9")
    full = await world.store.status()
    assert (full.conversations_unprocessed, full.conversations_parked, full.replies_due) == (1, 1, 1)
    assert (full.messages_unsent, full.events_proposed, full.events_unpublished, full.unrouted) == (2, 1, 1, 1)
    assert full.oldest_unprocessed is not None
    assert full.oldest_reply_due is not None
    assert full.last_batch_run is not None
    assert full.last_batch_run.id == run
    assert full.server_version[0].isdigit()
