"""What a careful receptionist would do: nothing booked, moved or cancelled that was not meant, nothing missed.

A talk is what the customer writes, line by line (`|` parts a burst, `+3h` lets time pass), with the agenda that must
stand at the end and, where it matters, words of the last answer. Talks begin on Monday 2 March 2026 at 9:00 in Lima.
"""

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.agent import OfflineModel, SchedulingAgent
from app.models import ChangeAction, EventStatus
from tests.agent.chat import Chat

AGENT = SchedulingAgent(OfflineModel())
EN = {"locale": "en"}
CUT = "2026-03-05T17:00 Corte"
NAILS = "2026-03-06T17:00 Manicure"
ONE = "agéndame corte el jueves a las 5"
TWO = (ONE, "y manicure el viernes a las 5")


@dataclass(frozen=True)
class Talk:
    name: str
    lines: tuple[str, ...]
    agenda: list[str] = field(default_factory=list)
    says: str = ""
    options: dict[str, Any] = field(default_factory=dict)


CANCELLING = [
    Talk("a description that fits none", (ONE, "cancela la de mi hijo"), [CUT], "No te encuentro esa cita"),
    Talk("that one after all", (ONE, "cancela la del viernes", "sí"), []),
    Talk("not that one", (ONE, "cancela la del viernes", "no"), [CUT]),
    Talk("name and day that disagree", (*TWO, "cancela el corte del viernes"), [CUT, NAILS], "?"),
    Talk("my appointment, of two", (*TWO, "quiero cancelar mi cita"), [CUT, NAILS], "Cuál"),
    Talk("it, right after", (*TWO, "cancélala"), [CUT], "cancelado: Manicure"),
    Talk("it, a day later", (*TWO, "+24h", "cancélala"), [CUT, NAILS], "Cuál"),
    Talk("both by name", (*TWO, "cancela el corte y la manicure"), []),
    Talk("both, but there are three", (*TWO, "agéndame masaje el sábado a las 10", "cancela las dos"),
         [CUT, NAILS, "2026-03-07T10:00 Masaje"], "Cuál"),
    Talk("the one at two o'clock", ("quiero un corte mañana a las 2 y una manicure el viernes a las 5",
         "cancela la de las dos"), [NAILS]),
    Talk("thanks for everything is not all", (*TWO, "gracias por todo, pero cancela la del jueves"), [NAILS]),
    Talk("with the reason", (ONE, "tengo que cancelar mi cita porque mi hermana se puso mal"), []),
    Talk("do not", (ONE, "no la canceles por favor, solo quería confirmar"), [CUT], "acuerdo"),
    Talk("not cancel but move", (ONE, "no quiero cancelar, quiero moverla al viernes"), ["2026-03-06T17:00 Corte"]),
    Talk("what if", (ONE, "¿cuánto cuesta si cancelo?"), [CUT], "equipo"),
    Talk("what if, while asked which", (*TWO, "quiero cancelar mi cita", "¿cuánto cuesta si cancelo?"), [CUT, NAILS]),
    Talk("is there a fee", ("book a haircut thursday 5pm", "is there a cancellation fee?"),
         ["2026-03-05T17:00 Haircut"], "team", EN),
    Talk("one may", (ONE, "¿se puede cancelar un día antes?"), [CUT], "¿Quieres cancelar"),
    Talk("rather not, just booked", (ONE, "mejor no"), [CUT], "¿Quieres cancelar"),
    Talk("rather not, yes", (ONE, "mejor no", "sí, cancélala"), []),
    Talk("leave it as it is", (ONE, "déjalo así"), [CUT]),
    Talk("a daughter's that is only wished for", ("book a cleaning tomorrow at 3pm", "and one for my daughter too",
         "actually cancel my daughter's"), ["2026-03-03T15:00 Cleaning"], "", EN),
    Talk("cancel and book in one", (ONE, "cancela la del jueves y agéndame una para el sábado a las 10"),
         ["2026-03-07T10:00 Corte"]),
    Talk("over by now", ("agéndame corte hoy a las 11", "+5h", "cancela mi cita"), ["2026-03-02T11:00 Corte"],
         "No te encuentro"),
]  # fmt: skip

MOVING = [
    Talk("one that is not there", (ONE, "pasa la del dentista al viernes"), [CUT], "No te encuentro esa cita"),
    Talk("one that is not there, but this one", (ONE, "quiero cambiar mi masaje al viernes a las 6", "sí"),
         ["2026-03-06T18:00 Corte"]),
    Talk("none is there at all", ("cambia la manicure al sábado a las 12",), [], "No te encuentro"),
    Talk("mine, of two", (*TWO, "necesito mover mi cita al sábado", "la del corte"),
         [NAILS, "2026-03-07T17:00 Corte"]),
    Talk("the hour, of two", (*TWO, "+24h", "quiero cambiar la hora", "la del viernes", "a las 7"),
         [CUT, "2026-03-06T19:00 Manicure"]),
    Talk("make it four instead", ("Can I get a haircut tomorrow at 3pm", "can we make it 4 instead?"),
         ["2026-03-03T16:00 Haircut"], "changed", EN),
    Talk("better at four", ("quiero un corte mañana a las 3", "¿podemos hacerlo a las 4 mejor?"),
         ["2026-03-03T16:00 Corte"]),
    Talk("another day", (ONE, "¿tienen otra fecha?", "el lunes a las 3"), ["2026-03-09T15:00 Corte"]),
    Talk("another hour", (ONE, "¿puede ser otra hora?", "a las 7"), ["2026-03-05T19:00 Corte"]),
    Talk("the other half of the day", ("agéndame corte el lunes a las 7", "en la noche"), ["2026-03-09T19:00 Corte"]),
    Talk("a week later", (ONE, "pásala para la otra semana", "el mismo día a la misma hora"),
         ["2026-03-12T17:00 Corte"]),
    Talk("a week later at once", ("book a haircut thursday 5pm", "can we move it to next week same day same time"),
         ["2026-03-12T17:00 Haircut"], "", EN),
    Talk("back again", ("book a haircut thursday 5pm", "could you push it back an hour", "actually no, leave it at 5"),
         ["2026-03-05T17:00 Haircut"], "", EN),
    Talk("the day after", (ONE, "mejor al día siguiente a la misma hora"), ["2026-03-06T17:00 Corte"]),
    Talk("moved, cancelled, booked again", (ONE, "pásalo al viernes", "mejor cancélalo",
         "agéndame corte el sábado a las 10"), ["2026-03-07T10:00 Corte"]),
    Talk("late is not later", ("agéndame corte hoy a las 11", "voy a llegar 15 minutos tarde", "llego en media hora"),
         ["2026-03-02T11:00 Corte"], "equipo"),
    Talk("running late", ("book a haircut today at 11", "running 10 minutes late sorry", "on my way"),
         ["2026-03-02T11:00 Haircut"], "team", EN),
    Talk("something else at that hour", (ONE, "yo salgo del trabajo a las 6"), [CUT]),
    Talk("another subject", (ONE, "perdón, era tinte"), ["2026-03-05T17:00 Tinte"], "lo cambié"),
    Talk("a new end nobody here can set", ("quiero sala de ensayo el viernes de 3 a 5", "mejor hasta las 6"),
         ["2026-03-06T15:00 Sala de ensayo"], "equipo"),
    Talk("still on", (ONE, "+30h", "¿sigue en pie lo del jueves?"), [CUT], "Tienes agendado"),
]  # fmt: skip

ANOTHER = [
    Talk("for the son, the same day", ("hola necesito hora para el doctor", "mañana en la tarde", "a las 4",
         "y tambien una para mi hijo", "a las 5", "cancela la de mi hijo"), ["2026-03-03T16:00 Doctor"]),
    Talk("for the son, asked about", ("necesito hora para el doctor mañana a las 4", "y tambien una para mi hijo"),
         ["2026-03-03T16:00 Doctor"], "martes 3 de marzo, perfecto. ¿A qué hora"),
    Talk("before the first has a time", ("hola quiero hora para el doctor", "y otra para mi hija",
         "el jueves a las 5", "a las 6"), ["2026-03-05T17:00 Doctor", "2026-03-05T18:00 Doctor (hija)"]),
    Talk("in a burst", ("hola|quiero corte el jueves a las 5|y otro para mi hermano|a las 6",),
         [CUT, "2026-03-05T18:00 Corte (hermano)"]),
    Talk("by name, then moved", (ONE, "y otro para Pedro a las 6", "cambia el de Pedro a las 7"),
         [CUT, "2026-03-05T19:00 Corte (Pedro)"]),
    Talk("an hour after", ("quiero masaje mañana a las 3", "y otro una hora después",
         "y al día siguiente a la misma hora uno más"),
         ["2026-03-03T15:00 Masaje", "2026-03-03T16:00 Masaje", "2026-03-04T16:00 Masaje"]),
    Talk("something else an hour after", ("corte el martes a las 4", "y pedicure el mismo día una hora después"),
         ["2026-03-03T16:00 Corte", "2026-03-03T17:00 Pedicure"]),
    Talk("another appointment is about anything", (ONE, "quiero otra cita", "el viernes a las 10", "masaje"),
         [CUT, "2026-03-06T10:00 Masaje"]),
    Talk("in english", ("book me a haircut thursday at 3", "can I get another one for my brother at 4",
         "cancel my brother's please"), ["2026-03-05T15:00 Haircut"], "", EN),
    Talk("at the same hour", (ONE, "y una más para mi esposa a la misma hora"), [CUT], "se cruza con"),
    Talk("two hours of a day", ("necesito dos turnos para corte el viernes a las 5 y a las 6",),
         ["2026-03-06T17:00 Corte", "2026-03-06T18:00 Corte"]),
]  # fmt: skip

TAKEN = {"taken": [("2026-03-05T15:00", "2026-03-05T18:00")]}
ASKING = [
    Talk("a moment of your time", ("hola, tienen un momento?",), [], "qué te puedo ayudar"),
    Talk("a moment is no subject", ("hola, tienen un momento?", "quiero un corte de pelo", "el jueves 3pm"),
         ["2026-03-05T15:00 Corte de pelo"]),
    Talk("a question", ("una consulta",), [], "qué te puedo ayudar"),
    Talk("can I ask", ("can I ask something?",), [], "How can I help", EN),
    Talk("a chance is no subject", ("q onda tienes chance mañana como a las 5?", "corte y barba", "sale"),
         ["2026-03-03T17:00 Corte y barba"]),
    Talk("a place is no subject", ("che, tenés lugar para el service del auto el miércoles?", "a las 9 de la mañana"),
         ["2026-03-04T09:00 Service del auto"]),
    Talk("only wants to know", ("quiero saber si tienen turno el jueves a las 5",), [], "libre"),
    Talk("tells us tomorrow", ("tienes libre el jueves a las 5 para corte?", "te aviso mañana", "ok, resérvamelo"),
         [CUT]),
    Talk("not now", ("tienes libre el jueves a las 5 para corte?", "gracias, pero mejor no"), []),
    Talk("confirms later", ("quiero una limpieza el viernes a las 5, luego te confirmo",), [], "sepas"),
    Talk("no, in the middle", ("quiero corte el jueves", "mejor no", "gracias"), [], "gusto"),
    Talk("none of those", ("quiero corte el jueves a las 4", "no, ninguna"), [], "Qué otro día", TAKEN),
    Talk("not at those hours", ("quiero corte el jueves a las 4", "no puedo a esas horas"), [], "Qué otro día", TAKEN),
    Talk("none, then another", ("quiero corte el jueves a las 4", "mmm no me sirve", "el viernes a las 4"),
         ["2026-03-06T16:00 Corte"], "", TAKEN),
    Talk("then nothing", ("quiero corte el jueves a las 4", "ok, entonces nada"), [], "acuerdo", TAKEN),
    Talk("price first", ("quiero un tinte", "cuánto cuesta?", "ok el jueves a las 5"), ["2026-03-05T17:00 Tinte"]),
    Talk("every week", ("quiero clases de inglés todos los lunes a las 6",), [], "un día a la vez"),
    Talk("money back", ("ayer fui y no me atendieron, quiero mi reembolso",), [], "equipo"),
    Talk("price within", ("quiero un corte el jueves a las 5, cuánto cuesta?",), [CUT], "equipo"),
    Talk("any time", ("quiero corte mañana", "a cualquier hora", "10"), ["2026-03-03T10:00 Corte"]),
    Talk("a person", ("quiero hablar con una persona",), [], "equipo"),
    Talk("angry", (ONE, "son unos inútiles, me cancelaron la otra vez"), [CUT], "Lamento"),
    Talk("only an emoji", (ONE, "😂😂"), [CUT], "Perfecto"),
    Talk("the party grows", ("Table for 4 on Saturday at 7:30 please", "can we change to 6 people?"),
         ["2026-03-07T19:30 Table for 4"], "team", EN),
    Talk("a dinner", ("quería reservar una mesa para 6 el viernes a las 9 y media", "a nombre de Laura"),
         ["2026-03-06T21:30 Mesa para 6"]),
    Talk("pop in", ("hiya, could I pop in for an MOT on Friday?", "half ten", "cheers"),
         ["2026-03-06T10:30 MOT"], "welcome", {"locale": "en", "zone": "Europe/London"}),
    Talk("the other tuesday", ("quiero masaje el otro martes a las 3",), [], "martes 3 de marzo a las 15:00 o"),
    Talk("the other tuesday, chosen", ("quiero masaje el otro martes a las 3", "el 10"),
         ["2026-03-10T15:00 Masaje"]),
    Talk("a date just gone", ("quiero corte el 1 de marzo a las 5", "el 11"), ["2026-03-11T17:00 Corte"]),
    Talk("a date just gone is not next year's", ("quiero corte el 1 de marzo a las 5",), [], "ya pasó"),
    Talk("an hour just gone", ("quiero un corte hoy a las 8", "sí, de la noche"), ["2026-03-02T20:00 Corte"]),
    Talk("no such date", ("quiero corte el 31 de abril a las 5", "el 30 de abril"), ["2026-04-30T17:00 Corte"]),
    Talk("no, the friday", ("quiero manicure el jueves a las 5|no perdón el viernes|a las 6 mejor",),
         ["2026-03-06T18:00 Manicure"]),
    Talk("hour, day, subject", ("a las 5|el jueves|quiero una manicure",), ["2026-03-05T17:00 Manicure"]),
    Talk("word by word", ("hola|quiero|una cita|para|el jueves|a las 5|de corte",), [CUT]),
    Talk("after midnight", ("quiero un corte mañana a las 9", "+1h", "no espera, mañana no puedo, pasado mañana"),
         ["2026-03-03T09:00 Corte"], "¿Es la que", {"start": "2026-03-02T23:30"}),
    Talk("misspelt", ("ola kiero 1 sita pa manana alas 3", "corte", "grasias"), ["2026-03-03T15:00 Corte"], "gusto"),
    Talk("three things", ("hola, quiero agendar 3 cosas", "corte el martes a las 4", "manicure el miércoles a las 5"),
         ["2026-03-03T16:00 Corte", "2026-03-04T17:00 Manicure"]),
]  # fmt: skip


@pytest.mark.parametrize("talk", [*CANCELLING, *MOVING, *ANOTHER, *ASKING], ids=lambda talk: talk.name)
def test_the_agenda_is_what_was_meant(talk: Talk) -> None:
    chat = Chat(AGENT, **talk.options)
    for line in talk.lines:
        if line.startswith("+"):
            chat.wait(hours=float(line[1:-1]))
            continue
        answer = chat.say(*line.split("|"))
        assert answer.count("?") <= 1, shown(chat)
    assert chat.agenda == talk.agenda, shown(chat)
    assert talk.says.casefold() in answer.casefold(), shown(chat)
    assert_proved(chat)


BOOKINGS = (
    ONE, "quiero una manicure el viernes a las 10", "necesito masaje", "el sabado a las 9", "a las 4",
    "y otra para mi hijo", "quiero un turno mañana", "reservame pilates el lunes a las 7 pm",
)  # fmt: skip
CHANGES = ("pasala al viernes", "mejor a las 6", "una hora más tarde", "cambia la manicure al sabado a las 12")
CANCELLATIONS = ("cancela el corte", "cancelala", "cancela todo", "quiero cancelar mi cita")
TALK = (
    "gracias", "cuanto cuesta?", "hola", "ok", "si", "no", "jaja", "a que hora abren?", "dale", "perfecto",
    "mi hermana fue ayer", "donde queda?", "que citas tengo?", "👍", "te aviso luego", "mejor no", "la segunda",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_long_talks_do_nothing_of_their_own(seed: int) -> None:
    """However a talk goes on, and wherever the window of messages cuts into it: what was wished for long ago does not
    come alive again. Only a word for it, or an answer to our question for it, cancels, moves or books."""
    dice = random.Random(seed)
    chat = Chat(AGENT, context=dice.choice((4, 6, 10)))
    asks = {
        ChangeAction.CANCEL: ("cancelar",),
        ChangeAction.UPDATE: ("cambiar", "mover", "lugar", "tienes agendado"),
        ChangeAction.CREATE: ("tema", "agendo", "libre", "?"),
    }
    for _ in range(14):
        pool = dice.choices((BOOKINGS, CHANGES, CANCELLATIONS, TALK), (4, 2, 1, 6))[0]
        before = chat.messages[-1].body if chat.messages else ""
        chat.say(dice.choice(pool))
        for change in chat.answers[-1].changes:
            meant = {
                ChangeAction.CANCEL: pool is CANCELLATIONS,
                ChangeAction.UPDATE: pool in (CHANGES, BOOKINGS),
                ChangeAction.CREATE: pool is BOOKINGS,
            }[change.action]
            assert meant or any(word in before for word in asks[change.action]), shown(chat)
    assert_proved(chat)


def assert_proved(chat: Chat) -> None:
    """Each slot's words stand in the message that is named for it, and the word that settled it is the customer's."""
    bodies = {m.id: m for m in chat.messages}
    for event in chat.events.values():
        if event.status is not EventStatus.CONFIRMED:
            continue
        slots = {e.slot: e for e in event.evidence}
        assert {"date", "time", "title", "settled"} <= slots.keys(), slots
        for slot, proof in slots.items():
            assert proof.quote in bodies[proof.message_id].body, (slot, proof)
        settled = bodies[slots["settled"].message_id]
        assert settled.role.value == "user"
        assert event.settled_at is not None
        assert event.settled_at - settled.sent_at < dt.timedelta(minutes=1)


def shown(chat: Chat) -> str:
    return "\n" + "\n".join(f"{m.role.value:>4}: {m.body}" for m in chat.messages)
