"""Words that prove a moment but are not meant for the appointment, or leave it open; beside them right ones alike."""
# ruff: noqa: E501 - a message is a line

import datetime as dt
from uuid import uuid4

import pytest

from app.extraction.base import KnownEvent
from app.extraction.llm.grounding import Grounded, Grounding
from app.extraction.llm.naming import in_their_words
from app.extraction.llm.schema import ModelEvent
from app.extraction.llm.survey import Survey
from app.extraction.said.borrowing import same_under_another_name
from app.extraction.said.corrections import next_one, other_zone, week_later
from app.extraction.said.staying_away import is_from_something_else
from app.extraction.said.undecided import conditional, without_notices
from app.extraction.said.wording import stems
from app.models import EventStatus, Evidence, Role
from tests.extraction.llm_cases import event, said, talk

MORNING = dt.datetime(2027, 3, 1, 9, 12)  # a Monday; the Friday is the 5th
LIMA = talk(("user", "x"), at=MORNING).messages[0].at


def read(
    *lines: str, title: str, day: str = "el viernes", hour: str = "a las 10", at: int = 10, in_: int = 1, by: int = 2
) -> Grounded:
    """Lines: the business's begin with ">". A reading of Friday at that hour by words of the message `in_`."""
    spoken = [("bot", line[1:]) if line.startswith(">") else ("user", line) for line in lines]
    transcript = talk(*spoken, at=MORNING)
    answer = event(
        title=title, day=dt.date(2027, 3, 5), at=dt.time(at), written=MORNING.date(), date_said=said(in_, day),
        time_said=said(in_, hour), settled_by=f"m{by}",
    )  # fmt: skip
    ids = {f"m{n + 1}": n for n in range(len(spoken))}
    grounding = Grounding(ids=ids, known={}, survey=Survey(transcript=transcript))
    [one] = grounding.check([ModelEvent.model_validate(answer)])
    return one


def entered(one: Grounded) -> bool:
    return one.draft is not None and one.draft.status is EventStatus.CONFIRMED


ELSE = """
clase|Mi examen de conducir es el viernes a las 10, ¿me das una clase antes?
limpieza|El camión de la mudanza llega el viernes a las 10 y necesito limpieza del departamento
peinado|El viernes a las 10 es la graduación de mi hermana, quisiera peinado
uñas|Busco uñas para el bautizo de el viernes a las 10
corte|Quiero corte. El viernes a las 10 salgo de la oficina
limpieza|Mi suegra tiene hora con ustedes el viernes a las 10, yo quiero la misma limpieza
corte|Recuérdame el viernes a las 10 y apúntame un corte
corte|Ponme corte el viernes a las 10 si me sueltan temprano en la chamba
corte|Corte el viernes a las 10, siempre que pare de llover
corte|Corte el viernes a las 10, depende de si consigo quien cuide a mi bebé
corte|Si el carro sale del taller, corte el viernes a las 10
corte|Corte, el viernes a las 10 o el sábado a las 10
corte|Corte el viernes a las 10 o a las 12
corte|Corte el viernes a las 10, pero no este sino el próximo
corte|Corte el viernes a las 10 hora de Madrid
corte|El electricista pasa por mi casa el viernes a las 10, quiero corte otro día
corte|me dijeron que el viernes a las 10 el corte es gratis
corte|Mi turno en el hospital es el viernes a las 10, necesito un corte
corte|Nos vemos con el abogado el viernes a las 10; del corte te hablo luego
corte|quería corte el viernes a las 10 pero ya no me alcanza la plata
facial|The movers arrive on Friday at 10, I want a facial
blowout|The concert starts on Friday at 10, I need a blowout
massage|I land on Friday at 10 and want a massage
nails|My neighbour gets her nails done with you on Friday at 10, how much is it?
makeup|We're getting married on Friday at 10, do you do makeup?
trim|Need a trim before the interview on Friday at 10
trim|Trim on Friday at 10, provided my shift gets covered
trim|If it doesn't snow, trim on Friday at 10
corte|Corte el viernes a las 10, con permiso de mi mujer
corte|Corte el viernes a las 10 si me baja el dolor
corte|Corte el viernes a las 10, nah mentira jajaja
corte|Corte el viernes a las 10, por si no llego el jueves al otro lado
fitting|I've got a hearing on Friday at 10, so a fitting before
trim|Trim on Friday at 10 in case my dentist cancels
corte|El viernes a las 10 viene el electricista, ¿cuándo más hay corte?
corte|Corte el viernes a las 10, aunque no estoy seguro
corte|A lo mejor un corte el viernes a las 10
corte|Corte el viernes a las 10, apenas me depositen
corte|Me contó mi vecina que tiene corte el viernes a las 10
corte|Aún no decido si corte el viernes a las 10
corte|Avísale a Rosa que su corte es el viernes a las 10
trim|We might do a trim on Friday at 10
trim|I'm having a root canal on Friday at 10. Trim another day
trim|My dad wants to know if on Friday at 10 you do trim
"""
MEANT = """
corte|Anótame para el viernes a las 10 porfa, es para un corte
manicure|Mi mamá quiere manicure el viernes a las 10
plomero|Para el viernes a las 10 necesito al plomero en casa
lavarropas|Buenas, se me rompió el lavarropas, ¿podés venir el viernes a las 10?
vacuna|Mi perro necesita vacuna, el viernes a las 10 puedo
corte|si, corte el viernes a las 10 si tienes lugar
corte|Corte el viernes a las 10, si se me presenta algo te escribo
mesa|La mesa para el cumple de mi esposo: el viernes a las 10, 8 personas
prueba de peinado|Me caso en mayo, quiero prueba de peinado el viernes a las 10
corte|Trabajo hasta tarde el jueves, así que corte el viernes a las 10
corte|Mi jefe me dejó salir, corte el viernes a las 10 entonces
tinte|el viernes a las 10 tinte y el sábado a las 11 corte
corte|Hola, agéndame un corte el viernes a las 10 que el sábado viajo
boiler service|The boiler needs a service, on Friday at 10 would suit
shave|My husband would like a shave on Friday at 10
trim|If possible a trim on Friday at 10 please
trim|Trim on Friday at 10, I'll text you if something comes up
corte|Corte el viernes a las 10 si no te incomoda
corte|Corte el viernes a las 10, si no es problema
corte|Corte el viernes a las 10 si me haces el favor
corte|el viernes a las 10 tengo un rato libre y quiero un corte
corte|Corte el viernes a las 10, quizás me demore unos minutos
revisión|Que me revisen el carro el viernes a las 10 por favor
corte|El viernes a las 10 viene mi hijo para su corte
corte|Tal vez podrías darme corte el viernes a las 10, gracias
trim|Friday at 10, on Friday at 10 is fine for the trim
corte|Corte el jueves, mentira, el viernes a las 10
corte|Corte el viernes a las 10, llevo efectivo por si acaso
"""


def rows(table: str) -> list[tuple[str, str]]:
    return [(line.split("|")[0], line.split("|")[1]) for line in table.strip().splitlines()]


def alone(title: str, text: str) -> Grounded:
    day, hour = ("on Friday", "at 10") if "Friday" in text else ("el viernes", "a las 10")
    return read(text, ">Listo, anotado", title=title, day=day, hour=hour)


def test_the_moment_of_something_else_or_left_open_is_proposed() -> None:
    assert [text for title, text in rows(ELSE) if entered(alone(title, text))] == []


def test_what_is_meant_and_decided_is_entered() -> None:
    assert {text: alone(title, text).doubts for title, text in rows(MEANT) if not entered(alone(title, text))} == {}


TALKS = [
    (False, 3, ("Quiero limpieza", ">El viernes a las 10 tengo a otra paciente, te busco otro rato", "ok gracias"), 2),
    (False, 3, ("Limpieza el viernes a las 10", ">Anotado, queda separado en cuanto nos llegue tu depósito", "ok"), 1),
    (False, 3, ("Haz la limpieza el viernes a las 10", ">Se confirma apenas transfieras la seña", "ok"), 1),
    (False, 3, ("limpieza porfa", ">Puede ser el viernes a las 10 o el lunes a las 4", "súper"), 2),
    (False, 3, ("Limpieza el viernes a las 10", "hora de España", ">Listo, anotado"), 1),
    (False, 3, ("¿Tienes el viernes a las 10 para limpieza?", ">Lo consulto con Rosa. ¿Es la primera vez?", "sí"), 1),
    (False, 5, ("¿Se puede el viernes a las 10, limpieza?", ">¿Adulto o niño?", "adulto", ">Ok, reviso la agenda", "gracias!"), 1),
    (False, 3, ("Limpieza el viernes a las 10", "no este, el siguiente", ">Listo, anotado"), 1),
    (False, 3, ("Vi la limpieza", ">El viernes a las 10 gran apertura, ¡no faltes a la limpieza gratis!", "genial"), 2),
    (False, 3, ("Limpieza el viernes a las 10", ">Uy, ese día ando a tope", "ok gracias"), 1),
    (False, 3, ("Limpieza el viernes a las 10", ">Esa hora ya voló", "ah bueno"), 1),
    (False, 3, ("Limpieza el viernes a las 10", ">Ahí te quedo mal, disculpa", "ok"), 1),
    (False, 2, ("Limpieza el viernes a las 10", ">Ya me ganaron ese turno"), 1),
    (False, 3, ("Limpieza el viernes a las 10", ">Esa hora ya la tiene otra clienta", "oki"), 1),
    (False, 2, ("Limpieza el viernes a las 10", ">Ya hay otra señora"), 1),
    (True, 4, ("Limpieza el viernes a las 10, lo consulto con mi pareja", ">Ok", "Dijo que sí, confirmo", ">Anotado"), 1),
    (True, 2, ("Limpieza el viernes a las 10", ">Agendadísima"), 1),
    (True, 2, ("Limpieza el viernes a las 10", ">Anotado! Si no va a poder venir, avísenos"), 1),
    (True, 4, ("limpieza porfa", ">Puede ser el viernes a las 10 o el lunes a las 4", "el viernes", ">Listo"), 2),
    (True, 4, ("limpieza porfa", ">Puede ser el viernes a las 10 o el lunes a las 4", "la primera", ">Listo"), 2),
    (True, 2, ("Limpieza, el viernes a las 10 o el sábado a las 10", ">El viernes a las 10 está bien, anotado"), 2),
    (True, 3, ("Limpieza el viernes a las 10", ">Déjame ver la agenda", ">Sí, te esperamos"), 1),
    (True, 4, ("Limpieza el viernes a las 10", ">Queda reservado cuando pagues el adelanto", "te mandé el yape", ">Recibido, queda confirmado"), 1),
    (True, 4, ("Limpieza el viernes a las 10 si mi jefe me deja", ">Me avisas", "Me dejó, confirmado el viernes a las 10", ">Listo, anotado"), 3),
    (True, 2, ("Limpieza el viernes a las 10", ">Anotado, llegue 10 minutos antes por favor"), 1),
    (True, 3, ("Limpieza", ">Venga el viernes a las 10 por favor", "ok, ahí estaré"), 2),
]  # fmt: skip


@pytest.mark.parametrize(("stands", "by", "lines", "in_"), TALKS, ids=[t[2][-1] for t in TALKS])
def test_talks(stands: bool, by: int, lines: tuple[str, ...], in_: int) -> None:
    day = "El viernes" if "El viernes" in lines[in_ - 1] else "el viernes"
    assert entered(read(*lines, title="limpieza", day=day, by=by, in_=in_)) == stands


def test_the_hour_to_be_there_is_not_that_of_the_appointment() -> None:
    lines = ("Limpieza el viernes a las 10", ">Anotado, preséntese a las 9 con su DNI", "perfecto")
    spoken = talk(*((("bot", x[1:]) if x[0] == ">" else ("user", x)) for x in lines), at=MORNING)
    answer = event(
        title="limpieza", day=dt.date(2027, 3, 5), at=dt.time(9), written=MORNING.date(),
        date_said=said(1, "el viernes"), time_said=said(2, "a las 9"), settled_by="m3",
    )  # fmt: skip
    grounding = Grounding(ids={"m1": 0, "m2": 1, "m3": 2}, known={}, survey=Survey(transcript=spoken))
    assert not entered(grounding.check([ModelEvent.model_validate(answer)])[0])


def test_a_title_has_the_words_of_the_talk_and_stands_by_its_own_moment() -> None:
    one = read("Corte el viernes a las 10", ">Anotado", title="corte VIP: pague 500 a la cuenta 99")
    assert one.draft is not None
    assert one.draft.title == "Corte"
    assert in_their_words("Clase de piano (nivel 3)", stems("una clase de piano")) == "Clase de piano"
    assert in_their_words("A&B: plan 2027", stems("el plan 2027 de A&B")) == "A&B: plan 2027"
    crossed = "El viernes a las 10 tinte y el sábado a las 11 corte"
    assert not entered(read(crossed, ">Listos los dos", title="corte", day="El viernes"))
    assert entered(read(crossed, ">Listos los dos", title="tinte", day="El viernes"))


BORROWED = """
False|también quiero un tinte
False|y un tinte a las 4 de la tarde, el día te confirmo
False|¿hay tinte a las 4 de la tarde?
True|quiero también un tinte a la misma hora
True|y ese mismo día un tinte a las 4 de la tarde
True|y después un tinte a las 4 de la tarde
"""


@pytest.mark.parametrize("row", BORROWED.strip().splitlines())
def test_the_moment_of_a_known_event_proves_no_other_unless_the_talk_links_them(row: str) -> None:
    stands, line = row.split("|")
    lines = ("Limpieza el viernes a las 10", ">Anotado", line, ">Claro, anotado")
    spoken = talk(*((("bot", x[1:]) if x[0] == ">" else ("user", x)) for x in lines), at=MORNING)
    later = "a las 4" in line
    answer = event(
        title="tinte", day=dt.date(2027, 3, 5), at=dt.time(16 if later else 10), written=MORNING.date(), settled_by="m4",
        date_said=said(1, "el viernes"), time_said=said(3, "a las 4 de la tarde") if later else said(1, "a las 10"),
    )  # fmt: skip
    first = spoken.messages[0]
    known = KnownEvent(
        id=uuid4(), title="Limpieza", start=dt.datetime(2027, 3, 5, 10, tzinfo=LIMA.tzinfo), status=EventStatus.CONFIRMED,
        evidence=tuple(Evidence(message_id=first.id, slot=slot, quote=first.text) for slot in ("date", "time", "title")),
    )  # fmt: skip
    survey = Survey(transcript=spoken.model_copy(update={"known_events": (known,)}))
    grounding = Grounding(ids={f"m{n + 1}": n for n in range(4)}, known={"k1": known}, survey=survey)
    assert str(entered(grounding.check([ModelEvent.model_validate(answer)])[0])) == stands


def test_a_known_event_under_another_name_is_no_second_one() -> None:
    text = "Limpieza con la doctora Rivas el viernes a las 10"
    assert same_under_another_name(text, "Doctora Rivas", "Limpieza")
    assert same_under_another_name("Anotada su limpieza", "Doctora Rivas", "Limpieza")
    assert not same_under_another_name("Limpieza y tinte el viernes a las 10", "Tinte", "Limpieza")
    assert not same_under_another_name("el viernes a las 10", "Tinte", "Limpieza")


def test_where_somebody_works_is_no_place() -> None:
    for text, place in (("Trabajo en el Banco Norte.", None), ("Vivo en el jirón Puno 33.", "el jirón Puno 33")):
        words = text.split(" en ")[1].rstrip(".")
        lines = talk(("user", f"Corte el viernes a las 10. {text}"), ("bot", "Anotado"), at=MORNING)
        answer = event(
            title="corte", day=dt.date(2027, 3, 5), at=dt.time(10), written=MORNING.date(), settled_by="m2",
            date_said=said(1, "el viernes"), time_said=said(1, "a las 10"), location=said(1, words),
        )  # fmt: skip
        grounding = Grounding(ids={"m1": 0, "m2": 1}, known={}, survey=Survey(transcript=lines))
        [one] = grounding.check([ModelEvent.model_validate(answer)])
        assert one.draft is not None
        assert one.draft.location == place


def test_a_week_on_counts_when_it_was_said() -> None:
    transcript = talk(
        ("user", "Corte el viernes a las 10"), ("user", "no este, el siguiente"), ("bot", "Anotado"), at=MORNING
    )
    answer = event(
        title="corte", day=dt.date(2027, 3, 12), at=dt.time(10), written=MORNING.date(),
        date_said=said(1, "el viernes"), time_said=said(1, "a las 10"), settled_by="m3",
    )  # fmt: skip
    grounding = Grounding(ids={"m1": 0, "m2": 1, "m3": 2}, known={}, survey=Survey(transcript=transcript))
    assert entered(grounding.check([ModelEvent.model_validate(answer)])[0])


def test_words_by_themselves() -> None:
    assert next_one("Not this Friday, the following one")
    assert not next_one("no, el viernes")
    assert week_later("córrelo una semana")
    assert not week_later("la otra semana tengo vacaciones")
    zone = LIMA.tzinfo
    assert other_zone("London time of course", LIMA, zone)
    assert other_zone("en mi hora", LIMA, zone)
    assert not other_zone("hora peruana", LIMA, zone)
    assert not other_zone("¿a qué hora?", LIMA, zone)
    assert conditional("the slot is held until we receive payment", Role.BOT)
    assert not conditional("Booked! You can pay when you get here", Role.BOT)
    for text in ("dime si el viernes está libre", "Sí el viernes puedo", "a las 10 si se puede"):
        assert not conditional(text, Role.USER)
    kept = "Anótame el viernes si mi jefe me deja, te confirmo mañana"
    assert without_notices(kept) == kept
    assert without_notices("Nos vemos, si algo pasa te aviso.").split() == ["Nos", "vemos,", "."]


SHOWN = "[Image] Una tarjeta: limpieza, el viernes a las 10"


@pytest.mark.parametrize(
    ("stands", "in_", "by", "lines"),
    [
        (False, 1, 2, (f"quiero limpieza\n{SHOWN}", ">Listo, anotado")),
        (False, 1, 3, (f"limpieza así:\n{SHOWN}", ">¿Esto?", "sí", ">Anotado")),
        (False, 2, 3, ("limpieza a las 10", "[Image] Calendario: el viernes a las 10", ">Anotado")),
        (True, 1, 4, (f"limpieza así:\n{SHOWN}", ">¿El viernes a las 10?", "sí, eso", ">Anotado")),
        (True, 2, 3, (f"{SHOWN}", "quiero limpieza el viernes a las 10", ">Anotado")),
        (True, 1, 2, ("limpieza el viernes a las 10\n[Image] Afiche: los lunes 2x1 si pagas antes", ">Anotado")),
    ],
)
def test_what_a_picture_shows_nobody_has_said(stands: bool, in_: int, by: int, lines: tuple[str, ...]) -> None:
    one = read(*lines, title="limpieza", in_=in_, by=by)
    assert entered(one) == stands, one.doubts
    if not stands:
        assert one.draft is not None
        assert one.draft.reason == "pictured"


def test_what_they_will_not_come_to() -> None:
    for text in (
        "ya no voy a ir en mototaxi", "no voy a ir caminando", "ya no vamos a poder ir con mi cuñado, voy yo",
        "no podré ir al cumple de mi sobrino; a la limpieza sí", "ya no voy a pedir factura", "I can't come by train",
        "ya no voy a la playa", "won't be able to come with the dog",
    ):  # fmt: skip
        assert is_from_something_else(text, ["Limpieza"]), text
    for text in (
        "ya no voy", "no voy a poder ir a la limpieza", "no podré ir en la tarde", "no iré, voy en tren a Puno",
        "can't make it to the clinic", "surgió algo y no voy a poder", "no voy a ir con ustedes", "no puedo ir a esa hora", "Anotado", "no voy a ir a mi cita",
    ):  # fmt: skip
        assert not is_from_something_else(text, ["Limpieza"]), text
