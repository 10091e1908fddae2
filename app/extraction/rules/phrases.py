"""Noun phrases that may name an appointment: where they begin and end, and how good the place is where they stand."""

import re
from dataclasses import replace

from app.extraction.rules.acts import Act
from app.extraction.rules.lang import Lexicon
from app.extraction.rules.lang.idioms import INFINITIVES, idioms
from app.extraction.rules.plan import Candidate
from app.extraction.rules.reading import Reading
from app.extraction.rules.words import Word
from app.temporal import names_month

LONGEST = 9
#: "Tirarme las cartas", "verlo".
_CLITIC = re.compile(r"(?<=[aei]r)(?:me|te|se|nos|les?|l[ao]s?)$")
#: Weights: a title said as such, an answer to "what for", what the other side read back, what was asked for.
TITLED, ANSWERED, READ_BACK, LABELLED, ASKED, NAMED, PROBLEM = 10.0, 8.0, 6.3, 7.0, 5.0, 3.0, 2.0


def is_at(reading: Reading, position: int) -> bool:
    """ "en el taller", "at the studio": a place, no service."""
    before = [w.text for w in reading.words[max(position - 2, 0) : position]]
    lexicon = reading.lexicon
    return (
        reading.words[position].text in lexicon.venues_words
        and bool(before)
        and (
            before[-1] in lexicon.at_words
            or len(before) == 2
            and before[0] in lexicon.at_words
            and before[1] in lexicon.articles_words
        )
    )


def in_noise(reading: Reading, position: int) -> bool:
    segment = next((s for s in reading.segments if s.first <= position < s.last), None)
    if segment is not None and segment.asks and segment.acts & {Act.HOURS} and not segment.acts & {Act.QUERY}:
        return False  # "¿atienden sin cita para cambio de aceite?"
    if segment is None:
        return False
    if segment.acts & {Act.CANCEL} and reading.acts & {Act.ASK_FREE, Act.OFFER, Act.MOVE}:
        return False  # "need to cancel Leo's lesson, can we do Friday?"
    wished = segment.acts & {Act.WANT, Act.REQUEST, Act.ASK_FREE}
    elsewhere = reading.mentions and not any(m.segment is segment for m in reading.mentions)
    busy = Act.BUSY in segment.acts and not wished and elsewhere  # "bit early, school run. 9.45?"
    return bool(busy) or bool(segment.acts & {Act.QUERY, Act.HOURS, Act.OTHERS, Act.CANCEL})


def inside(word: Word, spans: list[tuple[int, int]]) -> bool:
    for a, b in spans:  # noqa: SIM110 - asked of most words of a message: `any` takes three times as long
        if a <= word.start < b:
            return True
    return False


def run_from(reading: Reading, first: int, taken: list[tuple[int, int]], titled: bool = False) -> list[Word]:
    lexicon = reading.lexicon
    run: list[Word] = []
    for word in reading.words[first : first + 14]:
        if word.is_mark and not (titled and word.text == ":" and run) or inside(word, taken) or word.text >= "\u2600":
            if (word.is_mark and word.text in ":," or word.text >= "\u2600") and not run:
                continue
            break
        if titled:
            if run and word.text in lexicon.also_words and _new_clause(reading, word):
                break
            if run and word.text in lexicon.joins_words | lexicon.at_words and _tells_a_field(reading, word):
                break
            if run and word.text in lexicon.title_ends_words:
                break
            if word.text in idioms("calendars"):
                while run and run[-1].text in idioms("calendar_leads"):
                    run.pop()
                break
            if word.text[0].isdigit() and run and run[-1].text in idioms("place_leads") and len(word.text) > 2:
                break
        elif word.text in lexicon.stops_words and not (
            run and reading.text[word.start].isupper() and reading.text[word.start + 1 : word.start + 2].islower()
        ):
            break
        elif word.text in lexicon.also_words and run:
            following = next((w for w in reading.words if w.start > word.start), None)
            verbs = following is not None and following.text.endswith(INFINITIVES) and run[0].text.endswith(INFINITIVES)
            if following is None or not (
                verbs or following.text in lexicon.services_words or reading.text[following.start].isupper()
            ):
                break
        if run and reading.text[run[-1].end : word.start].startswith("*"):
            break  # "*Ortodoncia* con la doctora"
        run.append(word)
        if len(run) >= LONGEST and not titled:
            break
    return run


def _following(reading: Reading, word: Word, count: int) -> list[Word]:
    at = reading.words.index(word) + 1
    return reading.words[at : at + count]


def _new_clause(reading: Reading, word: Word) -> bool:
    """Whether an "and" after a title goes on to something else: "… and put it at five"; not "hair and makeup"."""
    lexicon = reading.lexicon
    after = next(iter(_following(reading, word, 1)), None)
    if after is None or after.is_mark:
        return True
    if reading.text[after.start].isupper():
        return False
    known = lexicon.title_givers_words | lexicon.stops_words | lexicon.determined_words | lexicon.leads_words
    at = reading.words.index(after)
    return after.text in known or any(h.first == at for h in reading.hits)


def _tells_a_field(reading: Reading, word: Word) -> bool:
    """ "… with a time of ten", "… in the event title", "… to my calendar": no part of the title before it."""
    lexicon = reading.lexicon
    following = _following(reading, word, 4)
    while following and (
        following[0].text in lexicon.determined_words
        or following[0].text in lexicon.joins_words
        or following[0].text in lexicon.at_words
    ):
        following = following[1:]
    return bool(following) and following[0].text in lexicon.fields_words


def trimmed(reading: Reading, run: list[Word], titled: bool = False) -> list[Word]:
    lexicon = reading.lexicon
    skip = lexicon.title_fronts_words if titled else lexicon.articles_words
    while run and (run[0].text in skip or run[0].is_mark):
        if titled and run[0].text in lexicon.determined_words and reading.text[run[0].start].isupper():
            break
        run = run[1:]
    while (
        run
        and not _ends_a_compound(reading, run[-1])
        and (
            run[-1].text in lexicon.joins_words
            or run[-1].text in lexicon.articles_words
            and (not titled or run[-1].text in lexicon.determined_words)
            or titled
            and len(run) > 1
            and run[-1].text in lexicon.asked_fields_words
            or run[-1].is_mark
            or len(run) > 2
            and not titled
            and run[-1].text in lexicon.people_words
            and run[-2].text in lexicon.joins_words
        )
    ):  # "turno con la pediatra para mi nene"
        run = run[:-1]
    return run


def _ends_a_compound(reading: Reading, word: Word) -> bool:
    """The end of a noun, however small a word: "check-up", "walk-in"."""
    before = reading.text[max(word.start - 2, 0) : word.start]
    return before.endswith("-") and before[0].isalpha()


def candidate(
    reading: Reading,
    index: int,
    first: int,
    weight: float,
    taken: list[tuple[int, int]],
    *,
    titled: bool = False,
) -> list[Candidate]:
    run = trimmed(reading, run_from(reading, first, taken, titled), titled)
    if not run:
        return []
    lexicon = reading.lexicon
    names = [w.text for w in run]
    if not titled:
        if all(n in lexicon.people_words or n in lexicon.joins_words for n in names):
            return []
        ends = tuple(lexicon.verb_ends.split())
        if ends and len(names) == 1 and names[0].endswith(ends) and names[0] not in lexicon.services_words:
            return []  # "verlo"
        if all(n in lexicon.desk_words and n not in lexicon.services_words for n in names):
            return []  # "hueco", "un espacio"
        if names[0].endswith(INFINITIVES) and lexicon.head_first and all(n in lexicon.leads_words for n in names):
            return []  # "para separar"
        if any(n in lexicon.services_words and n not in lexicon.generic_words for n in names):
            weight += 1
        elif _does_something(names, lexicon):
            pass  # "autenticar un poder"
        elif any(n in lexicon.generic_words for n in names):
            weight += 0 if len(names) > 1 else -2.5
        else:
            weight -= 3.5 if weight == READ_BACK else 2 if weight > ASKED else 1.5
        priced = reading.text[run[0].start - 1 : run[0].start] in ("$", "€", "£") and run[0].start > 0
        if names[0].isdigit() and (priced or not any(n in lexicon.services_words for n in names)):
            return []  # "1000 de anticipo", "$89 service call"
        if len(names) == 1 and names_month(names[0]):
            return []
        if all(n.isdigit() or n in lexicon.joins_words or n in lexicon.at_words for n in names):
            return []
        if all(reading.text[w.start].isupper() and n not in lexicon.known for w, n in zip(run, names, strict=True)):
            weight -= 1.5  # a person, most likely
    text = reading.text[run[0].start : run[-1].end]
    return [Candidate(text, weight, index, text)]


def _does_something(names: list[str], lexicon: Lexicon) -> bool:
    """Whether a phrase begins with a verb and its object, where verbs stand so ("tomar medidas")."""
    first = _CLITIC.sub("", names[0])
    verb = lexicon.head_first and len(names) > 1 and len(first) > 4 and first.endswith(INFINITIVES)
    return verb and names[0] not in lexicon.known - lexicon.services_words


def phrase_around(
    reading: Reading, index: int, position: int, weight: float, taken: list[tuple[int, int]]
) -> list[Candidate]:
    """The phrase around a service word: what comes after in Spanish, before and after in English."""
    lexicon, first = reading.lexicon, position
    if not lexicon.head_first:
        while first and position - first < 3:
            before = reading.words[first - 1]
            if (
                before.is_mark
                or before.text in lexicon.stops_words
                or before.text in lexicon.articles_words
                or inside(before, taken)
                or before.text in lexicon.joins_words
            ):
                break
            if any(h.first <= first - 1 < h.last and h.tag not in (Act.INFO,) for h in reading.hits):
                break
            first -= 1
    found = candidate(reading, index, first, weight, taken)
    if not lexicon.head_first and found and position + 1 < len(reading.words):
        after = reading.words[position + 1]  # an English phrase ends with its head: "boiler's packed in" is the boiler
        goes_on = (
            after.text in lexicon.joins_words
            or after.text in lexicon.services_words
            or reading.text[after.start].isupper()
        )
        if not after.is_mark and not goes_on:
            text = reading.text[reading.words[first].start : reading.words[position].end]
            return [replace(found[0], text=text, quote=text)] if found[0].text.startswith(text[:3]) else found
    return found


def phrase_before(reading: Reading, index: int, last: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """ "Control de Rocky anotado", "intro session booked"."""
    lexicon, first = reading.lexicon, last
    while first and last - first < 6:
        word = reading.words[first - 1]
        if word.is_mark or word.text in lexicon.stops_words or inside(word, taken):
            break
        first -= 1
    run = reading.words[first:last]
    if (
        lexicon.head_first and run and run[0].text in idioms("possessive") and len(run) <= 5
    ):  # "su resonancia está programada"
        named = [w for w in run[1:] if w.text not in idioms("set_for")]
        if named:
            text = reading.text[named[0].start : named[-1].end]
            return [Candidate(text, READ_BACK, index, text)]
    head = next((i for i, w in enumerate(run) if w.text in lexicon.services_words), None)
    if head is None or lexicon.head_first and not run[head:]:
        return []
    run = run[head:] if lexicon.head_first else run
    found = candidate(reading, index, reading.words.index(run[0]), READ_BACK, taken)
    return [c for c in found if c.quote and reading.text.find(c.quote) + len(c.quote) <= reading.words[last].end][:1]
