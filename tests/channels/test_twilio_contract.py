"""Twilio keeps to the contract of all channels."""

from datetime import datetime
from urllib.parse import urlencode

import pytest

from app.channels.base import WebhookRequest
from app.channels.twilio import TwilioChannel
from tests.channels.contract import ChannelContract
from tests.support.twilio_forms import ACCOUNT, TOKEN, inbound_form, signed_headers
from tests.support.twilio_server import TwilioServer

URL = "https://hilo.example.com/api/v1/whatsapp/webhook"
FAULTS = {
    "drop-before": {"kind": "drop-before"},
    "drop-after": {"kind": "drop-after"},
    "unavailable": {"kind": "error", "status": 503},
    "busy": {"kind": "error", "status": 429, "code": 20429, "seconds": 7},
    "refused": {"kind": "error", "status": 400, "code": 21610},
    "slow": {"kind": "delay", "seconds": 3.2},
}


class TwilioHarness:
    contact = "whatsapp:+34600100200"
    channel_address = "whatsapp:+14155238886"

    def __init__(self, server: TwilioServer) -> None:
        self._server = server

    def channel(self) -> TwilioChannel:
        return TwilioChannel(
            account_sid=ACCOUNT, auth_token=TOKEN, api_base_url=self._server.url, timeout=2.0, numbers=()
        )

    def open_channel(self) -> TwilioChannel:
        return TwilioChannel()

    def text(self, body: str, *, message_sid: str, unknown: dict[str, str] | None = None) -> WebhookRequest:
        form = inbound_form(from_=self.contact, to=self.channel_address, body=body, sid=message_sid, fields=unknown)
        return request_for(form)

    def unsigned(self, request: WebhookRequest) -> WebhookRequest:
        return request.model_copy(update={"headers": {"content-type": request.headers["content-type"]}})

    def signed_by_other(self, request: WebhookRequest) -> WebhookRequest:
        form = inbound_form(from_=self.contact, to=self.channel_address, body="hola", sid="id-1")
        return request_for(form, auth_token="another")

    def unknown_field(self, raw, name: str) -> object:
        return raw[name]

    def fail_next(self, how: str) -> None:
        self._server.fault(**FAULTS[how])

    def receive(self, body: str, *, message_sid: str, at: datetime) -> None:
        self._server.inbound(from_=self.contact, to=self.channel_address, body=body, sid=message_sid, at=at)

    def sent_bodies(self) -> list[str]:
        return [message.body for message in self._server.sent]


def request_for(form: dict[str, str], *, auth_token: str = TOKEN, url: str = URL) -> WebhookRequest:
    headers = signed_headers(url, form, auth_token=auth_token)
    return WebhookRequest(
        url=url,
        headers={name.lower(): value for name, value in headers.items()},
        body=urlencode(form).encode(),
    )


class TestTwilio(ChannelContract):
    @pytest.fixture
    def harness(self):
        with TwilioServer(statuses=()) as server:
            yield TwilioHarness(server)
