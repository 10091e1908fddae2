"""The dates and times that messages name, read by code and counted from their own message."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from app.extraction.base import TranscriptMessage
from app.temporal import Kind, TimeExpression, find, localize

_TOKEN = re.compile(r"\w(?:[\w:./-]*\w)?")
_EXPECT: tuple[Literal["time", "date"], ...] = ("time", "date")
_SHORT = 24  # characters up to which "10" or "el 19" may be a bare hour or day
#: Words that speak of time though the resolver gives no moment for them.
_TIME_WORDS = frozenset(
    """fin fines mes mediados quincena semana semanas dia dias hora horas lunes martes miercoles jueves viernes sabado
    domingo mediodia noche tarde temprano enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre
    diciembre navidad pascua feriado proximo proxima siguiente misma mismo end month middle week weekend day days hour
    monday tuesday wednesday thursday friday saturday sunday noon night evening morning next following same holiday
    january february march april june july august september october november december christmas easter""".split()
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One expression of the message at `index`; `date` and `time` local to the transcript's zone. `points`: its words
    only point to an earlier moment ("ese día", "una hora más tarde")."""

    index: int
    expression: TimeExpression
    date: dt.date | None
    time: dt.time | None
    points: bool = False


def fold(text: str) -> str:
    """For comparing words: no case, no accents, no punctuation but what times need."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(_TOKEN.findall(plain))


def place_of(text: str, words: str) -> tuple[int, int] | None:
    """Where the words stand in the text, as whole words in this order; None when they do not."""
    wanted = fold(words).split()
    found = [(fold(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(text)]
    for n in range(len(found) - len(wanted) + 1 if wanted else 0):
        if [word for word, _, _ in found[n : n + len(wanted)]] == wanted:
            return found[n][1], found[n + len(wanted) - 1][2]
    return None


def speaks_of_time(words: str) -> bool:
    return any(w in _TIME_WORDS or any(c.isdecimal() for c in w) for w in fold(words).split())


def mentions(messages: Sequence[TranscriptMessage], time_zone: str) -> tuple[Mention, ...]:
    """All of a conversation, in order. What moves an earlier moment ("una hora más tarde") is counted from the last."""
    zone = ZoneInfo(time_zone)
    found: list[Mention] = []
    day: dt.date | None = None
    at: dt.time | None = None
    for index, message in enumerate(messages):
        for e in _read(message.text, message.at.astimezone(zone)):
            previous = localize(dt.datetime.combine(day, at), zone) if day and at else None
            moved = e.after(previous) if previous and e.shift and not e.shift.vague else e
            date, time = _local(moved, zone)
            found.append(Mention(index=index, expression=moved, date=date, time=time, points=e.shift is not None))
            day, at = date or day, time or at
    return tuple(found)


def _read(text: str, reference: dt.datetime) -> list[TimeExpression]:
    found = list(find(text, reference=reference))
    if not found and len(text) <= _SHORT:
        for expect in _EXPECT:
            found = found or list(find(text, reference=reference, expect=expect))
    return [e for e in found if e.kind is not Kind.DURATION]


def _local(e: TimeExpression, zone: ZoneInfo) -> tuple[dt.date | None, dt.time | None]:
    """Day and hour in the conversation's zone; they differ from the words only where a zone was said."""
    if e.zone and e.time:
        start = e.start()
        if start:
            there = start.astimezone(zone)
            return (there.date() if e.date else None), there.timetz().replace(tzinfo=None)
    return e.date, e.time
