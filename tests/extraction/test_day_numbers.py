"""A day said by its number alone, in a talk about another month. The talks begin on 23 November 2026."""

import datetime as dt

import pytest

from app.extraction.cases import to_transcript
from app.extraction.rules import read_events
from app.models import EventStatus


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (("u:quiero un corte el 4 de marzo a las 10", "b:Perfecto, te espero el 4 a las 10"), (2027, 3, 4)),
        (("u:un corte el 4 de marzo a las 10", "b:Anotado", "u:mejor el 5 a las 11", "b:listo, el 5"), (2027, 3, 5)),
        (("u:un corte el 4 de marzo a las 10", "b:Ese día no puedo, ¿el 30 a las 10?", "u:sí, el 30"), (2027, 3, 30)),
        (("u:un corte el 28 de enero a las 10", "b:¿Y el 2 a las 10?", "u:dale, el 2"), (2027, 2, 2)),
        (("u:un corte el 27 a las 10", "b:No abrimos ese día, ¿el 15 a las 10?", "u:vale, el 15"), (2026, 12, 15)),
        (("u:Can I book a trim on December 20th at 4?", "b:I have the 28th at 4", "u:The 28th works"), (2026, 12, 28)),
        (
            ("u:un corte el 3 de diciembre a las 10", "b:Anotado", "u:mejor el lunes siguiente", "b:listo"),
            (2026, 12, 7),
        ),
    ],
)
def test_a_bare_number_is_of_the_month_talked_about(lines: tuple[str, ...], day: tuple[int, int, int]) -> None:
    messages = [
        {
            "role": "user" if line[0] == "u" else "bot",
            "text": line[2:],
            "at": (dt.datetime(2026, 11, 23, 10) + dt.timedelta(minutes=n)).isoformat() + "-05:00",
        }
        for n, line in enumerate(lines)
    ]
    [event] = read_events(to_transcript({"timezone": "America/Lima", "messages": messages}))
    assert (event.start.date(), event.status) == (dt.date(*day), EventStatus.CONFIRMED)
