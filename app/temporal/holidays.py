"""Days that the calendar gives a name, and the arithmetic of months."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Container


def nth_day(
    year: int, month: int, nth: int, weekday: int | None, *, among: Container[int] = range(7)
) -> dt.date | None:
    """The nth day or weekday of a month, of those weekdays that are `among`; negative counts from the end."""
    among = among if weekday is None else (weekday,)
    days = [date for d in range(1, 32) if (date := possible_date(year, month, d)) and date.weekday() in among]
    index = nth - 1 if nth > 0 else len(days) + nth
    return days[index] if 0 <= index < len(days) else None


def holiday(rule: tuple[str, int, int], year: int) -> dt.date | None:
    """The date of a holiday: fixed, nth weekday of a month, counted from Easter, or by the tabular Islamic calendar."""
    kind, a, b = rule
    if kind == "fixed":
        return possible_date(year, a, b)
    if kind == "easter":
        return easter(year) + dt.timedelta(days=a)
    if kind == "islamic":
        return islamic(year, a, b)
    _, nth, weekday = kind.split(":")
    weekday, _, plus = weekday.partition("+")
    date = nth_day(year, a, int(nth), int(weekday))
    return date + dt.timedelta(days=int(plus or 0)) if date else None


def easter(year: int) -> dt.date:
    """Western Easter (Meeus/Jones/Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return dt.date(year, f // 31, f % 31 + 1)


def islamic(year: int, month: int, day: int) -> dt.date | None:
    """The day in a Gregorian year by the tabular Islamic calendar, a day or so from the sighted one."""
    for hijri in range((year - 622) * 33 // 32 - 1, (year - 622) * 33 // 32 + 3):
        days = day + (59 * (month - 1) + 1) // 2 + (hijri - 1) * 354 + (3 + 11 * hijri) // 30
        date = dt.date.fromordinal(days + 227013)
        if date.year == year:
            return date
    return None


def possible_date(year: int, month: int, day: int) -> dt.date | None:
    return dt.date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None
