"""What the tools work on: the drafts of one turn.

Nothing here is stored. The services commit `changes()` together with the reply, so a draft that is not committed never
was. Events are reached by the handles given here (E1, E2 …) and only those of this contact have one; every draft
carries the messages that prove it, found by code, or it is not made.
"""

import datetime as dt
from dataclasses import dataclass, field, replace

from app.agent.drafts import Entry, event_id_of, merged, tidy
from app.agent.entries import Entries
from app.agent.evidence import contains, fold, newest_of_customer, spoken_of
from app.agent.free_times import FreeTimes
from app.agent.guarding.consent import Consent
from app.agent.language import language_of
from app.agent.outcome import Outcome, Result
from app.agent.phrases import Base, PhraseReader, Problem, Unclear, When
from app.agent.turn import ConflictPolicy
from app.agent.wording import Lang
from app.extraction.base import Reason
from app.extraction.llm.naming import in_their_words
from app.extraction.said.wording import stems
from app.models import EventDraft, EventSource, EventStatus, Evidence


@dataclass(kw_only=True)
class Desk(Entries):
    """The drafts of one turn. Its methods may be called at once: models call tools in parallel."""

    language: Lang = field(init=False)
    _reader: PhraseReader = field(init=False)
    _consent: Consent = field(init=False)
    handed_over: bool = field(init=False, default=False)
    #: What the tools came to in this turn, in order.
    results: list[Outcome] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.turn = self.turn.in_words
        self.language = language_of(self.turn)
        self._reader = PhraseReader(self.turn)
        self._consent = Consent(self.turn, self.language)
        self._take_up()

    @property
    def asked_for(self) -> bool:
        """Whether the newest messages ask for anything to be done."""
        return self._consent.asks_for_change

    @property
    def wished_titles(self) -> frozenset[str]:
        """What the customer asks to be booked."""
        return self._consent.wished_titles

    async def create(self, when: str, title: str, place: str | None = None) -> Outcome:
        """Draft an event at the moment that the phrase `when` names, proved by this turn's messages."""
        async with self._lock:
            title, place = self._in_their_words(title), self._in_their_words(place or "")
            if not title:
                return Outcome(result=Result.TITLE_MISSING)
            read = self._reader.read(when)
            if isinstance(read, Unclear):
                return Outcome(result=Result.UNCLEAR, unclear=read)
            settled, named = self._settled(), spoken_of(title, self.turn.messages, "title")
            if settled is None or named is None:
                return Outcome(result=Result.TITLE_MISSING, start=read.start)
            placed = spoken_of(place, self.turn.messages, "location") if place else None
            evidence = (*read.evidence, named, *((placed,) if placed else ()), settled)
            known = self._known(read, title)
            if known is not None:
                return await self._adopt(known, evidence)
            if not self._consent.to_create(read, evidence, title):
                return Outcome(result=Result.NOT_ASKED, start=read.start)
            unnamed = self._read_by_the_batch(read)
            if unnamed is not None:
                return await self._name(unnamed, title, evidence)
            entry = Entry(
                handle=self._next_handle(),
                event_id=event_id_of(self.turn, evidence, [e.event_id for e in self._entries.values()]),
                draft=EventDraft(
                    title=title,
                    start=read.start,
                    end=read.end,
                    all_day=read.all_day,
                    time_zone=self.turn.tenant.timezone,
                    location=place if placed else None,
                    evidence=evidence,
                    settled_at=self.turn.now,
                ),
                changed=True,
            )
            return await self._admit(entry, Result.CREATED)

    async def move(self, handle: str, when: str) -> Outcome:
        """Draft another time for an event; what the phrase leaves open (day, hour, length) stays as it is."""
        async with self._lock:
            entry = self._find(handle)
            if entry is None:
                return Outcome(result=Result.UNKNOWN_EVENT, entries=self._live())
            old = entry.draft
            read = self._reader.read(when, base=Base(start=old.start, end=old.end, all_day=old.all_day))
            if isinstance(read, Unclear):
                return Outcome(result=Result.UNCLEAR, unclear=read, entry=entry)
            settled = self._settled()
            if settled is None:
                return Outcome(result=Result.UNCLEAR, unclear=Unclear(problem=Problem.NO_EVIDENCE), entry=entry)
            if (read.start, read.end) == (old.start, old.end):
                return Outcome(result=Result.ALREADY, entry=entry)
            stored = entry.stored
            consents = self._consent
            if not (
                consents.to_move(stored, read, old.title)
                if stored
                else consents.to_create(read, read.evidence, old.title)
            ):
                return Outcome(result=Result.NOT_ASKED, start=read.start, entry=entry)
            draft = old.model_copy(
                update={
                    "start": read.start,
                    "end": read.end,
                    "all_day": read.all_day,
                    "time_zone": self.turn.tenant.timezone,
                    "status": EventStatus.CONFIRMED,
                    "reason": None,
                    "evidence": merged(old.evidence, (*read.evidence, settled)),
                    "settled_at": self.turn.now,
                }
            )
            moved = replace(entry, draft=draft, changed=True)
            return await self._admit(moved, Result.MOVED, was=old.start)

    async def rename(self, handle: str, title: str) -> Outcome:
        """Draft another subject for an event, which stays where it is."""
        async with self._lock:
            entry, title = self._find(handle), self._in_their_words(title)
            if entry is None:
                return Outcome(result=Result.UNKNOWN_EVENT, entries=self._live())
            settled, named = self._settled(), spoken_of(title, self.turn.messages, "title")
            if not title or settled is None or named is None:
                return Outcome(result=Result.TITLE_MISSING, entry=entry)
            if fold(title) == fold(entry.draft.title):
                return Outcome(result=Result.ALREADY, entry=entry)
            if entry.stored is not None and not self._consent.to_rename(entry.stored, title):
                return Outcome(result=Result.NOT_ASKED, entry=entry)
            proof = merged(entry.draft.evidence, (named, settled))
            draft = entry.draft.model_copy(update={"title": title, "evidence": proof, "settled_at": self.turn.now})
            renamed = replace(entry, draft=draft, changed=True)
            self._put(renamed)
            return Outcome(result=Result.RENAMED, entry=renamed)

    async def cancel(self, handle: str) -> Outcome:
        async with self._lock:
            entry = self._find(handle)
            message = newest_of_customer(self.turn.messages)
            if entry is None or message is None:
                return Outcome(result=Result.UNKNOWN_EVENT, entries=self._live())
            if entry.stored is not None and not self._consent.to_cancel(entry.stored):
                return Outcome(result=Result.NOT_ASKED, entry=entry)
            proof = Evidence(message_id=message.id, slot="cancelled", quote=message.body[:200])
            gone = replace(entry, cancelled=(proof,))
            self._put(gone)
            return Outcome(result=Result.CANCELLED, entry=gone)

    async def check(self, when: str) -> Outcome:
        """Whether a moment is free, with near free ones where it is not."""
        async with self._lock:
            read = self._reader.read(when)
            if isinstance(read, Unclear):
                return Outcome(result=Result.UNCLEAR, unclear=read)
            return await self._taken(read.start, read.end, read.all_day, None) or Outcome(
                result=Result.FREE, start=read.start
            )

    def hand_over(self) -> Outcome:
        """A person of the business answers from now on, if that is asked for."""
        if not self._consent.to_hand_over:
            return Outcome(result=Result.NOT_ASKED)
        self.handed_over = True
        return Outcome(result=Result.HANDED_OVER)

    async def free_times(self, when: str) -> Outcome:
        """Free times of the day, or part of one, that the words name; without a day those of the next days."""
        async with self._lock:
            window = self._reader.read_window(when)
            if isinstance(window, Unclear):
                return Outcome(result=Result.UNCLEAR, unclear=window)
            found = await FreeTimes(self.turn, lambda since, until: self._busy_between(since, until, None)).find(window)
            return Outcome(result=Result.FREE_TIMES, window=window, free=found)

    async def _admit(self, entry: Entry, result: Result, *, was: dt.datetime | None = None) -> Outcome:
        """Take a draft in, if the calendar and the tenant's policy let it."""
        draft = entry.draft
        if self.turn.conflict_policy is not ConflictPolicy.ALLOW:
            taken = await self._taken(draft.start, draft.end, draft.all_day, entry)
            if taken and self.turn.conflict_policy is ConflictPolicy.REFUSE:
                return taken
            if taken:
                review = {"status": EventStatus.PROPOSED, "reason": Reason.CALENDAR_CONFLICT.value}
                entry = replace(entry, draft=draft.model_copy(update=review))
        self._put(entry)
        return Outcome(result=result, entry=entry, was=was)

    async def _adopt(self, known: Entry, evidence: tuple[Evidence, ...]) -> Outcome:
        """The event is there already; one that only waited for the customer's word is settled by it now."""
        if known.draft.status is not EventStatus.PROPOSED or known.draft.reason != Reason.NOT_SETTLED:
            return Outcome(result=Result.ALREADY, entry=known)
        settled = {
            "status": EventStatus.CONFIRMED,
            "reason": None,
            "evidence": merged(known.draft.evidence, evidence),
            "settled_at": self.turn.now,
        }
        return await self._admit(
            replace(known, draft=known.draft.model_copy(update=settled), changed=True), Result.CREATED
        )

    async def _name(self, entry: Entry, title: str, evidence: tuple[Evidence, ...]) -> Outcome:
        draft = entry.draft.model_copy(
            update={"title": title, "evidence": merged(entry.draft.evidence, evidence), "settled_at": self.turn.now}
        )
        return await self._admit(replace(entry, draft=draft, changed=True), Result.CREATED)

    def _read_by_the_batch(self, read: When) -> Entry | None:
        """An event that the batch made of the very words that this one is about, under a title of its own finding: the
        customer took longer to say what it is for than the batch waits. Not an hour that somebody has taken."""
        said = {proof.message_id for proof in read.evidence}
        for entry in self._live():
            stored, draft = entry.stored, entry.draft
            if stored is None or stored.source is not EventSource.BATCH or stored.decided_by or entry.changed:
                continue
            proved = {proof.message_id for proof in draft.evidence if proof.slot in ("date", "time")}
            if (draft.start, draft.all_day) == (read.start, read.all_day) and said & proved:
                return entry
        return None

    def _known(self, read: When, title: str) -> Entry | None:
        """The same event, made before or a moment ago: a repeated call or a repeated wish is no second one."""
        for entry in self._live():
            draft = entry.draft
            if (draft.start, draft.all_day) != (read.start, read.all_day):
                continue
            if "(" in title + draft.title and fold(draft.title) != fold(title):
                continue  # the same for somebody else
            if fold(draft.title) == fold(title) or contains(title, draft.title) or contains(draft.title, title):
                return entry
            if draft.status is EventStatus.PROPOSED and draft.reason == Reason.NOT_SETTLED:
                return entry
        return None

    def _in_their_words(self, words: str) -> str:
        """A title or a place without the words that nobody said, nor an event of theirs has."""
        known = (t for e in self.turn.events for t in (e.title, e.location or ""))
        said = stems(" ".join((*(m.body for m in self.turn.messages), *known)))
        return tidy(in_their_words(tidy(words), said))

    def _settled(self) -> Evidence | None:
        """The customer's newest message: whatever the turn does, it does on that word."""
        message = newest_of_customer(self.turn.messages)
        return Evidence(message_id=message.id, slot="settled", quote=message.body[:200]) if message else None
