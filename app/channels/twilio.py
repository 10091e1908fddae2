"""WhatsApp through Twilio's Programmable Messaging: signatures, sending, the comparison with Twilio's list.

docs/channels/twilio.md says how to set it up, and what Twilio repeats and what it does not.
"""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from app.channels.base import Basics, Capabilities, Outgoing, Parsed, WebhookRequest
from app.channels.download import File, Limits, Place, download
from app.channels.forms import Form, read_form
from app.channels.text import sendable
from app.channels.twilio_payload import PROVIDER, parse_form, read_message
from app.channels.twilio_sdk import API, TwilioRest, is_signed, twiml
from app.errors import BadSignature, MalformedWebhook, SendRefused
from app.models import InboundMessage, Media

MAX_TEXT = 1600
MAX_TEMPLATE_TEXT = 900  # of 1024 for the whole template

_CLOCK_SKEW = timedelta(seconds=10)
_TRIAL_PREFIX = "Sent from your Twilio trial account -"
# In Twilio's list, but it reached nobody: to be sent again.
_NOT_SENT = frozenset({"failed", "undelivered", "canceled"})


class TwilioChannel(Basics):
    """One Twilio account.

    Without `auth_token` webhooks are taken from this machine alone; without `account_sid` too nothing can be
    sent or listed, and replies ride on the webhook's answer. `numbers` are our own addresses (`whatsapp:+…`):
    what was sent to them is listed for the comparison with the store; with none given, whatever came to any
    WhatsApp address of the account. `status_callback` is the URL to which Twilio reports deliveries;
    `timeout` is in seconds, for one whole call of the API; `api_base_url` replaces https://api.twilio.com.
    `media_hosts` are further hosts that files may come from.
    """

    def __init__(
        self,
        *,
        account_sid: str | None = None,
        auth_token: str | None = None,
        numbers: Sequence[str] = (),
        status_callback: str | None = None,
        timeout: float = 15.0,
        api_base_url: str | None = None,
        media_hosts: Sequence[str] = (),
    ) -> None:
        self._auth_token = auth_token
        self._numbers = tuple(numbers)
        self._status_callback = status_callback
        self._rest: TwilioRest | None = None
        self._places: tuple[Place, ...] = ()
        if account_sid and auth_token:
            self._rest = TwilioRest(account_sid, auth_token, base_url=api_base_url, timeout=timeout)
            self._places = _places(account_sid, auth_token, api_base_url, media_hosts)
        connected = self._rest is not None
        self._capabilities = Capabilities(
            max_text=MAX_TEXT,
            lists_messages=connected,
            answers_in_webhook=True,
            can_send=connected,
            downloads=connected,
            window_hours=24,
            max_template_text=MAX_TEMPLATE_TEXT,
        )

    @property
    def provider(self) -> str:
        return PROVIDER

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def verify(self, request: WebhookRequest) -> None:
        """See `Channel.verify`."""
        if self._auth_token is None:
            if request.local:
                return
            raise BadSignature("without TWILIO_AUTH_TOKEN unsigned webhooks are taken from this machine alone")
        signature = request.headers.get("x-twilio-signature", "")
        if not signature:
            raise BadSignature("the request has no X-Twilio-Signature header")
        if not is_signed(request, signature, self._auth_token):
            raise BadSignature(
                f"X-Twilio-Signature does not match for {request.url.partition('?')[0]}:"
                " check TWILIO_AUTH_TOKEN, and that PUBLIC_BASE_URL is what Twilio calls"
            )

    def parse(self, request: WebhookRequest) -> Parsed:
        """See `Channel.parse`. A Twilio form holds one message or one delivery status."""
        return parse_form(read_form(request))

    def acknowledge(self, parts: Sequence[str] = ()) -> tuple[str, str]:
        """See `Channel.acknowledge`: TwiML."""
        return twiml(parts), "application/xml"

    async def send(self, message: Outgoing) -> str:
        """See `Channel.send`. The id means that Twilio accepted it; callbacks tell whether it arrived."""
        options = {"status_callback": self._status_callback} if self._status_callback else {}
        return await self._connected().create(
            to=message.contact, from_=message.channel_address, **_content(message), **options
        )

    async def find_sent(self, message: Outgoing, *, since: datetime) -> list[str]:
        """See `Channel.find_sent`. Bodies are compared without regard to whitespace.

        The list is not filtered by DateSent: a message that Twilio accepted and has not passed on yet has
        none. `since` is by our clock, so ten seconds of difference are allowed for.
        """
        rest = self._connected()
        floor = since - _CLOCK_SKEW
        wanted = _comparable(message.body)
        found: list[str] = []
        async for page in rest.pages(to=message.contact, from_=message.channel_address):
            recent = [item for item in page if item.date_created is None or item.date_created >= floor]
            found += [str(item.sid) for item in recent if _is(item, wanted, in_template=bool(message.template))]
            if not recent:  # newest first, though by a date that some lack: only a page of old ones ends it
                break
        return found[::-1]

    async def list_inbound(self, *, since: datetime, addresses: Sequence[str] = ()) -> AsyncIterator[InboundMessage]:
        """See `Channel.list_inbound`. The list knows no profile names, locations or button payloads; the
        files of a message that has any take one more call.

        Raises `SendUnavailable` or `SendRefused` like the other calls of the API.
        """
        rest = self._connected()
        # The library writes a `Z` behind the time of whatever zone it is given; Twilio's times are whole
        # seconds.
        floor = since.astimezone(UTC).replace(microsecond=0)
        found: dict[str, tuple[datetime, Any]] = {}
        for number in dict.fromkeys((*self._numbers, *addresses)) or (None,):
            filters = {"to": number} if number else {}
            async for page in rest.pages(date_sent_after=floor, **filters):
                for item in page:
                    at = item.date_sent or item.date_created
                    ours = number is not None or str(item.to).startswith("whatsapp:")
                    if item.direction == "inbound" and ours and at is not None and at >= floor:
                        found[str(item.sid)] = (at, item)
        # Newest first within a second too, so reversing before the stable sort restores the order.
        listed = list(found.values())[::-1]
        listed.sort(key=lambda entry: entry[0])
        for at, item in listed:
            try:
                yield read_message(await self._as_form(item, at), sent_at=at, backfilled=True)
            except MalformedWebhook:  # a resource without sender: nothing a webhook would have brought either
                continue

    async def download(self, media: Media, limits: Limits) -> File:
        """See `Channel.download`. Twilio asks for Basic auth and redirects to its own content hosts."""
        return await download(media.url, self._places, limits)

    async def aclose(self) -> None:
        if self._rest is not None:
            await self._rest.aclose()

    def _connected(self) -> TwilioRest:
        if self._rest is None:
            raise SendRefused("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are needed to use Twilio's API")
        return self._rest

    async def _as_form(self, item: Any, at: datetime) -> Form:
        """A listed message in the fields of its webhook."""
        form = Form(
            MessageSid=[item.sid or ""],
            From=[item.from_ or ""],
            To=[item.to or ""],
            Body=[item.body or ""],
            NumMedia=[item.num_media or "0"],
            SmsStatus=[item.status or ""],
            DateSent=[at.isoformat()],
        )
        if form.first("NumMedia") != "0":
            for index, (url, kind) in enumerate(await self._connected().files(item)):
                form[f"MediaUrl{index}"] = [url]
                form[f"MediaContentType{index}"] = [kind]
        return form


def _places(account: str, token: str, api_base_url: str | None, hosts: Sequence[str]) -> tuple[Place, ...]:
    """Where Twilio keeps files; of the host that all users of S3 share only Twilio's bucket."""
    basic = base64.b64encode(f"{account}:{token}".encode()).decode()
    auth = {"Authorization": f"Basic {basic}"}
    path = f"/2010-04-01/Accounts/{account}/Messages/"
    own = (Place(origin=api_base_url, path=path, headers=auth, inside=True),) if api_base_url else ()
    return (
        *own,
        Place(origin=API, path=path, headers=auth),
        Place(origin="https://media.twiliocdn.com"),
        Place(origin="https://mms.twiliocdn.com"),
        Place(origin="https://s3-external-1.amazonaws.com", path="/media.twiliocdn.com/"),
        *(Place(origin=f"https://{host}") for host in hosts),
    )


def _content(message: Outgoing) -> dict[str, str]:
    """A text, or a template with the text in its variable, which takes no line breaks."""
    if message.template is None:
        return {"body": sendable(message.body)}
    variables = json.dumps({"1": " ".join(sendable(message.body).split())}, ensure_ascii=False)
    return {"content_sid": message.template, "content_variables": variables}


def _comparable(body: str) -> str:
    return " ".join(sendable(body).removeprefix(_TRIAL_PREFIX).split())


def _is(item: Any, wanted: str, *, in_template: bool) -> bool:
    """Whether a listed message is the one that is looked for, as it is or as the variable of a template."""
    if item.status in _NOT_SENT:
        return False
    body = _comparable(item.body or "")
    return body == wanted or (in_template and wanted in body)
