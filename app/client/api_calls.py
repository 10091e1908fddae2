"""One call of the API: repeated while that may help, and told apart when not."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any, Final

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from .metrics import REQUESTS
from .settings import hide_phones, load_client_settings

Data = dict[str, Any]
_PAUSE: Final = 2.0  # seconds after a failure in which calls do not wait for a dead API
_NEVER: Final = frozenset({400, 413, 414, 422, 431})  # whoever says so: a proxy's limit holds for a repeat as well


class Unavailable(Exception):
    """The API gave no answer, or one that says: later."""


class Refused(Exception):
    """The API will never take this call."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"HTTP {status}: {message}")
        self.status = status


class _HttpxLines(logging.Filter):
    """httpx logs every address at INFO, and those of look-ups hold phone numbers."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and load_client_settings().mask_ids:
            record.args = tuple(hide_phones(str(one)) if isinstance(one, httpx.URL) else one for one in record.args)
        return True


logging.getLogger("httpx").addFilter(_HttpxLines())


class ApiCalls:
    """`timeout`: seconds that a call may take, retries included. Answers are the envelope's `data`."""

    def __init__(
        self, url: str, key: str | None, *, timeout: float, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        self.url = url
        self.timeout = timeout
        self._http = httpx.AsyncClient(
            headers={b"Authorization": f"Bearer {key}".encode()} if key else {}, timeout=timeout, transport=transport
        )
        self._down_until = 0.0

    @property
    def resting(self) -> bool:
        """It did not answer a moment ago."""
        return time.monotonic() < self._down_until

    def wake(self) -> None:
        self._down_until = 0.0

    async def call(
        self, method: str, path: str, *, json: Data | None = None, params: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> Data | None:  # fmt: skip
        """Raises `Unavailable` when it did not help to repeat it, `Refused`."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Unavailable),
            stop=stop_after_attempt(3),
            wait=wait_random_exponential(multiplier=0.1, max=1),
            reraise=True,
        )
        try:
            async with asyncio.timeout(self.timeout):
                return await retrying(self.once, method, path, json=json, params=params, key=key)
        except (Unavailable, TimeoutError) as error:
            self._down_until = time.monotonic() + _PAUSE
            REQUESTS.labels("unavailable").inc()
            raise Unavailable(str(error) or f"no answer within {self.timeout:g} s") from error

    async def once(
        self, method: str, path: str, *, json: Data | None = None, params: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> Data | None:  # fmt: skip
        headers = {"Idempotency-Key": key} if key else {}
        try:
            answer = await self._http.request(method, self.url + path, json=json, params=params, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"{type(error).__name__} {error}".strip()) from error
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Unavailable(f"HTTP {answer.status_code}")
        envelope = _envelope(answer)
        if envelope is None and answer.status_code not in _NEVER:
            raise Unavailable(f"HTTP {answer.status_code} without an envelope")
        if envelope is None or answer.is_error:
            REQUESTS.labels("refused").inc()
            raise Refused(answer.status_code, str((envelope or {}).get("message", answer.reason_phrase)))
        REQUESTS.labels("ok").inc()
        data: Data = envelope["data"]
        return data

    async def aclose(self) -> None:
        await self._http.aclose()


def _envelope(answer: httpx.Response) -> Data | None:
    """What the API itself says. None: something else answers at its address, a proxy's page or another service."""
    try:
        said = answer.json()
    except ValueError:
        return None
    if not isinstance(said, dict) or said.get("type") != ("3" if answer.is_error else "1"):
        return None
    return said if answer.is_error or isinstance(said.get("data"), dict) else None
