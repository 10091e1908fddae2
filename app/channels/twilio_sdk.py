"""Twilio's library, imported here alone: its REST client over httpx, its check of signatures, TwiML."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.request_validator import SIGNATURE_SETTINGS_HEADER, RequestValidator, get_signature_algorithm
from twilio.rest import Client
from twilio.twiml.messaging_response import MessagingResponse

from app.channels.base import WebhookRequest
from app.channels.forms import CONTENT_TYPE, Form, content_type, read_form
from app.channels.http import retry_seconds
from app.channels.text import sendable
from app.channels.twilio_codes import send_error
from app.errors import BadSignature, SendUnavailable
from app.tls import trusted

API = "https://api.twilio.com"
_PAGE = 200


class TwilioRest:
    """The Messages resource of one account. `timeout` is in seconds, for one whole call; `base_url` replaces
    https://api.twilio.com. Every method raises `SendRefused` or `SendUnavailable`."""

    def __init__(self, account_sid: str, auth_token: str, *, base_url: str | None, timeout: float) -> None:
        self._timeout = timeout
        self._http = _Http(base_url=base_url)
        self._client = Client(account_sid, auth_token, http_client=self._http)

    async def create(self, **fields: str) -> str:
        """Send a message; its id."""
        async with self._call():
            sent = await self._client.messages.create_async(**fields)
        return str(sent.sid)

    async def pages(self, **filters: Any) -> AsyncIterator[list[Any]]:
        """The account's messages, newest first."""
        async with self._call():
            page = await self._client.messages.page_async(page_size=_PAGE, **filters)
        while page is not None:
            yield list(page)
            async with self._call():
                page = await page.next_page_async()

    async def files(self, message: Any) -> list[tuple[str, str]]:
        """Address and MIME type of each file of a listed message."""
        async with self._call():
            found = await message.media.list_async()
        return [(API + str(file.uri).removesuffix(".json"), file.content_type or "") for file in found]

    async def aclose(self) -> None:
        await self._http.close()

    @property
    def is_closed(self) -> bool:
        return self._http.is_closed

    @asynccontextmanager
    async def _call(self) -> AsyncIterator[None]:
        """Give one call of the API its time, and turn every way in which it may fail into a `SendError`."""
        try:
            async with asyncio.timeout(self._timeout):
                yield
        except _ApiError as error:
            raise send_error(error.status, error.code, error.message, error.retry_after) from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise SendUnavailable("Twilio cannot be reached", provider_code="unreachable") from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise SendUnavailable("Twilio did not answer in time", provider_code="timeout") from error
        except httpx.TransportError as error:
            raise SendUnavailable("the connection broke", provider_code="connection-lost") from error
        except (TwilioException, ValueError) as error:
            raise SendUnavailable("Twilio's answer cannot be read", provider_code="unreadable") from error


def is_signed(request: WebhookRequest, signature: str, auth_token: str) -> bool:
    """Whether `signature` is Twilio's: over every field of a form, or a JSON body through `bodySHA256` in the URL.
    Raises `BadSignature` for a request that Twilio could not have signed."""
    algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER.lower()))
    try:
        return bool(RequestValidator(auth_token).validate(request.url, _signed(request), signature, algorithm))
    except ValueError:  # no UTF-8; or a port that is none, where the URL was made from the Host header
        return False


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


class _ApiError(Exception):
    """An answer of the API other than 2xx."""

    def __init__(self, status: int, code: int, message: str, retry_after: float | None) -> None:
        super().__init__(f"HTTP {status}, error {code}")
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


class _Http(AsyncHttpClient):  # type: ignore[misc]
    """Twilio's REST client over httpx.

    The library's own asynchronous client takes no timeout, needs a running loop to be made, and logs every
    URL with its phone numbers; its errors do not carry Retry-After. Answers other than 2xx raise `_ApiError`
    here.
    """

    def __init__(self, *, base_url: str | None) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True)
        self._base_url = (base_url or "").rstrip("/")
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=5.0), follow_redirects=False, verify=trusted()
        )

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

    @property
    def is_closed(self) -> bool:
        return self._client.is_closed


def _api_error(answer: httpx.Response) -> _ApiError:
    try:
        said = json.loads(answer.text)
        code, message = int(said.get("code") or 0), str(said.get("message") or said.get("title") or "")
    except (ValueError, TypeError, AttributeError):  # a proxy's page, most likely
        code, message = 0, ""
    return _ApiError(answer.status_code, code, message, retry_seconds(answer.headers.get("retry-after")))
