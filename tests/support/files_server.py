"""A host of files that runs here, and beside it the two calls of OpenAI's interface that hear and see.

`/api/files/NAME` serves what `files` holds: bytes with their type, an address to redirect to, or an endless body.
`/v1/audio/transcriptions` and `/v1/chat/completions` answer `said` or the status `broken`, after `slow` seconds.
`/api/sendText` takes a message, as WAHA does. Everything is kept in `requests`.
"""

import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Self

from tests.support.local_http import LocalHTTPServer

JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 10
VOICE = b"OggS" + b"voice" * 10


@dataclass(kw_only=True)
class Served:
    content: bytes = b""
    content_type: str = "audio/ogg"
    location: str = ""
    status: int = 200
    endless: bool = False
    declared: int | None = None
    packed: str = ""


@dataclass(frozen=True, kw_only=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = field(repr=False)


class FilesServer:
    def __init__(self) -> None:
        self.files: dict[str, Served] = {}
        self.said = "el viernes a las diez"
        self.broken = 0
        self.slow = 0.0
        self.requests: list[Request] = []
        self.streamed = 0
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.owner = self
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def put(self, path: str, content: bytes = b"", **given: Any) -> str:
        self.files[path] = Served(content=content, **given)
        return self.url + path

    @property
    def sent(self) -> list[dict[str, Any]]:
        """Messages that WAHA was given."""
        return [json.loads(request.body) for request in self.asked("/api/sendText")]

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path.startswith(path)]


class _Http(LocalHTTPServer):
    owner: FilesServer


class _Handler(BaseHTTPRequestHandler):
    server: _Http

    def do_GET(self) -> None:
        self._keep(b"")
        served = self.server.owner.files.get(self.path.partition("?")[0])
        if served is None:
            self.send_error(404)
        elif served.location:
            self.send_response(302)
            self.send_header("Location", served.location)
            self.end_headers()
        elif served.endless:
            self._stream(served)
        else:
            self._answer(served.status, served.content, served.content_type, packed=served.packed)

    def do_POST(self) -> None:
        owner = self.server.owner
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._keep(body)
        if self.path == "/api/sendText":
            number = len(owner.requests)
            self._answer(201, json.dumps({"id": f"true_{json.loads(body)['chatId']}_OUT{number}"}).encode(), "x/json")
            return
        time.sleep(owner.slow)
        if owner.broken:
            self._answer(owner.broken, b"{}", "application/json")
        elif self.path.endswith("/audio/transcriptions"):
            self._answer(200, json.dumps({"text": owner.said}).encode(), "application/json")
        else:
            choice = {"index": 0, "message": {"role": "assistant", "content": owner.said}, "finish_reason": "stop"}
            self._answer(200, json.dumps({"choices": [choice]}).encode(), "application/json")

    def log_message(self, *_: object) -> None:
        """Tests read the journal."""

    def _keep(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.owner.requests.append(Request(method=self.command, path=self.path, headers=headers, body=body))

    def _answer(self, status: int, content: bytes, content_type: str, *, packed: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        if packed:
            self.send_header("Content-Encoding", packed)
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):  # the other side was killed
            self.wfile.write(content)

    def _stream(self, served: Served) -> None:
        """Two gigabytes, or until the other side has enough."""
        self.send_response(200)
        self.send_header("Content-Type", served.content_type)
        if served.declared is not None:
            self.send_header("Content-Length", str(served.declared))
        self.end_headers()
        try:
            for _ in range(2000):
                self.wfile.write(b"x" * 1_000_000)
                self.server.owner.streamed += 1_000_000
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
