"""Transport through Supabase's REST interface (PostgREST): one `POST /rest/v1/rpc/<function>` per call."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx
from postgrest.exceptions import APIError
from supabase import AsyncClient, AsyncClientOptions, acreate_client

from app.errors import SchemaMismatch, StoreError, StoreRefused, StoreUnavailable
from app.store.database import clean
from app.store.sqlstates import may_be_repeated, store_error
from app.tls import trusted

_ATTEMPTS = 4
_FIRST_PAUSE = 0.1  # seconds, doubled each time
# PostgREST's own codes: https://docs.postgrest.org/en/stable/references/errors.html
_NOT_NOW = {"PGRST000", "PGRST001", "PGRST002", "PGRST003"}  # no connection, no schema cache yet, pool timeout
_NO_FUNCTION = {"PGRST202", "PGRST203"}
_BAD_KEY = {"PGRST300", "PGRST301", "PGRST302", "PGRST303"}
_KEY = "it must be the service_role key or an sb_secret_ key of this project"


class _GatewayError(Exception):
    """Something in front of PostgREST answered, without a code of PostgREST's or Postgres'."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class SupabaseDatabase:
    """A Supabase project by its URL and service key. One client for the whole process."""

    name = "supabase"

    def __init__(self, client: AsyncClient, http: httpx.AsyncClient, *, seconds: float = 10.0) -> None:
        self._client = client
        self._http = http
        self._seconds = seconds

    @classmethod
    async def connect(cls, url: str, key: str, *, seconds: float = 10.0) -> "SupabaseDatabase":
        """`seconds`: how long one request may take, and after which a call that failed is not tried again."""
        # HTTP/1.1: a shared HTTP/2 connection drops all calls under way when the gateway closes it (supabase-py 1064).
        http = httpx.AsyncClient(
            http2=False,
            verify=trusted(),
            timeout=seconds,
            limits=httpx.Limits(max_connections=20),
            event_hooks={"response": [_notice_gateway]},
        )
        client = await acreate_client(url, key, options=AsyncClientOptions(httpx_client=http))
        return cls(client, http, seconds=seconds)

    async def call(self, function: str, params: Mapping[str, Any]) -> Any:
        body = {name: clean(value) for name, value in params.items()}
        pause = _FIRST_PAUSE
        deadline = time.monotonic() + self._seconds
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return (await self._client.rpc(function, body).execute()).data
            except (APIError, _GatewayError, httpx.TransportError) as error:
                wrapped = _wrapped(error)
                again = wrapped.retry and _may_be_repeated(error)
                if not again or attempt == _ATTEMPTS or time.monotonic() + pause > deadline:
                    raise wrapped from error
            await asyncio.sleep(pause)
            pause *= 2
        raise AssertionError("unreachable")

    async def close(self) -> None:
        await self._http.aclose()


async def _notice_gateway(response: httpx.Response) -> None:
    """supabase-py keeps the body of an error and drops its HTTP status, which is all that a gateway says."""
    if response.status_code < 400:
        return
    await response.aread()
    try:
        said = response.json()
    except ValueError:
        said = None
    if not isinstance(said, dict) or not said.get("code"):
        raise _GatewayError(response.status_code)


def _may_be_repeated(error: Exception) -> bool:
    if isinstance(error, APIError):
        return may_be_repeated(error.code) and error.code not in _BAD_KEY
    return not isinstance(error, _GatewayError) or error.status not in (401, 403, 404)


def _wrapped(error: Exception) -> StoreError:
    if isinstance(error, APIError):
        return _api_error(error)
    if isinstance(error, _GatewayError):
        return _gateway_error(error)
    return StoreUnavailable(f"Supabase does not answer: {type(error).__name__}")


def _gateway_error(error: _GatewayError) -> StoreError:
    if error.status in (401, 403):
        return StoreUnavailable(f"Supabase refuses SUPABASE_KEY: {_KEY}")
    if error.status == 404:
        return StoreUnavailable("There is no Supabase project at SUPABASE_URL")
    if error.status in (408, 429) or error.status >= 500:
        return StoreUnavailable(f"Supabase does not answer: HTTP {error.status}")
    return StoreRefused(f"Supabase answers HTTP {error.status}")


def _api_error(error: APIError) -> StoreError:
    code, message = str(error.code), error.message or str(error.code)
    if code in _NO_FUNCTION:
        return SchemaMismatch(
            "Supabase does not know this version's functions: paste the output of `hilo sql` into the SQL editor"
        )
    if code in _BAD_KEY:
        return StoreUnavailable(f"Supabase refuses SUPABASE_KEY ({message}): {_KEY}")
    if code == "42501":
        return StoreUnavailable(f"SUPABASE_KEY may not use the database ({message}): {_KEY}")
    return store_error(None if code in _NOT_NOW else code, message, error.hint)
