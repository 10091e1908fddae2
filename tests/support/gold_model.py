"""A language model that answers from known golds, and is wrong where it is told to be: for the scripted server.

It is shown what a real model is shown, finds the case by its messages, and gives the gold as its reading. Where the
words stand is looked up with the resolver; what they mean is the gold's. A case is a line of an evaluation file (`id`,
`messages`, `events`). Asked to repair, it insists.
"""

import datetime as dt
import json
import random
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from app.extraction.base import Transcript
from app.extraction.cases import to_transcript
from app.extraction.said.mentions import Mention, mentions
from app.extraction.said.settling import Hearing
from app.models import Role
from tests.extraction.llm_cases import Case, event, said, wrongs
from tests.support.openai_server import Reply, say

_SHOWN = re.compile(r'<message id="m(\d+)" from="(\w+)" at="\w+ ([\d-]+ [\d:]+) [^"]+">(.*?)</message>', re.DOTALL)


@dataclass(kw_only=True)
class Gold:
    """One case as the model answers it: `starts` of all golds, `told` those whose words it could quote, `error` what it
    was made to get wrong in the first of them."""

    id: str
    transcript: Transcript
    starts: list[dt.datetime]
    told: list[dt.datetime]
    answers: list[dict[str, Any]]
    error: str | None = None
    calls: int = 0


@dataclass(kw_only=True)
class GoldModel:
    """`wrong`: the share of cases with an error; `seed`: which ones, and which errors."""

    rows: Iterable[dict[str, Any]]
    wrong: float = 0.0
    seed: int = 7
    golds: dict[str, Gold] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        chance = random.Random(self.seed)
        for row in self.rows:
            gold = _gold(row)
            if gold.answers and chance.random() < self.wrong:
                case = Case(name=gold.id, transcript=gold.transcript, start=gold.told[0], answer=gold.answers[0])
                answer = gold.answers[0]
                timed = replace(case, answer=answer | {"time": {"hour": 0, "minute": 0}})
                kinds = wrongs(case) if answer["time"] else _days_only(wrongs(timed))
                gold.error = chance.choice(sorted(kinds))
                gold.answers[0] = kinds[gold.error]
            self.golds[_key(m.text for m in gold.transcript.messages)] = gold

    def respond(self, body: dict[str, Any]) -> Reply:
        """The answer to a request of the extractor."""
        shown = _SHOWN.findall(body["messages"][1]["content"])
        gold = self.golds.get(_key(text for *_, text in shown))
        if gold is None:
            return say('{"events": []}')
        with self._lock:
            gold.calls += 1
        return say(json.dumps({"events": gold.answers}))


def _days_only(kinds: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        name: kinds[name] | {"time": None}
        for name in ("a day later", "a week later", "a year later", "wrong weekday", "no date")
    }


def _key(texts: Iterable[str]) -> str:
    return "\x1f".join(" ".join(text.replace("‹", "<").split()) for text in texts)


def _gold(row: dict[str, Any]) -> Gold:
    transcript = to_transcript(row)
    zone = transcript.messages[0].at.tzinfo
    gold = Gold(id=str(row["id"]), transcript=transcript, starts=[], told=[], answers=[])
    named = mentions(transcript.messages, transcript.time_zone)
    for one in row["events"]:
        when = one.get("start") or "T".join(filter(None, (one.get("event_date"), one.get("event_time"))))
        if not when:
            continue
        start = dt.datetime.fromisoformat(when)
        gold.starts.append(start.replace(tzinfo=zone))
        answer = _answer(transcript, named, one, start, whole_day="T" not in when)
        if answer is not None:
            gold.told.append(start.replace(tzinfo=zone))
            gold.answers.append(answer)
    return gold


def _answer(
    transcript: Transcript, named: tuple[Mention, ...], gold: dict[str, Any], start: dt.datetime, *, whole_day: bool
) -> dict[str, Any] | None:
    plain = [m for m in named if not m.points]
    dates = [m for m in plain if m.date == start.date()] or [m for m in named if m.date == start.date()]
    times = [m for m in plain if m.time == start.time()] or [m for m in named if m.time == start.time()]
    if not dates or not (times or whole_day):
        return None
    date, time = dates[-1], None if whole_day else times[-1]
    last = max(date.index, time.index if time else 0)
    written = transcript.messages[date.index].at.date()
    answer = event(
        title=gold.get("title") or gold.get("event_name") or "cita",
        day=start.date(),
        at=start.time(),
        written=written,
        date_said=said(date.index + 1, date.expression.text),
        time_said=said(time.index + 1, time.expression.text) if time else None,
        settled_by=f"m{_settled(transcript, last, {m.index for m in dates} & {m.index for m in times}) + 1}",
    )
    return answer if time else answer | {"time": None}


def _settled(transcript: Transcript, last: int, named: set[int]) -> int:
    """The message that a reader would name: the first yes of the other side to who said day and hour; else the next
    answer after the words."""
    messages, hearing = transcript.messages, Hearing(transcript.messages)
    for said_at in sorted({*named, last}):
        for i in range(said_at + 1, len(messages)):
            if messages[i].role is not messages[said_at].role and hearing.says(i).accepts and not hearing.says(i).asks:
                return i
    answers = [i for i in range(last + 1, len(messages)) if messages[i].role is not messages[last].role]
    return last if messages[last].role is Role.BOT else (answers or [last])[0]
