"""What Google Calendar does with entries, without the HTTP: one object per calendar.

Each rule names the page of developers.google.com/workspace/calendar/api that says so; "seen" marks what no page says
and users report.
"""

import copy
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Entry = dict[str, Any]

# Reference, Events: "characters allowed in the ID are those used in base32hex encoding … between 5 and 1024".
_ID = re.compile(r"[a-v0-9]{5,1024}")
_ROLES = ("freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
# Reference, Events: list: "there are several query parameters that cannot be specified together with nextSyncToken".
NOT_WITH_SYNC_TOKEN = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin",
)  # fmt: skip


class GoogleError(Exception):
    """Guides, Handle API errors: the body names domain, reason and message, the status stands in `code` too."""

    def __init__(self, status: int, reason: str, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.reason, self.message, self.retry_after = status, reason, message, retry_after

    def body(self) -> Entry:
        domain = "usageLimits" if "imit" in self.reason else "global"
        error = {"domain": domain, "reason": self.reason, "message": self.message}
        return {"error": {"errors": [error], "code": self.status, "message": self.message}}


def not_found() -> GoogleError:
    return GoogleError(404, "notFound", "Not Found")


@dataclass
class GoogleCalendarState:
    """One calendar: its entries, deleted ones included, and the order in which they changed.

    `deleted_shows`: what is told of a deleted entry; None: everything. Reference, Events, status: "On the organizer's
    calendar, cancelled events continue to expose event details", and elsewhere "only guaranteed to have the id".
    """

    id: str
    time_zone: str = "Europe/Madrid"
    role: str = "writer"
    page_size: int = 250
    entries: dict[str, Entry] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    clock: int = 0
    oldest_token: int = 0
    inserts: int = 0
    moment: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    deleted_shows: tuple[str, ...] | None = None

    def need(self, role: str) -> None:
        if _ROLES.index(self.role) < _ROLES.index(role):
            raise GoogleError(403, "requiredAccessLevel", "You need to have writer access to this calendar.")

    def insert(self, body: Entry) -> Entry:
        self.need("writerWithoutPrivateAccess")
        id_ = body.get("id") or f"server{self.clock:06d}"
        if not _ID.fullmatch(id_):
            raise GoogleError(400, "invalid", "Invalid resource id value.")
        if id_ in self.entries:  # Guides, Handle API errors, 409; also after deletion (seen)
            raise GoogleError(409, "duplicate", "The requested identifier already exists.")
        self._check_times(body)
        entry = {"status": "confirmed", "transparency": "opaque", **copy.deepcopy(body), "id": id_}
        self.inserts += 1
        return self._keep(entry)

    def get(self, id_: str) -> Entry:
        self.need("reader")
        if id_ not in self.entries:
            raise not_found()
        return self.shown(id_)

    def patch(self, id_: str, body: Entry, if_match: str | None) -> Entry:
        """Guides, Performance: fields that are named are set, null deletes, objects merge, arrays are replaced."""
        entry = self._changeable(id_, if_match)
        merged = _merge(copy.deepcopy(entry), body)
        self._check_times(merged)
        return self._keep(merged)

    def update(self, id_: str, body: Entry, if_match: str | None) -> Entry:
        self._changeable(id_, if_match)
        self._check_times(body)
        return self._keep({"status": "confirmed", "transparency": "opaque", **copy.deepcopy(body), "id": id_})

    def delete(self, id_: str, if_match: str | None) -> None:
        self.need("writerWithoutPrivateAccess")
        if id_ not in self.entries:
            raise not_found()
        if self.entries[id_]["status"] == "cancelled":  # Guides, Handle API errors, 410
            raise GoogleError(410, "deleted", "Resource has been deleted")
        self._match(id_, if_match)
        self._keep(self.entries[id_] | {"status": "cancelled"})

    def restore(self, id_: str) -> None:
        """Help, Restore deleted events: within about 30 days, in the web page."""
        self._keep(self.entries[id_] | {"status": "confirmed"})

    def forget(self, id_: str) -> None:
        """Reference, Events: list, showDeleted: cancelled events "eventually disappear"."""
        del self.entries[id_], self.changed[id_]

    def page(self, query: dict[str, str]) -> Entry:
        """Guides, Synchronize resources efficiently. Deleted entries come with a sync token, else only if asked for."""
        self.need("reader")
        start = int(query.get("pageToken", "0").removeprefix("page"))
        since, deleted = -1, query.get("showDeleted") == "true"
        if token := query.get("syncToken"):
            if wrong := [name for name in NOT_WITH_SYNC_TOKEN if name in query]:
                raise GoogleError(400, "invalid", f"Sync token cannot be used with {wrong[0]}")
            since, deleted = int(token.removeprefix("sync")), True
            if since < self.oldest_token:
                raise GoogleError(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.")
        found = [
            self.shown(id_)
            for id_, at in sorted(self.changed.items(), key=lambda item: item[1])
            if at > since and (deleted or self.entries[id_]["status"] != "cancelled") and self._asked_for(id_, query)
        ]
        size = min(int(query.get("maxResults", self.page_size)), self.page_size)
        page = {
            "kind": "calendar#events", "summary": self.id, "timeZone": self.time_zone, "accessRole": self.role,
            "items": found[start : start + size],
        }  # fmt: skip
        rest = start + size
        return page | (
            {"nextPageToken": f"page{rest}"} if rest < len(found) else {"nextSyncToken": f"sync{self.clock}"}
        )

    def busy(self, since: datetime, until: datetime) -> list[dict[str, str]]:
        """Reference, Freebusy: query. Opaque entries that overlap, joined where they touch."""
        spans = sorted(
            (max(start, since), min(end, until))
            for entry in self.entries.values()
            if entry["status"] != "cancelled" and entry["transparency"] == "opaque"
            for start, end in [self.span(entry)]
            if start < until and end > since
        )
        joined: list[tuple[datetime, datetime]] = []
        for start, end in spans:
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return [{"start": _utc(start), "end": _utc(end)} for start, end in joined]

    def shown(self, id_: str) -> Entry:
        entry = copy.deepcopy(self.entries[id_])
        if entry["status"] == "cancelled" and self.deleted_shows is not None:
            return {name: entry[name] for name in self.deleted_shows}
        for name in ("start", "end"):  # times come back with the offset of the calendar's zone
            if "dateTime" in entry[name]:
                moment = _moment(entry[name], self.time_zone)
                entry[name]["dateTime"] = moment.astimezone(ZoneInfo(self.time_zone)).isoformat()
        return entry

    def span(self, entry: Entry) -> tuple[datetime, datetime]:
        return _moment(entry["start"], self.time_zone), _moment(entry["end"], self.time_zone)

    def expire_sync_tokens(self) -> None:
        self.clock += 1
        self.oldest_token = self.clock

    def _changeable(self, id_: str, if_match: str | None) -> Entry:
        self.need("writerWithoutPrivateAccess")
        if id_ not in self.entries:
            raise not_found()
        self._match(id_, if_match)
        if self.entries[id_]["status"] == "cancelled":  # seen: a deleted entry takes no more changes
            raise GoogleError(403, "forbidden", "Forbidden")
        return self.entries[id_]

    def _match(self, id_: str, if_match: str | None) -> None:
        """Guides, Get specific versions of resources: 412 when the etag is not the present one."""
        if if_match not in (None, "*", self.entries[id_]["etag"]):
            raise GoogleError(412, "conditionNotMet", "Precondition Failed")

    def _keep(self, entry: Entry) -> Entry:
        self.clock += 1
        self.moment += timedelta(milliseconds=1)
        stamp = _utc(self.moment)
        changes = {"kind": "calendar#event", "etag": f'"{self.clock}"', "updated": stamp}
        self.entries[entry["id"]] = {"created": stamp, **entry, **changes}
        self.changed[entry["id"]] = self.clock
        return self.shown(entry["id"])

    def _check_times(self, entry: Entry) -> None:
        for name in ("start", "end"):
            moment = entry.get(name) or {}
            if ("date" in moment) == ("dateTime" in moment):
                raise GoogleError(400, "required", f"Missing {name} time.")
            # Reference, Events, start.dateTime: an offset is required unless a zone is given in timeZone.
            if "dateTime" in moment and "timeZone" not in moment:
                if datetime.fromisoformat(moment["dateTime"]).tzinfo is None:
                    raise GoogleError(400, "required", f"Missing time zone definition for {name} time.")
        if ("date" in entry["start"]) != ("date" in entry["end"]):
            raise GoogleError(400, "invalid", "Start and end times must either both be date or both be dateTime.")
        start, end = self.span(entry)
        if end < start or ("date" in entry["start"] and end == start):  # an all-day entry's end is exclusive
            raise GoogleError(400, "timeRangeEmpty", "The specified time range is empty.")

    def _asked_for(self, id_: str, query: dict[str, str]) -> bool:
        entry = self.entries[id_]
        if wanted := query.get("privateExtendedProperty"):
            name, _, value = wanted.partition("=")
            if entry.get("extendedProperties", {}).get("private", {}).get(name) != value:
                return False
        start, end = self.span(entry)
        if "timeMin" in query and end <= datetime.fromisoformat(query["timeMin"]):
            return False
        return "timeMax" not in query or start < datetime.fromisoformat(query["timeMax"])


def _merge(old: Entry, new: Entry) -> Entry:
    for name, value in new.items():
        if value is None:
            old.pop(name, None)
        elif isinstance(value, dict) and isinstance(old.get(name), dict):
            old[name] = _merge(old[name], value)
        else:
            old[name] = copy.deepcopy(value)
    return old


def _moment(moment: Entry, zone: str) -> datetime:
    if "date" in moment:
        return datetime.combine(date.fromisoformat(moment["date"]), datetime.min.time(), ZoneInfo(zone))
    at = datetime.fromisoformat(moment["dateTime"])
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(moment.get("timeZone") or zone))


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
