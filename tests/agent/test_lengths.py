"""How long an appointment shall last, said when it stands or while it is made."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.agent.listening.lengths import Length, length_asked, length_wished
from app.extraction.rules.reading import Reading, read
from tests.agent.chat import Chat
from tests.agent.test_dialogues import AGENT

_START = dt.datetime(2026, 3, 6, 10)


def _read(text: str, lang: str = "es") -> Reading:
    return read(text, dt.datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("America/Lima")), lang=lang)


def _minutes(text: str, lang: str) -> int | None:
    """From ten o'clock to the new end of what ended at eleven."""
    asked = length_asked(_read(text, lang))
    end = asked.end(_START, _START + dt.timedelta(hours=1)) if asked else None
    return int((end - _START).total_seconds() / 60) if end else None


@pytest.mark.parametrize(
    ("lang", "text", "minutes"),
    [
        ("es", "extiéndela 45 minutos", 105),
        ("es", "¿me das 20 minutos más?", 80),
        ("es", "recórtala un cuarto de hora", 45),
        ("es", "15 minutos menos", 45),
        ("es", "que dure hora y media", 90),
        ("es", "que termine a las 12:30", 150),
        ("es", "alárgala hasta la una", 180),
        ("en", "can you make it 15 minutes longer?", 75),
        ("en", "make it three hours", 180),
        ("en", "extend it until noon", 120),
        ("es", "una hora más tarde", None),
        ("es", "llego 15 minutos tarde", None),
        ("es", "¿dura dos horas?", 120),
        ("es", "acórtala dos horas", None),  # nothing would be left
        ("en", "push it back an hour", None),
    ],
)
def test_a_length_is_heard(lang: str, text: str, minutes: int | None) -> None:
    assert _minutes(text, lang) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"), [("un masaje de dos horas", 120), ("una cita dentro de dos horas", None), ("a las dos", None)]
)
def test_a_length_wished_for_is_no_moment(text: str, minutes: int | None) -> None:
    wished = length_wished(_read(text))
    assert (wished and wished.total_seconds() / 60) == minutes


@given(by=st.integers(-900, 900), lasted=st.integers(5, 600))
def test_an_end_is_after_the_beginning_and_another_one(by: int, lasted: int) -> None:
    before = _START + dt.timedelta(minutes=lasted)
    end = Length(by=dt.timedelta(minutes=by)).end(_START, before)
    assert end is None or (_START < end <= _START + dt.timedelta(hours=12) and end != before)


@pytest.mark.parametrize(
    ("locale", "says", "ends"),
    [
        ("es", ("Agenda taller el viernes de 10 a 11:30", "alárgalo media hora"), ["12:00"]),
        ("es", ("Agenda taller el viernes a las 10", "Agenda yoga el sábado a las 9", "10 min más para la del viernes"),
         ["11:10", None]),
        ("es", ("Quiero un taller de tres horas", "el viernes a las 10"), ["13:00"]),
        ("en", ("Book a workshop for Friday at 10", "Book yoga for Saturday at 9", "add half an hour"),
         [None, "10:30"]),
    ],
)  # fmt: skip
def test_the_end_is_changed_and_nothing_else(locale: str, says: tuple[str, ...], ends: list[str | None]) -> None:
    chat = Chat(AGENT, locale=locale)
    for text in says:
        chat.say(text)
    events = sorted(chat.events.values(), key=lambda e: e.start)
    assert events[0].start == chat.local("2026-03-06T10:00")
    assert [e.end and f"{e.end.astimezone(chat.zone):%H:%M}" for e in events] == ends
