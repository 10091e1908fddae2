"""One message for whoever holds the dialogue: what the customer wants, and the slots in it.

The dialogue state of `dialogue.py` reads whole conversations; the offline agent model keeps its own state and asks
here what a single message says.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from app.extraction.rules import places, subjects
from app.extraction.rules.acts import NEGATIVE, Act
from app.extraction.rules.offers import proposals
from app.extraction.rules.pictures import without_pictures
from app.extraction.rules.reading import Use, language_of, read
from app.extraction.rules.when import Slot, When
from app.extraction.rules.words import fold
from app.temporal import TimeExpression

AskedSlot = Literal["date", "time", "title", "place", "name", "confirm"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Understanding:
    """What one message says.

    acts       its dialogue acts
    accepts, refuses, hedges   an answer to what was said last ("sí", "no puedo", "te confirmo luego")
    cancels, moves, creates    what it asks for; a message may ask for none, or (rarely) two
    asks_free  asks whether a moment is possible; `asks` is any question
    looks_up   asks about the calendar, opening hours, prices or the weather: names no wish
    choice     "la segunda": 1-based, -1 the last
    wants_all  "los dos"
    options    the moments proposed, in order; `expression` is the first time expression as found
    refused    moments that the message says no to
    title, place   what it is about and where, when the message says so
    lang       the language it is in
    """

    acts: frozenset[Act]
    accepts: bool
    refuses: bool
    hedges: bool
    cancels: bool
    moves: bool
    creates: bool
    asks: bool
    asks_free: bool
    looks_up: bool
    choice: int | None
    wants_all: bool
    options: tuple[When, ...]
    refused: tuple[TimeExpression, ...]
    expression: TimeExpression | None
    title: str | None
    place: str | None
    lang: str


def understand(
    text: str,
    at: dt.datetime,
    *,
    lang: str | None = None,
    asked_slot: AskedSlot | None = None,
    talked_about: dt.datetime | None = None,
) -> Understanding:
    """Understand `text`, sent at `at` (aware, in the zone that its words count in).

    `lang` None: judged by the words. `asked_slot` is what was asked before, so that a bare "4", "limpieza dental" or
    "Cra 15 # 93" is an answer; what a picture shows is none. `talked_about` is the moment under discussion, local, for
    "una hora más tarde".
    """
    text = without_pictures(text)
    lang = lang or language_of([w.strip(".,;:!?¿¡") for w in fold(text).split()], "es")
    expect: Literal["time", "date"] | None = asked_slot if asked_slot in ("time", "date") else None
    reading = read(text, at, lang=lang, expect=expect)
    acts = reading.acts
    talk = (
        When(date=Slot(talked_about.date(), 0, ""), time=Slot(talked_about.time(), 0, "")) if talked_about else When()
    )
    options = [o.when for o in proposals(reading, 0, talk)]
    titles = subjects.subjects(reading, 0, answering=asked_slot == "title")
    best = max(titles, key=lambda c: c.weight, default=None)
    found = places.places(reading, answering=asked_slot == "place")
    refuses = bool(acts & NEGATIVE) and not any(s.asks and s.acts & NEGATIVE for s in reading.segments)
    first_yes, first_no = (
        reading.first_hit(Act.ACCEPT, Act.CONFIRM, Act.SEE_YOU),
        reading.first_hit(*NEGATIVE),
    )
    accepts = first_yes is not None and not (refuses and first_no is not None and first_no < first_yes)
    looks_up = bool(acts & {Act.QUERY, Act.HOURS, Act.PRICE}) and not acts & {
        Act.REQUEST,
        Act.WANT,
        Act.MOVE,
        Act.CANCEL,
    }
    return Understanding(
        acts=frozenset(acts),
        accepts=accepts,
        refuses=refuses and not accepts,
        hedges=Act.HEDGE in acts,
        cancels=Act.CANCEL in acts,
        moves=Act.MOVE in acts and Act.CANCEL not in acts,
        creates=bool(acts & {Act.REQUEST, Act.WANT, Act.ASK_FREE})
        and not acts & {Act.CANCEL, Act.MOVE}
        and not looks_up,
        asks=reading.asks,
        asks_free=Act.ASK_FREE in acts,
        looks_up=looks_up,
        choice=reading.choice,
        wants_all=Act.BOTH in acts,
        options=tuple(options),
        refused=tuple(m.when for m in reading.mentions if m.use is Use.REFUSE),
        expression=next((m.when for m in reading.mentions if m.use is Use.PROPOSE), None),
        title=_capital(best.text) if best and best.weight >= subjects.NAMED - 0.5 else None,
        place=found[0].text if found and found[0].weight >= places.VENUE else None,
        lang=lang,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
