"""WhatsApp through Chatwoot, where people answer beside the agent: signatures, secret paths, the application API.

An answer is one POST to the conversation that the webhook brought. Only a message that Hilo starts looks for the
contact and its conversation, and makes what is missing. docs/channels/chatwoot.md says how to set it up.
"""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from app.channels.base import Basics, Capabilities, Outgoing, Parsed, WebhookRequest
from app.channels.chatwoot_codes import check_signature, send_error
from app.channels.chatwoot_contacts import Contacts
from app.channels.chatwoot_history import History
from app.channels.chatwoot_payload import OWN, PROVIDER, parse_event
from app.channels.download import File, Limits, Place, at_place, download, place_at
from app.channels.http import ApiError, JsonApi
from app.channels.payloads import e164, identifier, read_json
from app.channels.signatures import same
from app.channels.text import sendable
from app.errors import BadSignature, MediaRefused, SendError, SendRefused, SendUnavailable
from app.models import InboundMessage, Media

log = logging.getLogger(__name__)

# Behind an inbox may be Twilio, which takes no more; Chatwoot cuts nothing.
MAX_TEXT = 1600
MAX_TEMPLATE_TEXT = 900  # of 1024 for the whole template
_FILES = "/rails/active_storage/"
_CLOCK_SKEW = timedelta(seconds=10)


class ChatwootChannel(Basics):
    """One Chatwoot installation; our address is `account/inbox`.

    Webhooks are believed that come to the path with `webhook_token` and, where they are signed and `webhook_secrets`
    are given (one for each webhook that Chatwoot has for us), have a good signature that is not old. With neither they
    are taken from this machine alone. Without `base_url` and `api_token` nothing can be sent.

    `account_id` and `inbox_id` are where a message goes that Hilo starts outside any conversation; what was written
    there (without an inbox: in the whole account) is listed for the comparison with the store.
    `validate_conversations` asks for a conversation before an answer is posted into it, and finds or makes another if
    it is gone. `hand_back_label` put on a conversation gives it back to the agent. `on_send` hears of every message:
    the flow (`webhook`, `initiated`) and the outcome (`sent`, `refused`, `unavailable`). `timeout` is in seconds, for
    one call; `media_hosts` are hosts beside Chatwoot's that files may come from; `window_hours` is the
    time for answers where what is behind the inbox has one; `clock` tells the time, aware.
    """

    def __init__(
        self,
        *,
        base_url: str | None = None,
        api_token: str | None = None,
        account_id: str | int | None = None,
        inbox_id: str | int | None = None,
        webhook_token: str | None = None,
        webhook_secrets: Sequence[str] = (),
        validate_conversations: bool = False,
        hand_back_label: str = "",
        on_send: Callable[[str, str], None] = lambda flow, outcome: None,
        timeout: float = 15.0,
        media_hosts: Sequence[str] = (),
        window_hours: float | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._webhook_token = webhook_token
        self._webhook_secrets = tuple(secret for secret in webhook_secrets if secret)
        self._validate = validate_conversations
        self._hand_back_label = hand_back_label.strip().lower()
        self._on_send = on_send
        self._clock = clock
        self._default = f"{account_id or ''}/{inbox_id or ''}"
        self._api: JsonApi | None = None
        self._places: tuple[Place, ...] = ()
        if base_url and api_token:
            self._api = JsonApi("Chatwoot", base_url, headers={"api_access_token": api_token}, timeout=timeout)
            # The address itself is signed: no token is sent along, which a redirect to a storage might see.
            own = place_at(base_url, _FILES)
            self._places = (own, *(Place(origin=f"https://{host}") for host in media_hosts))
        connected = self._api is not None
        self._capabilities = Capabilities(
            max_text=MAX_TEXT,
            can_send=connected,
            hands_over=connected,
            lists_messages=connected and account_id is not None,
            downloads=connected,
            window_hours=window_hours,
            max_template_text=MAX_TEMPLATE_TEXT if connected else 0,
        )

    @property
    def provider(self) -> str:
        return PROVIDER

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    # Webhooks

    def verify(self, request: WebhookRequest) -> None:
        """See `Channel.verify`. An agent bot's webhooks are unsigned, so where there is a secret path a request without
        signature is believed by it; a signature that is there must be good."""
        if not self._webhook_token and not self._webhook_secrets:
            if request.local:
                return
            raise BadSignature(
                "without CHATWOOT_WEBHOOK_TOKEN or CHATWOOT_WEBHOOK_SECRET webhooks are taken from this machine alone"
            )
        if self._webhook_token:
            path = urlsplit(request.url).path.rstrip("/")
            if not same(unquote(path.rpartition("/")[2]), self._webhook_token):
                raise BadSignature("the path does not end in CHATWOOT_WEBHOOK_TOKEN")
        given = request.headers.get("x-chatwoot-signature", "")
        if self._webhook_secrets and (given or not self._webhook_token):
            timestamp = request.headers.get("x-chatwoot-timestamp", "")
            check_signature(given, timestamp, secrets=self._webhook_secrets, body=request.body, now=self._clock())

    def parse(self, request: WebhookRequest) -> Parsed:
        """See `Channel.parse`."""
        return parse_event(read_json(request), hand_back_label=self._hand_back_label)

    def acknowledge(self, parts: Sequence[str] = ()) -> tuple[str, str]:
        return "OK", "text/plain"

    # Sending

    async def send(self, message: Outgoing) -> str:
        """See `Channel.send`. With a thread this is one POST; without one Hilo starts the conversation."""
        flow = "webhook" if message.thread else "initiated"
        try:
            sid = await self._send(message)
        except SendError as error:
            self._on_send(flow, "unavailable" if isinstance(error, SendUnavailable) else "refused")
            raise
        self._on_send(flow, "sent")
        return sid

    async def send_message(
        self,
        customer_phone: str,
        message: str,
        customer_name: str | None = None,
        conversation_id: str | int | None = None,
    ) -> bool:
        """Send a text to a customer; whether Chatwoot took it. Failures are logged and counted, never raised.

        With `conversation_id` it goes straight there; without, into the customer's open conversation in the inbox of
        the settings, which is made if need be. An absent id is None: a word such as "None" is refused.
        """
        thread = None if conversation_id is None else str(conversation_id).strip()
        outgoing = Outgoing(
            message_id="direct",
            channel_address=self._default,
            contact=customer_phone,
            body=message,
            thread=thread,
            phone=e164(customer_phone.strip().removeprefix("whatsapp:")),
            contact_name=customer_name,
        )
        try:
            if thread is not None and not _is_number(thread):
                self._on_send("webhook", "refused")
                raise SendRefused(f"{thread[:20]!r} is no conversation id", provider_code="conversation")
            await self.send(outgoing)
        except SendError as error:
            log.warning("Chatwoot did not take a message: %s", error.detail)
            return False
        return True

    async def find_sent(self, message: Outgoing, *, since: datetime) -> list[str]:
        """See `Channel.find_sent`; nothing is found of what had no conversation yet."""
        if message.thread is None:
            return []
        account, _ = self._address(message.channel_address)
        history = History(self._call, account=account)
        try:
            return await history.sent(message, _number(message.thread), since=since - _CLOCK_SKEW)
        except SendRefused as error:
            if error.provider_code == "404":  # gone, with what may have been in it: sending will say so
                return []
            raise

    def list_inbound(self, *, since: datetime, addresses: Sequence[str] = ()) -> AsyncIterator[InboundMessage]:
        """See `Channel.list_inbound`. Answers of people of the business come along, as what they are."""
        account, inbox = self._address("")
        return History(self._call, account=account, inbox=inbox).since(since)

    async def hand_over(self, *, channel_address: str, thread: str, to_agent: bool) -> None:
        """See `Channel.hand_over`: the conversation is `open` for people, `pending` for a bot."""
        account, _ = self._address(channel_address)
        await self._call(
            "POST",
            f"/api/v1/accounts/{account}/conversations/{_number(thread)}/toggle_status",
            {"status": "pending" if to_agent else "open"},
        )

    async def download(self, media: Media, limits: Limits) -> File:
        """See `Channel.download`. Where Chatwoot keeps files in a cloud, it redirects there."""
        if not self._places:
            raise MediaRefused("CHATWOOT_BASE_URL and CHATWOOT_API_TOKEN are needed to fetch files")
        return await download(at_place(media.url, _FILES, self._places[0]), self._places, limits)

    async def aclose(self) -> None:
        if self._api is not None:
            await self._api.aclose()

    async def _send(self, message: Outgoing) -> str:
        account, inbox = self._address(message.channel_address)
        thread = message.thread
        if thread is not None and self._validate and not await self._exists(account, thread):
            log.warning("conversation %s is gone from Chatwoot, another is looked for", thread)
            thread = None
        if thread is None:
            thread = await self._start(account, inbox, message)
        body: dict[str, Any] = {
            "content": sendable(message.body),
            "message_type": "outgoing",
            "private": False,
            "content_type": "text",
            "content_attributes": {OWN: message.message_id},
        }
        if message.template is not None:
            # Chatwoot gives it to WhatsApp in place of the content, which is what people see there.
            name, _, language = message.template.partition("/")
            variable = " ".join(sendable(message.body).split())
            body["template_params"] = {"name": name, "language": language or "es", "processed_params": {"1": variable}}
        try:
            answer = await self._call(
                "POST", f"/api/v1/accounts/{account}/conversations/{_number(thread)}/messages", body
            )
        except SendRefused as error:
            if error.provider_code == "404":
                raise SendRefused(f"conversation {thread} no longer exists in Chatwoot", provider_code="404") from error
            raise
        if sid := identifier(answer, "id"):
            return sid
        raise SendUnavailable("Chatwoot's answer names no message", provider_code="unreadable")

    async def _exists(self, account: str, thread: str) -> bool:
        try:
            await self._call("GET", f"/api/v1/accounts/{account}/conversations/{_number(thread)}")
        except SendRefused as error:
            if error.provider_code == "404":
                return False
            raise
        return True

    async def _start(self, account: str, inbox: str, message: Outgoing) -> str:
        phone = message.phone or e164(message.contact)
        if not phone:
            raise SendRefused("the customer's phone number is not known", provider_code="phone")
        if not inbox:
            raise SendRefused("CHATWOOT_INBOX_ID is needed to start a conversation", provider_code="inbox")
        contacts = Contacts(self._call, account=account, inbox=inbox)
        return await contacts.conversation_with(phone, message.contact_name)

    def _address(self, channel_address: str) -> tuple[str, str]:
        """Account and inbox; what the address leaves out is the settings'."""
        account, _, inbox = channel_address.partition("/")
        own_account, _, own_inbox = self._default.partition("/")
        account, inbox = account or own_account, inbox or own_inbox
        if not _is_number(account) or (inbox and not _is_number(inbox)):
            raise SendRefused("the channel's address is not account/inbox", provider_code="address")
        return account, inbox

    async def _call(self, method: str, path: str, body: Any = None, params: dict[str, str | int] | None = None) -> Any:
        if self._api is None:
            raise SendRefused("CHATWOOT_BASE_URL and CHATWOOT_API_TOKEN are needed to use Chatwoot's API")
        try:
            return await self._api.call(method, path, json=body, params=params)
        except ApiError as error:
            raise send_error(error) from error


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19


def _number(thread: str) -> str:
    """A conversation's number, fit for a path."""
    if not _is_number(thread):
        raise SendRefused(f"{thread[:20]!r} is no conversation id", provider_code="conversation")
    return thread
