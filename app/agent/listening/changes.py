"""Moving and cancelling: which event is meant, and whether that is sure enough to act on."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from app.agent.evidence import fold
from app.agent.listening.aim import (
    Aim,
    aim,
    day_in_week,
    description,
    in_half,
    is_generic,
    moment_of,
    named,
    names_service,
    speaks_of_another,
)
from app.agent.listening.bare_days import count_following, count_in_month, number_of
from app.agent.listening.booking import fill
from app.agent.listening.hearing import SMALL_TALK, orders_move
from app.agent.listening.lengths import Length
from app.agent.listening.persons import MINE, THEIRS, whose
from app.agent.listening.sources import days_later, hours_later, in_its_week, not_today, on_their_days, refused, sources
from app.agent.listening.state import BUSINESS, State
from app.agent.listening.wish import Kind, Wish
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option, proposals
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.subjects import subjects
from app.extraction.rules.when import Slot, When
from app.models import Event

MOVES = frozenset({Act.MOVE, Act.CANNOT, Act.REFUSE})
STALE = 2  # answers of ours after which "it" is no longer the event that we spoke of before them
_TWO = frozenset({"dos", "ambas", "ambos", "both", "two"})
_ALL = frozenset({"todas", "todos", "todo", "all", "everything"})
_INSTEAD = re.compile(r"\b(?:en vez|en lugar) del?\b|\b(?:instead of|rather than)\b")


def _renames(reading: Reading, events: Sequence[Event]) -> bool:
    """ "En vez de masaje, facial": which nobody here can change."""
    if found := _INSTEAD.search(reading.folded):
        after = set(reading.folded[found.end() :].split()[:3])
        return any(after & set(fold(e.title).split()) for e in events)
    said = [c.text for c in subjects(reading, 0, answering=False) if not is_generic(reading, c.text)]
    titles = {word for e in events for word in fold(e.title).split()}
    return any(named(e, reading) for e in events) and any(not set(fold(text).split()) & titles for text in said)


class Changes(State):
    """Wishes to move or cancel what stands."""

    def _is_move(self, reading: Reading, options: list[Option], *, more: bool) -> bool:
        """Whether it speaks of an event that stands, not of the wish being made."""
        if not self.turn.live_events or more:
            return False
        if self.current and not self._calls_off_one_and_moves(reading):
            return self._names_another(reading, options)
        acts = reading.acts
        if Act.MOVE in acts:
            other = speaks_of_another(reading, self.turn.live_events) and not description(reading)
            if not (options or reading.mentions or orders_move(reading)) and _renames(reading, self.turn.live_events):
                self.renames = self.fresh
                return False
            return bool(options) or orders_move(reading) or not (other and self.just_booked)
        if acts & {Act.REQUEST, Act.WANT, Act.MORE, Act.ANEW} or acts & BUSINESS:
            return False
        if Act.ACCEPT in acts and self._is_of_that_day(reading):
            return False
        if acts & {Act.CANNOT, Act.REFUSE} and (options or any(m.use is Use.REFUSE for m in reading.mentions)):
            return True
        shifts = any(m.when.shift for m in reading.mentions)
        partial = bool(options) and all(not o.when.complete for o in options)
        if partial and not shifts and self._affirms(reading, options):
            return False
        other = speaks_of_another(reading, self.turn.live_events)
        said = [e for e in self.turn.live_events if named(e, reading)]
        return (self.spoken is not None or len(said) == 1) and (
            (shifts and not (other and names_service(reading))) or (partial and not other)
        )

    def _calls_off_one_and_moves(self, reading: Reading) -> bool:
        """ "Anula la suya y la mía pásala a las 11": the second order, in the message of the first."""
        wish = self.current
        first = wish is not None and wish.kind is Kind.CANCEL and wish.target is not None and self.fresh
        return first and Act.MOVE in reading.acts and wish is self._called_off_here

    def _is_of_that_day(self, reading: Reading) -> bool:
        """ "Ese mismo jueves está bien", "ok, queda el sábado": nothing but the day on which the event spoken of
        stands."""
        if self.spoken is None or not reading.mentions:
            return False
        day = self.spoken.start.astimezone(self.turn.zone).date()
        said = [m.when for m in reading.mentions]
        same = all(e.time is None and (e.weekday is not None or (e.shift and e.shift.same_day)) for e in said)
        return same and all(e.date in (None, day) or e.weekday == day.weekday() and not number_of(e) for e in said)

    def _names_another(self, reading: Reading, options: list[Option]) -> bool:
        """Whether a move is ordered of one that stands, and not of the wish being made: "la primera pásala al 8"."""
        live, wish = self.turn.live_events, self.current
        if wish is None or wish.kind is not Kind.BOOK or not orders_move(reading) or self._offers:
            return False
        words, own = description(reading), set(fold(wish.title or wish.generic or "").split())
        if words:
            return any(named(e, reading) and not own & set(fold(e.title).split()) for e in live)
        if (pick := reading.choice) is not None:
            return 0 < pick <= len(live)
        source, rest = sources(options, reading, live, self.turn.zone)
        return bool(source and rest) and not (wish.when.date and source and source.when.overlaps(wish.when))

    def _move(self, reading: Reading, options: list[Option], *, rather: bool) -> Wish:
        """It is asked about first when it may mean something else: an hour alone, said later in the talk."""
        shifts = any(m.when.shift for m in reading.mentions)
        meant = reading.acts & MOVES or (self.just_booked and (shifts or rather or not reading.asks))
        if rather and not reading.asks and sum(named(e, reading) for e in self.turn.live_events) == 1:
            meant = True  # "el peinado mejor a las 3"
        wish = Wish(kind=Kind.MOVE, only_asked=not meant)
        self.wishes.append(wish)
        if self.spoken:
            options = count_following(reading, options, self.spoken.start.astimezone(self.turn.zone).date())
        source, targets = sources(options, reading, self.turn.live_events, self.turn.zone)
        aimed = aim(self.turn.live_events, reading, [source] if source else refused(reading), self.turn.zone)
        self._aim(wish, (None if source else self._by_place(reading)) or self._of_whose(reading, aimed))
        self._move_to(wish, reading, targets)
        return wish

    def _move_all(self, reading: Reading, options: list[Option]) -> Wish | None:
        """ "Move both to nine", "to Thursday", "to the next day": the hour of each on its day, or its day and hour."""
        live = self.turn.live_events
        if len(live) == 1 or not live or not self._means_all(reading, live):
            return None
        one = len(options) == 1 and (options[0].when.date is None) != (options[0].when.time is None)
        if Act.MOVE not in reading.acts or not (one or days_later(reading)):
            return None
        for event in live:
            wish = Wish(kind=Kind.MOVE, target=event, candidates=(event,))
            self.wishes.append(wish)
            self._move_to(wish, reading, options)
        return wish

    def _move_to(self, wish: Wish, reading: Reading, options: list[Option]) -> None:
        wish.refused = moment_of(wish.target, self.turn.zone) if wish.target else None
        if wish.target is not None:
            day = wish.target.start.astimezone(self.turn.zone).date()
            options = count_in_month(reading, options, day, self.turn.today)
        if wish.target is not None and (days := days_later(reading)):
            options = []
            wish.propose(When(date=Slot(wish.target.start.astimezone(self.turn.zone).date() + days, 0, "")))
        elif wish.target is not None and (by := hours_later(reading)):
            then = wish.target.start.astimezone(self.turn.zone) + by
            options = []
            wish.propose(When(date=Slot(then.date(), 0, ""), time=Slot(then.time(), 0, "")))
        elif wish.target is not None and any(m.when.shift or m.when.duration for m in reading.mentions):
            options = proposals(reading, 0, moment_of(wish.target, self.turn.zone)) or options
        fill(wish, reading, [not_today(o, reading) for o in options])
        if wish.target is not None:
            stands = moment_of(wish.target, self.turn.zone)
            wish.when = in_half(wish.when, stands)
            if slot := day_in_week(reading, stands):
                wish.propose(When(date=slot))
                wish.only_asked = not any(m.when.shift for m in reading.mentions)
            day = wish.target.start.astimezone(self.turn.zone).date()
            alone = len(self.turn.live_events) == 1
            in_its_week(wish, day, self.now, just_said=self.just_booked, alone=alone)

    def _cancel(self, reading: Reading, options: list[Option]) -> Wish | None:
        live = self.turn.live_events
        shifts = {m.start for m in reading.mentions if m.when.shift}
        if ordinal := self._by_place(reading) if not options else None:
            wish = Wish(kind=Kind.CANCEL)
            for older in self.open:
                older.done = older.kind is not Kind.BOOK
            self.wishes.append(wish)
            self._aim(wish, ordinal)
            return wish
        said = [o for o in options if o.start not in shifts] or refused(reading)  # "al del 1 no voy, cancélalo"
        described = on_their_days(said, reading, live, self.turn.zone)
        aimed = aim(live, reading, described, self.turn.zone)
        asked = self.current
        told = asked and asked.kind is not Kind.BOOK and len(asked.candidates) == 1
        if asked and told and not (aimed.says or aimed.events):
            aimed = Aim(events=asked.candidates)  # "yes, cancel that one"
        aimed = self._of_whose(reading, aimed)
        every = self._means_all(reading, live) or aimed.each
        current = self.current
        if self._gone and not (current or every or aimed.says or aimed.events) and aimed.it:
            self.affirmed = self.fresh  # "sí, cancélala", of what is called off by now
            return None
        if not live or (current and current.kind is Kind.BOOK and not (every or aimed.events)):
            self.dropped = current is not None
            for wish in self.open:
                wish.done = True
            return None
        wish = Wish(kind=Kind.CANCEL, every=every and aimed.sure)
        for older in self.open:
            older.done = older.kind is not Kind.BOOK
        self.wishes.append(wish)
        self._aim(wish, aimed)
        self._called_off_here = wish
        if wish.target and reading.asks and {"se", "puede"} <= {w.text for w in reading.words}:
            wish.candidates, wish.target, wish.sure_of_it = (wish.target,), None, True  # a rule, or a wish?
        return wish

    def _lengthen(self, reading: Reading, options: list[Option], length: Length) -> Wish:
        """Of a wish being made its own end; else that of the event that is meant."""
        current, live = self.current, self.turn.live_events
        if current and current.kind is Kind.BOOK:
            wish = current
        else:
            source, _ = sources(options, reading, live, self.turn.zone)
            wish = Wish(kind=Kind.MOVE)
            self.wishes.append(wish)
            self._aim(wish, aim(live, reading, [source] if source else [], self.turn.zone))
        wish.lasting = length
        self._give_length(wish)
        return wish

    def _give_length(self, wish: Wish | None) -> None:
        if wish is None or wish.lasting is None:
            return
        when = moment_of(wish.target, self.turn.zone) if wish.target else wish.when
        if wish.kind is Kind.BOOK and wish.lasting.total:
            wish.when = replace(when, length=Slot(wish.lasting.total, 0, ""), end=None)
            return
        if when.time is None or (wish.target is None and wish.kind is not Kind.BOOK):
            return
        start = dt.datetime.combine(when.date.value if when.date else self.turn.today, when.time.value)
        end = start + when.length.value if wish.kind is Kind.BOOK and when.length else None
        if wish.target and wish.target.end:
            end = wish.target.end.astimezone(self.turn.zone).replace(tzinfo=None)
        then = wish.lasting.end(start, end or start + self.turn.event_step)
        if then is not None:
            wish.when = replace(when, end=Slot(then.time(), 0, ""), length=None)

    def _of_whose(self, reading: Reading, aimed: Aim) -> Aim:
        """ "La mía", "la suya", where titles tell for whom they are."""
        said, live = whose(reading), self.turn.live_events
        if said not in (MINE, THEIRS) or aimed.says or not any("(" in e.title for e in live):
            return aimed
        found = tuple(e for e in aimed.events or live if ("(" in e.title) == (said == THEIRS))
        return Aim(events=found, sure=len(found) == 1, says=True)

    def _by_place(self, reading: Reading) -> Aim | None:
        """ "La segunda": by time, as they are listed, and as they were made; where these differ, one of the two."""
        live, pick = self.turn.live_events, reading.choice
        if pick is None or description(reading) or any(named(e, reading) for e in live):
            return None
        if pick > len(live) and any(m.when.date and m.when.date.day == pick for m in reading.mentions):
            return None  # "mejor el 2" is a day
        current = self.current
        if current and current.kind is not Kind.BOOK and current.target is None and current.candidates:
            live = current.candidates  # those that we asked about
        if not live or not -1 <= pick <= len(live) or pick == 0:
            return Aim(sure=False, says=True)
        made = live if self._numbered else sorted(live, key=lambda e: e.created_at)
        place = pick - 1 if pick > 0 else -1
        found = {e.id: e for e in (live[place], made[place])}
        return Aim(events=tuple(sorted(found.values(), key=lambda e: e.start)), sure=len(found) == 1, says=True)

    def _aim(self, wish: Wish, aimed: Aim) -> None:
        """The event that is meant, if that is sure: "it" is the one last spoken of, else the only one there is."""
        live = self.turn.live_events
        found = aimed.events
        it = len(live) == 1 or (aimed.it and self._since <= STALE)
        if not aimed.says and not found and self.spoken and it:
            found = tuple(e for e in live if e.id == self.spoken.id)
        wish.candidates = found or live
        wish.target = wish.candidates[0] if len(wish.candidates) == 1 and aimed.sure and not wish.every else None

    def _means_all(self, reading: Reading, events: Sequence[Event]) -> bool:
        """ "Todas", or "las dos" when they are two; "la de las dos" is an hour."""
        said = {w.text for w in reading.words if not any(m.start <= w.start < m.end for m in reading.mentions)}
        if said & _TWO and not said & _ALL and len(events) != 2:
            return False
        hits = [h for h in SMALL_TALK[self.lang].find(reading.words) if h.tag == "all"]
        return bool(said & (_TWO | _ALL)) and (Act.BOTH in reading.acts or bool(hits))
