"""What code knows of a conversation before a model's reading of it is checked, worked out once for all windows."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from app.extraction.base import Reason, Transcript, TranscriptMessage
from app.extraction.rules import read_events
from app.extraction.rules.pictures import without_pictures
from app.extraction.rules.reading import Use
from app.extraction.said.cancelling import harmless
from app.extraction.said.colloquial import in_plain_words
from app.extraction.said.mentions import Mention, mentions
from app.extraction.said.settling import Hearing, Naming
from app.extraction.said.taking_back import lets_stand, takes_back
from app.extraction.said.undecided import without_notices
from app.extraction.said.wording import one_event, stems
from app.models import EventDraft, EventStatus, Evidence, Role


@dataclass(kw_only=True)
class Survey:
    """The moments that the messages name, what each says, and how the rules extractor reads the whole (`rules`).

    The rules are a second opinion on one thing only: what became of a moment. They miss appointments that a model
    finds, so that they do not know one counts for nothing. `said`: the words of all messages, by their stems; `texts`:
    the messages without what only looks like a no or a doubt. What a picture shows nobody has said: its moments are
    `pictured`, which a model may quote and which prove nothing.
    """

    transcript: Transcript
    mentions: tuple[Mention, ...] = field(init=False)
    pictured: tuple[Mention, ...] = field(init=False)
    rules: tuple[EventDraft, ...] = field(init=False)
    hearing: Hearing = field(init=False)
    zone: ZoneInfo = field(init=False)
    said: frozenset[str] = field(init=False)
    texts: tuple[str, ...] = field(init=False)
    _places: dict[UUID, int] = field(init=False)

    def __post_init__(self) -> None:
        messages = self.transcript.messages
        self.zone = ZoneInfo(self.transcript.time_zone)
        spoken = [m.model_copy(update={"text": without_pictures(m.text)}) for m in messages]
        self.mentions = mentions(spoken, self.transcript.time_zone)
        self.pictured = tuple(
            m for m in mentions(messages, self.transcript.time_zone) if self.is_pictured(m.index, m.expression.span)
        )
        self.texts = tuple(
            without_notices(harmless(m.text if m.role is Role.USER else in_plain_words(m.text))) for m in spoken
        )
        heard = tuple(m.model_copy(update={"text": text}) for m, text in zip(messages, self.texts, strict=True))
        self.rules = read_events(self.transcript.model_copy(update={"messages": heard}))
        self.hearing = Hearing(heard)
        self.said = frozenset[str]().union(*(stems(message.text) for message in spoken))
        self._places = {message.id: index for index, message in enumerate(messages)}

    def message(self, index: int) -> TranscriptMessage:
        return self.transcript.messages[index]

    def at(self, index: int, span: tuple[int, int]) -> list[Mention]:
        """What the message says at these characters; the whole expression also when only a part of it is quoted."""
        return [
            m
            for m in (*self.mentions, *self.pictured)
            if m.index == index and m.expression.span[0] < span[1] and span[0] < m.expression.span[1]
        ]

    def is_pictured(self, index: int, span: tuple[int, int]) -> bool:
        """Whether these characters stand in the description of a picture."""
        return not without_pictures(self.message(index).text)[slice(*span)].strip()

    def naming(self, start: dt.datetime, *, all_day: bool) -> Naming:
        """The messages that name this moment: its hour (its day, where it has no hour), or its day."""
        at = start.timetz().replace(tzinfo=None)
        # "Ese día estamos cerrados" only points to it; "mismo horario, pero el lunes" is a customer's wish.
        plain = [m for m in self.mentions if not m.points or m.role is Role.USER]
        days = {m.index for m in plain if m.date == start.date()}
        hours = days if all_day else {m.index for m in plain if m.time == at}
        meant = frozenset(m.index for m in plain if m.date == start.date() and self.proposes(m))
        exactly = meant if all_day else frozenset(m.index for m in plain if m.time == at and self.proposes(m))
        return Naming(exactly=exactly, at_all=meant | exactly, fully=tuple(sorted(days & hours)))

    def proposes(self, mention: Mention) -> bool:
        """Whether a moment is named as one for an appointment: not as opening hours, as somebody else's, or as one
        that does not suit."""
        uses = self.hearing.uses(mention.index, mention.expression.span)
        return not uses or bool({Use.PROPOSE, Use.BOUND} & set(uses))

    def stands(self, start: dt.datetime) -> bool:
        """Whether the rules read, in the whole conversation, an event at this moment as settled and not undone."""
        return any(draft.status is EventStatus.CONFIRMED for draft in self._there(start))

    def called_off(self, start: dt.datetime) -> bool:
        """Whether the rules read an event at this moment as called off."""
        return any(draft.status is EventStatus.CANCELLED for draft in self._there(start))

    def settled_at(self, start: dt.datetime) -> int | None:
        """The message by which, as the rules read it, the event at this moment was settled."""
        for draft in self._there(start):
            if draft.status is EventStatus.CONFIRMED and (proof := self._proof(draft, "settled")) is not None:
                return proof
        return None

    def undone(self, start: dt.datetime, title: str, others: Mapping[dt.datetime, str]) -> str | None:
        """What, as the rules read it, became of a moment that once was settled: called off, left open, or moved to
        another (`others`: those that the model gives as well, with their titles). None when it stands, or when they
        do not know it."""
        there = self._there(start)
        for draft in there:
            if draft.status is EventStatus.CONFIRMED:
                return None
        for draft in there:
            if draft.status is EventStatus.CANCELLED and (index := self._proof(draft, "cancelled")) is not None:
                return f"m{index + 1} calls it off"
            if draft.reason == Reason.NOT_SETTLED and draft.settled_at is not None:
                return "somebody took it back, or left it open, after it was settled"
        named = {self.message(m.index).id for m in self.mentions if m.date == start.date()}
        for draft in self.rules:
            founded = {e.message_id for e in draft.evidence if e.slot in ("began", "title")}
            if there or draft.status is not EventStatus.CONFIRMED or not founded & named:
                continue
            # The model may give both, the day that fell through and the one that took its place: two wishes are said
            # at once, a move by a later message.
            later = [
                i for e in draft.evidence if e.slot == "date" and (i := self._places.get(e.message_id)) is not None
            ]
            moved = later and max(later) > min(self._places[one] for one in founded)
            given = others.get(draft.start)
            if given is not None and not one_event(given, title):
                continue
            if one_event(draft.title, title) and (moved or given is None):
                return f"it was moved to {draft.start:%A %Y-%m-%d %H:%M} afterwards"
        return None

    def taken_back(self, start: dt.datetime, after: int, *, all_day: bool) -> int | None:
        """The message after the one at `after` that takes back, in words the rules do not know, what it settled; None
        where one that follows names the moment again or lets it stand."""
        named = {*self.naming(start, all_day=all_day).exactly}
        for i in range(after + 1, len(self.transcript.messages)):
            message = self.message(i)
            other = [m for m in self.mentions if m.index == i and m.date not in (None, start.date()) and m.time]
            if other or not takes_back(message.text, message.role) or i in named:
                continue
            later = range(i + 1, len(self.transcript.messages))
            if not any(n in named or lets_stand(self.message(n).text) for n in later):
                return i
        return None

    def _there(self, start: dt.datetime) -> list[EventDraft]:
        return [draft for draft in self.rules if draft.start == start]

    def _proof(self, draft: EventDraft, slot: str) -> int | None:
        ids = [evidence.message_id for evidence in draft.evidence if evidence.slot == slot]
        return self._places.get(ids[-1]) if ids else None

    def quoting(self, index: int, slot: str) -> Evidence:
        message = self.message(index)
        return Evidence(message_id=message.id, slot=slot, quote=message.text[:200])
