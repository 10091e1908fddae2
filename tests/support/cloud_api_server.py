"""A Graph API that runs here: `POST /{version}/{phone_number_id}/messages` as it is documented, and signed webhooks."""

import hashlib
import hmac
import itertools
import json
from collections.abc import Sequence
from typing import Any

from tests.support.json_server import Call, JsonServer, Refused

SECRET = "app-secret-for-tests"
TOKEN = "EAAtestsonly"
PHONE_NUMBER_ID = "104200000000001"
_ids = itertools.count(1)


def graph_error(code: int, *, status: int = 400, details: str = "injected") -> Refused:
    """An error as the Graph API answers it."""
    message = {"message": f"(#{code}) {details}", "type": "OAuthException", "code": code}
    extra = {"error_data": {"messaging_product": "whatsapp", "details": details}, "fbtrace_id": "Abc"}
    return Refused(status, {"error": {**message, **extra}})


class CloudApiServer(JsonServer):
    def __init__(self, *, port: int = 0, numbers: Sequence[str] = (PHONE_NUMBER_ID,), token: str = TOKEN) -> None:
        super().__init__(port=port)
        self.numbers, self.token = tuple(numbers), token
        self.sent: list[dict[str, Any]] = []
        self.read: list[str] = []

    def answer(self, call: Call) -> tuple[int, Any]:
        if call.headers.get("authorization") != f"Bearer {self.token}":
            raise graph_error(190, status=401, details="Invalid OAuth access token")
        _, version, number, what = [*call.path.split("/"), "", ""][:4]
        if call.method != "POST" or what != "messages" or not version.startswith("v"):
            raise graph_error(100, status=404, details="Unknown path components")
        if number not in self.numbers:
            raise graph_error(33, details="Unsupported post request")
        body = call.body
        if body.get("messaging_product") != "whatsapp":
            raise graph_error(100, details="The parameter messaging_product is required.")
        if body.get("status") == "read":
            self.read.append(body["message_id"])
            return 200, {"success": True}
        recipient = body.get("to") or body.get("recipient")
        if not recipient:
            raise graph_error(100, details="The parameter to is required.")
        if body.get("type") == "template":
            (parameter,) = body["template"]["components"][0]["parameters"]
            if "\n" in parameter["text"] or not body["template"]["language"]["code"]:
                raise graph_error(132018, details="The template's parameters are not allowed")
            body = {**body, "text": {"body": parameter["text"]}}
        elif body.get("type") != "text" or not body.get("text", {}).get("body", "").strip():
            raise graph_error(131008, details="Parameter of type text is missing")
        if len(body["text"]["body"]) > 4096:
            raise graph_error(100, details="Param text['body'] must be at most 4096 characters long.")
        sid = f"wamid.HBg{next(_ids):08d}"
        self.sent.append({**body, "id": sid, "from": number})
        contact = {"input": recipient} | ({"wa_id": recipient} if body.get("to") else {"user_id": recipient})
        return 200, {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": sid}]}


def webhook(*values: dict[str, Any], field: str = "messages") -> dict[str, Any]:
    """The body of a webhook with a change for each of `values`."""
    changes = [{"value": {"messaging_product": "whatsapp", **value}, "field": field} for value in values]
    return {"object": "whatsapp_business_account", "entry": [{"id": "10000", "changes": changes}]}


def value(
    *messages: dict[str, Any],
    contact: str = "34600100200",
    name: str = "Ana",
    number: str = PHONE_NUMBER_ID,
    **more: Any,
) -> dict[str, Any]:
    """One change's value with messages of one contact."""
    person = {"profile": {"name": name}, "wa_id": contact}
    found = {"metadata": {"display_phone_number": "34910000001", "phone_number_id": number}, "contacts": [person]}
    return found | ({"messages": list(messages)} if messages else {}) | more


def text_message(body: str, *, sid: str, contact: str = "34600100200", at: int = 1_772_000_000) -> dict[str, Any]:
    return {"from": contact, "id": sid, "timestamp": str(at), "type": "text", "text": {"body": body}}


def encode(body: Any) -> bytes:
    """As Meta writes JSON: everything beyond ASCII escaped, and slashes too."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()


def sign(body: bytes, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"content-type": "application/json", "x-hub-signature-256": f"sha256={digest}"}
