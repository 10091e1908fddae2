"""Tells a provider where people answer too who does now: at least once, also after a crash.

What counts for Hilo is its own pause; the wish to tell is stored with it (sql/functions/066_handover.sql).
"""

from typing import Final
from uuid import uuid4

import structlog

from app.channels.registry import Channels
from app.errors import NotFound, SendError, SendUnavailable
from app.models import Conversation
from app.services.metrics import HANDOVERS
from app.services.worker import Worker
from app.store.handover import HandoverClaim
from app.store.store import Store

log = structlog.get_logger(__name__)

_RETRY_SECONDS: Final = 2.0  # doubled with each attempt
_MAX_RETRY_SECONDS: Final = 900.0
_MAX_ATTEMPTS: Final = 12  # about an hour: then a person has looked


def tells(channels: Channels, conversation: Conversation) -> bool:
    """Whether this conversation's provider can be told who answers."""
    try:
        return channels.get(conversation.provider).capabilities.hands_over and conversation.thread is not None
    except NotFound:
        return False


class HandoverWorker(Worker[HandoverClaim]):
    name = "handover"

    def __init__(self, store: Store, channels: Channels, *, lease_seconds: float = 60.0) -> None:
        super().__init__(concurrency=2)
        self._store = store
        self._channels = channels
        self._lease_seconds = lease_seconds
        self._providers = [channel.provider for channel in channels if channel.capabilities.hands_over]
        self.poll_seconds = 5.0 if self._providers else 60.0

    async def claim(self) -> tuple[HandoverClaim | None, float | None]:
        if not self._providers:
            return None, None
        claim = await self._store.claim_handover(uuid4(), self._providers, lease_seconds=self._lease_seconds)
        return (claim, None) if claim.claimed else (None, claim.next_in)

    async def work(self, piece: HandoverClaim) -> None:
        conversation, token = piece.conversation, piece.token
        assert conversation is not None
        assert token is not None
        retry, outcome = None, "told"
        try:
            if conversation.thread is not None:
                await self._channels.get(conversation.provider).hand_over(
                    channel_address=conversation.channel_address, thread=conversation.thread, to_agent=piece.to_agent
                )
        except SendError as error:
            outcome = "not_told"
            if isinstance(error, SendUnavailable) and piece.attempt < _MAX_ATTEMPTS:
                doubled = min(_RETRY_SECONDS * 2 ** (piece.attempt - 1), _MAX_RETRY_SECONDS)
                retry = error.retry_after or doubled
            provider = conversation.provider
            log.warning("the provider was not told who answers", provider=provider, error=error.detail, retry=retry)
        HANDOVERS.labels(conversation.provider, outcome).inc()
        if await self._store.finish_handover(conversation.id, token, retry_seconds=retry) != "done":
            self.wake.nudge()  # to look when it is due again
