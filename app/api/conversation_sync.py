"""The conversation-sync API, for agents outside Hilo. Its names are camelCase, its answers come in an envelope."""

import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel

from app.api.auth import needs
from app.api.dependencies import ServicesOf, get_services
from app.api.sync_envelope import Envelope, EnvelopeRoute, Refusal, refusal, refusals
from app.errors import InvalidRequest
from app.models import Role
from app.services.access import Caller, Scope
from app.services.conversation_sync import Session
from app.services.health import Level
from app.version import version

router = APIRouter(prefix="/api/v1", tags=["conversation sync"], route_class=EnvelopeRoute, responses=refusals())
health_router = APIRouter(tags=["conversation sync"], route_class=EnvelopeRoute)

Text = Annotated[str, Field(min_length=1, max_length=200)]
Object = dict[str, Any]


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True)


# -- what is answered --------------------------------------------------------------------------------------------------


class TenantFound(Camel):
    sub_domain: str = Field(description="The tenant.", examples=["la-trattoria"])
    bot_id: str
    session_id: str = Field(examples=["bot1_51999999999_1764950000000_1f2e3d4c"])
    is_active: bool
    local_id: str | None
    expires_at: datetime

    @classmethod
    def of(cls, s: Session) -> Self:
        return cls(
            sub_domain=s.sub_domain,
            bot_id=s.bot_id,
            session_id=s.id,
            is_active=s.is_active,
            local_id=s.local_id,
            expires_at=s.expires_at.astimezone(s.zone),
        )


class State(Camel):
    """`context` is what agents synced, with `previousMessages` and `lastUserMessage` as they are stored and `orderIds`
    as they were linked."""

    session_id: str
    user_id: str = Field(description="The digits of the phone.")
    user_phone: str = Field(description="The phone as it came.")
    bot_id: str
    local_id: str | None
    sub_domain: str
    current_intent: str | None
    current_step: str | None
    previous_intent: str | None
    previous_step: str | None
    context: Object
    metadata: Object
    is_active: bool
    version: int = Field(description="Grows with each change of the state; also the ETag, for If-Match.")
    last_activity: datetime
    expires_at: datetime
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, s: Session) -> Self:
        return cls(
            session_id=s.id,
            user_id=s.phone,
            user_phone=s.user_phone,
            bot_id=s.bot_id,
            local_id=s.local_id,
            sub_domain=s.sub_domain,
            current_intent=s.current_intent,
            current_step=s.current_step,
            previous_intent=s.previous_intent,
            previous_step=s.previous_step,
            context=shown_context(s),
            metadata=dict(s.metadata),
            is_active=s.is_active,
            version=s.version,
            last_activity=s.last_activity.astimezone(s.zone),
            expires_at=s.expires_at.astimezone(s.zone),
            created_at=s.created_at.astimezone(s.zone),
            updated_at=s.updated_at.astimezone(s.zone),
        )


class MessageAdded(Camel):
    session_id: str
    context: Object

    @classmethod
    def of(cls, s: Session) -> Self:
        return cls(session_id=s.id, context=shown_context(s))


def shown_context(s: Session) -> Object:
    shown: Object = {"selectedItems": [], "orderTotal": 0, "lastUserMessage": None} | dict(s.context)
    if s.last_user_message is not None:
        shown["lastUserMessage"] = s.last_user_message
    if s.order_ids:
        shown |= {"orderId": s.order_ids[-1]}
    return shown | {
        "orderIds": list(s.order_ids),
        "previousMessages": [
            {"role": m.role.value, "content": m.content, "timestamp": m.timestamp.astimezone(s.zone).isoformat()}
            for m in s.messages
        ],
    }


# -- what is taken -----------------------------------------------------------------------------------------------------


def _checked_metadata(value: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if value and not isinstance(value.get("hiloReplies", True), bool):
        raise ValueError("hiloReplies should be true or false")
    return value


class SyncIn(Camel):
    intent: Text | None = None
    step: Text | None = None
    context: Object | None = Field(None, description="Its keys replace those of the same name; the others stay.")
    metadata: Object | None = Field(
        None,
        description="Merged as context is. `hiloReplies: false` keeps Hilo's own agent silent in this conversation.",
    )
    is_active: bool | None = Field(None, description="False closes the conversation; a new message opens the next.")

    _checked = field_validator("metadata")(_checked_metadata)


class MessageIn(Camel):
    role: Literal["user", "bot"]
    content: str = Field(min_length=1, max_length=16_000)
    id: Text | None = Field(None, description="The provider's or your own: a second post of the same id adds nothing.")
    timestamp: AwareDatetime | None = Field(None, description="With offset. Without it: now, after all that is there.")
    sub_domain: Text | None = Field(None, description="The tenant, if you want it checked.")


class CreateIn(Camel):
    user_phone: str = Field(min_length=6, max_length=40, examples=["+51999999999"])
    sub_domain: Text | None = Field(None, description="The tenant. A tenant's own key needs none.")
    local_id: Text | None = None
    bot_id: Text | None = Field(None, description="Else the channel's, else the tenant's name.")
    metadata: Object | None = None

    _checked = field_validator("metadata")(_checked_metadata)


class IntentIn(Camel):
    intent: Text
    step: Text | None = None


class ContextIn(Camel):
    context: Object


class OrderIn(Camel):
    order_id: Text = Field(validation_alias=AliasChoices("orderId", "order_id"), serialization_alias="orderId")
    sub_domain: Text | None = None


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
    ),
]
SessionId = Annotated[str, Path(alias="sessionId", min_length=1, max_length=300)]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", max_length=40, description="The `version` (ETag) that you looked at, or *.")
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


class HealthData(Camel):
    status: Literal["ok"] = "ok"
    version: str


@health_router.get("/health", summary="For clients: can it take messages", responses={503: {"model": Refusal}})
@health_router.get("/api/v1/whatsapp/health", summary="The same", responses={503: {"model": Refusal}})
async def health(services: ServicesOf) -> Envelope[HealthData]:
    findings = await services.health.findings()
    if any(finding.level is Level.ERROR for finding in findings):
        return refusal(HTTPStatus.SERVICE_UNAVAILABLE, "The store does not answer", {"Retry-After": "5"})  # type: ignore[return-value]
    return Envelope(message="Service is healthy", data=HealthData(version=version()))
