"""What a customer wishes for, as far as it is known."""

import datetime as dt
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.agent.listening.lengths import Length
from app.agent.phrases import Problem
from app.agent.wording import Lang, say_clock, say_day
from app.extraction.rules.when import When, with_part
from app.models import Event

_NEAR = 2  # hours from the one said before within which a bare hour keeps to its half of the day


class Kind(StrEnum):
    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"
    RENAME = "rename"


@dataclass(slots=True)
class Wish:
    """An appointment to book, or one to move or cancel; every part may still be open.

    target      the event to move or cancel; `candidates` are those it may be while that is open
    generic     a subject that says nothing ("reunión"): kept for a customer who has no better one
    only_asked  it was asked whether the moment is free, not to book it; for a move: it is not sure that one is meant
    shared      one of several that were wished for together ("martes y jueves"): they share what is said later
    before      the moment before it was last changed
    refused     the moment that was taken: what "a la misma hora" is counted from
    problem     why the moment last said is none, with the day and weekday that were said
    declined    what was offered for it was refused
    sure_of_it  which event is meant is clear, not what shall be done to it
    lasting     how long what is to be changed shall last
    waiting     it is spoken of once the wish before it is done with
    spoken      we have asked about its moment
    like        the wish that it is another of, `person` whom it is for
    fresh       the messages that are to be answered speak of it
    """

    kind: Kind = Kind.BOOK
    when: When = field(default_factory=When)
    options: tuple[When, ...] = ()
    target: Event | None = None
    candidates: tuple[Event, ...] = ()
    every: bool = False
    title: str | None = None
    title_weight: float = 0.0
    generic: str | None = None
    place: str | None = None
    only_asked: bool = False
    refused: When | None = None
    before: When | None = None
    problem: Problem | None = None
    day: dt.date | None = None
    weekday: int | None = None
    shared: bool = False
    declined: bool = False
    sure_of_it: bool = False
    lasting: Length | None = None
    waiting: bool = False
    spoken: bool = False
    like: "Wish | None" = None
    person: str | None = None
    fresh: bool = False
    done: bool = False

    @property
    def timed(self) -> bool:
        """Whether its moment is known well enough to act on: a move may name the day or the hour alone."""
        if self.problem is not None or self.options:
            return False
        if self.kind is Kind.MOVE:
            return self.when.time is not None or (self.when.date is not None and self.when.part is None)
        return self.when.complete

    def is_met_by(self, when: When) -> bool:
        """Whether `when` is what was wished for, as far as that was said."""
        pairs = ((self.when.date, when.date), (self.when.time, when.time))
        said = [(mine, theirs) for mine, theirs in pairs if mine is not None]
        return bool(said) and all(theirs is not None and mine.value == theirs.value for mine, theirs in said)

    def state(self) -> tuple[object, ...]:
        """What it says, to see whether a message changed it."""
        return (
            self.when,
            self.options,
            self.title,
            self.generic,
            self.place,
            self.person,
            self.only_asked,
            self.problem,
            self.day,
            self.declined,
        )

    def propose(self, when: When) -> None:
        """Take over what was said; what was not said stays."""
        if self.when.complete and not self.is_met_by(when):
            self.before = self.when
        ends_anew = when.time is not None and when.end is None
        merged = with_part(self._same_half(when).filled(self.when))
        if ends_anew and merged.end is not None:
            merged = When(date=merged.date, time=merged.time, length=merged.length, part=merged.part)
        self.when, self.options, self.problem, self.declined = merged, (), None, False

    def phrase(self, lang: Lang) -> str:
        """The moment in words that `app.temporal` reads back to the same."""
        when = self.when
        words = [say_day(when.date.value, lang, year=True)] if when.date else []
        if when.time:
            clock = say_clock(when.time.value, lang)
            end = self._end()
            clock += f" - {say_clock(end, lang)}" if end else ""
            words.append(clock if when.date else f"{'a las' if lang == 'es' else 'at'} {clock}")
        return ", ".join(words)

    def _same_half(self, when: When) -> When:
        """So that "a las 8", said after "a las 19:30", is in the evening too."""
        before = self.when.time or (self.refused and self.refused.time)
        if when.time is None or when.time.sure or when.part or not before:
            return when
        hour = when.time.value.hour % 12 + (12 if before.value.hour >= 12 else 0)
        if hour == when.time.value.hour or abs(hour - before.value.hour) > _NEAR:
            return when
        return replace(when, time=replace(when.time, value=when.time.value.replace(hour=hour)))

    def _end(self) -> dt.time | None:
        when = self.when
        if when.end:
            return when.end.value
        if when.time and when.length and when.length.value < dt.timedelta(hours=12):
            start = dt.datetime.combine(dt.date.min, when.time.value)
            return (start + when.length.value).time()
        return None
