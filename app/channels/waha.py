"""WhatsApp through WAHA, a gateway that speaks WhatsApp Web: HMAC signatures, sendText.

docs/channels/waha.md says how to set it up, and what it repeats.
"""

from collections.abc import Sequence
from typing import Any

from app.channels.base import Basics, Capabilities, Outgoing, Parsed, WebhookRequest
from app.channels.download import File, Limits, Place, at_place, download, place_at
from app.channels.http import ApiError, JsonApi
from app.channels.payloads import identifier, part, read_json, text
from app.channels.signatures import matches
from app.channels.text import sendable
from app.channels.waha_payload import PROVIDER, message_id, parse_event
from app.errors import BadSignature, MediaRefused, SendError, SendRefused, SendUnavailable
from app.models import Media

MAX_TEXT = 4096
_FILES = "/api/files/"

# What an HTTP status means, and the seconds to wait when WAHA does not say.
_UNAVAILABLE: dict[int, tuple[str, float | None]] = {
    401: ("WAHA refused the key: check WAHA_API_KEY", 300.0),
    403: ("WAHA refused the key: check WAHA_API_KEY", 300.0),
    404: ("WAHA has no such session: check the channel's address, and that the session is started", 300.0),
    408: ("WAHA did not read the request in time", None),
    409: ("the session is busy", 10.0),
    429: ("too many requests to WAHA", 10.0),
}
_NOT_WORKING = frozenset({"STOPPED", "STARTING", "SCAN_QR_CODE", "FAILED", "PASSKEY_REQUIRED"})


class WahaChannel(Basics):
    """One WAHA server; each of its sessions is a number of ours, our address the session's name.

    Without `hmac_key` webhooks are taken from this machine alone, without `base_url` nothing can be sent. `timeout` is
    in seconds, for one call. `media_hosts` are hosts beside WAHA's that files may come from.
    """

    def __init__(
        self,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        hmac_key: str | None = None,
        timeout: float = 20.0,
        media_hosts: Sequence[str] = (),
    ) -> None:
        self._hmac_key = hmac_key
        self._api: JsonApi | None = None
        self._places: tuple[Place, ...] = ()
        if base_url:
            self._api = JsonApi("WAHA", base_url, headers={"X-Api-Key": api_key} if api_key else {}, timeout=timeout)
            key = {"X-Api-Key": api_key} if api_key else {}
            self._places = (
                place_at(base_url, _FILES, headers=key),
                *(Place(origin=f"https://{host}") for host in media_hosts),
            )
        connected = self._api is not None
        self._capabilities = Capabilities(max_text=MAX_TEXT, can_send=connected, downloads=connected)

    @property
    def provider(self) -> str:
        return PROVIDER

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def verify(self, request: WebhookRequest) -> None:
        """See `Channel.verify`. The signature is over the raw bytes."""
        if not self._hmac_key:
            if request.local:
                return
            raise BadSignature("without WAHA_HMAC_KEY unsigned webhooks are taken from this machine alone")
        given = request.headers.get("x-webhook-hmac", "")
        if not given:
            raise BadSignature("the request has no X-Webhook-Hmac header")
        if request.headers.get("x-webhook-hmac-algorithm", "sha512").strip().lower() != "sha512":
            raise BadSignature("X-Webhook-Hmac-Algorithm is not sha512")
        if not matches(given, secret=self._hmac_key, body=request.body, algorithm="sha512"):
            raise BadSignature("X-Webhook-Hmac does not match: check WAHA_HMAC_KEY")

    def parse(self, request: WebhookRequest) -> Parsed:
        """See `Channel.parse`."""
        return parse_event(read_json(request))

    def acknowledge(self, parts: Sequence[str] = ()) -> tuple[str, str]:
        return "OK", "text/plain"

    async def send(self, message: Outgoing) -> str:
        """See `Channel.send`. The id is the tail of WAHA's, as in its webhooks."""
        if self._api is None:
            raise SendRefused("WAHA_BASE_URL is needed to use WAHA's API")
        body = {
            "session": message.channel_address,
            "chatId": message.thread or message.contact,
            "text": sendable(message.body),
            "linkPreview": False,
        }
        try:
            answer = await self._api.call("POST", "/api/sendText", json=body)
        except ApiError as error:
            raise _send_error(error) from error
        if sid := _sent_id(answer):
            return sid
        raise SendUnavailable("WAHA's answer names no message", provider_code="unreadable")

    async def download(self, media: Media, limits: Limits) -> File:
        """See `Channel.download`. WAHA writes its files' addresses with the name that it knows itself by, which is
        seldom the one that we reach it by: what counts is the path."""
        if not self._places:
            raise MediaRefused("WAHA_BASE_URL is needed to fetch files")
        return await download(at_place(media.url, _FILES, self._places[0]), self._places, limits)

    async def aclose(self) -> None:
        if self._api is not None:
            await self._api.aclose()


def _sent_id(answer: Any) -> str:
    """The tail of the new message's id, which each engine gives in a place of its own."""
    given = part(answer, "id")  # WEBJS: {_serialized: true_…@c.us_TAIL, id: TAIL}
    full = identifier(given, "_serialized", "id") or identifier(answer, "id")  # GOWS: true_…@c.us_TAIL
    full = full or identifier(part(answer, "key"), "id")  # NOWEB: {key: {id: TAIL}}
    full = full or identifier(part(answer, "_data", "Info"), "ID") or identifier(part(answer, "_data", "key"), "id")
    return message_id(full).tail


def _send_error(error: ApiError) -> SendError:
    code = str(error.status)
    if error.status == 422 and text(error.payload, "status").upper() in _NOT_WORKING:
        return SendUnavailable(
            "the session is not working: start it, or scan its QR code", provider_code=code, retry_after=60.0
        )
    if found := _UNAVAILABLE.get(error.status):
        return SendUnavailable(found[0], provider_code=code, retry_after=error.retry_after or found[1])
    if error.status >= 500:
        return SendUnavailable("WAHA had an internal error", provider_code=code, retry_after=error.retry_after)
    return SendRefused(f"WAHA does not take the message (HTTP {code})", provider_code=code)
