"""From the words for a time to a moment, and from a moment to the messages that prove it.

A phrase is counted from the message it came from ("mañana", said yesterday, is today), so it is looked up among the
turn's messages first. A moment that no message speaks of has no evidence and is refused, whoever asked for it.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from app.agent.availability import Window
from app.agent.bare_days import in_month, number_of, plain
from app.agent.evidence import contains, fold
from app.agent.turn import Turn
from app.agent.wording import MONTHS
from app.models import Evidence, Message, Role
from app.temporal import Kind, TimeExpression, find
from app.temporal.values import Bound, localize

_SHORT_ANSWER = 24  # characters up to which "10" or "el 19" may be a bare hour or day


class Problem(StrEnum):
    """Why a phrase gives no moment that an event could have."""

    NOT_UNDERSTOOD = "not_understood"
    PAST = "past"
    MISMATCH = "mismatch"
    SEVERAL = "several"
    OPEN = "open"
    RECURRING = "recurring"
    DATE_MISSING = "date_missing"
    TIME_MISSING = "time_missing"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """A moment as understood, in the tenant's zone. A whole day has `all_day` and starts at local midnight."""

    start: dt.datetime
    end: dt.datetime | None = None
    all_day: bool = False
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """A phrase that is no appointment; `date`, `time` and `weekday` hold what was understood of it."""

    problem: Problem
    date: dt.date | None = None
    time: dt.time | None = None
    weekday: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """The event that is being moved: gives the day, the hour or the length that a phrase leaves open."""

    start: dt.datetime
    end: dt.datetime | None = None
    all_day: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Mention:
    """An expression in a message; `previous` is the moment talked about before it."""

    message: Message
    expression: TimeExpression
    previous: dt.datetime | None


class PhraseReader:
    """Reads phrases against the messages of one turn."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._mentions: tuple[_Mention, ...] | None = None

    def read(self, phrase: str, *, base: Base | None = None) -> When | Unclear:
        """The moment that `phrase` names, with the messages that prove its day and hour.

        base: the event that is being moved, if one is.
        """
        found = self._expressions(phrase, base)
        if not found:
            return Unclear(problem=Problem.NOT_UNDERSTOOD)
        when = self._join(found, base)
        if isinstance(when, Unclear):
            return when
        if self._over(when):
            return Unclear(problem=Problem.PAST, date=when.start.date(), time=when.start.time())
        evidence = self._prove(when, base)
        if evidence is None:
            return Unclear(problem=Problem.NO_EVIDENCE, date=when.start.date(), time=when.start.time())
        return When(start=when.start, end=when.end, all_day=when.all_day, evidence=evidence)

    def read_day(self, phrase: str) -> dt.date | None:
        """The day that a phrase names, with or without an hour."""
        return next((day for e in self._expressions(phrase, None) if (day := self._local(e)[0])), None)

    def read_window(self, phrase: str) -> Window | Unclear:
        """Where free times are asked for: "el jueves por la tarde", "mañana a partir de las 5"; any day for no day."""
        window = Window()
        for e in self._expressions(phrase, None):
            day, at = self._local(e)
            if day and window.day is None:
                window = replace(window, day=day, last=e.end_date)
            if e.part_of_day:
                part = e.part_of_day
                # What runs past midnight is asked of the day on which it begins.
                until = part.end if part.start < part.end else None
                window = replace(window, since=part.start, until=until, part=part.name)
            if at and (open_ := e.bound or _bound(e.text)):
                opens = open_ in ("from", "after")
                window = replace(window, since=at) if opens else replace(window, until=at)
            elif at and e.end_time:
                window = replace(window, since=at, until=e.end_time)
        if window.day and (window.last or window.day) < self._turn.today:
            return Unclear(problem=Problem.PAST, date=window.day)
        return window

    def _expressions(self, phrase: str, base: Base | None) -> list[TimeExpression]:
        source = self._source(phrase)
        found = _read(phrase, self._reference(source))
        if source is None:
            found = [self._anchored(e, phrase) for e in found]
        moment = base.start.astimezone(self._turn.zone) if base else self._talked_of(source)
        found = [in_month(e, moment.date(), self._turn.today) for e in found] if moment else found
        return [e.after(moment) if moment and e.shift and not e.shift.vague else e for e in found]

    def _anchored(self, expression: TimeExpression, phrase: str) -> TimeExpression:
        """The expression as counted from the newest message that has its words, where one has."""
        source = self._source(expression.text)
        again = _read(phrase, self._reference(source)) if source else []
        return next((e for e in again if e.span == expression.span), expression)

    def _source(self, phrase: str) -> Message | None:
        return next((m for m in reversed(self._turn.messages) if contains(m.body, phrase)), None)

    def _reference(self, source: Message | None) -> dt.datetime:
        return (source.sent_at if source else self._turn.now).astimezone(self._turn.zone)

    def _talked_of(self, source: Message | None) -> dt.datetime | None:
        for mention in reversed(self._all_mentions()):
            if source is None or mention.message.id == source.id:
                return mention.previous
        return None

    def _join(self, found: Sequence[TimeExpression], base: Base | None) -> When | Unclear:
        """One moment of several expressions ("el viernes … a las 10"), or why there is none."""
        local = [self._local(e) for e in found]
        dates = list(dict.fromkeys(day for day, _ in local if day))
        times = list(dict.fromkeys(at for _, at in local if at))
        day = dates[0] if dates else None
        at = times[0] if times else None
        conflict = next((e for e in found if e.weekday_conflict), None)
        if any(e.recurring for e in found):
            return Unclear(problem=Problem.RECURRING, date=day, time=at)
        if len(dates) > 1 or len(times) > 1:
            return Unclear(problem=Problem.SEVERAL)
        if conflict:
            return Unclear(problem=Problem.MISMATCH, date=day, time=at, weekday=conflict.weekday)
        if any(e.bound for e in found):
            return Unclear(problem=Problem.OPEN, date=day, time=at)
        whole_day = base is not None and base.all_day and at is None
        if base:
            start = base.start.astimezone(self._turn.zone)
            day = day or start.date()
            at = at or (None if base.all_day else start.time())
        if any(e.end_date not in (None, e.date) and e.time is None for e in found) or day is None:
            return Unclear(problem=Problem.DATE_MISSING, time=at)
        if at is None and not whole_day:
            return Unclear(problem=Problem.TIME_MISSING, date=day)
        start = localize(dt.datetime.combine(day, at or dt.time()), self._turn.zone)
        return When(start=start, end=self._end(start, found, base), all_day=whole_day)

    def _end(self, start: dt.datetime, found: Sequence[TimeExpression], base: Base | None) -> dt.datetime | None:
        for e in found:
            if e.end_time is not None and e.time is not None:
                lasts = dt.datetime.combine(start, e.end_time) - dt.datetime.combine(start, e.time)
                return _later(start, lasts % dt.timedelta(days=1))
            if e.duration:
                return _later(start, e.duration)
        if base and base.end:
            return _later(start, base.end - base.start)
        return None

    def _over(self, when: When) -> bool:
        if when.all_day:
            return when.start.date() < self._turn.today
        return when.start <= self._turn.now

    def _prove(self, when: When, base: Base | None) -> tuple[Evidence, ...] | None:
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

    def _mention(self, fits: Callable[[_Mention], bool]) -> _Mention | None:
        """The newest fitting one, the customer's own words before the business's."""
        newest = [m for m in reversed(self._all_mentions()) if fits(m)]
        return next((m for m in newest if m.message.role is Role.USER), newest[0] if newest else None)

    def _all_mentions(self) -> tuple[_Mention, ...]:
        if self._mentions is None:
            self._mentions = tuple(self._walk())
        return self._mentions

    def _walk(self) -> Iterator[_Mention]:
        day: dt.date | None = None
        at: dt.time | None = None
        for message in self._turn.messages:
            for e in _read(message.body, self._reference(message)):
                previous = localize(dt.datetime.combine(day, at), self._turn.zone) if day and at else None
                yield _Mention(message=message, expression=e, previous=previous)
                said_day, said_at = self._local(e.after(previous) if previous else e)
                day, at = said_day or day, said_at or at

    def _days(self, mention: _Mention) -> Iterator[dt.date]:
        for e in self._readings(mention):
            day = self._local(e)[0]
            if day:
                yield day
                last = e.end_date or day
                yield from (day + dt.timedelta(days=n) for n in range(1, min((last - day).days, 31) + 1))
            yield from e.other_dates

    def _numbers(self, mention: _Mention, day: dt.date, kept: dt.datetime | None) -> bool:
        """Whether it says the number of the day, in a month that is spoken of elsewhere."""
        if number_of(mention.expression) != day.day:
            return False
        named = [kept.date()] if kept else []
        named += [d for other in self._all_mentions() if other is not mention for d in self._days(other)]
        months = {(d.year, d.month) for d in named}
        before = day.replace(day=1) - dt.timedelta(days=1)
        if {(day.year, day.month), (before.year, before.month)} & months:
            return True
        names = {fold(MONTHS[lang][day.month - 1]) for lang in MONTHS}  # "el 31 de junio" … "el 30"
        return any(names & set(fold(m.body).split()) for m in self._turn.messages if m.role is Role.USER)

    def _times(self, mention: _Mention) -> Iterator[dt.time]:
        for e in self._readings(mention):
            at = self._local(e)[1]
            if at:
                yield at

    def _readings(self, mention: _Mention) -> Iterator[TimeExpression]:
        e = mention.expression
        yield e
        yield from e.alternatives
        if e.shift and mention.previous:
            yield e.after(mention.previous)
        if e.kind is Kind.DURATION and e.duration and mention.previous:  # "push it an hour"
            for moved in (mention.previous + e.duration, mention.previous - e.duration):
                yield replace(e, date=moved.date(), time=moved.time())

    def _local(self, e: TimeExpression) -> tuple[dt.date | None, dt.time | None]:
        """Day and hour in the tenant's zone; they differ from the words only where a zone was said."""
        if e.zone and e.time:
            start = e.start()
            if start:
                there = start.astimezone(self._turn.zone)
                return (there.date() if e.date else None), there.time()
        return e.date, e.time


def _shifts(e: TimeExpression, stands: dt.datetime | None, start: dt.datetime) -> bool:
    """ "Una hora más tarde", of the event that is moved: nobody need have said where it stands."""
    moved = e.after(stands) if stands is not None and e.shift and not e.shift.vague else None
    return moved is not None and (moved.date, moved.time) == (start.date(), start.timetz().replace(tzinfo=None))


def _bound(text: str) -> Bound | None:
    """Of a time that is named with its day, where the words before it count."""
    words = set(fold(text).split())
    return "after" if words & _AFTER else "before" if words & _BEFORE else None


_AFTER = frozenset({"despues", "partir", "desde", "pasadas", "after", "from", "past"})
_BEFORE = frozenset({"antes", "hasta", "before", "until", "till"})


def _read(text: str, reference: dt.datetime) -> list[TimeExpression]:
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
    r"(?i)\b(make it|do it|push it to|move it to|change it to|switch to|meant|mean|i said) (\d{1,2})\b(?![:.\d])"
)


def _hour_end(text: str) -> int:
    """Up to where a text says "make it 4"; spans stay as they are in it."""
    found = BARE_HOUR.search(text)
    return found.end() if found else len(text)


_EXPECT: tuple[Literal["time", "date"], ...] = ("time", "date")


def _later(start: dt.datetime, by: dt.timedelta) -> dt.datetime:
    """Elapsed time, also over a clock change."""
    return (start.astimezone(dt.UTC) + by).astimezone(start.tzinfo)


def _evidence(mention: _Mention, slot: str) -> Evidence:
    return Evidence(message_id=mention.message.id, slot=slot, quote=mention.expression.text)
