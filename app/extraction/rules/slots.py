"""The slots beside the moment: how long it takes, what it is about, where it is."""

import datetime as dt
from dataclasses import replace

from app.extraction.rules import binding, places, subjects
from app.extraction.rules.acts import Act
from app.extraction.rules.lang.idioms import idioms
from app.extraction.rules.pictures import is_pictured
from app.extraction.rules.plan import Candidate, Plan, State
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import Slot, When
from app.extraction.rules.words import names
from app.models import Role
from app.temporal import Kind

_LONGEST = dt.timedelta(hours=12)


def take_lengths(talk: Talk, reading: Reading, index: int) -> None:
    plan = talk.focus
    if plan is None:
        asked = index > 0 and talk.readings[index - 1].asks and Act.LASTS in talk.readings[index - 1].acts
        lasting = [
            m.when for m in reading.mentions if m.when.kind is Kind.DURATION and (asked or Act.LASTS in m.segment.acts)
        ]
        if len(lasting) == 1 and lasting[0].duration and lasting[0].duration <= _LONGEST:
            talk.length = Slot(lasting[0].duration, index, lasting[0].text)
    if plan is None or not plan.live:
        return
    for mention in reading.mentions:
        e = mention.when
        alone = len(reading.mentions) == 1 and not mention.segment.asks and Act.BUSY not in reading.acts
        if alone and mention.use is Use.BOUND and e.bound == "until" and e.time and plan.draft.end:
            plan.draft = _ending(plan.draft, e.time, index, e.text)  # "va, hasta las 2 entonces"
            plan.agreed = plan.agreed and _ending(plan.agreed, e.time, index, e.text)
        if (
            e.kind is not Kind.DURATION
            or not e.duration
            or e.duration > _LONGEST
            or mention.use is Use.REFUSE
            or mention.segment.acts & {Act.PUSH, Act.BRING_FORWARD, Act.MOVE}
            or mention.segment.acts & {Act.PAST, Act.BUSY, Act.PRICE}
            and not mention.segment.acts & {Act.LASTS}
        ):
            continue
        alone = mention.segment.last - mention.segment.first <= len(e.text.split()) + 1  # "…, 30 minutes"
        if not (
            alone or mention.segment.acts & {Act.LASTS, Act.REQUEST, Act.WANT, Act.CONFIRM} or reading.has(Act.REQUEST)
        ):
            continue
        length = Slot(e.duration, index, e.text)
        everywhere = any(w.text in idioms("each") for w in reading.words)
        for one in [p for p in talk.plans if p.live] if everywhere else [plan]:
            one.draft = replace(one.draft, length=length)
            if one.agreed:
                one.agreed = replace(one.agreed, length=length)


def _ending(when: When, hour: dt.time, index: int, quote: str) -> When:
    """With another end, in the half of the day of the one it had."""
    if when.end is None or when.end.value.hour // 12 == hour.hour // 12:
        return replace(when, end=when.end and Slot(hour, index, quote))
    return replace(when, end=Slot(hour.replace(hour=(hour.hour + 12) % 24), index, quote))


def take_subjects(talk: Talk, reading: Reading, index: int, role: Role) -> None:
    asked = bool(talk.asked[role] & {Act.ASK_TITLE})
    found = subjects.subjects(reading, index, answering=asked, user=role is Role.USER)
    found = [c for c in found if not is_pictured(c.quote, index, talk.messages)]
    if asked and Act.ASK_NAME in talk.asked[role]:  # "under what name?" … "Ines"
        known = reading.lexicon.known
        found = [c for c in found if not (c.text.istitle() and len(c.text.split()) <= 2 and not names(c.text) & known)]
    if role is Role.BOT and reading.listed:
        found = []  # each line names its own appointment
    talk.now_said = found
    plan = talk.focus
    if (
        plan
        and plan.live
        and (plan.state is State.OPEN or asked or reading.has(Act.ONLY, Act.TITLED) or index - plan.changed <= 3)
    ):
        if plan.state is State.SETTLED and (only := _only(reading)):
            found = [replace(c, weight=subjects.LABELLED + 2) if c.quote in only else c for c in found]
        elif plan.state is State.SETTLED and not asked:
            heads = {w for c in plan.titles for w in names(c.text)} & reading.lexicon.services_words
            found = [
                replace(c, weight=subjects.LABELLED + 1)
                if role is Role.BOT
                and _says_again(reading, c)
                and c.weight >= subjects.NAMED - 1
                and len(names(c.text)) > 1
                and names(c.text) & heads
                else c
                for c in found
            ]
            enough = subjects.READ_BACK if plan.titles else subjects.NAMED / 2
            if talk.searching and role is Role.USER and Act.REQUEST in reading.acts:
                enough = min(enough, subjects.ASKED - 1)  # "add Stylist visit at 10:30", of what is booked
            found = [c for c in found if c.weight >= enough]
        plan.titles += found
    talk.said_subjects += found


def _says_again(reading: Reading, said: Candidate) -> bool:
    """ "Sin problema, mesa para 10 entonces": in the sentence that agrees or notes it."""
    start = reading.text.find(said.quote)
    sentence = next((s.sentence for s in reading.segments if s.start <= start < s.end), -1)
    return any(s.sentence == sentence and s.acts & {Act.ACCEPT, Act.CONFIRM} for s in reading.segments)


def _only(reading: Reading) -> str:
    """The sentence that says that it is one thing alone: "solo el tinte"."""
    said = {reading.segment_of(h.first).sentence for h in reading.hits if h.tag is Act.ONLY}
    return " ".join(reading.text[s.start : s.end] for s in reading.segments if s.sentence in said)


def take_place(talk: Talk, reading: Reading, index: int, role: Role) -> None:
    wanted = talk.place_wanted is role or bool(talk.asked[role] & {Act.ASK_PLACE})
    found = places.places(
        reading, answering=wanted and not reading.has(Act.REFUSE), named=Act.ASK_NAME in talk.asked[role]
    )
    if not found:
        return
    best = found[0]
    if (
        best.weight < places.VENUE + 1
        and not wanted
        and best.offered
        and not (talk.focus and talk.focus.known.complete)
    ):
        return
    slot = Slot(best.text, index, best.text)
    if best.weight >= places.ADDRESS:
        talk.address, talk.address_known = slot, role is Role.BOT or wanted or reading.has(Act.LOCATED)
    if wanted and best.weight >= places.STATED:
        talk.place_wanted = None
    plan = talk.focus if talk.focus and talk.focus.live else None
    if plan is None:
        return
    if plan.state is State.SETTLED and plan.changed != index and sum(p.live for p in talk.plans) > 1:
        plan = binding.meant_or(talk, reading, plan)
    plan = _beside_it(talk, reading, index, best.start) or plan
    numbered = (
        plan.place is not None
        and any(c.isdigit() for c in best.text)
        and not any(c.isdigit() for c in plan.place.value)
        and "://" not in best.text
    )
    asked_for = wanted and best.weight >= places.ADDRESS and any(c.isdigit() for c in best.text)
    if best.weight >= plan.place_weight or numbered or asked_for or reading.has(Act.LOCATED, Act.MOVE):
        plan.place, plan.place_weight = slot, best.weight


def _beside_it(talk: Talk, reading: Reading, index: int, start: int) -> Plan | None:
    """Of several appointments in one message the one whose moment stands before the place."""
    told = [(reading.text.find(p.draft.time.quote), p) for p in talk.live if p.changed == index and p.draft.time]
    before = [(at, plan) for at, plan in told if 0 <= at <= start]
    return max(before, key=lambda one: one[0])[1] if len(told) > 1 and before else None
