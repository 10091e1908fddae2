"""Talk to the restaurant agent, kill the API in the middle, bring it back, and look whether anything is missing.

    pip install langgraph-checkpoint-sqlite
    python docs/examples/drive_restaurant.py

Starts a Hilo server of its own in a temporary folder. Exit status 1 when something is missing.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import httpx
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "examples")]

from restaurant_agent import build  # noqa: E402

from app.client import ConversationStateService, initialize_conversation_for_user  # noqa: E402
from tests.support.servers import ServerProcess, free_port  # noqa: E402

KEY = "example-key-0123456789"
PHONE = "+51999000222"
BEFORE = ["Hola", "Quiero pagar", "2 ceviche y 1 chicha"]
WHILE_DOWN = ["También una causa", "Confirmo y pago"]
AFTER = ["¿Puedo recogerlo mañana a las 7 de la noche?"]


async def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        server = ServerProcess(
            {"HILO_PORT": str(port), "HILO_DATA_DIR": folder + "/hilo", "HILO_API_KEY": KEY,
             "HILO_TIMEZONE": "America/Lima", "HILO_BATCH_INTERVAL_MINUTES": "0"}, forked=True
        ).start()  # fmt: skip
        try:
            return await talk(server, folder)
        finally:
            server.stop()


async def talk(server: ServerProcess, folder: str) -> int:
    said: list[tuple[str, str]] = []
    async with (
        ConversationStateService(server.url, KEY, timeout=2) as service,
        AsyncSqliteSaver.from_conn_string(folder + "/agent.db") as saver,
    ):
        graph = build(service, saver)
        session = await initialize_conversation_for_user(PHONE, "default", service=service)
        config = {"configurable": {"thread_id": PHONE}}

        async def turn(text: str) -> None:
            given = {"messages": [HumanMessage(text)], "session_id": session, "sub_domain": "default"}
            state = await graph.ainvoke(given, config)
            answer = str(state["messages"][-1].content)
            said.extend([("user", text), ("bot", answer)])
            print(f"  {text}\n    {answer}   [{len(service.outbox)} wait]")

        for text in BEFORE:
            await turn(text)
        print("-- the API is killed")
        server.kill()
        for text in WHILE_DOWN:
            await turn(text)
        print("-- and is back")
        await asyncio.to_thread(server.start)
        for text in AFTER:
            await turn(text)
        # The restaurant's answer that settles the pick-up; a person's or your agent's.
        await service.add_message_from_agent(
            session or "", "bot", "Sí, agendado: mañana a las 7 de la noche recoge su pedido."
        )
        said.append(("bot", "Sí, agendado: mañana a las 7 de la noche recoge su pedido."))
        async with asyncio.timeout(60):
            while len(service.outbox):
                await asyncio.sleep(0.1)
        state = await service.get_conversation(session or "") or {}
        final = (await graph.aget_state(config)).values
    context = state.get("context", {})
    kept = [(m["role"], m["content"]) for m in context.get("previousMessages", [])]
    async with httpx.AsyncClient(base_url=server.url, headers={"X-API-Key": KEY}, timeout=60) as http:
        report = (await http.post("/api/v1/whatsapp/process-conversations", json={})).json()
    events = [event for one in report["conversations"] for event in one["events"]]
    checks = {
        "every message once, in order": kept == said,
        "the cart": context.get("selectedItems") == final["cart"] and len(final["cart"]) == 3,
        "the order is linked": context.get("orderIds") == [final["order_id"]],
        "the status": (context.get("orderStatus"), final["order_status"]) == ("confirmed", "confirmed"),
        "the pick-up is an event": len(events) == 1 and "T19:00" in events[0]["start"],
    }
    for what, right in checks.items():
        print(f"{'ok  ' if right else 'FAIL'} {what}")
    if not all(checks.values()):
        print(kept, said, events, sep="\n")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
