"""Places without an address: "en el Parque México", "at my place", "en lo de Ana", "por Zoom", a link to a call."""

import re
from typing import NamedTuple

from app.extraction.rules.acts import Act
from app.extraction.rules.lang.idioms import idioms
from app.extraction.rules.reading import Reading
from app.extraction.rules.words import Hit, Word

#: How sure a place is: an answer to the question, said to be the place, a bare address, the name of a place.
ANSWERED, STATED, ADDRESS, VENUE = 8.0, 7.0, 6.6, 4.0

_LINK = re.compile(
    r"https?://(?:[\w-]+\.)*(?:zoom\.us|meet\.google\.com|teams\.(?:microsoft|live)\.com|whereby\.com|meet\.jit\.si"
    r"|maps\.app\.goo\.gl|goo\.gl/maps|maps\.google\.\w+|google\.\w+/maps)\S*",
    re.IGNORECASE,
)


#: A room or floor with its number; a court or table is no place.
_ROOM = re.compile(
    r"\b(?:piso|planta|oficina|of\.|consultorio|despacho|aula|box|suite|room|floor|office|unit)\s*(?:n[°º]\s*)?\d{1,4}[a-z]?\b"
    r"(?:,?\s*(?:of(?:icina|\.)|consultorio|despacho|puerta|depto\.?|room|suite)\s*\d{1,4}[a-z]?\b)?",
    re.IGNORECASE,
)


_FEWEST = 3  # words: a name, and where it is


class Place(NamedTuple):
    text: str
    weight: float
    start: int
    offered: bool = False


def venues(reading: Reading, bounds: list[tuple[int, int]], stated: bool) -> list[Place]:
    """The places that a message names by other than an address; `bounds` are the spans of its moments."""
    hits = reading.pointers
    pointed = _homes(reading, hits) + _met(reading, hits, bounds) + _online(reading, hits) if hits else []
    written = _written(reading, bounds) + _within(reading) + _beside(reading, bounds)
    return _named(reading, bounds, stated) + pointed + _linked(reading) + written


def _named(reading: Reading, bounds: list[tuple[int, int]], stated: bool) -> list[Place]:
    """ "en el Parque México", "at the community gym": a preposition and a venue or a capitalised name."""
    lexicon, words, found = reading.lexicon, reading.words, list[Place]()
    if lexicon.at_words.isdisjoint(words.said):
        return found
    told = {s.sentence for s in reading.segments if Act.LOCATED in s.acts} if stated else set()
    for position in [p for p, text in enumerate(words.texts[:-1]) if text in lexicon.at_words]:
        if any(a <= words[position].start < b for a, b in bounds):
            continue
        stated = bool(told) and reading.segment_of(position).sentence in told
        if words[position].text not in lexicon.in_place_words and not stated:
            continue
        run = []
        for after in words[position + 1 : position + 9]:
            if after.is_mark or any(a <= after.start < b for a, b in bounds):
                break
            if after.text in lexicon.stops_words and not reading.text[after.start].isupper():
                break
            if after.text in idioms("benefit") or (
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


def _homes(reading: Reading, hits: list[Hit[str]]) -> list[Place]:
    """ "En mi casa", "at our place", "en lo de Ana", "en casa de mi hermana"."""
    lexicon, words, found = reading.lexicon, reading.words, list[Place]()
    for hit in hits:
        if hit.tag != "homes" or not hit.first or words[hit.first - 1].text not in lexicon.at_words:
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


def _met(reading: Reading, hits: list[Hit[str]], bounds: list[tuple[int, int]]) -> list[Place]:
    """ "Meet you at the main entrance", "nos vemos en la esquina": where people meet is a place, whatever it is."""
    lexicon, words, found = reading.lexicon, reading.words, list[Place]()
    for hit in (h for h in hits if h.tag == "meets"):
        run: list[Word] = []
        for word in words[hit.last : hit.last + 6]:
            ends = word.text in lexicon.stops_words or word.text in lexicon.also_words or word.text in idioms("benefit")
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


def _written(reading: Reading, bounds: list[tuple[int, int]]) -> list[Place]:
    """ "Reservado! Finca El Ombú, ruta 7 km 1040", "The Roastery on King St": a name and where it is."""
    lexicon, found = reading.lexicon, list[Place]()
    sentences: dict[int, list[Word]] = {}
    for segment in reading.segments:
        if not (segment.acts or segment.money or segment.asks):
            sentences.setdefault(segment.sentence, []).extend(reading.words[segment.first : segment.last])
    held = {s.sentence for s in reading.segments if s.acts or s.money or s.asks}
    for number, words in sentences.items():
        if number in held or len(words) < _FEWEST:
            continue
        run = [w for w in words if w.text not in "?!;.\n"]
        while run and (run[0].is_mark or run[0].text in lexicon.determined_words):
            run = run[1:]
        run = _after_moment(reading, run, bounds)
        if len(run) < _FEWEST:
            continue
        names = [w for w in run if reading.text[w.start].isupper()]
        rest = [w for w in run if not reading.text[w.start].isupper() and not w.text[0].isdigit() and w.text != ","]
        plain = lexicon.joins_words | lexicon.at_words | lexicon.places_words
        street = any(w.text in lexicon.places_words for w in run[1:])
        counted = "," in {w.text for w in run} and any(w.text.isdigit() and len(w.text) < 6 for w in run)
        venue = len(run) < len(words) and any(w.text in lexicon.venues_words for w in names)
        numbered = street and any(w.text.isdigit() for w in run)
        unknown = run[0].text not in lexicon.known or run[0].text in lexicon.venues_words or numbered
        named = names[:1] == run[:1] and len(names) > 1 and unknown and (street or counted)
        if not named and not (venue and counted and not any(w.text in lexicon.stops_words for w in run)):
            continue
        if venue or all(w.text in plain or len(w.text) <= 2 for w in rest):
            found.append(Place(reading.text[run[0].start : run[-1].end], VENUE + 1.5, run[0].start))
    return found


def _within(reading: Reading) -> list[Place]:
    """ "Listo, piso 4 of. 412", "confirmado, Centro de Salud La Paz": said along with the confirmation."""
    lexicon, found = reading.lexicon, list[Place]()
    if not reading.has(Act.CONFIRM, Act.ACCEPT):
        return []
    if inside := _ROOM.search(reading.text):
        found.append(Place(inside.group(), VENUE - 0.5, inside.start()))
    for segment in reading.segments:
        words = [w for w in reading.words[segment.first : segment.last] if not w.is_mark]
        if segment.acts or segment.money or len(words) < 2 or words[0].text not in lexicon.venues_words:
            continue
        named = [reading.text[w.start].isupper() or w.text in lexicon.joins_words for w in words]
        if reading.text[words[0].start].isupper() and all(named):
            found.append(Place(reading.text[words[0].start : words[-1].end], VENUE, words[0].start))
    return found


def _beside(reading: Reading, bounds: list[tuple[int, int]]) -> list[Place]:
    """ "8am en el parking de La Pedriza", "7am by the boathouse": what stands right behind an hour, if no service."""
    lexicon, words, found = reading.lexicon, reading.words, list[Place]()
    if not bounds or lexicon.nearby_words.isdisjoint(words.said):
        return found
    ends = {b for (_, b), m in zip(bounds, reading.mentions, strict=True) if m.when.time is not None}
    for position, word in enumerate(words[1:-1], 1):
        if word.text not in lexicon.nearby_words or not any(words[position - 1].end == b for b in ends):
            continue
        determined = words[position + 1].text in lexicon.determined_words
        if not determined and (lexicon.head_first or words[position + 1].text in lexicon.known - lexicon.venues_words):
            continue
        run: list[Word] = []
        for after in words[position + 1 + determined : position + 7]:
            plain = after.text in lexicon.stops_words and not reading.text[after.start].isupper()
            if (
                after.is_mark
                or plain
                or after.text in lexicon.also_words
                or any(a <= after.start < b for a, b in bounds)
            ):
                break
            run.append(after)
        while run and (run[-1].text in lexicon.joins_words or run[-1].text in lexicon.articles_words):
            run.pop()
        if run and not any(w.text in lexicon.services_words | lexicon.fields_words for w in run):
            weight = VENUE - (0.5 if determined else 1.5)
            found.append(Place(reading.text[run[0].start : run[-1].end], weight, run[0].start))
    return found


def _after_moment(reading: Reading, run: list[Word], bounds: list[tuple[int, int]]) -> list[Word]:
    """What stands behind a comma after the last moment: "Martes 17, 8:20 h, planta 2, Hospital del Mar"."""
    last = max((b for _, b in bounds if run and run[0].start < b <= run[-1].end), default=None)
    if last is None:
        return run
    rest = [w for w in run if w.start >= last]
    while rest and rest[0].text in idioms("hours"):
        rest = rest[1:]
    return rest[1:] if rest and rest[0].text == "," else []


def _online(reading: Reading, hits: list[Hit[str]]) -> list[Place]:
    """ "Por Zoom", "I'll send a Teams link"."""
    lexicon, words, found = reading.lexicon, reading.words, list[Place]()
    for hit in (h for h in hits if h.tag == "online"):
        beside = {words[i].text for i in (hit.first - 1, hit.last) if 0 <= i < len(words)}
        if beside & lexicon.either_words:
            continue  # "¿presencial o por Zoom?"
        named = [w for w in words[hit.first : hit.last] if w.text in lexicon.platforms_words]
        if named:
            found.append(Place(reading.text[named[0].start : named[-1].end], VENUE - 0.5, named[0].start))
    return found


def _linked(reading: Reading) -> list[Place]:
    """The link to a call or a map."""
    link = _LINK.search(reading.text) if "://" in reading.text else None
    return [Place(link.group().rstrip(".,;)"), VENUE - 1, link.start())] if link else []
