"""Direct transport: psycopg 3 with a pool."""

import asyncio
import json
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import psycopg
import psycopg_pool

from app.errors import StoreRefused, StoreUnavailable
from app.store.database import clean
from app.store.sqlstates import may_be_repeated, store_error

_ATTEMPTS = 4
_FIRST_PAUSE = 0.05  # seconds, doubled each time
_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


@lru_cache(maxsize=256)
def _query(function: str, names: tuple[str, ...]) -> bytes:
    """As bytes: psycopg would put a `Composed` together again at every call (a tenth of a call's time here)."""
    arguments = psycopg.sql.SQL(", ").join(
        psycopg.sql.SQL("{} => {}").format(psycopg.sql.Identifier(name), psycopg.sql.Placeholder()) for name in names
    )
    return psycopg.sql.SQL("select {}({})").format(psycopg.sql.Identifier(function), arguments).as_bytes()


def _value(value: Any) -> Any:
    """A parameter as psycopg sends it: jsonb as its text, of which the server finds the type."""
    if value is None or (type(value) is str and value.isascii() and "\0" not in value):
        return value
    if isinstance(value, dict | list):
        try:
            text = _json(value)
            text.encode()
        except ValueError:  # a number that JSON does not have, a lone surrogate
            return _json(clean(value))
        return text if "\\u0000" not in text else _json(clean(value))
    return clean(value)


class PostgresDatabase:
    """Any Postgres 15+ by its DSN. Open with `await PostgresDatabase.connect(dsn)`."""

    name = "postgres"

    def __init__(self, pool: psycopg_pool.AsyncConnectionPool, *, seconds: float = 5.0) -> None:
        self._pool = pool
        self._seconds = seconds

    @classmethod
    async def connect(cls, dsn: str, *, max_connections: int = 10, seconds: float = 5.0) -> "PostgresDatabase":
        """Open the pool and prove that the database answers within `seconds`; else `StoreUnavailable`. A call that
        failed is not tried again after as many."""
        pool = psycopg_pool.AsyncConnectionPool(
            dsn,
            min_size=1,
            max_size=max_connections,
            timeout=seconds,
            open=False,
            configure=_prepare_nothing_through_a_pooler,
            # One statement per call is its own transaction, as with PostgREST.
            kwargs={
                "autocommit": True,
                "application_name": "hilo",
                "connect_timeout": 5,
                # A server that is gone without a word is noticed, instead of being waited for.
                "keepalives_idle": 30,
                "tcp_user_timeout": 15_000,  # ms
            },
        )
        try:
            await pool.open(wait=True, timeout=seconds)
        except psycopg_pool.PoolTimeout as error:
            await pool.close()
            raise StoreUnavailable(await _why(dsn) or "The database does not answer") from error
        return cls(pool, seconds=seconds)

    async def call(self, function: str, params: Mapping[str, Any]) -> Any:
        query = _query(function, tuple(params))
        values = [_value(v) for v in params.values()]
        pause = _FIRST_PAUSE
        deadline = time.monotonic() + self._seconds
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with self._pool.connection() as connection:
                    cursor = await connection.execute(query, values)
                    row = await cursor.fetchone()
                    return row[0] if row else None
            except psycopg_pool.PoolTimeout as error:
                raise StoreUnavailable("The database does not answer: no connection within the time limit") from error
            except psycopg.Error as error:
                if error.sqlstate is None and not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
                    raise StoreRefused(_text(error)) from error  # psycopg itself cannot send this
                wrapped = store_error(error.sqlstate, _text(error), error.diag.message_hint)
                again = wrapped.retry and may_be_repeated(error.sqlstate)
                if not again or attempt == _ATTEMPTS or time.monotonic() + pause > deadline:
                    raise wrapped from error
            # The server restarted or cut us off: sort the dead connections out before the next try.
            await asyncio.sleep(pause)
            pause *= 2
            await self._pool.check()
        raise AssertionError("unreachable")

    async def close(self) -> None:
        await self._pool.close()


async def _prepare_nothing_through_a_pooler(connection: psycopg.AsyncConnection) -> None:
    """A transaction pooler (PgBouncer, Supabase's port 6543) hands each call to another server connection, where the
    name of a statement that was prepared may be unknown, or that of somebody else's. It gives itself away: it makes up
    the process id that a server tells its client."""
    cursor = await connection.execute("select pg_backend_pid()", prepare=False)
    if await cursor.fetchone() != (connection.info.backend_pid,):
        connection.prepare_threshold = None


def _text(error: psycopg.Error) -> str:
    """The server's message alone: `str(error)` adds the statement's context."""
    return error.diag.message_primary or str(error).splitlines()[0]


async def _why(dsn: str) -> str | None:
    """What a single connection says; the pool only says that it timed out. Never holds the password."""
    try:
        connection = await psycopg.AsyncConnection.connect(dsn, connect_timeout=3)
    except psycopg.Error as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        return f"The database does not answer: {lines[0] if lines else type(error).__name__}"
    await connection.close()
    return None
