"""Export, erasure and retention. What is looked for after an erasure is looked for in every column of every table."""

from typing import Any
from uuid import uuid4

import pytest

from app.errors import NotFound, StoreRefused
from app.models import DeliveryStatus, EventStatus, Media, StatusUpdate
from app.store.batch import BatchScope
from app.store.events import PublishOutcome
from app.store.privacy import Counts
from app.store.replies import CommitOutcome
from tests.store.world import ANA, BEA, OURS, World, at, create, race, update

NUMBER = "34600000001"
WORDS = ("600000001", "Anabel", "Zurita", "periodoncia", "lunarito")


def everywhere(w: World) -> dict[str, str]:
    """All rows of all tables of the database, as text."""
    tables = w.rows("select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'")
    assert len(tables) > 15
    return {
        row["relname"]: "\n".join(r["t"] for r in w.rows(f"select to_jsonb(x)::text as t from {row['relname']} x"))
        for row in tables
    }


def found(w: World) -> list[tuple[str, str]]:
    return [(table, word) for table, text in everywhere(w).items() for word in WORDS if word.lower() in text.lower()]


async def a_life(w: World) -> Any:
    """A contact who has left something in every table that a contact can be in."""
    await w.store.save_channel("default", "twilio", OURS)
    # Kept raw: to an address of nobody's, and to one of ours that is switched off.
    await w.say("periodoncia", channel_address="whatsapp:+9", contact_name="Anabel Zurita")
    await w.store.save_channel("default", "twilio", "whatsapp:+8", enabled=False)
    await w.say("periodoncia", channel_address="whatsapp:+8", phone=f"+{NUMBER}", contact="bsuid:77")
    stored = await w.say(
        "Quiero periodoncia el viernes",
        contact_name="Anabel Zurita",
        phone=f"+{NUMBER}",
        aliases=("lunarito@lid",),
        media=(Media(url="https://media.example/lunarito.jpg"),),
        raw={"ProfileName": "Anabel Zurita"},
    )
    event = await w.event(stored, title="Periodoncia de Anabel Zurita", location="Casa de Anabel")
    # Somebody else wanted the same hour: what it collided with was noted there.
    other = await w.say("a la misma hora", contact=BEA, contact_name="Bea")
    token, state = await w.claim_batch()
    await w.complete(token, state, create(other, at(24)), policy="review")
    await w.store.claim_publish(uuid4(), lease_seconds=0.0)
    w.do("update sessions set context = %s where phone = %s", '{"nombre": "Anabel Zurita"}', NUMBER)
    await w.answer("Vale, Anabel")
    w.do("update whatsapp_messages set message_sid = 'SM-ours' where body = 'Vale, Anabel'")
    report = StatusUpdate(provider="twilio", message_sid="SM-late", status=DeliveryStatus.FAILED, error=f"+{NUMBER}")
    await w.store.update_delivery(report)
    run = uuid4()
    await w.store.start_batch_run(run, "cli", tenant=None, dry_run=False)
    await w.store.finish_batch_run(run, "failed", {}, f"could not read whatsapp:+{NUMBER}")
    # The same number on another channel is the same person.
    await w.say("soy Anabel, por aquí", contact="chat:5", phone=f"+{NUMBER}", provider="chatwoot", channel_address="1")
    await w.store.save_channel("default", "chatwoot", "1")
    await w.say("soy Anabel, por aquí", contact="chat:5", phone=f"+{NUMBER}", provider="chatwoot", channel_address="1")
    return stored, event


async def test_erasure_leaves_nothing_in_any_table(world: World) -> None:
    _, event = await a_life(world)
    tables = {table for table, _ in found(world)}
    assert tables >= {
        "whatsapp_messages", "whatsapp_conversations", "extracted_events", "event_revisions", "contact_aliases",
        "sessions", "unrouted_messages", "early_reports", "batch_runs",
    }  # fmt: skip
    before = everywhere(world)
    would = await world.store.erase_contact(world.tenant.id, f"+{NUMBER}", uuid4(), dry_run=True)
    assert everywhere(world) == before
    done = await world.store.erase_contact(world.tenant.id, ANA, uuid4(), by="Rosa")
    assert done == would
    assert (done.conversations, done.media, done.events, done.calendar_entries) == (2, 1, 1, 1)
    assert done.messages >= 3
    assert done.unrouted >= 2
    assert done.sessions >= 1
    assert found(world) == []
    feed = await world.store.feed(world.tenant.feed_token or "", since=at(-999))
    assert "Anabel" not in feed.model_dump_json()
    # Bea's is still there, and so is the line in the log.
    assert world.count("whatsapp_conversations") == 1
    (line,) = await world.store.list_privacy_log(world.tenant.id)
    assert (line.action, line.requested_by, line.counts) == ("erase", "Rosa", done)
    # The calendar is told to let go of the entry.
    claim = await world.store.claim_removal(uuid4())
    assert claim is not None
    assert (claim.event_id, claim.generation, claim.tenant.slug) == (event, 1, "default")
    assert await world.store.claim_removal(uuid4()) is None
    await world.store.complete_removal(event, claim.token)
    assert world.count("calendar_removals") == 0


async def test_work_under_way_does_not_bring_an_erased_contact_back(world: World) -> None:
    first = await world.say("hola, soy Anabel", message_sid="SM-1")
    await world.event(first)
    (published,) = await world.store.claim_publish(uuid4(), lease_seconds=60)
    await world.answer("Vale, Anabel")
    sending = await world.store.claim_outbound(uuid4(), ["twilio"])
    second = await world.say("y el martes", message_sid="SM-2")
    token, state = await world.claim_batch()
    claim = await world.claim()
    await world.store.erase_contact(world.tenant.id, ANA, uuid4())
    assert (await world.commit(claim, "Anabel")).outcome is CommitOutcome.LOST
    done = await world.store.complete_batch(
        state, token, [create(second, at(30))], messages_read=2, conflict_policy="review", event_minutes=60
    )
    assert done.outcome == "lost"
    assert sending.message
    assert sending.token
    await world.store.mark_sent(sending.message.id, sending.token, "SM-3")
    # A publisher may still be writing: its lease is waited for.
    assert await world.store.claim_removal(uuid4()) is None
    lost = await world.store.complete_publish(
        published.event.id, published.token, revision=1, calendar_event_id="x", etag=None
    )
    assert lost is PublishOutcome.LOST
    world.do("update calendar_removals set next_at = now()")
    assert (await world.store.claim_removal(uuid4())).event_id == published.event.id  # type: ignore[union-attr]
    # The provider repeats a webhook, lists the message, says that it was edited: it is known, and not stored again.
    assert (await world.say("hola, soy Anabel", message_sid="SM-1")).outcome == "duplicate"
    assert await world.store.known_sids("twilio", ["SM-1", "SM-2", "SM-9"]) == {"SM-1", "SM-2"}
    assert world.count("whatsapp_conversations") == 0
    assert [one for one in found(world) if one[1] == "Anabel"] == []
    # What comes afterwards begins anew, and is answered.
    later = await world.say("hola otra vez", message_sid="SM-4")
    assert later.outcome == "stored"
    assert later.conversation != first.conversation
    assert later.reply_due


async def test_erasure_stays_within_the_tenant(world: World) -> None:
    await world.store.save_channel("default", "twilio", OURS)
    blue = await world.add_tenant("blue", "whatsapp:+1")
    await world.say("para azul", channel_address="whatsapp:+1", phone=f"+{NUMBER}")
    world.do("update channels set enabled = false where address = 'whatsapp:+1'")
    await world.say("para azul, sin dueño aún", channel_address="whatsapp:+1")
    with pytest.raises(NotFound):
        await world.store.erase_contact(world.tenant.id, ANA, uuid4())
    await world.say("para mí")
    await world.say("de nadie", channel_address="whatsapp:+7")
    done = await world.store.erase_contact(world.tenant.id, ANA, uuid4(), orphans=False)
    assert (done.conversations, done.unrouted) == (1, 0)
    assert world.count("whatsapp_messages", "tenant_id = %s", blue.id) == 1
    assert world.count("unrouted_messages") == 2
    with pytest.raises(NotFound):
        await world.store.erase_contact(world.tenant.id, ANA, uuid4(), dry_run=True)
    assert await world.store.list_privacy_log(blue.id) == []


async def test_two_erasures_and_a_message_at_once(world: World) -> None:
    await world.say("hola", message_sid="SM-1")
    other = await world.another()
    answers = await race(
        world.store.erase_contact(world.tenant.id, ANA, uuid4()),
        other.erase_contact(world.tenant.id, ANA, uuid4()),
        world.say("y esto", message_sid="SM-2", store=await world.another()),
    )
    assert [a for a in answers if isinstance(a, Exception) and not isinstance(a, NotFound)] == []
    kept = {row["body"] for row in world.rows("select body from whatsapp_messages")}
    assert kept <= {"y esto"}


async def test_an_export_holds_everything_and_is_logged_without_a_name(world: World) -> None:
    _, event = await a_life(world)
    data = await world.store.export_contact(world.tenant.id, ANA, uuid4(), by="Rosa")
    assert data is not None
    first = next(one for one in data["conversations"] if one["conversation_id"] == ANA)
    assert len(data["conversations"]) == 2
    assert [m["body"] for m in first["messages"]] == ["Quiero periodoncia el viernes", "Vale, Anabel"]
    assert first["messages"][0]["raw"] == {"ProfileName": "Anabel Zurita"}
    assert [e["id"] for e in first["events"]] == [str(event)]
    assert first["events"][0]["revisions"][0]["action"] == "create"
    assert first["sessions"][0]["context"] == {"nombre": "Anabel Zurita"}
    assert {a["alias"] for a in first["aliases"]} == {"lunarito@lid"}
    (line,) = await world.store.list_privacy_log(world.tenant.id)
    assert (line.action, line.counts) == ("export", Counts(conversations=2))
    assert await world.store.export_contact(world.tenant.id, "+3499", uuid4()) is None


async def test_retention_lets_go_what_is_old_and_settled(world: World) -> None:
    old = await world.say("cita el martes pasado", sent_at=at(-24 * 40), contact_name="Anabel Zurita")
    proof = await world.say("y otra para el mes que viene", sent_at=at(-24 * 39))
    token, state = await world.claim_batch()
    past, future = create(old, at(-24 * 35)), create(proof, at(24 * 30))
    await world.complete(token, state, past, future)
    await world.say("reciente", sent_at=at(-24))
    token, state = await world.claim_batch()
    await world.complete(token, state)
    world.do("update whatsapp_conversations set reply_due_at = null")
    # One that nobody has read yet, and one that is wholly over.
    unread = await world.say("sin leer", contact=BEA, sent_at=at(-24 * 90))
    gone = await world.say("adiós", contact="whatsapp:+34600000003", sent_at=at(-24 * 90))
    world.do("update whatsapp_messages set processed = true where id = %s", gone.message_id)
    world.do("update whatsapp_conversations set created_at = now() - interval '90 days', reply_due_at = null")
    world.do("update sessions set last_activity = now() - interval '90 days'")
    run = uuid4()
    would = await world.store.apply_retention(world.tenant.id, 30, run, dry_run=True)
    assert world.count("whatsapp_messages") == 5
    page = await world.store.apply_retention(world.tenant.id, 30, run, by="scheduler")
    assert page == would
    assert page.next is None
    counts = page.counts
    assert (counts.messages, counts.events, counts.conversations) == (2, 1, 1)
    assert {r["body"] for r in world.rows("select body from whatsapp_messages")} == {
        "y otra para el mes que viene", "reciente", "sin leer",
    }  # fmt: skip
    assert [r["id"] for r in world.rows("select id from extracted_events")] == [future.event_id]
    assert world.conversation(unread)["unprocessed_since"] is not None
    # Again in pages: nothing more goes, and no line is written.
    after, rounds = None, 0
    while True:
        again = await world.store.apply_retention(world.tenant.id, 30, uuid4(), after=after, limit=1)
        assert again.counts == Counts()
        after, rounds = again.next, rounds + 1
        if after is None:
            break
    assert rounds >= 2
    (line,) = await world.store.list_privacy_log(world.tenant.id)
    assert (line.action, line.counts) == ("retention", counts)
    # The batch goes on with what is left, and moves the event.
    await world.say("mejor una hora más tarde")
    token, state = await world.claim_batch(scope=BatchScope(everything=True, conversation=old.conversation))
    done = await world.complete(token, state, update(future.event_id, proof, at(24 * 30 + 1)))
    assert done.updated == (future.event_id,)


async def test_events_and_days_are_bounded(world: World) -> None:
    with pytest.raises(StoreRefused):
        await world.store.apply_retention(world.tenant.id, 0, uuid4())
    with pytest.raises(StoreRefused):
        await world.store.save_tenant(
            "default", name="x", timezone="UTC", locale="es", settings={"retention_days": "soon"}
        )
    stored = await world.say("ya", sent_at=at(-24 * 9))
    event = await world.event(stored, at(-24 * 8), status=EventStatus.PROPOSED)
    world.do("update whatsapp_conversations set reply_due_at = null")
    page = await world.store.apply_retention(world.tenant.id, 7, uuid4())
    assert page.counts.events == 1
    assert world.count("extracted_events", "id = %s", event) == 0
