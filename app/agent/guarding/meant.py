"""Whether what the customer's words name is meant for the appointment that a model is about to make or move, and is
decided: the same checks as of what a batch reads (`extraction.other_matters`, `undecided`, `corrections`)."""

import datetime as dt
import re
from functools import cached_property

from app.agent.evidence import fold
from app.agent.phrases import When
from app.agent.turn import Turn
from app.extraction.base import TranscriptMessage
from app.extraction.llm.naming import named_elsewhere
from app.extraction.said import corrections, undecided
from app.extraction.said.borrowing import lends
from app.extraction.said.mentions import Mention, mentions
from app.extraction.said.other_matters import about_something_else
from app.extraction.said.wording import one_event
from app.models import Role

#: Whichever of the options it is, it suits.
_ANY = re.compile(
    r"\b(?:cualquier\w*|(?:el|la|lo) que (?:tengas|tenga|puedas|pueda|quieras|haya|te)|me da igual|da lo mismo"
    r"|indistint\w+|either|whichever|whatever|any (?:of|is))\b"
)


class Meant:
    """The moments that a turn's messages name, and what they are named for."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        heard = turn.heard
        last = max((n for n, m in enumerate(heard) if m.role is Role.BOT), default=-1)
        self._fresh = range(last + 1, len(heard))

    def allows(self, when: When, title: str) -> bool:
        """Whether the words for this moment may stand for the event `title`."""
        return not (
            self._given_up()
            or self._conditional()
            or self._of_another_week(when)
            or self._by_another_clock()
            or self._for_something_else(when, title)
            or self._between(when)
            or self._borrowed(when, title)
        )

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return tuple(m.body for m in self._turn.heard)

    @cached_property
    def _mentions(self) -> tuple[Mention, ...]:
        messages = [
            TranscriptMessage(id=m.id, role=m.role, text=m.body, at=m.sent_at.astimezone(self._turn.zone))
            for m in self._turn.heard
        ]
        return mentions(messages, self._turn.tenant.timezone)

    def _given_up(self) -> bool:
        return any(undecided.given_up(self._texts[i]) for i in self._fresh)

    def _conditional(self) -> bool:
        return any(undecided.conditional(self._texts[i], Role.USER) for i in self._fresh)

    def _of_another_week(self, when: When) -> bool:
        day = when.start.date()
        for i in self._fresh:
            if corrections.next_one(self._texts[i]):
                named = [m for m in self._mentions if m.index <= i and m.date == day]
                return bool(named) and not any(m.index > i and m.date == day for m in self._mentions)
        return False

    def _by_another_clock(self) -> bool:
        return any(
            corrections.other_zone(self._texts[i], self._turn.now, self._turn.zone)
            and not any(m.index == i and m.expression.zone for m in self._mentions)
            for i in self._fresh
        )

    def _for_something_else(self, when: When, title: str) -> bool:
        """Day or hour named for something else alone, as a bound ("después de las 3"), or beside another title."""
        at = when.start.timetz().replace(tzinfo=None)
        days = [m for m in self._mentions if m.date == when.start.date()]
        hours = [] if when.all_day else [m for m in self._mentions if at in _times(m)]
        if any(named and all(self._foreign(m, title) for m in named) for named in (days, hours)):
            return True
        if hours and all(m.role is Role.USER and _is_bound(m) for m in hours):
            return True
        return self._beside_another(when, title, days=days, hours=hours)

    def _beside_another(self, when: When, title: str, *, days: list[Mention], hours: list[Mention]) -> bool:
        """Wherever a fresh message names the hour, another title stands beside it; so too of the day, unless that is
        the one day of all that the message asks for ("el viernes corte a las 10 y barba a las 11")."""
        at = when.start.timetz().replace(tzinfo=None)
        hours = [m for m in hours if m.index in self._fresh and m.date in (None, when.start.date())]
        days = [m for m in days if m.index in self._fresh and (when.all_day or not _times(m) or at in _times(m))]
        if hours and all(self._is_named_elsewhere(m, title) for m in hours):
            return True
        among = any(
            m.index in {d.index for d in days} and m.date not in (None, when.start.date()) for m in self._mentions
        )
        return bool(days and (among or not hours)) and all(self._is_named_elsewhere(m, title) for m in days)

    def _is_named_elsewhere(self, mention: Mention, title: str) -> bool:
        here = [m for m in self._mentions if m.index == mention.index]
        return named_elsewhere(self._texts[mention.index], here, mention, title)

    def _foreign(self, mention: Mention, title: str) -> bool:
        others = [m.expression.span for m in self._mentions if m.index == mention.index and m is not mention]
        text = self._texts[mention.index]
        return mention.role is Role.USER and about_something_else(
            text, mention.expression.span, title, Role.USER, others=others
        )

    def _borrowed(self, when: When, title: str) -> bool:
        """By words that proved another of their events, which nobody said to be this one's as well."""
        at = when.start.timetz().replace(tzinfo=None)
        days = [m.index for m in self._mentions if m.date == when.start.date()]
        hours = [m.index for m in self._mentions if at in _times(m)]
        for event in self._turn.live_events:
            proved = {e.message_id for e in event.evidence if e.slot in ("date", "time")}
            taken = [i for i in days if self._turn.heard[i].id in proved]
            if not taken or len(taken) < len(days) or one_event(title, event.title):
                continue
            both = event.start == when.start and all(self._turn.heard[i].id in proved for i in hours)
            if not lends(self._texts[taken[0]], title, self._texts[taken[0] + 1 :], both=both):
                return True
        return False

    def _between(self, when: When) -> bool:
        """One of two that the customer leaves open, without saying that either will do."""
        at = when.start.timetz().replace(tzinfo=None)
        if any(_ANY.search(fold(self._texts[i])) for i in self._fresh):
            return False
        for i in self._fresh:
            here = [m for m in self._mentions if m.index == i]
            between = undecided.options(self._texts[i], here)
            mine = [m for m in between if m.date in (None, when.start.date()) and (m.time is None or at in _times(m))]
            later = [m for m in self._mentions if m.index > i and (m.date == when.start.date() or at in _times(m))]
            if mine and len(mine) < len(between) and not later:
                return True
        return False


def _is_bound(mention: Mention) -> bool:
    """ "Después de las 3", "a partir de las 3"; not "starting at 3", nor from one hour to another."""
    e = mention.expression
    return e.bound is not None and e.end_time is None and not e.text.casefold().startswith(("start", "empez"))


def _times(mention: Mention) -> set[dt.time | None]:
    return {mention.time, *(e.time for e in mention.expression.alternatives)} - {None}
