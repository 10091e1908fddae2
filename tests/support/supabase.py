"""A Supabase project for the tests: its gateway, with a PostgREST behind it.

The gateway does what Supabase's does with keys, and what the network between does to requests (`faults`). Behind it
is `StandIn` (a PostgREST in this process, see postgrest.py), or a real one: the program that POSTGREST_BIN names, or
the project of SUPABASE_TEST_URL, SUPABASE_TEST_KEY and SUPABASE_TEST_DSN (docs/development.md).
"""

import contextlib
import os
import secrets
import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from typing import Protocol, Self

import httpx
import jwt
import psycopg
from psycopg.conninfo import make_conninfo

from app.store.schema_script import render_script
from tests.support.faults import Armed, Fault, Faults
from tests.support.postgrest import Reply, StandIn, error_reply, json_reply
from tests.support.servers import free_port

ROLES = {"anon": "", "authenticated": "", "service_role": "bypassrls"}


def prepare(dsn: str) -> None:
    """Make an empty database what a new Supabase project is, then paste the script into its SQL editor."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for role, option in ROLES.items():  # they belong to the whole server: another test may be making them
            connection.execute(
                f"do $$ begin create role {role} nologin {option};"
                " exception when duplicate_object or unique_violation then null; end $$"
            )
        connection.execute("grant usage on schema public to anon, authenticated, service_role")
        for what in ("tables", "sequences", "functions"):
            connection.execute(
                f"alter default privileges in schema public grant all on {what} to anon, authenticated, service_role"
            )
        connection.execute(render_script())


class Upstream(Protocol):
    """A PostgREST: runs `function` as whom `headers` say."""

    def call(self, function: str, headers: Mapping[str, str], body: bytes) -> Reply: ...


class Http:
    """A PostgREST somewhere else, at `url`."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=60, limits=httpx.Limits(max_connections=50))

    def call(self, function: str, headers: Mapping[str, str], body: bytes) -> Reply:
        try:
            answer = self._client.post(f"/rpc/{function}", content=body, headers=headers)
        except httpx.TransportError as error:
            return json_reply(503, {"message": f"upstream: {type(error).__name__}"})
        kind = answer.headers.get("content-type", "application/json")
        return Reply(status=answer.status_code, body=answer.content, content_type=kind)

    def close(self) -> None:
        self._client.close()


@contextlib.contextmanager
def program(path: str, dsn: str, secret: str, *, max_rows: int = 1000) -> Iterator[str]:
    """A real PostgREST of its own on this database; gives its address."""
    port, admin = free_port(), free_port()
    environment = {
        "PGRST_DB_URI": make_conninfo(dsn, options="-c statement_timeout=8s", application_name="postgrest"),
        "PGRST_DB_SCHEMAS": "public",
        "PGRST_DB_ANON_ROLE": "anon",
        "PGRST_DB_MAX_ROWS": str(max_rows),
        "PGRST_DB_POOL": "20",
        "PGRST_JWT_SECRET": secret,
        "PGRST_SERVER_HOST": "127.0.0.1",
        "PGRST_SERVER_PORT": str(port),
        "PGRST_ADMIN_SERVER_PORT": str(admin),
        "PGRST_LOG_LEVEL": "crit",
    }
    process = subprocess.Popen([path], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{admin}/ready", timeout=2).status_code == 200:
                    break
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{path} does not start (exit code {process.poll()})")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


class Supabase:
    """`url` and the keys are what a user would put into SUPABASE_URL and SUPABASE_KEY; `faults` what goes wrong.

    `serialization_failures` counts what PostgREST before 16 would repeat without end: it must stay 0.
    """

    def __init__(self, dsn: str, *, max_rows: int = 1000) -> None:
        self.faults = Faults()
        self.serialization_failures = 0
        self.calls = 0
        self.hosted = os.environ.get("SUPABASE_TEST_URL", "").rstrip("/")
        self.program = os.environ.get("POSTGREST_BIN", "")
        self._dsn, self._max_rows = dsn, max_rows
        self._secret = secrets.token_hex(32)
        self.service_key = os.environ.get("SUPABASE_TEST_KEY") or f"sb_secret_{secrets.token_urlsafe(24)}"
        self.anon_key = f"sb_publishable_{secrets.token_urlsafe(24)}"
        self.legacy_service_key = self.legacy_key("service_role")
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.app = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._open = contextlib.ExitStack()
        self.upstream: Upstream

    @property
    def real(self) -> bool:
        """Whether the PostgREST is one, and not ours."""
        return bool(self.hosted or self.program)

    def __enter__(self) -> Self:
        if self.real:
            url = f"{self.hosted}/rest/v1"
            if not self.hosted:
                url = self._open.enter_context(program(self.program, self._dsn, self._secret, max_rows=self._max_rows))
            self.upstream = self._open.enter_context(contextlib.closing(Http(url)))
        else:
            self.upstream = self._open.enter_context(StandIn(self._dsn, self._secret, max_rows=self._max_rows))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._open.close()

    def legacy_key(self, role: str, *, seconds: float = 3600) -> str:
        """A key of the old kind, a JWT; negative `seconds` for one that has expired."""
        return self.sign(role, self._secret, seconds=seconds)

    @staticmethod
    def sign(role: str, secret: str, *, seconds: float = 3600) -> str:
        return jwt.encode({"role": role, "iss": "supabase", "exp": int(time.time() + seconds)}, secret, "HS256")

    def call(self, function: str, apikey: str | None, authorization: str | None, body: bytes) -> Reply:
        headers = self._admitted(apikey, authorization)
        if isinstance(headers, Reply):
            return headers
        self.calls += 1
        reply = self.upstream.call(function, headers, body)
        if reply.status >= 400 and b'"40001"' in reply.body:
            self.serialization_failures += 1
        return reply

    def _admitted(self, apikey: str | None, authorization: str | None) -> dict[str, str] | Reply:
        """What the gateway passes on: PostgREST knows only JWTs, so the newer keys become one."""
        if not apikey:
            hint = "No `apikey` request header or url param was found."
            return json_reply(401, {"message": "No API key found in request", "hint": hint})
        token = (authorization or "").removeprefix("Bearer ").strip() or apikey
        if self.hosted:
            return {"apikey": apikey, "Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        roles = {self.service_key: "service_role", self.anon_key: "anon"}
        if apikey not in roles and apikey.count(".") != 2:
            hint = "Double check your Supabase `anon` or `service_role` API key."
            return json_reply(401, {"message": "Invalid API key", "hint": hint})
        if token in roles:
            token = self.legacy_key(roles[token])
        return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    app: Supabase


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        app = self.server.app
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        prefix, _, function = self.path.partition("?")[0].rpartition("/")
        if prefix != "/rest/v1/rpc":
            self._send(error_reply(404, "PGRST125", "Invalid path specified in request URL"))
            return
        armed = app.faults.take(function)
        if armed is not None and self._before(armed):
            return
        self._send(app.call(function, self.headers.get("apikey"), self.headers.get("Authorization"), body), armed)

    def _before(self, armed: Armed) -> bool:
        """True when the call does not get through."""
        if armed.fault is Fault.DROP:
            self._hang_up()
        elif armed.fault is Fault.GATEWAY:
            page = b"<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>"
            self._send(Reply(status=502, body=page, content_type="text/html"))
        return armed.fault in (Fault.DROP, Fault.GATEWAY)

    def _send(self, reply: Reply, armed: Armed | None = None) -> None:
        if armed is not None and armed.fault is Fault.LOSE:
            self._hang_up()
            return
        if armed is not None and armed.fault is Fault.DELAY:
            time.sleep(armed.seconds)
        self.send_response(reply.status)
        if reply.body:
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers_with(reply.body, cut=armed is not None and armed.fault is Fault.CUT)

    def end_headers_with(self, body: bytes, *, cut: bool) -> None:
        """Head and body in one write: in two, each reply would wait for a delayed acknowledgement (40 ms)."""
        self._headers_buffer.append(b"\r\n")
        whole = b"".join(self._headers_buffer) + body
        self._headers_buffer = []
        with contextlib.suppress(OSError):
            self.wfile.write(whole[: len(whole) - len(body) // 2 - 1] if cut else whole)
        if cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
