"""From the moments of a message to what is proposed in it: one moment, alternatives, or several together."""

import datetime as dt
from dataclasses import dataclass, replace

from app.extraction.rules.plan import Slot, When, when_of
from app.extraction.rules.reading import Mention, Reading, Use
from app.temporal import Kind


@dataclass(slots=True)
class Option:
    """One proposed moment; `start` and `end` are where it stands in the message. `joined` is the word before it."""

    when: When
    start: int
    end: int
    asks: bool
    sentence: int
    joined: str = ""
    mention: Mention | None = None


def proposals(reading: Reading, index: int, anchor: dt.datetime | None) -> list[Option]:
    """What the message proposes. `anchor` is the moment talked about before, for "una hora más tarde"."""
    options: list[Option] = []
    either, also = reading.lexicon.either_words, reading.lexicon.also_words
    for mention in reading.mentions:
        if mention.use is not Use.PROPOSE:
            continue
        e = mention.when
        if e.shift is not None:
            if anchor is None or e.shift.vague:
                continue
            moved = e.after(anchor)
            if e.kind is Kind.SHIFT and moved.time is not None:
                moved = replace(moved, meridiem_known=True)
            e = moved
        elif e.kind is Kind.DURATION:
            continue
        when = when_of(e, index)
        if when == When() or (when.date is None and when.time is None and when.part is None):
            continue
        option = Option(when, mention.start, mention.end, mention.segment.asks, mention.segment.sentence, mention=mention)
        last = options[-1] if options else None
        between = reading.folded[last.end:option.start].split() if last else []
        if last and any(w.strip(",.:;¿?") in either for w in between):
            option.joined = "either"
        elif last and any(w.strip(",.:;¿?") in also for w in between):
            option.joined = "also"
        if last and _joins(last, option, between):
            last.when = when.filled(last.when) if when.time else last.when.filled(when)
            last.end = option.end
            last.asks = last.asks or option.asks
            _share_time(options)
            continue
        if last and when.time and when.date is None and last.when.date is not None and last.when.time is not None:
            option.when = replace(when, date=last.when.date)
        options.append(option)
    _share_time(options)
    for mention in reading.mentions:
        if mention.when.kind is Kind.DURATION and options and mention.use is Use.PROPOSE and mention.when.duration:
            nearest = min(options, key=lambda o: abs(o.start - mention.start))
            nearest.when = replace(nearest.when, length=Slot(mention.when.duration, index, mention.when.text))
    return options


def _joins(last: Option, option: Option, between: list[str]) -> bool:
    """Whether the second expression tells more of the first: a day and then its hour."""
    a, b = last.when, option.when
    if b.date and a.date and a.date.value != b.date.value:
        return False
    if a.time and b.time:
        return same_moment(a, b) and (b.date is None or a.date is None)
    if b.date is None and b.time is None:
        return bool(a.date or a.time)  # only a part of the day
    if a.date is None and a.time is None:
        return True
    if option.joined == "either" and a.time is None and b.time is None:
        return False
    if b.date and a.time and not a.date and option.sentence != last.sentence:
        return True
    return True


def same_moment(a: When, b: When) -> bool:
    return bool(a.time and b.time and a.time.value == b.time.value)


def _share_time(options: list[Option]) -> None:
    """In "miércoles y viernes 8 am" the hour is said once for both days; in "tuesday at 4 or 5" the day is."""
    for position in range(len(options) - 2, -1, -1):
        here, after = options[position], options[position + 1]
        if here.when.time is None and here.when.date and after.when.date and after.when.time and after.joined \
                and after.sentence == here.sentence:
            here.when = replace(here.when, time=after.when.time, end=after.when.end, length=after.when.length)
