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
