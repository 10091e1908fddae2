"""What a word can mean, and the table of words that makes a language.

A `Word` holds every meaning of one word or phrase at once ("segundo" is an ordinal and a unit, "mañana" a day); the
grammar asks for the meaning it needs. A `Language` lists phrases by meaning, `|` between spellings; lexicon.py
compiles it. Grammar and tables meet only here: a new language is a new table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.temporal.values import PartOfDay

# Roles a word can play beside its meaning. Names are English; what they do is documented where they are read.
ROLES = frozenset(
    {
        "at",
        "at_weak",
        "about",
        "article",
        "of",
        "on",
        "in",
        "for",
        "from",
        "to",
        "until",
        "between",
        "and",
        "or",
        "but",
        "past",
        "minutes_to",
        "minus",
        "plus",
        "ago",
        "hence",
        "later",
        "earlier",
        "since_now",
        "within",
        "this",
        "next",
        "upcoming",
        "last",
        "after_next",
        "overmorrow",
        "every",
        "same",
        "day_word",
        "hour_word",
        "oclock",
        "hour_unit",
        "since",
        "after",
        "before",
        "starting",
        "beside",
        "closest",
        "lasting",
        "street",
        "currency",
        "measure",
        "thing",
        "zero",
        "one",
        "street_tail",
        "ish",
        "clock_tail",
        "noise",
        "contracted",
        "range_open",
        "long_hour",
        "half_past",
        "measures",
        "every_article",
        "and_article",
        "daily",
        "modal",
        "week_on",
        "ago_before",
        "zone_word",
    }
)


CONTENT = (
    "number",
    "ordinal",
    "weekday",
    "month",
    "day",
    "part",
    "clock",
    "fraction",
    "unit",
    "amount",
    "half",
    "holiday",
    "phrase",
)


#: What may begin with a word, by its roles and its readings: no other word is tried. The readers of each know more.
_BEGINS: Mapping[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "clock": (
        frozenset({"about", "at", "at_weak", "since", "before", "after", "until", "one"}),
        ("number", "clock", "fraction"),
    ),
    "counted": (
        frozenset({"ago_before", "within", "in", "article", "one", "next", "upcoming", "last"}),
        ("number", "amount"),
    ),
    "length": (frozenset({"lasting", "for", "one"}), ("number", "amount")),
    "day": (
        frozenset(
            {"article", "on", "for", "contracted", "day_word", "overmorrow", "closest"}
            | {"this", "next", "upcoming", "last", "after_next"}
        ),
        ("number", "ordinal", "weekday", "month", "day", "holiday", "phrase", "unit"),
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """All readings of one word or phrase; None and empty where it has no such reading."""

    number: int | None = None
    ordinal: int | None = None
    weekday: int | None = None
    month: int | None = None
    weak: bool = False  # a weekday or month that is also an everyday word: needs company to count
    day: int | None = None  # days from the reference
    day_part: str | None = None  # with `day`: "tonight"
    part: str | None = None
    clock: tuple[int, int] | None = None
    fraction: int | None = None  # minutes: quarter, half
    unit: str | None = None  # minute, hour, day, workday, week, month, year, weekend
    amount: tuple[float, str] | None = None  # a duration in one phrase: "half an hour"
    half: str | None = None  # am, pm, any
    holiday: tuple[str, int, int] | None = None
    zone: str | None = None
    phrase: str | None = None  # a whole construction, named: see relative.py
    roles: frozenset[str] = frozenset()
    tells: bool = field(init=False)  # whether it can be what an expression is about, and not only lead to it
    begins: frozenset[str] = field(init=False)  # "clock", "counted", "length", "day": what may begin with it

    def __post_init__(self) -> None:
        read = {name for name in CONTENT if getattr(self, name) is not None}
        begun = {kind for kind, (roles, readings) in _BEGINS.items() if roles & self.roles or read & {*readings}}
        object.__setattr__(self, "tells", "overmorrow" in self.roles or bool(read))
        object.__setattr__(self, "begins", frozenset(begun))


NOTHING = Word()
NUMBER = frozenset(_BEGINS)  # what may begin with digits


@dataclass(frozen=True, kw_only=True)
class Language:
    """A table of words. Keys are phrases, several spellings parted by `|`; accents and case do not matter.

    day_first   order of numeric dates
    articles_tell  articles tell hours and days from quantities ("las 4", "el 19"): such a number needs no other company
    noon_hour   what 12 "in the morning" is: 12 (Spanish: noon) or 0 (English: midnight)
    hints       everyday words that show the language
    guards      words of this language that look like time words of another: never read as the other's
    aliases     shorthand for one word of the table ("mñn" for "mañana", "tmrw" for "tomorrow")
    respell     spelling by ear: pairs applied before words are compared ("k" for "qu")
    greetings   phrases with a time word that mean no time ("buenos días")
    """

    code: str
    day_first: bool
    articles_tell: bool
    numbers: Mapping[str, int]
    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    days: Mapping[str, tuple[int, str | None]]
    units: Mapping[str, str]
    roles: Mapping[str, str]
    hints: frozenset[str]
    ordinals: Mapping[str, int] = field(default_factory=dict)
    ordinal_suffixes: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    parts: Mapping[str, str] = field(default_factory=dict)
    part_windows: Mapping[str, PartOfDay] = field(default_factory=dict)
    clocks: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    fractions: Mapping[str, int] = field(default_factory=dict)
    amounts: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    halves: Mapping[str, str] = field(default_factory=dict)
    holidays: Mapping[str, tuple[str, int, int]] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    greetings: frozenset[str] = frozenset()
    guards: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    respell: tuple[tuple[str, str], ...] = ()
    not_typos: frozenset[str] = frozenset()
    noon_hour: int = 12


@dataclass(slots=True)
class Builder:
    """Collects the readings of each phrase."""

    words: dict[str, Word] = field(default_factory=dict)

    def add(self, phrases: str, **meaning: object) -> None:
        for phrase in phrases.split("|"):
            known = self.words.get(phrase, NOTHING)
            roles = frozenset(str(meaning.pop("roles", "")).split()) if "roles" in meaning else frozenset()
            unknown = roles - ROLES
            if unknown:
                raise ValueError(f"{phrase}: no such role {sorted(unknown)}")
            self.words[phrase] = replace(known, roles=known.roles | roles, **meaning)  # type: ignore[arg-type]
            if roles:
                meaning["roles"] = " ".join(roles)


def readings(language: Language) -> dict[str, Word]:
    """Every phrase of the table with all its meanings."""
    table = Builder()
    simple: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("number", language.numbers),
        ("ordinal", language.ordinals),
        ("weekday", language.weekdays),
        ("month", language.months),
        ("part", language.parts),
        ("clock", language.clocks),
        ("fraction", language.fractions),
        ("unit", language.units),
        ("amount", language.amounts),
        ("half", language.halves),
        ("holiday", language.holidays),
        ("phrase", language.phrases),
        ("roles", language.roles),
    )
    for meaning, entries in simple:
        for phrases, value in entries.items():
            table.add(phrases, **{meaning: value})
    for phrases, rule in language.holidays.items():
        for phrase in phrases.split("|"):
            if phrase.startswith("dia "):
                table.add("el " + phrase, holiday=rule)
    for phrases, (offset, part) in language.days.items():
        table.add(phrases, day=offset, day_part=part)
    for phrase in language.weak:
        table.add(phrase, weak=True)
    for phrase in language.greetings:
        table.add(phrase, roles="noise")
    return table.words


def window(name: str, start: str, end: str) -> PartOfDay:
    return PartOfDay(name=name, start=dt.time.fromisoformat(start), end=dt.time.fromisoformat(end))
