"""What somebody has on at a moment is why it does not suit: no proposal, whichever words refuse it."""

from itertools import pairwise

from app.extraction.rules.acts import NEGATIVE, Act
from app.extraction.rules.reading import Reading, Use
from app.models import Role


def leave_out_what_is_on(reading: Reading, role: Role) -> None:
    """ "Jueves tengo pilates a las 16, no llego": what they have on then is why not; of the business: "I have a party
    that ends at noon, so I could do 1:30?"."""
    lexicon = reading.lexicon
    no_thing = lexicon.stops_words | lexicon.desk_words
    for segment in reading.segments:
        said = [w.text for w in reading.words[segment.first : segment.last]]
        words = [w for w in said if w not in lexicon.articles_words - lexicon.haves_words]
        if role is Role.BOT:
            asked = any(m.segment.asks and m.when.time for m in reading.mentions if m.segment is not segment)
            things = lexicon.services_words - lexicon.generic_words
            if not asked or not things & set(words) or segment.acts - {Act.OFFER, Act.WANT, Act.MORE, Act.BUSY}:
                continue
        on = any(a in lexicon.haves_words and b.isalpha() and b not in no_thing for a, b in pairwise(words))
        held = [m for m in reading.mentions if m.segment is segment]
        instead = any((m.when.date or m.when.time) and m.use is Use.PROPOSE for m in reading.mentions if m not in held)
        told = (
            reading.acts & NEGATIVE
            or instead
            and len(held) <= 1
            and not segment.acts - {Act.OFFER, Act.WANT}
            or role is Role.BOT
        )
        if on and told and not segment.asks and not segment.acts & NEGATIVE:
            segment.acts.add(Act.BUSY)
            for mention in reading.mentions:
                if mention.segment is segment and mention.use is Use.PROPOSE:
                    mention.use = Use.NOISE
