"""From a customer's message to the entry in Google Calendar and back, through the real server."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.e2e.conftest import ZONE, Hilo
from tests.e2e.test_main_job import coming, one_event
from tests.support.google_server import CALENDAR, GoogleServer
from tests.support.waiting import wait_for

CONTACT = "whatsapp:+51930000001"


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer() as server:
        server.calendar.time_zone = ZONE
        yield server


def settings_of(google: GoogleServer) -> dict[str, str]:
    return {
        "GOOGLE_SERVICE_ACCOUNT": json.dumps(google.service_account()), "GOOGLE_CALENDAR_ID": CALENDAR,
        # What people change must come by notification: it is read once after the start, and then after an hour.
        "GOOGLE_API_URL": google.api_url, "HILO_GOOGLE_SYNC_SECONDS": "3600",
    }  # fmt: skip


def starts(google: GoogleServer) -> list[dt.datetime]:
    return [google.calendar.span(entry)[0] for entry in google.entries()]


def again(start_hilo: Callable[..., Hilo], before: Hilo, google: GoogleServer) -> Hilo:
    before.server.kill()
    folder = before.server.environment["HILO_DATA_DIR"]
    return start_hilo(data_dir=folder, twilio=before.twilio, **settings_of(google))


def test_made_moved_and_cancelled_with_a_crash_between_each(start_hilo, google):
    hilo = start_hilo(**settings_of(google))
    for line in ("Hola", "Quisiera agendar una reunión", "El jueves a las 16:00", "Plan de ventas"):
        hilo.say(line, contact=CONTACT)
    wait_for(lambda: starts(google) == [coming(3, 16)])
    (entry,) = google.entries()
    assert entry["summary"] == "Plan de ventas"
    assert entry["start"]["timeZone"] == ZONE
    assert "El jueves a las 16:00" in entry["description"]
    # The link is for people: to the conversation's page, once they have logged in.
    page = httpx.get(entry["source"]["url"], headers={"Accept": "text/html"})
    assert page.headers["location"].startswith("/login?next=%2Fc%2F")

    hilo = again(start_hilo, hilo, google)
    hilo.say("mejor pásala a las 5 de la tarde", contact=CONTACT)
    wait_for(lambda: starts(google) == [coming(3, 17)])

    hilo = again(start_hilo, hilo, google)
    moved = coming(3, 18)
    google.person_edits(entry["id"], start=_at(moved), end=_at(moved + dt.timedelta(hours=1)))
    wait_for(lambda: dt.datetime.fromisoformat(one_event(hilo, CONTACT)["start"]) == moved)

    hilo = again(start_hilo, hilo, google)
    hilo.say("cancélala por favor", contact=CONTACT)
    wait_for(lambda: google.entries() == [])
    assert google.calendar.inserts == 1
    assert one_event(hilo, CONTACT)["status"] == "cancelled"
    # The channels of the servers before posted elsewhere, and were stopped.
    wait_for(lambda: [c.address.startswith(hilo.server.url) for c in list(google.channels.alive.values())] == [True])
    (channel,) = google.channels.alive.values()
    headers = {"X-Goog-Channel-ID": channel.id, "X-Goog-Channel-Token": "guess"}
    assert httpx.post(channel.address, headers=headers).status_code == 404
    hilo.server.stop()


def test_what_a_person_put_there_is_taken_and_what_they_delete_is_cancelled(start_hilo, google):
    hilo = start_hilo(**settings_of(google), HILO_WORKING_HOURS="mon-sun 9:00-18:00")
    lunch = coming(1, 10)
    google.calendar.insert({"summary": "Médico", "start": _at(lunch), "end": _at(lunch + dt.timedelta(hours=1))})
    hilo.say("¿Qué horas tienes el martes por la mañana?", contact=CONTACT)
    wait_for(lambda: hilo.replies(CONTACT))
    assert "a las 9:00 y a las 11:00. ¿" in hilo.replies(CONTACT)[0]
    hilo.say("Quiero una cita el martes a las 10:00 para pilates", contact=CONTACT)
    wait_for(lambda: len(hilo.replies(CONTACT)) == 2)
    assert hilo.events(CONTACT) == []
    assert "Médico" not in hilo.replies(CONTACT)[1]
    hilo.say("entonces el martes a las 12:00", contact=CONTACT)
    wait_for(lambda: coming(1, 12) in starts(google))
    google.person_deletes(next(e["id"] for e in google.entries() if e["id"].startswith("hilo")))
    wait_for(lambda: one_event(hilo, CONTACT)["status"] == "cancelled")
    assert one_event(hilo, CONTACT)["calendar_state"] == "removed"
    hilo.server.stop()


def _at(moment: dt.datetime) -> dict[str, str]:
    return {"dateTime": moment.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None).isoformat(), "timeZone": ZONE}
