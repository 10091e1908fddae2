"""A provider's JSON API that runs here: a journal of requests, faults on demand. A provider subclasses it.

The real HTTP client talks to it; nothing of ours is replaced.
"""

import json
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.support.local_http import LocalHTTPServer


@dataclass(kw_only=True)
class Fault:
    """What goes wrong with the next `times` requests of `method` (any, if empty) to a path that holds `path`.

    `delay` waits `seconds` and goes on; `drop-before` closes the connection and does nothing; `drop-after` does the
    work and closes the connection unanswered; `error` answers `status` with `payload`, and a Retry-After of `seconds`
    unless that is 0; `garbage` does the work and answers a page that is no JSON.
    """

    kind: str
    method: str = ""
    path: str = ""
    times: int = 1
    seconds: float = 0.0
    status: int = 503
    payload: Any = None
    location: str = ""


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request of the API."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    status: list[int] = field(default_factory=list)


class Refused(Exception):
    """Answer this status with this payload."""

    def __init__(self, status: int, payload: Any) -> None:
        super().__init__(str(status))
        self.status = status
        self.payload = payload


class JsonServer:
    def __init__(self, *, port: int = 0) -> None:
        self.lock = threading.RLock()
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self._http = _Http(("127.0.0.1", port), _Handler)
        self._http.owner = self
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def answer(self, call: Call) -> tuple[int, Any]:
        """Status and payload; or raise `Refused`. Called under the lock."""
        raise NotImplementedError

    def fault(self, kind: str, **details: Any) -> None:
        with self.lock:
            self.faults.append(Fault(kind=kind, **details))

    def paths(self, method: str = "") -> list[str]:
        """`POST /a/path` of each call so far."""
        with self.lock:
            return [f"{call.method} {call.path}" for call in self.calls if method in ("", call.method)]

    def next_fault(self, call: Call) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and fault.method in ("", call.method) and fault.path in call.path:
                    fault.times -= 1
                    return fault
        return None


class _Http(LocalHTTPServer):
    owner: JsonServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def log_message(self, *_: object) -> None:
        """Tests read the journal."""

    def _handle(self) -> None:
        owner = self.server.owner
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        call = Call(
            method=self.command,
            path=url.path,
            query=dict(parse_qsl(url.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=json.loads(data) if data else None,
        )
        with owner.lock:
            owner.calls.append(call)
        fault = owner.next_fault(call)
        kind = fault.kind if fault else ""
        headers: dict[str, str] = {}
        if fault and kind == "delay":
            time.sleep(fault.seconds)
        if kind == "drop-before":
            self._drop()
            return
        if fault and kind == "error":
            status, payload = fault.status, fault.payload
            if fault.seconds:
                headers["Retry-After"] = f"{fault.seconds:.0f}"
            if fault.location:
                headers["Location"] = fault.location
        else:
            try:
                with owner.lock:
                    status, payload = owner.answer(call)
            except Refused as error:
                status, payload = error.status, error.payload
        call.status.append(status)
        if kind == "drop-after":
            self._drop()
        else:
            self._answer(status, "<html>no JSON</html>" if kind == "garbage" else payload, headers)

    def _drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, status: int, payload: Any, headers: dict[str, str]) -> None:
        page = isinstance(payload, str)
        data = payload.encode() if page else json.dumps(payload).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if page else "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):  # the other side was killed, or waits no longer
            self.close_connection = True
