"""Whether the customer's unanswered messages ask for what a model is about to do.

The model chooses the tool and the words; here the same messages are listened to once more, by the dialogue of the
offline model, and both have to agree: a hallucinated cancellation, a move to a time that was refused, a booking upon a
mere hello find no wish. A yes to our own question counts for what that question named.
"""

import datetime as dt
from collections.abc import Iterable
from functools import cached_property

from app.agent.aim import moment_of, named
from app.agent.hearing import speaks_of_moving
from app.agent.phrases import When
from app.agent.talk import Talk
from app.agent.turn import Turn
from app.agent.wish import Kind, Wish
from app.agent.wording import Lang
from app.extraction.rules import Understanding, understand
from app.extraction.rules.acts import Act
from app.extraction.rules.plan import Slot, when_of
from app.extraction.rules.plan import When as Said
from app.extraction.rules.reading import Reading, read
from app.models import Event, Evidence, Message, Role

_TAKES_BACK = frozenset({Act.HEDGE, Act.CANCEL, Act.GIVE_UP, Act.REFUSE, Act.CANNOT})


class Consent:
    """What the messages of a turn ask for."""

    def __init__(self, turn: Turn, lang: Lang) -> None:
        self._turn, self._lang = turn, lang

    def to_cancel(self, event: Event) -> bool:
        for wish in self._wishes(Kind.CANCEL):
            meant = wish.candidates if wish.every else (wish.target,) if wish.target else ()
            if event.id in {e.id for e in meant}:
                return True
        ours = self._our_reading
        return self._agreed and ours is not None and ours.asks and ours.has(Act.CANCEL) and self._we_named(event)

    @property
    def to_hand_over(self) -> bool:
        return self._talk.wants_person

    def to_move(self, event: Event, when: When) -> bool:
        if self._refused(when):
            return False
        for wish in self._wishes(Kind.MOVE):
            meant = wish.target.id == event.id if wish.target else event.id in {e.id for e in wish.candidates}
            alone = wish.target is not None or len(wish.candidates) == 1
            if meant and alone and not wish.only_asked and self._fits(wish.when, when):
                return True
        ours = self._our_reading
        asked = self._agreed and ours is not None and ours.asks and speaks_of_moving(ours)
        return asked and self._we_named(event) and self._we_said(when)

    def to_create(self, when: When, evidence: Iterable[Evidence]) -> bool:
        if self._refused(when):
            return False
        wishes = self._wishes(Kind.BOOK)
        if any(not wish.only_asked and not wish.declined and self._fits(wish.when, when) for wish in wishes):
            return True
        if self._we_said(when) and self._agreed:
            return True
        fresh = {m.id for m in self._fresh}
        says = any(e.message_id in fresh and e.slot != "settled" for e in evidence)
        return says and not wishes and not self._talk.heard & _TAKES_BACK and not self._asks_only

    @property
    def asks_for_change(self) -> bool:
        return any(not wish.only_asked for wish in self._talk.open if wish.fresh)

    @property
    def wished_titles(self) -> frozenset[str]:
        return frozenset(wish.title for wish in self._wishes(Kind.BOOK) if wish.title)

    # ---------------------------------------------------------------- what was said

    @cached_property
    def _talk(self) -> Talk:
        return Talk(self._turn, self._lang)

    @cached_property
    def _fresh(self) -> tuple[Message, ...]:
        """The customer's messages that nobody has answered."""
        heard = self._turn.heard
        last = max((n for n, m in enumerate(heard) if m.role is Role.BOT), default=-1)
        return heard[last + 1 :]

    @cached_property
    def _ours(self) -> Message | None:
        """What we said last before them."""
        return next((m for m in reversed(self._turn.heard) if m.role is Role.BOT), None)

    def _wishes(self, kind: Kind) -> list[Wish]:
        return [wish for wish in self._talk.open if wish.kind is kind and wish.fresh]

    @cached_property
    def _understood(self) -> tuple[Understanding, ...]:
        return tuple(understand(m.body, self._at(m), lang=self._lang) for m in self._fresh)

    @cached_property
    def _agreed(self) -> bool:
        """A yes, and nothing that takes it back."""
        said = self._understood
        no = any(u.refuses or u.hedges or u.cancels for u in said)
        return not no and any(u.accepts or u.choice is not None or u.wants_all for u in said)

    @cached_property
    def _asks_only(self) -> bool:
        return bool(self._understood) and all(u.asks and not u.acts & {Act.REQUEST, Act.WANT} for u in self._understood)

    @cached_property
    def _our_reading(self) -> Reading | None:
        return read(self._ours.body, self._at(self._ours), lang=self._lang) if self._ours else None

    def _refused(self, when: When) -> bool:
        """Whether they cannot at this very moment; "no, perdón, el viernes" is a no to another one."""
        at = Said(date=Slot(when.start.date(), 0, ""), time=None if when.all_day else Slot(_clock(when), 0, ""))
        no = [when_of(e, 0) for u in self._understood if Act.CANNOT in u.acts for e in u.refused]
        return any(e.overlaps(at) for e in no)

    def _we_named(self, event: Event) -> bool:
        """Whether our last message spoke of this event: by title or moment, or because there is no other."""
        ours = self._our_reading
        if ours is None or len(self._turn.live_events) == 1:
            return ours is not None
        stands = moment_of(event, self._turn.zone)
        return named(event, ours) or any(
            stands.date and stands.date.value == m.when.date and (not m.when.time or m.when.time == _hour(stands))
            for m in ours.mentions
        )

    def _we_said(self, when: When) -> bool:
        """Whether our last message named this moment, so that a yes is a yes to it."""
        ours = self._our_reading
        if ours is None:
            return False
        days = {m.when.date for m in ours.mentions} - {None}
        times = {m.when.time for m in ours.mentions} - {None}
        if len(days) > 1 or len(times) > 1:
            return False  # a yes to one of several: which, the dialogue says (`_wishes`)
        return (not days or when.start.date() in days) and (_clock(when) in times or (when.all_day and bool(days)))

    def _fits(self, said: Said, when: When) -> bool:
        """Whether the moment is the one wished for, as far as that is known; its hour in the same half of the day."""
        at = _clock(when)
        if said.time is not None and not when.all_day and said.time.value != at and said.time.sure:
            return False
        return said.fits(Said(date=Slot(when.start.date(), 0, ""), time=None if when.all_day else Slot(at, 0, "")))

    def _at(self, message: Message) -> dt.datetime:
        return message.sent_at.astimezone(self._turn.zone)


def _clock(when: When) -> dt.time:
    return when.start.timetz().replace(tzinfo=None)


def _hour(said: Said) -> dt.time | None:
    return said.time.value if said.time else None
