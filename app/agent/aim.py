"""Which of a contact's events is meant: by its moment, by words of its title, as "it", or as the only one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from app.agent.evidence import fold
from app.extraction.rules.offers import Option
from app.extraction.rules.plan import Slot, When, when_of
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.subjects import subjects
from app.models import Event

_WEEK = dt.timedelta(weeks=1)
_TELLING = 4  # letters from which a word of a title tells events apart


def aim(events: Sequence[Event], reading: Reading, described: Sequence[Option], zone: ZoneInfo) -> tuple[Event, ...]:
    """The events that the message may mean; empty when it describes none of them (or none at all)."""
    by_time = [e for e in events if any(stands_at(e, o.when, zone) for o in described)]
    by_name = [e for e in events if named(e, reading)]
    return tuple([e for e in by_time if e in by_name] or by_time or by_name)


def stands_at(event: Event, when: When, zone: ZoneInfo) -> bool:
    """Whether the event is at that moment, as far as it was said."""
    return moment_of(event, zone).overlaps(when)


def moment_of(event: Event, zone: ZoneInfo) -> When:
    start = event.start.astimezone(zone)
    return When(date=Slot(start.date(), 0, ""), time=None if event.all_day else Slot(start.time(), 0, ""))


def named(event: Event, reading: Reading) -> bool:
    """Whether the message has a telling word of the event's title."""
    said = {word.text for word in reading.words}
    return any(w in said for w in fold(event.title).split() if len(w) >= _TELLING and not is_generic(reading, w))


def is_generic(reading: Reading, text: str) -> bool:
    """Whether a subject says nothing: "una reunión", "cita"."""
    lexicon = reading.lexicon
    return set(fold(text).split()) - lexicon.articles_words - lexicon.joins_words <= lexicon.generic_words


def source_of(options: Sequence[Option], events: Sequence[Event], zone: ZoneInfo) -> Option | None:
    """The moment that says which event is meant, not where it shall go: "la cita del jueves"."""
    for option in options:
        on_it = any(option.when.date and stands_at(e, option.when, zone) for e in events)
        if on_it and (len(options) > 1 or option.when.time is None):
            return option
    return None


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
        if m.use is Use.REFUSE
    ]


def speaks_of_another(reading: Reading, events: Sequence[Event]) -> bool:
    """Whether it speaks of something that no event stands for."""
    others = [c for c in subjects(reading, 0, answering=False) if not is_generic(reading, c.text)]
    return bool(others) and not any(named(e, reading) for e in events)
