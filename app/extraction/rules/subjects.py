"""What an appointment is about: phrases that people would write in a calendar as its title."""

from dataclasses import replace

from app.extraction.rules.acts import Act
from app.extraction.rules.plan import Candidate
from app.extraction.rules.reading import Reading
from app.extraction.rules.words import Word

_LONGEST = 9
#: Weights: a title said as such, an answer to "what for", what the other side read back, what was asked for.
TITLED, ANSWERED, READ_BACK, LABELLED, ASKED, NAMED, PROBLEM = 10.0, 8.0, 6.3, 7.0, 5.0, 3.0, 2.0


def subjects(reading: Reading, index: int, *, answering: bool, user: bool = True) -> list[Candidate]:
    """Candidates in this message, best or not. `answering`: the other side asked what it is about."""
    found: list[Candidate] = []
    taken = [
        (m.start, m.end) for m in reading.mentions if not (m.when.duration and m.when.duration.days)
    ] + reading.addresses
    for hit in reading.hits:
        if hit.tag is Act.TITLED and not _asked(reading, hit.first):
            found += _candidate(reading, index, hit.last, TITLED if user else READ_BACK, taken, titled=True)
    if user:
        found += _for_the_title(reading, index, taken)
    if answering and not reading.asks:
        found += _answer(reading, index, taken)
    for asked in reading.lexicon.asking.find(reading.words):
        if not _in_noise(reading, asked.first):  # a mere preposition says less
            found += _candidate(
                reading,
                index,
                asked.last,
                ASKED
                if asked.last - asked.first > 1 or reading.words[asked.first].text not in reading.lexicon.joins_words
                else NAMED,
                taken,
            )
    for hit in reading.hits:
        if hit.tag is Act.CONFIRM:
            found += _candidate(reading, index, hit.last, READ_BACK, taken)
            found += _before(reading, index, hit.first, taken)
    if user:
        found += _objects(reading, index, taken)
    for trouble in reading.lexicon.troubled.find(reading.words):
        found += _candidate(reading, index, trouble.last, PROBLEM + 1.5, taken)
    for position, word in enumerate(reading.words):
        if _is_at(reading, position):
            continue
        if (
            word.text in reading.lexicon.services_words
            and not _in_noise(reading, position)
            and not _inside(word, taken)
        ):
            found += _around(reading, index, position, NAMED, taken)
    return found


def label_before(reading: Reading, start: int, floor: int) -> tuple[int, int] | None:
    """The span of a name put directly before a moment ("examen de sangre: mañana 7 am", "Mateo 4 pm"): words from
    `floor` to `start`, if they name a service or are all capitalised."""
    lexicon = reading.lexicon
    words = [w for w in reading.words if floor <= w.start and w.end <= start]
    while words and (
        words[-1].is_mark
        or words[-1].text in ("ya", "entonces", "mejor", "already", "then")
        or words[-1].text in lexicon.joins_words
        or words[-1].text in lexicon.at_words
        or words[-1].text in ("es", "seria", "sera", "is", "will", "be", "could", "itself", "are")
    ):
        words.pop()
    kept: list[Word] = []
    for word in reversed(words):
        if word.is_mark or word.text in lexicon.stops_words or word.text >= "\u2600":
            break
        kept.insert(0, word)
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
        if lexicon.code == "es":
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
        if _is_at(reading, reading.words.index(kept[0])):
            return None
    if not kept or len(kept) > _LONGEST:
        return None
    span = kept[0].start, kept[-1].end
    if head is not None:
        return span
    if all(reading.text[w.start].isupper() and w.text not in lexicon.known for w in kept):
        return span
    return None


def _asked(reading: Reading, position: int) -> bool:
    """Whether the word stands in a question for the title ("What should I call it?") and not in one that gives it."""
    segment = next((s for s in reading.segments if s.first <= position < s.last), None)
    return segment is not None and segment.asks and Act.ASK_TITLE in segment.acts and not segment.acts & {Act.REQUEST}


def _objects(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """The first thing with an article, for want of better: "firmar el contrato", "retiren un sofá viejo"."""
    lexicon = reading.lexicon
    for position, word in enumerate(reading.words[:-1]):
        if word.text not in lexicon.determined_words or _inside(word, taken) or _in_noise(reading, position):
            continue
        after = reading.words[position + 1]
        before = reading.words[position - 1] if position else None
        if after.text in lexicon.generic_words | lexicon.desk_words:
            continue  # "agendar una reunión" is what they want of us, not what it is about
        if after.is_mark or after.text in lexicon.known - lexicon.services_words or _inside(after, taken):
            continue
        if before is not None and (before.text in lexicon.at_words or before.text in lexicon.people_words):
            continue
        verb = (
            lexicon.code == "es"
            and before is not None
            and len(before.text) > 4
            and before.text[-2:] in ("ar", "er", "ir")
        )
        found = _candidate(reading, index, position + 1, PROBLEM + 1.6, taken)
        if found and verb and before is not None:
            text = reading.text[before.start : reading.text.index(found[0].quote, before.end) + len(found[0].quote)]
            return [replace(found[0], text=text, quote=text)]
        if found:
            return found
    return []


def _is_at(reading: Reading, position: int) -> bool:
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


def _in_noise(reading: Reading, position: int) -> bool:
    segment = next((s for s in reading.segments if s.first <= position < s.last), None)
    return segment is not None and bool(segment.acts & {Act.QUERY, Act.HOURS, Act.OTHERS, Act.CANCEL})


def _inside(word: Word, spans: list[tuple[int, int]]) -> bool:
    return any(a <= word.start < b for a, b in spans)


def _run(reading: Reading, first: int, taken: list[tuple[int, int]], titled: bool = False) -> list[Word]:
    lexicon = reading.lexicon
    run: list[Word] = []
    for word in reading.words[first : first + 14]:
        if word.is_mark and not (titled and word.text == ":" and run) or _inside(word, taken) or word.text >= "\u2600":
            if (word.is_mark and word.text in ":," or word.text >= "\u2600") and not run:
                continue
            break
        if titled:
            if run and word.text in ("and", "y") and not reading.text[word.end + 1 : word.end + 2].isupper():
                break
            if (
                run
                and word.text in ("for", "as", "to", "with")
                and reading.folded[word.end + 1 : word.end + 5] in ("the ", "to m", "my e")
            ):
                break
            if run and word.text in (
                "which",
                "that",
                "who",
                "please",
                "porfa",
                "happening",
                "starting",
                "scheduled",
                "located",
                "taking",
                "beginning",
            ):
                break
            if word.text in ("calendar", "schedule"):
                while run and run[-1].text in ("on", "in", "to", "my", "the", "your", "for"):
                    run.pop()
                break
            if word.text[0].isdigit() and run and run[-1].text in ("at", "en") and len(word.text) > 2:
                break
        elif word.text in lexicon.stops_words and not (
            run and reading.text[word.start].isupper() and reading.text[word.start + 1 : word.start + 2].islower()
        ):
            break
        elif word.text in lexicon.also_words and run:
            following = next((w for w in reading.words if w.start > word.start), None)
            if following is None or not (
                following.text in lexicon.services_words or reading.text[following.start].isupper()
            ):
                break
        run.append(word)
        if len(run) >= _LONGEST and not titled:
            break
    return run


def _trim(reading: Reading, run: list[Word], titled: bool = False) -> list[Word]:
    lexicon = reading.lexicon
    skip = (
        lexicon.articles_words
        if not titled
        else frozenset(
            {
                "as",
                "it",
                "the",
                "event",
                "is",
                "be",
                "use",
                "should",
                "title",
                "name",
                "to",
                "for",
                "de",
                "el",
                "la",
            }
        )
    )
    while run and (run[0].text in skip or run[0].is_mark):
        if titled and run[0].text in ("the", "el", "la") and reading.text[run[0].start].isupper():
            break
        run = run[1:]
    while run and (
        run[-1].text in lexicon.joins_words
        or run[-1].text in lexicon.articles_words
        or run[-1].is_mark
        or len(run) > 2
        and not titled
        and run[-1].text in lexicon.people_words
        and run[-2].text in lexicon.joins_words
    ):  # "turno con la pediatra para mi nene"
        run = run[:-1]
    return run


def _candidate(
    reading: Reading,
    index: int,
    first: int,
    weight: float,
    taken: list[tuple[int, int]],
    *,
    titled: bool = False,
) -> list[Candidate]:
    run = _trim(reading, _run(reading, first, taken, titled), titled)
    if not run:
        return []
    lexicon = reading.lexicon
    names = [w.text for w in run]
    if not titled:
        if all(n in lexicon.people_words or n in lexicon.joins_words for n in names):
            return []
        if all(n in lexicon.desk_words and n not in lexicon.services_words for n in names):
            return []  # "hueco", "un espacio"
        if any(n in lexicon.services_words and n not in lexicon.generic_words for n in names):
            weight += 1
        elif any(n in lexicon.generic_words for n in names):
            weight += 0 if len(names) > 1 else -2.5
        else:
            weight -= 3.5 if weight == READ_BACK else 2 if weight > ASKED else 1.5
        if all(n.isdigit() or n in lexicon.joins_words or n in lexicon.at_words for n in names):
            return []
        if all(reading.text[w.start].isupper() and n not in lexicon.known for w, n in zip(run, names, strict=True)):
            weight -= 1.5  # a person, most likely
    text = reading.text[run[0].start : run[-1].end]
    return [Candidate(text, weight, index, text)]


def _around(
    reading: Reading, index: int, position: int, weight: float, taken: list[tuple[int, int]]
) -> list[Candidate]:
    """The phrase around a service word: what comes after in Spanish, before and after in English."""
    lexicon, first = reading.lexicon, position
    if lexicon.code != "es":
        while first and position - first < 3:
            before = reading.words[first - 1]
            if (
                before.is_mark
                or before.text in lexicon.stops_words
                or before.text in lexicon.articles_words
                or _inside(before, taken)
                or before.text in lexicon.joins_words
            ):
                break
            if any(h.first <= first - 1 < h.last and h.tag not in (Act.INFO,) for h in reading.hits):
                break
            first -= 1
    found = _candidate(reading, index, first, weight, taken)
    if lexicon.code != "es" and found and position + 1 < len(reading.words):
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


def _before(reading: Reading, index: int, last: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """ "Control de Rocky anotado", "intro session booked"."""
    lexicon, first = reading.lexicon, last
    while first and last - first < 6:
        word = reading.words[first - 1]
        if word.is_mark or word.text in lexicon.stops_words or _inside(word, taken):
            break
        first -= 1
    run = reading.words[first:last]
    if (
        lexicon.code == "es" and run and run[0].text in ("su", "tu") and len(run) <= 5
    ):  # "su resonancia está programada"
        named = [w for w in run[1:] if w.text not in ("esta", "ha", "sido", "is", "has", "been", "queda")]
        if named:
            text = reading.text[named[0].start : named[-1].end]
            return [Candidate(text, READ_BACK, index, text)]
    head = next((i for i, w in enumerate(run) if w.text in lexicon.services_words), None)
    if head is None or lexicon.code == "es" and not run[head:]:
        return []
    run = run[head:] if lexicon.code == "es" else run
    found = _candidate(reading, index, reading.words.index(run[0]), READ_BACK, taken)
    return [c for c in found if c.quote and reading.text.find(c.quote) + len(c.quote) <= reading.words[last].end][:1]


def _for_the_title(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """ "Put Movie night for the title", "Movie Show should be the name"."""
    if reading.lexicon.code != "en":
        return []
    texts = [w.text for w in reading.words]
    for i in range(len(texts) - 2):
        ahead = {"title", "name", "label"} & set(texts[i + 1 : i + 4])
        if (
            texts[i] in ("as", "for", "at", "is")
            and ahead
            or texts[i : i + 2] == ["should", "be"]
            and {"title", "name", "label"} & set(texts[i + 2 : i + 5])
        ):
            first = i
            while (
                first
                and not reading.words[first - 1].is_mark
                and texts[first - 1]
                not in (
                    "put",
                    "use",
                    "add",
                    "using",
                    "with",
                    "name",
                    "set",
                    "titled",
                    "please",
                    "call",
                    "want",
                    "like",
                    "it",
                    "and",
                    "mark",
                    "make",
                    "have",
                    "save",
                    "try",
                    "list",
                    "is",
                    "keep",
                    "give",
                )
            ):
                first -= 1
            run = _trim(reading, [w for w in reading.words[first:i] if not _inside(w, taken)], titled=True)
            if run:
                text = reading.text[run[0].start : run[-1].end]
                return [Candidate(text, TITLED + 1, index, text)]
    return []


def _answer(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """What answers "what is it about?": the first stretch that says more than yes."""
    lexicon = reading.lexicon
    for segment in _stretches(reading):
        words = list(segment)
        while words and (_inside(words[0], taken) or words[0].is_mark or words[0].text in lexicon.answers_words):
            words.pop(0)
        run: list[Word] = []
        for word in words:
            if (
                word.is_mark
                and word.text not in ":,"
                or word.text in ("porfa", "please", "gracias", "thanks")
                or _inside(word, taken)
            ):
                break
            run.append(word)
        run = _trim(reading, run)
        plain = [w.text for w in run if not w.is_mark]
        if not plain or all(p in lexicon.stops_words or p in lexicon.joins_words for p in plain):
            continue
        first, last = reading.words.index(run[0]), reading.words.index(run[-1]) + 1
        covered = sum(
            min(h.last, last) - max(h.first, first)
            for h in reading.hits
            if h.first < last and h.last > first and h.tag in (Act.ACCEPT, Act.REFUSE, Act.HEDGE, Act.CANNOT)
        )
        if covered >= len(plain):
            continue
        text = reading.text[run[0].start : run[-1].end]
        return [Candidate(text, ANSWERED if len(plain) <= 7 else ANSWERED - 3.5, index, text)]
    return []


def _stretches(reading: Reading) -> list[list[Word]]:
    """The words sentence by sentence."""
    sentences: dict[int, list[Word]] = {}
    for segment in reading.segments:
        sentences.setdefault(segment.sentence, []).extend(reading.words[segment.first : segment.last])
    return list(sentences.values())
