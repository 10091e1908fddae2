"""Asked what stands, told to leave it, and what does not exist."""

import pytest

from tests.agent.chat import Chat
from tests.agent.test_dialogues import AGENT

_PILATES, _PILATES_EN = "Agenda pilates el jueves a las 9", "Book pilates on Thursday at 9am"
_STANDS = ["2026-03-05T09:00 Pilates"]


@pytest.mark.parametrize(
    ("locale", "says", "agenda"),
    [
        (
            "es",
            (_PILATES, "muévela", "mejor déjala como estaba"),
            _STANDS,
        ),
        (
            "es",
            (_PILATES, "cámbiala al viernes a las 10|no, no la muevas"),
            _STANDS,
        ),
        (
            "en",
            (_PILATES_EN, "I need to move it", "no, leave it as it was"),
            _STANDS,
        ),
        (
            "es",
            (
                "Quiero una cita el jueves a las 9",
                "¿se puede mover al viernes a las 9?",
                "no, déjala como estaba",
                "Pilates",
            ),
            _STANDS,
        ),
    ],
)
def test_left_as_it_was_nothing_moves(locale: str, says: tuple[str, ...], agenda: list[str]) -> None:
    chat = Chat(AGENT, locale=locale)
    for line in says:
        chat.say(*line.split("|"))
    assert chat.agenda == agenda, [m.body for m in chat.messages]


@pytest.mark.parametrize(
    ("locale", "books", "wishes", "asks", "subject", "agenda"),
    [
        (
            "es",
            _PILATES,
            "Quiero una cita el viernes a las 10",
            "¿qué citas tengo?",
            "Yoga",
            ["2026-03-05T09:00 Pilates", "2026-03-06T10:00 Yoga"],
        ),
        (
            "en",
            _PILATES_EN,
            "I want an appointment on Friday at 10am",
            "What appointments do I have?",
            "Yoga",
            ["2026-03-05T09:00 Pilates", "2026-03-06T10:00 Yoga"],
        ),
    ],
)
def test_what_stands_is_listed_while_another_is_made(
    locale: str, books: str, wishes: str, asks: str, subject: str, agenda: list[str]
) -> None:
    chat = Chat(AGENT, locale=locale)
    chat.say(books)
    chat.say(wishes)
    assert "Pilates" in chat.say(asks)
    chat.say(subject)
    assert chat.agenda == agenda


@pytest.mark.parametrize(
    ("locale", "says"), [("es", "mueve mi cita al jueves"), ("en", "move my appointment to Thursday")]
)
def test_nothing_stands_to_be_moved(locale: str, says: str) -> None:
    chat = Chat(AGENT, locale=locale)
    assert "agendar una" in (answer := chat.say(says)) or "book one" in answer


@pytest.mark.parametrize(
    ("locale", "wishes", "day", "agenda"),
    [
        ("es", "Agenda una reunión el 31 de abril a las 8 sobre becas", "el 30 de abril", "2026-04-30T08:00 Becas"),
        ("es", "Quiero una cita el 31 de junio a las 8 para becas", "el 30 entonces", "2026-06-30T08:00 Becas"),
        ("en", "Book a meeting on June 31 at 8am about grants", "July 1st then", "2026-07-01T08:00 Grants"),
    ],
)
def test_of_a_day_that_does_not_exist_the_rest_is_kept(locale: str, wishes: str, day: str, agenda: str) -> None:
    chat = Chat(AGENT, locale=locale)
    answer = chat.say(wishes)
    assert "no existe" in answer or "does not exist" in answer
    chat.say(day)
    assert chat.agenda == [agenda]


@pytest.mark.parametrize(
    ("locale", "asks", "says"),
    [("es", "¿Cuánto cuesta?", "hablar con una persona"), ("en", "How much is it?", "talk to a person")],
)
def test_what_is_not_known_shows_the_way_to_a_person(locale: str, asks: str, says: str) -> None:
    chat = Chat(AGENT, locale=locale)
    assert says in chat.say(asks)
    chat.say(says)
    assert chat.answers[-1].hand_over
