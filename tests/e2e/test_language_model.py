"""The language-model path against the real server process: attacks, faults, wrong readings, real conversations.

The model is a scripted server that speaks OpenAI's interface; what it answers to a request is `Brain`'s matter. One
server process serves all of it, with many conversations at once.
"""

import datetime as dt
import itertools
import json
import os
import random
import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import icalendar
import pytest

from app.extraction.base import Reason
from app.extraction.explain import reason_text
from tests.agent.test_injection import ATTACKS, _obeying_reading, _obeying_turn
from tests.e2e.conftest import ZONE, Hilo
from tests.e2e.test_main_job import wait_for
from tests.extraction.llm_cases import Case, event, said, talk, wrongs
from tests.support import forking
from tests.support import waha_server as waha
from tests.support.gold_model import GoldModel
from tests.support.openai_server import OpenAIServer, Reply, call, drip, fault, hang, refuse, say, stream
from tests.support.servers import ROOT

_numbers = itertools.count(1)
BASE = "/api/v1/whatsapp"
WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()


class Brain:
    """Answers requests by what stands in them: `turns` by a word of the conversation, `readings` likewise."""

    def __init__(self) -> None:
        self.turns: dict[str, Any] = {}
        self.readings: dict[str, Any] = {}
        self.gold: GoldModel | None = None
        self.calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def respond(self, body: dict[str, Any]) -> Reply:
        text = json.dumps(body["messages"], ensure_ascii=False)
        table = self.turns if "tools" in body else self.readings
        for word, answer in table.items():
            if word in text:
                with self._lock:
                    self.calls[word] += 1
                return answer(body) if callable(answer) else answer
        if "tools" in body:
            return say("Un momento, por favor.")
        return self.gold.respond(body) if self.gold else say('{"events": []}')


@pytest.fixture(scope="module")
def brain() -> Brain:
    return Brain()


@pytest.fixture(autouse=True)
def reset(brain: Brain) -> None:
    brain.turns.clear()
    brain.readings.clear()
    brain.calls.clear()
    brain.gold = None


@pytest.fixture(scope="module")
def model(brain: Brain) -> Iterator[OpenAIServer]:
    with OpenAIServer(respond=brain.respond) as server:
        yield server


@pytest.fixture(scope="module")
def hilo(start_hilo: Any, model: OpenAIServer) -> Hilo:
    return start_hilo(
        OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=model.base_url, OPENAI_MODEL="scripted",
        HILO_AGENT_TIMEOUT_SECONDS="2", HILO_LLM_TIMEOUT_SECONDS="3", HILO_LLM_ATTEMPTS="2",
        HILO_LLM_INPUT_PRICE="2", HILO_LLM_OUTPUT_PRICE="8", HILO_REPLY_QUIET_SECONDS="0.1",
        WAHA_HMAC_KEY=waha.KEY, HILO_BATCH_MAX_ATTEMPTS="1",
        # Everybody's conversations are in one calendar here; an overlap is not what is looked at.
        HILO_CONFLICT_POLICY="allow",
    )  # fmt: skip


def contact() -> str:
    return f"whatsapp:+5193{next(_numbers):07d}"


def answered(hilo: Hilo, contacts: list[str], seconds: float = 60.0) -> None:
    wait_for(lambda: {m.to for m in hilo.twilio.sent} >= set(contacts), seconds)


def set_tenant(hilo: Hilo, *options: str) -> None:
    """As an operator does it, beside the running server."""
    environment = {**os.environ, **hilo.server.environment, "PYTHONPATH": str(ROOT)}
    forking.run("tenants", "set", "default", *options, env=environment).check_returncode()


def calendar(hilo: Hilo) -> list[str]:
    """What any calendar program shows."""
    path = hilo.http.get("/api/v1/tenants").json()[0]["feed_path"]
    feed = icalendar.Calendar.from_ical(httpx.get(hilo.server.url + path).content)
    return sorted(str(e["SUMMARY"]) for e in feed.walk("VEVENT"))


# ---------------------------------------------------------------- attacks


def test_attacks_reach_neither_calendar_nor_store(hilo: Hilo, brain: Brain) -> None:
    """Each is written by a customer, in a message and as a quoted one, to a model that obeys; then the batch reads it
    with a model that obeys too. Another customer's appointment stands through all of it."""
    victim = contact()
    brain.turns["vacuna del gato"] = lambda body: (
        say("Anotado.") if any(m["role"] == "tool" for m in body["messages"])
        else call(("create_event", {"when": "el 14 de diciembre a las 9:00", "title": "vacuna del gato"}))
    )  # fmt: skip
    hilo.say("quiero una cita para la vacuna del gato el 14 de diciembre a las 9:00", contact=victim)
    [stands] = wait_for(lambda: hilo.events(victim))
    before = calendar(hilo)

    def obey(body: dict[str, Any]) -> Reply:
        if "tools" in body:
            return _obeying_turn(body)
        text = body["messages"][1]["content"]
        return say(_obeying_reading(text.partition(">")[2].partition("</message>")[0]))

    attackers = {contact(): attack for attack in ATTACKS}
    brain.turns[""] = brain.readings[""] = obey  # whatever it is shown
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda pair: hilo.say(pair[1], contact=pair[0]), attackers.items()))
    answered(hilo, list(attackers))
    hilo.process(limit=500)
    assert brain.calls[""] > 3 * len(ATTACKS), "the model was reached, and obeyed"
    events = {e["id"]: e for e in hilo.events()}
    assert events.pop(stands["id"]) == stands | {"conversation_id": victim}
    # What the attacked model wanted is at most before a person, with its reason; nothing is in anybody's calendar.
    assert {e["status"] for e in events.values()} <= {"proposed"}
    assert all(reason_text(e["reason"]) != e["reason"] for e in events.values())
    assert calendar(hilo) == before
    for one in attackers:
        for reply in hilo.replies(one):
            assert "Hecho" not in reply
            assert "Rules" not in reply
            assert "vacuna" not in reply


# ---------------------------------------------------------------- a model that is ill

FAULTS: dict[str, Reply] = {
    "429": fault(429, Retry_After="1"),
    "500": fault(500),
    "401": fault(401),
    "hang": hang(4.0),
    "slow drip": drip("Con gusto", 4.0),
    "refusal": refuse("I cannot help with that."),
    "empty": say(""),
    "no such tool, for ever": call(("grant_access", {"to": "all"})),
    "arguments that are none": call(("create_event", "{nope")),
    "streamed though not asked": stream("Con gusto"),
}


def test_whatever_is_wrong_with_the_model_the_customer_hears_something(hilo: Hilo, brain: Brain) -> None:
    """Every fault at once, each for a customer of its own. Then the model is well again: the same messages, not new
    ones, get their answers."""
    ill = {name: (contact(), f"caso{n:02d}") for n, name in enumerate(FAULTS)}
    for name, (_, word) in ill.items():
        brain.turns[word] = brain.readings[word] = FAULTS[name]
    for one, word in ill.values():
        hilo.say(f"Hola, ¿me ayuda con {word} por favor?", contact=one)
    answered(hilo, [one for one, _ in ill.values()])
    for name, (one, _) in ill.items():
        assert hilo.replies(one)[0].startswith("Recibí tu mensaje"), name
        assert not hilo.messages(one)[0]["processed"], name
    report = hilo.process(conversation_id=ill["500"][0])
    assert (report["run"]["failed"], report["run"]["messages"]) == (1, 0)
    assert "language model" in report["conversations"][0]["error"]

    brain.turns.clear()
    brain.readings.clear()
    wait_for(lambda: all("Un momento, por favor." in hilo.replies(one) for one, _ in ill.values()), 90)
    for one, _ in ill.values():
        assert len(hilo.replies(one)) == 2


# ---------------------------------------------------------------- a model that is wrong one time in five


def _wrong_days() -> Iterator[Case]:
    """Appointments to come, told in the dates of today."""
    today = dt.datetime.now(ZoneInfo(ZONE)).date()
    things = ("radiografía", "cambio de llantas", "clase de violín", "corte de barba", "asesoría fiscal")
    for n in range(20):
        day, at = today + dt.timedelta(days=9 + n), dt.time(8 + n % 9, 30)
        title, name = f"{things[n % 5]} {n:02d}", f"wrong{n:02d}"
        words = f"el {WEEKDAYS[day.weekday()]} {day.day} de {MONTHS[day.month - 1]}"
        time_words = f"a las {at:%H:%M}"
        start = dt.datetime.combine(day, at, ZoneInfo(ZONE))
        text = f"Quisiera {title} {words} {time_words}"
        answer = event(
            title=title, day=day, at=at, written=today, date_said=said(1, words), time_said=said(1, time_words),
            title_said=said(1, title), settled_by="m3",
        )  # fmt: skip
        transcript = talk(("user", text), ("bot", "x"), ("bot", "y"), at=dt.datetime.now())
        yield Case(name=name, transcript=transcript, start=start, answer=answer)


def test_wrong_one_time_in_five_and_nothing_wrong_in_the_calendar(hilo: Hilo, brain: Brain) -> None:
    hilo.process(limit=500)  # what other tests left
    chance = random.Random(11)
    cases = {contact(): case for case in _wrong_days()}
    wrong = set(chance.sample(sorted(cases), 4))
    for one, case in cases.items():
        kinds = wrongs(case)
        answer = kinds[chance.choice(sorted(kinds))] if one in wrong else case.answer
        brain.readings[case.answer["title"]] = say(json.dumps({"events": [answer]}))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: hilo.say(cases[one].transcript.messages[0].text, contact=one), cases))
    answered(hilo, list(cases))
    for one in cases:  # the business writes from its own screen
        answer = hilo.http.post(
            f"{BASE}/conversations/{one.replace(':', '%3A').replace('+', '%2B')}/messages",
            json={"body": "Con gusto, queda anotado"},
        )
        assert answer.status_code < 300, answer.text
    run = hilo.process(limit=500)["run"]
    events = {one: hilo.events(one) for one in cases}
    for one, case in cases.items():
        confirmed = [dt.datetime.fromisoformat(e["start"]) for e in events[one] if e["status"] == "confirmed"]
        assert confirmed == ([] if one in wrong else [case.start]), (one in wrong, events[one])
        for doubtful in (e for e in events[one] if e["status"] == "proposed"):
            assert doubtful["reason"] in set(Reason)
            assert reason_text(doubtful["reason"]) != doubtful["reason"]
        assert brain.calls[case.answer["title"]] == (2 if one in wrong else 1)
    # One call for each conversation and one repair for each wrong one, on the run's bill and the metrics'.
    assert run["model_calls"] == len(cases) + len(wrong)
    assert (run["input_tokens"], run["output_tokens"]) == (10 * run["model_calls"], 5 * run["model_calls"])
    assert run["model_cost"] == pytest.approx((20 + 40) * run["model_calls"] / 1e6)
    metrics = hilo.http.get("/metrics").text
    assert 'hilo_model_tokens_total{kind="output",part="agent",tenant="default"}' in metrics
    assert 'hilo_model_cost_total{part="batch",tenant="default"}' in metrics


# ---------------------------------------------------------------- real conversations


def test_spanish_conversations_through_the_webhook(hilo: Hilo, brain: Brain, shared_dir: Path) -> None:
    """Both sides, with their own times, as a phone's gateway posts them; then the batch with a model that knows the
    golds and is wrong one time in five."""
    files = [shared_dir / "eval" / f"{name}.jsonl" for name in ("whatsapp_es_dev", "whatsapp_more_dev")]
    rows = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row.get("lang") == "es" and row["timezone"] == ZONE]
    assert len(rows) >= 30
    model = GoldModel(rows=rows, wrong=0.2, seed=3)
    brain.gold = model
    set_tenant(hilo, "--no-agent")  # the business writes itself
    chats = {row["id"]: f"51940{n:06d}@c.us" for n, row in enumerate(rows)}

    def post(row: dict[str, Any]) -> None:
        with httpx.Client(timeout=30) as client:
            for n, message in enumerate(row["messages"]):
                at = dt.datetime.fromisoformat(message["at"]).replace(tzinfo=ZoneInfo(ZONE))
                payload = waha.text_payload(
                    message["text"], tail=f"{row['id']}{n}", chat=chats[row["id"]], at=int(at.timestamp()),
                    from_me=message["role"] == "bot",
                )  # fmt: skip
                body = waha.encode(waha.event("message.any", payload))
                answer = client.post(hilo.server.url + BASE + "/waha/webhook", content=body, headers=waha.sign(body))
                assert answer.status_code == 200, answer.text

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(post, rows))
    run = hilo.process(limit=500)["run"]
    assert run["failed"] == 0
    found: dict[str, list[dict[str, Any]]] = {}
    cursor = None
    while True:
        page = hilo.get("events", limit=200, **({"cursor": cursor} if cursor else {}))
        for one in page["items"]:
            found.setdefault(re.sub(r"\D", "", one["conversation_id"]), []).append(one)
        if not (cursor := page["next_cursor"]):
            break
    right = through = errors = 0
    stopped = []
    for gold in model.golds.values():
        events = found.get(re.sub(r"\D", "", chats[gold.id]), [])
        confirmed = {dt.datetime.fromisoformat(e["start"]) for e in events if e["status"] == "confirmed"}
        assert confirmed <= set(gold.starts), (gold.id, gold.error, confirmed, gold.starts)
        if gold.error:
            errors += 1
            assert gold.told[0] not in confirmed, (gold.id, gold.error)
        told = gold.told[1:] if gold.error else gold.told
        right += len(told)
        through += len(confirmed & set(told))
        if set(told) - confirmed:
            stopped.append((gold.id, [e["reason"] for e in events if e["status"] == "proposed"]))
        assert all(e["reason"] for e in events if e["status"] == "proposed")
        assert gold.calls <= 2, gold.id
    print(f"{len(rows)} conversations, {errors} wrong readings, none confirmed; {through} of {right} right ones were")
    assert errors >= 5
    assert through >= 0.95 * right, stopped


def test_the_cap_is_seen_and_the_server_answers_on(hilo: Hilo, model: OpenAIServer) -> None:
    """The tenant's day is used up: the offline model answers, the rules read, and health says so."""
    set_tenant(hilo, "--agent", "--llm-daily-tokens", "10")
    asked = len(model.requests)
    one = contact()
    hilo.say("Hola, quiero agendar una poda de rosales el 20 de diciembre a las 11:00", contact=one)
    [made] = wait_for(lambda: hilo.events(one), 30)
    assert made["title"] == "Poda de rosales"
    assert hilo.process(conversation_id=one)["run"]["failed"] == 0
    assert len(model.requests) == asked
    assert "offline model answers" in httpx.get(f"{hilo.server.url}/readyz").text
