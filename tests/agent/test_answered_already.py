"""What the customer has said is not asked again, what was taken back is not done, and what was asked is answered."""

import pytest

from tests.agent.chat import Chat
from tests.agent.test_dialogues import AGENT


@pytest.mark.parametrize(
    ("locale", "says", "agenda"),
    [
        ("es", ("cita para mi abuela el viernes a las 10", "fisioterapia"), "2026-03-06T10:00 Fisioterapia (abuela)"),
        ("es", ("quiero cita para mi hija Sol", "el viernes a las 5", "vacuna"), "2026-03-06T17:00 Vacuna (hija Sol)"),
        ("es", ("quiero hora el viernes a las 10", "para mi papá", "podología"), "2026-03-06T10:00 Podología (papá)"),
        ("es", ("quiero agendar para mi gato un baño el viernes a las 10",), "2026-03-06T10:00 Baño (gato)"),
        ("en", ("an appointment for my dad on Friday at 10", "hearing test"), "2026-03-06T10:00 Hearing test (dad)"),
        ("es", ("quiero una cita el viernes a las 10 para consulta",), "2026-03-06T10:00 Consulta"),
        ("es", ("quiero una cita el viernes a las 10", "una consulta"), "2026-03-06T10:00 Consulta"),
        ("es", ("¿tienen libre el viernes a las 15?", "peritaje"), "2026-03-06T15:00 Peritaje"),
        ("es", ("reunión el viernes a las 15 en Café Lima para ver el contrato",), "2026-03-06T15:00 Contrato"),
        ("es", ("necesito una sita para audiometría", "el viernes alas 11"), "2026-03-06T11:00 Audiometría"),
        ("en", ("dog walk on Friday at 3pm",), "2026-03-06T15:00 Dog walk"),
        ("es", ("Agenda yoga el viernes a las 10", "cancélala", "ay no, siempre sí voy"), "2026-03-06T10:00 Yoga"),
        ("en", ("Book yoga for Friday at 10am", "cancel it", "actually, keep it"), "2026-03-06T10:00 Yoga"),
        ("es", ("quiero tinte", "el viernes a las 10", "necesito reprogramar", "el sábado a las 11"),
         "2026-03-07T11:00 Tinte"),
        ("es", ("quiero una cita el viernes a las 10", "necesito reprogramar", "el sábado a las 11", "tinte"),
         "2026-03-07T11:00 Tinte"),
        ("es", ("hola quería ver si me podían agendar el viernes a las 10 para un tinte porque el sábado tengo boda",),
         "2026-03-06T10:00 Tinte"),
        ("en", ("wondering if you could maybe put me down for a facial on Friday at 10",), "2026-03-06T10:00 Facial"),
        ("es", ("quiero tinte el viernes a las 10 y otra el 20 a las 9", "cancela la del 6"), "2026-03-20T09:00 Tinte"),
    ],
)  # fmt: skip
def test_one_appointment_in_the_end(locale: str, says: tuple[str, ...], agenda: str) -> None:
    chat = Chat(AGENT, locale=locale)
    for text in says:
        chat.say(text)
    assert chat.agenda == [agenda], [(m.role.value, m.body) for m in chat.messages]


@pytest.mark.parametrize(
    ("locale", "says", "answer"),
    [
        ("es", ("quiero yoga", "el viernes", "¿tienen estacionamiento?"), ("Eso no lo sé", "¿A qué hora?")),
        ("es", ("quiero una cita el viernes a las 10", "¿tienen wifi?"), ("Eso no lo sé", "tema")),
        ("es", ("quería saber si hacen envíos",), ("Eso no lo sé",)),
        ("es", ("Agenda yoga el viernes a las 10", "pasame los turnos que tengo"), ("Yoga, el viernes 6",)),
        ("es", ("Agenda yoga el viernes a las 10", "¿sí quedó?"), ("Yoga, el viernes 6",)),
        ("es", ("Agenda yoga el viernes a las 10", "Agenda tinte el sábado a las 10", "cancela yoga", "¿qué me queda?"),
         ("Tinte, el sábado 7",)),
        ("es", ("¿qué tienes este fin de semana?",), ("sábado 7", "domingo 8")),
        ("es", ("¿tienen hueco el viernes a las 12?", "al final no puedo, déjalo"), ("De acuerdo",)),
        ("es", ("Agenda yoga el viernes a las 10", "me dejaron esperando, qué mal servicio"), ("Lamento",)),
        ("es", ("disculpe, agéndeme yoga el viernes a las 10", "disculpe, yoga el viernes a las 10"), ("Perfecto",)),
        ("en", ("Can I come on Friday at 3pm?", "no thanks, that's too late"), ("All right",)),
        ("en", ("Book yoga for Friday at 10am", "do you have a changing room?"), ("I don't know that",)),
        ("es", ("hola", "anota tinte el jueves a las 9, vela el viernes a las 9 y zumba el sábado a las 9"),
         ("1. Tinte", "2. Vela", "3. Zumba")),
        ("en", ("Book yoga for Friday at 10am", "what do I have to bring?"), ("I don't know that",)),
        ("en", ("Book yoga for Friday at 10am", "what do I have?"), ("Yoga, Friday, March 6",)),
        ("es", ("Agenda yoga el viernes a las 10", "en vez de yoga que sea tinte"), ("Tinte, el viernes",)),
    ],
)  # fmt: skip
def test_what_is_asked_is_answered(locale: str, says: tuple[str, ...], answer: tuple[str, ...]) -> None:
    chat = Chat(AGENT, locale=locale)
    last = [chat.say(text) for text in says][-1]
    for words in answer:
        assert words in last
