"""What to do with Google's answers: the requests that make up one use of a calendar. Knows no SDK."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from app.calendars import google_entry as entries
from app.calendars.base import Changes, Seen, Watched, Written, entry_id
from app.calendars.google_errors import Refusal, calendar_error
from app.errors import CalendarDisconnected, CalendarError, CalendarRefused, CalendarUnavailable
from app.models import Busy, Event, Value

_ROUNDS: Final = 5  # of reading and writing again while others write too
_PAGE: Final = 2500  # the most that Google gives
_CHANNEL_SECONDS: Final = "604800"  # a week, Google's own default; it may give less
_BUSY_FIELDS: Final = "nextPageToken,items(id,start,end,status,transparency)"

# What may hold words in an entry: ours, and what a person may have put there.
_WORDS: Final = ("summary", "description", "location", "source", "attendees", "conferenceData", "attachments")

Entry = Mapping[str, Any]


class CalendarInfo(Value):
    """What the calendar says of itself."""

    calendar: str
    title: str
    time_zone: str
    account: str


class Said(Exception):
    """Google says no; what that means depends on what was asked."""

    def __init__(self, said: Refusal) -> None:
        super().__init__(said.status)
        self.said = said


class Gone(Exception):
    """The sync token is too old."""


class Calls(ABC):
    """One use of a calendar, in a thread. `zone`: the tenant's, for whole days."""

    def __init__(self, calendar: str, account: str, zone: ZoneInfo) -> None:
        self.calendar, self.account, self.zone = calendar, account, zone

    @abstractmethod
    def request(self, method: str, *, if_match: str | None = None, **arguments: Any) -> Entry:
        """One request of the Events resource, or Channels' `stop`. Raises `Said` for what Google says no with, else
        our own errors."""

    def ask(self, method: str, **arguments: Any) -> Entry:
        """As `request`, where every no is an error."""
        try:
            return self.request(method, **arguments)
        except Said as error:
            raise self._error(error.said) from error

    def write(self, event: Event, wish: entries.Wanted) -> Written:
        """Make the entry hold `wish`, but for what people have changed since we last recorded its etag."""
        id_, etag = entry_id(event.id, event.calendar_generation), event.calendar_etag
        may_insert = etag is not None
        try:
            if etag is None:
                return self._done(self.request("insert", body=entries.insert_body(wish, id_)), wish)
            patched = self.request("patch", if_match=etag, eventId=id_, body=entries.patch_body(wish))
            return self._done(patched, wish)
        except Said as error:
            said = self._not_final(error, 403, 404, 409, 410, 412)
        for _ in range(_ROUNDS):
            present = self.get(id_)
            try:
                if present is None:
                    # In the calendar that this tenant has now it is new; or there is no such calendar for us.
                    if not may_insert:
                        raise self._error(said)
                    may_insert = False
                    return self._done(self.request("insert", body=entries.insert_body(wish, id_)), wish)
                if present.get("status") == "cancelled":
                    return _written(present, removed=True)
                if said.status == 403:
                    raise self._error(said)
                merged = entries.merge(present, wish, self.zone)
                if merged.body:
                    present = self.request("patch", if_match=present["etag"], eventId=id_, body=merged.body)
                return _written(present, kept=merged.kept, overruled=merged.overruled)
            except Said as error:
                said = self._not_final(error, 403, 404, 409, 410, 412)
        raise CalendarUnavailable("the entry keeps changing while it is written")

    # A 404 also says that the calendar is gone, or not shared any more. Before an entry is believed to be none, the
    # calendar is asked for (`describe` raises `CalendarDisconnected`): else a cancellation would count as written.

    def cancel(self, event: Event, wish: entries.Wanted) -> Written:
        """What a person had changed stays in the cancelled entry, and is reported."""
        id_, etag = entry_id(event.id, event.calendar_generation), event.calendar_etag
        kept: Entry = {}
        for _ in range(_ROUNDS):
            if etag is None:
                present = self.get(id_)
                if present is None:
                    self.describe()
                    return Written(entry_id=id_)
                if present.get("status") == "cancelled":
                    return _written(present)
                etag, kept = present["etag"], entries.merge(present, wish, self.zone).kept
            try:
                cancelled = self.request("patch", if_match=etag, eventId=id_, body={"status": "cancelled"})
            except Said as error:
                said = self._not_final(error, 403, 404, 410, 412)
                present = self.get(id_)
                if said.status == 403 and present and present.get("status") != "cancelled":
                    raise self._error(said) from error
                etag = None
                continue
            return _written(cancelled, kept=kept)
        raise CalendarUnavailable("the entry keeps changing while it is cancelled")

    def withdraw_before(self, event: Event) -> None:
        """Entries of earlier generations are no more, whoever deleted them."""
        for generation in range(1, event.calendar_generation):
            present = self.get(entry_id(event.id, generation))
            if present is None:
                self.describe()
            elif present.get("status") != "cancelled":
                self.ask("patch", eventId=present["id"], body={"status": "cancelled"})

    def remove(self, event: UUID, generation: int) -> None:
        """Emptied before it is cancelled: Google keeps what was deleted for a month, and gives it back."""
        for id_ in (entry_id(event, one) for one in range(1, generation + 1)):
            for _ in range(_ROUNDS):
                present = self.get(id_)
                if present is None:
                    self.describe()
                words = [name for name in _WORDS if present and present.get(name)]
                if present is None or (not words and present["status"] == "cancelled"):
                    break
                try:
                    body = dict.fromkeys(words) | {"status": "cancelled"}
                    self.request("patch", if_match=present["etag"], eventId=id_, body=body)
                    break
                except Said as error:
                    said = self._not_final(error, 403, 404, 410, 412)
                    if said.status == 403:
                        raise self._error(said) from error
            else:
                raise CalendarUnavailable("the entry keeps changing while it is removed")

    def get(self, id_: str) -> Entry | None:
        """None: no entry had this id, ever."""
        try:
            return self.request("get", eventId=id_)
        except Said as error:
            self._not_final(error, 404)
            return None

    def describe(self) -> CalendarInfo:
        """Needs the calendar and the right to write, and changes nothing."""
        page = self.ask("list", maxResults=1, fields="summary,timeZone,accessRole")
        if page.get("accessRole") not in ("writer", "owner"):
            raise CalendarDisconnected(
                f"{self.account} may only read {self.calendar}: share it with “Make changes to events”"
            )
        return CalendarInfo(
            calendar=self.calendar,
            title=page.get("summary", ""),
            time_zone=page.get("timeZone", ""),
            account=self.account,
        )

    def changes(self, token: str | None) -> Changes:
        """Unfiltered: a sync token goes with no filter. What is not ours is dropped where it is read."""
        seen: list[Seen] = []
        page: Entry = {}
        query: dict[str, Any] = {"syncToken": token} if token else {"showDeleted": True}
        while "nextSyncToken" not in page:
            more = {"pageToken": page["nextPageToken"]} if page else {}
            try:
                page = self.request("list", maxResults=_PAGE, **query, **more)
            except Said as error:
                if error.said.status == 410 and token:
                    raise Gone from error
                raise self._error(error.said) from error
            seen.extend(one for one in map(entries.seen_of, page.get("items", ())) if one)
        return Changes(seen=tuple(seen), token=page["nextSyncToken"], full=token is None)

    def busy(self, start: datetime, end: datetime) -> list[Busy]:
        found: list[Busy] = []
        query: dict[str, Any] = {
            "timeMin": start.isoformat(), "timeMax": end.isoformat(), "singleEvents": True, "fields": _BUSY_FIELDS,
        }  # fmt: skip
        page: Entry = {"nextPageToken": None}
        while "nextPageToken" in page:
            page = self.ask("list", maxResults=_PAGE, pageToken=page["nextPageToken"], **query)
            for entry in page.get("items", ()):
                free = entry.get("transparency") == "transparent" or entry.get("status") == "cancelled"
                if free or entries.seen_of(entry):
                    continue
                since, until = entries.span(entry, self.zone)
                if since < end and start < until:
                    found.append(Busy(start=since, end=until))
        return found

    def watch(self, channel: str, address: str, token: str) -> Watched:
        """Guides, Push notifications: a channel is not renewed but followed by another; expiration in milliseconds."""
        body = {
            "id": channel,
            "type": "web_hook",
            "address": address,
            "token": token,
            "params": {"ttl": _CHANNEL_SECONDS},
        }
        made = self.ask("watch", body=body)
        expires = datetime.fromtimestamp(int(made["expiration"]) / 1000, UTC)
        return Watched(resource=made["resourceId"], expires_at=expires)

    def unwatch(self, channel: str, resource: str) -> None:
        try:
            self.request("stop", body={"id": channel, "resourceId": resource})
        except Said as error:
            self._not_final(error, 404)

    def _done(self, entry: Entry, wish: entries.Wanted) -> Written:
        """The answer to a write is the entry as it is kept: a time that became another must not pass for written."""
        if entry.get("status") != "cancelled" and entries.marks_of(entry, self.zone)["time"] != wish.marks["time"]:
            raise CalendarRefused(
                f"Google keeps another time than was written: {entry.get('start')} – {entry.get('end')}"
            )
        return _written(entry)

    def _not_final(self, error: Said, *statuses: int) -> Refusal:
        """What was said, if its status is one of these and means no "later"; else it is raised."""
        meaning = self._error(error.said)
        slower = isinstance(meaning, CalendarUnavailable) and error.said.status not in (409, 412)
        if slower or error.said.status not in statuses:
            raise meaning from error
        return error.said

    def _error(self, said: Refusal) -> CalendarError:
        return calendar_error(said, calendar=self.calendar, account=self.account)


def _written(entry: Entry, **more: Any) -> Written:
    return Written(entry_id=entry["id"], etag=entry.get("etag"), updated=entries.updated_of(entry), **more)
