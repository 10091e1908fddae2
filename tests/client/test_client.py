"""The client against the real API: in step while it is there, out of the way while it is not."""

import asyncio
import contextlib
import logging
import time
from typing import Annotated, Any, TypedDict

import httpx
import pytest
from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langchain_core.tools import InjectedToolCallId, tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Command

from app.client import (
    ConversationMiddleware,
    ConversationStateService,
    ConversationSyncClient,
    FileOutbox,
    MemoryOutbox,
    close_default_service,
    initialize_conversation_for_user,
    map_graph_state,
    sync_graph_state_to_api,
    sync_node,
    track_bot_response,
    with_conversation,
)
from app.client.agent_middleware import ConversationAgentMiddleware
from app.client.settings import load_client_settings, shown
from tests.api.conftest import LUCIA

PHONE = LUCIA.removeprefix("whatsapp:")
NOWHERE = "http://127.0.0.1:9"


async def until(condition, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def said(state: dict[str, Any]) -> list[tuple[str, str]]:
    return [(m["role"], m["content"]) for m in state["context"]["previousMessages"]]


async def test_every_method(world, api, key):
    await world.says("hola")
    async with ConversationStateService(api.url, key) as service:
        tenant = await service.lookup_tenant_by_phone(PHONE)
        assert tenant["subDomain"] == "sol"
        session = tenant["sessionId"]
        assert (await service.create_conversation(PHONE, "sol"))["sessionId"] == session
        synced = await service.sync_conversation_from_agent(session, intent="menu", context={"a": 1})
        assert synced["currentIntent"] == "menu"
        await service.add_message_from_agent(session, "user", "hola")
        await service.add_message(session, "bot", "buenas", "sol")
        await service.update_intent(session, "cart", "review")
        await service.update_context(session, {"b": {2}})  # not JSON: said as text
        await service.link_order(session, "ORD-7")
        state = await service.get_conversation_by_phone(PHONE, bot_id="sol")
        assert state == await service.get_conversation(session)
        assert (state["previousIntent"], state["currentStep"]) == ("menu", "review")
        assert (state["context"]["b"], state["context"]["orderIds"]) == ("{2}", ["ORD-7"])
        assert said(state) == [("user", "hola"), ("bot", "buenas")]


async def test_look_ups_are_remembered_until_a_404(world, api, key, monkeypatch):
    await world.says("hola")
    async with ConversationStateService(api.url, key) as service:
        first = await service.lookup_tenant_by_phone(PHONE)
        await api.down()
        assert await service.lookup_tenant_by_phone(PHONE) == first
        monkeypatch.setenv("ENABLE_CONVERSATION_SYNC", "false")
        assert await service.lookup_tenant_by_phone(PHONE) is None
        monkeypatch.delenv("ENABLE_CONVERSATION_SYNC")
        await api.up()
        service._api.wake()
        await service.sync_conversation_from_agent(first["sessionId"], is_active=False)
        assert await service.get_conversation_by_phone(PHONE) is None
        assert await service.lookup_tenant_by_phone(PHONE) is None


@pytest.mark.parametrize("kept", ["memory", "file"])
async def test_what_could_not_be_delivered_arrives_in_order(world, api, key, tmp_path, kept, caplog):
    await world.says("hola")
    path = str(tmp_path / "outbox.db")
    outbox = FileOutbox(path) if kept == "file" else MemoryOutbox()
    async with ConversationStateService(api.url, key, timeout=10, outbox=outbox) as service:
        session = (await service.lookup_tenant_by_phone(PHONE))["sessionId"]
        await api.down()
        caplog.clear()
        assert await service.add_message_from_agent(session, "bot", "uno") is None
        assert [r.levelname for r in caplog.records if r.name == "hilo_client"] == ["WARNING"]
        assert caplog.messages[-1].startswith("Failed to track bot message: ")
        began = time.perf_counter()
        for number in range(20):
            assert await service.add_message_from_agent(session, "bot", f"m{number}") is None
        assert not await sync_graph_state_to_api(session, "sol", {"current_intent": "pago"}, service=service)
        assert time.perf_counter() - began < 15  # and not the 20 timeouts
        assert len(outbox) == 22
        if kept == "file":
            assert FileOutbox(path).first().body["content"] == "uno"
        await api.up()
        await until(lambda: len(outbox) == 0)
        state = await service.get_conversation(session)
        assert [text for _, text in said(state)] == (["hola", "uno"] + [f"m{n}" for n in range(20)])[-20:]
        assert state["currentIntent"] == "pago"


async def test_a_call_whose_answer_was_lost_is_done_once(world, api, key):
    await world.says("hola")

    class Losing(httpx.AsyncHTTPTransport):
        lost = 0

        async def handle_async_request(self, request):
            answer = await super().handle_async_request(request)
            if request.method == "POST" and self.lost < 2:
                self.lost += 1
                raise httpx.ReadError("the connection was cut")
            return answer

    async with ConversationStateService(api.url, key, transport=Losing()) as service:
        session = (await service.lookup_tenant_by_phone(PHONE))["sessionId"]
        assert await service.add_message_from_agent(session, "bot", "una vez")
        assert said(await service.get_conversation(session)) == [("user", "hola"), ("bot", "una vez")]


async def test_a_full_outbox_drops_the_oldest():
    outbox = MemoryOutbox(limit=2)
    async with ConversationStateService(NOWHERE, "k", timeout=0.3, outbox=outbox) as service:
        for text in ("uno", "dos", "tres"):
            await service.add_message_from_agent("s", "bot", text)
        assert (len(outbox), outbox.first().body["content"]) == (2, "dos")


async def test_switched_off_it_does_nothing(monkeypatch, caplog):
    monkeypatch.setenv("ENABLE_CONVERSATION_SYNC", "false")
    caplog.set_level(logging.DEBUG, "hilo_client")
    async with ConversationStateService(NOWHERE, "k") as service:
        assert await service.lookup_tenant_by_phone(PHONE) is None
        assert await service.add_message_from_agent("s", "bot", "x") is None
        assert await initialize_conversation_for_user(PHONE, "sol", service=service) is None
        assert not await sync_graph_state_to_api("s", "sol", {"cart": []}, service=service)
        assert len(service.outbox) == 0
    ours = [r for r in caplog.records if r.name == "hilo_client"]
    assert {(r.levelname, r.message) for r in ours} == {("DEBUG", "Conversation sync is disabled or unavailable")}


async def test_a_wrong_key_and_a_wrong_server_stop_nothing(api, caplog):
    async with ConversationStateService(api.url, "hilo_wrong") as service:
        assert await service.lookup_tenant_by_phone(PHONE) is None
        assert await service.add_message_from_agent("s", "user", "x") is None
        assert len(service.outbox) == 0  # refused for good: no use in repeating it
    assert "HTTP 401" in caplog.text


async def test_what_json_cannot_carry_stops_nothing(world, api, key, caplog):
    await world.says("hola")
    endless: dict = {}
    endless["self"] = endless
    async with ConversationStateService(api.url, key) as service:
        session = (await service.lookup_tenant_by_phone(PHONE))["sessionId"]
        for cart in (endless, {("a", 1): 2}):
            assert not await sync_graph_state_to_api(session, "sol", {"cart": [cart]}, service=service)
            assert caplog.messages[-1].startswith("Failed to sync graph state: ")
        assert await service.update_context(session, {"total": float("nan")})
        assert await service.add_message(session, "bot", "listo \ud83d\ude00 \ud83d")
        state = await service.get_conversation(session)
        assert state["context"]["total"] is None
        assert said(state)[-1] == ("bot", "listo 😀 \ufffd")
        assert await service.lookup_tenant_by_phone(None) is None
        assert await service.link_order(None, "ORD-1") is None
        assert len(service.outbox) == 0


async def test_an_outbox_or_a_key_that_is_none_stops_nothing(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("CONVERSATION_OUTBOX_PATH", str(tmp_path / "missing" / "outbox.db"))
    async with ConversationStateService(NOWHERE, "llave-de-señal", timeout=0.3) as service:
        assert await service.add_message("s", "user", "hola") is None
        assert len(service.outbox) == 1
    assert "calls wait in memory" in caplog.text


async def test_what_waits_outlives_a_wrong_key(world, api, key, tmp_path):
    await world.says("hola")
    path = str(tmp_path / "outbox.db")
    async with ConversationStateService(api.url, key, outbox=FileOutbox(path)) as service:
        session = (await service.lookup_tenant_by_phone(PHONE))["sessionId"]
        await api.down()
        await service.add_message_from_agent(session, "bot", "uno")
    await api.up()
    async with ConversationStateService(api.url, "hilo_wrong", outbox=FileOutbox(path)) as service:
        await service.add_message_from_agent(session, "bot", "dos")
    async with ConversationStateService(api.url, key, outbox=FileOutbox(path)) as service:
        await until(lambda: len(service.outbox) == 0)
        assert said(await service.get_conversation(session)) == [("user", "hola"), ("bot", "uno"), ("bot", "dos")]


async def test_a_proxy_that_never_takes_a_call_does_not_hold_up_the_next():
    def too_large(request: httpx.Request) -> httpx.Response:
        return httpx.Response(413, text="<html>Request Entity Too Large</html>")

    async with ConversationStateService(NOWHERE, "k", transport=httpx.MockTransport(too_large)) as service:
        assert await service.sync_conversation_from_agent("s", "menu", "choosing", {"a": "x"}) is None
        assert len(service.outbox) == 0


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b'HTTP/1.1 404 Not Found\r\nContent-Length: 22\r\n\r\n{"detail":"Not Found"}',
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 13\r\n\r\n<html></html>",
        b"nothing of HTTP\r\n\r\n",
        b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ids=["slow", "500", "html", "a list", "no envelope", "another service", "a proxy", "noise", "429"],
)
async def test_an_api_that_is_slow_or_wrong_stops_nothing(answer, caplog):
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            if answer is None:
                await reader.read()  # until the client goes away
            writer.write(answer or b"")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    began = time.perf_counter()
    async with ConversationStateService(url, "k", timeout=0.4) as service:
        assert await service.add_message_from_agent("s", "user", "hola") is None
        assert not await sync_graph_state_to_api("s", "sol", {"cart": []}, service=service)
        assert await service.lookup_tenant_by_phone(PHONE) is None
        assert await initialize_conversation_for_user(PHONE, service=service) is None
        warnings = [r.message for r in caplog.records if (r.name, r.levelname) == ("hilo_client", "WARNING")]
        assert len(warnings) == 4  # one for each call
        assert len(service.outbox) == 3
    assert time.perf_counter() - began < 5
    server.close()


async def test_the_synchronous_client(world, api, key):
    await world.says("hola")

    def walk():
        with ConversationSyncClient(api.url, key) as client:
            session = client.lookup_tenant(PHONE)["sessionId"]
            client.sync_conversation(session, "menu", "choose", {"a": 1})
            client.add_message(session, "bot", "buenas")
            assert client.get_conversation(PHONE)["currentIntent"] == "menu"
            with pytest.raises(httpx.HTTPStatusError):
                client.lookup_tenant("+34600999999")

    await asyncio.to_thread(walk)


async def test_the_middleware_and_its_log_lines(world, api, key, monkeypatch, caplog):
    monkeypatch.setenv("CARTAAI_API_BASE_URL", api.url)
    monkeypatch.setenv("CARTAAI_API_KEY", key)
    caplog.set_level(logging.DEBUG, "hilo_client")
    async with ConversationMiddleware(user_phone=PHONE, sub_domain="sol", local_id="1") as conv:
        assert await conv.add_user_message("un ceviche")
        assert await conv.sync_state({"current_intent": "cart", "cart": [{"id": "c", "price": 20, "quantity": 2}]})
        await conv.add_bot_message("Anotado")
        assert await conv.link_order("ORD-1")
    for line in (
        f"Conversation session initialized: {conv.session_id}",
        f"Added user message to conversation {conv.session_id}",
        f"Synced state for session {conv.session_id}",
        f"Tracked bot response for session {conv.session_id}",
    ):
        assert line in caplog.messages
    await track_bot_response(None, "sol", "sin sesión")
    await close_default_service()
    state = (await world.store.find_session(["34600111222"], tenant=world.sol.id)).context
    assert (state["orderTotal"], state["selectedItems"][0]["id"]) == (40.0, "c")


@pytest.mark.parametrize("kept", ["memory", "file"])
async def test_a_conversation_that_begins_while_the_api_is_away(world, api, key, tmp_path, kept):
    """Even when the agent's process ends meanwhile, where the outbox is a file."""
    await api.down()
    path = str(tmp_path / "outbox.db")
    outbox = FileOutbox(path) if kept == "file" else MemoryOutbox()
    service = ConversationStateService(api.url, key, timeout=10, outbox=outbox)
    async with ConversationMiddleware(user_phone="+34600111333", sub_domain="sol", service=service) as conv:
        assert conv.session_id is None
        assert not await conv.add_user_message("una mesa para dos")
        await conv.sync_state({"current_intent": "reserva"})
        await conv.add_bot_message("anotado")
        await conv.link_order("ORD-9")
    if kept == "file":
        await service.aclose()
        service = ConversationStateService(api.url, key, timeout=10, outbox=FileOutbox(path))
    await api.up()
    async with service:
        await until(lambda: len(service.outbox) == 0)
        state = await service.get_conversation_by_phone("34600111333")
    assert said(state) == [("user", "una mesa para dos"), ("bot", "anotado")]
    assert (state["currentIntent"], state["context"]["orderIds"]) == ("reserva", ["ORD-9"])


async def test_the_decorator(world, api, key):
    async with ConversationStateService(api.url, key) as service:

        @with_conversation(sub_domain="sol", service=service)
        async def answer(user_phone: str, text: str, conv: ConversationMiddleware) -> str:
            await conv.sync_state({"current_intent": "saludo"})
            return text.upper()

        assert await answer(PHONE, "hola") == "HOLA"
        assert said(await service.get_conversation_by_phone(PHONE)) == [("user", "hola"), ("bot", "HOLA")]


class Order(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    session_id: str
    current_intent: str
    cart: list[dict[str, Any]]


async def test_a_graph_syncs_by_itself_and_goes_on_without_the_api(world, api, key):
    async with ConversationStateService(api.url, key, timeout=10) as service:

        def talk(state: Order) -> Order:
            text = state["messages"][-1].content
            return {"messages": [AIMessage(f"Anotado: {text}")], "current_intent": "cart", "cart": [{"id": text}]}

        builder = StateGraph(Order)
        builder.add_node("talk", talk)
        builder.add_node("sync", sync_node(service))
        builder.add_edge(START, "talk")
        builder.add_edge("talk", "sync")
        builder.add_edge("sync", END)
        graph = builder.compile()
        await world.says("ceviche")
        session = (await service.lookup_tenant_by_phone(PHONE))["sessionId"]
        state: Any = {"session_id": session, "messages": [HumanMessage("ceviche")]}
        state = await graph.ainvoke(state)
        await api.down()
        state = await graph.ainvoke(state | {"messages": [*state["messages"], HumanMessage("causa")]})
        assert state["messages"][-1].content == "Anotado: causa"
        await api.up()
        await until(lambda: len(service.outbox) == 0)
        kept = await service.get_conversation(session)
        assert said(kept) == [
            ("user", "ceviche"),
            ("bot", "Anotado: ceviche"),
            ("user", "causa"),
            ("bot", "Anotado: causa"),
        ]
        assert (kept["currentIntent"], kept["context"]["selectedItems"]) == ("cart", [{"id": "causa"}])


class Model(GenericFakeChatModel):
    def bind_tools(self, tools, **_):
        return self


async def test_create_agent_syncs_by_itself(world, api, key):
    @tool
    def order(dish: str, tool_call_id: Annotated[str, InjectedToolCallId]) -> Command:
        """Put a dish into the cart."""
        done = ToolMessage(f"{dish}: anotado", tool_call_id=tool_call_id)
        cart = [{"id": dish, "price": 32, "quantity": 1}]
        return Command(update={"messages": [done], "cart": cart, "current_intent": "order", "order_id": "ORD-3"})

    wanted = AIMessage("", tool_calls=[{"name": "order", "args": {"dish": "ceviche"}, "id": "c1"}])
    model = Model(messages=iter([wanted, AIMessage("Un ceviche, anotado"), AIMessage("¡Hasta luego!")]))
    async with ConversationStateService(api.url, key, timeout=10) as service:
        agent = create_agent(
            model, [order], middleware=[ConversationAgentMiddleware(service)], checkpointer=InMemorySaver()
        )
        config: Any = {"configurable": {"thread_id": "1"}}
        await world.says("un ceviche")
        given: Any = {"messages": [HumanMessage("un ceviche")], "user_phone": PHONE, "sub_domain": "sol"}
        state = await agent.ainvoke(given, config)
        kept = await service.get_conversation(state["session_id"])
        assert said(kept) == [("user", "un ceviche"), ("bot", "Un ceviche, anotado")]
        assert (kept["currentIntent"], kept["context"]["orderTotal"]) == ("order", 32)
        assert kept["context"]["orderIds"] == ["ORD-3"]
        await api.down()
        state = await agent.ainvoke({"messages": [HumanMessage("gracias")]}, config)
        assert state["messages"][-1].content == "¡Hasta luego!"
        await api.up()
        await until(lambda: len(service.outbox) == 0)
        assert said(await service.get_conversation_by_phone(PHONE))[2:] == [
            ("user", "gracias"),
            ("bot", "¡Hasta luego!"),
        ]


def test_states_are_mapped_by_the_table():
    state = {"current_intent": "cart", "order_stage": "pay", "cart": {"items": [{"price": 2}], "total": 9}, "other": 1}
    assert map_graph_state(state) == {
        "intent": "cart",
        "step": "pay",
        "context": {"selectedItems": [{"price": 2}], "orderTotal": 9},
    }


async def test_a_session_that_is_over_is_looked_up_again(world, api, key):
    await world.says("hola")
    async with ConversationStateService(api.url, key) as service:
        session = (await service.lookup_tenant_by_phone(PHONE))["sessionId"]
        await service.sync_conversation_from_agent(session, is_active=False)
        await world.says("hola de nuevo")
        assert await service.add_message_from_agent(session, "bot", "tarde") is None
        assert (await service.lookup_tenant_by_phone(PHONE))["sessionId"] != session


async def test_production_masks_phones(monkeypatch, caplog, api, key):
    monkeypatch.setenv("ENVIRONMENT", "production")
    for name in ("", "httpx", "hilo_client"):  # whatever an earlier test has set
        caplog.set_level(logging.DEBUG, logger=name or None)
    async with ConversationStateService(api.url, key) as service:
        await service.lookup_tenant_by_phone(PHONE)
        await service.create_conversation(PHONE, "sol")
    ours = [r.getMessage() for r in caplog.records if r.name.startswith(("httpx", "hilo_client"))]
    assert ours
    assert PHONE[1:] not in "".join(ours)
    assert shown("bot1_34600111222_1764950000000_ab12", load_client_settings()).startswith("bot1_******1222_")
