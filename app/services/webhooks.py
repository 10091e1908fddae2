"""What happens to a provider's webhook: verify, parse, store, acknowledge.

A message is acknowledged once it is stored, never before; the answer is the reply worker's. Only where the provider
cannot be called back (no REST credentials) does the request wait for it, a bounded time.
"""

import asyncio
import time
from collections.abc import Awaitable, Coroutine, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

import structlog

from app.channels.base import Channel, Parsed, WebhookRequest, read_webhook
from app.channels.registry import Channels
from app.channels.urls import Network, is_loopback_request, public_url
from app.errors import BadSignature, HiloError, NotFound, SendError, StoreRefused, StoreUnavailable, WebhookError
from app.models import InboundMessage, Stored, Value
from app.services.metrics import SENDS, WEBHOOKS
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


@runtime_checkable
class Challenged(Protocol):
    """A channel whose provider asks whether the webhook's address is ours before it uses it."""

    def challenge(self, query: Mapping[str, str]) -> str: ...


class WebhookService:
    """`twiml_wait`: seconds that a webhook waits for the reply where it has to carry it. `store_seconds`: how long the
    store may take before the provider is told to try again (Twilio gives up at 15)."""

    def __init__(
        self,
        channels: Channels,
        conversations: WhatsAppConversationService,
        store: Store,
        *,
        replies: Wake,
        handovers: Wake | None = None,
        public_base_url: str | None = None,
        trusted_proxies: tuple[Network, ...] = (),
        twiml_wait: float = 8.0,
        store_seconds: float = 10.0,
    ) -> None:
        self._channels = channels
        self._conversations = conversations
        self._store = store
        self._replies = replies
        self._handovers = handovers or Wake()
        self._public_base_url = public_base_url
        self._trusted_proxies = trusted_proxies
        self._twiml_wait = twiml_wait
        self._store_seconds = store_seconds
        self._storing: set[asyncio.Task[list[Stored]]] = set()
        self._receipts: set[asyncio.Task[None]] = set()

    async def receive(self, provider: str, request: HttpRequest) -> tuple[str, str]:
        """Body and media type to answer with.

        Raises `MalformedWebhook`, `BadSignature`, or what the store raises: then nothing, or not all, was kept, and
        the provider must send it again.
        """
        channel = self._channels.get(provider)
        stored = await self._store_all(channel, request)
        answers = channel.capabilities.answers_in_webhook and not channel.capabilities.can_send
        if not stored or not stored[-1].reply_due or not answers or self._twiml_wait <= 0:
            return channel.acknowledge()
        last = stored[-1]
        assert last.conversation is not None
        assert last.seq is not None
        return channel.acknowledge(await self._wait_for_reply(last.conversation, last.seq))

    def challenge(self, provider: str, query: Mapping[str, str]) -> str:
        """What answers a provider's check that the webhook's address is ours. Raises `BadSignature`."""
        channel = self._channels.get(provider)
        if not isinstance(channel, Challenged):
            raise NotFound(f"{provider} checks no addresses")
        try:
            return channel.challenge(query)
        except BadSignature as error:
            WEBHOOKS.labels(provider, error.code).inc()
            log.warning("webhook refused", provider=provider, reason=error.detail)
            raise

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
            stored = await self._in_time(self._store_each(channel, parsed))
        except HiloError as error:
            WEBHOOKS.labels(channel.provider, error.code).inc()
            if isinstance(error, WebhookError):
                log.warning("webhook refused", provider=channel.provider, reason=error.detail)
            if isinstance(error, StoreRefused):
                # Our fault, not the provider's: a 4xx would tell it not to send the message again.
                raise StoreUnavailable(error.detail) from error
            raise
        WEBHOOKS.labels(channel.provider, "accepted").inc()
        return stored

    async def _in_time(self, storing: Coroutine[Any, Any, list[Stored]]) -> list[Stored]:
        """What takes too long goes on beside: to cancel a call to a database that hangs would wait for it as well. What
        is stored in the end is a duplicate when the provider sends it again."""
        task = asyncio.create_task(storing, name="store a webhook")
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)
        done, _ = await asyncio.wait({task}, timeout=self._store_seconds)
        if not done:
            task.add_done_callback(_never_mind)
            raise StoreUnavailable(f"The database has not answered for {self._store_seconds:g} seconds")
        return task.result()

    async def _store_each(self, channel: Channel, parsed: Parsed) -> list[Stored]:
        """Each element on its own: one that fails does not keep out the others, but the request fails at the end, so
        that the provider repeats it; what was stored is a duplicate then."""
        failures: list[HiloError] = []
        stored: list[Stored] = []

        async def attempt(step: Awaitable[Stored | str]) -> Stored | str | None:
            try:
                return await step
            except StoreUnavailable:
                raise  # it would only be waited for again and again
            except HiloError as error:
                log.warning("an element of a webhook was not stored", provider=channel.provider, error=error.detail)
                failures.append(error)
                return None

        service = self._conversations
        try:
            for alias in parsed.aliases:
                await attempt(service.link_contact(alias))
            for message in parsed.messages:
                one = await attempt(service.store_message(message))
                if isinstance(one, Stored):
                    stored.append(one)
                    if one.is_new and one.reply_due and channel.capabilities.marks_read:
                        self._mark_read(channel, message)
            for amendment in parsed.amendments:
                one = await attempt(service.amend_message(amendment))
                if isinstance(one, Stored) and one.reply_due:
                    self._replies.nudge()
            for handover in parsed.handovers:
                tell = handover.tell and channel.capabilities.hands_over
                await attempt(service.set_handover(handover.model_copy(update={"tell": tell})))
                if tell:
                    self._handovers.nudge()
            for status in parsed.statuses:
                await attempt(service.update_delivery(status))
        finally:
            # Not before it is due: a worker that looks at every message costs as much as storing it.
            if due := [one.reply_in for one in stored if one.reply_due]:
                self._replies.nudge(after=min(due))
        if failures:
            raise failures[0]
        return stored

    def _mark_read(self, channel: Channel, message: InboundMessage) -> None:
        """Beside the request, which is acknowledged meanwhile; a receipt that fails is not worth repeating."""

        async def mark() -> None:
            try:
                await channel.mark_read(message)
                outcome = "marked_read"
            except SendError as error:
                log.info("not marked as read", provider=channel.provider, error=error.detail)
                outcome = "mark_read_failed"
            SENDS.labels(channel.provider, outcome).inc()

        task = asyncio.create_task(mark(), name="mark read")
        self._receipts.add(task)
        task.add_done_callback(self._receipts.discard)

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


def _never_mind(task: asyncio.Task[list[Stored]]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.warning("a webhook that was given up was not stored", error=str(error))
