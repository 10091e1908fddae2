"""Numbered lists: "1. Revisión, el lunes …", "Tienes: 1) … 2) …". Their numbers count the lines, and are no hours."""

import re

from app.extraction.rules.lang.idioms import idioms

_MARKER = re.compile(
    r"(?P<before>^[ \t]*|\n[ \t]*|[:;,.?!)\w][ \t]+"
    r"|:)(?P<mark>[*_(]?(?P<number>[1-9]\d?)(?:\ufe0f?\u20e3[.)]?|[*_]?(?:\)|[.:°º]?-|[.°º])[*_]?"
    r"|[ \t][-–)]))(?=[ \t]+\S)"
)
#: A list begins with a one and what such a number is marked with; most messages have none, and are looked at no closer.
_FIRST = re.compile(r"1(?:\ufe0f?\u20e3|[*_]?(?:\)|[.:°º]?-|[.°º])|[ \t][-–)])")
_WORD_BEFORE = re.compile(r"(\w+)\s*$")
#: Before a number inside a line these make it an hour or a day: "a la 1. ", "el 2. ".
_HOUR_OR_DAY = idioms("line_leads")


def markers(text: str) -> list[tuple[int, int]]:
    """Where the numbers of a list stand, with their marks: they count from one, at the beginnings of lines or of the
    items of one line. A single "1." is one after a colon or on a line of its own below others."""
    found: list[tuple[int, int]] = []
    if not _FIRST.search(text):
        return found
    alone = False
    at = 0
    while match := _MARKER.search(text, at):
        at = match.end("mark")
        number, before, mark = int(match["number"]), match["before"].rstrip(" \t"), match["mark"]
        word = _WORD_BEFORE.search(text[: match.start("mark")]) if before not in ("", "\n") else None
        if number != len(found) + 1 or word and word[1].casefold() in _HOUR_OR_DAY:
            continue
        if word and not found and not mark.endswith((")", "\u20e3")):
            continue
        if number == 1:
            alone = before in (":", "\n")
        found.append(match.span("mark"))
    return found if len(found) > 1 or alone else []


def without_markers(text: str, markers: list[tuple[int, int]]) -> str:
    """The text, as long as before, with a line's end in the place of each number, so that the items stand apart."""
    for start, end in markers:
        text = text[:start] + "\n" + " " * (end - start - 1) + text[end:]
    return text
