"""Walk the whole conversation-sync API against a running server and print each step.

    .venv/bin/python scripts/test_conversation_sync.py [--url http://127.0.0.1:8000] [--key KEY] [--phone +51999000111]
        [--sub-domain default]

The key is else CONVERSATION_API_KEY, or what `hilo keys show` prints. Leaves a closed conversation behind. Exit status
1 when a step is not answered as the documentation says.
"""

import argparse
import json
import os
import sys
import time
from typing import Any

import httpx

__test__ = False  # not for pytest


class Walk:
    def __init__(self, url: str, key: str) -> None:
        self._http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=10)
        self.failed = 0

    def step(self, text: str, method: str, path: str, *, expect: int = 200, headers: Any = None, **body: Any) -> Any:
        began = time.perf_counter()
        answer = self._http.request(method, path, json=body or None, headers=headers)
        envelope = answer.json()
        right = answer.status_code == expect and envelope.get("type") == ("1" if expect < 400 else "3")
        self.failed += not right
        took = (time.perf_counter() - began) * 1000
        print(f"{'ok  ' if right else 'FAIL'} {text}: {answer.status_code} {envelope.get('message')} ({took:.0f} ms)")
        if not right:
            print(json.dumps(envelope, ensure_ascii=False, indent=2)[:1000])
        return envelope.get("data")

    def check(self, text: str, right: bool) -> None:
        self.failed += not right
        print(f"{'ok  ' if right else 'FAIL'} {text}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default=os.environ.get("CONVERSATION_API_BASE_URL", "http://127.0.0.1:8000"))
    parser.add_argument("--key", default=os.environ.get("CONVERSATION_API_KEY", ""))
    parser.add_argument("--phone", default="+51999000111")
    parser.add_argument("--sub-domain", default="default")
    given = parser.parse_args()
    walk = Walk(given.url, given.key)
    phone = given.phone.replace("+", "%2B")
    lookup, agent, plain = "/api/v1/whatsapp/lookup", "/api/v1/whatsapp/agent/conversations", "/api/v1/conversations"

    walk.step("health", "GET", "/health")
    walk.step("health of the WhatsApp part", "GET", "/api/v1/whatsapp/health")
    made = walk.step("create", "POST", plain, expect=201, userPhone=given.phone, subDomain=given.sub_domain)
    if not made:
        return 1
    session = made["sessionId"]
    print(f"     session {session}")
    found = walk.step("look up the tenant", "GET", f"{lookup}/tenant/{phone}")
    walk.check("the tenant is the one", bool(found) and found["subDomain"] == given.sub_domain)
    walk.step("a user's message", "POST", f"{agent}/{session}/messages", role="user", content="Quiero un ceviche")
    for _ in range(2):
        name = f"bot-{session}"
        walk.step("a bot's message", "POST", f"{plain}/{session}/messages", role="bot", content="Anotado", id=name)
    walk.step("sync", "PUT", f"{agent}/{session}/sync", intent="menu", step="choose", context={"orderTotal": 25})
    walk.step("intent", "PATCH", f"{plain}/{session}/intent", intent="payment", step="card")
    walk.step("context", "PATCH", f"{plain}/{session}/context", context={"table": 4})
    for _ in range(2):
        walk.step("order", "POST", f"{plain}/{session}/orders", orderId="ORD-1")
    old = {"If-Match": '"1"'}
    walk.step("an old version", "PUT", f"{agent}/{session}/sync", expect=412, headers=old, intent="late")
    state = walk.step("the state", "GET", f"{lookup}/conversation/{phone}")
    context = state["context"] if state else {}
    walk.check(
        "previous intent", bool(state) and (state["previousIntent"], state["currentIntent"]) == ("menu", "payment")
    )
    walk.check("context is merged", (context.get("orderTotal"), context.get("table")) == (25, 4))
    walk.check("the order is linked once", context.get("orderIds") == ["ORD-1"])
    last = [(m["role"], m["content"]) for m in context.get("previousMessages", [])][-2:]
    walk.check("each message once, in order", last == [("user", "Quiero un ceviche"), ("bot", "Anotado")])
    walk.step("close", "PUT", f"{agent}/{session}/sync", isActive=False)
    walk.step(
        "no message to what is closed", "POST", f"{agent}/{session}/messages", expect=404, role="bot", content="x"
    )
    walk.step("no look-up of what is closed", "GET", f"{lookup}/tenant/{phone}", expect=404)
    walk.step("reading it by its id", "GET", f"{plain}/{session}")
    print("all right" if not walk.failed else f"{walk.failed} steps went wrong")
    return 1 if walk.failed else 0


if __name__ == "__main__":
    sys.exit(main())
