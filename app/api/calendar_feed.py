"""The calendar feed over HTTP: an address that any calendar program subscribes to."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from app.api.dependencies import ServicesOf
from app.api.problems import problems
from app.errors import NotFound

router = APIRouter(tags=["calendar"])

_PATH = "/api/v1/calendar.ics"
_MEDIA_TYPE = "text/calendar; charset=utf-8"
_UNKNOWN = "There is no calendar feed at this address"


@router.head(_PATH, include_in_schema=False)
@router.get(
    _PATH,
    summary="A tenant's calendar feed (iCalendar)",
    response_class=Response,
    responses={
        200: {
            "description": "Confirmed events and cancelled ones, from 90 days back on.",
            "content": {"text/calendar": {"schema": {"type": "string"}}},
            "headers": {"ETag": {"schema": {"type": "string"}, "description": "Changes when an event does."}},
        },
        304: {"description": "Nothing has changed since the ETag in If-None-Match."},
        **problems(404, 503),
    },
)
async def calendar_feed(
    request: Request,
    services: ServicesOf,
    token: Annotated[str, Query(description="The tenant's secret; needs no key.")] = "",
    if_none_match: Annotated[str | None, Header(description="ETag of the copy that you have.")] = None,
) -> Response:
    """Whoever has the token reads the feed. A wrong one, or none, is answered like an address that does not exist."""
    try:
        feed = await services.feed.read(token)
    except NotFound:
        raise NotFound(_UNKNOWN) from None
    headers = {"ETag": feed.etag, "Cache-Control": "private, max-age=300"}
    if if_none_match and _matches(if_none_match, feed.etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="hilo.ics"'
    return Response(feed.body, media_type=_MEDIA_TYPE, headers=headers)


def _matches(header: str, etag: str) -> bool:
    """Weakly (RFC 9110 section 13.1.2): proxies that compress make an ETag weak."""
    return header.strip() == "*" or any(one.strip().removeprefix("W/") == etag for one in header.split(","))
