"""What is read of a calendar as a whole: what changed in it, and what takes up time."""

from datetime import datetime
from typing import Any, Final

from app.calendars import google_fields as fields
from app.calendars.base import Changes, Seen
from app.calendars.google_calls import ENTRY_FIELDS, Calls, Entry, Said
from app.models import Busy

_PAGE: Final = 2500  # the most that Google gives
_CHANGES_FIELDS: Final = f"nextPageToken,nextSyncToken,items({ENTRY_FIELDS})"
_BUSY_FIELDS: Final = (
    "nextPageToken,items(id,start,end,status,transparency,attendees(self,responseStatus),extendedProperties/private)"
)


class Gone(Exception):
    """The sync token is no good any more."""


def changes(call: Calls, token: str | None) -> Changes:
    """Unfiltered: a sync token goes with no filter. What is not ours is dropped where it is read."""
    seen: list[Seen] = []
    page: Entry = {}
    query: dict[str, Any] = {"showDeleted": True} | ({"syncToken": token} if token else {})
    while "nextSyncToken" not in page:
        more = {"pageToken": page["nextPageToken"]} if page else {}
        try:
            page = call.request("list", maxResults=_PAGE, fields=_CHANGES_FIELDS, **query, **more)
        except Said as error:
            if error.said.status in (400, 410) and token:  # too old, or (seen) not a token of this calendar any more
                raise Gone from error
            raise call.error(error.said) from error
        seen.extend(one for item in page.get("items", ()) if (one := fields.seen_of(item, call.zone)))
    return Changes(seen=tuple(seen), token=page["nextSyncToken"], full=token is None)


def busy(call: Calls, start: datetime, end: datetime) -> list[Busy]:
    """From the list of entries: Google's free/busy answer cannot tell ours from others', nor who was invited and said
    no. An entry of ours counts where a person has dragged it and the store may not know yet; one that another business
    or installation wrote is anybody's."""
    found: list[Busy] = []
    query: dict[str, Any] = {
        "timeMin": start.isoformat(), "timeMax": end.isoformat(), "singleEvents": True, "fields": _BUSY_FIELDS,
    }  # fmt: skip
    page: Entry = {"nextPageToken": None}
    while "nextPageToken" in page:
        page = call.ask("list", maxResults=_PAGE, pageToken=page["nextPageToken"], **query)
        for entry in page.get("items", ()):
            free = entry.get("transparency") == "transparent" or entry.get("status") == "cancelled"
            if free or fields.declined(entry):
                continue
            own = fields.event_of(entry) if fields.written_for(entry) in (None, str(call.tenant)) else None
            if own and not fields.dragged(entry, call.zone):
                continue
            since, until = fields.span(entry, call.zone)
            if since < end and start < until:
                found.append(Busy(event_id=own, start=since, end=until))
    return found
