"""The teller: looks every few seconds for what people should hear of, and tells each of it once.

A row of the outbox for each state of each thing; claimed with a lease, so that any number of processes may do it. To
people (WhatsApp, e-mail) the words are recorded before they are sent; after a crash the provider is asked for them, and
one that cannot be asked is not given them again: hearing nothing of one thing is better than hearing everything twice,
and the page and the digest have it all the same. A webhook gets a repeat under the same id.
"""

import time
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Final
from uuid import uuid4

import structlog

from app.channels.registry import Channels
from app.errors import HiloError, SendRefused, SendUnavailable
from app.models import Tenant
from app.services.notifying.content import Content, Told
from app.services.notifying.mail import UNCLEAR, Mailer
from app.services.notifying.webhook import OwnerWebhook
from app.services.notifying.whatsapp import OwnerWhatsApp
from app.services.worker import Worker
from app.store.notifications import NotificationClaim, Target
from app.store.store import Store

log = structlog.get_logger(__name__)

_LOOK_SECONDS: Final = 10.0
_RETRY_SECONDS: Final = 5.0  # doubled with each attempt
_MAX_RETRY_SECONDS: Final = 3600.0
_MAX_ATTEMPTS: Final = 14  # about half a day
_DIGEST_LATE: Final = timedelta(hours=3)  # after that the morning is over
# What a provider's client says when it cannot know whether the message was taken.
_UNCLEAR: Final = frozenset({None, "timeout", "connection-lost", "unreadable", UNCLEAR})
_BEGUN: Final = "begun"  # what is recorded of an e-mail: nobody can be asked for its words


class Notifier(Worker[NotificationClaim]):
    """`base_url`: where the page is, for links. `mailer`: None without a mail server. `inside`: hosts in networks of
    the operator's that webhooks may lead to."""

    name = "notifier"
    poll_seconds = 5.0

    def __init__(
        self,
        store: Store,
        channels: Channels,
        *,
        base_url: str,
        mailer: Mailer | None = None,
        inside: Collection[str] = (),
        lease_seconds: float = 45.0,  # after a crash people still hear of it within about a minute
        look_seconds: float = _LOOK_SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(concurrency=4)
        self._store = store
        self._content = Content(store, base_url=base_url, now=now)
        self._lease_seconds = lease_seconds
        self._look_seconds = look_seconds
        self._now = now
        self._looked: float | None = None
        self._webhook = OwnerWebhook(inside=inside)
        self._whatsapp = OwnerWhatsApp(store, channels)
        self._mailer = mailer
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
            told = await self._content.of(piece)
            sid = None if told is None else await self._tell(piece, told)
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
        if piece.attempt >= _MAX_ATTEMPTS or (unclear and piece.target is Target.EMAIL):
            wait = None
        log.warning("not told yet", kind=piece.kind, target=piece.target, error=why, attempt=piece.attempt, retry=wait)
        await self._store.fail_notification(piece.group, piece.token, why, retry_seconds=wait, unclear=unclear)

    async def _tell(self, piece: NotificationClaim, told: Told) -> str | None:
        """The provider's id of what was sent, where there is one."""
        if piece.attempt > _MAX_ATTEMPTS:  # each attempt died before it could say why
            raise SendRefused("telling it was begun too often")
        notify = piece.tenant.settings.notify
        if notify is not None:
            if piece.target is Target.WEBHOOK and notify.webhook and notify.secret:
                await self._post(piece, told, notify.webhook, notify.secret.get_secret_value())
                return None
            if piece.target is Target.WHATSAPP and notify.whatsapp:
                return await self._whatsapp.tell(piece, notify.whatsapp, told.text)
            if piece.target is Target.EMAIL and notify.email:
                await self._mail(piece, told, notify.email)
                return None
        raise SendRefused(f"there is no {piece.target.value} set any more")

    async def _post(self, piece: NotificationClaim, told: Told, url: str, secret: str) -> None:
        payload = {
            "type": piece.kind.value,
            "timestamp": piece.created_at.isoformat(),
            "tenant": piece.tenant.slug,
            "text": told.text,
            "link": told.link,
            "data": told.data,
        }
        await self._webhook.post(url, secret, str(piece.group), payload, timestamp=int(self._now().timestamp()))

    async def _mail(self, piece: NotificationClaim, told: Told, to: str) -> None:
        if self._mailer is None:
            raise SendUnavailable("no mail server is set up: HILO_SMTP_HOST", provider_code="no-mail-server")
        if piece.body is not None:
            raise SendRefused("not sent again: a process ended while it was being sent, and it may have arrived")
        if not await self._store.begin_notification(piece.group, piece.token, _BEGUN):
            raise SendUnavailable("another process has taken it", provider_code="lost")
        await self._mailer.send(str(piece.group), to, told.subject, f"{told.text}\n\n{told.footer}\n")


def _why(error: SendRefused | SendUnavailable) -> str:
    return f"{error.provider_code} {error.detail}" if error.provider_code else error.detail
