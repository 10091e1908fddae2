"""What the business said last: what it did, offered, refused and asked, and which wishes that leaves open."""

import datetime as dt
from typing import TypeGuard

from app.agent.evidence import fold
from app.agent.listening.aim import moment_of, stands_at
from app.agent.listening.booking import without
from app.agent.listening.state import BUSINESS, State
from app.agent.listening.wish import Kind, Wish
from app.extraction.rules.acts import Act
from app.extraction.rules.done_and_open import goes_on_at
from app.extraction.rules.offers import Option, proposals
from app.extraction.rules.reading import Reading
from app.extraction.rules.when import When
from app.models import Event, EventSource, EventStatus, Message

_ASKS = frozenset(
    {Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_TIME, Act.ASK_TITLE, Act.CONFIRM, Act.REQUEST, Act.CANCEL, Act.MOVE}
)


class OurSide(State):
    """The messages of the business, and its events."""

    def _business(self, reading: Reading) -> None:
        """Our own side: what it asked, offered, refused and did."""
        self._inherit()
        for wish in self.wishes:
            wish.fresh = False
        said = proposals(reading, 0, self._talked_of())
        offers = [o.when for o in said]
        current = self.current
        did = {a for s in reading.segments if not s.asks for a in s.acts} & {Act.CONFIRM, Act.CANCEL}
        self.just_booked = Act.CONFIRM in did
        # Not `timed`: told again, "al jueves" names where the event stands by now.
        self.just_moved = bool(did) and any(w.kind is Kind.MOVE and not w.only_asked for w in self.open)
        self._since = 0 if did else self._since + 1
        self._gone, self._numbered = None, "\n2. " in reading.text
        rest = goes_on_at(reading) if did else None
        tail = [o for o in said if rest is not None and o.start >= rest]
        if did:
            offers = [o.when for o in said if o not in tail]
            for wish in self.open:
                fits = not offers or any(wish.when.overlaps(o) for o in offers)
                # "pásala a las 5", and it stands at five by now: the rest of the moment was that event's. And once we
                # have said what is done and ask nothing more, nothing is left open.
                met = any(wish.is_met_by(o) for o in offers) or not reading.asks
                met = met and not wish.waiting
                still = wish.kind is Kind.BOOK and (
                    any(wish.is_met_by(o.when) for o in tail) or self._has_only_the_hour_of_another(wish)
                )
                wish.done = not still and (wish.kind is not Kind.BOOK or (wish.timed and fits) or met)
            meant = [e for e in self.turn.live_events if any(self._is_at(e, o) for o in offers)]
            self.spoken = meant[0] if len(meant) == 1 else None
            off = [e for e in self.turn.events if e.status is EventStatus.CANCELLED and Act.CANCEL in did]
            off = [e for e in off if any(o.complete and self._is_at(e, o) for o in offers)]
            self._gone = off[0] if len(off) == 1 and not meant else None
            there = {e.id for e in self.turn.live_events if any(o.complete and self._is_at(e, o) for o in offers)}
            self.called_off = self.called_off | there if Act.CANCEL in did else self.called_off - there
            offers = [o.when for o in tail]
            current = self.current
        elif not reading.asks and self._stands(current):
            # Another model, or a person, may confirm in words that are not known here.
            current.done = self.just_booked = True
        elif reading.acts & BUSINESS:
            offers = []  # opening hours are no offer
        settled = bool(did or reading.acts & BUSINESS) and not tail
        if Act.UNAVAILABLE in reading.acts and current and not (settled or current.done):
            offers = without(offers, current.when.time.value if current.when.time else None)
            current.refused, current.when = current.when, When(date=current.when.date, length=current.when.length)
        elif reading.asks:
            self._speak_of(tail or said)
        stands = moment_of(current.target, self.turn.zone) if current and current.target else When()
        known = [stands, *(w.when for w in self.open if w.timed and not self._over(w.when))]
        self._offers = [o for o in offers if not any(w.overlaps(o) for w in known) and not self._over(o)]
        if did:
            self._told += [(o.when, reading.folded) for o in proposals(reading, 0, When()) if o.when.complete]
        self._asked = {a for s in reading.segments if s.asks for a in s.acts & _ASKS}
        if Act.CANCEL in self._asked and not any(w.kind is Kind.CANCEL for w in self.open):
            asked = [o.when for o in said if o.asks and o.when.complete]
            meant = [e for e in self.turn.live_events if any(stands_at(e, o, self.turn.zone) for o in asked)]
            if len(meant) == 1:
                self.wishes.append(Wish(kind=Kind.CANCEL, candidates=tuple(meant), sure_of_it=True))
        if not self.open:
            self._asked.discard(Act.ASK_TITLE)  # "how can I help?" asks for no subject

    def _has_only_the_hour_of_another(self, wish: Wish) -> bool:
        """Of two that were wished for at one time the one that no event stands for."""
        rivals = [w for w in self.wishes if w.kind is Kind.BOOK and w is not wish and w.title and w.when == wish.when]
        there = [e for e in self.turn.live_events if stands_at(e, wish.when, self.turn.zone)] if rivals else []
        own = set(fold(wish.title or "").split())
        return bool(there and own) and not any(own <= set(fold(e.title).split()) for e in there)

    def _speak_of(self, said: list[Option]) -> None:
        """Of several wishes, the one that we asked about is spoken of last: a yes is to that one."""
        asked = [w for w in self.open if w.kind is Kind.BOOK and any(w.is_met_by(o.when) for o in said)]
        for wish in asked:
            wish.spoken = True
        if len(asked) == 1:
            self.wishes.remove(asked[0])
            self.wishes.append(asked[0])

    def _is_at(self, event: Event, when: When) -> bool:
        return stands_at(event, when, self.turn.zone)

    def _over(self, when: When) -> bool:
        """Whether it has passed, or passed when we said so."""
        day, at = when.date, when.time
        if day is None or at is None:
            return False
        return dt.datetime.combine(day.value, at.value, self.turn.zone) <= self.turn.now

    def _stands(self, wish: Wish | None) -> TypeGuard[Wish]:
        """Whether what was wished for is an event by now; then "it" means that one."""
        if wish is None or wish.kind is not Kind.BOOK or not wish.timed:
            return False
        self.spoken = next((e for e in self.turn.live_events if stands_at(e, wish.when, self.turn.zone)), self.spoken)
        return self.spoken is not None and stands_at(self.spoken, wish.when, self.turn.zone)

    def _close_read(self, message: Message) -> None:
        """What a person offered and the batch has read is no wish any more: "¿el jueves a las 10?" … "sí"."""
        if self._stands(wish := self.current) and self.spoken and self.spoken.source is EventSource.BATCH:
            wish.done = message.id in self.spoken.evidence_message_ids

    def _reminder(self, message: Message) -> bool:
        """Whether the business has just reminded them of one of their events; then "it" is that one."""
        if message.author != "reminder":
            return False
        meant = [e for e in self.turn.live_events if fold(e.title) in fold(message.body)]
        self.spoken = meant[0] if len(meant) == 1 else self.spoken
        return self.spoken is not None
