"""Puts a proposed moment into a plan: what it leaves open stays, half of the day and day come from the talk."""

import datetime as dt
from dataclasses import replace

from app.extraction.rules import context, narrowing, places, subjects
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option
from app.extraction.rules.plan import Candidate, Plan, State
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import Slot, When, likely_half, same_day, same_hour, when_of, with_part
from app.extraction.rules.words import names
from app.models import Role

_A_WEEK = 7
_LATELY = 4
_LATER_WEEKS = 45


def new_plan(talk: Talk, index: int, like: Plan | None = None) -> Plan:
    plan = Plan(began=index)
    if like is not None:
        plan.titles, plan.wished = (
            like.titles,
            like.wished,
        )  # one list: what is said of one is said of both
    else:
        plan.titles = _titles_for_new(talk)
        talk.said_subjects = []
        if not any(c.weight >= subjects.NAMED for c in plan.titles) and talk.last_cancelled:
            plan.titles += talk.last_cancelled.titles
            plan.label = talk.last_cancelled.label
    plan.wished = plan.wished or any(m.role is Role.USER for m in talk.messages)
    if talk.address and (talk.address_known or like is not None):
        plan.place, plan.place_weight = talk.address, places.VENUE + 1
    if talk.length and not talk.plans:
        plan.draft = replace(plan.draft, length=talk.length)
    talk.plans.append(plan)
    talk.focus, talk.anew = plan, False
    return plan


def _titles_for_new(talk: Talk) -> list[Candidate]:
    """What was said of no appointment yet. What already names a settled one ("corte y color") names another as well
    only when nothing else does."""
    said = [*talk.said_subjects, *(c for c in talk.now_said if c not in talk.said_subjects)]
    taken = [c for p in talk.plans if p.settled for c in p.titles if c.message <= p.settled.message]
    fresh = [c for c in said if c not in taken]
    lexicon = talk.readings[-1].lexicon
    little = lexicon.light_words | lexicon.generic_words | lexicon.joins_words
    if any(c.weight >= subjects.NAMED and not names(c.text) <= little for c in fresh):
        return fresh
    return [replace(c, weight=min(c.weight, subjects.ASKED)) if c in taken else c for c in said]


def apply(
    talk: Talk,
    plan: Plan,
    option: Option,
    label: Candidate | None,
    reading: Reading,
    *,
    index: int,
    role: Role,
) -> Plan:
    """Put one proposed moment into a plan."""
    talk.focus = plan
    plan.wished = plan.wished or role is Role.USER
    if plan.founded is None:
        plan.founded = Slot("", index, reading.text[option.start : option.end])
    thin = label and names(label.text) <= reading.lexicon.light_words | reading.lexicon.joins_words and plan.titles
    if label and not thin and (plan.agreed is None or plan.label or not plan.titles):
        if not names(label.text) <= reading.lexicon.persons_words | reading.lexicon.people_words:
            plan.titles.append(label)
        plan.label = plan.label or label
    if option.narrowed and plan.draft != plan.agreed:  # "Thursday after 4": of an hour named before nothing is left
        plan.draft = replace(plan.draft, time=None, end=None)
    when = in_its_half(
        talk, _near_the_draft(_not_today(option.when, reading), plan, reading), plan, reading, index, label=label
    )
    if reading.impossible and when.date is None:
        plan.undated = True
        plan.draft = replace(plan.draft, date=None)
    elif (
        when.time
        and when.date is None
        and plan.draft.date is None
        and not plan.undated
        and (day := context.day_in_talk(talk, index))
    ):
        when = replace(when, date=day)
    elif (
        when.time
        and when.date is None
        and talk.searching
        and plan.draft.date
        and plan.draft.time is None
        and talk.context.date
        and talk.context.date.message > plan.draft.date.message
    ):
        when = replace(when, date=talk.context.date)  # the day looked up last
    if when.part and when.part != "first_thing" and not when.time and plan.draft.time and not plan.draft.time.sure:
        when = when.filled(plan.draft)
    same = (
        plan.known.overlaps(when)
        and not (when.date and not plan.draft.date)
        and not (when.time and not plan.draft.time)
        and not narrowing.weeks_apart(plan, option)
    )
    if same and (plan.draft.complete or plan.draft.time and when.time and not when.date):
        said, known = when.date, plan.draft.date
        if said and known and said.value != known.value and said.sure and not known.sure:
            plan.draft = replace(plan.draft, date=said)  # "el martes" … "martes 12"
        if when.end and (not plan.draft.end or (role is Role.BOT and reading.books)):  # "de 11:00 a 13:00", made longer
            plan.draft = replace(plan.draft, end=when.end)
        if when.time and plan.draft.time and when.time.sure and not plan.draft.time.sure:
            plan.draft = replace(plan.draft, time=when.time, end=when.end or plan.draft.end)
        if when.length:
            plan.draft = replace(plan.draft, length=when.length)
        if plan.refused:
            plan.by, plan.changed, plan.refused = role, index, False
        elif Act.ASK_CONFIRM in reading.acts and plan.state is State.OPEN and role is Role.BOT:
            plan.by, plan.changed = role, index
        return plan
    offered = plan.options if when.time is None and when.part is None and plan.by is not role else []
    plan.propose(when, role, index)
    if when.date and offered and all(o.time and not o.date for o in offered):
        plan.options = [replace(o, date=when.date) for o in offered]  # "17 a 19 o 19:15 a 21:15, ¿qué día?" … "el 3"
        plan.by = Role.BOT if role is Role.USER else Role.USER
    return plan


def _not_today(when: When, reading: Reading) -> When:
    """ "El lunes", said on a Monday, is the next one: of today people say so."""
    day = when.date
    if day is None or not day.bare or not reading.mentions or day.value != reading.mentions[0].when.reference.date():
        return when
    return replace(when, date=replace(day, value=day.value + dt.timedelta(days=_A_WEEK)))


def _near_the_draft(when: When, plan: Plan, reading: Reading) -> When:
    """ "Tengo el martes 12" … "mejor el jueves": the 14th, not the coming one, when the talk is of a later week."""
    said, talked = when.date, plan.draft.date or next((o.date for o in plan.options if o.date), None)
    if Act.REQUEST in reading.acts and Act.MOVE not in reading.acts:
        return when
    if said is None or talked is None or not said.bare or talked.value <= said.value:
        return when
    near = (talked.value - said.value).days < _A_WEEK
    if near and said.value == reading.mentions[0].when.reference.date() and Act.MOVE not in reading.acts:
        return replace(when, date=replace(said, value=said.value + dt.timedelta(days=_A_WEEK)))
    if (talked.value - said.value).days < _A_WEEK and talked.value.isocalendar()[:2] == said.value.isocalendar()[:2]:
        return when
    if (talked.value - said.value).days > _LATER_WEEKS:
        return when
    weeks = round((talked.value - said.value).days / _A_WEEK)
    return replace(when, date=replace(said, value=said.value + dt.timedelta(days=_A_WEEK * weeks)))


def in_its_half(
    talk: Talk, when: When, plan: Plan, reading: Reading, index: int, *, label: Candidate | None = None
) -> When:
    """A bare hour in the half of the day that the talk, the kind of event and the moment of speaking suggest."""
    if when.time is None or when.time.sure:
        return when
    part = when.part or plan.draft.part
    if repeated := _said_in_full(when, plan):
        return repeated
    if part:
        return with_part(replace(when, part=part))
    lexicon = reading.lexicon
    said = names(label.text) if label else {w for c in plan.titles[-6:] for w in names(c.text)}
    if sum(m.use is Use.PROPOSE and m.when.time is not None for m in reading.mentions) < 2:  # else: of which of them?
        said |= {w.text for w in reading.words}
    if plan.state is State.OPEN and index - plan.began <= _LATELY:  # "¿te vienes al bar?" … "¿a las 8?"
        said |= {w for r in talk.readings[max(plan.began - 1, 0) : index] for w in r.besides_moments}
    near = plan.known.time or next((o.time for o in plan.options if o.time), None)
    day = when.date or plan.draft.date or context.day_in_talk(talk, index)
    if near is None and day:  # of another appointment on that day
        near = next((p.known.time for p in talk.live if p.known.date and p.known.date.value == day.value), None)
    dated = when if when.date else replace(when, date=day)
    halved = likely_half(
        dated,
        evening=bool(said & lexicon.evening_words),
        morning=bool(said & lexicon.morning_words),
        near=near.value if near and near.sure else None,
        after=talk.messages[index].at,
    )
    return replace(halved, date=when.date)


def _said_in_full(when: When, plan: Plan) -> When | None:
    """ "Hoy a las 9 de la mañana" … "el sábado a las 9:00 ya pasó": the hour said again, in the half known of it."""
    for known in (plan.draft, plan.agreed):
        if known is None or not known.time or not known.time.sure or not when.time or when.end:
            continue
        if same_hour(known.time, when.time) and (not when.date or known.date and same_day(known.date, when.date)):
            return replace(when, time=replace(when.time, value=known.time.value, sure=True))
    return None


def refuse_moments(talk: Talk, plan: Plan | None, reading: Reading) -> None:
    """Take out what the message says no to."""
    if plan is None:
        return
    for mention in reading.mentions:
        busy = mention.use is Use.NOISE and Act.BUSY in mention.segment.acts and plan.draft != plan.agreed
        if mention.use is not Use.REFUSE and not busy:
            continue
        no = when_of(mention.when, len(talk.messages) - 1)
        if plan.options:
            plan.options = [o for o in plan.options if not (no.overlaps(o) and (no.time or not o.time or no.date))]
            if len(plan.options) == 1:
                plan.draft, plan.options = (
                    plan.options[0].filled(replace(plan.draft, time=None, end=None)),
                    [],
                )
        elif plan.draft.overlaps(no) and plan.draft != plan.agreed:
            plan.refused = True
