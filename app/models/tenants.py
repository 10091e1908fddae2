"""A business on this server, what it may set, and its numbers."""

from collections.abc import Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, SecretStr, field_validator

from app.models.base import Value


class NotifySettings(Value):
    """How a tenant's people are told, and of what. `webhook`: an address that gets signed POSTs (`secret` signs them);
    `whatsapp`: the owner's number, in E.164; `email`: an address. `digest_hour`: on the tenant's clock. `off`: kinds
    that are not told. `since`: what happened before is not told."""

    webhook: str | None = None
    secret: SecretStr | None = None
    whatsapp: str | None = None
    email: str | None = None
    digest_hour: int | None = None
    off: tuple[str, ...] = ()
    since: AwareDatetime | None = None


class ModelUsage(Value):
    """What calls of a language model took, as its server counted it."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def plus(self, other: "ModelUsage") -> "ModelUsage":
        return ModelUsage(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


class TenantSettings(Value):
    """What a tenant may set for itself; None takes the server's setting."""

    event_minutes: int | None = None
    conflict_policy: str | None = None
    context_messages: int | None = None
    llm_daily_tokens: int | None = None
    agent_enabled: bool = True
    templates: Mapping[str, str] = Field(default_factory=dict)
    """By provider, the approved template with one variable, the text, that goes out where a plain text may not."""
    confirm_batch_events: bool = False
    """Whether the customer is told of an event that the batch has found."""
    reminder_minutes: tuple[int, ...] = ()
    """How long before an event its reminders are sent."""
    quiet_hours: str | None = None
    """`21:00-08:00` on the tenant's clock: no reminder is sent then."""

    @field_validator("agent_enabled", mode="before")
    @classmethod
    def _unset(cls, value: object) -> object:
        return True if value is None else value

    @field_validator("confirm_batch_events", mode="before")
    @classmethod
    def _unasked(cls, value: object) -> object:
        return False if value is None else value

    @field_validator("templates", mode="before")
    @classmethod
    def _no_templates(cls, value: object) -> object:
        return {} if value is None else value

    @field_validator("reminder_minutes", mode="before")
    @classmethod
    def _no_reminders(cls, value: object) -> object:
        return () if value is None else value

    google_calendar_id: str | None = None
    retention_days: int | None = None
    """Days that messages and past events are kept; None: for ever."""
    notify: NotifySettings | None = None
    working_hours: str | None = None
    """As `app.working_hours` reads them."""


class Tenant(Value):
    id: UUID
    slug: str
    name: str
    timezone: str
    locale: str
    settings: TenantSettings = Field(default_factory=TenantSettings)
    feed_token: str | None = None
    created_at: AwareDatetime | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class ChannelRow(Value):
    """A number (or inbox) of a tenant: messages to `address` at `provider` are that tenant's."""

    id: UUID
    tenant_id: UUID
    provider: str
    address: str
    bot_id: str | None = None
    local_id: str | None = None
    credentials_ref: str | None = None
    enabled: bool = True
