"""What Chatwoot posts to a webhook, read into our values. The webhooks of an account, of an inbox and of an agent bot
have one shape.

Shapes: Chatwoot's `webhook_data` (4.15). A message's conversation stands under `conversation`, whose `id` is the number
seen in the dashboard and taken by the API; in events of a conversation it is the body itself.
"""

import mimetypes
import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from app.channels import content
from app.channels.base import Parsed
from app.channels.payloads import Json, e164, identifier, moment, part, parts, text
from app.errors import MalformedWebhook
from app.models import (
    Amendment,
    AmendmentKind,
    DeliveryStatus,
    Direction,
    Handover,
    InboundMessage,
    Media,
    Role,
    StatusUpdate,
)

PROVIDER = "chatwoot"
# In a message's content_attributes: it was sent by Hilo.
OWN = "hilo_message_id"

_TYPES = {"0": "incoming", "1": "outgoing", "2": "activity", "3": "template"}  # as inside `conversation.messages`
_FILES = {
    "image": content.IMAGE,
    "audio": content.AUDIO,
    "video": content.VIDEO,
    "file": content.DOCUMENT,
    "contact": content.CONTACT,
    "sticker": content.STICKER,
}
_STATUSES = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "failed": DeliveryStatus.FAILED,
}
# Chatwoot hands on what the provider behind the inbox said: Meta's and Twilio's numbers.
_OUTSIDE_WINDOW = re.compile(r"\b(?:131047|63016)\b")
_SILENT = frozenset(
    {"conversation_created", "conversation_opened", "conversation_resolved", "conversation_typing_on",
     "conversation_typing_off", "contact_created", "contact_updated", "inbox_created", "inbox_updated",
     "webwidget_triggered"}
)  # fmt: skip

# What an agent writes, best as a private note, to give the conversation to the agent of Hilo, or to take it.
HAND_BACK = frozenset({"/bot", "/hilo"})
TAKE_OVER = frozenset({"/humano", "/human", "/persona", "/person"})


def contact_key(account: str, contact: str) -> str:
    """Our name for a Chatwoot contact: one conversation of ours for all of theirs, in whichever they write."""
    return f"chatwoot:{account}:{contact}"


def parse_event(body: Json, *, hand_back_label: str = "") -> Parsed:
    """The one thing that a request is about; `MalformedWebhook` for a body that is no event of Chatwoot's."""
    event = text(body, "event")
    if not event:
        raise MalformedWebhook("the body is no event of Chatwoot's")
    if event == "message_created":
        return parse_message(body)
    if event == "message_updated":
        return _updated(body)
    if event == "conversation_status_changed":
        # Pending is a bot's turn; and after a case is closed the next message opens a new one.
        status = text(body, "status")
        return _handover(body, body, to_agent=True) if status in ("pending", "resolved") else _ignored("status-changed")
    if event == "conversation_updated":
        labelled = hand_back_label and _label_was_added(body, hand_back_label)
        return _handover(body, body, to_agent=True, tell=True) if labelled else _ignored("conversation-updated")
    return _ignored(event.replace("_", "-") if event in _SILENT else "unknown-event")


def parse_message(body: Json) -> Parsed:
    """A message, as the webhook brings it."""
    kind = _kind(body)
    sender = part(body, "sender")
    by_person = kind == "outgoing" and text(sender, "type").lower() == "user"
    command = text(body, "content").strip().lower() if by_person else ""
    handover = Parsed()
    if command in HAND_BACK | TAKE_OVER:
        handover = _handover(body, part(body, "conversation"), to_agent=command in HAND_BACK, tell=True)
    if _is_private(body):
        return handover if handover.handovers else _ignored("private-note")
    if kind not in ("incoming", "outgoing"):
        return _ignored(kind if kind in ("template", "activity") else "unknown-message-type")
    if kind == "outgoing":
        if text(part(body, "content_attributes"), OWN):
            return _ignored("own-echo")
        if text(sender, "type").lower() in ("agent_bot", "agentbot", "captain_assistant"):
            return _ignored("bot")
    message = _message(body, by_person=by_person, incoming=kind == "incoming")
    if message is None:
        return _ignored("incomplete-message")
    return Parsed(messages=(message,), handovers=handover.handovers)


def _is_private(body: Json) -> bool:
    """In doubt it is: a note among colleagues must not reach the agent."""
    return body.get("private") not in (None, False, "false", "", 0)


def _ignored(reason: str) -> Parsed:
    return Parsed(ignored={reason: 1})


def _kind(body: Json) -> str:
    word = text(body, "message_type").lower()
    return _TYPES.get(word, word)


def address_of(body: Json, conversation: Json) -> str:
    """Our side: `account/inbox`, or the account alone where the sender names no inbox."""
    account = identifier(part(body, "account"), "id") or identifier(part(conversation, "account"), "id")
    inbox = (
        identifier(part(body, "inbox"), "id")
        or identifier(conversation, "inbox_id")
        or identifier(part(conversation, "contact_inbox"), "inbox_id")
    )
    return f"{account}/{inbox}" if account and inbox else account


def _contact(body: Json, conversation: Json) -> Json:
    """The customer: in what they write the sender, in what we write the conversation's."""
    return (
        part(conversation, "meta", "sender")
        or part(body, "contact")
        or (part(body, "sender") if _kind(body) == "incoming" else {})
    )


def _message(body: Json, *, by_person: bool, incoming: bool) -> InboundMessage | None:
    conversation = part(body, "conversation")
    contact = _contact(body, conversation)
    address, sid = address_of(body, conversation), identifier(body, "id")
    who = identifier(contact, "id") or identifier(part(conversation, "contact_inbox"), "contact_id")
    if not address or not sid or not who:
        return None
    files = parts(body.get("attachments"))
    author = "operator" if by_person else "api"
    return InboundMessage(
        provider=PROVIDER,
        channel_address=address,
        contact=contact_key(address.partition("/")[0], who),
        message_sid=sid,
        body=_body(body, files),
        direction=Direction.INBOUND if incoming else Direction.OUTBOUND,
        role=Role.USER if incoming else Role.BOT,
        sent_at=moment(body.get("created_at")),
        contact_name=text(contact, "name").strip() or None,
        phone=e164(text(contact, "phone_number").strip()),
        thread=thread_of(conversation),
        media=tuple(_media(files)),
        reply_to_sid=identifier(part(body, "content_attributes"), "in_reply_to") or None,
        raw=body,
        author=None if incoming else author,
        by_person=by_person,
    )


def thread_of(conversation: Json) -> str | None:
    """The conversation's number, if it has one."""
    number = identifier(conversation, "id") or identifier(conversation, "display_id")
    return number if number.isascii() and number.isdigit() else None


def _updated(body: Json) -> Parsed:
    """A message was deleted, or its delivery was reported. Chatwoot's texts cannot be edited."""
    if _is_private(body):
        return _ignored("private-note")
    sid, kind, attributes = identifier(body, "id"), _kind(body), part(body, "content_attributes")
    conversation = part(body, "conversation")
    address = address_of(body, conversation)
    if sid and address and attributes.get("deleted") is True:
        # Without a contact: a message that was never stored is not stored because it was deleted.
        message = InboundMessage(
            provider=PROVIDER,
            channel_address=address,
            contact="",
            message_sid=sid,
            body=content.DELETED,
            direction=Direction.INBOUND if kind == "incoming" else Direction.OUTBOUND,
            role=Role.USER if kind == "incoming" else Role.BOT,
        )
        return Parsed(
            amendments=(Amendment(kind=AmendmentKind.REVOKED, message=message, amendment_sid=f"{sid}-deleted"),)
        )
    if sid and kind == "outgoing":
        copies = [copy for copy in parts(conversation.get("messages")) if identifier(copy, "id") == sid]
        word = next((word for source in (body, *copies) if (word := text(source, "status"))), "")
        error = text(attributes, "external_error")
        status = DeliveryStatus.FAILED if error else _STATUSES.get(word)
        if status:
            update = StatusUpdate(
                provider=PROVIDER,
                message_sid=sid,
                status=status,
                channel_address=address if "/" in address else None,
                error=error or None,
                outside_window=status is DeliveryStatus.FAILED and bool(_OUTSIDE_WINDOW.search(error)),
            )
            return Parsed(statuses=(update,))
    return _ignored("message-updated")


def _handover(body: Json, conversation: Json, *, to_agent: bool, tell: bool = False) -> Parsed:
    address = address_of(body, conversation)
    who = identifier(part(conversation, "meta", "sender"), "id") or identifier(
        part(conversation, "contact_inbox"), "contact_id"
    )
    if not address or not who:
        return _ignored("incomplete-conversation")
    contact = contact_key(address.partition("/")[0], who)
    told = Handover(provider=PROVIDER, channel_address=address, contact=contact, to_agent=to_agent, tell=tell)
    return Parsed(handovers=(told,))


def _label_was_added(body: Json, label: str) -> bool:
    """Whether this very change added the label: a label that merely is there would end every later pause too."""
    for change in parts(body.get("changed_attributes")):
        for name in ("label_list", "cached_label_list"):
            labels = part(change, name)
            if label in _labels(labels.get("current_value")) and label not in _labels(labels.get("previous_value")):
                return True
    return False


def _labels(value: object) -> set[str]:
    words = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return {word.strip().lower() for word in words if isinstance(word, str)}


def _body(body: Json, files: list[Json]) -> str:
    said = text(body, "content")
    places = [
        content.location_text(
            latitude=text(file, "coordinates_lat"),
            longitude=text(file, "coordinates_long"),
            label=text(file, "fallback_title"),
        )
        for file in files
        if text(file, "file_type") == "location" and text(file, "coordinates_lat")
    ]
    if places:
        return "\n".join(filter(None, [said, *places]))
    return said or " ".join(_label(file) for file in files) or content.OTHER


def _label(file: Json) -> str:
    kind = text(file, "file_type")
    if kind == "contact":
        return content.contact_text("", [text(file, "fallback_title")])
    if kind == "file":
        return content.file_text(content.DOCUMENT, filename=_filename(file))
    return _FILES.get(kind) or content.media_label(text(file, "content_type"))


def _filename(file: Json) -> str:
    """The end of a file's address; empty where that is no name."""
    try:
        name = unquote(urlsplit(text(file, "data_url")).path.rpartition("/")[2])
    except ValueError:
        return ""
    return name if "." in name.strip(".") else ""


def _media(files: list[Json]) -> Iterable[Media]:
    for file in files:
        if url := text(file, "data_url").strip():
            guess = _GUESSED.get(text(file, "file_type")) or mimetypes.guess_type(_filename(file))[0]
            yield Media(url=url, content_type=text(file, "content_type") or guess)


# Most versions give an attachment no content type; of these kinds the family is known, of others the name tells.
_GUESSED = {"image": "image/*", "audio": "audio/*", "video": "video/*"}
