"""For whoever runs the server: does it live, can it work, what has it done, whose is it."""

import time
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.auth import RESPONSES, Administering
from app.api.dependencies import ServicesOf
from app.api.problems import problems
from app.api.schemas import ChannelOut, TenantOut
from app.errors import Forbidden, StoreError
from app.services import metrics
from app.services.health import Finding, Level
from app.version import commit, version

router = APIRouter(tags=["operations"])

_KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})


class Alive(BaseModel):
    status: Literal["ok"] = "ok"
    version: str = Field(examples=["0.1.0"])
    commit: str


class Readiness(BaseModel):
    status: Literal["ok", "degraded", "failing"] = Field(
        description="degraded: something is wrong, but messages are taken. failing: they cannot be taken."
    )
    findings: list[Finding] = Field(description="What is wrong.")
    version: str
    commit: str


@router.get("/healthz", summary="Does the process live")
async def healthz() -> Alive:
    """Asks nothing of anybody: a database that is away is no reason to kill the process."""
    return Alive(version=version(), commit=commit())


@router.get(
    "/readyz",
    summary="Can it work, and what is wrong",
    responses={503: {"model": Readiness, "description": "It cannot take messages; `findings` says why."}},
)
async def readyz(
    services: ServicesOf,
    response: Response,
    strict: Annotated[bool, Query(description="For monitoring: 503 also when degraded.")] = False,
) -> Readiness:
    """503 only for what keeps webhooks from being stored. What merely waits for a person (parked conversations, late
    answers, a disconnected calendar) is told with 200: taking a server out of service for it would lose messages."""
    findings = await services.health.findings()
    failing = any(finding.level is Level.ERROR for finding in findings)
    if failing or (strict and findings):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    status: Literal["ok", "degraded", "failing"] = "failing" if failing else "degraded" if findings else "ok"
    return Readiness(status=status, findings=findings, version=version(), commit=commit())


@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus' text format."},
        **problems(401, 403, 503),
    },
)
async def get_metrics(services: ServicesOf, caller: Administering) -> Response:
    """Counts over all tenants: an administrator's key is needed."""
    if caller.tenant is not None:
        raise Forbidden("Metrics count all tenants: an administrator's key is needed")
    try:
        status = await services.health.status()
    except StoreError:
        status = None
    return Response(metrics.exposition(status), media_type=metrics.CONTENT_TYPE)


@router.get("/api/v1/tenants", summary="Tenants and their channels", responses=RESPONSES)
async def list_tenants(services: ServicesOf, caller: Administering) -> list[TenantOut]:
    """All for an administrator; for a tenant's own key with the scope `admin`, itself."""
    return [
        TenantOut(
            id=tenant.id,
            slug=tenant.slug,
            name=tenant.name,
            timezone=tenant.timezone,
            locale=tenant.locale,
            channels=[ChannelOut.of(channel, tenant.zone) for channel in tenant.channels],
            feed_path=f"/api/v1/calendar.ics?token={tenant.feed_token}",
        )
        for tenant in await services.access.tenants(caller)
    ]


class RequestTimes:
    """Durations by the route's template: a raw path holds phone numbers, and makes a series of every visitor."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = "499"  # nothing was answered: the client went away

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        started = time.perf_counter()
        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", None) or "unmatched"
            method = scope["method"] if scope["method"] in _KNOWN_METHODS else "other"
            metrics.HTTP_SECONDS.labels(method, route, status).observe(time.perf_counter() - started)
