"""The values that everything else speaks in: frozen, keyword-only, with timezone-aware times.

A row of the database becomes one of these in `store/store.py` and nowhere else; field names are column names.
"""

from app.models.base import Page, Value
from app.models.conversations import Conversation
from app.models.events import (
    Busy,
    ChangeAction,
    Drift,
    Event,
    EventChange,
    EventDraft,
    EventSource,
    EventStatus,
    Evidence,
)
from app.models.messages import (
    Amendment,
    AmendmentKind,
    ContactAlias,
    DeliveryStatus,
    Direction,
    Handover,
    InboundMessage,
    Media,
    Message,
    Role,
    StatusUpdate,
    Stored,
)
from app.models.tenants import ChannelRow, ModelUsage, NotifySettings, Tenant, TenantSettings

__all__ = [
    "Amendment",
    "AmendmentKind",
    "Busy",
    "ChangeAction",
    "ChannelRow",
    "ContactAlias",
    "Conversation",
    "DeliveryStatus",
    "Direction",
    "Drift",
    "Event",
    "EventChange",
    "EventDraft",
    "EventSource",
    "EventStatus",
    "Evidence",
    "Handover",
    "InboundMessage",
    "Media",
    "Message",
    "ModelUsage",
    "NotifySettings",
    "Page",
    "Role",
    "StatusUpdate",
    "Stored",
    "Tenant",
    "TenantSettings",
    "Value",
]
