"""What was only told or looked up, until somebody will come or wants it noted."""

from app.extraction.rules import proposing
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option
from app.extraction.rules.plan import Plan
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import when_of
from app.models import Role

#: How many messages ago a day was looked up that is then asked for without naming it.
_LOOKED_UP = 8


def take_notice(talk: Talk, reading: Reading, index: int, role: Role) -> list[Plan]:
    """ "Reunión de consorcio el martes a las 19" … "ahí estaré": a notice proposes nothing until somebody will come."""
    if Act.SEE_YOU not in reading.acts or index == 0 or talk.live or reading.asks or reading.mentions:
        return []
    before = talk.readings[-2]
    if Act.ADVERT not in before.acts or talk.messages[-2].role is role or len(before.mentions) != 1:
        return []
    told = before.mentions[0]
    when = when_of(told.when, index - 1)
    if not when.complete or told.when.recurring:
        return []
    option = Option(when, told.start, told.end, told.segment.asks, told.segment.sentence)
    plan = proposing.new_plan(talk, index - 1)
    proposing.apply(talk, plan, option, None, before, index=index - 1, role=talk.messages[-2].role)
    return []


def take_looked_up(talk: Talk, reading: Reading, index: int, role: Role) -> list[Plan]:
    """ "The show starts at 8 pm on Saturday" … "put it in my calendar", "get me an appointment then": what was looked
    up is asked for; an assistant that searches has then to say that it is booked."""
    wish = reading.first_hit(Act.REQUEST)
    plan, looked_up = talk.current, talk.context
    searched = talk.searching or Act.CALENDAR in reading.acts
    if role is not Role.USER or wish is None or not searched or looked_up.date is None:
        return []
    if any(m.use is not Use.NOISE for m in reading.mentions) or index - looked_up.date.message > _LOOKED_UP:
        return []
    if plan is not None and (plan.draft != plan.agreed or plan.changed >= looked_up.date.message):
        return []
    if looked_up.date.value < talk.messages[index].at.date():
        return []
    option = Option(looked_up, *wish, asks=False, sentence=0)
    fresh = proposing.new_plan(talk, index)
    return [proposing.apply(talk, fresh, option, None, reading, index=index, role=role)]
