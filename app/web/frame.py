"""What stands around every page: who looks at what, what waits, what is wrong."""

import asyncio
import json
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from app.services.live import Watch
from app.services.notifying.notices import Severity
from app.web.render import PageRoute, page
from app.web.session import Visitor

_ANY: Final = Watch()


def pages() -> APIRouter:
    return APIRouter(route_class=PageRoute, include_in_schema=False)


async def framed(
    visitor: Visitor, template: str, *, at: str, watch: Watch | None = _ANY, status: int = 200, **values: Any
) -> Response:
    """A page inside the frame. `at` names the part of the navigation that it belongs to. `watch` is what it follows
    beside what concerns every page (None: nothing, as it cannot be asked for again): the marks of now stand in it, so
    that nothing is missed until its stream begins."""
    request, web = visitor.request, visitor.web
    (counts, notices), marks = await asyncio.gather(
        web.notices.of(visitor.tenant, whole=visitor.sees_all),
        web.live.marks(visitor.tenant, watch) if watch else _nothing(),
    )
    tenants = await web.access.visible(visitor.caller)
    said = request.query_params.get("said", "")
    return page(
        template,
        visitor.language,
        status=status,
        visitor=visitor,
        tenant=visitor.tenant,
        zone=visitor.tenant.zone,
        url=visitor.url,
        csrf=visitor.csrf,
        at=at,
        watch=_stream(visitor, watch) if watch else "",
        marks=json.dumps(dict(marks)),
        counts=counts,
        notices=notices,
        urgent=[notice for notice in notices if notice.severity is Severity.URGENT],
        tenants=tenants if len(tenants) > 1 else (),
        here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        said=visitor.language.say(f"said.{said}") if visitor.language.knows(f"said.{said}") else None,
        **values,
    )


def _stream(visitor: Visitor, watch: Watch) -> str:
    since = watch.since and watch.since.isoformat()
    until = watch.until and watch.until.isoformat()
    return visitor.url("/live", conversation=watch.conversation, **{"from": since, "to": until})


async def _nothing() -> dict[str, str]:
    return {}
