"""What a message of the customer does: ask, take back, move, cancel, book, or say that all stays as it is."""

import datetime as dt
from dataclasses import replace

from app.agent.listening.aim import description, named
from app.agent.listening.another import alike, asks_another
from app.agent.listening.bare_days import carry_month, count_in_month
from app.agent.listening.booking import acts_at, as_offered
from app.agent.listening.bookings import Bookings
from app.agent.listening.changes import MOVES, STALE
from app.agent.listening.choosing import Choices
from app.agent.listening.hearing import (
    SMALL_TALK,
    asks_for_person,
    at_table,
    is_order,
    is_polite,
    moves_what_stands,
    retracts,
    unsaid,
)
from app.agent.listening.lengths import length_asked
from app.agent.listening.our_side import OurSide
from app.agent.listening.regrets import Regrets
from app.agent.listening.renaming import Renames
from app.agent.listening.topics import adds_service
from app.agent.listening.wish import Kind, Wish
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option, proposals
from app.extraction.rules.reading import Reading
from app.extraction.rules.relating import after_the_last

_AGREES = frozenset({Act.ACCEPT, Act.CONFIRM, Act.KEEP})


class TheirSide(Bookings, Choices, Regrets, Renames, OurSide):
    """A message of the customer, by what it says first: most kinds end it, the last is a wish."""

    def _customer(self, reading: Reading, *, fresh: bool, more: bool = False) -> None:
        """`more`: it is a further piece of a message that holds several orders."""
        self.fresh = fresh
        small = self._small_talk(reading)
        # Asked for a subject, "hablar con un asesor" is one.
        if fresh and Act.ASK_TITLE not in self._asked and asks_for_person(reading, self.lang):
            self.wants_person = True
            return
        self._close_what_stands(reading)
        options = self._moments(reading, more=more)
        if fresh:
            self._note(reading, small)
        if retracts(reading):
            options, small = [], small | {"keep"}
        options = [o for o in options if not unsaid(reading, o)]
        if self._declines(reading, fresh=fresh):
            return
        before, current = len(self.wishes), self.current
        if self._asks_what_stands(reading, options, small):
            self.listed = self.listed or fresh
            return
        if not more and self._rename(reading, options, fresh=fresh):
            return
        if self._revives(reading, small, fresh=fresh) or self._takes_back(reading, small, fresh=fresh):
            return
        more = more or self._is_one_more(current, reading, options)
        _weigh_cancelling(reading, small)
        if not options and self._changes_nothing(reading, small):
            return
        if self._moves_what_is_not_there(reading):
            return
        if "late" in small and not reading.asks:
            self.renames = self.renames or fresh
            return
        self._take_up(current, reading, options, small, before=before, more=more)

    def _small_talk(self, reading: Reading) -> set[str]:
        small = {hit.tag for hit in SMALL_TALK[self.lang].find(reading.words)}
        if "restore" in small or (Act.CANCEL in reading.acts and self._gone and not is_order(reading, Act.CANCEL)):
            small.add("keep")
        return small

    def _close_what_stands(self, reading: Reading) -> None:
        """Booked already, though our answer has not reached them: "muévela" means that event, not the wish."""
        changes = self.fresh and reading.acts & {Act.MOVE, Act.CANCEL}
        if changes and self._stands(wished := self.current) and wished.title:
            wished.done = True

    def _moments(self, reading: Reading, *, more: bool) -> list[Option]:
        """What it proposes, counted from what the talk is of."""
        options = proposals(reading, 0, self._talked_of())
        if more and self._named and options and reading.mentions:
            options[0] = replace(
                options[0], when=after_the_last(options[0].when, self._named, reading.mentions[0].when)
            )
        self._named = options[-1].when if options else self._named
        self._beside = self._day_beside(reading)
        if self._beside is not None:
            options = count_in_month(reading, options, self._beside, self.turn.today)
        elif not reading.acts & {Act.MOVE, Act.CANCEL}:
            options = carry_month(reading, options, self.turn.today)
        told = self.current.title if self.current else self.spoken.title if self.spoken else None
        options = as_offered(at_table(options, reading, told or ""), reading, self._offers)
        polite = reading.asks or Act.ASK_FREE in reading.acts or is_polite(reading)
        if polite and any(o.when.complete for o in options):
            reading.acts.discard(Act.HEDGE)  # "maybe Thursday around nine, would that work?"
        return options

    def _note(self, reading: Reading, small: set[str]) -> None:
        """Keep of a message to be answered what the answer looks at."""
        self.heard |= reading.acts
        self.unread = bool(reading.mentions)
        self.small |= small
        self.words += sum(not w.is_mark for w in reading.words)
        self.asks = self.asks or reading.asks or "inquire" in small
        self.blank = not reading.text.strip()
        self.wordless = not self.blank and all(w.is_mark for w in reading.words) and "?" not in reading.text
        self.dropped = False

    def _asks_what_stands(self, reading: Reading, options: list[Option], small: set[str]) -> bool:
        """ "¿Qué citas tengo?", "is the manicure still at ten?"."""
        if "must" in small:
            small.discard("list")  # "what do I have to bring?"
        if "left" in small:
            small.add("list" if self.turn.live_events or self._gone else "free")
        if "show" in small:
            return True
        asks_list = "list" in small and reading.asks and not options
        lists = small & {"list", "confirm"} and (asks_list or not self.current)
        if lists and not reading.acts & {Act.CANCEL, Act.MOVE}:
            return True
        return self._asks_of_it(reading, options)

    def _is_one_more(self, current: Wish | None, reading: Reading, options: list[Option]) -> bool:
        """Whether it is besides what was talked of: "y otra para mi hija"."""
        known = current.title if current and current.timed else self.spoken.title if self.spoken else None
        if asks_another(reading, self.lang) or adds_service(reading, known=known):
            return True
        return current is None and self.spoken is not None and alike(reading) and bool(options)

    def _changes_nothing(self, reading: Reading, small: set[str]) -> bool:
        """Without a moment: "déjala así", "llego tarde", "seremos cinco"."""
        acts, fresh = reading.acts, self.fresh
        if not small & {"keep", "query", "late", "party"}:
            return False
        if acts & MOVES and not small & {"late", "party", "keep"}:
            return False
        self.kept = self.kept or (fresh and "keep" in small)
        self.renames = self.renames or (fresh and bool(small & {"late", "party"}))
        if "keep" in small:
            # "No, déjala así": the no is to what we have just done.
            self._keep(fresh=fresh, back="restore" in small or Act.REFUSE in acts)
        return True

    def _moves_what_is_not_there(self, reading: Reading) -> bool:
        """ "Mueve mi cita al lunes", "cambia la manicure al sábado", and there is none."""
        if self.turn.live_events or self.open:
            return False
        if moves_what_stands(reading):
            return True
        anew = reading.acts & {Act.REQUEST, Act.WANT}
        return not anew and Act.MOVE in reading.acts and bool(description(reading))

    def _take_up(
        self,
        current: Wish | None,
        reading: Reading,
        options: list[Option],
        small: set[str],
        *,
        before: int,
        more: bool,
    ) -> None:
        """Cancel, go on with the current wish, move or book; `before` is how many wishes there were."""
        acts = reading.acts
        wish: Wish | None
        if length := length_asked(reading) if self.turn.live_events or current else None:
            wish = self._lengthen(reading, options, length)
        elif Act.CANCEL in acts:
            wish = self._cancel(reading, [o for o in options if Act.CANCEL in acts_at(o, reading)])
        elif current and current.kind is not Kind.BOOK and not (more or self._orders_anew(reading)):
            wish = self._continue(current, reading, options)
            self._give_length(wish)
        elif self._is_move(reading, options, more=more):
            wish = self._move_all(reading, options) or self._move(reading, options, rather="rather" in small)
        elif self._affirms(reading, options) or (acts & _AGREES and not reading.asks and self._is_of_that_day(reading)):
            self.affirmed = self.affirmed or self.fresh
            return
        else:
            wish = self._book(reading, options, small, more=more)
        if self.fresh and wish is None and not (options or acts or small or reading.asks):
            self.renames = self.renames or any(named(e, reading) for e in self.turn.live_events)  # "sácame el tarot"
        self._refresh(wish, before)
        if wish or options:
            self._asked, self._offers = set(), []

    def _orders_anew(self, reading: Reading) -> bool:
        return bool(reading.acts & {Act.REQUEST, Act.WANT}) or self._calls_off_one_and_moves(reading)

    def _refresh(self, wish: Wish | None, before: int) -> None:
        """What the message is about is to be answered: its wish, those it added, and what shares a day with it."""
        for n, other in enumerate(self.wishes):
            if other is wish or n >= before or (wish and wish.shared and other.shared):
                other.fresh = other.fresh or self.fresh

    def _day_beside(self, reading: Reading) -> dt.date | None:
        """The day that a bare one is counted from: that of the wish being changed, or of what it is one more of."""
        current, acts = self.current, reading.acts
        if Act.MORE in acts or asks_another(reading, self.lang):
            if current is None and self.spoken and self._since <= STALE and not acts & {Act.MOVE, Act.CANCEL}:
                return self.spoken.start.astimezone(self.turn.zone).date()
            return current.when.date.value if current and current.when.date and not current.problem else None
        anew = acts & {Act.REQUEST, Act.WANT} and Act.MOVE not in acts
        if not current or anew or current.problem or current.kind is not Kind.BOOK:
            return None
        if not current.when.date:  # "el 31 de junio" … "el 30"
            today, month = self.turn.today, self._odd_month
            return dt.date(today.year + (month < today.month), month, 28) if month else None
        offered = {o.date.value for o in self._offers if o.date}
        if any(m.when.date in offered for m in reading.mentions):
            return None
        return current.when.date.value


def _weigh_cancelling(reading: Reading, small: set[str]) -> None:
    """What is no order to cancel is the wish to keep it, or a question about it."""
    if Act.CANCEL in reading.acts and not is_order(reading, Act.CANCEL):
        reading.acts.discard(Act.CANCEL)
        small.add("query" if reading.asks else "keep")
