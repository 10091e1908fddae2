"""The store over the REST interface, for measurements: PostgREST in a process of its own, as it is in life."""

import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
from supabase import AsyncClientOptions, acreate_client

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.store.supabase import SupabaseDatabase  # noqa: E402
from tests.support.supabase import Supabase, program  # noqa: E402

_SERVE = """
import sys, json
from tests.support.supabase import Supabase
with Supabase(sys.argv[1]) as project:
    print(json.dumps([project.url, project.service_key]), flush=True)
    sys.stdin.read()
"""


class Counting(SupabaseDatabase):
    """Counts its calls."""

    calls = 0

    async def call(self, function: str, params: Mapping[str, Any]) -> Any:
        self.calls += 1
        return await super().call(function, params)


class _NoGateway(httpx.AsyncHTTPTransport):
    """PostgREST itself has no /rest/v1 before its paths."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(raw_path=request.url.raw_path.removeprefix(b"/rest/v1"))
        return await super().handle_async_request(request)


@contextlib.contextmanager
def standing_in(dsn: str) -> Iterator[tuple[str, str]]:
    """URL and key of the tests' own gateway and PostgREST (or POSTGREST_BIN behind the gateway), in another process."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, dsn], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        url, key = json.loads(process.stdout.readline())
        yield url, key
    finally:
        process.stdin.close()
        process.wait(20)


@contextlib.asynccontextmanager
async def rest_databases(dsn: str, postgrest: str | None) -> AsyncIterator[dict[str, Counting]]:
    """By name: over HTTP/1.1, and over HTTP/2 where `postgrest`, the path of the program, is given. Without it the
    tests' own PostgREST serves, which is written in Python: good for counting calls, not for speed."""
    async with contextlib.AsyncExitStack() as stack:
        found: dict[str, Counting] = {}
        if not postgrest:
            url, key = stack.enter_context(standing_in(dsn))
            found["rest"] = await Counting.connect(url, key)  # type: ignore[assignment]
        else:
            secret = "a-secret-for-measurements-0123456789"
            url = stack.enter_context(program(postgrest, dsn, secret))
            key = Supabase.sign("service_role", secret)
            for name, http1 in (("rest", True), ("rest2", False)):
                limits = httpx.Limits(max_connections=20)
                transport = _NoGateway(http1=http1, http2=not http1, limits=limits)
                http = httpx.AsyncClient(transport=transport, timeout=10)
                client = await acreate_client(url, key, options=AsyncClientOptions(httpx_client=http))
                found[name] = Counting(client, http)
        for database in found.values():
            stack.push_async_callback(database.close)
        yield found
