"""Which appointment a proposed moment is of, or is it a new one?"""

import datetime as dt
from dataclasses import dataclass

from app.extraction.rules import adding, going_on, narrowing, proposing, subjects
from app.extraction.rules.acts import Act
from app.extraction.rules.labels import by_label
from app.extraction.rules.offers import Option
from app.extraction.rules.plan import Candidate, Plan, State
from app.extraction.rules.reading import Reading
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import When
from app.extraction.rules.words import names
from app.models import Role

#: How long after its hour somebody may still say that it will be another.
_LATE = dt.timedelta(hours=4)


def echo_of(talk: Talk, option: Option) -> Plan | None:
    """The plan at that moment already, the one talked about first."""
    for plan in [talk.focus, *reversed(talk.plans)]:
        if (
            plan
            and plan.live
            and (plan.known.overlaps(option.when) or plan.agreed and plan.agreed.overlaps(option.when))
            and not narrowing.weeks_apart(plan, option)
        ):
            return plan
    return None


def meant_or(talk: Talk, reading: Reading, plan: Plan) -> Plan:
    """The settled plan whose title the message has words of, else `plan`."""
    live = [p for p in talk.plans if p.state is State.SETTLED]
    if len(live) < 2:
        return plan
    words = {w for w in reading.folded.replace("?", " ").replace(",", " ").split() if len(w) > 3}
    scored = [(len(words & p.title_words()), p is plan, n, p) for n, p in enumerate(live)]
    return max(scored)[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A proposed moment and what stands around it. `label` is what it is called; `several`: others in the message are
    of other appointments."""

    talk: Talk
    option: Option
    label: Candidate | None
    reading: Reading
    index: int
    role: Role
    several: bool = False

    def plan(self) -> Plan:
        """The plan it is of; a new one, which is the focus of the talk then, where it is of none."""
        echo = echo_of(self.talk, self.option)
        if known := self._labelled(echo):
            return known
        if echo and self._means(echo):
            return echo
        plan = self.talk.focus
        if plan is None or not plan.live:
            return self._new()
        if self.several and self.label and (plan.label or plan.changed == self.index):
            return self._beside(plan, self.label)
        if self.talk.anew and plan.state is State.SETTLED:
            return self._new()
        if self._goes_on_to_the_next(plan):
            going_on.settle_by_going_on(self.talk, plan, self.index, self.reading)
            return self._new(like=plan)
        if plan.state is State.SETTLED and plan.draft == plan.agreed:
            return self._after_settling(plan)
        if self.label and plan.draft.complete and plan.label and not plan.refused:
            return self._new()
        return plan

    def _new(self, *, like: Plan | None = None) -> Plan:
        return proposing.new_plan(self.talk, self.index, like=like)

    def _labelled(self, echo: Plan | None) -> Plan | None:
        """The plan called as the moment is, unless the moment is that of another, or is wished for besides."""
        known = by_label(self.talk, self.label) if self.label else None
        if known is None or narrowing.says_exactly(known, self.option):
            return known
        if echo and narrowing.says_exactly(echo, self.option):
            return None
        besides = adding.another(self.reading) or adding.requests_another_day(self.reading, self.option, known)
        return None if self.role is Role.USER and known.state is State.SETTLED and besides else known

    def _means(self, echo: Plan) -> bool:
        """Whether the plan at that moment is meant, and no other thing or request."""
        if self.label and self.several and echo.label:
            return False
        requests = self.role is Role.USER and self.reading.has(Act.REQUEST) and not self.option.when.complete
        if echo.state is not State.SETTLED or not requests:
            return True
        return adding.says_the_hour_again(self.option, echo)

    def _beside(self, plan: Plan, label: Candidate) -> Plan:
        """One more, of several that are called differently in one message."""
        fresh = self._new(like=plan)
        lexicon, said = self.reading.lexicon, names(label.text)
        thing = label.text.islower() and not said & (lexicon.persons_words | lexicon.people_words)
        if thing or said & lexicon.services_words:  # and not the same for another person
            fresh.titles = [c for c in plan.titles if plan.label is None or c.text != plan.label.text]
        if self.option.when.date is None:
            fresh.draft = When(date=plan.draft.date)
        return fresh

    def _goes_on_to_the_next(self, plan: Plan) -> bool:
        """ "¿Y lo retirás a qué hora?"; or they had asked for the next one: what was talked about is settled by it."""
        if self.role is Role.BOT and adding.asks_when_fetched(self.reading, self.option, plan):
            return True
        return Act.ASK_WHEN not in self.reading.acts and self._other_said(Act.NEXT)

    def _other_said(self, act: Act) -> bool:
        other = Role.BOT if self.role is Role.USER else Role.USER
        return any(h.tag is act for h in self.talk.last_hits(other))

    def _after_settling(self, plan: Plan) -> Plan:
        """What is named once an appointment stands: a change of it, or one more."""
        if self._is_over(plan):
            return self._new()
        reading, new_subject = self.reading, self._is_new_subject(plan)
        if not reading.has(Act.MOVE) and self._other_said(Act.MORE):
            return self._new()
        if self._moves() and (not new_subject or reading.has(Act.MOVE, Act.CANNOT, Act.UNAVAILABLE)):
            return meant_or(self.talk, reading, plan)
        more = Act.MORE in reading.acts
        if more and not new_subject and self.label is None and adding.same_again(self.talk, self.option):
            fresh = self._new(like=plan)
            fresh.draft = When(time=plan.known.time, end=plan.known.end)
            return fresh
        if more or new_subject or self._asks_again() or self._is_about_something_else(plan):
            return self._new()
        return meant_or(self.talk, reading, plan)

    def _is_over(self, plan: Plan) -> bool:
        """Whether it had begun before the message; who cannot come or is late says so for some time after."""
        day, hour = plan.known.date, plan.known.time
        if day is None:
            return False
        start = dt.datetime.combine(day.value, hour.value if hour else dt.time(23, 59))
        late = _LATE if self.reading.has(Act.CANNOT, Act.BUSY, Act.MOVE, Act.UNAVAILABLE) else dt.timedelta(0)
        return start + late < self.talk.messages[self.index].at.replace(tzinfo=None)

    def _is_new_subject(self, plan: Plan) -> bool:
        """Whether what is said with it names another thing than the settled one."""
        reading, option = self.reading, self.option
        if self.label and (not names(self.label.text) & plan.main_words() or adding.adds(reading, option)):
            return True
        told = self.role is Role.BOT
        if option.when.complete and adding.adds(reading, option, about=plan, before=self.index, told=told):
            return True
        return adding.fetches(self.talk, reading, option, plan)

    def _moves(self) -> bool:
        if self.reading.has(Act.MOVE, Act.CANNOT, Act.UNAVAILABLE, Act.KEEP):
            return True
        return self.option.moved and Act.MORE not in self.reading.acts

    def _asks_again(self) -> bool:
        """Whether it is wished for as a first one would be."""
        wished = self.reading.has(Act.REQUEST) or self.role is Role.USER and self.reading.has(Act.WANT)
        return wished and not adding.only_another_hour(self.talk, self.option)

    def _is_about_something_else(self, plan: Plan) -> bool:
        """Whether a slot is asked for, or offered, right behind a thing that the plan is not called by."""
        if not self.reading.has(Act.ASK_FREE, Act.OFFER, Act.WANT):
            return False
        lately = self.index - 1
        said = [c for c in self.talk.said_subjects if c.message >= lately and c.weight >= subjects.NAMED]
        return bool(said) and not any(names(c.text) & plan.main_words() for c in said)
