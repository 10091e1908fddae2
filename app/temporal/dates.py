"""Days with a name or number: "lunes 2 de marzo", "the 13th", "15/04", "2019-aug-1", "el 21 del 3"."""

from __future__ import annotations

from dataclasses import replace

from app.temporal.nodes import Day
from app.temporal.numbers import full_year, number, ordinal, year
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


def calendar_day(s: Sentence, i: int) -> Read | None:
    """The named or numbered day that begins here."""
    j = i + 1 if s[i].has("article") or s[i].has("day_word") else i
    return (_numeric(s, j) or _day_month(s, i) or _month_day(s, i) or _with_weekday(s, i)
            or (_with_weekday(s, j) if s[j].word.weekday is not None else None))


def _numeric(s: Sentence, i: int) -> Read | None:
    """Digits with signs between them: 15/04, 2019-03-08, 8.3.19, 2016 10 16, 20161016, 2019-aug-1."""
    lexeme = s[i]
    if s.num(i) is None or not _free_before(s, i):
        return None
    if lexeme.width == 8:
        return _ymd(lexeme.num or 0, i)
    parts, signs, j = [i], [], i + 1
    while len(parts) < 3:
        if s.sign(j, "/.-", glued=True) and s[j].norm == (signs or [s[j].norm])[0] and s[j + 1].glued and _component(s, j + 1) is not None:
            signs.append(s[j].norm)
            parts.append(j + 1)
            j += 2
        elif len(parts) == 2 and s.sign(j, ",") and signs[0] == "/" and s.num(j + 1) is not None and s[j + 1].width in (2, 4):
            signs.append("/")  # "08/12,2015"
            parts.append(j + 1)
            j += 2
        else:
            break
    if len(parts) == 1 and lexeme.width == 4 and s[i + 1].width in (1, 2) and s[i + 2].width in (1, 2) and not s[i + 1].glued:
        parts, signs, j = [i, i + 1, i + 2], ["/", "/"], i + 3
    if len(parts) < 2 or len(set(signs)) > 1 or not _free_after(s, j, signs[0], len(parts)):
        return None
    named = [k for k, part in enumerate(parts) if s[part].word.month is not None and s[part].num is None]
    if named:
        return _with_named_month(s, parts, named[0], j)
    values = [s[part].num or 0 for part in parts]
    widths = [s[part].width for part in parts]
    if len(parts) == 3:
        return _three(s, values, widths, j)
    return _two(s, i, values, widths, signs[0], j)


def _component(s: Sentence, i: int) -> int | None:
    if s.num(i) is not None:
        return s[i].num
    return s[i].word.month if s[i].norm.isalpha() else None


def _ymd(value: int, i: int) -> Read | None:
    y, m, d = value // 10_000, value // 100 % 100, value % 100
    return (Day(year=y, month=m, day=d), i + 1) if 1900 <= y < 2100 and possible(d, m, y) else None


def _free_before(s: Sentence, i: int) -> bool:
    """A digit or letter joined by a sign before means a longer number or a code; a full ISO date may stand in a name."""
    if not s[i].glued or s[i - 1].norm not in tuple("-/.:_"):
        return True
    if s[i - 1].norm == "-" and s[i + 1].norm == "/" and s[i - 3].norm == "/":
        return True  # the second of two dates: 10/1-11/2
    if s[i].width in (4, 8) and not (s[i - 1].glued and s[i - 2].num is not None):
        return True
    return not s[i - 1].glued


def _free_after(s: Sentence, j: int, sign: str, count: int) -> bool:
    if not s[j].glued or s[j].norm not in tuple("-/.:"):
        return True
    if not (s[j + 1].glued and s[j + 1].num is not None):
        return True
    # "10/1-11/2": another date follows; "2002-10-09-page" is free, "2010-2015-86-1" is not
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
        y, orders = values[0], [(values[2], values[1]), (values[1], values[2])]
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


def _two(s: Sentence, i: int, values: list[int], widths: list[int], sign: str, j: int) -> Read | None:
    """Day and month. With a dot or dash it takes company: a dash may be a range, a dot a price or a time."""
    if max(widths) > 2:
        return None
    if sign != "/" and not _announced(s, i, j):
        return None
    if sign == "-" and s[i - 1].has("from"):
        return None
    if sign == "-" and (s[j].has("of") or s[j].word.month):
        return None
    if s[j].word.unit is not None or s.half(j) is not None or s[j].has("hour_unit"):
        return None
    for day, month in _orders(s, values[0], values[1]):
        if possible(day, month):
            sure = sign == "/" and (day > 12 or s[i - 1].has("article") or s[i - 1].has("on") or s[i - 1].word.weekday is not None)
            return Day(month=month, day=day, certainty=1.0 if sure else 0.9), j
    return None


def _announced(s: Sentence, i: int, j: int) -> bool:
    before = s[i - 1]
    return (before.has("article") and not before.has("at_weak") or before.has("on") and not before.has("in")
            or before.has("day_word") or before.word.weekday is not None and s[i + 1].norm == "." and s.day_first and (s[i + 2].num or 99) <= 12 or s[i].width == 2 and i == 0 and j == s.size
            and (s[i].num or 0) > 12 and s[i + 1].norm == "-")


def _orders(s: Sentence, first: int, second: int) -> list[tuple[int, int]]:
    """(day, month) candidates: the language's order, and the other where that is impossible."""
    orders = [(first, second), (second, first)]
    return orders if s.day_first else orders[::-1]


def _day_number(s: Sentence, i: int) -> tuple[int, int, bool] | None:
    """(day, index after, whether it was an ordinal)."""
    read = ordinal(s, i)
    if read:
        return (*read, True) if 1 <= read[0] <= 31 else None
    read = number(s, i, 31)
    if read is None or read[0] < 1 or s[i].width > 2:
        return None
    if s[i].num is not None and s[i].glued and s[i - 1].norm in tuple(":./"):
        return None
    return read[0], read[1], False


def _day_month(s: Sentence, i: int) -> Read | None:
    """"15 de abril", "4th of july, 1995", "el 21 del 3", "5 abril"."""
    j = i
    if s[j].has("day_word") or s[j].has("article"):
        j += 1
        j = j + 1 if s[j].has("day_word") else j
    if s[j].has("next") and s[j].word.ordinal is None:  # "next 6th of April"
        j += 1
    read = _day_number(s, j)
    if read is None:
        return None
    day, k, is_ordinal = read
    if s[k].has("day_word"):
        k += 1
    of = s.skip(k, "of")
    if s[of].has("on") and s[of + 1].word.month:
        of += 1
    if of == k and s.sign(k, ",-") and s[k + 1].word.month and not s[k + 1].word.weak:
        of = k + 1
    if s[of].has("article") and s[of + 1].word.month:
        of += 1
    if of == k and s[k].has("in") and s[k + 1].word.month is not None and is_ordinal:
        of = k + 1
    month = s[of].word.month if s[of].num is None else None
    if month is not None:
        if s[of].has("modal") and of == k and not is_ordinal and s[of + 1].norm.isalpha() and not s[of + 1].has("at"):
            return None
        if s.sign(of + 1, ".", glued=True):
            following = of + 2
        else:
            following = of + 1
        if of == k and s[of].word.weekday is not None and s[of].word.weak and not is_ordinal and s[j].num is None:
            return None
        return _finish(s, day, month, following)
    if of > k and s.lexicon.main.articles_tell and s[of].num is not None and s[of].width <= 2 and not is_ordinal:
        # "21 del 3", "9 de 8 de 1971"
        month = s.num(of)
        if month is None or not possible(day, month):
            return None
        with_year = s.skip(of + 1, "of")
        y = year(s, with_year) if with_year > of + 1 else None
        announced = j > i or y is not None or s[k].has("contracted")
        if y and possible(day, month, y[0]):
            return Day(day=day, month=month, year=y[0]), y[1]
        if announced and s.half(of + 1) is None and not s[of + 1].word.part and not _more(s, of + 1):
            return Day(day=day, month=month, certainty=0.85), of + 1
    return None


def _more(s: Sentence, k: int) -> bool:
    """Whether the number before is an ordinal or the day of a date of its own ("5 a 6 del 1ro de enero")."""
    return s[k].glued and s[k].norm in s.lexicon.suffixes or s[k].has("of") and s[k + 1].word.month is not None


def _finish(s: Sentence, day: int, month: int, j: int) -> Read | None:
    """The year after day and month, if one is there."""
    k = j
    if s.sign(k, ",-"):
        k += 1
    k = s.skip(k, "of", "in")
    joined = k > j
    read = year(s, k, short=s.sign(j, ",") and s[k].num is not None and s[k].width == 2 and not _starts_clock(s, k))
    if read is None and s[j].has("of") and s.lexicon.main.articles_tell and s[k].width == 2 and (s.num(k) or 0) >= 20 and not _starts_clock(s, k):
        read = year(s, k, short=True)
    if read and not (s[k].num is not None and s[k].width == 4 and s.half(read[1])):
        if not possible(day, month, read[0]):
            return None
        if s[k].num is None and not joined and s[k].word.number in (19, 20) and s.half(read[1]):
            return (Day(day=day, month=month), j)
        return Day(day=day, month=month, year=read[0]), read[1]
    return (Day(day=day, month=month), j) if possible(day, month) else None


def _starts_clock(s: Sentence, k: int) -> bool:
    after = s[k + 1]
    return (s.half(k + 1) is not None or after.has("hour_unit") or after.has("oclock") or after.norm == ":"
            or after.word.part is not None or after.has("and") or (after.norm == "." and s[k + 2].num is not None and s[k + 2].glued))


def _month_day(s: Sentence, i: int) -> Read | None:
    """"April 14, 2015", "Oct2", "marzo 3", "May twenty one", "september-2020-23"."""
    month = s[i].word.month
    if month is None or s[i].num is not None:
        return None
    j = i + 1
    if s.sign(j, ".,"):
        j += 1
    if s.sign(j, "-/", glued=True):
        j += 1
        if s[j].width == 4 and s.sign(j + 1, "-/", glued=True) and (day := s.num(j + 2)) is not None and s[j + 2].width <= 2:
            y = s[j].num or 0
            return (Day(day=day, month=month, year=y), j + 3) if possible(day, month, y) else None
        if s.sign(j + 1, "-/", glued=True) and s[j + 2].width == 4 and (day := s.num(j)) is not None:
            y = s[j + 2].num or 0
            return (Day(day=day, month=month, year=y), j + 3) if possible(day, month, y) else None
    if s[j].has("article") and not s[j].word.weekday:
        j += 1
    read = _day_number(s, j)
    if read is None:
        return None
    day, k, is_ordinal = read
    if s[j].num is not None and not is_ordinal and (s.sign(k, ":") and s[k + 1].num is not None or s.half(k) is not None
                                                    or s[k].has("hour_unit")):
        return None
    if s[i].has("modal") and s.lexicon.main.articles_tell and s[j].num is None:
        return None
    if s[k].word.unit is not None and s[k].word.ordinal is None:
        return None
    return _finish(s, day, month, k)


def _with_weekday(s: Sentence, i: int) -> Read | None:
    """"lunes 2", "viernes, 6 de marzo", "Friday the 13th", "Thu 15th", "martes el día once"."""
    j = i + 1 if s[i].has("this") and s[i + 1].word.weekday is not None else i
    weekday = s[j].word.weekday
    if weekday is None or s[j].num is not None:
        return None
    k = j + 1
    if s.sign(k, ".", glued=True) and s[k + 1].norm:
        k += 1
    bracket = s.sign(k, "(")
    while s.sign(k, ",-(") or s[k].has("of") and s[k + 1].has("day_word"):
        k += 1
    full = _numeric(s, k) or _day_month(s, k) or _month_day(s, k)
    if full is None and s[k].has("article"):
        full = _month_day(s, k + 1) or _numeric(s, k + 1)
    if full:
        end = full[1] + 1 if bracket and s.sign(full[1], ")") else full[1]
        return replace(full[0], weekday=weekday), end
    announced = False
    while s[k].has("article") and not s[k].has("at_weak") or s[k].has("day_word"):
        k, announced = k + 1, True
    read = _day_number(s, k)
    if read is None:
        return None
    day, end, is_ordinal = read
    if s[k].num is None and not (announced or is_ordinal or s.lexicon.main.articles_tell):
        return None  # "monday seven thirty"
    if not (is_ordinal or announced) and not _day_stands(s, end):
        return None
    if s[end].word.fraction is not None or is_ordinal and s[k].word.unit and not announced:
        return None
    return Day(weekday=weekday, day=day, announced=announced), end


def _day_stands(s: Sentence, end: int) -> bool:
    """Whether the number before is a day and not an hour: "lunes 2 a las 5" but "lunes 2pm", "monday 8 to 9"."""
    after = s[end]
    if s.half(end) is not None or after.has("oclock") or after.has("ish"):
        return False
    if after.has("hour_unit") or after.has("minus"):
        return False
    if after.word.part is not None and s.text[after.start:after.start + 2] in ("de", "d "):
        return False
    if after.norm in tuple(":.") and after.glued and s[end + 1].glued and s[end + 1].num is not None:
        return False
    if after.has("and") and (s[end + 1].word.fraction is not None):
        return False
    joins_range = after.norm == "-" or after.has("to")
    if joins_range and number(s, end + 1, 24) and not (s[end].has("at") or s[end].has("at_weak")):
        return False
    return True


def bare_day(s: Sentence, i: int) -> Read | None:
    """"el 19", "the 13th", "día 21", "on the first": a day of the month without the month."""
    j, announced, spoken = i, False, False
    if s[j].has("on") or s[j].has("for"):
        j, spoken = j + 1, True
    elif s[j - 1].has("until") or s[j - 1].has("from") or s[j - 1].has("contracted"):
        spoken = True
    while s[j].has("day_word") or s[j].has("article") and not s[j].has("at_weak") and not s[j].has("every_article") or s[j].has("contracted") and s[j].has("of") and j == i:
        announced = announced or s[j].has("day_word")
        j += 1
    articled = j > i + spoken or s[i].has("article")
    read = _day_number(s, j)
    if read is None or not (articled or spoken):
        return None
    day, k, is_ordinal = read
    english = not s.lexicon.main.articles_tell
    after = s[k]
    if after.norm == "%" or s.half(k) is not None or (
            after.norm in tuple("./:-") and after.glued and s[k + 1].glued and (s[k + 1].num is not None and after.norm != "-"
                                                                             or s[k + 1].word.month is not None)):
        return None
    if after.word.unit is not None or after.word.fraction is not None or after.has("hour_unit") or after.norm in ("°", "/"):
        return None
    if is_ordinal and s[j].num is None and not announced:  # "la segunda", "the second": mostly a choice
        if not spoken or english and not (s[i].has("on") or s[i].has("for") or s[i - 1].has("until") or s[i - 1].has("from")):
            return None
    if not is_ordinal and not announced:
        if english and not (spoken and _ends(s, k)) and not (articled and spoken):
            return None
        if not english and not articled:
            return None
        if not english and s[j].num is None and day == 1:
            return None
        if english and not articled and not (s[i].has("on") and _ends(s, k)):
            return None
    if s[s.skip(k, "of")].word.month is not None:
        return None  # "31 de noviembre"
    if s[j].num is None and after.norm.isalpha() and not _known(s, k):
        return None  # "on one occasion", "el primer turno"
    if is_ordinal and after.norm.isalpha() and not _known(s, k) and (english and not articled or not english):
        return None
    if is_ordinal and english and day <= 10 and after.norm.isalpha() and not _known(s, k) and after.norm not in s.lexicon.main.hints:
        return None  # "the 3rd event", "the 2nd floor"
    certainty = 0.95 if announced or is_ordinal else 0.9 if _ends(s, k) else 0.7
    if not is_ordinal and after.norm.isalpha() and not _known(s, k) and english:
        return None
    return Day(day=day, certainty=certainty), k


def _ends(s: Sentence, k: int) -> bool:
    return not s[k].norm.isalnum() or _known(s, k)


def _known(s: Sentence, k: int) -> bool:
    word = s[k].word
    return bool(word.roles - {"measure", "street", "thing"}) or word.part is not None or word.day is not None or word.phrase is not None
