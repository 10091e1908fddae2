"""The requests that one use of a calendar is made of, and what Google's answers mean for them. Knows no SDK.

`google_write` and `google_read` say what is asked in which order.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from app.calendars.base import Watched
from app.calendars.google_errors import Refusal, calendar_error
from app.errors import CalendarDisconnected, CalendarError, CalendarRefused, CalendarUnavailable
from app.models import Tenant, Value

_CHANNEL_SECONDS: Final = "604800"  # a week, Google's own default; it may give less

# Reference, Events: list, accessRole. Without private access what people made private shows its times alone.
_MAY_WRITE: Final = ("writer", "writerWithoutPrivateAccess", "owner")

# Guides, Performance, Partial response: what is not named is not sent.
ENTRY_FIELDS: Final = (
    "id,etag,status,updated,summary,description,location,start,end,transparency,extendedProperties/private"
)

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


class Calls(ABC):
    """One use of a calendar, in a thread. The tenant's zone is that of whole days."""

    def __init__(self, calendar: str, account: str, tenant: Tenant) -> None:
        self.calendar, self.account, self.tenant, self.zone = calendar, account, tenant.id, tenant.zone

    @abstractmethod
    def request(self, method: str, *, if_match: str | None = None, **arguments: Any) -> Entry:
        """One request of the Events resource, or Channels' `stop`. Raises `Said` for what Google says no with, else
        our own errors."""

    def ask(self, method: str, **arguments: Any) -> Entry:
        """As `request`, where every no is an error."""
        try:
            return self.request(method, **arguments)
        except Said as error:
            raise self.error(error.said) from error

    def get(self, id_: str, *, fields: str | None = ENTRY_FIELDS) -> Entry | None:
        """None: Google says 404, to an entry that never was and to a calendar that is not ours to see any more."""
        try:
            return self.request("get", eventId=id_, fields=fields)
        except Said as error:
            self.not_final(error, 404)
            return None

    def present(self, id_: str, *, fields: str | None = ENTRY_FIELDS) -> Entry | None:
        """None: no entry had this id, ever. What is believed gone is never looked at again, so the calendar must have
        answered (`describe`), and then said no once more: it may have been away for the first question only."""
        found = self.get(id_, fields=fields)
        if found is None:
            self.describe()
            found = self.get(id_, fields=fields)
        if found is None:
            self.describe()
        return found

    def describe(self) -> CalendarInfo:
        """Needs the calendar and the right to write, and changes nothing."""
        page = self.ask("list", maxResults=1, fields="summary,timeZone,accessRole")
        if page.get("accessRole") not in _MAY_WRITE:
            raise CalendarDisconnected(
                f"{self.account} may only read {self.calendar}: share it with “Make changes to events”"
            )
        return CalendarInfo(
            calendar=self.calendar,
            title=page.get("summary", ""),
            time_zone=page.get("timeZone", ""),
            account=self.account,
        )

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
            self.not_final(error, 404)

    def not_final(self, error: Said, *statuses: int) -> Refusal:
        """What was said, if its status is one of these and means no "later"; else it is raised."""
        meaning = self.error(error.said)
        slower = isinstance(meaning, CalendarUnavailable) and error.said.status not in (409, 412)
        if slower or error.said.status not in statuses:
            raise meaning from error
        return error.said

    def forbidden(self, said: Refusal) -> CalendarError:
        """What a 403 to the change of a present entry means: one entry that is not to be changed shall not make all
        others wait. Raises what is wrong with the calendar as a whole."""
        self.describe()
        return CalendarRefused(f"Google does not let {self.account} change this entry ({said.reason} {said.message})")

    def error(self, said: Refusal) -> CalendarError:
        return calendar_error(said, calendar=self.calendar, account=self.account)
