"""What is only looked up: calendars, opening hours, and what is on then."""

from app.extraction.rules.acts import NOISE, Act
from app.extraction.rules.plan import State
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.talk import Talk
from app.extraction.rules.told import leave_out_what_is_told, take_for_answers
from app.models import Role

#: Who asks for an hour with one of these wants it.
_WISHES = frozenset(
    {Act.WANT, Act.REQUEST, Act.ASK_FREE, Act.OFFER, Act.SEE_YOU, Act.MOVE, Act.CONFIRM, Act.REMIND, Act.ASK_TITLE}
)


def look_up(talk: Talk, reading: Reading, role: Role) -> None:
    """A question about the calendar, the weather or opening hours, and its answer, propose nothing.

    Who lets an assistant search or read a calendar is told when something is booked: from then on only that settles.
    """
    take_for_answers(talk, reading, role)
    if role is Role.BOT:
        if _arranges(talk, reading):
            talk.looking_up = False
    else:
        if Act.LOOKUP in reading.acts:
            talk.searching = True
        if _wants_a_place(talk, reading):
            talk.looking_up = False
        elif _only_looks(talk, reading):
            talk.looking_up = True
        elif _comes_itself(reading) or _goes_back_to_it(talk, reading):
            talk.looking_up = False
    leave_out_what_is_told(talk, reading, role)
    _leave_out_what_is_looked_up(talk, reading, role)


def _wants_a_place(talk: Talk, reading: Reading) -> bool:
    """Whether the customer wants something arranged: an order, a move of what is being arranged, a service by its
    name, "when can I …?"."""
    acts, looks = reading.acts, reading.has(Act.QUERY, Act.LOOKUP)
    if acts & {Act.REQUEST, Act.CANCEL}:
        return True
    if Act.MOVE in acts and any(p.live for p in talk.plans):
        if Act.QUERY not in acts or any(Act.MOVE in m.segment.acts for m in reading.mentions):
            return True
    concrete = not reading.lexicon.services_words.isdisjoint(reading.words.said)
    if concrete and not looks and acts & {Act.WANT, Act.ASK_FREE}:
        return True
    if Act.ASK_WHEN in acts and not looks and Act.HOURS not in acts:
        if any(w.text in reading.lexicon.modals_words for w in reading.words):
            return True
    return _asks_for_one_of_them(talk, reading)


def _only_looks(talk: Talk, reading: Reading) -> bool:
    """Whether the customer asks what is on, or when, and for no place in it."""
    if _from_what_hour(talk, reading) or _takes_what_is_offered(talk, reading):
        return False
    if Act.QUERY in reading.acts or _asks_when_it_is(talk, reading) or _asks_hours(reading):
        return True
    such = reading.asks and any((m.when.recurring or m.indefinite) and m.segment.asks for m in reading.mentions)
    return such and not _was_asked_for_such(talk)


def _comes_itself(reading: Reading) -> bool:
    """ "Paso el jueves a las 5": said, not asked."""
    return not reading.asks and reading.has(Act.OFFER, Act.SEE_YOU, Act.FETCH) and bool(reading.mentions)


def _arranges(talk: Talk, reading: Reading) -> bool:
    """Whether the business takes what was asked for a wish: it offers, books, or asks what an appointment needs."""
    if not talk.searching and any(m.segment.asks and m.when.date and m.when.time for m in reading.mentions):
        return True  # "Tuesday 5:45 or Thursday 6?" offers
    if Act.REQUEST in reading.acts:
        return True
    if reading.asks:
        if reading.has(Act.ASK_TITLE, Act.ASK_TIME, Act.ASK_PLACE, Act.ASK_WHEN):
            return True
        if reading.has(Act.ASK_DAY, Act.ASK_PART, Act.ASK_FREE) and _came_for_it(talk):
            return True
    return reading.books and any(m.when.date and m.when.time for m in reading.mentions)


def _leave_out_what_is_looked_up(talk: Talk, reading: Reading, role: Role) -> None:
    for mention in reading.mentions:
        acts = mention.segment.acts
        if talk.looking_up:
            if role is Role.BOT or not acts & {Act.CONFIRM, Act.REQUEST}:
                mention.use = Use.NOISE
        elif talk.searching and role is Role.BOT and Act.READOUT in acts:
            if not acts & {Act.CONFIRM, Act.ASK_CONFIRM}:
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
