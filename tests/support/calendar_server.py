"""A small calendar behind HTTP, and the `Calendar` that writes to it.

The server does what calendars on the network do to a client: refuses, is slow, asks for a pause, loses its answer after
it has written. It counts, so that a test can tell one entry from two.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from app.calendars.base import Capabilities, Written, entry_id
from app.calendars.entry import entry_of
from app.errors import CalendarDisconnected, CalendarRefused, CalendarUnavailable
from app.models import Event, Tenant


@dataclass
class Fault:
    """What happens to a call: `status` instead of an answer; `after` has the write done before; `hang` seconds;
    `garbage` is no JSON."""

    status: int = 200
    after: bool = False
    hang: float = 0.0
    retry_after: int | None = None
    garbage: bool = False


@dataclass
class CalendarServer:
    """`entries` by tenant slug and id. `fault` decides about each call (method, tenant, entry id)."""

    entries: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    writes: int = 0
    inserts: list[str] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0
    fault: Callable[[str, str, str], Fault | None] = lambda method, tenant, id_: None

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.api_route("/{tenant}/{id_}", methods=["PUT", "DELETE", "GET"])
        async def call(tenant: str, id_: str, request: Request) -> Response:
            self.calls.append((request.method, tenant))
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
            try:
                return await self._answer(request.method, tenant, id_, await request.body() and await request.json())
            finally:
                self.under_way -= 1

        return app

    async def _answer(self, method: str, tenant: str, id_: str, entry: Any) -> Response:
        fault = self.fault(method, tenant, id_) or Fault()
        if fault.status == 200 or fault.after:
            self._write(method, tenant, id_, entry)
        await asyncio.sleep(fault.hang)
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
        if fault.garbage:
            return Response("<html>")
        return JSONResponse({"etag": f"v{self.writes}"}, fault.status, headers)

    def _write(self, method: str, tenant: str, id_: str, entry: Any) -> None:
        calendar = self.entries.setdefault(tenant, {})
        if method == "PUT":
            if id_ not in calendar:
                self.inserts.append(id_)
            calendar[id_] = entry
            self.writes += 1
        elif method == "DELETE":
            calendar.pop(id_, None)
            self.writes += 1


class HttpCalendar:
    name = "test"

    def __init__(self, port: int, *, concurrency: int = 4) -> None:
        self._http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5)
        self._capabilities = Capabilities(concurrency=concurrency)

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    async def publish(self, event: Event, tenant: Tenant) -> Written:
        entry = entry_of(event, tenant, event_minutes=60).model_dump(mode="json")
        return await self._call("PUT", event, tenant, entry)

    async def withdraw(self, event: Event, tenant: Tenant) -> Written:
        return await self._call("DELETE", event, tenant, None)

    async def remove(self, event: UUID, generation: int, tenant: Tenant, *, also: Sequence[str] = ()) -> None:
        for one in range(1, generation + 1):
            await self._send("DELETE", tenant, entry_id(event, one), None)

    async def check(self, tenant: Tenant) -> None:
        await self._send("GET", tenant, "check", None)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _call(self, method: str, event: Event, tenant: Tenant, entry: Any) -> Written:
        id_ = entry_id(event.id, event.calendar_generation)
        answer = await self._send(method, tenant, id_, entry)
        return Written(entry_id=id_, etag=answer.json()["etag"])

    async def _send(self, method: str, tenant: Tenant, id_: str, entry: Any) -> httpx.Response:
        try:
            answer = await self._http.request(method, f"/{tenant.slug}/{id_}", json=entry)
        except httpx.TransportError as error:
            raise CalendarUnavailable(f"no answer: {type(error).__name__}") from error
        if answer.status_code in (401, 403):
            raise CalendarDisconnected("the access was taken back: connect the calendar again")
        if answer.status_code == 429 or answer.status_code >= 500:
            wait = answer.headers.get("Retry-After")
            raise CalendarUnavailable(f"HTTP {answer.status_code}", retry_after=float(wait) if wait else None)
        if answer.status_code >= 400:
            raise CalendarRefused(f"HTTP {answer.status_code}")
        return answer
