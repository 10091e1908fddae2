"""No body above the limit is read: 413.

Starlette's own middleware (1.10) answers in plain text, whatever error handlers there are; ours is a problem document.
"""

from collections.abc import Mapping

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import of_error
from app.errors import BodyTooLarge

log = structlog.get_logger(__name__)


class BodyLimit:
    """Reads the whole body before the routes do, which all need all of it: `max_bytes` counts what really comes,
    not only what Content-Length says. `larger`: paths that take more."""

    def __init__(self, app: ASGIApp, *, max_bytes: int, larger: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = max(self._max_bytes, self._larger.get(scope["path"], 0))
        received = await self._read(scope, receive, limit)
        if received is None:
            log.warning("a body was too large", path=scope["path"], max_bytes=limit)
            error = BodyTooLarge(f"The body of the request is larger than {limit} bytes")
            await of_error(error, headers={"Connection": "close"})(scope, receive, send)
            return
        waiting = iter(received)

        async def replay() -> Message:
            return next(waiting, None) or await receive()

        await self._app(scope, replay, send)

    async def _read(self, scope: Scope, receive: Receive, limit: int) -> list[Message] | None:
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            return None
        messages: list[Message] = []
        size = 0
        more = True
        while more:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            if size > limit:
                return None
            more = message["type"] == "http.request" and message.get("more_body", False)
        return messages
