"""From the moments of a message to what is proposed in it: one moment, alternatives, or several together."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from app.extraction.rules.acts import Act
from app.extraction.rules.bare_day import only_day
from app.extraction.rules.lang.idioms import idioms
from app.extraction.rules.option import Option
from app.extraction.rules.ranges import from_day_to_day, several_days, where_to
from app.extraction.rules.reading import Mention, Reading, Use
from app.extraction.rules.relating import after_the_last, in_month, moment_of, only_minutes, within
from app.extraction.rules.sharing import give_lengths, share_day, share_time, share_week
from app.extraction.rules.when import NO_WHEN, Slot, When, when_of, with_part
from app.temporal import Kind, TimeExpression

__all__ = ["Option", "proposals"]

_LISTING = idioms("listing") | {""}
_TRIM = ",.:;¿?¡!"
_NONE: Mapping[int, When] = MappingProxyType({})
_A_WEEK = dt.timedelta(days=7)


def proposals(
    reading: Reading,
    index: int,
    talk: When | dt.datetime | None,
    span: tuple[dt.date, dt.date] | None = None,
    month: dt.date | None = None,
    *,
    regulars: Mapping[int, When] = _NONE,
    repeating: bool = False,
    staying: bool = False,
) -> list[Option]:
    """What the message proposes.

    talk        the moment talked about before, for "una hora más tarde"
    span        the days ("la otra semana") that a bare weekday counts in
    month       the month, by its first day, that a bare number counts in ("en junio … el 6")
    regulars    what repeats on each weekday (Monday is 0): "los jueves a las 5" … "¿este jueves?"
    staying     the talk is of rooms or nights: "del 15 al 17" is one stay, and no choice of days
    repeating   those moments too that repeat ("todos los martes")
    """
    proposed = _Proposed(reading, index, _as_when(talk, index), span, month, regulars, repeating, staying)
    for mention in reading.mentions:
        proposed.hear(where_to(mention, reading))
    options = proposed.options
    share_week(options, reading)
    if proposed.talk.date is None:
        share_day(options)
    options = [o for o in options if not _only_refers(o, options, reading)]
    hour = proposed.talk.time
    if not reading.mentions and hour and reading.asks is False and (later := only_minutes(reading, hour)):
        options.append(Option(When(time=replace(later, message=index)), 0, len(reading.text.rstrip()), False, 0))
    give_lengths(options, reading, index)
    return options


@dataclass(slots=True)
class _Proposed:
    """What the message proposes up to a mention, and what the next one is read by: see `proposals`, and

    refused     the moment it said no to, whose day the next hour is on
    busy        the day it told something else of, which the next hour is on too
    """

    reading: Reading
    index: int
    talk: When
    span: tuple[dt.date, dt.date] | None
    month: dt.date | None
    regulars: Mapping[int, When]
    repeating: bool
    staying: bool
    options: list[Option] = field(default_factory=list)
    refused: When = NO_WHEN
    busy: Slot[dt.date] | None = None

    def hear(self, mention: Mention) -> None:
        """Take the next mention: an option more, more of the last one, or what later ones are read by."""
        if days := several_days(mention):
            self._hear_days(mention, *days)
            return
        self._notice(mention)
        if not self._proposes(mention):
            return
        when = self._moment(mention)
        if when is None or self.options and _is_for_something_else(self.options[-1], mention, when, self.reading):
            return
        self._take(
            Option(
                when,
                mention.start,
                mention.end,
                mention.segment.asks,
                mention.segment.sentence,
                moved=_is_moved(mention, when),
                narrowed=_is_narrowed(mention),
            )
        )

    def _hear_days(self, mention: Mention, first: dt.date, last: dt.date) -> None:
        """A stay, or the week or month that what follows counts in."""
        if self.staying and mention.use is Use.PROPOSE and from_day_to_day(mention, self.reading):
            quote = mention.when.text
            stay = replace(
                when_of(mention.when, self.index),
                date=Slot(first, self.index, quote),
                until=Slot(last, self.index, quote),
            )
            self.options.append(
                Option(stay, mention.start, mention.end, mention.segment.asks, mention.segment.sentence)
            )
        elif mention.use is Use.REFUSE:
            return
        elif last - first <= _A_WEEK:
            self.span = (first, last)
        elif first.day == 1 and 27 <= (last - first).days <= 31:
            self.month = first

    def _notice(self, mention: Mention) -> None:
        """Keep what a later mention may lean on: a refused moment, a busy day, what repeats."""
        e = mention.when
        if mention.use is Use.REFUSE:
            self.refused = when_of(e, self.index)
        elif mention.use is Use.NOISE and Act.BUSY in mention.segment.acts:
            if e.date and not e.time and not self.talk.date:
                self.busy = Slot(e.date, self.index, e.text)
        if e.recurring and e.date and e.time:
            self.regulars = {**self.regulars, e.date.weekday(): when_of(e, self.index)}

    def _proposes(self, mention: Mention) -> bool:
        if self._is_called_off(mention) or mention.when.recurring and not self.repeating:
            return False
        return mention.use is Use.PROPOSE or _is_narrowed(mention)

    def _is_called_off(self, mention: Mention) -> bool:
        """ "Need to cancel today's lesson, can we do Friday?": the first of them."""
        acts = mention.segment.acts
        if Act.CANCEL not in acts or acts & {Act.MOVE, Act.REQUEST}:
            return False
        return not self.talk.date and len(self.reading.mentions) > 1

    def _moment(self, mention: Mention) -> When | None:
        """The moment of a mention, in the days and at the hours talked about. None where it says none of its own."""
        e, last = mention.when, self.options[-1].when if self.options else None
        refers = e.shift is not None and (e.shift.same_time or e.shift.same_day)
        when = moment_of(mention, self.reading, self.index, last.filled(self.talk) if last and refers else self.talk)
        if when is None:
            return None
        if _is_narrowed(mention):  # "el viernes después de las 6" proposes the day
            when = replace(when, time=None, end=None)
        if when.date is None and when.time is None and when.part is None:
            return None
        return after_the_last(self._in_the_days(self._at_its_hour(when), e), last, e)

    def _at_its_hour(self, when: When) -> When:
        """ "Los jueves a las 6, ¿empezamos este jueves?": at the hour of all Thursdays."""
        if when.date is None or when.time is not None:
            return when
        weekly = self.regulars.get(when.date.value.weekday())
        return replace(when, time=weekly.time, end=weekly.end) if weekly else when

    def _in_the_days(self, when: When, e: TimeExpression) -> When:
        """ "La otra semana … el jueves", "en junio … el 6"."""
        if self.span and e.weekday is not None and when.date and when.date.bare:
            return within(when, self.span)
        if self.month and e.weekday is None and when.date and only_day(e.text):
            return in_month(when, self.month)
        return when

    def _take(self, option: Option) -> None:
        """Put an option beside the last one, or into it where it tells more of the same."""
        last = self.options[-1] if self.options else None
        if last:
            between = [w.strip(_TRIM) for w in self.reading.folded[last.end : option.start].split()]
            if _are_hours(last, option) and not self.reading.lexicon.backs_words.isdisjoint(between):
                # "salida 9:00, regreso 18:00": the second ends what the first began
                last.when, last.end = replace(last.when, end=option.when.time), option.end
                return
            self._hang_together(last, option, between)
        if last and _joins(last, option):
            _tell_more(last, option)
        else:
            self._give_day(option, last)
            self.options.append(option)
        share_time(self.options)

    def _hang_together(self, last: Option, option: Option, between: list[str]) -> None:
        """Note how it was said to belong to the last one: "o", "y", or a comma."""
        if any(w in self.reading.lexicon.either_words for w in between):
            option.joined = "either"
        elif any(w in self.reading.lexicon.also_words for w in between):
            option.joined = "also"
        option.listed = "," in self.reading.folded[last.end : option.start] and set(between) <= _LISTING

    def _give_day(self, option: Option, last: Option | None) -> None:
        """An hour alone is on the day of the last option, else on that of what was refused or is busy."""
        if option.when.time is None or option.when.date is not None:
            return
        if last and last.when.date is not None and last.when.time is not None:
            option.when = replace(option.when, date=last.when.date)
        elif self.refused.date and self.refused.time:
            option.when = replace(option.when, date=self.refused.date)
        elif self.busy:  # "el jueves salgo temprano, ¿a las 3 se puede?"
            option.when = replace(option.when, date=self.busy)


def _as_when(talk: When | dt.datetime | None, index: int) -> When:
    if isinstance(talk, When):
        return talk
    return When(date=Slot(talk.date(), index, ""), time=Slot(talk.time(), index, "")) if talk else NO_WHEN


def _is_narrowed(mention: Mention) -> bool:
    """Whether it names a day, and of its hour a bound."""
    return mention.use is Use.BOUND and mention.when.date is not None and mention.when.time is not None


def _is_moved(mention: Mention, when: When) -> bool:
    e = mention.when
    return e.shift is not None or e.kind is Kind.DURATION or _to_a_later_week(mention, when)


def _is_for_something_else(last: Option, mention: Mention, when: When, reading: Reading) -> bool:
    """ "Déjelo el martes a las 9 y lo tiene a la tarde": of an hour already said, the half of the day tells nothing."""
    beside = len(reading.folded[last.end : mention.start].split()) > 1
    return bool(last.when.time) and when.time is None and when.date is None and beside


def _to_a_later_week(mention: Mention, when: When) -> bool:
    """ "Next Thursday instead": not the Thursday that it is moved from."""
    moves = Act.MOVE in mention.segment.acts and mention.when.weekday is not None
    return moves and when.date is not None and not when.date.bare and mention.when.anchor == "reference"


def _are_hours(last: Option, option: Option) -> bool:
    """Whether both name an hour, and only the first perhaps a day."""
    return last.when.time is not None and option.when.time is not None and option.when.date is None


def _joins(last: Option, option: Option) -> bool:
    """Whether the second expression tells more of the first: a day and then its hour."""
    a, b = last.when, option.when
    if b.date and a.date and a.date.value != b.date.value:
        return False
    if a.time and b.time:
        return a.time.value == b.time.value and (b.date is None or a.date is None)
    if b.date is None and b.time is None:
        return bool(a.date or a.time)  # only a part of the day
    return a.date is None and a.time is None or option.joined != "either" or bool(a.time) != bool(b.time)


def _tell_more(last: Option, option: Option) -> None:
    """What the option adds to the last one: the hour of its day, the day of its hour."""
    when = option.when
    if option.asks and when.time is None and when.date is None and last.when.time is None:
        last.when = replace(last.when, part=when.part)  # "for Friday night, anything in the afternoon?"
    last.when = with_part(when.filled(last.when) if when.time else last.when.filled(when))
    if when.time and option.start > last.end + 3:
        last.hour_at = option.start
    last.end, last.asks = option.end, last.asks or option.asks
    last.moved = last.moved or option.moved


def _only_refers(option: Option, options: list[Option], reading: Reading) -> bool:
    """ "Ese día se nos juntó una urgencia" speaks of the day and proposes nothing; "¿mismo día? Martes 12, 18 hs" says
    it better."""
    return (
        any(m.start == option.start and m.when.shift is not None and m.when.shift.same_day for m in reading.mentions)
        and option.when.time is None
        and (not option.asks or any(o.when.complete for o in options))
    )
