"""The envelope of the conversation-sync API: `{"type": "1", "message": …, "data": …}`, errors with `"type": "3"`."""

import json
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, Final, Generic, Literal, TypeVar

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import MEDIA_TYPE, of_error
from app.errors import HiloError

log = structlog.get_logger(__name__)

D = TypeVar("D")


class Envelope(BaseModel, Generic[D]):
    type: Literal["1"] = "1"
    message: str
    data: D


class Refusal(BaseModel):
    type: Literal["3"] = "3"
    message: str = Field(examples=["No active conversation found"])
    data: None = None


def refusal(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(Refusal(message=message).model_dump(), status, headers)


class EnvelopeRoute(APIRoute):
    """Errors of these routes, those of their parameters and keys included, leave in the envelope."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def enveloped(request: Request) -> Response:
            try:
                return await handler(request)
            except HiloError as error:
                if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    log.warning("request failed", error=error.detail, code=error.code)
                headers = of_error(error).headers
                kept = {name: headers[name] for name in ("retry-after", "www-authenticate") if name in headers}
                return refusal(error.status, error.detail, kept)
            except RequestValidationError as error:
                return refusal(HTTPStatus.UNPROCESSABLE_ENTITY, _first(error))
            except HTTPException as error:
                return refusal(error.status_code, str(error.detail), dict(error.headers or {}))

        return enveloped


class EnvelopedProblems:
    """What goes wrong before or beside these routes (no such method, too large a body, an internal error) is a problem
    document when it comes here; it leaves in the envelope too."""

    _PATHS: Final = ("/api/v1/conversations", "/api/v1/whatsapp/lookup/", "/api/v1/whatsapp/agent/")

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._PATHS):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def enveloped(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_problem(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await _of_problem(start, body)(scope, receive, send)

        await self._app(scope, receive, enveloped)


def _is_problem(start: Message) -> bool:
    return MutableHeaders(scope=start).get("content-type", "") == MEDIA_TYPE


def _of_problem(start: Message, body: bytes) -> Response:
    document = json.loads(body)
    headers = MutableHeaders(scope=start)
    kept = {name: value for name, value in headers.items() if name not in ("content-type", "content-length")}
    said = (document["detail"], document.get("instance"))
    return refusal(start["status"], " ".join(one for one in said if one), kept)


def _first(error: RequestValidationError) -> str:
    """Without what was sent: it may be a customer's words."""
    for one in error.errors():
        where = ".".join(str(part) for part in one["loc"])
        return f"{where}: {str(one['msg']).removeprefix('Value error, ')}"
    return "The request is not valid"


_SAYS: Final = {
    400: "The request makes no sense.",
    401: "No key, or one that is not known.",
    403: "The key lacks the scope.",
    404: "There is none that this key may see, or it is not active any more.",
    412: "The version in If-Match has passed.",
    413: "The context is too large, or the whole body is.",
    422: "A parameter or the body is not valid.",
    429: "Too many requests with this key; see Retry-After.",
    503: "The store does not answer; see Retry-After.",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these statuses."""
    found: dict[int | str, dict[str, Any]] = {}
    for status in (400, 401, 403, 404, 422, 429, 503, *statuses):
        found[status] = {"model": Refusal, "description": _SAYS[status]}
    return found
