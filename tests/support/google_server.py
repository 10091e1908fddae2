"""A Google Calendar that runs here: the Events, Calendars and Freebusy resources as documented, and a token endpoint.

In a test: `with GoogleServer() as google:` and `GoogleCalendar(api_url=google.api_url, …)` with a service account
from `google.service_account()`. For several processes `python -m tests.support.google_server --port 9200` prints its
address; others steer it over HTTP:

    GET  /control/state     calendars with their entries, and the journal of requests
    POST /control/fault     {"kind": …, …}: see `Fault`
    POST /control/person    {"calendar", "id", "patch" | "delete"}: somebody edits in Google's web page
    POST /control/access    {"revoked": bool, "calendar", "role"}: access taken back or given

Batches (`google_batch`) are taken at `/batch/calendar/v3`.
"""

import argparse
import contextlib
import json
import random
import re
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.support.google_batch import Part, answers
from tests.support.google_channels import GoogleChannels
from tests.support.google_entries import GoogleCalendarState, GoogleError, not_found

CALENDAR = "citas@group.calendar.example"
ACCOUNT = "hilo@project.iam.example"


@dataclass(kw_only=True)
class Fault:
    """What goes wrong with the next `times` calls of `method` (any, if empty) whose path holds `path`.

    `delay` waits `seconds` and goes on; `drop-before` closes the connection and does nothing; `drop-after` does the
    work and closes the connection unanswered; `error` answers `status` with `reason` and does nothing, `error-after`
    does the work first; `late` closes the connection now and does the work `seconds` later.
    """

    kind: str
    method: str = ""
    path: str = ""
    times: int = 1
    seconds: float = 0.0
    status: int = 503
    reason: str = "backendError"
    retry_after: int | None = None

    def error(self) -> GoogleError:
        return GoogleError(self.status, self.reason, f"injected {self.reason}", retry_after=self.retry_after)


class _Dropped(Exception):
    """The connection is to be closed without an answer."""


class GoogleServer:
    """`token_seconds` is how long access tokens hold; `latency` is added to each call; with `dice`, each call meets a
    random fault with `fault_rate`."""

    def __init__(self, *, port: int = 0, calendar: str = CALENDAR, latency: float = 0.0) -> None:
        self.calendars = {calendar: GoogleCalendarState(calendar)}
        self.latency = latency
        self.token_seconds = 3600
        self.revoked = False
        self.unshared = False
        self.faults: list[Fault] = []
        self.dice: random.Random | None = None
        self.fault_rate = 0.0
        self.journal: list[tuple[str, str, int]] = []
        self.tokens: dict[str, float] = {}
        self.requests_per_minute: int | None = None
        self.request_times: deque[float] = deque()
        self.under_way = self.most_under_way = 0
        self.channels = GoogleChannels()
        self.lock = threading.RLock()
        self._http = _Http(("127.0.0.1", port), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/calendar/v3/"

    @property
    def calendar(self) -> GoogleCalendarState:
        return next(iter(self.calendars.values()))

    def service_account(self) -> dict[str, str]:
        """A key file's content, whose tokens come from here."""
        return {
            "type": "service_account", "client_email": ACCOUNT, "private_key": _private_key(), "private_key_id": "1",
            "client_id": "1", "token_uri": f"{self.url}/token", "project_id": "hilo",
        }  # fmt: skip

    def entries(self) -> list[dict[str, Any]]:
        """What is in the calendar, without what was deleted."""
        with self.lock:
            return [e for e in self.calendar.entries.values() if e["status"] != "cancelled"]

    def person_adds(self, **entry: Any) -> dict[str, Any]:
        with self._person() as calendar:
            times = {name: {k: v for k, v in entry[name].items() if v is not None} for name in ("start", "end")}
            return calendar.insert(entry | times)

    def person_edits(self, id_: str, **changes: Any) -> None:
        with self._person() as calendar:
            calendar.patch(id_, changes, None)

    def person_deletes(self, id_: str) -> None:
        with self._person() as calendar:
            calendar.delete(id_, None)

    def person_restores(self, id_: str) -> None:
        """Out of the bin, as it was."""
        with self._person() as calendar:
            calendar.restore(id_)

    @contextlib.contextmanager
    def _person(self) -> Iterator[GoogleCalendarState]:
        """Who acts in Google's own page: whatever Hilo may do there."""
        with self.lock:
            role, self.calendar.role = self.calendar.role, "owner"
            try:
                yield self.calendar
            finally:
                self.calendar.role = role
            self.channels.tell(self.calendars.values())

    def fault(self, kind: str, **options: Any) -> None:
        self.faults.append(Fault(kind=kind, **options))

    def take_fault(self, method: str, path: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.method in ("", method) and fault.path in path:
                    fault.times -= 1
                    if not fault.times:
                        self.faults.remove(fault)
                    return fault
            if self.dice is None or self.dice.random() >= self.fault_rate:
                return None
            kind = self.dice.choice(["drop-before", "drop-after", "error", "error-after", "late"])
            status, reason = self.dice.choice(
                [(503, "backendError"), (403, "rateLimitExceeded"), (429, "rateLimitExceeded")]
            )
            return Fault(kind=kind, status=status, reason=reason, seconds=self.dice.random() * 0.05)

    # -- what is asked -------------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, query: dict[str, str], body: Any, headers: Any) -> tuple[int, Any]:
        with self.lock:
            if path == "/token":
                return self._token(body or {})
            if path.startswith("/control/"):
                return 200, self._control(path.removeprefix("/control/"), body)
            self._authorize(headers.get("Authorization", ""))
            parts = [unquote(part) for part in path.removeprefix("/calendar/v3/").split("/")]
            try:
                status, payload = self._api(method, parts, query, body, headers.get("If-Match"))
                return status, partial(payload, query["fields"]) if payload and "fields" in query else payload
            finally:
                self.channels.tell(self.calendars.values())

    def _api(
        self, method: str, parts: list[str], query: dict[str, str], body: Any, if_match: str | None
    ) -> tuple[int, Any]:
        if parts == ["freeBusy"]:
            return 200, self._free_busy(body)
        if parts == ["channels", "stop"]:
            self.channels.stop(body)
            return 204, None
        calendar = self.calendars.get(parts[1])
        if calendar is None or self.unshared:
            raise not_found()
        self._within_quota()
        match (method, parts[2:]):
            case ("GET", []):
                return 200, {"kind": "calendar#calendar", "id": calendar.id, "timeZone": calendar.time_zone}
            case ("GET", ["events"]):
                return 200, calendar.page(query)
            case ("POST", ["events"]):
                return 200, calendar.insert(body)
            case ("POST", ["events", "watch"]):
                return 200, self.channels.watch(calendar, body)
            case ("GET", ["events", id_]):
                return 200, calendar.get(id_)
            case ("PATCH", ["events", id_]):
                return 200, calendar.patch(id_, body, if_match)
            case ("PUT", ["events", id_]):
                return 200, calendar.update(id_, body, if_match)
            case ("DELETE", ["events", id_]):
                calendar.delete(id_, if_match)
                return 204, None
        raise not_found()

    def _free_busy(self, body: Any) -> Any:
        since, until = datetime.fromisoformat(body["timeMin"]), datetime.fromisoformat(body["timeMax"])
        found = {}
        for item in body["items"]:
            calendar = self.calendars.get(item["id"])
            missing = {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
            found[item["id"]] = {"busy": calendar.busy(since, until)} if calendar else missing
        return {"kind": "calendar#freeBusy", "timeMin": body["timeMin"], "timeMax": body["timeMax"], "calendars": found}

    def _token(self, form: dict[str, str]) -> tuple[int, Any]:
        """RFC 6749 section 5.2; Google says invalid_grant for a key or refresh token that holds no more."""
        if self.revoked:
            return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
        token = f"token-{len(self.tokens)}"
        self.tokens[token] = time.monotonic() + self.token_seconds
        answer: dict[str, Any] = {"access_token": token, "expires_in": self.token_seconds, "token_type": "Bearer"}
        if form.get("grant_type") == "authorization_code":
            answer["refresh_token"] = "refresh-" + form["code"]
        return 200, answer

    def _authorize(self, header: str) -> None:
        if self.revoked or self.tokens.get(header.removeprefix("Bearer "), 0) < time.monotonic():
            raise GoogleError(401, "authError", "Invalid Credentials")

    def _within_quota(self) -> None:
        """Guides, Manage quotas: over the limit, 403 or 429 with usageLimits."""
        if self.requests_per_minute is None:
            return
        now = time.monotonic()
        while self.request_times and self.request_times[0] < now - 60:
            self.request_times.popleft()
        if len(self.request_times) >= self.requests_per_minute:
            raise GoogleError(403, "rateLimitExceeded", "Rate Limit Exceeded")
        self.request_times.append(now)

    def _control(self, what: str, body: Any) -> Any:
        if what == "state":
            return {"calendars": {c.id: c.entries for c in self.calendars.values()}, "journal": self.journal}
        if what == "fault":
            self.faults.append(Fault(**body))
        elif what == "person":
            calendar = self.calendars[body.get("calendar", CALENDAR)]
            calendar.delete(body["id"], None) if body.get("delete") else calendar.patch(body["id"], body["patch"], None)
            self.channels.tell(self.calendars.values())
        elif what == "access":
            self.revoked = body.get("revoked", self.revoked)
            if "role" in body:
                self.calendars[body.get("calendar", CALENDAR)].role = body["role"]
        return {}


def partial(payload: Any, fields: str) -> Any:
    """Guides, Performance, Partial response: `a,b(c,d),e/f` of an object, and of each object in an array."""
    wanted: dict[str, str] = {}
    for name, rest in re.findall(r"([^,()/]+)((?:/[^,()]+)?(?:\((?:[^()]|\([^()]*\))*\))?)", fields):
        wanted[name] = rest[1:] if rest.startswith("/") else rest[1:-1]
    if isinstance(payload, list):
        return [partial(one, fields) for one in payload]
    return {
        name: partial(value, wanted[name]) if wanted[name] else value
        for name, value in payload.items()
        if name in wanted
    }


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


@cache
def _private_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode()


def _handler(server: GoogleServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            pass

        def do(self) -> None:
            url = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if url.path.startswith("/batch/"):
                self.batch(raw)
                return
            body = json.loads(raw) if raw[:1] == b"{" else dict(parse_qsl(raw.decode("latin-1")))
            with server.lock:
                server.under_way += 1
                server.most_under_way = max(server.most_under_way, server.under_way)
            try:
                status, payload, extra = self.outcome(url.path, dict(parse_qsl(url.query)), body)
            except _Dropped:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            finally:
                server.under_way -= 1
            data = b"" if payload is None else json.dumps(payload).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def outcome(self, path: str, query: dict[str, str], body: Any) -> tuple[int, Any, dict[str, str]]:
            method, headers = self.command, self.headers
            time.sleep(server.latency)
            fault = None if path.startswith("/control/") else server.take_fault(method, path)
            try:
                if fault and fault.kind == "delay":
                    time.sleep(fault.seconds)
                elif fault and fault.kind == "error":
                    raise fault.error()
                elif fault and fault.kind == "drop-before":
                    raise _Dropped
                elif fault and fault.kind == "late":
                    threading.Timer(fault.seconds, _quietly, [server, method, path, query, body, headers]).start()
                    raise _Dropped
                status, payload = server.answer(method, path, query, body, headers)
                if fault and fault.kind == "drop-after":
                    raise _Dropped
                if fault and fault.kind == "error-after":
                    raise fault.error()
                extra: dict[str, str] = {}
            except GoogleError as error:
                status, payload = error.status, error.body()
                extra = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
            server.journal.append((method, path, status))
            return status, payload, extra

        def batch(self, raw: bytes) -> None:
            def one(part: Part) -> tuple[int, Any]:
                if "Authorization" not in part.headers:
                    part.headers["Authorization"] = self.headers.get("Authorization", "")
                try:
                    return server.answer(part.method, part.path, part.query, part.body, part.headers)
                except GoogleError as error:
                    return error.status, error.body()

            content_type, data = answers(self.headers["Content-Type"], raw, one)
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do  # noqa: N815

    return Handler


def _quietly(server: GoogleServer, *call: Any) -> None:
    with contextlib.suppress(GoogleError):
        server.answer(*call)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--calendar", default=CALENDAR)
    parser.add_argument("--latency", type=float, default=0.0)
    options = parser.parse_args()
    with GoogleServer(port=options.port, calendar=options.calendar, latency=options.latency) as server:
        print(server.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
