"""Whole dialogues through the real agent graph and the offline model.

A case is what the customer writes (a tuple is a burst), each with words that the answer must have, and the agenda at
the end. Conversations begin on Monday 2 March 2026 at 9:00 unless a case says otherwise.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest

from app.agent import OfflineModel, SchedulingAgent
from tests.agent.chat import Chat

AGENT = SchedulingAgent(OfflineModel())


@dataclass(frozen=True)
class Case:
    name: str
    says: list[tuple[str | tuple[str, ...], str]]
    agenda: list[str]
    options: dict[str, Any] = field(default_factory=dict)


BOOKING = [
    Case(
        "all at once",
        [("Hola! Quiero una limpieza dental el jueves a las 4 de la tarde", "jueves 5 de marzo a las 16:00")],
        ["2026-03-05T16:00 Limpieza dental"],
    ),
    Case(
        "hour first, then the day",
        [
            ("necesito una cita de fisioterapia a las 18:30", "día"),
            ("el miércoles", "miércoles 4 de marzo a las 18:30"),
        ],
        ["2026-03-04T18:30 Cita de fisioterapia"],
    ),
    Case(
        "part of the day, then the hour",
        [("quiero un masaje el viernes por la tarde", "hora"), ("a las 6", "18:00")],
        ["2026-03-06T18:00 Masaje"],
    ),
    Case(
        "asked only whether it is free",
        [("¿Tienes hora para un tinte mañana a las 11?", "libre"), ("sí, porfa", "agendado")],
        ["2026-03-03T11:00 Tinte"],
    ),
    Case(
        "asked whether it is free, then no",
        [("¿Tienes hora para un tinte mañana a las 11?", "libre"), ("no, gracias", "")],
        [],
    ),
    Case(
        "two events in one message",
        [("Agéndame masaje el martes a las 10 y manicure el jueves a las 12", "Manicure")],
        ["2026-03-03T10:00 Masaje", "2026-03-05T12:00 Manicure"],
    ),
    Case(
        "burst with a correction",
        [(("Quiero agendar una asesoría", "el jueves a las 3", "perdón, mejor a las 4"), "16:00")],
        ["2026-03-05T16:00 Asesoría"],
    ),
    Case(
        "the subject is the answer",
        [
            ("quiero agendar una reunión", "cuándo"),
            ("mañana 9am", "tema"),
            ("Presupuesto para la cocina", "martes 3 de marzo a las 9:00"),
        ],
        ["2026-03-03T09:00 Presupuesto para la cocina"],
    ),
    Case(
        "no better subject",
        [("quiero una reunión el jueves a las 5", "tema"), ("no, nada en especial", "agendado")],
        ["2026-03-05T17:00 Reunión"],
    ),
    Case(
        "the same on two days",
        [("quiero reservar clases de manejo, miércoles y viernes a las 8 am", "2. Clases de manejo")],
        ["2026-03-04T08:00 Clases de manejo", "2026-03-06T08:00 Clases de manejo"],
    ),
    Case(
        "the same on two days, the hour later",
        [("quiero clases de guitarra el martes y el jueves", "hora"), ("a las 18 hs", "2. Clases de guitarra")],
        ["2026-03-03T18:00 Clases de guitarra", "2026-03-05T18:00 Clases de guitarra"],
    ),
    Case(
        "one day or another",
        [
            ("quiero un corte de pelo el martes o el jueves a las 5", "Cuál"),
            ("el jueves", "jueves 5 de marzo a las 17:00"),
        ],
        ["2026-03-05T17:00 Corte de pelo"],
    ),
    Case(
        "still thinking",
        [("quizás el jueves, no sé, te confirmo luego", "cuando sepas"), ("listo, el jueves a las 9", "tema")],
        [],
    ),
    Case(
        "a moment that is still to be agreed at home",
        [
            ("quisiera ver el departamento de la calle Sucre", "cuándo"),
            (("uy el viernes a las 4 suena bien", "pero déjame consulto con mi esposa y te confirmo"), "cuando sepas"),
            ("sí, confirmado", "agendado"),
        ],
        ["2026-03-06T16:00 Departamento de la calle Sucre"],
    ),
    Case("somebody else's booking", [("hola! confirmo la reserva de mañana a las 21 para 4", "No te encuentro")], []),
    Case(
        "the wrong number",
        [("Quiero un turno el viernes a las 9", "tema"), ("uy perdón, me pasaron mal el número", "acuerdo")],
        [],
    ),
    Case(
        "a bare hour keeps to its half of the day",
        [("quiero un masaje mañana a las 19:30", "19:30"), ("¿y a las 8?", "20:00"), ("sí", "")],
        ["2026-03-03T20:00 Masaje"],
    ),
    Case(
        "a yes to an open question",
        [("quiero un corte de pelo", "cuándo"), ("dale", "Qué día"), ("mañana a las 9", "agendado")],
        ["2026-03-03T09:00 Corte de pelo"],
    ),
    Case(
        "a name at the end",
        [("Agéndame un facial el jueves a las 4 pm", "agendado"), ("Rosa Pérez", "Perfecto")],
        ["2026-03-05T16:00 Facial"],
    ),
    Case(
        "with an end",
        [("Resérvame la sala de ensayo el sábado de 10 a 12:30", "10:00")],
        ["2026-03-07T10:00 Sala de ensayo"],
    ),
    Case(
        "small talk in between",
        [
            ("buenas tardes", "agendar"),
            ("quiero un corte de pelo", "cuándo"),
            ("gracias", "gusto"),
            ("el viernes a las 12", "agendado"),
        ],
        ["2026-03-06T12:00 Corte de pelo"],
    ),
    Case(
        "asked again, it is not made twice",
        [
            ("Agéndame yoga el jueves a las 19:00", "agendado"),
            ("Agéndame yoga el jueves a las 19:00", "Ya te lo tengo"),
        ],
        ["2026-03-05T19:00 Yoga"],
    ),
    Case(
        "another one is another event",
        [
            ("Agéndame yoga el jueves a las 19:00", "agendado"),
            ("y también pilates el viernes a las 19:00", "Pilates"),
        ],
        ["2026-03-05T19:00 Yoga", "2026-03-06T19:00 Pilates"],
    ),
    Case(
        "english, piece by piece",
        [
            ("hi there", "How can I help"),
            ("could I book a haircut?", "when"),
            ("thursday", "what time"),
            ("half past 4", "Thursday, March 5 at 4:30 pm"),
        ],
        ["2026-03-05T16:30 Haircut"],
        {"locale": "en", "zone": "Europe/Madrid"},
    ),
    Case(
        "english to a spanish business",
        [("Hello, I need a dental cleaning tomorrow at 3pm please", "booked")],
        ["2026-03-03T15:00 Dental cleaning"],
    ),
]

PROBLEMS = [
    Case(
        "weekday and date disagree",
        [
            ("quiero una reunión el viernes 5 a las 10", "El viernes es 6, no 5"),
            ("el 6", "tema"),
            ("Cierre de mes", "viernes 6 de marzo a las 10:00"),
        ],
        ["2026-03-06T10:00 Cierre de mes"],
    ),
    Case(
        "a date that does not exist",
        [
            ("quiero un corte de pelo", "cuándo"),
            ("el 30 de febrero a las 10", "calendario"),
            ("mañana a las 10", "martes 3"),
        ],
        ["2026-03-03T10:00 Corte de pelo"],
    ),
    Case(
        "an hour that has passed",
        [("agéndame una consulta médica hoy a las 7 de la mañana", "ya pasó"), ("mañana entonces", "7:00")],
        ["2026-03-03T07:00 Consulta médica"],
    ),
    Case(
        "taken, then a near time by its number",
        [("Agéndame un facial el jueves a las 4 pm", "ya no tengo lugar"), ("la primera", "14:00")],
        ["2026-03-05T14:00 Facial"],
        {"taken": [("2026-03-05T15:30", "2026-03-05T16:30")]},
    ),
    Case(
        "taken, then another day",
        [
            ("Agéndame un facial el jueves a las 4 pm", "ya no tengo lugar"),
            ("entonces el viernes a la misma hora", "16:00"),
        ],
        ["2026-03-06T16:00 Facial"],
        {"taken": [("2026-03-05T08:00", "2026-03-05T20:00")]},
    ),
    Case(
        "taken by the customer's own",
        [
            ("Agéndame yoga el jueves a las 10", "agendado"),
            ("y manicure el jueves a las 10", "se cruza con Yoga"),
        ],
        ["2026-03-05T10:00 Yoga"],
    ),
    Case(
        "repeating appointments",
        [("quiero clases de piano todos los martes a las 5", "un día a la vez"), ("el martes 10 a las 5", "agendado")],
        ["2026-03-10T17:00 Clases de piano"],
    ),
    Case("opening hours are not invented", [("¿A qué hora abren el sábado?", "equipo")], []),
    Case("prices are not invented", [("¿cuánto cuesta el corte?", "equipo")], []),
    Case("somebody else's plans", [("mi hermana se casa el sábado a las 5", "")], []),
    Case("what was is no wish", [("ayer fui a las 5 y no había nadie", "")], []),
    Case("no text at all", [("", "texto")], []),
    Case("nothing to understand", [("asdf qwer", "agendar"), ("???", "")], []),
    Case("only a closing", [("gracias 👍", "gusto"), ("👍", "")], []),
]

STANDING = ("Agéndame masaje el martes a las 10 y manicure el jueves a las 12", "Manicure")
CHANGING = [
    Case(
        "moved, then corrected, then cancelled",
        [
            ("Agéndame depilación el jueves a las 5", "agendado"),
            ("muévelo al viernes a la misma hora", "viernes 6 de marzo a las 17:00"),
            ("mejor a las 11", "viernes 6 de marzo a las 11:00"),
            ("cancélala por favor", "cancelado"),
            ("gracias", "gusto"),
        ],
        [],
    ),
    Case(
        "the day does not suit after all",
        [
            ("Agéndame depilación el jueves a las 5", "agendado"),
            ("uy, el jueves no puedo, mejor el viernes a las 9", "9:00"),
        ],
        ["2026-03-06T09:00 Depilación"],
    ),
    Case(
        "move asked without a time",
        [
            ("Agéndame depilación el jueves a las 5", "agendado"),
            ("necesito cambiar mi cita del jueves", "cuándo"),
            ("el sábado", "sábado 7 de marzo a las 17:00"),
        ],
        ["2026-03-07T17:00 Depilación"],
    ),
    Case(
        "move of one of two, by its subject",
        [STANDING, ("quiero cambiar la manicure para el viernes a las 9", "viernes 6 de marzo a las 9:00")],
        ["2026-03-03T10:00 Masaje", "2026-03-06T09:00 Manicure"],
    ),
    Case(
        "move of one of two, by its day",
        [STANDING, ("quiero cambiar la del martes para el miércoles a las 4", "miércoles 4 de marzo a las 16:00")],
        ["2026-03-04T16:00 Masaje", "2026-03-05T12:00 Manicure"],
    ),
    Case(
        "an hour later",
        [("Agéndame depilación el jueves a las 5", "agendado"), ("¿puede ser una hora más tarde?", "18:00")],
        ["2026-03-05T18:00 Depilación"],
    ),
    Case(
        "an hour alone, later in the talk, is asked about",
        [
            ("Agéndame depilación el jueves a las 5", "agendado"),
            ("¿y cuánto cuesta?", "equipo"),
            ("entonces a las 6:30", "cambiar Depilación"),
            ("sí", "jueves 5 de marzo a las 18:30"),
        ],
        ["2026-03-05T18:30 Depilación"],
    ),
    Case(
        "move to a taken time",
        [("Agéndame depilación el jueves a las 5", "agendado"), ("muévela al viernes a las 10", "ya no tengo lugar")],
        ["2026-03-05T17:00 Depilación"],
        {"taken": [("2026-03-06T10:00", "2026-03-06T11:00")]},
    ),
    Case(
        "cancel one of two, asked which",
        [STANDING, ("quiero cancelar una cita", "Cuál"), ("la segunda", "cancelado: Manicure")],
        ["2026-03-03T10:00 Masaje"],
    ),
    Case(
        "cancel one of two, by its day",
        [STANDING, ("cancela la del martes", "cancelado: Masaje")],
        ["2026-03-05T12:00 Manicure"],
    ),
    Case("cancel both", [STANDING, ("cancela las dos por favor", "Masaje")], []),
    Case("nothing to cancel", [("cancela mi cita", "No te encuentro")], []),
    Case("nothing to move", [("quiero mover mi cita al viernes", "")], []),
    Case(
        "asks what is booked",
        [STANDING, ("¿qué citas tengo?", "2. Manicure"), ("gracias", "gusto")],
        ["2026-03-03T10:00 Masaje", "2026-03-05T12:00 Manicure"],
    ),
    Case("asks what is booked, nothing is", [("¿cuándo es mi cita?", "No te encuentro")], []),
    Case(
        "english, moved and cancelled",
        [
            ("Please book a massage on Thursday at 5pm", "booked"),
            ("move it to Friday at the same time", "Friday, March 6 at 5:00 pm"),
            ("please cancel it", "cancelled"),
            ("thanks!", "welcome"),
        ],
        [],
        {"locale": "en"},
    ),
]


@pytest.mark.parametrize("case", [*BOOKING, *PROBLEMS, *CHANGING], ids=lambda case: case.name)
def test_dialogue(case: Case) -> None:
    chat = Chat(AGENT, **case.options)
    for says, expected in case.says:
        answer = chat.say(*((says,) if isinstance(says, str) else says))
        assert expected.casefold() in answer.casefold(), _shown(chat)
        assert answer.count("?") <= 1, answer
    assert chat.agenda == case.agenda, _shown(chat)


def _shown(chat: Chat) -> str:
    return "\n" + "\n".join(f"{m.role.value:>4}: {m.body}" for m in chat.messages)
