"""Stretches of talk between marks, between words such as "pero", and where dictation takes breath."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.extraction.rules.acts import NEGATIVE, Act
from app.extraction.rules.lang import Lexicon
from app.extraction.rules.lang.idioms import idiom_pattern
from app.extraction.rules.words import MARKS, Hit, Table, Word, Words, has_digit

_BREAKS = frozenset("?!.,;:\n()…•")
_PARTING = Table(_BREAKS | {"¿"})
_SENTENCE = frozenset("?!.;\n…")
_TURNING = frozenset({Act.ASK_FREE, Act.OFFER, Act.MOVE, Act.WANT, Act.REQUEST})
_DICTATED = 16
_MONEY = re.compile(rf"[$€£]\s?\d|\d\s?[€£]|\bs/\.?\s?\d|\d\s?{idiom_pattern('coins')}\b|\d\s?%")


@dataclass(slots=True)
class Segment:
    """A stretch between marks. `asks`: it is (part of) a question. `sentence` counts sentences."""

    first: int
    last: int
    start: int
    end: int
    sentence: int
    asks: bool = False
    money: bool = False
    acts: set[Act] = field(default_factory=set)
    hits: list[Hit[Act]] = field(default_factory=list)


def segments_of(
    folded: str, words: Words, hits: list[Hit[Act]], spans: list[tuple[int, int]], lexicon: Lexicon
) -> list[Segment]:
    glued = {index for hit in hits if hit.last - hit.first > 1 for index in range(hit.first + 1, hit.last)}
    numbers = has_digit(folded)
    segments: list[Segment] = []
    first, sentence = 0, 0
    opened = False

    def close(last: int, mark: str) -> None:
        nonlocal first
        if not MARKS.issuperset(words.texts[first:last]):
            segment = Segment(
                first, last, words[first].start, words[last - 1].end, sentence, asks=opened or mark == "?"
            )
            segment.money = numbers and bool(_MONEY.search(folded, segment.start, segment.end))
            segments.append(segment)
        first = last

    unmarked = _without_marks(words)
    turns = _turns(words, hits, spans)

    def beside(word: Word) -> bool:  # "martes y jueves"
        return any(a - 2 <= word.start <= b + 1 for a, b in spans)

    parting = lexicon.splits_words | _PARTING
    places: Iterable[int] = range(len(words))
    if not unmarked and not turns:
        places = [index for index, text in enumerate(words.texts) if text in parting]
    for index in places:
        word = words[index]
        text = word.text
        if text in _BREAKS:
            if any(a < word.start < b for a, b in spans) and not _ends_a_moment(text, word, spans):
                continue
            if text == "." and folded[word.end : word.end + 1].isalnum():
                continue
            if text == ":" and folded[word.end : word.end + 1].isdigit():
                continue
            close(index + 1, text)
            if text in _SENTENCE:
                sentence += 1
            if text == "?":
                opened = False
        elif text == "¿":
            close(index, "")
            opened = True
        elif index in turns and index > first:
            close(index, "")
        elif (
            (text in lexicon.splits_words or index in unmarked and text in lexicon.pauses_words and not beside(word))
            and index not in glued
            and index > first
            and not any(a <= word.start < b for a, b in spans)
        ):
            close(index, "")
    close(len(words), "")
    for hit in hits:
        for segment in segments:
            if segment.first <= hit.first < segment.last:
                segment.acts.add(hit.tag)
                segment.hits.append(hit)
                break
    return segments


def _ends_a_moment(text: str, word: Word, spans: list[tuple[int, int]]) -> bool:
    """ "She has volleyball Wed. Thursday?": the point of an abbreviation, and another moment right behind it."""
    return text == "." and any(b == word.end for _, b in spans) and any(a == word.end + 1 for a, _ in spans)


def _turns(words: list[Word], hits: list[Hit[Act]], spans: list[tuple[int, int]]) -> set[int]:
    """Where a refusal without a mark turns into a proposal: "no puedo el jueves | tendrías el viernes"."""
    if not spans or not any(h.tag in NEGATIVE for h in hits):
        return set()
    found: set[int] = set()
    for hit in hits:
        if hit.tag not in _TURNING:
            continue
        begins = words[hit.first].start
        for no in hits:
            if no.tag in NEGATIVE and no.last <= hit.first:
                begun = words[no.first].start
                same = not any(w.is_mark for w in words[no.first : hit.first])
                if same and any(a < begins and (a >= begun or b <= begun) for a, b in spans):
                    found.add(hit.first)
    return found


def _without_marks(words: Words) -> set[int]:
    """The words (by index) of stretches as long as only dictation makes them."""
    found: set[int] = set()
    if words.plain < _DICTATED:
        return found
    first = 0
    for index in range(len(words) + 1):
        if index == len(words) or words[index].is_mark:
            if index - first >= _DICTATED:
                found.update(range(first, index))
            first = index + 1
    return found
