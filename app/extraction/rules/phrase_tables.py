"""Tables of phrases, found in the words of a message.

They are written for reading. In a phrase, words are separated by blanks; `a/b` is one of several words, `(a)` may be
absent, `agend{ar,ame}` is one of several endings, `*` any one word, and a word ending in `~` stands for all words that
begin so.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

from app.extraction.rules.words import REMEMBERED, Hit, Word, Words, fold

T = TypeVar("T")


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
        if len(self) > REMEMBERED:
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
