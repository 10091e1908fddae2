"""A server that speaks OpenAI's chat completions from a script, for tests over real HTTP with the real client.

A script is a list of replies, each used once in order: text (`say`), tool calls (`call`), or an HTTP fault (`fault`).
What the client sent is kept in `requests`.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int = 200
    text: str | None = None
    calls: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    refusal: str | None = None
    finish: str | None = None
    streamed: bool = False
    drip: float = 0.0
    counts: bool = True
    usage: dict[str, Any] | None = None
    raw: str | None = None


def say(text: str) -> Reply:
    return Reply(text=text)


def call(*calls: tuple[str, dict[str, Any] | str]) -> Reply:
    """Tool calls, in parallel when there are several; a string is sent as it is, for arguments that are no JSON."""
    return Reply(calls=tuple((name, args if isinstance(args, str) else json.dumps(args)) for name, args in calls))


def fault(status: int, **headers: str) -> Reply:
    return Reply(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})


def hang(seconds: float) -> Reply:
    return Reply(text="late", delay=seconds)


def refuse(words: str) -> Reply:
    return Reply(refusal=words)


def cut_off(text: str) -> Reply:
    """An answer that the token limit ended."""
    return Reply(text=text, finish="length")


def drip(text: str, seconds: float) -> Reply:
    """A whole answer that takes so many seconds to come, a few bytes at a time."""
    return Reply(text=text, drip=seconds)


def raw(body: str) -> Reply:
    """A body of the server's own making, sent as it is."""
    return Reply(raw=body)


def stream(text: str) -> Reply:
    """Server-sent events, whether they were asked for or not."""
    return Reply(text=text, streamed=True, headers={"Content-Type": "text/event-stream"})


class OpenAIServer:
    """Serves on a free port of the loopback until the `with` block ends.

    `respond`: gives the reply to a request body where the script has none left; it is called by several threads.
    """

    def __init__(self, *script: Reply, respond: Callable[[dict[str, Any]], Reply] | None = None) -> None:
        self.requests: list[dict[str, Any]] = []
        self._script = list(script)
        self._respond = respond
        self._served = 0
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                reply = outer._next(body) if self.path.endswith("/chat/completions") else fault(404)
                time.sleep(reply.delay)
                content = _completion(reply, body) if reply.status == 200 else _problem(reply.status)
                if reply.raw is not None:
                    content = reply.raw
                payload = (
                    _events(content) if reply.streamed else content if reply.raw is not None else json.dumps(content)
                ).encode()
                try:
                    self.send_response(reply.status)
                    for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(payload)))
                    self.end_headers()
                    pieces = 20 if reply.drip else 1
                    step = len(payload) // pieces + 1
                    for start in range(0, len(payload), step):
                        time.sleep(reply.drip / pieces)
                        self.wfile.write(payload[start : start + step])
                        self.wfile.flush()
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the client gave up waiting, as a `hang` makes it do

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _next(self, body: dict[str, Any]) -> Reply:
        with self._lock:
            self.requests.append(body)
            served = self._served
            self._served += 1
        if served < len(self._script):
            return self._script[served]
        return self._respond(body) if self._respond else fault(400)


def _completion(reply: Reply, body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text, "refusal": reply.refusal}
    if reply.calls:
        message["tool_calls"] = [
            {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for n, (name, arguments) in enumerate(reply.calls)
        ]
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model", ""),
        "choices": [
            {"index": 0, "message": message, "finish_reason": reply.finish or ("tool_calls" if reply.calls else "stop")}
        ],
        **(
            {"usage": reply.usage or {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}}
            if reply.counts
            else {}
        ),
    }


def _events(completion: dict[str, Any]) -> str:
    text = completion["choices"][0]["message"]["content"]
    chunk = {**completion, "object": "chat.completion.chunk"}
    pieces = [{"index": 0, "delta": {"role": "assistant", "content": part}} for part in text.split()]
    return "".join(f"data: {json.dumps({**chunk, 'choices': [one]})}\n\n" for one in pieces) + "data: [DONE]\n\n"


def _problem(status: int) -> dict[str, Any]:
    return {"error": {"message": "scripted", "type": "scripted", "code": str(status)}}
