"""Errors as RFC 9457 problem documents. No answer of the API tells of an error in any other form."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import HiloError, Unauthorized

log = structlog.get_logger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
# Seconds after which a repeat makes sense, where nobody knows better: a database restarts within a few.
_RETRY_AFTER: Final = "5"


class FieldError(BaseModel):
    """One thing that is wrong with the request."""

    where: str = Field(description="Which part: `query.limit`, `body.start`.", examples=["query.limit"])
    message: str = Field(description="What is wrong with it.", examples=["Input should be less than or equal to 200"])
    code: str = Field(description="The same in a word.", examples=["less_than_equal"])


class Problem(BaseModel):
    """RFC 9457. `code` is the word to program against; `detail` is for people."""

    type: str = Field(description="Always `about:blank`: `code` says which problem it is.", examples=["about:blank"])
    title: str = Field(description="The HTTP status in words.", examples=["Not Found"])
    status: int = Field(description="The HTTP status.", examples=[404])
    detail: str = Field(
        description="What went wrong, and what can be done.", examples=["There is no such conversation"]
    )
    code: str = Field(description="A stable word for this kind of problem.", examples=["not-found"])
    instance: str | None = Field(
        None, description="Of an internal error: the id under which the log has it.", examples=["urn:uuid:…"]
    )
    errors: list[FieldError] | None = Field(None, description="Of an invalid request: each thing that is wrong.")
    model_config = {"extra": "allow"}


def problem(
    status: int,
    detail: str,
    *,
    code: str,
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> Response:
    """The answer to a request that failed; `extra` are further members."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(content | {"code": code} | extra, status, headers, media_type=MEDIA_TYPE)


def of_error(error: HiloError, *, headers: Mapping[str, str] | None = None) -> Response:
    """What an error of ours becomes: its class says the status, its message the detail."""
    headers = dict(headers or {})
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = 'Bearer realm="Hilo"'
    if error.retry:
        after = getattr(error, "retry_after", None)
        headers["Retry-After"] = str(int(after) + 1) if after else _RETRY_AFTER
    extra: Mapping[str, Any] = getattr(error, "extra", {})
    return problem(error.status, error.detail, code=error.code, headers=headers, **extra)


def add_problem_handlers(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Every error that a route raises becomes a problem document; what nobody expected is left to `ErrorBoundary`."""
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]

    @app.exception_handler(HiloError)
    async def hilo_error(request: Request, error: HiloError) -> Response:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.warning("request failed", error=error.detail, code=error.code)
        return of_error(error)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        detail = _DETAILS.get(status) or str(error.detail)
        headers = dict(error.headers or {})
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            # Starlette names the methods of one route; GET and PATCH of the same address are two.
            methods = {m for r in routes if r.path_regex.match(request.scope["path"]) for m in r.methods or ()}
            headers["Allow"] = ", ".join(sorted(methods)) or headers.get("Allow", "")
        return problem(status, detail, code=status.phrase.lower().replace(" ", "-"), headers=headers)

    @app.exception_handler(RequestValidationError)
    async def validation_error(request: Request, error: RequestValidationError) -> Response:
        errors = [_field_error(one) for one in error.errors()]
        detail = f"{errors[0]['where']}: {errors[0]['message']}" if errors else "The request is not valid"
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, code="invalid", errors=errors)


_DETAILS: Final = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address; /docs lists what there is",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take this method; see the header Allow",
}


def _field_error(error: Mapping[str, Any]) -> dict[str, str]:
    """Without what was sent: it may be a customer's words, and answers get logged."""
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "There is no such field"
    if error["type"] == "union_tag_not_found":
        message = f"{error['ctx']['discriminator'].strip(chr(39))} is missing"
    if error["type"] == "union_tag_invalid":  # the one message of Pydantic's that quotes the input
        message = f"{error['ctx']['discriminator']} should be one of {error['ctx']['expected_tags']}"
    return {"where": ".".join(str(part) for part in error["loc"]), "message": message, "code": str(error["type"])}


class ErrorBoundary:
    """The outermost layer: what nobody expected becomes a 500 with an id that the log has too, and no more."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            instance = uuid4().urn
            log.exception("internal error", instance=instance, error_type=type(error).__name__)
            if started:
                raise
            response = problem(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "Something went wrong here. The log has it under this id.",
                code="internal",
                instance=instance,
            )
            await response(scope, receive, send)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these statuses."""
    return {status: {"description": _DESCRIPTIONS[status]} for status in statuses}


_DESCRIPTIONS: Final[Mapping[int, str]] = {
    400: "The request makes no sense (a cursor of another list, an end before its start).",
    401: "No key, or one that is not known.",
    403: "The key lacks the scope.",
    404: "There is no such thing in this tenant.",
    409: "It cannot be done as things stand; `code` says why.",
    413: "The body is too large.",
    422: "A parameter or the body is not valid; `errors` says where.",
    503: "The store does not answer, or this server cannot work; try again.",
}


def document_problems(document: dict[str, Any]) -> None:
    """Put the one schema of problems into an OpenAPI document, for each answer from 400 up that has no content yet."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    reference = "#/components/schemas/{model}"
    schema = Problem.model_json_schema(ref_template=reference)
    schemas.update(schema.pop("$defs", {}))
    schemas["Problem"] = schema
    content = {MEDIA_TYPE: {"schema": {"$ref": reference.format(model="Problem")}}}
    for operations in document.get("paths", {}).values():
        for method, operation in operations.items():
            if method != "get":  # a body may come with any of these, wanted or not
                operation["responses"].setdefault("413", {"description": _DESCRIPTIONS[413]})
            for status, answer in operation.get("responses", {}).items():
                if status.isdigit() and int(status) >= HTTPStatus.BAD_REQUEST and not _has_own(answer.get("content")):
                    answer["content"] = content


def _has_own(content: Mapping[str, Any] | None) -> bool:
    if not content:
        return False
    references: Sequence[str] = [str(one.get("schema", {}).get("$ref", "")) for one in content.values()]
    return not all(reference.endswith("/HTTPValidationError") for reference in references)
