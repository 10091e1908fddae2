"""A moment that a message takes back in the same breath: "mañana lunes, no digo, el martes 8", "at 3, I mean at 4"."""

import datetime as dt
import itertools

from app.agent.lang import TABLES
from app.agent.wording import Lang
from app.extraction.rules.lang import LEXICONS
from app.extraction.rules.phrase_tables import Phrases
from app.extraction.rules.words import Word, fold
from app.temporal import Kind, TimeExpression, find

_CORRECTING = {lang: Phrases({"slip": table.correcting["slip"]}) for lang, table in TABLES.items()}
_OPENING = {lang: Phrases({"opens": table.correcting["opens"]}) for lang, table in TABLES.items()}
_SMALL = {lang: frozenset(table.correcting["small"].split()) for lang, table in TABLES.items()}
_POINTS = (Kind.DATE, Kind.TIME, Kind.DATETIME)


def without_misspoken(text: str, at: dt.datetime) -> str:
    """The text with blanks in place of what is taken back, every other character in its place. `at`: when it was sent.
    An hour, or a day, that the correction does not name again stays."""
    if not any(phrases.find(_words(text, lang)) for lang, phrases in _CORRECTING.items()):
        return text
    found = [e for e in find(text, reference=at) if e.kind in _POINTS]
    if found and _opens(text[: found[0].span[0]]):
        text = " " * found[0].span[0] + text[found[0].span[0] :]  # "digo, el miércoles", of what was said before
    for before, after in itertools.pairwise(found):
        if not _takes_back(text[before.span[1] : after.span[0]]):
            continue
        start, end = _replaced(text, before, after, at)
        gap = before.span[1], after.span[0]
        for a, b in ((start, end), gap):
            text = text[:a] + " " * (b - a) + text[b:]
    return text


def _words(text: str, lang: Lang) -> list[Word]:
    return [w for w in LEXICONS[lang].words(fold(text)) if not w.is_mark]


def _opens(before: str) -> bool:
    return any(
        [(h.first, h.last) for h in phrases.find(words)] == [(0, len(words))]
        for lang, phrases in _OPENING.items()
        if (words := _words(before, lang))
    )


def _takes_back(between: str) -> bool:
    for lang, phrases in _CORRECTING.items():
        words = _words(between, lang)
        slips = {n for h in phrases.find(words) for n in range(h.first, h.last)}
        if slips and all(n in slips or w.text in _SMALL[lang] for n, w in enumerate(words)):
            return True
    return False


def _replaced(text: str, before: TimeExpression, after: TimeExpression, at: dt.datetime) -> tuple[int, int]:
    """The span of what the second moment takes the place of: of the first all, or its day, or its hour."""
    start, end = before.span
    if not (before.date and before.time) or (after.date and after.time):
        return start, end
    cuts = [n for n in range(start + 1, end) if text[n - 1].isspace() and not text[n].isspace()]
    for cut in cuts:
        ends = (start, cut) if after.date else (cut, end)
        rest = (cut, end) if after.date else (start, cut)
        left = find(text[slice(*rest)], reference=at)
        gone = find(text[slice(*ends)], reference=at)
        wanted = "time" if after.date else "date"
        if len(left) == len(gone) == 1 and getattr(left[0], wanted) == getattr(before, wanted):
            other = gone[0].date if after.date else gone[0].time
            if other is not None:
                return ends
    return start, end
