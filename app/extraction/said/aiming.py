"""Which of several events a message calls off, by what it says beside the words for it: not by a model's word."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.extraction.base import KnownEvent, TranscriptMessage
from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Reading, language_of, read
from app.extraction.rules.words import fold
from app.extraction.said.mentions import Mention
from app.extraction.said.wording import telling
from app.models import EventStatus, Role

#: What is said where an appointment is given another time, or up.
CHANGES = frozenset({Act.MOVE, Act.PUSH, Act.BRING_FORWARD, Act.CANCEL, Act.CANNOT, Act.UNAVAILABLE, Act.GIVE_UP})
_OFF = frozenset({Act.CANCEL, Act.GIVE_UP, Act.CANNOT})
# "Todo menos la limpieza"; "la limpieza se queda"; "keep the cleaning".
_BUT = re.compile(r"\b(?:menos|excepto|salvo|except(?: for)?|but not|but the|aparte de|other than|besides)\b[^,.;!?]*")
_STAYS = re.compile(
    r"\b(?:se queda|quedan?|sigue|siguen|se mantiene|stays?|remains?|keep(?:ing)?|mant(?:en|eng|en)\w*|deja(?:l[ao]s?)?"
    r"|si (?:l[ao]s? )?(?:hago|quiero|voy)|no (?:la|lo|toques?))\b"
)
_CLAUSE = re.compile(r"[^,.;!?\n]+")
_OTHER = re.compile(r"\b(?:l[ao]s? otr[ao]s?|l[ao]s? demas|el resto|the others?|the rest|tod[ao]s?|everything|all)\b")
_ORDINAL = re.compile(
    r"\b(?:(?P<first>primer[ao]?|first)|(?P<second>segund[ao]|second)"
    r"|(?P<last>ultim[ao]|last))\b(?! (?:vez|hora|time|thing))"
)
_TWO = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """`named`: the short ids of the events that the words fit; `every`: all of them are meant; `spared`: those that the
    words leave as they are; `unclear`: one is pointed to, and which cannot be told."""

    named: frozenset[str]
    every: bool = False
    spared: frozenset[str] = frozenset()
    unclear: bool = False


def reading_of(message: TranscriptMessage) -> Reading:
    return reading_of_text(message.text, message.at, "es")


def reading_of_text(text: str, at: dt.datetime, fallback: str) -> Reading:
    """`text`, sent at `at`, in its own language, or in `fallback` where its words do not show one."""
    words = [w.strip(".,;:!?¿¡") for w in fold(text).split()]
    return read(text, at, lang=language_of(words, fallback))


def called_off(
    index: int, messages: Sequence[TranscriptMessage], events: Mapping[str, KnownEvent], mentions: Sequence[Mention]
) -> Aim:
    """Of `events` those that the message at `index` calls off; the business's "listo, cancelada" calls off what the
    customer's last such message did."""
    reading = reading_of(messages[index])
    if messages[index].role is Role.BOT and not _names(reading, index, events, mentions):
        before = (i for i in range(index - 1, -1, -1) if messages[i].role is Role.USER)
        asked = next((i for i in before if reading_of(messages[i]).acts & _OFF), None)
        if asked is not None:
            index, reading = asked, reading_of(messages[asked])
    aim = pointed(reading.text, events)
    if aim is not None:
        return aim
    return Aim(named=_names(reading, index, events, mentions), every=Act.BOTH in reading.acts)


class _Event(Protocol):
    @property
    def title(self) -> str: ...

    @property
    def start(self) -> dt.datetime: ...


def pointed(text: str, events: Mapping[str, _Event]) -> Aim | None:
    """What is pointed to instead of named: by what it leaves out, or by its place among `events`, which are in the
    order that they were made in. None where the text does not point."""
    said = fold(text)
    parts = [m.group() for m in _BUT.finditer(said)]
    rest = _BUT.sub(" ", said)
    parts += [c for c in _CLAUSE.findall(rest) if _STAYS.search(c)]
    off = " ".join(c for c in _CLAUSE.findall(rest) if not _STAYS.search(c))
    kept, gone = telling(" ".join(parts)), telling(off)
    spared = {n for n, e in events.items() if telling(e.title) & kept and not telling(e.title) & gone}
    if spared and _OTHER.search(off):
        return Aim(named=frozenset(events) - spared, every=len(events) - len(spared) > 1, spared=frozenset(spared))
    if parts and _OTHER.search(off) and len(events) >= _TWO:
        return Aim(named=frozenset(), unclear=True)  # something is left out, under another name
    place = _ORDINAL.search(off)
    if place is None or len(events) < _TWO or any(telling(e.title) & gone for e in events.values()):
        return None
    n = {"first": 0, "second": 1, "last": -1}[str(place.lastgroup)]
    by_time = sorted(events, key=lambda name: events[name].start)
    by_talk = list(events)  # as they are numbered: in the order they were made
    meant = by_time[n]
    return Aim(named=frozenset({meant})) if meant == by_talk[n] else Aim(named=frozenset(), unclear=True)


def named(
    index: int, messages: Sequence[TranscriptMessage], events: Mapping[str, KnownEvent], mentions: Sequence[Mention]
) -> frozenset[str]:
    """Of `events` those that the message at `index` speaks of."""
    return _names(reading_of(messages[index]), index, events, mentions)


def _names(
    reading: Reading, index: int, events: Mapping[str, KnownEvent], mentions: Sequence[Mention]
) -> frozenset[str]:
    """By words of the title or by the moment, in the stretch that calls off; in the whole message where that says
    nothing."""
    off = [(s.start, s.end) for s in reading.segments if s.acts & _OFF]
    for spans in (off, [(0, len(reading.text))]):
        said = telling(" ".join(reading.text[a:b] for a, b in spans))
        titles = {name: telling(event.title) & said for name, event in events.items()}
        most = max((len(words) for words in titles.values()), default=0)
        by_title = {name for name, words in titles.items() if most and len(words) == most}
        named = [m for m in mentions if m.index == index and any(a <= m.expression.span[0] < b for a, b in spans)]
        by_moment = {name for name, event in events.items() if any(_at(event, m) for m in named)}
        if found := (by_title & by_moment) or by_title | by_moment:
            return frozenset(found)
    return frozenset()


def _at(event: KnownEvent, mention: Mention) -> bool:
    if mention.date is None and (mention.time is None or event.all_day):
        return False
    start = event.start.astimezone(mention.expression.reference.tzinfo)
    at: dt.time | None = None if event.all_day else start.timetz().replace(tzinfo=None)
    return mention.date in (None, start.date()) and (mention.time is None or at is None or mention.time == at)


def live(events: Mapping[str, KnownEvent], since: dt.datetime) -> dict[str, KnownEvent]:
    """Those that stand and were not over at that time."""
    return {
        name: event for name, event in events.items() if event.status is EventStatus.CONFIRMED and event.start > since
    }
