"""An appointment in the making: what is talked about, what was agreed, and how far it is settled."""

import datetime as dt
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.extraction.rules.when import NO_WHEN, Slot, When, in_part, same_day, with_part
from app.extraction.rules.words import names
from app.models import Role


class State(StrEnum):
    OPEN = "open"  # talked about
    SETTLED = "settled"
    CANCELLED = "cancelled"
    DROPPED = "dropped"  # was never an appointment


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible title. `weight` says how good the place was where it was found."""

    text: str
    weight: float
    message: int
    quote: str


@dataclass(slots=True)
class Plan:
    """`draft` is what is being talked about, `agreed` what was settled, `before` what was before a change of that;
    `options` are offered alternatives; `offered` what the business proposed last in full; `undated`: its day was one
    that no calendar has, its hour alone is of no day."""

    began: int
    draft: When = field(default_factory=When)
    options: list[When] = field(default_factory=list)
    offered: When | None = None
    together: bool = False
    founded: Slot[str] | None = None
    by: Role | None = None
    changed: int = -1
    agreed: When | None = None
    before: When | None = None
    state: State = State.OPEN
    settled: Slot[str] | None = None
    cancelled: Slot[str] | None = None
    requested: bool = False
    refused: bool = False
    hedged: Role | None = None
    wavering: Slot[str] | None = None
    label: Candidate | None = None
    titles: list[Candidate] = field(default_factory=list)
    place: Slot[str] | None = None
    place_weight: float = 0.0
    count: int = 1
    wished: bool = False
    dated_by_default: bool = False
    undated: bool = False
    day_asked: Slot[dt.date] | None = None
    found: Slot[str] | None = None

    @property
    def live(self) -> bool:
        return self.state in (State.OPEN, State.SETTLED)

    @property
    def known(self) -> When:
        """What is being talked about, else what was agreed."""
        return self.draft if self.draft != NO_WHEN else self.agreed or self.draft

    def title_words(self) -> set[str]:
        """The folded words of its label, else of all its possible titles."""
        texts = [self.label.text] if self.label else [c.text for c in self.titles]
        return {word for text in texts for word in names(text)}

    def main_words(self, before: int | None = None) -> set[str]:
        """The folded words of its label, else of its best title so far (said before that message)."""
        said = [c for c in self.titles if before is None or c.message < before]
        best = self.label or max(said, key=lambda c: c.weight, default=None)
        return names(best.text) if best else set()

    def propose(self, when: When, by: Role, message: int) -> None:
        """Take over what `when` says; the rest stays."""
        if when.date and self.draft.date and same_day(when.date, self.draft.date):
            when = replace(when, date=self.draft.date if self.draft.date.sure else when.date)
        merged = when.filled(self.draft)
        if when.time and self.hedged is not by:
            self.hedged = None  # what is proposed after "waiting on a part" is answered anew
        if by is Role.BOT:
            self.requested = False
        else:
            self.day_asked = when.date or self.day_asked
        if when.part and not when.time and merged.time and not in_part(merged.time.value, when.part):
            merged = replace(merged, time=None, end=None, end_date=None)  # "a las 18" … "mañana a primera hora"
        if merged.time and not merged.time.sure and merged.part:
            merged = with_part(merged)
        if when.time and not when.end and self.draft.end and self.draft.time != when.time:
            merged = replace(merged, end=None, end_date=None, length=merged.length or self._agreed_length())
        self.draft, self.by, self.changed = merged, by, message
        self.offered = merged if by is Role.BOT and merged.complete else self.offered
        self.options, self.refused, self.together = [], False, False

    def _agreed_length(self) -> Slot[dt.timedelta] | None:
        """How long a settled appointment is: a move keeps that."""
        agreed = self.agreed if self.state is State.SETTLED else None
        if agreed is None or agreed.time is None or agreed.end is None or agreed.end_date or agreed.length:
            return None
        hours = (agreed.end.value.hour - agreed.time.value.hour) % 24
        minutes = 60 * hours + agreed.end.value.minute - agreed.time.value.minute
        return Slot(dt.timedelta(minutes=minutes), agreed.end.message, agreed.end.quote) if minutes > 0 else None

    def settle(self, message: int, quote: str) -> None:
        if self.state is State.SETTLED and self.agreed and not self.agreed.fits(self.draft):
            self.before = self.agreed
        self.agreed, self.state, self.wished = self.draft, State.SETTLED, True
        self.settled = Slot(quote, message, quote)
        self.cancelled = self.wavering = self.hedged = None
        self.refused = False

    def cancel(self, message: int, quote: str) -> None:
        self.state = State.CANCELLED if self.agreed else State.DROPPED
        self.cancelled = Slot(quote, message, quote)
