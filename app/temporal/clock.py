"""Times of day: 10:30, 15.30, 16h, 9am, las 3 y cuarto, ten to eight, noon."""

from __future__ import annotations

from dataclasses import replace

from app.temporal.durations import lasts_about
from app.temporal.minutes import half_of, minutes_after, month_after
from app.temporal.nodes import Clock
from app.temporal.numbers import number
from app.temporal.sentence import Sentence

Read = tuple[Clock, int]
_BOUNDS = frozenset({"since", "before", "after", "until"})


def clock(s: Sentence, i: int) -> Read | None:
    """The time that begins here, with the words that lead to it ("a las", "around") and follow it ("en punto")."""
    j, lead, approximate, bounded = i, 0, False, False
    while (word := s[j].word).roles and word.clock is None and j < i + 4:
        if "about" in word.roles:
            lead, approximate = max(lead, 1), True
        elif "at" in word.roles:
            lead = 2
        elif "at_weak" in word.roles:
            lead = max(lead, 1)
        elif j == i and not word.roles.isdisjoint(_BOUNDS) and not s.lexicon.main.articles_tell:
            bounded, lead = True, 1
        else:
            break
        j += 1
    of_things = s[j - 1].has("and") and j > i and not _feminine_hour(s, j)  # "la 3 y la 7"
    if of_things or (lead == 1 and not approximate and not bounded and not _feminine_hour(s, j)):
        return None
    read = _named(s, j) or _minutes_around_hour(s, j) or _hour(s, j, lead)
    if read is None:
        return None
    found, k = read
    found, k = _tail(s, found, k, lead)
    if approximate or s[k - 1].has("ish"):
        found = replace(found, approximate=True)
    if not found.strong:
        if lead == 0 or month_after(s, k) or _counts_something(s, k, lead, approximate or bounded):
            return None
        if lead == 1 and found.hour == 1 and s[k - 1].num is None and not s[j - 1].has("at_weak"):
            return None  # "about one", "after one of them"
        if bounded and lead == 1 and (s[k].norm == "-" or s[k].has("to") or s[k].has("and")):
            return None  # "from 13 to 15 July": the ends of a range are read together
        found = replace(
            found,
            strong=True,
            certainty=0.9 if lead == 2 else 0.75 if approximate or bounded or s[j - 1].words > 1 else 0.4,
        )
    return found, k


def _feminine_hour(s: Sentence, j: int) -> bool:
    """ "las 5", "la 1": the article of the hour; "la 2" and "los 5" are something else."""
    read = number(s, j, 24)
    if read is None:
        return True
    return (read[0] == 1) == (s.text[s[j - 1].end - 1] in "aA")


def _counts_something(s: Sentence, k: int, lead: int, approximate: bool) -> bool:
    """Whether the number just read counts what follows: "around 20 people", "at 9 Elm Street"."""
    after = s[k]
    if after.norm == "" or not after.norm.isalpha():
        return False
    if after.has("zone_word") and s[k + 1].has("of"):
        return False
    if after.word.unit is not None and (not after.has("hour_unit") or after.has("long_hour") or lasts_about(s, k)):
        return True
    raw = s.text[after.start : after.end]
    if any(s[x].has("street_tail") for x in range(k, k + 4)):
        return True
    known = bool(after.word.roles) or any(
        value is not None
        for value in (after.word.day, after.word.weekday, after.word.month, after.word.part, after.word.unit)
    )
    if known:
        return False
    if approximate and lead == 1:
        return not s.lexicon.main.articles_tell
    return raw[0].isupper() and not s.lexicon.main.articles_tell and not raw.isupper()


def _named(s: Sentence, i: int) -> Read | None:
    """ "mediodía", "midnight", also "12 noon", "12 de mediodía"."""
    read = number(s, i, 12)
    j = read[1] if read else i
    if read and s[j].has("of"):
        j += 1
    named = s[j].word.clock
    if named is None:
        return None
    hour, minute = named
    if read and read[0] != 12:
        return None
    return Clock(hour=hour, minute=minute, half="24"), j + 1


def _minutes_around_hour(s: Sentence, i: int) -> Read | None:
    """ "half past eight", "20 min past eight", "diez para las 8", "half 8", "a quarter to seven"."""
    j = i + 1 if s[i].has("one") and s[i + 1].word.fraction else i
    fraction = s[j].word.fraction
    unit = False
    if fraction is not None and s[j].word.number is None:
        minutes, j = fraction, j + 1
        unit = True
    else:
        read = number(s, j, 59)
        if read is None:
            return None
        minutes, j = read
        if s[j].word.unit == "minute":
            j, unit = j + 1, True
    before = after = False
    if s.sign(j, "-", glued=True) and s[j + 1].has("past"):  # "half-past-eight"
        j += 1
    if s[j].has("past") or (unit and s[j].has("after")):
        after = True
    elif s[j].has("minutes_to") and (unit or _round_minutes(s, i, j, minutes)):
        before = True
    elif fraction == 30 and s[j - 1].has("half_past"):
        hour = _hour(s, j, 2)
        if hour and hour[0].minute == 0 and hour[0].hour <= 12:
            return replace(hour[0], minute=30, strong=True, certainty=0.9), hour[1]
        return None
    if not (before or after):
        return None
    if before and not unit and s[i - 1].has("for"):  # "mesa para 10 para las 8"
        return None
    j += 1
    if s.sign(j, "-", glued=True):  # "half-past-eight"
        j += 1
    j = s.skip(j, "at", "at_weak")
    named = _named(s, j)
    hour = named or _hour(s, j, 2)
    if hour is None:
        return None
    found, k = hour
    total = found.hour * 60 + found.minute + (minutes if after else -minutes)
    hour_now = total // 60 % 24
    half = found.half
    if (half is None and hour_now == 0 and found.hour == 1) or (hour_now > 12 and found.hour <= 12 and half is None):
        hour_now = hour_now % 12 or 12
    return replace(found, hour=hour_now or (12 if half is None else 0), minute=total % 60, strong=True, half=half), k


def _round_minutes(s: Sentence, i: int, j: int, minutes: int) -> bool:
    """ "20 to 8", "diez para las 8" without the word minutes; "10 to 11" is a range, "13 to 15 July" one of days.

    "At ten to five" is one moment, and so is "five to five".
    """
    if minutes % 5 or s[i - 1].has("from") or s[i - 1].has("between") or s[i - 1].has("of"):
        return False
    at = s.skip(j + 1, "at", "at_weak")
    hour = number(s, at, 12) or ((0, at + 1) if s[at].word.clock else None)
    return (
        hour is not None
        and not s[hour[1]].word.month
        and (
            minutes > 12
            or not s[j].has("to")
            or s[i - 1].has("at")
            or (s[i].num is None and 0 <= minutes - hour[0] <= 3)  # "five to five", "ten to nine": too long for a range
        )
    )


def _hour(s: Sentence, i: int, lead: int) -> Read | None:
    """An hour with or without minutes. Not `strong` when it is only a number."""
    lexeme = s[i]
    if lexeme.num is not None:
        return _digits(s, i, lead)
    read = number(s, i, 24)
    if read is None:
        return None
    hour, j = read
    return minutes_after(s, hour, i, j, words=True)


def _digits(s: Sentence, i: int, lead: int) -> Read | None:
    value, width = s.num(i), s[i].width
    if value is None or (s[i].glued and s.sign(i - 1, ":.,/") and s[i - 1].glued and s[i - 2].num is not None):
        return None
    nxt = i + 1
    if width in (3, 4):
        hour, minute = divmod(value, 100)
        if hour > 24 or minute > 59 or (s[nxt].glued and s[nxt].norm in tuple(":./-") and s[nxt + 1].num is not None):
            return None
        close = s.half(nxt) is not None or s[nxt].has("hour_unit")
        asked = s.expect == "time" and abs(value - s.today.year) > 1 and not s[nxt].norm.isalnum()
        asked = asked and (width == 4 or s.size == 1)
        strong = close or (value % 5 == 0 and (lead > 0 or asked or _beside_day(s, i)))
        if not strong or (not close and _counts_something(s, nxt, lead, False)):
            return None
        return Clock(hour=hour % 24, minute=minute, half="24" if hour > 12 or hour == 0 else None, certainty=0.9), nxt
    if value > 24 or width > 2:
        return None
    # 4:30, 4.30, 4h30, 4:30:15
    if s.sign(nxt, ":.", glued=True) and s[nxt + 1].glued and s[nxt + 1].width == 2 and not s[nxt + 1].blocked:
        return _with_minutes(s, i, value, nxt, lead)
    if s[nxt].norm == ":" and s[nxt + 1].width == 2 and not s[nxt + 1].blocked and lead == 2:
        return _with_minutes(s, i, value, nxt, lead)
    if (
        s[nxt].norm == "h"
        and (lead or s[nxt].glued or s[nxt + 1].width == 2)
        and s[nxt + 1].width == 2
        and (past := s.num(nxt + 1)) is not None
        and past < 60
    ):
        return Clock(hour=value % 24, minute=past, half=half_of(value)), nxt + 2
    or_else = s.sign(nxt, "/", glued=True) and s[nxt + 1].num is not None and s[nxt + 2].norm != ":"  # but "6/6:30"
    if (value == 24 and not lead) or or_else:
        return None
    return minutes_after(s, value, i, nxt, words=False, lead=lead)


def _beside_day(s: Sentence, i: int) -> bool:
    """ "mañana 830", "0730 tomorrow"; full hours may be a quantity ("te pago mañana 1500")."""
    before, after = s[i - 1].word, s[i + 1]
    telling = s[i].width == 4 and s.text[s[i].start] == "0" or (s[i].num or 0) % 100
    if not telling:
        return False
    led = (before.day is not None or before.weekday is not None) and not s[i - 1].has("last")
    follows = after.word.day is not None or after.word.weekday is not None
    return (led and not after.norm.isalnum()) or (follows and i == 0)


def _with_minutes(s: Sentence, i: int, hour: int, sign: int, lead: int) -> Read | None:
    minute, dotted = s.num(sign + 1), s[sign].norm == "."
    if minute is None or minute > 59 or (hour == 24 and minute):
        return None
    j = sign + 2
    if s.sign(j, ":", glued=True) and s[j + 1].glued and s[j + 1].width == 2:
        if (s.num(j + 1) or 0) > 59:
            return None
        j += 2
    elif s.sign(j, ":./", glued=True) and s[j + 1].glued and s[j + 1].num is not None:
        return None  # part of a date or a longer number
    certainty = 1.0
    if dotted and not lead and s[i - 1].has("thing") and s.half(j) is None:
        return None  # "it costs 4.50"
    if dotted:
        certainty = 0.9 if lead else 0.7 if minute % 15 == 0 else 0.5
        if not lead and s.half(j) is None and (minute % 5 or (s[i].width == 1 and hour == 0)):
            return None
    return Clock(hour=hour % 24, minute=minute, half=half_of(hour), certainty=certainty), j


def _tail(s: Sentence, found: Clock, k: int, lead: int) -> Read:
    """What follows a time: o'clock, h, am/pm, a part of the day, "ish"."""
    for _ in range(5):
        word = s[k].word
        if "ish" in word.roles:
            k += 1
            found = replace(found, approximate=True, strong=found.strong or s[k - 1].glued or s[k - 1].has("oclock"))
        elif "oclock" in word.roles:
            found, k = replace(found, strong=True), k + 1
        elif (half := s.half(k)) is not None and found.half in (None, "24"):
            if half == "any":
                found, k = replace(found, strong=True), k + 1
                continue
            if found.half == "24" and found.hour > 12:
                found, k = replace(found, strong=True), k + 1  # "15:00 pm"
                continue
            found, k = replace(found, half=half, strong=True), k + 1
        elif "hour_unit" in word.roles and _is_hour_mark(s, found, k, lead):
            strong = found.strong or 6 <= found.hour <= 23
            found, k = replace(found, strong=strong, certainty=found.certainty if found.strong else 0.8), k + 1
        elif word.part is not None and found.part is None and _part_follows(s, k):
            found, k = replace(found, part=word.part, strong=True), k + 1
        elif word.clock is not None and s[k].words > 1 and found.part is None and (lead or "to" not in word.roles):
            found, k = replace(found, part="noon" if word.clock[0] else "night", strong=True), k + 1
        elif word.clock is not None and found.part is None and found.half is None and s[k - 1].has("oclock"):
            found, k = replace(found, part="noon" if word.clock[0] else "dawn", strong=True), k + 1
        else:
            break
    return found, k


def _is_hour_mark(s: Sentence, found: Clock, k: int, lead: int) -> bool:
    """ "16h", "15 hs" say a time; "2 horas", "ayuno de 12 hs" a length: see durations.py for who comes first."""
    if s[k].has("zone_word") and s[k + 1].has("of"):
        return False  # "a las 5 hora de Lima"
    if lead < 2 and lasts_about(s, k):
        return False  # "around 3 hrs"
    return found.strong or lead == 2 or not s[k].has("long_hour")


def _part_follows(s: Sentence, k: int) -> bool:
    """ "8 tarde" is nothing, "8 de la tarde" and "8 tonight" are."""
    lexeme = s[k]
    return lexeme.word.day is None and (
        not s.lexicon.main.articles_tell
        or " " in s.text[lexeme.start : lexeme.end]
        or (len(lexeme.norm) > 2 and lexeme.word.part in ("night", "dawn", "morning"))
    )
