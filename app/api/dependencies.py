"""What the routes are given. `main` builds a `Services` and puts it at `app.state.services`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.services.access import Access
from app.services.calendar.feed import CalendarFeed
from app.services.calendar.push import CalendarPush
from app.services.conversation_sync import ConversationSync, KeyLimit
from app.services.event_review import EventReview
from app.services.health import Health
from app.services.inbox import Inbox
from app.services.notifying.notifications import Notifications
from app.services.privacy import Privacy


@dataclass(frozen=True, kw_only=True)
class Services:
    access: Access
    inbox: Inbox
    review: EventReview
    feed: CalendarFeed
    health: Health
    sync: ConversationSync
    sync_limit: KeyLimit
    privacy: Privacy
    notifications: Notifications
    push: CalendarPush | None = None


async def get_services(request: Request) -> Services:
    """Async, or FastAPI would run it in a thread: a fifth of the time of a look-up."""
    services: Services = request.app.state.services
    return services


ServicesOf = Annotated[Services, Depends(get_services)]
