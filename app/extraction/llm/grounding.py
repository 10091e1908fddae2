"""Checks what a language model read against the messages: code, not the model, decides what may be confirmed.

An event is confirmed when its words stand where the model says, the resolver reads them, counted from their own
message, as the model does (`grounding_when`), a message that agrees settled it (`settling`), and it was not over then.
Anything else is a doubt, and a doubtful event is at most proposed.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.extraction.base import KnownEvent, Reason
from app.extraction.llm.findings import Doubt, Findings
from app.extraction.llm.grounding_known import cancelled, check_moved, moved_without_a_name
from app.extraction.llm.grounding_settled import Moment, check_settled
from app.extraction.llm.grounding_when import (
    as_date,
    as_time,
    check_date,
    check_end,
    check_pictured,
    check_time,
    moment,
)
from app.extraction.llm.naming import in_their_words
from app.extraction.llm.schema import ModelEvent
from app.extraction.llm.survey import Survey
from app.extraction.said.mentions import comparable
from app.extraction.said.wording import stems, telling
from app.models import EventDraft, EventStatus

#: Confidence of an event whose words only the model could read: its own parts agreed, nothing else was checked.
PARTS_ONLY = 0.6
DOUBTFUL = 0.3
_SURE = 0.9
_TITLE = 120
_FAMILY = 5  # letters
# "Trabajo en el Banco Central": where somebody works is not where they meet; where they live may be.
_NOT_THERE = re.compile(r"\b(?:trabaj\w+|estudi\w+|naci|vengo de|salgo de|work|study|born|coming from)\b")


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
                others={at: events[i].title for i, times in enumerate(moments) if i != n for at in times},
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
    """The check of one event; `others` are the moments of the other events of the same reading, and
    their titles."""

    event: ModelEvent
    known: dict[str, KnownEvent]
    others: Mapping[dt.datetime, str]
    findings: Findings
    _settled: dt.datetime | None = field(init=False, default=None)

    def result(self) -> Grounded:
        event, f = self.event, self.findings
        known = self.known.get(event.known) if event.known else None
        if event.known and known is None:
            f.doubt(Reason.EVIDENCE_MISSING, f"there is no known event {event.known}")
        if event.status == "cancelled":
            return self._cancelled(known)
        if event.known is None and event.status == "confirmed":
            known = moved_without_a_name(f, event, self.known.values(), self.others)
        date, time = check_date(f, event, known), check_time(f, event, known)
        self._check_title(known)
        start, all_day = moment(f, date, time), time is None
        if start is None:
            f.doubt(Reason.DATE_UNCLEAR, "it has no day that exists")
            return self._grounded(None)
        if f.unread > 1:
            f.doubt(Reason.TIME_UNCLEAR, "neither the words for the day nor those for the time can be read")
        check_pictured(f, event, start, all_day=all_day)
        stands = known is not None and known.status is EventStatus.CONFIRMED
        unchanged = known is not None and stands and (known.start, known.all_day) == (start, all_day)
        if event.status == "confirmed" and not unchanged:
            at = Moment(start=start, all_day=all_day, others=self.others)
            self._settled = check_settled(f, event, at, self.known.values())
            if stands and known is not None:
                check_moved(f, event, known, start)
        if not f.proof:
            return self._grounded(None)
        sure = event.status == "confirmed" and not f.doubts
        reason = f.doubts[0].reason if f.doubts else Reason.NOT_SETTLED
        if stands and not unchanged:
            reason = Reason.CHANGE_UNSURE
        return self._grounded(
            EventDraft(
                title=self._title(known),
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
        wanted = stems(event.title)
        if not wanted:
            f.doubt(Reason.TITLE_MISSING, "it has no title")
        elif telling(event.title) and not _spoken(wanted, f.survey.said | stems(known.title if known else "")):
            f.doubt(Reason.EVIDENCE_MISSING, f"nobody spoke of {event.title!r}")

    def _title(self, known: KnownEvent | None) -> str:
        """In words that somebody said, or that stand in the known title."""
        title = _one_line(self.event.title)
        said = self.findings.survey.said | stems(known.title if known else "")
        return in_their_words(title, said) or title or (known.title if known else "Cita")

    def _location(self) -> str | None:
        said, f = self.event.location, self.findings
        place = f.find(said) if said else None
        if place is None:
            return None
        index, (start, end) = place
        if _NOT_THERE.search(comparable(re.split(r"[.,;!?\n]", f.survey.message(index).text[:start])[-1])):
            return None
        f.prove(place, "location")
        return " ".join(f.survey.message(index).text[start:end].split())[:_TITLE]

    def _cancelled(self, known: KnownEvent | None) -> Grounded:
        event, f = self.event, self.findings
        if known is None and event.known is None:  # the model forgot to name it: it is the one at that moment
            at = moment(f, as_date(event.date), as_time(event.time))
            there = [k for k in self.known.values() if k.start == at]
            known = there[0] if len(there) == 1 else None
        return self._grounded(cancelled(f, known, event.cancelled_by, self.known))


def _spoken(wanted: frozenset[str], said: frozenset[str]) -> bool:
    """Whether somebody used one of the words, or one of its family: "revisión", where it is to be "revisado"."""
    return bool(wanted & said) or any(a.startswith(b) for a in wanted for b in said if len(b) >= _FAMILY)


def _one_line(text: str) -> str:
    """A model may write anything into a title: what cannot be shown, or stored, is left away."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())[:_TITLE].strip()
