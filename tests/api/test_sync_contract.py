"""The conversation-sync API as somebody calls it who has read nothing but the table of its routes."""

import asyncio
import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests.api.conftest import LUNA

LOOKUP = "/api/v1/whatsapp/lookup"
AGENT = "/api/v1/whatsapp/agent/conversations"
PLAIN = "/api/v1/conversations"
STATE = {
    "sessionId": str, "userId": str, "botId": str, "subDomain": str, "currentIntent": (str, type(None)),
    "currentStep": (str, type(None)), "previousIntent": (str, type(None)), "previousStep": (str, type(None)),
    "context": dict, "metadata": dict, "isActive": bool, "lastActivity": str, "expiresAt": str, "createdAt": str,
    "updatedAt": str,
}  # fmt: skip
CONTEXT = {"selectedItems": list, "orderTotal": (int, float), "previousMessages": list}
NOTHING = "No active conversation found"


class Caller:
    """`{"type": "1", "message": …, "data": …}`; errors have `"type": "3"` and their HTTP status."""

    def __init__(self, http) -> None:
        self.http = http

    async def __call__(self, method: str, path: str, body=None, *, says: str | None = None, status: int = 200, **given):
        answer = await self.http.request(method, path, json=body, **given)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/json"
        envelope = answer.json()
        assert envelope["type"] == ("1" if status < 400 else "3")
        assert isinstance(envelope["message"], str)
        assert envelope["message"]
        assert says in (None, envelope["message"])
        return envelope.get("data")


def check_state(data, **expected):
    for name, kind in STATE.items():
        assert isinstance(data[name], kind), name
    for name, kind in CONTEXT.items():
        assert isinstance(data["context"][name], kind), name
    assert "lastUserMessage" in data["context"]
    for message in data["context"]["previousMessages"]:
        assert message.keys() == {"role", "content", "timestamp"}
        assert message["role"] in ("user", "bot")
        assert datetime.fromisoformat(message["timestamp"]).tzinfo
    times = {
        name: datetime.fromisoformat(data[name]) for name in ("lastActivity", "expiresAt", "createdAt", "updatedAt")
    }
    assert times["expiresAt"] - times["lastActivity"] == timedelta(hours=24)
    assert times["createdAt"] <= times["lastActivity"]
    assert re.fullmatch(rf"{re.escape(data['botId'])}_{data['userId']}_[0-9]{{13}}_[A-Za-z0-9]+", data["sessionId"])
    assert {name: data[name] for name in expected} == expected
    return data


async def test_the_table(world, api):
    call = Caller(api)
    phone = "+34600111222"
    await call("GET", f"{LOOKUP}/tenant/{phone}", status=404, says=NOTHING)
    await world.says("Buenas, ¿hay mesa?")
    for written in (phone, phone[1:], f"whatsapp:{phone}", "%2B34600111222", "whatsapp%3A%2B34600111222"):
        found = await call("GET", f"{LOOKUP}/tenant/{written}", says="Tenant information retrieved successfully")
        assert {"subDomain", "botId", "sessionId", "isActive"} <= found.keys()
    assert (found["subDomain"], found["isActive"]) == ("sol", True)
    session, bot = found["sessionId"], found["botId"]
    for params in ({}, {"botId": bot}):
        state = await call(
            "GET", f"{LOOKUP}/conversation/{phone}", params=params, says="Conversation retrieved successfully"
        )
        check_state(state, sessionId=session, userId="34600111222", currentIntent=None, metadata={})
    assert state["context"]["lastUserMessage"] == "Buenas, ¿hay mesa?"

    path, says = f"{AGENT}/{session}/sync", "Conversation synced successfully from agent"
    check_state(await call("PUT", path, {}, says=says), currentIntent=None)
    body = {"intent": "menu", "step": "drinks", "context": {"selectedItems": [{"id": 1}], "orderTotal": 9.5, "x": 1},
            "metadata": {"source": "graph"}, "isActive": True}  # fmt: skip
    check_state(
        await call("PUT", path, body, says=says), currentIntent="menu", previousIntent=None, currentStep="drinks"
    )
    state = await call("PUT", path, {"intent": "pay", "context": {"x": 2}, "metadata": {"lang": "es"}}, says=says)
    check_state(state, currentIntent="pay", previousIntent="menu", metadata={"source": "graph", "lang": "es"})
    assert (state["context"]["x"], state["context"]["orderTotal"]) == (2, 9.5)

    path, says = f"{AGENT}/{session}/messages", "Message added successfully"
    added = await call("POST", path, {"role": "user", "content": "Buenas, ¿hay mesa?"}, says=says)  # the webhook's
    assert added["sessionId"] == session
    when = datetime.fromisoformat(added["context"]["previousMessages"][-1]["timestamp"]) + timedelta(milliseconds=20)
    said = {"role": "bot", "content": "Sí, a las 9", "id": "mine-1", "timestamp": when.isoformat()}
    for _ in range(2):
        added = await call("POST", path, said, says=says)
    await call(
        "POST", f"{PLAIN}/{session}/messages", {"role": "user", "content": "perfecto", "subDomain": "sol"}, says=says
    )
    state = await call("GET", f"{PLAIN}/{session}", says="Conversation retrieved successfully")
    kept = [(m["role"], m["content"]) for m in state["context"]["previousMessages"]]
    assert kept == [("user", "Buenas, ¿hay mesa?"), ("bot", "Sí, a las 9"), ("user", "perfecto")]
    assert state["context"]["lastUserMessage"] == "perfecto"

    check_state(
        await call("PATCH", f"{PLAIN}/{session}/intent", {"intent": "bye", "step": "end"}), previousIntent="pay"
    )
    state = await call("PATCH", f"{PLAIN}/{session}/context", {"context": {"y": [3]}})
    assert (state["context"]["x"], state["context"]["y"]) == (2, [3])
    for _ in range(2):
        state = await call("POST", f"{PLAIN}/{session}/orders", {"orderId": "ORD-77"})
    assert str(state["context"]).count("ORD-77") == 2  # the last one, and the list of all

    created = {"userPhone": "51999999999", "subDomain": "sol", "localId": "1", "botId": "bot9"}
    made = check_state(await call("POST", PLAIN, created, status=201), botId="bot9", userId="51999999999")
    assert (await call("GET", f"{LOOKUP}/tenant/+51999999999"))["sessionId"] == made["sessionId"]
    for path in ("/health", "/api/v1/whatsapp/health"):
        await call("GET", path)


async def test_what_is_over_unknown_wrong_or_anothers(world, api):
    call = Caller(api)
    made = await call("POST", PLAIN, {"userPhone": "+51999999999", "subDomain": "sol"}, status=201)
    over = made["sessionId"]
    await call("PUT", f"{AGENT}/{over}/sync", {"isActive": False})
    await world.says("hola", to=LUNA)
    async with world.client(await world.key("luna")) as luna:
        others = (await Caller(luna)("GET", f"{LOOKUP}/tenant/+34600111222"))["sessionId"]
    message = {"role": "bot", "content": "x"}
    for session in (over, others, "none_1_1_x"):
        for method, path, body in (
            ("PUT", f"{AGENT}/{session}/sync", {"intent": "x"}),
            ("POST", f"{AGENT}/{session}/messages", message),
            ("POST", f"{PLAIN}/{session}/messages", message | {"subDomain": "sol"}),
            ("PATCH", f"{PLAIN}/{session}/intent", {"intent": "x", "step": "y"}),
            ("PATCH", f"{PLAIN}/{session}/context", {"context": {}}),
            ("POST", f"{PLAIN}/{session}/orders", {"orderId": "1"}),
        ):
            await call(method, path, body, status=404, says=NOTHING)
    assert (await call("GET", f"{PLAIN}/{over}"))["isActive"] is False
    await call("GET", f"{PLAIN}/{others}", status=404)
    for phone in ("+51999999999", "+34600111222"):
        for kind in ("tenant", "conversation"):
            await call("GET", f"{LOOKUP}/{kind}/{phone}", status=404, says=NOTHING)
    for wrong in ({"role": "system", "content": "x"}, {"role": "user"}, {"role": "user", "content": ""}, []):
        await call("POST", f"{AGENT}/{over}/messages", wrong, status=422)


@pytest.mark.parametrize("writers", [20])
async def test_two_hundred_at_once_keep_each_writers_order(world, api, writers):
    """As many agents as there are writers, each posting in turn, while others sync: nothing lost, nothing swapped."""
    await world.says("hola")
    session = (await api.get(f"{LOOKUP}/tenant/34600111222")).json()["data"]["sessionId"]

    async def write(who: int) -> None:
        for n in range(100 // writers):
            body = {"role": "user" if n % 2 else "bot", "content": f"{who}/{n}", "id": str(uuid4())}
            (await api.post(f"{AGENT}/{session}/messages", json=body)).raise_for_status()

    async def sync(n: int) -> None:
        body = {"context": {f"k{n}": n}, "metadata": {f"m{n}": n}}
        (await api.put(f"{AGENT}/{session}/sync", json=body)).raise_for_status()

    await asyncio.gather(*(write(who) for who in range(writers)), *(sync(n) for n in range(100)))
    rows = await world.store.conversation_context(world.sol.id, "whatsapp:+34600111222", 200)
    assert len({row.sent_at for row in rows}) == len(rows) == 101
    told = [row.body.split("/") for row in rows[1:]]
    for who in range(writers):
        assert [n for w, n in told if w == str(who)] == [str(n) for n in range(100 // writers)]
    state = (await api.get(f"{PLAIN}/{session}")).json()["data"]
    assert {f"k{n}" for n in range(100)} <= state["context"].keys()
    assert state["metadata"] == {f"m{n}": n for n in range(100)}
    assert state["version"] == 101
