"""Answers to what was proposed: accepted, refused, put off, gone on from. Decides when a plan is settled."""

from app.extraction.rules import closing, consent, going_on, unknown
from app.extraction.rules.acts import NEGATIVE, POSITIVE, Act
from app.extraction.rules.closing import NEW_SLOT
from app.extraction.rules.found import name_found
from app.extraction.rules.plan import Plan, State
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import Slot, when_of
from app.models import Role

#: What turns a statement of the business into something between the two.
_ADDRESSED = frozenset({Act.REMIND, Act.ASK_CONFIRM, Act.OFFER, Act.REQUEST, Act.SEE_YOU})


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
        _answer_one(talk, one, reading, index, role, touched=one in touched, positive=positive, negative=negative)


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


def _answer_one(
    talk: Talk,
    plan: Plan,
    reading: Reading,
    index: int,
    role: Role,
    *,
    touched: bool,
    positive: bool,
    negative: bool,
) -> None:
    acts = reading.acts
    changed_now = plan.changed == index and plan.by is role
    if (Act.HEDGE in acts or acts & {Act.PROMISE, Act.DROP_IN} and role is Role.USER) and not acts & {Act.CONFIRM}:
        plan.hedged = role
        return
    if plan.hedged is role and not touched and consent.is_courtesy(talk, reading):
        return
    if positive and not touched and plan.by is not role and consent.is_about_something_else(talk, plan, reading, role):
        return
    waiting = _wants_answer(plan, reading, touched)
    if changed_now:
        plan.hedged = None if plan.hedged is role else plan.hedged
        if role is Role.USER and Act.REQUEST in acts and not acts & {Act.HYPOTHETICAL}:
            plan.requested = True
        if role is Role.BOT and reading.books and plan.wished and not waiting:
            _settle(talk, plan, reading, index, explicit=True)
        elif role is Role.USER and Act.SEE_YOU in acts and not reading.asks and closing.in_the_window(talk, plan):
            _settle(talk, plan, reading, index, explicit=False)
        elif (
            role is Role.BOT
            and not waiting
            and (closing.closes(talk, plan, reading) or closing.corrects(plan, reading, index))
        ):
            _settle(talk, plan, reading, index, explicit=False)
        return
    if negative and not (touched and _refuses_another(plan, reading)):
        plan.refused = True
        return
    if positive and not touched and closing.falls_back(talk, plan, reading, role):
        _settle(talk, plan, reading, index, explicit=False)
        return
    if (positive or Act.REQUEST in acts) and consent.takes_its_no_back(talk, plan, index, role):
        plan.refused = False
    if plan.refused and not touched:
        return
    if plan.by is role:
        if role is Role.USER and positive and not plan.hedged and consent.was_asked_to_note(talk):
            _settle(talk, plan, reading, index, explicit=False)
            return
        if role is Role.BOT and positive and not plan.hedged and consent.was_agreed_asking(talk):
            _settle(talk, plan, reading, index, explicit=False)
            return
        if role is Role.BOT and plan.wished and not waiting and _heard_since(talk, plan, role):
            repeated = closing.repeats(talk, plan, reading, touched=touched)
            if reading.books or repeated or unknown.closes(talk, plan, reading):
                _settle(talk, plan, reading, index, explicit=reading.books)
        return
    if plan.hedged is role and touched and not positive:
        plan.by, plan.changed, plan.hedged, plan.requested = role, index, None, False
        return
    goes_on = (
        going_on.goes_on(talk, plan, reading, role) or role is Role.USER and closing.thanks_for(plan, reading, talk)
    )
    echo = touched and not reading.asks and not unknown.regrets(reading, role)
    request = role is Role.USER and Act.REQUEST in acts
    if not (
        positive
        or goes_on
        or echo
        or request
        or plan.requested
        and not acts & NEW_SLOT
        or unknown.agrees(talk, plan, reading, role)
    ):
        return
    if waiting and not (reading.books and not touched):
        return
    if role is Role.BOT and not touched and not goes_on and consent.only_tells_the_price(talk, plan, reading):
        return
    if plan.hedged is not None and plan.hedged is not role and not reading.books:
        return
    if plan.hedged is role and not positive and not touched:
        return
    if role is Role.USER and not touched and Act.SEE_YOU not in acts and _is_notice(talk, plan):
        return
    plan.hedged = None
    _settle(talk, plan, reading, index, explicit=reading.books)


def _heard_since(talk: Talk, plan: Plan, role: Role) -> bool:
    return any(m.role is not role for m in talk.messages[plan.changed + 1 :])


def _wants_answer(plan: Plan, reading: Reading, touched: bool) -> bool:
    """Whether the message reads something back and waits for a yes. "Sábado 10 a las 12. ¿La otra el 24?" asks of the
    other one."""
    for segment in reading.segments:
        if Act.ASK_CONFIRM in segment.acts and (
            segment.asks or segment.acts & {Act.ASK_CONFIRM} and not segment.acts & {Act.ACCEPT, Act.CONFIRM}
        ):
            return True
    day = plan.draft.date.value if plan.draft.date else None
    said = [m for m in reading.mentions if m.use is Use.PROPOSE]
    own = [m for m in said if day and m.when.date == day and m.when.time]
    return touched and any(m.segment.asks and not {Act.CONFIRM, Act.ASK_NAME} <= m.segment.acts for m in own or said)


def _refuses_another(plan: Plan, reading: Reading) -> bool:
    """ "El viernes no puedo. El martes", "22:30 es tarde, a las 20": the no is to the other one that was on offer."""
    taken = [
        m for m in reading.mentions if m.use is Use.PROPOSE and not m.segment.acts & NEGATIVE and not m.segment.asks
    ]
    refused = any(m.use is Use.REFUSE and not plan.draft.overlaps(when_of(m.when, 0)) for m in reading.mentions)
    return refused and any(plan.draft.overlaps(when_of(m.when, 0)) for m in taken)


def _is_notice(talk: Talk, plan: Plan) -> bool:
    """Whether the moment stands in what the business told out of the blue: who says "ok" to that has agreed to nothing.

    A question, an offer, a reminder or a booking told is addressed to the customer; so is what answers one.
    """
    if any(m.role is Role.USER for m in talk.messages[: plan.changed]):
        return False
    return not any(
        r.asks or r.acts & _ADDRESSED or Act.CONFIRM in r.acts and any(w.text in r.lexicon.yours_words for w in r.words)
        for r in talk.readings[: plan.changed + 1]
    )


def _settle(talk: Talk, plan: Plan, reading: Reading, index: int, *, explicit: bool) -> None:
    draft = plan.draft
    if talk.searching and not (explicit and talk.messages[index].role is Role.BOT):
        return
    if talk.searching and Act.CALENDAR not in reading.acts:
        plan.found = name_found(talk)
    if draft.complete or draft.time and not draft.date and not plan.undated:
        plan.settle(index, reading.quote(Act.CONFIRM, Act.ACCEPT, Act.SEE_YOU, Act.BOTH, Act.REQUEST))
    elif (
        draft.date
        and explicit
        and (talk.searching or draft.date.value > talk.messages[draft.date.message].at.date())
        and not _time_is_open(talk, plan)
    ):
        plan.settle(index, reading.quote(Act.CONFIRM))
    elif plan.state is State.SETTLED and draft.date and plan.agreed and not plan.agreed.fits(draft):
        plan.wavering = Slot(reading.quote(Act.ACCEPT, Act.SEE_YOU), index, "")  # to another day, whose hour is open


def _time_is_open(talk: Talk, plan: Plan) -> bool:
    """Whether somebody asked for the hour of this plan: then a day alone settles nothing."""
    asked = {Act.ASK_TIME, Act.ASK_PART}
    since = plan.draft.date.message if plan.draft.date else max(plan.began - 1, 0)  # "what time?" … "on the 10th"
    return any(r.acts & asked for r in talk.readings[since:]) or plan.draft.part is not None
