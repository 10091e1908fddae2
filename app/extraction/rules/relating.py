"""What the words of a moment mean in this talk: "una hora más tarde", "y media", the month or week talked about."""

import datetime as dt
from dataclasses import replace

from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Mention, Reading
from app.extraction.rules.when import Slot, When, when_of
from app.temporal import Kind, TimeExpression, find

_WEEK, _SOON = 7, dt.timedelta(days=3)
_ANY = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def only_minutes(reading: Reading, hour: Slot[dt.time]) -> Slot[dt.time] | None:
    """ "Y media mejor": minutes for the hour named before. None when the message says anything else."""
    lexicon, words = reading.lexicon, reading.words
    opening = lexicon.at_words | lexicon.answers_words
    first = next(
        (
            w
            for i, w in enumerate(words)
            if w.text in lexicon.also_words and (i == 0 or words[i - 1].is_mark or words[i - 1].text in opening)
        ),
        None,
    )
    if first is None:
        return None
    named = hour.value.hour % 12 or 12
    said = f"{named} {reading.text[first.start :]}"
    found = find(said, reference=_ANY, lang=reading.lexicon.code, expect="time")
    if len(found) != 1 or found[0].time is None or found[0].date or found[0].span[1] <= len(str(named)) + 1:
        return None
    shift = (found[0].time.hour * 60 + found[0].time.minute - named * 60 + 360) % 720 - 360
    moved = dt.datetime.combine(_ANY.date(), hour.value.replace(minute=0)) + dt.timedelta(minutes=shift)
    return replace(hour, value=moved.time(), quote=reading.text.strip())


def moment_of(mention: Mention, reading: Reading, index: int, talk: When) -> When | None:
    """The slots of one mention, with what refers back to `talk` filled in."""
    e = mention.when
    if e.kind is Kind.DURATION:
        sign = 1 if Act.PUSH in mention.segment.acts else -1 if Act.BRING_FORWARD in mention.segment.acts else 0
        if not sign or not e.duration or talk.time is None or e.duration > dt.timedelta(hours=12):
            return None
        return _shifted(talk, sign * e.duration, index, e.text)
    if e.shift is None:
        return when_of(e, index)
    if e.shift.vague:
        return None
    if e.kind is Kind.SHIFT:
        if e.shift.same_time or e.shift.same_day:
            return When(
                date=Slot(talk.date.value, index, e.text) if e.shift.same_day and talk.date else None,
                time=Slot(talk.time.value, index, e.text) if e.shift.same_time and talk.time else None,
                end=Slot(talk.end.value, index, e.text) if e.shift.same_time and talk.end else None,
            )
        if e.shift.delta and talk.time and abs(e.shift.delta) < dt.timedelta(days=1):
            return _shifted(talk, e.shift.delta, index, e.text)
    if talk.date is None:
        dated = e.date is not None and e.shift.same_time
        return when_of(e, index) if dated or e.time and len(reading.mentions) == 1 else None
    moved = e.after(dt.datetime.combine(talk.date.value, talk.time.value if talk.time else dt.time(0)))
    when = when_of(_without_zero(moved, talk), index)
    if e.shift.same_time and talk.time and (when.time is None or when.time.value == talk.time.value):
        end = Slot(talk.end.value, index, e.text) if talk.end else when.end
        when = replace(when, time=when.time or Slot(talk.time.value, index, e.text), end=end)
    return when


def _without_zero(e: TimeExpression, talk: When) -> TimeExpression:
    return replace(e, time=None) if talk.time is None and e.time == dt.time(0) else e


def _shifted(talk: When, delta: dt.timedelta, index: int, quote: str) -> When:
    assert talk.time is not None
    moved = dt.datetime.combine(talk.date.value if talk.date else dt.date(2000, 1, 1), talk.time.value) + delta
    end = None
    if talk.end:
        end = Slot((dt.datetime.combine(moved.date(), talk.end.value) + delta).time(), index, quote)
    return When(
        date=Slot(moved.date(), index, quote) if talk.date else None,
        time=Slot(moved.time(), index, quote),
        end=end,
    )


def within(when: When, span: tuple[dt.date, dt.date]) -> When:
    """A bare weekday in the days talked about: "la otra semana … el jueves"."""
    assert when.date is not None
    day = when.date.value
    if span[0] <= day <= span[1]:
        return when
    day = span[0] + dt.timedelta(days=(day.weekday() - span[0].weekday()) % 7)
    return replace(when, date=replace(when.date, value=day)) if day <= span[1] else when


def after_the_last(when: When, last: When | None, e: TimeExpression) -> When:
    """Said on a Monday, the Monday of "viernes 19 o lunes 18:30" is the next one; the Tuesday of "el lunes 30 y el
    martes" is that of the day before."""
    if last is None or last.date is None or when.date is None or not when.date.bare:
        return when
    on = dt.timedelta(days=(when.date.value.weekday() - last.date.value.weekday()) % _WEEK)
    if not last.date.bare and when.date.value < last.date.value and dt.timedelta() < on <= _SOON:
        return replace(when, date=replace(when.date, value=last.date.value + on))
    if when.date.value != e.reference.date() or last.date.value <= when.date.value:
        return when
    return replace(when, date=replace(when.date, value=when.date.value + dt.timedelta(days=7)))


def in_month(when: When, month: dt.date) -> When:
    """A day without a month in the one talked about."""
    assert when.date is not None
    day = when.date.value
    if day >= month:
        return when
    try:
        return replace(when, date=replace(when.date, value=day.replace(year=month.year, month=month.month)))
    except ValueError:
        return when
