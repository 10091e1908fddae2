"""Words that matter in a talk with this agent beyond what `extraction.rules` hears in them."""

from app.agent.lang import TABLES
from app.agent.wording import Lang
from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Reading
from app.extraction.rules.words import Hit, Phrases

SMALL_TALK = {lang: Phrases(table.phrases) for lang, table in TABLES.items()}
_ACTS = {"cancel": Act.CANCEL, "move": Act.MOVE}


def hear_more(reading: Reading, lang: Lang) -> None:
    """Adds the orders that a customer gives to a desk and hardly anybody else: "quita la del viernes"."""
    for hit in SMALL_TALK[lang].find(reading.words):
        act = _ACTS.get(hit.tag)
        if act and act not in reading.acts:
            reading.acts.add(act)
            reading.hits.append(Hit(act, hit.first, hit.last))
            reading.segment_of(hit.first).acts.add(act)


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
        if any(word in _SUPPOSES for word in front[-4:]):
            continue
        sentence = [s for s in reading.segments if s.sentence == segment.sentence]
        inquires = {a for s in sentence for a in s.acts} & {Act.PRICE, Act.HOURS, Act.QUERY, Act.HYPOTHETICAL}
        words = {w.text for w in reading.words[sentence[0].first : sentence[-1].last]}
        if segment.asks and (inquires or words & reading.lexicon.questions_words):
            continue
        return True
    return False


_DENIES = frozenset({"no", "nunca", "tampoco", "sin", "not", "dont", "never", "didnt", "wont", "cant", "cannot"})
_NEGATED_ORDERS = frozenset({"ya", "no", "can't", "cant", "not"})
_SUPPOSES = frozenset({"si", "if", "whether", "cuando", "hasta", "antes", "before"})
