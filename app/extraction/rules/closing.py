"""How a statement settles: the business closes with the hour, corrects it, or names a window that is taken."""

from app.extraction.rules.acts import NEGATIVE, POSITIVE, Act
from app.extraction.rules.plan import Plan, State
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import same_day
from app.models import Role

_FEW = 9
#: What leaves a statement open.
OPEN = frozenset({Act.OFFER, Act.ASK_FREE, Act.HEDGE, Act.PROMISE, Act.HYPOTHETICAL, Act.CANNOT, Act.UNAVAILABLE})
NEW_SLOT = frozenset({Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_TIME, Act.ASK_PART})


def states(talk: Talk, plan: Plan, reading: Reading, index: int) -> bool:
    return closes(talk, plan, reading) or corrects(plan, reading, index)


def closes(talk: Talk, plan: Plan, reading: Reading) -> bool:
    """ "No, mejor el martes 12" … "Listo, martes 12 a las 7": the business closes with the hour."""
    if _within_the_bound(talk, plan, reading):
        return True
    said, asked = plan.draft.date, plan.day_asked
    if said is None or asked is None or plan.draft.time is None or not same_day(said, asked) or plan.options:
        return False
    if Act.SEE_YOU in reading.acts and not reading.asks and not reading.acts & (NEGATIVE | NEW_SLOT | {Act.HEDGE}):
        return True  # "see you on the 29th at 11"
    before = talk.readings[asked.message]
    first = next((h for h in reading.hits if h.tag is Act.ACCEPT), None)
    return (
        first is not None
        and asked.message == len(talk.readings) - 2
        and not before.asks
        and not reading.asks
        and not reading.acts & (NEGATIVE | NEW_SLOT | {Act.OFFER, Act.ASK_FREE, Act.HEDGE, Act.PRICE})
        and first.first == reading.segments[0].first
        and reading.words[first.first].text not in reading.lexicon.yes_words
    )


def _within_the_bound(talk: Talk, plan: Plan, reading: Reading) -> bool:
    """ "Entre 2 y 5" … "después de las 3 por favor" … "Ok, queda entre 3 y 5": what the customer asked for, noted."""
    if len(talk.messages) < 2 or talk.messages[-2].role is not Role.USER or not plan.draft.complete or plan.options:
        return False
    asked = talk.readings[-2]
    bounds = [m for m in asked.mentions if m.use is Use.BOUND]
    if not bounds or len(bounds) < len(asked.mentions) or asked.acts & (NEGATIVE | {Act.HEDGE, Act.PROMISE}):
        return False
    begins = {h.tag for h in reading.hits if h.first == 0} & {Act.ACCEPT, Act.CONFIRM}
    told = [m for m in reading.mentions if m.when.time and not m.segment.asks]
    return bool(begins) and bool(told) and not reading.acts & (NEGATIVE | NEW_SLOT | {Act.OFFER, Act.HEDGE})


def repeats(talk: Talk, plan: Plan, reading: Reading, *, touched: bool) -> bool:
    """ "Pues miércoles a las 18:45", "te espero": the business says its own proposal again, after an answer."""
    if reading.asks or reading.acts & (OPEN | NEW_SLOT) or plan.hedged is not None or plan.refused:
        return False
    if Act.SEE_YOU in reading.acts:
        return True
    said = any(m.when.time for m in reading.mentions)
    return touched and said and talk.messages[-2].role is not talk.messages[-1].role and not talk.readings[-2].asks


def corrects(plan: Plan, reading: Reading, index: int) -> bool:
    """ "Listo, el 3 a las 11", "nos vemos mañana a las 10" after a booking at another hour: what the business states
    last is what holds."""
    draft = plan.draft
    if not plan.wished or draft.time is None or draft.time.message != index:
        return False
    dated = draft.date is not None and any(m.when.date for m in reading.mentions)
    if plan.state is not State.SETTLED and not (Act.SEE_YOU in reading.acts and dated):
        return False
    states = Act.SEE_YOU in reading.acts or {h.tag for h in reading.hits if h.first == 0} & {Act.ACCEPT, Act.CONFIRM}
    open_still = OPEN - {Act.OFFER} if Act.SEE_YOU in reading.acts else OPEN
    return bool(states) and not reading.asks and not reading.acts & (open_still | NEW_SLOT | {Act.PRICE})


def in_the_window(talk: Talk, plan: Plan) -> bool:
    """ "Between 8 and 8:30" … "ok see you at 8": the business has named that hour in its last message."""
    time = plan.draft.time
    if time is None or len(talk.messages) < 2 or talk.messages[-2].role is not Role.BOT:
        return False
    windows = [m.when for m in talk.readings[-2].mentions if m.when.time and m.when.end_time]
    return any(w.time and w.end_time and w.time <= time.value <= w.end_time for w in windows)


def thanks_for(plan: Plan, reading: Reading, talk: Talk) -> bool:
    """Whether the customer only thanks for what the business told: "El lunes 11 a las 8:45" … "Gracias".

    After an offer ("tengo a las 10, si le interesa") thanks are no yes.
    """
    plain = sum(not w.is_mark for w in reading.words)
    if Act.THANKS not in reading.acts or reading.acts - {Act.THANKS} or plain > _FEW or reading.asks:
        return False
    told = [r for r in talk.readings[plan.changed : -1] if r.mentions][-1:]
    if not told:
        return False
    begins = {h.tag for h in told[0].hits if h.first == 0}
    sure = Act.ACCEPT in begins or told[0].books
    open_still = {Act.OFFER, Act.HEDGE, Act.ASK_FREE} | (set() if sure else {Act.LASTS})
    return (plan.wished or told[0].books) and not any(
        m.segment.asks or m.segment.acts & open_still or m.segment.money for m in told[0].mentions
    )


def falls_back(talk: Talk, plan: Plan, reading: Reading, role: Role) -> bool:
    """ "El sábado a las 17" … "¿no hay nada por la mañana?" … "no" … "bueno, entonces esa": who yields after the own
    wish was not taken up takes what the business had offered, which is put back."""
    offered = plan.offered
    if role is not Role.USER or plan.hedged or offered is None or offered == plan.draft:
        return False
    if plan.by is not role and plan.draft.complete:
        return False
    answer = talk.readings[-2]
    numbered = any(w.text[:1].isdigit() for w in answer.words)  # which may be another hour
    taken_up = talk.messages[-2].role is role or answer.asks or numbered or answer.acts & (POSITIVE | {Act.OFFER})
    if taken_up or plan.state is not State.OPEN or plan.changed < len(talk.messages) - 3:
        return False
    if reading.acts & (NEGATIVE | {Act.THANKS, Act.PROMISE, Act.HEDGE}):
        return False
    plan.draft, plan.by, plan.refused = offered, Role.BOT, False
    return True
