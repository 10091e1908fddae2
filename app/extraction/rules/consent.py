"""Words that sound like a yes and are none: courtesy after "I will let you know", a yes to a question beside it."""

from app.extraction.rules import unknown
from app.extraction.rules.acts import Act
from app.extraction.rules.declining import declines
from app.extraction.rules.plan import Plan
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.segments import Segment
from app.extraction.rules.talk import Talk
from app.extraction.rules.words import Hit
from app.models import Role

#: Questions with one of these are about the appointment: a yes to them may be a yes to its moment.
_ABOUT_IT = frozenset(Act) - {
    Act.ACCEPT,
    Act.THANKS,
    Act.LASTS,
    Act.PRICE,
    Act.PAST,
    Act.OTHERS,
    Act.BUSY,
    Act.INFO,
    Act.QUERY,
    Act.ASIDE,
    Act.HOURS,
    Act.CALENDAR,
    Act.LOOKUP,
    Act.LOCATED,
    Act.TITLED,
}
_BARE = 4
_EDGE = 2
_WORDY = 3


def is_in_passing(reading: Reading, hit: Hit[Act]) -> bool:
    """ "Le aviso si entra algo", "me he hecho daño en la espalda": a small word amid a sentence agrees to nothing."""
    if hit.tag is not Act.ACCEPT or hit.last - hit.first > 1:
        return False
    segment = reading.segment_of(hit.first)
    plain = [i for i in range(segment.first, segment.last) if not reading.words[i].is_mark]
    return hit.first in plain[_EDGE:-_EDGE]


def is_courtesy(talk: Talk, reading: Reading) -> bool:
    """ "Te digo luego" … "Claro, avísame" … "ok gracias": who has put it off only takes leave."""
    if len(talk.messages) < 2 or talk.messages[-2].role is talk.messages[-1].role or talk.readings[-2].asks:
        return False
    if reading.asks or reading.mentions or reading.acts - {Act.ACCEPT, Act.THANKS}:
        return False
    plain = [w.text for w in reading.words if not w.is_mark]
    first = next((h for h in reading.hits if h.tag is Act.ACCEPT), None)
    yes = first is not None and reading.words[first.first].text in reading.lexicon.yes_words
    return len(plain) <= _WORDY and not yes


def takes_a_no(talk: Talk) -> bool:
    """ "¿Te agendo corte?" … "no, gracias" … "de acuerdo": the business agrees to that no, and to nothing before it."""
    if len(talk.messages) < 2 or talk.messages[-1].role is not Role.BOT or talk.messages[-2].role is not Role.USER:
        return False
    return declines(talk.readings[-2]) and not (talk.readings[-1].books or talk.readings[-1].mentions)


def was_asked_to_note(talk: Talk) -> bool:
    """ "El martes a las 11 puedo" … "¿Te anoto?" … "dale": whether to note what the customer said was asked."""
    if len(talk.messages) < 2 or talk.messages[-2].role is not Role.BOT or talk.readings[-2].mentions:
        return False
    return any(s.asks and Act.ASK_CONFIRM in s.acts for s in talk.readings[-2].segments)


def was_agreed_asking(talk: Talk) -> bool:
    """ "¿Lo pasamos al viernes?" … "dale, ¿misma hora?" … "sí": the customer agreed with a question about the hour."""
    if len(talk.messages) < 2 or talk.messages[-2].role is not Role.USER:
        return False
    before = talk.readings[-2]
    asked = [m for m in before.mentions if m.segment.asks and m.use is Use.PROPOSE]
    first = next((h for h in before.hits if h.tag is Act.ACCEPT), None)
    return first is not None and first.first == 0 and any(m.when.shift and m.when.shift.same_time for m in asked)


def only_tells_the_price(talk: Talk, plan: Plan, reading: Reading) -> bool:
    """ "El sábado es la fiesta a las 4, ¿tienen globos?" … "sí, 25 pesos cada uno": of what nobody is arranging."""
    return any(s.money for s in reading.segments) and not reading.books and not unknown.is_arranged(talk, plan)


def is_about_something_else(talk: Talk, plan: Plan, reading: Reading, role: Role) -> bool:
    """ "El jueves a las 5 hay lugar. ¿Ya es paciente nuestro?" … "sí": of the moment nothing is said."""
    if reading.acts - {Act.ACCEPT, Act.THANKS, Act.BUSY, Act.PAST} or reading.asks:
        return False
    if any(m.use is not Use.NOISE for m in reading.mentions):
        return False
    plain = [w.text for w in reading.words if not w.is_mark]
    first = next((h for h in reading.hits if h.tag is Act.ACCEPT), None)
    if first is None or len(plain) > _BARE or reading.words[first.first].text not in reading.lexicon.yes_words:
        return False
    asked: list[tuple[Reading, Segment]] = []
    for message, before in zip(reversed(talk.messages[:-1]), reversed(talk.readings[:-1]), strict=True):
        if message.role is role:
            break
        asked += [(before, s) for s in before.segments if s.asks]
    return bool(asked) and all(_is_beside(before, segment) for before, segment in asked)


def _is_beside(reading: Reading, segment: Segment) -> bool:
    sentence = [s for s in reading.segments if s.sentence == segment.sentence]
    if any(s.acts & _ABOUT_IT for s in sentence) or any(m.segment in sentence for m in reading.mentions):
        return False
    if any(h.tag is Act.ACCEPT and h.last >= s.last - 1 for s in sentence for h in s.hits):
        return False  # "¿… está bien?", "¿… vale?"
    return sum(not w.is_mark for w in reading.words[segment.first : segment.last]) >= _WORDY


def takes_its_no_back(talk: Talk, plan: Plan, index: int, role: Role) -> bool:
    """ "No, make it two people" … "Yes, that's right": that no was the customer's own, or to what was read back."""
    again = talk.searching or index > 0 and talk.messages[index - 1].role is role
    return plan.by is role is Role.USER and again


def answered_first(talk: Talk, reading: Reading, role: Role, touched: list[Plan]) -> list[Plan]:
    """ "Buenísimo, te espero el viernes": the yes is to what the other side said, whatever follows it."""
    first = next(iter(reading.segments), None)
    yes = first is not None and Act.ACCEPT in first.acts and not first.asks
    last = len(talk.messages) - 2
    if not yes or last < 0 or talk.messages[last].role is role or reading.asks or reading.books:
        return []
    waiting = [p for p in talk.live if p.changed == last and p.by is not role and p.draft != p.agreed]
    named = [m.when for m in reading.mentions if m.segment is first]
    if named:  # "yes friday!", of two hours on Friday
        days = {when.date for when in named if when.time is None}
        waiting = [p for p in waiting if len(days) == len(named) and p.draft.date and p.draft.date.value in days]
    return [p for p in waiting if p not in touched and not p.options]
