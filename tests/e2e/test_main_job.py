"""The main job through the front door: signed webhooks in, answers, events and a calendar out."""

import datetime as dt
import itertools
import threading
import time
from zoneinfo import ZoneInfo

import httpx
import icalendar
import pytest

from tests.e2e.conftest import US, ZONE, Hilo
from tests.support.waiting import wait_for

_numbers = itertools.count(1)
TALK = ["Hola, buenas tardes", "Quisiera agendar una reunión", "El jueves a las 16:00", "Plan de ventas"]


@pytest.fixture
def contact() -> str:
    return f"whatsapp:+5191{next(_numbers):07d}"


def coming(weekday: int, hour: int) -> dt.datetime:
    now = dt.datetime.now(ZoneInfo(ZONE))
    days = (weekday - now.weekday() - 1) % 7 + 1
    return dt.datetime.combine(now.date() + dt.timedelta(days=days), dt.time(hour), ZoneInfo(ZONE))


def one_event(hilo: Hilo, contact: str) -> dict:
    (event,) = wait_for(lambda: hilo.events(contact))
    return event


def cancelled(hilo: Hilo, contact: str) -> None:
    """Free the hour for the next test of the session."""
    for event in hilo.events(contact):
        hilo.http.patch(f"/api/v1/whatsapp/events/{event['id']}", json={"action": "cancel"})


def test_the_conversation_from_webhook_to_calendar(hilo: Hilo, contact):
    for said in range(1, len(TALK) + 1):
        answer = hilo.say(TALK[said - 1], contact=contact)
        assert (answer["status"], "<Message" in answer["body"]) == (200, False)
        wait_for(lambda said=said: len(hilo.replies(contact)) == said)
    event = one_event(hilo, contact)
    assert (event["title"], event["status"], event["time_zone"]) == ("Plan de ventas", "confirmed", ZONE)
    assert dt.datetime.fromisoformat(event["start"]) == coming(3, 16)
    messages = hilo.messages(contact)
    assert [m["role"] for m in messages] == ["user", "bot"] * 4
    proofs = {m["body"] for m in messages if m["id"] in {e["message_id"] for e in event["evidence"]}}
    assert {"El jueves a las 16:00", "Plan de ventas"} <= proofs
    # Real time marks what proves its event; the rest is the batch's, which finds nothing new.
    assert {m["processed"] for m in messages if m["body"] in proofs} == {True}
    report = hilo.process()
    assert (report["run"]["created"], report["run"]["updated"], report["run"]["failed"]) == (0, 0, 0)
    assert all(m["processed"] for m in hilo.messages(contact))
    assert [e["id"] for e in hilo.events(contact)] == [event["id"]]

    tenants = hilo.http.get("/api/v1/tenants").json()
    feed = httpx.get(hilo.server.url + tenants[0]["feed_path"])
    entries = [e for e in icalendar.Calendar.from_ical(feed.content).walk("VEVENT") if event["id"] in str(e["UID"])]
    assert [(str(e["SUMMARY"]), e["DTSTART"].dt, str(e["STATUS"])) for e in entries] == [
        ("Plan de ventas", coming(3, 16), "CONFIRMED")
    ]

    hilo.say("mejor pásala a las 5 de la tarde", contact=contact)
    wait_for(lambda: dt.datetime.fromisoformat(one_event(hilo, contact)["start"]) == coming(3, 17))
    hilo.say("cancélala por favor", contact=contact)
    wait_for(lambda: one_event(hilo, contact)["status"] == "cancelled")
    feed = httpx.get(hilo.server.url + tenants[0]["feed_path"])
    (entry,) = [e for e in icalendar.Calendar.from_ical(feed.content).walk("VEVENT") if event["id"] in str(e["UID"])]
    assert (str(entry["STATUS"]), entry["SEQUENCE"]) == ("CANCELLED", 2)
    hilo.process()
    assert [e["status"] for e in hilo.events(contact)] == ["cancelled"]


def test_three_quick_messages_get_one_answer(hilo: Hilo, contact):
    for line in ("Quiero una cita", "el lunes a las 9 de la mañana", "para limpieza dental"):
        hilo.say(line, contact=contact)
    event = one_event(hilo, contact)
    assert dt.datetime.fromisoformat(event["start"]) == coming(0, 9)
    wait_for(lambda: hilo.replies(contact))
    time.sleep(1)
    assert len(hilo.replies(contact)) == 1
    cancelled(hilo, contact)


def test_each_webhook_twice_and_out_of_order(hilo: Hilo, contact):
    lines = ["Necesito una cita el martes a las 11:00", "es para corte de pelo", "gracias"]
    sids = [hilo.say(line, contact=contact, deliver=False)["form"]["MessageSid"] for line in lines]
    for n in (1, 0, 0, 2, 1, 2):
        assert hilo.say(lines[n], contact=contact, sid=sids[n])["status"] == 200
    event = one_event(hilo, contact)
    assert dt.datetime.fromisoformat(event["start"]) == coming(1, 11)
    hilo.process()
    assert len(hilo.events(contact)) == 1
    stored = [m["message_sid"] for m in hilo.messages(contact) if m["role"] == "user"]
    assert sorted(stored) == sorted(sids)
    time.sleep(1)
    assert len(hilo.replies(contact)) == len([m for m in hilo.messages(contact) if m["role"] == "bot"])
    cancelled(hilo, contact)


def test_a_webhook_is_acknowledged_in_under_a_second_and_refused_when_it_is_not_twilios(hilo: Hilo, contact):
    started = time.monotonic()
    assert hilo.say("Hola", contact=contact)["status"] == 200
    assert time.monotonic() - started < 1
    form = {"MessageSid": "SM1", "AccountSid": "AC1", "From": contact, "To": US, "Body": "x"}
    assert httpx.post(hilo.webhook, data=form, headers={"X-Twilio-Signature": "no"}).status_code == 403
    assert httpx.post(hilo.webhook, data=form).status_code == 403
    assert httpx.post(hilo.webhook, json=form).status_code == 400
    assert httpx.post(hilo.webhook, content=b"x" * 300_000).status_code == 413
    assert httpx.get(f"{hilo.server.url}/api/v1/whatsapp/events").status_code == 401


def test_the_same_time_is_not_given_twice(hilo: Hilo, contact):
    other = f"{contact[:-4]}9999"
    hilo.say("Quiero una cita el miércoles a las 15:00 para pilates", contact=contact)
    one_event(hilo, contact)
    hilo.say("Quiero una cita el miércoles a las 15:00 para yoga", contact=other)
    wait_for(lambda: hilo.replies(other))
    assert hilo.events(other) == []
    assert "15" in hilo.replies(other)[0]
    cancelled(hilo, contact)


def test_without_rest_credentials_the_last_of_a_burst_carries_the_reply(twiml_hilo: Hilo, contact):
    answers: dict[int, dict] = {}

    def say(n: int, line: str) -> None:
        answers[n] = twiml_hilo.say(line, contact=contact)

    lines = ["Hola, quiero una cita", "el viernes a las 12:00", "para masaje"]
    threads = [threading.Thread(target=say, args=pair) for pair in enumerate(lines)]
    for thread in threads:
        thread.start()
        time.sleep(0.25)
    for thread in threads:
        thread.join()
    assert [answers[n]["status"] for n in range(3)] == [200] * 3
    assert ["<Message>" in answers[n]["body"] for n in range(3)] == [False, False, True]
    event = one_event(twiml_hilo, contact)
    assert dt.datetime.fromisoformat(event["start"]) == coming(4, 12)
    bot = [m for m in twiml_hilo.messages(contact) if m["role"] == "bot"]
    assert [m["delivery_status"] for m in bot] == ["sent"]


def test_two_servers_on_one_database_answer_and_process_once(hilo: Hilo, start_hilo):
    data = hilo.server.environment["HILO_DATA_DIR"]
    second = start_hilo(
        data_dir=data, twilio=hilo.twilio, HILO_BATCH_INTERVAL_MINUTES="0.02", HILO_BATCH_QUIET_MINUTES="0"
    )
    third = start_hilo(
        data_dir=data, twilio=hilo.twilio, HILO_BATCH_INTERVAL_MINUTES="0.02", HILO_BATCH_QUIET_MINUTES="0"
    )
    contacts = [f"whatsapp:+5192{n:07d}" for n in range(12)]
    for n, contact in enumerate(contacts):
        server = (second, third)[n % 2]
        server.say(f"Hola, quiero agendar una cita para revisión el {2 + n} de enero a las 10:00", contact=contact)
    for contact in contacts:
        wait_for(lambda contact=contact: hilo.events(contact) and hilo.replies(contact), 40)
    wait_for(lambda: hilo.get("conversations", unprocessed="true", search="+5192")["items"] == [], 40)
    for contact in contacts:
        assert len(hilo.events(contact)) == 1
        assert len(hilo.replies(contact)) == 1
        assert len(hilo.messages(contact)) == 2
