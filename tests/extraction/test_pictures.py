"""What a picture shows is read by a machine and said by nobody. The talks are of 23 November 2026."""

import datetime as dt

import pytest

from app.extraction.base import Reason
from app.extraction.cases import to_transcript
from app.extraction.rules import read_events, understand
from app.models import EventDraft, EventStatus

SHOWN = "[Image] Una nota a mano: corte, viernes 4 de diciembre, 16:00"


def talk(*lines: str) -> list[EventDraft]:
    messages = [
        {"role": "user" if line[0] == "u" else "bot", "text": line[2:], "at": f"2026-11-23T10:0{n}:00-05:00"}
        for n, line in enumerate(lines)
    ]
    return list(read_events(to_transcript({"timezone": "America/Lima", "messages": messages})))


@pytest.mark.parametrize(
    "lines",
    [
        (f"u:{SHOWN}", "u:quiero esto, ¿se puede?", "b:Sí, anotado"),
        (f"u:mira\n{SHOWN}", "b:¡Qué bueno! Te esperamos"),
        ("u:[Image] A concert flyer: Friday 4 December, 4 pm", "b:Great, see you there!"),
    ],
)
def test_its_moment_is_only_proposed(lines: tuple[str, ...]) -> None:
    [event] = talk(*lines)
    assert (event.status, event.reason) == (EventStatus.PROPOSED, Reason.PICTURED)
    assert event.start.replace(tzinfo=None) == dt.datetime(2026, 12, 4, 16)


def test_said_in_words_it_counts() -> None:
    [event] = talk(f"u:{SHOWN}", "b:¿El viernes 4 de diciembre a las 16:00?", "u:sí, eso", "b:Anotado")
    assert (event.status, event.start.replace(tzinfo=None)) == (EventStatus.CONFIRMED, dt.datetime(2026, 12, 4, 16))


def test_it_gives_no_title() -> None:
    [event] = talk(
        "u:quiero un corte de pelo así\n[Image] Foto de un degradado bajo con raya al lado",
        "b:perfecto, el viernes a las 5 te espero",
        "u:dale",
    )
    assert (event.status, event.title) == (EventStatus.CONFIRMED, "Corte de pelo")


def test_the_agent_takes_no_wish_from_it() -> None:
    at = dt.datetime.fromisoformat("2026-11-23T10:00:00-05:00")
    said = understand(f"quiero esto\n{SHOWN}", at, lang="es")
    assert (said.options, said.title, said.expression) == ((), None, None)
