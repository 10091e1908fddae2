"""One message, understood by itself: language, stretches of talk with their acts, and the moments named in them."""

import datetime as dt
import re
from dataclasses import dataclass, field

from app.extraction.rules.acts import NEGATIVE, NOISE, Act
from app.extraction.rules.addresses import address_spans
from app.extraction.rules.conceding import conceded
from app.extraction.rules.lang import LEXICONS, Lexicon
from app.extraction.rules.listing import markers, without_markers
from app.extraction.rules.meaning import meant
from app.extraction.rules.moments import moments as find_moments
from app.extraction.rules.segments import Segment, segments_of
from app.extraction.rules.uses import Mention, Use, use_of
from app.extraction.rules.words import Hit, Words, fold
from app.temporal import Expect, TimeExpression, impossible_days

__all__ = ["Mention", "Reading", "Use", "language_of", "read"]

#: A promise of one of these, with day and hour, may be the thing itself.
_TOLD = ("confirm", "call")
_ASKED_BARE = frozenset({Act.ASK_DAY, Act.ASK_TIME, Act.ASK_TITLE, Act.ASK_NAME, Act.ASK_PLACE})


@dataclass(slots=True)
class Reading:
    """A message understood by itself."""

    text: str
    folded: str
    lexicon: Lexicon
    words: Words
    segments: list[Segment]
    mentions: list[Mention]
    acts: set[Act]
    hits: list[Hit[Act]]
    choice: int | None
    addresses: list[tuple[int, int]]
    listed: bool = False  # a numbered list stands in it
    impossible: bool = False  # a day stands in it that no calendar has
    pointers: list[Hit[str]] = field(default_factory=list)  # see `Lexicon.pointers`
    asks: bool = field(init=False)  # whether any of its segments does

    def __post_init__(self) -> None:
        self.asks = any(s.asks for s in self.segments)

    def has(self, *acts: Act) -> bool:
        return not self.acts.isdisjoint(acts)

    @property
    def is_short(self) -> bool:
        return self.words.plain <= 6

    def span_of(self, hit: Hit[Act]) -> tuple[int, int]:
        return self.words[hit.first].start, self.words[hit.last - 1].end

    def only_could(self, first: int) -> bool:
        """Whether a word of ability stands shortly before: "puedo agendar, mover o cancelar tus citas" does nothing."""
        return any(w.text in self.lexicon.modals_words for w in self.words[max(0, first - 8) : first])

    def segment_of(self, word: int) -> Segment:
        """The segment in which a word (by index) stands."""
        return next((s for s in self.segments if s.first <= word < s.last), self.segments[-1])

    @property
    def besides_moments(self) -> set[str]:
        """Its words, without those of a time expression ("since last night")."""
        spans = [(m.start, m.end) for m in self.mentions]
        return {w.text for w in self.words if not any(a <= w.start < b for a, b in spans)}

    def quote(self, *acts: Act) -> str:
        """The words of the first of these acts, else the whole message."""
        span = self.first_hit(*acts)
        return self.text[span[0] : span[1]] if span else self.text.strip()

    @property
    def books(self) -> bool:
        """Whether it says that something is noted, and not what stands in a calendar."""
        return any(Act.CONFIRM in s.acts and Act.READOUT not in s.acts for s in self.segments)

    def first_hit(self, *acts: Act) -> tuple[int, int] | None:
        """Where the first of these acts stands."""
        for hit in self.hits:
            if hit.tag in acts:
                return self.span_of(hit)
        return None


def language_of(words: list[str], fallback: str) -> str:
    """The language with more of its frequent words among these, then of all its words; `fallback` on a tie. Numbers are
    of no language."""
    scores = {code: sum(filter(None, map(lexicon.weights.get, words))) for code, lexicon in LEXICONS.items()}
    best, most = fallback, scores[fallback]
    for code, found in scores.items():
        if found > most:
            best, most = code, found
    return best


_DOCUMENT = re.compile(r"^\[Document\].*", re.MULTILINE)


def read(text: str, at: dt.datetime, *, lang: str, expect: Expect | None = None, sifted: bool = False) -> Reading:
    """Understand `text`, sent at `at` (aware), in `lang`. `expect` ("time" or "date") says what was asked, so that a
    bare number may be one; `sifted` leaves out days that no calendar has. What stands in a document, or in its name,
    was not said by whoever sent it."""
    if "[Document]" in text:
        text = _DOCUMENT.sub(lambda line: " " * len(line[0]), text)
    numbers = markers(text)
    listed, counted = bool(numbers), without_markers(text, numbers)
    impossible = impossible_days(fold(counted)) if sifted else []
    for start, end in impossible:
        counted = counted[:start] + "," + " " * (end - start - 1) + counted[end:]
    folded = fold(counted)
    lexicon = LEXICONS[lang]
    words = lexicon.words(folded)
    addresses = address_spans(text, lang)
    moments = find_moments(counted, folded, words, at, lexicon, expect=expect, addresses=addresses)
    inside = [(m.span[0], m.span[1]) for m in moments]
    hits = _put_off(meant(lexicon.phrases.find(words), words, moments, lexicon, text), moments)
    segments = segments_of(folded, words, hits, inside, lexicon)
    vain = conceded(segments, words, inside) + _not_asked(hits, segments, words, lexicon)
    if vain:
        hits = [h for h in hits if h not in vain]
        for segment in segments:
            segment.hits = [h for h in segment.hits if h not in vain]
            segment.acts = {h.tag for h in segment.hits}
    acts, pointers = {h.tag for h in hits}, lexicon.pointers.find(words)
    reading = Reading(
        text, folded, lexicon, words, segments, [], acts, hits, None, addresses, listed, bool(impossible), pointers
    )
    for moment in moments:
        holding = next((s for s in segments if s.start <= moment.span[0] < s.end), segments[-1] if segments else None)
        if holding is not None:
            reading.mentions.append(Mention(moment, holding, indefinite=_any_day(moment, folded, lexicon)))
    _give_uses(reading)
    reading.choice = _choice(reading, inside)
    return reading


def _put_off(hits: list[Hit[Act]], moments: list[TimeExpression]) -> list[Hit[Act]]:
    """ "Lo vemos mañana a las 4" puts nothing off."""
    if not any(m.time for m in moments):
        return hits
    meets = {(h.first, h.last) for h in hits if h.tag is Act.SEE_YOU}
    return [h for h in hits if h.tag not in (Act.HEDGE, Act.PROMISE) or (h.first, h.last) not in meets]


def _not_asked(hits: list[Hit[Act]], segments: list[Segment], words: Words, lexicon: Lexicon) -> list[Hit[Act]]:
    """ "Dirección" asks with a question mark alone, "dónde" without one too."""
    return [
        h
        for h in hits
        if h.last - h.first == 1
        and h.tag in _ASKED_BARE
        and words[h.first].text not in lexicon.questions_words
        and not any(s.asks and s.first <= h.first < s.last for s in segments)
    ]


def _give_uses(reading: Reading) -> None:
    """Say of each mention what it is named for."""
    requested = {s.sentence for s in reading.segments if Act.REQUEST in s.acts}
    _spread_hours(reading)
    wants = {Act.REQUEST, Act.WANT, Act.MOVE, Act.ACCEPT, Act.CONFIRM}
    beside = Act.ASIDE in reading.acts and not reading.acts & wants
    for mention in reading.mentions:
        aside = beside or _promised(reading, mention) or _occasion(reading, mention)
        mention.use = Use.NOISE if aside else use_of(mention, requested)
        if mention.use is Use.NOISE and not aside and _before_the_reason(reading, mention):
            mention.use = Use.PROPOSE
    _leave_out_reasons(reading)
    _leave_out_the_past(reading)


def _spread_hours(reading: Reading) -> None:
    """Opening hours and what is read out are so of the whole sentence, or of the whole question."""
    for act in (Act.HOURS, Act.READOUT):  # "de 10 a 18 horas, los sábados cerramos a las 14"
        told = {s.sentence for s in reading.segments if act in s.acts and not s.asks}
        for mention in reading.mentions:
            if (
                mention.segment.sentence in told
                and not mention.segment.asks
                and (mention.when.date is None or mention.when.weekday is not None)
                and (act is Act.READOUT or mention.when.end_time is not None)
            ):
                mention.segment.acts.add(act)
    asked = any(s.asks and Act.HOURS in s.acts for s in reading.segments)
    if asked and not reading.acts & {Act.REQUEST, Act.WANT, Act.ASK_FREE, Act.MOVE, Act.OFFER}:
        for segment in reading.segments:  # "el domingo a las 16 juega Boca, ¿abren igual?"
            if segment.asks:
                segment.acts.add(Act.HOURS)


def _leave_out_the_past(reading: Reading) -> None:
    """ "Came at 5 instead of 3 yesterday"."""
    for mention in reading.mentions:
        when = mention.when
        if Act.PAST in mention.segment.acts and when.date and when.date < when.reference.date():
            for other in reading.mentions:
                if other.segment is mention.segment:
                    other.use = Use.NOISE


def _leave_out_reasons(reading: Reading) -> None:
    """ "El lunes mejor, porque el viernes hay fiesta": the second moment is why."""
    reasons = reading.lexicon.reasons_words
    why = [m for m in reading.mentions if reading.words[m.segment.first].text in reasons]
    if why and len(why) < len(reading.mentions):
        for mention in why:
            if mention.use is Use.PROPOSE and not mention.segment.asks:
                mention.use = Use.NOISE
                mention.segment.acts.add(Act.BUSY)


def _any_day(moment: TimeExpression, folded: str, lexicon: Lexicon) -> bool:
    """ "Un viernes", "any evening": no day that one could say the date of."""
    if moment.weekday is None and moment.part_of_day is None or moment.time and moment.date is None:
        return False
    said = folded[slice(*moment.span)].split()
    before = folded[: moment.span[0]].split()
    first = said[0] if said else ""
    return first in lexicon.indefinite_words or bool(before) and before[-1] in lexicon.indefinite_words


def _promised(reading: Reading, mention: Mention) -> bool:
    """ "Te confirmo mañana", "luego a las 5 te escribo": when somebody will answer.

    "Te confirmo" with both day and hour may confirm them.
    """
    whole = mention.when.date and mention.when.time
    for hit in mention.segment.hits:
        if hit.tag is Act.PROMISE:
            start, end = reading.span_of(hit)
            if whole and (mention.segment.asks or any(w in reading.folded[start:end] for w in _TOLD)):
                continue  # "¿hablamos mañana a las 4?", "I'll call you Monday at 2"
            between = (
                reading.folded[end : mention.start] if end <= mention.start else reading.folded[mention.end : start]
            )
            if len(between.split()) <= 2:
                return True
    return False


def _occasion(reading: Reading, mention: Mention) -> bool:
    """ "Un vestido para una boda el 30": the day of what the thing is for, which other days may be counted from."""
    if Act.OCCASION not in mention.segment.acts:
        return False
    if mention.when.time:  # "corte el viernes a las 10, que tengo una boda a las 12"
        others = [m.when for m in reading.mentions if Act.OCCASION not in m.segment.acts]
        return any(when.date and when.time for when in others)
    ends = [reading.span_of(h)[1] for h in mention.segment.hits if h.tag is Act.OCCASION]
    return any(end <= mention.start and len(reading.folded[end : mention.start].split()) <= 3 for end in ends)


def _before_the_reason(reading: Reading, mention: Mention) -> bool:
    """ "Quiero corte el viernes a las 10 y salgo a las 12": what is wished for first, then what they do themselves."""
    acts = mention.segment.acts
    if acts & NOISE != {Act.BUSY} or acts & NEGATIVE or not (mention.when.date and mention.when.time):
        return False
    spans = [(h.tag, *reading.span_of(h)) for h in mention.segment.hits]
    wished = any(tag in (Act.WANT, Act.REQUEST) and end <= mention.start for tag, _, end in spans)
    busy = [start for tag, start, _ in spans if tag is Act.BUSY]
    return wished and all(start >= mention.end for start in busy)


def _choice(reading: Reading, spans: list[tuple[int, int]]) -> int | None:
    """The ordinal chosen ("la segunda"), 1-based, -1 for the last."""
    found = reading.lexicon.number_of.find(reading.words)
    found = [
        h
        for h in found
        if not any(
            a <= reading.words[h.first].start < b and reading.words[h.last - 1].end <= b and h.last - h.first == 1
            for a, b in spans
        )
    ]
    if len(found) == 1:
        hit = found[0]
        bare = hit.last - hit.first == 1
        plain = [w for w in reading.words if not w.is_mark]
        if not bare or len(plain) <= 4:
            return hit.tag
    if not found and reading.is_short:
        first = next((w.text for w in reading.words if not w.is_mark), "")
        if first in ("1", "2", "3", "4", "5", "6"):
            return int(first)
    return None
