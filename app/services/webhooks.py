"""What happens to a provider's webhook: verify, parse, store, acknowledge.

A message is acknowledged once it is stored, never before; the answer is the reply worker's. Only where the provider
cannot be called back (no REST credentials) does the request wait for it, a bounded time.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog

from app.channels.base import Channel, WebhookRequest, read_webhook
from app.channels.registry import Channels
from app.channels.urls import Network, is_loopback_request, public_url
from app.errors import HiloError, WebhookError
from app.models import Stored, Value
from app.services.metrics import WEBHOOKS
from app.services.wake import Wake
from app.services.whatsapp_conversation import WhatsAppConversationService
from app.store.store import Store

log = structlog.get_logger(__name__)

_POLL_SECONDS = 0.15


class HttpRequest(Value):
    """A request as the socket saw it: `target` is path and query as they stood on the request line, header names
    are lower-case, `client` is the address of the other end."""

    target: str
    scheme: str
    headers: Mapping[str, str]
    client: str | None
    body: bytes


class WebhookService:
    """`twiml_wait`: seconds that a webhook waits for the reply where it has to carry it."""

    def __init__(
        self,
        channels: Channels,
        conversations: WhatsAppConversationService,
        store: Store,
        *,
        replies: Wake,
        public_base_url: str | None = None,
        trusted_proxies: tuple[Network, ...] = (),
        twiml_wait: float = 8.0,
    ) -> None:
        self._channels = channels
        self._conversations = conversations
        self._store = store
        self._replies = replies
        self._public_base_url = public_base_url
        self._trusted_proxies = trusted_proxies
        self._twiml_wait = twiml_wait

    async def receive(self, provider: str, request: HttpRequest) -> tuple[str, str]:
        """Body and media type to answer with.

        Raises `MalformedWebhook`, `BadSignature`, or what the store raises: then nothing, or not all, was kept, and
        the provider must send it again.
        """
        channel = self._channels.get(provider)
        stored = await self._store_all(channel, request)
        if not stored or not stored[-1].reply_due or channel.capabilities.can_send:
            return channel.acknowledge()
        last = stored[-1]
        assert last.conversation is not None
        assert last.seq is not None
        return channel.acknowledge(await self._wait_for_reply(last.conversation, last.seq))

    async def _store_all(self, channel: Channel, request: HttpRequest) -> list[Stored]:
        hook = WebhookRequest(
            url=public_url(
                target=request.target,
                scheme=request.scheme,
                headers=request.headers,
                client=request.client,
                public_base_url=self._public_base_url,
                trusted_proxies=self._trusted_proxies,
            ),
            headers=request.headers,
            body=request.body,
            local=is_loopback_request(client=request.client, headers=request.headers),
        )
        try:
            parsed = read_webhook(channel, hook)
            for reason, count in parsed.ignored.items():
                WEBHOOKS.labels(channel.provider, f"ignored-{reason}").inc(count)
            for status in parsed.statuses:
                await self._conversations.update_delivery(status)
            stored = [await self._conversations.store_message(message) for message in parsed.messages]
        except HiloError as error:
            WEBHOOKS.labels(channel.provider, error.code).inc()
            if isinstance(error, WebhookError):
                log.warning("webhook refused", provider=channel.provider, reason=error.detail)
            raise
        WEBHOOKS.labels(channel.provider, "accepted").inc()
        if any(one.reply_due for one in stored):
            self._replies.nudge()
        return stored

    async def _wait_for_reply(self, conversation: UUID, seq: int) -> Sequence[str]:
        """The reply to message `seq`, if it comes in time and no later request carries it; else it stays readable."""
        deadline = time.monotonic() + self._twiml_wait
        while True:
            held = await self._store.take_held_reply(conversation, seq)
            if held.outcome != "waiting":
                return held.parts
            left = deadline - time.monotonic()
            if left <= 0:
                log.warning("the reply came too late for its webhook", conversation=conversation)
                return ()
            await asyncio.sleep(min(left, max(_POLL_SECONDS, min(held.due_in or 0.0, 1.0))))
