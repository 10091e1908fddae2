"""What plainly calls an appointment off: asked or said in the first person, of an appointment, and not taken back."""

import asyncio
import datetime as dt
import json

import pytest
from pydantic import SecretStr

from app.extraction.base import KnownEvent, Reason
from app.extraction.llm.extractor import Limits, LLMExtractor
from app.extraction.said.cancelling import pays, plainly, taken_back
from app.extraction.said.wording import stems, telling
from app.models import EventStatus
from tests.extraction.llm_cases import talk
from tests.extraction.llm_traps import cancelled, known, reading
from tests.support.openai_server import OpenAIServer, say

MORNING = dt.datetime(2027, 3, 1, 9, 0)
TITLES = ["Pedicura", "Masaje"]
BOOKED = [("user", "Pedicura el miércoles a las 15"), ("bot", "Perfecto, anotada")]
SECOND = [("user", "y masaje el viernes a las 16"), ("bot", "Perfecto, anotado también")]


@pytest.mark.parametrize(
    "text",
    """Anula mi turno por favor
    buenas, tengo que cancelar la pedicura
    no llego, cancélala
    ¿me la pueden cancelar?
    quisiera anular la del miércoles
    Could you please cancel my appointment?
    I have to cancel, my car broke down
    cancel it please
    si es posible anúlenla
    voy a cancelar por un tema familiar
    let's cancel Wednesday""".split("\n    "),
)
def test_what_asks_for_it_is_plain(text: str) -> None:
    assert plainly(text, TITLES)


@pytest.mark.parametrize(
    "text",
    """ayer cancelé la cuota por transferencia
    ¿hasta cuándo puedo cancelar?
    quiero cancelar el saldo
    cancelaron mi vuelo
    mi primo dice que cancela el suyo
    si llueve la anulo
    no me la vayan a cancelar
    ¿la cancelo o no?
    cancela el pedido de toallas
    please don't cancel it
    my boss cancelled the trip, so I have time
    unless I call you, cancel nothing
    cancel my gym pass
    I'd cancel it if it rains
    hoy cancelé Spotify""".split("\n    "),
)
def test_what_pays_supposes_or_means_another_thing_is_not(text: str) -> None:
    assert not plainly(text, TITLES)


def test_what_is_quoted_is_not_said() -> None:
    assert not plainly("> anula mi cita\nuy, eso era para otro lado", TITLES)


def test_the_business_tells_what_it_did() -> None:
    assert plainly("Listo, anulada tu pedicura", TITLES, business=True)
    assert not plainly("Ya está cancelado, ahí va el recibo", TITLES)


def test_paying_is_told_from_calling_off() -> None:
    assert pays("¿se puede cancelar con tarjeta?")
    assert not pays("cancela la pedicura, por favor")


@pytest.mark.parametrize("text", ["era broma, sí voy", "no, mejor déjala", "oops wrong chat", "please keep it", "nvm"])
def test_it_can_be_taken_back(text: str) -> None:
    assert taken_back(text)


def read(lines: list[tuple[str, str]], events: tuple[KnownEvent, ...], *answers: dict[str, object]) -> list[object]:
    transcript = talk(*lines, at=MORNING).model_copy(update={"known_events": events})
    with OpenAIServer(respond=lambda _: say(json.dumps({"events": answers}))) as server:
        extractor = LLMExtractor(
            api_key=SecretStr("x"), base_url=server.base_url, model="m", limits=Limits(timeout=20, attempts=1)
        )
        return [(d.title, d.status, d.reason) for d in asyncio.run(extractor.extract(transcript)).events]


def of(lines: list[tuple[str, str]]) -> tuple[KnownEvent, KnownEvent]:
    return known(lines, "Pedicura", 2, 15, 1, "off"), known(lines, "Masaje", 4, 16, 3, "off")


UNSURE = (EventStatus.PROPOSED, Reason.CANCEL_UNSURE.value)
OFF = (EventStatus.CANCELLED, None)


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        (["Por favor anula mi cita"], OFF),
        (["ya cancelé los 30 por plin"], UNSURE),
        (["anula mi cita", "mentira, sí voy"], UNSURE),
        (["cancela mi cita", ">¿Seguro?", "no no"], UNSURE),
        (["No hace falta toalla, gracias"], UNSURE),
    ],
)
def test_a_known_event_is_called_off_only_plainly(said: list[str], becomes: tuple[object, object]) -> None:
    lines = [*BOOKED, *(("bot", s[1:]) if s.startswith(">") else ("user", s) for s in said)]
    event = known(lines, "Pedicura", 2, 15, 1, "off")
    assert read(lines, (event,), cancelled("k1", 3)) == [("Pedicura", *becomes)]


@pytest.mark.parametrize(
    ("said", "pedicure", "massage"),
    [
        ("Cancela todo menos el masaje", OFF, UNSURE),
        ("anula la primera por favor", OFF, UNSURE),
        ("el masaje se queda, la otra anúlala", OFF, UNSURE),
        ("cancela la segunda", UNSURE, OFF),
        ("cancela la de los pies", UNSURE, UNSURE),
    ],
)
def test_of_two_the_one_that_is_left_out_stands(
    said: str, pedicure: tuple[object, object], massage: tuple[object, object]
) -> None:
    lines = [*BOOKED, *SECOND, ("user", said)]
    got = read(lines, of(lines), cancelled("k1", 5), cancelled("k2", 5))
    assert sorted(got) == [("Masaje", *massage), ("Pedicura", *pedicure)]  # type: ignore[type-var]


def test_a_nail_salon_has_titles() -> None:
    assert stems("uñas") & stems("quiero hacerme las unas")
    assert telling("Uñas")


@pytest.mark.parametrize(
    ("said", "short", "status"),
    [
        ("mejor la pedicura el jueves a las 15", None, EventStatus.CONFIRMED),
        ("cámbiame la pedicura al jueves a las 15", "k1", EventStatus.CONFIRMED),
        (
            "cambió mi turno del trabajo: mi hija también quiere pedicura, el jueves a las 15",
            "k1",
            EventStatus.PROPOSED,
        ),
    ],
)
def test_a_new_time_is_a_change_of_the_one_that_it_is_said_of(
    said: str, short: str | None, status: EventStatus
) -> None:
    lines = [*BOOKED, ("user", said), ("bot", "Listo, cambiada")]
    event = known(lines, "Pedicura", 3, 15, 1, "off")
    transcript = talk(*lines, at=MORNING).model_copy(update={"known_events": (event,)})
    answer = reading(lines, "Pedicura", 4, 15, "es", by=4, day_in=3) | {"known": short}
    with OpenAIServer(respond=lambda _: say(json.dumps({"events": [answer]}))) as server:
        extractor = LLMExtractor(
            api_key=SecretStr("x"), base_url=server.base_url, model="m", limits=Limits(timeout=20, attempts=1)
        )
        [draft] = asyncio.run(extractor.extract(transcript)).events
    assert (draft.status, draft.event_id) == (status, event.id)
