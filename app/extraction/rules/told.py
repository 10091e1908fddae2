"""Moments that are only told of, and such that answer a question all the same: what the talk before makes of them."""

import datetime as dt

from app.extraction.rules.acts import NOISE, Act
from app.extraction.rules.reading import Mention, Reading, Use
from app.extraction.rules.reasons import leave_out_what_is_on
from app.extraction.rules.talk import Talk
from app.models import Role

_OFFERED = frozenset({Act.OFFER, Act.ASK_FREE, Act.CONFIRM, Act.SEE_YOU})


def take_for_answers(talk: Talk, reading: Reading, role: Role) -> None:
    """What sounds like opening hours or what somebody has on is proposed where it answers a question."""
    if role is Role.BOT and not talk.looking_up and _asked_for_a_place(talk):
        for mention in _alternatives(reading):
            mention.use = Use.PROPOSE
    if role is Role.BOT and talk.asked[role] & {Act.ASK_WHEN, Act.ASK_DAY} and len(reading.mentions) == 1:
        told = reading.mentions[0]
        if told.use is Use.NOISE and told.segment.acts & NOISE == {Act.BUSY} and told.when.date and not told.when.bound:
            told.use = Use.PROPOSE  # "¿cuándo lo visito?" … "el miércoles por la tarde estoy en la oficina"
    leave_out_what_is_on(reading, role)
    for mention in reading.mentions:
        if mention.use is Use.NOISE and _answers_with_hours(talk, mention, role):
            mention.use = Use.PROPOSE


def _answers_with_hours(talk: Talk, mention: Mention, role: Role) -> bool:
    """ "¿A qué hora la llevo?" … "8:30 abrimos"."""
    if mention.segment.acts & NOISE != {Act.HOURS} or mention.when.end_time is not None:
        return False
    asked = talk.asked[role]
    if role is Role.USER and asked & {Act.ASK_WHEN, Act.ASK_DAY} and mention.when.date:
        return True
    if role is Role.USER or Act.ASK_TIME not in asked or not mention.when.time:
        return False
    return talk.current is not None and talk.current.draft.date is not None


def leave_out_what_is_told(talk: Talk, reading: Reading, role: Role) -> None:
    """Leave out when something is ready, delivered or open, and when somebody is at the door."""
    if Act.FETCH in reading.acts and _left_there(talk):
        _leave_out_when_ready(reading, role)
    if role is Role.USER:
        return
    if Act.ADVERT in reading.acts and not reading.asks and not _heard_lately(talk):
        for mention in reading.mentions:
            mention.use = Use.NOISE
    _leave_out_how_to_come(talk, reading)
    unasked, priced = all(m.role is role for m in talk.messages), _asked_the_price(talk)
    for mention in reading.mentions:
        hours = mention.when.end_time is not None and mention.when.date is None
        if unasked and _right_now(mention) or priced and hours:
            mention.use = Use.NOISE  # "30 la hora, de 9 a 14 h"


def _leave_out_how_to_come(talk: Talk, reading: Reading) -> None:
    for mention in reading.mentions:
        stated = mention.use is Use.PROPOSE and not (mention.segment.asks or talk.searching or reading.books)
        if mention.when.bound == "from" and stated:
            mention.use = Use.BOUND  # "el resultado, al día siguiente a partir de las 4"
        if _come_early(mention) or _on_the_way(mention) and not _knows_where(talk):
            mention.use = Use.NOISE


def _leave_out_when_ready(reading: Reading, role: Role) -> None:
    for mention in reading.mentions:
        ready = role is Role.BOT and mention.when.time is None  # "para el jueves ya está"
        if Act.FETCH in mention.segment.acts and (ready or mention.when.time and mention.when.date is None):
            mention.use = Use.NOISE


def _left_there(talk: Talk) -> bool:
    """ "Déjelo el martes a las 9" … "lo recojo a las 7": the hour of what is left with the business stands already."""
    plan = talk.current
    if plan is None or not plan.draft.complete or plan.changed < 0:
        return False
    return any(Act.BRING in r.acts for r in talk.readings[max(plan.began - 1, 0) : -1])


def _come_early(mention: Mention) -> bool:
    """ "Venga 10 minutos antes": how to arrive, no other hour."""
    shift = mention.when.shift
    return (
        shift is not None
        and dt.timedelta(minutes=-60) <= shift.delta < dt.timedelta(0)
        and not mention.segment.asks
        and Act.MOVE not in mention.segment.acts
    )


def _right_now(mention: Mention) -> bool:
    """ "Estoy afuera en 10 minutos", out of the blue: who is at the door makes no appointment."""
    start = mention.when.start()
    return start is not None and dt.timedelta(0) <= start - mention.when.reference < dt.timedelta(minutes=50)


def _on_the_way(mention: Mention) -> bool:
    """ "En 20 minutos llega": a delivery, not offered."""
    start, when = mention.when.start(), mention.when
    soon = start is not None and start - when.reference < dt.timedelta(minutes=50)
    counted = when.date is not None and when.time is not None and when.weekday is None and ":" not in when.text
    return soon and counted and "min" in when.text and not mention.segment.asks and not mention.segment.acts & _OFFERED


def _asked_for_a_place(talk: Talk) -> bool:
    before = talk.readings[-2] if len(talk.readings) > 1 else None
    return before is not None and talk.messages[-2].role is Role.USER and Act.ASK_FREE in before.acts


def _alternatives(reading: Reading) -> list[Mention]:
    """ "What do you have Sunday?" … "Sunday I'm open 10:30 or 3": hours to choose from, and not those of opening."""
    found = []
    for segment in reading.segments:
        held = [m for m in reading.mentions if m.segment is segment]
        timed = [m for m in held if m.when.time and m.when.end_time is None and not m.when.recurring]
        words = {w.text for w in reading.words[segment.first : segment.last]}
        if len(timed) > 1 and words & reading.lexicon.either_words and segment.acts & NOISE == {Act.HOURS}:
            found += [m for m in held if m.use is Use.NOISE]
    return found


def _knows_where(talk: Talk) -> bool:
    """ "¿Dirección?" … "Mayor 12" … "en 30 minutos estamos ahí": the business was told where to come."""
    before = talk.readings[-2] if len(talk.readings) > 1 else None
    return before is not None and talk.messages[-2].role is Role.USER and bool(before.addresses)


def _asked_the_price(talk: Talk) -> bool:
    before = talk.readings[-2] if len(talk.readings) > 1 else None
    return before is not None and talk.messages[-2].role is Role.USER and before.asks and Act.PRICE in before.acts


def _heard_lately(talk: Talk) -> bool:
    """Whether the customer wrote in the day before the message being read."""
    now = talk.messages[-1].at
    return any(m.role is Role.USER and now - m.at < dt.timedelta(days=1) for m in talk.messages[:-1])
