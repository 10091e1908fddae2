"""Listening: a turn's messages in order, and the wishes that stand at their end.

Each message is understood by `extraction.rules`; here it is decided what it means in a talk in which the other side is
this agent: what was asked, which wish a day or an hour belongs to, what is done with.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from app.agent.evidence import fold
from app.agent.lang import TABLES
from app.agent.phrases import Problem
from app.agent.turn import Turn
from app.agent.wish import Kind, Wish
from app.agent.wording import Lang
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option, proposals
from app.extraction.rules.places import STATED, places
from app.extraction.rules.plan import Slot, When
from app.extraction.rules.reading import Reading, Use, read
from app.extraction.rules.subjects import label_before, subjects
from app.extraction.rules.words import Phrases
from app.models import Event, Message, Role

_ASKS = frozenset({Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_TIME, Act.ASK_TITLE, Act.CONFIRM, Act.REQUEST, Act.CANCEL, Act.MOVE})
_STARTS = frozenset({Act.REQUEST, Act.WANT, Act.ASK_FREE})
_BUSINESS = frozenset({Act.HOURS, Act.PRICE, Act.QUERY, Act.INFO})
_SMALL_TALK = {lang: Phrases(table.phrases) for lang, table in TABLES.items()}


class Talk:
    """The state of a conversation after its messages.

    wishes   all that were spoken of, the oldest first; those that are `done` are kept out of `open`
    spoken   the event that "it" means: the one last booked, moved or named by the business
    heard    acts of the messages that are to be answered, `small` the small talk in them
    """

    def __init__(self, turn: Turn, lang: Lang) -> None:
        self.turn, self.lang = turn, lang
        self.wishes: list[Wish] = []
        self.spoken: Event | None = None
        self.heard: set[Act] = set()
        self.small: set[str] = set()
        self.asks = self.empty = self.listed = False
        self._asked: set[Act] = set()
        self._offers: list[When] = []
        messages = turn.heard
        last = max((n for n, m in enumerate(messages) if m.role is Role.BOT), default=-1)
        for n, message in enumerate(messages):
            if message.role is Role.BOT:
                self._business(self._read(message), n)
            else:
                self._customer(self._read(message), n, fresh=n > last)

    @property
    def open(self) -> list[Wish]:
        return [w for w in self.wishes if not w.done]

    @property
    def current(self) -> Wish | None:
        return next(reversed(self.open), None)

    def _read(self, message: Message) -> Reading:
        current = self.current
        expect = None
        if message.role is Role.USER and current and self._asked & {Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_TIME}:
            expect = "time" if current.when.date or Act.ASK_DAY not in self._asked else "date"
        at = message.sent_at.astimezone(self.turn.zone)
        return read(message.body, at, lang=self.lang, expect=expect)

    def _business(self, reading: Reading, index: int) -> None:
        """Our own side: what it asked, offered, refused and did."""
        for wish in self.wishes:
            wish.fresh = False
        offers = [o.when for o in proposals(reading, index, self._anchor())]
        did = any(s.acts & {Act.CONFIRM, Act.CANCEL} and not s.asks for s in reading.segments)
        if did:
            for wish in self.open:
                wish.done = wish.kind is Kind.CANCEL or wish.timed and (not offers or any(wish.when.overlaps(o) for o in offers))
            self.spoken = next((e for o in offers for e in self.turn.live_events if self._fits(e, o)), self.spoken)
        elif Act.UNAVAILABLE in reading.acts and self.current:
            self.current.when = When(date=self.current.when.date, length=self.current.when.length)
        self._asked = {a for s in reading.segments if s.asks for a in s.acts & _ASKS}
        if not self.open:
            self._asked.discard(Act.ASK_TITLE)  # "how can I help?" asks for no subject
        self._offers = [] if did else [o for o in offers if not any(w.when.overlaps(o) and w.timed for w in self.open)]

    def _customer(self, reading: Reading, index: int, *, fresh: bool) -> None:
        small = {hit.tag for hit in _SMALL_TALK[self.lang].find(reading.words)}
        options = proposals(reading, index, self._anchor())
        if fresh:
            self.heard |= reading.acts
            self.small |= small
            self.asks = self.asks or reading.asks
            self.empty = not reading.text.strip()
        before = len(self.wishes)
        current = self.current
        if "list" in small and not reading.acts & {Act.CANCEL, Act.MOVE}:
            self.listed = self.listed or fresh
            return
        if Act.CANCEL in reading.acts:
            wish = self._cancel(reading, [o for o in options if o.mention and Act.CANCEL in o.mention.segment.acts] or options)
        elif current and current.kind is not Kind.BOOK and not reading.acts & {Act.REQUEST, Act.WANT}:
            wish = self._continue(current, reading, options)
        elif self._is_move(reading, options):
            wish = self._move(reading, options)
        else:
            wish = self._book(reading, options, index, small)
        for touched in [w for w in (wish, *self.wishes[before:]) if w]:
            touched.fresh = touched.fresh or fresh
        if wish or options:
            self._asked, self._offers = set(), []

    # Booking

    def _book(self, reading: Reading, options: list[Option], index: int, small: set[str]) -> Wish | None:
        current = self.current
        if current is None and not self._begins(reading, options, small):
            return self._choose(None, reading)
        several = self._several(reading, options)
        if several:
            if current and not current.when.date:
                current.done = True
            self.wishes += several
            return several[-1]
        starts_anew = current and current.timed and reading.acts & {Act.MORE, Act.NEXT}
        if current is None or starts_anew:
            current = Wish()
            self.wishes.append(current)
        before = (current.when, current.title, current.generic, current.only_asked, current.problem)
        if options or reading.acts & _STARTS:
            current.only_asked = reading.asks and not reading.acts & {Act.REQUEST, Act.WANT} and (
                current.only_asked or current.when == When()
            )
        self._fill(current, reading, options)
        self._name(current, reading, index, small)
        chosen = self._choose(current, reading)
        after = (current.when, current.title, current.generic, current.only_asked, current.problem)
        return current if before != after or chosen or reading.acts & _STARTS else None

    def _begins(self, reading: Reading, options: list[Option], small: set[str]) -> bool:
        if reading.acts & _BUSINESS and not reading.acts & {Act.REQUEST, Act.WANT}:
            return False
        if options or reading.acts & {Act.REQUEST, Act.WANT}:
            return True
        about = [c for c in subjects(reading, 0, answering=False) if c.weight >= 2]
        return bool(about) or (Act.ASK_FREE in reading.acts and "there" not in small and bool(about))

    def _fill(self, wish: Wish, reading: Reading, options: list[Option]) -> None:
        """The moments of a message into the wish's slots."""
        for mention in reading.mentions:
            when = mention.when
            if mention.use is Use.REFUSE and wish.when.date and when.date == wish.when.date.value:
                wish.when = When()
            if when.recurring and reading.acts & _STARTS:
                wish.problem = Problem.RECURRING
            if mention.use is Use.BOUND and when.date:
                wish.propose(When(date=Slot(when.date, 0, when.text)))
        if not options:
            return
        picked = self._picked(reading, options)
        if picked is None:
            wish.options = tuple(o.when for o in options)
            return
        wish.propose(picked.when)
        e = picked.mention.when if picked.mention else None
        if picked.when.conflict and e is not None:
            wish.problem, wish.day, wish.weekday = Problem.MISMATCH, e.date, e.weekday

    def _picked(self, reading: Reading, options: list[Option]) -> Option | None:
        """The one moment that is meant: the last, when the customer corrects; none, when the choice is left open."""
        if len({(o.when.date and o.when.date.value, o.when.time and o.when.time.value) for o in options}) == 1:
            return options[0]
        if any(o.joined for o in options) and not reading.acts & {Act.MOVE, Act.REFUSE, Act.CANNOT}:
            return None
        return options[-1]

    def _several(self, reading: Reading, options: list[Option]) -> list[Wish]:
        """Two appointments in one message: each moment has a name of its own."""
        dated = [o for o in options if o.when.date and o.when.time]
        if len(dated) < 2 or any(o.joined == "either" for o in options):
            return []
        floor, wishes = 0, []
        for option in dated:
            span = label_before(reading, option.start, floor)
            floor = option.end
            if span is None:
                return []
            title = reading.text[span[0] : span[1]]
            wishes.append(Wish(when=option.when, title=title, title_weight=1.0, only_asked=False))
        return wishes if len({fold(w.title or "") for w in wishes}) == len(wishes) else []

    def _name(self, wish: Wish, reading: Reading, index: int, small: set[str]) -> None:
        """Subject and place."""
        asked = Act.ASK_TITLE in self._asked
        bare = not (reading.acts or small or reading.mentions or reading.asks)
        found = sorted(subjects(reading, index, answering=asked or (bare and wish.title is None)), key=lambda c: -c.weight)
        for candidate in found:
            if self._is_generic(reading, candidate.text):
                wish.generic = wish.generic or candidate.text
            elif candidate.weight > wish.title_weight:
                wish.title, wish.title_weight = candidate.text, candidate.weight
        if asked and wish.title is None and reading.acts & {Act.REFUSE, Act.HEDGE, Act.ACCEPT}:
            wish.title = wish.generic
        best = next((p for p in places(reading, answering=False) if p.weight >= STATED), None)
        if best:
            wish.place = best.text

    def _choose(self, wish: Wish | None, reading: Reading) -> Wish | None:
        """"Sí", "la segunda", "no": an answer to what was offered or asked last."""
        pick = reading.choice
        if pick and self._offers and -1 <= pick <= len(self._offers):
            return self._take(wish, self._offers[pick - 1 if pick > 0 else -1])
        if reading.mentions:
            return None
        if Act.ACCEPT in reading.acts and Act.REFUSE not in reading.acts:
            if len(self._offers) == 1:
                return self._take(wish, self._offers[0])
            if wish and wish.only_asked and wish.timed:
                wish.only_asked = False
                return wish
        if wish and Act.REFUSE in reading.acts and (wish.only_asked or self._asked & {Act.CONFIRM, Act.REQUEST}):
            wish.done = True
            return None
        return None

    def _take(self, wish: Wish | None, offer: When) -> Wish:
        if wish is None:
            wish = Wish()
            self.wishes.append(wish)
        wish.propose(offer)
        wish.only_asked = False
        return wish

    # Moving and cancelling

    def _is_move(self, reading: Reading, options: list[Option]) -> bool:
        """Whether it speaks of an event that stands, not of the wish being made."""
        if not self.turn.live_events or (self.current and not self.current.done):
            return False
        acts = reading.acts
        if Act.MOVE in acts:
            return True
        if acts & {Act.REQUEST, Act.WANT, Act.MORE, Act.ANEW}:
            return False
        if acts & {Act.CANNOT, Act.REFUSE} and (options or any(m.use is Use.REFUSE for m in reading.mentions)):
            return True
        shifts = any(m.when.shift for m in reading.mentions)
        partial = bool(options) and all(not o.when.complete for o in options)
        return self.spoken is not None and not reading.asks and (shifts or partial)

    def _move(self, reading: Reading, options: list[Option]) -> Wish:
        wish = Wish(kind=Kind.MOVE)
        self.wishes.append(wish)
        source = self._source(reading, options)
        rest = [o for o in options if o is not source]
        self._aim(wish, reading, [source] if source else [])
        self._move_to(wish, reading, rest)
        return wish

    def _move_to(self, wish: Wish, reading: Reading, options: list[Option]) -> None:
        if wish.target is not None and any(m.when.shift for m in reading.mentions):
            start = wish.target.start.astimezone(self.turn.zone)
            options = proposals(reading, 0, start) or options
        self._fill(wish, reading, options)

    def _source(self, reading: Reading, options: list[Option]) -> Option | None:
        """The moment that says which event is meant, not where it shall go: "la cita del jueves"."""
        for option in options:
            on_it = any(option.when.date and self._fits(e, option.when) for e in self.turn.live_events)
            if on_it and (len(options) > 1 or option.when.time is None):
                return option
        return None

    def _cancel(self, reading: Reading, options: list[Option]) -> Wish | None:
        if not self.turn.live_events:
            for wish in self.open:
                wish.done = True
            return None
        wish = Wish(kind=Kind.CANCEL, every=self._means_all(reading))
        for older in self.open:
            older.done = older.kind is Kind.CANCEL
        self.wishes.append(wish)
        self._aim(wish, reading, options)
        return wish

    def _continue(self, wish: Wish, reading: Reading, options: list[Option]) -> Wish | None:
        """An answer to "which one?" or "when, then?"."""
        if wish.target is None:
            wish.every = wish.kind is Kind.CANCEL and self._means_all(reading)
            pick = reading.choice
            if pick and -1 <= pick <= len(wish.candidates):
                wish.target = wish.candidates[pick - 1 if pick > 0 else -1]
                return wish
            if Act.REFUSE in reading.acts and not options:
                wish.done = True
                return None
            source = options[:1]
            self._aim(wish, reading, source)
            options = options[1:] if wish.target else []
        elif Act.REFUSE in reading.acts and not options:
            wish.done = True
            return None
        elif wish.kind is Kind.MOVE and self._choose(wish, reading):
            return wish
        if wish.kind is Kind.MOVE:
            self._move_to(wish, reading, options)
        return wish

    def _aim(self, wish: Wish, reading: Reading, described: Sequence[Option | None]) -> None:
        """Which event is meant: by its moment, by words of its title, as "it", or as the only one."""
        live = self.turn.live_events
        by_time = [e for e in live if any(o and self._fits(e, o.when) for o in described)]
        by_name = [e for e in live if self._named(e, reading)]
        both = [e for e in by_time if e in by_name]
        found = both or by_time or by_name
        if not found and not described and self.spoken in live and self.spoken is not None:
            found = [self.spoken]
        found = found or list(live)
        if wish.every:
            found = list(live)
        wish.candidates = tuple(found)
        wish.target = found[0] if len(found) == 1 else None

    def _fits(self, event: Event, when: When) -> bool:
        start = event.start.astimezone(self.turn.zone)
        stands = When(date=Slot(start.date(), 0, ""), time=Slot(start.time().replace(tzinfo=None), 0, ""))
        return stands.overlaps(when)

    def _named(self, event: Event, reading: Reading) -> bool:
        said = {w.text for w in reading.words}
        return any(w in said for w in fold(event.title).split() if len(w) > 3 and not self._is_generic(reading, w))

    def _means_all(self, reading: Reading) -> bool:
        return Act.BOTH in reading.acts or any(h.tag == "all" for h in _SMALL_TALK[self.lang].find(reading.words))

    def _is_generic(self, reading: Reading, text: str) -> bool:
        lexicon = reading.lexicon
        words = set(fold(text).split()) - lexicon.articles_words - lexicon.joins_words
        return words <= lexicon.generic_words

    def _anchor(self) -> dt.datetime | None:
        """The moment that "una hora más tarde" is counted from."""
        for wish in reversed(self.open):
            moment = wish.moment(self.turn.zone)
            if moment:
                return moment
        return self.spoken.start.astimezone(self.turn.zone) if self.spoken else None
