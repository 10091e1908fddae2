"""A text cut into lexemes that know their place and their meanings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.temporal.lexicon import TOKEN, Lexicon
from app.temporal.values import Expect, Options
from app.temporal.vocabulary import NOTHING, Word


@dataclass(slots=True)
class Lexeme:
    """A word, phrase, number or sign. `glued` = no space before it; `blocked` = a number that cannot be a time."""

    norm: str
    word: Word
    start: int
    end: int
    num: int | None = None
    width: int = 0
    glued: bool = False
    blocked: bool = False
    words: int = 1

    def has(self, role: str) -> bool:
        return role in self.word.roles


_END = Lexeme("", NOTHING, 0, 0)
_MARGIN = 8
_REACH = 6  # words that may lead to a time: "a partir más o menos de las", "on the"


class Sentence:
    """The lexemes of a text with what is needed to read them. Reading beyond the ends gives an empty lexeme."""

    __slots__ = (
        "day_first",
        "expect",
        "lexemes",
        "lexicon",
        "noon_hour",
        "options",
        "reference",
        "size",
        "tells",
        "text",
        "today",
    )

    def __init__(
        self,
        text: str,
        lexicon: Lexicon,
        reference: dt.datetime,
        options: Options,
        *,
        day_first: bool,
        expect: Expect | None,
    ) -> None:
        self.text = text
        self.lexicon = lexicon
        self.reference = reference
        self.today = reference.date()
        self.options = options
        self.day_first = day_first
        self.expect = expect
        self.noon_hour = lexicon.main.noon_hour
        found = _lexemes(text, lexicon)
        self.size = len(found)
        self.lexemes = found + [_END] * _MARGIN  # negative indices land in the margin as well
        _block(self)
        self.tells = _tells(found)

    def __getitem__(self, index: int) -> Lexeme:
        try:
            return self.lexemes[index]
        except IndexError:
            return _END

    def num(self, index: int) -> int | None:
        """The value of a number in digits that may be part of a date or time."""
        lexeme = self[index]
        return None if lexeme.blocked else lexeme.num

    def sign(self, index: int, signs: str, *, glued: bool = False) -> bool:
        lexeme = self[index]
        return lexeme.norm != "" and lexeme.norm in signs and (lexeme.glued or not glued)

    def half(self, index: int) -> str | None:
        """am, pm or any; a lone "a" or "p" only when glued to the number ("9a", not "9 a 10")."""
        lexeme = self[index]
        half = lexeme.word.half
        if half is not None and lexeme.end - lexeme.start <= 2 and lexeme.norm in ("a", "p"):
            after = self[index + 1]
            single = lexeme.end - lexeme.start == 1 or self.text[lexeme.end - 1] == "."
            if single and (not lexeme.glued or (after.glued and after.norm.isalnum())):
                return None
        return half

    def skip(self, index: int, *roles: str) -> int:
        """The index after lexemes that have one of the roles."""
        while not self[index].word.roles.isdisjoint(roles):
            index += 1
        return index


def _lexemes(text: str, lexicon: Lexicon) -> list[Lexeme]:
    tokens = [(match.start(), match.end()) for match in TOKEN.finditer(text)]
    norms = [lexicon.canon[text[start:end]] for start, end in tokens]
    count, found, i, before = len(tokens), [], 0, -1
    while i < count:
        start, end = tokens[i]
        norm, word, length = norms[i], NOTHING, 1
        for tail, meaning in lexicon.phrases.get(norm, ()):
            length = len(tail) + 1
            if not tail or (
                tuple(norms[i + 1 : i + length]) == tail
                and (not norm.isdecimal() or tokens[i + 1][0] == end or not tail[0].isalpha())
            ):
                word = meaning
                break
        else:
            length = 1
        if length > 1:
            end = tokens[i + length - 1][1]
        lexeme = Lexeme(norm, word, start, end, glued=start == before, words=length)
        if length == 1 and norm.isdecimal():
            lexeme.num, lexeme.width = int(norm), len(norm)
        found.append(lexeme)
        before = end
        i += length
    return found


def _tells(lexemes: list[Lexeme]) -> list[bool]:
    """For each place whether something that tells follows closely; else no expression begins there."""
    near, found = 0, []
    for lexeme in reversed(lexemes):
        near = _REACH if lexeme.num is not None or lexeme.word.tells else near - 1
        found.append(near > 0)
    return found[::-1]


def _block(s: Sentence) -> None:
    """Mark numbers that are prices, quantities, codes, house numbers or parts of a longer number."""
    for i in range(s.size):
        lexeme = s[i]
        if lexeme.num is None:
            continue
        before, after = s[i - 1], s[i + 1]
        lexeme.blocked = (
            lexeme.width > 8
            or before.has("currency")
            or after.has("currency")
            or after.has("measure")
            or before.has("street")
            or after.norm == "%"
            or before.norm in ("#", "°")
            or _decimal(s, i)
            or (lexeme.glued and before.norm.isalpha() and not _may_precede(before))
            or (after.glued and after.norm.isalpha() and not _may_follow(after, s.lexicon))
        )


def _may_precede(lexeme: Lexeme) -> bool:
    word = lexeme.word
    return (
        word.month is not None
        or word.weekday is not None
        or lexeme.has("at")
        or lexeme.has("at_weak")
        or lexeme.has("hour_unit")
        or lexeme.norm == "t"
        or word.day is not None
    )


def _may_follow(lexeme: Lexeme, lexicon: Lexicon) -> bool:
    word = lexeme.word
    return (
        lexeme.norm in lexicon.suffixes
        or word.half is not None
        or lexeme.has("hour_unit")
        or word.unit is not None
        or lexeme.has("ish")
        or word.month is not None
        or word.part is not None
        or lexeme.norm in ("t", "z", "y")
        or word.clock is not None
        or lexeme.has("to")
        or lexeme.has("oclock")
    )


def _decimal(s: Sentence, i: int) -> bool:
    """Thousands and decimals: 2,350 · 14,500 · 24.900 · 40.1693."""
    for sign, other in ((i - 1, i - 2), (i + 1, i + 2)):
        if s.sign(sign, ".,", glued=True) and s[max(sign, other)].glued and s[other].num is not None:
            fraction = s[max(i, other)]
            if fraction.width == 3 or fraction.width > 4 or s[max(sign, other) + 1].norm == "%":
                return True
            if (
                s[min(i, other) - 1].has("currency")
                or s[max(i, other) + 1].has("currency")
                or s[max(i, other) + 1].has("measure")
            ):
                return True
    return False
