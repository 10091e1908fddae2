"""The dates and times that messages name, read by code and counted from their own message."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from app.extraction.base import TranscriptMessage
from app.models import Role
from app.temporal import Kind, TimeExpression, find, localize

_TOKEN = re.compile(r"\w(?:[\w:./-]*\w)?")
_EXPECT: tuple[Literal["time", "date"], ...] = ("time", "date")
_BARE = 2  # words: "el jueves"; "el próximo jueves" is none
_SHORT = 24  # characters up to which "10" or "el 19" may be a bare hour or day
_WEEKDAYS = (
    frozenset({"lunes", "monday"}), frozenset({"martes", "tuesday"}), frozenset({"miercoles", "wednesday"}),
    frozenset({"jueves", "thursday"}), frozenset({"viernes", "friday"}), frozenset({"sabado", "saturday"}),
    frozenset({"domingo", "sunday"}),
)  # fmt: skip
_MONTHS = tuple(
    frozenset(pair.split("/"))
    for pair in """enero/january febrero/february marzo/march abril/april mayo/may junio/june julio/july agosto/august
    septiembre/september octubre/october noviembre/november diciembre/december""".split()
)
#: Words that name a day though the resolver gives none for them.
_DAY_WORDS = frozenset(
    """fin fines mes mediados quincena semana semanas dia dias navidad pascua feriado proximo proxima siguiente misma
    mismo end month middle week weekend day days next following same holiday christmas easter""".split()
).union(*_WEEKDAYS, *_MONTHS)
_HOUR_WORDS = frozenset(
    """hora horas mediodia noche tarde temprano madrugada manana mismo misma siempre hour hours noon midnight night
    evening morning afternoon usual same time oclock""".split()
)
_HOUR_BEFORE = frozenset("a la las sobre tipo hacia eso at around about by ~".split())
_HOUR_AFTER = frozenset("h hs hrs am pm a.m p.m oclock horas en y punto".split())
_HOUR = re.compile(r"(\d{1,2})([:.h]\d{0,2}|am|pm|hs?|hrs)?")
_LAST_HOUR, _LAST_DAY = 24, 31


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One expression of the message at `index`; `date` and `time` local to the transcript's zone. `points`: its words
    only point to an earlier moment ("ese día", "una hora más tarde"). `guess`: a bare number in a short message."""

    index: int
    role: Role
    expression: TimeExpression
    date: dt.date | None
    time: dt.time | None
    points: bool = False
    guess: bool = False


def comparable(text: str) -> str:
    """For comparing words: no case, no accents, no punctuation but what times need."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(_TOKEN.findall(plain))


def place_of(text: str, words: str) -> tuple[int, int] | None:
    """Where the words stand in the text, as whole words in this order; None when they do not."""
    wanted = comparable(words).split()
    found = [(comparable(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(text)]
    for n in range(len(found) - len(wanted) + 1 if wanted else 0):
        if [word for word, _, _ in found[n : n + len(wanted)]] == wanted:
            return found[n][1], found[n + len(wanted) - 1][2]
    return None


def names_day(words: str) -> bool:
    """Whether words that the resolver cannot read speak of a day at all; a number alone may be of anything."""
    return any(word in _DAY_WORDS for word in comparable(words).split())


def tells_day(words: str) -> bool:
    """Whether they have anything that a date can be checked by: a weekday, a month, a number."""
    said = set(comparable(words).split())
    return any(word.isdecimal() for word in said) or any(said & names for names in (*_WEEKDAYS, *_MONTHS))


def fits_day(words: str, day: dt.date) -> bool:
    """Whether a weekday, a month, a number in such words are that day's."""
    said = set(comparable(words).split())
    numbers = {int(word) for word in said if word.isdecimal() and 0 < int(word) <= _LAST_DAY}
    return (
        (not numbers or day.day in numbers)
        and all(n == day.month for n, names in enumerate(_MONTHS, 1) if said & names)
        and all(n == day.weekday() for n, names in enumerate(_WEEKDAYS) if said & names)
    )


def hours_said(words: str) -> frozenset[int] | None:
    """The hours (in either half of the day) that words may mean which the resolver cannot read; empty where they name
    one without a number ("a la hora de siempre"), None where they name none: "mesa para 4", "2 niños"."""
    said = comparable(words).split()
    hours: set[int] = set()
    named = any(word in _HOUR_WORDS for word in said)
    for n, word in enumerate(said):
        found = _HOUR.fullmatch(word)
        beside = n > 0 and said[n - 1] in _HOUR_BEFORE or n + 1 < len(said) and said[n + 1] in _HOUR_AFTER
        if found and int(found[1]) <= _LAST_HOUR and (found[2] or beside or len(said) == 1):
            hour = int(found[1])
            hours |= {hour, hour % 12, hour % 12 + 12}
            named = True
    return frozenset(hours) if named else None


def mentions(messages: Sequence[TranscriptMessage], time_zone: str) -> tuple[Mention, ...]:
    """All of a conversation, in order. What moves an earlier moment ("una hora más tarde") is counted from the last."""
    zone = ZoneInfo(time_zone)
    found: list[Mention] = []
    day: dt.date | None = None
    at: dt.time | None = None
    for index, message in enumerate(messages):
        expressions, guess = _read(message.text, message.at.astimezone(zone))
        for e in expressions:
            previous = localize(dt.datetime.combine(day, at), zone) if day and at else None
            moved = e.after(previous) if previous and e.shift and not e.shift.vague else e
            date, time = _local(moved, zone)
            date = _offered(moved, message.role, found) or date
            found.append(
                Mention(
                    index=index,
                    role=message.role,
                    expression=moved,
                    date=date,
                    time=time,
                    points=e.shift is not None,
                    guess=guess,
                )
            )
            day, at = date or day, time or at
    return tuple(found)


def _offered(e: TimeExpression, speaker: Role, before: Sequence[Mention]) -> dt.date | None:
    """Of a bare weekday the day that it picks: "el jueves", said to "el lunes 8 o el jueves 11", is the 11th."""
    bare = len(comparable(e.text).split()) <= _BARE and not any(c.isdecimal() for c in e.text)
    if e.weekday is None or e.date is None or not bare or e.time:
        return None
    last = next((m.index for m in reversed(before) if m.role is not speaker and m.date), None)
    days = {m.date for m in before if m.index == last and m.date and m.date.weekday() == e.weekday}
    [day] = days if len(days) == 1 else [None]
    return day if day and day > e.date else None


def _read(text: str, reference: dt.datetime) -> tuple[list[TimeExpression], bool]:
    """The expressions of a message, and whether they are only guessed at."""
    found, guess = list(find(text, reference=reference)), False
    if not found and len(text) <= _SHORT:
        for expect in _EXPECT:
            found = found or list(find(text, reference=reference, expect=expect))
        guess = True
    return [e for e in found if e.kind is not Kind.DURATION], guess


def _local(e: TimeExpression, zone: ZoneInfo) -> tuple[dt.date | None, dt.time | None]:
    """Day and hour in the conversation's zone; they differ from the words only where a zone was said."""
    if e.zone and e.time:
        start = e.start()
        if start:
            there = start.astimezone(zone)
            return (there.date() if e.date else None), there.timetz().replace(tzinfo=None)
    return e.date, e.time
