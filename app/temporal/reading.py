"""The two entrances: every expression of a text, or the best one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from app.temporal.assemble import assemble
from app.temporal.lexicon import TOKEN, gate, judge_language, lexicon
from app.temporal.resolve import build
from app.temporal.sentence import Sentence
from app.temporal.values import Expect, Kind, Options, TimeExpression

DEFAULT = Options()
_MONTH_FIRST = frozenset({"US", "PH"})
_RANK = {
    Kind.DATETIMERANGE: 6,
    Kind.DATETIME: 5,
    Kind.DATERANGE: 4,
    Kind.DATE: 3,
    Kind.TIMERANGE: 2.5,
    Kind.TIME: 2.2,
    Kind.SHIFT: 1,
    Kind.DURATION: 0.5,
}


def find(
    text: str,
    *,
    reference: dt.datetime,
    lang: str | None = None,
    options: Options = DEFAULT,
    expect: Expect | None = None,
) -> list[TimeExpression]:
    """All dates and times of a text in reading order, resolved against `reference` in its time zone.

    reference  aware; the moment the text was written
    lang       "es", "en", … or None to judge by the words; words of the other languages are read all the same
    expect     what a dialogue has just asked for: a bare "4" or "8 y media mejor" is then an hour ("time"), "19" a day
               of the month ("date")

    Raises ValueError for a naive reference and for an unknown language. Never raises because of the text.
    """
    if reference.tzinfo is None:
        raise ValueError("reference must be timezone-aware")
    codes = options.languages
    words = TOKEN.findall(text)
    main = lang or codes[0]
    weight = gate(codes if lang is None or lang in codes else (lang, *codes))
    enough = 1 if len(words) <= 2 else 2
    if max(map(weight.__getitem__, words), default=0) < enough:
        return []
    if lang is None and len(codes) > 1:
        main = judge_language(words, codes)
    known = lexicon((main, *(code for code in codes if code != main)))
    day_first = _day_first(known.main.day_first, options)
    s = Sentence(text, words, known, reference, options, day_first=day_first, expect=expect)
    return [found for draft in assemble(s) if (found := build(s, draft))]


def resolve(
    text: str,
    *,
    reference: dt.datetime,
    lang: str | None = None,
    options: Options = DEFAULT,
    expect: Expect | None = None,
) -> TimeExpression | None:
    """The one date or time that a text is about, or None.

    The fullest expression wins, the first among equals; a day and a time said apart are put together when there is
    only one of each.
    """
    every = find(text, reference=reference, lang=lang, options=options, expect=expect)
    found = [e for e in every if e.kind not in (Kind.DURATION, Kind.SHIFT)]
    if not found:
        return None
    days = [e for e in found if e.date is not None and e.time is None and e.end_date is None]
    times = [e for e in found if e.date is None and e.time is not None]
    if len(days) == len(times) == 1 and len(found) == 2 and days[0].bound is None:
        return combine(days[0], times[0], text)
    return max(
        found, key=lambda e: (_RANK[e.kind] - (0.0 if e.time or e.date else 2) - 3 * (e.certainty < 0.5), -e.span[0])
    )


def combine(day: TimeExpression, time: TimeExpression, text: str = "") -> TimeExpression:
    """A day and a time said apart as one expression; the span covers both when `text` is given."""
    start, end = min(day.span[0], time.span[0]), max(day.span[1], time.span[1])
    whole = time
    if day.part_of_day and not time.meridiem_known:
        whole = time.with_part(day.part_of_day.name)
    assert day.date is not None
    joined = whole.at(day.date)
    end_date = joined.end_date
    if joined.end_time is not None and joined.time is not None:
        end_date = day.date + dt.timedelta(days=joined.end_time <= joined.time)
    return replace(
        joined,
        span=(start, end) if text else joined.span,
        text=text[start:end] if text else joined.text,
        end_date=end_date,
        weekday=day.weekday,
        weekday_conflict=day.weekday_conflict,
        anchor=day.anchor,
        other_dates=day.other_dates,
        certainty=min(day.certainty, time.certainty) * 0.9,
    )


def names_month(text: str, languages: tuple[str, ...] = DEFAULT.languages) -> bool:
    """Whether a month is said in it, by its name or by its place ("el 5 de este mes"), and not only a day."""
    tokens = TOKEN.findall(text)
    known = [lexicon((code,)) for code in languages]
    readings = (word for one in known for token in tokens for _, word in one.phrases.get(one.canon[token].norm, ()))
    return any(word.month is not None or word.unit == "month" for word in readings)


def _day_first(by_language: bool, options: Options) -> bool:
    if options.day_first is not None:
        return options.day_first
    if options.country is not None:
        return options.country.upper() not in _MONTH_FIRST
    return by_language
