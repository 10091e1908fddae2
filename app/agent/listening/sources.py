"""Of the moments in a message, the one that says which event is meant ("la del 8"), and those where it shall go."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from app.agent.listening.aim import is_same, stands_at
from app.agent.listening.bare_days import number_of
from app.agent.listening.wish import Wish
from app.extraction.rules.offers import Option
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.when import When, when_of
from app.models import Event
from app.temporal import Kind

_WEEK, _WEEKS = dt.timedelta(weeks=1), dt.timedelta(weeks=3)
# "La cita del 8", "from the 8th"; "@" is where the moment begins.
_DESCRIBES = re.compile(r"\b(\w+) (?:(?:del? |de la )@|@del? )|\b(from) (?:the )?@|\b(\w+) @from ")
# "The one on the 8th", where there is one; else it is where it shall go.
_MAY_DESCRIBE = re.compile(r"\b(\w{3,}) (?:(?:on|for) (?:the )?@|@(?:on|for) )")
_NOT = frozenset("antes despues partir fin fines finales principios mediados vez it that this them book".split())


def sources(
    options: Sequence[Option], reading: Reading, events: Sequence[Event], zone: ZoneInfo
) -> tuple[Option | None, list[Option]]:
    """The moment that the event to be moved has now, if one is said, and those that it shall have."""
    for option in options:
        described = on_their_days([option], reading, events, zone)[0]
        day = When(date=described.when.date)
        stands = any(day.date and stands_at(e, day, zone) for e in events)
        if day.date is None or not _describes(option, reading, stands=stands):
            continue
        rest = [o for o in options if o is not option]
        if not stands or option.when.time is None or any(stands_at(e, described.when, zone) for e in events):
            return described, rest
        # "Mueve la del 8 a las 12": the hour is where it goes.
        return replace(described, when=day), [replace(option, when=replace(option.when, date=None)), *rest]
    source = _source_of(options, events, zone)
    return source, [o for o in options if o is not source]


def on_their_days(options: Sequence[Option], reading: Reading, events: Sequence[Event], zone: ZoneInfo) -> list[Option]:
    """The options with a bare day ("la del 8") on the day that an event has: that of the nearest month, unless only in
    another one an event stands on an 8th."""
    return [_on_their_day(option, reading, events, zone) for option in options]


def _on_their_day(option: Option, reading: Reading, events: Sequence[Event], zone: ZoneInfo) -> Option:
    slot = option.when.date
    mention = next((m for m in reading.mentions if m.start == option.start), None)
    number = number_of(mention.when) if mention else None
    if slot is None or number is None or any(stands_at(e, When(date=slot), zone) for e in events):
        return option
    days = {day for e in events if (day := e.start.astimezone(zone).date()).day == number}
    if len(days) != 1:
        return option
    return replace(option, when=replace(option.when, date=replace(slot, value=days.pop())))


def _describes(option: Option, reading: Reading, *, stands: bool) -> bool:
    around = reading.folded[: option.start][-24:] + "@" + reading.folded[option.start : option.end]
    found = _DESCRIBES.search(around) or (_MAY_DESCRIBE.search(around) if stands else None)
    return found is not None and found[found.lastindex or 0] not in _NOT


def _source_of(options: Sequence[Option], events: Sequence[Event], zone: ZoneInfo) -> Option | None:
    """The moment that says which event is meant, not where it shall go: "la cita del jueves"."""
    for option in options:
        on_it = any(option.when.date and stands_at(e, option.when, zone) for e in events)
        if on_it and (len(options) > 1 or option.when.time is None):
            return option
    return None


def in_its_week(wish: Wish, stands: dt.date, now: dt.datetime, *, just_said: bool, alone: bool = False) -> None:
    """ "Al miércoles", of what stands in a later week than the coming Wednesday: of that week where it was `just_said`,
    or where nothing else stands (`alone`) and it is weeks away; else it is asked which."""
    slot = wish.when.date
    if slot is None or not slot.bare or wish.options or wish.problem:
        return
    same = stands + dt.timedelta(days=slot.value.weekday() - stands.weekday())
    if same <= slot.value or same == stands:
        return
    then = replace(wish.when, date=replace(slot, value=same, bare=False))
    time = wish.when.time
    over = time is not None and dt.datetime.combine(slot.value, time.value, tzinfo=now.tzinfo) <= now
    if just_said or (alone and same - slot.value >= _WEEKS) or over:
        wish.when = then  # or the coming one is today, and over
    else:
        wish.options = (wish.when, then)


def days_later(reading: Reading) -> dt.timedelta | None:
    """ "Córrela un día", "one day later": how many days, back where it says "antes", "adelanta"."""
    if any(m.when.date and not m.when.shift for m in reading.mentions):
        return None
    if _NEXT_DAY.search(reading.folded):
        return dt.timedelta(days=1)
    found = _DAYS_ON.search(reading.folded)
    if found is None:
        return None
    count = _COUNT.get(found[1]) or (int(found[1]) if found[1].isdigit() else 0)
    step = _WEEK if found[2].startswith(("semana", "week")) else dt.timedelta(days=1)
    earlier = _EARLIER.search(reading.folded) is not None
    return (-count if earlier else count) * step or None


def hours_later(reading: Reading) -> dt.timedelta | None:
    """ "Corre el corte una hora", "adelántalo media hora": how much later; less than nothing where it is earlier."""
    said = [m.when for m in reading.mentions]
    if len(said) != 1 or said[0].kind is not Kind.DURATION or not said[0].duration or said[0].duration >= _HALF_DAY:
        return None
    if _EARLIER.search(reading.folded):
        return -said[0].duration
    return said[0].duration if _LATER.search(reading.folded) else None


_HALF_DAY = dt.timedelta(hours=12)
_LATER = re.compile(r"\b(?:corr|recorr|atras|retras|posterg|aplaz|pospon|push|later|despues|mas tarde)")
_COUNT = {"un": 1, "una": 1, "a": 1, "one": 1, "dos": 2, "two": 2, "tres": 3, "three": 3}
_DAYS_ON = re.compile(r"\b(un|una|a|one|dos|two|tres|three|\d{1,2}) (dias?|semanas?|days?|weeks?)\b")
_NEXT_DAY = re.compile(
    r"\b(?:(?:al|para el) (?:dia siguiente|siguiente dia)|to the (?:next|following) day|the day after)\b"
)
_EARLIER = re.compile(r"\b(?:antes|adelant\w*|earlier|sooner|before|forward)\b")


def not_today(option: Option, reading: Reading) -> Option:
    """So that "pásalo al lunes", said on a Monday, is the Monday to come: for today one would say so."""
    for mention in reading.mentions:
        e = mention.when
        bare = e.weekday is not None and e.date == e.reference.date() and e.other_dates[:1] == (e.date + _WEEK,)
        if bare and mention.start == option.start and option.when.date:
            day = replace(option.when.date, value=option.when.date.value + _WEEK)
            return replace(option, when=replace(option.when, date=day))
    return option


def refused(reading: Reading) -> list[Option]:
    """The moments said no to: "el martes no puedo"."""
    return [
        Option(when_of(m.when, 0), m.start, m.end, m.segment.asks, m.segment.sentence)
        for m in reading.mentions
        # "Ese día no puedo", "no de la mañana" name no other.
        if m.use is Use.REFUSE and not is_same(m.when) and (m.when.date or m.when.time)
    ]
