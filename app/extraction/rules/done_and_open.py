"""Where a message of the business goes on from what it has done to what is open still.

"Listo, agendado: corte, el viernes a las 10. A las 11 ya no tengo lugar. ¿Te sirve a las 12?" says two things, and the
second moves nothing of the first.
"""

from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Reading

_DONE = frozenset({Act.CONFIRM, Act.CANCEL})
#: What such a sentence has.
_OPENS = frozenset({Act.ACCEPT, Act.ASK_FREE, Act.OFFER, Act.UNAVAILABLE})


def goes_on_at(reading: Reading) -> int | None:
    """The place in the text; None where nothing was done, nothing is asked, or the rest names no moment of its own."""
    if not reading.asks:
        return None
    done = [s.sentence for s in reading.segments if not s.asks and s.acts & _DONE]
    later = [s for s in reading.segments if done and s.sentence > done[0] and s.sentence not in done]
    opening = next((s.sentence for s in later if s.asks or s.acts & _OPENS), None)
    if opening is None:
        return None
    start = min(s.start for s in reading.segments if s.sentence == opening)
    moments = [(m.start >= start, m.when.date, m.when.time) for m in reading.mentions if m.when.time]
    told = {(day, at) for rest, day, at in moments if not rest}
    rest = {(day, at) for rest, day, at in moments if rest}
    return start if told and rest and not told & rest else None
