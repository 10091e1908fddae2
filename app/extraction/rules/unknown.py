"""Answers in words that no table has: what they are taken for follows from who says them, and to what.

A short answer to a moment that is being arranged, without a doubt, a question or another moment in it, is a yes: that
is what people say there, in ever new words. To a moment that is only told of ("mi vuelo sale a las 7") it is nothing.
"""

from itertools import pairwise

from app.extraction.rules.acts import POSITIVE, Act
from app.extraction.rules.plan import Plan
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.talk import Talk, other_side
from app.models import Role

_SHORT = 4
_LONGER = 10
_JUST_NOW = 2
#: What may stand beside unknown words in an answer without saying more than they do.
NEUTRAL = frozenset({Act.THANKS, Act.TITLED, Act.LOCATED, Act.LASTS, Act.BRING, Act.KEEP})
_ASKS_A_MOMENT = frozenset({Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_TIME, Act.ASK_PART})
#: Who names a moment with one of these wants it, or wants an answer.
_ARRANGES = frozenset(
    {Act.ASK_FREE, Act.OFFER, Act.REQUEST, Act.WANT, Act.MOVE, Act.ASK_CONFIRM, Act.REMIND, Act.CONFIRM}
)
#: And who says one of these before it.
_WISHES = _ARRANGES | {Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_PART, Act.CANNOT}


def agrees(talk: Talk, plan: Plan, reading: Reading, role: Role) -> bool:
    """Whether an answer without a known act is a yes to the plan's moment."""
    return _is_plain(reading, role, most=_SHORT) and is_arranged(talk, plan)


def closes(talk: Talk, plan: Plan, reading: Reading) -> bool:
    """ "Sat 9:45?" "sounds like heaven to us" "great": the business takes a longer unknown answer for a yes."""
    since = slice(plan.changed + 1, len(talk.messages) - 1)
    heard = talk.readings[since]
    if not heard or any(m.role is Role.BOT for m in talk.messages[since]):
        return False
    if not all(_is_plain(r, Role.USER, most=_LONGER) for r in heard):
        return False
    if reading.asks or reading.mentions or reading.acts - NEUTRAL - POSITIVE:
        return False
    return not _holds_back(reading, Role.BOT) and is_arranged(talk, plan)


def regrets(reading: Reading, role: Role) -> bool:
    """ "Fully booked on Friday, sorry": the business repeats the moment with an apology and without a yes."""
    apologies = reading.lexicon.apologies_words
    return role is Role.BOT and any(w.text in apologies for w in reading.words)


def _is_plain(reading: Reading, role: Role, *, most: int) -> bool:
    """Whether there is something in it besides thanks, and nothing that asks, names a moment or holds back."""
    if reading.asks or reading.mentions or reading.acts - NEUTRAL or _holds_back(reading, role):
        return False
    covered = {n for h in reading.hits for n in range(h.first, h.last)}
    said = {n for n, w in enumerate(reading.words) if w.text[:1].isalnum()}
    return 1 <= len(said) <= most and not covered >= said


def is_doubtful(reading: Reading) -> bool:
    """A negation, a sigh, an apology."""
    doubts = reading.lexicon.doubts_words | reading.lexicon.apologies_words
    return any(w.text in doubts for w in reading.words)


def _holds_back(reading: Reading, role: Role) -> bool:
    """A doubt, a price, somebody else who is to be asked; of a customer also what is still to be done with it ("lo
    pienso"), which of the business is what it does for the customer ("la apunto")."""
    lexicon = reading.lexicon
    if is_doubtful(reading) or any(w.text.isdigit() for w in reading.words):
        return True
    if role is Role.USER and any(w.text in lexicon.objects_words for w in reading.words):
        return True
    asked = (b.text for a, b in pairwise(reading.words) if a.text in lexicon.determined_words)
    if any(word in lexicon.people_words for word in asked):  # "con mi marido", and not "está padre"
        return True
    return any(s.money for s in reading.segments)


def is_arranged(talk: Talk, plan: Plan) -> bool:
    """Whether the moment of a plan was named to be agreed on: asked, offered, wished for, or as the answer to such."""
    said = talk.readings[plan.changed]
    named = [m for m in said.mentions if m.use is Use.PROPOSE]
    if not named or plan.by is None:
        return False
    if any(m.segment.acts & {Act.PRICE, Act.HOURS, Act.PAST, Act.OTHERS} for m in named):
        return False
    if plan.by is Role.BOT and any(m.segment.asks for m in named) or said.acts & _ARRANGES:
        return True
    if any(p.settled and 0 < plan.changed - p.settled.message <= _JUST_NOW for p in talk.plans if p is not plan):
        return True  # "mañana a las 10 lo veo" … "va" … "y el jueves la tarja"
    before = _turn_before(talk, plan.changed, other_side(plan.by))
    wanted = _WISHES if plan.by is Role.BOT else _WISHES | _ASKS_A_MOMENT
    return any(r.acts & wanted or any(m.use is not Use.NOISE for m in r.mentions) for r in before)


def _turn_before(talk: Talk, index: int, role: Role) -> list[Reading]:
    """What that side said last before a message: its messages in a row."""
    last = index - 1
    while last >= 0 and talk.messages[last].role is not role:
        last -= 1
    first = last
    while first > 0 and talk.messages[first - 1].role is role:
        first -= 1
    return talk.readings[max(first, 0) : last + 1]
