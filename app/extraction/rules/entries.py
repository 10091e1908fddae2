"""Titles found by where they stand: in quotes, as the object of a verb that enters them, after "a reminder to"."""

import re

from app.extraction.rules.acts import Act
from app.extraction.rules.lang.idioms import PLURAL_VERBS, idioms
from app.extraction.rules.phrases import (
    ASKED,
    LONGEST,
    NAMED,
    PROBLEM,
    TITLED,
    candidate,
    in_noise,
    inside,
    run_from,
    trimmed,
)
from app.extraction.rules.plan import Candidate
from app.extraction.rules.reading import Reading
from app.extraction.rules.words import Word

_TITLES = idioms("title_words")
_QUOTED = re.compile(r"[\"“«]([^\"“”«»\n]{3,60})[\"”»]")
_WHAT_TO_DO = frozenset({Act.REQUEST, Act.CANCEL, Act.MOVE, Act.QUERY, Act.LOOKUP, Act.CONFIRM, Act.PROMISE})


def quoted(reading: Reading, index: int) -> list[Candidate]:
    """ "Add event “An evening with Ana”": what stands in quotes, where something is to be entered or named."""
    if not reading.has(Act.REQUEST, Act.TITLED):
        return []
    found = [match.group(1).strip() for match in _QUOTED.finditer(reading.text)]
    return [Candidate(text, TITLED + 1, index, text) for text in found if any(c.isalpha() for c in text)][:1]


def entered(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """What is to be entered, up to its moment or the calendar: "add hair and makeup trial to my calendar"."""
    lexicon, found = reading.lexicon, list[Candidate]()
    for hit in reading.hits:
        verb = hit.tag is Act.REQUEST and any(
            w.text in lexicon.enters_words for w in reading.words[hit.first : hit.last]
        )
        if not verb or hit.last >= len(reading.words) or in_noise(reading, hit.first):
            continue
        run = trimmed(reading, run_from(reading, hit.last, taken, titled=True), titled=True)
        if not run or not run[0].text[0].isalnum() or run[0].text in lexicon.persons_words:
            continue
        at = reading.words.index(run[-1]) + 1
        ends = at < len(reading.words) and inside(reading.words[at], taken)
        calendar = any(h.tag is Act.CALENDAR and h.first >= at for h in reading.hits)
        empty = (
            lexicon.generic_words
            | lexicon.desk_words
            | lexicon.fields_words
            | lexicon.stops_words
            | lexicon.joins_words
        )
        if not (ends or calendar) or len(run) > LONGEST or all(w.text in empty for w in run):
            continue
        text = reading.text[run[0].start : run[-1].end]
        found.append(Candidate(text, ASKED + (1.5 if calendar else 0), index, text))
    if Act.REQUEST not in reading.acts:
        return found
    return found + _after_colon(reading, index, taken) + _titled(reading, index, taken) + _told(reading, index, taken)


def _titled(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """ "Put it in my calendar, title Hair day": a stretch that begins with what it is."""
    lexicon = reading.lexicon
    for segment in reading.segments:
        word = reading.words[segment.first]
        if segment.asks or word.text not in lexicon.asked_fields_words or segment.last - segment.first < 2:
            continue
        if reading.words[segment.first + 1].text not in lexicon.linking_words:
            return candidate(reading, index, segment.first + 1, TITLED, taken, titled=True)
    return []


def _told(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """ "We have parent evening on Wednesday at 5, put it on my calendar": what stands before the moment."""
    lexicon = reading.lexicon
    first = next((m for m in reading.mentions if m.when.time or m.when.date), None)
    if first is None or Act.CALENDAR not in reading.acts:
        return []
    words = [w for w in reading.words if w.end <= first.start]
    if len(words) < 3 or words[0].text not in lexicon.stops_words or words[1].text not in lexicon.having_words:
        return []
    run = trimmed(reading, words[2:])
    if not run or len(run) > LONGEST or any(w.is_mark or w.text in lexicon.stops_words for w in run):
        return []
    text = reading.text[run[0].start : run[-1].end]
    return [Candidate(text, ASKED, index, text)]


def _after_colon(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """ "Make an entry: Moving day at 3388 Pine Street": what is to be entered stands behind the mark."""
    lexicon, words = reading.lexicon, reading.words
    if ":" not in reading.text:
        return []
    requested = {s.sentence for s in reading.segments if Act.REQUEST in s.acts}
    for position, word in enumerate(words[1:-1], 1):
        named = words[position - 1].text in lexicon.generic_words | lexicon.desk_words
        if word.text != ":" or not named or reading.segment_of(position - 1).sentence not in requested:
            continue
        run = trimmed(reading, run_from(reading, position + 1, taken, titled=True), titled=True)
        if run and len(run) <= LONGEST and not all(w.text in lexicon.stops_words for w in run):
            text = reading.text[run[0].start : run[-1].end]
            return [Candidate(text, ASKED + 1.5, index, text)]
    return []


def purposes(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """ "A reminder to speak with Ana", "time on Friday to meditate", "recuérdame comprar el regalo"."""
    lexicon, found = reading.lexicon, list[Candidate]()
    for purpose in lexicon.purposed.find(reading.words):
        first = purpose.last
        if any(h.first <= first < h.last and h.tag in _WHAT_TO_DO for h in reading.hits) or in_noise(reading, first):
            continue
        run = trimmed(reading, run_from(reading, first, taken, titled=True), titled=True)
        if not run or run[0] is not reading.words[first] or len(run) > LONGEST:
            continue
        if run[0].text in lexicon.stops_words:
            continue  # "I'll be there"
        text = reading.text[run[0].start : run[-1].end]
        found.append(Candidate(text, ASKED - 0.5, index, text))
    return found


def headline(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """ "Track meet friday 8 pm": a message that is nothing but a name and its moment."""
    first = next((m for m in reading.mentions if m.when.time or m.when.date), None)
    if first is None or reading.acts - {Act.LASTS, Act.ACCEPT}:
        return []
    words = [w for w in reading.words if w.end <= first.start]
    while words and words[-1].text in reading.lexicon.at_words | reading.lexicon.joins_words:
        words.pop()
    known = reading.lexicon.stops_words | reading.lexicon.answers_words | reading.lexicon.also_words
    alone = len(words) == 1 and (words[0].text in reading.lexicon.services_words or _is_plain_noun(reading, words[0]))
    if not (alone or 1 < len(words) <= 5) or any(w.is_mark or w.text in known for w in words):
        return []
    text = reading.text[words[0].start : words[-1].end]
    return [Candidate(text, NAMED, index, text)]


def _is_plain_noun(reading: Reading, word: Word) -> bool:
    """ "Physio friday 8 am" may be a person's name; "physio friday" is none."""
    return reading.text[word.start].islower() and word.text not in reading.lexicon.common_words and len(word.text) > 3


def asked_about(reading: Reading, index: int) -> list[Candidate]:
    """ "Piano tuning on Friday?", "¿afinación el jueves?": what stands before the moment in a question of its own."""
    lexicon = reading.lexicon
    for mention in reading.mentions:
        segment = mention.segment
        if not segment.asks or segment.acts - {Act.ASK_FREE} or mention.when.date is None:
            continue
        words = [w for w in reading.words[segment.first : segment.last] if w.end <= mention.start and not w.is_mark]
        while words and words[-1].text in lexicon.at_words | lexicon.joins_words | lexicon.articles_words:
            words.pop()
        while words and words[0].text in lexicon.articles_words | lexicon.also_words:
            words = words[1:]
        inner = any(
            w.text in lexicon.known and w.text not in lexicon.services_words and w.text not in lexicon.joins_words
            for w in words
        )
        named = all(reading.text[w.start].isupper() for w in words)
        if not 1 <= len(words) <= 4 or inner or named or in_noise(reading, segment.first):
            continue
        text = reading.text[words[0].start : words[-1].end]
        return [Candidate(text, NAMED - 1, index, text)]
    return []


def priced(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """ "¿Cuánto sale la tasación?", "how much is a damp survey": what the price is asked of, for want of better."""
    lexicon, words = reading.lexicon, reading.words
    for hit in reading.hits:
        if hit.tag is not Act.PRICE or not reading.segment_of(hit.first).asks and hit.last - hit.first < 2:
            continue
        first = hit.last
        while first < len(words) and words[first].text in lexicon.linking_words | lexicon.articles_words:
            first += 1
        if first < len(words) and not words[first].is_mark:
            return candidate(reading, index, first, NAMED - 1, taken)
    return []


def yours(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """ "A reminder of your fitting tomorrow": what the business calls the customer's, right before its moment."""
    lexicon, words = reading.lexicon, reading.words
    if not reading.has(Act.REMIND, Act.CONFIRM):
        return []
    if lexicon.owned_words.isdisjoint(words.said):
        return []
    for position, word in enumerate(words[:-1]):
        if word.text not in lexicon.owned_words:
            continue
        run = trimmed(reading, run_from(reading, position + 1, taken))
        after = words.index(run[-1]) + 1 if run else 0
        ends = run and after < len(words) and (inside(words[after], taken) or words[after].text in lexicon.at_words)
        linked = run and after < len(words) and words[after].text in lexicon.linking_words
        if not (ends or linked) or any(w.text in lexicon.desk_words for w in run):
            continue  # "your delivery slot"
        if run[0].text in lexicon.services_words or run[0].text not in lexicon.known:
            return candidate(reading, index, position + 1, NAMED, taken)
    return []


def ails(reading: Reading, index: int) -> list[Candidate]:
    """ "AC stopped blowing cold", "the garage door won't close": what stands before the trouble."""
    lexicon, words = reading.lexicon, reading.words
    for trouble in lexicon.ailing.find(words):
        segment = reading.segment_of(trouble.first)
        run = [w for w in words[segment.first : trouble.first] if not w.is_mark]
        while run and run[0].text in lexicon.determined_words | lexicon.stops_words | lexicon.answers_words:
            run = run[1:]
        plain = any(lexicon.is_plain(w.text) for w in run) or segment.asks
        if not 1 <= len(run) <= 4 or plain or run[0].text in lexicon.people_words | lexicon.persons_words:
            continue
        text = reading.text[run[0].start : run[-1].end]
        return [Candidate(text, PROBLEM + 1.7, index, text)]
    return []


def work_asked(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """ "Do you fix cracked screens?", "¿afilan cuchillos?": the work that somebody asks whether it is done."""
    lexicon, words = reading.lexicon, reading.words
    starts = [hit.last for hit in reading.pointers if hit.tag == "works"]
    if lexicon.head_first:
        starts += [s.first + words[s.first].is_mark for s in reading.segments if s.asks and not s.acts]
    for first in starts:
        if first >= len(words) or lexicon.is_plain(words[first].text) or len(words[first].text) < 3:
            continue
        if any(hit.first <= first < hit.last for hit in reading.hits):
            continue
        verb = words[first].text
        if lexicon.head_first and (len(verb) < 5 or not verb.endswith(PLURAL_VERBS)):
            continue
        run = trimmed(reading, run_from(reading, first, taken))
        if len(run) < 2 or run[0] is not words[first] or in_noise(reading, first):
            continue
        text = reading.text[run[0].start : run[-1].end]
        named = verb[:-1] + "r" + text[len(verb) :] if lexicon.head_first else text
        return [Candidate(named, NAMED - 1, index, text)]
    return []


def for_the_title(reading: Reading, index: int, taken: list[tuple[int, int]]) -> list[Candidate]:
    """ "Put Movie night for the title", "Movie Show should be the name"."""
    givers = reading.lexicon.title_givers_words
    if not givers or _TITLES.isdisjoint(reading.words.said):
        return []
    texts = reading.words.texts
    for i in range(len(texts) - 2):
        ahead = _TITLES & set(texts[i + 1 : i + 4])
        if (
            texts[i] in idioms("title_leads")
            and ahead
            or " ".join(texts[i : i + 2]) in idioms("titling")
            and _TITLES & set(texts[i + 2 : i + 5])
        ):
            first = i
            while first and _in_title(reading, texts, first - 1, givers):
                first -= 1
            run = trimmed(reading, [w for w in reading.words[first:i] if not inside(w, taken)], titled=True)
            if run:
                text = reading.text[run[0].start : run[-1].end]
                return [Candidate(text, TITLED + 1, index, text)]
    return []


def _in_title(reading: Reading, texts: list[str], position: int, givers: frozenset[str]) -> bool:
    """Whether the word is still of the title, read from its end: a comma is, where a giver ("put") comes before it."""
    if reading.words[position].is_mark:
        if texts[position] != ",":
            return False
        ahead = texts[:position]
        last = max((i for i, text in enumerate(ahead) if text in "?!.;\n"), default=-1)
        return any(text in givers for text in ahead[last + 1 :])
    if texts[position] not in givers:
        return True
    if texts[position] in reading.lexicon.joins_words and position > 1 and not reading.words[position - 1].is_mark:
        before = texts[max(position - 4, 0) : position]  # "use Dinner with Priya for the name"
        plain = texts[position - 1] not in reading.lexicon.stops_words | givers | reading.lexicon.determined_words
        return plain and any(text in givers for text in before[:-1])
    inner = position > 0 and not reading.words[position - 1].is_mark
    return inner and reading.text[reading.words[position].start].isupper()  # "Orthoworks And Orthodontic Group"
