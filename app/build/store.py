"""The store and its transport, as the settings name them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.errors import SchemaMismatch
from app.settings import Settings
from app.store import migrations
from app.store.database import Database
from app.store.store import Store


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
