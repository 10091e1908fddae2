"""What the page asks of the store: log-ins, the review queue, health by tenant, and whether anything changed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, TypeAdapter

from app.models import Busy, Event, EventStatus, Message, Page, Tenant, Value
from app.store.calls import Calls, decode_cursor


class WebSession(Value):
    """A log-in. With `key_hash` it may do what that key may; else `tenant` (None: all of them) and `scopes` say it."""

    key_hash: str | None = None
    name: str
    tenant_id: UUID | None = None
    tenant: Tenant | None = None
    scopes: tuple[str, ...] = ()
    expires_at: datetime


class Collision(Busy):
    """What lies at an event's time, and whose it is."""

    contact_name: str | None = None
    conversation: UUID | None = None


class ReviewItem(Event):
    """An event to decide about, the messages that prove it, and the confirmed events at its time. `stands`: the event
    that it would move or end."""

    evidence_messages: tuple[Message, ...] = ()
    conflicts: tuple[Collision, ...] = ()
    stands: Event | None = None


class CalendarEvent(Value):
    """An event as a calendar shows it. `drifted`: changed in Google by a person; `behind`: a calendar that is written
    to has not been given its last state yet."""

    id: UUID
    title: str
    start: AwareDatetime
    end: AwareDatetime | None = None
    all_day: bool
    status: EventStatus
    contact_name: str | None = None
    drifted: bool
    behind: bool


_CALENDAR = TypeAdapter(list[CalendarEvent])


class TenantStatus(Value):
    """What of one tenant waits, is parked or went wrong; failures are those of the last 24 hours."""

    now: datetime
    conversations: int
    """1 when there is any, else 0."""
    unprocessed: int
    oldest_unprocessed: datetime | None = None
    parked: int
    replies_due: int
    oldest_reply_due: datetime | None = None
    proposed: int
    sending_failed: int
    sending_waits: int
    sending_error: str | None = None
    calendar_behind: int
    calendar_error: str | None = None
    drifted: int
    batch_error: str | None = None
    untold: int = 0
    """Notices to the tenant's people that failed for good."""
    untold_error: str | None = None
    unrouted: int = 0
    """Of the whole server: messages kept aside for addresses that no tenant has; 1,000 stands for any number above."""
    unrouted_address: str | None = None


class Day(Value):
    """Counts of one day in the tenant's time zone."""

    day: date
    messages: int = 0
    events: int = 0
    decided: int = 0


class WebStore(Calls):
    async def create_login_link(
        self, link_hash: str, *, name: str, tenant: UUID | None, scopes: Sequence[str], seconds: float
    ) -> datetime:
        """Until when the link opens a log-in."""
        answer = await self._call(
            "hilo_create_login_link",
            p_link_hash=link_hash,
            p_name=name,
            p_tenant=tenant,
            p_scopes=list(scopes),
            p_seconds=seconds,
        )
        return datetime.fromisoformat(answer["expires_at"])

    async def take_login_link(self, link_hash: str, token_hash: str, *, seconds: float) -> WebSession | None:
        """The log-in that the link opens, under `token_hash`; None for a link that is used, expired or unknown."""
        row = await self._call(
            "hilo_take_login_link", p_link_hash=link_hash, p_token_hash=token_hash, p_seconds=seconds
        )
        return WebSession.model_validate(row) if row else None

    async def open_web_session(self, token_hash: str, *, key_hash: str, name: str, seconds: float) -> WebSession:
        return WebSession.model_validate(
            await self._call(
                "hilo_open_web_session",
                p_token_hash=token_hash,
                p_key_hash=key_hash,
                p_name=name,
                p_seconds=seconds,
            )
        )

    async def use_web_session(self, token_hash: str, *, idle_seconds: float) -> WebSession | None:
        """The living log-in of this hash that was used within `idle_seconds`; None when there is none."""
        row = await self._call("hilo_use_web_session", p_token_hash=token_hash, p_idle_seconds=idle_seconds)
        return WebSession.model_validate(row) if row else None

    async def close_web_sessions(self, token_hash: str | None = None) -> int:
        """Log out one, or everybody (None); returns how many."""
        return int((await self._call("hilo_close_web_sessions", p_token_hash=token_hash))["closed"])

    async def mark_seen(self, tenant: UUID, conversation: UUID, seq: int) -> None:
        await self._call("hilo_mark_seen", p_tenant=tenant, p_conversation=conversation, p_seq=seq)

    async def list_review(
        self, tenant: UUID, *, limit: int = 20, cursor: str | None = None, event_minutes: int = 60
    ) -> Page[ReviewItem]:
        """Proposed events by start."""
        return await self._page(
            ReviewItem,
            "hilo_list_review",
            p_tenant=tenant,
            p_limit=limit,
            p_cursor=decode_cursor(cursor, "at", "id"),
            p_minutes=event_minutes,
        )

    async def calendar(self, tenant: UUID, *, since: datetime, until: datetime) -> list[CalendarEvent]:
        """The events that begin in [since, until), by start; 10,000 at most."""
        return _CALENDAR.validate_python(await self._call("hilo_calendar", p_tenant=tenant, p_from=since, p_to=until))

    async def pulse(
        self,
        tenant: UUID,
        *,
        conversation: UUID | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Mapping[str, Any]:
        """Marks by part of a page (list, thread, review, calendar, run): another mark, another content."""
        answer: Mapping[str, Any] = await self._call(
            "hilo_pulse", p_tenant=tenant, p_conversation=conversation, p_from=since, p_to=until
        )
        return answer

    async def tenant_status(self, tenant: UUID) -> TenantStatus:
        return TenantStatus.model_validate(await self._call("hilo_tenant_status", p_tenant=tenant))

    async def daily(self, tenant: UUID, *, days: int = 14) -> list[Day]:
        """The last `days` days with today, those left out on which nothing happened."""
        return [Day.model_validate(row) for row in await self._call("hilo_daily", p_tenant=tenant, p_days=days)]

    async def remove_sample(self, tenant: UUID) -> int:
        """Take sample conversations away, with all that came of them; returns how many."""
        return int((await self._call("hilo_remove_sample", p_tenant=tenant))["removed"])
