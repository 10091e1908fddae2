"""Binds proposed moments to plans: one, several at once, or alternatives to choose from."""

import datetime as dt
from dataclasses import dataclass

from app.extraction.rules import adding, choosing, narrowing, proposing
from app.extraction.rules.acts import NEGATIVE, Act
from app.extraction.rules.labels import by_label, labels_of
from app.extraction.rules.offers import Option
from app.extraction.rules.plan import Candidate, Plan, State
from app.extraction.rules.reading import Reading
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import Slot, When
from app.extraction.rules.which_plan import Aim, echo_of, meant_or
from app.extraction.rules.words import names
from app.models import Role

__all__ = ["meant_or", "take"]


def take(talk: Talk, options: list[Option], reading: Reading, index: int, role: Role) -> list[Plan]:
    """Bind what was proposed to a plan; gives the plans touched."""
    message = _Message(talk, reading, index, role)
    plan = talk.focus if talk.focus and talk.focus.live else None
    if plan and plan.options and (touched := message.choose(plan, options)):
        return touched
    if plan and plan.state is State.SETTLED and plan.draft == plan.agreed:
        options = [o for o in options if not narrowing.only_names_a_day(o, plan, reading)]
    if not options:
        proposing.refuse_moments(talk, plan, reading)
        return []
    options = narrowing.without_old(talk, options, reading)
    labels = labels_of(talk, options, reading)
    if len(options) == 1:
        return message.take_one(options[0], labels[0])
    return message.take_several(options, labels)


@dataclass(frozen=True, slots=True)
class _Message:
    """The message whose moments are bound. Each method gives the plans touched."""

    talk: Talk
    reading: Reading
    index: int
    role: Role

    @property
    def other(self) -> Role:
        return Role.BOT if self.role is Role.USER else Role.USER

    def choose(self, plan: Plan, options: list[Option]) -> list[Plan]:
        """Take one of the alternatives on offer, or tell which one the other side has taken. Empty if it does not."""
        talk, reading = self.talk, self.reading
        if plan.by is self.other and not reading.has(Act.FAILED):
            taken, rest = choosing.taken_and_asked(plan, options, reading)
            if chosen := choosing.chosen_of(talk, plan, taken, reading):
                offered = plan.options
                touched = choosing.choose(talk, plan, chosen, reading, self.index, role=self.role)
                return touched + choosing.ask_besides(talk, touched, offered, rest, self.index, role=self.role)
        if plan.by is self.role is Role.BOT and _tells_back(talk, reading):
            told = choosing.chosen_of(talk, plan, options, reading)
            if len(told) == 1 and options:
                touched = choosing.choose(talk, plan, told, reading, self.index, role=self.role)
                plan.by = self.other
                return touched
        return []

    def take_one(self, option: Option, label: Candidate | None) -> list[Plan]:
        target = self._target(option, label)
        proposing.refuse_moments(self.talk, target, self.reading)
        return [self._apply(target, option, label)]

    def take_several(self, options: list[Option], labels: list[Candidate | None]) -> list[Plan]:
        """Several moments: each of its own appointment, all of the same, one of them meant, or a choice."""
        talk, reading = self.talk, self.reading
        echoed = [plan for o in options if (plan := echo_of(talk, o))]
        if len({id(plan) for plan in echoed}) == len(options):
            for plan, option, label in zip(echoed, options, labels, strict=True):
                self._apply(plan, option, label)
            return echoed
        if _are_different_things(talk, options, labels, reading):
            return self._take_apart(options, labels)
        if adding.counters(talk.current, options, reading, self.other):
            return self.take_one(options[-1], None)  # what is named before it is why
        if _all_of(talk, options, reading):
            return self._take_all(options, labels[0])
        if narrowing.same_day_refined(options) or narrowing.roughly_then_exactly(options):
            return self.take_one(options[-1], labels[-1])
        if adding.then_fetched(options, reading) or adding.reasons(talk.current, options, reading, self.other):
            return self.take_one(options[0], labels[0])
        return self._offer(options, labels[0])

    def _target(self, option: Option, label: Candidate | None, *, several: bool = False) -> Plan:
        return Aim(
            talk=self.talk,
            option=option,
            label=label,
            reading=self.reading,
            index=self.index,
            role=self.role,
            several=several,
        ).plan()

    def _apply(self, plan: Plan, option: Option, label: Candidate | None) -> Plan:
        return proposing.apply(self.talk, plan, option, label, self.reading, index=self.index, role=self.role)

    def _take_apart(self, options: list[Option], labels: list[Candidate | None]) -> list[Plan]:
        """ "Corte el jueves a las 10 y láser a las 11:15"."""
        parted = [
            self._apply(self._target(option, label, several=True), option, label)
            for option, label in zip(options, labels, strict=True)
        ]
        adding.part_titles(parted)
        return parted

    def _take_all(self, options: list[Option], label: Candidate | None) -> list[Plan]:
        """ "Para mis dos hijos, 4:00 y 4:30": appointments like the first."""
        first = self._target(options[0], label)
        touched = [self._apply(first, options[0], label)]
        for option in options[1:]:
            target = echo_of(self.talk, option)
            if target is None or target in touched:
                target = proposing.new_plan(self.talk, self.index, like=first)
                target.draft = When(date=first.draft.date)
            touched.append(self._apply(target, option, None))
        return touched

    def _offer(self, options: list[Option], label: Candidate | None) -> list[Plan]:
        """Alternatives, one of which the other side may choose; `together`: or all of them."""
        target = self._target(options[0], label)
        _fill_hours(options, target)
        moments = [o.when for o in options]
        each = target.together and set(_days(target.options)) == set(_days(moments))
        day = When(date=target.draft.date)
        target.options = [
            proposing.in_its_half(self.talk, w.filled(day) if w.date is None else w, target, self.reading, self.index)
            for w in moments
        ]
        if target.founded is None:
            target.founded = Slot("", self.index, self.reading.text[options[0].start : options[-1].end])
        joined = all(o.joined == "also" for o in options[1:])
        target.together = (joined or each) and len(set(_days(moments))) == len(options)
        target.by, target.changed, target.refused = self.role, self.index, False
        if label:
            target.titles.append(label)
        return [target]


def _are_different_things(talk: Talk, options: list[Option], labels: list[Candidate | None], reading: Reading) -> bool:
    """Whether they are called by two names, by one that is booked already, or are for another person."""
    called = [label for label in labels if label]
    return (
        adding.is_another_thing(talk, options, labels)
        or len(called) >= 2
        or any(by_label(talk, label) for label in called)
        or any(names(label.text) <= reading.lexicon.people_words for label in called)
    )


def _fill_hours(options: list[Option], target: Plan) -> None:
    """ "Tomorrow yes, Thursday only at 2": a day that was on offer keeps its hour."""
    before = {o.date.value: o for o in target.options if o.date and o.time}
    for option in options:
        day = option.when.date
        if day and option.when.time is None and option.when.part is None and day.value in before:
            option.when = option.when.filled(before[day.value])


def _days(moments: list[When]) -> list[dt.date]:
    return [when.date.value for when in moments if when.date]


def _tells_back(talk: Talk, reading: Reading) -> bool:
    """ "Zoom is easier" … "Friday at 10 it is": which of those on offer the customer's answer meant."""
    if reading.asks or reading.acts & (NEGATIVE | {Act.OFFER, Act.ASK_FREE, Act.HEDGE}) or len(talk.messages) < 2:
        return False
    answered = talk.readings[-2]
    no = NEGATIVE | {Act.HEDGE, Act.PROMISE}
    return talk.messages[-2].role is Role.USER and not answered.asks and not answered.acts & no


def _all_of(talk: Talk, options: list[Option], reading: Reading) -> bool:
    if any(o.joined == "either" for o in options):
        return False
    days = {o.when.date.value for o in options if o.when.date}
    joined = all(o.joined == "also" for o in options[1:])
    if joined and len(days) == len(options) and adding.each_its_own(options, reading):
        return True
    if talk.count >= len(options):  # "para mis dos hijos … 4:00 y 4:30"
        days |= {o.when.time.value for o in options if o.when.time}  # type: ignore[misc]
    return (
        len(days) >= len(options)
        and (joined or talk.count == len(options))
        and (talk.count >= len(options) or reading.has(Act.CONFIRM, Act.REQUEST, Act.BOTH, Act.MORE))
    )
