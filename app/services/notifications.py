"""Who is told of what: a tenant's settings, and the log of what was told. `notifier` does the telling."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from pydantic import SecretStr

from app.errors import InvalidRequest
from app.models import NotifySettings, Tenant
from app.services.notification_webhook import new_secret
from app.services.phones import phone_digits
from app.store.notifications import Kind, NotificationRecord, Target
from app.store.store import Store

__all__ = ["KINDS", "Kind", "NotificationRecord", "Notifications", "NotifySettings", "Target"]

KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.TEST)


class Notifications:
    """`wake` is told when there is something to tell at once."""

    def __init__(self, store: Store, *, wake: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._wake = wake

    async def set(
        self,
        tenant: Tenant,
        *,
        webhook: str | None,
        whatsapp: str | None,
        digest_hour: int | None,
        off: Collection[Kind] = (),
        new_secret_too: bool = False,
    ) -> tuple[Tenant, str | None]:
        """The tenant as it is now; and the webhook's secret, if it is a new one: it is shown this once.

        What happened before anybody was to be told is not told. Raises `InvalidRequest`.
        """
        before = tenant.settings.notify or NotifySettings()
        if webhook is not None:
            parts = urlsplit(webhook)
            if parts.scheme not in ("http", "https") or not parts.hostname or len(webhook) > 2000:
                raise InvalidRequest("The webhook should be an address that begins with https:// or http://")
        if digest_hour is not None and not 0 <= digest_hour <= 23:
            raise InvalidRequest("The hour of the digest is between 0 and 23")
        number = "+" + phone_digits(whatsapp) if whatsapp else None
        made = new_secret() if webhook and (before.secret is None or new_secret_too) else None
        secret = SecretStr(made) if made else before.secret
        fresh = before.since is None or not (before.webhook or before.whatsapp)
        since = datetime.now(UTC) if fresh else before.since
        assert since is not None
        saved = await self._store.save_tenant(
            tenant.slug,
            name=tenant.name,
            timezone=tenant.timezone,
            locale=tenant.locale,
            settings={
                "notify": {
                    "webhook": webhook,
                    "secret": secret.get_secret_value() if secret else None,
                    "whatsapp": number,
                    "digest_hour": digest_hour,
                    "off": sorted(kind.value for kind in off),
                    "since": since.isoformat(),
                }
            },
        )
        return saved, made

    async def test(self, tenant: Tenant) -> list[Target]:
        """Have something told, to see that it arrives; the ways that are set up. Raises `InvalidRequest` for none."""
        ways = await self._store.note_test(tenant.id, uuid4())
        if not ways:
            raise InvalidRequest("Nobody is told yet: set a webhook or a WhatsApp number first")
        self._wake()
        return ways

    async def log(self, tenant: Tenant, *, limit: int = 50) -> list[NotificationRecord]:
        return await self._store.list_notifications(tenant.id, limit=limit)
