"""What is known of a talk while its messages are gone through, and what an answer to us picks of it."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from app.agent.listening.aim import moment_of, named, speaks_of_another, stands_at
from app.agent.listening.hearing import agrees
from app.agent.listening.wish import Kind, Wish
from app.agent.turn import Turn
from app.agent.wording import Lang
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option
from app.extraction.rules.reading import Reading
from app.extraction.rules.when import When
from app.models import Event

_WISHES = frozenset({Act.MOVE, Act.CANCEL, Act.REQUEST, Act.WANT, Act.CANNOT, Act.REFUSE, Act.MORE})
BUSINESS = frozenset({Act.HOURS, Act.PRICE, Act.QUERY, Act.INFO})


class State:
    """The state of a conversation after its messages.

    wishes   all that were spoken of, the oldest first; `open` are those that are not done with
    spoken   the event that "it" means: the one last booked, moved or named by the business
    heard    the acts of the messages that are to be answered, `small` the small talk in them, `words` how many words
             they have, `asks` whether they ask anything
    listed   they ask what is booked; `affirmed`: they speak of an event as it stands; `odd`: the last of them gives a
             date that does not exist; `blank`: there is no text in it; `dropped`: a wish is taken back
    kept     they want nothing changed; `renames`: they say what only a person can see to; `unread`: they name a moment
             that was not made use of; `wordless`: there is nothing but an emoji in them
    wants_person  they ask for a person instead of the agent
    called_off  events that somebody of the business has said to be cancelled; the batch has not read it yet
    just_booked  the business's last message before them booked or changed something; `just_moved`: it moved it
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
        self.wants_person = self._reminded = self.just_moved = False
        self._since = 0
        self._numbered = False  # whether the business's last message was a list
        self.fresh = False  # whether the message being heard is to be answered
        self._named: When | None = None  # the last moment in the pieces of that message before this one
        self._heard: UUID | None = None  # the message being heard
        self._called_off_here: Wish | None = None  # the cancellation that the message being heard has asked for
        self.called_off: frozenset[UUID] = frozenset()
        self._gone: Event | None = None  # the event that the business has just called off
        self._odd_month = 0
        self._beside: dt.date | None = None  # the day that a bare one in the message is counted from
        self._told: list[tuple[When, str]] = []  # where we said that something stands, with the words around it

    @property
    def now(self) -> dt.datetime:
        """Local."""
        return self.turn.now.astimezone(self.turn.zone)

    def _inherit(self) -> None:
        """ "Y otra para mi hija", said before the day was known: it is the day of the one before."""
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

    def _choose(self, wish: Wish | None, reading: Reading) -> Wish | None:
        """An answer to what was offered or asked last: "sí", "la segunda", "no"."""
        pick = reading.choice
        if pick and self._offers and -1 <= pick <= len(self._offers):
            return self._take(wish, self._offers[pick - 1 if pick > 0 else -1])
        vague = any(m.when.shift and m.when.shift.vague for m in reading.mentions)
        if reading.mentions and not vague:
            return None
        if agrees(reading):
            if len(self._offers) == 1:
                return self._take(wish, self._offers[0])
            if wish and wish.timed and (wish.only_asked or wish.kind is Kind.MOVE or wish.title):
                wish.only_asked = False  # what is plain and still open was asked about: "¿sería el jueves?"
                return wish
        asked = wish and wish.only_asked and Act.REFUSE not in reading.acts
        if wish and (self._offers or asked) and (Act.CANNOT in reading.acts or vague):
            wish.declined = True
            return wish
        if wish and Act.REFUSE in reading.acts and reading.is_short:
            if self._offers:
                wish.declined = True
                return wish
            if wish.declined and len(reading.words) > 2:
                return wish  # "no, that's too late"
            wish.done = wish.only_asked or bool(self._asked & {Act.CONFIRM, Act.REQUEST})
        return None

    def _take(self, wish: Wish | None, offer: When) -> Wish:
        if wish is None:
            wish = Wish()
            self.wishes.append(wish)
        wish.propose(offer)
        wish.only_asked = False
        return wish

    def _talked_of(self) -> When:
        """The moment that "una hora más tarde" is counted from."""
        for wish in reversed(self.open):
            if wish.target:
                return moment_of(wish.target, self.turn.zone)
            if wish.when.complete or wish.refused:
                return wish.when.filled(wish.refused) if wish.refused else wish.when
        return moment_of(self.spoken, self.turn.zone) if self.spoken else When()

    @property
    def _standing(self) -> list[Event]:
        """The events without what the very message being heard has made: that did not stand yet when it was said."""
        return [e for e in self.turn.live_events if self._heard not in e.evidence_message_ids]

    def _asks_of_it(self, reading: Reading, options: Sequence[Option]) -> bool:
        """ "Is the manicure still at ten?": a question that names one of them, and its moment as it stands."""
        meant = [e for e in self._standing if named(e, reading)]
        if len(meant) != 1 or not reading.asks or not options or reading.acts & _WISHES:
            return False
        return all(stands_at(meant[0], o.when, self.turn.zone) for o in options)

    def _affirms(self, reading: Reading, options: Sequence[Option]) -> bool:
        """Whether it only names a moment at which an event stands already: "entonces el viernes a las 10", "ahí estaré
        el lunes"."""
        if self.current or not options or reading.acts & {Act.REQUEST, Act.WANT, Act.MORE}:
            return False
        live = self._standing
        leaves = Act.SEE_YOU in reading.acts and not reading.asks
        return not speaks_of_another(reading, live) and all(
            any(stands_at(e, o.when, self.turn.zone) for e in live) and (o.when.complete or leaves) for o in options
        )
