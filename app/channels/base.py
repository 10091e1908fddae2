"""What every WhatsApp provider looks like from inside Hilo: verify, parse, send."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pydantic import Field

from app.channels.download import File, Limits
from app.models import Amendment, ContactAlias, Handover, InboundMessage, Media, StatusUpdate, Value


class WebhookRequest(Value):
    """A provider's HTTP request, reduced to what verification and parsing need.

    `url` is the URL as the provider called it (from PUBLIC_BASE_URL, or rebuilt behind trusted proxies),
    query included; header names are lower-case; `local` says that the request provably came from this
    machine.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    local: bool = False


class Parsed(Value):
    """What one webhook request held. `ignored` counts, by reason, what was understood and deliberately left
    out."""

    messages: tuple[InboundMessage, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    statuses: tuple[StatusUpdate, ...] = ()
    aliases: tuple[ContactAlias, ...] = ()
    handovers: tuple[Handover, ...] = ()
    ignored: Mapping[str, int] = Field(default_factory=dict)


class Outgoing(Value):
    """A text to send. `message_id` is our own id, for the log and for providers that take an idempotency
    key. `thread` is what the answered message brought as such (see `InboundMessage`), else the newest of its
    conversation; None when the customer never wrote there. With `template` the text goes as its only variable; the
    provider's own name for the template is in the tenant's settings."""

    message_id: str
    channel_address: str
    contact: str
    body: str
    reply_to_sid: str | None = None
    thread: str | None = None
    phone: str | None = None
    contact_name: str | None = None
    template: str | None = None


class Capabilities(Value):
    """How providers differ, as data. `max_text` counts characters of one message; `lists_messages`: the
    provider can be asked what it received and sent (for backfill, and before repeating a send);
    `answers_in_webhook`: a reply may ride on the webhook's own response; `can_send`: credentials for sending
    are there; `marks_read`: the customer can be shown that the message was read and an answer is being
    written; `hands_over`: the provider has people who can take a conversation, and can be told so;
    `downloads`: the files of messages can be fetched; `window_hours`: so long after the customer's last message
    plain texts are taken, later only templates, whose variable holds `max_template_text` characters (0: none can be
    sent)."""

    max_text: int
    lists_messages: bool = False
    answers_in_webhook: bool = False
    can_send: bool = False
    marks_read: bool = False
    hands_over: bool = False
    downloads: bool = False
    window_hours: float | None = None
    max_template_text: int = 0


class Channel(Protocol):
    """One provider. Implementations hold the credentials and the SDK; nothing else imports either.

    `verify` and `parse` are pure functions of the request and the credentials: `read_webhook` calls them.
    """

    @property
    def provider(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    def verify(self, request: WebhookRequest) -> None:
        """Raise `BadSignature` unless the request is the provider's (`MalformedWebhook` if it cannot be
        told)."""

    def parse(self, request: WebhookRequest) -> Parsed:
        """Normalise a request; raise `MalformedWebhook` for a body that this provider never sends.

        What it returns may only be used once `verify` has passed.
        """

    def acknowledge(self, parts: Sequence[str] = ()) -> tuple[str, str]:
        """Body and media type of the answer to a webhook that was stored; `parts` ride on it where
        `capabilities.answers_in_webhook`."""

    async def send(self, message: Outgoing) -> str:
        """Send one text and return the provider's message id; raise `SendRefused` or `SendUnavailable`.

        After `SendUnavailable` the provider may have taken the message all the same (its answer was lost), so
        where `capabilities.lists_messages` the next try begins with `find_sent`.
        """

    async def find_sent(self, message: Outgoing, *, since: datetime) -> list[str]:
        """The provider's ids of messages with this recipient and text since `since` (aware), oldest first.

        Asked after a crash between `sending` and `sent`. Only called with `capabilities.lists_messages`.
        """

    def list_inbound(self, *, since: datetime, addresses: Sequence[str] = ()) -> AsyncIterator[InboundMessage]:
        """What customers sent since `since` (aware), oldest first, for the comparison with the store. `addresses` are
        those of ours that tenants have, beside the channel's own."""

    async def mark_read(self, message: InboundMessage) -> None:
        """Show the customer that `message` was read and an answer is being written; raises `SendError`.

        Only called with `capabilities.marks_read`.
        """

    async def hand_over(self, *, channel_address: str, thread: str, to_agent: bool) -> None:
        """Tell the provider that people have the conversation now, or (`to_agent`) Hilo's agent; raises
        `SendError`. Only called with `capabilities.hands_over`."""

    async def download(self, media: Media, limits: Limits) -> File:
        """Fetch a file that came with a message, from the provider's own hosts only; raises `MediaRefused` or
        `MediaUnavailable`. Only called with `capabilities.downloads`."""

    async def aclose(self) -> None:
        """Close connections. The channel is not used afterwards."""


class Basics:
    """What most providers lack, for a channel to inherit: `capabilities` keep it from being called."""

    async def find_sent(self, message: Outgoing, *, since: datetime) -> list[str]:
        raise NotImplementedError(f"{type(self).__name__} has no list of messages")

    def list_inbound(self, *, since: datetime, addresses: Sequence[str] = ()) -> AsyncIterator[InboundMessage]:
        raise NotImplementedError(f"{type(self).__name__} has no list of messages")

    async def mark_read(self, message: InboundMessage) -> None:
        raise NotImplementedError(f"{type(self).__name__} marks nothing as read")

    async def hand_over(self, *, channel_address: str, thread: str, to_agent: bool) -> None:
        raise NotImplementedError(f"{type(self).__name__} has nobody to hand over to")

    async def download(self, media: Media, limits: Limits) -> File:
        raise NotImplementedError(f"{type(self).__name__} has no files")


def read_webhook(channel: Channel, request: WebhookRequest) -> Parsed:
    """What a webhook request holds, once it is known to be the provider's.

    The shape is looked at first: what is no webhook of this provider at all is a 400 (`MalformedWebhook`),
    and only what could be one is a 403 (`BadSignature`). Nothing of an unverified request is returned.
    """
    parsed = channel.parse(request)
    channel.verify(request)
    return parsed if parsed != Parsed() else Parsed(ignored={"empty": 1})
