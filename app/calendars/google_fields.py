"""What stands in an entry of Google Calendar (an Events resource): its fields, their marks, whose it is. Knows no SDK.

Reference: Google Calendar API, Events. `zone` is the calendar's, for whole days.
"""

import hashlib
import html
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from app.calendars.base import Seen

MARK: Final = "hilo_mark_"
_ENTRY_ID: Final = re.compile(r"hilo([0-9a-f]{32})([1-9][0-9]{0,5})")


def columns_of(entry: Mapping[str, Any], field: str, zone: ZoneInfo) -> dict[str, Any]:
    """A field of the entry as columns of the event, times in ISO 8601 with offset."""
    if field == "title":
        return {"title": entry["summary"]} if entry.get("summary") else {}
    if field == "place":
        return {"location": entry.get("location") or None}
    if field == "busy":
        return {}
    if field == "text":
        return {"text": entry.get("description") or ""}
    start, end = when(entry, zone)
    if isinstance(start, datetime):
        return {"start": utc(start), "end": utc(end) if end > start else None, "all_day": False}
    one_day = end <= start + timedelta(days=1)
    return {
        "start": utc(_midnight(start, zone)),
        "end": None if one_day else utc(_midnight(end, zone)),
        "all_day": True,
    }


def when(entry: Mapping[str, Any], zone: ZoneInfo) -> tuple[Any, Any]:
    """Start and end: two dates, or two aware times."""
    return _read(entry["start"], zone), _read(entry["end"], zone)


def span(entry: Mapping[str, Any], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The time that an entry takes up."""
    start, end = when(entry, zone)
    if isinstance(start, datetime):
        return start, end
    return _midnight(start, zone), _midnight(end, zone)


def marks_of(entry: Mapping[str, Any], zone: ZoneInfo) -> dict[str, str]:
    """The marks of an entry's fields as they are now. Texts are compared without what calendars tidy up."""
    values = {
        "title": plain(entry.get("summary") or ""),
        "time": _span_text(entry, zone),
        "busy": entry.get("transparency") or "opaque",
        "place": plain(entry.get("location") or ""),
        "text": plain(html.unescape(entry.get("description") or "")),
    }
    return {field: _mark(value) for field, value in values.items()}


def marks_in(entry: Mapping[str, Any]) -> dict[str, str]:
    return {n.removeprefix(MARK): value for n, value in _private(entry).items() if n.startswith(MARK)}


def dragged(entry: Mapping[str, Any], zone: ZoneInfo) -> bool:
    """Whether an entry of ours stands at another time than we last gave it."""
    return _mark(_span_text(entry, zone)) != _private(entry).get(MARK + "time")


def written_for(entry: Mapping[str, Any]) -> str | None:
    """The tenant, of whatever installation, that an entry of ours belongs to."""
    return _private(entry).get("hilo_tenant")


def revision_of(entry: Mapping[str, Any]) -> int:
    """Which revision of its event an entry was last written from; 0 when it does not say."""
    said = _private(entry).get("hilo_revision", "")
    return int(said) if said.isdecimal() else 0


def declined(entry: Mapping[str, Any]) -> bool:
    """Whether the calendar's owner was invited to it and said no."""
    return any(one.get("self") and one.get("responseStatus") == "declined" for one in entry.get("attendees", ()))


def event_of(entry: Mapping[str, Any]) -> UUID | None:
    """Whose entry it is; None for what is not ours."""
    match = _ENTRY_ID.fullmatch(entry.get("id", ""))
    return UUID(match[1]) if match else None


def stands(entry: Mapping[str, Any], zone: ZoneInfo) -> dict[str, str] | None:
    """The time that an entry takes up, in ISO 8601."""
    if entry.get("status") == "cancelled" or entry.get("transparency") == "transparent" or "start" not in entry:
        return None
    start, end = span(entry, zone)
    return {"start": utc(start), "end": utc(end)}


def seen_of(entry: Mapping[str, Any], zone: ZoneInfo) -> Seen | None:
    """An entry of a list; None for what is not ours."""
    match = _ENTRY_ID.fullmatch(entry.get("id", ""))
    if match is None:
        return None
    return Seen(
        event_id=UUID(match[1]),
        generation=int(match[2]),
        etag=entry.get("etag"),
        updated=updated_of(entry),
        removed=entry.get("status") == "cancelled",
        revision=revision_of(entry),
        stands=stands(entry, zone),
        entry=entry,
    )


def updated_of(entry: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(entry["updated"]) if entry.get("updated") else None


def _private(entry: Mapping[str, Any]) -> Mapping[str, str]:
    properties: Mapping[str, str] = (entry.get("extendedProperties") or {}).get("private") or {}
    return properties


def _read(moment: Mapping[str, Any], zone: ZoneInfo) -> datetime | date:
    if moment.get("date"):
        return date.fromisoformat(moment["date"])
    at = datetime.fromisoformat(moment["dateTime"])
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(moment["timeZone"]) if moment.get("timeZone") else zone)


def _mark(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:20]


def _span_text(entry: Mapping[str, Any], zone: ZoneInfo) -> str:
    start, end = when(entry, zone) if "start" in entry else ("", "")
    return f"{_stamp(start)}/{_stamp(end)}"


def _stamp(moment: Any) -> str:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).isoformat(timespec="seconds")
    return str(moment)


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def plain(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or (c >= " " and c != "\x7f")).strip()
