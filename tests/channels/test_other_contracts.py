"""The Cloud API, WAHA and Chatwoot keep to the contract of all channels."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from app.channels.base import Outgoing, WebhookRequest
from app.channels.chatwoot import ChatwootChannel
from app.channels.cloud_api import CloudApiChannel
from app.channels.waha import WahaChannel
from tests.channels.contract import ChannelContract
from tests.support import chatwoot_server as chatwoot
from tests.support import cloud_api_server as cloud
from tests.support import waha_server as waha

BASE = "https://hilo.example.com/api/v1/whatsapp"
_FAULTS: dict[str, dict[str, Any]] = {
    "drop-before": {"kind": "drop-before"},
    "drop-after": {"kind": "drop-after"},
    "unavailable": {"kind": "error", "status": 503},
    "busy": {"kind": "error", "status": 429, "seconds": 7},
    "slow": {"kind": "delay", "seconds": 3.2},
}


def request_of(body: bytes, headers: dict[str, str], *, url: str) -> WebhookRequest:
    return WebhookRequest(url=url, headers=headers, body=body)


class _Harness:
    refusal: ClassVar[dict[str, Any]]

    def __init__(self, server: Any) -> None:
        self._server = server

    def fail_next(self, how: str) -> None:
        self._server.fault(**(self.refusal if how == "refused" else _FAULTS[how]))

    def receive(self, body: str, *, message_sid: str, at: datetime) -> None:
        raise NotImplementedError("keeps no list")

    def unsigned(self, request: WebhookRequest) -> WebhookRequest:
        return request.model_copy(update={"headers": {"content-type": "application/json"}})


class CloudApiHarness(_Harness):
    contact = "34600100200"
    channel_address = cloud.PHONE_NUMBER_ID
    refusal: ClassVar[dict[str, Any]] = {"kind": "error", "status": 400, "payload": cloud.graph_error(131047).payload}

    def channel(self) -> CloudApiChannel:
        return CloudApiChannel(
            app_secret=cloud.SECRET, access_token=cloud.TOKEN, api_base_url=self._server.url, timeout=2.0
        )

    def open_channel(self) -> CloudApiChannel:
        return CloudApiChannel()

    def text(self, body: str, *, message_sid: str, unknown: dict[str, str] | None = None) -> WebhookRequest:
        message = cloud.text_message(body, sid=message_sid) | (unknown or {})
        data = cloud.encode(cloud.webhook(cloud.value(message)))
        return request_of(data, cloud.sign(data), url=f"{BASE}/cloud-api/webhook")

    def signed_by_other(self, request: WebhookRequest) -> WebhookRequest:
        return request.model_copy(update={"headers": cloud.sign(request.body, "another")})

    def unknown_field(self, raw: Any, name: str) -> object:
        return raw["message"][name]

    def sent_bodies(self) -> list[str]:
        return [message["text"]["body"] for message in self._server.sent]


class WahaHarness(_Harness):
    contact = "34600100200@c.us"
    channel_address = waha.SESSION
    refusal: ClassVar[dict[str, Any]] = {
        "kind": "error",
        "status": 400,
        "payload": {"message": ["chatId must be a chat"]},
    }

    def channel(self) -> WahaChannel:
        return WahaChannel(base_url=self._server.url, api_key=waha.API_KEY, hmac_key=waha.KEY, timeout=2.0)

    def open_channel(self) -> WahaChannel:
        return WahaChannel()

    def text(self, body: str, *, message_sid: str, unknown: dict[str, str] | None = None) -> WebhookRequest:
        payload = waha.text_payload(body, tail=message_sid) | (unknown or {})
        data = waha.encode(waha.event("message", payload))
        return request_of(data, waha.sign(data), url=f"{BASE}/waha/webhook")

    def signed_by_other(self, request: WebhookRequest) -> WebhookRequest:
        return request.model_copy(update={"headers": waha.sign(request.body, "another")})

    def unknown_field(self, raw: Any, name: str) -> object:
        return raw["payload"][name]

    def sent_bodies(self) -> list[str]:
        return [message["text"] for message in self._server.sent]


class ChatwootHarness(_Harness):
    contact = "chatwoot:3:77"
    channel_address = "3/12"
    refusal: ClassVar[dict[str, Any]] = {"kind": "error", "status": 422, "payload": {"error": "Content can't be blank"}}

    def channel(self) -> ChatwootChannel:
        return ChatwootChannel(
            base_url=self._server.url + "//",
            api_token=chatwoot.TOKEN,
            account_id=chatwoot.ACCOUNT,
            inbox_id=chatwoot.INBOX,
            webhook_token=chatwoot.PATH_TOKEN,
            webhook_secrets=["of-another-webhook", chatwoot.SECRET],
            timeout=2.0,
        )

    def open_channel(self) -> ChatwootChannel:
        return ChatwootChannel()

    def text(self, body: str, *, message_sid: str, unknown: dict[str, str] | None = None) -> WebhookRequest:
        data = chatwoot.encode(chatwoot.message_event(body, number=1) | {"id": message_sid} | (unknown or {}))
        return request_of(data, chatwoot.sign(data), url=f"{BASE}/chatwoot/webhook/{chatwoot.PATH_TOKEN}")

    def unsigned(self, request: WebhookRequest) -> WebhookRequest:
        """Without the secret path: a request that comes there needs no signature."""
        return super().unsigned(request).model_copy(update={"url": f"{BASE}/chatwoot/webhook/guess"})

    def signed_by_other(self, request: WebhookRequest) -> WebhookRequest:
        return request.model_copy(update={"headers": chatwoot.sign(request.body, secret="another")})

    def unknown_field(self, raw: Any, name: str) -> object:
        return raw[name]

    def sent_bodies(self) -> list[str]:
        return list(self._server.sent)


class TestCloudApi(ChannelContract):
    @pytest.fixture
    def harness(self):
        with cloud.CloudApiServer() as server:
            yield CloudApiHarness(server)


class TestWaha(ChannelContract):
    @pytest.fixture(params=["WEBJS", "NOWEB", "GOWS"])
    def harness(self, request):
        with waha.WahaServer(engine=request.param) as server:
            yield WahaHarness(server)


class TestChatwoot(ChannelContract):
    @pytest.fixture
    def harness(self):
        with chatwoot.ChatwootServer() as server:
            server.contacts[77] = {"id": 77, "name": "Ana Pérez", "phone_number": "+34600100200"}
            server.add_conversation(77, number=215)
            yield ChatwootHarness(server)

    async def test_what_was_missed_is_listed_oldest_first(self, harness: Any, channel: Any) -> None:
        """As the suite has it, but Chatwoot's ids are numbers that grow."""
        now = datetime.now(UTC).replace(microsecond=0)
        conversation = harness._server.conversations[215]
        for number in range(1, 46):  # three pages
            harness._server.receive(conversation, f"n {number}", number=number, at=now.timestamp() - 60 * (45 - number))
        harness._server.receive(
            conversation, "le llamo", number=46, at=now.timestamp(), message_type=1, sender=chatwoot.MARTA
        )
        harness._server.receive(conversation, "nota", number=47, at=now.timestamp(), message_type=1, private=True)
        harness._server.receive(
            conversation, "del bot", number=48, at=now.timestamp(), message_type=1, sender=chatwoot.BOT
        )
        listed = [message async for message in channel.list_inbound(since=now - timedelta(minutes=30))]
        assert [message.message_sid for message in listed] == [str(number) for number in range(15, 47)]
        assert all(message.backfilled for message in listed)
        assert {message.contact for message in listed} == {harness.contact}
        assert {message.channel_address for message in listed} == {harness.channel_address}
        assert (listed[0].body, listed[0].sent_at, listed[0].thread) == ("n 15", now - timedelta(minutes=30), "215")
        assert [message.by_person for message in listed] == [False] * 31 + [True]

    def outgoing(self, harness: Any, body: str) -> Outgoing:
        return super().outgoing(harness, body).model_copy(update={"thread": "215"})
