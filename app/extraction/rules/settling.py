"""What a message says to one plan: accepted, refused, put off, gone on from. Decides when it is settled."""

from dataclasses import dataclass

from app.extraction.rules import closing, consent, going_on, unknown
from app.extraction.rules.acts import NEGATIVE, Act
from app.extraction.rules.closing import NEW_SLOT
from app.extraction.rules.found import name_found
from app.extraction.rules.plan import Plan, State
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import Slot, when_of
from app.models import Role

#: What turns a statement of the business into something between the two.
_ADDRESSED = frozenset({Act.REMIND, Act.ASK_CONFIRM, Act.OFFER, Act.REQUEST, Act.SEE_YOU})


@dataclass(frozen=True, slots=True)
class Answer:
    """The message at `index`, by `role`, to `plan`. `touched`: it names a moment of the plan; `positive`, `negative`:
    it begins with a yes, with a no."""

    talk: Talk
    plan: Plan
    reading: Reading
    index: int
    role: Role
    touched: bool
    positive: bool
    negative: bool

    def give(self) -> None:
        """Settle the plan, refuse it, put it off, or leave it as it is."""
        plan, role = self.plan, self.role
        if self._puts_off():
            plan.hedged = role
        elif self._says_nothing_of_it():
            return
        elif plan.changed == self.index and plan.by is role:
            self._with_its_moment()
        elif self.negative and not (self.touched and _refuses_another(plan, self.reading)):
            plan.refused = True
        elif self.positive and not self.touched and closing.falls_back(self.talk, plan, self.reading, role):
            self._settle(explicit=False)
        else:
            self._to_what_stands()

    def _puts_off(self) -> bool:
        """ "Te digo luego", and of a customer "ya pasaré"."""
        acts = self.reading.acts
        if Act.CONFIRM in acts:
            return False
        return Act.HEDGE in acts or self.role is Role.USER and self.reading.has(Act.PROMISE, Act.DROP_IN)

    def _says_nothing_of_it(self) -> bool:
        if self.touched:
            return False
        if self.plan.hedged is self.role and consent.is_courtesy(self.talk, self.reading):
            return True
        yes_to_other = self.positive and self.plan.by is not self.role
        return yes_to_other and consent.is_about_something_else(self.talk, self.plan, self.reading, self.role)

    def _with_its_moment(self) -> None:
        """The message has just proposed the moment itself, which may settle it at once."""
        talk, plan, reading = self.talk, self.plan, self.reading
        plan.hedged = None if plan.hedged is self.role else plan.hedged
        if self.role is Role.USER:
            if Act.REQUEST in reading.acts and Act.HYPOTHETICAL not in reading.acts:
                plan.requested = True
            if Act.SEE_YOU in reading.acts and not reading.asks and closing.in_the_window(talk, plan):
                self._settle(explicit=False)
        elif self._waits():
            return
        elif reading.books and plan.wished:
            self._settle(explicit=True)
        elif closing.closes(talk, plan, reading) or closing.corrects(plan, reading, self.index):
            self._settle(explicit=False)

    def _to_what_stands(self) -> None:
        """The moment was proposed before."""
        plan, role = self.plan, self.role
        wants = self.positive or Act.REQUEST in self.reading.acts
        if wants and consent.takes_its_no_back(self.talk, plan, self.index, role):
            plan.refused = False
        if plan.refused and not self.touched:
            return
        if plan.by is role:
            self._to_its_own()
        elif plan.hedged is role and self.touched and not self.positive:
            plan.by, plan.changed, plan.hedged, plan.requested = role, self.index, None, False
        elif self._accepts():
            plan.hedged = None
            self._settle(explicit=self.reading.books)

    def _to_its_own(self) -> None:
        """Who proposed the moment speaks again: settled where the other side's yes came in between."""
        talk, plan, reading = self.talk, self.plan, self.reading
        agreed = consent.was_asked_to_note if self.role is Role.USER else consent.was_agreed_asking
        if self.positive and not plan.hedged and agreed(talk):
            self._settle(explicit=False)
        elif self.role is Role.BOT and plan.wished and not self._waits() and _heard_since(talk, plan, self.role):
            repeated = closing.repeats(talk, plan, reading, touched=self.touched)
            if reading.books or repeated or unknown.closes(talk, plan, reading):
                self._settle(explicit=reading.books)

    def _accepts(self) -> bool:
        """Whether it takes what the other side proposed."""
        goes_on = going_on.goes_on(self.talk, self.plan, self.reading, self.role) or (
            self.role is Role.USER and closing.thanks_for(self.plan, self.reading, self.talk)
        )
        if not goes_on and not self._agrees() or self._is_held_up():
            return False
        if self.touched:
            return True
        if self.role is Role.BOT:
            return goes_on or not consent.only_tells_the_price(self.talk, self.plan, self.reading)
        return Act.SEE_YOU in self.reading.acts or not _is_notice(self.talk, self.plan)

    def _agrees(self) -> bool:
        """A yes, the moment said again, a request for it, or one made before; or words that no table has."""
        reading, role = self.reading, self.role
        if self.positive or role is Role.USER and Act.REQUEST in reading.acts:
            return True
        if self.touched and not reading.asks and not unknown.regrets(reading, role):
            return True
        if self.plan.requested and not reading.acts & NEW_SLOT:
            return True
        return unknown.agrees(self.talk, self.plan, reading, role)

    def _is_held_up(self) -> bool:
        """By a question that the message asks, or because one of both has put it off."""
        books = self.reading.books
        if self._waits() and (self.touched or not books):
            return True
        hedged = self.plan.hedged
        if hedged is None:
            return False
        return not self.positive and not self.touched if hedged is self.role else not books

    def _waits(self) -> bool:
        return _wants_answer(self.plan, self.reading, self.touched)

    def _settle(self, *, explicit: bool) -> None:
        settle(self.talk, self.plan, self.reading, self.index, explicit=explicit)


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


def _heard_since(talk: Talk, plan: Plan, role: Role) -> bool:
    return any(m.role is not role for m in talk.messages[plan.changed + 1 :])


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


def settle(talk: Talk, plan: Plan, reading: Reading, index: int, *, explicit: bool) -> None:
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
