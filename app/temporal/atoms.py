"""The smallest parts of an expression, read left to right: a day, a time, a length, a bare number."""

from __future__ import annotations

from app.temporal.clock import clock
from app.temporal.counted import counted, pointing_back
from app.temporal.durations import span
from app.temporal.minutes import half_of
from app.temporal.nodes import Clock, Draft
from app.temporal.numbers import number, ordinal
from app.temporal.relative import day
from app.temporal.sentence import Lexeme, Sentence
from app.temporal.vocabulary import NOTHING, NUMBER
from app.temporal.zones import zone

_PLAIN_NUMBER = NUMBER - {"counted", "length"}


def atoms(s: Sentence) -> list[Draft]:
    found: list[Draft] = []
    end = 0
    for i in s.begins:
        if i < end:
            continue
        lexeme = s[i]
        if lexeme.num is None and lexeme.word is NOTHING or lexeme.blocked or lexeme.has("noise"):
            continue
        draft = _atom(s, i)
        if draft is not None:
            found.append(draft)
            end = draft.end
    return found


def _atom(s: Sentence, i: int) -> Draft | None:
    word = s[i].word
    if s[i].num is None and (word is NOTHING or not (word.tells or _says_something(s[i + 1]))):
        return None  # a preposition before a word of no meaning begins nothing: half of what is tried otherwise
    begins = word.begins if s[i].num is None else NUMBER if _may_count(s[i + 1]) else _PLAIN_NUMBER
    if word.phrase is not None and (back := pointing_back(s, i)):
        return back
    time = clock(s, i) if "clock" in begins else None
    distance = counted(s, i) if "counted" in begins else None
    distance = distance or (_length(s, i) if "length" in begins else None)
    if distance and (time is None or distance.end >= time[1]):
        return distance
    days = day(s, i) if "day" in begins else None
    if days and time:
        # "1:30" is no date, "15 de abril" no time: the longer wins, a day on a tie
        if time[1] > days[1] or (time[1] == days[1] and days[0].certainty < 0.9):
            days = None
        else:
            time = None
    if days:
        part = s[days[1] - 1].word.day_part
        return Draft(start=i, end=days[1], day=days[0], part=part)
    if time:
        found = time[0]
        where = zone(s, time[1])
        return Draft(
            start=i,
            end=where[1] if where else time[1],
            clock=found,
            zone=where[0] if where else None,
            approximate=found.approximate,
        )
    if word.part is not None and _part_stands(s, i):
        return Draft(start=i, end=i + 1, part=word.part)
    if s.expect == "time" and (hour := _run_together(s, i)):
        return Draft(start=i, end=i + 1, clock=hour)
    read = ordinal(s, i) or number(s, i, 31)
    if read and not s[i].blocked and s[i].width <= 2 and not _glued_number(s, i, read[1]):
        return Draft(start=i, end=read[1], bare=read[0], bare_ordinal=ordinal(s, i) is not None)
    return None


def _may_count(after: Lexeme) -> bool:
    """Whether a number may count what stands behind it, or goes on: "2 days", "2.5 h", "30'", "3-day"."""
    return after.word is not NOTHING or after.norm in (".", ",", "'", "-")


def _says_something(lexeme: Lexeme) -> bool:
    return lexeme.num is not None or lexeme.word is not NOTHING


def _run_together(s: Sentence, i: int) -> Clock | None:
    """ "430", "1015", where an hour was asked for."""
    value, alone = s.num(i), not s[i].glued and not s[i + 1].glued or s[i + 1].norm in ("?", ".", ",", "!")
    if s[i - 1].has("of"):  # "un anticipo de 300"
        return None
    if value is None or s[i].width not in (3, 4) or not alone or value % 5 or value % 100 > 55:
        return None
    hour = value // 100
    return Clock(hour=hour, minute=value % 100, half=half_of(hour), certainty=0.7) if 1 <= hour <= 23 else None


def _glued_number(s: Sentence, i: int, end: int) -> bool:
    """A number that is a piece of something longer, or counts the unit after it."""
    if s[i].glued and s[i - 1].norm in tuple(":./,+"):
        return True
    if s[end].norm in tuple(":./,") and s[end].glued and s[end + 1].glued and s[end + 1].num is not None:
        return True
    return s[end].norm in s.lexicon.suffixes and s[end].glued and not ordinal(s, i)


def _ends_day(lexeme: Lexeme) -> bool:
    word = lexeme.word
    return word.weekday is not None or word.day is not None or word.month is not None or lexeme.width == 4


def _part_stands(s: Sentence, i: int) -> bool:
    """A part of the day without a lead ("tarde", "morning") counts beside a day or alone."""
    lexeme = s[i]
    if " " in s.text[lexeme.start : lexeme.end]:
        return True
    before, after = s[i - 1], s[i + 1]
    near = any(x.word.weekday is not None or x.word.day is not None or x.num is not None for x in (before, after))
    return near or s.size <= 2 or after.word.clock is not None or after.has("at")


def _length(s: Sentence, i: int) -> Draft | None:
    """A duration, with the word that says so; an hour on the clock ("16h", "10 hs") is left to clock.py."""
    j = i
    lasting = False
    while s[j].has("lasting") or (s[j].has("for") and (s[j + 1].num is not None or s[j + 1].word.number)):
        j, lasting = j + 1, True
    length = span(s, j)
    if length is None or (s[j].width == 4 and s[j + 1].has("hour_unit")):  # "1800hrs"
        return None
    found, k = length
    if s[j].num is not None and s[j + 1].has("hour_unit") and k == j + 2 and not lasting:
        before = s[i - 1]
        counts = (
            before.has("of")
            or before.has("for")
            or before.has("every")
            or before.has("lasting")
            or before.has("measures")
        )
        hours = s.num(j) or 0
        spelled_out = s[j + 1].has("long_hour")
        clock_like = 6 <= hours <= 23 and not counts and (not spelled_out or (hours > 12 and _ends_day(before)))
        if s[k].has("to") and s.num(k + 1) is not None:
            return None  # "de 9hs a 13hs"
        lasts = before.has("about") and hours <= 12 and (spelled_out or not s.lexicon.main.articles_tell)
        if before.has("at") or before.has("at_weak") or before.has("about") and not lasts or before.has("to"):
            return None  # but "takes about 5 hrs" is a length
        if clock_like and not lasts:
            return None
    if s[j - 1].has("at") and s[j].word.amount is None:
        return None
    starting = s[k].has("starting") or (lasting and s[k].has("since"))
    return Draft(start=i, end=k, span=found, starting=starting)
