"""A Twilio that runs here: the Messages resource as it is documented, status callbacks, and incoming
messages.

In a test: `with TwilioServer() as twilio:` and `TwilioChannel(api_base_url=twilio.url, …)`. For several
processes: `python -m tests.support.twilio_server --port 9100 --auth-token secret`, which prints its URL and
keeps its state until it ends; other processes use `Remote(url)`, which speaks to these routes:

    GET  /control/journal    every request of the API, with what was answered
    GET  /control/messages   every message, incoming and outgoing, oldest first
    POST /control/faults     {"kind": …, …}: see `Fault`
    POST /control/inbound    {"from_": …, "to": …, "body": …, "url": …}: see `TwilioServer.inbound`
    POST /control/reset      forget all
"""

import argparse
import base64
import json
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree

import httpx

from tests.support.local_http import LocalHTTPServer
from tests.support.twilio_forms import ACCOUNT, TOKEN, inbound_form, new_sid, post_signed, status_form
from tests.support.twilio_messages import Stored, media_list, sent_within
from tests.support.twilio_rules import TwilioError, check_new_message


@dataclass(kw_only=True)
class Fault:
    """What goes wrong with the next `times` calls of `method` (any, if empty).

    `delay` waits `seconds` and goes on, `late` does the work and waits before it answers; `drop-before` closes the
    connection and does nothing; `drop-after` does the work and closes the connection unanswered; `error` answers
    `status` and, if given, Twilio's error `code`, with a Retry-After of `seconds` unless that is 0; `garbage` answers
    200 with a page that is no JSON.
    """

    kind: str
    method: str = ""
    times: int = 1
    seconds: float = 0.0
    status: int = 503
    code: int = 0
    message: str = "injected"
    location: str = ""


@dataclass
class State:
    messages: list[Stored] = field(default_factory=list)
    journal: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class TwilioServer:
    """`numbers` are the WhatsApp senders of the account; with none, any is one. `statuses` are what a message
    goes through after it was accepted, each reported to its status callback; with none it stays queued. To
    the addresses in `silent` (not heard of for a day) plain texts fail with 63016, which only the callback says."""

    def __init__(
        self,
        *,
        port: int = 0,
        account_sid: str = ACCOUNT,
        auth_token: str = TOKEN,
        numbers: Sequence[str] = (),
        statuses: Sequence[str] = ("sent", "delivered"),
        whole_days: bool = False,
    ) -> None:
        self.account_sid, self.auth_token = account_sid, auth_token
        self.numbers, self.statuses = tuple(numbers), tuple(statuses)
        self.whole_days = whole_days
        self.silent: set[str] = set()
        self.state = State()
        self.lock = threading.Lock()
        self._http = _Server(("127.0.0.1", port), _Handler)
        self._http.twilio = self
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def serve_forever(self) -> None:
        self._http.serve_forever()

    @property
    def sent(self) -> list[Stored]:
        """The outgoing messages, oldest first."""
        with self.lock:
            return [message for message in self.state.messages if message.direction != "inbound"]

    @property
    def journal(self) -> list[dict[str, Any]]:
        with self.lock:
            return [dict(entry) for entry in self.state.journal]

    def fault(self, kind: str, **details: Any) -> None:
        with self.lock:
            self.state.faults.append(Fault(kind=kind, **details))

    def reset(self) -> None:
        with self.lock:
            self.state = State()

    def inbound(
        self,
        *,
        from_: str,
        to: str,
        body: str,
        sid: str | None = None,
        at: datetime | None = None,
        media: Sequence[str] = (),
        url: str | None = None,
        signed_url: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """A customer writes: the message is listed from now on and, with `url`, posted to that webhook,
        signed for `signed_url` where the server believes to be called by another name. `media` are content
        types.

        Returns the `form`, and what the webhook answered: `status` (None if it did not) and `body`; the
        messages of a TwiML answer are sent, as Twilio does.
        """
        sid = sid or new_sid("SM")
        now = (at or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
        files = [(new_sid("ME"), content_type) for content_type in media]
        message = Stored(
            sid=sid,
            from_=from_,
            to=to,
            body=body,
            direction="inbound",
            status="received",
            created=now,
            sent=now,
            media=files,
        )
        with self.lock:
            if all(sid != other.sid for other in self.state.messages):
                self.state.messages.append(message)
        form = inbound_form(
            account_sid=self.account_sid, from_=from_, to=to, body=body, sid=sid, media=files, fields=fields
        )
        result: dict[str, Any] = {"form": form, "status": None, "body": ""}
        if url is not None:
            try:
                answer = post_signed(url, form, auth_token=self.auth_token, signed_url=signed_url, timeout=15.0)
            except httpx.TransportError:
                return result
            result |= {"status": answer.status_code, "body": answer.text}
            for text in _twiml_messages(answer):
                self.accept(from_=to, to=from_, body=text, direction="outbound-reply")
        return result

    def accept(
        self,
        *,
        from_: str,
        to: str,
        body: str,
        direction: str = "outbound-api",
        callback: str | None = None,
        template: bool = False,
    ) -> Stored:
        """Take an outgoing message and see it through its statuses in the background."""
        now = datetime.now(UTC).replace(microsecond=0)
        message = Stored(
            sid=new_sid("SM"),
            from_=from_,
            to=to,
            body=body,
            direction=direction,
            status="queued",
            created=now,
            status_callback=callback,
        )
        with self.lock:
            self.state.messages.append(message)
        if self.statuses:
            closed = to in self.silent and not template
            threading.Thread(target=self._deliver, args=(message, closed), daemon=True).start()
        return message

    def _deliver(self, message: Stored, closed: bool) -> None:
        for status in ("failed",) if closed else self.statuses:
            with self.lock:
                message.status = status
                message.error_code = 63016 if closed else None
                message.sent = message.sent or datetime.now(UTC).replace(microsecond=0)
            if message.status_callback:
                form = status_form(
                    message.sid, status, from_=message.from_, to=message.to, account_sid=self.account_sid
                ) | ({"ErrorCode": "63016"} if closed else {})
                try:
                    post_signed(message.status_callback, form, auth_token=self.auth_token)
                except httpx.TransportError:
                    continue  # Twilio does not repeat a callback either

    def next_fault(self, method: str) -> Fault | None:
        with self.lock:
            for fault in self.state.faults:
                if fault.times > 0 and fault.method in ("", method):
                    fault.times -= 1
                    return fault
        return None


class Remote:
    """A `TwilioServer` in another process, by its URL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=20.0)

    def journal(self) -> list[dict[str, Any]]:
        return list(self._client.get("/control/journal").json())

    def messages(self) -> list[dict[str, Any]]:
        return list(self._client.get("/control/messages").json())

    def fault(self, kind: str, **details: Any) -> None:
        self._client.post("/control/faults", json={"kind": kind, **details}).raise_for_status()

    def inbound(self, **details: Any) -> dict[str, Any]:
        return dict(self._client.post("/control/inbound", json=details).raise_for_status().json())

    def reset(self) -> None:
        self._client.post("/control/reset", json={}).raise_for_status()

    def close(self) -> None:
        self._client.close()


def _twiml_messages(answer: httpx.Response) -> list[str]:
    if not answer.is_success or "xml" not in answer.headers.get("content-type", ""):
        return []
    found = ElementTree.fromstring(answer.text).findall("Message")
    return ["".join(message.itertext()) for message in found]


class _Server(LocalHTTPServer):
    twilio: TwilioServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._handle(b"")

    def do_POST(self) -> None:
        self._handle(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def log_message(self, *_: object) -> None:
        """Tests read the journal."""

    def _handle(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        if path.startswith("/control/"):
            self._answer(200, self._control(path.removeprefix("/control/"), body))
            return
        fields = dict(parse_qsl(body.decode() if self.command == "POST" else query, keep_blank_values=True))
        entry: dict[str, Any] = {"method": self.command, "path": path, "fields": fields, "at": time.time()}
        with self.server.twilio.lock:
            self.server.twilio.state.journal.append(entry)
        fault = self.server.twilio.next_fault(self.command)
        kind = fault.kind if fault else ""
        entry["fault"] = kind
        headers = {"Retry-After": f"{fault.seconds:.0f}"} if fault and fault.seconds else {}
        if fault and fault.location:
            headers["Location"] = fault.location
        if fault and kind == "delay":
            time.sleep(fault.seconds)
        if kind == "drop-before":
            self._drop()
            return
        if fault and kind == "error":
            status: int = fault.status
            payload: Any = TwilioError(fault.status, fault.code, fault.message).payload() if fault.code else None
        else:
            try:
                status, payload = self._api(path, fields)
            except TwilioError as error:
                status, payload = error.status, error.payload()
        entry["status"] = status
        if fault and kind == "late":
            time.sleep(fault.seconds)
        if kind == "drop-after":
            self._drop()
        elif kind == "garbage" or payload is None:
            self._answer(status, "<html>no JSON</html>", headers)
        else:
            self._answer(status, payload, headers if kind == "error" else {})

    def _drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, status: int, payload: Any, headers: Mapping[str, str] | None = None) -> None:
        data = payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(payload, str) else "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        except (
            BrokenPipeError,
            ConnectionResetError,
        ):  # the other side was killed, as it often is in a crash test
            self.close_connection = True

    def _control(self, what: str, body: bytes) -> Any:
        twilio = self.server.twilio
        details = json.loads(body) if body else {}
        if what == "faults":
            twilio.fault(details.pop("kind"), **details)
        elif what == "inbound":
            if "at" in details:
                details["at"] = datetime.fromisoformat(details["at"])
            return twilio.inbound(**details)
        elif what == "reset":
            twilio.reset()
        elif what == "journal":
            return twilio.journal
        elif what == "messages":
            with twilio.lock:
                return [json.loads(json.dumps(asdict(one), default=str)) for one in twilio.state.messages]
        return {}

    def _api(self, path: str, fields: Mapping[str, str]) -> tuple[int, Any]:
        twilio = self.server.twilio
        expected = base64.b64encode(f"{twilio.account_sid}:{twilio.auth_token}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {expected}":
            raise TwilioError(401, 20003, "Authenticate")
        base = f"/2010-04-01/Accounts/{twilio.account_sid}/Messages"
        if path == f"{base}.json" and self.command == "POST":
            check_new_message(fields, numbers=twilio.numbers)
            message = twilio.accept(
                from_=fields["From"],
                to=fields["To"],
                body=fields.get("Body") or f"Mensaje: {json.loads(fields['ContentVariables'])['1']}",
                callback=fields.get("StatusCallback"),
                template="ContentSid" in fields,
            )
            return 201, message.resource(twilio.account_sid)
        if path == f"{base}.json":
            return 200, self._list(base, fields)
        sid, _, rest = path.removeprefix(f"{base}/").removesuffix(".json").partition("/")
        with twilio.lock:
            message_or_none = next((one for one in twilio.state.messages if one.sid == sid), None)
        if message_or_none is None or not path.startswith(f"{base}/"):
            raise TwilioError(404, 20404, f"The requested resource {path} was not found")
        if rest == "Media":
            return 200, media_list(base, message_or_none)
        return 200, message_or_none.resource(twilio.account_sid)

    def _list(self, base: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """Newest first; those without a date of sending match no filter by it."""
        twilio = self.server.twilio
        with twilio.lock:
            found = [
                one
                for one in reversed(twilio.state.messages)
                if fields.get("To", one.to) == one.to
                and fields.get("From", one.from_) == one.from_
                and sent_within(one, fields, whole_days=twilio.whole_days)
            ]
        found.sort(key=lambda one: one.sent or one.created, reverse=True)
        size, page = int(fields.get("PageSize", 50)), int(fields.get("Page", 0))
        shown = found[page * size : (page + 1) * size]
        more = len(found) > (page + 1) * size
        following = urlencode({**fields, "PageSize": size, "Page": page + 1, "PageToken": f"PA{page + 1}"})
        return {
            "messages": [one.resource(twilio.account_sid) for one in shown],
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + len(shown),
            "uri": f"{base}.json",
            "first_page_uri": f"{base}.json?PageSize={size}&Page=0",
            "previous_page_uri": None,
            "next_page_uri": f"{base}.json?{following}" if more else None,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--account-sid", default=ACCOUNT)
    parser.add_argument("--auth-token", default=TOKEN)
    parser.add_argument("--number", action="append", default=[], help="a sender (may be repeated)")
    parser.add_argument("--status", action="append", default=[], help="a status that messages go through")
    options = parser.parse_args()
    server = TwilioServer(
        port=options.port,
        account_sid=options.account_sid,
        auth_token=options.auth_token,
        numbers=options.number,
        statuses=options.status or ("sent", "delivered"),
    )
    print(server.url, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
