"""WhatsApp through Meta's Cloud API: signatures, the challenge, the Graph API's messages.

docs/channels/cloud-api.md says how to set it up, and what Meta repeats.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.channels.base import Basics, Capabilities, Outgoing, Parsed, WebhookRequest
from app.channels.cloud_api_codes import OUTSIDE_WINDOW, REFUSED, UNAVAILABLE, UNAVAILABLE_STATUS
from app.channels.cloud_api_payload import MEDIA, PROVIDER, parse_payload
from app.channels.download import File, Limits, Place, download
from app.channels.http import ApiError, JsonApi
from app.channels.payloads import e164, identifier, part, parts, read_json, text
from app.channels.signatures import matches, same
from app.channels.text import sendable
from app.errors import (
    BadSignature,
    MediaRefused,
    MediaUnavailable,
    OutsideWindow,
    SendError,
    SendRefused,
    SendUnavailable,
)
from app.models import InboundMessage, Media

API = "https://graph.facebook.com"
VERSION = "v23.0"
MAX_TEXT = 4096
MAX_TEMPLATE_TEXT = 900  # of 1024 for the whole template

_CHALLENGE = re.compile(r"[A-Za-z0-9_.~-]{1,255}")


class CloudApiChannel(Basics):
    """One Meta app; each of its numbers is a `phone_number_id`, our address.

    Without `app_secret` webhooks are taken from this machine alone, without `access_token` nothing can be sent.
    `verify_token` is what Meta's console is given beside the webhook's address. `mark_read` shows customers that their
    message was read. `timeout` is in seconds, for one call; `api_base_url` replaces https://graph.facebook.com.
    `media_hosts` are further hosts that files may come from.
    """

    def __init__(
        self,
        *,
        app_secret: str | None = None,
        access_token: str | None = None,
        verify_token: str | None = None,
        version: str = VERSION,
        mark_read: bool = True,
        timeout: float = 15.0,
        api_base_url: str | None = None,
        media_hosts: Sequence[str] = (),
    ) -> None:
        self._app_secret = app_secret
        self._verify_token = verify_token
        self._api: JsonApi | None = None
        self._places: tuple[Place, ...] = ()
        if access_token:
            base = f"{(api_base_url or API).rstrip('/')}/{version}"
            self._api = JsonApi("Meta", base, headers={"Authorization": f"Bearer {access_token}"}, timeout=timeout)
            bearer = {"Authorization": f"Bearer {access_token}"}
            own = (Place(origin=api_base_url, headers=bearer, inside=True),) if api_base_url else ()
            self._places = (
                *own,
                Place(origin="https://lookaside.fbsbx.com", path="/whatsapp_business/", headers=bearer),
                *(Place(origin=f"https://{host}") for host in media_hosts),
            )
        connected = self._api is not None
        self._capabilities = Capabilities(
            max_text=MAX_TEXT,
            can_send=connected,
            marks_read=connected and mark_read,
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
        """See `Channel.verify`. The signature is over the raw bytes: parsing and writing the JSON again changes
        them."""
        if not self._app_secret:
            if request.local:
                return
            raise BadSignature("without META_APP_SECRET unsigned webhooks are taken from this machine alone")
        scheme, _, given = request.headers.get("x-hub-signature-256", "").partition("=")
        if not given or scheme.strip().lower() != "sha256":
            raise BadSignature("the request has no X-Hub-Signature-256 header")
        if not matches(given, secret=self._app_secret, body=request.body):
            raise BadSignature("X-Hub-Signature-256 does not match: check META_APP_SECRET")

    def challenge(self, query: Mapping[str, str]) -> str:
        """What answers Meta's check of the webhook's address; raises `BadSignature` for another token."""
        if not self._verify_token:
            raise BadSignature("META_VERIFY_TOKEN is not set")
        if query.get("hub.mode") != "subscribe" or not same(query.get("hub.verify_token", ""), self._verify_token):
            raise BadSignature("hub.verify_token is not META_VERIFY_TOKEN")
        challenge = query.get("hub.challenge", "")
        if not _CHALLENGE.fullmatch(challenge):
            raise BadSignature("there is no hub.challenge")
        return challenge

    def parse(self, request: WebhookRequest) -> Parsed:
        """See `Channel.parse`."""
        return parse_payload(read_json(request))

    def acknowledge(self, parts: Sequence[str] = ()) -> tuple[str, str]:
        return "OK", "text/plain"

    async def send(self, message: Outgoing) -> str:
        """See `Channel.send`. The id means that Meta accepted it; statuses tell whether it arrived."""
        body: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **_recipient(message.thread or message.contact),
            **_content(message),
        }
        if message.reply_to_sid and message.template is None:
            body["context"] = {"message_id": message.reply_to_sid}
        answer = await self._post(message.channel_address, body)
        sid = next((identifier(sent, "id") for sent in parts(part(answer).get("messages"))), "")
        if not sid:
            raise SendUnavailable("Meta's answer names no message", provider_code="unreadable")
        return sid

    async def mark_read(self, message: InboundMessage) -> None:
        """See `Channel.mark_read`. The typing indicator goes with the answer, or after 25 seconds."""
        await self._post(
            message.channel_address,
            {
                "messaging_product": "whatsapp",
                "status": "read",
                "message_id": message.message_sid,
                "typing_indicator": {"type": "text"},
            },
        )

    async def download(self, media: Media, limits: Limits) -> File:
        """See `Channel.download`. The file's id is asked for its address, which is good for five minutes."""
        number = media.url.removeprefix(MEDIA)
        if self._api is None or not (number.isascii() and number.isalnum()):
            raise MediaRefused("the file has no id of Meta's")
        try:
            found = await self._api.call("GET", f"/{number}")
        except ApiError as error:
            if error.status in (400, 404):  # files are kept for 30 days
                raise MediaRefused("Meta has no such file any more") from error
            raise MediaUnavailable(f"Meta did not say where the file is (HTTP {error.status})") from error
        except SendUnavailable as error:
            raise MediaUnavailable(error.detail) from error
        size = identifier(found, "file_size")
        if size.isdigit() and int(size) > limits.max_bytes:
            raise MediaRefused(f"the file is larger than {limits.max_bytes / 1_000_000:g} MB")
        return await download(text(found, "url"), self._places, limits)

    async def aclose(self) -> None:
        if self._api is not None:
            await self._api.aclose()

    async def _post(self, phone_number_id: str, body: dict[str, Any]) -> Any:
        if self._api is None:
            raise SendRefused("META_ACCESS_TOKEN is needed to use Meta's API")
        if not phone_number_id.isalnum():  # it becomes part of a path
            raise SendRefused("the channel's address is no phone number id", provider_code="address")
        try:
            return await self._api.call("POST", f"/{phone_number_id}/messages", json=body)
        except ApiError as error:
            raise _send_error(error) from error


def _content(message: Outgoing) -> dict[str, Any]:
    """A text, or a template (`name/language`) with the text in its variable, which takes no line breaks."""
    if message.template is None:
        return {"type": "text", "text": {"body": sendable(message.body), "preview_url": False}}
    name, _, language = message.template.partition("/")
    variable = {"type": "text", "text": " ".join(sendable(message.body).split())}
    return {
        "type": "template",
        "template": {
            "name": name,
            "language": {"code": language or "es"},
            "components": [{"type": "body", "parameters": [variable]}],
        },
    }


def _recipient(contact: str) -> dict[str, str]:
    """A number, or the id of a customer who hides it."""
    return {"to": contact.removeprefix("+")} if e164(contact) else {"recipient": contact}


def _send_error(error: ApiError) -> SendError:
    said = part(error.payload, "error")
    number = text(said, "code")
    code = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else -1
    shown = number[:40] if code >= 0 else str(error.status)
    if code in REFUSED:
        refusal = OutsideWindow if code == OUTSIDE_WINDOW else SendRefused
        return refusal(REFUSED[code], provider_code=shown)
    if found := UNAVAILABLE.get(code) or (UNAVAILABLE[10] if 200 <= code <= 299 else None):
        return SendUnavailable(found[0], provider_code=shown, retry_after=error.retry_after or found[1])
    if found := UNAVAILABLE_STATUS.get(error.status):
        return SendUnavailable(found[0], provider_code=shown, retry_after=error.retry_after or found[1])
    if error.status >= 500:
        return SendUnavailable("Meta had an internal error", provider_code=shown, retry_after=error.retry_after)
    return SendRefused(f"Meta does not take the message (error {shown})", provider_code=shown)
