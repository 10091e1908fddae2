"""Listening: a turn's messages in order, and the wishes that stand at their end.

Each message is understood by `extraction.rules`; here it is decided what it means in a talk in which the other side is
this agent: what was asked, which wish a day or an hour belongs to, what is done with.
"""

import itertools
from collections.abc import Sequence
from typing import TypeGuard

from app.agent.aim import Aim, aim, day_in_week, description, in_half, is_same, moment_of, named, not_today, refused, source_of, speaks_of_another, stands_at
from app.agent.another import another, asks_another
from app.agent.booking import STARTS, acts_at, fill, name, several, speaks_of_one, together, without
from app.agent.evidence import fold
from app.agent.hearing import SMALL_TALK, at_table, hear_more, is_order, weigh_moments
from app.agent.phrases import BARE_HOUR
from app.agent.turn import Turn
from app.agent.wish import Kind, Wish
from app.agent.wording import MONTHS, Lang
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option, proposals
from app.extraction.rules.plan import When
from app.extraction.rules.reading import Reading, Use, read
from app.models import Event, Message, Role
from app.temporal import Expect

BUSINESS = frozenset({Act.HOURS, Act.PRICE, Act.QUERY, Act.INFO})
_ASKS = frozenset(
    {Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_TIME, Act.ASK_TITLE, Act.CONFIRM, Act.REQUEST, Act.CANCEL, Act.MOVE}
)
_STALE = 2  # answers of ours after which "it" is no longer the event that we spoke of before them
_TWO = frozenset({"dos", "ambas", "ambos", "both", "two"})
_ALL = frozenset({"todas", "todos", "todo", "all", "everything"})
_MOVES = frozenset({Act.MOVE, Act.CANNOT, Act.REFUSE})
_MONTHS = {lang: frozenset(fold(month) for month in months) for lang, months in MONTHS.items()}
_BEFORE_NUMBER = frozenset({"el", "las", "dia", "the", "at"})


class Talk:
    """The state of a conversation after its messages.

    wishes   all that were spoken of, the oldest first; `open` are those that are not done with
    spoken   the event that "it" means: the one last booked, moved or named by the business
    heard    the acts of the messages that are to be answered, `small` the small talk in them, `words` how many words
             they have, `asks` whether they ask anything
    listed   they ask what is booked; `affirmed`: they speak of an event as it stands; `odd`: the last of them gives a
             date that does not exist; `blank`: there is no text in it; `dropped`: a wish is taken back
    just_booked  the business's last message before them booked or changed something
    """

    def __init__(self, turn: Turn, lang: Lang) -> None:
        self.turn, self.lang = turn, lang
        self.wishes: list[Wish] = []
        self.spoken: Event | None = None
        self.heard: set[Act] = set()
        self.small: set[str] = set()
        self.words = 0
        self.asks = self.listed = self.affirmed = self.odd = self.blank = self.dropped = False
        self._asked: set[Act] = set()
        self._offers: list[When] = []
        self.just_booked = self.renames = self.wordless = self.unread = self.kept = False
        self._since = 0
        messages = turn.heard
        last = max((n for n, m in enumerate(messages) if m.role is Role.BOT), default=-1)
        for n, message in enumerate(messages):
            if message.role is Role.BOT:
                self._business(self._read(message))
            else:
                self._customer(self._read(message), fresh=n > last)

        self._inherit()

    def _inherit(self) -> None:
        """"Y otra para mi hija", said before the day was known: it is the day of the one before."""
        for wish in self.open:
            if wish.waiting and wish.like and wish.person and not wish.when.date and wish.like.when.date:
                wish.when = When(date=wish.like.when.date)

    @property
    def open(self) -> list[Wish]:
        return [w for w in self.wishes if not w.done]

    @property
    def current(self) -> Wish | None:
        """The wish that an answer belongs to: the newest, but one at a time."""
        ready = [w for w in self.open if not w.waiting]
        return ready[-1] if ready else next(iter(self.open), None)

    def _read(self, message: Message) -> Reading:
        current = self.current
        expect: Expect | None = None
        if message.role is Role.USER and current and self._asked & {Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_TIME}:
            expect = "time" if current.when.date or Act.ASK_DAY not in self._asked else "date"
        at = message.sent_at.astimezone(self.turn.zone)
        reading = read(message.body, at, lang=self.lang, expect=expect)
        if message.role is Role.USER:
            hear_more(reading, self.lang)
        stands = current.when if current else moment_of(self.spoken, self.turn.zone) if self.spoken else When()
        if message.role is Role.USER:
            weigh_moments(reading, stands)
        corrects = Act.MOVE in reading.acts or (self.just_booked and reading.is_short)
        if corrects and not reading.mentions and expect is None and message.role is Role.USER:
            body = BARE_HOUR.sub(r"\1 at \2", message.body) if self.lang == "en" else message.body
            reading = read(body, at, lang=self.lang, expect="time")  # "mejor 11"
            hear_more(reading, self.lang)
        return reading

    def _business(self, reading: Reading) -> None:
        """Our own side: what it asked, offered, refused and did."""
        self._inherit()
        for wish in self.wishes:
            wish.fresh = False
        offers = [o.when for o in proposals(reading, 0, self._talked_of())]
        current = self.current
        did = {a for s in reading.segments if not s.asks for a in s.acts} & {Act.CONFIRM, Act.CANCEL}
        self.just_booked = Act.CONFIRM in did
        self._since = 0 if did else self._since + 1
        if did:
            for wish in self.open:
                fits = not offers or any(wish.when.overlaps(o) for o in offers)
                # "pásala a las 5", and it stands at five by now: the rest of the moment was that event's. And once we
                # have said what is done and ask nothing more, nothing is left open.
                met = any(wish.is_met_by(o) for o in offers) or not reading.asks
                met = met and not wish.waiting
                wish.done = wish.kind is not Kind.BOOK or (wish.timed and fits) or met
            meant = [e for e in self.turn.live_events if any(stands_at(e, o, self.turn.zone) for o in offers)]
            self.spoken = meant[0] if len(meant) == 1 else None
            offers = []
        elif not reading.asks and self._stands(current):
            # Another model, or a person, may confirm in words that are not known here.
            current.done = self.just_booked = True
        elif reading.acts & BUSINESS:
            offers = []  # opening hours are no offer
        elif Act.UNAVAILABLE in reading.acts and current:
            offers = without(offers, current.when.time.value if current.when.time else None)
            current.refused, current.when = current.when, When(date=current.when.date, length=current.when.length)
        stands = moment_of(current.target, self.turn.zone) if current and current.target else When()
        known = [stands, *(w.when for w in self.open if w.timed)]
        self._offers = [o for o in offers if not any(w.overlaps(o) for w in known)]
        self._asked = {a for s in reading.segments if s.asks for a in s.acts & _ASKS}
        if not self.open:
            self._asked.discard(Act.ASK_TITLE)  # "how can I help?" asks for no subject

    def _stands(self, wish: Wish | None) -> TypeGuard[Wish]:
        """Whether what was wished for is an event by now; then "it" means that one."""
        if wish is None or wish.kind is not Kind.BOOK or not wish.timed:
            return False
        self.spoken = next((e for e in self.turn.live_events if stands_at(e, wish.when, self.turn.zone)), self.spoken)
        return self.spoken is not None and stands_at(self.spoken, wish.when, self.turn.zone)

    def _customer(self, reading: Reading, *, fresh: bool) -> None:
        small = {hit.tag for hit in SMALL_TALK[self.lang].find(reading.words)}
        options = proposals(reading, 0, self._talked_of())
        told = self.current.title if self.current else self.spoken.title if self.spoken else None
        options = at_table(options, reading, told or "")
        if Act.HEDGE in reading.acts and reading.asks | bool(reading.acts & {Act.REQUEST, Act.ASK_FREE}):
            reading.acts -= {Act.HEDGE} if any(o.when.complete for o in options) else set()
        if fresh:
            self.heard |= reading.acts
            self.unread = bool(reading.mentions)
            self.small |= small
            self.words += sum(not w.is_mark for w in reading.words)
            self.asks = self.asks or reading.asks
            self.blank = not reading.text.strip()
            self.wordless = not self.blank and not reading.words
            self.dropped = False
        before = len(self.wishes)
        current, acts = self.current, reading.acts
        if small & {"list", "confirm"} and not (current or acts & {Act.CANCEL, Act.MOVE}):
            self.listed = self.listed or fresh
            return
        if self._takes_back(reading, small, fresh=fresh):
            return
        more = asks_another(reading, self.lang)
        if Act.CANCEL in acts and not is_order(reading, Act.CANCEL):
            acts.discard(Act.CANCEL)
            small.add("keep" if not reading.asks else "query")
        if not options and small & {"keep", "query", "late", "party"}:
            if not acts & _MOVES or small & {"late", "party"} or (small & {"keep"} and Act.MOVE not in acts):
                self.kept = self.kept or (fresh and "keep" in small)
                self.renames = self.renames or (fresh and bool(small & {"late", "party"}))
                for wish in self.open:
                    wish.done = wish.done or (wish.kind is Kind.CANCEL and "keep" in small)
                return
        if "late" in small and not reading.asks:
            self.renames = self.renames or fresh
            return
        if Act.CANCEL in acts:
            wish = self._cancel(reading, [o for o in options if Act.CANCEL in acts_at(o, reading)])
        elif current and current.kind is not Kind.BOOK and not (more or acts & {Act.REQUEST, Act.WANT}):
            wish = self._continue(current, reading, options)
        elif self._is_move(reading, options, more=more):
            wish = self._move(reading, options, rather="rather" in small)
        elif self._affirms(reading, options):
            self.affirmed = self.affirmed or fresh
            return
        else:
            wish = self._book(reading, options, small, more=more)
        for n, other in enumerate(self.wishes):
            if other is wish or n >= before or (wish and wish.shared and other.shared):
                other.fresh = other.fresh or fresh
        if wish or options:
            self._asked, self._offers = set(), []

    def _takes_back(self, reading: Reading, small: set[str], *, fresh: bool) -> bool:
        """ "Mejor no", "olvídalo", a wrong number: what was wished for falls. What is booked is only asked about."""
        off = "drop" in small and not reading.mentions and not reading.acts & {Act.CANNOT, Act.REQUEST, Act.CANCEL}
        if not (off or reading.acts & {Act.WRONG, Act.GIVE_UP}):
            return False
        if off and not self.open and self.just_booked and self.spoken:
            self.wishes.append(Wish(kind=Kind.CANCEL, candidates=(self.spoken,), sure_of_it=True, fresh=fresh))
            return True
        self.dropped = self.dropped or (fresh and off)
        for wish in self.open:
            wish.done = True
        return True

    # Booking

    def _book(self, reading: Reading, options: list[Option], small: set[str], *, more: bool) -> Wish | None:
        current = self.current
        if current and current.kind is not Kind.BOOK:
            current.done, current = True, None
        if more and (like := self._like(current)):
            wish = another(reading, like, self.lang)
            wish.like = like
            wish.waiting = current is not None and not (current.timed and current.title)
            self.wishes.append(wish)
            self._asked = set() if not wish.waiting else self._asked
            self._add(wish, reading, options, small)
            return wish
        if current is None:
            if small & {"opener", "person"} and not options:
                return None
            told = self.just_booked and not reading.asks and Act.CANCEL not in reading.acts
            if told and not options and speaks_of_another(reading, self.turn.live_events) and not reading.acts & STARTS:
                self.renames = True  # "perdón, era pedicure": nobody here can change a subject
                return None
            if not (options or reading.acts & STARTS) and any(named(e, reading) for e in self.turn.live_events):
                return None
            business = reading.acts & BUSINESS and not (options or Act.REQUEST in reading.acts)
            if business or not (options or speaks_of_one(reading, small)):
                return self._choose(None, reading)
        parts = several(reading, options) or together(reading, options, current)
        if parts:
            if current and not current.when.date:
                current.done = True
            for part in (p for p in parts if p.shared):
                name(part, reading, asked=False, guess=False)
            self.wishes += parts
            return parts[-1]
        if current is None or (current.timed and reading.acts & {Act.MORE, Act.NEXT}):
            current = Wish()
            self.wishes.append(current)
        for other in [w for w in self.open if w is not current and w.shared and current.shared]:
            self._add(other, reading, [o for o in options if not o.when.date], small)
        return self._add(current, reading, options, small)

    def _add(self, current: Wish, reading: Reading, options: list[Option], small: set[str]) -> Wish | None:
        """What a message adds to a wish; None when that is nothing."""
        before = current.state()
        if options or reading.acts & STARTS:
            asked = reading.asks and not reading.acts & {Act.REQUEST, Act.WANT}
            asked = asked or ("inquire" in small and Act.REQUEST not in reading.acts)
            current.only_asked = asked and (current.only_asked or current.when == When())
        fill(current, reading, options)
        name(current, reading, asked=Act.ASK_TITLE in self._asked, guess=not (small or self._odd_moment(reading)))
        chosen = self._choose(current, reading)
        if Act.HEDGE in reading.acts:
            current.only_asked = True
        return current if before != current.state() or chosen or reading.acts & STARTS else None

    def _like(self, current: Wish | None) -> Wish | None:
        """What "otra" is another of."""
        if current:
            return current
        live = self.turn.live_events
        event = self.spoken or (live[-1] if live else None)
        return Wish(when=moment_of(event, self.turn.zone), title=event.title) if event else None

    def _odd_moment(self, reading: Reading) -> bool:
        """Whether it has words for a date or an hour that is none: "el 31 de noviembre", "a las 27"."""
        words = [w.text for w in reading.words]
        like = not any(m.when.date for m in reading.mentions) and bool(_MONTHS[self.lang] & set(words))
        if self._asked & {Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_TIME} and not reading.mentions and reading.is_short:
            pairs = itertools.pairwise(words)
            like = like or any(a in _BEFORE_NUMBER and b[:1].isdigit() for a, b in pairs)
        self.odd = like
        return like

    def _choose(self, wish: Wish | None, reading: Reading) -> Wish | None:
        """An answer to what was offered or asked last: "sí", "la segunda", "no"."""
        pick = reading.choice
        if pick and self._offers and -1 <= pick <= len(self._offers):
            return self._take(wish, self._offers[pick - 1 if pick > 0 else -1])
        vague = any(m.when.shift and m.when.shift.vague for m in reading.mentions)
        if reading.mentions and not vague:
            return None
        if Act.ACCEPT in reading.acts and Act.REFUSE not in reading.acts:
            if len(self._offers) == 1:
                return self._take(wish, self._offers[0])
            if wish and wish.only_asked and wish.timed:
                wish.only_asked = False
                return wish
        if wish and self._offers and (Act.CANNOT in reading.acts or vague):
            wish.declined = True
            return wish
        if wish and Act.REFUSE in reading.acts and reading.is_short:
            if self._offers:
                wish.declined = True
                return wish
            wish.done = wish.only_asked or bool(self._asked & {Act.CONFIRM, Act.REQUEST})
        return None

    def _take(self, wish: Wish | None, offer: When) -> Wish:
        if wish is None:
            wish = Wish()
            self.wishes.append(wish)
        wish.propose(offer)
        wish.only_asked = False
        return wish

    def _affirms(self, reading: Reading, options: list[Option]) -> bool:
        """Whether it only names a moment at which an event stands already: "entonces el viernes a las 10"."""
        if self.current or not options or reading.acts & {Act.REQUEST, Act.WANT, Act.MORE}:
            return False
        live = self.turn.live_events
        return not speaks_of_another(reading, self.turn.live_events) and all(
            any(stands_at(e, o.when, self.turn.zone) for e in live) and o.when.complete for o in options
        )

    # Moving and cancelling

    def _is_move(self, reading: Reading, options: list[Option], *, more: bool) -> bool:
        """Whether it speaks of an event that stands, not of the wish being made."""
        if not self.turn.live_events or self.current or more:
            return False
        acts = reading.acts
        if Act.MOVE in acts:
            other = speaks_of_another(reading, self.turn.live_events) and not description(reading)
            return bool(options) or not (other and self.just_booked)
        if acts & {Act.REQUEST, Act.WANT, Act.MORE, Act.ANEW} or acts & BUSINESS:
            return False
        if acts & {Act.CANNOT, Act.REFUSE} and (options or any(m.use is Use.REFUSE for m in reading.mentions)):
            return True
        shifts = any(m.when.shift for m in reading.mentions)
        partial = bool(options) and all(not o.when.complete for o in options)
        return self.spoken is not None and (
            shifts or (partial and not speaks_of_another(reading, self.turn.live_events))
        )

    def _move(self, reading: Reading, options: list[Option], *, rather: bool) -> Wish:
        """It is asked about first when it may mean something else: an hour alone, said later in the talk."""
        shifts = any(m.when.shift for m in reading.mentions)
        meant = reading.acts & _MOVES or (self.just_booked and (shifts or rather or not reading.asks))
        wish = Wish(kind=Kind.MOVE, only_asked=not meant)
        self.wishes.append(wish)
        source = source_of(options, self.turn.live_events, self.turn.zone)
        self._aim(wish, aim(self.turn.live_events, reading, [source] if source else refused(reading), self.turn.zone))
        self._move_to(wish, reading, [o for o in options if o is not source])
        return wish

    def _move_to(self, wish: Wish, reading: Reading, options: list[Option]) -> None:
        wish.refused = moment_of(wish.target, self.turn.zone) if wish.target else None
        if wish.target is not None and any(m.when.shift or m.when.duration for m in reading.mentions):
            options = proposals(reading, 0, moment_of(wish.target, self.turn.zone)) or options
        fill(wish, reading, [not_today(o, reading) for o in options])
        if wish.target is not None:
            stands = moment_of(wish.target, self.turn.zone)
            wish.when = in_half(wish.when, stands)
            if day := day_in_week(reading, stands):
                wish.propose(When(date=day))
                wish.only_asked = not any(m.when.shift for m in reading.mentions)

    def _cancel(self, reading: Reading, options: list[Option]) -> Wish | None:
        live = self.turn.live_events
        shifts = {m.start for m in reading.mentions if m.when.shift}
        aimed = aim(live, reading, [o for o in options if o.start not in shifts], self.turn.zone)
        every = self._means_all(reading, live) or aimed.each
        current = self.current
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
        if wish.target and reading.asks and {"se", "puede"} <= {w.text for w in reading.words}:
            wish.candidates, wish.target, wish.sure_of_it = (wish.target,), None, True  # a rule, or a wish?
        return wish

    def _continue(self, wish: Wish, reading: Reading, options: list[Option]) -> Wish | None:
        """An answer to "which one?", "that one?" or "when, then?"; None when it is none."""
        if Act.REFUSE in reading.acts and not options and reading.is_short:
            wish.done = True
            return None
        if wish.target is None:
            wish.every = wish.kind is Kind.CANCEL and self._means_all(reading, wish.candidates)
            pick = reading.choice
            agreed = len(wish.candidates) == 1 and Act.ACCEPT in reading.acts and not reading.asks
            if agreed or (pick and -1 <= pick <= len(wish.candidates)):
                wish.target = wish.candidates[0 if agreed or not pick else pick - 1 if pick > 0 else -1]
                return wish
            found = aim(wish.candidates, reading, options[:1], self.turn.zone)
            wish.candidates = found.events or wish.candidates
            if len(found.events) == 1 and found.sure:
                wish.target, options = found.events[0], options[1:]
            elif not (wish.every or found.events):
                return wish if Act.MOVE in reading.acts or options else None
        elif wish.kind is Kind.MOVE and self._choose(wish, reading):
            return wish
        elif wish.only_asked and wish.timed and reading.mentions and all(is_same(m.when) for m in reading.mentions):
            wish.only_asked = False  # "el mismo día a la misma hora", of the week that was asked about
            return wish
        elif not (options or reading.mentions or Act.MOVE in reading.acts):
            return None
        if wish.kind is Kind.MOVE:
            self._move_to(wish, reading, options)
        return wish

    def _aim(self, wish: Wish, aimed: Aim) -> None:
        """The event that is meant, if that is sure: "it" is the one last spoken of, else the only one there is."""
        live = self.turn.live_events
        found = aimed.events
        it = len(live) == 1 or (aimed.it and self._since <= _STALE)
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

    def _talked_of(self) -> When:
        """The moment that "una hora más tarde" is counted from."""
        for wish in reversed(self.open):
            if wish.target:
                return moment_of(wish.target, self.turn.zone)
            if wish.when.complete or wish.refused:
                return wish.when.filled(wish.refused) if wish.refused else wish.when
        return moment_of(self.spoken, self.turn.zone) if self.spoken else When()
