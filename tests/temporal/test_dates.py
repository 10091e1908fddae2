"""Days with a name, a number or a distance. The reference is Wednesday 4 March 2026."""

import datetime as dt

import pytest

from app.temporal import Options, find, resolve
from tests.temporal.cases import LIMA, NOW, every, one

SPANISH = {
    "hoy": "2026-03-04",
    "mañana": "2026-03-05",
    "pasado mañana": "2026-03-06",
    "anteayer": "2026-03-02",
    "el viernes": "2026-03-06",
    "este viernes": "2026-03-06",
    "el viernes que viene": "2026-03-06",
    "el próximo viernes": "2026-03-13",
    "el viernes pasado": "2026-02-27",
    "el jueves de la próxima semana": "2026-03-12",
    "el martes de esta semana": "2026-03-03",
    "lunes de la semana que viene": "2026-03-09",
    "el 19": "2026-03-19",
    "el 2": "2026-04-02",
    "día 21": "2026-03-21",
    "para el 24": "2026-03-24",
    "viernes 13": "2026-03-13",
    "el penúltimo viernes de mayo": "2026-05-22",
    "el último día hábil de mayo": "2026-05-29",
    "hace dos lunes": "2026-02-23",
    "dos jueves después de hoy": "2026-03-12",
    "hoy hace una semana": "2026-02-25",
    "mar 19 may": "2026-05-19",
    "el primero del mes": "2026-04-01",
    "el día de la madre": "2026-05-10",
    "vie 6/3": "2026-03-06",
    "el 15 de abril": "2026-04-15",
    "3 de enero": "2027-01-03",
    "15 abril": "2026-04-15",
    "primero de mayo": "2026-05-01",
    "veintidós de junio de 2027": "2027-06-22",
    "el 21 del 4": "2026-04-21",
    "15/04": "2026-04-15",
    "15-04-2026": "2026-04-15",
    "15.4.26": "2026-04-15",
    "4/22": "2026-04-22",
    "2026-04-15": "2026-04-15",
    "9 de este mes": "2026-03-09",
    "el 4 del próximo mes": "2026-04-04",
    "el primer lunes de abril": "2026-04-06",
    "el último viernes de este mes": "2026-03-27",
    "hoy en ocho": "2026-03-11",
    "de hoy en una semana": "2026-03-11",
    "el lunes en ocho": "2026-03-16",
    "dentro de tres días": "2026-03-07",
    "en dos semanas": "2026-03-18",
    "hace 3 días": "2026-03-01",
    "tres semanas a partir de mañana": "2026-03-26",
    "en 3 días hábiles": "2026-03-09",
    "en nochebuena": "2026-12-24",
    "viernes santo": "2026-04-03",
    "la semana que viene": "2026-03-09..2026-03-15",
    "este finde": "2026-03-07..2026-03-08",
    "29/2": "2028-02-29",
    "a fines de marzo": "2026-03-21..2026-03-31",
    "a principios del mes que viene": "2026-04-01..2026-04-10",
    "la primera quincena de mayo": "2026-05-01..2026-05-15",
    "la segunda semana de abril": "2026-04-06..2026-04-12",
    "el doce del seis": "2026-06-12",
    "el 9 de marzo del año que viene": "2027-03-09",
    "dentro de 3 lunes": "2026-03-23",
    "desde las 4 pm de hoy hasta las 10 de mañana": "2026-03-04..2026-03-05 16:00-10:00",
    "media hora antes de las 5": "16:30",
    "mañana 1045": "2026-03-05 10:45",
    "el jueves a las 14 con 30": "2026-03-05 14:30",
    "el 18 del corriente": "2026-03-18",
    "el día después de navidad": "2026-12-26",
    "tres días antes de ayer": "2026-02-28",
    "el viernes antes del 20": "2026-03-13",
    "de hoy a tres semanas": "2026-03-25",
    "dentro de una semana y media": "2026-03-14",
}
ENGLISH = {
    "tomorrow": "2026-03-05",
    "the day after tomorrow": "2026-03-06",
    "friday": "2026-03-06",
    "this friday": "2026-03-06",
    "this coming friday": "2026-03-06",
    "next friday": "2026-03-13",
    "friday next week": "2026-03-13",
    "last monday": "2026-02-23",
    "a week on friday": "2026-03-13",
    "monday after next": "2026-03-16",
    "the 13th": "2026-03-13",
    "on the 2nd": "2026-04-02",
    "friday the 13th": "2026-03-13",
    "sat 14th": "2026-03-14",
    "9th of this month": "2026-03-09",
    "april 15": "2026-04-15",
    "15th of april": "2026-04-15",
    "apr 15th, 2027": "2027-04-15",
    "may twenty one": "2026-05-21",
    "04/15": "2026-04-15",
    "15/04": "2026-04-15",
    "first monday of april": "2026-04-06",
    "last tuesday in november": "2026-11-24",
    "in two weeks": "2026-03-18",
    "three days ago": "2026-03-01",
    "two days from tomorrow": "2026-03-07",
    "three saturdays from now": "2026-03-21",
    "new year's eve": "2026-12-31",
    "thanksgiving": "2026-11-26",
    "march thirty nineteen ninety four": "1994-03-30",
    "tomorrow at ten-thirty": "2026-03-05 10:30",
    "an hour after noon": "13:00",
    "0730 tomorrow": "2026-03-05 07:30",
    "1800hrs friday": "2026-03-06 18:00",
    "mon-fri 9-5": "2026-03-09..2026-03-13 09:00-17:00",
    "mid may": "2026-05-11..2026-05-20",
    "end of next month": "2026-04-21..2026-04-30",
    "the last week of june": "2026-06-22..2026-06-28",
    "the last day of july": "2026-07-31",
    "the day before the 20th": "2026-03-19",
    "the monday after easter": "2026-04-06",
    "the friday before the 20th": "2026-03-13",
    "tuesday fortnight": "2026-03-24",
    "3rd june 27": "2027-06-03",
}


@pytest.mark.parametrize(("text", "expected"), SPANISH.items())
def test_spanish_days(text, expected):
    assert one(text, lang="es") == expected


@pytest.mark.parametrize(("text", "expected"), ENGLISH.items())
def test_english_days(text, expected):
    assert one(text, lang="en") == expected


@pytest.mark.parametrize(
    "text",
    ["30 de febrero", "el 31/02", "32 de enero", "31 de septiembre a las 26 hs", "2026-13-01", "february 30", "0/5"],
)
def test_impossible_dates_give_nothing(text):
    assert every(text) == []


def test_next_week_day_is_an_option():
    nearest = Options(next_weekday="nearest")
    assert one("el próximo viernes", options=nearest) == "2026-03-06"
    assert one("next friday", options=nearest) == "2026-03-06"
    week = resolve("el próximo viernes", reference=NOW)
    assert week.alternatives[0].date == dt.date(2026, 3, 6)


def test_order_of_numbers_by_language_option_and_country():
    assert one("5/6", lang="es") == "2026-06-05"
    assert one("5/6", lang="en") == "2026-05-06"
    assert one("5/6", lang="en", options=Options(day_first=True)) == "2026-06-05"
    assert one("5/6", lang="en", options=Options(country="GB")) == "2026-06-05"
    assert one("5/6", lang="es", options=Options(country="US")) == "2026-05-06"


def test_months_and_years_roll_over():
    december = dt.datetime(2026, 12, 30, 10, tzinfo=LIMA)
    assert one("el 5 de enero", now=december) == "2027-01-05"
    assert one("el lunes 4", now=december) == "2027-01-04"
    assert one("el 31", now=dt.datetime(2026, 4, 2, tzinfo=LIMA)) == "2026-05-31"
    assert one("in two days", now=dt.datetime(2028, 2, 28, tzinfo=LIMA)) == "2028-03-01"


def test_today_counts_as_the_coming_day():
    assert one("el miércoles") == "2026-03-04"
    assert one("el 4") == "2026-03-04"
    assert resolve("el miércoles", reference=NOW).alternatives[0].date == dt.date(2026, 3, 11)


def test_a_weekday_whose_time_is_over_is_next_week():
    assert one("el miércoles a las 8") == "2026-03-11 08:00"
    assert one("el miércoles a las 11") == "2026-03-04 11:00"
    assert one("hoy miércoles a las 8") == "2026-03-04 08:00"


def test_a_weekday_that_does_not_fit_its_date_is_flagged():
    wrong = resolve("viernes 5 de junio de 2027", reference=NOW)
    assert (wrong.date, wrong.weekday, wrong.weekday_conflict) == (dt.date(2027, 6, 5), 4, True)
    assert wrong.certainty <= 0.5
    far = resolve("lunes 14", reference=NOW)  # the 14th is a Saturday; the next Monday 14 is in September
    assert far.weekday_conflict
    assert dt.date(2026, 3, 14) in [other.date for other in far.alternatives]
    assert not resolve("sábado 14", reference=NOW).weekday_conflict


def test_prefer_past():
    assert one("el viernes", options=Options(prefer="past")) == "2026-02-27"
    assert one("15 de abril", options=Options(prefer="past")) == "2025-04-15"


@pytest.mark.parametrize("text", ["todos los lunes", "cada jueves a las 5", "los martes", "every monday",
    "mondays at 6", "todos los días a las 9", "daily at 9",
                                  "de lunes a viernes de 9 a 18"])  # fmt: skip
def test_recurring(text):
    assert find(text, reference=NOW)[0].recurring


def test_the_anchor_tells_what_was_counted_from():
    assert resolve("mañana", reference=NOW).anchor == "reference"
    assert resolve("el 15 de abril de 2026", reference=NOW).anchor == "calendar"
    assert resolve("dos días después de mañana", reference=NOW).anchor == "expression"
    assert resolve("al día siguiente", reference=NOW).anchor == "previous"


def test_around_the_clock_is_no_day():
    assert every("abierto 24/7") == every("open 24/7") == []
    assert one("el 24/7") == one("24/7/2026", lang="es") == "2026-07-24"
