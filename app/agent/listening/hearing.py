"""Words that matter in a talk with this agent beyond what `extraction.rules` hears in them."""

import datetime as dt
import re
from dataclasses import replace

from app.agent.evidence import fold
from app.agent.lang import TABLES, Line
from app.agent.wording import Lang
from app.extraction.rules.acts import NEGATIVE, Act
from app.extraction.rules.offers import Option
from app.extraction.rules.phrase_tables import Phrases
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.when import Slot, When
from app.extraction.rules.words import Hit

SMALL_TALK = {lang: Phrases(table.phrases) for lang, table in TABLES.items()}
_ACTS = {"cancel": Act.CANCEL, "move": Act.MOVE, "request": Act.REQUEST}


def hear_more(reading: Reading, lang: Lang) -> None:
    """Adds the orders that a customer gives to a desk and hardly anybody else: "quita la del viernes"; an "oil change"
    moves nothing."""
    for thing in [h for h in reading.hits if h.tag is Act.MOVE and _is_thing(reading, h)]:
        reading.hits.remove(thing)
        reading.segment_of(thing.first).acts.discard(Act.MOVE)
    if Act.MOVE in reading.acts and not any(h.tag is Act.MOVE for h in reading.hits):
        reading.acts.discard(Act.MOVE)
    for hit in SMALL_TALK[lang].find(reading.words):
        act = _ACTS.get(hit.tag)
        if act and act not in reading.acts:
            reading.acts.add(act)
            reading.hits.append(Hit(act, hit.first, hit.last))
            reading.segment_of(hit.first).acts.add(act)


def _is_thing(reading: Reading, hit: Hit[Act]) -> bool:
    """Whether the verb is a noun behind its own: "an oil change"."""
    return hit.last - hit.first == 1 and is_noun(reading, hit.first)


def is_noun(reading: Reading, position: int) -> bool:
    """Whether the word is the second of a subject: "change" in "oil change"."""
    lexicon, words = reading.lexicon, reading.words
    if not 0 < position < len(words) or words[position].text not in _VERBAL_NOUNS:
        return False
    before = words[position - 1]
    known = lexicon.known | lexicon.common_words | lexicon.articles_words
    return not before.is_mark and before.text not in known - lexicon.services_words


_VERBAL_NOUNS = frozenset(word for table in TABLES.values() for word in table.verbal_nouns.split())


def weigh_moments(reading: Reading, stands: When) -> None:
    """Puts right what a moment is named for, where the other side is a desk; `stands` is the one being spoken of."""
    for mention in reading.mentions:
        acts, e = mention.segment.acts, mention.when
        at = stands.time and stands.time.value
        if mention.use is Use.REFUSE and acts & NEGATIVE == {Act.REFUSE}:
            # "no, perdón, el viernes": a no to what was said before, not to the day that it names.
            differs = (e.date != stands.date.value if stands.date and e.date else False) or (e.time and e.time != at)
            mention.use = Use.PROPOSE if differs and stands != When() else mention.use
        elif mention.use is Use.NOISE and Act.DROP_IN in acts and reading.asks:
            mention.use = Use.PROPOSE  # "could I pop in on Friday?"
            reading.acts.discard(Act.DROP_IN)
        elif mention.use is Use.NOISE and {Act.PRICE, Act.ASK_FREE} <= acts:
            mention.use = Use.PROPOSE  # "cuánto cuesta, y tienes libre el jueves?"
        around = reading.folded[max(mention.start - 24, 0) : mention.start] + "@" + reading.folded[mention.end :][:24]
        if _TELLS_LATER.search(around) or _GIVES_REASON.search(around):
            mention.use = Use.NOISE


def is_polite(reading: Reading) -> bool:
    """Whether the doubt in it is but courtesy: "if you could maybe put me down for a massage"."""
    doubts = [reading.words[n].text for h in reading.hits if h.tag is Act.HEDGE for n in range(h.first, h.last)]
    asks = Act.REQUEST in reading.acts or (Act.WANT in reading.acts and _IF_YOU_MAY.search(reading.folded) is not None)
    return asks and bool(doubts) and set(doubts) <= _PERHAPS


def agrees(reading: Reading) -> bool:
    """A yes, and no no before it: "sorry, can't do it" does nothing."""
    yes = reading.first_hit(Act.ACCEPT)
    cannot = reading.first_hit(Act.CANNOT)
    return yes is not None and Act.REFUSE not in reading.acts and (cannot is None or yes < cannot)


def retracts(reading: Reading) -> bool:
    """Whether it takes back in its end what it began with: "pásala al jueves, o no, mejor déjala"."""
    found = _RETRACTS.search(reading.folded)
    if Act.MOVE not in reading.acts or found is None:
        return False
    return all(m.end <= found.end() for m in reading.mentions)


def unsaid(reading: Reading, option: Option) -> bool:
    """Whether the moment is taken back for one that is not understood: "10:30... actually no, 10 is fine"."""
    found = _RATHER_NO.search(reading.folded, option.end)
    return found is not None and not any(m.start <= found.start(1) < m.end for m in reading.mentions)


_RETRACTS = re.compile(
    r"\b(?:no|actually|mejor|espera|perdon|sorry|wait)\b[^.!?\d]{0,16}\b(?:dejal[ao]|dejel[ao]|dejemosl[ao]|leave it"
    r"|keep it)(?: (?:asi|como esta(?:ba)?|ahi|nomas|as it (?:is|was)|there))?\W*$"
)
_RATHER_NO = re.compile(r"\b(?:actually no|no wait|wait no|ay no|no,? perdon|no,? espera)\b[^?]*?\b(\d{1,2})\b")


def at_table(options: list[Option], reading: Reading, title: str) -> list[Option]:
    """A table at eight is a dinner, unless it is said to be breakfast."""
    words = {w.text for w in reading.words} | set(fold(title).split())
    if not words & _DINES or words & _NOT_DINNER:
        return options
    return [replace(o, when=replace(o.when, time=_later(o.when.time), end=_later(o.when.end))) for o in options]


def _later(slot: Slot[dt.time] | None) -> Slot[dt.time] | None:
    if slot is None or slot.sure or not _DINNER <= slot.value.hour < _NOON:
        return slot
    return replace(slot, value=slot.value.replace(hour=slot.value.hour + _NOON))


_DINNER, _NOON = 6, 12
_DINES = frozenset({"mesa", "mesita", "cena", "cenar", "table", "dinner", "supper"})
_NOT_DINNER = frozenset({"desayuno", "desayunar", "almuerzo", "almorzar", "brunch", "breakfast", "lunch", "trabajo"})
# "Te aviso mañana", "mañana te escribo": the day of the answer, not of the appointment. "@" is where the moment stands.
_I_TELL = "(?:aviso|avisare|confirmo|confirmare|escribo|escribire|llamo|llamare|digo|dire|cuento)"
_TELLS_LATER = re.compile(
    rf"\b(?:[tl]es? |os )?{_I_TELL}\b[ ,]*@|@[ ,]*(?:ya )?(?:[tl]es? |os ){_I_TELL}"
    r"|\b(?:let you know|text you|call you|get back to you|tell you|message you|confirm) (?:by )?@"
)


# "Porque el sábado tengo un matrimonio": why, not when.
_GIVES_REASON = re.compile(
    r"\b(?:porque|pq|xq|ya que|because|cause|cuz|since)[ ,]*@[ ,]*(?:(?:yo|we|i) )?(?:tengo|tenemos|es|hay|viajo"
    r"|viajamos|salgo|me voy|trabajo|have|im|its|is|work|leave)\b"
)
_IF_YOU_MAY = re.compile(
    r"\b(?:if (?:that'?s|that is|that|it'?s|it is)? ?(?:ok|okay|fine|alright|possible|all right|works|suits)"
    r"|si (?:se puede|es posible|fuera posible|no hay problema|esta bien|le parece|te parece|pueden|puede|puedes))\b"
)
_PERHAPS = frozenset("maybe quizas quiza talvez perhaps possibly".split())


_DENIES = frozenset({"no", "nunca", "tampoco", "sin", "not", "dont", "never", "didnt", "wont", "cant", "cannot"})
_NEGATED_ORDERS = frozenset({"ya", "no", "cant", "not"})  # "ya no voy": the order has the no in it
_SUPPOSES = frozenset({"si", "if", "whether", "cuando", "hasta", "antes", "before"})


def is_order(reading: Reading, act: Act) -> bool:
    """Whether the words for it ask that it be done: "cancélala", "¿puedo cancelar?", not "no la canceles", "¿cuánto
    cuesta si cancelo?"."""
    for hit in reading.hits:
        if hit.tag is not act:
            continue
        segment = reading.segment_of(hit.first)
        front = [w.text for w in reading.words[segment.first : hit.first] if not w.is_mark]
        if any(word in _DENIES for word in front[-3:]) and reading.words[hit.first].text not in _NEGATED_ORDERS:
            continue
        if _says_yes(reading, segment.first, hit):
            front = front[1:]
        if any(word in _SUPPOSES for word in front[-4:]):
            continue
        sentence = [s for s in reading.segments if s.sentence == segment.sentence]
        inquires = {a for s in sentence for a in s.acts} & {Act.PRICE, Act.HOURS, Act.QUERY, Act.HYPOTHETICAL}
        words = {w.text for w in reading.words[sentence[0].first : sentence[-1].last]}
        if segment.asks and (inquires or words & reading.lexicon.questions_words):
            continue
        return True
    return False


def _says_yes(reading: Reading, first: int, hit: Hit[Act]) -> bool:
    """Whether a "si" in front is a yes: "sí por favor cancélala", also without its accent."""
    word = reading.words[first]
    if word.text != "si":
        return False
    return reading.text[word.end - 1] == "í" or reading.words[hit.last - 1].text.endswith(("la", "lo", "las", "los"))


def asks_for_person(reading: Reading, lang: Lang) -> bool:
    """ "Quiero hablar con una persona", not "no quiero hablar con una persona", nor an appointment with one."""
    if reading.mentions:
        return False
    for hit in SMALL_TALK[lang].find(reading.words):
        if hit.tag == "handover":
            segment = reading.segment_of(hit.first)
            front = [w.text for w in reading.words[segment.first : hit.first] if not w.is_mark]
            if not any(word in _DENIES for word in front[-3 if lang == "en" else -2 :]):
                return True
    return False


def orders_move(reading: Reading) -> bool:
    """Whether a verb asks for another time; "actually" and "mejor" may change something else."""
    words = [reading.words[n].text for h in reading.hits if h.tag is Act.MOVE for n in range(h.first, h.last)]
    return any(word.startswith(_MOVING) for word in words)


def without_remarks(body: str) -> str:
    """Our own message without what we say of the calendar and not of the moment wished for: "that date does not exist"
    is no refusal of the hour."""
    return _REMARKS.sub(lambda found: " " * len(found[0]), body)


_REMARKS = re.compile(
    "|".join(
        re.sub(r"\\{\w+\\}", r"\\S+", re.escape(table.lines[line]))
        for table in TABLES.values()
        for line in (Line.NONE_YET, Line.IMPOSSIBLE)
    )
)


def moves_what_stands(reading: Reading) -> bool:
    """Whether another time is ordered for an appointment that it takes as made: "mueve mi cita", "pásala al lunes"."""
    nouns = reading.lexicon.generic_words | reading.lexicon.desk_words
    said = [w.text for w in reading.words]
    for hit in reading.hits:
        verb = next((n for n in range(hit.first, hit.last) if said[n].startswith(_MOVING)), None)
        if hit.tag is not Act.MOVE or verb is None:
            continue
        if said[verb].endswith(("la", "lo")) or "it" in said[verb + 1 : verb + 3]:
            return True
        front = next((n for n in range(verb + 1, min(verb + 4, len(said))) if said[n] in _OWN), None)
        if front is not None and any(w in nouns for w in said[front + 1 : front + 3]):
            return True
    return False


_OWN = frozenset({"mi", "mis", "la", "el", "my", "the", "our", "nuestra", "nuestro"})


def moves_it(word: str) -> bool:
    """Whether a word that is heard as an order to move is a verb: "ponla", "cambia", not "mejor"."""
    return word.startswith(_MOVING) or word.endswith(("la", "lo", "las", "los"))


def speaks_of_moving(reading: Reading) -> bool:
    """Whether any of its words is about another time: our own question may have it in any form."""
    return Act.MOVE in reading.acts or any(word.text.startswith(_MOVING) for word in reading.words)


_MOVING = (
    "cambi", "mov", "muev", "pas", "repro", "reage", "pos", "adelan", "retra", "atras", "aplaz", "corr",
    "resch", "change", "changing", "push", "shift", "bump", "switch", "bring",
)  # fmt: skip
