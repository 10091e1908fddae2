"""What templates need to know of an event or a message beyond its fields."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.models import Event, EventStatus, Value
from app.services.inbox import MessageWithEvents
from app.web.session import Visitor


class Bubble(Value):
    """A message in a thread. `day` is set on the first of its day; `quotes` are its words that prove an event."""

    message: MessageWithEvents
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
