"""Reading a line's text: what a person wrote, or what WhatsApp put in the place of media, places and deletions."""

import re
from pathlib import PurePath

from app.imports.locales import LOCALES
from app.imports.text import is_marked, unmarked
from app.imports.values import Content, Kind, MediaKind

_NAME = r"[^\n/\\<>]{1,250}?\.\w{1,8}"
_ATTACHED = "|".join(sorted({re.escape(words) for one in LOCALES.values() for words in one.attached}, key=len)[::-1])
# Android: "IMG-1.jpg (archivo adjunto)" and the caption below; old iPhones "1.jpg <attached>".
_ATTACHED_AFTER = re.compile(
    rf"(?P<name>{_NAME}) (?:\((?:{_ATTACHED})\)|<(?:{_ATTACHED})>)(?:\n(?P<caption>.*))?", re.IGNORECASE | re.DOTALL
)
# A name that only WhatsApp gives, followed by words in a language that is not in the table.
_OWN_NAME = re.compile(
    r"(?P<name>(?:IMG|VID|AUD|PTT|DOC|STK)-\d{8}-WA\d{4,}\.\w{1,8}) \([^()\n]{3,40}\)(?:\n(?P<caption>.*))?", re.DOTALL
)
# iPhones: "<attached: 1.jpg>" in any language, the caption before or after it.
_ATTACHED_IN = re.compile(rf"<\s?[^:<>\n]{{3,30}}:\s?(?P<name>{_NAME})\s?>")
_LOCATION = re.compile(r"[^\n:]{3,40}:\s?https://maps\.google\.com/\?q=(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)")

_PLACEHOLDERS = {words: language for language, one in LOCALES.items() for words in one.placeholders}
_DELETED = {words: language for language, one in LOCALES.items() for words in one.deleted}
_DELETED_BY_ME = {words: language for language, one in LOCALES.items() for words in one.deleted_by_me}
_EDITED = {words: language for language, one in LOCALES.items() for words in one.edited}
_NOTICES = tuple((words, language) for language, one in LOCALES.items() for words in one.notices)
_OMITTED = tuple(
    (kind, re.compile(rf"(?:(?P<before>.*)[\s\u200e])?(?:{words}) {one.omitted}", re.IGNORECASE | re.DOTALL), language)
    for language, one in LOCALES.items()
    for kind, words in one.media.items()
)
_GROUP = {
    language: re.compile("|".join(rf"(?<!\w){re.escape(words)}(?!\w)" for words in one.group), re.IGNORECASE)
    for language, one in LOCALES.items()
}
_BY_SUFFIX = {
    MediaKind.IMAGE: "jpg jpeg png gif heic bmp tiff",
    MediaKind.AUDIO: "opus ogg mp3 m4a aac amr wav",
    MediaKind.VIDEO: "mp4 mov 3gp mkv avi webm",
    MediaKind.STICKER: "webp",
    MediaKind.CONTACT: "vcf",
}
_SUFFIXES = {suffix: kind for kind, words in _BY_SUFFIX.items() for suffix in words.split()}


def read_content(raw: str) -> Content:
    """The text under an author's name, marks and all, as what it is."""
    marked = is_marked(raw)
    text = unmarked(raw).strip()
    if not text or text == "null":  # view once
        return Content(kind=Kind.EMPTY)
    folded = _folded(text)
    if notice_language(text, marked=marked):
        return Content(kind=Kind.NOTICE, text=text)
    if folded in _DELETED or folded in _DELETED_BY_ME:
        return Content(kind=Kind.DELETED, text=text)
    if edited := _without_edit(text):
        return _message(raw, edited, edited=True)
    return _message(raw, text, edited=False)


def _message(raw: str, text: str, *, edited: bool) -> Content:
    if found := _LOCATION.fullmatch(text):
        return Content(kind=Kind.LOCATION, text=text, location=(found[1], found[2]), edited=edited)
    if found := _ATTACHED_AFTER.fullmatch(text) or _OWN_NAME.fullmatch(text):
        return _media(found["name"], found["caption"] or "", edited=edited)
    if found := _ATTACHED_IN.search(text):
        around = text[: found.start()].strip(), text[found.end() :].strip()
        if not all(around):  # in the midst of a sentence it is somebody's own text
            return _media(found["name"], around[0] or around[1], edited=edited)
    if text.casefold() in _PLACEHOLDERS:
        return Content(kind=Kind.MEDIA, media=MediaKind.UNKNOWN, edited=edited)
    head, newline, caption = text.partition("\n")
    if newline and head.casefold() in _PLACEHOLDERS:
        return Content(kind=Kind.MEDIA, media=MediaKind.UNKNOWN, text=caption.strip(), edited=edited)
    if kind := _omitted_kind(raw, text):
        return Content(kind=Kind.MEDIA, media=kind[0], text=kind[1], edited=edited)
    return Content(kind=Kind.TEXT, text=text, edited=edited)


def _media(name: str, caption: str, *, edited: bool) -> Content:
    name = name.strip()
    return Content(kind=Kind.MEDIA, media=media_kind(name), attachment=name, text=caption.strip(), edited=edited)


def _omitted_kind(raw: str, text: str) -> tuple[MediaKind, str] | None:
    """The kind of omitted media, and what stands before the words: a caption or a document's name."""
    if not any(word in text[-30:].casefold() for word in _OMISSIONS):
        return None
    for kind, pattern, _ in _OMITTED:
        if not (found := pattern.fullmatch(text)):
            continue
        before = (found["before"] or "").strip()
        # Alone on its line; else only where a mark, or a bullet after a document's name, shows that a phone wrote it.
        if not before or "•" in before or "\u200e" in raw.strip("\u200e"):
            return kind, before
    return None


_OMISSIONS = tuple(
    word[:4] for one in LOCALES.values() for word in re.findall(r"[^\W\d_]{4,}", re.sub(r"\[.*?\]", " ", one.omitted))
)


def media_kind(name: str) -> MediaKind:
    """By the ending of a file's name, and by what WhatsApp calls stickers."""
    suffix = PurePath(name).suffix.lower().lstrip(".")
    if suffix == "gif" or "GIF" in name and suffix == "mp4":
        return MediaKind.VIDEO
    return _SUFFIXES.get(suffix, MediaKind.DOCUMENT)


def notice_language(text: str, *, marked: bool = False) -> str | None:
    """The language of a notice that stands under somebody's name; None when it is that person's message.

    The encryption notice and its like always; group events only where the phone marked the text as its own.
    """
    folded = text.casefold()
    for words, language in _NOTICES:
        if folded.startswith(words) and (marked or len(text) > len(words) + 10):
            return language
    if marked and "\n" not in text and ("omit" not in folded):
        return group_language(text) if not _LOCATION.fullmatch(text) and not _is_phrase(folded) else None
    return None


def is_notice(text: str) -> bool:
    """True for what WhatsApp says of a chat of two, whatever follows: also with a name and a colon in it."""
    folded = text.casefold()
    return any(folded.startswith(words) for words, _ in _NOTICES)


def _is_phrase(folded: str) -> bool:
    return folded.startswith("<") or _folded(folded) in _DELETED | _DELETED_BY_ME


def group_language(text: str) -> str | None:
    """The language of a notice that only groups have; None for other notices."""
    return next((language for language, pattern in _GROUP.items() if pattern.search(text)), None)


def deleted_by_author(content: Content) -> bool:
    """True for "You deleted this message": its author is whoever exported the chat."""
    return content.kind is Kind.DELETED and _folded(content.text) in _DELETED_BY_ME


def language_of(raw: str) -> str | None:
    """The language of WhatsApp's own words, where a text holds any. `raw` may have marks."""
    text = unmarked(raw).strip()
    folded = _folded(text)
    for table in (_PLACEHOLDERS, _DELETED, _DELETED_BY_ME):
        if language := table.get(text.casefold()) or table.get(folded):
            return language
    if edited := _EDIT.search(text):
        return _EDITED.get(_folded(edited[1]))
    for words, language in _NOTICES:
        if folded.startswith(words):
            return language
    if is_marked(raw):
        return next((language for _, pattern, language in _OMITTED if pattern.fullmatch(text)), None)
    return None


_EDIT = re.compile(r"<([^<>\n]{8,60})>$")


def _without_edit(text: str) -> str | None:
    found = _EDIT.search(text)
    return text[: found.start()].rstrip() if found and _folded(found[1]) in _EDITED else None


def _folded(text: str) -> str:
    return text.casefold().rstrip(".!… \n\t\xa0")
