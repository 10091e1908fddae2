"""Listening: a turn's messages in order, and the wishes that stand at their end.

Each message is understood by `extraction.rules`; here it is decided what it means in a talk in which the other side is
this agent: what was asked, which wish a day or an hour belongs to, what is done with.
"""

import datetime as dt

from app.agent.evidence import fold
from app.agent.language import shown_by
from app.agent.listening.aim import moment_of, names_service
from app.agent.listening.another import asks_another
from app.agent.listening.changes import STALE
from app.agent.listening.hearing import (
    agrees,
    hear_more,
    moves_it,
    weigh_moments,
    without_remarks,
)
from app.agent.listening.persons import for_several
from app.agent.listening.spelling import plain
from app.agent.listening.their_side import TheirSide
from app.agent.listening.topics import ADDS, adds_service, appointments, headed
from app.agent.listening.wish import Kind
from app.agent.mentions import BARE_HOUR
from app.agent.turn import Turn
from app.agent.wording import Lang
from app.extraction.rules.acts import Act
from app.extraction.rules.reading import Reading, read
from app.extraction.rules.when import When
from app.models import Message, Role
from app.temporal import Expect

_LATER = dt.timedelta(hours=6)  # a talk taken up again: "it" has to be named where there are several


class Talk(TheirSide):
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
