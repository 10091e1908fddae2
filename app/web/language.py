"""Spanish or English: which one, its words, its dates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import Request

from app.models import Event
from app.web.text import en, es
from app.web.text.words import reason, translated

COOKIE: Final = "hilo_language"
_PREFERENCE: Final = re.compile(r"\s*([a-zA-Z]{1,8})(?:-[\w-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*$")


@dataclass(frozen=True, kw_only=True)
class Language:
    code: str
    texts: Mapping[str, str]
    days: tuple[str, ...]
    months: tuple[str, ...]
    doctor: Mapping[str, str]
    """The doctor's English, and what it is here."""
    reasons: Mapping[str, str]
    """Hilo's English reasons for what did not work, and what they are here."""
    long: str
    """A date in words, made of {weekday}, {day} and {month}."""

    def say(self, text: str, /, **values: object) -> str:
        """The words for `text`; of `one|many` those that fit `n`."""
        words = self.texts[text]
        if "|" in words and "n" in values:
            one, many = words.split("|")
            words = one if values["n"] == 1 else many
        return words.format(**values) if values else words

    def tell(self, text: str) -> str:
        """Words of the doctor's, as far as they are known here."""
        return translated(text, self.doctor, self.why)

    def why(self, text: str) -> str:
        """A reason that the store keeps, as far as it is Hilo's own."""
        return reason(text, self.reasons)

    def who(self, name: str) -> str:
        """Somebody who decided or wrote: a name, or what stands for one."""
        key = f"who.{name}"
        return self.say(key) if self.knows(key) else name

    def seconds(self, seconds: float) -> str:
        """`1,2 s`."""
        return f"{seconds:.1f} s".replace(".", self.say("number.point"))

    def knows(self, text: str) -> bool:
        return text in self.texts

    def long_date(self, day: date, *, today: date | None = None) -> str:
        """`jueves 26 de noviembre`, with the year where it is not that of `today`."""
        words = self.long.format(weekday=self.days[day.weekday()], day=day.day, month=self.months[day.month - 1])
        return words if today is None or day.year == today.year else self.say("date.year", date=words, year=day.year)

    def short_date(self, day: date) -> str:
        """`jue 26 nov`."""
        return f"{self.days[day.weekday()][:3]} {day.day} {self.months[day.month - 1][:3]}"

    def day_name(self, day: date, today: date) -> str:
        """`hoy`, `ayer`, `mañana`, or the date."""
        near = {0: "day.today", -1: "day.yesterday", 1: "day.tomorrow"}.get((day - today).days)
        return self.say(near) if near else self.long_date(day, today=today)

    def stamp(self, moment: datetime, zone: ZoneInfo, now: datetime) -> str:
        """How a list tells a time: today's by the clock, this week's by the day, others by the date."""
        local, today = moment.astimezone(zone), now.astimezone(zone).date()
        days = (today - local.date()).days
        if days == 0:
            return f"{local:%H:%M}"
        if days == 1:
            return self.say("day.yesterday")
        if 1 < days < 7:
            return self.days[local.weekday()]
        return f"{local.day}/{local.month}/{local:%y}"

    def when(self, event: Event, zone: ZoneInfo) -> str:
        """An event's time in words: `jueves 26 de noviembre, 18:30–19:30`."""
        start = event.start.astimezone(zone)
        words = self.long_date(start.date(), today=datetime.now(zone).date())
        end = event.end.astimezone(zone) if event.end else None
        if event.all_day:
            last = (end - timedelta(days=1)).date() if end else start.date()
            whole = self.say("event.all_day")
            return f"{words} – {self.long_date(last)}, {whole}" if last > start.date() else f"{words}, {whole}"
        if end is None:
            return f"{words}, {start:%H:%M}"
        until = f"{end:%H:%M}" if end.date() == start.date() else f"{self.long_date(end.date())}, {end:%H:%M}"
        return f"{words}, {start:%H:%M}–{until}"


LANGUAGES: Final = {
    "es": Language(
        code="es", texts=es.TEXT, days=es.DAYS, months=es.MONTHS, doctor=es.DOCTOR, reasons=es.REASONS, long=es.DATE
    ),
    "en": Language(
        code="en", texts=en.TEXT, days=en.DAYS, months=en.MONTHS, doctor=en.DOCTOR, reasons=en.REASONS, long=en.DATE
    ),
}


def choose(request: Request, otherwise: str = "es") -> Language:
    """What was switched to, else what the browser prefers, else the tenant's."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return LANGUAGES[chosen]
    best, weight = otherwise if otherwise in LANGUAGES else "es", 0.0
    for preference in request.headers.get("accept-language", "")[:500].split(","):
        found = _PREFERENCE.match(preference)
        if found and found[1].lower() in LANGUAGES and float(found[2] or 1) > weight:
            best, weight = found[1].lower(), float(found[2] or 1)
    return LANGUAGES[best]
