"""An extraction against the events that are known."""

import datetime as dt
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from app.extraction.base import Extraction, KnownEvent, Reason
from app.extraction.reconcile import reconcile
from app.models import ChangeAction, EventChange, EventDraft, EventStatus, Evidence

LIMA = ZoneInfo("America/Lima")
CONVERSATION = UUID("00000000-0000-4000-8000-000000000001")
SAID, SETTLED, LATER = (UUID(f"00000000-0000-4000-8000-00000000001{n}") for n in range(3))
START = dt.datetime(2026, 5, 7, 17, 0, tzinfo=LIMA)
AT = dt.datetime(2026, 5, 4, 9, 0, tzinfo=LIMA)


def draft(**changes: object) -> EventDraft:
    values: dict[str, object] = {
        "title": "Corte de pelo",
        "start": START,
        "time_zone": "America/Lima",
        "settled_at": AT,
        "evidence": (
            Evidence(message_id=SAID, slot="began", quote="el jueves"),
            Evidence(message_id=SAID, slot="date", quote="el jueves"),
            Evidence(message_id=SETTLED, slot="settled", quote="listo"),
        ),
    }
    return EventDraft.model_validate(values | changes)


def known(event: EventDraft, **changes: object) -> KnownEvent:
    values: dict[str, object] = {
        "id": uuid4(),
        "title": event.title,
        "start": event.start,
        "end": event.end,
        "all_day": event.all_day,
        "location": event.location,
        "status": event.status,
        "evidence": event.evidence,
    }
    return KnownEvent.model_validate(values | changes)


def run(*drafts: EventDraft, events: tuple[KnownEvent, ...] = ()) -> list[EventChange]:
    return list(reconcile(Extraction(events=drafts, extractor="rules"), events, conversation=CONVERSATION))


def test_a_new_event_is_created_under_the_same_id_each_time():
    [first], [second] = run(draft()), run(draft(start=START + dt.timedelta(hours=1)))
    assert first.action is ChangeAction.CREATE
    assert first.event_id == second.event_id  # founded by the same words: the same event, at another hour
    assert first.draft is not None
    assert first.draft.event_id == first.event_id


def test_two_events_founded_by_the_same_words_are_two():
    one, two = run(draft(title="Control Ana"), draft(title="Control Leo"))
    assert one.event_id != two.event_id


def test_what_real_time_made_is_not_made_again():
    made = known(draft(title="Corte"), evidence=(Evidence(message_id=SETTLED, slot="settled"),))
    assert run(draft(), events=(made,)) == []


def test_it_is_recognised_by_its_hour_when_no_message_is_shared():
    made = known(draft(title="Corte"), evidence=(Evidence(message_id=uuid4(), slot="settled"),))
    assert run(draft(), events=(made,)) == []


def test_a_move_updates_the_same_event_and_keeps_its_length():
    made = known(draft(), end=START + dt.timedelta(minutes=30))
    [change] = run(draft(start=START + dt.timedelta(days=4)), events=(made,))
    assert (change.action, change.event_id) == (ChangeAction.UPDATE, made.id)
    assert change.draft is not None
    assert change.draft.end == START + dt.timedelta(days=4, minutes=30)


def test_a_cancellation_cancels_once():
    made = known(draft())
    gone = draft(
        status=EventStatus.CANCELLED,
        evidence=(*draft().evidence, Evidence(message_id=LATER, slot="cancelled", quote="cancela")),
    )
    [change] = run(gone, events=(made,))
    assert (change.action, change.event_id) == (ChangeAction.CANCEL, made.id)
    assert [e.slot for e in change.evidence] == ["cancelled"]
    assert run(gone, events=(made.model_copy(update={"status": EventStatus.CANCELLED}),)) == []
    assert run(gone) == []  # and what was never known is not created to be cancelled


def test_a_proposal_becomes_confirmed():
    made = known(draft(status=EventStatus.PROPOSED))
    [change] = run(draft(), events=(made,))
    assert change.action is ChangeAction.UPDATE
    assert change.draft is not None
    assert change.draft.status is EventStatus.CONFIRMED


def test_a_confirmed_event_is_not_made_a_proposal_by_an_unsettled_wish():
    wish = draft(
        status=EventStatus.PROPOSED,
        reason=Reason.NOT_SETTLED,
        settled_at=None,
        start=START + dt.timedelta(days=1),
    )
    assert run(wish, events=(known(draft()),)) == []


def test_who_cannot_come_after_all_is_shown_to_a_person():
    doubt = draft(status=EventStatus.PROPOSED, reason=Reason.NOT_SETTLED)
    [change] = run(doubt, events=(known(draft()),))
    assert change.draft is not None
    assert change.draft.status is EventStatus.PROPOSED


def test_what_a_person_decided_is_not_undone_by_newer_messages():
    decided = AT + dt.timedelta(hours=1)
    moved = known(draft(), start=START + dt.timedelta(days=1), decided_at=decided)
    rejected = known(draft(), status=EventStatus.CANCELLED, decided_at=decided)
    assert run(draft(), events=(moved,)) == []
    assert run(draft(), events=(rejected,)) == []
    later = AT + dt.timedelta(hours=2)
    newer = draft(start=START + dt.timedelta(days=2), settled_at=later)
    off = draft(status=EventStatus.CANCELLED, settled_at=later)
    again = draft(settled_at=later)
    for event, reading, reason in (
        (moved, newer, Reason.CHANGE_UNSURE),
        (moved, off, Reason.CANCEL_UNSURE),
        (rejected, again, Reason.CHANGE_UNSURE),
    ):
        [change] = run(reading, events=(event,))
        assert change.action is ChangeAction.CREATE
        assert change.draft is not None
        assert (change.draft.status, change.draft.reason) == (EventStatus.PROPOSED, reason)
        assert (change.draft.beside, change.draft.start) == (event.id, reading.start)
        shown = known(change.draft, id=change.event_id)
        assert run(reading, events=(event, shown)) == []  # and once


def test_one_appointment_under_two_titles_is_not_two():
    made = known(draft(title="Limpieza dental"), evidence=(Evidence(message_id=SAID, slot="date"),))
    other = draft(title="Doctora Ruiz", evidence=(Evidence(message_id=SAID, slot="date"),))
    first, second = draft(title="Limpieza dental"), other
    changes = run(first, second, events=(made,))
    assert [(c.draft.status, c.draft.beside) for c in changes if c.draft] == [(EventStatus.PROPOSED, made.id)]
    own = other.model_copy(update={"evidence": (Evidence(message_id=LATER, slot="date"),)})
    assert [c.draft.status for c in run(first, own, events=(made,)) if c.draft] == [EventStatus.CONFIRMED]


def test_a_conflict_stays_before_the_person_when_the_conversation_is_read_again():
    held = known(draft(), status=EventStatus.PROPOSED, reason=Reason.CALENDAR_CONFLICT)
    assert run(draft(), events=(held,)) == []


def test_what_was_called_off_and_wished_for_again_is_a_new_event():
    gone = known(draft(), status=EventStatus.CANCELLED)
    again = draft(
        start=START + dt.timedelta(days=7),
        evidence=(
            Evidence(message_id=LATER, slot="began", quote="el otro jueves"),
            Evidence(message_id=SETTLED, slot="settled", quote="listo"),
        ),
    )
    [change] = run(again, events=(gone,))
    assert change.action is ChangeAction.CREATE
    assert change.event_id != gone.id


def test_a_place_said_later_completes_the_event():
    made = known(draft(title="Corte"))
    placed = draft(
        location="Av. Los Fresnos 245",
        evidence=(
            *draft().evidence,
            Evidence(message_id=LATER, slot="location", quote="Av. Los Fresnos 245"),
        ),
    )
    [change] = run(placed, events=(made,))
    assert change.draft is not None
    assert (change.draft.title, change.draft.location) == ("Corte", "Av. Los Fresnos 245")


def test_an_event_without_proof_is_not_created():
    assert run(draft(evidence=())) == []


def test_the_id_that_the_extractor_gives_decides():
    one, two = known(draft()), known(draft(title="Tinte"), start=START + dt.timedelta(days=1))
    [change] = run(draft(event_id=two.id, start=START + dt.timedelta(days=3)), events=(one, two))
    assert change.event_id == two.id


def test_a_proposal_that_was_settled_beside_itself_is_called_off():
    wish = known(
        draft(status=EventStatus.PROPOSED, title="Manicura"),
        evidence=(Evidence(message_id=uuid4(), slot="date"),),
    )
    made = known(draft())
    [change] = run(draft(), events=(made, wish))
    assert (change.action, change.event_id) == (ChangeAction.CANCEL, wish.id)


def wish(**changes: object) -> EventDraft:
    values: dict[str, object] = {
        "start": START + dt.timedelta(days=1),
        "status": EventStatus.PROPOSED,
        "reason": Reason.CHANGE_UNSURE.value,
        "settled_at": None,
        "evidence": (
            Evidence(message_id=SAID, slot="began", quote="el jueves"),
            Evidence(message_id=LATER, slot="date", quote="al viernes"),
        ),
    }
    return draft(**(values | changes))


def test_a_change_that_nobody_answered_is_proposed_beside_its_event_once():
    for events in ((), (known(draft()),)):
        *made, change = run(draft(), wish(), events=events)
        host = events[0].id if events else made[0].event_id
        assert change.action is ChangeAction.CREATE
        assert change.draft is not None
        assert (change.draft.beside, change.draft.status) == (host, EventStatus.PROPOSED)
        stands = events or (known(draft(), id=host),)
        proposed = known(wish(), id=change.event_id)
        assert run(draft(), wish(), events=(*stands, proposed)) == []
        # Answered with a yes, it is the event's move, and the proposal is through.
        moved, through = run(draft(start=wish().start), events=(*stands, proposed))
        assert (moved.action, moved.event_id) == (ChangeAction.UPDATE, host)
        assert (through.action, through.event_id) == (ChangeAction.CANCEL, change.event_id)


def test_a_change_that_real_time_has_made_is_not_proposed_again():
    there = known(draft(), start=wish().start, evidence=(*draft().evidence, *wish().evidence))
    assert all(change.action is not ChangeAction.CREATE for change in run(draft(), wish(), events=(there,)))
    later = known(draft(), start=wish().start + dt.timedelta(hours=1), evidence=there.evidence)
    assert all(change.action is not ChangeAction.CREATE for change in run(draft(), wish(), events=(later,)))


def test_what_the_agent_let_stand_is_not_undone_by_another_reading_of_the_same_messages():
    stands, both = known(draft()), frozenset({SAID, SETTLED, LATER})
    off = draft(
        status=EventStatus.CANCELLED,
        evidence=(*draft().evidence, Evidence(message_id=LATER, slot="cancelled", quote="no")),
    )
    moved = draft(
        start=START + dt.timedelta(hours=1),
        evidence=(*draft().evidence, Evidence(message_id=LATER, slot="time", quote="a las 6")),
    )
    for wanted, reason in ((off, Reason.CANCEL_UNSURE), (moved, Reason.CHANGE_UNSURE)):
        changes = reconcile(
            Extraction(events=(wanted,), extractor="rules"), (stands,), conversation=CONVERSATION, answered=both
        )
        [proposal] = changes
        assert proposal.action is ChangeAction.CREATE
        assert proposal.draft is not None
        assert (proposal.draft.status, proposal.draft.reason) == (EventStatus.PROPOSED, reason.value)
        assert proposal.draft.beside == stands.id
        # Said to a person, or not answered yet, it counts.
        [change] = run(wanted, events=(stands,))
        assert change.event_id == stands.id


def test_what_the_agent_called_off_is_not_revived_from_what_it_answered():
    gone = known(draft(), status=EventStatus.CANCELLED)
    anew = draft(evidence=(*draft().evidence, Evidence(message_id=LATER, slot="settled", quote="listo")))
    answered = frozenset({SAID, SETTLED, LATER})
    extraction = Extraction(events=(anew,), extractor="rules")
    assert reconcile(extraction, (gone,), conversation=CONVERSATION, answered=answered) == ()
    [revived] = run(anew, events=(gone,))
    assert revived.action is ChangeAction.UPDATE


def test_one_called_off_and_one_booked_again_at_the_same_time_are_told_apart():
    again = draft(evidence=(Evidence(message_id=LATER, slot="began", quote="el jueves"),))
    off = draft(status=EventStatus.CANCELLED)
    for events in ((off, again), (again, off)):
        old, new = known(off), known(again)
        assert run(*events, events=(old, new)) == run(*events, events=(new, old)) == []


def test_where_the_agent_moved_it_from_is_no_second_event():
    """The batch reads both the first wish and the agent's "changed: …", which names it otherwise by then."""
    first, moved = draft(), START + dt.timedelta(hours=1)
    proof = (
        Evidence(message_id=SAID, slot="date", quote="el jueves"),
        Evidence(message_id=LATER, slot="time", quote="6"),
    )
    there = known(draft(title="Corte y barba", start=moved, evidence=proof))
    again = draft(title="Corte y barba", start=moved, evidence=proof)
    answered, order = frozenset({SAID, SETTLED, LATER}), [SAID, SETTLED, LATER]
    alone = Extraction(events=(first,), extractor="rules")
    assert reconcile(alone, (there,), conversation=CONVERSATION, answered=answered, order=order) == ()
    # Or were two wished for, and one of them moved? Then the other must not vanish.
    extraction = Extraction(events=(first, again), extractor="rules")
    [beside] = reconcile(extraction, (there,), conversation=CONVERSATION, answered=answered, order=order)
    assert beside.draft is not None
    assert (beside.draft.status, beside.draft.start, beside.draft.beside) == (EventStatus.PROPOSED, START, there.id)
    # What is said after the move counts.
    back = draft(evidence=(*first.evidence, Evidence(message_id=UUID(int=7), slot="time", quote="5")))
    for known_to_agent in (answered, answered | {UUID(int=7)}):
        assert reconcile(
            Extraction(events=(back,), extractor="rules"),
            (there,),
            conversation=CONVERSATION,
            answered=known_to_agent,
            order=[*order, UUID(int=7)],
        )


def test_words_that_called_another_off_end_nothing_else():
    off = Evidence(message_id=LATER, slot="cancelled", quote="la de mi hijo, cancélela")
    gone = known(draft(title="Corte (hijo)"), status=EventStatus.CANCELLED, evidence=(*draft().evidence, off))
    mine = draft(
        start=START + dt.timedelta(days=1), evidence=(Evidence(message_id=SETTLED, slot="date", quote="el 8"),)
    )
    stands = known(mine)
    read = mine.model_copy(update={"status": EventStatus.CANCELLED, "evidence": (*mine.evidence, off)})
    extraction, answered = Extraction(events=(read,), extractor="rules"), frozenset({SAID, SETTLED, LATER})
    assert reconcile(extraction, (gone, stands), conversation=CONVERSATION, answered=answered) == ()
    [proposal] = reconcile(extraction, (stands,), conversation=CONVERSATION, answered=answered)
    assert proposal.draft is not None
    assert proposal.draft.reason == Reason.CANCEL_UNSURE
