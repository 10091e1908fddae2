"""All that runs in one process besides the requests: the workers and the scheduler."""

import asyncio
from datetime import timedelta
from typing import Any

import structlog

from app import version
from app.agent import ConflictPolicy
from app.build import (
    make_agent,
    make_batch,
    make_budget,
    make_calendar,
    make_channels,
    make_mailer,
    make_media_models,
    make_offline_agent,
    store_name,
)
from app.channels.download import Limits
from app.commands.api_client import local_url
from app.models import Tenant
from app.services.backfill import Backfill
from app.services.batch import BatchService
from app.services.calendar.publisher import Publisher
from app.services.calendar.push import CalendarPush
from app.services.calendar.push import address as push_address
from app.services.calendar.removals import Removals
from app.services.calendar.sync import CalendarSync
from app.services.delivery import DeliveryWorker
from app.services.handover import HandoverWorker
from app.services.live import Live
from app.services.media.documents import Documents
from app.services.media.worker import MediaWorker
from app.services.notifying.notifier import Notifier
from app.services.privacy import Privacy
from app.services.reminders import Reminders
from app.services.replies import ReplyPolicy, ReplyWorker
from app.services.runs import Runs
from app.services.sample import Sample
from app.services.scheduler import Scheduler
from app.services.whatsapp_conversation import ReplyTiming, WhatsAppConversationService
from app.services.worker import Worker
from app.settings import Settings
from app.store.batch import BatchScope
from app.store.store import Store

log = structlog.get_logger(__name__)

_CHANNELS = timedelta(minutes=10)


class Runtime:
    """Its public parts are those that the routes use too (`main.fill`)."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.store = store
        self.channels = make_channels(settings)
        self._models = make_media_models(settings)
        self._media = MediaWorker(
            store,
            self.channels,
            self._models,
            *([Documents()] if settings.read_documents else []),
            limits=Limits(max_bytes=int(settings.media_max_mb * 1_000_000), seconds=settings.media_timeout_seconds),
            done=self._wake_replies,
            lease_seconds=settings.lease_seconds,
        )
        self.conversations = WhatsAppConversationService(
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
        self.delivery = DeliveryWorker(store, self.channels, lease_seconds=max(settings.lease_seconds, 10))
        self.handover = HandoverWorker(store, self.channels)
        self.budget = make_budget(settings, store)
        self.replies = ReplyWorker(
            store,
            make_agent(settings),
            self.channels,
            policy=ReplyPolicy(
                context_messages=settings.context_messages,
                event_minutes=settings.event_minutes,
                conflict_policy=ConflictPolicy(settings.conflict_policy),
                lease_seconds=settings.lease_seconds,
                human_pause_seconds=(settings.human_pause_hours or 12) * 3600,
                working_hours=settings.working_hours,
            ),
            delivery=self.delivery.wake,
            handover=self.handover.wake,
            concurrency=settings.reply_concurrency,
            calendar=self._calendar,
            events=self._wake_publisher,
            budget=self.budget,
            offline=make_offline_agent(),
        )
        # Their own work wakes them at once; what they ask for is other processes' work. Over the API each time is a
        # request, of which Supabase counts the bytes.
        poll = settings.poll_seconds or (5.0 if settings.supabase_url else 1.0)
        for worker in (self.delivery, self.replies, self._media):
            worker.poll_seconds = poll
        # Without a calendar to write to it does nothing: the feed is read from the rows. Its lease is not renewed,
        # so it must hold for a whole call of a slow calendar, however short the others are.
        call = min(max(settings.lease_seconds, 10), 30)
        self.publisher = Publisher(
            store,
            self._calendar,
            shared=self._calendar,
            lease_seconds=2 * call,
            call_seconds=call,
            conflict_policy=settings.conflict_policy,
            event_minutes=settings.event_minutes,
        )
        self._removals = Removals(store, self._calendar)
        self.mailer = make_mailer(settings)
        self.notifier = Notifier(
            store,
            self.channels,
            base_url=settings.public_base_url or local_url(settings),
            mailer=self.mailer,
            inside=settings.notify_inside,
        )
        if settings.supabase_url:
            for rare in (self._removals, self.notifier, self.handover):
                rare.poll_seconds = 15.0
        self.privacy = Privacy(store, wake_removals=self._removals.wake.nudge)
        self._reading, self.push = self._way_back()
        self.batch: BatchService = make_batch(settings, store, on_events=self.publisher.wake.nudge)
        self.live = Live(store, seconds=5.0 if settings.supabase_url else 1.0)
        self.runs = Runs(store, self.batch)
        self.sample = Sample(store, self.runs)
        self._scheduler = Scheduler()
        self._tasks: list[asyncio.Task[None]] = []

    def _way_back(self) -> tuple[CalendarSync | None, CalendarPush | None]:
        """What brings the changes of the calendar back."""
        settings = self.settings
        if self._calendar is None:
            return None, None
        reading = CalendarSync(
            self.store,
            self._calendar,
            interval_seconds=settings.google_sync_seconds,
            lease_seconds=settings.lease_seconds,
            wake_publisher=self.publisher.wake.nudge,
            conflict_policy=settings.conflict_policy,
        )
        base = settings.public_base_url
        # Google posts to https alone; another address of its API is a test's.
        pushed = base is not None and (base.startswith("https://") or settings.google_api_url is not None)
        address = push_address(base) if base and pushed else None
        return reading, CalendarPush(self.store, self._calendar, reading, address=address)

    async def start(self) -> None:
        settings = self.settings
        workers: list[Worker[Any]] = [
            self.replies, self.delivery, self.handover, self.publisher, self._removals, self.notifier
        ]  # fmt: skip
        # With nothing that reads them, what waits from a time when there was something stays as it is.
        reads = settings.transcribe_api_key or settings.vision_api_key or settings.read_documents
        workers += [self._media] if reads else []
        self._tasks = [asyncio.create_task(worker.run(), name=worker.name) for worker in workers]
        backfill = Backfill(self.store, self.conversations, self.channels)
        if settings.batch_interval_minutes:
            interval = timedelta(minutes=settings.batch_interval_minutes)
            # Also soon after the start: what was due while nothing ran is made up for.
            self._scheduler.every(
                interval, "batch", self._scheduled_batch, first_in=min(interval, timedelta(seconds=20))
            )
        reminders = Reminders(self.store, self.channels, written=self.delivery.wake.nudge, hours=settings.working_hours)
        often = timedelta(seconds=settings.reminder_seconds)
        self._scheduler.every(often, "reminders", reminders.run, first_in=min(often, timedelta(seconds=5)))
        if any(channel.capabilities.lists_messages for channel in self.channels):
            self._scheduler.every(
                timedelta(minutes=settings.backfill_interval_minutes), "backfill", backfill.run, first_in=timedelta(0)
            )
        if self._reading and self.push:
            self._tasks.append(asyncio.create_task(self.push.run(), name="push"))
            self._scheduler.every(
                timedelta(seconds=settings.google_sync_seconds),
                "calendar",
                self._reading.run,
                first_in=timedelta(seconds=1),
            )
            # After the requests are served: Google posts to a new channel at once.
            self._scheduler.every(_CHANNELS, "channels", self.push.renew, first_in=timedelta(seconds=2))
        self._scheduler.every(timedelta(hours=1), "retention", self.privacy.retain_all, first_in=timedelta(minutes=1))
        self._scheduler.start()
        self.live.close_with_server()
        for warning in settings.warnings:
            log.warning(warning)
        log.info("hilo started", version=version.describe(), store=store_name(settings))

    async def stop(self) -> None:
        self._scheduler.stop()
        self.live.close()
        await self.sample.stop()
        await self.runs.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.channels.aclose()
        await self.notifier.aclose()
        await self._models.aclose()
        if self._calendar:
            await self._calendar.aclose()

    def writes_calendar(self, tenant: Tenant) -> bool:
        """Whether this tenant's events go to a calendar that is written to."""
        if self._calendar is None:
            return False
        linked = bool(tenant.settings.google_calendar_id)
        tenants = self._calendar.capabilities.tenants
        return tenants == "all" or linked or (tenants == "linked_or_default" and tenant.slug == "default")

    def _wake_replies(self) -> None:
        self.replies.wake.nudge()

    def _wake_publisher(self) -> None:
        self.publisher.wake.nudge()

    async def _scheduled_batch(self) -> None:
        settings = self.settings
        scope = BatchScope(
            quiet_seconds=settings.batch_quiet_minutes * 60, max_age_seconds=settings.batch_max_age_minutes * 60
        )
        # An idle scheduler leaves no trace in batch_runs.
        if await self.store.count_batch(scope):
            await self.batch.process_conversations_batch(trigger="schedule", scope=scope, limit=settings.batch_limit)
