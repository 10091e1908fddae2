"""Appointments for several persons, and what is taken back in the same breath."""

import datetime as dt

import pytest

from app.agent.listening.misspoken import without_misspoken
from tests.agent.chat import agenda_after
from tests.agent.test_dialogues import AGENT

_NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("says", "agenda"),
    [
        (
            ("quiero masaje para mi tía el 12 a las 16 y para mí el 13 a las 9",),
            ["2026-03-12T16:00 Masaje (tía)", "2026-03-13T09:00 Masaje"],
        ),
        (
            ("necesito masaje para mí y otro para mi socio", "el mío el jueves a las 9 y el de él a las 11"),
            ["2026-03-05T09:00 Masaje", "2026-03-05T11:00 Masaje (socio)"],
        ),
        (
            ("necesito masaje para mí y para mi socia el jueves", "el mío a las 9 y el de ella a las 11"),
            ["2026-03-05T09:00 Masaje", "2026-03-05T11:00 Masaje (socia)"],
        ),
        (
            ("quiero masaje el jueves para mi tía y para mí", "la de mi tía a las 9 y la mía a las 11"),
            ["2026-03-05T09:00 Masaje (tía)", "2026-03-05T11:00 Masaje"],
        ),
        (
            ("masaje el jueves a las 9", "y mi socio a las 11 también", "sí", "quita el suyo, ya no viene"),
            ["2026-03-05T09:00 Masaje"],
        ),
        (
            ("masaje el jueves a las 9", "¿y podría venir mi socia después, a las 11?", "sí"),
            ["2026-03-05T09:00 Masaje", "2026-03-05T11:00 Masaje (socia)"],
        ),
        (
            ("masaje para mi tía el jueves a las 9", "y otro el viernes a la misma hora"),
            ["2026-03-05T09:00 Masaje (tía)", "2026-03-06T09:00 Masaje (tía)"],
        ),
        (
            ("limpieza para Nora y para Iván el jueves a las 9 y a las 11", "Iván no puede, cancélale la suya", "sí"),
            ["2026-03-05T09:00 Limpieza (Nora)"],
        ),
        # Two subjects and one moment: the other one is asked about.
        (
            ("un turno para tinte y otro para masaje el jueves a las 9", "a las 11"),
            ["2026-03-05T09:00 Tinte", "2026-03-05T11:00 Masaje"],
        ),
        (
            ("quiero un tinte y un masaje el jueves", "el tinte a las 9 y el masaje a las 11"),
            ["2026-03-05T09:00 Tinte", "2026-03-05T11:00 Masaje"],
        ),
        (("quiero un tinte y un masaje el jueves", "a las 9"), ["2026-03-05T09:00 Tinte y masaje"]),
    ],
)
def test_the_agenda_of_several(says: tuple[str, ...], agenda: list[str]) -> None:
    assert agenda_after(AGENT, *says) == agenda


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("tinte mañana martes, no digo, el jueves 5 a las 9", "el jueves 5 a las 9"),
        ("tinte el jueves a las 9, perdón, a las 11", "el jueves a las 11"),
        ("tinte el jueves a las 9 digo el viernes", "a las 9 el viernes"),
        ("haircut on Thursday at 9, I mean at 11", "on Thursday at 11"),
        ("digo el jueves a las 9", "el jueves a las 9"),
        ("tinte el jueves o el viernes a las 9", None),
        ("digo que el jueves a las 9", None),
        ("perdón, el jueves a las 9", None),
        ("el jueves no puedo, mejor el viernes a las 9", None),
    ],
)
def test_what_is_taken_back_counts_no_more(text: str, left: str | None) -> None:
    said = without_misspoken(text, _NOW)
    assert len(said) == len(text)
    assert (said == text) if left is None else " ".join(said.split()).endswith(left)


@pytest.mark.parametrize(
    ("locale", "says", "agenda"),
    [
        ("es", ("tinte el jueves a las 9", "cancélalo", "sí, cancélalo"), []),
        ("es", ("tinte el jueves a las 9", "olvídalo, cancélalo"), []),
        ("en", ("Book an oil change for Thursday at 9am", "actually forget it, cancel it"), []),
        ("es", ("tinte el jueves a las 9 y masaje el viernes a las 9", "cámbiala de hora", "olvídalo, cancela las dos"),
         []),
        ("es", ("tinte el jueves a las 9 y masaje el viernes a las 9", "bórralas", "las dos"), []),
        ("es", ("tinte el jueves a las 9", "digo, el viernes"), ["2026-03-06T09:00 Tinte"]),
        ("es", ("anótame una cita el jueves a las 9", "mentira, a las 11", "tinte"), ["2026-03-05T11:00 Tinte"]),
        ("es", ("anótame una cita el jueves a las 9", "muchas gracias", "tinte"), ["2026-03-05T09:00 Tinte"]),
        ("en", ("book me in for Thursday at 9am", "oops, Friday", "many thanks", "a massage"),
         ["2026-03-06T09:00 Massage"]),
        ("es", ("tinte el jueves a las 9 y masaje el jueves a las 11", "¿puedes pasar las dos al viernes?"),
         ["2026-03-06T09:00 Tinte", "2026-03-06T11:00 Masaje"]),
        ("es", ("tinte el jueves a las 9", "perdón a las 11"), ["2026-03-05T11:00 Tinte"]),
        ("es", ("tinte el jueves a las 9", "pero de la noche, no de la mañana"), ["2026-03-05T21:00 Tinte"]),
        ("es", ("tinte el jueves a las 9", "anúlalo y cógeme el 6 a la misma hora"), ["2026-03-06T09:00 Tinte"]),
        ("es", ("tinte el jueves a las 9", "el jueves no puedo, ¿lo dejamos para el lunes?"),
         ["2026-03-09T09:00 Tinte"]),
        ("es", ("tinte el jueves a las 9", "mejor el 2 de abril", "no, mejor el 3"), ["2026-04-03T09:00 Tinte"]),
        ("es", ("tinte el jueves a las 9", "ok, queda el jueves"), ["2026-03-05T09:00 Tinte"]),
        ("es", ("agéndame tinte el jueves y el viernes a las 9", "el jueves no puedo", "cancela ese nomás"),
         ["2026-03-06T09:00 Tinte"]),
        ("es", ("tinte el jueves y el viernes a las 9", "el jueves no puedo", "sí"), ["2026-03-06T09:00 Tinte"]),
        ("en", ("Book an oil change for Thursday at 9am",), ["2026-03-05T09:00 Oil change"]),
        ("en", ("Book an oil change for Thursday at 9am", "and forget the oil change"), []),
    ],
)  # fmt: skip
def test_changes_of_one(locale: str, says: tuple[str, ...], agenda: list[str]) -> None:
    assert agenda_after(AGENT, *says, locale=locale) == agenda


def test_what_was_just_called_off_is_not_called_off_twice() -> None:
    made = "tinte el jueves a las 9 y masaje el viernes a las 9"
    assert agenda_after(AGENT, made, "cancela el masaje", "sí, cancélalo") == ["2026-03-05T09:00 Tinte"]
