"""The providers' webhooks over HTTP; `services/webhooks.py` says what happens to them."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.services.webhooks import HttpRequest, WebhookService

router = APIRouter(tags=["webhooks"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not what this provider sends"},
    403: {"description": "The signature does not match"},
    413: {"description": "The body is too large"},
    503: {"description": "The store is down: not all was kept, send it again"},
}
_STORED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"example": "OK"}}, "description": "Stored"}
}
_JSON = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}


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
        **_REFUSALS,
    },
)
async def twilio_webhook(request: Request) -> Response:
    """Messages and delivery reports as Twilio posts them: form-encoded, signed. Answers TwiML."""
    return await _receive("twilio", request)


@router.get(
    "/api/v1/whatsapp/cloud-api/webhook",
    summary="Meta's check of the webhook's address",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"example": "1158201444"}}, "description": "hub.challenge"},
        403: {"description": "Another hub.verify_token than META_VERIFY_TOKEN"},
    },
)
async def cloud_api_challenge(request: Request) -> Response:
    """Echoes `hub.challenge` when `hub.verify_token` is ours."""
    service: WebhookService = request.app.state.webhooks
    return Response(service.challenge("cloud_api", request.query_params), media_type="text/plain")


@router.post(
    "/api/v1/whatsapp/cloud-api/webhook",
    summary="Webhook of Meta's Cloud API",
    response_class=Response,
    openapi_extra=_JSON,
    responses={**_STORED, **_REFUSALS},
)
async def cloud_api_webhook(request: Request) -> Response:
    """Messages, echoes and statuses as Meta posts them: many in one request, signed over the raw bytes."""
    return await _receive("cloud_api", request)


@router.post(
    "/api/v1/whatsapp/waha/webhook",
    summary="WAHA's webhook",
    response_class=Response,
    openapi_extra=_JSON,
    responses={**_STORED, **_REFUSALS},
)
async def waha_webhook(request: Request) -> Response:
    """Events of a WAHA session, signed with HMAC-SHA512."""
    return await _receive("waha", request)


@router.post(
    "/api/v1/whatsapp/chatwoot/webhook/{token}",
    summary="Chatwoot's webhook",
    response_class=Response,
    openapi_extra=_JSON,
    responses={**_STORED, **_REFUSALS},
)
@router.post("/api/v1/whatsapp/chatwoot/webhook/{token}/", response_class=Response, include_in_schema=False)
@router.post("/api/v1/whatsapp/chatwoot/webhook", response_class=Response, include_in_schema=False)
async def chatwoot_webhook(request: Request, token: str = "") -> Response:
    """Events of a Chatwoot account, inbox or agent bot. The path's secret end is checked, and the signature of
    installations that sign."""
    del token  # the channel reads it from the URL, beside the signature
    return await _receive("chatwoot", request)


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
