"""Customers who want a person, and what they answer to a reminder, through the real graph and the offline model."""

import pytest

from app.agent import OfflineModel, SchedulingAgent
from app.models import Role
from tests.agent.chat import Chat

AGENT = SchedulingAgent(OfflineModel())
REMINDER = (
    "Hola Ana, te recordamos tu cita: Corte de pelo, viernes 6 de marzo de 2026, 10:00. ¿La confirmas? También puedes "
    "moverla o cancelarla por aquí. (BAJA: no recibir más recordatorios)"
)


@pytest.mark.parametrize(
    "wish",
    [
        "Quiero hablar con una persona",
        "Hola, ¿me puede atender una persona?",
        "no entiendo, prefiero hablar con alguien",
        "pásame con un humano por favor",
        "necesito comunicarme con un asesor",
        "agente humano",
        "Can I talk to a human?",
        "I want to speak to a real person, please",
        "connect me with an agent",
    ],
)
def test_who_asks_for_a_person_gets_one(wish: str) -> None:
    chat = Chat(AGENT)
    said = chat.say(wish)
    assert chat.answers[-1].hand_over
    assert "equipo" in said or "team" in said
    assert not chat.answers[-1].changes


def test_also_in_the_middle_of_a_booking() -> None:
    chat = Chat(AGENT)
    chat.say("quiero corte de pelo el viernes")
    chat.say("mejor pásame con una persona")
    assert chat.answers[-1].hand_over


@pytest.mark.parametrize(
    "wish",
    [
        "no quiero hablar con una persona",
        "I don't want to talk to a human",
        "¿eres una persona?",
        "quiero un turno con el asesor",
        "quiero hablar con un asesor el viernes a las 10",
        "somos dos personas",
    ],
)
def test_who_does_not_keeps_the_agent(wish: str) -> None:
    chat = Chat(AGENT)
    chat.say(wish)
    assert not chat.answers[-1].hand_over


def test_as_the_subject_of_an_appointment_it_is_one() -> None:
    chat = Chat(AGENT)
    chat.say("quiero una cita el viernes a las 10")
    chat.say("hablar con un asesor")
    assert chat.agenda == ["2026-03-06T10:00 Hablar con un asesor"]
    assert not chat.answers[-1].hand_over


def reminded() -> Chat:
    chat = Chat(AGENT)
    chat.say("quiero corte de pelo el viernes a las 10")
    chat.wait(days=3)
    chat.messages[-1:] += [chat.write(REMINDER, role=Role.BOT).model_copy(update={"author": "reminder"})]
    chat.messages[-2:] = chat.messages[-1:]
    return chat


@pytest.mark.parametrize("answer", ["sí", "Sí, confirmo", "confirmada", "ok, ahí estaré", "dale, gracias"])
def test_a_yes_changes_nothing(answer: str) -> None:
    chat = reminded()
    assert "?" not in chat.say(answer)
    assert chat.agenda == ["2026-03-06T10:00 Corte de pelo"]


@pytest.mark.parametrize("answer", ["no", "No, lo siento", "no puedo", "no podré ir", "no voy a poder"])
def test_a_no_is_asked_about_before_anything_is_cancelled(answer: str) -> None:
    chat = reminded()
    assert "cancelar Corte de pelo" in chat.say(answer)
    assert len(chat.agenda) == 1
    chat.say("sí")
    assert chat.agenda == []


def test_moves_and_cancellations_need_no_second_word() -> None:
    chat = reminded()
    chat.say("no puedo, pásala al lunes a las 5")
    assert chat.agenda == ["2026-03-09T17:00 Corte de pelo"]
    chat = reminded()
    chat.say("cancélala por favor")
    assert chat.agenda == []
