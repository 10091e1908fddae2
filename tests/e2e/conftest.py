"""A real server process on an embedded Postgres of its own, and a Twilio beside it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.servers import ServerProcess, free_port
from tests.support.twilio_server import TwilioServer

US = "whatsapp:+14155238886"
ZONE = "America/Lima"
KEY = "end-to-end-key-0123456789"


class Hilo:
    """A running server, and what a provider and an operator do with it."""

    def __init__(self, server: ServerProcess, twilio: TwilioServer) -> None:
        self.server, self.twilio = server, twilio
        self.webhook = f"{server.url}/api/v1/whatsapp/webhook"
        self.http = httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {KEY}"}, timeout=20)

    def say(self, text: str, *, contact: str, sid: str | None = None, deliver: bool = True) -> dict:
        """The contact writes; the webhook is called unless `deliver` is false."""
        return self.twilio.inbound(from_=contact, to=US, body=text, sid=sid, url=self.webhook if deliver else None)

    def get(self, path: str, **params: object) -> dict:
        answer = self.http.get(f"/api/v1/whatsapp/{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def process(self, **body: object) -> dict:
        answer = self.http.post("/api/v1/whatsapp/process-conversations", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def events(self, contact: str | None = None) -> list[dict]:
        items = self.get("events", limit=200)["items"]
        return [event for event in items if contact in (None, event["conversation_id"])]

    def messages(self, contact: str) -> list[dict]:
        return self.get(f"conversations/{contact.replace(':', '%3A').replace('+', '%2B')}/messages", limit=200)["items"]

    def replies(self, contact: str) -> list[str]:
        """What reached the contact's phone."""
        return [message.body for message in self.twilio.sent if message.to == contact]


@pytest.fixture(scope="module")
def start_hilo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Hilo]]:
    """Start a server: `start_hilo(data_dir=…, send=False, **settings)`. All are stopped after the file's tests."""
    started: list[Hilo] = []

    def start(
        *, data_dir: Path | None = None, twilio: TwilioServer | None = None, send: bool = True, **more: str
    ) -> Hilo:
        folder = tmp_path_factory.mktemp("hilo")
        port = free_port()
        twilio = twilio or TwilioServer(numbers=[US]).__enter__()
        environment = {
            "HILO_PORT": str(port), "HILO_DATA_DIR": str(data_dir or folder / "data"), "HILO_TIMEZONE": ZONE,
            "HILO_API_KEY": KEY, "HILO_REPLY_QUIET_SECONDS": "0.4", "HILO_REPLY_MAX_WAIT_SECONDS": "2",
            "HILO_BATCH_INTERVAL_MINUTES": "0", "HILO_LEASE_SECONDS": "2", "HILO_LOG_FORMAT": "json",
            "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}", "TWILIO_AUTH_TOKEN": twilio.auth_token,
            "TWILIO_WHATSAPP_NUMBER": US, "TWILIO_API_BASE_URL": twilio.url,
        }  # fmt: skip
        if send:
            environment["TWILIO_ACCOUNT_SID"] = twilio.account_sid
        server = ServerProcess(environment | more, log=folder / "server.log", forked=True).start()
        started.append(Hilo(server, twilio))
        return started[-1]

    yield start
    for hilo in started:
        hilo.http.close()
        hilo.server.stop()
    for twilio in {id(hilo.twilio): hilo.twilio for hilo in started}.values():
        twilio.__exit__(None, None, None)


@pytest.fixture(scope="module")
def hilo(start_hilo: Callable[..., Hilo]) -> Hilo:
    """A server that sends through Twilio's API."""
    return start_hilo()


@pytest.fixture(scope="module")
def twiml_hilo(start_hilo: Callable[..., Hilo]) -> Hilo:
    """A server without REST credentials: the webhook's answer carries the reply."""
    return start_hilo(send=False)
