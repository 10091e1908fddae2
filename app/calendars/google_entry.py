"""An event as Google Calendar's Events resource, and what a person has changed in it. Knows no SDK.

Each entry carries, in `extendedProperties.private`, a mark (hash) of every field as we last wrote it. A field that does
not match its mark was changed by a person. Marks live with the entry, so that a crash between writing and
recording cannot separate them; the mark of a field that a person changed stays as it was. It also names its tenant, so
that two businesses, or two installations, that write to one calendar see each other's entries as what they are.
"""

import html
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from app.calendars.entry import Entry, entry_of
from app.calendars.google_fields import MARK, columns_of, marks_in, marks_of, plain, utc
from app.models import Event, Tenant, Value

_MAX_TITLE: Final = 1000
_MAX_TEXT: Final = 8000  # Google refuses descriptions above 8,192 characters
_CUT_ENTITY: Final = re.compile(r"&\w*$")


class Wanted(Value):
    """What an entry should be: the parts of its body by field, and their marks."""

    event_id: UUID
    tenant_id: UUID
    revision: int
    parts: Mapping[str, Mapping[str, Any]]
    columns: Mapping[str, Mapping[str, Any]]
    always: Mapping[str, Any]
    marks: Mapping[str, str]


class Merge(Value):
    """`body`: what to patch (empty: nothing). `kept` and `overruled` as in `Written`."""

    body: Mapping[str, Any]
    kept: Mapping[str, Any]
    overruled: Mapping[str, Any]


def wanted(event: Event, tenant: Tenant, *, event_minutes: int, link: str | None) -> Wanted:
    """`link`: address of the conversation, as its source. A description that a person has written is kept as it is."""
    entry = entry_of(event, tenant, event_minutes=event_minutes)
    parts: dict[str, dict[str, Any]] = {
        "title": {"summary": plain(entry.title)[:_MAX_TITLE]},
        "time": {
            "start": _moment(entry.start, tenant),
            "end": _moment(entry.end, tenant),
        },
        # Google's web page and its API have different defaults, so it is always said.
        "busy": {"transparency": "opaque" if entry.busy else "transparent"},
        "place": {"location": plain(entry.location or "")[:_MAX_TITLE] or None},
        "text": {"description": _text(event, entry, link)},
    }
    # The zone does not matter to these: everything that we write names its own.
    marks = marks_of({name: value for part in parts.values() for name, value in part.items()}, tenant.zone)
    return Wanted(
        event_id=event.id,
        tenant_id=tenant.id,
        revision=event.revision,
        parts=parts,
        columns={
            "title": {"title": event.title},
            "time": {
                "start": utc(event.start),
                "end": event.end and utc(event.end),
                "all_day": event.all_day,
            },
            "busy": {},  # known to the calendar alone
            "place": {"location": event.location or None},
            "text": {"text": event.calendar_text},
        },
        always={"source": {"title": "Hilo", "url": link}} if link else {},
        marks={field: marks[field] for field in parts},
    )


def insert_body(wish: Wanted, id_: str) -> dict[str, Any]:
    body = _body(wish, wish.parts)
    for name in ("start", "end"):
        body[name] = {key: value for key, value in body[name].items() if value is not None}
    return {name: value for name, value in body.items() if value is not None} | {"id": id_, "status": "confirmed"}


def patch_body(wish: Wanted) -> dict[str, Any]:
    """For an entry that is as we know it: all of it, but for whether it takes up time. There a person may have chosen
    otherwise, which no column of the event remembers (`busy_body`)."""
    return _body(wish, {field: part for field, part in wish.parts.items() if field != "busy"})


def busy_body(entry: Mapping[str, Any], wish: Wanted) -> dict[str, Any]:
    """What is to be patched besides where a whole day became an hour, or the other way; mostly nothing."""
    now = marks_of(entry, ZoneInfo("UTC"))["busy"]
    ours = now == marks_in(entry).get("busy") and now != wish.marks["busy"]
    return _body(wish, {"busy": wish.parts["busy"]}) if ours else {}


def merge(entry: Mapping[str, Any], wish: Wanted, zone: ZoneInfo) -> Merge:
    """What may be written to an entry that is not as we know it: only fields that nobody but us has changed.

    `zone`: the calendar's, for whole days.
    """
    base, now = marks_in(entry), marks_of(entry, zone)
    theirs = [f for f in wish.parts if now[f] not in (base.get(f), wish.marks[f])]
    ours = {f: part for f, part in wish.parts.items() if f not in theirs and now[f] != wish.marks[f]}
    kept: dict[str, Any] = {}
    overruled: dict[str, Any] = {}
    for field in theirs:
        found = columns_of(entry, field, zone)
        if found == wish.columns[field]:
            continue  # The event says so already, as far as it can: an entry of no length has the usual one for it.
        kept |= found
        if wish.marks[field] != base.get(field) and field != "text":
            overruled |= wish.columns[field]
    return Merge(body=_body(wish, ours) if ours else {}, kept=kept, overruled=overruled)


def differences(entry: Mapping[str, Any], wish: Wanted, zone: ZoneInfo) -> dict[str, Any]:
    """The entry's values where it is not what we want, by column. A description counts only if a person wrote it."""
    base, now = marks_in(entry), marks_of(entry, zone)
    found: dict[str, Any] = {}
    for field in wish.parts:
        if now[field] != wish.marks[field] and (field != "text" or now[field] != base.get(field)):
            values = columns_of(entry, field, zone)
            found |= values if values != wish.columns[field] else {}
    return found


def _body(wish: Wanted, parts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    private = {
        "hilo_event": str(wish.event_id),
        "hilo_revision": str(wish.revision),
        "hilo_tenant": str(wish.tenant_id),
    }
    private |= {MARK + field: wish.marks[field] for field in parts}
    body: dict[str, Any] = {"extendedProperties": {"private": private}, **wish.always}
    for part in parts.values():
        body |= part
    return body


def _moment(moment: datetime | date, tenant: Tenant) -> dict[str, str | None]:
    """Local time plus IANA zone; what is None takes away, in a patch, what the other kind of entry had there."""
    if not isinstance(moment, datetime):
        return {"date": moment.isoformat(), "dateTime": None, "timeZone": None}
    # An hour that the clocks show twice needs its offset.
    twice = moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
    local = moment if twice else moment.replace(tzinfo=None)
    return {"date": None, "dateTime": local.isoformat(timespec="seconds"), "timeZone": tenant.timezone}


def _text(event: Event, entry: Entry, link: str | None) -> str | None:
    if event.calendar_text is not None:
        return event.calendar_text or None
    # Reference, Events, description: "Can contain HTML". What customers write, also as their names, is none.
    text = html.escape(plain(f"{entry.description}\n{link}" if link else entry.description), quote=False)
    return text if len(text) <= _MAX_TEXT else _CUT_ENTITY.sub("", text[:_MAX_TEXT])
