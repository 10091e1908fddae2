"""Moments in the words of a customer's language.

Written so that `app.temporal` reads the same moment back: the batch reads the bot's sentences too.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Literal

Lang = Literal["es", "en"]

WEEKDAYS: dict[Lang, tuple[str, ...]] = {
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS: dict[Lang, tuple[str, ...]] = {
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip


_MORNING = 7


def say_day(day: dt.date, lang: Lang, *, year: bool = False) -> str:
    """As "viernes 6 de marzo", "Friday, March 6"; with the year where asked."""
    weekday, month = WEEKDAYS[lang][day.weekday()], MONTHS[lang][day.month - 1]
    if lang == "es":
        return f"{weekday} {day.day} de {month}" + (f" de {day.year}" if year else "")
    return f"{weekday}, {month} {day.day}" + (f", {day.year}" if year else "")


def say_clock(at: dt.time, lang: Lang) -> str:
    """The hour as 10:00 in Spanish (24 hours), 10:00 am in English.

    From one to six in the morning it is 5:00 am in Spanish too: "a las 5:00" is understood as five in the afternoon.
    """
    if lang == "es":
        return f"{at.hour}:{at.minute:02}" + (" am" if 0 < at.hour < _MORNING else "")
    return f"{at.hour % 12 or 12}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"


def say_at(at: dt.time, lang: Lang) -> str:
    """As "a las 10:00", "a la 1:00", "at 10:00 am"."""
    if lang == "en":
        return f"at {say_clock(at, lang)}"
    return f"{'a la' if at.hour == 1 else 'a las'} {say_clock(at, lang)}"


def say_moment(
    start: dt.datetime,
    lang: Lang,
    *,
    end: dt.datetime | None = None,
    all_day: bool = False,
    today: dt.date | None = None,
) -> str:
    """In a sentence: "viernes 6 de marzo a las 10:00". The year is said only when it is not today's."""
    words = say_day(start.date(), lang, year=today is not None and today.year != start.year)
    if all_day:
        return words
    if end is None or end.date() != start.date():
        return f"{words} {say_at(start.timetz(), lang)}"
    until = "de {} a {}" if lang == "es" else "from {} to {}"
    return f"{words} {until.format(say_clock(start.timetz(), lang), say_clock(end.timetz(), lang))}"


def say_precisely(start: dt.datetime, lang: Lang, *, end: dt.datetime | None = None, all_day: bool = False) -> str:
    """For a model to repeat: "viernes 6 de marzo de 2026, 10:00"."""
    words = say_day(start.date(), lang, year=True)
    if all_day:
        return words
    return f"{words}, {say_clock(start.timetz(), lang)}" + (f"-{say_clock(end.timetz(), lang)}" if end else "")


def join_words(items: Sequence[str], lang: Lang, *, choice: bool = False) -> str:
    """As "a, b y c"; with `choice` "a, b o c"."""
    if len(items) < 2:
        return "".join(items)
    last = ("o" if choice else "y") if lang == "es" else ("or" if choice else "and")
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
