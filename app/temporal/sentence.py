"""A text cut into lexemes that know their place and their meanings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.temporal.lexicon import Lexicon
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
#: How far beyond the ends is read: no rule goes further, and indices before the first land there as well.
_MARGIN = 64
_REACH = 5  # words that may lead to a time: "a partir más o menos de las", "on the"


class Sentence(list[Lexeme]):
    """The lexemes of a text with what is needed to read them. Reading beyond the ends gives an empty lexeme; `begins`
    are the places where an expression may begin."""

    __slots__ = (
        "begins",
        "day_first",
        "expect",
        "lexicon",
        "noon_hour",
        "options",
        "reference",
        "size",
        "text",
        "today",
    )

    def __init__(
        self,
        text: str,
        tokens: list[str],
        lexicon: Lexicon,
        reference: dt.datetime,
        options: Options,
        *,
        day_first: bool,
        expect: Expect | None,
    ) -> None:
        """`tokens` are all that TOKEN finds in the text."""
        self.text = text
        self.lexicon = lexicon
        self.reference = reference
        self.today = reference.date()
        self.options = options
        self.day_first = day_first
        self.expect = expect
        self.noon_hour = lexicon.main.noon_hour
        numbers = self._take(text, tokens, lexicon)
        self.size = len(self)
        self += [_END] * _MARGIN
        for i in numbers:
            self[i].blocked = _is_blocked(self, i)

    def _take(self, text: str, tokens: list[str], lexicon: Lexicon) -> list[int]:
        """Make the lexemes; gives the places of numbers. Between two tokens there is nothing but blanks."""
        spelled = [lexicon.canon[token] for token in tokens]
        norms = [one.norm for one in spelled] + [""]
        numbers: list[int] = []
        self.begins: list[int] = []
        count, i, place, end, reached = len(tokens), 0, 0, 0, 0
        while i < count:
            norm, word, longer, num = spelled[i]
            before, token, length, width = end, tokens[i], 1, 0
            start = text.find(token, end)
            end = start + len(token)
            for tail, meaning in longer.get(norms[i + 1], ()) if longer else ():
                after = i + len(tail) + 1
                if tuple(norms[i + 1 : after]) == tail and (
                    num is None or text.startswith(tokens[i + 1], end) or not tail[0].isalpha()
                ):
                    for token in tokens[i + 1 : after]:
                        end = text.find(token, end) + len(token)
                    word, length, num = meaning, after - i, None
                    break
            if num is not None:
                numbers.append(place)
                width = len(norm)
            self.append(Lexeme(norm, word, start, end, num, width, place > 0 and start == before, False, length))
            if num is not None or word.tells:
                self.begins += range(max(reached, place - _REACH), place + 1)
                reached = place + 1
            i, place = i + length, place + 1
        return numbers

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


def _is_blocked(s: Sentence, i: int) -> bool:
    """Whether a number is a price, a quantity, a code, a house number or part of a longer number."""
    lexeme, before, after = s[i], s[i - 1], s[i + 1]
    return (
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
