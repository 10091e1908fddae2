"""What stands in a message of WAHA's, in each engine's shape: text, files, places, cards; or nothing anybody said."""

from collections.abc import Iterable

from app.channels import content
from app.channels.payloads import Json, part, text
from app.models import Media

# What WhatsApp writes into a chat by itself, as each engine says it; also what the phone could not open yet: its text
# comes later, under the same id.
_NOTICES = frozenset(
    {
        "e2e_notification",
        "notification",
        "notification_template",
        "gp2",
        "protocol",
        "call_log",
        "revoked",
        "ciphertext",
    }
)
# A file's kind as WhatsApp names it: `_data.type`, or before "Message" in the engines that pass on its own form.
_LABELS = {
    "sticker": content.STICKER,
    "ptt": content.AUDIO,
    "audio": content.AUDIO,
    "image": content.IMAGE,
    "video": content.VIDEO,
    "document": content.DOCUMENT,
}


def is_notice(payload: Json) -> bool:
    if text(payload, "body") or payload.get("hasMedia") is True or part(payload, "location") or payload.get("vCards"):
        return False
    data = part(payload, "_data")
    said = part(data, "message") or part(data, "Message")
    stub = text(data, "messageStubType") not in ("", "0")
    return text(data, "type") in _NOTICES or stub or bool(part(said, "protocolMessage"))


def body_of(payload: Json) -> str:
    said = text(payload, "body", "caption")
    place = part(payload, "location")
    latitude, longitude = text(place, "latitude"), text(place, "longitude")
    if latitude and longitude:
        where = content.location_text(
            latitude=latitude,
            longitude=longitude,
            label=text(place, "name", "description", "title"),
            address=text(place, "address"),
        )
        # WEBJS puts a small picture of the map, in base64, into the body of a location.
        return f"{said}\n{where}" if said and len(said) < 500 and " " in said else where
    card = [said] if said.lstrip().upper().startswith("BEGIN:VCARD") else []
    if cards := list(_cards(payload.get("vCards"))) or list(_cards(card)):
        return "\n".join(cards)
    if said:
        return said
    media = part(payload, "media")
    if payload.get("hasMedia") is True or media:
        label = _label_of(payload) or content.media_label(text(media, "mimetype") or None)
        return content.file_text(label, filename=text(media, "filename") if label == content.DOCUMENT else "")
    return content.OTHER


def _label_of(payload: Json) -> str | None:
    """Of a file that WAHA did not download, and of a sticker, which is a picture by its MIME type."""
    data = part(payload, "_data")
    said = part(data, "message") or part(data, "Message")
    kinds = (kind for kind in _LABELS if text(data, "type") == kind or part(said, f"{kind}Message"))
    kind = next(kinds, None)
    if kind is None or (kind != "sticker" and text(part(payload, "media"), "mimetype")):
        return None
    return _LABELS[kind]


def media_of(payload: Json) -> Iterable[Media]:
    media = part(payload, "media")
    # Without an address WAHA did not download the file (its setting), and it cannot be had.
    if url := text(media, "url").strip():
        yield Media(url=url, content_type=text(media, "mimetype") or None)


def _cards(cards: object) -> Iterable[str]:
    for card in cards if isinstance(cards, list) else []:
        if isinstance(card, str) and card.strip():
            fields = [line.partition(":") for line in card.splitlines()]
            name = next((value for field, _, value in fields if field.partition(";")[0].upper() == "FN"), "")
            phones = [value for field, _, value in fields if field.partition(";")[0].upper().endswith("TEL")]
            yield content.contact_text(name, phones)
        elif isinstance(card, dict):
            yield content.contact_text(text(card, "fullName", "name"), [text(card, "phoneNumber")])
