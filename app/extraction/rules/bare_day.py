"""A day said by its number alone: "el 6", "the 6th at five". Which month it is in, the talk tells."""

import re
from functools import lru_cache

from app.temporal import names_month

_DAY = re.compile(r"(?:(?:on|for|el|al|para|día|dia|the|about)\s+)*\d{1,2}(?:st|nd|rd|th)?\b(?:[^/\d\w-].*)?")


@lru_cache(maxsize=4096)
def only_day(text: str) -> bool:
    """ "El 6", "the 6th": no month, no weekday."""
    return bool(_DAY.fullmatch(text.casefold().strip())) and not names_month(text)
