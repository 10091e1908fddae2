"""Events in a line for people, in the language of the business.

`app.agent.wording` knows the same names, but to import it brings LangChain along, which takes a second.
"""

from datetime import datetime, timedelta

_WEEKDAYS = {
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
_ALL_DAY = {"es": "todo el día", "en": "all day"}


def day(moment: datetime, locale: str) -> str:
    """`viernes 6 de marzo`, `Friday, March 6`; the year when it is not within half a year of now."""
    weekday, month = _WEEKDAYS[locale][moment.weekday()], _MONTHS[locale][moment.month - 1]
    far = abs(moment - datetime.now(moment.tzinfo)) > timedelta(days=180)
    if locale == "es":
        return f"{weekday} {moment.day} de {month}" + (f" de {moment.year}" if far else "")
    return f"{weekday}, {month} {moment.day}" + (f", {moment.year}" if far else "")


def when(start: datetime, end: datetime | None, *, all_day: bool, locale: str) -> str:
    """`viernes 6 de marzo, 10:00`, with the end where there is one. Both times are aware, in the zone to show."""
    if all_day:
        return f"{day(start, locale)}, {_ALL_DAY[locale]}"
    words = f"{day(start, locale)}, {start:%H:%M}"
    if end is None:
        return words
    return f"{words}–{end:%H:%M}" if end.date() == start.date() else f"{words} – {day(end, locale)}, {end:%H:%M}"


def event_line(
    *, title: str, start: datetime, end: datetime | None, all_day: bool, location: str | None, status: str, locale: str
) -> str:
    """`Revisión del proyecto · viernes 6 de marzo, 10:00 · confirmed`."""
    parts = [title, when(start, end, all_day=all_day, locale=locale), location, status]
    return " · ".join(part for part in parts if part)
