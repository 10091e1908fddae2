"""Minutes said after an hour: "y media", "menos cuarto", "y treinta y cinco", "thirty", "cero dos"."""

from __future__ import annotations

from app.temporal.nodes import Clock
from app.temporal.numbers import number
from app.temporal.sentence import Sentence

Read = tuple[Clock, int]


def minutes_after(s: Sentence, hour: int, i: int, j: int, *, words: bool, lead: int = 2) -> Read | None:
    """Minutes said after the hour: "y media", "menos cuarto", "y treinta y cinco", "thirty", "cero dos"."""
    plain = Clock(hour=hour % 24, half=half_of(hour), strong=False)
    if hour > 24 or (hour == 0 and words):
        return None if hour > 24 else (plain, j)
    slash = j + 1 if s[j].has("and") else j
    if (
        s[slash].norm == "1"
        and s.sign(slash + 1, "/", glued=True)
        and s[slash + 2].norm == "2"
        and not s[slash + 3].word.unit
    ):
        return _around(hour, 30), slash + 3  # "4 y 1/2"
    said_with = lead == 2 and s[j].has("plus") and s[j + 1].width == 2 and not s[j + 2].norm.isalpha()  # "14 con 30"
    if (s[j].has("and") and not s[j].has("at")) or s[j].has("minus") or said_with:
        minus = s[j].has("minus")
        fraction = s[j + 1].word.fraction
        if fraction is not None:
            k = j + 2
            if s[k].word.unit is not None and not s[k].has("hour_unit"):
                return None  # "2 y media semanas"
            if s[k].has("long_hour"):
                return None
            return _around(hour, -fraction if minus else fraction), k
        read = number(s, j + 1, 59)
        between = any(s[x].has("between") for x in range(max(i - 5, 0), i))
        if read and not between and not month_after(s, read[1]) and not _next_is_clock(s, j + 1, read[1]):
            minute, k = read
            spelled = s[j + 1].num is None
            if minus or (
                (minute >= 5 or (spelled and minute > 1))
                and (minute >= 13 and lead and minute != hour + 1 or minute % 5 == 0 or spelled)
                and _as_minutes(s, k, minute, said=lead > 0 or words or spelled or s.expect == "time")
            ):
                if s[k].word.unit == "minute":
                    k += 1
                return _around(hour, -minute if minus else minute), k
    if words and s.sign(j, "-", glued=True) and s[j + 1].glued and s[j + 1].num is None and s[j + 1].word.number:
        j += 1  # "ten-thirty"
    zero = s.skip(j, "zero")
    read = number(s, zero, 59)
    if read and zero < read[1]:
        minute, k = read
        spelled = s[zero].num is None
        both_words = words and spelled and (zero > j or minute >= 10 or s.half(k) or s[k].word.part)
        digits = (
            not words
            and not spelled
            and lead == 2
            and s[zero].width == 2
            and s[zero - 1].norm != "-"
            and minute % 5 == 0
        )
        if both_words or digits:
            if s[k].word.unit == "minute":
                k += 1
            if not (s[k].word.unit or s[k].word.month):
                return Clock(hour=hour % 24, minute=minute, half=half_of(hour), certainty=0.9, strong=True), k
    return plain, j


def _as_minutes(s: Sentence, k: int, minute: int, *, said: bool) -> bool:
    """Whether "N y M" is an hour and minutes rather than two numbers ("las 3 y las 4", "10 y 30 personas")."""
    if s[k].word.unit not in (None, "minute") and not s[k].has("hour_unit"):
        return False
    return said or minute >= 13


def month_after(s: Sentence, k: int) -> bool:
    return s[s.skip(k, "of")].word.month is not None


def _next_is_clock(s: Sentence, at: int, after: int) -> bool:
    """ "entre 10 y 11:30", "5 y 6pm": the second number is a time of its own."""
    if s[at].num is not None and s.sign(after, ":.", glued=True) and s[after + 1].num is not None:
        return True
    return s.half(after) is not None and s[at].num is not None and (s[at].num or 0) <= 12


def _around(hour: int, minutes: int) -> Clock:
    total = hour * 60 + minutes
    now = total // 60 % 24
    if hour <= 12:
        now = now % 12 or 12
    return Clock(hour=now, minute=total % 60, half=half_of(hour))


def half_of(hour: int) -> str | None:
    """ "24" for an hour that needs no am or pm."""
    return "24" if hour > 12 or hour == 0 else None
