"""The one repair of a window: what was right in the first answer survives it, however little the second one says."""

import asyncio
import datetime as dt
import json
from typing import Any

import pytest
from pydantic import SecretStr

from app.extraction.base import Reason
from app.extraction.llm.extractor import Limits, LLMExtractor
from app.models import EventStatus
from tests.extraction.llm_cases import event, said, talk
from tests.support.openai_server import OpenAIServer, say

MORNING = dt.datetime(2027, 3, 1, 9, 0)  # a Monday
TALK = talk(
    ("user", "Quiero clase de violín el miércoles 3 a las 10:00 y otra clase de violín el viernes 5 a las 11:00"),
    ("bot", "Perfecto, quedan agendadas las dos clases"),
    at=MORNING,
)


def lesson(day: int, hour: int, words: str, hour_words: str, **more: Any) -> dict[str, Any]:
    return event(
        title="Clase de violín", day=dt.date(2027, 3, day), at=dt.time(hour), written=MORNING.date(),
        date_said=said(1, words), time_said=said(1, hour_words), settled_by="m2", **more,
    )  # fmt: skip


WEDNESDAY = lesson(3, 10, "el miércoles 3", "a las 10:00")
FRIDAY = lesson(5, 11, "el viernes 5", "a las 11:00")
WRONG = lesson(6, 11, "el viernes 5", "a las 11:00")  # Saturday
BOTH = [("03 10", "confirmed"), ("05 11", "confirmed")]


def read(*answers: list[dict[str, Any]], transcript=TALK) -> list[tuple[str, str]]:
    with OpenAIServer(*(say(json.dumps({"events": one})) for one in answers)) as server:
        extractor = LLMExtractor(
            api_key=SecretStr("sk-test"), base_url=server.base_url, model="m", limits=Limits(attempts=1, timeout=5)
        )
        events = asyncio.run(extractor.extract(transcript)).events
        assert len(server.requests) <= 2
    return sorted((f"{e.start:%d %H}", e.status.value) for e in events)


@pytest.mark.parametrize(
    "second",
    {
        "the whole list": [WEDNESDAY, FRIDAY],
        "in another order": [FRIDAY, WEDNESDAY],
        "only what was wrong": [FRIDAY],
        "a right one spoilt": [FRIDAY, WEDNESDAY | {"time": {"hour": 12, "minute": 0}}],
        "a right one renamed": [FRIDAY, WEDNESDAY | {"title": "Violín"}],
        "the same twice": [FRIDAY, FRIDAY, WEDNESDAY],
    }.items(),
    ids=lambda pair: pair[0],
)
def test_a_repair_loses_nothing_that_was_right(second) -> None:
    assert read([WEDNESDAY, WRONG], second[1]) == BOTH


@pytest.mark.parametrize(
    "second",
    {"nothing": [], "only what was right": [WEDNESDAY], "still wrong": [WRONG]}.items(),
    ids=lambda pair: pair[0],
)
def test_what_stays_wrong_or_is_left_out_goes_to_a_person(second) -> None:
    found = read([WEDNESDAY, WRONG], second[1])
    assert ("03 10", "confirmed") in found
    assert [status for _, status in found].count("proposed") == 1
    assert len(found) == 2


def test_a_model_that_changes_its_mind_about_what_was_sound_is_not_believed_twice() -> None:
    """It found nothing wrong with ten o'clock, and then gives eleven in its place: one of them at most is entered."""
    transcript = talk(
        ("user", "peluquería canina el viernes 5 a las 10:00 o a las 11:00, y tinte el sábado 6 a las 9:00"),
        ("bot", "Perfecto, queda agendado"),
        at=MORNING,
    )

    def one(title: str, day: int, hour: int, **words: str) -> dict[str, Any]:
        return event(
            title=title, day=dt.date(2027, 3, day), at=dt.time(hour), written=MORNING.date(), settled_by="m2",
            date_said=said(1, words["on"]), time_said=said(1, words["at"]),
        )  # fmt: skip

    ten = one("peluquería canina", 5, 10, on="el viernes 5", at="a las 10:00")
    eleven = one("peluquería canina", 5, 11, on="el viernes 5", at="a las 11:00")
    wrong = one("tinte", 7, 9, on="el sábado 6", at="a las 9:00")
    found = read([ten, wrong], [eleven, one("tinte", 6, 9, on="el sábado 6", at="a las 9:00")], transcript=transcript)
    assert sum(status == "confirmed" and when.startswith("05") for when, status in found) <= 1


def test_a_dropped_reading_has_its_reason() -> None:
    with OpenAIServer(say(json.dumps({"events": [WRONG]})), say('{"events": []}')) as server:
        extractor = LLMExtractor(api_key=SecretStr("sk"), base_url=server.base_url, model="m")
        [draft] = asyncio.run(extractor.extract(TALK)).events
    assert (draft.status, draft.reason) == (EventStatus.PROPOSED, Reason.MODEL_DISAGREES)
