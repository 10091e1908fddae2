"""When an event is: what a model read there, against what its words say counted from their own message."""

import datetime as dt
import re

from app.extraction.base import KnownEvent, Reason
from app.extraction.llm.findings import Findings, within
from app.extraction.llm.grounding_meant import week_after
from app.extraction.llm.schema import WEEKDAYS, ModelEvent, ReadDate, ReadTime
from app.extraction.said.mentions import Mention, comparable, fits_day, hours_said, names_day, tells_day
from app.models import EventStatus
from app.temporal import localize

_FAR = dt.timedelta(days=400)
_STARTS = re.compile(r"(?i)\W*(?:\w+ ){0,3}(?:start|begin)")  # "starting at nine" is no open stretch
_YEARS = range(1970, 2200)


def check_date(f: Findings, event: ModelEvent, known: KnownEvent | None) -> dt.date | None:
    read = as_date(event.date)
    if event.date is None or event.date_said is None:
        if known is not None and event.date_said is None:
            _inherit(f, known, Reason.DATE_UNCLEAR)
            return known.start.astimezone(f.survey.zone).date()
        f.doubt(Reason.DATE_UNCLEAR, "no words for the day are quoted")
        return read
    if read is None:
        f.doubt(Reason.DATE_UNCLEAR, "the date does not exist")
        return None
    if WEEKDAYS[read.weekday()] != event.date.weekday:
        right = WEEKDAYS[read.weekday()]
        f.doubt(Reason.WEEKDAY_MISMATCH, f"{read} is a {right}, not a {event.date.weekday}")
    place = f.quote(event.date_said, "date")
    if place is None:
        return read
    index, span = place
    dated = [m for m in f.survey.at(index, span) if m.date is not None]
    if any(m.expression.recurring for m in dated):
        f.doubt(Reason.RECURRING, "the words name a repeating day")
        return read
    if not dated:
        _parts_of_date(f, event, event.date, read, index)
        return read
    if any(m.expression.weekday_conflict for m in dated):
        f.doubt(Reason.WEEKDAY_MISMATCH, f"weekday and date in {event.date_said.words!r} disagree")
        return dated[-1].date
    if any(m.date == read for m in dated) and len({m.date for m in dated}) == 1:
        return read
    if any(m.date == read and within(m, span) for m in dated):
        return read
    others = {day for m in dated for day in m.expression.other_dates}
    if read in others and _said_later(f, read, index):
        return read
    if dated[-1].date is not None and week_after(f, index, dated[-1].date, read):
        return read
    heard = ", ".join(f"{m.date:%A %Y-%m-%d}" for m in dated if m.date)
    written = f"written on {f.survey.message(index).at:%A %Y-%m-%d}"
    f.doubt(Reason.MODEL_DISAGREES, f"{event.date_said.words!r}, {written}, is {heard}, not {read}")
    return dated[-1].date


def _said_later(f: Findings, day: dt.date, index: int) -> bool:
    """Whether a message from there on names that day by its number: "next Friday" … "Friday the 13th, then"."""
    return any(
        m.index >= index and m.date == day and str(day.day) in comparable(m.expression.text).replace("/", " ").split()
        for m in f.survey.mentions
    )


def _parts_of_date(f: Findings, event: ModelEvent, date: ReadDate, read: dt.date, index: int) -> None:
    """The resolver reads no day there: the model's own parts have to agree among themselves."""
    written = f.survey.message(index).at.astimezone(f.survey.zone).date()
    assert event.date_said is not None
    words = event.date_said.words
    if not names_day(words):
        f.doubt(Reason.EVIDENCE_MISSING, f"{words!r} names no day")
    elif not tells_day(words):  # "el feriado": the model's date could be any
        f.doubt(Reason.DATE_UNCLEAR, f"{words!r} has neither weekday, month nor number to check the date by")
    elif not fits_day(words, read):
        f.doubt(Reason.MODEL_DISAGREES, f"{words!r} is not {read:%A %Y-%m-%d}")
    elif date.counted_from != written.isoformat():
        f.doubt(Reason.DATE_UNCLEAR, f"the message was written on {written}, not on {date.counted_from}")
    elif not written <= read <= written + _FAR:
        f.doubt(Reason.DATE_UNCLEAR, f"{read} is not soon after {written}")
    else:
        f.unread += 1


def _inherit(f: Findings, known: KnownEvent, reason: Reason) -> None:
    """A proposal whose moment was doubtful is no proof of it: the words have to be quoted again."""
    if known.status is not EventStatus.CONFIRMED and known.reason not in (None, Reason.NOT_SETTLED):
        f.doubt(reason, f"what is known was only proposed ({known.reason}), and no words are quoted")


def check_pictured(f: Findings, event: ModelEvent, start: dt.datetime, *, all_day: bool) -> None:
    """Day or hour quoted from the description of a picture, and said by nobody."""
    at = start.timetz().replace(tzinfo=None)
    said = {"day": event.date_said, "time": None if all_day else event.time_said}
    for slot, quoted in said.items():
        place = f.find(quoted) if quoted else None
        if place is None or not f.survey.is_pictured(*place):
            continue
        if not any((m.date == start.date() if slot == "day" else m.time == at) for m in f.survey.mentions):
            f.doubt(Reason.PICTURED, f"the {slot} stands only in a picture: nobody said it")
            return


def check_time(f: Findings, event: ModelEvent, known: KnownEvent | None) -> dt.time | None:
    if event.time is None and event.time_said is None:
        if known is not None and not known.all_day:
            _inherit(f, known, Reason.TIME_UNCLEAR)
            return known.start.astimezone(f.survey.zone).timetz().replace(tzinfo=None)
        if event.date_said is not None and (place := f.find(event.date_said)) is not None:
            named = [m for m in f.survey.at(*place) if m.time is not None]
            if named:
                f.doubt(Reason.TIME_UNCLEAR, f"{named[0].expression.text!r} names a time, and none is given")
        return None
    read = as_time(event.time)
    if event.time_said is None or read is None:
        f.doubt(Reason.TIME_UNCLEAR, "the time is not given, or no words for it are quoted")
        return read
    place = f.quote(event.time_said, "time")
    if place is None:
        return read
    index, span = place
    timed = [m for m in f.survey.at(index, span) if m.time is not None]
    if not timed:
        said = hours_said(event.time_said.words)
        if said is None:
            f.doubt(Reason.EVIDENCE_MISSING, f"{event.time_said.words!r} names no time")
        elif not said:
            f.doubt(Reason.TIME_UNCLEAR, f"{event.time_said.words!r} gives no hour")
        elif read.hour not in said:
            f.doubt(Reason.MODEL_DISAGREES, f"{event.time_said.words!r} is not {read:%H:%M}")
        else:
            f.unread += 1
        return read
    if any(m.expression.bound and not _STARTS.match(m.expression.text) for m in timed):
        f.doubt(Reason.TIME_UNCLEAR, f"{event.time_said.words!r} names an open stretch")
        return read
    if any(m.time == read for m in timed) and (
        len({m.time for m in timed}) == 1 or any(m.time == read and within(m, span) for m in timed)
    ):
        return read
    if any(_other_half(f, m, read) for m in timed):
        return read
    heard = ", ".join(f"{m.time:%H:%M}" for m in timed if m.time)
    f.doubt(Reason.MODEL_DISAGREES, f"{event.time_said.words!r} is {heard}, not {read:%H:%M}")
    return timed[-1].time


def _other_half(f: Findings, mention: Mention, read: dt.time) -> bool:
    """A bare hour in the other half of the day, where another message says that half outright."""
    e = mention.expression
    if e.meridiem_known or all(other.time != read for other in e.alternatives):
        return False
    for m in f.survey.mentions:
        if m.time == read and m.expression.meridiem_known:
            return True
        part = m.expression.part_of_day
        if part is not None and abs(m.index - mention.index) <= 4 and e.with_part(part.name).time == read:
            return True
    return False


def check_end(f: Findings, event: ModelEvent, start: dt.datetime, *, all_day: bool) -> dt.datetime | None:
    """The end where its words prove it; a wrong one is left away, as the length is only a detail."""
    said, read = event.end_said, as_time(event.end)
    if said is None or read is None or all_day:
        return None
    place = f.find(said)
    if place is None:
        return None
    for m in f.survey.at(*place):
        ends = m.expression.end_time
        if ends == read or (ends is None and m.time == read and read != start.timetz().replace(tzinfo=None)):
            day = start.date() + dt.timedelta(days=read <= start.time())
            f.prove(place, "end")
            return localize(dt.datetime.combine(day, read), f.survey.zone)
    return None


def moment(f: Findings, date: dt.date | None, time: dt.time | None) -> dt.datetime | None:
    """Local midnight of a day without a time."""
    return localize(dt.datetime.combine(date, time or dt.time()), f.survey.zone) if date else None


def as_date(read: ReadDate | None) -> dt.date | None:
    """None for a day that does not exist, and for one beyond what can be counted with in any zone."""
    if read is None or read.year not in _YEARS:
        return None
    try:
        return dt.date(read.year, read.month, read.day)
    except (ValueError, OverflowError):
        return None


def as_time(read: ReadTime | None) -> dt.time | None:
    try:
        return dt.time(read.hour, read.minute) if read else None
    except (ValueError, OverflowError):
        return None
