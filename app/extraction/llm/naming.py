"""Titles in the words of the conversation, and the title beside its own moment."""

import re
from collections.abc import Collection, Sequence

from app.extraction.rules.lang import LEXICONS
from app.extraction.said.mentions import Mention, comparable
from app.extraction.said.wording import GENERIC, SMALL, stem, stems, telling

_WORD = re.compile(r"\w(?:[\w:./&'’-]*\w)?")
_KNOWN = frozenset().union(*(lexicon.known - lexicon.services_words for lexicon in LEXICONS.values()))
#: But "vale", which is no valet.
_SERVICES = (
    frozenset(stem(word) for lexicon in LEXICONS.values() for word in lexicon.services_words - lexicon.generic_words)
    - _KNOWN
)
_SERVICE_WORDS = frozenset(
    word for lexicon in LEXICONS.values() for word in lexicon.services_words - lexicon.generic_words
)
_INSTEAD = re.compile(r"\b(?:entonces|mejor|solo|solamente|nada mas|en vez|en lugar|instead|rather|just|only)\b")
_ROOT = 4  # letters
_BESIDE = 12  # characters between a day and its hour
_TWO = 2


def in_their_words(title: str, said: Collection[str]) -> str:
    """`title` without the words that nobody said; `said` are stems."""
    found = list(_WORD.finditer(title))
    kept = [m for m in found if _is_said(m.group(), said)]
    if len(kept) == len(found):
        return title
    while kept and _is_small(kept[-1].group()):
        kept.pop()
    while kept and _is_small(kept[0].group()):
        kept.pop(0)
    words, last = "", None
    for m in kept:  # what stood between two kept words stays, where none was left out there
        together = last is not None and not any(last.end() <= w.start() < m.start() for w in found)
        words += (title[last.end() : m.start()] if together and last else " " if last else "") + m.group()
        last = m
    return words[:1].upper() + words[1:]


def _is_said(word: str, said: Collection[str]) -> bool:
    whole = comparable(word)
    if _is_small(word) or whole in GENERIC or whole.removesuffix("s") in GENERIC:
        return True
    parts = [part for part in re.findall(r"\w+", whole) if part not in SMALL]
    return any(_among(w, said) for w in {whole, whole.replace("'", "")}) or all(_among(part, said) for part in parts)


def _among(word: str, said: Collection[str]) -> bool:
    """ "Check" is "checked", "cortar" is "corte"."""
    root = stem(word)
    return root in said or (
        len(root) >= _ROOT and any(s.startswith(root) or (len(s) >= _ROOT and root.startswith(s)) for s in said)
    )


def _is_small(word: str) -> bool:
    return comparable(word) in SMALL


def named_elsewhere(text: str, mentions: Sequence[Mention], mine: Mention, title: str) -> bool:
    """Whether, in the message that names the moment `mine`, another service stands beside it and not this title: "corte
    el viernes y tinte el sábado", "entonces solo corte el viernes"."""
    own = telling(title)
    groups = _groups(mentions)
    place = next((n for n, group in enumerate(groups) if mine in group), None)
    if not own or place is None:
        return False
    if not own & stems(text):
        # Whole words: "mejor el 3, cambié el viaje" names no "cambio".
        words = {w.removesuffix("s") for w in comparable(text).split()}
        return bool(_INSTEAD.search(comparable(text))) and bool(words & _SERVICE_WORDS)
    if len(groups) < _TWO:
        return False
    sides = [telling(side) for side in _sides(text, groups, own)]
    return bool(sides[place] & _SERVICES) and not own & sides[place] and any(own & side for side in sides)


def _groups(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """A day and the hour beside it are one moment."""
    groups: list[list[Mention]] = []
    for m in mentions:
        near = groups and m.expression.span[0] - groups[-1][-1].expression.span[1] <= _BESIDE
        if near and not (m.date and any(other.date for other in groups[-1])):
            groups[-1].append(m)
        else:
            groups.append([m])
    return groups


def _sides(text: str, groups: Sequence[Sequence[Mention]], own: Collection[str]) -> list[str]:
    """What stands for each moment: before it, where a subject stands before the first; else after it."""
    starts = [group[0].expression.span[0] for group in groups]
    ends = [group[-1].expression.span[1] for group in groups]
    if telling(text[: starts[0]]) & (_SERVICES | set(own)):
        return [text[a:b] for a, b in zip([0, *ends], starts, strict=False)]
    return [text[a:b] for a, b in zip(ends, [*starts[1:], len(text)], strict=True)]
