"""Which event, month and week are meant: where it may be two, it is asked, and the wrong one never moves."""

import datetime as dt
from functools import lru_cache
from uuid import uuid4

import pytest

from app.agent.turn import Answer
from app.models import ChangeAction, EventChange, EventDraft, EventSource, Evidence, Role
from tests.agent.chat import Chat
from tests.agent.test_dialogues import AGENT

_TWO = ("Agenda tinte el 6 de agosto a las 10", "Agenda peinado el 7 de agosto a las 11")
_TINTE, _PEINADO = "2026-08-06T10:00 Tinte", "2026-08-07T11:00 Peinado"


def _after(*says: str, locale: str = "es", start: str = "2026-03-02T09:00") -> tuple[list[str], str]:
    chat = _told(says[:-1], locale, start).copy()
    answer = chat.say(says[-1])
    return chat.agenda, answer


@lru_cache
def _told(says: tuple[str, ...], locale: str, start: str) -> Chat:
    chat = Chat(AGENT, locale=locale, start=start)
    for text in says:
        chat.say(text)
    return chat


@pytest.mark.parametrize(
    ("says", "agenda"),
    [
        ("cancela la cita del 6", [_PEINADO]),
        ("mueve la del 6 a las 12", ["2026-08-06T12:00 Tinte", _PEINADO]),
        ("mueve la del 6 al 20", [_PEINADO, "2026-08-20T10:00 Tinte"]),
        ("pasa la primera al 5", ["2026-08-05T10:00 Tinte", _PEINADO]),
        ("cancela la segunda", [_TINTE]),
        ("cancela la tercera", [_TINTE, _PEINADO]),
        ("al del 6 no voy a poder ir, cancélalo", [_PEINADO]),
        ("necesito anular una", [_TINTE, _PEINADO]),
        ("cambia la del 9 al 12", [_TINTE, _PEINADO]),
        ("y el 21 también", [_TINTE, _PEINADO, "2026-08-21T11:00 Peinado"]),
        ("y otra el 21 a las 9", [_TINTE, _PEINADO, "2026-08-21T09:00 Peinado"]),
    ],
)
def test_of_two_the_one_that_is_meant(says: str, agenda: list[str]) -> None:
    assert _after(*_TWO, says)[0] == agenda


@pytest.mark.parametrize(
    ("says", "agenda"),
    [
        ("mueve las dos al 10 de agosto", ["2026-08-10T10:00 Tinte", "2026-08-10T11:00 Peinado"]),
        ("necesito pasar las dos al día siguiente", ["2026-08-07T10:00 Tinte", "2026-08-08T11:00 Peinado"]),
        ("el peinado mejor no", [_TINTE, _PEINADO]),  # asked about
    ],
)
def test_each_keeps_what_is_not_said(says: str, agenda: list[str]) -> None:
    found, said = _after(*_TWO, says)
    assert found == agenda
    assert "?" not in said or "cancelar Peinado" in said


def test_another_thing_before_it_is_booked() -> None:
    says = ("quiero una manicure el 6 de agosto", "no, mejor pedicure", "a las 10")
    assert _after(*says)[0] == ["2026-08-06T10:00 Pedicure"]


def test_both_are_moved_to_an_hour() -> None:
    agenda, _ = _after(*_TWO, "pasa ambas a las 12")
    assert agenda == ["2026-08-06T12:00 Tinte", "2026-08-07T12:00 Peinado"]


def test_what_was_not_plainly_asked_is_not_passed_over() -> None:
    """One is booked; whether the other is called off is asked, and a yes does it."""
    says = ("tinte el jueves a las 5", "me salió un viaje, cancélame esa y ponme una el sábado a las 9")
    agenda, answer = _after(*says)
    assert agenda == ["2026-03-05T17:00 Tinte", "2026-03-07T09:00 Tinte"] or agenda == ["2026-03-07T09:00 Tinte"]
    assert len(agenda) == 1 or "cancelar Tinte, el jueves 5" in answer
    assert _after(*says, *(["sí"] if len(agenda) > 1 else []))[0] == ["2026-03-07T09:00 Tinte"]


def test_the_second_by_time_is_not_the_second_made() -> None:
    made = ("Agenda tinte el 7 de agosto a las 10", "Agenda peinado el 6 de agosto a las 11")
    agenda, answer = _after(*made, "cancela la segunda")
    assert len(agenda) == 2
    assert answer.index("Peinado") < answer.index("Tinte")  # asked, in the order of the list
    assert _after(*made, "cancela la segunda", "la segunda")[0] == ["2026-08-06T11:00 Peinado"]
    assert _after(*made, "¿qué citas tengo?", "cancela la segunda")[0] == ["2026-08-06T11:00 Peinado"]


@pytest.mark.parametrize(
    ("locale", "says", "agenda"),
    [
        ("es", ("Anota yoga el miércoles a las 9", "pásala del miércoles al viernes"), "2026-03-06T09:00 Yoga"),
        ("en", ("Book yoga for Wednesday at 9am", "move it from Wednesday to Friday"), "2026-03-06T09:00 Yoga"),
        ("es", ("Anota yoga el 10 de septiembre a las 9", "pásala al jueves 17"), "2026-09-17T09:00 Yoga"),
        ("es", ("Anota yoga el lunes 16 a las 9", "pásala al jueves"), "2026-03-19T09:00 Yoga"),
        ("es", ("Anota yoga el lunes 16 a las 9", "gracias", "pásala al jueves", "el 19"), "2026-03-19T09:00 Yoga"),
        (
            "es",
            ("Anota yoga el lunes 16 a las 9", "gracias", "pásala al jueves", "la 1"),
            "2026-03-05T09:00 Yoga",
        ),
        ("es", ("Anota yoga el lunes 16 a las 9", "córremela dos días"), "2026-03-18T09:00 Yoga"),
        ("es", ("Anota yoga el lunes 16 a las 9", "adelántala una semana"), "2026-03-09T09:00 Yoga"),
        ("en", ("Book yoga for March 16 at 9am", "move it one day later"), "2026-03-17T09:00 Yoga"),
        ("es", ("Anota yoga el martes a las 9", "pásala al jueves", "no, déjala como estaba"), "2026-03-03T09:00 Yoga"),
        ("es", ("Anota yoga el martes a las 9", "pásala al jueves, o no, mejor déjala"), "2026-03-03T09:00 Yoga"),
    ],
)
def test_a_weekday_of_a_later_week(locale: str, says: tuple[str, ...], agenda: str) -> None:
    assert _after(*says, locale=locale)[0] == [agenda]


def test_a_weekday_that_may_be_in_two_weeks_is_asked() -> None:
    agenda, answer = _after("Anota yoga el lunes 16 a las 9", "gracias", "pásala al jueves")
    assert agenda == ["2026-03-16T09:00 Yoga"]
    assert "5 de marzo" in answer
    assert "19 de marzo" in answer


@pytest.mark.parametrize(
    ("locale", "says", "asks", "agenda"),
    [
        ("es", ("quiero yoga hoy a las 9", "sí"), "21:00", ["2026-03-02T21:00 Yoga"]),
        ("es", ("quiero yoga hoy a las 9", "no, mañana a las 9"), "21:00", ["2026-03-03T09:00 Yoga"]),
        ("es", ("quiero yoga hoy a las 9 de la mañana", "sí"), "otro día", []),
        ("en", ("book yoga today at 9", "yes"), "9:00 pm", ["2026-03-02T21:00 Yoga"]),
    ],
)
def test_an_hour_that_has_passed_is_not_taken_for_the_evening(
    locale: str, says: tuple[str, ...], asks: str, agenda: list[str]
) -> None:
    chat = Chat(AGENT, locale=locale, start="2026-03-02T15:00")
    assert asks in chat.say(says[0])
    assert chat.agenda == []
    chat.say(says[1])
    assert chat.agenda == agenda


@pytest.mark.parametrize(
    ("locale", "says", "agenda"),
    [
        # The first is the one that stands, not the one that still has no subject; that one is asked for again.
        (
            "es",
            (
                "Quiero un tinte el 6 de agosto a las 10",
                "y una cita el 7 de agosto a las 11",
                "la primera pásala al 5 de agosto",
                "peinado",
            ),
            ["2026-08-05T10:00 Tinte", "2026-08-07T11:00 Peinado"],
        ),
        # "Siguiente" and "following" count from the day that is talked about, also before it is booked.
        ("es", ("tinte el jueves 12 a las 10", "pásala al lunes siguiente a las 9"), ["2026-03-16T09:00 Tinte"]),
        (
            "es",
            ("¿Se puede un tinte el jueves 12 a las 10?", "¿y el martes siguiente a las 9?", "sí"),
            ["2026-03-17T09:00 Tinte"],
        ),
        ("en", ("haircut on Thursday the 12th at 10", "move it to the following Monday"), ["2026-03-16T10:00 Haircut"]),
        (
            "es",
            ("tinte el jueves 5 a las 10", "pásala a la semana siguiente, el martes 10"),
            ["2026-03-10T10:00 Tinte"],
        ),
        ("en", ("haircut tomorrow at 10", "can we do next week on Friday at 3 instead"), ["2026-03-13T15:00 Haircut"]),
        ("es", ("tinte el lunes 16 a las 10", "sí por favor cancélala"), []),
        ("es", ("tinte el martes a las 10", "ok, ahí estaré el martes"), ["2026-03-03T10:00 Tinte"]),
        (
            "en",
            ("I'd like a haircut, I was thinking maybe Thursday at quarter to five if that's okay", "yes"),
            ["2026-03-05T16:45 Haircut"],
        ),
    ],
)
def test_the_day_and_the_one_that_are_talked_about(locale: str, says: tuple[str, ...], agenda: list[str]) -> None:
    assert _after(*says, locale=locale)[0] == agenda


def test_a_length_goes_back_to_what_it_was() -> None:
    for first, change in (("de 10 a 11", "acórtalo 15 minutos"), ("a las 10", "alárgalo media hora")):
        _, answer = _after(f"tinte el lunes 16 {first}", change, "no, déjalo como estaba")
        assert "de 10:00 a 11:00" in answer


@pytest.mark.parametrize(
    ("says", "agenda"),
    [
        ("¿la podemos pasar al viernes a las 10?", ["2026-03-06T10:00 Baño para mi perro"]),
        ("gracias", ["2026-03-05T10:00 Baño para mi perro"]),
    ],
)
def test_what_a_person_arranged_and_the_batch_read_is_no_wish_any_more(says: str, agenda: list[str]) -> None:
    chat = Chat(AGENT)
    chat.write("quiero un baño para mi perro")
    chat.write("¿te va el jueves 5 a las 10?", role=Role.BOT)
    yes = chat.write("sí")
    proof = Evidence(message_id=yes.id, slot="settled", quote="sí")
    made = (_created(proof, chat.local("2026-03-05T10:00")),)
    chat.commit(Answer(text="Listo", changes=made, language="es"))
    chat.messages.pop()  # a person's, and not said at all
    chat.events = {key: e.model_copy(update={"source": EventSource.BATCH}) for key, e in chat.events.items()}
    answer = chat.say(says)
    assert (chat.agenda, "ya tienes" in answer) == (agenda, False)


def _created(proof: Evidence, start: dt.datetime) -> EventChange:
    draft = EventDraft(title="Baño para mi perro", start=start, time_zone="America/Lima", evidence=(proof,))
    return EventChange(action=ChangeAction.CREATE, event_id=uuid4(), draft=draft, evidence=(proof,))


def test_what_changes_no_moment_asks_for_none() -> None:
    for last in ("ahí estaré el lunes", "mejor secado en vez de tinte"):
        assert "¿Para cuándo" not in _after("tinte el lunes a las 10", last)[1]
    assert _after("haircut on Monday at 10", "see ya", locale="en")[1] == "See you!"
    asked = ("haircut on March 10 at 10", "what about the 11th? is it free?", "no keep the 10th")
    assert "would it be" not in _after(*asked, locale="en")[1]


@pytest.mark.parametrize(
    ("answer", "asked", "agenda"),
    [
        ("la del 7 sigue, ¿no?", "", [_TINTE, _PEINADO]),  # what stays is not called off
        ("¿la del 7 cuál es?", "", [_TINTE, _PEINADO]),
        ("la del 7", "cancelado: Peinado", [_TINTE]),
    ],
)
def test_a_question_picks_nothing_to_call_off(answer: str, asked: str, agenda: list[str]) -> None:
    found, said = _after(*_TWO, "necesito anular una", answer)
    assert found == agenda
    assert asked in said


@pytest.mark.parametrize(
    ("says", "agenda"),
    [
        # 2 March is a Monday: the Tuesday after the 16th is the 17th, not tomorrow.
        (
            "quiero tinte el lunes 16 a las 9 y peinado el martes a las 10",
            ["2026-03-16T09:00 Tinte", "2026-03-17T10:00 Peinado"],
        ),
        (
            "quiero tinte el martes a las 9 y peinado el jueves a las 10",
            ["2026-03-03T09:00 Tinte", "2026-03-05T10:00 Peinado"],
        ),
    ],
)
def test_a_weekday_follows_the_date_before_it(says: str, agenda: list[str]) -> None:
    assert _after(says)[0] == agenda


def test_what_a_person_called_off_is_not_listed_while_the_batch_has_not_read_it() -> None:
    chat = Chat(AGENT)
    chat.say(_TWO[0])
    chat.say(_TWO[1])
    chat.write("no podré ir al peinado")
    chat.write("Listo, cancelé tu peinado del viernes 7 de agosto a las 11:00", role=Role.BOT)
    answer = chat.say("¿qué citas tengo?")
    assert "Tinte" in answer
    assert "Peinado" not in answer


@pytest.mark.parametrize(
    ("locale", "says", "agenda"),
    [
        (
            "en",
            ("Book yoga for May 11 at 3pm", "Any chance of an earlier slot, say half one?"),
            "2026-05-11T13:30 Yoga",
        ),
        (
            "es",
            ("Anótame yoga el 6 de mayo a las 8", "pásala al 7", "no, ese mismo jueves 7 está bien"),
            "2026-05-07T08:00 Yoga",
        ),
        (
            "es",
            ("Anótame yoga el 6 de mayo a las 8", "cancélala", "mejor el 11 de mayo a las 9"),
            "2026-05-11T09:00 Yoga",
        ),
        (
            "en",
            ("Book yoga for May 6 at 8am", "cancel it", "could I do May 11 at 9 instead?", "yes"),
            "2026-05-11T09:00 Yoga",
        ),
        (
            "es",
            (
                "Necesito una cita el 6 de mayo a las 8",
                "[Location] Taller Sol, Calle 8 (-12.1, -77)",
                "revisión de frenos",
            ),
            "2026-05-06T08:00 Revisión de frenos",
        ),
        (
            "es",
            ("los lunes salgo a las seis, ¿puede ser yoga el lunes 11 de mayo a las siete de la noche?", "sí"),
            "2026-05-11T19:00 Yoga",
        ),
    ],
)
def test_the_same_goes_on(locale: str, says: tuple[str, ...], agenda: str) -> None:
    assert _after(*says, locale=locale)[0] == [agenda]


@pytest.mark.parametrize("says", ["el lavado ya no, cancélelo por favor", "the massage, cancel it please"])
def test_what_was_never_booked_calls_nothing_else_off(says: str) -> None:
    found, said = _after(_TWO[0], says)
    assert found == [_TINTE]
    assert "?" in said


@pytest.mark.parametrize("says", ["uy, me surgió algo, pásame al viernes", "pasame para el viernes a la misma hora"])
def test_who_asks_to_be_put_on_another_day_is_moved(says: str) -> None:
    assert _after("Agenda tinte el jueves a las 15", says)[0] == ["2026-03-06T15:00 Tinte"]


@pytest.mark.parametrize(
    ("says", "agenda"),
    [
        (
            "sí, y también agéndame un peinado el viernes a las 11",
            ["2026-03-05T15:00 Tinte", "2026-03-06T11:00 Peinado"],
        ),
        ("dale, y keratina el viernes a las 11", ["2026-03-05T15:00 Tinte", "2026-03-06T11:00 Keratina"]),
        ("sí, y un corte el viernes", ["2026-03-05T15:00 Tinte"]),  # its hour is asked for
        ("sí, y mejor a las 16", ["2026-03-05T16:00 Tinte"]),
        ("no, y también un peinado el viernes a las 11", ["2026-03-06T11:00 Peinado"]),
    ],
)
def test_a_yes_and_another_appointment_behind_it(says: str, agenda: list[str]) -> None:
    assert _after("¿tienes lugar el jueves a las 15 para un tinte?", says)[0] == agenda


@pytest.mark.parametrize(
    ("says", "title"),
    [
        ("could you make it 1pm", None),
        ("massage, and make it 1pm", "Massage"),
        ("masaje, mejor a la 1", "Masaje"),
        ("cambio de aceite a la 1", "Cambio de aceite"),
    ],
)
def test_words_for_another_hour_are_no_subject(says: str, title: str | None) -> None:
    first = "Quiero una cita el miércoles a las 12" if "la 1" in says else "I need an appointment Wednesday at noon"
    assert _after(first, says)[0] == ([f"2026-03-04T13:00 {title}"] if title else [])
