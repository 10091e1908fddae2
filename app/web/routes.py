"""All pages, and the files that they need."""

from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.web import acting, calendar, contact, conversations, live, login, review, settings, status
from app.web.render import STATIC

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


def add_files(app: FastAPI) -> None:
    """Serve the stylesheet, the script and the icon. Pages themselves are not compressed: with what somebody searched
    for and the form's token on one page, its length would tell of the token."""
    app.mount("/static", GZipMiddleware(_Files(directory=STATIC), minimum_size=500), name="static")
