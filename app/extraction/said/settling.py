"""Whether a message really settles an appointment: by what it says, not by where it stands.

A language model names the message; here its words are understood as the rules extractor understands them. Settled
means: the other side accepted, confirmed or went on from the moment, or the customer plainly told the business to note
it and the business did not object.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.extraction.base import TranscriptMessage
from app.extraction.rules import Understanding, understand
from app.extraction.rules.acts import NEGATIVE, NOISE, POSITIVE, Act
from app.extraction.rules.reading import Mention, Reading, Use
from app.extraction.said.aiming import reading_of
from app.models import Role

_ASKS_ON = frozenset({Act.ASK_NAME, Act.ASK_PLACE, Act.ASK_TITLE})
_ASKS_WHEN = frozenset({Act.ASK_WHEN, Act.ASK_DAY, Act.ASK_TIME, Act.ASK_PART})
_UNDOES = frozenset({Act.CANCEL, Act.GIVE_UP, Act.FAILED, Act.WRONG})
_ORDERS = frozenset({Act.REQUEST, Act.CONFIRM, Act.SEE_YOU})
_OBJECTS = NEGATIVE | {Act.FAILED, Act.HEDGE, Act.ASK_CONFIRM} | _ASKS_WHEN


@dataclass(frozen=True, kw_only=True, slots=True)
class Naming:
    """The messages (by place) that propose a moment: its hour (`exactly`), its day or hour (`at_all`); and those that
    have both in them, for whatever (`fully`)."""

    exactly: frozenset[int]
    at_all: frozenset[int]
    fully: tuple[int, ...]


class Hearing:
    """The messages of one conversation, each understood once, when it is asked for."""

    def __init__(self, messages: Sequence[TranscriptMessage]) -> None:
        self._messages = messages
        self._heard: dict[int, Understanding] = {}
        self._read: dict[int, Reading] = {}

    def says(self, index: int) -> Understanding:
        if index not in self._heard:
            message = self._messages[index]
            self._heard[index] = understand(message.text, message.at)
        return self._heard[index]

    def uses(self, index: int, span: tuple[int, int]) -> list[Use]:
        """What the moments at these characters are named for: proposed, refused, only told of."""
        if index not in self._read:
            self._read[index] = reading_of(self._messages[index])
        return [_use(m) for m in self._read[index].mentions if m.start < span[1] and span[0] < m.end]

    def not_settled(self, index: int, said: Sequence[int], named: Naming) -> str | None:
        """Why the message at `index` does not settle what the messages at `said` named; None when it does."""
        if index < max(said, default=index):
            # Quoted is where it was said last and fullest; agreed to it was where it was said before.
            said = [i for i in named.fully if i < index][-1:]
            if not said:
                return "was written before the day or time was said"
        first = max(said, default=index)
        speaker = self._messages[index].role
        others = {self._messages[i].role for i in said} - {speaker}
        if speaker is Role.BOT and not others and not self._wished(first, index, named):
            return "is the business alone, which spoke of it; the customer did not accept"
        if speaker is Role.USER and not others:
            return self._order(index, said, named)
        if not self._agrees(index, named):
            return "does not agree to it"
        return None

    def calls_off(self, index: int) -> bool:
        said = self.says(index)
        return (said.cancels or said.refuses) and not said.asks

    def _wished(self, first: int, index: int, named: Naming) -> bool:
        """Whether the customer named that hour before, or agreed to it before the business said it again."""
        offered = min((i for i in named.fully if self._messages[i].role is Role.BOT), default=first)
        for i in range(index):
            if self._messages[i].role is Role.BOT:
                continue
            heard = self.says(i)
            if i in named.exactly and (heard.options or not heard.refuses):
                return True
            if i > min(offered, first) and self._agrees(i, named):
                return True
        return False

    def _order(self, index: int, said: Sequence[int], named: Naming) -> str | None:
        """The customer's own word alone: an order, or a yes to what the business said of it, and no objection."""
        heard = self.says(index)
        if heard.acts & (_UNDOES | {Act.HEDGE, Act.HYPOTHETICAL}) or heard.refuses:
            return "takes back or leaves open what it says"
        last = max(said, default=index)
        answers = [i for i in range(last + 1, len(self._messages)) if self._messages[i].role is Role.BOT]
        agreed = any(self._agrees(i, named) for i in answers if i < index) or self._goes_on(index)
        orders = any(self.says(i).acts & _ORDERS for i in (index, *said))
        yes = heard.acts & {Act.ACCEPT, Act.BOTH} and (index in said or index in named.at_all)
        if not (agreed or orders or yes):  # "ok, gracias", said to a price, is no yes to the time asked about before
            return "asks for nothing that the business could note down without an answer"
        after = [i for i in answers if i > index][:2]
        if any(self.says(i).acts & _OBJECTS and not self.says(i).acts & POSITIVE for i in after):
            return "was not accepted by the business"
        if answers and not agreed and not any(self._agrees(i, named) for i in after):
            return "was answered, but not accepted by the business"
        return None

    def _agrees(self, index: int, named: Naming) -> bool:
        """Whether it accepts, confirms, orders, says the moment again, or goes on from it."""
        message, heard = self._messages[index], self.says(index)
        acts, customer = heard.acts, message.role is Role.USER
        chooses = customer and index in named.at_all and heard.refused  # "el lunes no puedo, el jueves sí"
        if (heard.refuses and not chooses) or acts & _UNDOES or (Act.HEDGE in acts and Act.CONFIRM not in acts):
            return False
        if (
            acts & {Act.UNAVAILABLE, Act.CANNOT}
            and Act.CONFIRM not in acts
            and not (customer and index in named.at_all)
        ):
            return False  # "a esa hora ya está ocupado": the "ya" is no yes
        if Act.ASK_CONFIRM in acts and heard.asks and not (customer and heard.accepts):
            return False  # reads it back, and waits for a yes
        if heard.accepts or acts & POSITIVE or heard.choice is not None or heard.wants_all:
            return not (acts & _ASKS_WHEN and Act.CONFIRM not in acts)
        if customer and Act.REQUEST in acts:
            return True
        lasts = Act.LASTS in acts and not acts & {Act.PRICE, Act.HOURS}  # "son 50 soles"
        if not customer and (acts & _ASKS_ON or lasts) and not acts & _ASKS_WHEN:
            return True
        if index in named.at_all and not heard.asks and not acts & NEGATIVE:
            return customer or Act.OFFER not in acts
        return self._goes_on(index)

    def _goes_on(self, index: int) -> bool:
        """Whether the customer gives what the business asked for next: a name, a subject, an address."""
        before = next((i for i in range(index - 1, -1, -1) if self._messages[i].role is Role.BOT), None)
        if self._messages[index].role is not Role.USER or before is None:
            return False
        heard = self.says(index)
        return bool(self.says(before).acts & _ASKS_ON) and not heard.asks and not heard.refuses and not heard.hedges


def _use(mention: Mention) -> Use:
    """A wish is one also where a price is named in the same breath."""
    acts = mention.segment.acts
    wished = acts & {Act.WANT, Act.ASK_FREE} and acts & NOISE <= {Act.PRICE, Act.HOURS, Act.BUSY}
    return Use.PROPOSE if mention.use is Use.NOISE and wished else mention.use
