"""How an agent's state (LangGraph) reads as the API's: one table, which may be extended."""

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Final

Data = dict[str, Any]


def _items(cart: Any) -> Data:
    items = list(cart) if isinstance(cart, list | tuple) else list((cart or {}).get("items", []))
    total = cart.get("total") if isinstance(cart, Mapping) else None
    if total is None:
        priced = [item for item in items if isinstance(item, Mapping) and "price" in item]
        total = round(sum(float(item["price"]) * float(item.get("quantity", 1)) for item in priced), 2)
    return {"context": {"selectedItems": items, "orderTotal": total}}


# A member of the state → what it becomes in the body of a sync; its parts are merged in this order.
STATE_MAPPING: Final[MutableMapping[str, Callable[[Any], Data]]] = {
    "current_intent": lambda value: {"intent": str(value)} if value else {},
    "order_stage": lambda value: {"step": str(value)} if value else {},
    "cart": _items,
    "order_id": lambda value: {"context": {"orderId": value}} if value else {},
    "order_number": lambda value: {"context": {"orderNumber": value}} if value else {},
    "order_status": lambda value: {"context": {"orderStatus": value}} if value else {},
}


def map_graph_state(state: Mapping[str, Any]) -> Data:
    """{intent, step, context}, as far as the state says them. Messages are posted, not synced."""
    body: Data = {"context": {}}
    for member, convert in STATE_MAPPING.items():
        if member in state:
            part = convert(state[member])
            body["context"] |= part.pop("context", {})
            body |= part
    return body
