"""Google Calendar, and who we are there."""

from typing import TYPE_CHECKING

from pydantic import SecretStr

from app.calendars.google_access import Grant, Grants, Sealer, service_account
from app.models import Tenant
from app.settings import Settings
from app.store.store import Store

if TYPE_CHECKING:
    from app.calendars.google import GoogleCalendar


def make_calendar(settings: Settings, store: Store, *, grants: Grants | None = None) -> "GoogleCalendar | None":
    """The calendar that is written to; None without an access to Google. Raises `SettingsError` for a wrong key.

    `grants`: who we are there, if not whom the settings and the store name."""
    if not settings.google_service_account and not settings.google_client_id:
        return None
    from app.calendars.google import GoogleCalendar

    base = settings.public_base_url
    return GoogleCalendar(
        grants or make_grants(settings, store),
        default_calendar=settings.google_calendar_id,
        event_minutes=settings.event_minutes,
        api_url=settings.google_api_url and f"{settings.google_api_url}/",
        link=lambda event: f"{base}/c/{event.conversation}" if base else None,
        concurrency=settings.google_concurrency,
        requests_per_minute=settings.google_requests_per_minute,
    )


def make_grants(settings: Settings, store: Store) -> Grants:
    """Who we are at Google for a tenant: whom the tenant connected, else the service account."""
    key = settings.google_service_account
    account = service_account(key.get_secret_value(), subject=settings.google_delegated_user) if key else None
    client = settings.google_client_id
    sealer = Sealer(settings.secret_key.get_secret_value()) if settings.secret_key else None

    async def grants(tenant: Tenant) -> Grant | None:
        if client is None or sealer is None:
            return account
        access = await store.calendar_access(tenant.id)
        if access is None or access.credentials is None:
            return account
        return owner_grant(settings, access.account or "the connected account", sealer.open(access.credentials))

    return grants


def owner_grant(settings: Settings, account: str, refresh_token: str) -> Grant:
    """What a calendar's owner agreed to."""
    return Grant(
        account=account,
        refresh_token=SecretStr(refresh_token),
        client_id=settings.google_client_id,
        client_secret=settings.google_client_secret,
        token_url=settings.google_token_url,
    )
