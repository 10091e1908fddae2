"""Events: reading, deciding, publishing."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from app.models import Busy, Event, Message, Page, Tenant, Value
from app.store.calls import Calls, decode_cursor, pattern


class Decision(StrEnum):
    """What a person may do with an event."""

    APPROVE = "approve"
    CORRECT = "correct"
    REJECT = "reject"
    CANCEL = "cancel"


class Decided(Value):
    """`done`, `conflict` (the time is taken: conflicts), `stale` (somebody was faster) or `refused` (a confirmed
    event cannot be rejected, a cancelled one not corrected)."""

    outcome: str
    event: Event
    conflicts: tuple[Busy, ...] = ()


class Revision(Value):
    revision: int
    action: str
    source: str
    at: datetime
    event: Mapping[str, Any]


class EventWithRevisions(Event):
    revisions: tuple[Revision, ...] = ()
    stands: Event | None = None
    evidence_messages: tuple[Message, ...] = ()


class Standing(Value):
    start: AwareDatetime
    end: AwareDatetime


class PublishOutcome(StrEnum):
    """What recording a write came to: `changed` meanwhile, so that what people did is weighed against the newer event;
    `recorded` what is lost when the entry goes (`Written.first`); `lost` the lease, to somebody who recognises the
    entry by its id."""

    PUBLISHED = "published"
    RECORDED = "recorded"
    CHANGED = "changed"
    LOST = "lost"


class PublishClaim(Value):
    """`attempt` counts from 1 since the event was last written or changed. `stands`: the time that its entry takes up
    in the calendar, as last written or seen. `probe`: the calendar is disconnected; this event shows whether still."""

    token: UUID
    event: Event
    tenant: Tenant
    attempt: int = 1
    stands: Standing | None = None
    probe: bool = False


class Feed(Value):
    tenant: Tenant
    events: tuple[Event, ...]


class _FeedPage(Feed):
    next: str | None = None


class EventStore(Calls):
    async def list_events(
        self,
        tenant: UUID,
        *,
        limit: int = 50,
        cursor: str | None = None,
        status: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        conversation: UUID | None = None,
        search: str | None = None,
    ) -> Page[Event]:
        """By start; [since, until); `search` looks in title and place."""
        return await self._page(
            Event,
            "hilo_list_events",
            p_tenant=tenant,
            p_limit=limit,
            p_cursor=decode_cursor(cursor, "at", "id"),
            p_status=status,
            p_from=since,
            p_to=until,
            p_conversation=conversation,
            p_search=pattern(search),
        )

    async def get_event(self, tenant: UUID, event: UUID) -> EventWithRevisions:
        return await self._one(EventWithRevisions, "hilo_get_event", "event", p_tenant=tenant, p_event=event)

    async def decide_event(
        self,
        tenant: UUID,
        event: UUID,
        decision: Decision,
        *,
        patch: Mapping[str, Any] | None = None,
        by: str = "operator",
        expected_revision: int | None = None,
        force: bool = False,
        event_minutes: int = 60,
    ) -> Decided:
        """`patch` may hold title, start, end, all_day, location; `force` accepts an overlap."""
        return Decided.model_validate(
            await self._call(
                "hilo_update_event",
                p_tenant=tenant,
                p_event=event,
                p_action=decision.value,
                p_patch=dict(patch or {}),
                p_by=by,
                p_expected_revision=expected_revision,
                p_force=force,
                p_minutes=event_minutes,
            )
        )

    async def feed(self, token: str, *, since: datetime) -> Feed:
        """What the calendar feed of this secret token shows; `NotFound` for an unknown token."""
        events: dict[UUID, Event] = {}
        after: str | None = None
        while True:
            page = await self._one(
                _FeedPage, "hilo_feed", "calendar feed", p_feed_token=token, p_since=since, p_after=after
            )
            events |= {event.id: event for event in page.events}
            if (after := page.next) is None:
                return Feed(
                    tenant=page.tenant, events=tuple(sorted(events.values(), key=lambda one: (one.start, one.id)))
                )

    async def claim_publish(
        self,
        token: UUID,
        *,
        limit: int = 20,
        lease_seconds: float = 60.0,
        tenant: UUID | None = None,
        tenants: str = "all",
        probe_seconds: float = 60.0,
    ) -> list[PublishClaim]:
        """`tenants`: as in `app.calendars.base.Capabilities`. `probe_seconds`: how often one event of a calendar that
        is disconnected is tried, by all processes."""
        rows = await self._call(
            "hilo_claim_publish",
            p_token=token,
            p_limit=limit,
            p_lease_seconds=lease_seconds,
            p_tenant=tenant,
            p_tenants=tenants,
            p_probe_seconds=probe_seconds,
        )
        return [PublishClaim.model_validate(row | {"token": token}) for row in rows]

    async def complete_publish(
        self,
        event: UUID,
        token: UUID,
        *,
        revision: int,
        calendar_event_id: str,
        etag: str | None,
        updated: datetime | None = None,
        kept: Mapping[str, Any] | None = None,
        overruled: Mapping[str, Any] | None = None,
        removed: bool = False,
        first: bool = False,
        stands: Mapping[str, Any] | None = None,
        place: str | None = None,
    ) -> PublishOutcome:
        """`kept`, `overruled`, `removed`, `first`, `stands`, `place`: as in `app.calendars.base.Written`."""
        answer = await self._call(
            "hilo_complete_publish",
            p_event=event,
            p_token=token,
            p_revision=revision,
            p_calendar_event_id=calendar_event_id,
            p_etag=etag,
            p_updated_at=updated,
            p_kept=dict(kept or {}),
            p_overruled=dict(overruled or {}),
            p_removed=removed,
            p_first=first,
            p_stands=stands and dict(stands),
            p_place=place,
        )
        return PublishOutcome(answer["outcome"])

    async def fail_publish(
        self, event: UUID, token: UUID, error: str, *, retry_seconds: float, refused: bool = False
    ) -> None:
        """Again after `retry_seconds`, or when the event changes. `refused`: the calendar does not take this event."""
        await self._call(
            "hilo_fail_publish",
            p_event=event,
            p_token=token,
            p_error=error,
            p_retry_seconds=retry_seconds,
            p_refused=refused,
        )
