"""What is free: asked for in words, found in hours and calendar, offered, picked, booked."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.agent import SchedulingAgent, build_model
from app.agent.availability import free_times, overlaps
from app.extraction.base import Transcript, TranscriptMessage
from app.extraction.rules import read_events
from app.models import Busy
from app.working_hours import working_hours
from tests.agent.chat import Chat
from tests.support.examples import examples

AGENT = SchedulingAgent(build_model(None, None, "none"))
HOURS = working_hours("lun-vie 9:00-13:00 16:00-19:00; sáb 10-12")


class Open(Chat):
    """A chat with a business that has said when it is open. It is Monday, 2026-03-02, 9 in the morning."""

    def turn(self):
        return super().turn().model_copy(update={"hours": HOURS})


def chat(*taken, **options):
    return Open(AGENT, taken=taken, **options)


@pytest.mark.parametrize(
    ("question", "offered", "not_offered"),
    [
        ("¿Qué horas tienes el jueves?", ["10:45", "11:45", "16:00", "18:00"], ["9:00", "13:00", "15:00", "19:00"]),
        ("¿tienes algo el jueves por la tarde?", ["16:00", "17:00", "18:00"], ["10:45", "9:00"]),
        ("qué huecos hay el jueves después de las 5", ["17:00", "18:00"], ["16:00", "10:45"]),
        ("horarios disponibles para el jueves?", ["10:45", "16:00"], ["9:00"]),
        ("What times do you have on Thursday?", ["10:45 am", "4:00 pm"], ["9:00 am", "1:00 pm"]),
        ("any openings Thursday before 12?", ["10:45 am", "11:45 am"], ["4:00 pm"]),
    ],
)
def test_what_is_free_on_a_day_is_named(question, offered, not_offered):
    # Half past nine to a quarter to eleven is taken, the next hours begin where that ends.
    said = chat(("2026-03-05T09:30", "2026-03-05T10:45")).say(question)
    assert [time for time in offered if time not in said] == []
    assert [time for time in not_offered if f" {time}" in said] == []


@pytest.mark.parametrize(
    "question", ["¿Cuándo podrías atenderme?", "¿qué días tienes libres?", "¿cuándo tienes turno?"]
)
def test_without_a_day_the_next_free_ones_are_named(question):
    said = chat(("2026-03-02T08:00", "2026-03-02T20:00"), ("2026-03-04T08:00", "2026-03-04T20:00")).say(question)
    days = [line for line in said.splitlines() if line.startswith("•")]
    assert [day.split(",")[0] for day in days] == [
        "• el martes 3 de marzo", "• el jueves 5 de marzo", "• el viernes 6 de marzo",
    ]  # fmt: skip


@pytest.mark.parametrize("answer", ["a las 17:00", "la tercera", "17:00 está bien", "mejor a las 5"])
def test_an_answer_to_the_offer_books_what_is_meant(answer):
    talk = chat()
    assert "a las 12:00, a las 16:00, a las 17:00 y a las 18:00" in talk.say(
        "¿Qué horas tienes el viernes por la tarde?"
    )
    talk.say(answer)
    talk.say("depilación")
    assert talk.agenda == ["2026-03-06T17:00 Depilación"]


def test_a_weekday_said_to_an_offer_is_the_day_that_was_offered():
    talk = chat()
    said = talk.say("¿tienes algo el domingo?")
    assert [day in said for day in ("viernes 6", "sábado 7", "lunes 9")] == [True, True, True]
    talk.say("el lunes a las 9")  # today is a Monday
    talk.say("tinte")
    assert talk.agenda == ["2026-03-09T09:00 Tinte"]


@pytest.mark.parametrize(
    ("lines", "agenda"),
    [
        (["¿tienes algo el domingo?", "entonces el lunes a las 17 para tinte"], ["2026-03-09T17:00 Tinte"]),
        (["Do you have anything on Sunday?", "Monday at noon", "haircut"], ["2026-03-09T12:00 Haircut"]),
        (["¿Qué horas tienes el jueves?", "la primera", "mechas"], ["2026-03-05T09:00 Mechas"]),
        (["When are you free?", "thanks, I will let you know"], []),
    ],
)
def test_the_batch_understands_what_was_offered(lines, agenda):
    """It reads our sentences too, and must not move what real time booked."""
    talk = chat()
    for line in lines:
        talk.say(line)
    assert talk.agenda == agenda
    messages = tuple(
        TranscriptMessage(id=m.id, role=m.role, at=m.sent_at.astimezone(talk.zone), text=m.body) for m in talk.messages
    )
    read = read_events(Transcript(time_zone="America/Lima", messages=messages))
    assert [f"{e.start.astimezone(talk.zone):%Y-%m-%dT%H:%M} {e.title}" for e in read] == agenda


def test_a_full_day_is_said_to_be_full_and_another_is_offered():
    talk = chat(("2026-03-07T10:00", "2026-03-07T11:30"))
    said = talk.say("Do you have anything on Saturday?")
    assert "fully booked" in said
    assert "Monday, March 9" in said


def test_outside_the_hours_nothing_is_booked():
    talk = chat()
    said = talk.say("Quiero un masaje el jueves a las 14:30")
    assert "cerrados" in said
    talk.say("entonces a las 16:30")
    assert talk.agenda == ["2026-03-05T16:30 Masaje"]


def test_who_is_open_round_the_clock_is_open_at_midnight():
    zone = ZoneInfo("Europe/Madrid")
    night = dt.datetime(2026, 10, 24, 23, 30, tzinfo=zone)
    for hours, holds in (("mon-sun 00:00-24:00", True), ("mon-sun 20:00-24:00", False)):
        assert working_hours(hours).holds(night, night + dt.timedelta(hours=1), zone) is holds
    late = working_hours("sat 22:00-24:00; sun 00:00-02:00")
    assert late.holds(night, night + dt.timedelta(hours=2), zone)
    assert not late.holds(night, night + dt.timedelta(hours=3), zone)
    assert not working_hours("mon-fri 09:00-14:00 16:00-20:00").holds(
        dt.datetime(2026, 10, 23, 13, 30, tzinfo=zone), dt.datetime(2026, 10, 23, 16, 30, tzinfo=zone), zone
    )


def test_any_hour_asks_for_what_is_free():
    talk = chat(("2026-03-06T09:00", "2026-03-06T18:00"))
    talk.say("Quiero cita para masaje el viernes")
    assert "a las 18:00" in talk.say("a cualquier hora")


def test_opening_hours_and_own_appointments_are_no_question_for_free_times():
    for question in ("¿a qué hora abren?", "¿qué horario tienen?", "¿a qué hora es mi cita?"):
        assert "libre" not in chat().say(question)


LIMA = ZoneInfo("America/Lima")
DAY = dt.date(2026, 3, 5)
_minutes = st.integers(0, 24 * 60)


@settings(max_examples=examples(50), deadline=None)
@given(
    busy=st.lists(st.tuples(_minutes, st.integers(1, 300)), max_size=6),
    length=st.integers(5, 240),
    now=st.integers(-600, 24 * 60),
)
def test_free_times_fit_and_none_that_fits_a_gap_is_missed(busy, length, now):
    midnight = dt.datetime(2026, 3, 5, tzinfo=LIMA)
    taken = [
        Busy(start=midnight + dt.timedelta(minutes=at), end=midnight + dt.timedelta(minutes=at + lasts))
        for at, lasts in busy
    ]
    spans, lasts = HOURS.spans(DAY, LIMA), dt.timedelta(minutes=length)
    moment = midnight + dt.timedelta(minutes=now)
    found = free_times(spans, taken, lasts, now=moment)
    assert found == sorted(set(found))
    for at in found:
        assert at > moment
        assert HOURS.holds(at, at + lasts, LIMA)
        assert not any(overlaps(one, at, at + lasts) for one in taken)
    # A gap with room for the length and a quarter of an hour more holds one.
    for opens, closes in spans:
        edges = [opens, *sorted(one.end for one in taken if opens < one.end < closes)]
        for edge in edges:
            room = edge + lasts + dt.timedelta(minutes=15)
            free = room <= closes and not any(overlaps(one, edge, room) for one in taken) and edge > moment
            assert not free or any(edge <= at < edge + lasts + dt.timedelta(minutes=15) for at in found)


def test_days_on_which_the_clocks_change_have_their_own_hours():
    madrid = ZoneInfo("Europe/Madrid")
    (span,) = working_hours("mon-sun 00:00-06:00").spans(dt.date(2026, 3, 29), madrid)
    found = free_times([span], [], dt.timedelta(hours=1), now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert [at.hour for at in found] == [0, 1, 3, 4, 5]


@pytest.mark.parametrize(
    ("text", "monday", "sunday"),
    [
        ("mon-fri 09:00-14:00 16:00-20:00", [(540, 840), (960, 1200)], []),
        ("Lun–Dom: 9-13, 15.30-24:00", [(540, 780), (930, 1440)], [(540, 780), (930, 1440)]),
        ("sábado,domingo 10h00-12h30; monday 8-9", [(480, 540)], [(600, 750)]),
        ("sat-mon 8-9", [(480, 540)], [(480, 540)]),
    ],
)
def test_hours_are_read(text, monday, sunday):
    week = working_hours(text).week
    assert (list(week[0]), list(week[6])) == (monday, sunday)


@pytest.mark.parametrize(
    "text", ["", "9-14", "mon", "mon 14-9", "mon 9-25", "mon 9:70-10", "foo 9-10", "mon 9-12 11-13", "mon 9-12 closed"]
)
def test_hours_that_cannot_be_read_are_refused(text):
    with pytest.raises(ValueError, match="should"):
        working_hours(text)
