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
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final

import httpx

from app.errors import SendRefused, SendUnavailable

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


class OwnerWebhook:
    """One client per process. Redirects are not followed, and nothing of an answer is kept but its status."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(None, connect=5.0), follow_redirects=False)

    async def post(self, url: str, secret: str, message_id: str, payload: Mapping[str, Any], *, timestamp: int) -> None:
        """`timestamp`: now, in seconds. Raises `SendRefused` (the address is gone: 410) or `SendUnavailable`."""
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
                async with self._client.stream("POST", url, content=body, headers=headers) as answer:
                    status = answer.status_code
        except TimeoutError as error:
            raise SendUnavailable("the webhook did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SendUnavailable(f"the webhook cannot be reached: {type(error).__name__}") from error
        finally:
            _posting.reset(posting)
        if status == 410:
            raise SendRefused("the webhook is gone (410)")
        if not 200 <= status < 300:
            raise SendUnavailable(f"the webhook answered {status}")

    async def aclose(self) -> None:
        await self._client.aclose()
