"""What Chatwoot keeps of its conversations: for the comparison with the store, and before a send is repeated.

Chatwoot does not repeat a webhook that failed, so without this the messages of an outage would stay there unread.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any

from app.channels.base import Outgoing
from app.channels.chatwoot_payload import OWN, parse_message
from app.channels.payloads import Json, identifier, moment, part, parts, text
from app.channels.text import sendable
from app.models import InboundMessage

Call = Callable[..., Awaitable[Any]]

_MAX_PAGES = 200


class History:
    """The conversations of one account; with `inbox`, of that inbox. `call` is the channel's, with its errors."""

    def __init__(self, call: Call, *, account: str, inbox: str = "") -> None:
        self._call = call
        self._account = account
        self._inbox = inbox
        self._base = f"/api/v1/accounts/{account}/conversations"

    async def sent(self, message: Outgoing, thread: str, *, since: datetime) -> list[str]:
        """Ids of those in `thread` that are `message`, oldest first: its text, and its mark where that was kept."""
        found = [
            identifier(one, "id")
            for one in await self._messages(thread, since=since)
            if text(one, "message_type") in ("1", "outgoing")
            and _comparable(text(one, "content")) == _comparable(message.body)
            and text(part(one, "content_attributes"), OWN) in ("", message.message_id)
        ]
        return [sid for sid in found if sid]

    async def since(self, since: datetime) -> AsyncIterator[InboundMessage]:
        """What was written since then, also by people of the business: an answered question needs no other answer."""
        found: list[InboundMessage] = []
        for conversation in await self._conversations(since):
            for message in await self._messages(identifier(conversation, "id"), since=since):
                body = {
                    **message,
                    "account": {"id": self._account},
                    "inbox": {"id": identifier(conversation, "inbox_id")},
                    "conversation": conversation,
                }
                found += parse_message(body).messages
        found.sort(key=lambda one: (one.sent_at or since, int(one.message_sid) if one.message_sid.isdigit() else 0))
        for one in found:
            yield one.model_copy(update={"backfilled": True})

    async def _conversations(self, since: datetime) -> list[Json]:
        """Those in which something happened since then; the list is by that, newest first."""
        found: list[Json] = []
        for page in range(1, _MAX_PAGES):
            params: dict[str, str | int] = {"status": "all", "assignee_type": "all", "page": page}
            if self._inbox:
                params["inbox_id"] = self._inbox
            answer = await self._call("GET", self._base, params=params)
            listed = parts(part(answer, "data").get("payload"))
            recent = [one for one in listed if (at := moment(one.get("last_activity_at"))) is None or at >= since]
            found += [{name: item for name, item in one.items() if name != "messages"} for one in recent]
            if not recent:
                break
        return found

    async def _messages(self, thread: str, *, since: datetime) -> list[Json]:
        """Oldest first. The API gives the last twenty, and those before a given one."""
        found: dict[str, Json] = {}
        before = ""
        for _ in range(_MAX_PAGES):
            params = {"before": before} if before else None
            answer = await self._call("GET", f"{self._base}/{thread}/messages", params=params)
            page = {identifier(one, "id"): one for one in parts(part(answer).get("payload"))}
            fresh = {sid: one for sid, one in page.items() if sid.isdigit() and sid not in found}
            recent = {sid: one for sid, one in fresh.items() if (moment(one.get("created_at")) or since) >= since}
            found |= recent
            if not fresh or len(recent) < len(fresh):
                break
            before = min(fresh, key=int)
        return [found[sid] for sid in sorted(found, key=int)]


def _comparable(body: str) -> str:
    return " ".join(sendable(body).split())
