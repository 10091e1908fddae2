"""How an event's entry is written and taken away, whatever was written before and whoever writes at the same time."""

from typing import Any, Final
from uuid import UUID

from app.calendars import google_entry as entries
from app.calendars import google_fields as fields
from app.calendars.base import Written, entry_id
from app.calendars.google_calls import Calls, Entry, Said
from app.errors import CalendarRefused, CalendarUnavailable
from app.models import Event

_ROUNDS: Final = 5  # of reading and writing again while others write too
_ANSWER: Final = "id,etag,status,updated,summary,description,location,start,end,transparency,extendedProperties/private"

# What may hold words in an entry: ours, and what a person may have put there.
_WORDS: Final = ("summary", "description", "location", "source", "attendees", "conferenceData", "attachments")


def publish(call: Calls, event: Event, wish: entries.Wanted) -> Written:
    """Make the entry hold `wish`, but for what people have changed since we last recorded its etag."""
    if event.calendar_etag is None and (first := _clear_before(call, event, wish)):
        return first
    return _write(call, event, wish)


def withdraw(call: Calls, event: Event, wish: entries.Wanted) -> Written:
    """Take the entry away. What a person changed in it is reported first (`Written.first`)."""
    first = _clear_before(call, event, wish)
    gone = first or _take_away(call, entry_id(event.id, event.calendar_generation), wish, event.calendar_etag)
    # A wish that was withdrawn before it was written is nobody's business any more.
    return gone.model_copy(update={"overruled": {}})


def remove(call: Calls, event: UUID, generation: int) -> None:
    """Emptied in the step that cancels it: Google keeps what was deleted for a month, and gives it back. What was
    cancelled before (it may still show its details) is emptied if Google lets us, and else goes with that month."""
    for id_ in (entry_id(event, one) for one in range(1, generation + 1)):
        for _ in range(_ROUNDS):
            present = call.present(id_, fields=None)
            words = [name for name in _WORDS if present and present.get(name)]
            if present is None or (not words and present["status"] == "cancelled"):
                break
            try:
                body = dict.fromkeys(words) | {"status": "cancelled"}
                call.request("patch", if_match=present["etag"], eventId=id_, body=body)
                break
            except Said as error:
                said = call.not_final(error, 403, 404, 410, 412)
                refused = call.forbidden(said) if said.status == 403 else None
                if present["status"] == "cancelled" and said.status in (403, 410):
                    break
                if refused:
                    raise refused from error
        else:
            raise CalendarUnavailable("the entry keeps changing while it is removed")


def _write(call: Calls, event: Event, wish: entries.Wanted) -> Written:
    id_, etag = entry_id(event.id, event.calendar_generation), event.calendar_etag
    may_insert = etag is not None
    try:
        if etag is None:
            return _done(call, call.request("insert", body=entries.insert_body(wish, id_), fields=_ANSWER), wish)
        body = entries.patch_body(wish)
        while body:
            answer = call.request("patch", if_match=etag, eventId=id_, body=body, fields=_ANSWER)
            etag, body = answer["etag"], entries.busy_body(answer, wish)
        return _done(call, answer, wish)
    except Said as error:
        said = call.not_final(error, 403, 404, 409, 410, 412)
    for _ in range(_ROUNDS):
        present = call.get(id_)
        try:
            if present is None:
                # In the calendar that this tenant has now it is new; or there is no such calendar for us.
                if not may_insert:
                    raise call.error(said)
                may_insert = False
                return _done(call, call.request("insert", body=entries.insert_body(wish, id_), fields=_ANSWER), wish)
            if present.get("status") == "cancelled":
                return _written(call, present, removed=True)
            if said.status == 403:
                raise call.forbidden(said)
            merged = entries.merge(present, wish, call.zone)
            if merged.body:
                etag = present["etag"]
                present = call.request("patch", if_match=etag, eventId=id_, body=merged.body, fields=_ANSWER)
            return _written(call, present, kept=merged.kept, overruled=merged.overruled)
        except Said as error:
            said = call.not_final(error, 403, 404, 409, 410, 412)
    raise CalendarUnavailable("the entry keeps changing while it is written")


def _clear_before(call: Calls, event: Event, wish: entries.Wanted) -> Written | None:
    """Entries of earlier generations are no more, whoever deleted them; or what is to be recorded before one goes."""
    for generation in range(1, event.calendar_generation):
        gone = _take_away(call, entry_id(event.id, generation), wish, None)
        if gone.first:
            return gone.model_copy(update={"etag": None, "updated": None})
    return None


def _take_away(call: Calls, id_: str, wish: entries.Wanted, etag: str | None) -> Written:
    """Cancel an entry, in the version `etag` or in one in which nothing is a person's that the event does not say."""
    for _ in range(_ROUNDS):
        if etag is None:
            present = call.present(id_)
            if present is None:
                return Written(entry_id=id_)
            if present.get("status") == "cancelled":
                return _written(call, present)
            merged = entries.merge(present, wish, call.zone)
            if merged.kept:
                return _written(call, present, kept=merged.kept, overruled=merged.overruled, first=True)
            etag = present["etag"]
        try:
            body = {"status": "cancelled"}
            return _written(call, call.request("patch", if_match=etag, eventId=id_, body=body, fields=_ANSWER))
        except Said as error:
            said = call.not_final(error, 403, 404, 410, 412)
            etag = None
            if said.status == 403 and (present := call.get(id_)) and present.get("status") != "cancelled":
                raise call.forbidden(said) from error
    raise CalendarUnavailable("the entry keeps changing while it is cancelled")


def _done(call: Calls, entry: Entry, wish: entries.Wanted) -> Written:
    """The answer to a write is the entry as it is kept: a time that became another must not pass for written. Texts
    are only noted, for Google tidies them up."""
    if entry.get("status") == "cancelled":
        return _written(call, entry)
    now = fields.marks_of(entry, call.zone)
    if now["time"] != wish.marks["time"]:
        raise CalendarRefused(f"Google keeps another time than was written: {entry.get('start')} – {entry.get('end')}")
    altered = tuple(field for field in wish.parts if field != "busy" and now[field] != wish.marks[field])
    return _written(call, entry, altered=altered)


def _written(call: Calls, entry: Entry, **more: Any) -> Written:
    return Written(
        entry_id=entry["id"],
        place=call.calendar,
        etag=entry.get("etag"),
        updated=fields.updated_of(entry),
        stands=fields.stands(entry, call.zone),
        **more,
    )
