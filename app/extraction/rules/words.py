"""Words of a message: folded (no case, no accents), with the places where they stand, and tables of words."""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache, partial
from typing import Any, Generic, NamedTuple, TypeVar

_FOLD = {
    chr(code): base
    for code in itertools.chain(range(0xC0, 0x250), (0x2019, 0x2018, 0xB4, 0x60))
    if len(base := (unicodedata.normalize("NFKD", chr(code))[0] if code < 0x2000 and code > 0xB4 else "'")) == 1
}
_ACCENTED = re.compile(r"[^\x00-\x5f\x61-\x7f]")
_TILDE = re.compile(r"(?i)\buñas?\b")  # and the articles "una", "unas"
_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)*|[?¿!.,;:\n()…•]|[👍👌🙌✅✔💪🤝👊]|[\U0001F300-\U0001FAFF\u2600-\u27BF]")
MARKS = frozenset("?¿!.,;:\n()…•")
#: A point behind one of these ends nothing: "Dr. Linden", "St. Mark's".
_ABBREVIATED = frozenset(
    "av dr dra sr sra srta lic ing nro st mt ft mr mrs ms ave blvd rd jr cra cl prof etc vs".split()
)
_NAME = re.compile(r"[^\W_]+")
_LAUGHTER = re.compile(r"a?(?:j[aeio]){2,}j?|(?:h[ae]){2,}h?|jsj\w*|xd+")
_DIGIT = re.compile(r"\d")
_RUN = re.compile(r"(.)\1+")
REMEMBERED = 50_000  # words, of which something was worked out


@lru_cache(maxsize=256)  # a message is folded for several purposes in a row
def fold(text: str) -> str:
    """Lower case without accents, of the same length, so that spans fit both. Ñ is kept where the word is another one
    without it; not in "año", which means the same as "ano", for who has no ñ."""
    if text.isascii():
        return text.lower().replace("`", "'")
    folded = _ACCENTED.sub(lambda found: _FOLD.get(found[0], found[0]), text)
    lower = folded.lower()
    lower = lower if len(lower) == len(text) else "".join(c.lower()[:1] for c in folded)
    for found in _TILDE.finditer(text) if "ñ" in text or "Ñ" in text else ():
        lower = lower[: found.start()] + found[0].lower() + lower[found.end() :]
    return lower


@lru_cache(maxsize=256)
def has_digit(text: str) -> bool:
    """Whether anything counted may stand in a text: moments, prices, streets."""
    return _DIGIT.search(text) is not None


class Table(frozenset[str]):
    """A table of words. What two tables hold together, or one without the other, is made once, however often asked:
    copying thousands of words to look for one is what a message can do without."""

    def __or__(self, other: AbstractSet[Any]) -> frozenset[str]:
        return _union(self, other) if isinstance(other, Table) else super().__or__(other)

    def __sub__(self, other: AbstractSet[Any]) -> frozenset[str]:
        return _without(self, other) if isinstance(other, Table) else super().__sub__(other)


@lru_cache(maxsize=2048)
def _union(a: Table, b: Table) -> Table:
    return Table(a.union(b))


@lru_cache(maxsize=2048)
def _without(a: Table, b: Table) -> Table:
    return Table(a.difference(b))


def names(text: str) -> set[str]:
    """The words of a text, folded."""
    return set(_NAME.findall(fold(text)))


class Word(NamedTuple):
    """`text` is folded, without apostrophes ("can't" is "cant"); `start` and `end` are places in the message."""

    text: str
    start: int
    end: int
    is_mark: bool = False


_word = partial(tuple.__new__, Word)  # a third of what `Word(…)` takes


class Spelling(dict[str, str]):
    """A word as it was written → as it is read, worked out once: stretched words ("holaaa", "graciass") are brought
    back to one that is `known`; `short` spells abbreviations out ("q" is "que")."""

    def __init__(self, known: frozenset[str] = frozenset(), short: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._known, self._short = known, short or {}

    def __missing__(self, written: str) -> str:
        if len(self) > REMEMBERED:
            self.clear()
        self[written] = read = self._read(written)
        return read

    def _read(self, text: str) -> str:
        known = self._known
        if text >= "\u2600" and text not in known and len(text) == 1 or _LAUGHTER.fullmatch(text):
            text = "•"  # a face parts what stands before and after it
        if "'" in text:
            joined, owner = text.replace("'", ""), text.split("'")[0]
            text = owner if joined not in known and owner in known else joined
        if text in self._short:
            return self._short[text]
        if text not in known and len(text) > 2 and text[-1] == text[-2] or "aaa" in text:
            for shorter in (_RUN.sub(r"\1", text), text.rstrip(text[-1]) + text[-1]):
                if shorter in known:
                    return self._short.get(shorter, shorter)
        return text


_AS_WRITTEN = Spelling()


class Words(list[Word]):
    """The words and marks of a text, which do not change: `texts` in their order, `said` each once. Most of what is
    looked for in a message hangs on some word that is not in it, so `said` is asked first. `plain` counts the words
    that are no marks."""

    __slots__ = ("plain", "said", "texts")

    def __init__(self, words: Iterable[Word]) -> None:
        super().__init__(words)
        self.texts = [word.text for word in self]
        self.said = frozenset(self.texts)
        self.plain = len(self.texts) - sum(map(MARKS.__contains__, self.texts))


def split_words(folded: str, spelling: Spelling = _AS_WRITTEN) -> list[Word]:
    """The words and marks of a folded text."""
    words: list[Word] = []
    for found in _WORD.finditer(folded):
        text = spelling[found.group()]
        start, end = found.span()
        if text == "." and words and words[-1].text in _ABBREVIATED and words[-1].end == start:
            continue
        words.append(_word((text, start, end, text in MARKS)))
    return words


T = TypeVar("T")


class Hit(NamedTuple, Generic[T]):
    """A phrase found: what it means, and its first and past-the-last word."""

    tag: T
    first: int
    last: int
