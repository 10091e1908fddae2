"""The composition root of the server: builds every part from the settings, starts the workers, stops them."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import structlog
from fastapi import FastAPI

from app import version
from app.agent import ConflictPolicy
from app.api import whatsapp_webhook
from app.api.application import create_api
from app.api.dependencies import Services
from app.build import (
    make_agent,
    make_batch,
    make_budget,
    make_calendar,
    make_channels,
    make_mailer,
    make_media_models,
    make_offline_agent,
    open_store,
    store_name,
)
from app.channels.download import Limits
from app.commands import checks
from app.commands.api_client import local_url
from app.logs import configure_logging
from app.models import Tenant
from app.services.access import Access, server_key
from app.services.backfill import Backfill
from app.services.batch import BatchService
from app.services.calendar_feed import CalendarFeed
from app.services.calendar_push import CalendarPush
from app.services.calendar_push import address as push_address
from app.services.calendar_sync import CalendarSync
from app.services.conversation_sync import ConversationSync, KeyLimit, SyncPolicy
from app.services.delivery import DeliveryWorker
from app.services.documents import Documents
from app.services.event_review import EventReview
from app.services.handover import HandoverWorker
from app.services.health import Health
from app.services.inbox import Inbox
from app.services.live import Live
from app.services.media import MediaWorker
from app.services.notices import Notices
from app.services.notifications import Notifications
from app.services.notifier import Notifier
from app.services.privacy import Privacy
from app.services.publisher import Publisher
from app.services.reminders import Reminders
from app.services.removals import Removals
from app.services.replies import ReplyPolicy, ReplyWorker
from app.services.runs import Runs
from app.services.sample import Sample
from app.services.scheduler import Scheduler
from app.services.sign_in import SignIn
from app.services.webhooks import WebhookService
from app.services.whatsapp_conversation import ReplyTiming, WhatsAppConversationService
from app.services.worker import Worker
from app.settings import Settings, load_settings
from app.store.batch import BatchScope
from app.store.store import Store
from app.web import routes
from app.web.dependencies import Web

log = structlog.get_logger(__name__)

_CHANNELS = timedelta(minutes=10)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The server. Without an argument it reads the settings itself (that is how several worker processes start)."""
    settings = settings or load_settings()
    configure_logging(format=settings.log_format, level=settings.log_level, secrets=settings.secret_values())

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_store(settings, serving=True) as store:
            runtime = Runtime(settings, store)
            runtime.fill(app)
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
    return app


class Runtime:
    """All that runs in one process besides the requests: the workers and the scheduler."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._channels = make_channels(settings)
        self._models = make_media_models(settings)
        self._media = MediaWorker(
            store,
            self._channels,
            self._models,
            *([Documents()] if settings.read_documents else []),
            limits=Limits(max_bytes=int(settings.media_max_mb * 1_000_000), seconds=settings.media_timeout_seconds),
            done=self._wake_replies,
            lease_seconds=settings.lease_seconds,
        )
        self._conversations = WhatsAppConversationService(
            store,
            timing=ReplyTiming(
                quiet=settings.reply_quiet_seconds,
                max_wait=settings.reply_max_wait_seconds,
                backfill_answer=settings.backfill_answer_minutes * 60,
                human_pause=settings.human_pause_hours * 3600,
                session=settings.session_hours * 3600,
                media=settings.media_wait_seconds,
            ),
            context_messages=settings.context_messages,
            reads_media=self._media.reads,
            wake_media=self._media.wake.nudge,
        )
        self._calendar = make_calendar(settings, store)
        self._delivery = DeliveryWorker(store, self._channels, lease_seconds=max(settings.lease_seconds, 30))
        self._handover = HandoverWorker(store, self._channels)
        self._budget = make_budget(settings, store)
        self._replies = ReplyWorker(
            store,
            make_agent(settings),
            self._channels,
            policy=ReplyPolicy(
                context_messages=settings.context_messages,
                event_minutes=settings.event_minutes,
                conflict_policy=ConflictPolicy(settings.conflict_policy),
                lease_seconds=settings.lease_seconds,
                human_pause_seconds=(settings.human_pause_hours or 12) * 3600,
                working_hours=settings.working_hours,
            ),
            delivery=self._delivery.wake,
            handover=self._handover.wake,
            concurrency=settings.reply_concurrency,
            calendar=self._calendar,
            events=self._wake_publisher,
            budget=self._budget,
            offline=make_offline_agent(),
        )
        # Their own work wakes them at once; what they ask for is other processes' work. Over the API each time is a
        # request, of which Supabase counts the bytes.
        poll = settings.poll_seconds or (5.0 if settings.supabase_url else 1.0)
        for worker in (self._delivery, self._replies, self._media):
            worker.poll_seconds = poll
        # Without a calendar to write to it does nothing: the feed is read from the rows.
        self._publisher = Publisher(
            store,
            self._calendar,
            shared=self._calendar,
            conflict_policy=settings.conflict_policy,
            event_minutes=settings.event_minutes,
        )
        self._removals = Removals(store, self._calendar)
        self._mailer = make_mailer(settings)
        self._notifier = Notifier(
            store,
            self._channels,
            base_url=settings.public_base_url or local_url(settings),
            mailer=self._mailer,
            inside=settings.notify_inside,
        )
        if settings.supabase_url:
            for rare in (self._removals, self._notifier, self._handover):
                rare.poll_seconds = 15.0
        self._privacy = Privacy(store, wake_removals=self._removals.wake.nudge)
        self._reading, self._push = self._way_back()
        self._batch: BatchService = make_batch(settings, store, on_events=self._publisher.wake.nudge)
        self._live = Live(store, seconds=5.0 if settings.supabase_url else 1.0)
        self._runs = Runs(store, self._batch)
        self._sample = Sample(store, self._runs)
        self._scheduler = Scheduler()
        self._tasks: list[asyncio.Task[None]] = []

    def _way_back(self) -> tuple[CalendarSync | None, CalendarPush | None]:
        """What brings the changes of the calendar back."""
        settings = self._settings
        if self._calendar is None:
            return None, None
        reading = CalendarSync(
            self._store,
            self._calendar,
            interval_seconds=settings.google_sync_seconds,
            wake_publisher=self._publisher.wake.nudge,
        )
        base = settings.public_base_url
        # Google posts to https alone; another address of its API is a test's.
        pushed = base is not None and (base.startswith("https://") or settings.google_api_url is not None)
        address = push_address(base) if base and pushed else None
        return reading, CalendarPush(self._store, self._calendar, reading, address=address)

    def fill(self, app: FastAPI) -> None:
        """Give the routes what they need."""
        settings = self._settings
        app.state.webhooks = WebhookService(
            self._channels,
            self._conversations,
            self._store,
            replies=self._replies.wake,
            handovers=self._handover.wake,
            public_base_url=settings.public_base_url,
            trusted_proxies=settings.trusted_proxies,
            twiml_wait=settings.twiml_wait_seconds,
        )
        key = settings.api_key.get_secret_value() if settings.api_key else None
        access = Access(self._store, server_key=server_key(settings.data_dir, key))
        inbox = Inbox(
            self._store,
            self._channels,
            self._batch,
            wake_replies=self._replies.wake.nudge,
            wake_delivery=self._delivery.wake.nudge,
            wake_handover=self._handover.wake.nudge,
        )
        review = EventReview(
            self._store,
            event_minutes=settings.event_minutes,
            wake_publisher=self._publisher.wake.nudge,
        )
        notifications = Notifications(
            self._store,
            wake=self._notifier.wake.nudge,
            mails=self._mailer is not None,
            inside=settings.notify_inside,
        )
        app.state.services = Services(
            access=access,
            inbox=inbox,
            review=review,
            feed=CalendarFeed(self._store, event_minutes=settings.event_minutes),
            health=Health(
                self._store, checks=[self._publisher.findings, *([self._budget.findings] if self._budget else [])]
            ),
            sync=ConversationSync(
                self._store,
                access,
                policy=SyncPolicy(
                    session_seconds=settings.session_hours * 3600,
                    context_bytes=settings.sync_context_kb * 1024,
                    messages=settings.sync_messages,
                ),
            ),
            sync_limit=KeyLimit(settings.sync_requests_per_minute),
            privacy=self._privacy,
            notifications=notifications,
            push=self._push,
        )
        app.state.web = Web(
            access=access,
            sign_in=SignIn(self._store, access, idle_seconds=settings.login_hours * 3600),
            inbox=inbox,
            review=review,
            notices=Notices(self._store),
            live=self._live,
            runs=self._runs,
            sample=self._sample,
            privacy=self._privacy,
            notifications=notifications,
            doctor=lambda: checks.examine(settings, self._store),
            writes_calendar=self._writes_calendar,
            event_minutes=settings.event_minutes,
            public_base_url=settings.public_base_url,
            trusted_proxies=settings.trusted_proxies,
        )

    async def start(self) -> None:
        settings = self._settings
        workers: list[Worker[Any]] = [
            self._replies, self._delivery, self._handover, self._publisher, self._removals, self._notifier
        ]  # fmt: skip
        # With nothing that reads them, what waits from a time when there was something stays as it is.
        reads = settings.transcribe_api_key or settings.vision_api_key or settings.read_documents
        workers += [self._media] if reads else []
        self._tasks = [asyncio.create_task(worker.run(), name=worker.name) for worker in workers]
        backfill = Backfill(self._store, self._conversations, self._channels)
        if settings.batch_interval_minutes:
            interval = timedelta(minutes=settings.batch_interval_minutes)
            # Also soon after the start: what was due while nothing ran is made up for.
            self._scheduler.every(
                interval, "batch", self._scheduled_batch, first_in=min(interval, timedelta(seconds=20))
            )
        reminders = Reminders(self._store, self._channels, written=self._delivery.wake.nudge)
        often = timedelta(seconds=settings.reminder_seconds)
        self._scheduler.every(often, "reminders", reminders.run, first_in=min(often, timedelta(seconds=5)))
        if any(channel.capabilities.lists_messages for channel in self._channels):
            self._scheduler.every(
                timedelta(minutes=settings.backfill_interval_minutes), "backfill", backfill.run, first_in=timedelta(0)
            )
        if self._reading and self._push:
            self._tasks.append(asyncio.create_task(self._push.run(), name="push"))
            self._scheduler.every(
                timedelta(seconds=settings.google_sync_seconds),
                "calendar",
                self._reading.run,
                first_in=timedelta(seconds=1),
            )
            # After the requests are served: Google posts to a new channel at once.
            self._scheduler.every(_CHANNELS, "channels", self._push.renew, first_in=timedelta(seconds=2))
        self._scheduler.every(timedelta(hours=1), "retention", self._privacy.retain_all, first_in=timedelta(minutes=1))
        self._scheduler.start()
        self._live.close_with_server()
        for warning in settings.warnings:
            log.warning(warning)
        log.info("hilo started", version=version.describe(), store=store_name(settings))

    async def stop(self) -> None:
        self._scheduler.stop()
        self._live.close()
        await self._sample.stop()
        await self._runs.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._channels.aclose()
        await self._notifier.aclose()
        await self._models.aclose()
        if self._calendar:
            await self._calendar.aclose()

    def _writes_calendar(self, tenant: Tenant) -> bool:
        """Whether this tenant's events go to a calendar that is written to."""
        if self._calendar is None:
            return False
        linked = bool(tenant.settings.google_calendar_id)
        tenants = self._calendar.capabilities.tenants
        return tenants == "all" or linked or (tenants == "linked_or_default" and tenant.slug == "default")

    def _wake_replies(self) -> None:
        self._replies.wake.nudge()

    def _wake_publisher(self) -> None:
        self._publisher.wake.nudge()

    async def _scheduled_batch(self) -> None:
        settings = self._settings
        scope = BatchScope(
            quiet_seconds=settings.batch_quiet_minutes * 60, max_age_seconds=settings.batch_max_age_minutes * 60
        )
        # An idle scheduler leaves no trace in batch_runs.
        if await self._store.count_batch(scope):
            await self._batch.process_conversations_batch(trigger="schedule", scope=scope, limit=settings.batch_limit)
