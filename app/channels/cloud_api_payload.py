"""What Meta posts to a webhook, read into our values: many entries, changes, messages and statuses in one request.

Shapes: https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks. What is not known stays in `raw`.
"""

from collections import Counter
from collections.abc import Iterable

from app.channels import content
from app.channels.base import Parsed
from app.channels.cloud_api_codes import FIELDS, FILES, OUTSIDE_WINDOW, SILENT, STATUSES, meaning
from app.channels.forms import CLEANED
from app.channels.payloads import Json, e164, identifier, moment, part, parts, text
from app.errors import MalformedWebhook
from app.models import (
    Amendment,
    AmendmentKind,
    ContactAlias,
    DeliveryStatus,
    Direction,
    InboundMessage,
    Media,
    Role,
    StatusUpdate,
)

PROVIDER = "cloud_api"
MEDIA = "https://graph.facebook.com/"

_CHANGED_NUMBER = frozenset({"user_changed_number", "customer_changed_number", "user_changed_user_id"})


def parse_payload(body: Json) -> Parsed:
    """All that one request holds; `MalformedWebhook` for a body that is not about a WhatsApp Business account.

    An element that lacks what it needs is counted and left out, so that it does not cost the others.
    """
    if body.get("object") != "whatsapp_business_account" or not isinstance(body.get("entry"), list):
        raise MalformedWebhook("the body is no webhook of a WhatsApp Business account")
    reading = _Reading(cleaned=bool(body.get(CLEANED)))
    for entry in parts(body["entry"]):
        for change in parts(entry.get("changes")):
            reading.change(text(change, "field"), part(change, "value"))
    return reading.result()


class _Reading:
    """What has been read so far."""

    def __init__(self, *, cleaned: bool) -> None:
        self._cleaned = cleaned
        self._messages: list[InboundMessage] = []
        self._amendments: list[Amendment] = []
        self._statuses: list[StatusUpdate] = []
        self._aliases: list[ContactAlias] = []
        self._ignored: Counter[str] = Counter()

    def result(self) -> Parsed:
        return Parsed(
            messages=tuple(self._messages),
            amendments=tuple(self._amendments),
            statuses=tuple(self._statuses),
            aliases=tuple(self._aliases),
            ignored=dict(self._ignored),
        )

    def change(self, field: str, value: Json) -> None:
        if field not in ("messages", "smb_message_echoes"):
            self._ignored[field.replace("_", "-") if field in FIELDS else "unknown-field"] += 1
            return
        address = identifier(part(value, "metadata"), "phone_number_id")
        messages, echoes = parts(value.get("messages")), parts(value.get("message_echoes"))
        statuses = parts(value.get("statuses"))
        self._ignored["error-report"] += len(parts(value.get("errors")))
        if address:
            for message in messages:
                self._message(message, value, address, echo=False)
            for message in echoes:
                self._message(message, value, address, echo=True)
        else:
            self._ignored["no-phone-number-id"] += len(messages) + len(echoes)
        for status in statuses:
            self._status(status, address)
        self._ignored += Counter()  # drops what was counted as none

    def _message(self, message: Json, value: Json, address: str, *, echo: bool) -> None:
        kind = text(message, "type")
        common = self._common(message, value, address, echo=echo)
        silent = SILENT.get(kind) or SILENT.get(text(part(message, "interactive"), "type"))
        if silent:
            self._ignored[silent] += 1
        elif identifier(message, "group_id") or identifier(part(message, "context"), "group_id"):
            self._ignored["group"] += 1
        elif common is None:
            self._ignored["incomplete-message"] += 1
        elif kind == "system":
            self._system(part(message, "system"), common)
        elif kind in ("edit", "revoke"):
            self._amended(kind, part(message, kind), common)
        elif kind == "reaction":
            reaction = part(message, "reaction")
            emoji = text(reaction, "emoji").strip()
            if not emoji:
                self._ignored["reaction-removed"] += 1
                return
            change = {"body": emoji, "reply_to_sid": identifier(reaction, "message_id") or None}
            self._messages.append(common.model_copy(update={**change, "answer": False, "by_person": False}))
        else:
            self._messages.append(
                common.model_copy(update={"body": _body(kind, message), "media": tuple(_media(kind, message))})
            )

    def _common(self, message: Json, value: Json, address: str, *, echo: bool) -> InboundMessage | None:
        """The message without its content; None where it does not say which it is, or whose."""
        number, user = ("to", "to_user_id") if echo else ("from", "from_user_id")
        contact = identifier(message, number) or identifier(message, user)
        sid = identifier(message, "id")
        if not contact or not sid:
            return None
        person = _person(parts(value.get("contacts")), contact, identifier(message, user))
        # Number and user id may each be missing from the next message: both are this customer.
        names = [identifier(message, user)]
        if contact in (identifier(person, "wa_id"), identifier(person, "user_id")):
            names += [identifier(person, "wa_id"), identifier(person, "user_id")]
        profile = part(person, "profile")
        raw = {"metadata": value.get("metadata"), "contact": person or None, "message": message}
        if self._cleaned:
            raw[CLEANED] = True
        return InboundMessage(
            provider=PROVIDER,
            channel_address=address,
            contact=contact,
            message_sid=sid,
            body="",
            direction=Direction.OUTBOUND if echo else Direction.INBOUND,
            role=Role.BOT if echo else Role.USER,
            sent_at=moment(message.get("timestamp")),
            contact_name=text(profile, "name", "username").strip() or None,
            phone=e164(contact) or next((phone for name in names if (phone := e164(name))), None),
            aliases=tuple(dict.fromkeys(name for name in names if name and name != contact)),
            thread=contact,
            reply_to_sid=identifier(part(message, "context"), "id") or None,
            raw=raw,
            author="phone" if echo else None,
            by_person=echo,
        )

    def _amended(self, kind: str, change: Json, common: InboundMessage) -> None:
        original = identifier(change, "original_message_id")
        if not original:
            self._ignored["incomplete-message"] += 1
            return
        edited = part(change, "message")
        if kind == "edit" and not edited:  # it would take away what was said
            self._ignored["incomplete-message"] += 1
            return
        body = _body(text(edited, "type"), edited) if kind == "edit" else content.DELETED
        media = tuple(_media(text(edited, "type"), edited))
        self._amendments.append(
            Amendment(
                kind=AmendmentKind.EDITED if kind == "edit" else AmendmentKind.REVOKED,
                message=common.model_copy(update={"message_sid": original, "body": body, "media": media}),
                amendment_sid=common.message_sid,
                at=common.sent_at,
            )
        )

    def _system(self, system: Json, common: InboundMessage) -> None:
        kind = text(system, "type")
        if kind not in _CHANGED_NUMBER:
            self._ignored["system"] += 1
            return
        self._ignored["user-changed-number"] += 1
        names = (identifier(system, "wa_id"), identifier(system, "new_wa_id"), identifier(system, "user_id"))
        self._aliases += [
            ContactAlias(provider=PROVIDER, channel_address=common.channel_address, contact=common.contact, alias=name)
            for name in dict.fromkeys(names)
            if name and name != common.contact
        ]

    def _status(self, status: Json, address: str) -> None:
        sid, word = identifier(status, "id"), text(status, "status").lower()
        if not sid or word not in STATUSES:
            self._ignored["unknown-status" if sid else "incomplete-status"] += 1
            return
        error = next(iter(parts(status.get("errors"))), {})
        code = text(error, "code") if STATUSES[word] is DeliveryStatus.FAILED else ""
        known = meaning(int(code)) if code.isascii() and code.isdigit() and len(code) < 10 else None
        said = text(part(error, "error_data"), "details") or text(error, "message", "title")
        self._statuses.append(
            StatusUpdate(
                provider=PROVIDER,
                message_sid=sid,
                status=STATUSES[word],
                channel_address=address or None,
                error_code=code[:40] or None,
                error=(known or said or None) if code else None,
                outside_window=code == str(OUTSIDE_WINDOW),
            )
        )


def _person(contacts: list[Json], contact: str, user_id: str) -> Json:
    """The entry of `contacts` that is this message's customer. `wa_id` may be written otherwise than `from` (Mexico,
    Argentina, Brazil), so the only entry of all is taken too."""
    for person in contacts:
        if contact in (identifier(person, "wa_id"), identifier(person, "user_id")):
            return person
        if user_id and user_id == identifier(person, "user_id"):
            return person
    return contacts[0] if len(contacts) == 1 else {}


def _body(kind: str, message: Json) -> str:
    if kind in FILES:
        file = part(message, kind)
        return content.file_text(FILES[kind], filename=text(file, "filename"), caption=text(file, "caption"))
    if kind == "location":
        place = part(message, "location")
        latitude, longitude = text(place, "latitude"), text(place, "longitude")
        if latitude and longitude:
            return content.location_text(
                latitude=latitude, longitude=longitude, label=text(place, "name"), address=text(place, "address")
            )
    if kind == "contacts":
        return "\n".join(_cards(parts(message.get("contacts")))) or content.CONTACT
    if kind == "order":
        return _order(part(message, "order"))
    if kind == "interactive":
        return _tapped(part(message, "interactive")) or content.OTHER
    if kind == "button":
        return text(part(message, "button"), "text", "payload") or content.OTHER
    return text(part(message, "text"), "body") or content.OTHER


def _media(kind: str, message: Json) -> Iterable[Media]:
    """By id: the address that comes along is good for five minutes only."""
    file = part(message, kind)
    if kind in FILES and (found := identifier(file, "id")):
        yield Media(url=MEDIA + found, content_type=text(file, "mime_type") or None)


def _cards(contacts: list[Json]) -> Iterable[str]:
    for card in contacts:
        name = part(card, "name")
        phones = [text(phone, "phone", "wa_id") for phone in parts(card.get("phones"))]
        yield content.contact_text(text(name, "formatted_name", "first_name"), phones)


def _order(order: Json) -> str:
    items = parts(order.get("product_items"))
    lines = [f"{text(item, 'quantity') or '1'} × {text(item, 'product_retailer_id')}" for item in items]
    said = text(order, "text").strip()
    return "\n".join(filter(None, [f"[Order] {', '.join(lines)}".strip(), said]))


def _tapped(interactive: Json) -> str:
    """What a tapped button or list row shows; a form's answers as they came."""
    for kind in ("button_reply", "list_reply"):
        if tapped := part(interactive, kind):
            return text(tapped, "title", "id")
    form = part(interactive, "nfm_reply")
    return content.form_text(text(form, "response_json")) or text(form, "body", "name")
