"""What stands around every page: who looks at what, what waits, what is wrong."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from app.services.notices import Severity
from app.web.render import PageRoute, page
from app.web.session import Visitor


def pages() -> APIRouter:
    return APIRouter(route_class=PageRoute, include_in_schema=False)


async def framed(visitor: Visitor, template: str, *, at: str, status: int = 200, **values: Any) -> Response:
    """A page inside the frame. `at` names the part of the navigation that it belongs to."""
    request, web = visitor.request, visitor.web
    counts, notices = await web.notices.of(visitor.tenant)
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
        counts=counts,
        notices=notices,
        urgent=[notice for notice in notices if notice.severity is Severity.URGENT],
        tenants=tenants if len(tenants) > 1 else (),
        here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        said=visitor.language.say(f"said.{said}") if visitor.language.knows(f"said.{said}") else None,
        **values,
    )
