"""Words of a message: folded (no case, no accents), with the places where they stand, and tables of phrases.

Phrase tables are written for reading. In a phrase, words are separated by blanks; `a/b` is one of several words,
`(a)` may be absent, `agend{ar,ame}` is one of several endings, `*` any one word, and a word ending in `~` stands for
all words that begin so.
"""

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache, partial
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
_REMEMBERED = 50_000  # words


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
    making such sets anew for each word was a twentieth of all time."""

    def __or__(self, other: AbstractSet[Any]) -> "Table":
        return _union(self, other) if isinstance(other, Table) else Table(super().__or__(other))

    def __sub__(self, other: AbstractSet[Any]) -> "Table":
        return _without(self, other) if isinstance(other, Table) else Table(super().__sub__(other))


@cache
def _union(a: Table, b: Table) -> Table:
    return Table(a.union(b))


@cache
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
        if len(self) > _REMEMBERED:
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


class _Node(Generic[T]):
    """A place in the tree of all phrases: those that end here, and where the next word leads."""

    __slots__ = ("after", "anyword", "exact", "prefixes", "tags")

    def __init__(self) -> None:
        self.exact: dict[str, _Node[T]] = {}
        self.prefixes: dict[str, _Node[T]] = {}
        self.anyword: _Node[T] | None = None
        self.tags: list[T] = []
        self.after: Callable[[str], _Node[T] | None] = self.exact.get

    @property
    def is_open(self) -> bool:
        """Whether `stem~` or `*` goes on from here."""
        return bool(self.prefixes) or self.anyword is not None

    def add(self, word: str) -> "_Node[T]":
        if not word.endswith(("*", "~")):
            return self.exact.setdefault(word, _Node())
        self.after = _After(self).__getitem__
        if word == "*":
            self.anyword = self.anyword or _Node()
            return self.anyword
        return self.prefixes.setdefault(word[:-1], _Node())


class _After(dict[str, "_Node[T] | None"], Generic[T]):
    """Where words lead from a node with stems, worked out once for each word."""

    def __init__(self, node: _Node[T]) -> None:
        super().__init__()
        self._node = node

    def __missing__(self, word: str) -> "_Node[T] | None":
        if len(self) > _REMEMBERED:
            self.clear()
        node = self._node
        stems = sorted(stem for stem in node.prefixes if word.startswith(stem))
        every = (node.exact.get(word), *(node.prefixes[stem] for stem in stems), node.anyword)
        self[word] = found = _together([after for after in every if after is not None])
        return found


def _together(nodes: list[_Node[T]]) -> _Node[T] | None:
    """One place for several."""
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    whole: _Node[T] = _Node()
    whole.tags = list(dict.fromkeys(tag for node in nodes for tag in node.tags))
    for name in ("exact", "prefixes"):
        for word in dict.fromkeys(word for node in nodes for word in getattr(node, name)):
            getattr(whole, name)[word] = _together([n for node in nodes if (n := getattr(node, name).get(word))])
    whole.anyword = _together([node.anyword for node in nodes if node.anyword])
    if whole.is_open:
        whole.after = _After(whole).__getitem__
    return whole


class Phrases(Generic[T]):
    """Many phrases at once, each with a meaning; finds the longest at each place."""

    def __init__(self, tables: Mapping[T, str]) -> None:
        root: _Node[T] = _Node()
        words = set()
        for tag, table in tables.items():
            for phrase in re.split(r"[,\n]\s*(?![^{]*\})", table):
                for spelled in spell_out(phrase):
                    node = root
                    for word in spelled:
                        node = node.add(word)
                        words.add(word.rstrip("~"))
                    if spelled and tag not in node.tags:
                        node.tags.append(tag)
        self.words = frozenset(words - {"*"})
        self._begins = root.after
        self._exact = None if root.is_open else root.exact.keys()

    def find(self, words: list[Word]) -> list[Hit[T]]:
        """All hits, those inside a longer one left out: "no hay problema" holds no "no"."""
        texts = words.texts if type(words) is Words else [word.text for word in words]
        hits: list[Hit[T]] = []
        if self._exact is not None and self._exact.isdisjoint(texts):  # most small tables, in most messages
            return hits
        total, reach = len(texts), 0
        for first, node in enumerate(map(self._begins, texts)):
            if node is None:
                continue
            longest: dict[T, int] = {}
            at = end = first + 1
            here: _Node[T] | None = node
            while here is not None:
                for tag in here.tags:
                    longest[tag] = end = at
                if at >= total:
                    break
                here = here.after(texts[at])
                at += 1
            if end > reach and longest:  # else inside one that began before
                hits += [Hit(tag, first, end) for tag, last in longest.items() if last == end]
                reach = end
        return hits


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
