"""A proposed moment, and where and how it was said."""

from dataclasses import dataclass

from app.extraction.rules.when import When


@dataclass(slots=True)
class Option:
    """One proposed moment; `start` and `end` are where it stands in the message. `joined` says how it hangs together
    with the one before: "either" (or), "also" (and), or not at all; `narrowed`: only a bound
    was said of the hour ("after 4"); `hour_at` is where an hour said apart from its day stands."""

    when: When
    start: int
    end: int
    asks: bool
    sentence: int
    hour_at: int = -1
    joined: str = ""
    moved: bool = False
    narrowed: bool = False
    listed: bool = False
