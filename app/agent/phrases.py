"""From the words for a time to a moment, and from a moment to the messages that prove it.

A phrase is counted from the message it came from ("mañana", said yesterday, is today), so it is looked up among the
turn's messages first. A moment that no message speaks of has no evidence and is refused, whoever asked for it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from app.agent.availability import Window
from app.agent.evidence import contains, fold
from app.agent.listening.bare_days import in_month
from app.agent.mentions import Mentions, read_text
from app.agent.moments import Base, Problem, Unclear, When
from app.agent.turn import Turn
from app.models import Message
from app.temporal import TimeExpression
from app.temporal.values import Bound, localize

__all__ = ["Base", "PhraseReader", "Problem", "Unclear", "When"]


class PhraseReader:
    """Reads phrases against the messages of one turn."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._mentions = Mentions(turn)

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
        evidence = self._mentions.prove(when, base)
        if evidence is None:
            return Unclear(problem=Problem.NO_EVIDENCE, date=when.start.date(), time=when.start.time())
        return When(start=when.start, end=when.end, all_day=when.all_day, evidence=evidence)

    def read_day(self, phrase: str) -> dt.date | None:
        """The day that a phrase names, with or without an hour."""
        return next((day for e in self._expressions(phrase, None) if (day := self._mentions.local(e)[0])), None)

    def read_window(self, phrase: str) -> Window | Unclear:
        """Where free times are asked for: "el jueves por la tarde", "mañana a partir de las 5"; any day for no day."""
        window = Window()
        for e in self._expressions(phrase, None):
            day, at = self._mentions.local(e)
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
        found = read_text(phrase, self._reference(source))
        if source is None:
            found = [self._anchored(e, phrase) for e in found]
        moment = base.start.astimezone(self._turn.zone) if base else self._talked_of(source)
        found = [in_month(e, moment.date(), self._turn.today) for e in found] if moment else found
        return [e.after(moment) if moment and e.shift and not e.shift.vague else e for e in found]

    def _anchored(self, expression: TimeExpression, phrase: str) -> TimeExpression:
        """The expression as counted from the newest message that has its words, where one has."""
        source = self._source(expression.text)
        again = read_text(phrase, self._reference(source)) if source else []
        return next((e for e in again if e.span == expression.span), expression)

    def _source(self, phrase: str) -> Message | None:
        return next((m for m in reversed(self._turn.messages) if contains(m.body, phrase)), None)

    def _reference(self, source: Message | None) -> dt.datetime:
        return (source.sent_at if source else self._turn.now).astimezone(self._turn.zone)

    def _talked_of(self, source: Message | None) -> dt.datetime | None:
        for mention in reversed(self._mentions.all):
            if source is None or mention.message.id == source.id:
                return mention.previous
        return None

    def _join(self, found: Sequence[TimeExpression], base: Base | None) -> When | Unclear:
        """One moment of several expressions ("el viernes … a las 10"), or why there is none."""
        local = [self._mentions.local(e) for e in found]
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


def _bound(text: str) -> Bound | None:
    """Of a time that is named with its day, where the words before it count."""
    words = set(fold(text).split())
    return "after" if words & _AFTER else "before" if words & _BEFORE else None


_AFTER = frozenset({"despues", "partir", "desde", "pasadas", "after", "from", "past"})
_BEFORE = frozenset({"antes", "hasta", "before", "until", "till"})


def _later(start: dt.datetime, by: dt.timedelta) -> dt.datetime:
    """Elapsed time, also over a clock change."""
    return (start.astimezone(dt.UTC) + by).astimezone(start.tzinfo)
