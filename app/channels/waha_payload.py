"""What WAHA posts to a webhook, read into our values; the same for its engines WEBJS, NOWEB and GOWS.

Shapes: https://waha.devlike.pro/docs/how-to/events/. A message's id is `{fromMe}_{chat}_{tail}`, with
`_{participant}` in groups. The same message may come once with the number (`…@c.us`) and once with the hidden id
(`…@lid`) of its chat, so the tail alone is its identity for us; edits and deletions name it by the tail too.
"""

import re

from app.channels import content
from app.channels.base import Parsed
from app.channels.forms import CLEANED
from app.channels.payloads import Json, e164, identifier, moment, part, text
from app.channels.waha_content import body_of, is_notice, media_of
from app.errors import MalformedWebhook
from app.models import (
    Amendment,
    AmendmentKind,
    DeliveryStatus,
    Direction,
    InboundMessage,
    Role,
    StatusUpdate,
    Value,
)

PROVIDER = "waha"

_ID = re.compile(r"(true|false)_([^_\s]+@[a-z.]+)_([^_\s]+?)(?:_.*|\[_participant\])?")
_NUMBER = re.compile(r"([0-9]{6,15})(?::[0-9]+)?@(?:c\.us|s\.whatsapp\.net)")

# Chats that are no conversation with a customer, by how they end.
_NOT_CUSTOMERS = {
    "@g.us": "group",
    "@newsletter": "newsletter",
    "@broadcast": "broadcast",
    "@call": "call",
    "@bot": "bot",  # Meta's own; two agents would talk without end
}
_WHATSAPP_ITSELF = "0@c.us"

# Events that say nothing in a conversation, under the name by which they are counted.
_SILENT = frozenset(
    {"session.status", "state.change", "message.waiting", "message.ack.group", "chat.archive", "group.join",
     "group.leave", "group.v2.join", "group.v2.leave", "group.v2.update", "group.v2.participants",
     "group.v2.participants.join-request", "presence.update", "poll.vote", "poll.vote.failed", "label.upsert",
     "label.deleted", "label.chat.added", "label.chat.deleted", "call.received", "call.accepted", "call.rejected",
     "event.response", "event.response.failed", "engine.event"}
)  # fmt: skip

_ACKS = {
    "ERROR": DeliveryStatus.FAILED,
    "PENDING": DeliveryStatus.SENDING,
    "SERVER": DeliveryStatus.SENT,
    "DEVICE": DeliveryStatus.DELIVERED,
    "READ": DeliveryStatus.READ,
    "PLAYED": DeliveryStatus.READ,
}
_ACK_NUMBERS = {"-1": "ERROR", "0": "PENDING", "1": "SERVER", "2": "DEVICE", "3": "READ", "4": "PLAYED"}


class MessageId(Value):
    """A WAHA message id in its parts; `chat` is empty and `from_me` None where only the tail was given."""

    tail: str
    chat: str = ""
    from_me: bool | None = None


def message_id(value: str) -> MessageId:
    match = _ID.fullmatch(value)
    if not match:
        return MessageId(tail=value)
    return MessageId(tail=match[3], chat=_chat_id(match[2]), from_me=match[1] == "true")


def parse_event(body: Json) -> Parsed:
    """The one thing that a request is about; `MalformedWebhook` for a body that is no event of WAHA's."""
    event, session = text(body, "event"), identifier(body, "session")
    if not event or not session or not isinstance(body.get("payload"), dict):
        raise MalformedWebhook("the body is no event of WAHA's")
    payload = part(body, "payload")
    if event == "message.ack":
        return _ack(payload, session)
    reader = {
        "message": _message,
        "message.any": _message,
        "message.reaction": _reaction,
        "message.edited": _edited,
        "message.revoked": _revoked,
    }.get(event)
    if reader is None:
        return _ignored(event.replace(".", "-") if event in _SILENT else "unknown-event")
    # A deletion says whose chat it was only inside `after` (or `before`), which is a message like others.
    message = payload
    if event == "message.revoked":
        message = next(filter(None, (part(payload, name) for name in ("after", "before"))), {})
    common = _common(body, message, session)
    return _ignored(common) if isinstance(common, str) else reader(payload, common)


def _ignored(reason: str) -> Parsed:
    return Parsed(ignored={reason: 1})


def _common(body: Json, payload: Json, session: str) -> InboundMessage | str:
    """The message without its content, or why it is none for us."""
    own = message_id(identifier(payload, "id") or identifier(part(payload, "id"), "_serialized", "id"))
    from_me = payload.get("fromMe")
    if not isinstance(from_me, bool):
        # `message` brings what others wrote; only `message.any` leaves it to the id.
        from_me = bool(own.from_me) and text(body, "event") != "message"
    chat = own.chat or _chat_id(_chat_of(payload, body, from_me=from_me))
    if not chat or not own.tail:
        return "incomplete-message"
    if chat == "status@broadcast":
        return "status"
    for ending, reason in _NOT_CUSTOMERS.items():
        if chat.endswith(ending):
            return reason
    if chat == _WHATSAPP_ITSELF:
        return "whatsapp-itself"
    me = part(body, "me")
    if chat in (_chat_id(identifier(me, "id")), _chat_id(identifier(me, "lid"))):
        return "note-to-self"
    names = _names(chat, payload, from_me=from_me)
    number = next((match[1] for name in (chat, *names) if (match := _NUMBER.fullmatch(name))), "")
    source = text(payload, "source").lower()
    raw = {name: value for name, value in body.items() if name != CLEANED} | (
        {CLEANED: True} if body.get(CLEANED) else {}
    )
    return InboundMessage(
        provider=PROVIDER,
        channel_address=session,
        contact=chat,
        message_sid=own.tail,
        body="",
        direction=Direction.OUTBOUND if from_me else Direction.INBOUND,
        role=Role.BOT if from_me else Role.USER,
        sent_at=moment(payload.get("timestamp")),
        # In what we wrote ourselves the name is our own.
        contact_name=None if from_me else _name(payload),
        phone=e164(number),
        aliases=names,
        thread=chat,
        reply_to_sid=message_id(identifier(part(payload, "replyTo"), "id") or identifier(payload, "replyTo")).tail
        or None,
        raw=raw,
        author=("api" if source == "api" else "phone") if from_me else None,
        by_person=from_me and source == "app",
    )


def _chat_of(payload: Json, body: Json, *, from_me: bool) -> str:
    """WEBJS puts the two sides in `from` and `to`; with NOWEB and GOWS `from` is the chat, whoever wrote."""
    me, sender, to = identifier(part(body, "me"), "id"), identifier(payload, "from"), identifier(payload, "to")
    return to if from_me and to and (not me or sender == me) else sender


def _chat_id(name: str) -> str:
    """The form in which WAHA itself writes a chat: without device, never `@s.whatsapp.net`."""
    match = _NUMBER.fullmatch(name)
    return f"{match[1]}@c.us" if match else name


def _names(chat: str, payload: Json, *, from_me: bool) -> tuple[str, ...]:
    """Other ids of the customer, which the engines give in `_data`: the number behind a hidden id, or the reverse."""
    data = part(payload, "_data")
    key, info = part(data, "key"), part(data, "Info")
    found = [text(key, "remoteJidAlt"), text(info, "RecipientAlt" if from_me else "SenderAlt")]
    if not from_me:
        found += [text(key, "senderPn"), text(key, "senderLid")]
    names = (_chat_id(name.strip()) for name in found)
    return tuple(dict.fromkeys(n for n in names if n != chat and n.endswith(("@c.us", "@lid")) and len(n) < 100))


def _name(payload: Json) -> str | None:
    data = part(payload, "_data")
    name = text(data, "pushName", "notifyName") or text(part(data, "Info"), "PushName")
    return name.strip() or None


def _message(payload: Json, common: InboundMessage) -> Parsed:
    if is_notice(payload):
        return _ignored("notice")
    return Parsed(messages=(common.model_copy(update={"body": body_of(payload), "media": tuple(media_of(payload))}),))


def _reaction(payload: Json, common: InboundMessage) -> Parsed:
    reaction = part(payload, "reaction")
    emoji = text(reaction, "text").strip()
    if not emoji:
        return _ignored("reaction-removed")
    target = message_id(identifier(reaction, "messageId")).tail or None
    change = {"body": emoji, "reply_to_sid": target, "answer": False, "by_person": False}
    if target == common.message_sid:  # some engines give no id to the reaction itself
        change["message_sid"] = f"{target}-reaction-{text(payload, 'timestamp')[:20]}"
    return Parsed(messages=(common.model_copy(update=change),))


def _edited(payload: Json, common: InboundMessage) -> Parsed:
    if body_of(payload) == content.OTHER:  # it would take away what was said
        return _ignored("incomplete-message")
    original = message_id(identifier(payload, "editedMessageId") or identifier(payload, "id")).tail
    message = common.model_copy(
        update={"message_sid": original, "body": body_of(payload), "media": tuple(media_of(payload))}
    )
    return _amended(AmendmentKind.EDITED, message, common)


def _revoked(payload: Json, common: InboundMessage) -> Parsed:
    original = message_id(identifier(payload, "revokedMessageId")).tail or common.message_sid
    message = common.model_copy(update={"message_sid": original, "body": content.DELETED})
    return _amended(AmendmentKind.REVOKED, message, common)


def _amended(kind: AmendmentKind, message: InboundMessage, common: InboundMessage) -> Parsed:
    # The envelope's time has milliseconds and is that of the change; the payload's may be the original's.
    at = moment(common.raw.get("timestamp")) or common.sent_at
    return Parsed(amendments=(Amendment(kind=kind, message=message, amendment_sid=common.message_sid, at=at),))


def _ack(payload: Json, session: str) -> Parsed:
    own = message_id(identifier(payload, "id"))
    word = text(payload, "ackName").upper()
    status = _ACKS.get(word) or _ACKS.get(_ACK_NUMBERS.get(text(payload, "ack"), ""))
    if own.chat.endswith("@g.us") or identifier(payload, "from").endswith("@g.us"):
        return _ignored("group")
    if payload.get("fromMe") is False or own.from_me is False:
        return _ignored("incoming-ack")
    if not own.tail or status is None:
        return _ignored("unknown-status")
    update = StatusUpdate(provider=PROVIDER, message_sid=own.tail, status=status, channel_address=session)
    return Parsed(statuses=(update,))
