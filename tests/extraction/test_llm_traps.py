"""Plausible wrong readings of whole talks: none is entered, none touches another event, the right one gets through."""

import datetime as dt
from collections import Counter
from functools import cache
from typing import Any
from uuid import uuid4

from app.extraction.base import Extraction
from app.extraction.explain import reason_text
from app.extraction.llm.grounding import Grounding
from app.extraction.llm.schema import ModelEvent
from app.extraction.llm.survey import Survey
from app.extraction.reconcile import reconcile
from app.models import ChangeAction, EventStatus
from tests.extraction.llm_traps import Trap, traps

TRAPS = list(traps())


@cache
def survey(number: int) -> Survey:
    trap = TRAPS[number]
    return Survey(transcript=trap.transcript.model_copy(update={"known_events": trap.known}))


def outcome(trap: Trap, answers: list[dict[str, Any]]) -> tuple[set[dt.datetime], list[str], list[str]]:
    """The moments at which events stand after this reading, the reasons of those proposed, what the check said."""
    grounding = Grounding(
        ids={f"m{n + 1}": n for n in range(len(trap.transcript.messages))},
        known={f"k{n}": event for n, event in enumerate(trap.known, 1)},
        survey=survey(TRAPS.index(trap)),
    )
    checked = grounding.check([ModelEvent.model_validate(one) for one in answers])
    extraction = Extraction(events=tuple(one.draft for one in checked if one.draft), extractor="llm")
    stands = {event.id: event.start for event in trap.known}
    reasons = []
    for change in reconcile(extraction, trap.known, conversation=uuid4()):
        if change.action is ChangeAction.CANCEL:
            stands.pop(change.event_id)
        elif change.draft and change.draft.status is EventStatus.CONFIRMED:
            stands[change.event_id] = change.draft.start
        elif change.draft:
            reasons.append(change.draft.reason or "")
    return set(stands.values()), reasons, [doubt.text for one in checked for doubt in one.doubts]


def test_the_right_reading_of_a_trap_gets_through() -> None:
    missed = {
        trap.name: outcome(trap, trap.right)[2]
        for trap in TRAPS
        if trap.right and outcome(trap, trap.right)[0] != trap.stands
    }
    assert missed == {}


def test_no_wrong_reading_of_a_trap_is_entered() -> None:
    tried, leaked = Counter[str](), []
    for trap in TRAPS:
        for kind, answers in trap.wrong.items():
            stands, reasons, _ = outcome(trap, answers)
            tried[kind] += 1
            untouched = {event.start for event in trap.known} & trap.stands
            if not stands <= trap.stands | {event.start for event in trap.known} or not untouched <= stands:
                leaked.append(f"{trap.name}: {kind}")
            assert all(reason and reason_text(reason) != reason for reason in reasons), (trap.name, kind)
    print(f"{tried.total()} wrong readings of {len(TRAPS)} talks")
    assert leaked == []
