"""Who asks for the name, gives the address or says how long it takes has agreed: the talk goes on from the moment."""

from app.extraction.rules import unknown
from app.extraction.rules.acts import NEGATIVE, Act
from app.extraction.rules.closing import NEW_SLOT
from app.extraction.rules.plan import Plan, State
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.talk import Talk
from app.models import Role
from app.temporal import Kind


def goes_on(talk: Talk, plan: Plan, reading: Reading, role: Role) -> bool:
    """Whether the message goes on from what was proposed: asks for the name or address, or gives what was asked."""
    acts = reading.acts
    lasts = Act.LASTS in acts and any(m.when.kind is Kind.DURATION for m in reading.mentions)
    if (acts & {Act.ASK_NAME, Act.ASK_PLACE, Act.ASK_TITLE, Act.SEE_YOU} or lasts) and not acts & set(NEW_SLOT):
        return role is Role.BOT or Act.SEE_YOU in acts
    if role is Role.BOT and _lacked_only_the_hour(talk) and not reading.asks and not reading.mentions:
        return not acts & (NEGATIVE | NEW_SLOT | {Act.HEDGE, Act.PROMISE, Act.OFFER})
    numbered = reading.is_short and any(w.text[:1].isdigit() for w in reading.words)
    if role is Role.BOT and Act.ASK_PLACE in talk.asked[role] and (reading.addresses or numbered):
        return not acts & (NEGATIVE | NEW_SLOT) and not reading.asks
    if (
        role is Role.USER
        and talk.asked[role] & {Act.ASK_NAME, Act.ASK_PLACE, Act.ASK_TITLE}
        and not reading.asks
        and not acts & (NEGATIVE | {Act.HEDGE})
    ):
        return True
    return _tells_where(talk, plan, reading, role)


def _tells_where(talk: Talk, plan: Plan, reading: Reading, role: Role) -> bool:
    """ "Ideal, 8 Abbey Rd": who gives the address unasked has agreed."""
    if role is Role.BOT or not reading.addresses or reading.asks or reading.acts - unknown.NEUTRAL or plan.place:
        return False
    return not unknown.is_doubtful(reading) and unknown.is_arranged(talk, plan)


def _lacked_only_the_hour(talk: Talk) -> bool:
    """ "¿Vienen el domingo?" … "Sí! ¿a qué hora?" … "a las 2": what was agreed to is complete with the hour."""
    if len(talk.messages) < 3 or [m.role for m in talk.messages[-3:-1]] != [Role.BOT, Role.USER]:
        return False
    asked, told = talk.readings[-3], talk.readings[-2]
    agreed = {h.tag for h in asked.hits if h.first == 0} & {Act.ACCEPT}
    open_still = not any(m.when.time and m.use is Use.PROPOSE for m in asked.mentions)
    return bool(agreed) and open_still and not told.asks and any(m.when.time for m in told.mentions)


def settle_by_going_on(talk: Talk, plan: Plan, index: int, reading: Reading) -> None:
    if plan.state is State.OPEN and plan.draft.complete and not plan.refused:
        plan.settle(index, reading.text)
