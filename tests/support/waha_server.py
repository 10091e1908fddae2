"""A WAHA that runs here: `POST /api/sendText` as it is documented, with each engine's own answer, and signed events."""

import hashlib
import hmac
import itertools
import json
from typing import Any

from tests.support.json_server import Call, JsonServer, Refused

KEY = "hmac-key-for-tests"
API_KEY = "api-key-for-tests"
SESSION = "tienda"
_ids = itertools.count(1)


class WahaServer(JsonServer):
    def __init__(self, *, port: int = 0, engine: str = "WEBJS", sessions: tuple[str, ...] = (SESSION,)) -> None:
        super().__init__(port=port)
        self.engine, self.sessions = engine, sessions
        self.status = "WORKING"
        self.sent: list[dict[str, Any]] = []

    def answer(self, call: Call) -> tuple[int, Any]:
        if call.headers.get("x-api-key") != API_KEY:
            raise Refused(401, {"message": "Unauthorized", "statusCode": 401})
        if (call.method, call.path) != ("POST", "/api/sendText"):
            raise Refused(404, {"message": f"Cannot {call.method} {call.path}", "statusCode": 404})
        body = call.body
        if body["session"] not in self.sessions:
            raise Refused(404, {"message": "Session not found", "statusCode": 404})
        if self.status != "WORKING":
            raise Refused(
                422,
                {"error": "Session status is not as expected.", "status": self.status, "expected": ["WORKING"]},
            )
        if not str(body.get("chatId", "")).endswith(("@c.us", "@lid", "@g.us")) or not body.get("text"):
            raise Refused(400, {"message": ["chatId must be a chat"], "error": "Bad Request", "statusCode": 400})
        tail = f"3EB0{next(_ids):016X}"
        full = f"true_{body['chatId']}_{tail}"
        self.sent.append({**body, "tail": tail, "id": full})
        if self.engine == "NOWEB":
            jid = body["chatId"].replace("@c.us", "@s.whatsapp.net")
            return 201, {"key": {"remoteJid": jid, "fromMe": True, "id": tail}, "status": "PENDING"}
        if self.engine == "GOWS":
            return 201, {"id": full, "_data": {"Info": {"ID": tail}}}
        return 201, {"id": {"fromMe": True, "remote": body["chatId"], "id": tail, "_serialized": full}, "ack": 0}


def event(
    name: str, payload: dict[str, Any], *, session: str = SESSION, engine: str = "WEBJS", **more: Any
) -> dict[str, Any]:
    return {
        "id": f"evt_{next(_ids):026d}",
        "timestamp": 1_772_000_000_500,
        "event": name,
        "session": session,
        "me": {"id": "34910000001@c.us", "pushName": "Tienda", "lid": "77000000000001@lid"},
        "payload": payload,
        "engine": engine,
        **more,
    }


def text_payload(
    body: str, *, tail: str, chat: str = "34600100200@c.us", from_me: bool = False, at: int = 1_772_000_000, **more: Any
) -> dict[str, Any]:
    """A message as WEBJS brings it."""
    me = "34910000001@c.us"
    return {
        "id": f"{'true' if from_me else 'false'}_{chat}_{tail}",
        "timestamp": at,
        "from": me if from_me else chat,
        "to": chat if from_me else me,
        "fromMe": from_me,
        "source": "app",
        "body": body,
        "hasMedia": False,
        **more,
    }


def encode(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def sign(body: bytes, key: str = KEY) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "x-webhook-hmac": hmac.new(key.encode(), body, hashlib.sha512).hexdigest(),
        "x-webhook-hmac-algorithm": "sha512",
        "x-webhook-request-id": "01J",
        "x-webhook-timestamp": "1772000000500",
    }
