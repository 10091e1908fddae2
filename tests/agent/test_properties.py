"""Whatever a customer writes: the agent answers, and changes nothing without proof."""

import re

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.agent import OfflineModel, SchedulingAgent
from app.models import DeliveryStatus, Role
from tests.agent.chat import Chat
from tests.support.examples import examples

AGENT = SchedulingAgent(OfflineModel())
# Pieces that mean something to the dialogue, so that random talk gets deep into it.
PIECES = (
    """
hola|gracias|sí|no|ok|quiero una cita|agéndame yoga|corte de pelo|el viernes|mañana|a las 5|a las 10:30|mejor|cancela
cancélala|muévelo|la segunda|las dos|¿qué citas tengo?|el 31 de noviembre|el viernes 5|todos los martes
una hora más tarde|a la misma hora|no puedo|o|y|?|¿cuánto cuesta?|por la tarde|de 4 a 6|usted|please|book a massage
friday|at 9|move it|the first one|cancel it
""".strip()
    .replace("\n", "|")
    .split("|")
)
TALK = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map(" ".join)
ANYTHING = st.one_of(TALK, TALK, st.text(max_size=80), st.from_regex(r"[\d:/. ]{1,12}(am|pm|hs)?", fullmatch=True))
LINE = st.tuples(st.sampled_from([Role.USER, Role.USER, Role.BOT]), ANYTHING)
STATUS = st.sampled_from(
    [DeliveryStatus.DELIVERED, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED, DeliveryStatus.HELD]
)
PROFILE = settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@PROFILE
@given(st.lists(st.tuples(st.lists(ANYTHING, min_size=1, max_size=3), STATUS), min_size=1, max_size=6))
def test_it_always_answers_and_proves_what_it_changes(talk) -> None:
    chat = Chat(AGENT, taken=[("2026-03-06T10:00", "2026-03-06T11:00")])
    for burst, status in talk:
        for text in burst:
            chat.write(text)
        answer = chat.draft()
        assert answer.text.strip()
        assert len(answer.text) < 1600
        assert not re.search(r"[{}]|None", answer.text)
        for change in answer.changes:
            proof = change.draft.evidence if change.draft else change.evidence
            slots = {e.slot for e in proof}
            assert slots >= ({"date", "time", "title", "settled"} if change.draft else {"cancelled"})
            assert change.draft is None or change.draft.start > chat.now
        assert chat.draft() == answer
        chat.commit(answer, status=status)


@PROFILE
@given(st.lists(LINE, max_size=8), ANYTHING)
@example([(Role.USER, "el viernes 5 una hora más tarde")], "20000000H")
def test_it_takes_any_history(history, text) -> None:
    """The business's side may be a person or another model, and say anything."""
    chat = Chat(AGENT)
    for role, line in history:
        chat.write(line, role=role)
    chat.say(text)
    messages = {m.id for m in chat.messages}
    for event in chat.events.values():
        assert {e.message_id for e in event.evidence} <= messages
        assert event.evidence
