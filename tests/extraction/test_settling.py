"""Whether somebody really agreed: a model names the message, its words decide."""

import asyncio
import datetime as dt
import json
from uuid import uuid4

import pytest
from pydantic import SecretStr

from app.extraction.base import KnownEvent, Reason
from app.extraction.llm.extractor import Limits, LLMExtractor
from app.extraction.llm.grounding import Grounding
from app.extraction.llm.schema import ModelEvent
from app.extraction.llm.survey import Survey
from app.extraction.reconcile import reconcile
from app.models import ChangeAction, EventDraft, EventStatus, Evidence
from tests.extraction.llm_cases import event, said, talk
from tests.support.openai_server import OpenAIServer, Reply, say

MORNING = dt.datetime(2027, 3, 1, 9, 0)  # a Monday
MONDAY, FRIDAY = MORNING.date(), dt.date(2027, 3, 5)
WISH = ("user", "buenas, ¿habrá campo para manicura el viernes a las 10?")
OFFER = ("bot", "Para manicura tengo el viernes a las 10")
ENGLISH = ("user", "hi, could I come in for a manicure on Friday at 10?")


def reading(where: int, settled: int, *, english: bool = False, **more: object) -> dict[str, object]:
    day, at = ("on Friday", "at 10") if english else ("el viernes", "a las 10")
    return event(
        title="manicure" if english else "manicura",
        day=FRIDAY,
        at=dt.time(10),
        written=MONDAY,
        date_said=said(where, day),
        time_said=said(where, at),
        settled_by=f"m{settled}",
        **more,
    )


def check(*lines: tuple[str, str], where: int, settled: int, english: bool = False) -> EventDraft:
    transcript = talk(*lines, at=MORNING)
    ids = {f"m{n + 1}": n for n in range(len(lines))}
    answer = ModelEvent.model_validate(reading(where, settled, english=english))
    [one] = Grounding(ids=ids, known={}, survey=Survey(transcript=transcript)).check([answer])
    assert one.draft is not None
    return one.draft


@pytest.mark.parametrize(
    "answer",
    [
        "Claro que sí, te espero",
        "Listo, queda reservado",
        "Perfecto. ¿A nombre de quién?",
        "Dale, anotado",
        "Viernes 5 a las 10, agendado",
    ],
)
def test_the_business_agrees(answer: str) -> None:
    assert check(WISH, ("bot", answer), where=1, settled=2).status is EventStatus.CONFIRMED


@pytest.mark.parametrize(
    "answer",
    [
        "Buenas, bienvenida al salón",
        "Lo siento, el viernes no atendemos",
        "Déjame revisar y te aviso",
        "A esa hora ya está ocupado",
        "¿Te agendo entonces? Confírmame por favor",
        "La manicura cuesta 40 soles",
        "¿A qué hora prefieres?",
    ],
)
def test_the_business_does_not(answer: str) -> None:
    draft = check(WISH, ("bot", answer), where=1, settled=2)
    assert (draft.status, draft.reason) == (EventStatus.PROPOSED, Reason.NOT_SETTLED)


@pytest.mark.parametrize("answer", ["sí, perfecto", "ya, ahí estaré", "la de las 10 por favor", "okis, resérvamelo"])
def test_the_customer_agrees(answer: str) -> None:
    assert check(OFFER, ("user", answer), where=1, settled=2).status is EventStatus.CONFIRMED


@pytest.mark.parametrize(
    "answer",
    ["mmm no puedo", "te confirmo más tarde", "¿y cuánto cuesta?", "hola", "no, gracias", "déjame ver con mi esposo"],
)
def test_the_customer_does_not(answer: str) -> None:
    draft = check(OFFER, ("user", answer), where=1, settled=2)
    assert (draft.status, draft.reason) == (EventStatus.PROPOSED, Reason.NOT_SETTLED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("resérvame manicura el viernes a las 10 por favor", EventStatus.CONFIRMED),
        ("anótame para manicura el viernes a las 10", EventStatus.CONFIRMED),
        ("quizás vaya por una manicura el viernes a las 10", EventStatus.PROPOSED),
        ("¿el viernes a las 10 hacen manicura?", EventStatus.PROPOSED),
        ("si pudiera, reservaría manicura el viernes a las 10, ya te confirmo", EventStatus.PROPOSED),
    ],
)
def test_the_customers_word_alone_has_to_be_an_order(text: str, expected: EventStatus) -> None:
    assert check(("user", text), where=1, settled=1).status is expected


@pytest.mark.parametrize("answer", ["Ese día estamos cerrados, disculpa", "A esa hora no puedo, está ocupado"])
def test_an_order_that_the_business_refuses_settles_nothing(answer: str) -> None:
    order = ("user", "resérvame manicura el viernes a las 10 por favor")
    assert check(order, ("bot", answer), where=1, settled=1).reason == Reason.NOT_SETTLED


@pytest.mark.parametrize(
    "after",
    [
        [("user", "al final no voy a poder, cancela la manicura"), ("bot", "Ok, cancelada")],
        [("user", "mejor pásame la manicura al sábado a las 12"), ("bot", "Listo, sábado a las 12")],
    ],
    ids=["called off", "moved"],
)
def test_what_was_undone_later_is_not_confirmed(after: list[tuple[str, str]]) -> None:
    """A model that stopped reading in the middle: words and agreement are right, and no longer true."""
    draft = check(
        ("user", "quiero una manicura el viernes a las 10"), ("bot", "Listo, agendado"), *after, where=1, settled=2
    )
    assert (draft.status, draft.reason) == (EventStatus.PROPOSED, Reason.NOT_SETTLED)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Sure, you're booked", EventStatus.CONFIRMED),
        ("Great, what name should I put it under?", EventStatus.CONFIRMED),
        ("Sorry, we are fully booked then", EventStatus.PROPOSED),
        ("Let me check and get back to you", EventStatus.PROPOSED),
        ("Welcome to the salon!", EventStatus.PROPOSED),
    ],
)
def test_in_english(answer: str, expected: EventStatus) -> None:
    assert check(ENGLISH, ("bot", answer), where=1, settled=2, english=True).status is expected


# ---------------------------------------------------------------- what is confirmed already

TALK = [
    ("user", "quiero una manicura el viernes a las 10"),
    ("bot", "Listo, agendado"),
    ("user", "¿y no será mejor el sábado 8? bueno, no sé, ahí vemos"),
]
TRANSCRIPT = talk(*TALK, at=MORNING)
KNOWN = KnownEvent(
    id=uuid4(),
    title="Manicura",
    start=dt.datetime.combine(FRIDAY, dt.time(10), TRANSCRIPT.messages[0].at.tzinfo),
    status=EventStatus.CONFIRMED,
    evidence=(Evidence(message_id=TRANSCRIPT.messages[0].id, slot="date", quote="el viernes"),),
)


def extract(answer: dict[str, object], known: tuple[KnownEvent, ...]):
    body = say(json.dumps({"events": [answer]}))

    def respond(_: object) -> Reply:
        return body

    with OpenAIServer(respond=respond) as server:
        extractor = LLMExtractor(
            api_key=SecretStr("k"), base_url=server.base_url, model="m", limits=Limits(attempts=1, backoff=0.01)
        )
        transcript = TRANSCRIPT.model_copy(update={"known_events": known})
        return reconcile(asyncio.run(extractor.extract(transcript)), known, conversation=KNOWN.id)


UNSURE = {
    "a day that its weekday contradicts": (
        reading(1, 3, known="k1")
        | {
            "date": {"year": 2027, "month": 3, "day": 6, "weekday": "saturday", "counted_from": "2027-03-01"},
            "date_said": said(3, "el sábado 8"),
        },
        Reason.CHANGE_UNSURE,
    ),
    "another day, and no message for it": (
        reading(1, 2, known="k1")
        | {
            "date": {"year": 2027, "month": 3, "day": 6, "weekday": "saturday", "counted_from": "2027-03-01"},
            "date_said": said(9, "el sábado"),
        },
        Reason.CHANGE_UNSURE,
    ),
    "called off by nobody": (
        reading(1, 2, known="k1") | {"status": "cancelled", "cancelled_by": "m3"},
        Reason.CANCEL_UNSURE,
    ),
}


@pytest.mark.parametrize("name", UNSURE)
def test_a_doubtful_change_of_a_confirmed_event_is_seen_and_changes_nothing(name: str) -> None:
    answer, reason = UNSURE[name]
    [change] = extract(answer, (KNOWN,))
    assert change.action is ChangeAction.CREATE
    assert change.event_id != KNOWN.id
    assert (change.draft.status, change.draft.reason) == (EventStatus.PROPOSED, reason)
    # Read again it is the same proposal, also when a person has rejected it.
    for status in (EventStatus.PROPOSED, EventStatus.CANCELLED):
        beside = KnownEvent(id=change.event_id, title=change.draft.title, start=change.draft.start, status=status,
                            evidence=change.draft.evidence, reason=change.draft.reason)  # fmt: skip
        assert extract(answer, (KNOWN, beside)) == ()


def _known(title: str, day: dt.date, hour: int, transcript, index: int) -> KnownEvent:
    zone = transcript.messages[0].at.tzinfo
    return KnownEvent(
        id=uuid4(),
        title=title,
        start=dt.datetime.combine(day, dt.time(hour), zone),
        end=None,
        all_day=False,
        location=None,
        status=EventStatus.CONFIRMED,
        revision=1,
        evidence=(Evidence(message_id=transcript.messages[index].id, slot="date", quote=""),),
    )


TWO = (
    ("user", "quiero una limpieza dental el lunes 8 a las 10"),
    ("bot", "Listo, limpieza dental agendada el lunes 8 a las 10"),
    ("user", "y una radiografía el martes 9 a las 10"),
    ("bot", "Listo, radiografía agendada el martes 9 a las 10. ¿Desea agregar algo más?"),
    ("user", "no, gracias"),
)


def test_a_new_event_under_a_known_one_s_id_moves_nothing() -> None:
    transcript = talk(*TWO, at=MORNING)
    ids = {f"m{n + 1}": n for n in range(len(TWO))}
    other = event(
        title="limpieza dental", day=dt.date(2027, 3, 9), at=dt.time(10), written=MONDAY,
        date_said=said(3, "el martes 9"), time_said=said(3, "a las 10"), settled_by="m4", known="k1",
    )  # fmt: skip
    known = {"k1": _known("Limpieza dental", dt.date(2027, 3, 8), 10, transcript, 0)}
    [one] = Grounding(ids=ids, known=known, survey=Survey(transcript=transcript)).check(
        [ModelEvent.model_validate(other)]
    )
    assert (one.draft.status, one.draft.reason) == (EventStatus.PROPOSED, Reason.CHANGE_UNSURE)


def test_a_no_to_something_else_cancels_nothing() -> None:
    transcript = talk(*TWO, at=MORNING)
    ids = {f"m{n + 1}": n for n in range(len(TWO))}
    gone = event(
        title="limpieza dental", day=dt.date(2027, 3, 8), at=dt.time(10), written=MONDAY,
        date_said=None, time_said=None, known="k1", status="cancelled", cancelled_by="m5",
    )  # fmt: skip
    known = {"k1": _known("Limpieza dental", dt.date(2027, 3, 8), 10, transcript, 0)}
    [one] = Grounding(ids=ids, known=known, survey=Survey(transcript=transcript)).check(
        [ModelEvent.model_validate(gone)]
    )
    assert (one.draft.status, one.draft.reason) == (EventStatus.PROPOSED, Reason.CANCEL_UNSURE)


def test_a_yes_to_the_day_that_was_offered_instead_settles_no_other() -> None:
    draft = check(
        ("user", "quiero manicura el viernes a las 10"),
        ("bot", "El viernes no podemos. ¿Le sirve el sábado a las 10?"),
        ("user", "Sí, perfecto"),
        ("bot", "Listo, queda agendado"),
        where=1,
        settled=4,
    )
    assert (draft.status, draft.reason) == (EventStatus.PROPOSED, Reason.NOT_SETTLED)


def test_a_proposal_at_a_doubtful_moment_is_not_settled_without_its_words() -> None:
    lines = (
        ("user", "limpieza dental el miércoles 9 de marzo a las 10"),  # a Tuesday
        ("bot", "Anotado"),
        ("user", "sí, gracias"),
    )
    transcript = talk(*lines, at=MORNING)
    ids = {f"m{n + 1}": n for n in range(len(lines))}
    again = event(
        title="limpieza dental", day=dt.date(2027, 3, 9), at=dt.time(10), written=MONDAY,
        date_said=None, time_said=None, settled_by="m3", known="k1",
    ) | {"time": None}  # fmt: skip
    known = _known("Limpieza dental", dt.date(2027, 3, 9), 10, transcript, 0).model_copy(
        update={"status": EventStatus.PROPOSED, "reason": Reason.WEEKDAY_MISMATCH.value}
    )
    [one] = Grounding(ids=ids, known={"k1": known}, survey=Survey(transcript=transcript)).check(
        [ModelEvent.model_validate(again)]
    )
    assert one.draft is None or one.draft.status is EventStatus.PROPOSED
