"""The web application: routes, problem documents, limits. `main` gives it its services."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from fastapi import APIRouter, FastAPI

from app.api import (
    calendar_feed,
    calendar_push,
    conversation_sync,
    notifications,
    operations,
    privacy,
    whatsapp_batch,
    whatsapp_events,
)
from app.api.body_limit import BodyLimit
from app.api.docs_page import add_docs_page
from app.api.operations import RequestTimes
from app.api.problems import ErrorBoundary, add_problem_handlers, document_problems
from app.api.sync_envelope import EnvelopedProblems
from app.version import version

_DESCRIPTION = """
Hilo turns WhatsApp conversations into calendar events.

Every route but webhooks, the calendar feed and the health checks needs a key: `Authorization: Bearer …` or
`X-API-Key: …`. A tenant's key sees that tenant; an administrator's chooses one with `?tenant=` or `X-Hilo-Tenant`.

Lists come in pages, `{"items": […], "next_cursor": …}`. Times are ISO 8601 with offset, in the tenant's time zone; a
time that you send without an offset is read on the tenant's wall clock. Errors are problem documents (RFC 9457).
"""

_ROUTERS = (
    whatsapp_batch.router,
    whatsapp_events.router,
    privacy.router,
    notifications.router,
    conversation_sync.router,
    conversation_sync.health_router,
    calendar_feed.router,
    calendar_push.router,
    operations.router,
)


# Meta sends up to a thousand updates in one POST of up to 3 MB, and would repeat a refused one as it is:
# https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks
_LARGER: Final = {"/api/v1/whatsapp/cloud-api/webhook": 3 * 1024 * 1024}


def create_api(
    *,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
    routers: Sequence[APIRouter] = (),
    max_body_bytes: int = 256 * 1024,
) -> FastAPI:
    """The application with the API's own routes and `routers` (the webhooks).

    The services are looked for in `app.state.services` (`dependencies.Services`) with each request, so that `lifespan`
    can make them.
    """
    app = FastAPI(
        title="Hilo",
        version=version(),
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    every = (*routers, *_ROUTERS)
    add_problem_handlers(app, every)
    for router in every:
        app.include_router(router)
    add_docs_page(app)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit, max_bytes=max_body_bytes, larger=_LARGER)
    app.add_middleware(ErrorBoundary)
    app.add_middleware(EnvelopedProblems)
    app.add_middleware(RequestTimes)
    openapi = app.openapi

    def documented() -> dict[str, Any]:
        if app.openapi_schema is None:
            document_problems(openapi())
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = documented  # type: ignore[method-assign]
    return app
