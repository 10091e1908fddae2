"""A subject that is given or corrected after booking, and what is no such thing."""

import pytest

from app.agent.guarding.consent import Consent
from tests.agent.chat import Chat, agenda_after
from tests.agent.test_dialogues import AGENT

_MADE = {"es": "vela el jueves a las 9", "en": "Book yoga for Thursday at 9am"}


@pytest.mark.parametrize(
    ("says", "agenda"),
    [
        ("no, mejor peinado", "2026-03-05T09:00 Peinado"),
        ("perdón, era peinado", "2026-03-05T09:00 Peinado"),
        ("no es vela, es velero", "2026-03-05T09:00 Velero"),
        ("no era vela sino remo", "2026-03-05T09:00 Remo"),
        ("en lugar de vela quiero un masaje", "2026-03-05T09:00 Masaje"),
        ("cambia la vela por remo", "2026-03-05T09:00 Remo"),
        ("¿me la puede poner como vela ligera?", "2026-03-05T09:00 Vela ligera"),
        ("agrégale remo porfa", "2026-03-05T09:00 Vela y remo"),
        ("agrégale también masaje", "2026-03-05T09:00 Vela y masaje"),
        ("es para mi sobrina", "2026-03-05T09:00 Vela (sobrina)"),
        ("mejor masaje, y a las 11", "2026-03-05T11:00 Masaje"),
        # None of these gives it another subject.
        ("mejor a las 11", "2026-03-05T11:00 Vela"),
        ("es urgente", "2026-03-05T09:00 Vela"),
        ("es la primera vez que voy", "2026-03-05T09:00 Vela"),
        ("no, gracias", "2026-03-05T09:00 Vela"),
        ("déjala como estaba", "2026-03-05T09:00 Vela"),
    ],
)
def test_after_booking(says: str, agenda: str) -> None:
    assert agenda_after(AGENT, _MADE["es"], says) == [agenda]


@pytest.mark.parametrize(
    ("says", "agenda"),
    [
        ("sorry, I meant a haircut", "2026-03-05T09:00 Haircut"),
        ("a massage instead of the yoga", "2026-03-05T09:00 Massage"),
        ("change the yoga to a massage", "2026-03-05T09:00 Massage"),
        ("it's for my daughter", "2026-03-05T09:00 Yoga (daughter)"),
        ("put it down as hot yoga", "2026-03-05T09:00 Hot yoga"),
        ("make it 10", "2026-03-05T10:00 Yoga"),
        ("change the yoga to Friday", "2026-03-06T09:00 Yoga"),
    ],
)
def test_in_english(says: str, agenda: str) -> None:
    assert agenda_after(AGENT, _MADE["en"], says, locale="en") == [agenda]


def test_only_the_part_that_was_wrong() -> None:
    assert agenda_after(AGENT, "una clase de prueba de violín el jueves a las 9", "perdón, de chelo") == [
        "2026-03-05T09:00 Clase de prueba de chelo"
    ]


def test_of_several_the_one_that_is_named() -> None:
    made = "masaje el jueves a las 9 y peinado el viernes a las 10"
    assert agenda_after(AGENT, made, "un facial en vez del masaje") == [
        "2026-03-05T09:00 Facial",
        "2026-03-06T10:00 Peinado",
    ]


def test_of_several_it_is_asked_which() -> None:
    chat = Chat(AGENT)
    chat.say("masaje el jueves a las 9 y peinado el viernes a las 10")
    assert "1. Masaje" in chat.say("perdón, era un facial")
    chat.say("la primera")
    assert chat.agenda == ["2026-03-05T09:00 Facial", "2026-03-06T10:00 Peinado"]


def test_a_general_subject_takes_the_one_given_later() -> None:
    assert agenda_after(AGENT, "agenda una reunión el jueves a las 9", "nada en especial", "presupuesto anual") == [
        "2026-03-05T09:00 Presupuesto anual"
    ]


@pytest.mark.parametrize(
    ("says", "title", "may"),
    [
        ("perdón, era un facial", "Facial", True),
        ("perdón, era un facial", "Tatuaje", False),
        ("gracias, nos vemos", "Facial", False),
        ("y también un facial el viernes a las 9", "Facial", False),
    ],
)
def test_a_model_may_rename_only_what_they_correct(says: str, title: str, *, may: bool) -> None:
    chat = Chat(AGENT)
    chat.say("masaje el jueves a las 9")
    chat.write(says)
    turn = chat.turn()
    assert Consent(turn, "es").to_rename(turn.live_events[0], title) is may
