"""Conversations as the rest of the application uses them: store a message, read the context."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from app.agent import ChatMessage, build_chat_history
from app.errors import HiloError
from app.models import (
    Amendment,
    ContactAlias,
    Handover,
    InboundMessage,
    Message,
    StatusUpdate,
    Stored,
    Tenant,
    Value,
)
from app.services.metrics import AMENDMENTS, DELIVERY_REPORTS, HANDOVERS, MESSAGES
from app.store.store import Store

log = structlog.get_logger(__name__)

# What each provider calls our own address.
_ADDRESS = {"cloud_api": "phone_number_id", "waha": "WAHA session", "chatwoot": "Chatwoot account/inbox"}


class ReplyTiming(Value):
    """When an answer becomes due, in seconds: after a quiet `quiet`, at the latest `max_wait` after the first
    message of a burst; a backfilled message is answered while younger than `backfill_answer`; after a person of the
    business wrote, the agent is silent for `human_pause`. `session`: a session lasts so long without activity.
    `media`: an answer waits so long for files to be turned into text."""

    quiet: float = 2.0
    max_wait: float = 10.0
    backfill_answer: float = 600.0
    human_pause: float = 43_200.0
    session: float = 86_400.0
    media: float = 20.0


class WhatsAppConversationService:
    def __init__(
        self,
        store: Store,
        *,
        timing: ReplyTiming,
        context_messages: int = 10,
        reads_media: Callable[[InboundMessage], bool] = lambda message: False,
        wake_media: Callable[[], None] = lambda: None,
    ) -> None:
        """`reads_media` says whether files of a message are turned into text; `wake_media` is called when there are."""
        self._store = store
        self._timing = timing
        self._context_messages = context_messages
        self._reads_media = reads_media
        self._wake_media = wake_media

    async def store_message(self, message: InboundMessage) -> Stored:
        """Store one message, once; `Stored.outcome` says whether it was new. Raises `StoreUnavailable`, and then the
        provider must be told to try again."""
        reads = bool(message.media) and self._reads_media(message)
        try:
            stored = await self._store.store_message(
                message,
                quiet_seconds=self._timing.quiet,
                max_wait_seconds=self._timing.max_wait,
                backfill_answer_seconds=self._timing.backfill_answer,
                pause_seconds=self._timing.human_pause if message.by_person else None,
                session_seconds=self._timing.session,
                media_seconds=self._timing.media if reads else None,
            )
        except HiloError:
            MESSAGES.labels(message.provider, "failed").inc()
            raise
        MESSAGES.labels(message.provider, stored.outcome).inc()
        if reads and stored.is_new:
            self._wake_media()
        if stored.outcome == "unrouted":
            log.warning(
                f"No business found for {_ADDRESS.get(message.provider, f'{message.provider} address')}",
                address=message.channel_address,
                next="the message is kept; add the address with `hilo tenants channel`",
            )
        else:
            log.info(
                "message " + stored.outcome,
                provider=message.provider,
                message=stored.message_id,
                conversation=stored.conversation,
                backfilled=message.backfilled,
            )
        return stored

    async def amend_message(self, amendment: Amendment) -> Stored:
        """A stored message was edited or deleted: the store follows, and both readers look again. Raises like
        `store_message`."""
        amended = await self._store.amend_message(
            amendment, quiet_seconds=self._timing.quiet, max_wait_seconds=self._timing.max_wait
        )
        provider = amendment.message.provider
        AMENDMENTS.labels(provider, amendment.kind.value, amended.outcome).inc()
        log.info(
            f"message {amendment.kind.value}", provider=provider, outcome=amended.outcome, message=amended.message_id
        )
        return amended

    async def link_contact(self, alias: ContactAlias) -> str:
        """The customer has another name at this provider from now on."""
        return await self._store.link_contact(alias)

    async def set_handover(self, handover: Handover) -> str:
        """A person took the conversation, or gave it back to the agent."""
        until = datetime.now(UTC) + timedelta(seconds=self._timing.human_pause)
        outcome = await self._store.set_handover(handover, until=until)
        HANDOVERS.labels(handover.provider, outcome).inc()
        log.info("conversation " + outcome, provider=handover.provider)
        return outcome

    async def update_delivery(self, update: StatusUpdate) -> str:
        outcome = await self._store.update_delivery(update)
        DELIVERY_REPORTS.labels(update.provider, update.status.value, outcome).inc()
        if update.error_code:
            log.warning("delivery failed", provider=update.provider, status=update.status, code=update.error_code)
        return outcome

    async def get_conversation_context(
        self, tenant: UUID, conversation_id: str, limit: int | None = None
    ) -> list[Message]:
        """The last `limit` messages (default HILO_CONTEXT_MESSAGES), oldest first."""
        return await self._store.conversation_context(tenant, conversation_id, limit or self._context_messages)

    async def build_chat_history(
        self, tenant: Tenant, conversation_id: str, limit: int | None = None
    ) -> list[ChatMessage]:
        """The same as LangChain messages, each with its weekday and local time."""
        messages = await self.get_conversation_context(tenant.id, conversation_id, limit)
        return build_chat_history(messages, zone=tenant.zone)

    async def mark_message_processed(self, tenant: UUID, message: UUID, event: UUID | None = None) -> Message:
        """Mark one message by hand; the readers mark what they read when they commit it."""
        return await self._store.mark_message_processed(tenant, message, event=event)
