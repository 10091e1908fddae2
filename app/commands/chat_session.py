"""One WhatsApp contact who writes to the running server, and sees what comes back.

Messages go in through the webhook, as Twilio brings them. What comes back is read from the conversation as it is
stored, so that late answers, split ones and those that Twilio sends are all seen; without a key for the API it is
what the webhook's own answer carries.
"""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Protocol

from app.commands import common, wording
from app.commands.api_client import WEBHOOK, ApiError, Server

_IDLE_SECONDS: Final = 5.0  # between looks for what nobody here asked for: a person's message, the batch's events
_EAGER_SECONDS: Final = 0.5  # the same while an answer is awaited that Twilio sends
_STORED_SECONDS: Final = 2.0  # how long the next message waits for this one to be stored


class Screen(Protocol):
    """Where the conversation is shown."""

    def reply(self, text: str) -> None: ...

    def event(self, line: str) -> None: ...

    def remark(self, text: str) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Who writes, and to which of our numbers; both as Twilio's addresses, `whatsapp:+…`."""

    address: str
    name: str
    to: str


@dataclass(kw_only=True)
class Sent:
    """A message of ours on its way. `seq` is known once it was seen in the store."""

    sid: str
    at: float = field(default_factory=time.monotonic)
    seq: int | None = None
    posted: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class ChatSession:
    """`signed_base_url`: the address that the server believes Twilio calls; `token` signs, None leaves unsigned.

    Everything runs in one event loop: `run` looks for news until it is cancelled, `say` sends one message. `failed`:
    something was not sent, or not answered in time; `lost`: the server is away at the moment.
    """

    def __init__(
        self,
        server: Server,
        contact: Contact,
        screen: Screen,
        *,
        signed_base_url: str,
        token: str | None,
        locale: str = "es",
        answer_seconds: float = 40.0,
    ) -> None:
        self._server = server
        self._contact = contact
        self.screen = screen
        self._signed_url = signed_base_url + WEBHOOK
        self._token = token
        self._locale = locale
        self._answer_seconds = answer_seconds
        self._last_seq = 0
        self._events: dict[str, dict[str, Any]] = {}
        self._sent: list[Sent] = []
        self._posts: set[asyncio.Task[None]] = set()
        self._in_order = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._writing = asyncio.Event()
        self.failed = False
        self.lost = False

    async def open(self) -> int:
        """Take note of what there is already, which is not news; gives the number of messages (at most 50)."""
        if not self._server.can_read:
            return 0
        before = await self._server.messages(self._contact.address)
        self._last_seq = max((message["seq"] for message in before), default=0)
        self._events = {event["id"]: event for event in await self._server.events(self._contact.address)}
        return len(before)

    async def run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_EAGER_SECONDS if self._waiting() else _IDLE_SECONDS):
                    await self._writing.wait()
                self._writing.clear()
                continue
            await self._look()

    async def say(self, text: str) -> Sent:
        """Send a message; returns once it is stored, so that the next one comes after it, answered or not."""
        sent = Sent(sid=f"SM{uuid.uuid4().hex}")
        async with self._in_order:
            self._sent.append(sent)
            self._writing.set()
            task = asyncio.create_task(self._post(sent, text))
            self._posts.add(task)
            task.add_done_callback(self._posts.discard)
            await self._until_stored(sent)
        return sent

    async def finish(self) -> bool:
        """Wait until everything that was sent has been answered; False when something was not."""
        answered = all([await self.answer(sent) for sent in list(self._sent)])
        # The store may show an answer before the webhook that carries it has come back.
        await asyncio.gather(*self._posts)
        return answered

    async def process(self) -> None:
        """Run the batch over this conversation, and show what it came to."""
        report = await self._server.process(self._contact.address)
        run = report["run"]
        counts = ", ".join(f"{run[name]} {name}" for name in ("created", "updated", "cancelled", "proposed"))
        self.screen.remark(f"batch: {common.count(run['messages'], 'new message')}; events: {counts}")
        for conversation in report["conversations"]:
            if conversation["error"]:
                self.screen.remark(f"batch: {conversation['error']}")
        await self._look()

    async def show_events(self) -> None:
        if not self._server.can_read:
            self.screen.remark("events can be listed only with the server's key (HILO_API_KEY)")
            return
        found = await self._server.events(self._contact.address)
        self._events = {event["id"]: event for event in found}
        for event in found:
            self.screen.event(self._line(event))
        if not found:
            self.screen.remark("no events yet")

    async def _post(self, sent: Sent, text: str) -> None:
        form = {
            "AccountSid": f"AC{'0' * 32}",
            "ApiVersion": "2010-04-01",
            "Body": text,
            "From": self._contact.address,
            "MessageSid": sent.sid,
            "MessageType": "text",
            "NumMedia": "0",
            "NumSegments": "1",
            "ProfileName": self._contact.name,
            "SmsMessageSid": sent.sid,
            "SmsSid": sent.sid,
            "SmsStatus": "received",
            "To": self._contact.to,
            "WaId": self._contact.address.rpartition("+")[2],
        }
        try:
            texts = await self._server.post_webhook(form, signed_url=self._signed_url, token=self._token)
        except ApiError as error:
            self.failed = True
            self._sent.remove(sent)
            sent.answered.set()
            unsigned = error.status_code == HTTPStatus.FORBIDDEN and not self._token
            hint = "; set TWILIO_AUTH_TOKEN here to what the server has" if unsigned else ""
            self.screen.remark(f"not sent: {error}{hint}")
            return
        finally:
            sent.posted.set()
        if not self._server.can_read:
            for reply in texts:
                self.screen.reply(reply)
            sent.answered.set()
            return
        await self._look()
        if sent.seq is None and not self.lost:
            self.failed = True
            sent.answered.set()
            self.screen.remark(
                f"taken, but not for this tenant: whose {self._contact.to.removeprefix('whatsapp:')} is, "
                "`hilo tenants list` says; --to and --tenant choose others"
            )

    async def _until_stored(self, sent: Sent) -> None:
        """A webhook is answered late where it carries the reply, so the store is asked; without a key only a moment
        is waited, long enough for the server to take the request up."""
        deadline = time.monotonic() + _STORED_SECONDS
        while not sent.posted.is_set() and sent.seq is None and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
            if not self._server.can_read:
                return
            await self._look()

    async def answer(self, sent: Sent) -> bool:
        """Wait for the answer that knows this message; False when there is none in time, or it was never sent."""
        left = self._answer_seconds - (time.monotonic() - sent.at)
        try:
            async with asyncio.timeout(max(left, 0.05)):
                await sent.answered.wait()
        except TimeoutError:
            self.failed = True
            self.screen.remark(f"no answer within {self._answer_seconds:g} seconds; `hilo doctor` may say why")
            return False
        return sent in self._sent

    async def _look(self) -> None:
        """Show what is new. That the server is away is said once, and so is that it is back."""
        if not self._server.can_read:
            return
        async with self._reading:
            try:
                messages = await self._server.messages(self._contact.address)
                if self.lost:
                    self.lost = False
                    self.screen.remark("the server is back")
                news = [message for message in messages if message["seq"] > self._last_seq]
                for message in sorted(news, key=lambda message: message["seq"]):
                    self._take(message)
                answer = max((message["seq"] for message in news if message["direction"] == "outbound"), default=0)
                if answer or not self._waiting():
                    for event in await self._server.events(self._contact.address):
                        self._take_event(event)
                # Only now: who waits for an answer wants to have seen its events too.
                for sent in self._sent:
                    if sent.seq is not None and sent.seq < answer:
                        sent.answered.set()
            except ApiError as error:
                if not self.lost:
                    self.lost = True
                    self.screen.remark(str(error))

    def _waiting(self) -> bool:
        return any(not sent.answered.is_set() for sent in self._sent)

    def _take(self, message: Mapping[str, Any]) -> None:
        self._last_seq = message["seq"]
        if message["direction"] == "outbound":
            self.screen.reply(message["body"])
            return
        for sent in self._sent:
            if sent.sid == message["message_sid"]:
                sent.seq = message["seq"]

    def _take_event(self, event: dict[str, Any]) -> None:
        before = self._events.get(event["id"])
        self._events[event["id"]] = event
        if before is None or before["revision"] != event["revision"] or before["status"] != event["status"]:
            self.screen.event(self._line(event))

    def _line(self, event: Mapping[str, Any]) -> str:
        start, end = (datetime.fromisoformat(event[name]) if event[name] else None for name in ("start", "end"))
        assert start is not None
        return wording.event_line(
            title=event["title"],
            start=start,
            end=end,
            all_day=event["all_day"],
            location=event["location"],
            status=event["status"],
            locale=self._locale,
        )
