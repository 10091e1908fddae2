"""The sender: takes committed messages to their provider, once each.

`sending` is recorded before the provider is called. After a crash or an unclear answer the provider is asked whether
it has the message, and only if not is it sent again; a provider without a list gets it once more, which is logged.
A claim is renewed while the provider takes its time, and sending ends before the claim does.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import structlog

from app.channels.base import Channel, Outgoing
from app.channels.registry import Channels
from app.errors import HiloError, OutsideWindow, SendRefused, SendUnavailable
from app.services.metrics import SENDS
from app.services.worker import Worker, kept
from app.store.outbound import Outbound
from app.store.store import Store

log = structlog.get_logger(__name__)

_RETRY_SECONDS = 2.0  # doubled with each attempt
_MAX_RETRY_SECONDS = 900.0
_MAX_ATTEMPTS = 20  # about four hours: after that nobody waits for the answer any more
_WINDOW_MARGIN = 60.0  # seconds: what is begun in the window should arrive in it
_LEASE_SHARE = 0.8  # of a lease: then sending ends, if it could not be renewed
_CLOCK_SKEW = timedelta(seconds=60)  # between the provider's clock and the database's


class DeliveryWorker(Worker[Outbound]):
    name = "delivery"

    def __init__(self, store: Store, channels: Channels, *, lease_seconds: float = 60.0, concurrency: int = 8) -> None:
        super().__init__(concurrency=concurrency)
        self._store = store
        self._channels = channels
        self._lease_seconds = lease_seconds
        self._providers = [channel.provider for channel in channels if channel.capabilities.can_send]
        if not self._providers:
            self.poll_seconds = 60.0

    async def claim(self) -> tuple[Outbound | None, float | None]:
        if not self._providers:
            return None, None
        claim = await self._store.claim_outbound(uuid4(), self._providers, lease_seconds=self._lease_seconds)
        return (claim, None) if claim.claimed else (None, claim.next_in)

    async def work(self, piece: Outbound) -> None:
        message, token = piece.message, piece.token
        assert message is not None
        assert token is not None
        if piece.attempt > _MAX_ATTEMPTS:  # each attempt died before it could say why
            await self._store.mark_send_failed(message.id, token, "sending was begun too often", retry_seconds=None)
            return
        channel = self._channels.get(message.provider)
        outgoing = Outgoing(
            message_id=str(message.id),
            channel_address=piece.channel_address,
            contact=piece.contact,
            body=message.body,
            reply_to_sid=piece.reply_to_sid,
            thread=piece.thread,
            phone=piece.phone,
            contact_name=piece.contact_name,
        )
        try:
            async with self._leased(message.id, token, piece.lease_left):
                sid = await self._already_there(channel, outgoing, piece) if piece.resumed else None
                if sid is None:
                    outcome, sid = "sent", await self._send(channel, outgoing, piece)
                else:
                    outcome = "found"
        except TimeoutError:
            lost = SendUnavailable("the provider took longer than the claim could be kept", provider_code="lease")
            outcome = await self._later(message.id, token, piece.attempt, lost)
        except OutsideWindow as error:
            await self._store.mark_send_failed(message.id, token, _why(error), retry_seconds=None, park=True)
            outcome = "outside_window"
            log.warning("kept for the operator", message=message.id, error=error.detail)
        except SendRefused as error:
            await self._store.mark_send_failed(message.id, token, _why(error), retry_seconds=None)
            outcome = "refused"
            log.warning("message refused", message=message.id, error=error.detail, code=error.provider_code)
        except SendUnavailable as error:
            outcome = await self._later(message.id, token, piece.attempt, error)
        except HiloError:
            raise
        except Exception as error:
            log.exception("sending broke", message=message.id)
            outcome = await self._later(message.id, token, piece.attempt, SendUnavailable(type(error).__name__))
        else:
            await self._store.mark_sent(message.id, token, sid)
            self.wake.nudge()
        SENDS.labels(message.provider, outcome).inc()

    @contextlib.asynccontextmanager
    async def _leased(self, message: UUID, token: UUID, left: float) -> AsyncIterator[None]:
        """Renew the claim while the body runs. Where that fails (the database is away) the body ends, with
        `TimeoutError`, before the claim does: nobody sends what another may have claimed."""
        loop, lease = asyncio.get_running_loop(), self._lease_seconds
        async with asyncio.timeout(left * _LEASE_SHARE) as limit:

            async def renew() -> bool:
                began = loop.time()
                if not await self._store.renew_outbound(message, token, lease_seconds=lease):
                    return False  # an echo has told that it is sent: the answer to us may still come
                if not limit.expired():
                    limit.reschedule(began + lease * _LEASE_SHARE)
                return True

            async with kept(renew, every=lease / 3):
                yield

    async def _send(self, channel: Channel, outgoing: Outgoing, piece: Outbound) -> str:
        """As a text or a template. Our clock and the provider's may differ about the window: then it decides."""
        if piece.void:
            raise SendRefused("the appointment has begun or changed: no reminder any more")
        outgoing = _as_allowed(channel, outgoing, piece)
        try:
            return await channel.send(outgoing)
        except OutsideWindow as error:
            if outgoing.template is not None:
                raise
            return await channel.send(_as_template(channel, outgoing, piece, error.detail, error.provider_code))

    async def _already_there(self, channel: Channel, outgoing: Outgoing, piece: Outbound) -> str | None:
        if not channel.capabilities.lists_messages:
            log.warning("sent again without knowing whether it had arrived", message=outgoing.message_id)
            return None
        assert piece.started_at is not None
        # It may have gone as a template, around the text.
        template = piece.templates.get(channel.provider)
        outgoing = outgoing.model_copy(update={"template": template})
        found = await channel.find_sent(outgoing, since=piece.started_at - _CLOCK_SKEW)
        # The same words may have been said twice: an id that another message has is not this one's.
        known = await self._store.known_sids(channel.provider, found) if found else set()
        return next((sid for sid in found if sid not in known), None)

    async def _later(self, message: UUID, token: UUID, attempt: int, error: SendUnavailable) -> str:
        retry = error.retry_after or min(_RETRY_SECONDS * 2 ** (attempt - 1), _MAX_RETRY_SECONDS)
        give_up = attempt >= _MAX_ATTEMPTS
        log.warning("message not sent yet", message=message, error=error.detail, attempt=attempt, retry=retry)
        await self._store.mark_send_failed(message, token, _why(error), retry_seconds=None if give_up else retry)
        return "given_up" if give_up else "retried"


def _as_allowed(channel: Channel, outgoing: Outgoing, piece: Outbound) -> Outgoing:
    """As it is while the customer's last message is young enough, then as a template; raises `OutsideWindow`."""
    if piece.template_only:
        return _as_template(channel, outgoing, piece, piece.refused or "the customer last wrote too long ago")
    hours = channel.capabilities.window_hours
    if hours is None:
        return outgoing
    if piece.since_inbound is not None and piece.since_inbound < hours * 3600 - _WINDOW_MARGIN:
        return outgoing
    last = "never wrote here" if piece.since_inbound is None else f"last wrote more than {hours:g} hours ago"
    return _as_template(channel, outgoing, piece, f"the customer {last}: only an approved template may be sent")


def _as_template(channel: Channel, outgoing: Outgoing, piece: Outbound, why: str, code: str | None = None) -> Outgoing:
    template, most = piece.templates.get(channel.provider), channel.capabilities.max_template_text
    if piece.opted_out:
        raise OutsideWindow(f"{why}, and the customer wants none", provider_code=code)
    if not template or not most:
        raise OutsideWindow(f"{why}, and there is none (`hilo tenants set --template`)", provider_code=code)
    if len(outgoing.body) > most:
        raise OutsideWindow(f"{why}, and this text is too long for it ({most} characters)", provider_code=code)
    return outgoing.model_copy(update={"template": template})


def _why(error: SendRefused | SendUnavailable) -> str:
    return f"{error.provider_code} {error.detail}" if error.provider_code else error.detail
