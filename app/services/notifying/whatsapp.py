"""The owner's WhatsApp: a text while the owner wrote within the provider's window, else the tenant's template."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import structlog

from app.channels.base import Channel, Outgoing
from app.channels.registry import Channels
from app.channels.text import split_text
from app.errors import OutsideWindow, SendRefused, SendUnavailable
from app.services.notifying.text import shortened
from app.store.notifications import NotificationClaim, Route
from app.store.store import Store

log = structlog.get_logger(__name__)

_CLOCK_SKEW: Final = timedelta(seconds=60)
_WINDOW_MARGIN: Final = 60.0  # seconds: what is begun in the window should arrive in it
_CONTACT: Final[Mapping[str, Callable[[str], str]]] = {
    "twilio": lambda number: f"whatsapp:{number}",
    "waha": lambda number: f"{number.removeprefix('+')}@c.us",
}


class OwnerWhatsApp:
    def __init__(self, store: Store, channels: Channels) -> None:
        self._store = store
        self._channels = channels

    async def tell(self, piece: NotificationClaim, number: str, text: str) -> str | None:
        """The provider's id of the message; None when it cannot be known whether an earlier attempt arrived. Its words
        are recorded before they are sent. Raises `SendRefused` or `SendUnavailable`."""
        if piece.route is None:
            raise SendUnavailable(
                "this tenant has no channel that messages can be sent with", provider_code="no-channel"
            )
        channel, route = self._channels.get(piece.route.provider), piece.route
        template = piece.tenant.settings.templates.get(channel.provider)
        as_contact = _CONTACT.get(channel.provider, str)
        outgoing = Outgoing(
            message_id=str(piece.group),
            channel_address=route.channel_address,
            contact=route.contact or as_contact(number),
            body=piece.body or split_text(text, channel.capabilities.max_text)[0],
            thread=route.thread,
            phone=number,
        )
        if piece.body is not None:  # an earlier attempt came as far as this
            if not channel.capabilities.lists_messages:
                log.warning("not told again without knowing whether it had arrived", notification=piece.group)
                return None
            # It may have gone as a template, around the text.
            wanted = outgoing.model_copy(update={"template": template})
            found = await channel.find_sent(wanted, since=piece.started_at - _CLOCK_SKEW)
            if found:
                return found[0]
        as_text = _in_window(channel, route)
        if not as_text:
            outgoing = _as_template(channel, outgoing, route, template)
        try:
            return await self._send(channel, outgoing, piece)
        except OutsideWindow as error:  # our clock and the provider's may differ: it decides
            if not as_text:
                raise
            return await self._send(
                channel, _as_template(channel, outgoing, route, template, error.provider_code), piece
            )

    async def _send(self, channel: Channel, outgoing: Outgoing, piece: NotificationClaim) -> str:
        if not await self._store.begin_notification(piece.group, piece.token, outgoing.body):
            raise SendUnavailable("another process has taken it", provider_code="lost")
        return await channel.send(outgoing)


def _in_window(channel: Channel, route: Route) -> bool:
    hours = channel.capabilities.window_hours
    wrote = route.since_inbound
    return hours is None or (wrote is not None and wrote < hours * 3600 - _WINDOW_MARGIN)


def _as_template(
    channel: Channel, outgoing: Outgoing, route: Route, template: str | None, code: str | None = None
) -> Outgoing:
    hours, most = channel.capabilities.window_hours or 24, channel.capabilities.max_template_text
    why = f"the owner did not write to this number within {hours:g} hours"
    if route.opted_out:
        raise SendRefused(f"{why}, and sent STOP: only ALTA or START changes that", provider_code=code)
    if not template or not most:
        raise SendRefused(
            f"{why}: write to it, or set a template for that (`hilo tenants set --template`)", provider_code=code
        )
    return outgoing.model_copy(update={"template": template, "body": shortened(outgoing.body, most)})
