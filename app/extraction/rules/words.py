"""Words of a message: folded (no case, no accents), with the places where they stand, and tables of phrases.

Phrase tables are written for reading. In a phrase, words are separated by blanks; `a/b` is one of several words,
`(a)` may be absent, `agend{ar,ame}` is one of several endings, `*` any one word, and a word ending in `~` stands for
all words that begin so.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

_FOLD = {
    code: base
    for code in itertools.chain(range(0xC0, 0x250), (0x2019, 0x2018, 0xB4, 0x60))
    if len(base := (unicodedata.normalize("NFKD", chr(code))[0] if code < 0x2000 and code > 0xB4 else "'")) == 1
}
_TILDE = re.compile(r"(?i)\buñas?\b")  # and the articles "una", "unas"
_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)*|[?¿!.,;:\n()…•]|[👍👌🙌✅✔💪🤝👊]|[\U0001F300-\U0001FAFF\u2600-\u27BF]")
_MARKS = frozenset("?¿!.,;:\n()…•")
#: A point behind one of these ends nothing: "Dr. Linden", "St. Mark's".
_ABBREVIATED = frozenset(
    "av dr dra sr sra srta lic ing nro st mt ft mr mrs ms ave blvd rd jr cra cl prof etc vs".split()
)
_NAME = re.compile(r"[^\W_]+")
_LAUGHTER = re.compile(r"a?(?:j[aeio]){2,}j?|(?:h[ae]){2,}h?|jsj\w*|xd+")
_RUN = re.compile(r"(.)\1+")


def fold(text: str) -> str:
    """Lower case without accents, of the same length, so that spans fit both. Ñ is kept where the word is another one
    without it; not in "año", which means the same as "ano", for who has no ñ."""
    folded = text.translate(_FOLD)
    lower = folded.lower()
    lower = lower if len(lower) == len(text) else "".join(c.lower()[:1] for c in folded)
    for found in _TILDE.finditer(text) if "ñ" in text or "Ñ" in text else ():
        lower = lower[: found.start()] + found[0].lower() + lower[found.end() :]
    return lower


def names(text: str) -> set[str]:
    """The words of a text, folded."""
    return set(_NAME.findall(fold(text)))


class Word(NamedTuple):
    """`text` is folded, without apostrophes ("can't" is "cant"); `start` and `end` are places in the message."""

    text: str
    start: int
    end: int

    @property
    def is_mark(self) -> bool:
        return self.text in _MARKS


def split_words(folded: str, known: frozenset[str] = frozenset(), short: Mapping[str, str] | None = None) -> list[Word]:
    """The words and marks of a folded text. Stretched words ("holaaa", "graciass") are brought back to one that is
    `known`; `short` spells abbreviations out ("q" is "que")."""
    words: list[Word] = []
    short = short or {}
    for found in _WORD.finditer(folded):
        text = found.group()
        if text == "." and words and words[-1].text in _ABBREVIATED and words[-1].end == found.start():
            continue
        if text >= "\u2600" and text not in known and len(text) == 1 or _LAUGHTER.fullmatch(text):
            text = "•"  # a face parts what stands before and after it
        if "'" in text:
            joined, owner = text.replace("'", ""), text.split("'")[0]
            text = owner if joined not in known and owner in known else joined
        if text in short:
            text = short[text]
        elif text not in known and len(text) > 2 and text[-1] == text[-2] or "aaa" in text:
            for shorter in (_RUN.sub(r"\1", text), text.rstrip(text[-1]) + text[-1]):
                if shorter in known:
                    text = short.get(shorter, shorter)
                    break
        words.append(Word(text, found.start(), found.end()))
    return words


T = TypeVar("T")


class Hit(NamedTuple, Generic[T]):
    """A phrase found: what it means, and its first and past-the-last word."""

    tag: T
    first: int
    last: int


class _Node(Generic[T]):
    __slots__ = ("anyword", "exact", "lengths", "prefixes", "tags")

    def __init__(self) -> None:
        self.exact: dict[str, _Node[T]] = {}
        self.prefixes: dict[str, _Node[T]] = {}
        self.lengths: tuple[int, ...] = ()
        self.anyword: _Node[T] | None = None
        self.tags: list[T] = []

    def add(self, word: str) -> "_Node[T]":
        if word == "*":
            self.anyword = self.anyword or _Node()
            return self.anyword
        if word.endswith("~"):
            node = self.prefixes.setdefault(word[:-1], _Node())
            self.lengths = tuple(sorted({len(p) for p in self.prefixes}))
            return node
        return self.exact.setdefault(word, _Node())

    def next(self, word: str) -> "Iterator[_Node[T]]":
        node = self.exact.get(word)
        if node is not None:
            yield node
        for length in self.lengths:
            node = self.prefixes.get(word[:length])
            if node is not None:
                yield node
        if self.anyword is not None:
            yield self.anyword


class Phrases(Generic[T]):
    """Many phrases at once, each with a meaning; finds the longest of each meaning at each place."""

    def __init__(self, tables: Mapping[T, str]) -> None:
        self._root: _Node[T] = _Node()
        words = set()
        for tag, table in tables.items():
            for phrase in re.split(r"[,\n]\s*(?![^{]*\})", table):
                for spelled in spell_out(phrase):
                    node = self._root
                    for word in spelled:
                        node = node.add(word)
                        words.add(word.rstrip("~"))
                    if spelled and tag not in node.tags:
                        node.tags.append(tag)
        self.words = frozenset(words - {"*"})

    def find(self, words: list[Word]) -> list[Hit[T]]:
        """All hits, those inside a longer one left out: "no hay problema" holds no "no"."""
        texts = [w.text for w in words]
        hits: list[Hit[T]] = []
        total, root = len(texts), self._root
        begins, prefixed = root.exact, bool(root.lengths or root.anyword)
        if not prefixed and begins.keys().isdisjoint(texts):  # most small tables, in most messages
            return hits
        for first, text in enumerate(texts):
            node = begins.get(text)
            if node is None and not prefixed:
                continue
            front = list(root.next(text)) if prefixed else [node] if node else []
            longest: dict[T, int] = {}
            at = first + 1
            while front:
                for node in front:
                    for tag in node.tags:
                        longest[tag] = at
                if at >= total:
                    break
                word = texts[at]
                if len(front) == 1 and not front[0].lengths and front[0].anyword is None:
                    following = front[0].exact.get(word)
                    front = [following] if following else []
                else:
                    front = [after for node in front for after in node.next(word)]
                at += 1
            for tag, last in longest.items():
                hits.append(Hit(tag, first, last))
        if len(hits) < 2:
            return hits
        return [
            h
            for h in hits
            if not any(o.first <= h.first and h.last <= o.last and o.last - o.first > h.last - h.first for o in hits)
        ]


def spell_out(phrase: str) -> Iterable[list[str]]:
    """All word sequences that a phrase of a table stands for."""
    choices = []
    for part in phrase.replace("-", " ").split():
        optional = part.startswith("(") and part.endswith(")")
        words: list[str | None] = []
        for word in part.strip("()").split("/"):
            stem, brace, rest = word.partition("{")
            ends, _, tail = rest.partition("}")
            words += (
                [fold(stem + end + tail).replace("'", "") for end in ends.split(",")]
                if brace
                else [fold(word).replace("'", "")]
            )
        choices.append([*words, None] if optional else words)
    for picked in itertools.product(*choices):
        if any(picked):
            yield [word for word in picked if word]
