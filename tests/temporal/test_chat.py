"""Whole messages: what belongs together, what people type, and what is no time at all."""

import datetime as dt

import pytest

from app.temporal import combine, find, resolve
from tests.temporal.cases import NOW, every, one, short

MERGED = {
    "el viernes a las 10": "2026-03-06 10:00",
    "a las 10 el viernes": "2026-03-06 10:00",
    "viernes 6 de marzo, 18:30": "2026-03-06 18:30",
    "mañana 9 y media": "2026-03-05 09:30",
    "hoy mismo a las 3": "2026-03-04 15:00",
    "el sábado a las 8 de la noche": "2026-03-07 20:00",
    "mañana por la tarde a las 7": "2026-03-05 19:00",
    "a la 1 del sábado 7": "2026-03-07 13:00",
    "tomorrow at 4": "2026-03-05 16:00",
    "9 tomorrow": "2026-03-05 09:00",
    "tonight at 8": "2026-03-04 20:00",
    "tue 17th 8:20": "2026-03-17 08:20",
    "2026-03-08T10:15": "2026-03-08 10:15",
    "esta noche a la 1": "2026-03-05 01:00",
    "5 on the 18th works": "2026-03-18 17:00",
    "el mes que viene el día 5": "2026-04-05",
    "pasado a las 11": "2026-03-06 11:00",
    "a las 4 1/2": "16:30",
    "de aquí a un mes": "2026-04-04",
    "I'll come by at 12.15": "12:15",
}
RANGES = {
    "mañana de 4 a 6": "2026-03-05 16:00-18:00",
    "de 4 a 9 de la noche": "16:00-21:00",
    "10 a 11:30 am": "10:00-11:30",
    "entre las 10 y las 12": "10:00-12:00",
    "jueves entre 10 y 12": "2026-03-05 10:00-12:00",
    "desde las 9 hasta las 13": "09:00-13:00",
    "de 9 a 6": "09:00-18:00",
    "de 11 a 1": "11:00-13:00",
    "de 22 a 2": "22:00-02:00",
    "el 20 de marzo de 9 a 12": "2026-03-20 09:00-12:00",
    "del 13 al 15 de julio": "2026-07-13..2026-07-15",
    "13 al 15 de julio": "2026-07-13..2026-07-15",
    "del jueves 12 al domingo 15": "2026-03-12..2026-03-15",
    "del 28 al 2 de junio": "2026-05-28..2026-06-02",
    "del 28 al 2": "2026-03-28..2026-04-02",
    "booked for 7 May between 8am and 1pm": "2026-05-07 08:00-13:00",
    "the week after next": "2026-03-16..2026-03-22",
    "from 5 to 6pm": "17:00-18:00",
    "11-1pm": "11:00-13:00",
    "monday 2 to 3:15": "2026-03-09 14:00-15:15",
    "9 till 2 on thursday": "2026-03-05 09:00-14:00",
    "august 3-8": "2026-08-03..2026-08-08",
    "june 1-5, 2027": "2027-06-01..2027-06-05",
    "desde mañana a las 10 am hasta el viernes a las 3 pm": "2026-03-05..2026-03-06 10:00-15:00",
    "del 18 a las 8 am al 20 a las 5 pm": "2026-03-18..2026-03-20 08:00-17:00",
    "el 18 de 2 a 4 pm": "2026-03-18 14:00-16:00",
    "friday 9 to noon": "2026-03-06 09:00-12:00",
    "viernes de 9 a mediodía": "2026-03-06 09:00-12:00",
    "between a quarter to nine and ten am": "08:45-10:00",
    "from 10am friday to 2pm sunday": "2026-03-06..2026-03-08 10:00-14:00",
    "at 9 for 2 hours": "09:00-11:00",
    "mañana a las 10 por 45 minutos": "2026-03-05 10:00-10:45",
}
TYPED = {
    "kiero cita pa mañana alas 3": "2026-03-05 15:00",
    "manana a las 11": "2026-03-05 11:00",
    "pasado mñn a las 4 d la tarde": "2026-03-06 16:00",
    "el miercoels a las 11": "2026-03-04 11:00",
    "viernez 3pm": "2026-03-06 15:00",
    "biernes a las 4": "2026-03-06 16:00",
    "sabdo 5pm": "2026-03-07 17:00",
    "el proximo sabado a las 11 de la mñn": "2026-03-14 11:00",
    "a las kuatro i media": "16:30",
    "mañanaaa a las 5": "2026-03-05 17:00",
    "VIERNES A LAS 10": "2026-03-06 10:00",
    "pal domingo a las 8": "2026-03-08 08:00",
    "tmrw 5ish": "2026-03-05 17:00",
    "nxt fri at 3": "2026-03-13 15:00",
    "tommorow at noon": "2026-03-05 12:00",
    "wensday 4pm": "2026-03-04 16:00",
    "let's meet el viernes a las 5": "2026-03-06 17:00",
    "el meeting es friday at 3pm": "2026-03-06 15:00",
    "man\u0303ana a las 5": "2026-03-05 17:00",
}
NOTHING = [
    "it costs 6.50 each",
    "la 25 de mayo esta cortada",
    "vivo en 12 de octubre 845",
    "el mar estaba helado",
    "de 20 a 26 grados",
    "vi una serie buenisima",
    "la 2 y la 8 estan libres",
    "estoy en el 7 C",
    "from 1 to 10 how much does it hurt",
    "at 9 per box",
    "end of April results were good",
    "mesa para 6",
    "somos 2 personas",
    "vale $1,890 la pieza",
    "S/ 415 e incluye 12 retratos",
    "34€/h",
    "15.30 soles",
    "unos 7 kilos",
    "Av. Siempreviva 1450, piso 3",
    "Los Olmos 850 3ro B",
    "Carrera 9 # 71-32 apto 604",
    "mi dni es 20456789",
    "llamar al 387 2600 anexo 31",
    "pedido 0815-2230",
    "guía QX-55120",
    "+34 600 12 34 56",
    "877-555-0164, ext 3",
    "buenos días",
    "buenas noches, gracias",
    "good morning all",
    "enjoy the rest of your day",
    "la segunda porfa",
    "the second one please",
    "we may or may not go",
    "he sat down in the sun",
    "entre 6 y 9 invitados",
    "zoom it to 85%",
    "I would like a 1:1",
    "1.5 litros",
    "the van is at 310 Cedar Hill Rd",
    "talla 38, 3 unidades",
    "around 20 people",
    "x un reclamo del seguro",
    "mates con bombilla",
    "versión 2.5.1",
    "👍👍",
    "",
]


@pytest.mark.parametrize(("text", "expected"), (MERGED | RANGES).items())
def test_one_expression(text, expected):
    assert every(text) == [expected]


@pytest.mark.parametrize(("text", "expected"), TYPED.items())
def test_as_it_is_typed(text, expected):
    assert one(text) == expected


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_to_find(text):
    assert [e for e in find(text, reference=NOW) if e.certainty >= 0.5 and e.kind != "duration"] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lunes 9 hs, martes 14:15 o viernes 12 hs", ["2026-03-09 09:00", "2026-03-10 14:15", "2026-03-06 12:00"]),
        ("el jueves 12 a las 8 y cine con Eva el sábado 14 a la 1", ["2026-03-12 08:00", "2026-03-14 13:00"]),
        (
            "Monday we have 2 to 3:15, Friday just 4 to 5",
            ["2026-03-09", "14:00-15:15", "2026-03-06", "16:00-17:00"],
        ),
        ("a las 3 o 4", ["15:00", "16:00"]),
        ("1) jueves 12, 17:00\n2) viernes 13, 12:30", ["2026-03-12 17:00", "2026-03-13 12:30"]),
    ],
)
def test_several_expressions(text, expected):
    assert every(text) == expected


def test_spans_are_those_of_the_text():
    text = "Hola! kiero cita  el viérnes a las 10 porfa"
    (found,) = find(text, reference=NOW)
    assert text[slice(*found.span)] == found.text == "el viérnes a las 10"


def test_durations():
    (found,) = find("dura una hora y media", reference=NOW)
    assert (found.kind, found.duration) == ("duration", dt.timedelta(minutes=90))
    (found,) = find("reposo de 10 hs", reference=NOW)
    assert found.duration == dt.timedelta(hours=10)


@pytest.mark.parametrize("text", ["20000000H", "9" * 30 + " horas", "9000 años", "dentro de 200 años", "1000000 days"])
def test_what_no_calendar_reaches_is_no_length(text):
    assert find(text, reference=NOW) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("una hora más tarde", "2026-03-10 11:00"),
        ("media hora antes", "2026-03-10 09:30"),
        ("30 minutes later", "2026-03-10 10:30"),
        ("al día siguiente", "2026-03-11 10:00"),
        ("a la misma hora", "2026-03-10 10:00"),
        ("el jueves a la misma hora", "2026-03-05 10:00"),
        ("el mismo día a las 5", "2026-03-10 17:00"),
        ("same day at 1pm", "2026-03-10 13:00"),
        ("two weeks later, same time", "2026-03-24 10:00"),
        ("un mes después", "2026-04-10 10:00"),
    ],
)
def test_what_hangs_on_an_earlier_moment(text, expected):
    before = dt.datetime(2026, 3, 10, 10, 0, tzinfo=NOW.tzinfo)
    (found,) = find(text, reference=NOW)
    assert found.shift
    moved = found.after(before)
    day = moved.date or before.date()
    at = moved.time or before.time()
    assert f"{day} {at:%H:%M}" == expected


def test_a_wish_without_an_amount_is_vague():
    (found,) = find("más tarde se puede?", reference=NOW)
    assert found.shift.vague
    assert found.shift.direction == 1


def test_resolve_puts_a_day_and_a_time_together():
    assert one("el viernes estaría bien, digamos a las 10") == "2026-03-06 10:00"
    day, time = find("el viernes estaría bien, digamos a las 10", reference=NOW)
    assert short(combine(day, time)) == "2026-03-06 10:00"


def test_the_language_is_judged_by_the_words():
    assert one("see you on 05/06 at 4pm") == "2026-05-06 16:00"
    assert one("nos vemos el 05/06 a las 4pm") == "2026-06-05 16:00"


def test_a_naive_reference_is_refused():
    with pytest.raises(ValueError, match="aware"):
        resolve("hoy", reference=dt.datetime(2026, 3, 4))


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="no such language: xx"):
        resolve("hoy", reference=NOW, lang="xx")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("el sábado tengo 10 y 10:45", ["2026-03-07", "10:00", "10:45"]),
        ("9, 10:30 u 11:30", ["09:00", "10:30", "11:30"]),
        ("disponible 12 y 19 de septiembre", ["2026-09-12", "2026-09-19"]),
        ("el 3 y el 9 de junio", ["2026-06-03", "2026-06-09"]),
        ("mesa para 2 y 3:30", ["15:30"]),
        ("mañana o pasado", ["2026-03-05", "2026-03-06"]),
        ("el mes pasado", ["2026-02-01..2026-02-28"]),
    ],
)
def test_numbers_listed_with_a_time_or_date_are_read_like_it(text: str, expected: list[str]):
    assert every(text, lang="es") == expected


@pytest.mark.parametrize(("text", "expected"), [("430", "16:30"), ("1015", "10:15"), ("437", ""), ("2026", "")])
def test_digits_run_together_are_an_hour_only_where_one_was_asked_for(text: str, expected: str):
    found = find(text, reference=NOW, lang="en", expect="time")
    assert short(found[0] if found else None) == expected
    assert find(text, reference=NOW, lang="en") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("la semana siguiente, el miércoles 18 a las 5", ["2026-03-18 17:00"]),
        ("esta semana, el viernes 13 a las 3", ["2026-03-13 15:00"]),
        ("la semana que viene el martes 10 am", ["2026-03-10 10:00"]),
    ],
)
def test_beside_a_week_the_number_says_which_day(text: str, expected: list[str]):
    assert every(text, lang="es") == expected


def test_next_week_on_a_day_is_not_a_week_after_it():
    texts = ("next week on Friday at 3pm", "a week on Friday", "next week tuesday 5pm")
    assert [every(text, lang="en") for text in texts] == [["2026-03-13 15:00"], ["2026-03-13"], ["2026-03-10 17:00"]]
