"""Templates into answers, and the headers that every page carries."""

import hashlib
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.errors import HiloError, InvalidRequest, Unauthorized
from app.web.bodies import lit
from app.web.language import LANGUAGES, Language, choose
from app.web.shown import counted, made, named, preview

log = structlog.get_logger(__name__)

_HERE: Final = Path(__file__).parent
STATIC: Final = _HERE / "static"
# Nothing but our own files: no script or style inside a page, no other origin, no frame around it.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


def _stamps() -> dict[str, str]:
    """Each static file's address, which changes with its content: browsers may keep it for ever."""
    return {
        file.name: f"/static/{file.name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:10]}"
        for file in STATIC.iterdir()
        if file.is_file()
    }


_FILES: Final = _stamps()


_templates = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.update(static=_FILES.__getitem__)
_templates.filters.update(lit=lit, preview=preview, named=named, counted=counted, made=made)


def page(template: str, language: Language, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page out of a template; `t` in it says words, `values` are what it shows."""
    now = datetime.now(UTC)
    text = _templates.get_template(template).render(
        lang=language, t=language.say, now=now, languages=LANGUAGES, **values
    )
    return HTMLResponse(text, status)


def trusted(markup: str) -> Markup:
    """Markup of our own making (a chart, a QR code), which holds nothing that anybody sent."""
    return Markup(markup)  # noqa: S704


class Unusable(InvalidRequest):
    """A form that cannot be taken; `words` names the text that says why."""

    def __init__(self, words: str) -> None:
        super().__init__(LANGUAGES["en"].say(words))
        self.words = words


class PageRoute(APIRoute):
    """A page's route: its errors are pages, and every answer carries the headers above."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                response = await handle(request)
            except (HiloError, RequestValidationError, HTTPException) as error:
                response = failed(request, error)
            return guarded(response)

        return answer


def guarded(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _looked_at(request: Request) -> str | None:
    """The page that somebody is on: of a form, the one that it stood on, if the browser says it."""
    if request.method == "GET":
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    from_ = urlsplit(request.headers.get("referer", ""))
    if from_.netloc != request.headers.get("host"):
        return None
    return from_.path + (f"?{from_.query}" if from_.query else "")


def failed(request: Request, error: Exception) -> Response:
    """The page that says what went wrong; without a login it leads there."""
    here = _looked_at(request)
    if isinstance(error, Unauthorized) and here and "text/html" in request.headers.get("accept", ""):
        back = "" if here == "/" else f"?next={quote(here, safe='')}"
        return RedirectResponse(f"/login{back}", HTTPStatus.SEE_OTHER)
    status, detail = HTTPStatus.NOT_FOUND, ""
    if isinstance(error, HiloError):
        status, detail = HTTPStatus(error.status), error.detail
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.warning("page failed", error=detail, code=error.code)
    elif isinstance(error, HTTPException):
        status = HTTPStatus(error.status_code)
    language = choose(request)
    words = f"error.{status.value}"
    if isinstance(error, Unusable):
        detail = language.say(error.words)
    elif language.code != "en":  # the reason of an error is for developers, and English
        detail = language.say("error.hint") if status is HTTPStatus.BAD_REQUEST else ""
    return page(
        "error.html",
        language,
        status=status.value,
        title=language.say(words if language.knows(words) else "error.other"),
        detail=detail,
        code=status.value,
    )
