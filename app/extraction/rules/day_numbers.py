""" "Mejor el 5", when the 4th of March is talked about: in March, and not the next 5th that comes."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.extraction.rules.acts import Act
from app.extraction.rules.moments import only_day
from app.extraction.rules.offers import Option
from app.extraction.rules.plan import Slot
from app.extraction.rules.reading import Reading
from app.extraction.rules.talk import Talk

#: How many messages back a day still says which month is talked about.
_NEAR = 6


def in_the_month_talked_about(talk: Talk, options: Sequence[Option], reading: Reading, index: int) -> None:
    """Read days said by their number alone as the ones nearest to the day named last, and never before the message.
    What asks for something new may be of another month, unless it names that very number; what comes besides ("y el 29
    también") comes after it."""
    recent = [day for day in _named(talk) if 0 < index - day.message <= _NEAR]
    named = max(recent, key=lambda day: day.message, default=None)
    if named is None:
        return
    anew = reading.has(Act.REQUEST) and not reading.has(Act.MOVE)
    today = talk.messages[index].at.date()
    for option in options:
        said = option.when.date
        if said is None or not only_day(said.quote) or anew and said.value.day != named.value.day:
            continue
        first = named.value if reading.has(Act.MORE) else today
        near = [day for day in _around(named.value, said.value.day) if day >= first]
        meant = min(near, key=lambda day: abs(day - named.value), default=said.value)
        option.when = replace(option.when, date=replace(said, value=meant))


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
