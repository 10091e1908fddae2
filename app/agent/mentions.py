"""The moments that a turn's messages speak of, and which of them prove one: no message, no evidence, no event."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from app.agent.evidence import fold
from app.agent.listening.bare_days import number_of
from app.agent.listening.spelling import plain
from app.agent.moments import Base, When
from app.agent.turn import Turn
from app.agent.wording import MONTHS
from app.extraction.rules.day_numbers import following_weekday
from app.models import Evidence, Message, Role
from app.temporal import Kind, TimeExpression, find
from app.temporal.values import localize

_DIGIT = re.compile(r"\d")
_SHORT_ANSWER = 24  # characters up to which "10" or "el 19" may be a bare hour or day


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """An expression in a message; `previous` is the moment talked about before it."""

    message: Message
    expression: TimeExpression
    previous: dt.datetime | None


class Mentions:
    """Every expression of time in the messages of one turn."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    def prove(self, when: When, base: Base | None) -> tuple[Evidence, ...] | None:
        """The messages that gave day and hour; None when nobody said one of them. What a move keeps needs no proof."""
        kept = base.start.astimezone(self._turn.zone) if base else None
        start = when.start
        proof: list[Evidence] = []
        if kept is None or kept.date() != start.date():
            date = self._mention(
                lambda m: (
                    start.date() in self._days(m)
                    or self._numbers(m, start.date(), kept)
                    or _shifts(m.expression, kept, start)
                )
            )
            if date is None:
                return None
            proof.append(_evidence(date, "date"))
        if not when.all_day and (kept is None or kept.time() != start.time()):
            time = self._mention(lambda m: start.time() in self._times(m) or _shifts(m.expression, kept, start))
            if time is None:
                return None
            proof.append(_evidence(time, "time"))
        if when.end is not None:
            ends = when.end.timetz().replace(tzinfo=None)
            end = self._mention(lambda m: m.expression.end_time == ends or bool(m.expression.duration))
            if end is not None:
                proof.append(_evidence(end, "end"))
        return tuple(proof)

    def _mention(self, fits: Callable[[Mention], bool]) -> Mention | None:
        """The newest fitting one, the customer's own words before the business's."""
        newest = [m for m in reversed(self.all) if fits(m)]
        return next((m for m in newest if m.message.role is Role.USER), newest[0] if newest else None)

    @cached_property
    def all(self) -> tuple[Mention, ...]:
        return tuple(self._walk())

    def _walk(self) -> Iterator[Mention]:
        day: dt.date | None = None
        at: dt.time | None = None
        for message in self._turn.messages:
            for e in read_text(message.body, message.sent_at.astimezone(self._turn.zone)):
                previous = localize(dt.datetime.combine(day, at), self._turn.zone) if day and at else None
                yield Mention(message=message, expression=e, previous=previous)
                said_day, said_at = self.local(e.after(previous) if previous else e)
                day, at = said_day or day, said_at or at

    def _days(self, mention: Mention) -> Iterator[dt.date]:
        for e in self._readings(mention):
            day = self.local(e)[0]
            if day:
                yield day
                last = e.end_date or day
                yield from (day + dt.timedelta(days=n) for n in range(1, min((last - day).days, 31) + 1))
            yield from e.other_dates

    def _numbers(self, mention: Mention, day: dt.date, kept: dt.datetime | None) -> bool:
        """Whether it says the number of the day, in a month that is spoken of elsewhere, or its weekday, in a week that
        is, or that follows a day spoken of."""
        named = [kept.date()] if kept else []
        named += [d for other in self.all if other is not mention for d in self._days(other)]
        if any(following_weekday(mention.expression, other) == day for other in named):
            return True
        if mention.expression.weekday == day.weekday() and not _DIGIT.search(mention.expression.text.split(" a ")[0]):
            return day - dt.timedelta(day.weekday()) in {d - dt.timedelta(d.weekday()) for d in named}
        if number_of(mention.expression) != day.day:
            return False
        months = {(d.year, d.month) for d in named}
        before = day.replace(day=1) - dt.timedelta(days=1)
        if {(day.year, day.month), (before.year, before.month)} & months:
            return True
        names = {fold(MONTHS[lang][day.month - 1]) for lang in MONTHS}  # "el 31 de junio" … "el 30"
        return any(names & set(fold(m.body).split()) for m in self._turn.messages if m.role is Role.USER)

    def _times(self, mention: Mention) -> Iterator[dt.time]:
        for e in self._readings(mention):
            at = self.local(e)[1]
            if at:
                yield at

    def _readings(self, mention: Mention) -> Iterator[TimeExpression]:
        e = mention.expression
        yield e
        yield from e.alternatives
        if e.shift and mention.previous:
            yield e.after(mention.previous)
        if e.kind is Kind.DURATION and e.duration and mention.previous:  # "push it an hour"
            for moved in (mention.previous + e.duration, mention.previous - e.duration):
                yield replace(e, date=moved.date(), time=moved.time())

    def local(self, e: TimeExpression) -> tuple[dt.date | None, dt.time | None]:
        """Day and hour in the tenant's zone; they differ from the words only where a zone was said."""
        if e.zone and e.time:
            start = e.start()
            if start:
                there = start.astimezone(self._turn.zone)
                return (there.date() if e.date else None), there.time()
        return e.date, e.time


def read_text(text: str, reference: dt.datetime) -> list[TimeExpression]:
    said, text = text, plain(text)
    found = [e for e in find(text, reference=reference) if e.kind is not Kind.SHIFT or e.shift]
    if said != text:
        found = [replace(e, text=said[e.span[0] : e.span[1]]) for e in found]
    if not found and BARE_HOUR.search(text):
        text = text[: _hour_end(text)]
        return list(find(text, reference=reference, expect="time"))
    if not found and len(text) <= _SHORT_ANSWER:
        for expect in _EXPECT:
            found = found or list(find(text, reference=reference, expect=expect))
    return found


BARE_HOUR = re.compile(
    r"(?i)\b(make it|do it|push it to|move it to|change it to|switch to|meant|mean|i said"
    r"|(?:move|push|change|switch|shift|bring|reschedule) (?:my|the|our) [a-z ]{2,30} to) (\d{1,2})\b(?![:.\d])"
)


def _hour_end(text: str) -> int:
    """Up to where a text says "make it 4"; spans stay as they are in it."""
    found = BARE_HOUR.search(text)
    return found.end() if found else len(text)


_EXPECT: tuple[Literal["time", "date"], ...] = ("time", "date")


def _evidence(mention: Mention, slot: str) -> Evidence:
    return Evidence(message_id=mention.message.id, slot=slot, quote=mention.expression.text)


def _shifts(e: TimeExpression, stands: dt.datetime | None, start: dt.datetime) -> bool:
    """ "Una hora más tarde", "by half an hour", of the event that is moved: nobody need have said where it stands."""
    if stands is None:
        return False
    if e.kind is Kind.DURATION and e.duration:
        return start in (stands + e.duration, stands - e.duration)
    moved = e.after(stands) if e.shift and not e.shift.vague else None
    return moved is not None and (moved.date, moved.time) == (start.date(), start.timetz().replace(tzinfo=None))
