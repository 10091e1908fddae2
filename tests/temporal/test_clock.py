"""Times of day as people write them."""

import pytest

from app.temporal import Options, find, resolve
from tests.temporal.cases import NOW, every, one

SPANISH = {
    "a las 10": "10:00",
    "a las 3": "15:00",
    "a la 1": "13:00",
    "a la una y media": "13:30",
    "las doce menos diez": "11:50",
    "a las 3 y cuarto": "15:15",
    "tres menos cuarto": "14:45",
    "a las siete treinta y cinco": "07:35",
    "las nueve y veinticinco": "09:25",
    "20 y 30": "20:30",
    "a las 20 y 15": "20:15",
    "9am": "09:00",
    "9 a. m.": "09:00",
    "7 p.m.": "19:00",
    "15hs": "15:00",
    "16h": "16:00",
    "18h30": "18:30",
    "a las 15 horas": "15:00",
    "15.30": "15:30",
    "a las 4.20": "16:20",
    "16:05:30": "16:05",
    "11 de la mañana": "11:00",
    "7 de la noche": "19:00",
    "12 de la noche": "00:00",
    "12 de la mañana": "12:00",
    "12 del mediodía": "12:00",
    "2 de la madrugada": "02:00",
    "al mediodía": "12:00",
    "a medianoche": "00:00",
    "diez para las ocho": "07:50",
    "20 minutos para las 6": "17:40",
    "10 minutos pasadas las 4": "16:10",
    "a las 8 en punto": "08:00",
    "a las 25": "",
    "a las 9:75": "",
}
ENGLISH = {
    "at 5": "17:00",
    "at 11": "11:00",
    "5pm": "17:00",
    "5 p.m.": "17:00",
    "8p": "20:00",
    "12am": "00:00",
    "12pm": "12:00",
    "noon": "12:00",
    "half past two": "14:30",
    "half 8": "08:30",
    "a quarter to nine": "08:45",
    "quarter past 4": "16:15",
    "five past 8 in the evening": "20:05",
    "20 to 8": "07:40",
    "seven thirty": "07:30",
    "three fifteen pm": "15:15",
    "9 o'clock": "09:00",
    "830 pm": "20:30",
    "at 1030": "10:30",
    "8 in the morning": "08:00",
    "at 7 in the evening": "19:00",
    "afternoon at 4": "16:00",
    "17h": "17:00",
    "2 o’clock": "14:00",
}


@pytest.mark.parametrize(("text", "expected"), SPANISH.items())
def test_spanish_times(text, expected):
    assert one(text, lang="es") == expected


@pytest.mark.parametrize(("text", "expected"), ENGLISH.items())
def test_english_times(text, expected):
    assert one(text, lang="en") == expected


@pytest.mark.parametrize(("hour", "expected"), [(1, 13), (6, 18), (7, 7), (11, 11), (12, 12)])
def test_a_bare_hour_follows_the_convention_and_says_so(hour, expected):
    found = resolve(f"a las {hour}" if hour > 1 else "a la 1", reference=NOW)
    assert found.time.hour == expected
    assert not found.meridiem_known
    assert found.alternatives[0].time.hour == (expected + 12) % 24
    assert found.alternatives[0].meridiem_known


def test_the_convention_is_an_option():
    assert one("a las 7", options=Options(morning_from=8)) == "19:00"


@pytest.mark.parametrize("text", ["a las 15", "3 pm", "3 de la tarde", "mediodía", "20:15"])
def test_the_half_of_the_day_is_known_when_it_was_said(text):
    assert resolve(text, reference=NOW).meridiem_known


@pytest.mark.parametrize("text", ["tipo 4", "a eso de las 4", "como a las 4", "around 4", "4ish", "4 pm más o menos"])
def test_approximate(text):
    found = resolve(text, reference=NOW)
    assert found.approximate
    assert found.time.hour == 16


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("a partir de las 18", "from"),
        ("desde las 18", "from"),
        ("antes de las 5", "before"),
        ("después de las 6", "after"),
        ("hasta las 8", "until"),
        ("after 6pm", "after"),
        ("before 3", "before"),
        ("by 5", "before"),
        ("until 5pm", "until"),
        ("a las 5", None),
    ],
)
def test_bounds(text, bound):
    assert resolve(text, reference=NOW).bound == bound


@pytest.mark.parametrize(
    ("text", "part"),
    [("por la tarde", "afternoon"), ("mañana en la noche", "night"), ("el 13 a primera hora", "first_thing"),
     ("saturday morning", "morning"), ("friday lunchtime", "lunch"), ("el lunes a la mañana", "morning")],
)  # fmt: skip
def test_a_part_of_the_day_is_a_window_and_no_time(text, part):
    (found,) = find(text, reference=NOW)
    assert found.part_of_day.name == part
    assert found.time is None
    assert not found.exact


def test_zones_are_kept_and_the_time_stays_as_said():
    found = resolve("mañana a las 19:00 CET", reference=NOW)
    assert (found.time.hour, str(found.zone)) == (19, "Europe/Paris")
    assert found.start().isoformat() == "2026-03-05T19:00:00+01:00"
    assert str(resolve("a las 5 hora de Madrid", reference=NOW).zone) == "Europe/Madrid"
    assert str(resolve("10:00 UTC-5", reference=NOW).zone) == "UTC-05:00"


@pytest.mark.parametrize(
    ("text", "expect", "expected"),
    [
        ("4", "time", ["16:00"]),
        ("8 y media mejor", "time", ["08:30"]),
        ("2 a 4", "time", ["14:00-16:00"]),
        ("7?", "time", ["07:00"]),
        ("1 works", "time", ["13:00"]),
        ("19", "date", ["2026-03-19"]),
        ("el 19", "date", ["2026-03-19"]),
        ("el 19", None, ["2026-03-19"]),
        ("4", None, []),
        ("2 a 4", None, []),
        ("4 personas", "time", []),
        ("la segunda", "date", []),
        ("32", "date", []),
    ],
)
def test_an_answer_is_read_as_what_was_asked_for(text, expect, expected):
    from tests.temporal.cases import short

    assert [short(found) for found in find(text, reference=NOW, expect=expect)] == expected


def test_several_times_in_reading_order():
    assert every("no puedo a las 3, ¿a las 4:30 o 18hs?") == ["15:00", "16:30", "18:00"]
