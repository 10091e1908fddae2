"""Numbers in digits and words, ordinals and years. Each reader returns (value, index after it) or None."""

from __future__ import annotations

from app.temporal.sentence import Sentence

Read = tuple[int, int]
PIVOT = 40  # two-digit years: 39 → 2039, 40 → 1940


def number(s: Sentence, i: int, most: int = 9999) -> Read | None:
    """A whole number, at most `most`; "treinta y cinco", "two thousand and eighteen", "15"."""
    lexeme = s[i]
    if lexeme.num is not None:
        return (lexeme.num, i + 1) if not lexeme.blocked and lexeme.num <= most else None
    if lexeme.word.number is None:
        return None
    total, group, last, end = 0, 0, 10_000, i
    j = i
    while True:
        value = s[j].word.number
        if value is None or s[j].num is not None:
            break
        joined = j > i and (s[j - 1].has("and") or s[j - 1].norm == "-")
        if value == 1000 and total == 0:
            total, group, last = (group or 1) * 1000, 0, 1000
        elif value == 100 and 0 < group < 10:
            group, last = group * 100, 100
        elif j == i or (last >= 100 and value < last) or (20 <= last < 100 and 0 < value < 10):
            if joined and last >= 1000 and value >= 100:
                break
            group, last = group + value, value
        else:
            break
        if total + group > most:
            break
        end = j + 1
        j = end
        if s[j].has("and") or (s.sign(j, "-", glued=True) and 20 <= last < 100):
            j += 1
    result = _spelled_value(s, i, end)
    return (result, end) if end > i and result <= most else None


def _spelled_value(s: Sentence, i: int, end: int) -> int:
    total = group = 0
    for j in range(i, end):
        value = s[j].word.number
        if value is None:
            continue
        if value == 1000:
            total, group = (group or 1) * 1000, 0
        elif value == 100 and 0 < group < 10:
            group *= 100
        else:
            group += value
    return total + group


def ordinal(s: Sentence, i: int) -> Read | None:
    """ "2nd", "1ro", "1.º", "second", "vigésimo segundo"; not the backward ones ("last")."""
    lexeme = s[i]
    if lexeme.num is not None and not lexeme.blocked:
        j = i + 1
        if s.sign(j, ".", glued=True):
            j += 1
        if s[j].glued and s[j].norm in s.lexicon.suffixes:
            return lexeme.num, j + 1
        return None
    value = lexeme.word.ordinal
    return (value, i + 1) if value is not None and value > 0 else None


def amount(s: Sentence, i: int) -> tuple[float, int] | None:
    """A number that counts units: "2", "2.5", "dos", "a", "una", "2 y medio"."""
    lexeme = s[i]
    if lexeme.num is not None:
        if lexeme.blocked:
            return None
        if s.sign(i + 1, ".,", glued=True) and s[i + 2].glued and s[i + 2].num is not None and s[i + 2].width == 1:
            return lexeme.num + (s[i + 2].num or 0) / 10, i + 3
        return float(lexeme.num), i + 1
    if lexeme.has("one"):
        return 1.0, i + 1
    read = number(s, i)
    return (float(read[0]), read[1]) if read else None


def year(s: Sentence, i: int, *, short: bool = False) -> Read | None:
    """A year: four digits, in words, or (`short`) two digits."""
    lexeme = s[i]
    if lexeme.num is not None:
        if lexeme.blocked or (s[i + 1].glued and s[i + 1].norm == ":" and s[i + 2].num is not None):
            return None
        if lexeme.width == 4 and 1900 <= lexeme.num < 2100:
            return lexeme.num, i + 1
        if short and lexeme.width == 2:
            return full_year(lexeme.num), i + 1
        return None
    read = number(s, i)
    if read is None:
        return None
    value, j = read
    if 1900 <= value < 2100:
        return value, j
    if value in (19, 20):  # "nineteen eighty six", "nineteen oh one", "twenty twenty six"
        k = s.skip(j, "zero")
        rest = number(s, k, 99)
        if rest and (k > j or rest[0] >= 10):
            return value * 100 + rest[0], rest[1]
    return None


def full_year(short: int) -> int:
    return short + (2000 if short < PIVOT else 1900)
