"""Which of a contact's events is meant: by its moment, by words of its title, as "it", or as the only one."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from app.agent.evidence import fold
from app.extraction.rules.offers import Option
from app.extraction.rules.plan import Slot, When
from app.extraction.rules.reading import Reading
from app.models import Event

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
