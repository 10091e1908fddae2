"""What code lets through of a model's reading: every right one, and nothing wrong."""

import datetime as dt
from collections import Counter
from functools import lru_cache

from app.extraction.base import Reason, Transcript
from app.extraction.explain import reason_text
from app.extraction.llm.grounding import PARTS_ONLY, Grounding
from app.extraction.llm.schema import ModelEvent
from app.extraction.llm.survey import Survey
from app.models import EventStatus
from tests.extraction.llm_cases import Case, event, golds, said, talk, wrongs

GOLDS = list(golds())
MORNING = dt.datetime(2027, 3, 1, 9, 0)  # a Monday
MONDAY = MORNING.date()


@lru_cache(maxsize=1)
def survey(transcript: Transcript) -> Survey:
    return Survey(transcript=transcript)


def ground(transcript, answer):
    ids = {f"m{n + 1}": n for n in range(len(transcript.messages))}
    [one] = Grounding(ids=ids, known={}, survey=survey(transcript)).check([ModelEvent.model_validate(answer)])
    return one


def confirmed(one) -> bool:
    return one.draft is not None and one.draft.status is EventStatus.CONFIRMED


def test_every_right_reading_is_let_through() -> None:
    through = [c for c in GOLDS if confirmed(one := ground(c.transcript, c.answer)) and _at(one) == c.start]
    missed = [c.name for c in GOLDS if c not in through]
    print(f"right readings let through: {len(through)} of {len(GOLDS)}")
    assert missed == []


def test_every_injected_error_is_caught() -> None:
    tried, caught = Counter[str](), Counter[str]()
    for case in GOLDS:
        for kind, answer in wrongs(case).items():
            one = ground(case.transcript, answer)
            tried[kind] += 1
            caught[kind] += not confirmed(one)
            if one.draft is not None:
                assert one.doubts
                assert reason_text(one.draft.reason) != one.draft.reason, "a reason that a person understands"
    print("errors caught:", dict(caught))
    assert caught == tried


def _at(one) -> dt.datetime:
    return one.draft.start.replace(tzinfo=None)


def _booking(text: str, **fields):
    transcript = talk(("user", text), ("bot", "Anotado"), at=MORNING)
    answer = event(
        title="corte de pelo",
        day=MONDAY + dt.timedelta(days=4),
        at=dt.time(10),
        written=MONDAY,
        date_said=said(1, "el viernes"),
        time_said=said(1, "a las 10"),
        settled_by="m2",
    )
    return ground(transcript, answer | fields)


def test_a_quote_of_a_part_is_read_with_the_whole() -> None:
    """ "no el viernes 12, sino" cannot become the 5th by quoting only "el viernes"."""
    one = _booking("corte de pelo el viernes 12 de marzo a las 10", date_said=said(1, "el viernes"))
    assert not confirmed(one)
    assert one.doubts[0].reason is Reason.MODEL_DISAGREES


def test_weekday_and_date_that_disagree_go_to_a_person() -> None:
    one = _booking("corte de pelo el viernes 4 de marzo a las 10", date_said=said(1, "el viernes 4 de marzo"))
    assert not confirmed(one)


def test_what_only_the_model_can_read_is_marked() -> None:
    one = _booking("corte de pelo el día n° 5 del mes, a las 10", date_said=said(1, "el día n° 5 del mes"))
    assert confirmed(one)
    assert one.draft.confidence == PARTS_ONLY


def test_words_without_any_part_to_check_prove_nothing() -> None:
    one = _booking("corte de pelo el día de la feria, a las 10", date_said=said(1, "el día de la feria"))
    assert not confirmed(one)
    for vague in ("por la tarde", "a primera hora", "a la hora de siempre", "a media tarde"):
        one = _booking(f"corte de pelo el viernes {vague}", time_said=said(1, vague))
        assert not confirmed(one), vague


def test_what_only_the_model_can_read_must_be_counted_from_its_message() -> None:
    read = event(
        title="x", day=MONDAY + dt.timedelta(days=4), at=dt.time(10), written=dt.date(2027, 2, 1),
        date_said=None, time_said=None,
    )["date"]  # fmt: skip
    one = _booking(
        "corte de pelo, el otro día de la feria, a las 10", date_said=said(1, "el otro día de la feria"), date=read
    )
    assert not confirmed(one)


def test_words_that_speak_of_no_time_prove_no_day() -> None:
    one = _booking("corte de pelo, por favor, a las 10", date_said=said(1, "por favor"))
    assert not confirmed(one)
    assert one.doubts[0].reason is Reason.EVIDENCE_MISSING


def test_the_business_alone_settles_nothing() -> None:
    transcript = talk(
        ("user", "hola"), ("bot", "¿corte de pelo el viernes a las 10?"), ("bot", "te espero"), at=MORNING
    )
    one = ground(
        transcript,
        event(
            title="corte de pelo", day=MONDAY + dt.timedelta(days=4), at=dt.time(10), written=MONDAY,
            date_said=said(2, "el viernes"), time_said=said(2, "a las 10"), settled_by="m3",
        ),
    )  # fmt: skip
    assert not confirmed(one)
    assert one.draft.reason == Reason.NOT_SETTLED


def test_what_was_over_when_it_was_settled_is_proposed() -> None:
    transcript = talk(
        ("user", "corte de pelo hoy a las 10"), ("bot", "perdón, recién veo. anotado"), at=MORNING, minutes=120
    )
    one = ground(
        transcript,
        event(
            title="corte de pelo", day=MONDAY, at=dt.time(10), written=MONDAY,
            date_said=said(1, "hoy"), time_said=said(1, "a las 10"), settled_by="m2",
        ),
    )  # fmt: skip
    assert one.draft.reason == Reason.IN_THE_PAST


def test_a_place_of_nobody_is_left_away() -> None:
    one = _booking("corte de pelo el viernes a las 10 en el local de Surco", location=said(1, "Miraflores"))
    assert confirmed(one)
    assert one.draft.location is None


def test_golds_are_many() -> None:
    assert len(GOLDS) >= 150
    assert isinstance(GOLDS[0], Case)
