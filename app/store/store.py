"""The typed store: one method per SQL function, values in and out, over either transport."""

from app.store.batch import BatchStore
from app.store.calendars import CalendarStore
from app.store.events import EventStore
from app.store.handover import HandoverStore
from app.store.imports import ImportStore
from app.store.media import MediaStore
from app.store.messages import MessageStore
from app.store.notifications import NotificationStore
from app.store.outbound import OutboundStore
from app.store.privacy import PrivacyStore
from app.store.reminders import ReminderStore
from app.store.replies import ReplyStore
from app.store.sessions import SessionStore
from app.store.tenants import TenantStore
from app.store.usage import UsageStore
from app.store.web import WebStore


class Store(
    MessageStore,
    OutboundStore,
    MediaStore,
    ReplyStore,
    ReminderStore,
    HandoverStore,
    BatchStore,
    EventStore,
    CalendarStore,
    SessionStore,
    TenantStore,
    ImportStore,
    PrivacyStore,
    NotificationStore,
    UsageStore,
    WebStore,
):
    """Everything that Hilo keeps. Each method is one call, one transaction, safe to repeat.

    Made of its parts, a file for each: messages, media, replies, reminders, handover, batch, events, calendars,
    sessions, tenants, imports, usage, privacy, notifications, web.
    Raises the errors of `Database.call`.
    """
