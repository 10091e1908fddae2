"""Aware moments: daylight saving, ends, and readings changed by what a talk knows."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from app.temporal import Kind, localize, resolve, to_prediction
from tests.temporal.cases import NOW

MADRID = ZoneInfo("Europe/Madrid")  # forward on 29 March 2026 at 2:00, back on 25 October at 3:00
WINTER = dt.datetime(2026, 3, 27, 12, tzinfo=MADRID)
AUTUMN = dt.datetime(2026, 10, 23, 12, tzinfo=MADRID)


def test_a_time_that_the_clock_change_skips_moves_forward():
    found = resolve("el domingo a las 2:30 de la madrugada", reference=WINTER)
    assert found.time == dt.time(2, 30)  # as said
    assert found.start().isoformat() == "2026-03-29T03:30:00+02:00"


def test_a_time_that_comes_twice_is_the_first():
    found = resolve("el domingo a las 2:30 de la madrugada", reference=AUTUMN)
    assert found.start().isoformat() == "2026-10-25T02:30:00+02:00"
    assert found.start().fold == 0


def test_a_duration_over_a_clock_change_is_real_time_and_a_day_later_is_the_same_hour():
    found = resolve("domingo 0:30 por 3 horas", reference=WINTER)
    assert found.end_time == dt.time(4, 30)
    assert found.end().astimezone(dt.UTC) - found.start().astimezone(dt.UTC) == dt.timedelta(hours=3)
    shifted = resolve("al día siguiente", reference=WINTER).shift.apply(dt.datetime(2026, 3, 28, 10, tzinfo=MADRID))
    assert shifted.isoformat() == "2026-03-29T10:00:00+02:00"


def test_hours_from_now_are_real_hours():
    now = dt.datetime(2026, 3, 29, 1, 0, tzinfo=MADRID)
    found = resolve("en 2 horas", reference=now)
    assert found.start().astimezone(dt.UTC) - now.astimezone(dt.UTC) == dt.timedelta(hours=2)
    assert found.time == dt.time(4, 0)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("mañana", "2026-03-05T00:00", "2026-03-06T00:00"),
        ("mañana de 4 a 6", "2026-03-05T16:00", "2026-03-05T18:00"),
        ("hoy de 22 a 2", "2026-03-04T22:00", "2026-03-05T02:00"),
        ("del 13 al 15 de julio", "2026-07-13T00:00", "2026-07-16T00:00"),
        ("mañana por la mañana", "2026-03-05T08:00", "2026-03-05T12:00"),
        ("a las 10", "2026-03-04T10:00", None),
        ("a las 8", "2026-03-05T08:00", None),  # 8:00 is over at 9:00
    ],
)
def test_start_and_end(text, start, end):
    found = resolve(text, reference=NOW)
    assert found.start() == dt.datetime.fromisoformat(start).replace(tzinfo=NOW.tzinfo)
    assert found.end() == (end and dt.datetime.fromisoformat(end).replace(tzinfo=NOW.tzinfo))


def test_a_time_on_a_day_known_from_the_talk():
    found = resolve("de 10 a 1", reference=NOW).at(dt.date(2026, 3, 9))
    assert found.kind is Kind.DATETIMERANGE
    assert (found.start().isoformat()[:16], found.end().isoformat()[:16]) == ("2026-03-09T10:00", "2026-03-09T13:00")


def test_the_other_half_of_the_day():
    dinner = resolve("a las 10", reference=NOW)
    assert dinner.with_half("pm").time == dt.time(22)
    assert dinner.with_part("night").time == dt.time(22)
    assert dinner.with_part("morning").time == dt.time(10)
    said = resolve("a las 10 de la mañana", reference=NOW)
    assert said.with_half("pm") is said
    span = resolve("de 8 a 10", reference=NOW).with_half("pm")
    assert (span.time, span.end_time) == (dt.time(20), dt.time(22))


def test_a_day_with_a_time_known_from_the_talk():
    found = resolve("el lunes", reference=NOW).with_time(dt.time(17, 30))
    assert found.kind is Kind.DATETIME
    assert found.start().isoformat() == "2026-03-09T17:30:00-05:00"


def test_localize_without_a_zone_is_left_alone():
    assert localize(dt.datetime(2026, 1, 1, 5), None) == dt.datetime(2026, 1, 1, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mañana", {"start": "2026-03-05"}),
        ("a las 17:30", {"start": "17:30"}),
        ("mañana 17:30", {"start": "2026-03-05T17:30"}),
        ("de 4 a 6", {"start": "16:00", "end": "18:00"}),
        ("mañana de 4 a 6", {"start": "2026-03-05T16:00", "end": "2026-03-05T18:00"}),
        ("13 al 15 de julio", {"start": "2026-07-13", "end": "2026-07-15"}),
        ("por la tarde", {}),
    ],
)
def test_predictions(text, expected):
    assert to_prediction(resolve(text, reference=NOW)) == expected
