"""Answers to what was proposed: which plans a message answers, and whether with a yes or a no."""

from app.extraction.rules import consent
from app.extraction.rules.acts import NEGATIVE, POSITIVE, Act
from app.extraction.rules.plan import Plan, State
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.settling import Answer
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import Slot, when_of
from app.models import Role


def answer(talk: Talk, reading: Reading, index: int, role: Role, touched: list[Plan]) -> None:
    acts = reading.acts
    plan = talk.focus
    if plan is None or not plan.live:
        return
    if Act.GIVE_UP in acts and plan.state is State.OPEN:
        plan.cancel(index, reading.quote(Act.GIVE_UP))
        talk.focus = None
        return
    if (
        any(m.when.shift and m.when.shift.vague and m.use is Use.PROPOSE for m in reading.mentions)
        and plan.by is not role
        and not touched
        and not reading.has(Act.SEE_YOU)
        and plan.draft != plan.agreed
    ):
        plan.refused = True
        return
    positive, negative = _polarity(talk, reading)
    positive = positive and not consent.takes_a_no(talk)
    plans = touched or [
        p
        for p in talk.plans
        if p.live
        and p.draft != p.agreed
        and not p.options
        and p.by is not None
        and (p is plan or p.changed == plan.changed or positive)
    ]
    if touched and positive and not negative:
        plans = [*touched, *consent.answered_first(talk, reading, role, touched)]
    plans = (
        plans + [p for p in consent.of_that_day(talk, touched, reading) if p not in plans]
        if role is Role.BOT
        else plans
    )
    if not plans:
        if role is Role.BOT and Act.UNAVAILABLE in acts and _takes_back(talk, plan, reading):
            plan.wavering, plan.hedged = Slot(reading.quote(Act.UNAVAILABLE), index, ""), role
        elif negative and not positive and _asked_before_noting(talk, plan, role):
            plan.cancel(index, reading.quote(*NEGATIVE))
            talk.focus = None
        elif plan.state is State.SETTLED and (
            Act.CANNOT in acts
            and not positive
            or Act.HEDGE in acts
            and (_speaks_on(talk, plan, role) or role is Role.USER and _just_settled(talk, plan))
        ):
            plan.wavering, plan.hedged = (
                Slot(reading.quote(Act.CANNOT, Act.HEDGE), index, ""),
                role,
            )
        elif (
            plan.wavering
            and (positive or Act.KEEP in acts)
            and (
                role is plan.hedged
                and Act.HEDGE not in acts
                and any(w.text.isalpha() for w in reading.words)
                or reading.books
            )
        ):
            plan.wavering = plan.hedged = None
        return
    if negative and not touched and len(plans) > 1:  # "el viernes no puedo", of three days
        refused = [when_of(m.when, 0) for m in reading.mentions if m.use is Use.REFUSE and m.when.date]
        plans = [p for p in plans if any(p.draft.overlaps(no) for no in refused)] or plans
    for one in plans:
        Answer(talk, one, reading, index, role, one in touched, positive, negative).give()


def _takes_back(talk: Talk, plan: Plan, reading: Reading) -> bool:
    """ "Disculpa, ya está ocupado": of the hour just settled, and no answer to another question."""
    if plan.state is not State.SETTLED or plan.agreed is None:
        return False
    refused = [when_of(m.when, 0) for m in reading.mentions if m.use is Use.REFUSE and not m.when.shift]
    if any(m.when.shift and m.use is Use.REFUSE for m in reading.mentions):
        return True  # "ese horario"
    if refused:
        return any(plan.agreed.overlaps(when) for when in refused)
    return len(talk.messages) > 1 and talk.messages[-2].role is Role.BOT


def _asked_before_noting(talk: Talk, plan: Plan, role: Role) -> bool:
    """Whether the last message was "¿te anoto?", by the other side, and counted as having noted it."""
    last = len(talk.messages) - 2
    if plan.settled is None or plan.settled.message != last or talk.messages[last].role is role:
        return False
    return any(s.asks and Act.ASK_CONFIRM in s.acts for s in talk.readings[last].segments)


def _speaks_on(talk: Talk, plan: Plan, role: Role) -> bool:
    """Whether who settled the plan is still speaking: "suena bien / pero déjeme consultar"."""
    return plan.settled is not None and all(m.role is role for m in talk.messages[plan.settled.message :])


def _just_settled(talk: Talk, plan: Plan) -> bool:
    """Whether the business settled it in its last message: "espera que lo miro", "luego te confirmo" hold that up."""
    last = len(talk.messages) - 2
    return plan.settled is not None and plan.settled.message == last and talk.messages[last].role is Role.BOT


def _polarity(talk: Talk, reading: Reading) -> tuple[bool, bool]:
    yes = no = -1
    says = Act.CONFIRM in reading.acts and Act.FAILED not in reading.acts
    books = says and talk.messages[-1].role is Role.BOT and reading.books
    for hit in reading.hits:
        segment = reading.segment_of(hit.first)
        if (
            hit.tag in POSITIVE
            and yes < 0
            and not consent.is_in_passing(reading, hit)
            and not (segment.asks and (Act.ASK_CONFIRM in segment.acts or hit.first > segment.first))
        ):
            yes = hit.first
        if hit.tag in NEGATIVE and no < 0 and not segment.asks and Act.BUSY not in segment.acts:
            if not (books and hit.tag is Act.REFUSE):  # "No, there isn't. Your table has been booked"
                no = hit.first
    if yes >= 0 and no >= 0:
        return yes < no, no < yes
    return yes >= 0, no >= 0
