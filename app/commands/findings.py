"""What the doctor says of one part."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """ON: works. OFF: not set up, and nothing is amiss. WRONG: a person has to do something."""

    ON = "on"
    OFF = "off"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True)
class Finding:
    part: str
    state: State
    detail: str
    mend: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"state": self.state.value}


def on(part: str, detail: str, mend: str | None = None) -> Finding:
    return Finding(part=part, state=State.ON, detail=detail, mend=mend)


def off(part: str, detail: str, mend: str | None = None) -> Finding:
    return Finding(part=part, state=State.OFF, detail=detail, mend=mend)


def wrong(part: str, detail: str, mend: str | None = None) -> Finding:
    return Finding(part=part, state=State.WRONG, detail=detail, mend=mend)
