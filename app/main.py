"""The composition root of the server: an app whose routes use what runs beside them."""

import contextlib
import gc
from collections.abc import AsyncIterator

from fastapi import FastAPI

from app.api import whatsapp_webhook
from app.api.application import create_api
from app.api.dependencies import Services
from app.build import (
    open_store,
)
from app.commands import checks
from app.logs import configure_logging
from app.runtime import Runtime
from app.services.access import Access, server_key
from app.services.calendar.feed import CalendarFeed
from app.services.conversation_sync import ConversationSync, KeyLimit, SyncPolicy
from app.services.event_review import EventReview
from app.services.health import Health
from app.services.inbox import Inbox
from app.services.notifying.notices import Notices
from app.services.notifying.notifications import Notifications
from app.services.sign_in import SignIn
from app.services.webhooks import WebhookService
from app.settings import Settings, load_settings
from app.web import routes
from app.web.dependencies import Web


def create_app(settings: Settings | None = None) -> FastAPI:
    """The server. Without an argument it reads the settings itself (that is how several worker processes start)."""
    settings = settings or load_settings()
    configure_logging(format=settings.log_format, level=settings.log_level, secrets=settings.secret_values())

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_store(settings, serving=True) as store:
            runtime = Runtime(settings, store)
            fill(app, runtime)
            await runtime.start()
            # What was imported stays: each walk through it (200,000 objects) held up all requests for 0.13 s.
            gc.collect()
            gc.freeze()
            try:
                yield
            finally:
                await runtime.stop()

    app = create_api(
        lifespan=lifespan,
        routers=[whatsapp_webhook.router, *routes.ROUTERS],
        max_body_bytes=settings.max_body_kb * 1024,
    )
    routes.add_files(app)
    routes.add_missing_page(app)
    return app


def fill(app: FastAPI, runtime: Runtime) -> None:
    """Give the routes what they need."""
    settings = runtime.settings
    app.state.webhooks = WebhookService(
        runtime.channels,
        runtime.conversations,
        runtime.store,
        replies=runtime.replies.wake,
        handovers=runtime.handover.wake,
        public_base_url=settings.public_base_url,
        trusted_proxies=settings.trusted_proxies,
        twiml_wait=settings.twiml_wait_seconds,
    )
    key = settings.api_key.get_secret_value() if settings.api_key else None
    access = Access(runtime.store, server_key=server_key(settings.data_dir, key))
    inbox = Inbox(
        runtime.store,
        runtime.channels,
        runtime.batch,
        wake_replies=runtime.replies.wake.nudge,
        wake_delivery=runtime.delivery.wake.nudge,
        wake_handover=runtime.handover.wake.nudge,
    )
    review = EventReview(
        runtime.store,
        event_minutes=settings.event_minutes,
        wake_publisher=runtime.publisher.wake.nudge,
    )
    notifications = Notifications(
        runtime.store,
        wake=runtime.notifier.wake.nudge,
        mails=runtime.mailer is not None,
        inside=settings.notify_inside,
    )
    app.state.services = Services(
        access=access,
        inbox=inbox,
        review=review,
        feed=CalendarFeed(runtime.store, event_minutes=settings.event_minutes),
        health=Health(
            runtime.store, checks=[runtime.publisher.findings, *([runtime.budget.findings] if runtime.budget else [])]
        ),
        sync=ConversationSync(
            runtime.store,
            access,
            policy=SyncPolicy(
                session_seconds=settings.session_hours * 3600,
                context_bytes=settings.sync_context_kb * 1024,
                messages=settings.sync_messages,
            ),
        ),
        sync_limit=KeyLimit(settings.sync_requests_per_minute),
        privacy=runtime.privacy,
        notifications=notifications,
        push=runtime.push,
    )
    app.state.web = Web(
        access=access,
        sign_in=SignIn(runtime.store, access, idle_seconds=settings.login_hours * 3600),
        inbox=inbox,
        review=review,
        notices=Notices(runtime.store),
        live=runtime.live,
        runs=runtime.runs,
        sample=runtime.sample,
        privacy=runtime.privacy,
        notifications=notifications,
        doctor=lambda: checks.examine(settings, runtime.store),
        writes_calendar=runtime.writes_calendar,
        event_minutes=settings.event_minutes,
        public_base_url=settings.public_base_url,
        trusted_proxies=settings.trusted_proxies,
    )
