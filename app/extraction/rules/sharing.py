"""What is said once and counts for several proposed moments: their hour, day or week. And how long one takes."""

import datetime as dt
import re
from dataclasses import replace
from itertools import pairwise

from app.extraction.rules.acts import Act
from app.extraction.rules.lang.idioms import idiom_pattern
from app.extraction.rules.option import Option
from app.extraction.rules.reading import Mention, Reading, Use
from app.extraction.rules.when import Slot
from app.temporal import Kind

_A_WEEK = re.compile(rf"\b{idiom_pattern('weeks')}\b")
_LONGEST = dt.timedelta(hours=12)


def share_time(options: list[Option]) -> None:
    """In "miércoles y viernes 8 am" the hour is said once for both days."""
    for position in range(len(options) - 2, -1, -1):
        here, after = options[position], options[position + 1]
        if (
            here.when.time is None
            and here.when.date
            and after.when.date
            and after.when.time
            and (after.joined or after.listed)
            and after.sentence == here.sentence
        ):
            here.when = replace(here.when, time=after.when.time, end=after.when.end, length=after.when.length)


def share_day(options: list[Option]) -> None:
    """In "Ella at 4.15 and Leo at 4.45 on the 15th" the day is said once, behind, where no day was talked about."""
    for here, after in reversed(list(pairwise(options))):
        if here.when.date is None and here.when.time and after.when.complete and after.joined == "also":
            if here.sentence == after.sentence:
                here.when = replace(here.when, date=after.when.date)


def share_week(options: list[Option], reading: Reading) -> None:
    """In "lunes, miércoles y viernes de la semana que viene" the week is said once for all days."""
    if len(options) < 2:
        return
    week: dt.date | None = None
    for here, after in zip(reversed(options), [None, *reversed(options)], strict=False):
        if after is None or after.sentence != here.sentence or not (after.joined or after.listed):
            week = None
        day = here.when.date
        if day and _A_WEEK.search(reading.folded, here.start, here.end):
            week = day.value - dt.timedelta(days=day.value.weekday())
        elif day and week and day.bare and day.value < week:
            here.when = replace(
                here.when, date=replace(day, value=week + dt.timedelta(days=day.value.weekday()), bare=False)
            )


def give_lengths(options: list[Option], reading: Reading, index: int) -> None:
    """ "El martes a las 10, una hora": a length belongs to the moment that stands nearest to it."""
    for mention in reading.mentions:
        if options and _is_length(mention) and (length := mention.when.duration):
            nearest = min(options, key=lambda o: abs(o.start - mention.start))
            nearest.when = replace(nearest.when, length=Slot(length, index, mention.when.text))


def _is_length(mention: Mention) -> bool:
    """Whether it says how long something takes, and not by how much it is moved."""
    e = mention.when
    if e.kind is not Kind.DURATION or mention.use is not Use.PROPOSE or not e.duration:
        return False
    return e.duration <= _LONGEST and not mention.segment.acts & {Act.PUSH, Act.BRING_FORWARD}
