"""The business says over what is arranged: lists of appointments, and the question which of them is meant."""

from app.extraction.rules.acts import Act
from app.extraction.rules.phrases import LONGEST, TITLED
from app.extraction.rules.plan import Candidate, Plan, State
from app.extraction.rules.reading import Mention, Reading, Use
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import when_of
from app.models import Role

_MEANT = frozenset({Act.CANCEL, Act.MOVE})


def recite(talk: Talk, reading: Reading, index: int, role: Role) -> None:
    """What the business lists of the appointments that stand proposes nothing. When it asks which of them to call
    off, none is yet, and the next answer says which."""
    if role is not Role.BOT or not reading.mentions:
        return
    asked = {act for s in reading.segments if s.asks for act in s.acts & _MEANT}
    known = all(standing(talk, m) for m in reading.mentions)
    several = reading.listed or len(reading.mentions) > 1
    if not several and Act.CANCEL in asked:  # "¿quieres cancelar corte, el lunes a las 9?"
        talk.which = [*_undo(talk, index)] or [standing(talk, m) for m in reading.mentions if known]
        if talk.which:
            _silence(reading)
            talk.focus = talk.which[-1]
        return
    if not asked or not (several and known or reading.listed and Act.CANCEL in asked):
        if reading.listed and known:
            _silence(reading)
        return
    _silence(reading)
    undone = _undo(talk, index)
    if undone:
        talk.which = [standing(talk, m) for m in reading.mentions]
        talk.focus = undone[-1]


def speak_of(talk: Talk, reading: Reading, role: Role) -> None:
    """Of several appointments the business says which it has noted, or cannot: the one at exactly that moment."""
    if role is not Role.BOT or not (reading.books or Act.UNAVAILABLE in reading.acts) or reading.listed:
        return
    said = next((when for m in reading.mentions if (when := when_of(m.when, 0)).complete), None)
    meant = [p for p in talk.plans if said and p.live and p.draft.complete and p.draft.fits(said)]
    if len(meant) == 1:
        talk.focus = meant[0]


def name_items(talk: Talk, reading: Reading, index: int, role: Role) -> None:
    """The business' list gives each appointment the title of its own line: "1. Corte, el lunes 7 a las 9:00"."""
    if role is not Role.BOT or not reading.listed:
        return
    for mention in reading.mentions:
        begin = reading.folded.rfind("\n", 0, mention.start) + 1
        before = reading.folded[begin : mention.start]
        begin += len(before) - len(before.lstrip())
        title = reading.text[begin : mention.start].strip(" \t,:-–*_")
        plan = standing(talk, mention)
        if plan is not None and title and len(title.split()) <= LONGEST:
            plan.titles = [*plan.titles, Candidate(title, TITLED, index, title)]


def standing(talk: Talk, mention: Mention) -> Plan | None:
    """The settled plan at exactly that day and hour."""
    said = when_of(mention.when, 0)
    if not said.complete:
        return None
    for plan in reversed(talk.plans):
        if plan.state is State.SETTLED and plan.agreed and plan.agreed.complete and plan.agreed.fits(said):
            return plan
    return None


def choose(talk: Talk, reading: Reading, index: int, role: Role) -> bool:
    """The answer to "¿cuál quieres cancelar?": "la segunda", "la del jueves", "las dos"."""
    if role is not Role.USER or not talk.which or reading.asks and Act.CANCEL not in reading.acts:
        return False  # "¿la segunda sigue, no?" calls nothing off
    plans, talk.which = talk.which, []
    agreed = len(plans) == 1 and Act.ACCEPT in reading.acts and not reading.has(Act.REFUSE, Act.KEEP, Act.CANNOT)
    if Act.BOTH in reading.acts or agreed:
        chosen = [p for p in plans if p]
    elif reading.choice is not None and -1 <= reading.choice <= len(plans) and reading.choice:
        chosen = [p for p in [plans[reading.choice if reading.choice < 0 else reading.choice - 1]] if p]
    else:
        return False
    for plan in chosen:
        plan.cancel(index, reading.text.strip())
        talk.last_cancelled, talk.cancelled_at = plan, index
    for mention in reading.mentions:
        mention.use = Use.NOISE
    left = talk.live
    talk.focus = left[-1] if left else None
    return bool(chosen)


def _silence(reading: Reading) -> None:
    for mention in reading.mentions:
        mention.use = Use.NOISE


def _undo(talk: Talk, index: int) -> list[Plan]:
    """Take back what the customer's last words called off: of which appointment is only asked now."""
    first = index
    while first and talk.messages[first - 1].role is Role.USER:
        first -= 1
    undone = [
        p
        for p in talk.plans
        if p.state is State.CANCELLED and p.cancelled and first <= p.cancelled.message < index and p.settled
    ]
    for plan in undone:
        plan.state, plan.cancelled = State.SETTLED, None
    if undone:
        talk.cancelled_at = -9
    return undone
