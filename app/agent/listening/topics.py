"""What an appointment is said to be about outright ("sobre plan anual", "tema ventas", "about hiring"), in whatever
words: `extraction.rules` knows a subject by its nouns; and where one message speaks of several appointments.
"""

import itertools
import re
from collections.abc import Callable, Sequence

from app.agent.listening.aim import is_generic
from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Mention, Reading, Use
from app.extraction.rules.subjects import NAMED, label_before, subjects
from app.extraction.rules.words import fold

_LEADS = {
    "es": frozenset("sobre tema asunto motivo acerca".split()),
    "en": frozenset("about regarding topic subject concerning".split()),
}
_SOFT = {"es": frozenset({"para"}), "en": frozenset({"for"})}
_SKIPPED = frozenset("el la los las un una de del mi es the a an my our is of on : - ".split())
_NO_TOPIC = frozenset(
    """todo eso esto ella ello ellos que cuando cual it that this what you me us him her them yourself something algo
    poder saber mi mis ti su sus usted ustedes mañana manana hoy otro otra dos tres cuatro un una two three four now
    my your our their his everyone todos allá alla aca ahora""".split()
)
_ENDS = frozenset("gracias por porfa porfavor please thanks thank si if puede pueden podria quiero otra otro".split())
_LOOSE = frozenset("el la los las a al de del para en con y o e on at for the in and with to from or of".split())
_LONGEST, _LABEL = 7, 3
_OURS = frozenset({"my", "our"})
_FILLERS = frozenset("one another too also otra otro una uno mas mi my también tambien well as for para".split())
OTHER = re.compile(r"(?i)[,;.]?\s*\b(?:(?:y|e|and|plus|tambi[eé]n|adem[aá]s)\s+)?(?:otr[oa]|another|the other)\b")
_AND = re.compile(r"(?i)\s*\b(?:y|and|plus)\b\s|[;\n]\s*")
_COMMA = re.compile(r",\s*")
ADDS = frozenset({"y", "e", "tambien", "ademas", "and", "also", "plus"})
_UNSETTLED = frozenset({Act.CANNOT, Act.REFUSE, Act.MOVE, Act.CANCEL, Act.PAST, Act.OTHERS})


def topic(reading: Reading, *, soft: bool = False) -> str | None:
    """The words after "sobre", "tema", "about"; with `soft` also those after "para", "for"."""
    leads = (_SOFT if soft else _LEADS)[reading.lexicon.code]
    words = reading.words
    for n, lead in enumerate(words):
        if lead.text not in leads or _in_moment(reading, lead.start):
            continue
        first = n + 1
        while first < len(words) and words[first].text in _SKIPPED and not _in_moment(reading, words[first].start):
            first += 1
        if soft and any(w.text in _OURS for w in words[n:first]):
            continue  # "for my son" says for whom
        last = first
        while last < len(words) and last - first < _LONGEST and not _stops(reading, last):
            last += 1
        while last > first and words[last - 1].text in _LOOSE:
            last -= 1
        if last == first or words[first].text in _NO_TOPIC or words[first].text[:1].isdigit():
            continue
        text = reading.text[words[first].start : words[last - 1].end]
        if not is_generic(reading, text):
            return text
    return None


def has_own(reading: Reading, person: str | None) -> bool:
    """Whether the message says itself what it is about, and not only for whom."""
    if topic(reading) or (person is None and topic(reading, soft=True)):
        return True
    for candidate in subjects(reading, 0, answering=False):
        words = set(fold(candidate.text).split()) - set(fold(person or "").split())
        if words - reading.lexicon.generic_words - _FILLERS and candidate.weight >= NAMED:
            return True
    return False


def adds_service(reading: Reading, *, known: str | None) -> bool:
    """ "Y pedicura a las 16": with a subject of its own, another than the `known` one."""
    words = [w.text for w in reading.words if not w.is_mark]
    if not words or words[0] not in ADDS or reading.acts & _UNSETTLED or known is None or reading.asks:
        return False
    if not any(m.use is Use.PROPOSE and m.when.time for m in reading.mentions):
        return False
    said = [c.text for c in subjects(reading, 0, answering=False) if c.weight >= NAMED]
    return any(not is_generic(reading, text) and text.casefold() not in known.casefold() for text in said)


def appointments(reading: Reading, read: Callable[[str], Reading], *, day_known: bool = False) -> list[str]:
    """The message in pieces, one for each appointment with a subject and a moment of its own; else one piece.

    The moment of all but the first may be an hour of the same day, where the piece is an item of a list ("a shave at
    11"). `day_known`: the day has been said before, and hours will do ("el corte a las 4 y el peinado a las 5")."""
    dated = [m for m in reading.mentions if _dated(m)]
    if not (dated or day_known) or reading.acts & _UNSETTLED:
        return [reading.text]
    timed = [m for m in reading.mentions if _dated(m) or (m.use is Use.PROPOSE and m.when.time)]
    for moments in (timed, dated) if len(timed) > len(dated) else (dated,):
        pieces = between(reading, moments)
        parts = [read(piece) for piece in pieces] if len(pieces) > 1 else []
        named = bool(reading.acts & {Act.REQUEST, Act.WANT}) or any(has_own(part, None) for part in parts)
        if parts and (day_known or _is_dated(parts[0])) and all(_whole(part, named=named) for part in parts):
            return pieces
    return [reading.text]


def between(reading: Reading, moments: Sequence[Mention]) -> list[str]:
    """The text cut between the moments, where words join what follows."""
    cuts = []
    for before, after in itertools.pairwise(moments):
        gap = reading.text[before.end : after.start]
        found = list(OTHER.finditer(gap)) or list(_AND.finditer(gap)) or list(_COMMA.finditer(gap))
        if found:
            cuts.append(before.end + found[-1].start())
    return [_asking(reading, a, b) for a, b in itertools.pairwise([0, *cuts, len(reading.text)])]


def _asking(reading: Reading, start: int, end: int) -> str:
    """A piece of the text, with the mark of the question that it is the beginning of."""
    text = reading.text[start:end]
    last = next((s for s in reversed(reading.segments) if s.start < end), None)
    return text + "?" if last and last.asks and "?" not in text else text


def headed(piece: Reading) -> str:
    """The piece with "para" before a subject that nothing but its place shows: "encerado el 2 a las 9"."""
    label = None if has_own(piece, None) else _label(piece)
    return (
        f"{'for' if piece.lexicon.code == 'en' else 'para'} {piece.text[label:]}" if label is not None else piece.text
    )


def _label(piece: Reading) -> int | None:
    """Where a name of one to three unknown words begins that stands right before the moment."""
    first = next((m for m in piece.mentions if m.use is Use.PROPOSE and m.when.time), None)
    words = [w for w in piece.words if first and w.end <= first.start]
    while words and (words[0].is_mark or words[0].text in ADDS | piece.lexicon.articles_words):
        words.pop(0)
    while words and words[-1].text in piece.lexicon.articles_words | piece.lexicon.joins_words:
        words.pop()
    known = piece.lexicon.known | piece.lexicon.common_words
    plain = 0 < len(words) <= _LABEL and not any(w.is_mark or w.text in known for w in words)
    return words[0].start if plain else None


def _whole(piece: Reading, *, named: bool) -> bool:
    """Whether it has a subject and a moment; `named`: some piece is sure to be an appointment."""
    if _is_dated(piece):
        return has_own(piece, None) or (named and _label(piece) is not None)
    moment = next((m for m in piece.mentions if m.when.time), None)
    if moment is None:
        return False
    words = [w for w in piece.words if w.end <= moment.start and not w.is_mark]
    while words and words[0].text in ADDS | piece.lexicon.determined_words:
        words.pop(0)
    span = label_before(piece, moment.start, 0)
    item = span is not None and bool(words) and words[0].start == span[0]
    return 0 < len(words) <= _LABEL and (item or _label(piece) is not None)


def _is_dated(piece: Reading) -> bool:
    return any(_dated(m) for m in piece.mentions)


def _dated(mention: Mention) -> bool:
    """Whether it proposes a day, be it that of the one before ("el mismo día a las 10")."""
    e = mention.when
    return mention.use is Use.PROPOSE and bool(e.date or (e.shift and e.shift.same_day))


def _stops(reading: Reading, position: int) -> bool:
    word = reading.words[position]
    return word.is_mark or word.text in _ENDS or _in_moment(reading, word.start)


def _in_moment(reading: Reading, at: int) -> bool:
    return any(m.start <= at < m.end for m in reading.mentions)
