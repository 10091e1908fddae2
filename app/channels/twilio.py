"""WhatsApp through Twilio's Programmable Messaging: signatures, the REST API, TwiML. Only this file imports
twilio.

docs/channels/twilio.md says how to set it up, and what Twilio repeats and what it does not.
"""

import asyncio
import base64
import json
import logging
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.request_validator import SIGNATURE_SETTINGS_HEADER, RequestValidator, get_signature_algorithm
from twilio.rest import Client
from twilio.twiml.messaging_response import MessagingResponse

from app.channels.base import Basics, Capabilities, Outgoing, Parsed, WebhookRequest
from app.channels.download import File, Limits, Place, download
from app.channels.forms import CONTENT_TYPE, Form, content_type, read_form
from app.channels.text import sendable
from app.channels.twilio_codes import REFUSED, UNAVAILABLE, UNAVAILABLE_STATUS
from app.channels.twilio_payload import PROVIDER, parse_form, read_message
from app.errors import BadSignature, MalformedWebhook, OutsideWindow, SendError, SendRefused, SendUnavailable
from app.models import InboundMessage, Media

API = "https://api.twilio.com"
MAX_TEXT = 1600
MAX_TEMPLATE_TEXT = 900  # of 1024 for the whole template
_OUTSIDE_WINDOW = 63016

_PAGE = 200
_CLOCK_SKEW = timedelta(seconds=10)
_TRIAL_PREFIX = "Sent from your Twilio trial account -"
_LONG_NUMBER = re.compile(r"[0-9]{4,}(?=[0-9]{2})")


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
        self._validator = RequestValidator(auth_token) if auth_token else None
        self._numbers = tuple(numbers)
        self._status_callback = status_callback
        self._timeout = timeout
        self._http: _Http | None = None
        self._client: Client | None = None
        self._places: tuple[Place, ...] = ()
        if account_sid and auth_token:
            self._http = _Http(base_url=api_base_url)
            self._client = Client(account_sid, auth_token, http_client=self._http)
            self._places = _places(account_sid, auth_token, api_base_url, media_hosts)
        connected = self._client is not None
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
        """See `Channel.verify`. Covers every field of a form, or a JSON body through `bodySHA256` in the
        URL."""
        if self._validator is None:
            if request.local:
                return
            raise BadSignature("without TWILIO_AUTH_TOKEN unsigned webhooks are taken from this machine alone")
        signature = request.headers.get("x-twilio-signature", "")
        if not signature:
            raise BadSignature("the request has no X-Twilio-Signature header")
        algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER.lower()))
        try:
            valid = self._validator.validate(request.url, _signed(request), signature, algorithm)
        except ValueError:  # a port that is none, where the URL was made from the Host header
            valid = False
        if not valid:
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
        client = self._connected()
        options = {"status_callback": self._status_callback} if self._status_callback else {}
        async with self._call():
            sent = await client.messages.create_async(
                to=message.contact, from_=message.channel_address, **_content(message), **options
            )
        return str(sent.sid)

    async def find_sent(self, message: Outgoing, *, since: datetime) -> list[str]:
        """See `Channel.find_sent`. Bodies are compared without regard to whitespace.

        The list is not filtered by DateSent: a message that Twilio accepted and has not passed on yet has
        none. `since` is by our clock, so ten seconds of difference are allowed for.
        """
        client = self._connected()
        floor = since - _CLOCK_SKEW
        wanted = _comparable(message.body)
        found: list[str] = []
        async for page in self._pages(client, to=message.contact, from_=message.channel_address):
            recent = [item for item in page if item.date_created is None or item.date_created >= floor]
            found += [
                str(item.sid)
                for item in recent
                if _comparable(item.body or "") == wanted
                or (message.template and wanted in _comparable(item.body or ""))
            ]
            if not recent:  # newest first, though by a date that some lack: only a page of old ones ends it
                break
        return found[::-1]

    async def list_inbound(self, *, since: datetime, addresses: Sequence[str] = ()) -> AsyncIterator[InboundMessage]:
        """See `Channel.list_inbound`. The list knows no profile names, locations or button payloads; the
        files of a message that has any take one more call.

        Raises `SendUnavailable` or `SendRefused` like the other calls of the API.
        """
        client = self._connected()
        # The library writes a `Z` behind the time of whatever zone it is given; Twilio's times are whole
        # seconds.
        floor = since.astimezone(UTC).replace(microsecond=0)
        found: dict[str, tuple[datetime, Any]] = {}
        for number in dict.fromkeys((*self._numbers, *addresses)) or (None,):
            filters = {"to": number} if number else {}
            async for page in self._pages(client, date_sent_after=floor, **filters):
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
        if self._http is not None:
            await self._http.close()

    def _connected(self) -> Client:
        if self._client is None:
            raise SendRefused("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are needed to use Twilio's API")
        return self._client

    async def _pages(self, client: Client, **filters: Any) -> AsyncIterator[list[Any]]:
        async with self._call():
            page = await client.messages.page_async(page_size=_PAGE, **filters)
        while page is not None:
            yield list(page)
            async with self._call():
                page = await page.next_page_async()

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
            async with self._call():
                files = await item.media.list_async()
            for index, file in enumerate(files):
                form[f"MediaUrl{index}"] = [API + str(file.uri).removesuffix(".json")]
                form[f"MediaContentType{index}"] = [file.content_type or ""]
        return form

    @asynccontextmanager
    async def _call(self) -> AsyncIterator[None]:
        """Give one call of the API its time, and turn every way in which it may fail into a `SendError`."""
        try:
            async with asyncio.timeout(self._timeout):
                yield
        except _ApiError as error:
            raise _send_error(error) from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise SendUnavailable("Twilio cannot be reached", provider_code="unreachable") from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise SendUnavailable("Twilio did not answer in time", provider_code="timeout") from error
        except httpx.TransportError as error:
            raise SendUnavailable("the connection broke", provider_code="connection-lost") from error
        except (TwilioException, ValueError) as error:
            raise SendUnavailable("Twilio's answer cannot be read", provider_code="unreadable") from error


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


def twiml(parts: Sequence[str]) -> str:
    """The TwiML document that answers a webhook with these messages; none make an empty `<Response/>`."""
    response = MessagingResponse()
    for part in parts:
        response.message(sendable(part))
    return str(response)


def _signed(request: WebhookRequest) -> Form | str:
    """What twilio's validator wants: the fields of a form, or the body of anything else as text."""
    if content_type(request) == CONTENT_TYPE:
        fields = read_form(request).items()
        return Form({_encodable(name): [_encodable(value) for value in values] for name, values in fields})
    if not parse_qs(urlsplit(request.url).query).get("bodySHA256"):
        raise BadSignature("the request is no form, and its URL has no bodySHA256")
    return request.body.decode("utf-8")


def _encodable(text: str) -> str:
    """Lone surrogates as `?`, which is what Java's encoder writes for them; the validator would raise."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _content(message: Outgoing) -> dict[str, str]:
    """A text, or a template with the text in its variable, which takes no line breaks."""
    if message.template is None:
        return {"body": sendable(message.body)}
    variables = json.dumps({"1": " ".join(sendable(message.body).split())}, ensure_ascii=False)
    return {"content_sid": message.template, "content_variables": variables}


def _comparable(body: str) -> str:
    return " ".join(sendable(body).removeprefix(_TRIAL_PREFIX).split())


class _ApiError(Exception):
    """An answer of the API other than 2xx."""

    def __init__(self, status: int, code: int, message: str, retry_after: float | None) -> None:
        super().__init__(f"HTTP {status}, error {code}")
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


def _send_error(error: _ApiError) -> SendError:
    provider_code = str(error.code or error.status)
    if (text := REFUSED.get(error.code)) is not None:
        refusal = OutsideWindow if error.code == _OUTSIDE_WINDOW else SendRefused
        return refusal(f"{text} (Twilio {provider_code})", provider_code=provider_code)
    wait = UNAVAILABLE.get(error.code) or UNAVAILABLE_STATUS.get(error.status)
    if wait is None and error.status >= 500:
        wait = ("Twilio had an internal error", None)
    if wait is not None:
        text, seconds = wait
        return SendUnavailable(
            f"{text} (Twilio {provider_code})",
            provider_code=provider_code,
            retry_after=seconds if error.retry_after is None else error.retry_after,
        )
    said = _LONG_NUMBER.sub("…", error.message) or f"HTTP {error.status}"
    return SendRefused(f"Twilio refused the message: {said} (Twilio {provider_code})", provider_code=provider_code)


class _Http(AsyncHttpClient):  # type: ignore[misc]
    """Twilio's REST client over httpx.

    The library's own asynchronous client takes no timeout, needs a running loop to be made, and logs every
    URL with its phone numbers; its errors do not carry Retry-After. Answers other than 2xx raise `_ApiError`
    here.
    """

    def __init__(self, *, base_url: str | None) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True)
        self._base_url = (base_url or "").rstrip("/")
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(None, connect=5.0), follow_redirects=False)

    async def request(  # noqa: PLR0917 - the library's signature
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - `_call` keeps the time
        allow_redirects: bool = False,
    ) -> Response:
        if self._base_url:
            uri = self._base_url + uri.removeprefix(API)
        answer = await self._client.request(method, uri, params=params, data=data, headers=headers, auth=auth)
        if not answer.is_success:
            raise _api_error(answer)
        return Response(answer.status_code, answer.text, answer.headers)

    async def close(self) -> None:
        await self._client.aclose()


def _api_error(answer: httpx.Response) -> _ApiError:
    try:
        said = json.loads(answer.text)
        code, message = int(said.get("code") or 0), str(said.get("message") or said.get("title") or "")
    except (ValueError, TypeError, AttributeError):  # a proxy's page, most likely
        code, message = 0, ""
    return _ApiError(answer.status_code, code, message, _seconds(answer.headers.get("retry-after")))


def _seconds(retry_after: str | None) -> float | None:
    """A Retry-After header, which holds seconds or an HTTP date, as seconds from now."""
    if not retry_after:
        return None
    try:
        if retry_after.strip().isdigit():
            return float(retry_after)
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
