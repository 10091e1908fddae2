"""Google Calendar, for all tenants: who is asked for what. What is asked is in `google_write` and `google_read`."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from app.calendars import google_entry as entries
from app.calendars import google_fields as fields
from app.calendars import google_read, google_write
from app.calendars.base import Capabilities, Changes, Seen, Watched, Written, entry_id
from app.calendars.google_access import Grants
from app.calendars.google_calls import CalendarInfo, Calls
from app.calendars.google_client import GoogleClient
from app.errors import CalendarDisconnected, CalendarRefused
from app.models import Busy, Event, Tenant

T = TypeVar("T")


class GoogleCalendar:
    """The calendars of all tenants. `default_calendar` is the tenant `default`'s; others name theirs in their settings.

    `grants` says who we are for a tenant, `link` an event's address for people (None: none). One HTTP request waits
    `http_seconds` at most, and no new one is begun when `call_seconds` are over or the caller has gone.
    """

    name = "google"

    def __init__(
        self,
        grants: Grants,
        *,
        default_calendar: str | None = None,
        event_minutes: int = 60,
        api_url: str | None = None,
        link: Callable[[Event], str | None] = lambda event: None,
        concurrency: int = 8,
        requests_per_minute: float = 540.0,
        http_seconds: float = 10.0,
        call_seconds: float = 25.0,
    ) -> None:
        self._grants = grants
        self._default = default_calendar
        self._event_minutes = event_minutes
        self._link = link
        self._call_seconds = call_seconds
        self._capabilities = Capabilities(
            concurrency=concurrency, tenants="linked_or_default" if default_calendar else "linked"
        )
        self._client = GoogleClient(
            api_url=api_url,
            concurrency=concurrency,
            requests_per_minute=requests_per_minute,
            http_seconds=http_seconds,
        )

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def place(self, tenant: Tenant) -> str | None:
        return tenant.settings.google_calendar_id or (self._default if tenant.slug == "default" else None)

    async def publish(self, event: Event, tenant: Tenant) -> Written:
        return await self._run(tenant, lambda call: google_write.publish(call, event, self._wish(event, tenant)))

    async def withdraw(self, event: Event, tenant: Tenant) -> Written:
        return await self._run(tenant, lambda call: google_write.withdraw(call, event, self._wish(event, tenant)))

    async def remove(self, event: UUID, generation: int, tenant: Tenant, *, also: Sequence[str] = ()) -> None:
        await self._run(tenant, lambda call: google_write.remove(call, event, generation))
        for former in also:
            if former != self.place(tenant):
                try:
                    await self._run(tenant, lambda call: google_write.remove(call, event, generation), place=former)
                except CalendarDisconnected as error:
                    raise CalendarRefused(f"It may stand in a former calendar: {error.detail}") from error

    async def check(self, tenant: Tenant) -> None:
        await self.describe(tenant)

    async def describe(self, tenant: Tenant) -> CalendarInfo:
        """As `check`, and what the calendar says of itself."""
        return await self._run(tenant, lambda call: call.describe())

    async def changes(self, tenant: Tenant, token: str | None) -> Changes:
        def read(call: Calls) -> Changes:
            try:
                return google_read.changes(call, token)
            except google_read.Gone:  # Guides, Synchronize resources efficiently: 410 means a full one
                return google_read.changes(call, None)

        return await self._run(tenant, read, seconds=300.0)

    async def read(self, tenant: Tenant, event: UUID, generation: int) -> Seen | None:
        def get(call: Calls) -> Seen | None:
            entry = call.present(entry_id(event, generation))
            return fields.seen_of(entry, tenant.zone) if entry else None

        return await self._run(tenant, get)

    def differences(self, seen: Seen, event: Event, tenant: Tenant) -> Mapping[str, object]:
        return entries.differences(seen.entry, self._wish(event, tenant), tenant.zone)

    async def busy(self, tenant: Tenant, start: datetime, end: datetime) -> Sequence[Busy]:
        return await self._run(tenant, lambda call: google_read.busy(call, start, end))

    async def watch(self, tenant: Tenant, channel: UUID, *, address: str, token: str) -> Watched:
        return await self._run(tenant, lambda call: call.watch(str(channel), address, token))

    async def unwatch(self, tenant: Tenant, channel: UUID, resource: str) -> None:
        await self._run(tenant, lambda call: call.unwatch(str(channel), resource))

    async def aclose(self) -> None:
        """Requests under way are left to their time limit."""
        self._client.close()

    def _wish(self, event: Event, tenant: Tenant) -> entries.Wanted:
        return entries.wanted(event, tenant, event_minutes=self._event_minutes, link=self._link(event))

    async def _run(
        self, tenant: Tenant, work: Callable[[Calls], T], *, seconds: float | None = None, place: str | None = None
    ) -> T:
        calendar, grant = place or self.place(tenant), await self._grants(tenant)
        if calendar is None:
            raise CalendarDisconnected(f"{tenant.slug} has no Google calendar: hilo google connect")
        if grant is None:
            raise CalendarDisconnected("Nobody has connected this calendar: hilo google connect")
        if grant.owns(calendar):
            raise CalendarDisconnected(
                f"“{calendar}” is the service account's own calendar, which nobody sees: choose another, share it with "
                f"{grant.account} (“Make changes to events”), and give its id (hilo google connect --calendar ID)"
            )
        given_up = threading.Event()
        deadline = time.monotonic() + (seconds or self._call_seconds)

        def in_thread() -> T:
            def go_on() -> bool:
                return not given_up.is_set() and time.monotonic() < deadline

            return work(self._client.calls(grant, calendar, tenant, deadline=deadline, go_on=go_on))

        try:
            return await asyncio.get_running_loop().run_in_executor(self._client.pool, in_thread)
        finally:
            given_up.set()
