"""The batch reads a conversation while the agent still talks: what it proposes must not stand in the agent's way."""

from uuid import uuid4

import pytest

from app.agent import SchedulingAgent, build_model
from app.extraction.base import Transcript, TranscriptMessage
from app.extraction.rules import read_events
from app.models import ChangeAction, Event, EventSource, EventStatus
from tests.agent.chat import Chat

AGENT = SchedulingAgent(build_model(None, None, "none"))


def read_by_the_batch(chat: Chat) -> None:
    """Its proposals join the events that the agent is given, as the store would give them."""
    messages = tuple(
        TranscriptMessage(id=m.id, role=m.role, at=m.sent_at.astimezone(chat.zone), text=m.body) for m in chat.messages
    )
    drafts = read_events(Transcript(time_zone=str(chat.zone), messages=messages))
    assert [draft.status for draft in drafts] == [EventStatus.PROPOSED]
    for draft in drafts:
        turn = chat.turn()
        event = Event(
            id=uuid4(),
            tenant_id=turn.tenant.id,
            conversation=uuid4(),
            conversation_id=turn.conversation_id,
            source=EventSource.BATCH,
            revision=1,
            created_at=chat.now,
            updated_at=chat.now,
            **{name: getattr(draft, name) for name in type(draft).model_fields if name in Event.model_fields},
        )
        chat.events[event.id] = event


@pytest.mark.parametrize(
    ("before", "burst", "title"),
    [
        (["Hola", "Manicura"], ["Quiero una cita", "el 12 de marzo de 2026 a las 10:00"], "Manicura"),
        (["Hi", "A manicure"], ["I'd like an appointment", "March 12 at 10 am"], "Manicure"),
    ],
)
def test_it_books_what_the_batch_only_proposed(before, burst, title):
    chat = Chat(AGENT)
    for line in before:
        chat.say(line)
    for line in burst:
        chat.write(line)
    read_by_the_batch(chat)
    answer = chat.draft()
    assert [(c.action, c.draft.title, c.draft.status) for c in answer.changes] == [
        (ChangeAction.CREATE, title, EventStatus.CONFIRMED)  # which the store makes an update of the proposal
    ], answer.text
