"""What the language model is asked to give: words and where they stand; never an id of ours, never a moment."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class _Part(BaseModel):
    # Strict structured output wants every field required and nothing else: optional is nullable, without a default.
    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(_Part):
    """Words as they stand in one message. `message` is its short id (m1, m2 …)."""

    message: str
    words: str


class ReadDate(_Part):
    """How the model reads the date words. `counted_from`: ISO date that relative words were counted from."""

    year: int
    month: int
    day: int
    weekday: Weekday
    counted_from: str


class ReadTime(_Part):
    hour: int
    minute: int


class ModelEvent(_Part):
    """One event. `known` is the short id of a known event (k1 …) that this is, else null."""

    known: str | None
    title: str
    title_said: Said | None
    status: Literal["confirmed", "proposed", "cancelled"]
    date_said: Said | None
    date: ReadDate | None
    time_said: Said | None
    time: ReadTime | None
    end_said: Said | None
    end: ReadTime | None
    location: Said | None
    settled_by: str | None
    cancelled_by: str | None


class ModelReading(_Part):
    """All events that the conversation arranges."""

    events: list[ModelEvent]
