"""Where an appointment is: addresses, named places, answers to "where?"."""

import re

from app.extraction.rules.acts import Act
from app.extraction.rules.addresses import goes_on_to
from app.extraction.rules.lang.idioms import idioms
from app.extraction.rules.reading import Reading
from app.extraction.rules.segments import Segment
from app.extraction.rules.venues import ADDRESS, ANSWERED, STATED, VENUE, Place, venues
from app.extraction.rules.words import fold, has_digit

__all__ = ["ADDRESS", "ANSWERED", "STATED", "VENUE", "Place", "places"]

_NAME = r"[A-ZÁÉÍÓÚÑ][\wáéíóúñ]+"
#: A street without its kind, as in the River Plate: "Malabia 845 2°B".
_NUMBERED = re.compile(
    rf"(?:(?:Dr|Dra|Gral|Cnel|San|Santa)\.?\s+)?{_NAME}(?:\s+(?:de|del|la|las|los|y|{_NAME}\.?))*"
    r"\s+(?:#|n[°º]\s*)?\d{2,5}\b(?![.,]\d)[^\n?!;.]*"
)
_DOOR = re.compile(r"\b(?:flat|apt|apartment|unit|suite|room|studio)\.?\s+#?\w{1,4},\s+$", re.IGNORECASE)
_BEFORE = re.compile(rf"({_NAME}(?:\s+(?:de|del|la|las|los|el|y|&|of|the|{_NAME}))*),\s+$")
_OF = re.compile(r"(\w*)\s+(?:for|of|de|del)\s+$")
_TAIL = re.compile(
    r"(?:,\s+(?:right|correct|ok|okay|yes|no|verdad|cierto)\W*$"
    r"|,?\s+(?:and|having|has|have|that|near|which|it|i|i'll|we|we'll|with|is|in the|call|but|y|que|con|q|pero"
    r"|porfa(?:vor)?|por favor|me|te|le|nos|avis\w+|cuando|text|when|please|pls|gracias|thanks|a la misma hora|instead"
    r"|same time"
    r"|si puede|entonces)\b.*|[\s,.;:!?¿¡)]+)$",
    re.IGNORECASE | re.DOTALL,
)


def places(reading: Reading, *, answering: bool, named: bool = False) -> list[Place]:
    """Places named in the message, best first. `answering`: the other side asked where; `named`: and who."""
    text, found = reading.text, list[Place]()
    bounds = [(m.start, m.end) for m in reading.mentions]
    stated = reading.has(Act.LOCATED)
    for start, end in reading.addresses:
        place = _cut(text, start if named else _with_name(reading, start), end, bounds)
        said_of = None if answering or stated else _OF.search(reading.folded[:start])
        if said_of and said_of.group(1) not in reading.lexicon.venues_words:
            continue  # "the closing for 41 Birch Lane" is what it is about
        if place and any(c.isdigit() for c in place):
            found.append(Place(place, STATED if stated or answering else ADDRESS, start))
    if not found and has_digit(text):
        for segment in reading.segments:
            if (
                (match := _NUMBERED.match(text, _after_opening(reading, segment)))
                and not any(a < match.end() and match.start() < b for a, b in bounds)
                and _may_begin_a_street(reading, match)
                and not segment.money
                and (place := _cut(text, start := _with_name(reading, match.start()), match.end(), bounds))
            ):
                found.append(Place(place, STATED if stated or answering else ADDRESS, start))
    found += venues(reading, bounds, stated)
    found += _offered(reading)
    if not reading.addresses:
        found += _number_only(reading, bounds)
    if answering and not found and not reading.asks:
        found += _answer(reading, bounds)
    return sorted((_whole(reading, place, bounds) for place in found), key=lambda p: -p.weight)


def _whole(reading: Reading, place: Place, bounds: list[tuple[int, int]]) -> Place:
    """A place with the floor, the street or the town that stands behind it."""
    end = place.start + len(place.text)
    if not reading.text.startswith(place.text, place.start):
        return place
    further = goes_on_to(reading.text, place.start, end)
    if further == end:
        return place
    added = reading.lexicon.words(reading.folded[end:further])
    plain = any(w.text in reading.lexicon.answers_words | reading.lexicon.common_words for w in added[1:2])
    if plain or any(a < further and end < b for a, b in bounds):
        return place
    return place._replace(text=reading.text[place.start : further], weight=place.weight + 0.1)


def _may_begin_a_street(reading: Reading, match: re.Match[str]) -> bool:
    """No plain word, unless it is the article of a name: "Los Leones 1220"."""
    first, after = reading.folded[match.start() : match.end()].split()[:2]
    lexicon = reading.lexicon
    return first not in lexicon.known or first in lexicon.determined_words and after not in lexicon.known


def _with_name(reading: Reading, start: int) -> int:
    """Where an address begins with the name before it: "Notaría Salas, calle Mayor 8"."""
    from_ = max(start - 60, 0)
    if door := _DOOR.search(reading.text[from_:start]):
        return from_ + door.start()  # "Flat 4, 19 Alma Road"
    named = _BEFORE.search(reading.text[from_:start])
    if named is None:
        return start
    first, lexicon = fold(named.group(1)).split()[0], reading.lexicon
    return from_ + named.start(1) if first not in lexicon.known or first in lexicon.venues_words else start


def _after_opening(reading: Reading, segment: Segment) -> int:
    """Where a stretch begins after "es", "it's at", "si, en"."""
    lexicon, first = reading.lexicon, segment.first
    while first < segment.last - 1 and reading.words[first].text in lexicon.linking_words | lexicon.at_words:
        first += 1
    return reading.words[first].start


def _cut(text: str, start: int, end: int, bounds: list[tuple[int, int]]) -> str:
    for a, b in bounds:
        if a < end and b > start:
            if a <= start:
                return ""
            if not text[a:b].isdigit():
                end = min(end, a)
    place = text[start:end]
    while (shorter := _TAIL.sub("", place)) != place:
        place = shorter
    return re.sub(r"\s+(?:a|en|el|la|at|on|for|by|to|and|y)$", "", place).strip()


def _number_only(reading: Reading, bounds: list[tuple[int, int]]) -> list[Place]:
    """ "The address is 4451", "… is 1 Camino Real Ste 5": a number, and what kind of street goes without saying."""
    for hit in reading.hits:
        if hit.tag is Act.LOCATED and hit.last < len(reading.words):
            word = reading.words[hit.last]
            if word.text.isdecimal():
                place = _cut(reading.text, word.start, reading.segment_of(hit.last).end, bounds)
                if len(word.text) >= 3 or len(place.split()) > 2:
                    return [Place(place, STATED, word.start)]
    return []


def _offered(reading: Reading) -> list[Place]:
    """ "¿Te parece el café del Parque 93?", "let's do Blue Bottle on Bergen St instead"."""
    lexicon, found = reading.lexicon, list[Place]()
    for segment in reading.segments:
        if not (segment.hits or segment.asks) or any(m.segment is segment for m in reading.mentions):
            continue
        after = max(
            (
                h.last
                for h in segment.hits
                if h.tag in (Act.OFFER, Act.ASK_FREE, Act.MOVE) and h.last - segment.first <= 4
            ),
            default=None,
        )
        if after is None and not (segment.asks and not segment.hits and segment.last - segment.first <= 6):
            continue
        run = []
        for word in reading.words[segment.first if after is None else after : segment.last]:
            if (
                word.is_mark
                or word.text in idioms("instead")
                or word.text in lexicon.stops_words
                and not reading.text[word.start].isupper()
            ):
                break
            run.append(word)
        while run and run[0].text in lexicon.articles_words and not reading.text[run[0].start].isupper():
            run = run[1:]
        while run and run[-1].text in lexicon.joins_words:
            run = run[:-1]
        named = len(run) > 1 and run[0].text in lexicon.determined_words and run[1].text not in lexicon.known
        if named and after is None and reading.text[run[1].start].isupper():  # "The Crown?"
            found.append(Place(reading.text[run[0].start : run[-1].end], VENUE, run[0].start, offered=True))
        if not run or run[0].text in lexicon.common_words:
            continue
        venue = run[0].text in lexicon.venues_words
        proper = (
            reading.text[run[0].start].isupper()
            and run[0].text not in lexicon.known
            and (after is not None or len(run) > 1)
        )
        if venue or proper and len(run) > 1:
            text = reading.text[run[0].start : run[-1].end]
            found.append(Place(text, VENUE + (0.5 if venue else 0), run[0].start, offered=True))
    return found


def _answer(reading: Reading, bounds: list[tuple[int, int]]) -> list[Place]:
    if any(segment.money for segment in reading.segments):
        return []
    words = [w for w in reading.words if not any(a <= w.start < b for a, b in bounds)]
    while words and (words[0].is_mark or words[0].text in reading.lexicon.answers_words):
        words.pop(0)
    run = []
    for word in words:
        if word.text in "?!;\n.":
            break
        if word.text in idioms("courtesy"):
            break
        run.append(word)
    while run and run[0].text in reading.lexicon.at_words:
        run = run[1:]
    plain = [w for w in run if not w.is_mark]
    if not plain or len(plain) > 10 or idioms("placeless") & {w.text for w in plain}:
        return []
    named = any(w.text in reading.lexicon.venues_words or any(c.isdigit() for c in w.text) for w in plain) or any(
        reading.text[w.start].isupper() and w.text not in reading.lexicon.known for w in plain[1:] or plain
    )
    asks_for = any(
        h.tag in (Act.REQUEST, Act.MOVE) and h.first <= reading.words.index(plain[0]) < h.last for h in reading.hits
    )
    if asks_for:
        return []  # "just make it with Greg"
    if not named and (len(plain) > 4 or reading.hits) or plain[0].text in idioms("place_first"):
        return []
    if len(plain) > 4 and not any(w.text in reading.lexicon.venues_words or w.text[0].isdigit() for w in plain):
        return []
    text = _cut(reading.text, run[0].start, run[-1].end, bounds)
    return [Place(text, ANSWERED, run[0].start)] if text else []
