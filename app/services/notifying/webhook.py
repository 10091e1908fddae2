"""The owner's webhook: signed POSTs, as https://www.standardwebhooks.com describes them.

The id is the same in every repeat of a message, so that whoever receives it can tell a repeat from a new one.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Collection, Mapping
from contextvars import ContextVar
from typing import Any, Final

import httpx

from app.channels.outward import Inside, Resolve, is_public, pin, resolve
from app.errors import InvalidRequest, SendRefused, SendUnavailable
from app.tls import trusted

_PREFIX: Final = "whsec_"
_SECONDS: Final = 10.0

# httpx logs the address of each request; that of a webhook is often a secret itself.
_posting: ContextVar[bool] = ContextVar("posting", default=False)
logging.getLogger("httpx").addFilter(lambda record: not _posting.get())


def new_secret() -> str:
    return _PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: HMAC-SHA256 over `id.timestamp.body` with the secret's bytes."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def checked(url: str, inside: Collection[str]) -> str:
    """An address that a tenant may set, as far as it shows without being looked up: where its name leads is looked at
    each time. Raises `InvalidRequest`."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        parts = httpx.URL("")
    if parts.scheme not in ("http", "https") or not parts.host or len(url) > 2000:
        raise InvalidRequest("The webhook should be an address that begins with https://")
    if parts.host in inside:
        return url
    if parts.scheme != "https":
        raise InvalidRequest(
            f"The webhook should begin with https://; HILO_NOTIFY_INSIDE={parts.host[:100]} allows one in your network"
        )
    try:
        public = is_public(parts.host)
    except ValueError:
        public = "." in parts.host.strip(".") and not parts.host.endswith((".localhost", ".local", ".internal"))
    if not public:
        raise InvalidRequest(f"{parts.host[:100]} is inside a network: HILO_NOTIFY_INSIDE={parts.host[:100]} allows it")
    return url


class OwnerWebhook:
    """One client per process. Redirects are not followed, and nothing of an answer is kept but its status.

    `inside`: names and addresses that the operator allows although they are inside a network, also without TLS. Every
    other host must have addresses of the world: whoever may set a webhook is not thereby let into ours.
    """

    def __init__(self, *, inside: Collection[str] = (), resolve: Resolve = resolve) -> None:
        self._inside = frozenset(inside)
        self._resolve = resolve
        # Proxies of the environment are not used: they would look up the name themselves.
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=5.0), follow_redirects=False, trust_env=False, verify=trusted()
        )

    async def post(self, url: str, secret: str, message_id: str, payload: Mapping[str, Any], *, timestamp: int) -> None:
        """`timestamp`: now, in seconds. Raises `SendRefused` (the address is gone: 410, or is not allowed) or
        `SendUnavailable`."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Hilo",
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(secret, message_id, timestamp, body),
        }
        posting = _posting.set(True)
        try:
            async with asyncio.timeout(_SECONDS):
                target, named, extensions = await self._pinned(url)
                request = self._client.build_request(
                    "POST", target, content=body, headers={**headers, **named}, extensions=extensions
                )
                answer = await self._client.send(request, stream=True)
                status = answer.status_code
                await answer.aclose()
        except (InvalidRequest, Inside) as error:
            host = httpx.URL(url).host[:100]
            raise SendRefused(
                f"{host} is inside a network, or without https: HILO_NOTIFY_INSIDE={host} allows it"
            ) from error
        except TimeoutError as error:
            raise SendUnavailable("the webhook did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise SendUnavailable(f"the webhook cannot be reached: {type(error).__name__}") from error
        finally:
            _posting.reset(posting)
        if status == 410:
            raise SendRefused("the webhook is gone (410)")
        if not 200 <= status < 300:
            raise SendUnavailable(f"the webhook answered {status}")

    async def _pinned(self, url: str) -> tuple[httpx.URL, Mapping[str, str], dict[str, Any]]:
        target = httpx.URL(checked(url, self._inside))
        return (target, {}, {}) if target.host in self._inside else await pin(target, self._resolve)

    async def aclose(self) -> None:
        await self._client.aclose()
