"""Dates in digits with signs between them: 15/04, 2019-03-08, 8.3.19, 2016 10 16, 20161016, 2019-aug-1."""

from __future__ import annotations

from app.temporal.nodes import Day
from app.temporal.numbers import full_year
from app.temporal.sentence import Sentence

Read = tuple[Day, int]
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def possible(day: int, month: int | None, in_year: int | None = None) -> bool:
    """Whether the calendar has such a day (29 February in some year, when none is said)."""
    if month is None:
        return 1 <= day <= 31
    if not 1 <= month <= 12 or not 1 <= day <= _LENGTHS[month - 1]:
        return False
    leap = in_year is None or (in_year % 4 == 0 and (in_year % 100 != 0 or in_year % 400 == 0))
    return not (month == 2 and day == 29 and not leap)


def numeric(s: Sentence, i: int) -> Read | None:
    """Digits with signs between them: 15/04, 2019-03-08, 8.3.19, 2016 10 16, 20161016, 2019-aug-1."""
    lexeme = s[i]
    if s.num(i) is None or not _free_before(s, i):
        return None
    if lexeme.width == 8:
        return _ymd(lexeme.num or 0, i)
    signs: list[str] = []
    parts, j = [i], i + 1
    while len(parts) < 3:
        if (
            s.sign(j, "/.-", glued=True)
            and s[j].norm == (signs or [s[j].norm])[0]
            and s[j + 1].glued
            and _component(s, j + 1) is not None
        ):
            signs.append(s[j].norm)
            parts.append(j + 1)
            j += 2
        elif (
            len(parts) == 2
            and s.sign(j, ",")
            and signs[0] == "/"
            and s.num(j + 1) is not None
            and s[j + 1].width in (2, 4)
        ):
            signs.append("/")  # "08/12,2015"
            parts.append(j + 1)
            j += 2
        else:
            break
    if (
        len(parts) == 1
        and lexeme.width == 4
        and s[i + 1].width in (1, 2)
        and s[i + 2].width in (1, 2)
        and not s[i + 1].glued
    ):
        parts, signs, j = [i, i + 1, i + 2], ["/", "/"], i + 3
    if len(parts) < 2 or len(set(signs)) > 1 or not _free_after(s, j, signs[0]):
        return None
    named = [k for k, part in enumerate(parts) if s[part].word.month is not None and s[part].num is None]
    if named:
        return _with_named_month(s, parts, named[0], j)
    values = [s[part].num or 0 for part in parts]
    widths = [s[part].width for part in parts]
    if len(parts) == 3:
        return _three(s, values, widths, j)
    return _two(s, parts, signs[0], j)


def _component(s: Sentence, i: int) -> int | None:
    if s.num(i) is not None:
        return s[i].num
    return s[i].word.month if s[i].norm.isalpha() else None


def _ymd(value: int, i: int) -> Read | None:
    y, m, d = value // 10_000, value // 100 % 100, value % 100
    return (Day(year=y, month=m, day=d), i + 1) if 1900 <= y < 2100 and possible(d, m, y) else None


def _free_before(s: Sentence, i: int) -> bool:
    """A digit or letter joined by a sign before means a longer number or a code; a full date may stand in a name."""
    if not s[i].glued or s[i - 1].norm not in tuple("-/.:_"):
        return True
    if s[i - 1].norm == "-" and s[i + 1].norm == "/" and s[i - 3].norm == "/":
        return True  # the second of two dates: 5/3-6/4
    if s[i].width in (4, 8) and not (s[i - 1].glued and s[i - 2].num is not None):
        return True
    return not s[i - 1].glued


def _free_after(s: Sentence, j: int, sign: str) -> bool:
    if not s[j].glued or s[j].norm not in tuple("-/.:"):
        return True
    if not (s[j + 1].glued and s[j + 1].num is not None):
        return True
    # "5/3-6/4": another date follows; "2002-10-09-page" is free, "2010-2015-86-1" is not
    return s[j].norm == "-" and sign != "-"


def _with_named_month(s: Sentence, parts: list[int], named: int, j: int) -> Read | None:
    month = s[parts[named]].word.month
    rest = [part for k, part in enumerate(parts) if k != named]
    if len(rest) == 1:
        day = s[rest[0]].num or 0
        return (Day(month=month, day=day), j) if possible(day, month) and s[rest[0]].width <= 2 else None
    years = [part for part in rest if s[part].width == 4]
    if years:
        y, day = s[years[0]].num or 0, s[next(part for part in rest if part != years[0])].num or 0
    else:
        day, y = s[rest[0]].num or 0, full_year(s[rest[1]].num or 0)
    return (Day(year=y, month=month, day=day), j) if 1900 <= y < 2100 and possible(day, month, y) else None


def _three(s: Sentence, values: list[int], widths: list[int], j: int) -> Read | None:
    if widths[0] == 4:
        y, orders = values[0], [(values[2], values[1])]
    elif widths[2] in (2, 4) and max(widths[:2]) <= 2:
        y = values[2] if widths[2] == 4 else full_year(values[2])
        orders = _orders(s, values[0], values[1])
    else:
        return None
    if not 1900 <= y < 2100:
        return None
    for day, month in orders:
        if possible(day, month, y):
            return Day(year=y, month=month, day=day), j
    return None


def _two(s: Sentence, parts: list[int], sign: str, j: int) -> Read | None:
    """Day and month. With a dot or dash it takes company: a dash may be a range, a dot a price or a time."""
    i, values = parts[0], [s[part].num or 0 for part in parts]
    if max(s[part].width for part in parts) > 2:
        return None
    if sign != "/" and not _announced(s, i, j):
        return None
    if values == [24, 7] and not _announced(s, i, j):
        return None  # "abierto 24/7" is no day
    if sign == "-" and s[i - 1].has("from"):
        return None
    if sign == "-" and (s[j].has("of") or s[j].word.month):
        return None
    k = s.skip(j, "of", "article")
    if sign == "/" and k > j and values[0] < values[1] <= 8 and s[k].norm.isalpha() and not s[k].word.tells:
        if not s[k].word.roles:
            return None  # "3/4 of the cake"
    if s[j].word.unit is not None or s.half(j) is not None or s[j].has("hour_unit"):
        return None
    for day, month in _orders(s, values[0], values[1]):
        if possible(day, month):
            sure = sign == "/" and (
                day > 12 or s[i - 1].has("article") or s[i - 1].has("on") or s[i - 1].word.weekday is not None
            )
            return Day(month=month, day=day, certainty=1.0 if sure else 0.9), j
    return None


def _announced(s: Sentence, i: int, j: int) -> bool:
    before = s[i - 1]
    return (
        (before.has("article") and not before.has("at_weak"))
        or (before.has("on") and not before.has("in"))
        or before.has("day_word")
        or (before.word.weekday is not None and s[i + 1].norm == "." and s.day_first and (s[i + 2].num or 99) <= 12)
        or (s[i].width == 2 and i == 0 and j == s.size and (s[i].num or 0) > 12 and s[i + 1].norm == "-")
    )


def _orders(s: Sentence, first: int, second: int) -> list[tuple[int, int]]:
    """(day, month) candidates: the language's order, and the other where that is impossible."""
    orders = [(first, second), (second, first)]
    return orders if s.day_first else orders[::-1]
