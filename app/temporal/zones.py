"""Time zones as people name them beside a time: "CET", "hora de Lima", "UTC-5"."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.temporal.sentence import Sentence

# Abbreviations mean the place, so that daylight saving follows the date and not the letters.
_ABBREVIATIONS = {
    "utc": "UTC",
    "gmt": "UTC",
    "cet": "Europe/Paris",
    "cest": "Europe/Paris",
    "bst": "Europe/London",
    "est": "America/New_York",
    "edt": "America/New_York",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "mst": "America/Denver",
    "mdt": "America/Denver",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "eastern": "America/New_York",
    "pacific": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "et": "America/New_York",
    "pet": "America/Lima",
}
_PLACES = {
    "lima": "America/Lima",
    "peru": "America/Lima",
    "bogota": "America/Bogota",
    "colombia": "America/Bogota",
    "mexico": "America/Mexico_City",
    "cdmx": "America/Mexico_City",
    "madrid": "Europe/Madrid",
    "españa": "Europe/Madrid",
    "espana": "Europe/Madrid",
    "chile": "America/Santiago",
    "santiago": "America/Santiago",
    "argentina": "America/Argentina/Buenos_Aires",
    "uruguay": "America/Montevideo",
    "quito": "America/Guayaquil",
    "ecuador": "America/Guayaquil",
    "bolivia": "America/La_Paz",
    "venezuela": "America/Caracas",
    "caracas": "America/Caracas",
    "panama": "America/Panama",
    "miami": "America/New_York",
    "london": "Europe/London",
    "canarias": "Atlantic/Canary",
}


def zone(s: Sentence, i: int) -> tuple[str, int] | None:
    """The zone named here: its key for `zone_info`, and the index after it. Only read right after a time."""
    if s.sign(i, "("):
        inner = zone(s, i + 1)
        return (inner[0], inner[1] + 1) if inner and s.sign(inner[1], ")") else None
    norm = s[i].norm
    raw = s.text[s[i].start : s[i].end]
    if norm in _ABBREVIATIONS and (
        raw.isupper()
        or (len(raw) == 3 and raw.islower() and (not s.lexicon.main.articles_tell or norm not in ("est", "pet", "mst")))
    ):
        sign = s[i + 1].norm
        if norm in ("utc", "gmt") and sign in ("+", "-") and s[i + 2].num is not None and (s[i + 2].num or 0) <= 14:
            return f"{sign}{s[i + 2].num}", i + 3
        return norm, i + 1
    if s[i].has("zone_word"):
        j = s.skip(i + 1, "of")
        if s[j].norm in _PLACES:
            return s[j].norm, j + 1
    return None


@lru_cache(maxsize=64)
def zone_info(key: str) -> dt.tzinfo:
    if key[0] in "+-":
        return dt.timezone(dt.timedelta(hours=int(key)))
    return ZoneInfo(_ABBREVIATIONS.get(key) or _PLACES[key])
