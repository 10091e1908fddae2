"""Google Calendar's notifications over HTTP; `services/calendar/push.py` says what they lead to."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from app.api.dependencies import ServicesOf
from app.errors import NotFound

router = APIRouter(tags=["webhooks"])


@router.post(
    "/api/v1/calendar/google/notifications",
    summary="Google Calendar says that it has changed",
    response_class=Response,
    responses={200: {"description": "Taken in"}, 404: {"description": "No channel of ours"}},
)
async def google_notification(
    services: ServicesOf,
    channel: Annotated[str, Header(alias="X-Goog-Channel-ID")] = "",
    token: Annotated[str, Header(alias="X-Goog-Channel-Token")] = "",
) -> Response:
    """Authenticated by the channel's token; the body is empty."""
    if services.push is None or not await services.push.notified(channel, token):
        raise NotFound("There is no such channel")
    return Response()
