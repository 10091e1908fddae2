"""A provider's JSON API over HTTP: one client per process, one limit of time per call, failures as `SendError`s."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from app.errors import SendUnavailable
from app.tls import trusted


class ApiError(Exception):
    """An answer other than 2xx; `payload` is its JSON, or None. The channel says what it means."""

    def __init__(self, status: int, payload: Any, retry_after: float | None) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.payload = payload
        self.retry_after = retry_after


class JsonApi:
    """`name` is the provider's, for messages. `timeout` is in seconds, for one whole call. Redirects are not followed:
    they would take the credentials elsewhere."""

    def __init__(self, name: str, base_url: str, *, headers: Mapping[str, str], timeout: float) -> None:
        self._name = name
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._client = httpx.AsyncClient(
            headers=dict(headers),
            timeout=httpx.Timeout(None, connect=5.0),
            follow_redirects=False,
            verify=trusted(),
        )

    async def call(
        self, method: str, path: str, *, json: Any = None, params: Mapping[str, str | int] | None = None
    ) -> Any:
        """The answer's JSON. Raises `ApiError`, or `SendUnavailable` where there is no answer that can be read."""
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._client.request(method, self._base_url + path, json=json, params=params)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise SendUnavailable(f"{self._name} cannot be reached", provider_code="unreachable") from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise SendUnavailable(f"{self._name} did not answer in time", provider_code="timeout") from error
        except httpx.TransportError as error:
            raise SendUnavailable("the connection broke", provider_code="connection-lost") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SendUnavailable(f"{self._name}'s answer cannot be read", provider_code="unreadable") from error
        try:
            payload = answer.json()
        except ValueError:
            payload = None
        if not answer.is_success:
            raise ApiError(answer.status_code, payload, retry_seconds(answer.headers.get("retry-after")))
        if payload is None:
            raise SendUnavailable(f"{self._name}'s answer cannot be read", provider_code="unreadable")
        return payload

    async def aclose(self) -> None:
        await self._client.aclose()


def retry_seconds(retry_after: str | None) -> float | None:
    """A Retry-After header, which holds seconds or an HTTP date, as seconds from now."""
    if not retry_after:
        return None
    try:
        if retry_after.strip().isdigit():
            return float(retry_after)
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
