"""What holds of every turn: identity, evidence, conflicts, replies that were never heard, time zones."""

import datetime as dt
from uuid import UUID

import pytest

from app.agent import ConflictPolicy, OfflineModel, SchedulingAgent
from app.models import ChangeAction, DeliveryStatus, Event, EventSource, EventStatus, Evidence, Role
from tests.agent.chat import Chat

AGENT = SchedulingAgent(OfflineModel())
WISH = "Agéndame un masaje el jueves a las 5"


def test_a_turn_run_again_gives_the_same() -> None:
    chat = Chat(AGENT)
    chat.write("Agéndame masaje el martes a las 10 y manicure el jueves a las 12")
    first, second = chat.draft(), chat.draft()
    assert first == second
    assert len({c.event_id for c in first.changes}) == 2


def test_contacts_do_not_share_event_ids() -> None:
    ids = set()
    for contact in ("whatsapp:+51999000111", "whatsapp:+51999000222"):
        chat = Chat(AGENT, contact=contact)
        chat.write(WISH)
        ids |= {c.event_id for c in chat.draft().changes}
    assert len(ids) == 2


def test_a_refused_commit_is_answered_with_other_times() -> None:
    chat = Chat(AGENT)
    chat.write(WISH)
    assert chat.draft().changes
    chat.taken.append(chat.busy("2026-03-05T17:00", "2026-03-05T18:00"))
    answer = chat.draft()
    assert answer.changes == ()
    assert "ya no tengo lugar" in answer.text
    assert "a las 16:00" in answer.text


def test_an_own_appointment_under_review_takes_the_hour_where_it_still_stands() -> None:
    chat = Chat(AGENT)
    chat.say(WISH)
    (event,) = chat.events.values()
    moved = {"start": event.start + dt.timedelta(days=1), "end": None, "status": EventStatus.PROPOSED}
    chat.events[event.id] = event.model_copy(update=moved | {"reason": "calendar_conflict"})
    stands = chat.busy("2026-03-05T17:00", "2026-03-05T18:00")
    chat.taken.append(stands.model_copy(update={"event_id": event.id, "own": True, "title": event.title}))
    chat.say("Quiero una cita para corte el jueves a las 17:30")
    assert chat.agenda == []


def test_what_was_never_heard_is_said_again() -> None:
    chat = Chat(AGENT)
    chat.write(WISH)
    chat.commit(chat.draft(), status=DeliveryStatus.FAILED)
    answer = chat.say("¿hola?")
    assert chat.answers[-1].changes == ()
    assert "Ya te lo tengo agendado: Masaje, el jueves 5 de marzo a las 17:00" in answer
    assert chat.agenda == ["2026-03-05T17:00 Masaje"]


def test_what_was_heard_is_not_done_again() -> None:
    chat = Chat(AGENT)
    chat.say(WISH)
    chat.say("cancélalo")
    chat.say("gracias")
    chat.say("👍")
    assert chat.agenda == []
    assert [len(a.changes) for a in chat.answers] == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("policy", "statuses", "words"),
    [
        (ConflictPolicy.REFUSE, [], "ya no tengo lugar"),
        (ConflictPolicy.REVIEW, [EventStatus.PROPOSED], "el equipo lo revisa"),
        (ConflictPolicy.ALLOW, [EventStatus.CONFIRMED], "agendado"),
    ],
)
def test_a_taken_time(policy, statuses, words) -> None:
    chat = Chat(AGENT, policy=policy, taken=[("2026-03-05T16:30", "2026-03-05T17:30")])
    assert words in chat.say(WISH)
    assert [e.status for e in chat.events.values()] == statuses
    assert all((e.reason == "calendar_conflict") == (e.status is EventStatus.PROPOSED) for e in chat.events.values())


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [
        ("2026-03-05T16:00", "2026-03-05T17:00", True),
        ("2026-03-05T18:00", "2026-03-05T19:00", True),
        ("2026-03-05T16:00", "2026-03-05T17:01", False),
        ("2026-03-05T17:59", "2026-03-05T19:00", False),
    ],
)
def test_overlap_is_half_open(start, end, free) -> None:
    chat = Chat(AGENT, taken=[(start, end)])
    chat.say(WISH)
    assert bool(chat.agenda) == free


def test_a_move_keeps_identity_length_and_the_proof_of_what_it_keeps() -> None:
    chat = Chat(AGENT)
    chat.say("Resérvame la sala de ensayo el sábado de 10 a 12:30")
    [before] = chat.events.values()
    chat.say("pásala al domingo")
    [after] = chat.events.values()
    assert chat.answers[-1].changes[0].action is ChangeAction.UPDATE
    assert after.id == before.id
    assert after.start == chat.local("2026-03-08T10:00")
    assert after.end - after.start == before.end - before.start == dt.timedelta(hours=2.5)
    texts = {m.id: m.body for m in chat.messages}
    proof = {e.slot: texts[e.message_id] for e in after.evidence}
    assert proof["date"] == proof["settled"] == "pásala al domingo"
    assert proof["title"] == proof["time"] == "Resérvame la sala de ensayo el sábado de 10 a 12:30"


def test_a_proposal_of_the_batch_is_confirmed_and_not_doubled() -> None:
    chat = Chat(AGENT)
    chat.say(WISH)
    [event] = chat.events.values()
    chat.events[event.id] = event.model_copy(update={"status": EventStatus.PROPOSED, "reason": "not_settled"})
    chat.say(WISH)
    [change] = chat.answers[-1].changes
    assert (change.action, change.event_id) == (ChangeAction.UPDATE, event.id)
    assert chat.agenda == ["2026-03-05T17:00 Masaje"]


def test_who_names_the_subject_after_the_batch_has_read_the_rest_is_not_told_that_the_hour_is_taken() -> None:
    chat = Chat(AGENT)
    chat.say("Quiero agendar una reunión")
    chat.say("El jueves a las 12")
    asked = chat.messages[-2]
    read = Event(
        id=UUID(int=7), tenant_id=chat.turn().tenant.id, conversation_id=asked.conversation_id, title="Reunión",
        start=chat.local("2026-03-05T12:00"), time_zone="America/Lima", status=EventStatus.CONFIRMED,
        source=EventSource.BATCH, created_at=chat.now, updated_at=chat.now, revision=1,
        evidence=tuple(Evidence(message_id=asked.id, slot=slot, quote=asked.body) for slot in ("date", "time")),
    )  # fmt: skip
    chat.events[read.id] = read
    chat.wait(minutes=20)
    assert "12:00" in chat.say("Ensayo del coro")
    [change] = chat.answers[-1].changes
    assert (change.action, change.event_id) == (ChangeAction.UPDATE, read.id)
    assert chat.agenda == ["2026-03-05T12:00 Ensayo del coro"]
    # Another wish for the same hour is one for an hour that is taken.
    assert "se cruza con" in chat.say("Quiero una cita el jueves a las 12 para masaje")
    assert chat.agenda == ["2026-03-05T12:00 Ensayo del coro"]


def test_an_offer_of_the_business_is_proof_when_the_customer_takes_it() -> None:
    chat = Chat(AGENT)
    chat.write("hola, quiero un corte de pelo")
    offer = chat.write("¿Te parece bien el jueves a las 16:30?", role=Role.BOT)
    yes = chat.write("sí, perfecto")
    chat.commit(chat.draft())
    [event] = chat.events.values()
    assert chat.agenda == ["2026-03-05T16:30 Corte de pelo"]
    proof = {e.slot: e.message_id for e in event.evidence}
    assert proof["date"] == proof["time"] == offer.id
    assert proof["settled"] == yes.id


@pytest.mark.parametrize(
    ("zone", "start", "says", "expected"),
    [
        # An hour before midnight in Lima it is tomorrow already in UTC.
        ("America/Lima", "2026-03-02T23:00", "Agéndame yoga mañana a las 9", "2026-03-03T09:00 Yoga"),
        ("Pacific/Auckland", "2026-03-03T00:30", "Agéndame yoga mañana a las 9", "2026-03-04T09:00 Yoga"),
        # Spain's clocks go from 2:00 to 3:00 on 29 March.
        ("Europe/Madrid", "2026-03-28T12:00", "Agéndame yoga mañana a las 10", "2026-03-29T10:00 Yoga"),
    ],
)
def test_words_count_in_the_tenants_zone(zone, start, says, expected) -> None:
    chat = Chat(AGENT, zone=zone, start=start)
    chat.say(says)
    assert chat.agenda == [expected]
    assert all(e.time_zone == zone for e in chat.events.values())


def test_words_count_from_their_own_message() -> None:
    chat = Chat(AGENT, start="2026-03-02T22:00")
    chat.say("quiero agendar una reunión mañana a las 4 de la tarde")
    chat.wait(hours=10)
    chat.say("Plan de marketing")
    assert chat.agenda == ["2026-03-03T16:00 Plan de marketing"]


def test_a_move_to_the_weekday_of_today_is_next_week() -> None:
    chat = Chat(AGENT)  # a Monday
    chat.say(WISH)
    assert "lunes 9 de marzo a las 17:00" in chat.say("pásalo al lunes a la misma hora")


@pytest.mark.parametrize("words", ["¡Nos vemos el jueves 5 a las 17:00! 👋", "Perfecto, jueves 5 a las 17:00."])
def test_another_ones_words_for_what_was_booked_are_enough(words) -> None:
    chat = Chat(AGENT)
    chat.write(WISH)
    answer = chat.draft()
    chat.commit(answer.model_copy(update={"text": words}))
    chat.say("uy no, mejor el sábado a las 11")
    assert chat.agenda == ["2026-03-07T11:00 Masaje"]


def test_the_last_messages_are_enough_to_change_an_event() -> None:
    chat = Chat(AGENT, context=3)
    chat.say(WISH)
    for _ in range(4):
        chat.say("gracias")
    chat.say("quiero mover mi cita al viernes")
    chat.say("ahora cancélala")
    assert [a.changes[0].action for a in chat.answers if a.changes] == [
        ChangeAction.CREATE,
        ChangeAction.UPDATE,
        ChangeAction.CANCEL,
    ]


def test_what_is_over_can_not_be_changed() -> None:
    chat = Chat(AGENT)
    chat.say(WISH)
    chat.wait(days=10)
    assert "No te encuentro" in chat.say("cancela mi cita")
    assert chat.agenda == ["2026-03-05T17:00 Masaje"]


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("¿Usted me podría dar una cita?", "cuándo le gustaría"),
        ("¿Me podés dar un turno?", "Decime"),
        ("¿Me puedes dar una cita?", "Dime"),
        ("Can I get an appointment?", "when would you like"),
    ],
)
def test_it_speaks_as_it_is_spoken_to(says, words) -> None:
    assert words in Chat(AGENT).say(says)
