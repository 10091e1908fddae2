"""From the moments of a message to what is proposed in it: one moment, alternatives, or several together."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

from app.extraction.rules.acts import Act
from app.extraction.rules.bare_day import only_day
from app.extraction.rules.lang.idioms import idiom_pattern, idioms
from app.extraction.rules.reading import Mention, Reading, Use
from app.extraction.rules.relating import after_the_last, in_month, moment_of, only_minutes, within
from app.extraction.rules.when import Slot, When, when_of, with_part
from app.temporal import Kind

_UP_TO = re.compile(r"\w\s*(?:\b(?:al?|hasta|to|till?|until|through)\b|[-–])\s*\w")
_A_WEEK = re.compile(rf"\b{idiom_pattern('weeks')}\b")
_LISTING = idioms("listing") | {""}
_TRIM = ",.:;¿?¡!"
_NONE: Mapping[int, When] = MappingProxyType({})


@dataclass(slots=True)
class Option:
    """One proposed moment; `start` and `end` are where it stands in the message. `joined` says how it hangs together
    with the one before: "either" (or), "also" (and), or not at all; `narrowed`: only a bound
    was said of the hour ("after 4"); `hour_at` is where an hour said apart from its day stands."""

    when: When
    start: int
    end: int
    asks: bool
    sentence: int
    hour_at: int = -1
    joined: str = ""
    moved: bool = False
    narrowed: bool = False
    listed: bool = False


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
    if not isinstance(talk, When):
        talk = When(date=Slot(talk.date(), index, ""), time=Slot(talk.time(), index, "")) if talk else When()
    options: list[Option] = []
    either, also = reading.lexicon.either_words, reading.lexicon.also_words
    refused = When()
    busy: Slot[dt.date] | None = None
    for mention in reading.mentions:
        e = mention.when
        if _moves_over(mention, reading) and e.end_time and e.kind is not Kind.DATERANGE:
            e = replace(e, time=e.end_time, end_time=None, end_date=None)
            mention = replace(mention, when=e)  # noqa: PLW2901
        elif _moves_over(mention, reading) and e.end_date:
            e = replace(e, kind=Kind.DATE, date=e.end_date, end_date=None)
            mention = replace(mention, when=e)  # noqa: PLW2901
        if e.kind is Kind.DATERANGE and e.date and e.end_date and e.end_date > e.date and mention.use is not Use.NOISE:
            if staying and mention.use is Use.PROPOSE and _from_day_to_day(mention, reading):
                stay = replace(
                    when_of(e, index), date=Slot(e.date, index, e.text), until=Slot(e.end_date, index, e.text)
                )
                options.append(Option(stay, mention.start, mention.end, mention.segment.asks, mention.segment.sentence))
                continue
            if mention.use is not Use.REFUSE and e.end_date - e.date <= dt.timedelta(days=7):
                span = (e.date, e.end_date)
            elif mention.use is not Use.REFUSE and e.date.day == 1 and 27 <= (e.end_date - e.date).days <= 31:
                month = e.date
            continue
        if mention.use is Use.REFUSE:
            refused = when_of(e, index)
        elif mention.use is Use.NOISE and Act.BUSY in mention.segment.acts and e.date and not e.time and not talk.date:
            busy = Slot(e.date, index, e.text)
        if e.recurring and e.date and e.time:
            regulars = {**regulars, e.date.weekday(): when_of(e, index)}
        called_off = Act.CANCEL in mention.segment.acts and not talk.date and len(reading.mentions) > 1
        if called_off and not mention.segment.acts & {Act.MOVE, Act.REQUEST}:
            continue  # "need to cancel today's lesson, can we do Friday?"
        narrowed = mention.use is Use.BOUND and e.date is not None and e.time is not None
        if mention.use is not Use.PROPOSE and not narrowed or e.recurring and not repeating:
            continue
        again = options[-1].when if options and e.shift and (e.shift.same_time or e.shift.same_day) else None
        when = moment_of(mention, reading, index, again.filled(talk) if again else talk)
        if narrowed and when is not None:  # "el viernes después de las 6" proposes the day
            when = replace(when, time=None, end=None)
        if when is None or when.date is None and when.time is None and when.part is None:
            continue
        if (
            when.date and when.time is None and (weekly := regulars.get(when.date.value.weekday()))
        ):  # "los jueves a las 6, ¿empezamos este jueves?"
            when = replace(when, time=weekly.time, end=weekly.end)
        if span and e.weekday is not None and when.date and when.date.bare:
            when = within(when, span)
        elif month and e.weekday is None and when.date and only_day(e.text):
            when = in_month(when, month)
        when = after_the_last(when, options[-1].when if options else None, e)
        if options and _is_for_something_else(options[-1], mention, when, reading):
            continue
        option = Option(
            when,
            mention.start,
            mention.end,
            mention.segment.asks,
            mention.segment.sentence,
            moved=e.shift is not None or e.kind is Kind.DURATION or _to_a_later_week(mention, when),
            narrowed=narrowed,
        )
        last = options[-1] if options else None
        between = [w.strip(_TRIM) for w in reading.folded[last.end : option.start].split()] if last else []
        if last and last.when.time and when.time and when.date is None and reading.lexicon.backs_words & set(between):
            last.when, last.end = replace(last.when, end=when.time), option.end
            continue
        if last:
            option.joined = (
                "either" if any(w in either for w in between) else "also" if any(w in also for w in between) else ""
            )
            option.listed = "," in reading.folded[last.end : option.start] and set(between) <= _LISTING
        if last and _joins(last, option):
            if option.asks and when.time is None and when.date is None and last.when.time is None:
                last.when = replace(last.when, part=when.part)  # "for Friday night, anything in the afternoon?"
            last.when = with_part(when.filled(last.when) if when.time else last.when.filled(when))
            if when.time and option.start > last.end + 3:
                last.hour_at = option.start
            last.end, last.asks = option.end, last.asks or option.asks
            last.moved = last.moved or option.moved
        else:
            if when.time and when.date is None:
                if last and last.when.date is not None and last.when.time is not None:
                    option.when = replace(when, date=last.when.date)
                elif refused.date and refused.time:
                    option.when = replace(when, date=refused.date)
                elif busy:  # "el jueves salgo temprano, ¿a las 3 se puede?"
                    option.when = replace(when, date=busy)
            options.append(option)
        _share_time(options)
    _share_week(options, reading)
    if talk.date is None:
        _share_day(options)
    options = [o for o in options if not _only_refers(o, options, reading)]
    if not reading.mentions and talk.time and reading.asks is False and (later := only_minutes(reading, talk.time)):
        options.append(Option(When(time=replace(later, message=index)), 0, len(reading.text.rstrip()), False, 0))
    _give_lengths(options, reading, index)
    return options


def _is_for_something_else(last: Option, mention: Mention, when: When, reading: Reading) -> bool:
    """ "Déjelo el martes a las 9 y lo tiene a la tarde": of an hour already said, the half of the day tells nothing."""
    beside = len(reading.folded[last.end : mention.start].split()) > 1
    return bool(last.when.time) and when.time is None and when.date is None and beside


def _from_day_to_day(mention: Mention, reading: Reading) -> bool:
    """Whether first and last day are both said: "del 15 al 17", not "esta semana"."""
    folded = reading.folded[mention.start : mention.end]
    return bool(_UP_TO.search(folded)) and mention.when.date is not None


def _moves_over(mention: Mention, reading: Reading) -> bool:
    """ "Pasar la sesión de hoy a mañana", "push it from 2 to 3", "change my fitting on Friday to Saturday": no range,
    but from where to where."""
    e, moves = mention.when, [h.last for h in mention.segment.hits if h.tag is Act.MOVE]
    if not moves or e.kind not in (Kind.DATERANGE, Kind.TIMERANGE, Kind.DATETIMERANGE):
        return False
    if e.text.casefold().startswith(("de ", "del ", "from ")):
        return True
    joints = reading.lexicon.joins_words | reading.lexicon.at_words | reading.lexicon.articles_words
    what = [w for w in reading.words[min(moves) :] if w.end <= mention.start and w.text not in joints]
    return e.kind is Kind.DATERANGE and bool(what) and not any(w.is_mark for w in what)


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


def _share_time(options: list[Option]) -> None:
    """In "miércoles y viernes 8 am" the hour is said once for both days."""
    for position in range(len(options) - 2, -1, -1):
        here, after = options[position], options[position + 1]
        if (
            here.when.time is None
            and here.when.date
            and after.when.date
            and after.when.time
            and (after.joined or after.listed)
            and after.sentence == here.sentence
        ):
            here.when = replace(here.when, time=after.when.time, end=after.when.end, length=after.when.length)


def _to_a_later_week(mention: Mention, when: When) -> bool:
    """ "Next Thursday instead": not the Thursday that it is moved from."""
    moves = Act.MOVE in mention.segment.acts and mention.when.weekday is not None
    return moves and when.date is not None and not when.date.bare and mention.when.anchor == "reference"


def _share_day(options: list[Option]) -> None:
    """In "Ella at 4.15 and Leo at 4.45 on the 15th" the day is said once, behind, where no day was talked about."""
    for here, after in reversed(list(pairwise(options))):
        if here.when.date is None and here.when.time and after.when.complete and after.joined == "also":
            if here.sentence == after.sentence:
                here.when = replace(here.when, date=after.when.date)


def _share_week(options: list[Option], reading: Reading) -> None:
    """In "lunes, miércoles y viernes de la semana que viene" the week is said once for all days."""
    if len(options) < 2:
        return
    week: dt.date | None = None
    for here, after in zip(reversed(options), [None, *reversed(options)], strict=False):
        if after is None or after.sentence != here.sentence or not (after.joined or after.listed):
            week = None
        day = here.when.date
        if day and _A_WEEK.search(reading.folded, here.start, here.end):
            week = day.value - dt.timedelta(days=day.value.weekday())
        elif day and week and day.bare and day.value < week:
            here.when = replace(
                here.when, date=replace(day, value=week + dt.timedelta(days=day.value.weekday()), bare=False)
            )


def _only_refers(option: Option, options: list[Option], reading: Reading) -> bool:
    """ "Ese día se nos juntó una urgencia" speaks of the day and proposes nothing; "¿mismo día? Martes 12, 18 hs" says
    it better."""
    return (
        any(m.start == option.start and m.when.shift is not None and m.when.shift.same_day for m in reading.mentions)
        and option.when.time is None
        and (not option.asks or any(o.when.complete for o in options))
    )


def _give_lengths(options: list[Option], reading: Reading, index: int) -> None:
    for mention in reading.mentions:
        e = mention.when
        if (
            e.kind is Kind.DURATION
            and options
            and mention.use is Use.PROPOSE
            and e.duration
            and e.duration <= dt.timedelta(hours=12)
            and not mention.segment.acts & {Act.PUSH, Act.BRING_FORWARD}
        ):
            nearest = min(options, key=lambda o: abs(o.start - mention.start))
            nearest.when = replace(nearest.when, length=Slot(e.duration, index, e.text))
