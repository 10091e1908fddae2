"""Days that no calendar has: "el 31 de noviembre", "February 30", "31/11"."""

import re
from functools import cache

from app.temporal.lang import LANGUAGES

_LAST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LATE = re.compile(r"29|3\d")  # only such a day can be one that a month does not have
_NUMERIC = re.compile(
    r"(?<![\d/.:$-])(?P<a>\d{1,2})(?P<sep>[/-])(?P<b>\d{1,2})(?:(?P=sep)(?:\d{4}|\d\d))?(?![\d/:%-]|[.,]\d)"
)
#: "On the 32nd", and not "32nd Street", "her 40th".
_ORDINAL = re.compile(r"\bon\s+the\s+(?:3[2-9]|[4-9]\d)(?:st|nd|rd|th)\b(?!\s+[a-z])")


def impossible_days(folded: str) -> list[tuple[int, int]]:
    """Where such days stand in a text in lower case without accents, with the article or preposition before them.

    A year said with them is not weighed: the 29th of February exists in some. Numbers parted by a stroke are a day and
    a month in either order.
    """
    found: list[tuple[int, int]] = []
    if not _LATE.search(folded):
        return found
    for pattern, months in _named():
        found += [m.span() for m in pattern.finditer(folded) if int(m["day"]) > _LAST[months[m["month"]] - 1]]
    found += [m.span() for m in _ORDINAL.finditer(folded)]
    for match in _NUMERIC.finditer(folded):
        a, b = int(match["a"]), int(match["b"])
        possible = any(1 <= month <= 12 and 1 <= day <= _LAST[month - 1] for day, month in ((a, b), (b, a)))
        if not possible and 28 < max(a, b) <= 31 and 1 <= min(a, b) <= 12 and match["sep"] == "/":
            found.append(match.span())
    return sorted(found)


@cache
def _named() -> tuple[tuple[re.Pattern[str], dict[str, int]], ...]:
    months = {
        name.replace(" .", "").strip(): number
        for language in LANGUAGES.values()
        for names, number in language.months.items()
        for name in names.split("|")
        if name.strip()
    }
    month = rf"(?P<month>{'|'.join(sorted(map(re.escape, months), key=len, reverse=True))})\b"
    lead = r"\b(?:(?:el|del|al|para|dia|on|for|the)\s+)*"
    before = re.compile(rf"{lead}(?P<day>29|3\d)(?:st|nd|rd|th)?\s+(?:de\s+|of\s+)?{month}(?!\s+\d\d:)")
    after = re.compile(
        rf"{lead}{month}\s+(?:the\s+)?(?P<day>29|3[01])(?:st|nd|rd|th)?\b(?!\s*(?::\d|am\b|pm\b|h\b|de\b))"
    )
    return (before, months), (after, months)
