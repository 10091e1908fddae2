"""Voice notes, pictures and documents through a real server: signed webhooks, files and models that run here."""

import itertools
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.e2e.conftest import Hilo
from tests.support import pdfs
from tests.support import waha_server as waha
from tests.support.files_server import JPEG, VOICE, FilesServer
from tests.support.waiting import wait_for

_ids = itertools.count(1)


class Gateway:
    """A server of ours, and a WAHA that keeps files; the models are beside it."""

    def __init__(self, hilo: Hilo, host: FilesServer) -> None:
        self.hilo, self.host = hilo, host

    def post(self, url: str, mime: str, *, contact: str, **more: Any) -> httpx.Response:
        payload = waha.text_payload("", tail=f"3EB0M{next(_ids)}", chat=contact, at=int(time.time()))
        payload |= {"hasMedia": True, "media": {"url": url, "mimetype": mime, **more}}
        data = waha.encode(waha.event("message", payload))
        path = "/api/v1/whatsapp/waha/webhook"
        return httpx.post(self.hilo.server.url + path, content=data, headers=waha.sign(data), timeout=20)

    def messages(self, contact: str) -> list[dict[str, Any]]:
        path = f"/api/v1/whatsapp/conversations/{quote(contact, safe='')}/messages"
        answer = self.hilo.http.get(path)
        return answer.json()["items"] if answer.status_code == 200 else []

    def first(self, contact: str, *states: str) -> dict[str, Any]:
        return wait_for(lambda: next((m for m in self.messages(contact) if m["media_state"] in states), None))

    def replies(self, contact: str) -> list[str]:
        return [sent["text"] for sent in self.host.sent if sent["chatId"] == contact]


def settings(host: FilesServer) -> dict[str, str]:
    return {
        "WAHA_BASE_URL": host.url, "WAHA_API_KEY": waha.API_KEY, "WAHA_HMAC_KEY": waha.KEY, "HILO_MEDIA_MAX_MB": "3",
        "HILO_TRANSCRIBE_API_KEY": "k", "HILO_TRANSCRIBE_BASE_URL": f"{host.url}/v1",
        "HILO_VISION_API_KEY": "k", "HILO_VISION_BASE_URL": f"{host.url}/v1", "HILO_MEDIA_TIMEOUT_SECONDS": "10",
    }  # fmt: skip


@pytest.fixture(scope="module")
def gateway(start_hilo: Callable[..., Hilo]) -> Iterator[Gateway]:
    with FilesServer() as host:
        host.put("/api/files/a.oga", VOICE)
        host.put("/api/files/b.jpg", JPEG, content_type="image/jpeg")
        host.put("/api/files/c.pdf", pdfs.pdf(["Presupuesto nº 7", "Total: 120 €"]), content_type="application/pdf")
        yield Gateway(start_hilo(**settings(host)), host)


def contact() -> str:
    return f"34644{next(_ids):06d}@c.us"


def test_a_voice_note_becomes_an_appointment_though_the_server_is_killed_while_it_listens(gateway: Gateway) -> None:
    customer, host = contact(), gateway.host
    host.said, host.slow = "Quiero agendar una reunión el viernes a las 17:00, revisión del proyecto", 3.0
    assert gateway.post("http://waha:3000/api/files/a.oga", "audio/ogg; codecs=opus", contact=customer).text == "OK"
    wait_for(lambda: host.asked("/v1/audio"))
    gateway.hilo.server.kill()
    host.slow = 0.0
    gateway.hilo.server.start()
    (event,) = wait_for(lambda: gateway.hilo.events(customer))
    assert (event["status"], event["start"][11:16]) == ("confirmed", "17:00")
    voice = gateway.first(customer, "read")
    assert voice["body"] == f"[Audio message] {host.said}"
    assert {proof["message_id"] for proof in event["evidence"]} == {voice["id"]}
    wait_for(lambda: gateway.replies(customer))
    assert [m["role"] for m in gateway.messages(customer)] == ["user", "bot"]
    assert len(gateway.replies(customer)) == 1
    gateway.hilo.http.patch(f"/api/v1/whatsapp/events/{event['id']}", json={"action": "cancel"})


def test_pictures_and_documents_become_text_before_the_answer(gateway: Gateway) -> None:
    seen, read = contact(), contact()
    gateway.host.said = "Un corte de pelo a capas."
    gateway.post("http://waha:3000/api/files/b.jpg", "image/jpeg", contact=seen)
    gateway.post("http://waha:3000/api/files/c.pdf", "application/pdf", contact=read, filename="presupuesto.pdf")
    assert gateway.first(seen, "read")["body"] == "[Image] Un corte de pelo a capas."
    wait_for(lambda: gateway.replies(seen) and gateway.replies(read))
    found = gateway.messages(read)
    assert found[0]["body"] == "[Document] presupuesto.pdf: Presupuesto nº 7 Total: 120 €"
    assert [m["role"] for m in found] == ["user", "bot"]
    asked = gateway.host.asked("/api/files/c.pdf")
    assert [request.headers["x-api-key"] for request in asked] == [waha.API_KEY]


def test_hostile_files_are_refused_said_so_and_answered(gateway: Gateway) -> None:
    with FilesServer() as inside:
        inside.put("/secret", VOICE)
        host = gateway.host
        host.put("/api/files/r.oga", location=f"{inside.url}/secret")
        host.put("/api/files/here.oga", location="http://localhost:1/api/files/a.oga")
        host.put("/api/files/2gb.oga", endless=True, declared=2_000_000_000)
        host.put("/api/files/endless.oga", endless=True)
        host.put("/api/files/zip.oga", b"\x1f\x8b" + b"0" * 100, packed="gzip")
        host.put("/api/files/bomb.pdf", pdfs.bomb(), content_type="application/pdf")
        expected = {
            "https://evil.example/api/voice.oga": "not fetched from https://evil.example",
            "http://169.254.169.254/latest/meta-data": "not fetched from",
            "file:///etc/passwd": "not fetched from file",
            "http://w/api/files/../../secret": "not",
            "http://w/api/files/r.oga": "not fetched from http://127.0.0.1",
            "http://w/api/files/here.oga": "not fetched from http://localhost",
            "http://w/api/files/2gb.oga": "larger than 3 MB",
            "http://w/api/files/endless.oga": "larger than 3 MB",
            "http://w/api/files/zip.oga": "packed",
            "http://w/api/files/bomb.pdf": "unpacks to too much",
        }
        customers = {url: contact() for url in expected}
        for url, customer in customers.items():
            mime = "application/pdf" if url.endswith("pdf") else "audio/ogg"
            assert gateway.post(url, mime, contact=customer).status_code == 200
        for url, customer in customers.items():
            message = gateway.first(customer, "failed")
            assert expected[url] in message["media_error"], url
            assert message["body"] in ("[Audio message]", "[Document]")
            wait_for(lambda customer=customer: gateway.replies(customer))
        assert inside.requests == []
        assert host.streamed < 60_000_000
    counted = gateway.hilo.http.get("/metrics").text
    assert 'hilo_media_total{outcome="failed",provider="waha"} 10.0' in counted
    log = gateway.hilo.server._log
    assert log is not None
    said = [json.loads(line) for line in Path(log).read_text().splitlines() if '"file not read"' in line]
    assert len(said) >= 10
