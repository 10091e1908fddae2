"""Text as providers take it: cleaned, measured, and cut into messages of bounded length."""

import re

import regex

# Spaces that hold "10:00 h" or "15 %" together: a word may not be cut off there.
_GLUE = "\u00a0\u2007\u202f"
_BREAKS = re.compile(rf"[^\S{_GLUE}]")
_SENTENCE_END = re.compile(r"""(?<![.!?…])[.!?…]+["'”’»)\]*_~]*(?=\s)""")
_GRAPHEME = regex.compile(r"\X")

# Words whose full stop ends no sentence although a capital or a figure may follow.
_ABBREVIATIONS = frozenset(
    {"sr", "sra", "srta", "sres", "dr", "dra", "lic", "ing", "arq", "prof", "profa", "d", "dª", "dña", "ud",
     "uds", "vd", "vds", "av", "avda", "c", "ctra", "pza", "pl", "esq", "apdo", "gral", "gta", "izda",
     "dcha", "cía", "núm", "nº", "pág", "tel", "teléf", "art", "cap", "vol", "ej", "a", "p", "m", "mr", "mrs",
     "ms", "st", "mt", "vs", "nr", "dept", "appt", "approx", "ca"}
)  # fmt: skip

# What XML 1.0 has no place for; Twilio refuses a TwiML document that holds any of it (12100).
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def clean(text: str) -> str:
    """`text` as Postgres can store it: no NUL; surrogate pairs joined, lone surrogates replaced by U+FFFD."""
    text = text.replace("\x00", "")
    if any("\ud800" <= character <= "\udfff" for character in text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def sendable(text: str) -> str:
    """`text` without what no provider can carry: control characters and lone surrogates."""
    return _NOT_XML.sub("", clean(text))


def width(text: str) -> int:
    """The length of `text` in UTF-16 code units, in which an emoji outside the basic plane counts two.

    Providers do not say how they count; this is never less than the number of characters, so a text that fits
    by this measure fits by theirs.
    """
    return len(text) + sum(character > "\uffff" for character in text)


def split_text(text: str, max_text: int) -> list[str]:
    """Cut `text` into parts of at most `max_text` (by `width`), at the last place that reads well: the end of
    a sentence, else of a line, else of a word, else between two graphemes.

    Only whitespace at the cuts and around the text is dropped; an empty text has no parts. A single grapheme
    wider than `max_text` is cut between its code points. Raises ValueError for a `max_text` under 2.
    """
    if max_text < 2:
        raise ValueError("max_text must be at least 2")
    parts: list[str] = []
    rest = text.strip()
    while rest:
        cut = _cut(rest, max_text)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return parts


def _cut(text: str, max_text: int) -> int:
    """Where the first part of `text`, which begins with no space, ends: an index above 0."""
    limit = _fitting(text, max_text)
    if limit == len(text):
        return limit
    head = text[: limit + 1]  # one more: a part may end just before a space
    sentences = [match.end() for match in _SENTENCE_END.finditer(head) if _ends_sentence(text, match)]
    lines = [head.rfind("\n")]
    words = [match.start() for match in _BREAKS.finditer(head)]
    for places in (sentences, lines, words):
        if places and places[-1] > 0:
            return places[-1]
    # A grapheme that reaches past the slice ends past the limit too, so the slice need not hold all of it.
    ends = [match.end() for match in _GRAPHEME.finditer(text[: limit + 1]) if match.end() <= limit]
    return ends[-1] if ends else limit


def _fitting(text: str, max_text: int) -> int:
    """How many characters of `text` are at most `max_text` wide."""
    used = 0
    for index, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > max_text:
            return index
    return len(text)


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    """False for "a. m. del viernes", "Sr. García" and "1. Corte": a stop that ends no sentence."""
    following = text[match.end() :].lstrip()[:1]
    if following.islower():
        return False
    if match.group().rstrip("\"'”’»)]*_~") != ".":
        return True
    before = text[: match.start()]
    word = re.split(r"[\s(«“\"']", before)[-1]
    if word.isdigit() and before[: -len(word)].rpartition("\n")[2].strip() == "":
        return False
    return word.lower() not in _ABBREVIATIONS
