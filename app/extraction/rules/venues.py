"""Places without an address: "en el Parque México", "at my place", "en lo de Ana", "por Zoom", a link to a call."""

import re
from typing import NamedTuple

from app.extraction.rules.reading import Reading
from app.extraction.rules.words import Word

#: How sure a place is: an answer to the question, said to be the place, a bare address, the name of a place.
ANSWERED, STATED, ADDRESS, VENUE = 8.0, 7.0, 6.6, 4.0

_LINK = re.compile(
    r"https?://(?:[\w-]+\.)*(?:zoom\.us|meet\.google\.com|teams\.(?:microsoft|live)\.com|whereby\.com|meet\.jit\.si"
    r"|maps\.app\.goo\.gl|goo\.gl/maps|maps\.google\.\w+|google\.\w+/maps)\S*",
    re.IGNORECASE,
)


class Place(NamedTuple):
    text: str
    weight: float
    start: int
    offered: bool = False


def venues(reading: Reading, bounds: list[tuple[int, int]], stated: bool) -> list[Place]:
    """The places that a message names by other than an address; `bounds` are the spans of its moments."""
    return _named(reading, bounds, stated) + _homes(reading) + _met(reading, bounds) + _online(reading)


def _named(reading: Reading, bounds: list[tuple[int, int]], stated: bool) -> list[Place]:
    """ "en el Parque México", "at the community gym": a preposition and a venue or a capitalised name."""
    lexicon, words, found = reading.lexicon, reading.words, list[Place]()
    for position, word in enumerate(words[:-1]):
        if word.text not in lexicon.at_words or any(a <= word.start < b for a, b in bounds):
            continue
        if word.text not in lexicon.in_place_words and not stated:
            continue
        run = []
        for after in words[position + 1 : position + 9]:
            if after.is_mark or any(a <= after.start < b for a, b in bounds):
                break
            if after.text in lexicon.stops_words and not reading.text[after.start].isupper():
                break
            if after.text == "for" or (
                after.text in lexicon.also_words and not reading.text[after.end + 1 : after.end + 2].isupper()
            ):
                break
            run.append(after)
        while (
            run
            and run[0].text in lexicon.articles_words
            and not (len(run) > 1 and reading.text[run[0].start].isupper())
        ):
            run = run[1:]
        while run and (run[-1].text in lexicon.joins_words or run[-1].text in lexicon.articles_words):
            run = run[:-1]
        if not run or run[0].text[0].isdigit():
            continue
        venue = any(w.text in lexicon.venues_words for w in run)
        proper = reading.text[run[0].start].isupper()
        if venue or proper:
            weight = VENUE if not stated else STATED - 0.5
            found.append(Place(reading.text[run[0].start : run[-1].end], weight if venue else weight - 1, run[0].start))
    return found


def _homes(reading: Reading) -> list[Place]:
    """ "En mi casa", "at our place", "en lo de Ana", "en casa de mi hermana"."""
    lexicon, words, found = reading.lexicon, reading.words, list[Place]()
    for hit in lexicon.homes_of.find(words):
        if not hit.first or words[hit.first - 1].text not in lexicon.at_words:
            continue
        last = words[hit.last - 1]
        if last.text in lexicon.joins_words:  # "lo de …": a person's, never a thing's
            owner = hit.last
            while owner < len(words) - 1 and words[owner].text in lexicon.determined_words:
                owner += 1
            last = words[min(owner, len(words) - 1)]
            if not (reading.text[last.start].isupper() or last.text in lexicon.people_words):
                continue
        found.append(Place(reading.text[words[hit.first].start : last.end], VENUE + 0.5, words[hit.first].start))
    return found


def _met(reading: Reading, bounds: list[tuple[int, int]]) -> list[Place]:
    """ "Meet you at the main entrance", "nos vemos en la esquina": where people meet is a place, whatever it is."""
    lexicon, words, found = reading.lexicon, reading.words, list[Place]()
    for hit in lexicon.meets_at.find(words):
        run: list[Word] = []
        for word in words[hit.last : hit.last + 6]:
            ends = word.text in lexicon.stops_words or word.text in lexicon.also_words or word.text == "for"
            if word.is_mark or any(a <= word.start < b for a, b in bounds) or (ends and not run):
                break
            if ends:
                break
            run.append(word)
        if len(run) < 2 or run[0].text not in lexicon.determined_words:
            continue
        run = run[1:]
        while run and (run[-1].text in lexicon.joins_words or run[-1].text in lexicon.articles_words):
            run.pop()
        if not run or any(w.text in lexicon.services_words | lexicon.fields_words for w in run):
            continue  # "see you at the meeting"
        found.append(Place(reading.text[run[0].start : run[-1].end], VENUE, run[0].start))
    return found


def _online(reading: Reading) -> list[Place]:
    """ "Por Zoom", "I'll send a Teams link", and the link itself."""
    lexicon, words, found = reading.lexicon, reading.words, list[Place]()
    for hit in lexicon.online_by.find(words):
        beside = {words[i].text for i in (hit.first - 1, hit.last) if 0 <= i < len(words)}
        if beside & lexicon.either_words:
            continue  # "¿presencial o por Zoom?"
        named = [w for w in words[hit.first : hit.last] if w.text in lexicon.platforms_words]
        if named:
            found.append(Place(reading.text[named[0].start : named[-1].end], VENUE - 0.5, named[0].start))
    if link := _LINK.search(reading.text):
        found.append(Place(link.group().rstrip(".,;)"), VENUE - 1, link.start()))
    return found
