"""An example agent: a restaurant in Spanish (menu → cart → payment), on LangGraph, with its state synced to Hilo.

Its steps are plain functions, so that it needs no model; put your own in their place. The checkpoint (AsyncSqliteSaver)
is the agent's memory, Hilo the store of the conversation: each works while the other is away.
"""

import re
import uuid
from typing import Annotated, Any, Final, TypedDict

from langchain_core.messages import AIMessage, AnyMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages

from app.client import ConversationStateService, sync_node

MENU: Final = {"ceviche": 32.0, "causa": 18.0, "chicha": 8.0}


class Order(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    session_id: str | None
    sub_domain: str
    current_intent: str
    order_stage: str
    cart: list[dict[str, Any]]
    order_id: str | None
    order_number: str | None
    order_status: str


def route(state: Order) -> str:
    text = str(state["messages"][-1].content).lower()
    if re.search(r"\b(pag|confirm)", text):
        return "pay"
    return "cart" if any(dish in text for dish in MENU) else "menu"


def menu(state: Order) -> Order:
    dishes = ", ".join(f"{name} (S/ {price:.0f})" for name, price in MENU.items())
    return {"messages": [AIMessage(f"¡Hola! Tenemos {dishes}. ¿Qué le preparo?")], "current_intent": "menu",
            "order_stage": "choosing"}  # fmt: skip


def fill_cart(state: Order) -> Order:
    text = str(state["messages"][-1].content).lower()
    cart = list(state.get("cart") or [])
    for dish, price in MENU.items():
        if found := re.search(rf"(\d+)?\s*{dish}", text):
            cart.append({"id": dish, "quantity": int(found[1] or 1), "price": price})
    total = sum(item["price"] * item["quantity"] for item in cart)
    return {"messages": [AIMessage(f"Anotado. Van S/ {total:.0f}. ¿Algo más, o pasamos al pago?")], "cart": cart,
            "current_intent": "order", "order_stage": "cart"}  # fmt: skip


def pay(state: Order) -> Order:
    if not state.get("cart"):
        return {"messages": [AIMessage("Su carrito está vacío: dígame primero qué desea.")], "order_status": "failed",
                "current_intent": "payment", "order_stage": "cart"}  # fmt: skip
    if state.get("order_id"):
        return {"messages": [AIMessage(f"Su pedido {state['order_number']} ya está confirmado.")]}
    order = uuid.uuid4()
    number = f"P-{order.int % 10_000:04d}"
    return {"messages": [AIMessage(f"¡Pago recibido! Su pedido {number} está confirmado.")], "order_id": str(order),
            "order_number": number, "order_status": "confirmed", "current_intent": "payment",
            "order_stage": "confirmed"}  # fmt: skip


def build(service: ConversationStateService, checkpointer: Any) -> Any:
    """The compiled graph; each turn ends with the sync and, once an order is confirmed, its link."""

    async def link(state: Order) -> Order:
        if state.get("order_id") and state.get("session_id"):
            await service.link_order(str(state["session_id"]), str(state["order_id"]))
        return {}

    graph = StateGraph(Order)
    for name, node in {"menu": menu, "cart": fill_cart, "pay": pay}.items():
        graph.add_node(name, node)
        graph.add_edge(name, "sync")
    graph.add_node("sync", sync_node(service))
    graph.add_node("link", link)
    graph.add_conditional_edges(START, route, ["menu", "cart", "pay"])
    graph.add_edge("sync", "link")
    graph.add_edge("link", END)
    return graph.compile(checkpointer=checkpointer)
