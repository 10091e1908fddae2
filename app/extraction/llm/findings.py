"""What the check of one event has found so far: quotes that stand where the model says, and doubts."""

from dataclasses import dataclass, field

from app.extraction.base import Reason
from app.extraction.llm.schema import Said
from app.extraction.llm.survey import Survey
from app.extraction.said.mentions import Mention, place_of
from app.models import Evidence

Place = tuple[int, tuple[int, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """Why an event is not confirmed: `reason` is stored, `text` is told to the model for its one repair."""

    reason: Reason
    text: str


@dataclass(kw_only=True)
class Findings:
    """`ids`: the short ids of messages that the model was shown; `unread`: how many of its words only it could read."""

    survey: Survey
    ids: dict[str, int]
    doubts: list[Doubt] = field(default_factory=list)
    proof: list[Evidence] = field(default_factory=list)
    unread: int = 0

    def doubt(self, reason: Reason, text: str) -> None:
        self.doubts.append(Doubt(reason=reason, text=text))

    def find(self, said: Said) -> Place | None:
        """The message and the characters of it where the words stand."""
        index = self.ids.get(said.message)
        if index is None:
            return None
        span = place_of(self.survey.message(index).text, said.words)
        return (index, span) if span else None

    def quote(self, said: Said, slot: str) -> Place | None:
        """`find`, with proof when they stand there and a doubt when they do not."""
        place = self.find(said)
        if place is None:
            what = "there is no message" if said.message not in self.ids else f"{said.words!r} is not in"
            self.doubt(Reason.EVIDENCE_MISSING, f"{what} {said.message}")
            return None
        self.prove(place, slot)
        return place

    def prove(self, place: Place, slot: str) -> None:
        index, (start, end) = place
        message = self.survey.message(index)
        self.proof.append(Evidence(message_id=message.id, slot=slot, quote=message.text[start:end]))


def within(mention: Mention, span: tuple[int, int]) -> bool:
    return span[0] <= mention.expression.span[0] and mention.expression.span[1] <= span[1]
