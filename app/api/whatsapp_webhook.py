"""The providers' webhooks over HTTP; `services/webhooks.py` says what happens to them."""

from fastapi import APIRouter, Request, Response

from app.services.webhooks import HttpRequest, WebhookService

router = APIRouter(tags=["webhooks"])


@router.post(
    "/api/v1/whatsapp/webhook",
    summary="Twilio's webhook",
    response_class=Response,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}},
        }
    },
    responses={
        200: {"content": {"application/xml": {"example": "<Response/>"}}, "description": "Stored. TwiML"},
        400: {"description": "Not a form of Twilio's"},
        403: {"description": "The signature does not match"},
        413: {"description": "The body is too large"},
        503: {"description": "The store is down: nothing was kept, send it again"},
    },
)
async def twilio_webhook(request: Request) -> Response:
    """Messages and delivery reports as Twilio posts them: form-encoded, signed. Answers TwiML."""
    return await _receive("twilio", request)


async def _receive(provider: str, request: Request) -> Response:
    service: WebhookService = request.app.state.webhooks
    path = request.scope.get("raw_path") or request.scope["path"].encode()
    query = request.scope.get("query_string", b"")
    body, media_type = await service.receive(
        provider,
        HttpRequest(
            target=(path + b"?" + query if query else path).decode("latin-1"),
            scheme=request.scope["scheme"],
            headers={name.lower(): value for name, value in request.headers.items()},
            client=request.client.host if request.client else None,
            body=await request.body(),
        ),
    )
    return Response(body, media_type=media_type)
