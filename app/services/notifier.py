"""The teller: looks every few seconds for what people should hear of, and tells each of it once.

A row of the outbox for each state of each thing; claimed with a lease, so that any number of processes may do it. On
WhatsApp the words are recorded before they are sent; after a crash the provider is asked for them, and one that cannot
be asked is not given them again: hearing nothing of one thing is better than hearing everything twice, and the page
and the digest have it all the same. A webhook gets a repeat under the same id.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Any, Final
from uuid import UUID, uuid4

import structlog

from app.channels.base import Channel, Outgoing
from app.channels.registry import Channels
from app.channels.text import split_text
from app.errors import HiloError, NotFound, SendRefused, SendUnavailable
from app.models import Conversation, Event, EventStatus, Tenant
from app.services.notification_text import Words
from app.services.notification_webhook import OwnerWebhook
from app.services.worker import Worker
from app.store.notifications import Item, Kind, NotificationClaim, Target
from app.store.store import Store

log = structlog.get_logger(__name__)

_LOOK_SECONDS: Final = 10.0
_RETRY_SECONDS: Final = 5.0  # doubled with each attempt
_MAX_RETRY_SECONDS: Final = 3600.0
_MAX_ATTEMPTS: Final = 14  # about half a day
_DIGEST_LATE: Final = timedelta(hours=3)  # after that the morning is over
_MOST_EVENTS: Final = 100
_CLOCK_SKEW: Final = timedelta(seconds=60)
# What a provider's client says when it cannot know whether the message was taken.
_UNCLEAR: Final = frozenset({None, "timeout", "connection-lost", "unreadable"})
_CONTACT: Final[Mapping[str, Callable[[str], str]]] = {
    "twilio": lambda number: f"whatsapp:{number}",
    "waha": lambda number: f"{number.removeprefix('+')}@c.us",
}


@dataclass(frozen=True, kw_only=True)
class _Told:
    """`data` for a webhook, `text` for people; both None when there is nothing to tell any more."""

    data: Mapping[str, Any]
    text: str
    link: str
    dropped: Sequence[UUID] = ()


class Notifier(Worker[NotificationClaim]):
    """`base_url`: where the page is, for links."""

    name = "notifier"
    poll_seconds = 5.0

    def __init__(
        self,
        store: Store,
        channels: Channels,
        *,
        base_url: str,
        lease_seconds: float = 45.0,  # after a crash people still hear of it within about a minute
        look_seconds: float = _LOOK_SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(concurrency=4)
        self._store = store
        self._channels = channels
        self._base_url = base_url.rstrip("/")
        self._lease_seconds = lease_seconds
        self._look_seconds = look_seconds
        self._now = now
        self._looked: float | None = None
        self._webhook = OwnerWebhook()
        self._providers = [channel.provider for channel in channels if channel.capabilities.can_send]

    async def aclose(self) -> None:
        await self._webhook.aclose()

    async def look(self) -> int:
        """Note what is to be told; how many are new."""
        tenants = await self._store.list_tenants()
        digests = [(tenant.id, day) for tenant in tenants if (day := self._digest_day(tenant))]
        return await self._store.collect_notifications(digests)

    def _digest_day(self, tenant: Tenant) -> date | None:
        notify = tenant.settings.notify
        if notify is None or notify.digest_hour is None:
            return None
        now = self._now().astimezone(tenant.zone)
        due = datetime.combine(now.date(), clock_time(notify.digest_hour), tzinfo=tenant.zone)
        missed = notify.since is not None and notify.since > due
        return now.date() if due <= now < due + _DIGEST_LATE and not missed else None

    async def claim(self) -> tuple[NotificationClaim | None, float | None]:
        if self._looked is None or time.monotonic() - self._looked >= self._look_seconds:
            self._looked = time.monotonic()
            await self.look()
        claim = await self._store.claim_notification(
            uuid4(), lease_seconds=self._lease_seconds, providers=self._providers
        )
        return claim, None

    async def work(self, piece: NotificationClaim) -> None:
        unclear = False
        try:
            told = await self._tell(piece)
            sid = None
            if told is not None:
                if piece.target is Target.WEBHOOK:
                    await self._post(piece, told)
                else:
                    sid = await self._send(piece, told)
            dropped = [item.id for item in piece.items] if told is None else told.dropped
            await self._store.complete_notification(piece.group, piece.token, message_sid=sid, dropped=dropped)
            return
        except SendRefused as error:
            why, wait = _why(error), None
        except SendUnavailable as error:
            why = _why(error)
            wait = error.retry_after or min(_RETRY_SECONDS * 2.0 ** (piece.attempt - 1), _MAX_RETRY_SECONDS)
            unclear = error.provider_code in _UNCLEAR
        except HiloError:
            raise
        except Exception as error:
            log.exception("telling broke", notification=piece.group)
            why, wait, unclear = f"internal error: {type(error).__name__}", _MAX_RETRY_SECONDS, True
        if piece.attempt >= _MAX_ATTEMPTS:
            wait = None
        log.warning("not told yet", kind=piece.kind, target=piece.target, error=why, attempt=piece.attempt, retry=wait)
        await self._store.fail_notification(piece.group, piece.token, why, retry_seconds=wait, unclear=unclear)

    # -- the two ways --------------------------------------------------------------------------------------------------

    async def _post(self, piece: NotificationClaim, told: _Told) -> None:
        notify = piece.tenant.settings.notify
        if notify is None or notify.webhook is None or notify.secret is None:
            raise SendRefused("there is no webhook any more")
        payload = {
            "type": piece.kind.value,
            "timestamp": piece.created_at.isoformat(),
            "tenant": piece.tenant.slug,
            "text": told.text,
            "link": told.link,
            "data": told.data,
        }
        secret = notify.secret.get_secret_value()
        await self._webhook.post(
            notify.webhook, secret, str(piece.group), payload, timestamp=int(self._now().timestamp())
        )

    async def _send(self, piece: NotificationClaim, told: _Told) -> str | None:
        notify = piece.tenant.settings.notify
        if notify is None or notify.whatsapp is None:
            raise SendRefused("there is no number any more")
        if piece.route is None:
            raise SendUnavailable(
                "this tenant has no channel that messages can be sent with", provider_code="no-channel"
            )
        channel = self._channels.get(piece.route.provider)
        body = piece.body or split_text(told.text, channel.capabilities.max_text)[0]
        as_contact = _CONTACT.get(channel.provider, str)
        outgoing = Outgoing(
            message_id=str(piece.group),
            channel_address=piece.route.channel_address,
            contact=piece.route.contact or as_contact(notify.whatsapp),
            body=body,
            thread=piece.route.thread,
            phone=notify.whatsapp,
        )
        if piece.body is not None:  # an earlier attempt came as far as this
            return await self._found(channel, outgoing, piece)
        if not await self._store.begin_notification(piece.group, piece.token, body):
            raise SendUnavailable("another process has taken it", provider_code="lost")
        return await channel.send(outgoing)

    async def _found(self, channel: Channel, outgoing: Outgoing, piece: NotificationClaim) -> str | None:
        if not channel.capabilities.lists_messages:
            log.warning("not told again without knowing whether it had arrived", notification=piece.group)
            return None
        found = await channel.find_sent(outgoing, since=piece.started_at - _CLOCK_SKEW)
        return found[0] if found else await channel.send(outgoing)

    # -- what is told --------------------------------------------------------------------------------------------------

    async def _tell(self, piece: NotificationClaim) -> _Told | None:
        """None: nothing of it is so any more."""
        if piece.attempt > _MAX_ATTEMPTS:  # each attempt died before it could say why
            raise SendRefused("telling it was begun too often")
        words = Words(piece.tenant)
        if piece.kind is Kind.EVENT_PROPOSED:
            events = {item.id: event for item in piece.items if (event := await self._event(piece.tenant, item))}
            if not events:
                return None
            link = self._link("/review")
            by_start = sorted(events.values(), key=lambda event: (event.start, event.title))
            return _Told(
                data={"events": [_event_data(event) for event in by_start]},
                text=words.proposed(by_start, link),
                link=link,
                dropped=[item.id for item in piece.items if item.id not in events],
            )
        if piece.kind is Kind.CONVERSATION_PARKED:
            rows = {item.id: row for item in piece.items if (row := await self._parked(piece.tenant, item))}
            if not rows:
                return None
            first = next(iter(rows.values()))
            link = self._link(f"/conversations/{first.id}" if len(rows) == 1 else "/")
            return _Told(
                data={"conversations": [_conversation_data(row) for row in rows.values()]},
                text=words.parked([row.contact_name or row.phone for row in rows.values()], link),
                link=link,
                dropped=[item.id for item in piece.items if item.id not in rows],
            )
        if piece.kind is Kind.DIGEST:
            return await self._digest(piece, words)
        link = self._link("/health")
        return _Told(data={}, text=words.plain(piece.kind, link), link=link)

    async def _event(self, tenant: Tenant, item: Item) -> Event | None:
        try:
            event = await self._store.get_event(tenant.id, UUID(item.subject))
        except NotFound:
            return None
        return event if event.status is EventStatus.PROPOSED and event.revision == item.revision else None

    async def _parked(self, tenant: Tenant, item: Item) -> Conversation | None:
        try:
            row = await self._store.get_conversation(tenant.id, item.subject)
        except NotFound:
            return None
        return row if row.reply_parked_at or row.batch_parked_at else None

    async def _digest(self, piece: NotificationClaim, words: Words) -> _Told | None:
        tenant = piece.tenant
        day = date.fromisoformat(piece.items[0].subject)
        if day != self._now().astimezone(tenant.zone).date():
            return None
        midnight = datetime.combine(day, clock_time(), tzinfo=tenant.zone)
        tomorrow = datetime.combine(day + timedelta(days=1), clock_time(), tzinfo=tenant.zone)
        today = await self._store.list_events(
            tenant.id, limit=_MOST_EVENTS, status=EventStatus.CONFIRMED.value, since=midnight, until=tomorrow
        )
        reviews = await self._store.list_events(tenant.id, limit=_MOST_EVENTS, status=EventStatus.PROPOSED.value)
        link = self._link("/review")
        today_s, open_s = _real(today.items), _real(reviews.items)
        return _Told(
            data={
                "day": day.isoformat(),
                "events": [_event_data(event) for event in today_s],
                "reviews": [_event_data(event) for event in open_s],
            },
            text=words.digest(day, today_s, open_s, link),
            link=link,
        )

    def _link(self, path: str) -> str:
        return self._base_url + path


def _real(events: Sequence[Event]) -> list[Event]:
    """Without those of a sample conversation."""
    return [event for event in events if not (event.conversation_id or "").startswith("sample:")]


def _event_data(event: Event) -> dict[str, Any]:
    fields = {"id", "conversation", "contact_name", "title", "start", "end", "all_day", "location", "status", "reason"}
    return event.model_dump(mode="json", include=fields)


def _conversation_data(row: Conversation) -> dict[str, Any]:
    fields = {"id", "contact_name", "reply_error", "batch_error"}
    return row.model_dump(mode="json", include=fields)


def _why(error: SendRefused | SendUnavailable) -> str:
    return f"{error.provider_code} {error.detail}" if error.provider_code else error.detail
