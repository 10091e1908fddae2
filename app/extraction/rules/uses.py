"""What a moment in a message is named for: proposed, refused, a bound, or noise."""

from dataclasses import dataclass
from enum import StrEnum

from app.extraction.rules.acts import NEGATIVE, NOISE, Act
from app.extraction.rules.segments import Segment
from app.temporal import TimeExpression


class Use(StrEnum):
    """What a moment is named for."""

    PROPOSE = "propose"
    REFUSE = "refuse"
    BOUND = "bound"  # "from six on": narrows, does not name a moment
    NOISE = "noise"


@dataclass(slots=True)
class Mention:
    """A time expression, the segment that it stands in, and what it is named for."""

    when: TimeExpression
    segment: Segment
    use: Use = Use.PROPOSE
    indefinite: bool = False  # "un viernes", "any evening"

    @property
    def start(self) -> int:
        return self.when.span[0]

    @property
    def end(self) -> int:
        return self.when.span[1]


def use_of(mention: Mention, requested: set[int]) -> Use:
    acts, when = mention.segment.acts, mention.when
    if mention.segment.sentence in requested:
        acts = acts - {Act.BUSY}  # "agenda dos cosas: … y ceno con Ana el martes"
    if mention.indefinite:
        return Use.NOISE  # "si llevo el auto un viernes"
    if when.recurring and (not acts & {Act.REQUEST, Act.CONFIRM, Act.WANT} or acts & {Act.HOURS, Act.PRICE}):
        return Use.NOISE
    said_by_number = any(c.isdigit() for c in when.text)
    if when.date and when.date < when.reference.date() and when.end_date is None and not said_by_number:
        return Use.NOISE  # "desde anoche"
    if Act.HYPOTHETICAL in acts and not acts & {Act.REQUEST, Act.MOVE, Act.PUSH}:
        return Use.NOISE
    if acts & NOISE == {Act.ADVERT} and Act.REMIND in acts:
        pass  # "le informamos que su cita será el lunes"
    elif acts & NOISE and not acts & {Act.REQUEST, Act.CONFIRM, Act.MOVE}:
        if not (
            acts & NOISE <= {Act.HOURS, Act.PAST, Act.BUSY, Act.PRICE}
            and acts & ({Act.PROMISE} if Act.PRICE in acts else {Act.OFFER, Act.ASK_FREE})
            and mention.segment.asks
        ):
            return Use.NOISE
    corrects = acts & NEGATIVE == {Act.REFUSE} and acts & {
        Act.MOVE,
        Act.REQUEST,
        Act.WANT,
    }  # "no, make it the 11th"
    if acts & NEGATIVE and not mention.segment.asks and not corrects:
        return Use.REFUSE
    if when.bound is not None and Act.BRING in acts and when.text.lower().startswith("by "):
        return Use.PROPOSE  # "drop it off by 8.30"
    if when.bound is not None and not when.text.lower().startswith("start"):
        opens = (
            acts & {Act.FETCH, Act.OFFER, Act.ASK_FREE} and Act.MOVE not in acts
        )  # "los tienes mañana a partir de las 12"
        begins = when.bound == "from" and when.time and (when.date and not opens or acts & {Act.REQUEST, Act.CONFIRM})
        return Use.PROPOSE if begins else Use.BOUND
    return Use.PROPOSE
