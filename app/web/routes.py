"""All pages, and the files that they need."""

from typing import Final

from fastapi import APIRouter, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.web import acting, calendar, contact, conversations, live, login, review, settings, status
from app.web.render import STATIC, failed, guarded

ROUTERS: Final[tuple[APIRouter, ...]] = (
    login.router,
    conversations.router,
    review.router,
    calendar.router,
    acting.router,
    contact.router,
    settings.router,
    live.router,
    status.router,
)


class _Files(StaticFiles):
    """An address with its version (`render.static`) never changes its content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200 and b"v=" in scope.get("query_string", b""):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def add_missing_page(app: FastAPI) -> None:
    """An address that does not exist is a page where a browser asks for one; programs get what the API says of it."""
    of_api = app.exception_handlers[HTTPException]

    @app.exception_handler(404)
    async def missing(request: Request, error: HTTPException) -> Response:
        asks_for_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if asks_for_page and not request.url.path.startswith("/api/"):
            return guarded(failed(request, error))
        response: Response = await of_api(request, error)  # type: ignore[misc]
        return response


def add_files(app: FastAPI) -> None:
    """Serve the stylesheet, the script and the icon. Pages themselves are not compressed: with what somebody searched
    for and the form's token on one page, its length would tell of the token."""
    app.mount("/static", GZipMiddleware(_Files(directory=STATIC), minimum_size=500), name="static")
