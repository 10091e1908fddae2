"""What Twilio posts to a webhook, read into our values. Knows the form's fields; imports no SDK.

Field names: https://www.twilio.com/docs/messaging/guides/webhook-request; new ones appear without notice and
stay in `raw`.
"""

import re
from datetime import datetime

from app.channels import content
from app.channels.base import Parsed
from app.channels.forms import Form, raw_fields
from app.channels.text import clean
from app.channels.twilio_codes import EVENT_TYPES, INBOUND, OUTSIDE_WINDOW, STATUSES, meaning
from app.errors import MalformedWebhook
from app.models import DeliveryStatus, InboundMessage, Media, StatusUpdate

PROVIDER = "twilio"

_MAX_ID = 255
_SIDS = ("MessageSid", "SmsSid", "SmsMessageSid")
_E164 = re.compile(r"(?:[a-z]+:)?(\+[0-9]{6,15})")
# A number, also without `whatsapp:` (a text message), or the id of a customer who hides it (`whatsapp:US.1349…`).
_ADDRESS = re.compile(r"(?:whatsapp:)?\+[0-9]{5,15}|whatsapp:(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9._-]{4,}")
_OTHER_CHANNEL = re.compile(r"(?!whatsapp:)[a-z]+:.+", re.DOTALL)
_MEDIA_URL = re.compile(r"MediaUrl([0-9]{1,3})")

# Where the words of a message are, best first: a tapped button or list row repeats itself in several fields.
_TEXT_FIELDS = ("Body", "ButtonText", "ListTitle", "ButtonPayload", "ListId")

_LABELS = {
    "audio": content.AUDIO,
    "contacts": content.CONTACT,
    "document": content.DOCUMENT,
    "image": content.IMAGE,
    "sticker": content.STICKER,
    "video": content.VIDEO,
}


def parse_form(form: Form) -> Parsed:
    """The message or the delivery status in a form, which holds one of them; `MalformedWebhook` if
    neither."""
    word = form.first("MessageStatus", "SmsStatus").lower()
    event = form.first("EventType").upper()
    if word in INBOUND or not (word or event):
        if _OTHER_CHANNEL.fullmatch(form.first("From")):
            return Parsed(ignored={"other-channel": 1})  # Messenger, RCS: not what this tenant's number is for
        if form.first("From") and form.first("From") == form.first("To"):
            return Parsed(ignored={"note-to-self": 1})
        return Parsed(messages=(read_message(form),))
    status = EVENT_TYPES.get(event) or STATUSES.get(word)
    if status is None:
        return Parsed(ignored={"unknown-status": 1})
    return Parsed(statuses=(_read_status(form, _identifier(form, *_SIDS), status),))


def read_message(form: Form, *, sent_at: datetime | None = None, backfilled: bool = False) -> InboundMessage:
    """One incoming message; `MalformedWebhook` if it does not say which, from whom or to whom."""
    contact = _address(form, "From")
    media = _media(form)
    return InboundMessage(
        provider=PROVIDER,
        channel_address=_address(form, "To"),
        contact=contact,
        message_sid=_identifier(form, *_SIDS),
        body=_body(form, media),
        sent_at=sent_at,
        contact_name=clean(form.first("ProfileName")) or None,
        phone=_phone(form.first("WaId"), contact),
        media=media,
        reply_to_sid=clean(form.first("OriginalRepliedMessageSid")) or None,
        raw=raw_fields(form),
        backfilled=backfilled,
        answer=form.first("MessageType").lower() != "reaction",
    )


def _read_status(form: Form, sid: str, status: DeliveryStatus) -> StatusUpdate:
    code = clean(form.first("ErrorCode"))
    error = clean(form.first("ErrorMessage", "ChannelStatusMessage"))
    return StatusUpdate(
        provider=PROVIDER,
        message_sid=sid,
        status=status,
        channel_address=_status_sender(form),
        error_code=code if code not in ("", "0") else None,
        error=error or meaning(code),
        outside_window=code == str(OUTSIDE_WINDOW),
    )


def _identifier(form: Form, *names: str) -> str:
    """The first of the fields that is filled; an id that the database could not hold or index is no id."""
    value = form.first(*names)
    if not value:
        raise MalformedWebhook(f"the form has no {names[0]}")
    if len(value) > _MAX_ID or clean(value) != value:
        raise MalformedWebhook(f"the form's {names[0]} is no identifier")
    return value


def _address(form: Form, name: str) -> str:
    value = _identifier(form, name)
    if not _ADDRESS.fullmatch(value):
        raise MalformedWebhook(f"the form's {name} is no WhatsApp address (a bare + means a space there: write %2B)")
    return value


def _status_sender(form: Form) -> str | None:
    """Our address; what is no address leaves the report to the id alone."""
    value = form.first("From")
    return value if _ADDRESS.fullmatch(value) else None


def _media(form: Form) -> tuple[Media, ...]:
    indexes = sorted(int(match[1]) for name in form if (match := _MEDIA_URL.fullmatch(name)))
    urls = {index: clean(form.first(f"MediaUrl{index}")) for index in indexes}
    return tuple(
        Media(url=url, content_type=clean(form.first(f"MediaContentType{index}")) or None)
        for index, url in urls.items()
        if url
    )


def _body(form: Form, media: tuple[Media, ...]) -> str:
    texts = (clean(value) for name in _TEXT_FIELDS for value in form.get(name, ()))
    text = next((text for text in texts if text.strip()), "") or content.form_text(form.first("FlowData"))
    latitude, longitude = clean(form.first("Latitude")), clean(form.first("Longitude"))
    if latitude and longitude:
        place = content.location_text(
            latitude=latitude,
            longitude=longitude,
            label=clean(form.first("Label")),
            address=clean(form.first("Address")),
        )
        return f"{text}\n{place}" if text else place
    return text or _LABELS.get(form.first("MessageType").lower()) or content.media_text(media) or content.OTHER


def _phone(wa_id: str, contact: str) -> str | None:
    """E.164, where the customer shares it: those who don't come as `whatsapp:US.1349…`, a user id."""
    match = _E164.fullmatch(contact) or _E164.fullmatch(f"+{wa_id.removeprefix('+')}")
    return match[1] if match else None
