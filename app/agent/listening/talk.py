"""Listening: a turn's messages in order, and the wishes that stand at their end.

Each message is understood by `extraction.rules`; here it is decided what it means in a talk in which the other side is
this agent: what was asked, which wish a day or an hour belongs to, what is done with.
"""

import datetime as dt
from dataclasses import replace

from app.agent.evidence import fold
from app.agent.language import shown_by
from app.agent.listening.aim import description, moment_of, named, names_service
from app.agent.listening.another import alike, asks_another
from app.agent.listening.bare_days import carry_month, count_in_month
from app.agent.listening.booking import acts_at, as_offered
from app.agent.listening.bookings import Bookings
from app.agent.listening.changes import MOVES, STALE
from app.agent.listening.choosing import Choices
from app.agent.listening.hearing import (
    SMALL_TALK,
    agrees,
    asks_for_person,
    at_table,
    hear_more,
    is_order,
    is_polite,
    moves_it,
    moves_what_stands,
    retracts,
    unsaid,
    weigh_moments,
    without_remarks,
)
from app.agent.listening.lengths import length_asked
from app.agent.listening.our_side import OurSide
from app.agent.listening.persons import for_several
from app.agent.listening.regrets import Regrets
from app.agent.listening.renaming import Renames
from app.agent.listening.spelling import plain
from app.agent.listening.topics import ADDS, adds_service, appointments, headed
from app.agent.listening.wish import Kind, Wish
from app.agent.mentions import BARE_HOUR
from app.agent.turn import Turn
from app.agent.wording import Lang
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import proposals
from app.extraction.rules.reading import Reading, read
from app.extraction.rules.relating import after_the_last
from app.extraction.rules.when import When
from app.models import Message, Role
from app.temporal import Expect

_LATER = dt.timedelta(hours=6)  # a talk taken up again: "it" has to be named where there are several

_AGREES = frozenset({Act.ACCEPT, Act.CONFIRM, Act.KEEP})


class Talk(Bookings, Choices, Regrets, Renames, OurSide):
    """The state of a conversation after its messages."""

    def __init__(self, turn: Turn, lang: Lang) -> None:
        super().__init__(turn, lang)
        messages = turn.heard
        last = max((n for n, m in enumerate(messages) if m.role is Role.BOT), default=-1)
        for n, message in enumerate(messages):
            if n and message.sent_at - messages[n - 1].sent_at > _LATER:
                self._since, self.just_booked = STALE + 1, False
            if message.role is Role.BOT:
                self._business(self._read(message))
                self._reminded = self._reminder(message)
            else:
                self._heard, self._named, self._called_off_here = message.id, None, None
                for part, more, ordered in self._parts(message):
                    reading = self._read(part)
                    reading.acts |= ordered
                    self._customer(reading, fresh=n > last, more=more)
                self._close_read(message)

        self._inherit()

    def _parts(self, message: Message) -> list[tuple[Message, bool, set[Act]]]:
        """ "Cancela la del jueves y agéndame una el sábado" is two orders, one after the other; so are two appointments
        with a day and a subject each, of which all but the first are one more, ordered by the same word."""
        reading = self._read(message)
        if beside := self._beside_a_yes(message, reading):
            first, then = (message.model_copy(update={"body": body}) for body in beside)
            return [(first, False, set()), *((part, True, {Act.REQUEST}) for part, _, _ in self._parts(then))]
        cancels = [h.first for h in reading.hits if h.tag is Act.CANCEL]
        books = [h.first for h in reading.hits if h.tag is Act.REQUEST and cancels and h.first > cancels[0] + 1]
        cut = reading.words[books[0]].start if books else self._other_order(reading, cancels)
        if not cut or not any(m.start > cut for m in reading.mentions):
            wish = self.current
            open_day = wish is not None and wish.kind is Kind.BOOK and bool(wish.when.date) and not wish.when.time
            pieces = appointments(
                reading, lambda text: self._read(message.model_copy(update={"body": text})), day_known=open_day
            )
            if len(pieces) == 1:
                pieces = for_several(reading, lambda text: self._read(message.model_copy(update={"body": text})))
            elif len(pieces) > 1:
                pieces = [headed(self._read(message.model_copy(update={"body": text}))) for text in pieces]
            ordered = reading.acts & {Act.REQUEST, Act.WANT} if len(pieces) > 1 else set()
            return [(message.model_copy(update={"body": text}), n > 0, ordered) for n, text in enumerate(pieces)]
        return [
            (message.model_copy(update={"body": body}), False, set())
            for body in (message.body[:cut], message.body[cut:])
        ]

    @staticmethod
    def _other_order(reading: Reading, cancels: list[int]) -> int:
        """Where another order begins: "anula la suya y la mía pásala a las 11"."""
        words = reading.words
        moves = [h.first for h in reading.hits if h.tag is Act.MOVE and cancels and h.first > cancels[0] + 1]
        moves = [n for n in moves if moves_it(words[n].text)]
        joins = [n for n, w in enumerate(words) if w.text in ADDS and moves and cancels[0] < n < moves[0]]
        return words[joins[-1]].start if joins else 0

    def _beside_a_yes(self, message: Message, reading: Reading) -> tuple[str, str] | None:
        """The yes to what we asked, and another appointment behind it: "sí, y también un tinte el sábado a las 10"."""
        wish = self.current
        if wish is None or wish.kind is not Kind.BOOK or not (wish.only_asked and wish.timed) or wish.declined:
            return None
        cut = next((w.start for w in reading.words[1:] if w.text in ADDS), 0)
        first = self._read(message.model_copy(update={"body": reading.text[:cut]}))
        then = self._read(message.model_copy(update={"body": reading.text[cut:]}))
        if not cut or not agrees(first) or first.asks or first.mentions or then.asks:
            return None
        if not any(m.when.date for m in then.mentions):
            return None
        known, labelled = fold(wish.title or ""), headed(then)
        other = names_service(then) and not set(known.split()) & {w.text for w in then.words}
        added = other or adds_service(then, known=known) or asks_another(then, self.lang)
        return (first.text, labelled) if added or labelled != then.text else None

    def _read(self, message: Message) -> Reading:
        current = self.current
        expect: Expect | None = None
        if message.role is Role.USER and current and self._asked & {Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_TIME}:
            expect = "time" if current.when.date or Act.ASK_DAY not in self._asked else "date"
        at = message.sent_at.astimezone(self.turn.zone)
        said = plain(message.body) if message.role is Role.USER else without_remarks(message.body)
        lang = shown_by(message.body) or self.lang
        reading = read(said, at, lang=lang, expect=expect)
        if message.role is Role.USER:
            hear_more(reading, lang)
        stands = current.when if current else moment_of(self.spoken, self.turn.zone) if self.spoken else When()
        if message.role is Role.USER:
            weigh_moments(reading, stands)
        corrects = Act.MOVE in reading.acts or (reading.is_short and (self.just_booked or bool(self._offers)))
        if corrects and not reading.mentions and expect is None and message.role is Role.USER:
            body = BARE_HOUR.sub(r"\1 at \2", said) if lang == "en" else said
            reading = read(body, at, lang=lang, expect="time")  # "mejor 11"
            hear_more(reading, lang)
        return reading

    def _customer(self, reading: Reading, *, fresh: bool, more: bool = False) -> None:
        self.fresh = fresh
        small = {hit.tag for hit in SMALL_TALK[self.lang].find(reading.words)}
        if "restore" in small or (Act.CANCEL in reading.acts and self._gone and not is_order(reading, Act.CANCEL)):
            small.add("keep")
        # Asked for a subject, "hablar con un asesor" is one.
        if fresh and Act.ASK_TITLE not in self._asked and asks_for_person(reading, self.lang):
            self.wants_person = True
            return
        # Booked already, though our answer has not reached them: "muévela" means that event, not the wish.
        if fresh and reading.acts & {Act.MOVE, Act.CANCEL} and self._stands(wished := self.current) and wished.title:
            wished.done = True
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
        if fresh:
            self.heard |= reading.acts
            self.unread = bool(reading.mentions)
            self.small |= small
            self.words += sum(not w.is_mark for w in reading.words)
            self.asks = self.asks or reading.asks or "inquire" in small
            self.blank = not reading.text.strip()
            self.wordless = not self.blank and all(w.is_mark for w in reading.words) and "?" not in reading.text
            self.dropped = False
        if retracts(reading):
            options, small = [], small | {"keep"}
        options = [o for o in options if not unsaid(reading, o)]
        if self._declines(reading, fresh=fresh):
            return
        before = len(self.wishes)
        current, acts = self.current, reading.acts
        if "must" in small:
            small.discard("list")  # "what do I have to bring?"
        if "left" in small:
            small.add("list" if self.turn.live_events or self._gone else "free")
        if "show" in small:
            self.listed = self.listed or fresh
            return
        asks_list = "list" in small and reading.asks and not options
        if small & {"list", "confirm"} and (asks_list or not current) and not acts & {Act.CANCEL, Act.MOVE}:
            self.listed = self.listed or fresh
            return
        if self._asks_of_it(reading, options):
            self.listed = self.listed or fresh
            return
        if not more and self._rename(reading, options, fresh=fresh):
            return
        if self._revives(reading, small, fresh=fresh) or self._takes_back(reading, small, fresh=fresh):
            return
        known = current.title if current and current.timed else self.spoken.title if self.spoken else None
        more = more or asks_another(reading, self.lang) or adds_service(reading, known=known)
        more = more or (current is None and self.spoken is not None and alike(reading) and bool(options))
        if Act.CANCEL in acts and not is_order(reading, Act.CANCEL):
            acts.discard(Act.CANCEL)
            small.add("keep" if not reading.asks else "query")
        if not options and small & {"keep", "query", "late", "party"}:
            if not acts & MOVES or small & {"late", "party", "keep"}:
                self.kept = self.kept or (fresh and "keep" in small)
                self.renames = self.renames or (fresh and bool(small & {"late", "party"}))
                if "keep" in small:
                    # "No, déjala así": the no is to what we have just done.
                    self._keep(fresh=fresh, back="restore" in small or Act.REFUSE in acts)
                return
        if not (self.turn.live_events or self.open) and moves_what_stands(reading):
            return  # "mueve mi cita al lunes", and there is none
        absent = not (self.turn.live_events or self.open or acts & {Act.REQUEST, Act.WANT})
        if absent and Act.MOVE in acts and description(reading):
            return  # "cambia la manicure al sábado", and there is none
        if "late" in small and not reading.asks:
            self.renames = self.renames or fresh
            return
        wish: Wish | None
        if length := length_asked(reading) if self.turn.live_events or current else None:
            wish = self._lengthen(reading, options, length)
        elif Act.CANCEL in acts:
            wish = self._cancel(reading, [o for o in options if Act.CANCEL in acts_at(o, reading)])
        elif (
            current
            and current.kind is not Kind.BOOK
            and not (more or acts & {Act.REQUEST, Act.WANT} or self._calls_off_one_and_moves(reading))
        ):
            wish = self._continue(current, reading, options)
            self._give_length(wish)
        elif self._is_move(reading, options, more=more):
            wish = self._move_all(reading, options) or self._move(reading, options, rather="rather" in small)
        elif self._affirms(reading, options) or (acts & _AGREES and not reading.asks and self._is_of_that_day(reading)):
            self.affirmed = self.affirmed or fresh
            return
        else:
            wish = self._book(reading, options, small, more=more)
        if fresh and wish is None and not (options or acts or small or reading.asks):
            self.renames = self.renames or any(named(e, reading) for e in self.turn.live_events)  # "sácame el tarot"
        for n, other in enumerate(self.wishes):
            if other is wish or n >= before or (wish and wish.shared and other.shared):
                other.fresh = other.fresh or fresh
        if wish or options:
            self._asked, self._offers = set(), []

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
