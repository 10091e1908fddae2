"""Messages in the store: what comes in, what goes out, what is read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.models import (
    Amendment,
    ContactAlias,
    Conversation,
    Event,
    Handover,
    InboundMessage,
    Message,
    Page,
    StatusUpdate,
    Stored,
    Value,
)
from app.store.calls import Calls, decode_cursor, digits, loosely, pattern


class Unrouted(Value):
    """Messages kept raw because no tenant has their channel address."""

    provider: str
    address: str
    messages: int
    first_at: datetime
    last_at: datetime


class MessageWithEvents(Message):
    """A message and the events that it proves."""

    events: tuple[Event, ...] = ()


class MessageStore(Calls):
    async def store_message(
        self,
        message: InboundMessage,
        *,
        quiet_seconds: float = 2.0,
        max_wait_seconds: float = 10.0,
        backfill_answer_seconds: float = 600.0,
        pause_seconds: float | None = None,
        session_seconds: float = 86_400.0,
        media_seconds: float | None = None,
    ) -> Stored:
        """Store a message once. An answer becomes due `quiet_seconds` after the last message of a burst, and
        `max_wait_seconds` after its first at the latest; a backfilled one is answered only while it is younger than
        `backfill_answer_seconds`. `pause_seconds`: the agent says nothing for so long after this message.
        `session_seconds`: how long the contact's session lasts from now on. `media_seconds`: its files are to be
        turned into text, and an answer waits so long for that; None: they are not."""
        answer = await self.database.call(
            "hilo_store_message",
            {
                "p_provider": message.provider,
                "p_channel_address": message.channel_address,
                "p_contact": message.contact,
                "p_message_sid": message.message_sid,
                "p_body": message.body,
                "p_direction": message.direction.value,
                "p_role": message.role.value,
                "p_sent_at": message.sent_at.isoformat() if message.sent_at else None,
                "p_contact_name": message.contact_name,
                "p_phone": message.phone,
                "p_media": [media.model_dump() for media in message.media],
                "p_reply_to_sid": message.reply_to_sid,
                "p_raw": dict(message.raw),
                "p_backfilled": message.backfilled,
                "p_backfill_answer_seconds": backfill_answer_seconds,
                "p_quiet_seconds": quiet_seconds,
                "p_max_wait_seconds": max_wait_seconds,
                "p_aliases": list(message.aliases),
                "p_thread": message.thread,
                "p_author": message.author,
                "p_answer": message.answer,
                "p_pause_seconds": pause_seconds,
                "p_session_seconds": session_seconds,
                "p_media_seconds": media_seconds,
            },
        )
        return Stored.model_validate(answer)

    async def amend_message(
        self, amendment: Amendment, *, quiet_seconds: float = 2.0, max_wait_seconds: float = 10.0
    ) -> Stored:
        """Change a stored message as its author did; `Stored.outcome` is `amended`, `unchanged`, `stale` (a newer
        change is known), `unknown` (never seen, and nothing to store), or what storing it came to."""
        message = amendment.message
        answer = await self._call(
            "hilo_amend_message",
            p_provider=message.provider,
            p_channel_address=message.channel_address,
            p_contact=message.contact or None,
            p_message_sid=message.message_sid,
            p_body=message.body,
            p_kind=amendment.kind.value,
            p_amendment_sid=amendment.amendment_sid,
            p_at=amendment.at,
            p_direction=message.direction.value,
            p_role=message.role.value,
            p_contact_name=message.contact_name,
            p_phone=message.phone,
            p_media=message.media,
            p_raw=message.raw,
            p_aliases=message.aliases,
            p_thread=message.thread,
            p_author=message.author,
            p_answer=message.answer,
            p_quiet_seconds=quiet_seconds,
            p_max_wait_seconds=max_wait_seconds,
        )
        return Stored.model_validate(answer)

    async def link_contact(self, alias: ContactAlias) -> str:
        """`linked`, `known` (the alias has a conversation of its own), `unknown` (the contact has none), `unrouted`."""
        answer = await self._call(
            "hilo_link_contact",
            p_provider=alias.provider,
            p_channel_address=alias.channel_address,
            p_contact=alias.contact,
            p_alias=alias.alias,
        )
        return str(answer["outcome"])

    async def set_handover(self, handover: Handover, *, until: datetime) -> str:
        """`paused` until `until` (aware), `resumed`, `unknown` (there is no such conversation) or `unrouted`."""
        answer = await self._call(
            "hilo_set_handover",
            p_provider=handover.provider,
            p_channel_address=handover.channel_address,
            p_contact=handover.contact,
            p_until=None if handover.to_agent else until,
            p_tell=handover.tell,
        )
        return str(answer["outcome"])

    async def update_delivery(self, update: StatusUpdate) -> str:
        """`updated`, `stale` (a higher status is known), `requeued` (as a template) or `unknown` (kept until the
        message's id is known)."""
        error = " ".join(part for part in (update.error_code, update.error) if part) or None
        answer = await self._call(
            "hilo_update_delivery",
            p_provider=update.provider,
            p_message_sid=update.message_sid,
            p_status=update.status.value,
            p_error=error,
            p_channel_address=update.channel_address,
            p_outside_window=update.outside_window,
        )
        return str(answer["outcome"])

    async def known_sids(self, provider: str, sids: Sequence[str], *, channel_address: str | None = None) -> set[str]:
        """Those of `sids` that are stored (or kept raw) already; with `channel_address`, for the tenant of that
        address."""
        return set(
            await self._call(
                "hilo_known_sids", p_provider=provider, p_sids=list(sids), p_channel_address=channel_address
            )
        )

    async def replay_unrouted(self) -> int:
        """Store what was kept for channels that have a tenant now; returns how many messages."""
        replayed = 0
        while count := (await self._call("hilo_replay_unrouted"))["replayed"]:
            replayed += count
        return replayed

    async def list_unrouted(self) -> list[Unrouted]:
        return [Unrouted.model_validate(row) for row in await self._call("hilo_list_unrouted")]

    async def list_conversations(
        self,
        tenant: UUID,
        *,
        limit: int = 50,
        cursor: str | None = None,
        search: str | None = None,
        unprocessed: bool | None = None,
        parked: bool | None = None,
        paused: bool | None = None,
        needs_review: bool | None = None,
        unsent: bool | None = None,
    ) -> Page[Conversation]:
        """Newest first. `search` looks in name (accents and case are one), phone (however it is typed) and contact id;
        `unsent`: a message to the contact failed or waits after a failure, within the last day."""
        return await self._page(
            Conversation,
            "hilo_list_conversations",
            p_tenant=tenant,
            p_limit=limit,
            p_cursor=decode_cursor(cursor, "at", "id"),
            p_search=pattern(search),
            p_unprocessed=unprocessed,
            p_parked=parked,
            p_paused=paused,
            p_review=needs_review,
            p_unsent=unsent,
            p_name=loosely(search),
            p_digits=digits(search),
        )

    async def get_conversation(self, tenant: UUID, key: str) -> Conversation:
        """By the row's UUID or by the contact's own id; `NotFound` when this tenant has none such."""
        return await self._one(Conversation, "hilo_get_conversation", "conversation", p_tenant=tenant, p_key=key)

    async def list_messages(
        self,
        tenant: UUID,
        conversation: UUID,
        *,
        limit: int = 50,
        cursor: str | None = None,
        newest_first: bool = False,
    ) -> Page[MessageWithEvents]:
        return await self._page(
            MessageWithEvents,
            "hilo_list_messages",
            p_tenant=tenant,
            p_conversation=conversation,
            p_limit=limit,
            p_cursor=decode_cursor(cursor, "sent_at", "seq"),
            p_descending=newest_first,
        )

    async def conversation_context(self, tenant: UUID, conversation_id: str, limit: int = 10) -> list[Message]:
        """The last `limit` messages, oldest first."""
        rows = await self._call(
            "hilo_conversation_context", p_tenant=tenant, p_conversation_id=conversation_id, p_limit=limit
        )
        return [Message.model_validate(row) for row in rows]

    async def mark_message_processed(self, tenant: UUID, message: UUID, *, event: UUID | None = None) -> Message:
        """Mark one message by hand; the readers mark theirs when they commit."""
        return await self._one(
            Message, "hilo_mark_message_processed", "message", p_tenant=tenant, p_message=message, p_event=event
        )
