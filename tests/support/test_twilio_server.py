"""The Twilio that runs here behaves as the real one is documented to: what other tests lean on."""

import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from app.channels.base import Outgoing
from app.channels.twilio import TwilioChannel, twiml
from app.errors import SendUnavailable
from tests.support.twilio_forms import ACCOUNT, TOKEN
from tests.support.twilio_server import Remote, TwilioServer

US, ANA = "whatsapp:+34910000001", "whatsapp:+34600100200"
ROOT = Path(__file__).resolve().parents[2]


class Webhook(HTTPServer):
    """Keeps what it is posted as (url, signature, fields), and answers `reply`."""

    reply = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hook"
        self.got: list[tuple[str, dict[str, str]]] = []


class Receiver(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = dict(parse_qsl(body, keep_blank_values=True))
        self.server.got.append((self.headers["X-Twilio-Signature"], fields))
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.end_headers()
        self.wfile.write(self.server.reply.encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def webhook():
    server = Webhook()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def wait_until(condition) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


async def test_deliveries_are_reported_and_signed(webhook) -> None:
    with TwilioServer(statuses=("sent", "delivered", "read")) as twilio:
        channel = TwilioChannel(
            account_sid=ACCOUNT, auth_token=TOKEN, api_base_url=twilio.url, status_callback=webhook.url
        )
        message = Outgoing(message_id="m", channel_address=US, contact=ANA, body="hola")
        sid = await channel.send(message)
        wait_until(lambda: len(webhook.got) == 3)
        await channel.aclose()
        assert [fields["MessageStatus"] for _, fields in webhook.got] == ["sent", "delivered", "read"]
        for signature, fields in webhook.got:
            assert fields["MessageSid"] == sid
            assert RequestValidator(TOKEN).validate(webhook.url, fields, signature)
        assert twilio.sent[0].status == "read"


def test_an_incoming_message_is_posted_signed_and_its_twiml_sent(webhook) -> None:
    webhook.reply = twiml(["uno", "dos & tres"])
    with TwilioServer() as twilio:
        public = "https://hilo.example.com/hook"
        answer = twilio.inbound(from_=ANA, to=US, body="", url=webhook.url, signed_url=public)
        assert answer["status"] == 200
        ((signature, fields),) = webhook.got
        assert fields == answer["form"]
        assert fields["Body"] == ""
        assert RequestValidator(TOKEN).validate(public, fields, signature)
        assert [message.body for message in twilio.sent] == ["uno", "dos & tres"]
        assert {message.to for message in twilio.sent} == {ANA}
        assert twilio.inbound(from_=ANA, to=US, body="x", url="http://127.0.0.1:9/")["status"] is None


@pytest.fixture
def remote():
    command = [sys.executable, "-m", "tests.support.twilio_server", "--auth-token", "t", "--number", US]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        remote = Remote(process.stdout.readline().strip())
        yield remote
        remote.close()
        process.terminate()


async def test_a_twilio_in_another_process(remote) -> None:
    channel = TwilioChannel(account_sid=ACCOUNT, auth_token="t", api_base_url=remote.url)
    message = Outgoing(message_id="m", channel_address=US, contact=ANA, body="hola")
    remote.fault("drop-before", method="POST")
    with pytest.raises(SendUnavailable):
        await channel.send(message)
    sid = await channel.send(message)
    inbound = remote.inbound(from_=ANA, to=US, body="¿sí?")
    assert [one["sid"] for one in remote.messages()] == [sid, inbound["form"]["MessageSid"]]
    journal = [(one["method"], one["fault"]) for one in remote.journal()]
    assert journal == [("POST", "drop-before"), ("POST", "")]
    remote.reset()
    assert remote.messages() == remote.journal() == []
    await channel.aclose()
