"""Who is told of what: a tenant's settings, and the log of what was told. `notifier` does the telling."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from pydantic import SecretStr

from app.errors import InvalidRequest
from app.models import NotifySettings, Tenant
from app.services.notifying.mail import email_address
from app.services.notifying.webhook import checked, new_secret
from app.services.phones import phone_digits
from app.store.notifications import Kind, NotificationRecord, Target
from app.store.store import Store

__all__ = ["KINDS", "Kind", "NotificationRecord", "Notifications", "NotifySettings", "Target", "Unacceptable"]

KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.TEST)


class Unacceptable(InvalidRequest):
    """`what` of the settings it is: email, no_mail, whatsapp, webhook or digest_hour."""

    def __init__(self, what: str, message: str) -> None:
        super().__init__(message)
        self.what = what


class Notifications:
    """`wake` is told when there is something to tell at once. `mails`: whether there is a mail server; `inside`: hosts
    in networks of the operator's that webhooks may lead to."""

    def __init__(
        self,
        store: Store,
        *,
        wake: Callable[[], None] = lambda: None,
        mails: bool = False,
        inside: Collection[str] = (),
    ) -> None:
        self._store = store
        self._wake = wake
        self.mails = mails
        self._inside = frozenset(inside)

    async def set(
        self,
        tenant: Tenant,
        *,
        webhook: str | None,
        whatsapp: str | None,
        email: str | None,
        digest_hour: int | None,
        off: Collection[Kind] = (),
        new_secret_too: bool = False,
        by: str | None = None,
    ) -> tuple[Tenant, str | None]:
        """The tenant as it is now; and the webhook's secret, if it is a new one: it is shown this once.

        What happened before anybody was to be told is not told. That it was changed is logged. Raises
        `Unacceptable`.
        """
        before = tenant.settings.notify or NotifySettings()
        if webhook is not None and webhook != before.webhook:
            _acceptable("webhook", lambda: checked(webhook, self._inside))
        address = _acceptable("email", lambda: email_address(email)) if email else None
        if address and address != before.email and not self.mails:
            raise Unacceptable("no_mail", "This server sends no e-mail yet: set HILO_SMTP_HOST and HILO_SMTP_FROM")
        if digest_hour is not None and not 0 <= digest_hour <= 23:
            raise Unacceptable("digest_hour", "The hour of the digest is between 0 and 23")
        number = "+" + _acceptable("whatsapp", lambda: phone_digits(whatsapp)) if whatsapp else None
        made = new_secret() if webhook and (before.secret is None or new_secret_too) else None
        secret = SecretStr(made) if made else before.secret
        fresh = before.since is None or not (before.webhook or before.whatsapp or before.email)
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
                    "email": address,
                    "digest_hour": digest_hour,
                    "off": sorted(kind.value for kind in off),
                    "since": since.isoformat(),
                }
            },
        )
        await self._store.note_setting(tenant.id, uuid4(), "notifications", by=by)
        return saved, made

    async def test(self, tenant: Tenant) -> list[Target]:
        """Have something told, to see that it arrives; the ways that are set up. Raises `InvalidRequest` for none."""
        ways = await self._store.note_test(tenant.id, uuid4())
        if not ways:
            raise InvalidRequest("Nobody is told yet: set an e-mail address, a WhatsApp number or a webhook first")
        self._wake()
        return ways

    async def log(self, tenant: Tenant, *, limit: int = 50) -> list[NotificationRecord]:
        return await self._store.list_notifications(tenant.id, limit=limit)


def _acceptable(what: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except InvalidRequest as error:
        raise Unacceptable(what, error.detail) from error
