"""A day of the month alone: "el 19", "the 13th", "para el día 4", and when such a number is something else."""

from __future__ import annotations

from app.temporal.dates import day_number
from app.temporal.nodes import Day
from app.temporal.sentence import Sentence

Read = tuple[Day, int]


def bare_day(s: Sentence, i: int) -> Read | None:
    """ "el 19", "the 13th", "día 21", "on the first": a day of the month without the month."""
    j, announced, spoken = i, False, False
    if s[j].has("on") or s[j].has("for"):
        j, spoken = j + 1, True
    elif s[j - 1].has("until") or s[j - 1].has("from") or s[j - 1].has("contracted"):
        spoken = True
    while (
        s[j].has("day_word")
        or (s[j].has("article") and not s[j].has("at_weak") and not s[j].has("every_article"))
        or (s[j].has("contracted") and s[j].has("of") and j == i)
    ):
        announced = announced or s[j].has("day_word")
        j += 1
    articled = j > i + spoken or s[i].has("article") or s[i - 1].has("and_article")
    read = day_number(s, j)
    if read and s[i - 1].has("contracted") and s[i - 1].has("to") and s[read[1]].has("at"):
        articled = True  # "al 20 a las 5"
    if read is None or not (articled or spoken):
        return None
    day, k, is_ordinal = read
    english = not s.lexicon.main.articles_tell
    after = s[k]
    if (
        after.norm == "%"
        or s.half(k) is not None
        or (
            after.norm in tuple("./:-")
            and after.glued
            and s[k + 1].glued
            and ((s[k + 1].num is not None and after.norm != "-") or s[k + 1].word.month is not None)
        )
    ):
        return None
    if (
        after.word.unit is not None
        or after.word.fraction is not None
        or after.has("hour_unit")
        or after.norm in ("°", "/")
    ):
        return None
    said = s[i].has("on") or s[i].has("for") or s[i - 1].has("until") or s[i - 1].has("from")
    if (
        is_ordinal and s[j].num is None and not announced and not (said if english else spoken)
    ):  # "la segunda", "the second": mostly a choice
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
        return None  # "31 de septiembre"
    if s[j].num is None and after.norm.isalpha() and not _known(s, k):
        return None  # "on one occasion", "el primer turno"
    if is_ordinal and after.norm.isalpha() and not _known(s, k) and ((english and not articled) or not english):
        return None
    if (
        is_ordinal
        and english
        and day <= 10
        and after.norm.isalpha()
        and not _known(s, k)
        and after.norm not in s.lexicon.main.hints
    ):
        return None  # "the 3rd event", "the 2nd floor"
    if not is_ordinal and after.end - after.start == 1 and s.text[after.start].isupper() and not _known(s, k):
        return None  # "vivo en el 5 B"
    certainty = 0.95 if announced or is_ordinal else 0.9 if _ends(s, k) else 0.7
    if not is_ordinal and after.norm.isalpha() and not _known(s, k) and english:
        return None
    return Day(day=day, certainty=certainty), k


def _ends(s: Sentence, k: int) -> bool:
    return not s[k].norm.isalnum() or _known(s, k)


def _known(s: Sentence, k: int) -> bool:
    word = s[k].word
    return (
        bool(word.roles - {"measure", "street", "thing"})
        or word.part is not None
        or word.day is not None
        or word.phrase is not None
    )
