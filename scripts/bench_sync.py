"""How long a look-up and a sync take when a hundred come at once.

    scripts/bench sync [--messages 1000000] [--at-once 100] [--rounds 20] [--connections 10]

An embedded Postgres with so many messages (ten to a conversation) and a session for each conversation. Then, in turn
and interleaved, so that a noisy machine hits all alike, `--at-once` calls start together, again for each round:

  bare   the SQL function called by psycopg, as many at a time as there are connections
  http   the route on the real server (one process, the same number of connections), each call on a connection of its
         own that stays open. The client is forty lines below: httpx would take longer than what is measured

Prints median and p95 in milliseconds, from the moment at which all start, and the ratio of the p95s.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psycopg
import uvloop
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench_store import PER_CONVERSATION, fill  # noqa: E402

from app.store import embedded, migrations  # noqa: E402
from app.store.postgres import PostgresDatabase  # noqa: E402
from app.store.store import Store  # noqa: E402
from tests.support.servers import free_port, running_server  # noqa: E402

KEY = "bench-key-0123456789"
SESSIONS = """
insert into sessions (id, tenant_id, conversation_id, bot_id, phone, user_phone, expires_at, last_activity)
select 'bot_' || d || '_0_' || md5(d), tenant_id, conversation_id, 'bot', d, '+' || d, now() + interval '1 day', now()
  from (select *, regexp_replace(conversation_id, '[^0-9]', '', 'g') as d from whatsapp_conversations) c
"""
Call = Callable[[int], Awaitable[None]]


class Connection:
    """One HTTP/1.1 connection that stays open. Knows just what this server answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, url: str) -> "Connection":
        host, port = url.removeprefix("http://").split(":")
        return cls(*await asyncio.open_connection(host, int(port)))

    async def call(self, method: str, path: str, body: bytes = b"") -> None:
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {KEY}\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(f"{head}Content-Type: application/json\r\n\r\n".encode() + body)
        status, *headers = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        length = next(line for line in headers if line.lower().startswith("content-length:"))
        answer = await self._reader.readexactly(int(length.split(":")[1]))
        if " 200 " not in status:
            raise RuntimeError(f"{status}: {answer.decode()}")

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


def phone(n: int, messages: int) -> str:
    """Spread over all conversations there are."""
    return f"51{n * 7919 % max(messages // PER_CONVERSATION, 1):09d}"


async def together(at_once: int, first: int, call: Call) -> list[float]:
    """Milliseconds of each of `at_once` calls that start together."""
    began = time.perf_counter()

    async def one(n: int) -> float:
        await call(n)
        return (time.perf_counter() - began) * 1000

    return await asyncio.gather(*(one(first + n) for n in range(at_once)))


async def measure(given: argparse.Namespace, dsn: str, url: str, sessions: dict[str, str]) -> None:
    async with AsyncConnectionPool(dsn, min_size=given.connections, max_size=given.connections, timeout=60) as pool:
        connections = [await Connection.open(url) for _ in range(given.at_once)]

        async def bare_lookup(n: int) -> None:
            async with pool.connection() as connection:
                await connection.execute(
                    "select hilo_find_session(p_phones => %s, p_messages => 0)", [Jsonb([phone(n, given.messages)])]
                )

        async def http_lookup(n: int) -> None:
            path = f"/api/v1/whatsapp/lookup/tenant/{phone(n, given.messages)}"
            await connections[n % given.at_once].call("GET", path)

        async def bare_sync(n: int) -> None:
            async with pool.connection() as connection:
                await connection.execute(
                    "select hilo_sync_session(p_session => %s, p_intent => %s, p_context => %s)",
                    [sessions[phone(n, given.messages)], f"i{n}", Jsonb({"orderTotal": n})],
                )

        async def http_sync(n: int) -> None:
            path = f"/api/v1/whatsapp/agent/conversations/{sessions[phone(n, given.messages)]}/sync"
            body = json.dumps({"intent": f"i{n}", "context": {"orderTotal": n}}).encode()
            await connections[n % given.at_once].call("PUT", path, body)

        calls = {"look-up": (bare_lookup, http_lookup), "sync": (bare_sync, http_sync)}
        times: dict[tuple[str, str], list[float]] = {}
        for round_ in range(-2, given.rounds):  # two to warm up
            for what, pair in calls.items():
                for how, call in zip(("bare", "http"), pair, strict=True):
                    taken = await together(given.at_once, (round_ + 2) * given.at_once, call)
                    if round_ >= 0:
                        times.setdefault((what, how), []).extend(taken)
        for connection in connections:
            await connection.close()
    print(f"{given.messages:,} messages, {given.at_once} at once, {given.rounds} rounds, {os.cpu_count()} cores")
    p95 = {key: statistics.quantiles(values, n=20)[-1] for key, values in times.items()}
    for (what, how), taken in times.items():
        ratio = f"   {p95[what, how] / p95[what, 'bare']:.1f} x bare" if how == "http" else ""
        print(f"  {what:8} {how}  median {statistics.median(taken):7.1f}   p95 {p95[what, how]:7.1f} ms{ratio}")


async def run(given: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = embedded.start(Path(folder))
        await migrations.migrate(server.dsn)
        database = await PostgresDatabase.connect(server.dsn)
        await Store(database).ensure_default_tenant(timezone="America/Lima", locale="es")
        await database.close()
        fill(server.dsn, 0, given.messages)
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute(SESSIONS)
            connection.execute("vacuum analyze")
            sessions = dict(connection.execute("select phone, id from sessions").fetchall())
        port = free_port()
        environment = {
            "HILO_PORT": str(port), "HILO_DATA_DIR": folder, "HILO_API_KEY": KEY, "HILO_LOG_LEVEL": "warning",
            "HILO_BATCH_INTERVAL_MINUTES": "0", "HILO_TIMEZONE": "America/Lima", "HILO_SYNC_REQUESTS_PER_MINUTE": "0",
            "HILO_DATABASE_POOL": str(given.connections),
        }  # fmt: skip
        with running_server(environment) as process:
            await measure(given, server.dsn, process.url, sessions)
        server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--at-once", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--connections", type=int, default=10)
    uvloop.run(run(parser.parse_args()))  # as the server does


if __name__ == "__main__":
    main()
