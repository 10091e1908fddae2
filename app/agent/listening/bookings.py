"""What a message adds to the appointments that are wished for."""

import itertools
from dataclasses import replace

from app.agent.evidence import fold
from app.agent.listening.aim import moment_of, named, names_service, speaks_of_another
from app.agent.listening.another import alike, another
from app.agent.listening.booking import begins, begins_at_all, fill, several, speaks_of_one, together
from app.agent.listening.hearing import orders_move
from app.agent.listening.lengths import length_wished
from app.agent.listening.naming import STARTS, name, without_second
from app.agent.listening.persons import MINE, THEIRS, for_each, whose, without_people
from app.agent.listening.sources import in_its_week
from app.agent.listening.state import BUSINESS, State
from app.agent.listening.topics import adds_service, has_own
from app.agent.listening.wish import Kind, Wish
from app.agent.wording import MONTHS
from app.extraction.rules.acts import Act
from app.extraction.rules.offers import Option
from app.extraction.rules.reading import Reading
from app.extraction.rules.when import Slot, When

_MONTHS = {lang: frozenset(fold(month) for month in months) for lang, months in MONTHS.items()}
_DAY_WORDS, _HOUR_WORDS = frozenset("dia fecha day date".split()), frozenset("hora horario time hour".split())
_BEFORE_NUMBER = frozenset({"el", "las", "dia", "the", "at"})


class Bookings(State):
    """Booking wishes: begun, filled, named, answered."""

    def _book(self, reading: Reading, options: list[Option], small: set[str], *, more: bool) -> Wish | None:
        current = self.current
        if current and current.kind is not Kind.BOOK:
            before, current = current, None
            ready = before.target or before.every if before.kind is Kind.CANCEL else before.target and before.timed
            before.done = not (before.fresh and ready)
            if before.fresh and before.kind is Kind.CANCEL and before.target and not has_own(reading, None):
                # "Cancela la del jueves y agéndame una el sábado": the same, on another day.
                current = Wish(title=before.target.title)
                self.wishes.append(current)
        if options and (wish := self._of_person(reading)) is not None:
            added = self._add(wish, reading, options, small)
            if wish.like and not wish.when.date:
                wish.when = wish.when.filled(When(date=wish.like.when.date))  # "… y la de él a las 10"
            return added
        if current and not (options or more) and Act.MOVE in reading.acts and orders_move(reading):
            return self._anew(current, reading)
        if more and (like := self._like(current)):
            wish = another(reading, like, self.lang)
            wish.like = like
            if adds_service(reading, known=like.title) and not wish.when.date and like.when.date:
                wish.when = When(date=like.when.date)
            if alike(reading) and like.when.time and any(o.when.date for o in options):
                wish.when = When(date=wish.when.date, time=like.when.time, end=like.when.end)  # "y el 29 también"
            wish.waiting = current is not None and not (current.timed and current.title)
            self.wishes.append(wish)
            wish.only_asked = bool(options) and reading.asks  # as a first wish begins
            self._asked = set() if not wish.waiting else self._asked
            self._add(wish, reading, options, small)
            if like is current and wish.title and like.title:
                like.title = without_second(like.title, wish.title)
            return wish
        if current is None:
            if small & {"opener", "person"} and not options:
                return None
            if reading.acts & {Act.ASK_FREE} and not (
                options or begins(reading, options, small) or names_service(reading)
            ):
                return None  # "do you have a changing room?"
            if "inquire" in small and not options and not begins_at_all(reading):
                return None  # "quería saber si hacen presupuestos"
            live = self.turn.live_events
            aside = live and not reading.asks and not reading.acts & STARTS and len(reading.words) > 3
            if aside and speaks_of_another(reading, live) and not names_service(reading) and not self._offers:
                if all(not o.when.complete for o in options):
                    return None  # "es mi cumpleaños el viernes"
            told = self.just_booked and not reading.asks and Act.CANCEL not in reading.acts
            if told and not options and speaks_of_another(reading, self.turn.live_events) and not reading.acts & STARTS:
                self.renames = self.fresh  # "perdón, era pedicure": nobody here can change a subject
                return None
            if not (options or reading.acts & STARTS) and any(named(e, reading) for e in self.turn.live_events):
                return None
            business = reading.acts & BUSINESS and not (options or Act.REQUEST in reading.acts)
            if business or not (options or speaks_of_one(reading, small)):
                return self._choose(None, reading)
        if len(self.open) > 1 and current and (wish := self._of_its_weekday(options)) is not None:
            current = wish
        parts = for_each(reading, options) or several(reading, options) or together(reading, options, current)
        if parts:
            if current and not current.when.date:
                current.done = True
            people = {part.person for part in parts if part.person}
            for part in (p for p in parts if p.shared):
                person = part.person
                name(part, reading, asked=False, guess=False)
                part.person = person
                part.title = without_people(part.title, people) if part.title and people else part.title
            self.wishes += parts
            return parts[-1]
        if current is None or (current.timed and reading.acts & {Act.MORE, Act.NEXT}):
            # Right after it was called off: "mejor el lunes a las 9" is the same, on another day.
            again = self._gone is not None and options and not has_own(reading, None)
            current = Wish(title=self._gone.title) if self._gone and again else Wish()
            self.wishes.append(current)
        for other in [w for w in self.open if w is not current and w.shared and current.shared]:
            self._add(other, reading, [o for o in options if not o.when.date], small)
        return self._add(current, reading, options, small)

    def _of_its_weekday(self, options: list[Option]) -> Wish | None:
        """Of several wishes that of the weekday that is named: "el del miércoles a las 10" is of its week."""
        slot = options[0].when.date if len(options) == 1 else None
        if slot is None or not slot.bare:
            return None
        days = [(w, w.when.date) for w in self.open if w.kind is Kind.BOOK]
        meant = [(w, d) for w, d in days if d is not None and d.value.weekday() == slot.value.weekday()]
        if len(meant) != 1:
            return None
        wish, day = meant[0]
        options[0] = replace(options[0], when=replace(options[0].when, date=day))
        return wish

    def _of_person(self, reading: Reading) -> Wish | None:
        """Of wishes for several persons the one that is spoken of: "la mía el lunes y la de él el martes"."""
        wishes = [w for w in self.open if w.kind is Kind.BOOK]
        said = whose(reading)
        if said is None or len({w.person for w in wishes}) < 2:
            return None
        fits = [
            w for w in wishes if (not w.person if said == MINE else w.person if said == THEIRS else w.person == said)
        ]
        if len(fits) == 1:
            fits[0].waiting = False
            return fits[0]
        return None

    def _anew(self, wish: Wish, reading: Reading) -> Wish:
        """ "Necesito reprogramar", said of a wish being made: it is asked for another day, hour, or both."""
        words = {w.text for w in reading.words}
        day, hour = bool(words & _DAY_WORDS), bool(words & _HOUR_WORDS)
        wish.before, kept = wish.when, wish.when
        wish.when = When(
            date=kept.date if hour and not day else None,
            time=kept.time if day and not hour else None,
            end=kept.end if day and not hour else None,
            length=kept.length,
        )
        wish.options, wish.problem, wish.declined = (), None, False
        return wish

    def _add(self, current: Wish, reading: Reading, options: list[Option], small: set[str]) -> Wish | None:
        """What a message adds to a wish; None when that is nothing."""
        before, had = current.state(), current.title
        if had and not options and "rather" in small and names_service(reading) and not reading.asks:
            current.title, current.title_weight = None, 0.0  # "no, mejor pedicure"
            reading.acts.discard(Act.REFUSE)
        starts = begins(reading, options, small)
        if options or starts:
            asked = reading.asks and not reading.acts & {Act.REQUEST, Act.WANT}
            asked = asked or ("inquire" in small and Act.REQUEST not in reading.acts)
            current.only_asked = asked and (current.only_asked or current.when == When())
        fill(current, reading, options)
        if self._beside is not None:
            in_its_week(current, self._beside, self.now, just_said=self.just_booked or not current.like)
        lasts = length_wished(reading) if starts and not current.when.end else None
        if lasts and not current.when.length:
            current.when = replace(current.when, length=Slot(lasts, 0, ""))
        picks = bool(reading.choice and self._offers)  # "la primera" is no subject
        asked = Act.ASK_TITLE in self._asked
        odd = self._odd_moment(reading)
        if starts or options or not (reading.asks and reading.acts & {*BUSINESS, Act.ASK_FREE}):
            name(current, reading, asked=asked, guess=not (small or picks or odd))
        if asked and had is None and current.title and not reading.asks:
            current.only_asked = False  # who says what it is about wants it
        chosen = self._choose(current, reading)
        if Act.HEDGE in reading.acts:
            current.only_asked = True
        return current if before != current.state() or chosen or starts else None

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
        if like and (named := _MONTHS[self.lang] & set(words)):
            self._odd_month = [fold(month) for month in MONTHS[self.lang]].index(next(iter(named))) + 1
        return like
