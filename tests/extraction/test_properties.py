"""What must hold for every conversation."""

import datetime as dt
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from app.extraction.base import Extraction, KnownEvent, Transcript
from app.extraction.matching import event_ids
from app.extraction.reconcile import reconcile
from app.extraction.rules import read_events
from app.extraction.transcript import Said, transcript_of
from app.models import ChangeAction, EventDraft, EventStatus, Role
from tests.extraction.chats import NEGATIVE, POSITIVE, START, Chat, said
from tests.extraction.chats_unseen import UNSEEN
from tests.support.examples import examples

CONVERSATION = UUID("00000000-0000-4000-8000-000000000007")
CHATS = st.sampled_from(POSITIVE + NEGATIVE + UNSEEN)
SMALL_TALK = ("hola!", "buenas 😊", "jajaja", "🙌🙌", "☀️", "Hi there!", "cómo va todo?", "lindo día", "lol")


def prefix(transcript: Transcript, length: int) -> Transcript:
    """The conversation as it stood after its first `length` messages."""
    return transcript.model_copy(update={"messages": transcript.messages[:length]})


def shown(events: tuple[EventDraft, ...]) -> list[tuple[object, ...]]:
    return [(e.title, e.start, e.end, e.location, e.status) for e in events]


def known_of(transcript: Transcript, known: tuple[KnownEvent, ...] = ()) -> tuple[KnownEvent, ...]:
    """What a store would hold after reading the transcript."""
    stored = {event.id: event for event in known}
    for change in reconcile(
        Extraction(events=read_events(transcript), extractor="rules"), known, conversation=CONVERSATION
    ):
        if change.action is ChangeAction.CANCEL:
            stored[change.event_id] = stored[change.event_id].model_copy(update={"status": EventStatus.CANCELLED})
        else:
            draft = change.draft
            assert draft is not None
            stored[change.event_id] = KnownEvent(
                id=change.event_id,
                title=draft.title,
                start=draft.start,
                end=draft.end,
                all_day=draft.all_day,
                location=draft.location,
                status=draft.status,
                evidence=draft.evidence,
                reason=draft.reason,
            )
    return tuple(stored.values())


def stored_in_pieces(transcript: Transcript, cuts: list[int]) -> tuple[KnownEvent, ...]:
    """What a store holds after the batch came by at these messages and at the end."""
    known: tuple[KnownEvent, ...] = ()
    for cut in [*cuts, len(transcript.messages)]:
        known = known_of(prefix(transcript, cut), known)
    return known


@settings(max_examples=examples(30), deadline=None)
@given(
    CHATS,
    st.lists(st.sampled_from(SMALL_TALK), min_size=1, max_size=3),
    st.lists(st.sampled_from(SMALL_TALK), max_size=3),
)
def test_small_talk_around_it_changes_nothing(chat: Chat, before: list[str], after: list[str]):
    messages = said(chat.lines)
    first, last = messages[0], messages[-1]
    around = [Said(first.role, words, first.at - dt.timedelta(minutes=30 - n)) for n, words in enumerate(before)]
    around += messages
    around += [Said(last.role, words, last.at + dt.timedelta(minutes=1 + n)) for n, words in enumerate(after)]
    plain = transcript_of(messages, time_zone=chat.zone, name="a")
    wrapped = transcript_of(around, time_zone=chat.zone, name="b")
    assert shown(read_events(wrapped)) == shown(read_events(plain))


@settings(max_examples=examples(30), deadline=None)
@given(CHATS)
def test_reading_again_changes_nothing(chat: Chat):
    transcript = chat.transcript()
    known = known_of(transcript)
    again = reconcile(Extraction(events=read_events(transcript), extractor="rules"), known, conversation=CONVERSATION)
    assert again == ()


@settings(max_examples=examples(40), deadline=None)
@given(CHATS, st.data())
def test_a_longer_conversation_never_makes_an_event_twice(chat: Chat, data: st.DataObject):
    """Read in pieces, as a batch does: what comes out is what one reading of all gives."""
    transcript = chat.transcript()
    cuts = sorted(data.draw(st.sets(st.integers(1, len(transcript.messages)), max_size=3)))
    known = stored_in_pieces(transcript, cuts)
    whole = [e for e in read_events(transcript) if e.status is EventStatus.CONFIRMED]
    stored = [e for e in known if e.status is EventStatus.CONFIRMED]
    assert sorted((e.start, e.end or e.start) for e in stored) == sorted((e.start, e.end or e.start) for e in whole)


@settings(max_examples=examples(40), deadline=None)
@given(CHATS, st.data())
def test_what_a_prefix_confirms_the_whole_keeps_moves_or_cancels(chat: Chat, data: st.DataObject):
    transcript = chat.transcript()
    cut = data.draw(st.integers(1, len(transcript.messages)))
    early = read_events(prefix(transcript, cut))
    late = read_events(transcript)
    identities = dict(zip(event_ids(late, CONVERSATION), late, strict=True))
    for identity, event in zip(event_ids(early, CONVERSATION), early, strict=True):
        if event.status is EventStatus.CONFIRMED:
            assert identity in identities, f"{event.title} {event.start} vanished"


@settings(max_examples=examples(20), deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(Role)), st.text(max_size=60)), max_size=6))
def test_no_text_breaks_it(messages: list[tuple[Role, str]]):
    at = START
    transcript = transcript_of([Said(role, text, at) for role, text in messages], time_zone="America/Lima", name="any")
    texts = {m.id: m.text for m in transcript.messages}
    for event in read_events(transcript):
        for evidence in event.evidence:
            assert not evidence.quote or evidence.quote in texts[evidence.message_id]
