"""The extractor over the real client and HTTP, against a scripted server."""

import asyncio
import datetime as dt
import itertools
import json
import random
import time
from dataclasses import replace
from email.utils import format_datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from app.errors import ExtractionError
from app.extraction.base import Extraction, KnownEvent, Reason
from app.extraction.llm.call import retry_after
from app.extraction.llm.extractor import Limits, LLMExtractor
from app.extraction.reconcile import reconcile
from app.extraction.rules import RulesExtractor
from app.models import ChangeAction, EventStatus, Evidence, ModelUsage
from tests.extraction.llm_cases import event, golds, said, talk, wrongs
from tests.support.openai_server import OpenAIServer, Reply, call, cut_off, drip, fault, hang, refuse, say, stream

MORNING = dt.datetime(2027, 3, 1, 9, 0)  # a Monday
FRIDAY = dt.date(2027, 3, 5)
TALK = talk(("user", "corte de pelo el viernes a las 10"), ("bot", "Anotado, te espero"), at=MORNING)
RIGHT = event(
    title="Corte de pelo",
    day=FRIDAY,
    at=dt.time(10),
    written=MORNING.date(),
    date_said=said(1, "el viernes"),
    time_said=said(1, "a las 10"),
    title_said=said(1, "corte de pelo"),
    settled_by="m2",
)
WRONG = RIGHT | {"time": {"hour": 11, "minute": 0}}
CALM = Limits(timeout=10, attempts=3, backoff=0.01)  # a busy machine is no fault of the model


def patience(fault: str, attempts: int) -> Limits:
    """Short for the faults that are waited out, and calm for those that are answered: a busy machine is none."""
    return Limits(timeout=1.0 if fault in ("hang", "slow drip") else 10, attempts=attempts, backoff=0.01)


def gives(*events: dict[str, Any]) -> Reply:
    return say(json.dumps({"events": events}))


def read(server: OpenAIServer, transcript=TALK, limits: Limits = CALM, **options: Any) -> Extraction:
    extractor = LLMExtractor(
        api_key=SecretStr("sk-test"), base_url=server.base_url, model="gpt-test", limits=limits, **options
    )
    return asyncio.run(extractor.extract(transcript))


def test_one_call_and_a_confirmed_event() -> None:
    used: list[ModelUsage] = []
    with OpenAIServer(gives(RIGHT)) as server:
        extraction = read(server, on_usage=used.append)
    [draft] = extraction.events
    assert (draft.title, draft.status) == ("Corte de pelo", EventStatus.CONFIRMED)
    assert draft.start.isoformat() == "2027-03-05T10:00:00-05:00"
    assert {e.slot for e in draft.evidence} == {"date", "time", "title", "settled"}
    assert extraction.extractor == "llm"
    assert used == [ModelUsage(calls=1, input_tokens=10, output_tokens=5)]
    [request] = server.requests
    form = request["response_format"]["json_schema"]
    assert form["strict"] is True
    assert form["schema"]["additionalProperties"] is False
    text = request["messages"][1]["content"]
    assert '<message id="m1" from="customer" at="Monday 2027-03-01 09:00 America/Lima">' in text
    assert str(TALK.messages[0].id) not in json.dumps(request)


def test_a_wrong_reading_is_repaired_once() -> None:
    with OpenAIServer(gives(WRONG), gives(RIGHT)) as server:
        [draft] = read(server).events
    assert draft.status is EventStatus.CONFIRMED
    assert len(server.requests) == 2
    assert "is 10:00, not 11:00" in server.requests[1]["messages"][-1]["content"]


@pytest.mark.parametrize("second", [gives(WRONG), gives(), fault(500), refuse("no")])
def test_a_reading_that_stays_wrong_is_proposed(second) -> None:
    with OpenAIServer(gives(WRONG), second) as server:
        [draft] = read(server).events
    assert (draft.status, draft.reason) == (EventStatus.PROPOSED, Reason.MODEL_DISAGREES)
    assert len(server.requests) == 2


def test_the_same_event_twice_is_one() -> None:
    with OpenAIServer(gives(RIGHT, RIGHT | {"title": "corte"}, RIGHT)) as server:
        assert len(read(server).events) == 1


def test_an_event_that_nobody_spoke_of_is_not_confirmed() -> None:
    invented = RIGHT | {"date_said": said(8, "el lunes"), "time_said": said(9, "a las 3"), "settled_by": "m9"}
    invented |= {"title": "Visita al notario", "title_said": None}
    with OpenAIServer(gives(RIGHT, invented), gives(RIGHT, invented)) as server:
        assert [e.status for e in read(server).events] == [EventStatus.CONFIRMED]


_FAULTS = {
    "500": fault(500),
    "503": fault(503),
    "429": fault(429, Retry_After="0.05"),
    "hang": hang(2.5),
    "slow drip": drip(json.dumps({"events": [RIGHT]}), 2.5),
    "refusal": refuse("I cannot read this."),
    "cut off": cut_off('{"events": [{"title": "Cor'),
    "no JSON": say("Sure! Here are the events:"),
    "wrong schema": say('{"events": [{"titulo": "Corte"}]}'),
    "wrong type": say('{"events": "none"}'),
    "empty": say(""),
    "streamed though not asked": stream(json.dumps({"events": []})),
    "tool calls, and none are offered": call(("cancel_event", {"event": "k1"}), ("cancel_event", {"event": "k2"})),
}


@pytest.mark.parametrize("name", _FAULTS)
def test_a_fault_is_tried_again(name) -> None:
    with OpenAIServer(_FAULTS[name], gives(RIGHT)) as server:
        [draft] = read(server, limits=patience(name, 3)).events
    assert draft.status is EventStatus.CONFIRMED
    assert len(server.requests) == 2


@pytest.mark.parametrize("name", _FAULTS)
def test_a_fault_that_stays_is_an_error_with_its_reason(name) -> None:
    reply = _FAULTS[name]
    limits = patience(name, 2)
    with OpenAIServer(reply, reply, reply, reply) as server:
        with pytest.raises(ExtractionError, match=r"^The language model "):
            read(server, limits=limits)
        assert len(server.requests) == 2
        assert read(server, limits=limits, fallback=RulesExtractor()).extractor == "rules"


@pytest.mark.parametrize("name", ["refusal", "cut off", "no JSON", "wrong schema", "wrong type", "empty", "filtered"])
def test_an_answer_of_no_use_is_counted_all_the_same(name) -> None:
    """The tokens are spent: a model that gives rubbish for ever may not run past the tenant's cap."""
    used: list[ModelUsage] = []
    reply = _FAULTS.get(name) or Reply(text="{", finish="content_filter")
    with OpenAIServer(reply, reply) as server, pytest.raises(ExtractionError):
        read(server, limits=Limits(timeout=10, attempts=2, backoff=0.01), on_usage=used.append)
    assert used == 2 * [ModelUsage(calls=1, input_tokens=10, output_tokens=5)]


def test_a_server_that_counts_nothing_is_estimated() -> None:
    used: list[ModelUsage] = []
    with OpenAIServer(replace(gives(RIGHT), counts=False)) as server:
        read(server, on_usage=used.append)
    [usage] = used
    sent = sum(len(m["content"]) for m in server.requests[0]["messages"])
    assert sent / 6 < usage.input_tokens < sent / 2
    assert usage.output_tokens > 50


def test_a_flood_of_events_is_no_answer() -> None:
    with OpenAIServer(gives(*(500 * [RIGHT]))) as server, pytest.raises(ExtractionError, match="500 events"):
        read(server, limits=Limits(timeout=20, attempts=1))


@pytest.mark.parametrize(
    "date", [{"year": 10**30}, {"year": 0}, {"year": 9999, "month": 12, "day": 31}, {"month": -1}, {"day": 10**20}]
)
def test_a_date_out_of_this_world_is_a_doubt_and_no_crash(date) -> None:
    odd = RIGHT | {"date": RIGHT["date"] | date, "time": {"hour": 10**20, "minute": -1}}
    with OpenAIServer(gives(RIGHT, odd), gives(RIGHT, odd)) as server:
        assert [e.status for e in read(server).events] == [EventStatus.CONFIRMED]


def test_a_title_that_no_database_takes_is_made_one() -> None:
    with OpenAIServer(gives(RIGHT | {"title": "Corte\x00 de\npelo\u202e\x07" + "!" * 500})) as server:
        [draft] = read(server).events
    assert draft.title.startswith("Corte de pelo!")
    assert len(draft.title) <= 120
    assert draft.title.isprintable()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, 0),
        ({}, None),
    ],
)
def test_what_a_server_asks_to_wait(headers, seconds) -> None:
    assert retry_after(headers) == seconds


def test_a_time_to_wait_until() -> None:
    then = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
    assert 25 < (retry_after({"retry-after": format_datetime(then, usegmt=True)}) or 0) <= 30


def test_a_refused_request_is_not_repeated() -> None:
    with OpenAIServer(fault(401), gives(RIGHT)) as server, pytest.raises(ExtractionError, match="401"):
        read(server)
    assert len(server.requests) == 1


def test_retry_after_is_waited_for() -> None:
    with OpenAIServer(fault(429, Retry_After="0.4"), gives(RIGHT)) as server:
        begun = time.monotonic()
        read(server)
    assert time.monotonic() - begun >= 0.4


def test_a_server_that_is_away() -> None:
    with OpenAIServer() as server:
        pass
    with pytest.raises(ExtractionError, match="could not be reached"):
        read(server)


def test_a_known_event_is_called_off_only_by_a_message() -> None:
    known = KnownEvent(
        id=uuid4(), title="Corte de pelo", start=dt.datetime(2027, 3, 5, 10, tzinfo=TALK.messages[0].at.tzinfo),
        status=EventStatus.CONFIRMED, evidence=(Evidence(message_id=TALK.messages[0].id, slot="date"),),
    )  # fmt: skip
    cancel = RIGHT | {"known": "k1", "status": "cancelled", "cancelled_by": "m2"}
    transcript = TALK.model_copy(update={"known_events": (known,)})
    with OpenAIServer(gives(cancel), gives(cancel)) as server:
        [change] = reconcile(read(server, transcript), (known,), conversation=uuid4())
    assert (change.action, change.draft.reason) == (ChangeAction.CREATE, Reason.CANCEL_UNSURE)
    assert change.event_id != known.id
    asked = talk(
        ("user", "corte de pelo el viernes a las 10"), ("bot", "Anotado"), ("user", "cancela mi cita"), at=MORNING
    ).model_copy(update={"known_events": (known,)})
    with OpenAIServer(gives(cancel | {"cancelled_by": "m3"})) as server:
        [change] = reconcile(read(server, asked), (known,), conversation=uuid4())
    assert change.event_id == known.id


def test_long_conversations_go_in_windows_that_overlap() -> None:
    lines = [("user" if n % 2 else "bot", f"mensaje {n} sobre nada en especial") for n in range(80)]
    transcript = talk(
        *lines[:70], ("user", "corte de pelo el viernes a las 10"), ("bot", "Anotado"), *lines[70:], at=MORNING
    )
    shown: list[set[str]] = []

    def respond(body: dict[str, Any]) -> Reply:
        text = body["messages"][1]["content"]
        shown.append({f"m{n}" for n in range(1, 83) if f'id="m{n}"' in text})
        if {"m71", "m72"} <= shown[-1]:
            return gives(RIGHT | {"date_said": said(71, "el viernes"), "time_said": said(71, "a las 10"),
                                  "title_said": said(71, "corte de pelo"), "settled_by": "m72"})  # fmt: skip
        return gives()

    with OpenAIServer(respond=respond) as server:
        [draft] = read(server, transcript, Limits(window_tokens=900)).events
    assert draft.status is EventStatus.CONFIRMED
    assert len(shown) > 2
    assert set().union(*shown) == {f"m{n}" for n in range(1, 83)}
    assert all(a & b for a, b in itertools.pairwise(shown))
    assert len(server.requests) == len(shown)


def test_a_model_that_is_wrong_one_time_in_five() -> None:
    """Nothing wrong is confirmed, every doubt has its reason, and no window takes more than two calls."""
    chance = random.Random(4)
    cases = list(golds())[::3]
    answers: dict[str, dict[str, Any]] = {}
    bad = set()
    for case in cases:
        answers[case.transcript.messages[0].at.isoformat() + case.name] = case.answer
    extractions = []
    with OpenAIServer() as server:
        for case in cases:
            kinds = wrongs(case)
            wrong = chance.random() < 0.2
            answer = kinds[chance.choice(sorted(kinds))] if wrong else case.answer
            bad |= {case.name} if wrong else set()
            server._script = [gives(answer), gives(answer)]
            server._served = 0
            before = len(server.requests)
            extractions.append((case, read(server, case.transcript)))
            assert len(server.requests) - before == (2 if wrong else 1)
    for case, extraction in extractions:
        starts = [e.start.replace(tzinfo=None) for e in extraction.events if e.status is EventStatus.CONFIRMED]
        assert starts == ([] if case.name in bad else [case.start])
        assert all(e.reason for e in extraction.events if e.status is EventStatus.PROPOSED)
    assert 5 <= len(bad) < len(cases) / 2
    assert isinstance(cases[0].transcript.messages[0].id, UUID)
