"""Why the events of a conversation are what they are, as text for a terminal (`hilo extract --explain`)."""

from collections.abc import Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

from app.extraction.base import Extraction, Reason, Transcript, TranscriptMessage
from app.models import EventDraft, EventStatus, Evidence, Role

_SLOTS = ("began", "date", "time", "end", "title", "location", "settled", "cancelled")
_NAMES = {"began": "first named", "location": "place", "settled": "settled by", "cancelled": "cancelled by"}
_REASONS = {
    Reason.NOT_SETTLED: "nobody settled it: it was proposed, and not accepted, or taken back",
    Reason.WEEKDAY_MISMATCH: "weekday and date disagree",
    Reason.PICTURED: "its moment stands only in a picture, as a model described it",
    Reason.TIME_UNCLEAR: "the time is not clear",
    Reason.DATE_UNCLEAR: "the day is not clear",
    Reason.TITLE_MISSING: "nobody said what it is about",
    Reason.IN_THE_PAST: "it lay in the past when it was settled",
    Reason.CALENDAR_CONFLICT: "the calendar is taken at that time",
    Reason.CALENDAR_REMOVED: "a person deleted it in the calendar while the chat changed it",
    Reason.RECURRING: "it repeats, and only single events are entered",
    Reason.MODEL_DISAGREES: "model and rules read it differently",
    Reason.EVIDENCE_MISSING: "the messages do not prove it",
    Reason.CHANGE_UNSURE: "it may be a change of a confirmed appointment, which stands until a person has looked",
    Reason.CANCEL_UNSURE: "a confirmed appointment may have been called off, but no message says so plainly",
}


def reason_text(reason: str | None) -> str:
    """A `Reason` in a sentence; words that are not one are given back."""
    try:
        return _REASONS[Reason(reason)] if reason else ""
    except ValueError:
        return reason or ""


def explain(transcript: Transcript, extraction: Extraction, *, width: int = 100) -> str:
    """The conversation, numbered, and under it each event with the message and words behind every slot."""
    lines = [*_conversation(transcript, width), ""]
    if not extraction.events:
        lines.append(f"No event ({extraction.extractor}): nothing in it was arranged.")
    for number, event in enumerate(extraction.events, 1):
        lines += [*_event(number, event, transcript), ""]
    return "\n".join(lines).rstrip() + "\n"


def _conversation(transcript: Transcript, width: int) -> Iterator[str]:
    day = None
    for number, message in enumerate(transcript.messages, 1):
        if message.at.date() != day:
            day = message.at.date()
            yield f"{day:%A %d %B %Y} ({transcript.time_zone})"
        who = "customer" if message.role is Role.USER else "business"
        yield f"{number:3} {message.at:%H:%M} {who}: {_short(message.text, width - 20)}"


def _event(number: int, event: EventDraft, transcript: Transcript) -> Iterator[str]:
    zone = ZoneInfo(transcript.time_zone)
    start = event.start.astimezone(zone)
    when = f"{start:%a %d %b %Y}" if event.all_day else f"{start:%a %d %b %Y %H:%M}"
    if event.end:
        end = event.end.astimezone(zone)
        when += f" - {end:%H:%M}" if end.date() == start.date() else f" - {end:%a %d %b %H:%M}"
    yield f"{number}. {event.status.value.upper()}  {event.title}  {when}" + (
        f"  @ {event.location}" if event.location else ""
    )
    yield f"   why: {_why(event)}"
    places = {m.id: (n, m) for n, m in enumerate(transcript.messages, 1)}
    for slot in _SLOTS:
        for evidence in event.evidence:
            if evidence.slot == slot:
                yield f"   {_NAMES.get(slot, slot):13} {_source(evidence, places)}"


def _why(event: EventDraft) -> str:
    if event.status is EventStatus.CONFIRMED:
        return f"both sides settled it (confidence {event.confidence:.0%})"
    if event.status is EventStatus.CANCELLED:
        return "it was called off"
    return reason_text(event.reason) + " - waits for a person"


def _source(evidence: Evidence, places: dict[UUID, tuple[int, TranscriptMessage]]) -> str:
    number, message = places.get(evidence.message_id, (0, None))
    if message is None:
        return f"a message that is not in this conversation ({evidence.message_id})"
    quote = f'"{_short(evidence.quote, 60)}"' if evidence.quote else "(the whole message)"
    return f"{quote}  in message {number}"


def _short(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"
