"""What stands in a message's body for content that is not text, in one wording for all providers."""

import json
import re
import unicodedata
from collections.abc import Iterable

from app.models import Media

AUDIO = "[Audio message]"
CONTACT = "[Contact]"
DELETED = "[Deleted message]"
DOCUMENT = "[Document]"
FORM = "[Form]"
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
    # On one line, and without marks that turn the reading direction: `factura\u202efdp.exe`.
    shown = " ".join("".join(c for c in filename if unicodedata.category(c) != "Cf").split())
    return caption or f"{label} {shown}".strip()


def form_text(answers: str) -> str:
    """`[Form] date: 2026-03-06, name: Ana` for the answers to a WhatsApp form, a JSON object; empty for none."""
    try:
        found = json.loads(answers)
    except (ValueError, RecursionError):
        return ""
    given = found.items() if isinstance(found, dict) else ()
    said = [f"{name}: {_answer(value)}" for name, value in given if name != "flow_token" and _answer(value)]
    return f"{FORM} {', '.join(said)}" if said else ""


def _answer(value: object) -> str:
    if isinstance(value, list):
        return " / ".join(filter(None, map(_answer, value)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


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
