"""The test calendar itself, met by Google's own client, also where Hilo does not use what it does."""

from collections.abc import Callable, Iterator
from typing import Any

import httplib2
import pytest
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest

from tests.support.google_server import CALENDAR, GoogleServer

TIMES = {"start": {"dateTime": "2099-06-26T10:00:00Z"}, "end": {"dateTime": "2099-06-26T11:00:00Z"}}
Service = Any


@pytest.fixture
def service(google: GoogleServer) -> Iterator[Service]:
    google.tokens["t"] = float("inf")
    http = AuthorizedHttp(Credentials("t"), http=httplib2.Http(timeout=5))  # type: ignore[no-untyped-call]
    with build(
        "calendar", "v3", http=http, static_discovery=True, client_options={"api_endpoint": google.api_url}
    ) as api:
        yield api


def refused(call: Callable[[], Any]) -> tuple[int, str]:
    with pytest.raises(HttpError) as caught:
        call()
    return caught.value.resp.status, caught.value.error_details[0]["reason"]


def insert(service: Service, id_: str, **more: Any) -> Any:
    return service.events().insert(calendarId=CALENDAR, body={"id": id_, **TIMES, **more}).execute()


def test_an_id_is_taken_for_ever_and_a_deletion_is_told_once(service):
    insert(service, "hilo1")
    delete = service.events().delete(calendarId=CALENDAR, eventId="hilo1")
    assert delete.execute() == ""
    assert refused(delete.execute) == (410, "deleted")
    assert refused(lambda: insert(service, "hilo1")) == (409, "duplicate")
    assert service.events().get(calendarId=CALENDAR, eventId="hilo1").execute()["status"] == "cancelled"
    assert refused(lambda: insert(service, "WXYZ1")) == (400, "invalid")


def test_an_update_replaces_what_a_patch_would_keep_and_both_may_be_conditional(service):
    entry = insert(service, "hilo1", summary="Corte", location="Sala 1")
    events = service.events()
    patch = events.patch(calendarId=CALENDAR, eventId="hilo1", body={"summary": "Mechas"})
    patch.headers["If-Match"] = entry["etag"]
    assert patch.execute()["location"] == "Sala 1"
    update = events.update(calendarId=CALENDAR, eventId="hilo1", body=TIMES)
    update.headers["If-Match"] = entry["etag"]
    assert refused(update.execute) == (412, "conditionNotMet")
    del update.headers["If-Match"]
    assert "location" not in update.execute()


def test_a_list_by_private_property_and_no_filter_beside_a_token(service):
    insert(service, "hilo1", extendedProperties={"private": {"hilo_event": "a"}})
    insert(service, "hilo2", extendedProperties={"private": {"hilo_event": "b"}})
    events = service.events()
    found = events.list(calendarId=CALENDAR, privateExtendedProperty="hilo_event=b", fields="items/id").execute()
    assert found == {"items": [{"id": "hilo2"}]}
    token = events.list(calendarId=CALENDAR).execute()["nextSyncToken"]
    filtered = events.list(calendarId=CALENDAR, syncToken=token, q="x")
    assert refused(filtered.execute) == (400, "invalid")


def test_free_busy_joins_what_touches_and_leaves_out_what_is_free(service):
    insert(service, "hilo1")
    insert(service, "hilo2", start=TIMES["end"], end={"dateTime": "2099-06-26T11:30:00Z"})
    insert(service, "hilo3", start={"date": "2099-06-26"}, end={"date": "2099-06-27"}, transparency="transparent")
    body = {
        "timeMin": "2099-06-26T00:00:00Z",
        "timeMax": "2099-06-27T00:00:00Z",
        "items": [{"id": CALENDAR}, {"id": "x"}],
    }
    calendars = service.freebusy().query(body=body).execute()["calendars"]
    assert calendars[CALENDAR]["busy"] == [{"start": "2099-06-26T10:00:00.000Z", "end": "2099-06-26T11:30:00.000Z"}]
    assert calendars["x"]["errors"][0]["reason"] == "notFound"


def test_a_batch_answers_each_call_by_itself(google, service):
    got: dict[str, Any] = {}
    batch = BatchHttpRequest(
        lambda id_, answer, error: got.update({id_: error or answer}), batch_uri=f"{google.url}/batch/calendar/v3"
    )
    for id_ in ("hilo1", "hilo2", "hilo1"):
        batch.add(service.events().insert(calendarId=CALENDAR, body={"id": id_, **TIMES}))
    batch.execute()
    assert [got[n]["id"] for n in ("1", "2")] == ["hilo1", "hilo2"]
    assert got["3"].resp.status == 409
    assert len(google.entries()) == 2
