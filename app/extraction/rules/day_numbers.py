""" "Mejor el 5", when the 4th of March is talked about: in March, and not the next 5th that comes. So with "el lunes
siguiente": the one that follows the day talked about."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.extraction.rules.acts import Act
from app.extraction.rules.bare_day import only_day
from app.extraction.rules.lang.idioms import idiom_pattern
from app.extraction.rules.offers import Option
from app.extraction.rules.reading import Reading
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import Slot
from app.temporal import TimeExpression

#: How many messages back a day still says which month is talked about.
_NEAR = 6
_FOLLOWING = re.compile(rf"\b{idiom_pattern('following')}\b", re.IGNORECASE)
_WEEK = 7


def in_the_month_talked_about(talk: Talk, options: Sequence[Option], reading: Reading, index: int) -> None:
    """Read days said by their number alone as the ones nearest to the day named last, and never before the message.
    What asks for something new may be of another month, unless it names that very number; what comes besides ("y el 29
    también") comes after it."""
    recent = [day for day in _named(talk) if options and 0 < index - day.message <= _NEAR]
    named = max(recent, key=lambda day: day.message, default=None)
    if named is None:
        return
    anew = reading.has(Act.REQUEST) and not reading.has(Act.MOVE)
    today = talk.messages[index].at.date()
    for option in options:
        said = option.when.date
        when = next((m.when for m in reading.mentions if m.start == option.start), None)
        if said and when and not anew and (following := following_weekday(when, named.value)):
            option.when = replace(option.when, date=replace(said, value=following))
            continue
        if said is None or not only_day(said.quote) or anew and said.value.day != named.value.day:
            continue
        first = named.value if reading.has(Act.MORE) else today
        near = [day for day in _around(named.value, said.value.day) if day >= first]
        meant = min(near, key=lambda day: abs(day - named.value), default=said.value)
        option.when = replace(option.when, date=replace(said, value=meant))


def following_weekday(said: TimeExpression, talked_about: dt.date) -> dt.date | None:
    """ "El lunes siguiente", of a talk about a day that is not before the Monday to come; else None."""
    if said.weekday is None or said.date is None or said.end_date or not _FOLLOWING.search(said.text):
        return None
    if any(c.isdigit() for c in said.text.split(" a ")[0].split(" at ")[0]) or said.date > talked_about:
        return None
    return talked_about + dt.timedelta(days=(said.weekday - talked_about.weekday()) % _WEEK or _WEEK)


def _around(day: dt.date, number: int) -> Iterator[dt.date]:
    """The days of that number in the month of `day`, the one after and the one before."""
    for months in (0, 1, -1):
        month = day.year * 12 + day.month - 1 + months
        try:
            yield dt.date(month // 12, month % 12 + 1, number)
        except ValueError:
            continue


def _named(talk: Talk) -> Iterator[Slot[dt.date]]:
    for plan in talk.plans:
        for when in (plan.draft, plan.agreed, *plan.options):
            if plan.live and when and when.date:
                yield when.date
