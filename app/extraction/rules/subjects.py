"""What an appointment is about: phrases that people would write in a calendar as its title."""

from dataclasses import replace

from app.extraction.rules.acts import Act
from app.extraction.rules.answering import answer
from app.extraction.rules.declining import declines, is_late
from app.extraction.rules.entries import (
    ails,
    asked_about,
    entered,
    for_the_title,
    headline,
    priced,
    purposes,
    quoted,
    work_asked,
    yours,
)
from app.extraction.rules.lang.idioms import INFINITIVES, idioms
from app.extraction.rules.phrases import (
    ANSWERED,
    ASKED,
    LABELLED,
    LONGEST,
    NAMED,
    PROBLEM,
    READ_BACK,
    TITLED,
    candidate,
    in_noise,
    inside,
    is_at,
    phrase_around,
    phrase_before,
)
from app.extraction.rules.plan import Candidate
from app.extraction.rules.reading import Reading
from app.extraction.rules.words import Word, fold
from app.temporal import TimeExpression

_ABOUT = idioms("about")
_PIN = "[Location]"
_FRONT = 2  # words before a thing: "and a"

__all__ = ["ANSWERED", "ASKED", "LABELLED", "NAMED", "PROBLEM", "READ_BACK", "TITLED", "label_before", "subjects"]


def subjects(reading: Reading, index: int, *, answering: bool, user: bool = True) -> list[Candidate]:
    """Candidates in this message, best or not. `answering`: the other side asked what it is about."""
    could = not user and any(hit.tag is Act.CANCEL and reading.only_could(hit.first) for hit in reading.hits)
    if could or reading.text.lstrip().startswith(_PIN):
        return []  # the business says what it is there for; a place
    found: list[Candidate] = []
    taken = [
        (m.start, m.end)
        for m in reading.mentions
        if not (m.when.duration and m.when.duration.days) and not _only_part(m.when)
    ] + reading.addresses
    for hit in reading.hits:
        if hit.tag is Act.TITLED and not _asked(reading, hit.first):
            found += candidate(reading, index, hit.last, TITLED if user else READ_BACK, taken, titled=True)
    if user:
        found += quoted(reading, index) + for_the_title(reading, index, taken)
    if answering and not reading.asks and not declines(reading) and Act.CANCEL not in reading.acts:
        found += answer(reading, index, taken)
    for asked in reading.lexicon.asking.find(reading.words):  # a mere preposition says less
        thanks = any(h.tag is Act.THANKS and h.first <= asked.first <= h.last for h in reading.hits)  # "… por escribir"
        # "Your status is set to busy"
        told = not user and asked.first and reading.words[asked.first - 1].text in reading.lexicon.linking_words
        if not (thanks or told or in_noise(reading, asked.first) or _doing(reading, asked.last)):
            found += candidate(
                reading,
                index,
                asked.last,
                ASKED + 0.5 * (asked.last - asked.first > 3)
                if asked.last - asked.first > 1 or reading.words[asked.first].text not in reading.lexicon.joins_words
                else NAMED,
                taken,
            )
    for position in range(1, len(reading.words)) if user and not _ABOUT.isdisjoint(reading.words.said) else ():
        if _about(reading, position, taken):
            found += candidate(reading, index, position + 1, ASKED, taken)
    for hit in reading.hits:
        if hit.tag is Act.CONFIRM and not any(
            h.tag is Act.CALENDAR and h.last > hit.last > h.first for h in reading.hits
        ):
            found += candidate(reading, index, hit.last, READ_BACK, taken)
            found += phrase_before(reading, index, hit.first, taken)
    if user:
        found += entered(reading, index, taken)
        found += purposes(reading, index, taken) + headline(reading, index, taken)
        found += _objects(reading, index, taken) + asked_about(reading, index) + work_asked(reading, index, taken)
        found += priced(reading, index, taken)
    else:
        found += yours(reading, index, taken)
    for trouble in reading.lexicon.troubled.find(reading.words) if user else []:
        broken = candidate(reading, index, trouble.last, PROBLEM + 1.5, taken)
        found += [c if c.weight <= PROBLEM + 1.5 else replace(c, weight=NAMED) for c in broken]  # "tengo una boda"
    found += ails(reading, index)
    online = [h for h in reading.pointers if h.tag == "online"]
    occasions = [h for h in reading.hits if h.tag is Act.OCCASION]
    services = reading.lexicon.services_words
    for position, word in enumerate(reading.words) if not services.isdisjoint(reading.words.said) else ():
        if word.text not in services or _when_only(reading, position):
            continue
        if any(h.first <= position < h.last for h in online) or not user and is_at(reading, position):
            continue  # "por videollamada", "bring it to the workshop"
        if not user and _passed_on(reading, position):
            continue
        if any(h.first <= position < h.last for h in occasions) or _is_greeted(reading, position):
            continue  # "test on Friday"
        if not in_noise(reading, position) and not inside(word, taken):
            found += phrase_around(reading, index, position, NAMED, taken)
    return [c for c in found if not is_late(fold(c.text).split())]


def label_before(reading: Reading, start: int, floor: int) -> tuple[int, int] | None:
    """The span of a name put directly before a moment ("examen de sangre: mañana 7 am", "Mateo 4 pm"): words from
    `floor` to `start`, if they name a service or are all capitalised."""
    lexicon = reading.lexicon
    words = [w for w in reading.words if floor <= w.start and w.end <= start]
    apart = bool(words) and words[-1].text in "!?"
    while (
        words
        and words[-1].text not in lexicon.persons_words
        and (
            words[-1].is_mark
            or words[-1].text in idioms("onward")
            or words[-1].text in lexicon.joins_words
            or words[-1].text in lexicon.at_words
            or words[-1].text in lexicon.linking_words
        )
    ):
        words.pop()
    if words and words[-1].text in lexicon.persons_words | lexicon.people_words:
        return words[-1].start, words[-1].end  # "usted a las 9 y su esposo a las 10", "I can do her at 12"
    kept: list[Word] = []
    for word in reversed(words):
        if word.is_mark or word.text in lexicon.stops_words or word.text >= "\u2600":
            break
        kept.insert(0, word)
    determined = bool(kept) and any(w.text in lexicon.determined_words for w in kept[:_FRONT])
    while kept and (
        kept[0].text in lexicon.articles_words
        or kept[0].text in lexicon.also_words
        or kept[0].text in lexicon.either_words
    ):
        kept.pop(0)
    head = next(
        (
            i
            for i, w in enumerate(kept)
            if w.text in lexicon.services_words
            and (w.text not in lexicon.generic_words or w.text not in lexicon.desk_words and i + 1 < len(kept))
        ),
        None,
    )
    if head is not None:
        if lexicon.head_first:
            kept = kept[head:]
        else:
            cut = max(
                (
                    i + 1
                    for i, w in enumerate(kept[:head])
                    if w.text in lexicon.articles_words or w.text in lexicon.leads_words
                ),
                default=0,
            )
            kept = kept[cut:]
        first = reading.words.index(kept[0])
        if is_at(reading, first) or _when_only(reading, first) or in_noise(reading, reading.words.index(kept[0])):
            return None
    if not kept or len(kept) > LONGEST:
        return None
    span = kept[0].start, kept[-1].end
    if head is not None or apart:
        return span if head is not None else None  # "Congrats! May 15 is open" is no name
    if all(reading.text[w.start].isupper() and w.text not in lexicon.known for w in kept):
        return span
    thing = determined and len(kept) == 1 and not lexicon.is_plain(kept[0].text) and kept[0].text not in lexicon.known
    return span if thing else None  # "a shave at 11:30"


def _only_part(e: TimeExpression) -> bool:
    """ "Game night": a part of the day by itself says no time."""
    return e.date is None and e.time is None and e.part_of_day is not None and len(e.text.split()) == 1


def _when_only(reading: Reading, position: int) -> bool:
    """ "Después de comida", "after lunch": says when, not what."""
    for before in reversed(reading.words[max(position - 3, 0) : position]):
        if before.text in reading.lexicon.beside_words:
            return True
        if before.text not in reading.lexicon.articles_words | reading.lexicon.joins_words:
            return False
    return False


def _about(reading: Reading, position: int, taken: list[tuple[int, int]]) -> bool:
    """ "El jueves a las 9 sobre ventas", "reunión sobre la herencia": a subject after the moment or the meeting."""
    word, before = reading.words[position], reading.words[position - 1]
    if word.text not in _ABOUT or inside(word, taken) or in_noise(reading, position):
        return False
    return inside(before, taken) or before.text in reading.lexicon.meetings_words


def _doing(reading: Reading, position: int) -> bool:
    """ "Interested in finding a movie": what they want to do, and not yet what it is about."""
    if reading.lexicon.head_first or position + 1 >= len(reading.words):
        return False
    word, after = reading.words[position : position + 2]
    return word.text.endswith(tuple(idioms("participles"))) and after.text in reading.lexicon.determined_words


def _is_greeted(reading: Reading, position: int) -> bool:
    """ "Buenos días contador, …", "arquitecto buenas": who is spoken to, and not what it is about."""
    if position > 3 or reading.words[position].text not in reading.lexicon.professions_words:
        return False
    segment = reading.segment_of(position)
    others = [w.text for w in reading.words[segment.first : segment.last] if not w.is_mark]
    others.remove(reading.words[position].text)
    return bool(others) and not segment.asks and all(w in reading.lexicon.stops_words for w in others)


def _passed_on(reading: Reading, position: int) -> bool:
    """ "Le paso tu consulta al equipo": the business' own sentence names no appointment."""
    before = reading.words[position - 1].text if position else ""
    after = reading.words[position + 1].text if position + 1 < len(reading.words) else ""
    return before in reading.lexicon.yours_words | idioms("your") and after in idioms("passed_to")


def _asked(reading: Reading, position: int) -> bool:
    """Whether the word stands in a question for the title ("What should I call it?") and not in one that gives it."""
    segment = next((s for s in reading.segments if s.first <= position < s.last), None)
    return segment is not None and segment.asks and Act.ASK_TITLE in segment.acts and not segment.acts & {Act.REQUEST}


def _objects(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """The first thing with an article, for want of better: "firmar el contrato", "retiren un sofá viejo"."""
    lexicon = reading.lexicon
    if lexicon.determined_words.isdisjoint(reading.words.said):
        return []
    for position, word in enumerate(reading.words[:-1]):
        if word.text not in lexicon.determined_words or inside(word, taken) or in_noise(reading, position):
            continue
        after = reading.words[position + 1]
        before = reading.words[position - 1] if position else None
        if after.text in lexicon.generic_words | lexicon.desk_words:
            continue  # "agendar una reunión" is what they want of us, not what it is about
        if after.is_mark or after.text in lexicon.known - lexicon.services_words or inside(after, taken):
            continue
        if before is not None and (before.text in lexicon.at_words or before.text in lexicon.people_words):
            continue
        from_there = before is not None and before.text in lexicon.joins_words and after.text in lexicon.venues_words
        segment = reading.segment_of(position)
        if from_there or segment.acts == {Act.THANKS} and not segment.asks:
            continue  # "ya salí de la oficina", "gracias por la paciencia"
        verb = lexicon.head_first and before is not None and len(before.text) > 4 and before.text.endswith(INFINITIVES)
        found = candidate(reading, index, position + 1, PROBLEM + 1.6, taken)
        if found and verb and before is not None:
            text = reading.text[before.start : reading.text.index(found[0].quote, before.end) + len(found[0].quote)]
            return [replace(found[0], text=text, quote=text)]
        if found:
            return found
    return []
