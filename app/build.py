"""Parts made from settings, for the server (`main`) and the command line (`cli`)."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from pydantic import SecretStr

from app.calendars.google_access import Grant, Grants, Sealer, service_account
from app.channels.registry import Channels
from app.errors import SchemaMismatch
from app.extraction.base import Extractor
from app.models import Tenant
from app.settings import Settings
from app.store import migrations
from app.store.database import Database
from app.store.store import Store

if TYPE_CHECKING:
    from app.agent import SchedulingAgent
    from app.calendars.google import GoogleCalendar
    from app.extraction.llm import LLMExtractor
    from app.services.batch import BatchService
    from app.services.mail import Mailer
    from app.services.media_models import MediaModels
    from app.services.model_budget import ModelBudget


def store_name(settings: Settings) -> str:
    """Where the data is, in words without secrets."""
    if settings.supabase_url:
        return f"Supabase ({settings.supabase_url})"
    if settings.database_url:
        return "Postgres (DATABASE_URL)"
    return f"embedded Postgres in {settings.data_dir}"


@asynccontextmanager
async def open_dsn(settings: Settings) -> AsyncIterator[str]:
    """The DSN of DATABASE_URL, or of the embedded Postgres, which runs as long as the body and is migrated first."""
    if settings.database_url:
        yield settings.database_url.get_secret_value()
        return
    from app.store import embedded

    server = await asyncio.to_thread(embedded.start, settings.data_dir)
    try:
        await migrations.migrate(server.dsn)
        yield server.dsn
    finally:
        await asyncio.to_thread(server.close)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The transport that the settings name. Raises `StoreUnavailable` or `SchemaMismatch`, saying what to do."""
    database: Database
    if settings.supabase_url and settings.supabase_key:
        from app.store.supabase import SupabaseDatabase

        database = await SupabaseDatabase.connect(settings.supabase_url, settings.supabase_key.get_secret_value())
        try:
            _check(
                await migrations.schema_status_through(database), "paste the output of `hilo sql` into the SQL editor"
            )
            yield database
        finally:
            await database.close()
        return
    from app.store.postgres import PostgresDatabase

    async with open_dsn(settings) as dsn:
        database = await PostgresDatabase.connect(dsn, max_connections=settings.database_pool)
        try:
            _check(await migrations.schema_status(dsn), "run `hilo migrate`")
            yield database
        finally:
            await database.close()


def _check(status: migrations.SchemaStatus, mend: str) -> None:
    if status.problem:
        raise SchemaMismatch(status.problem)
    if not status.up_to_date:
        raise SchemaMismatch(f"The database has an older schema than this version needs: {mend}.")


@asynccontextmanager
async def open_store(settings: Settings, *, serving: bool = False) -> AsyncIterator[Store]:
    """The store, with the tenant `default` in it.

    Only the server (`serving`) brings that tenant in line with the settings, and only with those that were given: a
    command run in a shell without HILO_TIMEZONE must not move a business to the machine's own zone.
    """
    async with open_database(settings) as database:
        store = Store(database)
        tenants = {tenant.slug: tenant for tenant in await store.list_tenants()}
        there = tenants.get("default")
        given = settings.model_fields_set if serving else set()
        timezone = settings.timezone if there is None or "timezone" in given else there.timezone
        locale = settings.locale if there is None or "locale" in given else there.locale
        if there is None or (there.timezone, there.locale) != (timezone, locale):
            await store.ensure_default_tenant(timezone=timezone, locale=locale)
        yield store


def make_channels(settings: Settings) -> Channels:
    """Every provider's channel; without its credentials it takes webhooks from this machine alone and sends nothing."""
    # Twilio's library takes a fifth of a second, and most commands send nothing.
    from app.channels.chatwoot import ChatwootChannel
    from app.channels.cloud_api import CloudApiChannel
    from app.channels.twilio import TwilioChannel
    from app.channels.waha import WahaChannel
    from app.services.metrics import CHATWOOT_SENDS

    callback = settings.public_base_url and f"{settings.public_base_url}/api/v1/whatsapp/webhook"
    return Channels(
        TwilioChannel(
            account_sid=settings.twilio_account_sid,
            auth_token=_secret(settings.twilio_auth_token),
            numbers=[settings.twilio_whatsapp_number] if settings.twilio_whatsapp_number else [],
            status_callback=callback,
            api_base_url=settings.twilio_api_base_url,
            media_hosts=settings.media_hosts,
        ),
        CloudApiChannel(
            app_secret=_secret(settings.meta_app_secret),
            access_token=_secret(settings.meta_access_token),
            verify_token=_secret(settings.meta_verify_token),
            version=settings.meta_graph_version,
            mark_read=settings.read_receipts,
            api_base_url=settings.meta_api_base_url,
            media_hosts=settings.media_hosts,
        ),
        WahaChannel(
            base_url=settings.waha_base_url,
            api_key=_secret(settings.waha_api_key),
            hmac_key=_secret(settings.waha_hmac_key),
            media_hosts=settings.media_hosts,
        ),
        ChatwootChannel(
            base_url=settings.chatwoot_base_url,
            api_token=_secret(settings.chatwoot_api_token),
            account_id=settings.chatwoot_account_id,
            inbox_id=settings.chatwoot_inbox_id,
            webhook_token=_secret(settings.chatwoot_webhook_token),
            webhook_secrets=re.split(r"[,\s]+", _secret(settings.chatwoot_webhook_secret) or ""),
            validate_conversations=settings.validate_conversations,
            hand_back_label=settings.chatwoot_hand_back_label,
            window_hours=settings.chatwoot_window_hours or None,
            media_hosts=settings.media_hosts,
            on_send=lambda flow, outcome: CHATWOOT_SENDS.labels(flow, outcome).inc(),
        ),
    )


def make_mailer(settings: Settings) -> "Mailer | None":
    """The mail server; None without one. Raises `SettingsError` for a sender that is none."""
    if settings.smtp_host is None or settings.smtp_from is None:
        return None
    from app.services.mail import Mailer

    return Mailer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=_secret(settings.smtp_password),
        sender=settings.smtp_from,
    )


def make_media_models(settings: Settings) -> "MediaModels":
    """What hears and sees; without a key for either it reads nothing."""
    from app.services.media_models import Endpoint, MediaModels

    hearing, seeing = _secret(settings.transcribe_api_key), _secret(settings.vision_api_key)
    seconds = settings.media_timeout_seconds
    return MediaModels(
        hearing=Endpoint(
            key=hearing, model=settings.transcribe_model, base_url=settings.transcribe_base_url, seconds=seconds
        )
        if hearing
        else None,
        seeing=Endpoint(key=seeing, model=settings.vision_model, base_url=settings.vision_base_url, seconds=seconds)
        if seeing
        else None,
    )


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None


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


def make_agent(settings: Settings) -> "SchedulingAgent":
    from app.agent import SchedulingAgent, build_model
    from app.services.model_budget import count

    key = settings.openai_api_key
    model = build_model(key.get_secret_value() if key else None, settings.openai_base_url, settings.openai_model)
    return SchedulingAgent(model, timeout=settings.agent_timeout_seconds, on_usage=count)


def make_offline_agent() -> "SchedulingAgent":
    from app.agent import OfflineModel, SchedulingAgent

    return SchedulingAgent(OfflineModel())


def make_budget(settings: Settings, store: Store) -> "ModelBudget | None":
    """Who counts what the language model takes; None without one."""
    if settings.openai_api_key is None:
        return None
    from app.services.model_budget import ModelBudget

    return ModelBudget(
        store,
        model=settings.openai_model,
        daily_tokens=settings.llm_daily_tokens,
        input_price=settings.llm_input_price,
        output_price=settings.llm_output_price,
    )


def make_extractor(settings: Settings) -> Extractor:
    from app.extraction.rules import RulesExtractor

    if settings.openai_api_key is None:
        return RulesExtractor()
    return make_llm_extractor(settings)


def make_llm_extractor(settings: Settings) -> "LLMExtractor":
    """The extractor on the language model. Needs OPENAI_API_KEY."""
    from app.extraction.llm import Limits, LLMExtractor
    from app.extraction.rules import RulesExtractor
    from app.services.model_budget import count

    assert settings.openai_api_key is not None
    return LLMExtractor(
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        model=settings.openai_model,
        limits=Limits(
            window_tokens=settings.llm_window_tokens,
            timeout=settings.llm_timeout_seconds,
            attempts=settings.llm_attempts,
        ),
        fallback=RulesExtractor() if settings.llm_fallback == "rules" else None,
        on_usage=count,
    )


def make_batch(settings: Settings, store: Store, *, on_events: Callable[[], None] = lambda: None) -> "BatchService":
    from app.extraction.rules import RulesExtractor
    from app.services.batch import BatchPolicy, BatchService

    return BatchService(
        store,
        make_extractor(settings),
        policy=BatchPolicy(
            event_minutes=settings.event_minutes,
            conflict_policy=settings.conflict_policy,
            max_attempts=settings.batch_max_attempts,
            lease_seconds=settings.lease_seconds,
            concurrency=settings.batch_concurrency,
        ),
        on_events=on_events,
        budget=make_budget(settings, store),
        offline=RulesExtractor(),
    )
