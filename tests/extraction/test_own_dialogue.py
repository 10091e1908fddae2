"""What Hilo's own agent and its customers write to each other, read afterwards by the batch."""

from uuid import UUID

import pytest

from app.extraction.base import Extraction, KnownEvent, Transcript
from app.extraction.matching import event_ids
from app.extraction.reconcile import reconcile
from app.extraction.rules import read_events
from app.models import ChangeAction, EventDraft, EventStatus
from app.temporal import impossible_days
from tests.extraction.chats import Chat

CONVERSATION = UUID("00000000-0000-4000-8000-0000000000aa")


def chat(*lines: str) -> Transcript:
    """Lines "u: …" and "b: …", from Monday 2026-05-04 10:00 in Lima; " / " stands for a new line in a message."""
    transcript = Chat("own", "@ 2026-05-04 10:00\n" + "\n".join(lines)).transcript()
    messages = tuple(m.model_copy(update={"text": m.text.replace(" / ", "\n")}) for m in transcript.messages)
    return transcript.model_copy(update={"messages": messages})


def standing(transcript: Transcript) -> list[str]:
    found = [e for e in read_events(transcript) if e.status is EventStatus.CONFIRMED]
    return [f"{e.start:%m-%dT%H:%M} {e.title}" for e in sorted(found, key=lambda e: e.start)]


def known(drafts: tuple[EventDraft, ...]) -> tuple[KnownEvent, ...]:
    return tuple(
        KnownEvent(**{name: getattr(d, name) for name in KnownEvent.model_fields if hasattr(d, name)}, id=identity)
        for d, identity in zip(drafts, event_ids(drafts, CONVERSATION), strict=True)
    )


TWO = (
    "u: Anota manicura el 12 de mayo a las 10",
    "b: Listo, agendado: Manicura, el martes 12 de mayo a las 10:00.",
    "u: Anota también depilación el 14 de mayo a las 16",
    "b: Listo, agendado: Depilación, el jueves 14 de mayo a las 16:00.",
)
STAND = ["05-12T10:00 Manicura", "05-14T16:00 Depilación"]


@pytest.mark.parametrize(
    "listed",
    [
        (
            "Tienes agendado: / 1. Manicura, el martes 12 de mayo a las 10:00 / "
            "2. Depilación, el jueves 14 de mayo a las 16:00"
        ),
        "Tienes: 1) Manicura, el martes 12 de mayo a las 10:00 2) Depilación, el jueves 14 de mayo a las 16:00",
        "You have booked: / 1.- Manicura, Tuesday, May 12 at 10:00 am / 2.- Depilación, Thursday, May 14 at 4:00 pm",
        "Tus citas: / 1️⃣ Manicura, el martes 12 de mayo a las 10:00 / 2️⃣ Depilación, el jueves 14 de mayo a las 16:00",
    ],
)
def test_a_list_of_what_stands_moves_none_of_it(listed):
    assert standing(chat(*TWO, "u: ¿qué tengo agendado?", f"b: {listed}", "u: gracias")) == STAND


@pytest.mark.parametrize(
    ("asked", "listed", "expected"),
    [
        (
            "Necesito turno el 12 de mayo a las 10 para manicura y otro el 14 de mayo a las 16 para depilación",
            (
                "Listo, agendado: / 1. Manicura, el martes 12 de mayo a las 10:00 / "
                "2. Depilación, el jueves 14 de mayo a las 16:00"
            ),
            STAND,
        ),
        (
            "I need two visits: May 12 at 10am for a massage and May 14 at 4pm for a facial",
            "Done, booked: / 1. Massage, Tuesday, May 12 at 10:00 am / 2. Facial, Thursday, May 14 at 4:00 pm",
            ["05-12T10:00 Massage", "05-14T16:00 Facial"],
        ),
    ],
)
def test_a_list_books_its_lines_at_their_hours_and_by_their_titles(asked, listed, expected):
    assert standing(chat(f"u: {asked}", f"b: {listed}", "u: ok")) == expected


WHICH = (
    "b: ¿Cuál quieres cancelar? / 1. Manicura, el martes 12 de mayo a las 10:00 / "
    "2. Depilación, el jueves 14 de mayo a las 16:00"
)


def test_nothing_is_called_off_while_the_business_asks_which():
    assert standing(chat(*TWO, "u: cancela la manicura", WHICH)) == STAND


@pytest.mark.parametrize(("answer", "left"), [("la segunda", STAND[:1]), ("la 1", STAND[1:]), ("las dos", [])])
def test_the_answer_says_which_is_called_off(answer, left):
    assert standing(chat(*TWO, "u: quiero cancelar una", WHICH, f"u: {answer}")) == left


DECLINED = [
    ("Perfecto, el martes 12 de mayo a las 11:00. ¿Sobre qué tema?", "mejor no, gracias"),
    ("Perfecto, el martes 12 de mayo a las 11:00. ¿Sobre qué tema?", "ya no"),
    ("Perfecto, el martes 12 de mayo a las 11:00. ¿Sobre qué tema?", "olvídelo"),
    ("Sí, el martes 12 de mayo a las 11:00 está libre. ¿Sobre qué tema sería?", "no, dejalo"),
    ("Sí, el martes 12 de mayo a las 11:00 está libre. ¿Sobre qué tema sería?", "ay no, carísimo, no quiero nada"),
    ("Great, Tuesday, May 12 at 11:00 am. What is it about?", "no thanks, never mind"),
    ("Great, Tuesday, May 12 at 11:00 am. What is it about?", "forget it"),
]


@pytest.mark.parametrize(("question", "decline"), DECLINED)
@pytest.mark.parametrize("closing", [(), ("b: De acuerdo. Si necesitas algo más, aquí estoy.",)])
def test_who_declines_instead_of_saying_the_subject_has_no_appointment(question, decline, closing):
    asks = "¿puedo ir el 12 de mayo a las 11?" if "¿" in question else "can I come on May 12 at 11am?"
    transcript = chat(f"u: {asks}", f"b: {question}", f"u: {decline}", *closing)
    assert standing(transcript) == []
    assert not any(word in e.title.lower() for e in read_events(transcript) for word in decline.split())


def test_who_has_to_ask_at_home_has_at_most_a_proposal():
    said = ("u: ¿tienen hora el 12 de mayo a las 11?", "b: Sí, el martes 12 de mayo a las 11:00 está libre. ¿Motivo?")
    events = read_events(chat(*said, "u: lo hablo con mi marido y te digo", "b: Claro, cuando sepas me dices."))
    assert {e.status for e in events} <= {EventStatus.PROPOSED}
    assert not any("marido" in e.title for e in events)


def test_what_an_earlier_run_confirmed_is_called_off_by_declining_later():
    lines = ("u: Quisiera una cita el 12 de mayo a las 11", "b: Perfecto, el martes 12 de mayo a las 11:00. ¿Qué tema?")
    first = read_events(chat(*lines))
    assert [d.status for d in first] == [EventStatus.CONFIRMED]
    later = read_events(chat(*lines, "u: no, ya no", "b: De acuerdo."))
    changes = reconcile(Extraction(events=later, extractor="rules"), known(first), conversation=CONVERSATION)
    assert [(c.action, c.event_id) for c in changes] == [(ChangeAction.CANCEL, known(first)[0].id)]


def test_declining_a_change_leaves_what_was_agreed():
    lines = (*TWO[:2], "u: ¿está libre el 13 a las 10?")
    free = "b: Sí, el miércoles 13 de mayo a las 10:00 está libre. ¿Sobre qué tema sería?"
    assert standing(chat(*lines, free, "u: no, gracias, déjala como estaba", "b: De acuerdo.")) == STAND[:1]


@pytest.mark.parametrize("question", ["¿Algo más?", "¿Quieres que te mande la ubicación?"])
def test_a_no_to_another_question_calls_nothing_off(question):
    lines = (*TWO[:1], f"b: Listo, agendado: Manicura, el martes 12 de mayo a las 10:00. {question}")
    assert standing(chat(*lines, "u: no, ya no, gracias")) == STAND[:1]


@pytest.mark.parametrize("answer", ["No, solo manicura", "no es consulta, es manicura"])
def test_a_no_before_the_subject_is_no_decline(answer):
    lines = ("u: Quisiera una cita el 12 de mayo a las 10", "b: Perfecto, el martes 12 de mayo a las 10:00. ¿Motivo?")
    assert standing(chat(*lines, f"u: {answer}"))[0].startswith("05-12T10:00")


def test_an_hour_said_of_the_morning_stays_there_when_it_is_over():
    lines = (
        "u: una cita hoy a las 8 de la mañana para manicura",
        "b: El lunes 4 de mayo a las 8:00 ya pasó. ¿Qué otro día u hora te queda bien?",
    )
    assert {e.start.hour for e in read_events(chat(*lines))} <= {8}
    agreed = chat(*lines, "u: el 12 de mayo a la misma hora", "b: Listo, agendado: Manicura, el martes 12 a las 8:00.")
    assert standing(agreed) == ["05-12T08:00 Manicura"]


def test_a_day_that_no_calendar_has_is_no_day():
    lines = ("u: cita el 31 de junio a las 11 para depilación", "b: Esa fecha u hora no la encuentro en el calendario.")
    assert read_events(chat(*lines)) == ()
    told = chat(
        *lines, "u: el 30 de junio entonces", "b: Listo, agendado: Depilación, el martes 30 de junio a las 11:00."
    )
    assert standing(told) == ["06-30T11:00 Depilación"]
    english = chat(
        "u: Book a meeting on June 31 at 11am about payroll", "b: I can't find that date.", "u: June 30 then"
    )
    assert not any("31" in e.title for e in read_events(english))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("el 31 de abril", ["el 31 de abril"]),
        ("on february 30th", ["on february 30th"]),
        ("30/2 a las 4", ["30/2"]),
        ("el 30 de abril, abrimos 24/7", []),
        ("29 de febrero", []),
        ("may 45 people come", []),
    ],
)
def test_days_that_no_calendar_has(text, found):
    assert [text[a:b] for a, b in impossible_days(text)] == found


def test_another_appointment_keeps_its_own_title_and_moves_nothing():
    lines = (
        "u: Quiero manicura y pedicura el 12 de mayo a las 10",
        "b: Listo, agendado: Manicura y pedicura, el martes 12 de mayo a las 10:00.",
        "u: y otra cita para pedicura el 14 de mayo a las 16",
        "b: Listo, agendado: Pedicura, el jueves 14 de mayo a las 16:00.",
    )
    assert standing(chat(*lines)) == ["05-12T10:00 Manicura y pedicura", "05-14T16:00 Pedicura"]


@pytest.mark.parametrize("answer", ["voy a llegar 15 minutos tarde", "I'll be 15 minutes late"])
def test_being_late_is_no_subject(answer):
    lines = ("u: Quisiera una cita el 12 de mayo a las 10", "b: Perfecto, el martes 12 de mayo a las 10:00. ¿Qué tema?")
    assert standing(chat(*lines, f"u: {answer}")) == ["05-12T10:00 Cita"]


def test_the_subject_is_said_without_its_preposition():
    lines = ("u: Quisiera una reunión el 12 de mayo a las 10 sobre la sucesión", "b: Listo, anotado.")
    assert [e.title for e in read_events(chat(*lines))] == ["Sucesión"]
    passed_on = chat(*lines, "u: ¿cuánto cuesta?", "b: Le paso tu consulta al equipo.")
    assert "equipo" not in read_events(passed_on)[0].title


@pytest.mark.parametrize("lasted", ["de 9 a 10", "a las 9"])
def test_what_was_made_longer_stays_longer(lasted):
    lines = (
        f"u: Agenda taller el 14 de mayo {lasted} de la mañana",
        "b: Listo, agendado: Taller, el jueves 14 de mayo"
        + (" de 9:00 a 10:00." if "10" in lasted else " a las 9:00."),
        "u: alárgalo media hora",
        "b: Listo, lo cambié: Taller, el jueves 14 de mayo de 9:00 a 10:30.",
        "u: ¿para cuándo era?",
        "b: Tienes agendado: Taller, el jueves 14 de mayo de 9:00 a 10:30.",
    )
    (event,) = [e for e in read_events(chat(*lines)) if e.status is EventStatus.CONFIRMED]
    assert (f"{event.start:%m-%dT%H:%M}", event.end and f"{event.end:%H:%M}") == ("05-14T09:00", "10:30")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (("u: gracias", "b: ¡Con gusto!"), ["05-08T10:00 Depilación"]),
        (
            ("u: la primera", "b: Listo, agendado: Masaje, el viernes 8 de mayo a las 9:00."),
            ["05-08T09:00 Masaje", "05-08T10:00 Depilación"],
        ),
    ],
)
def test_what_is_offered_for_another_moves_nothing_of_what_was_just_booked(answers, expected):
    said = (
        "u: depilación el viernes a las 10 y masaje el mismo día a las 11:30",
        (
            "b: Listo, agendado: Depilación, el viernes 8 de mayo a las 10:00. El viernes a las 11:30 no hay lugar. "
            "Ese día tengo libre a las 9:00, a las 12:00 o a las 13:00. ¿Cuál te queda bien?"
        ),
    )
    assert standing(chat(*said, *answers)) == expected


def test_who_agrees_to_a_no_agrees_to_nothing_else():
    said = (
        "u: ¿tienen depilación el viernes a las 10 y masaje el mismo día a las 11:30?",
        "b: Sí, el viernes 8 de mayo a las 10:00 está libre. ¿Te agendo depilación?",
        "u: no, gracias",
        "b: De acuerdo. Si necesitas algo más, aquí estoy.",
    )
    assert standing(chat(*said)) == []


def test_a_question_whether_to_book_books_nothing():
    said = (
        "u: do you have friday at 10 for a facial?",
        "b: Yes, Friday, May 8 at 10:00 am is free. Shall I book facial?",
    )
    assert standing(chat(*said)) == []
    assert standing(chat(*said, "u: yes please", "b: Done, booked: Facial, Friday, May 8 at 10:00 am.")) == [
        "05-08T10:00 Facial"
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("u: a facial on friday at 10am and a wax the same day at 11:30", ["05-08T10:00 Facial", "05-08T11:30 Wax"]),
        ("u: quiero depilación el viernes a las 10 y salgo del trabajo a las 12", ["05-08T10:00 Depilación"]),
        ("u: depilación el viernes a las 10, que tengo una boda a las 12", ["05-08T10:00 Depilación"]),
    ],
)
def test_each_moment_of_one_message_is_for_its_own_thing(said, expected):
    assert standing(chat(said, "b: Listo, agendado." if "el" in said else "b: Done, see you then")) == expected


def test_after_a_question_for_the_opening_hours_the_talk_goes_back_to_the_appointment():
    said = (
        "u: quiero depilación el jueves a las 9 de la noche",
        "b: Listo, agendado: Depilación, el jueves 7 de mayo a las 21:00.",
        "u: ¿y a qué hora cierran?",
        "b: A las 20:00.",
        "u: ya, entonces a las 3",
        "b: Entiendo que quieres cambiar Depilación, el jueves 7 de mayo a las 21:00: ¿sería a las 15:00?",
        "u: ok",
        "b: Listo, lo cambié: Depilación, el jueves 7 de mayo a las 15:00.",
    )
    assert standing(chat(*said)) == ["05-07T15:00 Depilación"]


def test_a_question_about_the_other_calls_it_not_off():
    assert standing(chat(*TWO, "u: quiero cancelar una", WHICH, "u: ¿la segunda sigue, no?")) == STAND


ASKED = "b: ¿Quieres cancelar Depilación, el jueves 14 de mayo a las 16:00?"


@pytest.mark.parametrize(
    ("says", "answer", "left"),
    [
        ("u: cancela la depilación", "u: ay no, al final sí puedo ir ese día", STAND),
        ("u: cancela la depilación", "u: no", STAND),
        ("u: cancela la depilación", "u: sí", STAND[:1]),
        ("u: la depilación mejor no", "u: sí", STAND[:1]),
    ],
)
def test_what_the_business_asks_whether_to_call_off_stands_until_a_yes(says, answer, left):
    assert standing(chat(*TWO, says, ASKED, answer)) == left


def test_a_shift_is_counted_from_the_appointment_that_is_named():
    moved = "b: Listo, lo cambié: Manicura, el martes 12 de mayo a las 11:00."
    assert standing(chat(*TWO, "u: corre la manicura una hora", moved)) == ["05-12T11:00 Manicura", STAND[1]]
    assert all(e.end is None for e in read_events(chat(*TWO, "u: adelántala una hora")))


LATER = (
    "u: Necesito cita para cambio de aceite el jueves 14 de mayo a las 8",
    "b: Listo, agendado: Cambio de aceite, el jueves 14 de mayo a las 8:00.",
    "u: y una alineación el viernes 15 a las 8",
    "b: Listo, agendado: Alineación, el viernes 15 de mayo a las 8:00.",
)


@pytest.mark.parametrize(
    "says", ["ok, cancela la del jueves", "la del jueves ya no, cancélala", "cancela la del jueves 14"]
)
def test_a_weekday_calls_off_the_one_on_it_in_a_later_week(says):
    told = "b: Listo, cancelado: Cambio de aceite, el jueves 14 de mayo a las 8:00."
    for lines in ((*LATER, f"u: {says}"), (*LATER, f"u: {says}", told)):
        found = [(f"{e.start:%m-%dT%H:%M} {e.title}", e.status) for e in read_events(chat(*lines))]
        assert sorted(found) == [
            ("05-14T08:00 Cambio de aceite", EventStatus.CANCELLED),
            ("05-15T08:00 Alineación", EventStatus.CONFIRMED),
        ]


@pytest.mark.parametrize(
    ("says", "stands"),
    [
        ("la limpieza ya no, cancélela por favor", STAND),
        ("el tinte cancélalo", STAND),
        ("la depilación ya no, cancélela por favor", STAND[:1]),
        ("la verdad, cancélala", STAND[:1]),
    ],
)
def test_what_was_never_booked_calls_off_nothing_else(says, stands):
    assert standing(chat(*TWO, f"u: {says}")) == stands


def test_an_agreement_to_call_one_off_settles_nothing_else():
    lines = (
        "u: Cita con el dentista para mi hijo el miércoles 13 de mayo a las 16:30 y para mí el jueves 14 a las 12",
        "b: ¿Cuál prefieres: el miércoles 13 de mayo a las 16:30 o el jueves 14 de mayo a las 12:00?",
        "u: la de mi hijo cancélela",
        "b: De acuerdo. Si necesitas algo más, aquí estoy.",
    )
    assert standing(chat(*lines)) == []


def test_who_only_keeps_the_diary_names_no_appointment():
    lines = (
        "u: I need an appointment on Monday May 11 at noon",
        "b: Great, Monday, May 11 at 12:00 pm. What is it about?",
        "u: sorry, do you take cards?",
        "b: That I can't say, I only keep the diary. To be put through, write “a person”. What would it be about?",
        "u: physio",
        "b: Done, booked: Physio, Monday, May 11 at 12:00 pm.",
    )
    assert standing(chat(*lines)) == ["05-11T12:00 Physio"]
