"""What is taken back: "mejor no", "déjala como estaba", "mejor sí la quiero"."""

from dataclasses import replace

from app.agent.evidence import fold
from app.agent.listening.aim import is_same, moment_of, named, stands_at
from app.agent.listening.hearing import is_order
from app.agent.listening.state import State
from app.agent.listening.wish import Kind, Wish
from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.when import Slot, When
from app.models import Event

_BEFORE = 2


class Regrets(State):
    """Wishes that fall, changes that are not made or made undone."""

    def _keep(self, *, fresh: bool, back: bool) -> None:
        """ "Déjala como estaba": no change is made; what is not booked yet is wished for as before it was changed, and
        what was moved already goes `back` to where we last said it stands, or it is asked where."""
        changed = [w for w in self.open if w.kind is not Kind.BOOK]
        for wish in changed:
            wish.done = True
        current = self.current
        if current and not changed and current.before:
            current.when, current.before, current.only_asked = current.before, None, False
            current.fresh = current.fresh or fresh
        elif back and self.just_moved and self.spoken and not changed:
            target = self.spoken
            wish = Wish(kind=Kind.MOVE, target=target, candidates=(target,), fresh=fresh)
            stood = [when for when, body in self._told if fold(target.title) in body]
            stood = [when for when in stood if not stands_at(target, when, self.turn.zone)]
            if stood:
                wish.propose(When(date=stood[-1].date, time=stood[-1].time))
            elif before := self._length_before(target):
                wish.propose(before)
            self.wishes.append(wish)

    def _length_before(self, event: Event) -> When | None:
        """The moment with the end that we told before the one that it has now; no end told is that of any other."""
        told = [when for when, body in self._told if fold(event.title) in body and when.time]
        if event.all_day or event.end is None or len(told) < _BEFORE:
            return None
        start, was = event.start.astimezone(self.turn.zone), told[-_BEFORE].end
        end = was.value if was else (start + self.turn.event_step).time()
        return replace(moment_of(event, self.turn.zone), end=Slot(end, 0, ""))

    def _declines(self, reading: Reading, *, fresh: bool) -> bool:
        """A no to a reminder, or "no podré ir": they are asked whether it shall be cancelled."""
        says_no = reading.acts & {Act.CANNOT, Act.REFUSE} and not reading.acts & {Act.MOVE, Act.CANCEL, Act.REQUEST}
        if not says_no or reading.mentions or reading.asks or self.open:
            return False
        meant: tuple[Event, ...] = (self.spoken,) if self._reminded and self.spoken else ()
        if not meant and Act.CANNOT in reading.acts:  # "I can't make pilates"
            meant = tuple(e for e in self.turn.live_events if named(e, reading))
        if len(meant) != 1:
            return False
        self.wishes.append(Wish(kind=Kind.CANCEL, candidates=meant, sure_of_it=True, fresh=fresh))
        return True

    def _takes_back(self, reading: Reading, small: set[str], *, fresh: bool) -> bool:
        """ "Mejor no", "olvídalo", a wrong number: what was wished for falls. What is booked is only asked about."""
        ends = Act.CANCEL in reading.acts and is_order(reading, Act.CANCEL) and self.turn.live_events
        if ends and not any(w.kind is Kind.BOOK for w in self.open):
            return False  # "olvídalo, cancélala"
        off = (
            "drop" in small
            and "keep" not in small
            and not reading.mentions
            and not reading.acts & {Act.REQUEST, Act.CANCEL}
            and not (Act.CANNOT in reading.acts and not self.open)
        )
        moves = any(m.use is Use.PROPOSE for m in reading.mentions)  # "mañana no puedo, lo dejamos para el lunes?"
        if moves:
            self.heard.discard(Act.GIVE_UP)
        if not (off or Act.WRONG in reading.acts or (Act.GIVE_UP in reading.acts and not moves)):
            return False
        if off and not self.open and self.just_booked:
            said = tuple(e for e in self.turn.live_events if named(e, reading))
            meant = said or ((self.spoken,) if self.spoken else self._made_together())
            if meant:
                self.wishes.append(Wish(kind=Kind.CANCEL, candidates=meant, sure_of_it=True, fresh=fresh))
                return True
        self.dropped = self.dropped or (fresh and off)
        for fallen in self.open:
            fallen.done = True
        return True

    def _made_together(self) -> tuple[Event, ...]:
        """The events that our last message has told of as done: which of them "mejor no" means is asked."""
        told = self._told[-len(self.turn.live_events) :]
        return tuple(e for e in self.turn.live_events if any(stands_at(e, when, self.turn.zone) for when, _ in told))

    def _revives(self, reading: Reading, small: set[str], *, fresh: bool) -> bool:
        """ "Mejor sí la quiero", right after we called it off: it is wished for as it was."""
        says = small & {"keep", "restore", "revive"} or Act.KEEP in reading.acts
        same = all(is_same(m.when) and m.when.time is None for m in reading.mentions)  # "sí puedo ir ese día"
        if self._gone is None or not says or not same or self.open:
            return False
        event, zone = self._gone, self.turn.zone
        when = moment_of(event, zone)
        if event.end and not event.all_day:
            when = replace(when, end=Slot(event.end.astimezone(zone).time(), 0, ""))
        wish = Wish(when=when, title=event.title, place=event.location, fresh=fresh)
        self.wishes.append(wish)
        return True
