"""What the conversation-sync API takes and answers: camelCase, as agents in TypeScript write it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel

from app.services.conversation_sync import Session

Text = Annotated[str, Field(min_length=1, max_length=200)]
_DEEPEST: Final = 64  # levels; what walks through a state calls itself for each


def _not_too_deep(value: dict[str, Any]) -> dict[str, Any]:
    level: list[Any] = [value]
    for _ in range(_DEEPEST):
        level = [
            item
            for one in level
            for item in (one.values() if isinstance(one, dict) else one)
            if isinstance(item, dict | list)
        ]
        if not level:
            return value
    raise ValueError(f"should be nested at most {_DEEPEST} levels deep")


Object = Annotated[dict[str, Any], AfterValidator(_not_too_deep)]


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


class HealthData(Camel):
    status: Literal["ok"] = "ok"
    version: str


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
