"""The offline model's voice: lines of a table, in the customer's form of address."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from app.agent.lang import TABLES, Address, Line
from app.agent.wording import Lang, join_words, say_at, say_day, say_moment
from app.extraction.rules.phrase_tables import Phrases
from app.extraction.rules.words import fold, split_words
from app.models import Event, EventDraft

_FIRST = re.compile(r"(?:^|[.?!]\s)[¿¡]?\w")
_ADDRESS = {lang: Phrases(table.address) for lang, table in TABLES.items()}


class Voice:
    """Says things in one language and form of address; times are told in `zone`, years only when not today's."""

    def __init__(self, lang: Lang, address: Address, *, today: dt.date, zone: dt.tzinfo) -> None:
        self.lang = lang
        self._table = TABLES[lang]
        self._forms = {**TABLES[lang].forms[address]}
        self._today = today
        self._zone = zone

    def say(self, line: Line, **fields: str) -> str:
        text = self._table.lines[line].format(**self._forms, **fields)
        return _capitals(text)

    def event(self, event: EventDraft | Event) -> str:
        """As "Corte de pelo, el jueves 5 de marzo a las 17:00 en Centro"."""
        end = event.end.astimezone(self._zone) if event.end else None
        where = self._table.place.format(place=event.location) if event.location else ""
        return f"{event.title}, {self.moment(event.start, end=end, all_day=event.all_day)}{where}"

    def numbered(self, lines: Sequence[str]) -> str:
        """One line each, so that "la segunda" has something to point at."""
        return "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))

    def moment(self, start: dt.datetime, *, end: dt.datetime | None = None, all_day: bool = False) -> str:
        local = start.astimezone(self._zone)
        return self._table.on + say_moment(local, self.lang, end=end, all_day=all_day, today=self._today)

    def day(self, day: dt.date) -> str:
        return self._table.on + say_day(day, self.lang, year=day.year != self._today.year)

    def at(self, at: dt.time) -> str:
        return say_at(at, self.lang)

    def ordinal(self, number: int) -> str:
        """As "6" in Spanish, "6th" in English."""
        if self.lang == "es":
            return str(number)
        tail = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{tail}"

    def part(self, name: str) -> str:
        return self._table.parts.get(name, "")

    def choice(self, times: Iterable[dt.datetime], *, choice: bool = True) -> str:
        """As "a las 9:00, a las 11:00 o a las 12:00"; "y" where it is no choice."""
        return join_words([self.at(t.astimezone(self._zone).timetz()) for t in times], self.lang, choice=choice)


def address_of(texts: Iterable[str], lang: Lang) -> Address:
    """The form of address that the customer uses, by the first of the texts that shows one."""
    for text in texts:
        hits = _ADDRESS[lang].find(split_words(fold(text)))
        if hits:
            return hits[-1].tag
    return TABLES[lang].default


def _capitals(text: str) -> str:
    """A large letter at the front of each sentence, where a form of address may stand."""
    return _FIRST.sub(lambda match: match.group().upper(), text)
