"""A customer's words put as the grammar of dates and times knows them, every character in its place."""

import re

from app.agent.wording import WEEKDAYS
from app.extraction.rules.words import fold

_DAYS = "|".join(day for days in WEEKDAYS.values() for day in {*map(fold, days), *map(str.lower, days)})
# "Al 22" is "el 22", as long; "del 15 al 22" is a stretch.
_TO = re.compile(r"(?i)\bal(?=\s+(?:d[ií]a\s+)?\d{1,2}\b(?![:./%]))")
_ON_TO = re.compile(rf"(?i)(?<=th )to(?= the \d)|(?<=st )to(?= the \d)|(?<=[nr]d )to(?= the \d)|\bto(?= (?:{_DAYS})\b)")
_AL = re.compile(rf"(?i)\bal(?= (?:{_DAYS})\b)")
_ONE_DAY = re.compile(r"(?i)\bone(?= (?:day|week) (?:later|earlier|after|before))")
_ORDINAL = re.compile(r"(?i)(?:primer|segund|tercer|cuart|quint|[uú]ltim)[ao]? $")
_MOVES = re.compile(r"(?i)\b(?:mu[eé]v|mov|c[aá]mb|p[aá]s[aeá]|c[oó]rr|reagend|reprogr|resched|push|shift|chang)")
_TAG = r"</?[a-z][^<>]{0,80}>"
# "Quiero dos: una el lunes" is one of them, and not one o'clock.
_ONE = r"(?<!\ba la )(?<!\blas )\bun[ao](?=\s+el\s+(?:\d|lun|mar|mi[eé]|jue|vie|s[aá]b|dom))"
_NO_WORDS = re.compile(rf"(?i){_TAG}|{_ONE}")
_STRETCH = re.compile(r"(?i)(?:\b(?:del?|desde)\b[^,.;!?]*\d[^,.;!?]*|\d\s*)$")


_AL_DEL = re.compile(r"(?i)\bal(?= del \d)")  # "al del 1 no voy": to that of the first
# "Pasa las dos al lunes": both of them, and not two o'clock.
_TWO = re.compile(r"(?i)(\b(?:mu[eé]v|mov|c[aá]mb|p[aá]s|c[oó]rr|reagend|reprogr)\w* )[lL][ao]s dos(?= \w)")
# "La de las 4", where nothing is moved or called off, picks four o'clock.
_PICKS = re.compile(r"(?i)\b(?:la|el|lo) de(?= las? \d)")
_CALLS_OFF = re.compile(r"(?i)\b(?:cancel|anul|quit|borr|elimin)")


def plain(text: str) -> str:
    """The text with "al 22" as "el 22", without tags and the "una" of "una el lunes", every character in its place."""

    moves = _MOVES.search(text) is not None  # "mueve la del 8 al 22" is no stretch

    def day(found: re.Match[str]) -> str:
        return found[0] if not moves and _STRETCH.search(text[: found.start()]) else "el"

    if moves:
        text = _ON_TO.sub("on", text)
        text = _ONE_DAY.sub("  a", text)
        text = _TWO.sub(r"\1ambas  ", text)
        # "Pasa la primera al lunes": with "el" it would be one o'clock on Monday.
        text = _AL.sub(lambda found: found[0] if _ORDINAL.search(text[: found.start()]) else "el", text)
    if not (moves or _CALLS_OFF.search(text)):
        text = _PICKS.sub("    a", text)
    return _NO_WORDS.sub(lambda found: " " * len(found[0]), _TO.sub(day, _AL_DEL.sub("el", text)))
