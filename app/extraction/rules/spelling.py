"""Ways to write an hour or a day in chats, put as the grammar of dates and times knows them."""

import re

from app.extraction.rules.words import has_digit
from app.temporal import Expect

#: How the apostrophe of "o'clock" comes from phones; of one character, so that spans stay.
_CLOCK = re.compile(r"(?<=\bo)[\"´`’](?=clock\b)", re.IGNORECASE)
_SPACED = re.compile(
    r"(?:^|(?<=\blas )|(?<=\bat )|(?<=, ))([01]?\d|2[0-3]) (00|15|30|45)\b(?![ :.]?\d)"
)  # "17 30 porfa"
#: "Jueves 15 30?", "mañana tipo 8 30", "el sábado 21 30 en casa": at the end of a stretch, or before where it is.
_SPACED_AT_END = re.compile(r"(?<=[a-zñáéíóú] )([01]?\d|2[0-3]) (00|15|30|45)(?=\s*(?:$|[?!.,\n]|hs?\b|(?:en|at)\b))")
_OWNED = re.compile(r"(?<=\d)['’]s\b")  # "5's good"
_CALLS_BY = re.compile(r"((?:swing|pop|drop|stop|come)(?:ping)? )by\b", re.IGNORECASE)


def as_spelled(text: str, expect: Expect | None) -> str:
    """The text with these put so, of the same length. `expect`: what was asked; "17 30" answers "time"."""
    spelled = _CLOCK.sub("'", text) if "lock" in text.lower() else text
    if has_digit(spelled):
        spelled = _OWNED.sub("  ", spelled)
        if expect == "time":
            spelled = _SPACED.sub(r"\1:\2", spelled)
        spelled = _SPACED_AT_END.sub(r"\1:\2", spelled)
    return _CALLS_BY.sub(r"\1  ", spelled) if " by " in spelled else spelled
