"""Days with a name or number: "lunes 2 de marzo", "the 13th", "15/04", "2019-aug-1", "el 21 del 3"."""

from __future__ import annotations

from dataclasses import replace

from app.temporal.nodes import Day
from app.temporal.numbers import number, ordinal, year
from app.temporal.numeric import numeric, possible
from app.temporal.sentence import Sentence
from app.temporal.stretches import which

Read = tuple[Day, int]

_YEARS = range(1900, 2100)
#: What may follow a date, and no verb: "7 May between 8 and 10", not "two may come".
_GOES_ON = frozenset({"at", "between", "from", "since", "to", "until", "and", "or", "for", "about", "before", "after"})


def calendar_day(s: Sentence, i: int) -> Read | None:
    """The named or numbered day that begins here."""
    j = i + 1 if s[i].has("article") or s[i].has("day_word") else i
    return (
        numeric(s, j)
        or _day_month(s, i)
        or _month_day(s, i)
        or _with_weekday(s, i)
        or (_with_weekday(s, j) if s[j].word.weekday is not None else None)
    )


def day_number(s: Sentence, i: int) -> tuple[int, int, bool] | None:
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
    """ "15 de abril", "4th of july, 1995", "el 21 del 3", "5 abril"; "la 9 de julio" is a street."""
    j = i
    if s[j].has("day_word") or s[j].has("article"):
        j += 1
        j = j + 1 if s[j].has("day_word") else j
    if s[j].has("next") and s[j].word.ordinal is None:  # "next 9th of May"
        j += 1
    read = day_number(s, j)
    if read is None or (s[j].num is not None and _names_street(s, j)):
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
        if (
            s[of].has("modal")
            and of == k
            and not is_ordinal
            and s[of + 1].norm.isalpha()
            and not (s[of + 1].word.roles & _GOES_ON)
        ):
            return None
        following = of + 2 if s.sign(of + 1, ".", glued=True) else of + 1
        if of == k and s[of].word.weekday is not None and s[of].word.weak and not is_ordinal and s[j].num is None:
            return None
        late = s[following].width == 2 and (s.num(following) or 0) > 24 and not _starts_clock(s, following)
        return _finish(s, day, month, following, short=late)  # "1st april 27"
    if of > k and s.lexicon.main.articles_tell and s[of].width <= 2 and not is_ordinal:
        # "21 del 3", "7 de 5 de 1983", "el dieciocho del tres"
        spelled = number(s, of, 12) if s[of].num is None and j > i and s[k].has("contracted") else None
        month = spelled[0] if spelled else s.num(of)
        if month is None or not possible(day, month):
            return None
        with_year = s.skip(of + 1, "of")
        y = year(s, with_year) if with_year > of + 1 else None
        hours = s[of + 1].has("to") and not s[of + 1].has("contracted") and not s[k].has("contracted")
        if hours and number(s, of + 2, 24):
            return None  # "el 18 de 2 a 4"
        announced = j > i or y is not None or s[k].has("contracted")
        if y and possible(day, month, y[0]):
            return Day(day=day, month=month, year=y[0]), y[1]
        if announced and s.half(of + 1) is None and not s[of + 1].word.part and not _more(s, of + 1):
            return Day(day=day, month=month, certainty=0.85), of + 1
    return None


def _names_street(s: Sentence, j: int) -> bool:
    """ "la 9 de julio", "vivo en 9 de julio 345": a day is "el 9"."""
    if not s.lexicon.main.articles_tell:
        return False
    before = s.text[max(s[j].start - 4, 0) : s[j].start].lower()
    if before.endswith("la "):
        return True
    after = s[j + 3]
    housed = after.width >= 3 and s.num(j + 3) not in _YEARS
    return before.endswith("en ") and (housed or (after.has("and") and _is_name(s, j + 4)))


def _is_name(s: Sentence, k: int) -> bool:
    """Whether a word is none that the tables know: the other street of a corner."""
    return s[k].norm.isalpha() and not s[k].word.tells and not s[k].word.roles


def _more(s: Sentence, k: int) -> bool:
    """Whether the number before is an ordinal or the day of a date of its own ("5 a 6 del 1ro de enero")."""
    return (s[k].glued and s[k].norm in s.lexicon.suffixes) or (s[k].has("of") and s[k + 1].word.month is not None)


def _finish(s: Sentence, day: int, month: int, j: int, *, short: bool = False) -> Read | None:
    """The year after day and month, if one is there; `short` where two digits can be nothing else."""
    k = j
    if s.sign(k, ",-"):
        k += 1
    k = s.skip(k, "of", "in")
    joined = k > j
    after_comma = s.sign(j, ",") and s[k].num is not None and s[k].width == 2 and not _starts_clock(s, k)
    read = year(s, k, short=short or after_comma)
    if (
        read is None
        and s[j].has("of")
        and s.lexicon.main.articles_tell
        and s[k].width == 2
        and (s.num(k) or 0) >= 20
        and not _starts_clock(s, k)
    ):
        read = year(s, k, short=True)
    placed = which(s, k, "year") if read is None else None  # "9 de marzo del año que viene", "March 9 next year"
    if placed:
        read = s.today.year + placed[0], placed[1]
    if read and not (s[k].num is not None and s[k].width == 4 and s.half(read[1])):
        if not possible(day, month, read[0]):
            return None
        if s[k].num is None and not joined and s[k].word.number in (19, 20) and s.half(read[1]):
            return (Day(day=day, month=month), j)
        return Day(day=day, month=month, year=read[0]), read[1]
    return (Day(day=day, month=month), j) if possible(day, month) else None


def _starts_clock(s: Sentence, k: int) -> bool:
    after = s[k + 1]
    return (
        s.half(k + 1) is not None
        or after.has("hour_unit")
        or after.has("oclock")
        or after.norm == ":"
        or after.word.part is not None
        or after.has("and")
        or ((after.has("to") or after.norm == "-") and number(s, k + 2, 24) is not None)
        or (after.norm == "." and s[k + 2].num is not None and s[k + 2].glued)
    )


def _month_day(s: Sentence, i: int) -> Read | None:
    """ "April 14, 2015", "Oct2", "marzo 3", "May twenty one", "september-2020-23"."""
    month = s[i].word.month
    if month is None or s[i].num is not None:
        return None
    j = i + 1
    if s.sign(j, ".,"):
        j += 1
    if s.sign(j, "-/", glued=True):
        j += 1
        if (
            s[j].width == 4
            and s.sign(j + 1, "-/", glued=True)
            and (day := s.num(j + 2)) is not None
            and s[j + 2].width <= 2
        ):
            y = s[j].num or 0
            return (Day(day=day, month=month, year=y), j + 3) if possible(day, month, y) else None
        if s.sign(j + 1, "-/", glued=True) and s[j + 2].width == 4 and (day := s.num(j)) is not None:
            y = s[j + 2].num or 0
            return (Day(day=day, month=month, year=y), j + 3) if possible(day, month, y) else None
    if s[j].has("article") and not s[j].word.weekday:
        j += 1
    read = day_number(s, j)
    if read is None:
        return None
    day, k, is_ordinal = read
    if s[i].word.weekday is not None and s[s.skip(k, "of")].word.month is not None:
        return None  # "mar 19 oct": a Tuesday
    if (
        s[j].num is not None
        and not is_ordinal
        and ((s.sign(k, ":") and s[k + 1].num is not None) or s.half(k) is not None or s[k].has("hour_unit"))
    ):
        return None
    if s[i].has("modal") and s.lexicon.main.articles_tell and s[j].num is None:
        return None
    if s[k].word.unit is not None and s[k].word.ordinal is None:
        return None
    return _finish(s, day, month, k)


_LETTERS = 2  # "mi", "lu", "ju"


def _with_weekday(s: Sentence, i: int) -> Read | None:
    """ "lunes 2", "viernes, 6 de marzo", "Friday the 13th", "Thu 15th", "martes el día once"."""
    j = i + 1 if s[i].has("this") and s[i + 1].word.weekday is not None else i
    weekday = s[j].word.weekday
    if weekday is None or s[j].num is not None:
        return None
    k = j + 1
    if s[j].word.weak and len(s[j].norm) <= _LETTERS and s[k].has("article"):
        return None  # "para mí el 17"
    if s.sign(k, ".", glued=True) and s[k + 1].norm:
        k += 1
    bracket = s.sign(k, "(")
    while s.sign(k, ",-(") or (s[k].has("of") and s[k + 1].has("day_word")):
        k += 1
    full = numeric(s, k) or _day_month(s, k) or _month_day(s, k)
    if full is None and s[k].has("article"):
        full = _month_day(s, k + 1) or numeric(s, k + 1)
    if full:
        end = full[1] + 1 if bracket and s.sign(full[1], ")") else full[1]
        return replace(full[0], weekday=weekday), end
    announced = False
    while (s[k].has("article") and not s[k].has("at_weak")) or s[k].has("day_word"):
        k, announced = k + 1, True
    read = day_number(s, k)
    if read is None:
        return None
    day, end, is_ordinal = read
    if s[k].num is None and not (announced or is_ordinal or s.lexicon.main.articles_tell):
        return None  # "monday seven thirty"
    if s[k].num is None and (s[j].word.weak or day == 1 and not (announced or is_ordinal)):
        return None  # "vi una película", "el sábado, uno para mí"
    if not (is_ordinal or announced) and not _day_stands(s, end):
        return None
    if s[end].word.fraction is not None or (is_ordinal and s[k].word.unit and not announced):
        return None
    return Day(weekday=weekday, day=day, announced=announced), end


def _day_stands(s: Sentence, end: int) -> bool:
    """Whether the number before is a day and not an hour: "lunes 2 a las 5" but "lunes 2pm", "monday 8 to 9"."""
    after = s[end]
    if s.half(end) is not None or after.has("oclock") or after.has("ish"):
        return False
    if after.has("hour_unit") or after.has("minus"):
        return False
    if after.word.part is not None and s.text[after.start : after.start + 2] in ("de", "d "):
        return False
    if after.norm in tuple(":.") and after.glued and s[end + 1].glued and s[end + 1].num is not None:
        return False
    if after.has("and") and (s[end + 1].word.fraction is not None):
        return False
    joins_range = after.norm == "-" or after.has("to")
    to_hour = number(s, end + 1, 24) or s[end + 1].word.clock  # "Friday 9 to 12", "Friday 9 to noon"
    return not (joins_range and to_hour and not (s[end].has("at") or s[end].has("at_weak")))
