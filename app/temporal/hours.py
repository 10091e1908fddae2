"""From a time as said to the hour it means: halves of the day, and what one end of a range says of the other."""

from __future__ import annotations

import datetime as dt

from app.temporal.nodes import Clock
from app.temporal.sentence import Sentence


def clock_time(s: Sentence, clock: Clock) -> tuple[dt.time, bool]:
    """(time, whether the half of the day is known)."""
    hour, known = _hour(s, clock)
    return dt.time(hour, clock.minute), known


def _hour(s: Sentence, clock: Clock) -> tuple[int, bool]:
    hour, half = clock.hour, clock.half
    if half == "24" or hour > 12 or hour == 0:
        return hour, True
    if half is None and clock.part is not None:
        half = _half_in_part(s, clock)
    if half is not None:
        if half == "noon":
            return hour, True
        return hour % 12 + (12 if half == "pm" else 0), True
    if hour == 12 or hour >= s.options.morning_from:
        return hour, False
    return hour + 12, False


def _half_in_part(s: Sentence, clock: Clock) -> str:
    hour = clock.hour
    match clock.part:
        case "dawn":
            return "am"
        case "morning" | "first_thing" | "mid_morning":
            return ("pm" if s.noon_hour == 12 else "am") if hour == 12 else "am"
        case "night":
            return "am" if hour == 12 or hour <= 4 else "pm"
        case "noon" | "lunch":
            return "am" if hour in (10, 11) else "pm"
    return "pm"


def after_midnight(clock: Clock, time: dt.time | None) -> bool:
    """ "esta noche a la 1", "el viernes a las 12 de la noche": the hours after midnight belong to the night before."""
    return time is not None and clock.part == "night" and time.hour < 5


def clock_times(s: Sentence, first: Clock, last: Clock, *, over_days: bool = False) -> tuple[dt.time, dt.time, bool]:
    """Both ends; what one of them says about the half of the day holds for the other where it fits.

    over_days  each end has a day of its own, so that neither hour bounds the other
    """
    if over_days:
        (start_time, known), (end_time, end_known) = clock_time(s, first), clock_time(s, last)
        return start_time, end_time, known and end_known
    if _open(first) and not _open(last):
        end, _ = _hour(s, last)
        end_minutes = end * 60 + last.minute
        choices = [h for h in (first.hour % 12, first.hour % 12 + 12) if h * 60 + first.minute < end_minutes]
        if end == 0 or not choices:
            start = first.hour % 12 + 12
        else:
            start = choices[-1]
            if last.half == "24" and first.hour >= s.options.morning_from and first.hour % 12 in choices:
                start = first.hour % 12 or 12
            if first.hour == 12 and 12 not in choices:
                start = 0
        return dt.time(start, first.minute), dt.time(end, last.minute), True
    start, known = _hour(s, first)
    if _open(last):
        start_minutes = start * 60 + first.minute
        base = last.hour % 12
        choices = [h for h in (base, base + 12) if h * 60 + last.minute > start_minutes]
        end = choices[0] if choices else base
    else:
        end, _ = _hour(s, last)
    return dt.time(start, first.minute), dt.time(end, last.minute), known


def _open(clock: Clock) -> bool:
    return clock.half is None and clock.part is None and 1 <= clock.hour <= 12
