"""What templates need to know of an event or a message beyond its fields."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from app.channels import content
from app.models import Event, EventStatus, Media, Message, Value
from app.services.inbox import BatchRun, MessageWithEvents
from app.services.privacy import Counts
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
    content.FORM: "form",
    content.OTHER: "other",
    "[Location]": "location",
    "[Media]": "document",
}


_SHORTEST_NUMBER: Final = 7


class Piece(Value):
    """Part of a message's body: text, or what stands for content that is not text (`kind`) with what was heard, seen or
    named in it."""

    kind: str | None = None
    text: str = ""


def pieces(body: str) -> tuple[Piece, ...]:
    """A body taken apart where a line begins with one of our labels (docs/media.md)."""
    found: list[Piece] = []
    for line in body.split("\n"):
        kinds, rest = _labels(line)
        found += [Piece(kind=kind) for kind in kinds]
        if kinds:
            found[-1] = Piece(kind=kinds[-1], text=rest)
        elif found:
            found[-1] = found[-1].model_copy(update={"text": f"{found[-1].text}\n{line}"})
        else:
            found.append(Piece(text=line))
    return tuple(found)


def _labels(line: str) -> tuple[tuple[str, ...], str]:
    kinds = []
    while label := next((one for one in _LABELS if line.startswith(one)), None):
        kinds.append(_LABELS[label])
        line = line[len(label) :].lstrip()
    return tuple(kinds), line


def named(conversation_id: str | None) -> str:
    """A contact without a name, as people write numbers; another id of a provider's as it is."""
    number = (conversation_id or "").removeprefix("whatsapp:").removesuffix("@c.us").removesuffix("@s.whatsapp.net")
    digits = number.removeprefix("+")
    return f"+{digits}" if digits.isdecimal() and len(digits) > _SHORTEST_NUMBER else conversation_id or ""


def preview(body: str | None, language: Language) -> str:
    """A message in a list, in one line."""
    words: list[str] = []
    for piece in pieces(body or ""):
        words += [language.say(f"media.{piece.kind}")] if piece.kind else []
        words += [piece.text] if piece.text else []
    return " ".join(words)[:120]


def counted(counts: Counts, language: Language) -> str:
    """`14 mensajes, 1 cita`."""
    kinds = ("messages", "media", "events", "calendar_entries", "sessions", "unrouted", "conversations")
    said = [
        f"{number} {language.say(f'count.{kind}', n=number)}" for kind in kinds if (number := getattr(counts, kind))
    ]
    return ", ".join(said) or language.say("count.none")


def made(run: BatchRun, language: Language) -> str:
    """`2 nuevas (1 por revisar)`: what was proposed is new or changed too."""
    counts = {"created": run.created, "updated": run.updated, "cancelled": run.cancelled}
    said = ", ".join(language.say(f"run.{name}", n=number) for name, number in counts.items() if number) or "–"
    return language.say("run.of_these", made=said, n=run.proposed) if run.proposed else said


def media_kind(media: Media) -> str:
    """image, audio, video, contact or document."""
    mime = (media.content_type or "").partition(";")[0].strip().lower()
    if "vcard" in mime or mime == "text/directory":
        return "contact"
    family = mime.partition("/")[0]
    return family if family in ("image", "audio", "video") else "document"


class Bubble(Value):
    """A message in a thread. `day` is set on the first of its day; `quotes` are its words that prove an event."""

    message: MessageWithEvents
    pieces: tuple[Piece, ...]
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
            pieces=_with_files(message),
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
    ]


def _with_files(message: Message) -> tuple[Piece, ...]:
    """A message's pieces; a file that its body does not tell of comes first."""
    said = pieces(message.body)
    if message.media and not any(piece.kind for piece in said):
        return (*(Piece(kind=media_kind(media)) for media in message.media), *said)
    return said


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
