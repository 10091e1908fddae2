"""What is only looked up: calendars, opening hours, deliveries, and what is on then."""

import datetime as dt

from app.extraction.rules.acts import NOISE, Act
from app.extraction.rules.plan import State
from app.extraction.rules.reading import Mention, Reading, Use
from app.extraction.rules.reasons import leave_out_what_is_on
from app.extraction.rules.talk import Talk
from app.models import Role

_OFFERED = frozenset({Act.OFFER, Act.ASK_FREE, Act.CONFIRM, Act.SEE_YOU})
#: Who asks for an hour with one of these wants it.
_WISHES = frozenset(
    {Act.WANT, Act.REQUEST, Act.ASK_FREE, Act.OFFER, Act.SEE_YOU, Act.MOVE, Act.CONFIRM, Act.REMIND, Act.ASK_TITLE}
)


def look_up(talk: Talk, reading: Reading, role: Role) -> None:
    """A question about the calendar, the weather or opening hours, and its answer, propose nothing.

    Who lets an assistant search or read a calendar is told when something is booked: from then on only that settles.
    """
    acts = reading.acts
    asked = talk.asked[role]
    if role is Role.BOT and not talk.looking_up and _asked_for_a_place(talk):
        for mention in _alternatives(reading):
            mention.use = Use.PROPOSE
    if role is Role.BOT and asked & {Act.ASK_WHEN, Act.ASK_DAY} and len(reading.mentions) == 1:
        told = reading.mentions[0]
        if told.use is Use.NOISE and told.segment.acts & NOISE == {Act.BUSY} and told.when.date and not told.when.bound:
            told.use = Use.PROPOSE  # "¿cuándo lo visito?" … "el miércoles por la tarde estoy en la oficina"
    leave_out_what_is_on(reading, role)
    for mention in reading.mentions:  # "¿a qué hora la llevo?" … "8:30 abrimos"
        if mention.use is Use.NOISE and mention.segment.acts & NOISE == {Act.HOURS} and mention.when.end_time is None:
            day = role is Role.USER and asked & {Act.ASK_WHEN, Act.ASK_DAY} and mention.when.date
            hour = role is Role.BOT and Act.ASK_TIME in asked and mention.when.time and talk.current is not None
            if day or hour and talk.current is not None and talk.current.draft.date:
                mention.use = Use.PROPOSE
    if role is Role.USER:
        concrete = not reading.lexicon.services_words.isdisjoint(reading.words.said)
        if Act.LOOKUP in acts:
            talk.searching = True
        if (
            acts & {Act.REQUEST, Act.CANCEL}
            or Act.MOVE in acts
            and (Act.QUERY not in acts or any(Act.MOVE in m.segment.acts for m in reading.mentions))
            and any(p.live for p in talk.plans)
            or concrete
            and acts & {Act.WANT, Act.ASK_FREE}
            and not acts & {Act.QUERY, Act.LOOKUP}
            or Act.ASK_WHEN in acts
            and not acts & {Act.QUERY, Act.LOOKUP, Act.HOURS}
            and any(w.text in reading.lexicon.modals_words for w in reading.words)
            or _asks_for_one_of_them(talk, reading)
        ):
            talk.looking_up = False
        elif not (_from_what_hour(talk, reading) or _takes_what_is_offered(talk, reading)) and (
            Act.QUERY in acts
            or _asks_when_it_is(talk, reading)
            or _asks_hours(reading)
            or reading.asks
            and any((m.when.recurring or m.indefinite) and m.segment.asks for m in reading.mentions)
            and not _was_asked_for_such(talk)
        ):
            talk.looking_up = True
        elif not reading.asks and acts & {Act.OFFER, Act.SEE_YOU, Act.FETCH} and reading.mentions:
            talk.looking_up = False
        elif _goes_back_to_it(talk, reading):
            talk.looking_up = False
    elif any(m.segment.asks and m.when.date and m.when.time for m in reading.mentions) and not talk.searching:
        talk.looking_up = False  # "Tuesday 5:45 or Thursday 6?" offers
    elif (
        reading.asks
        and acts & {Act.ASK_TITLE, Act.ASK_TIME, Act.ASK_PLACE, Act.ASK_WHEN, Act.REQUEST}
        or reading.asks
        and acts & {Act.ASK_DAY, Act.ASK_PART, Act.ASK_FREE}
        and _came_for_it(talk)
        or Act.REQUEST in acts
        or reading.books
        and any(m.when.date and m.when.time for m in reading.mentions)
    ):
        talk.looking_up = False
    if role is Role.BOT and Act.ADVERT in acts and not reading.asks and not _heard_lately(talk):
        for mention in reading.mentions:
            mention.use = Use.NOISE
    if role is Role.BOT:
        for mention in reading.mentions:
            stated = mention.use is Use.PROPOSE and not (mention.segment.asks or talk.searching or reading.books)
            if mention.when.bound == "from" and stated:
                mention.use = Use.BOUND  # "el resultado, al día siguiente a partir de las 4"
            if _come_early(mention) or _on_the_way(mention) and not _knows_where(talk):
                mention.use = Use.NOISE
    if Act.FETCH in acts and _left_there(talk):
        for mention in reading.mentions:
            ready = role is Role.BOT and mention.when.time is None  # "para el jueves ya está"
            if mention.segment.acts & {Act.FETCH} and (ready or mention.when.time and mention.when.date is None):
                mention.use = Use.NOISE
    if role is Role.BOT and all(m.role is role for m in talk.messages):
        for mention in reading.mentions:
            if _right_now(mention):
                mention.use = Use.NOISE
    if role is Role.BOT and _asked_the_price(talk):
        for mention in reading.mentions:
            if mention.when.end_time is not None and mention.when.date is None:
                mention.use = Use.NOISE  # "30 la hora, de 9 a 14 h"
    if talk.looking_up:
        for mention in reading.mentions:
            if mention.use is not Use.NOISE and (
                role is Role.BOT or not mention.segment.acts & {Act.CONFIRM, Act.REQUEST}
            ):
                mention.use = Use.NOISE
    elif talk.searching and role is Role.BOT and Act.READOUT in acts:
        for mention in reading.mentions:
            if Act.READOUT in mention.segment.acts and not mention.segment.acts & {
                Act.CONFIRM,
                Act.ASK_CONFIRM,
            }:
                mention.use = Use.NOISE


def _asks_for_one_of_them(talk: Talk, reading: Reading) -> bool:
    """ "¿Bañan los domingos?" … "solo hasta el sábado" … "¿y este sábado se puede?": a place on one such day."""
    asked = [m for r in talk.readings[:-1] for m in r.mentions if m.when.recurring or Act.HOURS in m.segment.acts]
    if not talk.looking_up or not asked:
        return False
    return any(
        m.when.date
        and not m.when.recurring
        and not m.indefinite
        and m.segment.asks
        and (Act.ASK_FREE in m.segment.acts or m.when.time and not m.segment.acts & NOISE)
        for m in reading.mentions
    )


def _takes_what_is_offered(talk: Talk, reading: Reading) -> bool:
    """ "Bank holiday Monday? you're open? go for that then": of hours to choose from one is taken all the same."""
    return Act.ACCEPT in reading.acts and talk.current is not None and bool(talk.current.options)


def _came_for_it(talk: Talk) -> bool:
    """ "Compré el paquete de dos, quiero agendarlas": whatever else was asked, something is wished for."""
    before = talk.readings[-2] if len(talk.readings) > 1 else None
    if before is None or talk.searching or talk.messages[-2].role is not Role.USER:
        return False
    looks = {Act.QUERY, Act.LOOKUP, Act.CALENDAR, Act.HOURS, Act.INFO}
    return any(s.acts & {Act.WANT, Act.ASK_FREE, Act.ASK_WHEN} and not s.acts & looks for s in before.segments)


def _was_asked_for_such(talk: Talk) -> bool:
    """ "Wednesdays?" … "they have brownies, Thursdays?": the business asked first which days suit."""
    before = talk.readings[-2] if len(talk.readings) > 1 else None
    if before is None or talk.messages[-2].role is not Role.BOT:
        return False
    return any(m.when.recurring and m.segment.asks for m in before.mentions)


def _goes_back_to_it(talk: Talk, reading: Reading) -> bool:
    """ "¿A qué hora cierran?" … "a las 8" … "ya, entonces a las 3": what was answered is taken for the appointment."""
    said = any(m.use is Use.PROPOSE and m.when.time for m in reading.mentions)
    return said and Act.ACCEPT in reading.acts and not reading.asks and talk.current is not None


def _asks_when_it_is(talk: Talk, reading: Reading) -> bool:
    """ "What time's last orders on Sunday?", out of the blue: the hour of something that takes place anyway."""
    if reading.acts & _WISHES or any(r.mentions for r in talk.readings[:-1]):
        return False
    asked = [h for h in reading.hits if h.tag is Act.ASK_TIME and h.last - h.first > 1]
    if not reading.asks and len(talk.readings) > 2:
        return False  # at the beginning people leave the mark out
    return bool(asked)


def _left_there(talk: Talk) -> bool:
    """ "Déjelo el martes a las 9" … "lo recojo a las 7": the hour of what is left with the business stands already."""
    plan = talk.current
    if plan is None or not plan.draft.complete or plan.changed < 0:
        return False
    return any(Act.BRING in r.acts for r in talk.readings[max(plan.began - 1, 0) : -1])


def _from_what_hour(talk: Talk, reading: Reading) -> bool:
    """ "¿La puede traer mañana a primera hora?" … "¿a qué hora abren?": the answer is the hour to come at."""
    answers = talk.asked[Role.USER] & {Act.ASK_WHEN, Act.ASK_DAY} and Act.QUERY not in reading.acts
    if answers and Act.HOURS in reading.acts and any(m.when.date for m in reading.mentions):
        return True  # "¿cuándo quieres venir?" … "¿el domingo atienden?"
    plan = talk.current
    if plan is None or plan.state is not State.OPEN or plan.by is not Role.BOT:
        return False
    if any(m.when.date for m in reading.mentions):
        return False
    return plan.draft.date is not None and plan.draft.time is None and not plan.refused and Act.HOURS in reading.acts


def _asks_hours(reading: Reading) -> bool:
    """ "What time do you open on Saturday?"; not "¿en 350 cerramos?"."""
    timed = {id(m.segment) for m in reading.mentions}
    asked = {s.sentence for s in reading.segments if s.asks}  # "¿van a abrir el martes | que es festivo?"
    return any(
        s.sentence in asked
        and Act.HOURS in s.acts
        and not s.acts & {Act.ASK_FREE, Act.WANT}
        and (id(s) in timed or Act.ASK_TIME in s.acts)
        for s in reading.segments
    )


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


def begin_anew(talk: Talk, reading: Reading, role: Role) -> None:
    """Another appointment is wished for before its moment is named; the next moment belongs to it."""
    if talk.focus is None or talk.focus.state is not State.SETTLED or reading.has(Act.MOVE, Act.CANCEL, Act.CANNOT):
        return
    hours = [m.when for m in reading.mentions]
    another_hour = bool(hours) and all(e.time and not e.date for e in hours) and not reading.has(Act.MORE, Act.ANEW)
    wished = role is Role.USER and (
        Act.REQUEST in reading.acts and not another_hour or Act.MORE in reading.acts and Act.WANT in reading.acts
    )
    asked = (
        role is Role.USER
        and reading.has(Act.ACCEPT)
        and bool(talk.readings)
        and talk.messages[-1].role is Role.BOT
        and talk.readings[-1].asks
        and Act.REQUEST in talk.readings[-1].acts
    )
    if wished or asked:
        talk.anew = True
