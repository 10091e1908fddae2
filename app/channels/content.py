"""What stands in a message's body for content that is not text, in one wording for all providers."""

import re
from collections.abc import Iterable

from app.models import Media

AUDIO = "[Audio message]"
CONTACT = "[Contact]"
DELETED = "[Deleted message]"
DOCUMENT = "[Document]"
IMAGE = "[Image]"
STICKER = "[Sticker]"
VIDEO = "[Video]"
OTHER = "[Message without text]"

_BY_TYPE = {"text/vcard": CONTACT, "text/x-vcard": CONTACT, "text/directory": CONTACT}
_BY_FAMILY = {"audio": AUDIO, "image": IMAGE, "video": VIDEO}


_SPOKEN = re.compile(r"^\[Audio message\] (?=\S)", re.MULTILINE)


def spoken(body: str) -> str:
    """What a customer said, as if it had been typed: without the label of a voice note that was transcribed."""
    return _SPOKEN.sub("", body)


def media_label(content_type: str | None) -> str:
    """`[Image]`, `[Audio message]`, … for a MIME type; `[Document]` for all others and for none."""
    mime = (content_type or "").partition(";")[0].strip().lower()
    return _BY_TYPE.get(mime) or _BY_FAMILY.get(mime.partition("/")[0], DOCUMENT)


def media_text(media: Iterable[Media]) -> str:
    """The labels of all files of a message, such as `[Image] [Image]`; empty without files."""
    return " ".join(media_label(item.content_type) for item in media)


def file_text(label: str, *, filename: str = "", caption: str = "") -> str:
    """What stands for one file: its caption, else its label and name, such as `[Document] presupuesto.pdf`."""
    return caption or f"{label} {filename.strip()}".strip()


def contact_text(name: str, phones: Iterable[str]) -> str:
    """`[Contact] Lucía Gómez, +34 600 100 200`."""
    known = [part.strip() for part in (name, *phones) if part.strip()]
    return f"{CONTACT} {', '.join(known)}" if known else CONTACT


def location_text(*, latitude: str, longitude: str, label: str = "", address: str = "") -> str:
    """`[Location] Label, Address (lat, lon)`, with what is known; six decimals are a hand's breadth."""
    place = ", ".join(dict.fromkeys(part.strip() for part in (label, address) if part.strip()))
    where = f"({_degrees(latitude)}, {_degrees(longitude)})"
    return f"[Location] {place} {where}" if place else f"[Location] {where}"


def _degrees(value: str) -> str:
    try:
        return f"{float(value):.6f}".rstrip("0").rstrip(".")
    except ValueError:
        return value.strip()
