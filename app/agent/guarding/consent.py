"""Whether the customer's unanswered messages ask for what a model is about to do.

The model chooses the tool and the words; here the same messages are listened to once more, by the dialogue of the
offline model, and both have to agree: a hallucinated cancellation, a move to a time that was refused, a booking upon a
mere hello find no wish. A yes to our own question counts for what that question named.
"""

import datetime as dt
from collections.abc import Iterable
from functools import cached_property

from app.agent.evidence import fold
from app.agent.guarding.answering import answers_another, forbids_a_move, is_not_coming, orders_a_move
from app.agent.guarding.meant import Meant
from app.agent.guarding.told import calls_off_told, only_told
from app.agent.listening.aim import moment_of, named, stands_at
from app.agent.listening.hearing import speaks_of_moving
from app.agent.listening.talk import Talk
from app.agent.listening.wish import Kind, Wish
from app.agent.phrases import When
from app.agent.turn import Turn
from app.agent.wording import Lang
from app.extraction.rules import Understanding, understand
from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Mention, Reading, Use, read
from app.extraction.rules.when import Slot, when_of
from app.extraction.rules.when import When as Said
from app.extraction.said import cancelling
from app.extraction.said.aiming import pointed
from app.extraction.said.staying_away import is_from_something_else
from app.extraction.said.undecided import without_notices
from app.extraction.said.wording import stems, telling
from app.models import Event, Evidence, Message, Role
from app.temporal import find

_TWO = 2
_TAKES_BACK = frozenset({Act.HEDGE, Act.CANCEL, Act.GIVE_UP, Act.REFUSE, Act.CANNOT})


class Consent:
    """What the messages of a turn ask for."""

    def __init__(self, turn: Turn, lang: Lang) -> None:
        # "Si se me complica te aviso" leaves nothing open.
        self._turn, self._lang = turn.saying([without_notices(m.body) for m in turn.messages]), lang
        self._meant = Meant(turn)

    def to_cancel(self, event: Event) -> bool:
        if self._beside_the_point:
            return False
        if is_not_coming(self._readings) and self._only_one(event):
            return not any(calls_off_told(r) for r in self._readings) and self._plainly_off(event)
        if any(calls_off_told(r) for r in self._readings) or not self._plainly_off(event):
            return False
        if any(cancelling.speaks_of_it(m.body) for m in self._fresh) and self._only_one(event):
            return True
        for wish in self._wishes(Kind.CANCEL):
            meant = wish.candidates if wish.every else (wish.target,) if wish.target else ()
            if event.id in {e.id for e in meant}:
                return True
        ours = self._our_reading
        asked = self._agreed and ours is not None and ours.asks and ours.has(Act.CANCEL)
        return asked and self._we_named(event) and self._is_meant(event)

    def _plainly_off(self, event: Event) -> bool:
        """Whether the words for calling off, if there are any, ask for it, of this one, and are not taken back: "ya
        cancelé los 50 soles", "si me da fiebre la cancelo", "mentira, sí voy"."""
        texts = [m.body for m in self._fresh]
        first = next((n for n, text in enumerate(texts) if cancelling.speaks_of_it(text)), None)
        if first is None:
            titles = [e.title for e in self._turn.live_events]
            return not any(is_from_something_else(text, titles) for text in texts)
        if any(cancelling.mistaken(t) for t in texts) or any(cancelling.taken_back(t) for t in texts[first + 1 :]):
            return False
        live = {str(e.id): e for e in self._turn.live_events}
        aims = [aim for text in texts if (aim := pointed(text, live))]
        if any(aim.unclear or str(event.id) in aim.spared for aim in aims):
            return False
        return any(cancelling.plainly(text, [e.title for e in live.values()]) for text in texts)

    @property
    def to_hand_over(self) -> bool:
        return self._talk.wants_person

    def to_move(self, event: Event, when: When, title: str) -> bool:
        if self._refused(when) or self._beside_the_point or not self._meant.allows(when, title):
            return False
        if forbids_a_move(self._readings):
            return False
        for wish in self._wishes(Kind.MOVE):
            meant = wish.target.id == event.id if wish.target else event.id in {e.id for e in wish.candidates}
            alone = wish.target is not None or len(wish.candidates) == 1
            if meant and alone and not wish.only_asked and self._fits(wish.when, when):
                return True
        ours = self._our_reading
        asked = self._agreed and ours is not None and ours.asks and speaks_of_moving(ours)
        if asked and self._we_named(event) and self._is_meant(event) and self._we_said(when):
            return True
        plain = orders_a_move(self._readings) and not self._only_told(when) and not self._talk.heard & _TAKES_BACK
        return plain and self._only_one(event, towards=True) and self._says(when)

    def to_rename(self, event: Event, title: str) -> bool:
        """Whether the newest messages give this event another subject, or plainly speak of it and of the new one."""
        if self._beside_the_point:
            return False
        words = telling(title)
        wishes = self._wishes(Kind.RENAME)
        if wishes:
            meant = {e.id for w in wishes for e in ((w.target,) if w.target else w.candidates)}
            return event.id in meant and any((telling(w.title or "") | telling(w.person or "")) & words for w in wishes)
        said = stems(" ".join(m.body for m in self._fresh))
        others = self._wishes(Kind.BOOK) or self._talk.heard & {*_TAKES_BACK, Act.MORE}
        return bool(words) and words <= said and not others and not self._asks_only and self._only_one(event)

    def to_create(self, when: When, evidence: Iterable[Evidence], title: str) -> bool:
        if self._refused(when) or self._only_told(when) or self._crosses_offers(when):
            return False
        if self._beside_the_point or not self._meant.allows(when, title):
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
    def _beside_the_point(self) -> bool:
        """A yes to the second question of our message, which is about something else."""
        return self._ours is not None and self._agreed and answers_another([self._ours.body], self._readings)

    def _only_one(self, event: Event, *, towards: bool = False) -> bool:
        """Whether the newest messages name this event alone, or there is no other and they name none at another time.
        With `towards` the days that they name are where it shall go."""
        live, zone = self._turn.live_events, self._turn.zone
        days = {m.when.date for r in self._readings for m in r.mentions if m.when.date and not towards}
        there = [e for e in live if e.start.astimezone(zone).date() in days]
        if days and (event not in there or days != {event.start.astimezone(zone).date()}):
            return False
        said = [e for e in live if any(named(e, r) for r in self._readings)]
        return any([e.id for e in one] == [event.id] for one in (live, said, there))

    def _says(self, when: When) -> bool:
        """Whether the newest messages name the moment as one that is wished for."""
        named = [m for r in self._readings for m in r.mentions if m.use is Use.PROPOSE]
        return any(m.when.shift or self._names(m, when) for m in named)

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

    @cached_property
    def _readings(self) -> tuple[Reading, ...]:
        return tuple(read(m.body, self._at(m), lang=self._lang) for m in self._fresh)

    def _only_told(self, when: When) -> bool:
        """Whether the newest messages that name this moment only tell of it: "mi amiga tiene masaje el viernes"."""
        naming = [r for r in self._readings if any(self._names(m, when) for m in r.mentions)]
        return bool(naming) and all(only_told(r, m) for r in naming for m in r.mentions if self._names(m, when))

    def _names(self, mention: Mention, when: When) -> bool:
        e = mention.when
        times = {e.time, *(other.time for other in e.alternatives)} - {None}
        days = {e.date, *e.other_dates} - {None}
        return (not days or when.start.date() in days) and (not times or when.all_day or _clock(when) in times)

    def _crosses_offers(self, when: When) -> bool:
        """ "La de las 11", where we offered Thursday at ten and Friday at eleven, is no Thursday at eleven."""
        ours = self._our_reading
        offers = {(m.when.date, m.when.time) for m in ours.mentions if m.when.date and m.when.time} if ours else set()
        said = [m.when for r in self._readings for m in r.mentions if m.use is not Use.NOISE]
        said = said or [e for m in self._fresh for e in find(m.body, reference=self._at(m), expect="time")]
        if len(offers) < _TWO or any(e.date and e.time for e in said) or when.all_day:
            return False
        days, times = {e.date for e in said if e.date}, {e.time for e in said if e.time}
        if times and not times & {at for _, at in offers}:
            return False  # an hour of their own
        fits = {(day, at) for day, at in offers if day in (days or {day}) and at in (times or {at})}
        return bool(fits and (days or times)) and (when.start.date(), _clock(when)) not in fits

    def _is_meant(self, event: Event) -> bool:
        """Whether, of several that our question named, the answer is to this one: by name, moment or place."""
        asked = [e for e in self._turn.live_events if self._we_named(e)]
        if len(asked) < _TWO or any(u.wants_all for u in self._understood):
            return True
        zone = self._turn.zone
        said = [
            e
            for e in asked
            for r in self._readings
            if named(e, r)
            or any(stands_at(e, when_of(m.when, 0), zone) for m in r.mentions if m.when.date or m.when.time)
        ]
        if said:
            return {e.id for e in said} == {event.id}
        choice = next((u.choice for u in self._understood if u.choice is not None), None)
        ours = self._our_reading
        if choice is None or ours is None or not -1 <= choice <= len(asked) or choice == 0:
            return False
        order = sorted(asked, key=lambda e: self._place(e, ours))
        return order[choice - 1 if choice > 0 else -1].id == event.id

    def _place(self, event: Event, ours: Reading) -> int:
        """Where our message speaks of the event, by its moment or else its title."""
        at = moment_of(event, self._turn.zone)
        places = [m.start for m in ours.mentions if m.when.date and m.when.time and when_of(m.when, 0).overlaps(at)]
        found = fold(ours.text).find(fold(event.title))
        return places[0] if places else found if found >= 0 else len(ours.text)

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
