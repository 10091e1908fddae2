"""The conversation-sync API as an agent outside sees it."""

from urllib.parse import quote

import pytest

from app.services.access import Scope
from app.services.conversation_sync import ConversationSync, KeyLimit, SyncPolicy
from tests.api.conftest import LUNA

AGENT = "/api/v1/whatsapp/agent/conversations"
LOOKUP = "/api/v1/whatsapp/lookup"
PHONE = "+34600111222"


async def begin(api, **given):
    answer = await api.post("/api/v1/conversations", json={"userPhone": PHONE} | given)
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]["sessionId"]


def refused(answer, status, message=None):
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert (body["type"], body["data"]) == ("3", None)
    assert body["message"] == message or (message is None and body["message"])


@pytest.mark.parametrize("written", ["+34600111222", "34600111222", "whatsapp:+34600111222", "%2B34600111222"])
async def test_a_webhook_is_enough_for_the_look_up(world, api, written):
    await world.says("hola")
    answer = await api.get(f"{LOOKUP}/tenant/{written}")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["type"], body["message"]) == ("1", "Tenant information retrieved successfully")
    assert (body["data"]["subDomain"], body["data"]["botId"], body["data"]["isActive"]) == ("sol", "sol", True)
    assert body["data"]["sessionId"].startswith("sol_34600111222_")


async def test_the_whole_state(world, api):
    await world.says("Quiero un ceviche")
    session = (await api.get(f"{LOOKUP}/tenant/{PHONE}")).json()["data"]["sessionId"]
    await api.put(
        f"{AGENT}/{session}/sync",
        json={
            "intent": "menu",
            "step": "choosing",
            "context": {"selectedItems": [{"id": "ceviche", "quantity": 2}], "orderTotal": 44.5},
            "metadata": {"source": "langgraph"},
        },
    )
    await api.put(f"{AGENT}/{session}/sync", json={"intent": "payment", "context": {"table": 4}})
    answer = await api.get(f"{LOOKUP}/conversation/{quote(PHONE)}", params={"botId": "sol"})
    assert answer.json()["message"] == "Conversation retrieved successfully"
    state = answer.json()["data"]
    assert (state["currentIntent"], state["previousIntent"]) == ("payment", "menu")
    assert (state["currentStep"], state["previousStep"]) == ("choosing", None)
    assert (state["userId"], state["subDomain"], state["isActive"]) == ("34600111222", "sol", True)
    context = state["context"]
    assert context["selectedItems"] == [{"id": "ceviche", "quantity": 2}]
    assert (context["orderTotal"], context["table"], context["lastUserMessage"]) == (44.5, 4, "Quiero un ceviche")
    (message,) = context["previousMessages"]
    assert (message["role"], message["content"]) == ("user", "Quiero un ceviche")
    assert {"lastActivity", "expiresAt", "createdAt", "updatedAt", "metadata"} <= state.keys()
    refused(await api.get(f"{LOOKUP}/conversation/{PHONE}", params={"botId": "other"}), 404)


async def test_messages(world, api):
    await world.says("hola")
    session = (await api.get(f"{LOOKUP}/tenant/{PHONE}")).json()["data"]["sessionId"]
    for body in (
        {"role": "user", "content": "hola"},
        {"role": "bot", "content": "Buenas", "id": "b-1"},
        {"role": "bot", "content": "Buenas", "id": "b-1"},
    ):
        answer = await api.post(f"{AGENT}/{session}/messages", json=body)
        assert (answer.status_code, answer.json()["message"]) == (200, "Message added successfully")
    again = {"json": {"role": "user", "content": "un café", "subDomain": "sol"}, "headers": {"Idempotency-Key": "k"}}
    for _ in range(2):
        answer = await api.post(f"/api/v1/conversations/{session}/messages", **again)
    data = answer.json()["data"]
    assert data["sessionId"] == session
    assert [m["content"] for m in data["context"]["previousMessages"]] == ["hola", "Buenas", "un café"]
    refused(await api.post(f"{AGENT}/{session}/messages", json={"role": "system", "content": "x"}), 422)
    refused(
        await api.post(f"{AGENT}/{session}/messages", json={"role": "bot", "content": "x", "subDomain": "luna"}), 404
    )


async def test_the_plain_routes(api):
    session = await begin(api, subDomain="sol", localId="centro", botId="bot1")
    assert session.startswith("bot1_34600111222_")
    assert await begin(api, botId="bot1") == session
    await api.patch(f"/api/v1/conversations/{session}/intent", json={"intent": "order", "step": "cart"})
    await api.patch(f"/api/v1/conversations/{session}/context", json={"context": {"a": 1}})
    for order in ("ORD-1", "ORD-2", "ORD-1"):
        answer = await api.post(f"/api/v1/conversations/{session}/orders", json={"orderId": order})
        assert answer.status_code == 200
    state = (await api.get(f"/api/v1/conversations/{session}")).json()["data"]
    assert (state["currentIntent"], state["currentStep"], state["localId"]) == ("order", "cart", "centro")
    assert (state["context"]["a"], state["context"]["orderIds"]) == (1, ["ORD-1", "ORD-2"])


async def test_what_is_over(api):
    session = await begin(api)
    answer = await api.put(f"{AGENT}/{session}/sync", json={"isActive": False})
    assert answer.json()["message"] == "Conversation synced successfully from agent"
    nothing = "No active conversation found"
    refused(await api.get(f"{LOOKUP}/tenant/{PHONE}"), 404, nothing)
    refused(await api.get(f"{LOOKUP}/conversation/{PHONE}"), 404, nothing)
    refused(await api.put(f"{AGENT}/{session}/sync", json={"intent": "x"}), 404, nothing)
    refused(await api.post(f"{AGENT}/{session}/messages", json={"role": "bot", "content": "x"}), 404, nothing)
    kept = await api.get(f"/api/v1/conversations/{session}")
    assert (kept.status_code, kept.json()["data"]["isActive"]) == (200, False)


async def test_versions(api):
    session = await begin(api)
    answer = await api.get(f"/api/v1/conversations/{session}")
    etag = answer.headers["etag"]
    first = await api.put(f"{AGENT}/{session}/sync", json={"context": {"a": 1}}, headers={"If-Match": etag})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    late = await api.patch(
        f"/api/v1/conversations/{session}/context", json={"context": {"a": 2}}, headers={"If-Match": etag}
    )
    refused(late, 412)
    refused(await api.put(f"{AGENT}/{session}/sync", json={}, headers={"If-Match": "soon"}), 400)


async def test_what_goes_wrong_beside_the_routes_comes_in_the_envelope(world, api):
    session = await begin(api)
    refused(await api.put(f"{AGENT}/{session}/sync", json={"context": {"a": "x" * 300_000}}), 413)
    refused(await api.get(f"{AGENT}/{session}/nothing"), 404)
    answer = await api.delete(f"/api/v1/conversations/{session}")
    refused(answer, 405)
    assert answer.headers["allow"] == "GET"
    world.app.state.services.sync.get = None  # a fault that nobody expected
    answer = await api.get(f"/api/v1/conversations/{session}")
    refused(answer, 500)
    assert "urn:uuid:" in answer.json()["message"]


async def test_the_times_of_a_new_session(api):
    state = (await api.post("/api/v1/conversations", json={"userPhone": PHONE})).json()["data"]
    assert state["createdAt"] == state["updatedAt"] == state["lastActivity"]


async def test_a_context_has_its_limit(world, api):
    world.app.state.services.sync.policy = SyncPolicy(context_bytes=1000)
    session = await begin(api)
    answer = await api.put(f"{AGENT}/{session}/sync", json={"context": {"a": "x" * 2000}})
    refused(answer, 413)
    assert "1000" in answer.json()["message"]
    assert (await api.get(f"/api/v1/conversations/{session}")).json()["data"]["version"] == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"context": {"a": ' + b"[" * 300 + b"]" * 300 + b"}}", 422),
        (b'{"metadata": {"a": ' + b'{"b":' * 80 + b"1" + b"}" * 80 + b"}}", 422),
        (b'{"context": {"a": ' + b"[" * 30_000 + b"]" * 30_000 + b"}}", 400),
        (b'{"context": {"a": ' + b"1" * 5000 + b"}}", 400),
        (b'{"context": {"a": NaN, "b": 1e999}}', 200),
        (b'{"context": {"\\u0000": "\\ud800"}}', 200),
    ],
    ids=["deep", "deep metadata", "deeper", "long number", "no number", "no text"],
)
async def test_json_that_is_hard_to_keep(api, body, status):
    session = await begin(api)
    answer = await api.put(f"{AGENT}/{session}/sync", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert (await api.get(f"/api/v1/conversations/{session}")).status_code == 200


async def test_tenants_do_not_reach_each_other(world, api):
    await world.says("hola", to=LUNA)
    async with world.client(await world.key("luna")) as luna:
        session = (await luna.get(f"{LOOKUP}/tenant/{PHONE}")).json()["data"]["sessionId"]
    refused(await api.get(f"{LOOKUP}/tenant/{PHONE}"), 404)
    refused(await api.get(f"{LOOKUP}/conversation/{PHONE}"), 404)
    refused(await api.get(f"{LOOKUP}/tenant/{PHONE}", params={"tenant": "luna"}), 404)
    refused(await api.get(f"/api/v1/conversations/{session}"), 404)
    refused(await api.put(f"{AGENT}/{session}/sync", json={"intent": "x"}), 404)
    refused(await api.patch(f"/api/v1/conversations/{session}/intent", json={"intent": "x"}), 404)
    refused(await api.patch(f"/api/v1/conversations/{session}/context", json={"context": {}}), 404)
    refused(await api.post(f"/api/v1/conversations/{session}/orders", json={"orderId": "x"}), 404)
    for path in (AGENT, "/api/v1/conversations"):
        refused(await api.post(f"{path}/{session}/messages", json={"role": "bot", "content": "x"}), 404)
    refused(await api.post("/api/v1/conversations", json={"userPhone": PHONE, "subDomain": "luna"}), 404)
    async with world.client() as admin:
        assert (await admin.get(f"{LOOKUP}/tenant/{PHONE}")).json()["data"]["subDomain"] == "luna"
        refused(await admin.get(f"{LOOKUP}/tenant/{PHONE}", params={"tenant": "sol"}), 404)


async def test_keys(world):
    async with world.client(None) as nobody:
        answer = await nobody.get(f"{LOOKUP}/tenant/{PHONE}")
        refused(answer, 401)
        assert "www-authenticate" in answer.headers
        for path in ("/health", "/api/v1/whatsapp/health"):
            healthy = await nobody.get(path)
            assert (healthy.status_code, healthy.json()["type"]) == (200, "1")
    async with world.client(await world.key("sol", Scope.READ)) as reader:
        refused(await reader.post("/api/v1/conversations", json={"userPhone": PHONE}), 403)
        refused(await reader.get(f"{LOOKUP}/tenant/not-a-phone"), 400)


async def test_a_key_has_its_rate(world, api):
    world.app.state.services = _replace(world, KeyLimit(3))
    answers = [await api.get(f"{LOOKUP}/tenant/{PHONE}") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    refused(answers[-1], 429)
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 61
    for other in ("luna", "sol"):  # also another key of this tenant, of the same name
        async with world.client(await world.key(other)) as another:
            assert (await another.get(f"{LOOKUP}/tenant/{PHONE}")).status_code == 404


def _replace(world, limit):
    from dataclasses import replace

    return replace(world.app.state.services, sync_limit=limit, sync=ConversationSync(world.store, world.access))
