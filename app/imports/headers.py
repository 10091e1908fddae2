"""How a message begins: `3/4/25, 14:56 - Ana: `, `[03.04.25, 14:56:00] Ana: ` and what else phones write."""

import re
from dataclasses import dataclass

from app.imports.meridiem import PATTERN, hour_of_day
from app.imports.values import Order

# An era's letter may stand before a Japanese year; Hungarians and Koreans write "2025. 4. 3.".
_DATE = r"(?P<a>[RHS]?\d{1,4})\s?(?P<sep>[./\-年년])\s?(?P<b>\d{1,2})\s?[./\-月월]\s?(?P<c>[RHS]?\d{1,4})[.日일]?"
_TIME = (
    rf"(?:(?P<before>{PATTERN})\s?)?(?P<h>\d{{1,2}})[:.](?P<m>\d{{2}})(?:[:.](?P<s>\d{{2}}))?"
    rf"(?:[\s_]?(?P<after>{PATTERN}))?"
)
_BETWEEN = r"(?:[,،]\s*|\s+)(?:(?:a las|klo|kl\.?|um|às|à|alle|ore|la|lúc|at|в)\s+)?"
_STYLES = tuple(
    (name, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for name, pattern in (
        ("brackets", rf"\[{_DATE}{_BETWEEN}{_TIME}\]\s?(?P<rest>.*)"),
        ("brackets, time first", rf"\[{_TIME}{_BETWEEN}{_DATE}\]\s?(?P<rest>.*)"),
        ("dash", rf"{_DATE}{_BETWEEN}{_TIME}\s?[-–—](?:\s(?P<rest>.*)|$)"),
        ("dash, time first", rf"{_TIME}{_BETWEEN}{_DATE}\s?[-–—](?:\s(?P<rest>.*)|$)"),
        ("colon", rf"{_DATE}{_BETWEEN}{_TIME}:\s(?P<rest>.*)"),
    )
)
_SPANISH = re.compile(r"[ap]\.\sm\.", re.IGNORECASE)
_ARABIC = re.compile("[٠-٩۰-۹صم]")
_ERAS = {"R": 2018, "H": 1988, "S": 1925}


@dataclass(frozen=True, slots=True)
class Shape:
    """What all headers of one export have in common."""

    style: str
    separator: str
    year: str
    seconds: bool
    twelve_hours: bool


@dataclass(frozen=True, slots=True)
class Header:
    """A line's date as three words, still without an order, its time of day, and the rest of the line.
    `language` is told by how the clock is written ("p. m." with a space, Arabic figures)."""

    line: str
    shape: Shape
    date: tuple[str, str, str]
    written: str
    hour: int
    minute: int
    second: int
    language: str | None
    rest: str


def read_header(line: str) -> Header | None:
    """The header of a line that is free of marks; None when the line has none."""
    if not any(character.isdigit() for character in line[:16]):
        return None
    for style, pattern in _STYLES:
        if found := pattern.fullmatch(line):
            return _header(style, found)
    return None


def _header(style: str, found: re.Match[str]) -> Header | None:
    before, after = found["before"], found["after"]
    hour, minute, second = hour_of_day(int(found["h"]), before or after), int(found["m"]), int(found["s"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    a, b, c = date = (found["a"], found["b"], found["c"])
    if len(a) > 2 and len(c) > 2 or (len(a) < 3 and len(c) == 3 and c[0].isdigit()):
        return None
    year = "first" if len(a) > 2 else "era" if not c[0].isdigit() else f"{len(c)} digits"
    if year == "1 digits":
        return None
    shape = Shape(style, found["sep"], year, found["s"] is not None, (before or after) is not None)
    written = f"{a}{found['sep']}{b}{found['sep']}{c}"
    word = before or after or ""
    language = "es" if _SPANISH.fullmatch(word) else "ar" if _ARABIC.search(written + word) else None
    return Header(found[0], shape, date, written, hour, minute, second, language, found["rest"] or "")


def year_number(word: str) -> int:
    """A year as phones write it: 2025, 25, R7 (Japanese era), 2568 or 68 (Buddhist)."""
    if not word[0].isdigit():
        return _ERAS[word[0].upper()] + int(word[1:])
    year = int(word)
    if year < 100:
        # WhatsApp began in 2009, 2552 in Thailand: two digits of 52 and more are Buddhist.
        return year + 1957 if year >= 52 else year + 2000
    return year - 543 if year >= 2400 else year


def split_date(date: tuple[str, str, str], order: Order) -> tuple[int, int, int]:
    """(year, month, day) as numbers, not checked."""
    a, b, c = date
    if order is Order.YEAR_FIRST:
        return year_number(a), int(b), int(c) if c.isdigit() else 0
    if not a.isdigit():
        return 0, 0, 0
    day, month = (a, b) if order is Order.DAY_FIRST else (b, a)
    return year_number(c), int(month), int(day)
