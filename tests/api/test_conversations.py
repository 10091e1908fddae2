"""Reading conversations and acting on them."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest

from app.models import DeliveryStatus
from app.store.batch import BatchScope
from tests.api.conftest import LUCIA

LIST = "/api/v1/whatsapp/conversations"
START = datetime(2026, 6, 26, 8, 0, tzinfo=UTC)


async def every_page(api, path, **params):
    pages, cursor = [], None
    while True:
        answer = await api.get(path, params=params | ({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        pages.append(answer.json()["items"])
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return pages


async def test_conversations_come_newest_first_in_pages(world, api):
    contacts = [f"whatsapp:+3460000000{n}" for n in range(7)]
    at = datetime(2026, 6, 1, tzinfo=UTC)
    for n, contact in enumerate(contacts):
        await world.says("hola", contact=contact, at=at + timedelta(minutes=n // 2))  # equal times in pairs
    pages = await every_page(api, LIST, limit=3)
    found = [item["conversation_id"] for page in pages for item in page]
    assert sorted(found) == contacts
    times = [item["last_message_at"] for page in pages for item in page]
    assert times == sorted(times, reverse=True)
    first = pages[0][0]
    assert (first["last_message"], first["unprocessed_count"], first["event_count"]) == ("hola", 1, 0)
    assert first["last_message_at"] == "2026-06-01T02:03:00+02:00"  # Madrid's summer time


async def test_filters_and_search(world, api):
    plain = await world.says("hola", contact="whatsapp:+34600000001")
    paused = await world.says("hola", contact="whatsapp:+34600000002")
    await api.post(f"{LIST}/{paused.conversation}/pause", json={"minutes": 5})
    review = await world.appointment(START, contact="whatsapp:+34600000003", status="proposed", reason="not_settled")
    parked = await world.says("hola", contact="whatsapp:+34600000004")
    await park(world, parked.conversation)

    async def ids(**params):
        return {item["id"] for page in await every_page(api, LIST, **params) for item in page}

    everybody = {
        str(one) for one in (plain.conversation, paused.conversation, review.conversation, parked.conversation)
    }
    assert await ids() == everybody
    for name, only in (("paused", paused), ("needs_review", review), ("parked", parked)):
        assert await ids(**{name: "true"}) == {str(only.conversation)}
        assert await ids(**{name: "false"}) == everybody - {str(only.conversation)}
    assert await ids(unprocessed="false") == {str(review.conversation)}
    assert await ids(search="0003") == {str(review.conversation)}
    assert await ids(search="RAMOS") == everybody
    assert await ids(search="%") == await ids(search="_") == set()
    assert await ids(search="\x00") == set()


async def park(world, conversation):
    run, token = uuid4(), uuid4()
    await world.store.start_batch_run(run, "cli", tenant=None, dry_run=False)
    await world.store.claim_batch(run, token, BatchScope(everything=True, conversation=conversation))
    assert await world.store.fail_batch(
        conversation, token, "cannot be read", backoff_seconds=1, max_attempts=1, park=True
    )


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "e30",  # {}
        "W10",  # []
        "eyJhdCI6ICJub3ciLCAiaWQiOiAiMSJ9",  # an id that is none
        "eyJhdCI6ICJ3aGF0IiwgImlkIjogIjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMCJ9",  # a time that is none
        "eyJhdCI6IG51bGwsICJpZCI6IG51bGx9",
        "eyJhdCI6IHsiYSI6IDF9LCAiaWQiOiBbXX0",
        "á",
    ],
)
async def test_cursors_that_were_tampered_with(api, cursor):
    for path in (LIST, "/api/v1/whatsapp/events"):
        answer = await api.get(path, params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-request")
        assert "syntax" not in answer.text


async def test_a_cursor_of_another_list_is_refused(world, api):
    stored = await world.says("uno")
    await world.says("dos")
    messages = f"{LIST}/{stored.conversation}/messages"
    cursor = (await api.get(messages, params={"limit": 1})).json()["next_cursor"]
    assert (await api.get(LIST, params={"cursor": cursor})).status_code == 400
    assert (await api.get(messages, params={"cursor": cursor})).status_code == 200


async def test_a_conversation_has_two_names(world, api):
    stored = await world.says("hola")
    for name in (str(stored.conversation), str(stored.conversation).upper(), LUCIA, quote(LUCIA, safe="")):
        answer = await api.get(f"{LIST}/{name}")
        assert answer.json()["id"] == str(stored.conversation), name
        assert answer.json()["conversation_id"] == LUCIA


async def test_odd_names_are_not_found(world, api):
    await world.says("hola")
    for name in (
        "%00",
        "null",
        "..",
        "%25",
        "'; drop table tenants; --",
        "💇",
        str(uuid4()),
        "a" * 300,
        "whatsapp: 34",
    ):
        assert (await api.get(f"{LIST}/{quote(name)}/messages")).status_code == 404, name
    assert (await api.get(f"{LIST}/{'a' * 301}/messages")).status_code == 422


async def test_messages_in_both_directions_with_their_events(world, api):
    at = datetime(2026, 6, 1, 8, tzinfo=UTC)
    first = await world.says("Hola", at=at)
    proof = await world.says("El viernes a las 10 💇 \u202eשלום\x00", at=at + timedelta(minutes=1))
    for n in range(3):
        await world.says(f"más {n}", at=at + timedelta(minutes=2))
    event = await world.arrange(first.conversation, proof.message_id, START, location="Calle Mayor 3")
    path = f"{LIST}/{LUCIA}/messages"
    pages = await every_page(api, path, limit=2)
    assert [len(page) for page in pages] == [2, 2, 1]
    bodies = [message["body"] for page in pages for message in page]
    assert bodies == ["Hola", "El viernes a las 10 💇 \u202eשלום\ufffd", "más 0", "más 1", "más 2"]
    backwards = [m["body"] for page in await every_page(api, path, limit=2, newest_first="true") for m in page]
    assert backwards == bodies[::-1]
    proven = pages[0][1]
    assert proven["event_id"] == str(event.id)
    assert proven["role"] == "user"
    assert proven["sent_at"] == "2026-06-01T10:01:00+02:00"
    assert [(e["id"], e["title"], e["start"]) for e in proven["events"]] == [
        (str(event.id), "Corte", "2026-06-26T10:00:00+02:00")
    ]
    assert pages[0][0]["events"] == []


async def test_writing_as_the_business(world, api):
    stored = await world.says("¿Abren mañana?")
    text = "Sí, abrimos a las nueve. " * 100
    id_ = str(uuid4())
    answer = await api.post(f"{LIST}/{LUCIA}/messages", json={"body": text, "id": id_})
    assert answer.status_code == 201
    parts = answer.json()
    assert len(parts) == 2
    assert all(len(part["body"]) <= 1600 and part["body"].endswith(".") for part in parts)
    assert {(p["direction"], p["role"], p["author"], p["delivery_status"]) for p in parts} == {
        ("outbound", "bot", "test", "queued")
    }
    assert world.woken == ["delivery"]
    again = await api.post(f"{LIST}/{LUCIA}/messages", json={"body": text, "id": id_})
    assert [part["id"] for part in again.json()] == [part["id"] for part in parts]
    messages = (await api.get(f"{LIST}/{LUCIA}/messages")).json()["items"]
    assert len(messages) == 3
    # The agent's own answer is dropped: a person has answered.
    assert (await world.store.get_conversation(world.sol.id, str(stored.conversation))).reply_due_at is None


async def test_writing_what_cannot_be_sent(world, api):
    await world.says("hola")
    path = f"{LIST}/{LUCIA}/messages"
    assert (await api.post(path, json={"body": "  \n "})).status_code == 400
    assert (await api.post(path, json={"body": "x" * 16_001})).status_code == 422
    await world.store.save_channel("sol", "waha", "sol-phone")
    await world.store.store_message(
        await inbound(provider="waha", channel_address="sol-phone", contact="34600999888@c.us")
    )
    answer = await api.post(f"{LIST}/34600999888@c.us/messages", json={"body": "hola"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def inbound(**values):
    from app.models import InboundMessage

    return InboundMessage(message_sid=f"id{uuid4().hex}", body="hola", **values)


async def test_without_credentials_a_message_is_held(world, api):
    from app.channels.registry import Channels
    from app.channels.twilio import TwilioChannel

    world.app.state.services.inbox._channels = Channels(TwilioChannel())
    await world.says("hola")
    (part,) = (await api.post(f"{LIST}/{LUCIA}/messages", json={"body": "Buenas"})).json()
    assert part["delivery_status"] == DeliveryStatus.HELD


async def test_pause_and_resume(world, api):
    stored = await world.says("hola")
    before = datetime.now(UTC)
    answer = await api.post(f"{LIST}/{LUCIA}/pause", json={"minutes": 90})
    until = datetime.fromisoformat(answer.json()["bot_paused_until"])
    assert timedelta(minutes=89) < until - before < timedelta(minutes=91)
    answer = await api.post(f"{LIST}/{LUCIA}/pause", json={"until": "2199-01-31T08:00"})
    assert answer.json()["bot_paused_until"] == "2199-01-31T08:00:00+01:00"
    assert answer.json()["reply_due_at"] is None
    answer = await api.post(f"{LIST}/{stored.conversation}/resume")
    assert answer.json()["bot_paused_until"] is None
    assert (await api.post(f"{LIST}/{LUCIA}/pause", json={"until": "2020-01-01"})).status_code == 400
    for wrong in (
        {},
        {"minutes": 0},
        {"minutes": 5, "until": "2199-01-01"},
        {"until": 5},
        {"until": "tomorrow"},
        {"until": "9999-12-31"},
    ):
        answer = await api.post(f"{LIST}/{LUCIA}/pause", json=wrong)
        assert answer.status_code == 422, wrong
        assert {e["where"] for e in answer.json()["errors"]} <= {"body", "body.minutes", "body.until"}  # and no classes


async def test_retry_takes_a_parked_conversation_up_again(world, api):
    stored = await world.says("hola")
    await park(world, stored.conversation)
    assert (await api.get(f"{LIST}/{LUCIA}")).json()["batch_error"] == "cannot be read"
    answer = await api.post(f"{LIST}/{LUCIA}/retry")
    assert (answer.json()["batch_parked_at"], answer.json()["batch_attempts"]) == (None, 0)
    assert world.woken == ["replies"]


async def test_the_batch_runs_when_it_is_asked_to(world, api):
    await world.says(
        "Hola, quiero agendar un corte de pelo el 26 de junio a las 10:00", at=datetime(2026, 6, 20, 9, tzinfo=UTC)
    )
    other = await world.says("hola", contact="whatsapp:+34600000009")
    path = "/api/v1/whatsapp/process-conversations"
    dry = await api.post(path, params={"dry_run": "true"})
    assert dry.status_code == 200, dry.text
    assert {report["outcome"] for report in dry.json()["conversations"]} == {"planned"}
    assert (await api.get(LIST, params={"unprocessed": "true"})).json()["items"] != []
    one = (await api.post(path, json={"conversation_id": "whatsapp:+34600000009"})).json()
    assert [report["conversation"] for report in one["conversations"]] == [str(other.conversation)]
    assert (one["run"]["conversations"], one["run"]["messages"], one["run"]["trigger"]) == (1, 1, "http")
    rest = (await api.post(path, json={"limit": 5, "dry_run": False}, params={"dry_run": "true"})).json()
    assert [report["outcome"] for report in rest["conversations"]] == ["completed"]
    assert (await api.post(path)).json()["conversations"] == []
    assert (await api.get(LIST, params={"unprocessed": "true"})).json()["items"] == []
    runs = (await api.get("/api/v1/whatsapp/batch-runs")).json()
    assert len(runs["items"]) == 4
    assert runs["next_cursor"] is None
    assert [run["dry_run"] for run in runs["items"]] == [False, False, False, True]
    for wrong in ({"limit": 0}, {"limit": "all"}, {"dry_run": 3}, {"conversation": "x"}):
        assert (await api.post(path, json=wrong)).status_code == 422


async def test_only_an_administrator_sees_the_schedulers_runs(world, api):
    await world.store.start_batch_run(uuid4(), "scheduler", tenant=None, dry_run=False)
    path = "/api/v1/whatsapp/batch-runs"
    assert (await api.get(path)).json()["items"] == []
    async with world.client() as admin:
        assert [run["trigger"] for run in (await admin.get(path)).json()["items"]] == ["scheduler"]
        assert (await admin.get(path, params={"tenant": "sol"})).json()["items"] == []
