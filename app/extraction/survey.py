"""What code knows of a conversation before a model's reading of it is checked, worked out once for all windows."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from app.extraction.base import Reason, Transcript, TranscriptMessage
from app.extraction.llm_mentions import Mention, mentions
from app.extraction.reconcile import similarity
from app.extraction.rules import read_events
from app.extraction.settling import Hearing, Naming
from app.models import EventDraft, EventStatus, Evidence, Role


@dataclass(kw_only=True)
class Survey:
    """The moments that the messages name, what each says, and how the rules extractor reads the whole (`rules`).

    The rules are a second opinion on one thing only: what became of a moment. They miss appointments that a model
    finds, so that they do not know one counts for nothing.
    """

    transcript: Transcript
    mentions: tuple[Mention, ...] = field(init=False)
    rules: tuple[EventDraft, ...] = field(init=False)
    hearing: Hearing = field(init=False)
    zone: ZoneInfo = field(init=False)
    _places: dict[UUID, int] = field(init=False)

    def __post_init__(self) -> None:
        messages = self.transcript.messages
        self.zone = ZoneInfo(self.transcript.time_zone)
        self.mentions = mentions(messages, self.transcript.time_zone)
        self.rules = read_events(self.transcript)
        self.hearing = Hearing(messages)
        self._places = {message.id: index for index, message in enumerate(messages)}

    def message(self, index: int) -> TranscriptMessage:
        return self.transcript.messages[index]

    def at(self, index: int, span: tuple[int, int]) -> list[Mention]:
        """What the message says at these characters; the whole expression also when only a part of it is quoted."""
        return [
            m
            for m in self.mentions
            if m.index == index and m.expression.span[0] < span[1] and span[0] < m.expression.span[1]
        ]

    def naming(self, start: dt.datetime, *, all_day: bool) -> Naming:
        """The messages that name this moment: its hour (its day, where it has no hour), or its day."""
        at = start.timetz().replace(tzinfo=None)
        # "Ese día estamos cerrados" only points to it; "mismo horario, pero el lunes" is a customer's wish.
        plain = [m for m in self.mentions if not m.points or self.message(m.index).role is Role.USER]
        days = frozenset(m.index for m in plain if m.date == start.date())
        hours = days if all_day else frozenset(m.index for m in plain if m.time == at)
        return Naming(exactly=hours, at_all=days | hours, fully=tuple(sorted(days & hours)))

    def stands(self, start: dt.datetime) -> bool:
        """Whether the rules read, in the whole conversation, an event at this moment as settled and not undone."""
        return any(draft.status is EventStatus.CONFIRMED for draft in self._there(start))

    def settled_at(self, start: dt.datetime) -> int | None:
        """The message by which, as the rules read it, the event at this moment was settled."""
        for draft in self._there(start):
            if draft.status is EventStatus.CONFIRMED and (proof := self._proof(draft, "settled")) is not None:
                return proof
        return None

    def undone(self, start: dt.datetime, title: str, others: Iterable[dt.datetime]) -> str | None:
        """What, as the rules read it, became of a moment that once was settled: called off, left open, or moved to
        another (`others`: those that the model gives as well). None when it stands, or when they do not know it."""
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
        elsewhere = [d for d in self.rules if d.status is EventStatus.CONFIRMED and d.start not in set(others)]
        for draft in elsewhere:
            founded = {e.message_id for e in draft.evidence if e.slot in ("began", "title")}
            if not there and similarity(draft.title, title) >= 0.5 and founded & named:
                return f"it was moved to {draft.start:%A %Y-%m-%d %H:%M} afterwards"
        return None

    def _there(self, start: dt.datetime) -> list[EventDraft]:
        return [draft for draft in self.rules if draft.start == start]

    def _proof(self, draft: EventDraft, slot: str) -> int | None:
        ids = [evidence.message_id for evidence in draft.evidence if evidence.slot == slot]
        return self._places.get(ids[-1]) if ids else None

    def quoting(self, index: int, slot: str) -> Evidence:
        message = self.message(index)
        return Evidence(message_id=message.id, slot=slot, quote=message.text[:200])
