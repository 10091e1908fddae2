"""Each phenomenon of a conversation, read to its end."""

import pytest

from app.extraction.base import Reason
from app.extraction.matching import similarity
from app.extraction.rules import RulesExtractor, read_events
from app.models import EventDraft, EventStatus
from tests.extraction.chats import NEGATIVE, POSITIVE, Chat
from tests.extraction.chats_unseen import UNSEEN


def confirmed(chat: Chat) -> list[EventDraft]:
    return [e for e in read_events(chat.transcript()) if e.status is EventStatus.CONFIRMED]


def local(event: EventDraft) -> tuple[str, str, str]:
    start = event.start.date().isoformat() if event.all_day else event.start.strftime("%Y-%m-%dT%H:%M")
    return start, event.end.strftime("%Y-%m-%dT%H:%M") if event.end else "-", event.location or "-"


@pytest.mark.parametrize("chat", [*POSITIVE, *(c for c in UNSEEN if c.expected)], ids=lambda c: c.name)
def test_what_was_settled_is_confirmed(chat: Chat):
    expected = [[part.strip() for part in line.split("|")] for line in chat.expected]
    events = confirmed(chat)
    assert [list(local(e)) for e in events] == [parts[1:] for parts in expected]
    for event, (title, *_) in zip(events, expected, strict=True):
        assert title == "-" or similarity(event.title, title) >= 0.5, event.title


@pytest.mark.parametrize("chat", [*NEGATIVE, *(c for c in UNSEEN if not c.expected)], ids=lambda c: c.name)
def test_what_was_not_settled_is_never_confirmed(chat: Chat):
    assert confirmed(chat) == []


@pytest.mark.parametrize("chat", POSITIVE + NEGATIVE + UNSEEN, ids=lambda c: c.name)
def test_every_slot_is_proved_by_words_of_its_message(chat: Chat):
    transcript = chat.transcript()
    texts = {m.id: m.text for m in transcript.messages}
    for event in read_events(transcript):
        slots = {e.slot for e in event.evidence}
        assert {"began", "date"} <= slots
        assert event.status is EventStatus.PROPOSED or slots & {"settled", "cancelled"}
        assert not event.location or "location" in slots
        assert not event.end or "end" in slots
        for evidence in event.evidence:
            assert evidence.quote, evidence
            assert evidence.quote in texts[evidence.message_id], evidence


def test_a_plain_request_waits_for_the_other_side():
    chat = Chat("request", "u: resérvame el jueves a las 4 para una manicura")
    [event] = read_events(chat.transcript())
    assert event.status is EventStatus.PROPOSED
    assert event.reason == Reason.NOT_SETTLED
    assert event.settled_at is None


def test_what_a_weekday_contradicts_goes_to_a_person():
    chat = Chat("slip", "u: quiero una cita el martes 14 de mayo a las 10\nb: Agendado")  # the 14th is a Thursday
    [event] = read_events(chat.transcript())
    assert (event.status, event.reason) == (EventStatus.PROPOSED, Reason.WEEKDAY_MISMATCH)


def test_what_repeats_goes_to_a_person():
    chat = Chat("weekly", "u: quiero clases de piano todos los martes a las 5\nb: Perfecto, te anoto")
    [event] = read_events(chat.transcript())
    assert (event.status, event.reason) == (EventStatus.PROPOSED, Reason.RECURRING)
    assert local(event)[0] == "2026-05-05T17:00"


def test_who_cannot_come_makes_a_person_look():
    chat = Chat(
        "cannot",
        """
        u: quiero una clase de guitarra el jueves a las 5
        b: Listo, te anoto
        @ 2026-05-06 12:00
        u: uy no voy a poder mañana
        """,
    )
    [event] = read_events(chat.transcript())
    assert (event.status, event.reason) == (EventStatus.PROPOSED, Reason.NOT_SETTLED)


def test_the_reading_looks_at_no_clock():
    """The same talk a century away, a day later each: only the dates move."""
    early = Chat("clock", "@ 1990-03-05 09:00\nu: ponme mañana 8:30 para un facial\nb: Reservado")
    late = Chat("clock", "@ 2090-03-06 09:00\nu: ponme mañana 8:30 para un facial\nb: Reservado")
    [a], [b] = confirmed(early), confirmed(late)
    assert local(a)[0] == "1990-03-06T08:30"
    assert local(b)[0] == "2090-03-07T08:30"


async def test_the_extractor_is_an_extractor():
    extractor = RulesExtractor()
    extraction = await extractor.extract(POSITIVE[0].transcript())
    assert extraction.extractor == extractor.name == "rules"
    assert len(extraction.events) == 1


def test_an_empty_conversation_has_no_events():
    assert read_events(Chat("empty", "u: hola").transcript()) == ()
    assert read_events(Chat("marks", "u: ???\nb: 👍\nu: ...").transcript()) == ()


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (
            """
            u: buenas
            b: Hola 👋 Te puedo agendar, mover o anular turnos. ¿Qué necesitas?
            u: necesito un turno
            u: el 14 de mayo a las 16
            b: Perfecto, te espero el 14 de mayo a las 16:00
            """,
            "Turno",
        ),
        (
            """
            u: hi
            b: Hello! I can book, move or cancel your appointments. What can I do for you?
            u: I need an appointment, May 14 at 2 pm
            b: Great, see you on May 14 at 2 pm
            """,
            "Appointment",
        ),
    ],
)
def test_what_the_business_could_do_is_no_subject(lines: str, title: str) -> None:
    assert [event.title for event in read_events(Chat("", lines).transcript())] == [title]


def test_a_stay_lasts_from_its_first_day_to_its_last():
    chat = Chat(
        "stay",
        """
        u: Hola, tienen cabaña libre del 22 al 24 de mayo?
        b: Sí, 90 la noche
        u: resérvela porfa
        b: Reservada del 22 al 24, ¿a nombre de quién?
        u: Nora Vidal
        """,
    )
    (event,) = confirmed(chat)
    assert event.all_day
    assert event.end is not None
    assert (event.start.date().isoformat(), event.end.date().isoformat()) == ("2026-05-22", "2026-05-25")


def test_an_hour_that_the_business_takes_back_is_no_longer_confirmed():
    settled = "u: hora para corte mañana?\nb: 12:00?\nu: ya\nb: listo"
    assert len(confirmed(Chat("settled", settled))) == 1
    assert confirmed(Chat("taken back", settled + "\nb: disculpa, ya está ocupado ese horario")) == []
