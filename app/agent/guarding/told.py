"""Whether a message only tells of an appointment: somebody else's, one of the past, an advertisement, what might be."""

import re

from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Mention, Reading, Use
from app.extraction.rules.segments import Segment

_ASKS_FOR = frozenset({Act.REQUEST, Act.WANT, Act.ASK_FREE, Act.MOVE})
_DID = (
    "reserv[óo]|agend[óo]|pidi[óo]|sac[óo]|hizo|tiene|ten[íi]a|tuvo|fue|va|cancel[óo]|anul[óo]|cambi[óo]|movi[óo]"
    "|booked|has|had|made|got|scheduled|reserved|is having|is getting|goes|went|cancelled|canceled|moved"
)
# "Ana reservó …", "mi amiga tiene …": a name or a person of theirs before the verb. The case of letters matters.
_SOMEBODY = re.compile(
    r"(?:^|[.,;!] ?|\bque |\bthat )\s*(?:[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+"
    r"|(?:[Mm]i|[Mm]y|[Uu]n[ao]?|[Aa]|[Hh]is|[Hh]er|[Ss]u) \w+)"
    rf"(?: y \w+)? (?:ya )?(?:me |se |le )?({_DID})\b"
)
_NOT_NAMES = re.compile(r"^\W*(?:Hoy|Mañana|Ya|Ella|Usted|Ustedes|Alguien|There|It|He|She|Who|Quien|Quién|Que|Qué)\b")
_TOLD = re.compile(
    r"(?i)\b(?:(?:es|era|is|was) (?:de|para|for|of) (?:mi|una?|my|his|her) \w+|(?:is|was) my \w+'?s|anuncio|publicidad"
    r"|vi que|vi (?:un|el|la|una)|le[íi] que|saw (?:the|an?|your) |advert|(?:me )?(?:dijo|dijeron|cont[óo])|told me)\b"
)
# "Si el viernes llueve …", not "si, el viernes", nor "si tienes lugar".
_IF = re.compile(
    r"(?i)^\W*(?:si|if)\b(?!\W*(?:,|!|\.|$)"
    r"|\W+(?:se puede|tienes|tiene|hay|fuera posible|es posible|puede|it'?s possible|possible|you can))"
)
_MINE = re.compile(
    r"(?i)\b(?:tengo (?:una?|mi) (?:reuni|junta|clase|examen|viaje|vuelo)|i have an? (?:meeting|class|exam|flight))"
)
_CLAUSE_ENDS = re.compile(r"[,.;!]|\b(?:mejor|pero|entonces|so|but)\b")
_OFF = ("cancel", "anul")
_QUOTED = re.compile(r"(?m)^\s*>.*$")


def only_told(reading: Reading, mention: Mention) -> bool:
    """Whether what the message says around this moment is no wish of the customer's."""
    if _only_quoted(reading):
        return True
    text = _sentence(reading, mention.segment)
    if _IF.search(text) and not reading.asks:
        return True
    if reading.acts & _ASKS_FOR or reading.asks:
        return False
    somebody = _SOMEBODY.search(text) and not _NOT_NAMES.search(text) and not _told_of_another(reading, mention)
    return bool(mention.use is Use.NOISE or somebody or _TOLD.search(text) or _MINE.search(text))


def _told_of_another(reading: Reading, mention: Mention) -> bool:
    """ "Mi hijo tiene clase el jueves, mejor el viernes": what is told of stands at a moment of its own."""
    found = _SOMEBODY.search(reading.text)
    between = [
        m for m in reading.mentions if found and found.end() <= m.start and m.end <= mention.start and m.when.date
    ]
    return any(_CLAUSE_ENDS.search(reading.text[m.end : mention.start]) for m in between)


def calls_off_told(reading: Reading) -> bool:
    """ "Mi amiga canceló su masaje": a cancellation that is told of."""
    return any(found.group(1).startswith(_OFF) for found in _SOMEBODY.finditer(reading.text))


def _sentence(reading: Reading, segment: Segment) -> str:
    parts = [s for s in reading.segments if s.sentence == segment.sentence]
    return reading.text[parts[0].start : parts[-1].end] if parts else reading.text


def _only_quoted(reading: Reading) -> bool:
    """Whether the moments stand in lines that quote ("> tu cita es el viernes") and nothing beside them orders it."""
    spans = [m.span() for m in _QUOTED.finditer(reading.text)]

    def inside(place: int) -> bool:
        return any(a <= place < b for a, b in spans)

    orders = any(h.tag in _ASKS_FOR and not inside(reading.words[h.first].start) for h in reading.hits)
    return bool(spans) and not orders and all(inside(m.start) for m in reading.mentions)
