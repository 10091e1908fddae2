"""Checks what a language model read against the messages: code, not the model, decides what may be confirmed.

An event is confirmed when its words stand where the model says, the resolver reads them, counted from their own
message, as the model does (`grounding_when`), a message that agrees settled it (`settling`), and it was not over then.
Anything else is a doubt, and a doubtful event is at most proposed.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.extraction.base import KnownEvent, Reason
from app.extraction.findings import Doubt, Findings
from app.extraction.grounding_when import as_date, as_time, check_date, check_end, check_time, moment
from app.extraction.llm_mentions import fold
from app.extraction.llm_schema import ModelEvent
from app.extraction.survey import Survey
from app.models import EventDraft, EventStatus, Evidence

#: Confidence of an event whose words only the model could read: its own parts agreed, nothing else was checked.
PARTS_ONLY = 0.6
DOUBTFUL = 0.3
_SURE = 0.9
_TITLE = 120
_GENERIC = frozenset("cita reunion turno reserva evento appointment meeting booking event visita consulta".split())
_SMALL = frozenset("de del la el los las un una y a con para por en the of with for and to at in my mi".split())


@dataclass(frozen=True, kw_only=True, slots=True)
class Grounded:
    """An event after the check. `draft` is None when nothing of it can be stored (no message proves any of it)."""

    draft: EventDraft | None
    doubts: tuple[Doubt, ...] = ()
    title: str = ""


@dataclass(kw_only=True)
class Grounding:
    """Checks the events that were read in one window. `ids` are the short ids that the model may name, `known` the
    events by theirs; `survey` is of the whole conversation."""

    ids: dict[str, int]
    known: dict[str, KnownEvent]
    survey: Survey

    def check(self, events: Sequence[ModelEvent]) -> list[Grounded]:
        moments = [self._moments(event) for event in events]
        return [
            _Look(
                event=event,
                known=self.known,
                others=frozenset[dt.datetime]().union(*moments[:n], *moments[n + 1 :]),
                findings=Findings(survey=self.survey, ids=self.ids),
            ).result()
            for n, event in enumerate(events)
        ]

    def _moments(self, event: ModelEvent) -> frozenset[dt.datetime]:
        """When it is, as the model reads it and as its words say: what is misread in one is no doubt of another."""
        f = Findings(survey=self.survey, ids=self.ids)
        known = self.known.get(event.known or "")
        read = moment(f, as_date(event.date), as_time(event.time))
        told = moment(f, check_date(f, event, known), check_time(f, event, known))
        return frozenset(m for m in (read, told) if m is not None)


@dataclass(kw_only=True)
class _Look:
    """The check of one event; `others` are the moments of the other events of the same reading."""

    event: ModelEvent
    known: dict[str, KnownEvent]
    others: frozenset[dt.datetime]
    findings: Findings
    _settled: dt.datetime | None = field(init=False, default=None)

    def result(self) -> Grounded:
        event, f = self.event, self.findings
        known = self.known.get(event.known) if event.known else None
        if event.known and known is None:
            f.doubt(Reason.EVIDENCE_MISSING, f"there is no known event {event.known}")
        if event.status == "cancelled":
            return self._cancelled(known)
        date, time = check_date(f, event, known), check_time(f, event, known)
        self._check_title(known)
        start, all_day = moment(f, date, time), time is None
        if start is None:
            f.doubt(Reason.DATE_UNCLEAR, "it has no day that exists")
            return self._grounded(None)
        if f.unread > 1:
            f.doubt(Reason.TIME_UNCLEAR, "neither the words for the day nor those for the time can be read")
        stands = known is not None and known.status is EventStatus.CONFIRMED
        unchanged = known is not None and stands and (known.start, known.all_day) == (start, all_day)
        if event.status == "confirmed" and not unchanged:
            self._check_settled(start, all_day=all_day)
            if stands and known is not None and known.start != start and f.survey.stands(known.start):
                f.doubt(Reason.CHANGE_UNSURE, "the known event is read as standing where it stood: this may be another")
        if not f.proof:
            return self._grounded(None)
        sure = event.status == "confirmed" and not f.doubts
        reason = f.doubts[0].reason if f.doubts else Reason.NOT_SETTLED
        if stands and not unchanged:
            reason = Reason.CHANGE_UNSURE
        return self._grounded(
            EventDraft(
                title=_one_line(event.title) or (known.title if known else "Cita"),
                start=start,
                end=check_end(f, event, start, all_day=all_day),
                all_day=all_day,
                time_zone=f.survey.transcript.time_zone,
                location=self._location(),
                status=EventStatus.CONFIRMED if sure else EventStatus.PROPOSED,
                reason=None if sure else reason.value,
                confidence=DOUBTFUL if f.doubts else PARTS_ONLY if f.unread else _SURE,
                evidence=tuple(f.proof),
                settled_at=self._settled,
                event_id=known.id if known else None,
            )
        )

    def _grounded(self, draft: EventDraft | None) -> Grounded:
        return Grounded(draft=draft, doubts=tuple(self.findings.doubts), title=self.event.title)

    def _check_title(self, known: KnownEvent | None) -> None:
        event, f = self.event, self.findings
        if event.title_said is not None and (place := f.find(event.title_said)) is not None:
            f.prove(place, "title")
        wanted = {_stem(w) for w in fold(event.title).split()} - _SMALL
        said = {_stem(w) for m in f.survey.transcript.messages for w in fold(m.text).split()}
        if known is not None:
            said |= {_stem(w) for w in fold(known.title).split()}
        if not wanted:
            f.doubt(Reason.TITLE_MISSING, "it has no title")
        elif not wanted & said and not wanted <= {_stem(w) for w in _GENERIC}:
            f.doubt(Reason.EVIDENCE_MISSING, f"nobody spoke of {event.title!r}")

    def _location(self) -> str | None:
        said, f = self.event.location, self.findings
        place = f.find(said) if said else None
        if place is None:
            return None
        f.prove(place, "location")
        index, (start, end) = place
        return " ".join(f.survey.message(index).text[start:end].split())[:_TITLE]

    def _check_settled(self, start: dt.datetime, *, all_day: bool) -> None:
        """By a message that agrees, at or after the words, and undone by none that came later."""
        event, f, survey = self.event, self.findings, self.findings.survey
        index = f.ids.get(event.settled_by or "")
        if index is None:
            f.doubt(Reason.NOT_SETTLED, f"there is no message {event.settled_by} that settles it")
            return
        said = [place[0] for one in (event.date_said, event.time_said) if one and (place := f.find(one))]
        hearing, named = survey.hearing, survey.naming(start, all_day=all_day)
        why = hearing.not_settled(index, said, named=named)
        if why is not None:
            second = survey.settled_at(start)  # the model may have named the wrong one of several
            if second is None or hearing.not_settled(second, said, named=named) is not None:
                f.doubt(Reason.NOT_SETTLED, f"{event.settled_by} {why}")
                return
            index = second
        undone = survey.undone(start, event.title, self.others)
        if undone is not None:
            f.doubt(Reason.NOT_SETTLED, undone)
            return
        # "El jueves no podemos, ¿el viernes?" – "Sí": the day that was named last before the yes, if no other event's.
        days = {start.date(), *(other.date() for other in self.others)}
        days |= {known.start.date() for known in self.known.values()}
        later = [m for m in survey.mentions if max(said, default=index) < m.index <= index and m.date and not m.points]
        if later and later[-1].date not in days:
            f.doubt(Reason.NOT_SETTLED, f"m{later[-1].index + 1} names {later[-1].date} after it")
            return
        f.proof.append(survey.quoting(index, "settled"))
        self._settled = survey.message(index).at.astimezone(survey.zone)
        if start.date() < self._settled.date() if all_day else start <= self._settled:
            when = f"{start:%Y-%m-%d %H:%M}"
            f.doubt(Reason.IN_THE_PAST, f"{when} was over when it was settled ({self._settled:%c})")

    def _cancelled(self, known: KnownEvent | None) -> Grounded:
        """Called off only by a message that calls something off: a model's word is not enough, and goes to a person.
        What was arranged and called off without ever being stored leaves nothing."""
        event, f, survey = self.event, self.findings, self.findings.survey
        if known is None and event.known is None:  # the model forgot to name it: it is the one at that moment
            at = moment(f, as_date(event.date), as_time(event.time))
            there = [k for k in self.known.values() if k.start == at]
            known = there[0] if len(there) == 1 else None
        if known is None:
            return self._grounded(None)
        index = f.ids.get(event.cancelled_by or "")
        # "no, gracias" may be said to anything: what the rules still read as settled at that moment stands.
        sure = index is not None and survey.hearing.calls_off(index) and not survey.stands(known.start)
        proof: tuple[Evidence, ...] = known.evidence
        if index is not None:
            proof = (survey.quoting(index, "cancelled"),)
        if not sure:
            f.doubt(Reason.CANCEL_UNSURE, "no message calls it off")
            if known.status is not EventStatus.CONFIRMED or not proof:
                return self._grounded(None)
        return self._grounded(
            EventDraft(
                title=known.title,
                start=known.start,
                end=known.end,
                all_day=known.all_day,
                time_zone=survey.transcript.time_zone,
                location=known.location,
                status=EventStatus.CANCELLED if sure else EventStatus.PROPOSED,
                reason=None if sure else Reason.CANCEL_UNSURE.value,
                confidence=_SURE if sure else DOUBTFUL,
                evidence=proof,
                settled_at=survey.message(index).at if sure and index is not None else None,
                event_id=known.id,
            )
        )


def _one_line(text: str) -> str:
    """A model may write anything into a title: what cannot be shown, or stored, is left away."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())[:_TITLE].strip()


def _stem(word: str) -> str:
    """ "citas" and "cita", "agendo" and "agenda" are one word."""
    return word[: max(4, len(word) - 2)]
