"""Binds proposed moments to plans: which appointment is meant, or is it a new one?"""

import datetime as dt

from app.extraction.rules import adding, choosing, going_on, narrowing, proposing, subjects
from app.extraction.rules.acts import NEGATIVE, Act
from app.extraction.rules.labels import by_label, labels_of
from app.extraction.rules.offers import Option
from app.extraction.rules.plan import Candidate, Plan, State
from app.extraction.rules.reading import Reading
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import Slot, When
from app.extraction.rules.words import names
from app.models import Role

#: How long after its hour somebody may still say that it will be another.
_LATE = dt.timedelta(hours=4)


def take(talk: Talk, options: list[Option], reading: Reading, index: int, role: Role) -> list[Plan]:
    """Bind what was proposed to a plan; gives the plans touched."""
    other = Role.BOT if role is Role.USER else Role.USER
    plan = talk.focus if talk.focus and talk.focus.live else None
    if plan and plan.options and plan.by is other and not reading.has(Act.FAILED):
        taken, rest = choosing.taken_and_asked(plan, options, reading)
        if chosen := choosing.chosen_of(talk, plan, taken, reading):
            offered = plan.options
            touched = choosing.choose(talk, plan, chosen, reading, index, role=role)
            return touched + choosing.ask_besides(talk, touched, offered, rest, index, role=role)
    if plan and plan.options and plan.by is role is Role.BOT and _tells_back(talk, reading):
        told = choosing.chosen_of(talk, plan, options, reading)
        if len(told) == 1 and options:
            touched = choosing.choose(talk, plan, told, reading, index, role=role)
            plan.by = other
            return touched
    if plan and plan.state is State.SETTLED and plan.draft == plan.agreed:
        options = [o for o in options if not narrowing.only_names_a_day(o, plan, reading)]
    if not options:
        proposing.refuse_moments(talk, plan, reading)
        return []
    options = narrowing.without_old(talk, options, reading)
    labels = labels_of(talk, options, reading)
    echoed = [_echo(talk, o) for o in options]
    several = len(options) > 1
    if several and all(echoed) and len({id(p) for p in echoed}) == len(options):
        touched = []
        for option, target, label in zip(options, echoed, labels, strict=True):
            if target is not None:
                proposing.apply(talk, target, option, label, reading, index=index, role=role)
                touched.append(target)
        return touched
    if several and (
        adding.is_another_thing(talk, options, labels)
        or sum(label is not None for label in labels) >= 2
        or any(label and by_label(talk, label) for label in labels)
        or any(label and names(label.text) <= reading.lexicon.people_words for label in labels)
    ):
        parted = [
            proposing.apply(
                talk,
                _target(talk, o, label, reading, index, role=role, several=True),
                o,
                label,
                reading,
                index=index,
                role=role,
            )
            for o, label in zip(options, labels, strict=True)
        ]
        adding.part_titles(parted)
        return parted
    if several and adding.counters(talk.current, options, reading, other):
        options, labels = options[-1:], [None]  # what is named before it is why
        several = False
    if several and _all_of(talk, options, reading):
        first = _target(talk, options[0], labels[0], reading, index, role=role)
        touched = [proposing.apply(talk, first, options[0], labels[0], reading, index=index, role=role)]
        for option in options[1:]:
            target = _echo(talk, option)
            if target is None or target in touched:
                target = proposing.new_plan(talk, index, like=first)
                target.draft = When(date=first.draft.date)
            touched.append(proposing.apply(talk, target, option, None, reading, index=index, role=role))
        return touched
    if several and (narrowing.same_day_refined(options) or narrowing.roughly_then_exactly(options)):
        options, labels = [options[-1]], labels[-1:]
        several = False
    if several and (adding.then_fetched(options, reading) or adding.reasons(talk.current, options, reading, other)):
        options, labels = options[:1], labels[:1]
        several = False
    target = _target(talk, options[0], labels[0], reading, index, role=role)
    if not several:
        proposing.refuse_moments(talk, target, reading)
        return [proposing.apply(talk, target, options[0], labels[0], reading, index=index, role=role)]
    before = {o.date.value: o for o in target.options if o.date and o.time}
    for option in options:
        day = option.when.date
        if day and option.when.time is None and option.when.part is None and day.value in before:
            option.when = option.when.filled(before[day.value])  # "tomorrow yes, Thursday only at 2"
    each = target.together and set(_days(target.options)) == set(_days([o.when for o in options]))
    target.options = [
        proposing.in_its_half(
            talk,
            o.when.filled(When(date=target.draft.date)) if o.when.date is None else o.when,
            target,
            reading,
            index,
        )
        for o in options
    ]
    if target.founded is None:
        target.founded = Slot("", index, reading.text[options[0].start : options[-1].end])
    joined = all(o.joined == "also" for o in options[1:])
    target.together = (joined or each) and len(set(_days([o.when for o in options]))) == len(options)
    target.by, target.changed, target.refused = role, index, False
    if labels[0]:
        target.titles.append(labels[0])
    return [target]


def _days(moments: list[When]) -> list[dt.date]:
    return [when.date.value for when in moments if when.date]


def _tells_back(talk: Talk, reading: Reading) -> bool:
    """ "Zoom is easier" … "Friday at 10 it is": which of those on offer the customer's answer meant."""
    if reading.asks or reading.acts & (NEGATIVE | {Act.OFFER, Act.ASK_FREE, Act.HEDGE}) or len(talk.messages) < 2:
        return False
    answered = talk.readings[-2]
    no = NEGATIVE | {Act.HEDGE, Act.PROMISE}
    return talk.messages[-2].role is Role.USER and not answered.asks and not answered.acts & no


def _echo(talk: Talk, option: Option) -> Plan | None:
    for plan in [talk.focus, *reversed(talk.plans)]:
        if (
            plan
            and plan.live
            and (plan.known.overlaps(option.when) or plan.agreed and plan.agreed.overlaps(option.when))
            and not narrowing.weeks_apart(plan, option)
        ):
            return plan
    return None


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


def _target(
    talk: Talk,
    option: Option,
    label: Candidate | None,
    reading: Reading,
    index: int,
    *,
    role: Role,
    several: bool = False,
) -> Plan:
    echo = _echo(talk, option)
    known = by_label(talk, label) if label else None
    if known and (
        narrowing.says_exactly(known, option)
        or not (echo and narrowing.says_exactly(echo, option))
        and not (
            role is Role.USER
            and known.state is State.SETTLED
            and (adding.another(reading) or adding.requests_another_day(reading, option, known))
        )
    ):
        return known
    plan = talk.focus if talk.focus and talk.focus.live else None
    if (
        echo
        and not (label and several and echo.label)
        and not (
            echo.state is State.SETTLED
            and reading.has(Act.REQUEST)
            and role is Role.USER
            and option.when.complete is False
            and not adding.says_the_hour_again(option, echo)
        )
    ):
        return echo
    if plan is None:
        return proposing.new_plan(talk, index)
    other = Role.BOT if role is Role.USER else Role.USER
    moving = (
        reading.has(Act.MOVE, Act.CANNOT, Act.UNAVAILABLE, Act.KEEP) or option.moved and Act.MORE not in reading.acts
    )
    if several and label and (plan.label or plan.changed == index):
        fresh = proposing.new_plan(talk, index, like=plan)
        people = reading.lexicon.persons_words | reading.lexicon.people_words
        thing = label.text.islower() and not names(label.text) & people
        if thing or names(label.text) & reading.lexicon.services_words:  # and not the same for another person
            fresh.titles = [c for c in plan.titles if plan.label is None or c.text != plan.label.text]
        if option.when.date is None:
            fresh.draft = When(date=plan.draft.date)
        return fresh
    if talk.anew and plan.state is State.SETTLED:
        return proposing.new_plan(talk, index)
    if role is Role.BOT and adding.asks_when_fetched(reading, option, plan):
        going_on.settle_by_going_on(talk, plan, index, reading)
        return proposing.new_plan(talk, index, like=plan)
    if Act.ASK_WHEN not in reading.acts and any(h.tag is Act.NEXT for h in talk.last_hits(other)):
        going_on.settle_by_going_on(talk, plan, index, reading)
        return proposing.new_plan(talk, index, like=plan)
    if plan.state is State.SETTLED and plan.draft == plan.agreed:
        start = (
            dt.datetime.combine(plan.known.date.value, plan.known.time.value if plan.known.time else dt.time(23, 59))
            if plan.known.date
            else None
        )
        late = _LATE if reading.has(Act.CANNOT, Act.BUSY, Act.MOVE, Act.UNAVAILABLE) else dt.timedelta(0)
        over = start is not None and start + late < talk.messages[index].at.replace(tzinfo=None)
        if over:
            return proposing.new_plan(talk, index)
        new_subject = label is not None and (not names(label.text) & plan.main_words() or adding.adds(reading, option))
        new_subject = (
            new_subject
            or option.when.complete
            and adding.adds(reading, option, about=plan, before=index, told=role is Role.BOT)
        )
        new_subject = new_subject or adding.fetches(talk, reading, option, plan)
        if not reading.has(Act.MOVE) and any(h.tag is Act.MORE for h in talk.last_hits(other)):
            return proposing.new_plan(talk, index)
        if moving and not (new_subject and not reading.has(Act.MOVE, Act.CANNOT, Act.UNAVAILABLE)):
            return meant_or(talk, reading, plan)
        if not new_subject and label is None and Act.MORE in reading.acts and adding.same_again(talk, option):
            fresh = proposing.new_plan(talk, index, like=plan)
            fresh.draft = When(time=plan.known.time, end=plan.known.end)
            return fresh
        asks_again = reading.has(Act.REQUEST) or reading.has(Act.WANT) and role is Role.USER
        if new_subject or reading.has(Act.MORE) or asks_again and not adding.only_another_hour(talk, option):
            return proposing.new_plan(talk, index)
        subjects_now = [c for c in talk.said_subjects if c.message >= index - 1 and c.weight >= subjects.NAMED]
        if (
            subjects_now
            and reading.has(Act.ASK_FREE, Act.OFFER, Act.WANT)
            and not any(names(c.text) & plan.main_words() for c in subjects_now)
        ):
            return proposing.new_plan(talk, index)
        return meant_or(talk, reading, plan)
    if label and plan.draft.complete and plan.label and not plan.refused:
        return proposing.new_plan(talk, index)
    return plan


def meant_or(talk: Talk, reading: Reading, plan: Plan) -> Plan:
    """The settled plan whose title the message has words of, else `plan`."""
    live = [p for p in talk.plans if p.state is State.SETTLED]
    if len(live) < 2:
        return plan
    words = {w for w in reading.folded.replace("?", " ").replace(",", " ").split() if len(w) > 3}
    scored = [(len(words & p.title_words()), p is plan, n, p) for n, p in enumerate(live)]
    return max(scored)[3]
