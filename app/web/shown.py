"""What templates need to know of an event or a message beyond its fields."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from app.channels import content
from app.models import Event, EventStatus, Media, Value
from app.services.inbox import MessageWithEvents
from app.web.language import Language
from app.web.session import Visitor

_LABELS: Final = {
    content.IMAGE: "image",
    content.AUDIO: "audio",
    content.VIDEO: "video",
    content.STICKER: "sticker",
    content.CONTACT: "contact",
    content.DOCUMENT: "document",
    content.DELETED: "deleted",
    content.OTHER: "other",
    "[Location]": "location",
    "[Media]": "document",
}


def split_labels(body: str) -> tuple[tuple[str, ...], str]:
    """The words for what stands in a body instead of content that is not text, and the text after them."""
    kinds = []
    rest = body
    while label := next((one for one in _LABELS if rest.startswith(one)), None):
        kinds.append(_LABELS[label])
        rest = rest[len(label) :].lstrip()
    return tuple(kinds), rest


def preview(body: str | None, language: Language) -> str:
    """A message in a list, in one line."""
    kinds, rest = split_labels(body or "")
    return " ".join([*(language.say(f"media.{kind}") for kind in kinds), rest])[:120]


def media_kind(media: Media) -> str:
    """image, audio, video, contact or document."""
    mime = (media.content_type or "").partition(";")[0].strip().lower()
    if "vcard" in mime or mime == "text/directory":
        return "contact"
    family = mime.partition("/")[0]
    return family if family in ("image", "audio", "video") else "document"


class Bubble(Value):
    """A message in a thread. `kinds` are words for what is not text, `text` is the rest. `day` is set on the first of
    its day; `quotes` are its words that prove an event."""

    message: MessageWithEvents
    kinds: tuple[str, ...]
    text: str
    clock: str
    day: date | None = None
    quotes: tuple[str, ...] = ()
    proves: tuple[str, ...] = ()


def bubbles(messages: Sequence[MessageWithEvents], zone: ZoneInfo) -> list[Bubble]:
    """`messages`, oldest first, as a thread shows them."""
    days = [message.sent_at.astimezone(zone).date() for message in messages]
    new = [True, *(one != other for one, other in pairwise(days))]
    return [
        Bubble(
            message=message,
            kinds=kinds or tuple(media_kind(media) for media in message.media),
            text=text,
            clock=f"{message.sent_at.astimezone(zone):%H:%M}",
            day=day if first else None,
            quotes=tuple(
                proof.quote
                for event in message.events
                for proof in event.evidence
                if proof.message_id == message.id and proof.quote
            ),
            proves=tuple(str(event.id) for event in message.events if event.status is not EventStatus.CANCELLED),
        )
        for message, day, first in zip(messages, days, new, strict=True)
        for kinds, text in [split_labels(message.body)]
    ]


def state(event: Event, *, written: bool) -> str:
    """The word that an event is coloured by: proposed, cancelled, drifted, pending (`written`: it goes to a calendar,
    and is not there yet), or confirmed."""
    if event.status is not EventStatus.CONFIRMED:
        return event.status.value
    if event.calendar_state == "drifted" or event.calendar_drift:
        return "drifted"
    sample = (event.conversation_id or "").startswith("sample:")
    if written and not event.history and not sample and event.published_revision < event.revision:
        return "pending"
    return "confirmed"


class Card(Value):
    """An event as people see and correct it. Dates and times are on the tenant's wall clock, as forms take them."""

    event: Event
    state: str
    when: str
    day: str
    from_: str
    until: str
    proof: tuple[tuple[str, str | None, str], ...] = ()
    """(what it gives, the words, the message's id)."""
    over: bool = False


def card(event: Event, visitor: Visitor) -> Card:
    zone = visitor.tenant.zone
    start = event.start.astimezone(zone)
    end = event.end.astimezone(zone) if event.end and not event.all_day else None
    return Card(
        event=event,
        state=state(event, written=visitor.web.writes_calendar(visitor.tenant)),
        when=visitor.language.when(event, zone),
        day=start.date().isoformat(),
        from_="" if event.all_day else f"{start:%H:%M}",
        until=f"{end:%H:%M}" if end else "",
        proof=tuple(_proof(event)),
        over=(event.end or event.start) < datetime.now(zone),
    )


def _proof(event: Event) -> Iterable[tuple[str, str | None, str]]:
    """Each slot once per message; `began` only found the event and says nothing to a person."""
    seen = set()
    for proof in event.evidence:
        key = (proof.slot, proof.quote, str(proof.message_id))
        if proof.slot != "began" and key not in seen:
            seen.add(key)
            yield key
