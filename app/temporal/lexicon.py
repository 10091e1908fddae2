"""Languages compiled for reading: a phrase index, the spelling each typed word stands for, and quick rejection."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from app.temporal.lang import LANGUAGES
from app.temporal.vocabulary import CONTENT, NOTHING, Language, Word, readings

TOKEN = re.compile(r"\d+|[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*|[^\s\w]|_")
_REPEATED = re.compile(r"(.)\1+")
_CACHE_LIMIT = 50_000


def normalise(word: str) -> str:
    """Lower case without accents; typographic apostrophes and dashes become plain."""
    word = word.lower()
    if word.isascii():
        return word
    plain = unicodedata.normalize("NFD", word)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return _PUNCTUATION.get(plain, plain)


_PUNCTUATION = {"’": "'", "‘": "'", "´": "'", "`": "'", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "：": ":"}

Phrase = tuple[tuple[str, ...], Word]  # the words after the first, and the meaning


class Spelled(NamedTuple):
    """A typed word: the word of the table it stands for (itself when unknown), what it means by itself, the phrases
    that begin with it by their second word, longest first, and what number it is when it is digits."""

    norm: str
    word: Word
    longer: dict[str, list[Phrase]]
    num: int | None


class Canon(dict[str, Spelled]):
    """What typed words stand for, worked out once for each; forgets all when it has grown too large."""

    def __init__(self, resolve: Callable[[str], Spelled]) -> None:
        super().__init__()
        self._resolve = resolve

    def __missing__(self, typed: str) -> Spelled:
        if len(self) > _CACHE_LIMIT:
            self.clear()
        self[typed] = found = self._resolve(typed)
        return found


class Lexicon:
    """The words of one language first, with those of others that cannot be taken for its own."""

    def __init__(self, main: Language, others: Iterable[Language] = ()) -> None:
        self.main = main
        self.windows = dict(main.part_windows)
        self.suffixes = set(main.ordinal_suffixes)
        self.phrases: dict[str, list[Phrase]] = {}
        self.triggers: set[str] = set()
        self._respell = main.respell
        self._not_typos = set(main.not_typos) | {normalise(w) for w in main.hints | main.guards}
        self._aliases = {normalise(short): normalise(word) for short, word in main.aliases.items()}
        self._add(main, lambda _: True)
        self.own = self.vocabulary
        own = set(self.vocabulary) | {normalise(word) for word in main.hints | main.guards}
        for other in others:
            self.windows = dict(other.part_windows) | self.windows
            self._add(other, lambda first: len(first) > 1 and first not in own)
            self._not_typos |= other.not_typos
            self._aliases = {
                normalise(a): normalise(b) for a, b in other.aliases.items() if len(a) > 3 and normalise(a) not in own
            } | self._aliases
        for phrases in self.phrases.values():
            phrases.sort(key=lambda phrase: -len(phrase[0]))
        self._deletes, self._sounds = self._typo_tables()
        self.canon = Canon(self._spelled)

    @property
    def vocabulary(self) -> set[str]:
        words = set(self.phrases)
        for phrases in self.phrases.values():
            for tail, _ in phrases:
                words.update(tail)
        return words

    def _add(self, language: Language, wanted: Callable[[str], bool]) -> None:
        table = readings(language)
        plain = {
            normalise(phrase) for phrase, word in table.items() if all(getattr(word, name) is None for name in CONTENT)
        }
        for phrase, word in table.items():
            words = tuple(normalise(token) for token in TOKEN.findall(phrase))
            if not wanted(words[0]) or (language is not self.main and word.weak):
                continue
            entries = self.phrases.setdefault(words[0], [])
            for index, (tail, known) in enumerate(entries):
                if tail == words[1:]:
                    entries[index] = (tail, _merge(known, word) if language is self.main else known)
                    break
            else:
                entries.append((words[1:], word))
            if any(getattr(word, name) is not None for name in CONTENT):
                trigger = max(words, key=lambda part: (part not in plain, len(part)))
                if len(trigger) > 2 or word.number not in (None, 1):
                    self.triggers.add(trigger)

    def _typo_tables(self) -> tuple[dict[str, list[str]], dict[str, str]]:
        deletes: dict[str, list[str]] = {}
        sounds: dict[str, str] = {}
        for word in self.own:
            if len(word) >= 4 and word.isalpha():
                sounds.setdefault(self._sound(word), word)
            if len(word) >= 6 and word.isalpha() and word in self.triggers:
                for variant in _deletions(word):
                    deletes.setdefault(variant, []).append(word)
        self._known = self.vocabulary
        return deletes, sounds

    def _sound(self, word: str) -> str:
        for written, heard in self._respell:
            word = word.replace(written, heard)
        return _REPEATED.sub(r"\1", word)

    def _spelled(self, typed: str) -> Spelled:
        norm = self._canonical(typed)
        longer: dict[str, list[Phrase]] = {}
        alone = NOTHING
        for tail, word in self.phrases.get(norm, ()):
            if tail:
                longer.setdefault(tail[0], []).append((tail, word))
            else:
                alone = word
        return Spelled(norm, alone, longer, int(norm) if norm.isdecimal() else None)

    def _canonical(self, typed: str) -> str:
        word = normalise(typed)
        word = self._aliases.get(word, word)
        if word in self._known or not word.isalpha() or word in self._not_typos:
            return word
        squeezed = _REPEATED.sub(r"\1", word)
        if squeezed in self._known and len(squeezed) > 2:
            return squeezed
        if len(word) < 4:
            return word
        if self._respell and (heard := self._sounds.get(self._sound(word))):
            return heard
        if len(word) < 5 or len(word) > 14:
            return word
        for variant in _deletions(word):
            for candidate in self._deletes.get(variant, ()):
                if candidate[0] == word[0] and _one_slip(word, candidate):
                    return candidate
        return word


def _merge(first: Word, second: Word) -> Word:
    """Both readings: phrases that fall together once accents are gone."""
    values = {
        name: getattr(first, name) if getattr(first, name) is not None else getattr(second, name)
        for name in Word.__slots__
        if name not in ("roles", "weak", "tells", "begins")
    }
    return Word(roles=first.roles | second.roles, weak=first.weak or second.weak, **values)


def _deletions(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(1, len(word))}


def _one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is missing, doubled, replaced or two neighbours are swapped."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    i = 0
    while i < min(len(typed), len(meant)) and typed[i] == meant[i]:
        i += 1
    rest, wanted = typed[i:], meant[i:]
    return (
        rest[1:] == wanted[1:]
        or rest[1:] == wanted
        or rest == wanted[1:]
        or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])
    )


@lru_cache(maxsize=32)
def lexicon(codes: tuple[str, ...]) -> Lexicon:
    """The compiled lexicon for languages by code, the main one first."""
    unknown = [code for code in codes if code not in LANGUAGES]
    if unknown:
        raise ValueError(f"no such language: {', '.join(unknown)}")
    main, *others = (LANGUAGES[code] for code in codes)
    return Lexicon(main, others)


@lru_cache(maxsize=8)
def _telling_words(codes: tuple[str, ...]) -> dict[str, str]:
    """Words that belong to one of the languages only."""
    owner: dict[str, str] = {}
    for code in codes:
        language = LANGUAGES[code]
        words = {normalise(word) for word in language.hints}
        for phrase in readings(language):
            words.update(normalise(token) for token in TOKEN.findall(phrase) if token.isalpha())
        for word in words:
            owner[word] = "" if word in owner else code
    return {word: code for word, code in owner.items() if code}


class Remembered(dict[str, int]):
    """A property of typed words, worked out once for each spelling; forgets all when it has grown too large."""

    def __init__(self, work_out: Callable[[str], int]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, typed: str) -> int:
        if len(self) > _CACHE_LIMIT:
            self.clear()
        self[typed] = found = self._work_out(typed)
        return found


@lru_cache(maxsize=32)
def gate(codes: tuple[str, ...]) -> Remembered:
    """For a typed word: 2 = may make an expression in one of the languages, 1 = only in a short text, 0 = never."""
    lexicons = [lexicon((code, *(other for other in codes if other != code))) for code in codes]

    def weigh(typed: str) -> int:
        if typed.isdecimal():
            return 2
        words = [(known, known.canon[typed].norm) for known in lexicons]
        if any(word in known.triggers for known, word in words):
            return 2
        return int(any(word in known.phrases for known, word in words))

    return Remembered(weigh)


@lru_cache(maxsize=8)
def _votes(codes: tuple[str, ...]) -> Remembered:
    telling = _telling_words(codes)
    return Remembered(lambda typed: codes.index(telling[word]) if (word := normalise(typed)) in telling else -1)


def judge_language(words: list[str], codes: tuple[str, ...]) -> str:
    """The language most of the telling words belong to; the first of `codes` when nothing tells."""
    vote = _votes(codes)
    votes = [0] * (len(codes) + 1)  # the last one counts the words that tell nothing
    for word in words:
        votes[vote[word]] += 1
    if not any(votes[:-1]):  # a misspelt word alone: "thrusday 2pm"
        return max(codes, key=lambda code: _own_words(code, codes, words))
    return max(codes, key=lambda code: votes[codes.index(code)])


def _own_words(code: str, codes: tuple[str, ...], words: list[str]) -> int:
    known = lexicon((code, *(other for other in codes if other != code)))
    norms = [known.canon[word].norm for word in words]
    return sum(norm in known.own and norm in known.triggers for norm in norms)


def register(language: Language) -> None:
    """Make a language known by its code; name the code in `Options.languages` to have it read."""
    LANGUAGES[language.code] = language
    for cache in (lexicon, gate, _votes, _telling_words):
        cache.cache_clear()
