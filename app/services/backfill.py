"""The comparison with the provider's own list of messages: what a webhook never brought is added.

Twilio by default only logs a webhook that found nobody (docs/channels/twilio.md), so without this a database that
was down for a minute would lose the messages of that minute.
"""

from datetime import datetime, timedelta

import structlog

from app.channels.base import Channel
from app.channels.registry import Channels
from app.errors import HiloError
from app.models import InboundMessage
from app.services.metrics import BACKFILLED
from app.services.whatsapp_conversation import WhatsAppConversationService
from app.store.store import Store

log = structlog.get_logger(__name__)

_CHUNK = 200


class Backfill:
    """Compares as far back as `first` once, then as far as the last complete comparison and `again` more."""

    def __init__(
        self,
        store: Store,
        conversations: WhatsAppConversationService,
        channels: Channels,
        *,
        first: timedelta = timedelta(hours=24),
        again: timedelta = timedelta(hours=2),
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._channels = channels
        self._first = first
        self._again = again
        self._compared: datetime | None = None  # when the last complete comparison began, by the database's clock

    async def run(self) -> int:
        """Returns how many messages were added. A provider that does not answer is tried again next time, as far
        back as this time."""
        added = 0
        complete = True
        now = (await self._store.status()).now
        since = now - self._first if self._compared is None else self._compared - self._again
        addresses: dict[str, list[str]] = {}
        for tenant in await self._store.list_tenants():
            for row in tenant.channels:
                addresses.setdefault(row.provider, []).append(row.address)
        for channel in self._channels:
            if not channel.capabilities.lists_messages:
                continue
            try:
                chunk: list[InboundMessage] = []
                async for message in channel.list_inbound(since=since, addresses=addresses.get(channel.provider, ())):
                    chunk.append(message)
                    if len(chunk) == _CHUNK:
                        added += await self._add(channel, chunk)
                        chunk = []
                added += await self._add(channel, chunk)
            except HiloError as error:
                complete = False
                log.warning("cannot compare with the provider", provider=channel.provider, error=error.detail)
        if complete:
            self._compared = now
        return added

    async def _add(self, channel: Channel, messages: list[InboundMessage]) -> int:
        known = await self._store.known_sids(channel.provider, [message.message_sid for message in messages])
        added = 0
        for message in messages:
            if message.message_sid not in known:
                stored = await self._conversations.store_message(message)
                added += stored.is_new
        if added:
            BACKFILLED.labels(channel.provider).inc(added)
            log.warning("messages that no webhook brought were added", provider=channel.provider, messages=added)
        return added
