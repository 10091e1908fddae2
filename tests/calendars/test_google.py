"""The Google calendar over the real client, against a server that does what Google's documentation says."""

import asyncio
import html
import json
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.calendars.google import GoogleCalendar
from app.calendars.google_access import Sealer, service_account
from app.errors import CalendarDisconnected, CalendarRefused, CalendarUnavailable, SettingsError
from app.models import EventStatus, Evidence
from tests.calendars.google_world import START, TENANT, an_event, calendar_at
from tests.support.google_server import ACCOUNT, CALENDAR
from tests.support.values import make_tenant


def only(google):
    (entry,) = google.entries()
    return entry


def known(event, written, **changes):
    """The event as the store has it after this write."""
    return event.model_copy(update={"calendar_etag": written.etag, "published_revision": event.revision, **changes})


async def test_an_event_is_written_with_local_times_and_its_zone(google, calendar):
    event = an_event(location="Calle Mayor 3", end=START + timedelta(minutes=45))
    written = await calendar.publish(event, TENANT)
    entry = only(google)
    assert written.entry_id == entry["id"]
    assert (written.etag, written.kept, written.removed) == (entry["etag"], {}, False)
    assert entry["start"] == {"dateTime": "2099-06-26T10:00:00", "timeZone": "Europe/Madrid"}
    assert entry["end"]["dateTime"] == "2099-06-26T10:45:00"
    assert (entry["summary"], entry["location"]) == ("Corte de pelo", "Calle Mayor 3")
    assert entry["transparency"] == "opaque"
    assert "Lucía" in entry["description"]
    assert entry["extendedProperties"]["private"]["hilo_event"] == str(event.id)


async def test_a_whole_day_ends_exclusively_and_is_free(google, calendar):
    await calendar.publish(an_event(start=datetime(2099, 6, 25, 22, tzinfo=UTC), all_day=True), TENANT)
    entry = only(google)
    assert (entry["start"], entry["end"]) == ({"date": "2099-06-26"}, {"date": "2099-06-27"})
    assert entry["transparency"] == "transparent"


@pytest.mark.parametrize(("hour", "offset"), [(0, "+02:00"), (1, "+01:00")])
async def test_an_hour_that_comes_twice_keeps_its_offset(google, calendar, hour, offset):
    # Clocks go back in Madrid at 03:00 on 2026-10-25; 00:30 and 01:30 UTC are both 02:30.
    at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    await calendar.publish(an_event(start=at), TENANT)
    entry = only(google)
    start, end = google.calendar.span(entry)
    assert (start, end - start) == (at, timedelta(hours=1))
    assert google.calendar.entries[entry["id"]]["start"]["dateTime"].endswith(offset)


@pytest.mark.parametrize("kind", ["drop-after", "error-after"])
async def test_a_write_whose_answer_was_lost_is_adopted(google, calendar, kind):
    event = an_event()
    google.fault(kind, method="POST", path="/events")
    try:
        written = await calendar.publish(event, TENANT)
    except CalendarUnavailable:
        written = await calendar.publish(event, TENANT)
    assert (google.calendar.inserts, written.etag, written.kept) == (1, only(google)["etag"], {})


async def test_moving_patches_the_same_entry_and_can_become_a_whole_day(google, calendar):
    event = an_event()
    event = known(event, await calendar.publish(event, TENANT), start=START + timedelta(days=1), revision=2)
    event = known(event, await calendar.publish(event, TENANT))
    assert only(google)["start"]["dateTime"] == "2099-06-27T10:00:00"
    event = known(
        event, await calendar.publish(event, TENANT), start=datetime(2099, 6, 27, 22, tzinfo=UTC), all_day=True
    )
    event = known(event, await calendar.publish(event, TENANT), start=START, all_day=False)
    assert "date" in google.calendar.entries[event_id(google)]["start"]
    await calendar.publish(event, TENANT)
    assert "dateTime" in only(google)["start"]
    assert "date" not in only(google)["start"]
    assert google.calendar.inserts == 1


def event_id(google):
    return only(google)["id"]


async def test_what_a_person_changed_is_kept_and_the_rest_is_written(google, calendar):
    event = an_event()
    written = await calendar.publish(event, TENANT)
    google.person_edits(written.entry_id, summary="Corte y barba", colorId="5")
    moved = known(event, written, start=START + timedelta(hours=2), revision=2)
    second = await calendar.publish(moved, TENANT)
    entry = only(google)
    assert (entry["summary"], entry["colorId"]) == ("Corte y barba", "5")
    assert entry["start"]["dateTime"] == "2099-06-26T12:00:00"
    assert (second.kept, second.overruled, second.etag) == ({"title": "Corte y barba"}, {}, entry["etag"])
    # Not recorded (a crash): the same again.
    assert (await calendar.publish(moved, TENANT)).kept == second.kept


async def test_a_person_and_the_chat_moved_it_and_the_person_wins(google, calendar):
    event = an_event()
    written = await calendar.publish(event, TENANT)
    new = {"dateTime": "2099-06-26T18:00:00", "timeZone": "Europe/Madrid"}
    google.person_edits(written.entry_id, start=new, end=new | {"dateTime": "2099-06-26T19:00:00"})
    second = await calendar.publish(known(event, written, start=START + timedelta(hours=2), revision=2), TENANT)
    assert google.calendar.span(only(google))[0] == START + timedelta(hours=8)
    assert datetime.fromisoformat(second.kept["start"]) == START + timedelta(hours=8)
    assert datetime.fromisoformat(second.overruled["start"]) == START + timedelta(hours=2)


async def test_a_description_that_a_person_wrote_is_theirs(google, calendar):
    event = an_event()
    written = await calendar.publish(event, TENANT)
    google.person_edits(written.entry_id, description="Trae tinte")
    second = await calendar.publish(known(event, written, title="Corte", revision=2), TENANT)
    assert (second.kept, only(google)["description"]) == ({"text": "Trae tinte"}, "Trae tinte")
    await calendar.publish(known(event, second, title="Corte 2", revision=3, calendar_text="Trae tinte"), TENANT)
    assert (only(google)["summary"], only(google)["description"]) == ("Corte 2", "Trae tinte")


async def test_what_a_customer_writes_is_no_markup_in_the_description(google, calendar):
    event = an_event()
    proof = Evidence(message_id=uuid4(), slot="date", quote='somos <5, mira <a href="https://x.example">aquí</a> & ya')
    event = event.model_copy(update={"evidence": (proof,), "contact_name": "<b>Ana</b>"})
    written = await calendar.publish(event, TENANT)
    text = only(google)["description"]
    assert "<" not in text
    assert "&lt;b&gt;Ana&lt;/b&gt;" in text
    # Google may write the same words otherwise: that is no person's edit.
    google.person_edits(written.entry_id, description=html.unescape(text))
    again = await calendar.publish(known(event, written, title="Otra", revision=2), TENANT)
    assert again.kept == {}
    long = proof.model_copy(update={"quote": "<&>" * 5000})
    await calendar.publish(event.model_copy(update={"id": uuid4(), "evidence": (long,)}), TENANT)
    assert all(re.search(r"(?:[^;&]|&(?:lt|gt|amp);)$", one["description"]) for one in google.entries())


async def test_cancelling_and_cancelling_again(google, calendar):
    event = an_event()
    written = await calendar.publish(event, TENANT)
    gone = known(event, written, status=EventStatus.CANCELLED, revision=2)
    assert (await calendar.withdraw(gone, TENANT)).etag
    assert google.entries() == []
    await calendar.withdraw(gone, TENANT)
    assert (await calendar.withdraw(an_event(status=EventStatus.CANCELLED), TENANT)).etag is None


async def test_what_a_person_changed_is_told_before_its_entry_goes(google, calendar):
    """A deleted entry tells nothing any more."""
    event = an_event()
    written = await calendar.publish(event, TENANT)
    google.person_edits(written.entry_id, summary="Otra cosa", description="Trae tinte", colorId="3")
    cancelled = known(event, written, status=EventStatus.CANCELLED, revision=2)
    told = await calendar.withdraw(cancelled, TENANT)
    assert (told.first, told.kept) == (True, {"title": "Otra cosa", "text": "Trae tinte"})
    assert len(google.entries()) == 1
    recorded = known(cancelled, told, title="Otra cosa", calendar_text="Trae tinte")
    google.person_edits(written.entry_id, location="Calle 28")
    told = await calendar.withdraw(recorded, TENANT)
    assert (told.first, told.kept) == (True, {"location": "Calle 28"})
    gone = await calendar.withdraw(known(recorded, told, location="Calle 28"), TENANT)
    assert (gone.first, google.entries()) == (False, [])
    # Taken up again it is a new entry, with all of that in it.
    again = {"status": EventStatus.CONFIRMED, "calendar_generation": 2, "calendar_etag": None}
    await calendar.publish(recorded.model_copy(update={"location": "Calle 28", **again}), TENANT)
    entry = only(google)
    assert (entry["summary"], entry["location"], entry["description"]) == ("Otra cosa", "Calle 28", "Trae tinte")


async def test_what_a_person_changed_in_the_former_entry_goes_into_the_new_one(google, calendar):
    event = an_event(location="Sala 1")
    written = await calendar.publish(event, TENANT)
    google.person_edits(written.entry_id, location="Calle 28")
    again = event.model_copy(update={"calendar_generation": 2, "revision": 3})
    told = await calendar.publish(again, TENANT)
    assert (told.first, told.kept, told.overruled, told.etag) == (True, {"location": "Calle 28"}, {}, None)
    await calendar.publish(again.model_copy(update={"location": "Calle 28", "revision": 4}), TENANT)
    assert only(google)["location"] == "Calle 28"
    assert only(google)["id"].endswith("2")


async def test_an_entry_of_no_length_does_not_keep_its_event_from_being_cancelled(google, calendar):
    event = an_event()
    written = await calendar.publish(event, TENANT)
    moment = {"dateTime": "2099-06-26T10:00:00", "timeZone": "Europe/Madrid"}
    google.person_edits(written.entry_id, start=moment, end=moment)
    # As it follows: no end, and so the usual length.
    gone = known(event, written, status=EventStatus.CANCELLED, revision=2)
    assert not (await calendar.withdraw(gone, TENANT)).first
    assert google.entries() == []


@pytest.mark.parametrize("knows_etag", [True, False])
async def test_what_a_person_deleted_is_not_written_again(google, calendar, knows_etag):
    event = an_event()
    written = await calendar.publish(event, TENANT)
    google.person_deletes(written.entry_id)
    event = known(event, written) if knows_etag else event
    assert (await calendar.publish(event, TENANT)).removed
    assert google.entries() == []


async def test_the_next_generation_takes_the_place_of_the_former(google, calendar):
    event = an_event()
    await calendar.publish(event, TENANT)
    again = event.model_copy(update={"calendar_generation": 2, "revision": 3})
    written = await calendar.publish(again, TENANT)
    assert [written.entry_id] == [entry["id"] for entry in google.entries()]
    assert google.calendar.inserts == 2


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        (403, "rateLimitExceeded", CalendarUnavailable),
        (403, "userRateLimitExceeded", CalendarUnavailable),
        (429, "rateLimitExceeded", CalendarUnavailable),
        (500, "backendError", CalendarUnavailable),
        (503, "", CalendarUnavailable),
        (403, "forbidden", CalendarDisconnected),
        (403, "accessNotConfigured", CalendarDisconnected),
        (400, "invalid", CalendarRefused),
    ],
)
async def test_what_google_says_no_with(google, calendar, status, reason, error):
    google.fault("error", method="POST", path="/events", status=status, reason=reason, retry_after=7)
    with pytest.raises(error) as caught:
        await calendar.publish(an_event(), TENANT)
    assert reason in caught.value.detail
    assert caught.value.retry_after == (7 if error is CalendarUnavailable else None)


async def test_whoever_may_write_may_do_so_without_private_access(google, calendar):
    google.calendar.role = "writerWithoutPrivateAccess"
    await calendar.check(TENANT)
    await calendar.publish(an_event(), TENANT)
    assert only(google)


async def test_access_that_was_taken_back_is_said_in_words(google, calendar):
    assert (await calendar.describe(TENANT)).time_zone == "Europe/Madrid"
    google.calendar.role = "reader"
    with pytest.raises(CalendarDisconnected, match="Make changes to events"):
        await calendar.check(TENANT)
    google.calendars.clear()
    with pytest.raises(CalendarDisconnected, match=f"share it with {ACCOUNT}"):
        await calendar.check(TENANT)
    with pytest.raises(CalendarDisconnected, match=f"share it with {ACCOUNT}"):
        await calendar.publish(an_event(), TENANT)
    google.revoked = True
    with pytest.raises(CalendarDisconnected, match="invalid_grant"):
        await calendar_at(google).check(TENANT)


async def test_nothing_counts_as_gone_while_the_calendar_is_not_ours_to_see(google, calendar):
    """Google says 404 to both; what is believed gone is never looked at again."""
    event = an_event()
    written = await calendar.publish(event, TENANT)
    away = google.calendars.pop(CALENDAR)
    gone = known(event, written, status=EventStatus.CANCELLED, revision=2)
    with pytest.raises(CalendarDisconnected):
        await calendar.withdraw(gone, TENANT)
    with pytest.raises(CalendarDisconnected):
        await calendar.withdraw(gone.model_copy(update={"calendar_etag": None}), TENANT)
    with pytest.raises(CalendarDisconnected):
        await calendar.remove(event.id, 1, TENANT)
    google.calendars[CALENDAR] = away
    assert (await calendar.withdraw(gone, TENANT)).etag
    assert google.entries() == []


async def test_a_token_that_expires_is_renewed(google, calendar):
    await calendar.check(TENANT)
    google.tokens.clear()
    await calendar.check(TENANT)


async def test_the_loop_goes_on_while_calls_wait(google, calendar):
    await calendar.check(TENANT)
    google.latency = 1.0
    late = 0.0

    async def pulse() -> None:
        nonlocal late
        while True:
            before = asyncio.get_running_loop().time()
            await asyncio.sleep(0.01)
            late = max(late, asyncio.get_running_loop().time() - before - 0.01)

    task = asyncio.create_task(pulse())
    await asyncio.gather(*(calendar.publish(an_event(), TENANT) for _ in range(8)))
    task.cancel()
    assert late < 0.8  # far more than a loaded machine needs, less than one call
    assert google.most_under_way > 1
    assert len(google.entries()) == 8


async def test_a_caller_that_has_gone_leaves_no_further_requests(google, calendar):
    event = an_event()
    written = await calendar.publish(event, TENANT)
    google.person_edits(written.entry_id, summary="Otra")
    google.latency = 0.2
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await calendar.publish(known(event, written, title="Nuestra", location="Aquí", revision=2), TENANT)
    count = len(google.journal)
    await asyncio.sleep(0.5)
    assert len(google.journal) <= count + 1
    assert "location" not in only(google)


async def test_a_turn_that_would_come_too_late_is_taken_by_nobody(google):
    """Else calls that give up use up the quota of those that come after them."""
    calendar = calendar_at(google, requests_per_minute=60.0, call_seconds=1.0, concurrency=8)
    for _ in range(31):  # the burst is over
        await calendar.check(TENANT)
    came = await asyncio.gather(*(calendar.check(TENANT) for _ in range(10)), return_exceptions=True)
    assert any(isinstance(one, CalendarUnavailable) for one in came)
    await asyncio.sleep(1)
    await calendar.check(TENANT)
    await calendar.aclose()


async def test_changes_since_a_token(google, calendar):
    google.calendar.page_size = 2
    events = [an_event() for _ in range(3)]
    written = [await calendar.publish(event, TENANT) for event in events]
    google.calendar.insert({"summary": "Médico", "start": {"date": "2099-01-01"}, "end": {"date": "2099-01-02"}})
    first = await calendar.changes(TENANT, None)
    assert {seen.event_id for seen in first.seen} == {event.id for event in events}
    google.person_deletes(written[0].entry_id)
    google.person_edits(written[1].entry_id, summary="Otra")
    second = await calendar.changes(TENANT, first.token)
    assert [(seen.event_id, seen.removed) for seen in second.seen] == [(events[0].id, True), (events[1].id, False)]
    assert calendar.differences(second.seen[1], events[1], TENANT) == {"title": "Otra"}
    assert (second.full, (await calendar.changes(TENANT, second.token)).seen) == (False, ())
    google.calendar.expire_sync_tokens()
    third = await calendar.changes(TENANT, second.token)
    assert (third.full, len(third.seen)) == (True, 3)


async def test_what_takes_up_time_is_ours_where_somebody_dragged_it_or_another_wrote_it(google, calendar):
    event = an_event()
    written = await calendar.publish(event, TENANT)

    async def busy(hours: int):
        found = await calendar.busy(TENANT, START + timedelta(hours=hours), START + timedelta(hours=hours + 1))
        return [(b.event_id, b.start) for b in found]

    assert await busy(0) == []
    there = {"timeZone": "Europe/Madrid"}
    google.person_edits(
        written.entry_id,
        start=there | {"dateTime": "2099-06-26T13:00:00"},
        end=there | {"dateTime": "2099-06-26T14:00:00"},
    )
    assert (await busy(0), await busy(3)) == ([], [(event.id, START + timedelta(hours=3))])
    # Another business, or a trial installation, with the same Google calendar.
    other = make_tenant(slug="default", id=UUID(int=8))
    await calendar.publish(an_event(start=START + timedelta(hours=6)), other)
    assert await busy(6) == [(None, START + timedelta(hours=6))]


async def test_what_the_owner_declined_takes_no_time(google, calendar):
    for answer in ("declined", "accepted"):
        guests = [{"email": "x", "responseStatus": "declined"}, {"email": "y", "self": True, "responseStatus": answer}]
        moment = {"timeZone": "Europe/Madrid", "dateTime": "2099-06-26T10:00:00"}
        google.calendar.insert(
            {"start": moment, "end": moment | {"dateTime": "2099-06-26T11:00:00"}, "attendees": guests}
        )
    assert len(await calendar.busy(TENANT, START, START + timedelta(hours=1))) == 1


async def test_an_entry_that_must_not_be_changed_holds_up_no_other(google, calendar):
    event = an_event()
    written = await calendar.publish(event, TENANT)
    google.fault("error", method="PATCH", status=403, reason="forbidden")
    with pytest.raises(CalendarRefused, match="does not let"):
        await calendar.publish(known(event, written, title="Otra", revision=2), TENANT)


async def test_what_was_cancelled_before_it_is_erased_holds_up_nothing(google, calendar):
    """Google shows its details on, and takes no change to it."""
    event = an_event()
    written = await calendar.publish(event, TENANT)
    await calendar.withdraw(known(event, written, status=EventStatus.CANCELLED, revision=2), TENANT)
    assert (await calendar.read(TENANT, event.id, 1)).entry["summary"] == event.title
    await calendar.remove(event.id, 1, TENANT)
    google.calendar.role = "reader"  # that is the calendar's trouble, whatever the entry's is
    with pytest.raises(CalendarDisconnected):
        await calendar.remove(event.id, 1, TENANT)


async def test_an_entry_that_cannot_be_removed_is_refused_by_itself(google, calendar):
    event = an_event()
    await calendar.publish(event, TENANT)
    google.fault("error", method="PATCH", status=403, reason="forbiddenForNonOrganizer")
    with pytest.raises(CalendarRefused, match="does not let"):
        await calendar.remove(event.id, 1, TENANT)


@pytest.mark.parametrize("name", ["primary", ACCOUNT])
async def test_a_service_accounts_own_calendar_is_refused(google, name):
    calendar = calendar_at(google, default_calendar=name)
    with pytest.raises(CalendarDisconnected, match="nobody sees"):
        await calendar.publish(an_event(), TENANT)
    await calendar.aclose()


async def test_what_takes_up_time_besides_our_own(google, calendar):
    await calendar.publish(an_event(), TENANT)

    def person(start, end, **more):
        times = {
            "start": {"dateTime": start, "timeZone": "Europe/Madrid"},
            "end": {"dateTime": end, "timeZone": "Europe/Madrid"},
        }
        google.calendar.insert({"summary": "x", **times, **more})

    person("2099-06-26T09:00:00", "2099-06-26T10:00:00")
    person("2099-06-26T10:30:00", "2099-06-26T10:40:00")
    person("2099-06-26T10:00:00", "2099-06-26T12:00:00", transparency="transparent")
    busy = await calendar.busy(TENANT, START, START + timedelta(hours=1))
    assert [(b.start, b.end) for b in busy] == [(START + timedelta(minutes=30), START + timedelta(minutes=40))]


def test_keys_that_are_none(tmp_path, google):
    key = tmp_path / "key.json"
    key.write_text(json.dumps(google.service_account()))
    assert service_account(str(key)).account == ACCOUNT
    assert "PRIVATE" not in repr(service_account(str(key)))
    for wrong in (str(tmp_path / "none.json"), "{}", '{"type": "authorized_user"}'):
        with pytest.raises(SettingsError, match="GOOGLE_SERVICE_ACCOUNT"):
            service_account(wrong)


async def test_a_private_key_that_cannot_be_read_is_said_at_the_start(google):
    content = google.service_account()
    for wrong in ("", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n", content["private_key"][:300]):
        with pytest.raises(SettingsError, match="private_key cannot be read"):
            service_account(json.dumps(content | {"private_key": wrong}))
    escaped = json.dumps(content | {"private_key": content["private_key"].replace("\n", "\\n")})

    async def grants(_):
        return service_account(escaped)

    calendar = GoogleCalendar(grants, default_calendar=CALENDAR, api_url=google.api_url)
    await calendar.check(TENANT)
    await calendar.aclose()


def test_what_is_sealed_opens_with_its_key_alone():
    sealer = Sealer(Sealer.new_key())
    sealed = sealer.seal("refresh")
    assert sealer.open(sealed) == "refresh"
    assert "refresh" not in sealed
    with pytest.raises(CalendarDisconnected, match="HILO_SECRET_KEY"):
        Sealer(Sealer.new_key()).open(sealed)


async def test_tenants_without_a_calendar_are_not_served(calendar):
    other = TENANT.model_copy(update={"slug": "otro"})
    assert (calendar.place(TENANT), calendar.place(other)) == (CALENDAR, None)
    linked = other.model_copy(update={"settings": other.settings.model_copy(update={"google_calendar_id": CALENDAR})})
    assert calendar.place(linked) == CALENDAR
    with pytest.raises(CalendarDisconnected, match="hilo google connect"):
        await calendar.publish(an_event(), other)
