"""The feed as calendar programs read it: by `icalendar` and by a strict reader of our own."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendars.ics import render_feed
from app.models import EventStatus, Evidence, TenantSettings
from tests.calendars.reader import moment, read
from tests.support.examples import examples
from tests.support.values import make_event, make_tenant

MADRID = ZoneInfo("Europe/Madrid")
ZONES = [
    "Europe/Madrid",
    "Europe/Dublin",  # its winter is the "daylight" side
    "America/Lima",
    "America/Mexico_City",  # gave daylight time up in 2022
    "America/Santiago",  # southern
    "America/Bogota",
    "America/Asuncion",  # gave standard time up in 2024
    "America/New_York",
    "Africa/Casablanca",  # pauses in Ramadan
    "Australia/Lord_Howe",  # half an hour
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
]


def render(*events, **tenant):
    return render_feed(make_tenant(**tenant), events, event_minutes=60)


def only(*events, **tenant):
    (event,) = read(render(*events, **tenant)).all("VEVENT")
    return event


def test_a_feed_says_whose_it_is_and_when_to_look_again():
    calendar = read(render(name="Taller, López; hijos"))
    assert calendar.value("METHOD") == "PUBLISH"
    assert calendar.text("X-WR-CALNAME") == "Taller, López; hijos"
    assert calendar.value("X-WR-TIMEZONE") == "Europe/Madrid"
    assert ("REFRESH-INTERVAL", {"VALUE": "DURATION"}, "PT15M") in calendar.lines
    assert calendar.children == []


def test_a_confirmed_event():
    id_ = UUID("0b6f8a52-6c5b-4c5e-9d5e-2f2f6f3f9b11")
    event = only(
        make_event(
            datetime(2026, 6, 12, 8, 0, tzinfo=UTC),
            id=id_,
            end=datetime(2026, 6, 12, 8, 45, tzinfo=UTC),
            location="Calle Mayor 3, bajo",
            revision=4,
            updated_at=datetime(2026, 6, 1, 10, 11, 12, 130000, tzinfo=UTC),
        )
    )
    assert event.value("UID") == f"{id_}@hilo"
    assert event.value("SEQUENCE") == "3"
    assert event.value("STATUS") == "CONFIRMED"
    assert event.value("TRANSP") == "OPAQUE"
    assert event.value("DTSTAMP") == event.value("LAST-MODIFIED") == "20260601T101112Z"
    assert event.text("LOCATION") == "Calle Mayor 3, bajo"
    assert ("DTSTART", {"TZID": "Europe/Madrid"}, "20260612T100000") in event.lines
    assert ("DTEND", {"TZID": "Europe/Madrid"}, "20260612T104500") in event.lines


def test_a_cancelled_event_keeps_its_uid_and_takes_no_time():
    start = datetime(2026, 6, 12, 8, 0, tzinfo=UTC)
    before = make_event(start)
    after = before.model_copy(update={"status": EventStatus.CANCELLED, "revision": 2})
    then, now = only(before), only(after)
    assert now.value("UID") == then.value("UID")
    assert int(now.value("SEQUENCE")) > int(then.value("SEQUENCE"))
    assert (now.value("STATUS"), now.value("TRANSP")) == ("CANCELLED", "TRANSPARENT")


@pytest.mark.parametrize(
    ("own", "minutes"), [(None, 60), (20, 20)], ids=["the server's length", "the tenant's own length"]
)
def test_an_event_without_an_end(own, minutes):
    document = render(make_event(datetime(2026, 6, 12, 8, 0, tzinfo=UTC)), settings=TenantSettings(event_minutes=own))
    calendar = read(document)
    (event,) = calendar.all("VEVENT")
    start, end = moment(calendar, event, "DTSTART"), moment(calendar, event, "DTEND")
    assert end - start == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("end", "last"),
    [
        (None, date(2026, 6, 13)),
        (datetime(2026, 6, 13, tzinfo=MADRID), date(2026, 6, 13)),
        (datetime(2026, 6, 15, tzinfo=MADRID), date(2026, 6, 15)),
        (datetime(2026, 6, 14, 20, 0, tzinfo=MADRID), date(2026, 6, 15)),
        (datetime(2026, 6, 12, 9, 0, tzinfo=MADRID), date(2026, 6, 13)),
    ],
)
def test_an_all_day_event_ends_on_the_day_after(end, last):
    calendar = read(render(make_event(datetime(2026, 6, 12, tzinfo=MADRID), end=end, all_day=True)))
    (event,) = calendar.all("VEVENT")
    assert moment(calendar, event, "DTSTART") == date(2026, 6, 12)
    assert moment(calendar, event, "DTEND") == last
    assert event.value("TRANSP") == "TRANSPARENT"
    assert calendar.all("VTIMEZONE") == []


def test_history_is_left_out():
    assert read(render(make_event(datetime(2026, 6, 12, 8, 0, tzinfo=UTC), history=True))).all("VEVENT") == []


@pytest.mark.parametrize(("locale", "label"), [("es", "Contacto: "), ("en", "Contact: "), ("pt", "Contacto: ")])
def test_the_description_names_the_contact_and_quotes_the_proof_once(locale, label):
    evidence = tuple(
        Evidence(message_id=UUID(int=i), slot=slot, quote=quote)
        for i, (slot, quote) in enumerate(
            [("date", "el martes\na las 9"), ("time", "el martes a las 9"), ("title", None)]
        )
    )
    event = only(make_event(datetime(2026, 6, 12, 8, 0, tzinfo=UTC), evidence=evidence), locale=locale)
    text = event.text("DESCRIPTION")
    assert text.startswith(f"{label}Lucía · whatsapp:+34600111222\n")
    assert text.count("el martes a las 9") == 1


def test_the_same_rows_give_the_same_bytes():
    event = make_event(datetime(2026, 6, 12, 8, 0, tzinfo=UTC))
    assert render(event) == render(event.model_copy())
    assert render(event) != render(event.model_copy(update={"revision": 2}))


@pytest.mark.parametrize(
    "text",
    [
        "coma, punto y coma; barra \\ y\nsalto",
        "\\n no es un salto, \\, tampoco",
        "💇‍♀️ corte 👩🏽‍🦱" * 12,
        "פגישה עם דוד \u200f(חשוב)\u200f " * 9,
        "موعد مع الطبيب، الساعة ٥ " * 9,
        "BEGIN:VEVENT\r\nSUMMARY:falso\r\nEND:VEVENT",
        "a" * 74 + "é" * 80,
        "\x00\x07control\x1b[31m\x7f",
        "   con espacios   ",
    ],
)
def test_any_text_is_read_back_as_it_was(text):
    expected = "".join(c for c in text.replace("\r\n", "\n") if c == "\n" or (c >= " " and c != "\x7f"))
    document = render(make_event(datetime(2026, 6, 12, 8, 0, tzinfo=UTC), title=text, location=text))
    (event,) = read(document).all("VEVENT")
    assert event.text("SUMMARY") == event.text("LOCATION") == expected
    (parsed,) = icalendar.Calendar.from_ical(document).walk("VEVENT")
    assert str(parsed["summary"]) == expected


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300))
def test_any_title_survives_escaping_and_folding(text):
    event = only(make_event(datetime(2026, 6, 12, 8, 0, tzinfo=UTC), title=text))
    assert event.text("SUMMARY") == text


# Many instants to a document: reading its time zone is what takes long.
@settings(max_examples=examples(30), deadline=None)
@given(
    st.sampled_from(ZONES),
    st.lists(st.integers(1_200_000_000, 2_100_000_000), min_size=1, max_size=16),
    st.integers(1, 3000),
)
def test_every_instant_is_read_back_in_every_zone(zone, starts, minutes):
    starts = [datetime.fromtimestamp(second, UTC) for second in starts]
    events = [make_event(start, end=start + timedelta(minutes=minutes)) for start in starts]
    document = render(*events, timezone=zone)
    calendar = read(document)
    for stored, event in zip(events, calendar.all("VEVENT"), strict=True):
        assert moment(calendar, event, "DTSTART") == stored.start
        assert moment(calendar, event, "DTEND") == stored.end
    for stored, event in zip(events, icalendar.Calendar.from_ical(document).walk("VEVENT"), strict=True):
        assert event.start == stored.start


@pytest.mark.parametrize("zone", ZONES)
def test_the_hours_around_a_change_of_the_clocks(zone):
    """Every half hour of the two days around each change in 2026, also the hour that the clocks show twice."""
    tz, first = ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC)

    def changed(since, lasts):
        return since.astimezone(tz).utcoffset() != (since + lasts).astimezone(tz).utcoffset()

    days = [day for n in range(365) if changed(day := first + timedelta(days=n), timedelta(days=1))]
    hours = [day + timedelta(hours=n) for day in days for n in range(24)]
    changes = [hour for hour in hours if changed(hour, timedelta(hours=1))]
    events = [make_event(change + timedelta(minutes=30 * i)) for change in changes for i in range(-48, 48)]
    calendar = read(render(*events, timezone=zone))
    for stored, event in zip(events, calendar.all("VEVENT"), strict=True):
        assert moment(calendar, event, "DTSTART") == stored.start


def test_daylight_time_begins_at_the_hour_that_clocks_show_before_it():
    """The RFC's own rule (3.6.5), at the change of 2026-03-29 in Madrid: 02:00 CET becomes 03:00 CEST."""
    calendar = read(render(make_event(datetime(2026, 6, 12, 8, 0, tzinfo=UTC))))
    (zone,) = calendar.all("VTIMEZONE")
    assert "20260329T020000" in [part.value("DTSTART") for part in zone.all("DAYLIGHT")]
    assert "20261025T030000" in [part.value("DTSTART") for part in zone.all("STANDARD")]
    (lima,) = read(render(make_event(datetime(2026, 6, 12, 8, 0, tzinfo=UTC)), timezone="America/Lima")).all(
        "VTIMEZONE"
    )
    assert [part.value("TZOFFSETTO") for part in lima.children] == ["-0500"]
