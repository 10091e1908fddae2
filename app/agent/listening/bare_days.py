"""A day said by its number alone ("muévela al 22", "the 4th"): it counts in the month that is being talked about.

`app.temporal` counts it from the message: right for a first wish, wrong for a change of one in another month.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from app.agent.wording import WEEKDAYS
from app.extraction.rules.day_numbers import following_weekday
from app.extraction.rules.offers import Option
from app.extraction.rules.reading import Reading
from app.extraction.rules.words import fold
from app.temporal import Kind, TimeExpression, names_month

_WEEKDAYS = "|".join(fold(day) for days in WEEKDAYS.values() for day in days)
_FROM = r"(?:del?|from|from the)\s+\d{1,2}(?:st|nd|rd|th)?\s+(?:al?|to|to the)\s+"
_NUMBER = re.compile(
    rf"(?:(?:para|el|al|del?|dia|the|on|for|from|to|{_WEEKDAYS}),?\s+)*(?:{_FROM})?"
    r"(\d{1,2})(?:st|nd|rd|th)?(?:\s+(?:a|at|por|de|in|the|y|,).*)?"
)
_WEEKDAY_NUMBER = re.compile(rf"(?:(?:para|el|al|on|the) )*(?:{_WEEKDAYS}),? (\d{{1,2}})")


def number_of(e: TimeExpression) -> int | None:
    """The day, where nothing but its number is said of it."""
    day_said = e.end_date or e.date  # "del 8 al 22": where it goes
    if day_said is None or e.recurring or (e.end_date and e.time):
        return None
    words = fold(e.text)
    found = _NUMBER.fullmatch(words)
    day = int(found[1]) if found and not names_month(words) else None
    return day if day == day_said.day else None


def in_month(e: TimeExpression, stands: dt.date, today: dt.date) -> TimeExpression:
    """The day in the month of `stands`, unless that is over; then it stays as it is read.

    `anchor` is "calendar" then, and `other_dates` holds a day nearer to `stands` that may be meant as well.
    """
    if (following := following_weekday(e, stands)) is not None:
        return replace(e, date=following, anchor="calendar", other_dates=())
    e = _with_its_weekday(e, stands)
    number = number_of(e)
    if number is None or e.date is None:
        return e
    same = _day(stands.year, stands.month, number)
    if same is None or same < today or (e.weekday is not None and same.weekday() != e.weekday):
        return e
    after = _day(stands.year + stands.month // 12, stands.month % 12 + 1, number)
    far = abs(same - stands)
    nearer = [e.date] if abs(e.date - stands) < far else []
    nearer += [after] if after and e.weekday is None and after - stands < far / 2 else []
    others = [day for day in dict.fromkeys(nearer) if day != same]
    if same == e.date and not others and not e.weekday_conflict:
        return e
    return replace(
        e, date=same, end_date=None, kind=_KINDS.get(e.kind, e.kind), anchor="calendar", weekday_conflict=False,
        other_dates=tuple(others[:1]),
    )  # fmt: skip


def _with_its_weekday(e: TimeExpression, stands: dt.date) -> TimeExpression:
    """ "Jueves 17", where the month of `stands` has such a Thursday, is no Thursday at 17 h."""
    found = _WEEKDAY_NUMBER.fullmatch(fold(e.text))
    day = _day(stands.year, stands.month, int(found[1])) if found and e.time and int(found[1]) == e.time.hour else None
    if day is None or day.weekday() != e.weekday:
        return e
    return replace(e, kind=Kind.DATE, date=day, time=None)


_KINDS = {Kind.DATERANGE: Kind.DATE}


def count_in_month(reading: Reading, options: Sequence[Option], stands: dt.date, today: dt.date) -> list[Option]:
    """The options with their bare days in the month of `stands`; the mentions of the reading change with them."""
    counted: dict[int, dt.date | None] = {}
    untimed = set()
    for mention in reading.mentions:
        timed = mention.when.time
        mention.when = in_month(mention.when, stands, today)
        if mention.when.anchor == "calendar" or mention.when.time != timed:
            counted[mention.start] = mention.when.date
        if mention.when.time != timed:
            untimed.add(mention.start)
    return [_on(option, counted.get(option.start), timed=option.start not in untimed) for option in options]


def count_following(reading: Reading, options: Sequence[Option], stands: dt.date) -> list[Option]:
    """The options with "el lunes siguiente" counted from the day of what is moved."""
    counted = {m.start: day for m in reading.mentions if (day := following_weekday(m.when, stands)) is not None}
    for mention in reading.mentions:
        if mention.start in counted:
            mention.when = in_month(mention.when, stands, stands)
    return [_on(option, counted.get(option.start)) for option in options]


def carry_month(reading: Reading, options: Sequence[Option], today: dt.date) -> list[Option]:
    """ "El 8 de junio a las 10 y otra el 29": a bare day counts in the month of the one before it in the message."""
    carried = list(options[:1])
    for option in options[1:]:
        before = carried[-1].when.date
        mention = next((m for m in reading.mentions if m.start == option.start), None)
        if before and mention:
            mention.when = in_month(mention.when, before.value, today)
            option = _on(option, mention.when.date if mention.when.anchor == "calendar" else None)  # noqa: PLW2901
        carried.append(option)
    return carried


def _on(option: Option, day: dt.date | None, *, timed: bool = True) -> Option:
    if day is None or option.when.date is None:
        return option
    date, time = replace(option.when.date, value=day), option.when.time if timed else None
    return replace(option, when=replace(option.when, date=date, time=time))


def _day(year: int, month: int, number: int) -> dt.date | None:
    try:
        return dt.date(year, month, number)
    except ValueError:
        return None
