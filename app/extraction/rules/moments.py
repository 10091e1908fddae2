"""The time expressions of a message, without those that only look like one."""

import datetime as dt
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

from app.extraction.rules.bare_day import only_day
from app.extraction.rules.lang import LEXICONS, Lexicon
from app.extraction.rules.lang.idioms import idiom_pattern, idioms
from app.extraction.rules.spelling import as_spelled
from app.extraction.rules.words import Word, has_digit
from app.temporal import Expect, Kind, Options, TimeExpression, find, names_month

#: "En 48 horas": when a refund or an answer comes, to no hour.
_DEADLINE = re.compile(rf"\b(?:24|36|48|72|96)\s*{idiom_pattern('hours')}\b")
_NUMBER_BEHIND = re.compile(r"(?:,|\s+\w{1,3})\s+\d{1,2}\b(?!\s*(?:am|pm|hs?|:|\.\d))")
_WEEKDAYS = re.compile(r"[-–]\s?[a-z]{3,}")
_HOUSE = re.compile(r"\s+[A-Z][a-z]{2,}\s+[A-Z][a-z]{2,}")
_HOW_MANY = re.compile(rf"\b{idiom_pattern('headcounts')}\s+$")
_ORDINAL = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)\b")
_HOURS = re.compile(rf"\d{{1,2}}\s*{idiom_pattern('hours')}")
_IN_SIGHT = dt.timedelta(days=28)
_HOUR_AFTER = re.compile(r"\s+(\d{1,2})(?!\d|[:/.]\d|\s*(?:am|pm|people|persons|personas)\b)", re.IGNORECASE)
#: In an address "7, 4A" is a door.
_CLEARLY_TIME = re.compile(r"\d\s*:\s*\d\d|\d\s*[ap]\.?\s?m\b|\d\s?h|\b(?:a las?|noon|mediodia)\b")
_BARE = re.compile(r"[\w']+(?:\.\d\d)?")
_CLOCK_NEXT = re.compile(r"\s+(?:a las?|at)\s+\d")
_COUNTED = re.compile(r"^(\d{1,2})\s+(?=\D)")
#: "1,200 la noche": a price.
_PER = re.compile(rf"\d\s*(?:€|\$|{idiom_pattern('coins')}|{idiom_pattern('per')})?\s*$")
_NUMBER = re.compile(r"\s+(?!(?:19|20)\d\d\b)\d{3,5}\b(?!:)")
_UNIT = re.compile(r"\d\s*hs?$")
_BOTH = idioms("both_hours")
_BOTH_SAID = tuple(idioms("both_at"))
_THINGS = idioms("things")
_BOTH_AT = re.compile(r"(?:[ly]as|los) (?:dos|2|tres|3) (?=a las? \d)")
_BEFORE_HOUR = idioms("hour_leads")
_NUMBER_WORDS = idioms("number_words")


@cache
def _options(code: str) -> Options:
    """The language of the message first, then the others that conversations mix in."""
    return Options(languages=(code, *(other for other in LEXICONS if other != code)))


def moments(
    text: str,
    folded: str,
    words: list[Word],
    at: dt.datetime,
    lexicon: Lexicon,
    *,
    expect: Expect | None,
    addresses: list[tuple[int, int]],
) -> list[TimeExpression]:
    """What `find` gives, sifted with what only a conversation knows: how many people a table is for, streets, names."""
    kept: list[TimeExpression] = []
    spelled = as_spelled(text, expect)
    found = find(spelled, reference=at, lang=lexicon.code, expect=expect, options=_options(lexicon.code))
    if expect != "date" and has_digit(folded) and _has_bare_days(found, folded):
        found = _with_bare_days(found, spelled, at, lexicon, words)
    joined = _with_hours_after(found, spelled, at, lexicon)
    for number, e in enumerate(joined):
        following = joined[number + 1] if number + 1 < len(joined) else None
        start, end = e.span
        said = folded[start:end].strip(" .,")
        if any(a < end and start < b for a, b in addresses) and not _CLEARLY_TIME.search(said):
            continue
        after = next((w.text for w in words if w.start >= end), "")
        if said in idioms("no_moment") or said in _BOTH or said.startswith(_BOTH_SAID) and after in _THINGS:
            continue
        if e.end_time and (both := _BOTH_AT.match(said)) and not folded[:start].endswith("de "):
            hours = find(text[start + both.end() : end], reference=at, lang=lexicon.code, expect="time")
            if len(hours) == 1:  # "las dos | a las 19:00"
                span = (start + both.end(), end)
                e = replace(hours[0], span=span, text=text[slice(*span)])  # noqa: PLW2901
                start, said = span[0], folded[slice(*span)]
        before = kept[-1] if kept else None
        beside_day = before is not None and before.date and before.time is None and before.span[1] + 1 == start
        if (
            e.kind in (Kind.TIME, Kind.TIMERANGE)
            and _is_bare(e, said)
            and not _may_be_hour(e, said, words, lexicon, beside_day=bool(beside_day))
            and not _listed_with(e, following, text, lexicon, asked=expect == "time")
            and not (expect == "time" and ("." in said or _whose(e, words, text, lexicon)))
        ):
            continue
        if (
            _is_street(e, said, text)
            or e.part_of_day
            and e.time is None
            and e.date is None
            and _PER.search(folded[:start])
        ):
            continue
        if (e.kind is Kind.DURATION or _HOURS.fullmatch(said)) and _is_spare(e, words, lexicon):
            continue
        if e.weekday is not None and e.time is None and _WEEKDAYS.match(folded, end):
            continue  # "Tues-Sat only"
        if _DEADLINE.search(said) or said.isdecimal() and _HOW_MANY.search(folded[:start]):
            continue
        if said.isdecimal() and e.date is None and _CLOCK_NEXT.match(folded, end):
            continue  # "6 a las 21:30": so many people
        if (
            said.isdecimal()
            and e.date is None
            and _HOUSE.match(text, end)
            and text[:start].rstrip()[-1:] in ("", ".", ",")
        ):
            continue  # "4 Park View"
        if spelled != text:
            e = replace(e, text=text[slice(*e.span)])  # noqa: PLW2901
        kept.append(_by_its_unit(_after_work(_without_people(e, folded, lexicon)), said))
    return kept


def _has_bare_days(found: list[TimeExpression], folded: str) -> bool:
    """Whether an ordinal stands outside of what was found, or a number behind a day."""
    if any(_ends_in_its_number(e) and _NUMBER_BEHIND.match(folded, e.span[1]) for e in found):
        return True
    return any(not any(a <= m.start() < b for a, b in (e.span for e in found)) for m in _ORDINAL.finditer(folded))


def _ends_in_its_number(e: TimeExpression) -> bool:
    """ "El 28", "jueves 7"."""
    return e.date is not None and e.time is None and (only_day(e.text) or e.text.split()[-1] == str(e.date.day))


def _with_bare_days(
    found: list[TimeExpression], text: str, at: dt.datetime, lexicon: Lexicon, words: list[Word]
) -> list[TimeExpression]:
    """ "28th or 29th, from 11", "el 28 o 29": days by their number alone, beside a break or another such day."""
    joining = lexicon.either_words | lexicon.also_words
    every = find(text, reference=at, lang=lexicon.code, expect="date", options=_options(lexicon.code))
    kept = list(found)
    for e in every:
        if (
            e.kind is not Kind.DATE
            or e.date is None
            or any(f.span[0] < e.span[1] and e.span[0] < f.span[1] for f in kept)
        ):
            continue
        before = next((w for w in reversed(words) if w.end <= e.span[0]), None)
        after = next((w for w in words if w.start >= e.span[1]), None)
        commas = before is not None and before.text == "," and after is not None and after.text in joining
        joined = before is not None and before.text in joining or commas
        last = next((f for f in reversed(kept) if f.span[1] <= e.span[0]), None)
        listed = joined and last is not None and _ends_in_its_number(last) and last.date < e.date  # type: ignore[operator]
        ordinal = _ORDINAL.fullmatch(e.text.casefold()) and (before is None or before.is_mark or joined)
        free = after is None or after.is_mark or after.text in joining | lexicon.at_words
        if free and (listed and last is not None and last.span[1] + 4 >= e.span[0] or ordinal):
            kept = sorted([*kept, e], key=lambda f: f.span)
    return kept


def _with_hours_after(
    found: list[TimeExpression], text: str, at: dt.datetime, lexicon: Lexicon
) -> list[TimeExpression]:
    """ "At evening 6": a part of the day, and the hour put behind it."""
    joined = []
    numbered = [e for e in found if e.weekday is not None and e.time is None and e.date and _ends_in_its_number(e)]
    apart = any(abs(a.date - b.date) > _IN_SIGHT for a, b in pairwise(numbered) if a.date and b.date)
    for e in found:
        if (
            e.kind is Kind.TIMERANGE
            and e.time is None
            and e.part_of_day
            and (hour := _HOUR_AFTER.match(text, e.span[1]))
        ):
            bare = find(hour.group(1), reference=at, lang=lexicon.code, expect="time")
            if bare and bare[0].time:
                whole = bare[0].with_part(e.part_of_day.name)
                span = (e.span[0], hour.end())
                e = replace(whole, span=span, text=text[span[0] : span[1]], meridiem_known=True)  # noqa: PLW2901
        elif (
            e.weekday is not None
            and e.time is None
            and e.date
            and (e.weekday_conflict or e.date - at.date() > _IN_SIGHT or apart and e in numbered)
        ):
            # "wednesday 9?" with no Wednesday the ninth in sight: the number is the hour, in "fri 10 or sun 1" of both
            day, _, number = text[e.span[0] : e.span[1]].rpartition(" ")
            if day and number.isdecimal() and 1 <= int(number) <= (23 if e.date - at.date() > _IN_SIGHT else 12):
                days = find(day, reference=at, lang=lexicon.code)
                hours = find(number, reference=at, lang=lexicon.code, expect="time")
                if len(days) == len(hours) == 1 and days[0].date and hours[0].time:
                    dated = hours[0].at(days[0].date)
                    e = replace(dated, span=e.span, text=e.text, weekday=days[0].weekday)  # noqa: PLW2901
        joined.append(e)
    return joined


def _is_bare(e: TimeExpression, said: str) -> bool:
    if e.time is None or said[-1:] in "hm":
        return False
    return said.isdecimal() or not e.meridiem_known and bool(_BARE.fullmatch(said))


def _may_be_hour(
    e: TimeExpression, said: str, words: list[Word], lexicon: Lexicon, *, beside_day: bool = False
) -> bool:
    """Whether a bare number can be an hour: it stands alone, or among words that hours stand among."""
    position = next((i for i, w in enumerate(words) if w.start >= e.span[0]), None)
    if position is None:
        return False
    before = words[position - 1] if position else None
    after = next((w for w in words[position + 1 :] if w.start >= e.span[1]), None)
    if said in _NUMBER_WORDS and (
        before is not None
        and not before.is_mark
        and before.text not in idioms("word_leads")
        or after is not None
        and not after.is_mark
    ):
        return False
    fine_before = beside_day or before is None or before.is_mark or before.text in _BEFORE_HOUR
    fine_after = (
        after is None or after.is_mark or after.text in lexicon.known and after.text not in lexicon.services_words
    )
    return fine_before and fine_after and not (before is not None and before.text in idioms("count_leads"))


def _whose(e: TimeExpression, words: list[Word], text: str, lexicon: Lexicon) -> bool:
    """ "Yo 15 y Cata 16", when an hour is being talked about."""
    position = next((i for i, w in enumerate(words) if w.start >= e.span[0]), None)
    if not position or not e.text.isdecimal():
        return False
    before, after = words[position - 1], words[position + 1] if position + 1 < len(words) else None
    listed = [w.text in lexicon.also_words for w in (words[position - 2], after or before)]
    named = any(listed) and text[before.start].isupper() and before.text not in lexicon.known and before.text.isalpha()
    free = after is None or after.is_mark or after.text in lexicon.also_words
    return free and (named or before.text in lexicon.persons_words | lexicon.people_words)


def _listed_with(
    e: TimeExpression, following: TimeExpression | None, text: str, lexicon: Lexicon, *, asked: bool
) -> bool:
    """ "10 y 10:45": a number listed with an hour is one; two numbers are when the hour was `asked` for."""
    if following is None or following.time is None or following.date is not None:
        return False
    between = text[e.span[1] : following.span[0]].casefold().strip()
    bare = _is_bare(following, text[slice(*following.span)].casefold().strip(" .,"))
    if re.search(r"[A-Z]\w+\s+$", text[: e.span[0]]):
        return False  # "AMC Mercado 20, 5 pm"
    listed = between in lexicon.also_words | lexicon.either_words or between == ","
    return listed and (asked and e.text.isdecimal() or not bare)


def _is_spare(e: TimeExpression, words: list[Word], lexicon: Lexicon) -> bool:
    """ "Llegue 10 minutos antes", "8 horas de ayuno", "tolerancia de 15 min": no length of an appointment."""
    before = [w for w in words if w.end <= e.span[0]][-2:]
    after = [w for w in words if w.start >= e.span[1]][:2]
    return any(w.text in lexicon.spare_words for w in before + after)


def _is_street(e: TimeExpression, said: str, text: str) -> bool:
    """ "Starbucks on 7th": a name, then a numbered street."""
    if e.kind is Kind.DATE and re.fullmatch(r"\d{1,2} de [^\W\d]+", said) and _NUMBER.match(text, e.span[1]):
        return True  # "18 de Julio 1480"
    if e.kind is not Kind.DATE or not re.fullmatch(r"(?:on\s+)?\d{1,3}(?:st|nd|rd|th)", said):
        return False
    return bool(re.search(r"[A-Z][\w']+\s+(?:on\s+)?$", text[: e.span[0]])) and not re.search(
        r"\b(?:the|of)\s+$", text[: e.span[0]]
    )


def _by_its_unit(e: TimeExpression, said: str) -> TimeExpression:
    """ "10h", "9:30 hs": hours so written are counted to 24."""
    morning = e.time is not None and not e.meridiem_known and 8 <= e.time.hour <= 11 and e.part_of_day is None
    return replace(e, meridiem_known=True) if morning and _UNIT.search(said) else e


def _after_work(e: TimeExpression) -> TimeExpression:
    """ "Después de las 7", "after 8": who says so means the evening; of "next week after 5" the week counts."""
    if e.bound and e.time and e.date and e.end_date and e.end_date > e.date and e.end_time is None:
        return replace(e, kind=Kind.DATERANGE, time=None, bound=None)
    late = e.bound == "after" and e.time is not None and not e.meridiem_known and e.time.hour in (7, 8)
    return e.with_part("evening") if late else e


def _without_people(e: TimeExpression, folded: str, lexicon: Lexicon) -> TimeExpression:
    """ "mesa para 6 el sábado": the number counts people."""
    start, end = e.span
    said = folded[start:end]
    counted = _COUNTED.match(said)
    if e.date is None or not counted or e.date.day == int(counted[1]) and names_month(said):
        return e  # "a boat for 6 June at ten"
    cut = start + counted.end()
    if _HOW_MANY.search(folded[:start]):  # "somos 12 para el viernes de noche"
        rest = find(e.text[counted.end() :], reference=e.reference, lang=lexicon.code, options=_options(lexicon.code))
        return replace(rest[0], span=(cut, end), text=e.text[counted.end() :]) if len(rest) == 1 else e
    if e.meridiem_known or not re.search(
        r"\b(?:para|for|de|of|somos|seriamos|seremos|serian|ser|are|be)\s+$", folded[:start]
    ):
        return e
    return replace(e, span=(cut, end), text=e.text[counted.end() :], time=None, end_time=None, kind=Kind.DATE)
