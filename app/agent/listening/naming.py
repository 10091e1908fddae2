"""What a wish is about, and where: subject and place out of a message."""

import re
from dataclasses import replace

from app.agent.evidence import fold
from app.agent.listening.aim import is_generic
from app.agent.listening.hearing import is_noun, orders_move
from app.agent.listening.persons import beside_whom, kin_of, lang_of, people_in, whom
from app.agent.listening.topics import topic
from app.agent.listening.wish import Wish
from app.extraction.rules.acts import Act
from app.extraction.rules.places import VENUE, places
from app.extraction.rules.plan import Candidate
from app.extraction.rules.reading import Reading
from app.extraction.rules.subjects import ASKED, NAMED, READ_BACK, subjects

STARTS = frozenset({Act.REQUEST, Act.WANT, Act.ASK_FREE})
# A place in the diary, before what it is for; and what is left of a date that does not exist.
_FOR_WHAT = {
    "es": re.compile(r"(?i)^(?:lugar|espacio|campo|hueco|huequito|cupo|chance|sitio|disponibilidad|horario)s?"
                     r"(?: (?:para|pa|de)(?: (?:un|una|el|la|los|las|mi))?\b ?|$)"),
    "en": re.compile(r"(?i)^(?:slot|spot|space|opening|availability|time)s?(?: for(?: (?:a|an|the|my))?\b ?|$)"),
}  # fmt: skip
_ORDER = re.compile(
    r"(?i)^(?:agendar|reservar|programar|pedir|sacar|hacer|tener|solicitar|separar|apartar|coordinar|regalar|dar"
    r"|conseguir|book|schedule|make|set up|arrange|get"
    r"|have)\s+(?:(?:una|un|el|la|mi|a|an|the|my)\s+)?(?:(?:cita|turno|hora) (?:para|por) lo (?:de la|de el|del"
    r"|de)\s+)?"
)
_DESK = re.compile(
    r"(?i)^(?:una? |an? )?(?:(?:cita|citita|sita|zita|turno|turnito|hora|ora|horita) (?:para|pa|por)"
    r"|(?:appointment|appt|slot|booking) for)\b ?(?:(?:una?|el|la|los|las|an?|the) )?(?=\w)"
)
# "Para consulta": a thing that is come for, though it says little.
_PURPOSE = re.compile(
    r"\b(?:(?:para|pa) (?:una? )?|for an? )(consulta|tratamiento|prueba|clase|visita|sesion|class|visit|session)\b"
)
_COMPOUND = 3
_DATE_TAIL = re.compile(
    r"(?i)\s+(?:el|para el|on|on the|the)\s+(?:[a-z]{3,9}\s+)?\d{1,2}\b.*$|\s+(?:a las?|at)\s+\d.*$|\s+(?:el"
    r"|la) (?:otro|otra|pr[oó]ximo|pr[oó]xima|siguiente)$|\s+like$"
)


def name(wish: Wish, reading: Reading, *, asked: bool, guess: bool) -> None:
    """Subject and place. `asked`: the subject was asked for; `guess`: a message that says nothing else may be one."""
    asked = asked and not (_wishes_otherwise(reading) or _says_when(reading))
    bare = guess and wish.title is None and not (reading.acts or reading.mentions or reading.asks)
    if asked and wish.title is None and _has_none(reading):
        wish.title = wish.generic
        return
    found = subjects(reading, 0, answering=asked or bare)
    if _wishes_otherwise(reading):
        found = [c for c in found if not _is_order(reading, c)]
    best = next((p for p in places(reading, answering=False) if p.weight >= VENUE), None)
    people = {fold(who) for _, who in people_in(reading)}
    for candidate in _cleaned(_with_topic(found, reading), reading):
        if len(people) > 1 and set(fold(candidate.text).split()) <= people | {"y", "and", "para", "for"}:
            continue
        thing = beside_whom(reading, candidate.text)
        if thing != candidate.text:
            wish.person = wish.person or whom(reading, lang_of(reading))
        candidate = replace(candidate, text=thing)  # noqa: PLW2901
        if not thing:
            continue
        if is_generic(reading, candidate.text):
            says = set(fold(candidate.text).split()) & reading.lexicon.generic_words
            wish.generic = wish.generic or (candidate.text if says else None)
            purpose = _PURPOSE.search(reading.folded)
            if says and wish.title is None and (asked or purpose):
                wish.title = purpose[1] if purpose else candidate.text
        elif best and best.text.casefold() == candidate.text.casefold():
            continue  # "reunión en Café Central"
        elif wish.title is None or candidate.weight > max(wish.title_weight, READ_BACK):
            wish.title, wish.title_weight = _whole(candidate.text, reading), candidate.weight
    if best:
        wish.place = best.text
    kin = kin_of(reading)
    if kin and wish.title and wish.person is None and (reading.acts & STARTS or reading.mentions):
        wish.person = kin


def _whole(title: str, reading: Reading) -> str:
    """With the noun behind it ("oil change"); "un maquillaje y un peinado", for which one moment is asked, is both."""
    end = reading.text.find(title) + len(title)
    behind = next((n for n, w in enumerate(reading.words) if w.start == end + 1), 0) if title in reading.text else 0
    if behind and is_noun(reading, behind):
        title = reading.text[end - len(title) : reading.words[behind].end]
    end = reading.text.find(title) + len(title)
    after = [w for w in reading.words if w.start >= end] if title in reading.text else []
    lexicon = reading.lexicon
    if len(after) < _JOINED or after[0].text not in lexicon.also_words or after[1].text not in lexicon.determined_words:
        return title
    if after[2].text not in lexicon.services_words - lexicon.generic_words:
        return title
    last = next((c.text for c in subjects(reading, 0, answering=False) if fold(c.text).startswith(after[2].text)), None)
    return f"{title} {after[0].text} {last}" if last else title


def without_second(title: str, second: str) -> str:
    """Of "maquillaje y peinado" the first, once the second has a moment of its own."""
    head, joint, tail = title.rpartition(" y " if " y " in title else " and ")
    return head if joint and fold(tail) == fold(second) else title


_JOINED = 3  # "y un peinado"


def _with_topic(found: list[Candidate], reading: Reading) -> list[Candidate]:
    """What the message says outright that it is about, unless a candidate has it; "para …" only for want of better."""
    if not (reading.mentions or reading.acts & STARTS):
        return found
    named = [c.text.casefold() for c in found if not is_generic(reading, c.text)]
    for said, weight in ((topic(reading), ASKED), (None if named else topic(reading, soft=True), NAMED)):
        if said and not any(said.casefold() in text or text in said.casefold() for text in named):
            return [*found, Candidate(said, weight, 0, said)]
    return found


def _is_order(reading: Reading, candidate: Candidate) -> bool:
    words = fold(candidate.text).split()
    orders = {reading.words[n].text for h in reading.hits if h.tag in _ORDERS for n in range(h.first, h.last)}
    return any(word in orders for word in words)


_ORDERS = frozenset({Act.MOVE, Act.CANCEL})


def _wishes_otherwise(reading: Reading) -> bool:
    """Whether what stands in the place of a subject is another wish: "necesito reprogramar", "mejor cancela"."""
    return (Act.MOVE in reading.acts and orders_move(reading)) or bool(reading.acts & {Act.CANCEL, Act.REMIND})


def _cleaned(found: list[Candidate], reading: Reading) -> list[Candidate]:
    """The best first, without what is no subject: "lugar para un service" is "un service", "corte el 31 de abril" a
    "corte"."""
    cut = _FOR_WHAT[reading.lexicon.code]
    texts = [(_DATE_TAIL.sub("", _DESK.sub("", cut.sub("", _ORDER.sub("", c.text)))).strip(), c) for c in found]
    said = [replace(c, text=text) for text, c in texts if text]
    if not reading.lexicon.head_first:  # "car" of "car wash"
        said = [replace(c, weight=max(o.weight for o in said if _ends(c.text, o.text))) for c in said]
    return sorted(said, key=lambda c: (-c.weight, -len(c.text.split()) if not reading.lexicon.head_first else 0))


def _ends(whole: str, part: str) -> bool:
    """Whether a short phrase begins with the part: "car wash"."""
    words, first = whole.casefold().split(), part.casefold().split()
    return whole == part or (len(words) <= _COMPOUND and words[: len(first)] == first)


def _says_when(reading: Reading) -> bool:
    """ "Could you make it 1pm": the words before the moment are about it, and no subject."""
    ends = {reading.words[h.last - 1].end for h in reading.hits if h.tag is Act.MOVE}
    return any(m.start - 1 in ends for m in reading.mentions)


def _has_none(reading: Reading) -> bool:
    """Whether it answers "what about?" with nothing: "no, nada en especial"."""
    first = reading.first_hit(Act.REFUSE, Act.HEDGE, Act.ACCEPT, Act.CONFIRM, Act.SEE_YOU)
    front = next((w.start for w in reading.words if not w.is_mark), 0)
    return reading.is_short and first is not None and first[0] == front
