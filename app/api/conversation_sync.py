"""The conversation-sync API, for agents outside Hilo. Its names are camelCase, its answers come in an envelope."""

import re
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from app.api.auth import needs
from app.api.dependencies import ServicesOf, get_services
from app.api.sync_envelope import Envelope, EnvelopeRoute, Refusal, refusal, refusals
from app.api.sync_schemas import (
    ContextIn,
    CreateIn,
    HealthData,
    IntentIn,
    MessageAdded,
    MessageIn,
    OrderIn,
    State,
    SyncIn,
    TenantFound,
)
from app.errors import InvalidRequest
from app.models import Role
from app.services.access import Caller, Scope
from app.services.conversation_sync import Session
from app.services.health import Level
from app.version import version

router = APIRouter(prefix="/api/v1", tags=["conversation sync"], route_class=EnvelopeRoute, responses=refusals())
health_router = APIRouter(tags=["conversation sync"], route_class=EnvelopeRoute)

# -- who, and how often ------------------------------------------------------------------------------------------------


def _limited(scope: Scope) -> Any:
    async def counted(request: Request, who: Annotated[Caller, Depends(needs(scope))]) -> Caller:
        await (await get_services(request)).sync_limit.count(who)
        return who

    return Depends(counted)


Reads = Annotated[Caller, _limited(Scope.READ)]
Writes = Annotated[Caller, _limited(Scope.WRITE)]
Slug = Annotated[
    str | None, Query(alias="tenant", max_length=63, description="With an administrator's key: this tenant's alone.")
]
Phone = Annotated[
    str,
    Path(
        alias="phoneNumber",
        min_length=6,
        max_length=60,
        description="+51999999999, 51999999999 or whatsapp:+51999999999, URL-encoded or not.",
        json_schema_extra={"pattern": r"^(whatsapp:)?\+?[1-9][0-9]{6,14}$"},
    ),
]
SessionId = Annotated[str, Path(alias="sessionId", min_length=1, max_length=300)]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=40,
        description="The `version` (ETag) that you looked at, or *.",
        json_schema_extra={"pattern": r'^("?[0-9]{1,18}"?|\*)$'},
    ),
]
IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", max_length=200, description="Names this post where the message has no id."),
]


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() in ("*", ""):
        return None
    found = re.fullmatch(r'(?:W/)?"?([0-9]{1,18})"?', if_match.strip())
    if found is None:
        raise InvalidRequest("If-Match should be a version, as the ETag of the conversation says it")
    return int(found[1])


def _state(response: Response, s: Session, message: str) -> Envelope[State]:
    response.headers["ETag"] = f'"{s.version}"'
    return Envelope(message=message, data=State.of(s))


# -- routes ------------------------------------------------------------------------------------------------------------


@router.get("/whatsapp/lookup/tenant/{phoneNumber}", summary="Whose customer is this phone")
async def lookup_tenant(
    services: ServicesOf, caller: Reads, *, phone: Phone, tenant: Slug = None
) -> Envelope[TenantFound]:
    """The newest active conversation of the phone among the tenants of this key."""
    found = await services.sync.find(caller, phone, slug=tenant, messages=False)
    return Envelope(message="Tenant information retrieved successfully", data=TenantFound.of(found))


@router.get("/whatsapp/lookup/conversation/{phoneNumber}", summary="The state of a phone's conversation")
async def lookup_conversation(
    services: ServicesOf,
    caller: Reads,
    *,
    response: Response,
    phone: Phone,
    bot_id: Annotated[str | None, Query(alias="botId", max_length=200)] = None,
    tenant: Slug = None,
) -> Envelope[State]:
    found = await services.sync.find(caller, phone, bot_id=bot_id or None, slug=tenant)
    return _state(response, found, "Conversation retrieved successfully")


@router.put(
    "/whatsapp/agent/conversations/{sessionId}/sync", summary="Merge an agent's state", responses=refusals(412, 413)
)
async def sync_conversation(
    services: ServicesOf,
    caller: Writes,
    *,
    response: Response,
    session: SessionId,
    state: SyncIn,
    if_match: IfMatch = None,
    tenant: Slug = None,
) -> Envelope[State]:
    """Each member is optional. The previous intent and step follow. Concurrent syncs are merged one after another; with
    If-Match one that is based on an older state is refused."""
    done = await services.sync.sync(
        caller,
        session,
        intent=state.intent,
        step=state.step,
        context=state.context,
        metadata=state.metadata,
        is_active=state.is_active,
        if_version=_version(if_match),
        slug=tenant,
    )
    return _state(response, done, "Conversation synced successfully from agent")


@router.post(
    "/whatsapp/agent/conversations/{sessionId}/messages", summary="Add an agent's message", responses=refusals(413)
)
async def add_agent_message(
    services: ServicesOf,
    caller: Writes,
    *,
    session: SessionId,
    message: MessageIn,
    idempotency_key: IdempotencyKey = None,
    tenant: Slug = None,
) -> Envelope[MessageAdded]:
    """A `user` message without an id that a webhook has brought in the last 10 minutes is that message."""
    done = await _add(services, caller, session, message, key=idempotency_key, tenant=tenant)
    return Envelope(message="Message added successfully", data=MessageAdded.of(done))


@router.post("/conversations", summary="Begin a conversation", status_code=HTTPStatus.CREATED, responses=refusals(413))
async def create_conversation(
    services: ServicesOf, caller: Writes, *, response: Response, wanted: CreateIn, tenant: Slug = None
) -> Envelope[State]:
    """An active one of the same phone and bot is returned as it is, so that a repeat makes no second."""
    made = await services.sync.create(
        caller,
        wanted.user_phone,
        slug=wanted.sub_domain or tenant,
        bot_id=wanted.bot_id,
        local_id=wanted.local_id,
        metadata=wanted.metadata,
    )
    return _state(response, made, "Conversation created successfully")


@router.get("/conversations/{sessionId}", summary="A conversation by its id")
async def read_conversation(
    services: ServicesOf, caller: Reads, *, response: Response, session: SessionId, tenant: Slug = None
) -> Envelope[State]:
    """Also one that is closed or has expired: isActive is false then."""
    found = await services.sync.get(caller, session, slug=tenant)
    return _state(response, found, "Conversation retrieved successfully")


@router.patch("/conversations/{sessionId}/intent", summary="Set intent and step", responses=refusals(412, 413))
async def update_intent(
    services: ServicesOf,
    caller: Writes,
    *,
    response: Response,
    session: SessionId,
    wanted: IntentIn,
    if_match: IfMatch = None,
    tenant: Slug = None,
) -> Envelope[State]:
    done = await services.sync.sync(
        caller, session, intent=wanted.intent, step=wanted.step, if_version=_version(if_match), slug=tenant
    )
    return _state(response, done, "Intent updated successfully")


@router.patch("/conversations/{sessionId}/context", summary="Merge into the context", responses=refusals(412, 413))
async def update_context(
    services: ServicesOf,
    caller: Writes,
    *,
    response: Response,
    session: SessionId,
    wanted: ContextIn,
    if_match: IfMatch = None,
    tenant: Slug = None,
) -> Envelope[State]:
    done = await services.sync.sync(caller, session, context=wanted.context, if_version=_version(if_match), slug=tenant)
    return _state(response, done, "Context updated successfully")


@router.post("/conversations/{sessionId}/messages", summary="Add a message", responses=refusals(413))
async def add_message(
    services: ServicesOf,
    caller: Writes,
    *,
    session: SessionId,
    message: MessageIn,
    idempotency_key: IdempotencyKey = None,
    tenant: Slug = None,
) -> Envelope[MessageAdded]:
    """As `…/agent/conversations/{sessionId}/messages`."""
    done = await _add(services, caller, session, message, key=idempotency_key, tenant=tenant)
    return Envelope(message="Message added successfully", data=MessageAdded.of(done))


@router.post("/conversations/{sessionId}/orders", summary="Link an order", responses=refusals(413))
async def link_order(
    services: ServicesOf, caller: Writes, *, response: Response, session: SessionId, order: OrderIn, tenant: Slug = None
) -> Envelope[State]:
    """Once, however often it is said: `context.orderIds`."""
    done = await services.sync.link_order(caller, session, order.order_id, slug=order.sub_domain or tenant)
    return _state(response, done, "Order linked successfully")


async def _add(
    services: ServicesOf, caller: Caller, session: str, message: MessageIn, *, key: str | None, tenant: str | None
) -> Session:
    return await services.sync.add_message(
        caller,
        session,
        Role(message.role),
        message.content,
        message_id=message.id,
        key=key,
        sent_at=message.timestamp,
        slug=message.sub_domain or tenant,
    )


@health_router.get("/health", summary="For clients: can it take messages", responses={503: {"model": Refusal}})
@health_router.get("/api/v1/whatsapp/health", summary="The same", responses={503: {"model": Refusal}})
async def health(services: ServicesOf) -> Envelope[HealthData]:
    findings = await services.health.findings()
    if any(finding.level is Level.ERROR for finding in findings):
        return refusal(HTTPStatus.SERVICE_UNAVAILABLE, "The store does not answer", {"Retry-After": "5"})  # type: ignore[return-value]
    return Envelope(message="Service is healthy", data=HealthData(version=version()))
