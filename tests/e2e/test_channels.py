"""The Cloud API, WAHA and Chatwoot through the front door: a real server, stand-ins for the providers.

For each provider the main job's conversation, from the webhook to the answer at the provider to the event.
"""

import datetime as dt
import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.e2e.conftest import ZONE, Hilo
from tests.support import chatwoot_server as chatwoot
from tests.support import cloud_api_server as cloud
from tests.support import forking
from tests.support import waha_server as waha
from tests.support.servers import ROOT, signed_form
from tests.support.waiting import wait_for

BASE = "/api/v1/whatsapp"
_ids = itertools.count(1)
_hours = itertools.count(8)
TALK = ["Hola, ¿estás disponible?", "Quiero agendar una reunión", "El viernes a las {}", "Revisión del proyecto"]


def coming_friday(hour: int) -> dt.datetime:
    now = dt.datetime.now(ZoneInfo(ZONE))
    return dt.datetime.combine(
        now.date() + dt.timedelta(days=(4 - now.weekday() - 1) % 7 + 1), dt.time(hour), ZoneInfo(ZONE)
    )


@dataclass(kw_only=True)
class World:
    """A server with all three providers beside it."""

    hilo: Hilo
    cloud: cloud.CloudApiServer
    waha: waha.WahaServer
    chatwoot: chatwoot.ChatwootServer
    folder: Path

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> httpx.Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.post(self.hilo.server.url + BASE + path, content=data, headers=headers, timeout=20)

    def post_cloud(self, body: Any) -> httpx.Response:
        data = cloud.encode(body)
        return self.post("/cloud-api/webhook", data, cloud.sign(data))

    def post_waha(self, body: Any) -> httpx.Response:
        data = waha.encode(body)
        return self.post("/waha/webhook", data, waha.sign(data))

    def post_chatwoot(self, body: Any) -> httpx.Response:
        data = chatwoot.encode(body)
        return self.post(f"/chatwoot/webhook/{chatwoot.PATH_TOKEN}/", data, chatwoot.sign(data))

    def post_twilio(self, form: dict[str, str]) -> httpx.Response:
        url = self.hilo.webhook
        body, signature = signed_form(url, form, self.hilo.twilio.auth_token)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
        return httpx.post(url, content=body, headers=headers, timeout=20)

    def messages(self, contact: str) -> list[dict[str, Any]]:
        answer = self.hilo.http.get(f"{BASE}/conversations/{quote(contact, safe='')}/messages", params={"limit": 200})
        return answer.json()["items"] if answer.status_code == 200 else []

    def conversation(self, contact: str) -> dict[str, Any]:
        items = self.hilo.get("conversations", limit=200)["items"]
        return next(item for item in items if item["conversation_id"] == contact)

    def counted(self, name: str, **labels: str) -> float:
        text = self.hilo.http.get("/metrics").text
        for line in text.splitlines():
            if line.startswith(f"hilo_{name}_total{{") and all(f'{k}="{v}"' in line for k, v in labels.items()):
                return float(line.rpartition(" ")[2])
        return 0.0

    def everything(self) -> int:
        """How many messages are stored, without the agent's answers, which come when they come."""
        items = self.hilo.get("conversations", limit=200)["items"]
        stored = [message for item in items for message in self.messages(item["conversation_id"])]
        return sum(message["author"] != "agent" for message in stored)


def settings_for(cloud_server: Any, waha_server: Any, chatwoot_server: Any) -> dict[str, str]:
    return {
        "META_APP_SECRET": cloud.SECRET, "META_ACCESS_TOKEN": cloud.TOKEN, "META_VERIFY_TOKEN": "palabra",
        "META_API_BASE_URL": cloud_server.url, "WAHA_BASE_URL": waha_server.url, "WAHA_API_KEY": waha.API_KEY,
        "WAHA_HMAC_KEY": waha.KEY, "CHATWOOT_BASE_URL": chatwoot_server.url + "/", "CHATWOOT_API_TOKEN": chatwoot.TOKEN,
        "CHATWOOT_ACCOUNT_ID": "3", "CHATWOOT_INBOX_ID": "12", "CHATWOOT_WEBHOOK_TOKEN": chatwoot.PATH_TOKEN,
        "CHATWOOT_WEBHOOK_SECRET": f"another,{chatwoot.SECRET}",
    }  # fmt: skip


@pytest.fixture(scope="module")
def world(start_hilo: Callable[..., Hilo], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("channels")
    with cloud.CloudApiServer() as meta, waha.WahaServer() as gateway, chatwoot.ChatwootServer() as desk:
        hilo = start_hilo(data_dir=folder / "data", **settings_for(meta, gateway, desk))
        yield World(hilo=hilo, cloud=meta, waha=gateway, chatwoot=desk, folder=folder)


# The main job, by each provider


class CloudApi:
    def __init__(self, world: World) -> None:
        self.world = world
        self.contact = f"34611{next(_ids):06d}"

    def say(self, text: str) -> httpx.Response:
        message = cloud.text_message(text, sid=f"wamid.{next(_ids)}", contact=self.contact, at=int(time.time()))
        return self.world.post_cloud(cloud.webhook(cloud.value(message, contact=self.contact)))

    def replies(self) -> list[str]:
        return [sent["text"]["body"] for sent in self.world.cloud.sent if sent.get("to") == self.contact]


class Waha:
    def __init__(self, world: World) -> None:
        self.world = world
        self.contact = f"34622{next(_ids):06d}@c.us"

    def say(self, text: str) -> httpx.Response:
        payload = waha.text_payload(text, tail=f"3EB0{next(_ids)}", chat=self.contact, at=int(time.time()))
        answer = self.world.post_waha(waha.event("message", payload))
        assert self.world.post_waha(waha.event("message.any", payload)).status_code == 200
        return answer

    def replies(self) -> list[str]:
        return [sent["text"] for sent in self.world.waha.sent if sent["chatId"] == self.contact]


class Chatwoot:
    def __init__(self, world: World) -> None:
        self.world = world
        self.phone = f"+34633{next(_ids):06d}"
        number = world.chatwoot.add_contact(self.phone)
        self.conversation = world.chatwoot.add_conversation(number)
        self.contact = f"chatwoot:3:{number}"
        self.data = chatwoot.conversation_data(number=self.conversation.id, contact=number, phone=self.phone)

    def say(self, text: str, **more: Any) -> httpx.Response:
        event = chatwoot.message_event(
            text, number=100_000 + next(_ids), conversation=self.data, created_at=int(time.time()), **more
        )
        return self.world.post_chatwoot(event)

    def replies(self) -> list[str]:
        return [message["content"] for message in self.conversation.messages]


@pytest.mark.parametrize("provider", [CloudApi, Waha, Chatwoot])
def test_the_conversation_from_webhook_to_event(world: World, provider: Callable[[World], Any]) -> None:
    customer, hour = provider(world), next(_hours)
    for said, text in enumerate(TALK, 1):
        began = time.monotonic()
        answer = customer.say(text.format(f"{hour}:00"))
        assert (answer.status_code, answer.text) == (200, "OK")
        assert time.monotonic() - began < 5  # not waiting for the answer
        wait_for(lambda said=said: len(customer.replies()) == said)
    (event,) = wait_for(lambda: world.hilo.events(customer.contact))
    assert (event["title"], event["status"]) == ("Revisión del proyecto", "confirmed")
    assert dt.datetime.fromisoformat(event["start"]) == coming_friday(hour)
    stored = world.messages(customer.contact)
    assert [message["role"] for message in stored] == ["user", "bot"] * 4
    assert [message["body"] for message in stored if message["role"] == "bot"] == customer.replies()
    evidence = {proof["message_id"] for proof in event["evidence"]}
    assert {m["body"] for m in stored if m["id"] in evidence} >= {
        f"El viernes a las {hour}:00",
        "Revisión del proyecto",
    }
    report = world.hilo.process()["run"]
    assert (report["created"], report["updated"], report["failed"]) == (0, 0, 0)
    world.hilo.http.patch(f"{BASE}/events/{event['id']}", json={"action": "cancel"})


# Meta's Cloud API


def test_metas_check_of_the_address(world: World) -> None:
    url = f"{world.hilo.server.url}{BASE}/cloud-api/webhook"
    query = {"hub.mode": "subscribe", "hub.verify_token": "palabra", "hub.challenge": "1158201444"}
    answer = httpx.get(url, params=query)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    assert httpx.get(url, params=query | {"hub.verify_token": "otra"}).status_code == 403
    assert httpx.get(url).status_code == 403


def test_many_messages_in_one_request_get_one_answer_that_quotes(world: World) -> None:
    customer = CloudApi(world)
    texts = [
        cloud.text_message(body, sid=f"wamid.many{next(_ids)}", contact=customer.contact, at=int(time.time()))
        for body in ("Hola", "buenas tardes")
    ]
    body = cloud.webhook(cloud.value(*texts, contact=customer.contact))
    assert world.post_cloud(body).status_code == 200
    assert world.post_cloud(body).status_code == 200  # Meta repeats
    wait_for(customer.replies)
    time.sleep(1)
    assert len(customer.replies()) == 1
    assert [m["body"] for m in world.messages(customer.contact) if m["role"] == "user"] == ["Hola", "buenas tardes"]
    (sent,) = [sent for sent in world.cloud.sent if sent.get("to") == customer.contact]
    assert sent["context"] == {"message_id": texts[1]["id"]}
    assert texts[1]["id"] in world.cloud.read
    status = {"id": sent["id"], "status": "read", "timestamp": "1772000009", "recipient_id": customer.contact}
    late = {**status, "status": "delivered"}
    assert world.post_cloud(cloud.webhook(cloud.value(statuses=[status, late]))).status_code == 200
    assert [m["delivery_status"] for m in world.messages(customer.contact) if m["role"] == "bot"] == ["read"]


def test_a_customer_who_hides_the_number_stays_in_the_conversation(world: World) -> None:
    customer = CloudApi(world)
    user = f"ES.{next(_ids):020d}"
    first = cloud.text_message("Hola", sid=f"wamid.b{next(_ids)}", contact=customer.contact, at=int(time.time())) | {
        "from_user_id": user
    }
    world.post_cloud(cloud.webhook(cloud.value(first, contact=customer.contact)))
    wait_for(customer.replies)
    hidden = {name: item for name, item in first.items() if name != "from"} | {"id": f"wamid.b{next(_ids)}"}
    world.post_cloud(cloud.webhook(cloud.value(hidden) | {"contacts": [{"user_id": user}]}))
    wait_for(lambda: [sent for sent in world.cloud.sent if sent.get("recipient") == user])
    assert [m["role"] for m in world.messages(customer.contact)].count("user") == 2
    assert world.messages(user) == []


def test_what_the_owner_types_on_the_phone_silences_the_agent(world: World) -> None:
    customer = CloudApi(world)
    echo = cloud.text_message("Te atiendo yo", sid=f"wamid.e{next(_ids)}", at=int(time.time())) | {
        "to": customer.contact
    }
    body = cloud.webhook(cloud.value(message_echoes=[echo], contact=customer.contact), field="smb_message_echoes")
    assert world.post_cloud(body).status_code == 200
    (kept,) = world.messages(customer.contact)
    assert (kept["role"], kept["author"], kept["direction"]) == ("bot", "phone", "outbound")
    customer.say("Gracias")
    time.sleep(1.5)
    assert customer.replies() == []
    assert world.conversation(customer.contact)["bot_paused_until"]


def test_an_error_outside_the_window_is_recorded_and_not_repeated(world: World) -> None:
    customer = CloudApi(world)
    before = len(world.cloud.calls)
    world.cloud.fault("error", status=400, payload=cloud.graph_error(131047).payload, path="/messages", times=2)
    customer.say("Hola")  # the first of the two errors meets the read receipt
    failed = wait_for(lambda: [m for m in world.messages(customer.contact) if m["delivery_status"] == "failed"])
    assert "131047" in failed[0]["delivery_error"]
    time.sleep(1)
    world.cloud.faults.clear()
    assert len(world.cloud.calls) - before == 2


# WAHA


def test_one_message_under_both_names_of_a_chat(world: World) -> None:
    customer = Waha(world)
    tail, lid = f"3EB0BOTH{next(_ids)}", f"88{next(_ids):012d}@lid"
    open_ = waha.text_payload("Hola", tail=tail, chat=customer.contact)
    hidden = waha.text_payload("Hola", tail=tail, chat=lid)
    assert world.post_waha(waha.event("message", open_)).status_code == 200
    assert world.post_waha(waha.event("message.any", hidden)).status_code == 200
    wait_for(customer.replies)
    assert [m["role"] for m in world.messages(customer.contact)].count("user") == 1
    assert world.messages(lid) == []


def test_the_echo_of_our_own_answer_is_no_persons(world: World) -> None:
    customer = Waha(world)
    customer.say("Hola")
    wait_for(customer.replies)
    (sent,) = [sent for sent in world.waha.sent if sent["chatId"] == customer.contact]
    payload = waha.text_payload(sent["text"], tail=sent["tail"], chat=customer.contact, from_me=True)
    assert world.post_waha(waha.event("message.any", payload | {"source": "app"})).status_code == 200
    assert [m["role"] for m in world.messages(customer.contact)] == ["user", "bot"]
    assert world.conversation(customer.contact)["bot_paused_until"] is None
    ack = {"id": sent["id"], "from": customer.contact, "fromMe": True, "ack": 3, "ackName": "READ"}
    assert world.post_waha(waha.event("message.ack", ack)).status_code == 200
    assert world.messages(customer.contact)[-1]["delivery_status"] == "read"


def test_edited_and_deleted_messages_reach_the_batch(world: World) -> None:
    customer, tail = Waha(world), f"3EB0EDIT{next(_ids)}"
    now = int(time.time())
    world.post_waha(waha.event("message", waha.text_payload("Hola", tail=tail, chat=customer.contact, at=now)))
    wait_for(customer.replies)
    world.hilo.process()
    assert world.conversation(customer.contact)["unprocessed_count"] == 0
    edited = waha.text_payload("Hola, ¿tienes hueco?", tail=f"E{next(_ids)}", chat=customer.contact, at=now)
    edit = waha.event("message.edited", edited | {"editedMessageId": tail})
    edit["timestamp"] = now * 1000 + 500
    assert world.post_waha(edit).status_code == 200
    first = world.messages(customer.contact)[0]
    assert (first["body"], first["processed"]) == ("Hola, ¿tienes hueco?", False)
    assert world.conversation(customer.contact)["unprocessed_count"] == 1
    gone = {"after": {"id": f"false_{customer.contact}_R{next(_ids)}"}, "revokedMessageId": tail, "before": None}
    assert world.post_waha(waha.event("message.revoked", gone)).status_code == 200
    assert world.messages(customer.contact)[0]["body"] == "[Deleted message]"
    assert world.counted("amendments", provider="waha", kind="revoked", outcome="amended") >= 1


# Chatwoot


def test_an_answer_in_chatwoot_is_exactly_one_request(world: World) -> None:
    customer = Chatwoot(world)
    echoes: list[httpx.Response] = []

    def echo(message: dict[str, Any], _conversation: Any) -> None:
        """Chatwoot's webhook about our own message, before our call has its answer."""
        body = chatwoot.message_event(
            message["content"], number=message["id"], kind="outgoing", sender=chatwoot.MARTA, conversation=customer.data
        )
        thread = threading.Thread(target=lambda: echoes.append(world.post_chatwoot(body)))
        thread.start()
        thread.join(5)

    before = len(world.chatwoot.calls)
    initiated = world.counted("chatwoot_sends", flow="initiated", outcome="sent")
    flow = world.counted("chatwoot_sends", flow="webhook", outcome="sent")
    world.chatwoot.on_message = echo
    try:
        customer.say("Hola")
        wait_for(lambda: echoes)
        time.sleep(1)
    finally:
        world.chatwoot.on_message = None
    calls = world.chatwoot.calls[before:]
    assert [f"{c.method} {c.path}" for c in calls] == [
        f"POST /api/v1/accounts/3/conversations/{customer.conversation.id}/messages"
    ]
    assert [answer.status_code for answer in echoes] == [200]
    # Sent with a user's token it looks like that user's: it is known as our own, and the agent goes on.
    assert [m["role"] for m in world.messages(customer.contact)] == ["user", "bot"]
    assert world.conversation(customer.contact)["bot_paused_until"] is None
    assert world.counted("chatwoot_sends", flow="webhook", outcome="sent") == flow + 1
    assert world.counted("chatwoot_sends", flow="initiated", outcome="sent") == initiated


def test_a_human_agent_takes_over_and_hands_back(world: World) -> None:
    customer = Chatwoot(world)
    customer.say("Hola")
    wait_for(customer.replies)
    customer.say("Le llamo en un momento", kind="outgoing", sender=chatwoot.MARTA)
    stored = world.messages(customer.contact)
    assert [(m["role"], m["author"]) for m in stored] == [("user", None), ("bot", "agent"), ("bot", "operator")]
    until = dt.datetime.fromisoformat(world.conversation(customer.contact)["bot_paused_until"])
    assert dt.timedelta(hours=11) < until - dt.datetime.now(dt.UTC) <= dt.timedelta(hours=12)
    customer.say("¿Sigue ahí?")
    time.sleep(1.5)
    assert len(customer.replies()) == 1
    change = {"label_list": {"previous_value": [], "current_value": ["bot"]}}
    data = customer.data | {"event": "conversation_updated", "changed_attributes": [change]}
    assert world.post_chatwoot(data).status_code == 200
    wait_for(lambda: customer.conversation.status == "pending")
    customer.say("¿Hola?")
    wait_for(lambda: len(customer.replies()) == 2)
    customer.say("/humano", kind="outgoing", sender=chatwoot.MARTA, private=True)
    assert world.conversation(customer.contact)["bot_paused_until"]
    assert "/humano" not in [m["body"] for m in world.messages(customer.contact)]
    wait_for(lambda: customer.conversation.status == "open")


def test_pausing_in_hilo_hands_the_conversation_over_in_chatwoot(world: World) -> None:
    customer = Chatwoot(world)
    customer.say("Hola")
    wait_for(customer.replies)
    row = world.conversation(customer.contact)["id"]
    until = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)).isoformat()
    answer = world.hilo.http.post(f"{BASE}/conversations/{row}/pause", json={"until": until})
    assert answer.is_success, answer.text
    wait_for(lambda: customer.conversation.status == "open")
    assert world.hilo.http.post(f"{BASE}/conversations/{row}/resume").is_success
    wait_for(lambda: customer.conversation.status == "pending")


def test_what_no_webhook_brought_is_added_at_the_start(
    start_hilo: Callable[..., Hilo], world: World, tmp_path: Path
) -> None:
    with chatwoot.ChatwootServer() as desk:
        number = desk.add_contact("+34600777888")
        conversation = desk.add_conversation(number)
        desk.receive(conversation, "¿Tenéis hueco mañana?", at=time.time() - 60)
        hilo = start_hilo(data_dir=tmp_path / "data", **settings_for(world.cloud, world.waha, desk))
        mine = World(hilo=hilo, cloud=world.cloud, waha=world.waha, chatwoot=desk, folder=tmp_path)
        wait_for(lambda: desk.sent)  # recent enough to be answered
        contact = f"chatwoot:3:{number}"
        assert [(m["role"], m["backfilled"]) for m in mine.messages(contact)] == [("user", True), ("bot", False)]


def test_a_conversation_that_is_gone_fails_once_and_says_so(world: World) -> None:
    customer = Chatwoot(world)
    del world.chatwoot.conversations[customer.conversation.id]
    before = len(world.chatwoot.calls)
    customer.say("Hola")
    failed = wait_for(lambda: [m for m in world.messages(customer.contact) if m["delivery_status"] == "failed"])
    assert "no longer exists" in failed[0]["delivery_error"]
    time.sleep(1.5)
    assert len(world.chatwoot.calls) - before == 1


def test_an_operators_message_goes_into_the_conversation(world: World) -> None:
    customer = Chatwoot(world)
    customer.say("Hola")
    wait_for(customer.replies)
    row = world.conversation(customer.contact)["id"]
    answer = world.hilo.http.post(f"{BASE}/conversations/{row}/messages", json={"body": "Mañana cerramos"})
    assert answer.is_success, answer.text
    wait_for(lambda: "Mañana cerramos" in customer.replies())


# Refusals


def test_only_the_providers_are_believed(world: World) -> None:
    before = world.everything()
    body = waha.encode(waha.event("message", waha.text_payload("hola", tail="FORGED")))
    meta = cloud.encode(cloud.webhook(cloud.value(cloud.text_message("hola", sid="forged"))))
    desk = chatwoot.encode(chatwoot.message_event("hola", number=1))
    refused = [
        world.post("/waha/webhook", body),
        world.post("/waha/webhook", body, waha.sign(body, "another")),
        world.post("/cloud-api/webhook", meta, cloud.sign(meta, "another")),
        world.post("/chatwoot/webhook/guess", desk, chatwoot.sign(desk)),
        world.post("/chatwoot/webhook", desk, chatwoot.sign(desk)),
        world.post(f"/chatwoot/webhook/{chatwoot.PATH_TOKEN}", desk, chatwoot.sign(desk, at=time.time() - 3600)),
    ]
    assert [answer.status_code for answer in refused] == [403] * 6
    malformed = [
        world.post(path, data, {"content-type": "application/json"})
        for path in ("/waha/webhook", "/cloud-api/webhook", f"/chatwoot/webhook/{chatwoot.PATH_TOKEN}")
        for data in (b"", b"{", b"[]", b"\xff\xfe", b"[" * 50_000)
    ]
    assert {answer.status_code for answer in malformed} == {400}
    large = world.post("/waha/webhook", b'{"event": "' + b"x" * 400_000 + b'"}')
    assert large.status_code == 413
    assert world.everything() == before


def test_secret_paths_do_not_reach_the_log(world: World) -> None:
    Chatwoot(world).say("Hola")
    log = world.hilo.server._log
    assert log is not None
    assert chatwoot.PATH_TOKEN not in log.read_text()


# Every recorded payload


def _prepared(folder: Path, world: World) -> Iterator[tuple[str, Callable[[], httpx.Response]]]:
    for path in sorted((folder / "cloud_api").glob("*.json")):
        yield path.name, lambda path=path: world.post_cloud(json.loads(path.read_text()))
    for path in sorted((folder / "waha").glob("*.json")):
        yield path.name, lambda path=path: world.post_waha(json.loads(path.read_text()))
    for path in sorted((folder / "chatwoot").glob("*.json")):
        yield path.name, lambda path=path: world.post_chatwoot(json.loads(path.read_text()))
    for path in sorted((folder / "twilio").glob("*.json")):
        yield path.name, lambda path=path: world.post_twilio(json.loads(path.read_text()))


def test_every_payload_from_elsewhere_through_the_real_server(world: World, shared_dir: Path) -> None:
    def total() -> float:
        """All that is counted of webhooks' contents."""
        text = world.hilo.http.get("/metrics").text
        names = "messages|amendments|delivery_reports|handovers|webhooks"
        found = re.findall(rf"^hilo_(?:{names})_total{{(.*)}} (\S+)$", text, re.MULTILINE)
        return sum(float(value) for labels, value in found if '"accepted"' not in labels)

    payloads = list(_prepared(shared_dir / "fixtures/webhooks", world))
    for name, post in payloads:
        before = total()
        answer = post()
        assert answer.status_code == 200, (name, answer.text)
        assert total() > before, f"{name} left no trace"
    once = world.everything()
    for name, post in payloads:
        assert post().status_code == 200, name
    assert world.everything() == once, "something was stored twice"
    wait_for(lambda: not any(item["reply_due_at"] for item in world.hilo.get("conversations", limit=200)["items"]))
    for item in world.hilo.get("conversations", limit=200)["items"]:
        said = world.messages(item["conversation_id"])
        assert all((m["role"] == "user") == (m["direction"] == "inbound") for m in said), item["conversation_id"]
        if not any(m["role"] == "user" for m in said):
            assert not any(m["author"] == "agent" for m in said), f"{item['conversation_id']}: an echo was answered"


# Tenants


def _tenants(world: World, *arguments: str, data: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT), "HILO_DATA_DIR": str(data), "HILO_TIMEZONE": ZONE, "PATH": "/usr/bin:/bin"}
    done = forking.run("tenants", *arguments, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr


def test_our_address_finds_the_tenant_and_an_unknown_one_is_kept(
    start_hilo: Callable[..., Hilo], world: World, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    settings = settings_for(world.cloud, world.waha, world.chatwoot)
    hilo = start_hilo(data_dir=data, **settings)
    mine = World(hilo=hilo, cloud=world.cloud, waha=world.waha, chatwoot=world.chatwoot, folder=tmp_path)
    _tenants(mine, "add", "sol", "--timezone", ZONE, data=data)
    for provider, address in (("cloud_api", "111"), ("waha", "sol"), ("chatwoot", "3/12")):
        _tenants(mine, "channel", "sol", provider, address, data=data)
    known, unknown = (
        cloud.value(cloud.text_message("hola", sid=sid, contact="34699000001"), contact="34699000001", number=number)
        for sid, number in (("k", "111"), ("u", "999"))
    )
    assert mine.post_cloud(cloud.webhook(known, unknown)).status_code == 200
    assert mine.post_waha(waha.event("message", waha.text_payload("hola", tail="T1"), session="sol")).status_code == 200
    assert (
        mine.post_waha(waha.event("message", waha.text_payload("hola", tail="T2"), session="luna")).status_code == 200
    )
    assert mine.post_chatwoot(chatwoot.message_event("hola", number=42)).status_code == 200
    answer = hilo.http.get(f"{BASE}/conversations", params={"tenant": "sol"}).json()
    assert {item["conversation_id"] for item in answer["items"]} == {"34699000001", "34600100200@c.us", "chatwoot:3:77"}
    assert mine.counted("messages", provider="cloud_api", outcome="unrouted") == 1
    assert hilo.server._log is not None
    log = hilo.server._log.read_text()
    assert "No business found for phone_number_id" in log
    assert "No business found for WAHA session" in log
    _tenants(mine, "channel", "sol", "cloud_api", "999", data=data)
    _tenants(mine, "replay", data=data)
    path = f"{BASE}/conversations/34699000001/messages"
    items = hilo.http.get(path, params={"tenant": "sol"}).json()["items"]
    assert [item["role"] for item in items].count("user") == 2
