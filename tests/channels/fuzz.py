"""Payloads that are nearly right: hypothesis breaks a good one in every place.

Whatever comes out, a parser either reads it or says `MalformedWebhook`, and what it reads the database can hold.
"""

import copy
import json
from typing import Any

from hypothesis import strategies as st

from app.channels.base import Channel, Parsed, WebhookRequest
from app.errors import MalformedWebhook

_ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(
        ["", " ", "\x00", "\ud83d", "x" * 400, "1e999", "-1", "99999999999999999999", "whatsapp:+34600100200",
         "status@broadcast", "1@g.us", "true_1@lid_A", "2026-13-45", 10**30, 1e308, -5, [], {}, [[]], [{}]]
    ),
)  # fmt: skip
JSON = st.recursive(
    _ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside `value`."""
    found = [path] if path else []
    if isinstance(value, dict):
        found += [place for name, item in value.items() for place in places(item, (*path, name))]
    if isinstance(value, list):
        found += [place for index, item in enumerate(value) for place in places(item, (*path, index))]
    return found


@st.composite
def broken(draw: st.DrawFn, samples: list[Any]) -> Any:
    """One of `samples` with up to three values replaced, or left out."""
    body = copy.deepcopy(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, 3))):
        found = places(body)
        if not found:
            break
        path = draw(st.sampled_from(found))
        parent = body
        for name in path[:-1]:
            parent = parent[name]
        if draw(st.booleans()):
            parent[path[-1]] = copy.deepcopy(draw(JSON))  # else a list among the samples comes to hold itself
        else:
            del parent[path[-1]]
    return body


def read_or_refuse(channel: Channel, body: Any) -> Parsed | None:
    """Parse `body`; whatever is read is checked to be something that can be stored."""
    data = json.dumps(body).encode()
    try:
        parsed = channel.parse(WebhookRequest(url="https://x.example/y", headers={}, body=data))
    except MalformedWebhook:
        return None
    changed = [amendment.message for amendment in parsed.amendments]
    for message in (*parsed.messages, *changed):
        assert message.message_sid
        assert len(message.message_sid) <= 300
        assert message.channel_address
        assert message.contact or message in changed
        assert message.body.strip()
        assert message.provider == channel.provider
        dumped = json.dumps(message.model_dump(mode="json"), ensure_ascii=False)
        assert "\x00" not in dumped
        assert "\\u0000" not in dumped
        dumped.encode()  # no lone surrogates
        assert message.role.value == ("user" if message.direction.value == "inbound" else "bot")
    assert all(count > 0 for count in parsed.ignored.values())
    return parsed
