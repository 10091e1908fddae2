"""Checks what a language model read against the messages: code, not the model, decides what may be confirmed.

An event is confirmed when its words stand where the model says, the resolver reads them, counted from their own
message, as the model does, somebody settled it, and it was not over by then. Anything else is a doubt, and a doubtful
event is at most proposed.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from app.extraction.base import KnownEvent, Reason, Transcript, TranscriptMessage
from app.extraction.llm_mentions import Mention, fold, mentions, place_of, speaks_of_time
from app.extraction.llm_schema import WEEKDAYS, ModelEvent, ReadDate, ReadTime, Said
from app.extraction.rules import understand
from app.models import EventDraft, EventStatus, Evidence, Role
from app.temporal import localize

#: Confidence of an event whose words only the model could read: its own parts agreed, nothing else was checked.
PARTS_ONLY = 0.6
_FAR = dt.timedelta(days=400)
_TITLE = 120
_GENERIC = frozenset("cita reunion turno reserva evento appointment meeting booking event visita consulta".split())
_SMALL = frozenset("de del la el los las un una y a con para por en the of with for and to at in my mi".split())


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """Why an event is not confirmed: `reason` is stored, `text` is told to the model for its one repair."""

    reason: Reason
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Grounded:
    """An event after the check. `draft` is None when nothing of it can be stored (no message proves any of it)."""

    draft: EventDraft | None
    doubts: tuple[Doubt, ...] = ()
    title: str = ""


@dataclass(kw_only=True)
class Grounding:
    """Checks the events that were read in one transcript. `ids` are the short ids the model may name."""

    transcript: Transcript
    ids: dict[str, int]
    known: dict[str, KnownEvent]
    _mentions: tuple[Mention, ...] = field(init=False)
    _zone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        self._mentions = mentions(self.transcript.messages, self.transcript.time_zone)
        self._zone = ZoneInfo(self.transcript.time_zone)

    def check(self, events: Sequence[ModelEvent]) -> list[Grounded]:
        return [self._check(event) for event in events]

    def _check(self, event: ModelEvent) -> Grounded:
        look = _Look(grounding=self, event=event)
        return look.result()

    def message(self, index: int) -> TranscriptMessage:
        return self.transcript.messages[index]

    def at(self, index: int, span: tuple[int, int]) -> list[Mention]:
        """What the message says at these characters; the whole expression also when only a part of it is quoted."""
        return [
            m
            for m in self._mentions
            if m.index == index and m.expression.span[0] < span[1] and span[0] < m.expression.span[1]
        ]

    @property
    def all_mentions(self) -> tuple[Mention, ...]:
        return self._mentions

    @property
    def zone(self) -> ZoneInfo:
        return self._zone


@dataclass(kw_only=True)
class _Look:
    """The check of one event."""

    grounding: Grounding
    event: ModelEvent
    doubts: list[Doubt] = field(default_factory=list)
    proof: list[Evidence] = field(default_factory=list)
    unread: int = 0

    def result(self) -> Grounded:
        event = self.event
        known = self.grounding.known.get(event.known) if event.known else None
        if event.known and known is None:
            self._doubt(Reason.EVIDENCE_MISSING, f"there is no known event {event.known}")
        if event.status == "cancelled":
            return self._cancelled(known)
        date = self._date(known)
        time = self._time(known)
        self._title(known)
        settled = self._settled()
        start = self._moment(date, time)
        if start is None:
            self._doubt(Reason.DATE_UNCLEAR, "it has no day that exists")
            return Grounded(draft=None, doubts=tuple(self.doubts), title=event.title)
        all_day = time is None
        if event.status == "confirmed" and not self.doubts and settled is not None:
            status = EventStatus.CONFIRMED
            over = start.date() < settled.date() if all_day else start <= settled
            if over:
                self._doubt(Reason.IN_THE_PAST, f"{start:%Y-%m-%d %H:%M} was over when it was settled ({settled:%c})")
                status = EventStatus.PROPOSED
        else:
            status = EventStatus.PROPOSED
        if self.unread > 1:
            status = EventStatus.PROPOSED
            self._doubt(Reason.TIME_UNCLEAR, "neither the words for the day nor those for the time can be read")
        if not self.proof:
            return Grounded(draft=None, doubts=tuple(self.doubts), title=event.title)
        reason = self.doubts[0].reason.value if self.doubts else Reason.NOT_SETTLED.value
        draft = EventDraft(
            title=self._clean_title(known),
            start=start,
            end=self._end(start, all_day=all_day),
            all_day=all_day,
            time_zone=self.grounding.transcript.time_zone,
            location=self._location(),
            status=status,
            reason=reason if status is EventStatus.PROPOSED else None,
            confidence=(PARTS_ONLY if self.unread else 0.9) if not self.doubts else 0.3,
            evidence=tuple(self.proof),
            settled_at=settled,
            event_id=known.id if known else None,
        )
        return Grounded(draft=draft, doubts=tuple(self.doubts), title=event.title)

    # ------------------------------------------------------------ the day

    def _date(self, known: KnownEvent | None) -> dt.date | None:
        event = self.event
        read = _as_date(event.date)
        if event.date is None or event.date_said is None:
            if known is not None and event.date_said is None:
                return known.start.astimezone(self.grounding.zone).date()
            self._doubt(Reason.DATE_UNCLEAR, "no words for the day are quoted")
            return read
        if read is None:
            self._doubt(Reason.DATE_UNCLEAR, "the date does not exist")
            return None
        if WEEKDAYS[read.weekday()] != event.date.weekday:
            right = WEEKDAYS[read.weekday()]
            self._doubt(Reason.WEEKDAY_MISMATCH, f"{read} is a {right}, not a {event.date.weekday}")
        place = self._quote(event.date_said, "date")
        if place is None:
            return read
        index, span = place
        dated = [m for m in self.grounding.at(index, span) if m.date is not None]
        if any(m.expression.recurring for m in dated):
            self._doubt(Reason.RECURRING, "the words name a repeating day")
            return read
        if not dated:
            self._parts_of_date(event.date, read, index)
            return read
        if any(m.expression.weekday_conflict for m in dated):
            self._doubt(Reason.WEEKDAY_MISMATCH, f"weekday and date in {event.date_said.words!r} disagree")
            return dated[-1].date
        if any(m.date == read for m in dated) and len({m.date for m in dated}) == 1:
            return read
        if any(m.date == read and _within(m, span) for m in dated):
            return read
        others = {day for m in dated for day in m.expression.other_dates}
        if read in others and self._said_later(read, index):
            return read
        heard = ", ".join(f"{m.date:%A %Y-%m-%d}" for m in dated if m.date)
        written = f"written on {self.grounding.message(index).at:%A %Y-%m-%d}"
        self._doubt(Reason.MODEL_DISAGREES, f"{event.date_said.words!r}, {written}, is {heard}, not {read}")
        return dated[-1].date

    def _said_later(self, day: dt.date, index: int) -> bool:
        """Whether a message from there on names that day by its number: "next Friday" … "Friday the 13th, then"."""
        return any(
            m.index >= index and m.date == day and str(day.day) in fold(m.expression.text).replace("/", " ").split()
            for m in self.grounding.all_mentions
        )

    def _parts_of_date(self, date: ReadDate, read: dt.date, index: int) -> None:
        """The resolver reads no day there: the model's own parts have to agree among themselves."""
        written = self.grounding.message(index).at.astimezone(self.grounding.zone).date()
        assert self.event.date_said is not None
        if not speaks_of_time(self.event.date_said.words):
            self._doubt(Reason.EVIDENCE_MISSING, f"{self.event.date_said.words!r} names no day")
        elif date.counted_from != written.isoformat():
            self._doubt(Reason.DATE_UNCLEAR, f"the message was written on {written}, not on {date.counted_from}")
        elif not written <= read <= written + _FAR:
            self._doubt(Reason.DATE_UNCLEAR, f"{read} is not soon after {written}")
        else:
            self.unread += 1

    # ------------------------------------------------------------ the hour

    def _time(self, known: KnownEvent | None) -> dt.time | None:
        event = self.event
        if event.time is None and event.time_said is None:
            if known is not None and not known.all_day:
                return known.start.astimezone(self.grounding.zone).timetz().replace(tzinfo=None)
            if event.date_said is not None and (place := self._find(event.date_said)) is not None:
                named = [m for m in self.grounding.at(*place) if m.time is not None]
                if named:
                    self._doubt(Reason.TIME_UNCLEAR, f"{named[0].expression.text!r} names a time, and none is given")
            return None
        read = _as_time(event.time)
        if event.time_said is None or read is None:
            self._doubt(Reason.TIME_UNCLEAR, "the time is not given, or no words for it are quoted")
            return read
        place = self._quote(event.time_said, "time")
        if place is None:
            return read
        index, span = place
        timed = [m for m in self.grounding.at(index, span) if m.time is not None]
        if not timed:
            if speaks_of_time(event.time_said.words):
                self.unread += 1
            else:
                self._doubt(Reason.EVIDENCE_MISSING, f"{event.time_said.words!r} names no time")
            return read
        if any(m.expression.bound for m in timed):
            self._doubt(Reason.TIME_UNCLEAR, f"{event.time_said.words!r} names an open stretch")
            return read
        if any(m.time == read for m in timed) and (
            len({m.time for m in timed}) == 1 or any(m.time == read and _within(m, span) for m in timed)
        ):
            return read
        if any(self._other_half(m, read) for m in timed):
            return read
        heard = ", ".join(f"{m.time:%H:%M}" for m in timed if m.time)
        self._doubt(Reason.MODEL_DISAGREES, f"{event.time_said.words!r} is {heard}, not {read:%H:%M}")
        return timed[-1].time

    def _other_half(self, mention: Mention, read: dt.time) -> bool:
        """A bare hour in the other half of the day, where another message says that half outright."""
        e = mention.expression
        if e.meridiem_known or all(other.time != read for other in e.alternatives):
            return False
        for m in self.grounding.all_mentions:
            if m.time == read and m.expression.meridiem_known:
                return True
            part = m.expression.part_of_day
            if part is not None and abs(m.index - mention.index) <= 4 and e.with_part(part.name).time == read:
                return True
        return False

    def _end(self, start: dt.datetime, *, all_day: bool) -> dt.datetime | None:
        """The end where its words prove it; a wrong one is left away, as the length is only a detail."""
        said, read = self.event.end_said, _as_time(self.event.end)
        if said is None or read is None or all_day:
            return None
        place = self._find(said)
        if place is None:
            return None
        for m in self.grounding.at(*place):
            ends = m.expression.end_time
            if ends == read or (ends is None and m.time == read and read != start.timetz().replace(tzinfo=None)):
                day = start.date() + dt.timedelta(days=read <= start.time())
                self._prove(place, "end")
                return localize(dt.datetime.combine(day, read), self.grounding.zone)
        return None

    def _moment(self, date: dt.date | None, time: dt.time | None) -> dt.datetime | None:
        if date is None:
            return None
        return localize(dt.datetime.combine(date, time or dt.time()), self.grounding.zone)

    # ------------------------------------------------------------ what, where, and whether

    def _title(self, known: KnownEvent | None) -> None:
        event = self.event
        if event.title_said is not None and (place := self._find(event.title_said)) is not None:
            self._prove(place, "title")
        wanted = {_stem(w) for w in fold(event.title).split()} - _SMALL
        said = {_stem(w) for m in self.grounding.transcript.messages for w in fold(m.text).split()}
        if known is not None:
            said |= {_stem(w) for w in fold(known.title).split()}
        if not wanted:
            self._doubt(Reason.TITLE_MISSING, "it has no title")
        elif not wanted & said and not wanted <= {_stem(w) for w in _GENERIC}:
            self._doubt(Reason.EVIDENCE_MISSING, f"nobody spoke of {event.title!r}")

    def _clean_title(self, known: KnownEvent | None) -> str:
        title = " ".join(self.event.title.split())[:_TITLE]
        return title or (known.title if known else "Cita")

    def _location(self) -> str | None:
        said = self.event.location
        place = self._find(said) if said else None
        if place is None:
            return None
        self._prove(place, "location")
        index, (start, end) = place
        return " ".join(self.grounding.message(index).text[start:end].split())[:_TITLE]

    def _settled(self) -> dt.datetime | None:
        """When it was settled: after the moment was said, and by the other side where the business said it."""
        event = self.event
        if event.status != "confirmed":
            return None
        index = self.grounding.ids.get(event.settled_by or "")
        if index is None:
            self._doubt(Reason.NOT_SETTLED, f"there is no message {event.settled_by} that settles it")
            return None
        said = [p[0] for s in (event.date_said, event.time_said) if s is not None and (p := self._find(s))]
        message = self.grounding.message(index)
        if said and index < max(said):
            self._doubt(Reason.NOT_SETTLED, f"{event.settled_by} was written before the day or time was said")
            return None
        by = {self.grounding.message(i).role for i in said}
        if message.role is Role.BOT and by == {Role.BOT}:
            self._doubt(Reason.NOT_SETTLED, "the business alone spoke of it; the customer did not accept")
            return None
        self.proof.append(Evidence(message_id=message.id, slot="settled", quote=message.text[:200]))
        return message.at.astimezone(self.grounding.zone)

    def _cancelled(self, known: KnownEvent | None) -> Grounded:
        """Called off only by a message that calls something off: a model's word is not enough. What was arranged and
        called off without ever being stored leaves nothing."""
        if known is None and self.event.known is None:  # the model forgot to name it: it is the one at that moment
            date, time = _as_date(self.event.date), _as_time(self.event.time)
            there = [k for k in self.grounding.known.values() if k.start == self._moment(date, time)]
            known = there[0] if len(there) == 1 else None
        if known is None:
            return Grounded(draft=None, doubts=tuple(self.doubts), title=self.event.title)
        index = self.grounding.ids.get(self.event.cancelled_by or "")
        message = self.grounding.message(index) if index is not None else None
        if message is None or not _calls_off(message):
            self._doubt(Reason.MODEL_DISAGREES, "no message calls it off")
            return Grounded(draft=None, doubts=tuple(self.doubts), title=self.event.title)
        draft = EventDraft(
            title=known.title,
            start=known.start,
            end=known.end,
            all_day=known.all_day,
            time_zone=self.grounding.transcript.time_zone,
            location=known.location,
            status=EventStatus.CANCELLED,
            evidence=(Evidence(message_id=message.id, slot="cancelled", quote=message.text[:200]),),
            settled_at=message.at,
            event_id=known.id,
        )
        return Grounded(draft=draft, doubts=tuple(self.doubts), title=self.event.title)

    # ------------------------------------------------------------ quotes

    def _find(self, said: Said) -> tuple[int, tuple[int, int]] | None:
        index = self.grounding.ids.get(said.message)
        if index is None:
            return None
        span = place_of(self.grounding.message(index).text, said.words)
        return (index, span) if span else None

    def _quote(self, said: Said, slot: str) -> tuple[int, tuple[int, int]] | None:
        place = self._find(said)
        if place is None:
            what = "there is no message" if said.message not in self.grounding.ids else f"{said.words!r} is not in"
            self._doubt(Reason.EVIDENCE_MISSING, f"{what} {said.message}")
            return None
        self._prove(place, slot)
        return place

    def _prove(self, place: tuple[int, tuple[int, int]], slot: str) -> None:
        index, (start, end) = place
        message = self.grounding.message(index)
        self.proof.append(Evidence(message_id=message.id, slot=slot, quote=message.text[start:end]))

    def _doubt(self, reason: Reason, text: str) -> None:
        self.doubts.append(Doubt(reason=reason, text=text))


def _calls_off(message: TranscriptMessage) -> bool:
    said = understand(message.text, message.at)
    return (said.cancels or said.refuses) and not said.asks


def _within(mention: Mention, span: tuple[int, int]) -> bool:
    return span[0] <= mention.expression.span[0] and mention.expression.span[1] <= span[1]


def _as_date(read: ReadDate | None) -> dt.date | None:
    try:
        return dt.date(read.year, read.month, read.day) if read else None
    except ValueError:
        return None


def _as_time(read: ReadTime | None) -> dt.time | None:
    try:
        return dt.time(read.hour, read.minute) if read else None
    except ValueError:
        return None


def _stem(word: str) -> str:
    """ "citas" and "cita", "agendo" and "agenda" are one word."""
    return word[: max(4, len(word) - 2)]
