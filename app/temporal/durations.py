"""Lengths of time: "dos horas y media", "3 hours 30 minutes", "30'", "un par de días"."""

from __future__ import annotations

import datetime as dt

from app.temporal.nodes import Span
from app.temporal.numbers import amount
from app.temporal.sentence import Sentence

Read = tuple[Span, int]
# "20000000 h" is an order number, and a calendar has no day so far away. A hundred years, in units of each kind.
_MOST = {"second": 3.2e9, "minute": 5.3e7, "hour": 876_600, "day": 36_525, "week": 5_218, "fortnight": 2_609,
         "workday": 26_089, "month": 1_200, "year": 100}  # fmt: skip

#: What tells a length from an hour on the clock.
_LEADS = frozenset({"within", "lasting", "ago_before"})


def make(quantity: float, unit: str) -> Span | None:
    """A span of so many units; None when a calendar unit is not whole, and for more than a hundred years."""
    if quantity > _MOST.get(unit, quantity):
        return None
    match unit:
        case "second" | "minute" | "hour":
            return Span(delta=dt.timedelta(**{unit + "s": quantity}))
        case "day" | "week" | "fortnight":
            days = quantity * {"day": 1, "week": 7, "fortnight": 14}[unit]
            if days == int(days) or unit != "day":  # "a week and a half" is ten days
                return Span(days=int(days))
            return Span(delta=dt.timedelta(days=days))
        case "workday":
            return Span(workdays=int(quantity))
        case "month" | "year":
            return Span(months=round(quantity * (12 if unit == "year" else 1)))
    return None


def span(s: Sentence, i: int) -> Read | None:
    """The length that begins here."""
    first = _one(s, i)
    if first is None:
        return None
    total, j = first
    while True:
        k = j + 1 if s[j].has("and") or s[j].norm == "," else j
        rest = _one(s, k) if s[k].num is not None or k > j or total.delta and s[k].word.number else None
        if rest is None or (rest[0].delta and total.delta and rest[0].delta >= total.delta):
            return total, j
        total, j = total + rest[0], rest[1]


def _one(s: Sentence, i: int) -> Read | None:
    word = s[i].word
    if word.amount is not None:
        quantity, unit = word.amount
        found = make(quantity, unit) if quantity else None
        return (found, i + 1) if found else None
    read = amount(s, i)
    if read is None:
        return None
    quantity, j = read
    if s[j].has("more"):
        j += 1
    half = False
    k = s.skip(j + 1, "one") if s[j].has("and") else j
    if k > j and s[k].word.fraction == 30 and s[k + 1].word.unit:  # "2 y media horas", "two and a half hours"
        quantity, j, half = quantity + 0.5, k + 1, True
    if s[j].norm == "'" and s[j].glued and s[i].num is not None:
        minutes = make(quantity, "minute")
        return (minutes, j + 1) if minutes else None
    if s.sign(j, "-") and s[j + 1].word.unit:
        j += 1
    clocked = s[j].glued and s[j].has("hour_unit") and s[j + 1].glued and s[j + 1].width == 2
    if clocked and (s.num(j + 1) or 60) < 60 and not s[i - 1].word.roles.isdisjoint(_LEADS):
        return Span(delta=dt.timedelta(hours=quantity, minutes=s.num(j + 1) or 0)), j + 2  # "in 1h30"
    unit_word = s[j].word.unit
    if unit_word is None or unit_word == "weekend":
        return None
    found = make(quantity, unit_word)
    if found is None:
        return None
    j += 1
    if s[j].norm == "'" and s[j].glued:  # "two hours' time"
        j += 1
    k = s.skip(j + 1, "one")
    fraction = s[k].word.fraction
    if not half and s[j].has("and") and fraction is not None and s[k].word.unit is None:
        extra = make(fraction / 60, unit_word)
        after = s[k + 1]
        if extra and unit_word in ("hour", "day", "week", "year", "month") and after.word.unit is None:
            return found + extra, k + 1
    return found, j


def lasts_about(s: Sentence, k: int) -> bool:
    """ "Around 3 hrs": a length, where the clock is not counted in hours."""
    hours = s[k].has("hour_unit") and s[k - 2].has("about") and (s.num(k - 1) or 24) <= 12
    return hours and not s.lexicon.main.articles_tell
