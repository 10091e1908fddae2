"""A tenant's conversations as people and agents look at them and act on them. Every method is one tenant's."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4, uuid5

from app.channels.registry import Channels
from app.channels.text import split_text
from app.errors import Conflict, InvalidRequest, NotFound
from app.models import Conversation, DeliveryStatus, Event, Message, Page, Tenant
from app.services.handover import tells
from app.store.batch import BatchRun, BatchScope
from app.store.events import EventWithRevisions
from app.store.messages import MessageWithEvents
from app.store.store import Store
from app.store.web import CalendarEvent, ReviewItem

if TYPE_CHECKING:  # the batch brings the extractors along; reading needs none of them
    from app.services.batch_report import BatchReport

__all__ = ["BatchRun", "CalendarEvent", "EventWithRevisions", "Inbox", "MessageWithEvents", "ReviewItem"]


class Batch(Protocol):
    """The batch, as much of it as is needed here: `services.batch.BatchService`."""

    async def process_conversations_batch(
        self, *, trigger: str, scope: BatchScope, limit: int | None = None, dry_run: bool = False
    ) -> "BatchReport": ...


class Inbox:
    """`wake_replies`, `wake_delivery` and `wake_handover` are told when there is something to do for them."""

    def __init__(
        self,
        store: Store,
        channels: Channels,
        batch: Batch,
        *,
        wake_replies: Callable[[], None] = lambda: None,
        wake_delivery: Callable[[], None] = lambda: None,
        wake_handover: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._channels = channels
        self._batch = batch
        self._wake_replies = wake_replies
        self._wake_delivery = wake_delivery
        self._wake_handover = wake_handover

    async def conversations(
        self,
        tenant: Tenant,
        *,
        limit: int,
        cursor: str | None = None,
        search: str | None = None,
        unprocessed: bool | None = None,
        parked: bool | None = None,
        paused: bool | None = None,
        needs_review: bool | None = None,
        unsent: bool | None = None,
    ) -> Page[Conversation]:
        return await self._store.list_conversations(
            tenant.id,
            limit=limit,
            cursor=cursor,
            search=search,
            unprocessed=unprocessed,
            parked=parked,
            paused=paused,
            needs_review=needs_review,
            unsent=unsent,
        )

    async def conversation(self, tenant: Tenant, key: str) -> Conversation:
        """By the row's UUID or by the contact's own id; `NotFound` for what another tenant has."""
        return await self._store.get_conversation(tenant.id, key)

    async def messages(
        self, tenant: Tenant, key: str, *, limit: int, cursor: str | None = None, newest_first: bool = False
    ) -> Page[MessageWithEvents]:
        conversation = await self.conversation(tenant, key)
        return await self._store.list_messages(
            tenant.id, conversation.id, limit=limit, cursor=cursor, newest_first=newest_first
        )

    async def events(
        self,
        tenant: Tenant,
        *,
        limit: int,
        cursor: str | None = None,
        status: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        conversation: str | None = None,
        search: str | None = None,
    ) -> Page[Event]:
        """By start; [since, until). `status`: an event's, or `review` for what a person has to decide about."""
        row = await self.conversation(tenant, conversation) if conversation else None
        return await self._store.list_events(
            tenant.id,
            limit=limit,
            cursor=cursor,
            status=status,
            since=since,
            until=until,
            conversation=row.id if row else None,
            search=search,
        )

    async def review(
        self, tenant: Tenant, *, limit: int, cursor: str | None = None, event_minutes: int = 60
    ) -> Page[ReviewItem]:
        """What waits for a person's decision, by start, with its proof and what it collides with."""
        minutes = tenant.settings.event_minutes or event_minutes
        return await self._store.list_review(tenant.id, limit=limit, cursor=cursor, event_minutes=minutes)

    async def calendar(self, tenant: Tenant, *, since: datetime, until: datetime) -> list[CalendarEvent]:
        """What begins in [since, until), by start."""
        return await self._store.calendar(tenant.id, since=since, until=until)

    async def seen(self, tenant: Tenant, conversation: Conversation, messages: Sequence[Message]) -> None:
        """A person has looked at these messages."""
        newest = max((message.seq for message in messages), default=0)
        if conversation.unread_count and newest > 0:
            await self._store.mark_seen(tenant.id, conversation.id, newest)

    async def event(self, tenant: Tenant, event: UUID) -> EventWithRevisions:
        return await self._store.get_event(tenant.id, event)

    async def write(
        self, tenant: Tenant, key: str, text: str, *, author: str, request_id: UUID | None = None
    ) -> list[Message]:
        """Write to the contact as the business, in as many messages as the channel needs.

        `request_id` makes a repeat of the same call recognised: nothing is written twice. Where the channel has no
        credentials to send with, the messages are kept, readable in the conversation and marked `held`. Raises
        `Conflict` when the conversation's channel is not set up any more.
        """
        conversation = await self.conversation(tenant, key)
        try:
            can = self._channels.get(conversation.provider).capabilities
        except NotFound as error:
            raise Conflict(f"{conversation.provider} is not set up here any more: nothing can be sent") from error
        parts = split_text(text, can.max_text)
        if not parts:
            raise InvalidRequest("There is nothing to send: the text holds only spaces")
        seed = uuid5(conversation.id, str(request_id or uuid4()))
        messages = await self._store.post_message(
            tenant.id,
            conversation.id,
            [(uuid5(seed, str(number)), part) for number, part in enumerate(parts)],
            deliver=(DeliveryStatus.QUEUED if can.can_send else DeliveryStatus.HELD).value,
            author=author,
        )
        self._wake_delivery()
        return messages

    async def retry(self, tenant: Tenant, key: str) -> Conversation:
        """Take a parked conversation up again, in both readers."""
        conversation = await self.conversation(tenant, key)
        again = await self._store.retry_conversation(tenant.id, conversation.id)
        self._wake_replies()
        return again

    async def pause(self, tenant: Tenant, key: str, until: datetime) -> Conversation:
        """The agent says nothing in this conversation until `until` (aware)."""
        conversation = await self.conversation(tenant, key)
        tell = tells(self._channels, conversation)
        paused = await self._store.pause_conversation(tenant.id, conversation.id, until, tell_provider=tell)
        self._wake_handover()
        return paused

    async def resume(self, tenant: Tenant, key: str) -> Conversation:
        """Hand back to the agent. It answers what comes in from now on, not what a person left open."""
        conversation = await self.conversation(tenant, key)
        tell = tells(self._channels, conversation)
        back = await self._store.pause_conversation(tenant.id, conversation.id, None, tell_provider=tell)
        self._wake_replies()
        self._wake_handover()
        return back

    async def process(
        self, tenant: Tenant, *, conversation: str | None = None, limit: int | None = None, dry_run: bool = False
    ) -> "BatchReport":
        """Run the batch now over all that waits in this tenant (also what is not quiet yet), or one conversation."""
        row = await self.conversation(tenant, conversation) if conversation else None
        scope = BatchScope(everything=True, tenant=tenant.id, conversation=row.id if row else None)
        return await self._batch.process_conversations_batch(trigger="http", scope=scope, limit=limit, dry_run=dry_run)

    async def batch_runs(self, tenant: Tenant | None, *, limit: int) -> Sequence[BatchRun]:
        """The newest runs; without a tenant (administrators) also those of the scheduler, over all tenants."""
        return await self._store.list_batch_runs(tenant=tenant.id if tenant else None, limit=limit)
