"""Reading events, and what a person decides about them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from app.errors import InvalidRequest
from app.services.event_review import Corrections, Decision
from tests.api.conftest import LUCIA
from tests.api.test_conversations import every_page

EVENTS = "/api/v1/whatsapp/events"
# In the future of any test run, so that nothing is over by now.
START = datetime(2099, 6, 26, 8, 0, tzinfo=UTC)
TEN = "2099-06-26T10:00:00+02:00"


def contact(n):
    return f"whatsapp:+3460000000{n}"


async def test_events_come_by_start_in_pages(world, api):
    for n in range(5):
        await world.appointment(START + timedelta(hours=3 * (n // 2)), contact=contact(n), title=f"Cita {n}")
    pages = await every_page(api, EVENTS, limit=2)
    assert sorted(event["title"] for page in pages for event in page) == [f"Cita {n}" for n in range(5)]
    starts = [event["start"] for page in pages for event in page]
    assert starts == sorted(starts)
    first = pages[0][0]
    assert (first["start"], first["end"], first["time_zone"]) == (TEN, None, "Europe/Madrid")
    assert (first["status"], first["source"], first["revision"]) == ("confirmed", "batch", 1)
    assert first["evidence"][0]["quote"] == "el viernes a las 10"


async def test_filters(world, api):
    early = await world.appointment(START, contact=contact(1), title="Tinte", location="Calle Luna 5")
    late = await world.appointment(
        START + timedelta(days=1), contact=contact(2), status="proposed", reason="not_settled"
    )

    async def ids(**params):
        return [event["id"] for page in await every_page(api, EVENTS, **params) for event in page]

    assert await ids() == [str(early.id), str(late.id)]
    assert await ids(status="proposed") == [str(late.id)]
    assert await ids(search="tint") == await ids(search="luna 5") == [str(early.id)]
    assert await ids(conversation_id=contact(2)) == await ids(conversation_id=str(late.conversation)) == [str(late.id)]
    # [from, to): a time without offset is the tenant's.
    assert await ids(**{"from": "2099-06-26T10:00"}) == [str(early.id), str(late.id)]
    assert await ids(**{"from": "2099-06-26T10:00:01"}) == [str(late.id)]
    assert await ids(**{"from": "2099-06-26", "to": "2099-06-27"}) == [str(early.id)]
    assert await ids(to="2099-06-26T10:00:00+02:00") == []
    # An unescaped + arrives as a space.
    answer = await api.get(f"{EVENTS}?to=2099-06-26T10:00:01+02:00")
    assert [event["id"] for event in answer.json()["items"]] == [str(early.id)]
    for wrong in ({"status": "maybe"}, {"from": "soon"}, {"to": "1"}, {"from": "0001-01-01"}, {"from": "9999-12-31"}):
        assert (await api.get(EVENTS, params=wrong)).status_code == 422, wrong
    assert (await api.get(EVENTS, params={"conversation_id": contact(9)})).status_code == 404


async def test_one_event_with_its_history_and_its_proof(world, api):
    event = await world.appointment(START)
    await api.patch(f"{EVENTS}/{event.id}", json={"action": "correct", "title": "Corte y color"})
    found = (await api.get(f"{EVENTS}/{event.id}")).json()
    assert [(r["revision"], r["action"], r["source"]) for r in found["revisions"]] == [
        (1, "create", "batch"),
        (2, "correct", "operator"),
    ]
    assert found["revisions"][0]["event"]["title"] == "Corte"
    (message,) = found["evidence_messages"]
    assert (message["id"], message["body"]) == (
        found["evidence"][0]["message_id"],
        "Quiero una cita el viernes a las 10",
    )
    for odd in (uuid4(), "00000000-0000-0000-0000-000000000000"):
        assert (await api.get(f"{EVENTS}/{odd}")).status_code == 404
    for odd in ("x", "1", "null"):
        assert (await api.get(f"{EVENTS}/{odd}")).status_code == 422


async def test_approve(world, api):
    event = await world.appointment(START, status="proposed", reason="not_settled")
    answer = await api.patch(f"{EVENTS}/{event.id}", json={"action": "approve", "expected_revision": 1})
    assert answer.status_code == 200, answer.text
    now = answer.json()
    assert (now["status"], now["reason"], now["revision"]) == ("confirmed", None, 2)
    assert (now["decided_by"], now["source"]) == ("test", "operator")
    assert world.woken == ["publisher"]


async def test_approve_with_corrections_in_the_tenants_time(world, api):
    event = await world.appointment(START, status="proposed", end=START + timedelta(minutes=45))
    corrections = {"start": "2099-01-15T16:30", "title": "Tinte", "location": "Sala 2"}
    now = (await api.patch(f"{EVENTS}/{event.id}", json={"action": "approve"} | corrections)).json()
    assert (now["start"], now["end"]) == ("2099-01-15T16:30:00+01:00", "2099-01-15T17:15:00+01:00")
    assert (now["title"], now["location"], now["status"]) == ("Tinte", "Sala 2", "confirmed")
    now = (await api.patch(f"{EVENTS}/{event.id}", json={"action": "correct", "end": None, "location": ""})).json()
    assert (now["start"], now["end"], now["location"]) == ("2099-01-15T16:30:00+01:00", None, None)
    now = (await api.patch(f"{EVENTS}/{event.id}", json={"action": "correct", "start": "2099-01-15T15:30:00Z"})).json()
    assert now["start"] == "2099-01-15T16:30:00+01:00"


async def test_whole_days(world, api):
    event = await world.appointment(START, end=START + timedelta(hours=1))

    async def correct(**what):
        answer = await api.patch(f"{EVENTS}/{event.id}", json={"action": "correct"} | what)
        assert answer.status_code == 200, answer.text
        return tuple(answer.json()[name] for name in ("start", "end", "all_day"))

    day, after = "2099-06-26T00:00:00+02:00", "2099-06-28T00:00:00+02:00"
    assert await correct(all_day=True) == (day, None, True)
    assert await correct(end="2099-06-28T13:00") == (day, after, True)
    assert await correct(start="2099-06-27T12:00", end="2099-06-28") == ("2099-06-27T00:00:00+02:00", after, True)
    assert await correct(all_day=False, start="2099-06-27T12:00") == ("2099-06-27T12:00:00+02:00", None, False)


async def test_corrections_that_make_no_sense(world, api):
    event = await world.appointment(START)
    for wrong in (
        {"action": "correct"},
        {"action": "correct", "title": None},
        {"action": "correct", "start": None},
        {"action": "correct", "end": "2099-06-26T10:00"},
        {"action": "correct", "start": "2099-06-26T10:00", "end": "2099-06-26T09:00"},
        {"action": "correct", "start": "2099-03-29T02:30"},  # the clocks are put forward
        {"action": "correct", "all_day": True, "end": "2099-06-26T12:00"},
    ):
        answer = await api.patch(f"{EVENTS}/{event.id}", json=wrong)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-request"), wrong
    for wrong in (
        {},
        {"action": "delete"},
        {"action": "cancel", "title": "x"},
        {"action": "reject", "force": True},
        {"action": "correct", "start": 4102444800},
        {"action": "correct", "start": "4102444800"},
        {"action": "correct", "title": ""},
        {"action": "correct", "title": " \n "},
        {"action": "correct", "status": "confirmed"},
        {"action": "approve", "expected_revision": 0},
        {"action": "approve", "expected_revision": 6605859367519879430144},
    ):
        answer = await api.patch(f"{EVENTS}/{event.id}", json=wrong)
        assert answer.status_code == 422, wrong
    review = world.app.state.services.review
    wanted = Corrections(named=frozenset({"title"}), title="x")
    with pytest.raises(InvalidRequest):
        await review.decide(world.sol, event.id, Decision.CANCEL, wanted, by="test")
    assert (await api.get(f"{EVENTS}/{event.id}")).json()["revision"] == 1


@pytest.mark.parametrize("action", ["approve", "correct"])
async def test_a_time_that_is_taken(world, api, action):
    taken = await world.appointment(START, contact=contact(1), title="Tinte de Ana")
    status = "proposed" if action == "approve" else "confirmed"
    event = await world.appointment(START + timedelta(hours=5), contact=contact(2), status=status)
    body = {"action": action, "start": "2099-06-26T10:30"}
    answer = await api.patch(f"{EVENTS}/{event.id}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "time-taken")
    assert answer.json()["conflicts"] == [
        {"event_id": str(taken.id), "title": "Tinte de Ana", "start": TEN, "end": "2099-06-26T11:00:00+02:00"}
    ]
    assert (await api.patch(f"{EVENTS}/{event.id}", json=body | {"start": "2099-06-26T11:00"})).status_code == 200
    assert (await api.patch(f"{EVENTS}/{event.id}", json=body | {"force": True})).status_code == 200


async def test_somebody_was_faster(world, api):
    event = await world.appointment(START, status="proposed")
    assert (
        await api.patch(f"{EVENTS}/{event.id}", json={"action": "approve", "expected_revision": 1})
    ).status_code == 200
    answer = await api.patch(f"{EVENTS}/{event.id}", json={"action": "reject", "expected_revision": 1})
    assert (answer.status_code, answer.json()["code"], answer.json()["revision"]) == (409, "overtaken", 2)


async def test_what_the_status_does_not_allow(world, api):
    event = await world.appointment(START)
    path = f"{EVENTS}/{event.id}"
    answer = await api.patch(path, json={"action": "reject"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not-possible")
    assert answer.json()["present_status"] == "confirmed"
    assert answer.json()["status"] == 409
    for _ in range(2):  # a repeat is no error
        answer = await api.patch(path, json={"action": "cancel"})
        assert (answer.status_code, answer.json()["status"], answer.json()["revision"]) == (200, "cancelled", 2)
    answer = await api.patch(path, json={"action": "correct", "title": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not-possible")
    assert (await api.patch(path, json={"action": "approve"})).json()["status"] == "confirmed"


async def test_a_rejected_event_is_gone_from_the_review(world, api):
    event = await world.appointment(START, status="proposed")
    await api.patch(f"{EVENTS}/{event.id}", json={"action": "reject"})
    assert (await api.get(EVENTS, params={"status": "proposed"})).json()["items"] == []
    assert (await api.get(f"/api/v1/whatsapp/conversations/{LUCIA}")).json()["event_count"] == 0


async def test_an_appointment_corrected_afterwards_stays_in_the_calendar(world, api):
    """Over by now, but a calendar shows it: a better title does not make it history."""
    event = await world.appointment(datetime(2026, 6, 1, 8, tzinfo=UTC))
    now = (await api.patch(f"{EVENTS}/{event.id}", json={"action": "correct", "title": "Corte corto"})).json()
    assert not now["history"]
    late = await world.appointment(datetime(2026, 6, 2, 8, tzinfo=UTC), status="proposed")
    assert (await api.patch(f"{EVENTS}/{late.id}", json={"action": "approve"})).json()["history"]


async def drifted(world, store):
    """The chat moved it to the next day, a person an hour later: published, with the person's time."""
    event = await world.appointment(START)
    (claim,) = await store.claim_publish(token := uuid4(), limit=1)
    there, wished = START + timedelta(hours=1), START + timedelta(days=1)
    await store.complete_publish(
        event.id, token, revision=claim.event.revision, calendar_event_id="e", etag="1", updated=START,
        kept={"start": there.isoformat(), "end": None, "all_day": False},
        overruled={"start": wished.isoformat(), "end": None, "all_day": False},
    )  # fmt: skip
    return event


async def test_what_calendar_and_chat_disagree_about_is_reviewed(world, api, store):
    event = await drifted(world, store)
    await world.appointment(START + timedelta(days=9))
    (found,) = (await api.get(EVENTS, params={"status": "review"})).json()["items"]
    assert (found["id"], found["calendar_state"]) == (str(event.id), "drifted")
    there, wished = START + timedelta(hours=1), START + timedelta(days=1)
    zone = ZoneInfo("Europe/Madrid")
    assert found["drift"] == [
        {"field": "start", "calendar": there.astimezone(zone).isoformat(), "chat": wished.astimezone(zone).isoformat()}
    ]
    assert (await store.status()).events_proposed == 1
    # Another edit in the calendar does not answer the question.
    now = await store.get_event(event.tenant_id, event.id)
    await store.observe_calendar(
        event.tenant_id, event.id, generation=1, revision=now.revision, etag="2", updated=START + timedelta(hours=2),
        kept={"title": "Mechas"}, removed=False,
    )  # fmt: skip
    (found,) = (await api.get(EVENTS, params={"status": "review"})).json()["items"]
    assert (found["title"], len(found["drift"])) == ("Mechas", 1)
    kept = (await api.patch(f"{EVENTS}/{event.id}", json={"action": "approve"})).json()
    assert (kept["start"], kept["drift"], kept["calendar_state"]) == (found["start"], [], "published")
    assert (await api.get(EVENTS, params={"status": "review"})).json()["items"] == []
