"""A Chatwoot that runs here: contacts, conversations and messages of its application API, and its webhooks.

It keeps state: a conversation that is deleted is 404 afterwards, a contact that was made is found again.
"""

import hashlib
import hmac
import itertools
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.json_server import Call, JsonServer, Refused

TOKEN = "chatwoot-token-for-tests"
SECRET = "webhook-secret-for-tests"
PATH_TOKEN = "pathtoken0123456789"
ACCOUNT, INBOX = 3, 12
_ids = itertools.count(9001)


@dataclass(kw_only=True)
class Conversation:
    id: int
    contact_id: int
    inbox_id: int = INBOX
    status: str = "pending"
    messages: list[dict[str, Any]] = field(default_factory=list)


class ChatwootServer(JsonServer):
    """`on_message` hears of each message before the caller gets its answer, as Chatwoot's own webhooks may."""

    def __init__(self, *, port: int = 0) -> None:
        super().__init__(port=port)
        self.contacts: dict[int, dict[str, Any]] = {}
        self.conversations: dict[int, Conversation] = {}
        self.on_message: Callable[[dict[str, Any], Conversation], None] | None = None
        self._next = itertools.count(500)

    @property
    def sent(self) -> list[str]:
        """Contents of what the API has taken, oldest first."""
        with self.lock:
            found = [message for one in self.conversations.values() for message in one.messages]
            ours = [message for message in found if message["message_type"] == 1]
            return [message["content"] for message in sorted(ours, key=lambda message: message["id"])]

    def add_contact(self, phone: str, *, name: str = "Ana Pérez") -> int:
        number = next(self._next)
        self.contacts[number] = {"id": number, "name": name, "phone_number": phone}
        return number

    def add_conversation(self, contact: int, *, number: int | None = None, **more: Any) -> Conversation:
        number = number or next(self._next)
        self.conversations[number] = Conversation(id=number, contact_id=contact, **more)
        return self.conversations[number]

    def answer(self, call: Call) -> tuple[int, Any]:
        if call.headers.get("api_access_token") != TOKEN:
            raise Refused(401, {"error": "Invalid Access Token"})
        match = re.fullmatch(r"/api/v1/accounts/(\d+)/(.+)", call.path)
        if not match or int(match[1]) != ACCOUNT:
            raise Refused(404, {"error": "Account not found"})
        for pattern, method, route in (
            (r"contacts/search", "GET", self._search),
            (r"contacts", "POST", self._create_contact),
            (r"contacts/(\d+)/conversations", "GET", self._conversations_of),
            (r"conversations", "GET", self._list),
            (r"conversations", "POST", self._create_conversation),
            (r"conversations/(\d+)/messages", "GET", self._messages),
            (r"conversations/(\d+)", "GET", self._show),
            (r"conversations/(\d+)/messages", "POST", self._create_message),
            (r"conversations/(\d+)/toggle_status", "POST", self._toggle),
        ):
            found = re.fullmatch(pattern, match[2])
            if found and method == call.method:
                return 200, route(call, *map(int, found.groups()))
        raise Refused(404, {"error": "Resource could not be found"})

    def _search(self, call: Call) -> Any:
        wanted = call.query["q"]
        found = [c for c in self.contacts.values() if wanted in (c["phone_number"] or "") or wanted in c["name"]]
        return {"meta": {"count": len(found), "current_page": 1}, "payload": found}

    def _create_contact(self, call: Call) -> Any:
        phone = call.body["phone_number"]
        if not re.fullmatch(r"\+[1-9]\d{1,14}", phone):
            raise Refused(422, {"message": "Phone number should be in e164 format"})
        if any(contact["phone_number"] == phone for contact in self.contacts.values()):
            raise Refused(422, {"message": "Phone number has already been taken"})
        number = self.add_contact(phone, name=call.body["name"])
        inbox = {"source_id": phone.removeprefix("+"), "inbox": {"id": call.body["inbox_id"]}}
        return {"payload": {"contact": self.contacts[number], "contact_inbox": inbox}}

    def _conversations_of(self, _call: Call, contact: int) -> Any:
        found = [one for one in self.conversations.values() if one.contact_id == contact]
        return {"payload": [{"id": one.id, "inbox_id": one.inbox_id, "status": one.status} for one in found]}

    def _create_conversation(self, call: Call) -> Any:
        if call.body["contact_id"] not in self.contacts:
            raise Refused(404, {"error": "Resource could not be found"})
        made = self.add_conversation(call.body["contact_id"], inbox_id=call.body["inbox_id"], status="open")
        return {"id": made.id, "account_id": ACCOUNT, "inbox_id": made.inbox_id}

    def _conversation(self, number: int) -> Conversation:
        if number not in self.conversations:
            raise Refused(404, {"error": "Resource could not be found"})
        return self.conversations[number]

    def _show(self, _call: Call, number: int) -> Any:
        found = self._conversation(number)
        return {"id": found.id, "inbox_id": found.inbox_id, "status": found.status}

    def _create_message(self, call: Call, number: int) -> Any:
        conversation = self._conversation(number)
        if not call.body.get("content"):
            raise Refused(422, {"error": "Content can't be blank"})
        message = {
            "id": next(_ids),
            "content": call.body["content"],
            "message_type": 1,
            "private": call.body.get("private", False),
            "content_attributes": call.body.get("content_attributes") or {},
            "created_at": int(time.time()),
            "conversation_id": number,
        }
        conversation.messages.append(message)
        if self.on_message:
            self.on_message(message, conversation)
        return message

    def _list(self, call: Call) -> Any:
        """25 to a page, by their last message, newest first."""
        wanted = int(call.query.get("inbox_id") or INBOX)
        found = [one for one in self.conversations.values() if one.inbox_id == wanted]
        found.sort(key=lambda one: max((m["created_at"] for m in one.messages), default=0), reverse=True)
        page = (int(call.query.get("page", 1)) - 1) * 25
        payload = [
            {
                "id": one.id,
                "inbox_id": one.inbox_id,
                "status": one.status,
                "last_activity_at": max((m["created_at"] for m in one.messages), default=0),
                "meta": {"sender": {**self.contacts[one.contact_id], "type": "contact"}},
                "messages": one.messages[-1:],
            }
            for one in found[page : page + 25]
        ]
        return {"data": {"meta": {"all_count": len(found)}, "payload": payload}}

    def _messages(self, call: Call, number: int) -> Any:
        """The last twenty, or the twenty before `before`, oldest first."""
        before = int(call.query.get("before") or 10**12)
        found = [message for message in self._conversation(number).messages if message["id"] < before]
        found.sort(key=lambda message: message["id"])
        return {"meta": {}, "payload": found[-20:]}

    def receive(
        self,
        conversation: Conversation,
        content: str,
        *,
        number: int | None = None,
        at: float | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """A customer wrote, and no webhook came through; with `sender` a person of the business did."""
        contact = self.contacts[conversation.contact_id]
        message = {
            "id": number or next(_ids),
            "content": content,
            "message_type": 0,
            "private": False,
            "content_attributes": {},
            "created_at": int(time.time() if at is None else at),
            "sender": {**contact, "type": "contact"},
            **more,
        }
        conversation.messages.append(message)
        return message

    def _toggle(self, call: Call, number: int) -> Any:
        conversation = self._conversation(number)
        conversation.status = call.body["status"]
        return {"payload": {"success": True, "conversation_id": number, "current_status": conversation.status}}


def conversation_data(
    *, number: int = 215, contact: int = 77, name: str = "Ana Pérez", phone: str | None = "+34600100200", **more: Any
) -> dict[str, Any]:
    sender = {"id": contact, "name": name, "phone_number": phone, "blocked": False, "type": "contact"}
    return {
        "id": number,
        "inbox_id": INBOX,
        "channel": "Channel::Whatsapp",
        "contact_inbox": {"contact_id": contact, "inbox_id": INBOX, "source_id": (phone or "+0")[1:]},
        "labels": [],
        "status": "pending",
        "meta": {"sender": sender, "assignee": None},
        "account": {"id": ACCOUNT, "name": "Tienda"},
        **more,
    }


def message_event(
    content: str | None,
    *,
    number: int,
    kind: str = "incoming",
    sender: dict[str, Any] | None = None,
    conversation: dict[str, Any] | None = None,
    event: str = "message_created",
    **more: Any,
) -> dict[str, Any]:
    """The body of a message's webhook; the sender of an incoming one is the contact, without a type."""
    conversation = conversation or conversation_data()
    contact = {name: value for name, value in conversation["meta"]["sender"].items() if name != "type"}
    return {
        "event": event,
        "id": number,
        "content": content,
        "message_type": kind,
        "private": False,
        "content_type": "text",
        "content_attributes": {},
        "created_at": "2026-03-02T09:00:00.401Z",
        "account": {"id": ACCOUNT, "name": "Tienda"},
        "inbox": {"id": INBOX, "name": "WhatsApp"},
        "sender": contact if kind == "incoming" else sender,
        "conversation": conversation,
        "source_id": None,
        **more,
    }


MARTA = {"id": 5, "name": "Marta", "email": "marta@tienda.example", "type": "user"}
BOT = {"id": 8, "name": "Hilo", "type": "agent_bot"}


def encode(body: Any) -> bytes:
    """As Rails writes JSON: markup escaped."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "surrogatepass")


def sign(body: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/json",
        "x-chatwoot-signature": f"sha256={digest}",
        "x-chatwoot-timestamp": timestamp,
        "x-chatwoot-delivery": "6a1f0d2e-0000-4000-8000-000000000000",
    }
