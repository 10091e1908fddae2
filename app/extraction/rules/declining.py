"""Who thinks better of it before it is booked: "Perfecto, el jueves a las 13:00. ¿Sobre qué tema?" … "no, mejor no"."""

from app.extraction.rules.acts import NEGATIVE, Act
from app.extraction.rules.lang.idioms import idioms
from app.extraction.rules.plan import Plan, State
from app.extraction.rules.reading import Reading
from app.extraction.rules.talk import Talk
from app.models import Role

_DETAILS = frozenset({Act.ASK_TITLE, Act.ASK_NAME, Act.ASK_PLACE})
_GOES_ON = frozenset({Act.MOVE, Act.KEEP, Act.REQUEST, Act.ASK_FREE, Act.CANCEL, Act.HEDGE})
#: To "¿sobre qué tema?" these say that there is none.
_NOTHING = idioms("nothing")
#: Beside a no these say it again: "no, déjalo".
_LET_BE = idioms("let_be")
#: How far back what is asked about may have been agreed to: a question of the customer's may stand between.
_LATELY = 6
_LATE_ALONE = idioms("late")
_LATE = _LATE_ALONE | idioms("late_too")


def declines(reading: Reading) -> bool:
    """Whether a message says no and nothing else: by a phrase that gives up, twice, or with all of its words."""
    acts = reading.acts
    if reading.asks or reading.mentions or acts & _GOES_ON:
        return False
    if Act.GIVE_UP in acts:
        return True
    refusing = [h for h in reading.hits if h.tag is Act.REFUSE]
    if not refusing or all(reading.words[h.first].text in _NOTHING for h in refusing):
        return False
    services = reading.lexicon.services_words
    if any(w.text in services for w in reading.words):
        return False  # "no, no es consulta, es corte"
    if len(refusing) > 1:
        return True
    if sum(not w.is_mark for w in reading.words) == 1 and reading.words[0].text in idioms("no"):
        return False  # "¿sobre qué tema?" "no": of none
    covered = {n for h in reading.hits if h.tag in NEGATIVE | {Act.THANKS} for n in range(h.first, h.last)}
    return all(w.is_mark or n in covered or w.text in _LET_BE or len(w.text) <= 2 for n, w in enumerate(reading.words))


def give_up(talk: Talk, reading: Reading, index: int, role: Role) -> bool:
    """Call off what the business has only asked the details of, when the customer declines instead of telling them."""
    plan = talk.focus
    keeps = Act.KEEP in reading.acts and not reading.mentions and not reading.asks
    if role is not Role.USER or plan is None or not plan.live or not (declines(reading) or keeps):
        return False
    if index == 0 or talk.messages[index - 1].role is role or not _asked_details(talk.readings[index - 1]):
        return False
    if not _in_the_making(talk, plan, index):
        return False
    if plan.state is State.SETTLED and plan.before:  # only the change is declined
        plan.draft = plan.agreed = plan.before
        plan.before = None
        return True
    if keeps:
        return False
    plan.cancel(index, reading.text.strip())
    talk.last_cancelled, talk.cancelled_at, talk.focus = plan, index, None
    return True


def _asked_details(before: Reading) -> bool:
    """Whether the details were all that was asked: "¿a nombre de quién? ¿ya nos conoce?" "no" answers the second."""
    asking = {s.sentence for s in before.segments if s.asks}
    return bool(before.acts & _DETAILS) and len(asking) <= 1 and not before.books


def _in_the_making(talk: Talk, plan: Plan, index: int) -> bool:
    if plan.state is State.OPEN or plan.settled is None:
        return True
    return index - plan.settled.message <= _LATELY and not talk.readings[plan.settled.message].books


def is_late(words: list[str]) -> bool:
    """ "Voy a llegar 10 minutos tarde" answers no question for a subject."""
    return bool(_LATE & set(words)) and any(w.startswith(tuple(idioms("arriving"))) or w in _LATE_ALONE for w in words)
