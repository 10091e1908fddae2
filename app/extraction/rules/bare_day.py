"""A day said by its number or its name alone: "el 6", "Thursday". Which month or week it is in, the talk tells."""

import re
from functools import lru_cache

from app.temporal import names_month

_DAY = re.compile(r"(?:(?:on|for|el|al|para|día|dia|the|about)\s+)*\d{1,2}(?:st|nd|rd|th)?\b(?:[^/\d\w-].*)?")

_WEEKDAY = re.compile(r"(?:(?:on|the|el|los|para|for)\s+)*[^\W\d_]+(?:\s+(?:a|at|por|de|in)\s.*)?")


@lru_cache(maxsize=4096)
def only_day(text: str) -> bool:
    """ "El 6", "the 6th": no month, no weekday."""
    return bool(_DAY.fullmatch(text.casefold().strip())) and not names_month(text)


def only_weekday(text: str) -> bool:
    """Whether the words for a weekday say nothing of its week or number: "el jueves a las 8", not "este jueves"."""
    return bool(_WEEKDAY.fullmatch(text.casefold().strip()))
