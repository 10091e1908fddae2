"""Transport through Supabase's REST interface (PostgREST): one `POST /rest/v1/rpc/<function>` per call."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
from postgrest.exceptions import APIError
from supabase import AsyncClient, AsyncClientOptions, acreate_client

from app.errors import SchemaMismatch, StoreUnavailable
from app.store.database import clean
from app.store.sqlstates import store_error

_ATTEMPTS = 4
_FIRST_PAUSE = 0.1  # seconds, doubled each time
# PostgREST's own codes: https://docs.postgrest.org/en/stable/references/errors.html
_GATEWAY = {
    "PGRST000",
    "PGRST001",
    "PGRST002",
    "PGRST003",
}  # no connection, schema cache not loaded, pool timeout
_NO_FUNCTION = {"PGRST202", "PGRST203"}
_AUTH = {"PGRST300", "PGRST301", "PGRST302", "PGRST303", "401", "403"}


class SupabaseDatabase:
    """A Supabase project by its URL and service key. One client for the whole process."""

    name = "supabase"

    def __init__(self, client: AsyncClient, http: httpx.AsyncClient) -> None:
        self._client = client
        self._http = http

    @classmethod
    async def connect(cls, url: str, key: str, *, seconds: float = 10.0) -> "SupabaseDatabase":
        # HTTP/1.1: a shared HTTP/2 connection drops all calls under way when the gateway closes it (supabase-py 1064).
        http = httpx.AsyncClient(http2=False, timeout=seconds, limits=httpx.Limits(max_connections=20))
        client = await acreate_client(url, key, options=AsyncClientOptions(httpx_client=http))
        return cls(client, http)

    async def call(self, function: str, params: Mapping[str, Any]) -> Any:
        body = {name: clean(value) for name, value in params.items()}
        pause = _FIRST_PAUSE
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return (await self._client.rpc(function, body).execute()).data
            except APIError as error:
                wrapped = _api_error(error)
                cause: Exception = error
            except httpx.TransportError as error:
                wrapped = StoreUnavailable(f"Supabase does not answer: {type(error).__name__}")
                cause = error
            if not wrapped.retry or attempt == _ATTEMPTS:
                raise wrapped from cause
            await asyncio.sleep(pause)
            pause *= 2
        raise AssertionError("unreachable")

    async def close(self) -> None:
        await self._http.aclose()


def _api_error(error: APIError) -> Any:
    code = str(error.code or "")
    if code in _NO_FUNCTION:
        return SchemaMismatch(
            "Supabase does not know this version's functions: paste the output of `hilo sql` into the SQL editor"
        )
    if code in _AUTH:
        return StoreUnavailable("Supabase refuses SUPABASE_KEY: it must be the service_role key or an sb_secret_ key")
    if code in _GATEWAY or (code.isdigit() and len(code) == 3 and int(code) >= 500):
        return store_error(None, error.message or code)
    return store_error(code, error.message or code, error.hint)
