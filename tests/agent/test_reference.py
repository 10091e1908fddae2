"""The conversation that everything began with, in the ways it may arrive."""

import pytest

from app.agent import OfflineModel, SchedulingAgent
from app.models import DeliveryStatus
from tests.agent.chat import Chat

AGENT = SchedulingAgent(OfflineModel())
SPANISH = ("Hola, ¿estás disponible?", "Quiero agendar una reunión", "El viernes a las 10", "Revisión del proyecto")
ENGLISH = ("Hello, are you available?", "I'd like to schedule a meeting", "Friday at 10", "Project review")


@pytest.mark.parametrize(
    ("lines", "locale", "title"), [(SPANISH, "es", "Revisión del proyecto"), (ENGLISH, "en", "Project review")]
)
@pytest.mark.parametrize("bursts", [(1, 1, 1, 1), (4,), (1, 3), (2, 2), (3, 1)], ids=str)
def test_one_event_with_its_messages_as_evidence(lines, locale, title, bursts) -> None:
    chat, rest = Chat(AGENT, locale=locale), list(lines)
    for size in bursts:
        chat.say(*rest[:size])
        rest = rest[size:]
    assert chat.agenda == [f"2026-03-06T10:00 {title}"]
    [event] = chat.events.values()
    texts = {m.id: m.body for m in chat.messages}
    assert {(e.slot, texts[e.message_id]) for e in event.evidence} == {
        ("date", lines[2]),
        ("time", lines[2]),
        ("title", lines[3]),
        ("settled", lines[3]),
    }
    assert chat.answers[-1].language == locale


def test_it_asks_for_one_thing_at_a_time() -> None:
    chat = Chat(AGENT)
    answers = [chat.say(line) for line in SPANISH]
    assert [a.count("?") for a in answers] == [1, 1, 1, 0]
    assert "viernes 6 de marzo a las 10:00" in answers[2]
    assert "Revisión del proyecto" in answers[3]
    assert [len(a.changes) for a in chat.answers] == [0, 0, 0, 1]


def test_what_stands_is_moved_also_when_our_answer_has_not_arrived():
    chat = Chat(AGENT)
    for line in ("Quiero agendar una reunión", "El viernes a las 10", "Revisión del proyecto"):
        chat.say(line)
    chat.messages[-1] = chat.messages[-1].model_copy(update={"delivery_status": DeliveryStatus.HELD})
    chat.say("muévela al lunes")
    (event,) = chat.events.values()
    assert event.start == chat.local("2026-03-09T10:00")
