"""What a customer changes, and in which month a bare day number counts."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from app.agent.listening.bare_days import in_month, number_of
from app.agent.listening.spelling import plain
from app.temporal import find
from tests.agent.chat import Chat
from tests.agent.test_dialogues import AGENT

_AT = dt.datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("America/Lima"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("pásala al 22", "pásala el 22"),
        ("del 5 al 9", "del 5 al 9"),
        ("de 4 al 50%", "de 4 al 50%"),
        ("al 3:30", "al 3:30"),
    ],
)
def test_to_a_number_is_a_day_where_it_is_no_stretch(text: str, kept: str) -> None:
    assert plain(text) == kept


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("el 14 a las 10", 14), ("para el 9", 9), ("the 4th", 4), ("el 14 de mayo", None), ("on May 4th", None),
        ("el viernes 20", 20), ("14/5", None),
    ],
)  # fmt: skip
def test_only_a_number_alone_is_a_bare_day(text: str, number: int | None) -> None:
    assert number_of(find(text, reference=_AT)[0]) == number


@pytest.mark.parametrize(
    ("stands", "text", "day", "others"),
    [
        ("2026-09-08", "el 22", "2026-09-22", 0),  # the month of what is moved
        ("2026-03-20", "el 1", "2026-04-01", 0),  # over in this month: the next
        ("2026-04-02", "el 30", "2026-04-30", 1),  # 30 March is nearer to it
        ("2026-05-31", "el 1", "2026-05-01", 1),  # and so is 1 June
    ],
)
def test_the_number_counts_in_the_month_spoken_of(stands: str, text: str, day: str, others: int) -> None:
    found = in_month(find(text, reference=_AT)[0], dt.date.fromisoformat(stands), _AT.date())
    assert found.date == dt.date.fromisoformat(day)
    assert found.anchor != "calendar" or len(found.other_dates) == others


@pytest.mark.parametrize(
    ("locale", "books", "changes", "agenda"),
    [
        ("es", "Agenda pilates el 6 de agosto a las 11", "cambia la cita al 19 a las 8", "2026-08-19T08:00 Pilates"),
        ("es", "Agenda pilates el 6 de agosto a las 11", "pásala al 20 a la misma hora", "2026-08-20T11:00 Pilates"),
        ("es", "Agenda pilates el 6 de agosto a las 11", "mejor el 12", "2026-08-12T11:00 Pilates"),
        ("en", "Book pilates on August 6 at 11am", "push it to the 9th at 2pm", "2026-08-09T14:00 Pilates"),
        ("en", "Book pilates on August 6 at 11am", "move it to the 7th at the same time", "2026-08-07T11:00 Pilates"),
    ],
)
def test_a_move_to_a_number_stays_in_the_month(locale: str, books: str, changes: str, agenda: str) -> None:
    chat = Chat(AGENT, locale=locale)
    chat.say(books)
    chat.say(changes)
    assert chat.agenda == [agenda]


def test_where_two_months_may_be_meant_it_is_asked() -> None:
    chat = Chat(AGENT)
    chat.say("Agenda pilates el 2 de abril a las 11")
    assert "30 de abril" in chat.say("muévela al 30")
    assert chat.agenda == ["2026-04-02T11:00 Pilates"]
    chat.say("el 30 de marzo")
    assert chat.agenda == ["2026-03-30T11:00 Pilates"]


@pytest.mark.parametrize(
    ("locale", "says", "agenda"),
    [
        ("es", ("Anótame yoga el 11 de mayo a las 8", "no, espera", "mejor el 13 a las 9"), ["2026-05-13T09:00 Yoga"]),
        ("es", ("Anótame yoga el 11 de mayo a las 8", "mejor ya no, gracias"), []),
        ("en", ("Book yoga for May 11 at 8am", "sorry, I meant 9"), ["2026-05-11T09:00 Yoga"]),
        ("en", ("Book yoga for May 11 at 8am", "no wait, forget it"), []),
    ],
)
def test_a_change_of_mind_before_the_answer_counts(locale: str, says: tuple[str, ...], agenda: list[str]) -> None:
    chat = Chat(AGENT, locale=locale)
    chat.say(*says)
    assert chat.agenda == agenda


@pytest.mark.parametrize(
    ("says", "agenda"),
    [
        # "Can it be moved?" is done at once; the no is to that.
        (("corte el miércoles a las 10", "¿se puede mover al jueves?", "no, déjala así"), "2026-03-04T10:00 Corte"),
        (("corte el miércoles a las 10", "muévela al jueves", "déjala así"), "2026-03-05T10:00 Corte"),
    ],
)  # fmt: skip
def test_a_no_to_a_move_just_made_takes_it_back(says: tuple[str, ...], agenda: str) -> None:
    chat = Chat(AGENT)
    for line in says:
        chat.say(line)
    assert chat.agenda == [agenda]


_BOTH = "quiero tinte el jueves a las 9 y peinado el mismo día a las 11"
_TINTE, _PEINADO = "2026-03-05T09:00 Tinte", "2026-03-05T11:00 Peinado"


@pytest.mark.parametrize(
    ("locale", "says", "agenda"),
    [
        ("es", (_BOTH, "el peinado mejor una hora después"), [_TINTE, "2026-03-05T12:00 Peinado"]),
        ("es", (_BOTH, "adelanta el tinte media hora"), ["2026-03-05T08:30 Tinte", _PEINADO]),
        ("es", (_BOTH, "llego media hora más tarde"), [_TINTE, _PEINADO]),
        ("es", (_BOTH, "¿el tinte sigue a las 9?", "sí"), [_TINTE, _PEINADO]),
        ("es", (_BOTH, "no puedo ir al peinado", "sí"), [_TINTE]),
        ("es", (_BOTH, "cancela el peinado que viajo", "ay no, al final sí puedo ir ese día"), [_TINTE, _PEINADO]),
        ("es", (_BOTH, "sácame el peinado"), [_TINTE, _PEINADO]),
        ("en", ("book yoga for Thursday at 9am", "I can't make yoga", "yes cancel that one"), []),
        (
            "en",
            ("a haircut on Thursday at 9am and a massage at 2pm", "can we push the haircut by half an hour?"),
            ["2026-03-05T09:30 Haircut", "2026-03-05T14:00 Massage"],
        ),
        # A yes that is part of a no.
        ("en", ("do you have Thursday at 3pm for yoga?", "hmm let me check", "sorry can't do it"), []),
    ],
)  # fmt: skip
def test_what_is_said_of_one_of_them_or_of_none(locale: str, says: tuple[str, ...], agenda: list[str]) -> None:
    chat = Chat(AGENT, locale=locale)
    for line in says:
        chat.say(line)
    assert chat.agenda == agenda
    assert not says[-1].startswith("sácame") or "equipo" in chat.answers[-1].text  # not passed over
