"""What an appointment is said to be about, and several appointments in one message."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from app.agent.listening.topics import appointments, topic
from app.extraction.rules.reading import Reading, read
from tests.agent.chat import Chat
from tests.agent.test_dialogues import AGENT


def _read(text: str, lang: str = "es") -> Reading:
    return read(text, dt.datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("America/Lima")), lang=lang)


@pytest.mark.parametrize(
    ("lang", "text", "said"),
    [
        ("es", "una reunión sobre permisos municipales el jueves a las 9, gracias", "permisos municipales"),
        ("es", "reunión el jueves a las 9 tema logística inversa por favor", "logística inversa"),
        ("es", "el jueves a las 9, asunto: becas", "becas"),
        ("es", "¿puede ser el jueves sobre las 9?", None),
        ("es", "sobre todo el jueves a las 9", None),
        ("en", "a call on Thursday at 9 about the onboarding plan please", "onboarding plan"),
        ("en", "what about Thursday at 9?", None),
        ("en", "tell me about it on Thursday", None),
    ],
)
def test_what_stands_after_about_is_the_subject(lang: str, text: str, said: str | None) -> None:
    assert topic(_read(text, lang)) == said


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("una cita el jueves a las 9 para tinte y otra el viernes a las 10 para peinado", 2),
        ("el jueves a las 9 para tinte, otra el viernes a las 10 para peinado y otra el sábado a las 11 para uñas", 3),
        ("tinte el jueves a las 9 y peinado el mismo día a las 11", 2),
        ("una cita el jueves a las 9 o el viernes a las 10 para tinte", 1),
        ("el jueves no puedo, mejor el viernes a las 10 para tinte y otra cosa", 1),
        ("tinte el jueves a las 9 y a las 10 del viernes también", 1),
        ("tinte el jueves a las 9, peinado a las 11 y lifting a la 1", 3),  # items of a list
        ("tinte el jueves a las 9 o a las 11", 1),
        ("tinte el jueves a las 9, que tengo una boda a las 12", 1),
        ("quiero tinte el jueves a las 9 y salgo del trabajo a las 11", 1),
    ],
)
def test_a_message_is_cut_where_another_appointment_begins(text: str, pieces: int) -> None:
    cut = appointments(_read(text), _read)
    assert len(cut) == pieces
    assert "".join(cut) == text


@pytest.mark.parametrize(
    ("locale", "says", "agenda"),
    [
        (
            "es",
            ("Quiero dos turnos: uno el jueves a las 9 para tinte y otro el viernes a las 5 de la tarde para peinado",),
            ["2026-03-05T09:00 Tinte", "2026-03-06T17:00 Peinado"],
        ),
        (
            "es",
            ("Agenda una reunión el jueves a las 9 sobre becas", "y otra el viernes a las 9 sobre permisos"),
            ["2026-03-05T09:00 Becas", "2026-03-06T09:00 Permisos"],
        ),
        (
            "en",
            ("I need two appointments: March 5 at 10am for a haircut and March 6 at 10am for a shave",),
            ["2026-03-05T10:00 Haircut", "2026-03-06T10:00 Shave"],
        ),
        (
            "es",
            ("Agenda tinte el jueves a las 14\ny peinado a las 16",),
            ["2026-03-05T14:00 Tinte", "2026-03-05T16:00 Peinado"],
        ),
        (
            "es",
            ("tinte el jueves a las 9, peinado ese mismo día a las 11 y lifting el mismo día a las 4 de la tarde",),
            ["2026-03-05T09:00 Tinte", "2026-03-05T11:00 Peinado", "2026-03-05T16:00 Lifting"],
        ),
        (
            "en",
            ("a facial on thursday at 9am, a wax the same day at 11 and a massage at 2pm",),
            ["2026-03-05T09:00 Facial", "2026-03-05T11:00 Wax", "2026-03-05T14:00 Massage"],
        ),
        (
            "es",
            ("¿me anotas tinte el jueves a las 9 y peinado el mismo día a las 11?",),
            ["2026-03-05T09:00 Tinte", "2026-03-05T11:00 Peinado"],
        ),
        (  # asked for, and each is asked about: a yes is to the one that was named
            "es",
            ("¿tienen tinte el jueves a las 9 y peinado el mismo día a las 11?", "sí", "sí, dale"),
            ["2026-03-05T09:00 Tinte", "2026-03-05T11:00 Peinado"],
        ),
        (
            "es",
            ("¿tienen tinte el jueves a las 9 y peinado el mismo día a las 11?", "no, gracias"),
            [],
        ),
        (  # the second is in the way of the first, and its other hour moves nothing of it
            "es",
            ("quiero tinte el jueves a las 9 y ese día también un peinado a las 9:30", "a las 10"),
            ["2026-03-05T09:00 Tinte", "2026-03-05T10:00 Peinado"],
        ),
        ("en", ("chiropractor wednesday 9:30am",), ["2026-03-04T09:30 Chiropractor"]),
        ("es", ("zumba jueves 9:30",), ["2026-03-05T09:30 Zumba"]),
    ],
)
def test_each_of_two_appointments_has_its_own_subject(locale: str, says: tuple[str, ...], agenda: list[str]) -> None:
    chat = Chat(AGENT, locale=locale)
    for line in says:
        chat.say(*line.split("\n"))
    assert chat.agenda == agenda


def test_another_wish_is_no_subject() -> None:
    chat = Chat(AGENT)
    chat.say("Quiero una cita el jueves a las 9")
    assert "?" in chat.say("necesito reagendar")
    assert chat.agenda == []


@pytest.mark.parametrize(
    ("says", "agenda"),
    [
        ("quiero uñas el jueves a las 5", ["2026-03-05T17:00 Uñas"]),
        ("uñas acrílicas el jueves a las 5", ["2026-03-05T17:00 Uñas acrílicas"]),
        ("quiero hacerme las unas el jueves a las 5", ["2026-03-05T17:00 Unas"]),  # as many write it
        ("quiero unas mechas el jueves a las 5", ["2026-03-05T17:00 Mechas"]),
        ("necesito reservar unas horas el jueves a las 5", []),
    ],
)
def test_nails_are_no_article(says: str, agenda: list[str]) -> None:
    chat = Chat(AGENT)
    chat.say(says)
    assert chat.agenda == agenda
