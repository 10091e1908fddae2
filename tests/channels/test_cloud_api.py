"""Meta's Cloud API: what its webhooks become, and what its errors mean."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from app.channels.base import Outgoing, WebhookRequest, read_webhook
from app.channels.cloud_api import CloudApiChannel
from app.errors import BadSignature, MalformedWebhook, OutsideWindow, SendRefused, SendUnavailable
from app.models import AmendmentKind, ContactAlias, DeliveryStatus, Direction, Media, Role
from tests.channels.fuzz import broken, read_or_refuse
from tests.support.cloud_api_server import (
    PHONE_NUMBER_ID,
    SECRET,
    TOKEN,
    CloudApiServer,
    encode,
    graph_error,
    sign,
    text_message,
    value,
    webhook,
)
from tests.support.examples import examples

local = CloudApiChannel()
signed = CloudApiChannel(app_secret=SECRET)
ANA = "34600100200"


def parse(body: Any):
    return read_webhook(local, WebhookRequest(url="u", headers={}, body=encode(body), local=True))


def message(kind: str, content: Any = None, **more: Any) -> dict[str, Any]:
    return {"from": ANA, "id": "wamid.A", "timestamp": "1772000000", "type": kind, kind: content, **more}


def only(body: Any):
    (found,) = parse(body).messages
    return found


FILE = {"id": "9001", "mime_type": "image/jpeg", "sha256": "x"}
BODIES: list[tuple[str, dict[str, Any], str]] = [
    ("text", message("text", {"body": " mañana a las 10 "}), " mañana a las 10 "),
    ("caption", message("image", FILE | {"caption": "mi corte"}), "mi corte"),
    ("image", message("image", FILE), "[Image]"),
    (
        "voice note",
        message("audio", {"id": "1", "mime_type": "audio/ogg; codecs=opus", "voice": True}),
        "[Audio message]",
    ),
    ("video", message("video", FILE), "[Video]"),
    ("sticker", message("sticker", FILE), "[Sticker]"),
    ("document", message("document", FILE | {"filename": "cita.pdf"}), "[Document] cita.pdf"),
    ("document, caption", message("document", FILE | {"filename": "cita.pdf", "caption": "mira"}), "mira"),
    ("place", message("location", {"latitude": 40.4, "longitude": -3.7, "name": "Sol"}), "[Location] Sol (40.4, -3.7)"),
    ("odd place", message("location", {"latitude": None}), "[Message without text]"),
    (
        "cards",
        message("contacts", [{"name": {"formatted_name": "Eva"}, "phones": [{"phone": "+34 600"}]}, {"name": {}}]),
        "[Contact] Eva, +34 600\n[Contact]",
    ),
    ("button", message("button", {"text": "Confirmo", "payload": "ok"}), "Confirmo"),
    ("tapped", message("interactive", {"type": "button_reply", "button_reply": {"id": "1", "title": "Sí"}}), "Sí"),
    ("list", message("interactive", {"list_reply": {"id": "slot", "title": "Jueves 10:00"}}), "Jueves 10:00"),
    ("form", message("interactive", {"nfm_reply": {"body": "Sent", "response_json": "{}"}}), "Sent"),
    (
        "form, answered",
        message(
            "interactive",
            {
                "nfm_reply": {
                    "body": "Sent",
                    "response_json": '{"flow_token":"x","día":"6 de marzo","extras":["tinte",2],"ok":true,"n":null}',
                }
            },
        ),
        "[Form] día: 6 de marzo, extras: tinte / 2, ok: yes",
    ),
    (
        "odd name",
        message("document", FILE | {"filename": "cita\n[Audio message] \u202efdp.exe"}),
        "[Document] cita [Audio message] fdp.exe",
    ),
    ("view once", message("image", FILE | {"view_once": True}), "[Image]"),
    ("not what it should be", message("text", {"body": ["hola"]}), "[Message without text]"),
    ("nothing tapped", message("interactive", errors=[{"code": 131051}]), "[Message without text]"),
    (
        "order",
        message("order", {"text": "para hoy", "product_items": [{"product_retailer_id": "tinte", "quantity": 2}]}),
        "[Order] 2 × tinte\npara hoy",
    ),
    (
        "unsupported",
        message("unsupported", errors=[{"code": 131051, "title": "Unsupported"}]),
        "[Message without text]",
    ),
    ("a kind of tomorrow", message("hologram", {"body": "?"}), "[Message without text]"),
    ("no kind", {"from": ANA, "id": "wamid.A"}, "[Message without text]"),
]


@pytest.mark.parametrize(("given_message", "body"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_bodies(given_message: dict[str, Any], body: str) -> None:
    found = only(webhook(value(given_message)))
    assert found.body == body
    assert (found.contact, found.channel_address, found.thread) == (ANA, PHONE_NUMBER_ID, ANA)
    assert (found.role, found.phone, found.contact_name, found.answer) == (Role.USER, f"+{ANA}", "Ana", True)


def test_a_file_is_kept_by_its_id() -> None:
    found = only(webhook(value(message("image", FILE | {"url": "https://lookaside.example/x"}))))
    assert found.media == (Media(url="https://graph.facebook.com/9001", content_type="image/jpeg"),)


def test_many_entries_changes_and_messages_in_one_request() -> None:
    first = webhook(
        value(text_message("uno", sid="1"), text_message("dos", sid="2")),
        value(text_message("tres", sid="3", contact="34600300400"), contact="34600300400", name="Eva", number="777"),
    )
    second = webhook(value(statuses=[{"id": "wamid.B", "status": "read"}, {"id": "wamid.C", "status": "sent"}]))
    parsed = parse({**first, "entry": first["entry"] + second["entry"]})
    assert [(m.body, m.contact, m.contact_name, m.channel_address) for m in parsed.messages] == [
        ("uno", ANA, "Ana", PHONE_NUMBER_ID),
        ("dos", ANA, "Ana", PHONE_NUMBER_ID),
        ("tres", "34600300400", "Eva", "777"),
    ]
    assert [status.message_sid for status in parsed.statuses] == ["wamid.B", "wamid.C"]
    assert parsed.ignored == {}


def test_one_message_that_cannot_be_read_does_not_cost_the_others() -> None:
    good = text_message("hola", sid="1")
    body = webhook(value({"type": "text"}, good, {"from": ANA, "id": "x" * 300}, None, 7))
    parsed = parse(body)
    assert [m.body for m in parsed.messages] == ["hola"]
    assert parsed.ignored == {"incomplete-message": 2}


def test_a_customer_without_a_phone_number() -> None:
    user = "ES.13491208655302741918"
    person = {"profile": {"name": "Ana", "username": "ana.m"}, "user_id": user}
    text = {"from_user_id": user, "id": "1", "timestamp": "1772000000", "type": "text", "text": {"body": "hola"}}
    found = only(webhook(value(text) | {"contacts": [person]}))
    assert (found.contact, found.phone, found.aliases, found.thread) == (user, None, (), user)


def test_number_and_user_id_are_one_customer() -> None:
    user = "ES.13491208655302741918"
    both = text_message("hola", sid="1") | {"from_user_id": user}
    found = only(webhook(value(both)))
    assert (found.contact, found.aliases) == (ANA, (user,))
    hidden = only(webhook(value({**both, "from": None}) | {"contacts": [{"wa_id": ANA, "user_id": user}]}))
    assert (hidden.contact, hidden.aliases, hidden.phone) == (user, (ANA,), f"+{ANA}")


def test_the_name_of_another_is_not_taken() -> None:
    people = [{"profile": {"name": "Eva"}, "wa_id": "1999999"}, {"profile": {"name": "Leo"}, "wa_id": "1888888"}]
    found = only(webhook(value(text_message("hola", sid="1")) | {"contacts": people}))
    assert (found.contact_name, found.aliases) == (None, ())


def test_what_was_typed_on_the_phone_is_ours() -> None:
    echo = {"from": "34910000001", "to": ANA, "id": "wamid.E", "timestamp": "1772000000", "type": "text"}
    found = only(webhook(value(message_echoes=[echo | {"text": {"body": "te espero"}}]), field="smb_message_echoes"))
    assert (found.body, found.contact, found.direction, found.role) == ("te espero", ANA, Direction.OUTBOUND, Role.BOT)
    assert (found.author, found.by_person) == ("phone", True)


def test_the_quoted_message_and_the_time() -> None:
    found = only(webhook(value(message("text", {"body": "a esa"}, context={"from": "1", "id": "wamid.Q"}))))
    assert found.reply_to_sid == "wamid.Q"
    assert found.sent_at == datetime(2026, 2, 25, 6, 13, 20, tzinfo=UTC)
    for odd in ("mañana", "", None, [], "9" * 30):
        assert only(webhook(value(message("text", {"body": "x"}) | {"timestamp": odd}))).sent_at is None


def test_reactions_are_context_and_ask_for_nothing() -> None:
    found = only(webhook(value(message("reaction", {"message_id": "wamid.Q", "emoji": "👍"}))))
    assert (found.body, found.reply_to_sid, found.answer) == ("👍", "wamid.Q", False)
    for gone in ({"message_id": "wamid.Q", "emoji": ""}, {"message_id": "wamid.Q"}):
        assert parse(webhook(value(message("reaction", gone)))).ignored == {"reaction-removed": 1}


def test_edited_and_deleted_messages() -> None:
    new = {"original_message_id": "wamid.Q", "message": {"type": "text", "text": {"body": "a las 11"}}}
    parsed = parse(webhook(value(message("edit", new), message("revoke", {"original_message_id": "wamid.R"}))))
    edited, revoked = parsed.amendments
    assert (edited.kind, edited.message.message_sid, edited.message.body) == (
        AmendmentKind.EDITED,
        "wamid.Q",
        "a las 11",
    )
    assert (revoked.kind, revoked.message.message_sid, revoked.message.body) == (
        AmendmentKind.REVOKED, "wamid.R", "[Deleted message]"
    )  # fmt: skip
    assert edited.amendment_sid == "wamid.A"
    assert parsed.messages == ()
    assert parse(webhook(value(message("edit", {})))).ignored == {"incomplete-message": 1}


def test_a_changed_number_is_another_name_of_the_customer() -> None:
    system = {"body": "User changed", "type": "user_changed_number", "wa_id": "34600999999", "user_id": "ES.9"}
    body = webhook({"metadata": {"phone_number_id": "7"}, "messages": [message("system", system)]})
    parsed = parse(body)
    assert parsed.aliases == tuple(
        ContactAlias(provider="cloud_api", channel_address="7", contact=ANA, alias=alias)
        for alias in ("34600999999", "ES.9")
    )
    assert (parsed.messages, parsed.ignored) == ((), {"user-changed-number": 1})


@pytest.mark.parametrize(
    ("body", "ignored"),
    [
        (webhook({"event": "APPROVED"}, field="message_template_status_update"), {"message-template-status-update": 1}),
        (webhook({}, field="brand_new"), {"unknown-field": 1}),
        (webhook(value(text_message("x", sid="1") | {"group_id": "Y2Fw"})), {"group": 1}),
        (webhook(value(message("request_welcome"))), {"request-welcome": 1}),
        (webhook(value(message("system", {"type": "customer_identity_changed"}))), {"system": 1}),
        (webhook({"messages": [text_message("x", sid="1")]}), {"no-phone-number-id": 1}),
        (webhook(value(statuses=[{"id": "w", "status": "teleported"}, {"status": "read"}])),
         {"unknown-status": 1, "incomplete-status": 1}),
        (webhook(value(errors=[{"code": 130429}])), {"error-report": 1}),
    ],
)  # fmt: skip
def test_what_is_left_out_is_counted(body: Any, ignored: dict[str, int]) -> None:
    parsed = parse(body)
    assert (parsed.messages, parsed.ignored) == ((), ignored)


@pytest.mark.parametrize(
    ("word", "status"),
    [("sent", "sent"), ("delivered", "delivered"), ("read", "read"), ("played", "read"), ("failed", "failed")],
)
def test_statuses(word: str, status: str) -> None:
    (update,) = parse(webhook(value(statuses=[{"id": "wamid.B", "status": word}]))).statuses
    assert (update.status, update.error_code) == (DeliveryStatus(status), None)


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        ({"code": 131047, "title": "Re-engagement message"}, "131047", "more than 24 hours"),
        ({"code": 130472}, "130472", "experiment"),
        ({"code": 99, "title": "Odd", "error_data": {"details": "Very odd"}}, "99", "Very odd"),
        ({"code": "odd", "message": "Odd"}, "odd", "Odd"),
        ({}, None, None),
    ],
)
def test_why_a_message_failed(error: Any, code: str | None, text: str | None) -> None:
    (update,) = parse(webhook(value(statuses=[{"id": "w", "status": "failed", "errors": [error]}]))).statuses
    assert update.error_code == code
    assert (update.error or "").find(text or "") >= 0
    assert (update.error is None) is (text is None)


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"object": "page", "entry": []}', b'{"object": "whatsapp_business_account"}', b"[" * 100_000, b"\xff",
     b'{"object": "whatsapp_business_account", "entry": NaN}', b'"hola"', "{}".encode("utf-16")],
)  # fmt: skip
def test_what_is_no_webhook_of_meta(body: bytes) -> None:
    with pytest.raises(MalformedWebhook):
        local.parse(WebhookRequest(url="u", headers={}, body=body))


def test_numbers_that_are_none_and_depths_without_end_are_stored_all_the_same() -> None:
    deep: Any = "x"
    for _ in range(200):
        deep = [deep]
    body = json.dumps(webhook(value(text_message("hola", sid="1") | {"a": deep, "big": 0.5})))
    data = body.replace("0.5", "1e999").encode()
    (found,) = local.parse(WebhookRequest(url="u", headers={}, body=data)).messages
    assert found.raw["message"]["big"] is None
    assert found.raw["hilo:cleaned"] is True
    json.dumps(found.model_dump(mode="json"), allow_nan=False)


# Signatures and the challenge


def test_the_signature_is_over_the_bytes_as_they_came() -> None:
    body = webhook(value(text_message("mañana en http://x.example 🎉", sid="1")))
    data = encode(body)
    assert rb"\u00f1" in data
    request = WebhookRequest(url="u", headers=sign(data), body=data)
    assert read_webhook(signed, request).messages[0].body == "mañana en http://x.example 🎉"
    rewritten = json.dumps(json.loads(data), ensure_ascii=False).encode()
    with pytest.raises(BadSignature):
        read_webhook(signed, request.model_copy(update={"body": rewritten}))
    digest = sign(data)["x-hub-signature-256"].partition("=")[2]
    for header in (digest, f"sha1={digest}", "sha256=", f"sha256={digest[:-1]}", "sha256=ñ"):
        with pytest.raises(BadSignature):
            signed.verify(request.model_copy(update={"headers": {"x-hub-signature-256": header}}))


def test_the_challenge() -> None:
    channel = CloudApiChannel(verify_token="palabra")
    good = {"hub.mode": "subscribe", "hub.verify_token": "palabra", "hub.challenge": "1158201444"}
    assert channel.challenge(good) == "1158201444"
    for wrong in ({"hub.verify_token": "otra"}, {"hub.mode": "x"}, {"hub.challenge": ""}, {"hub.challenge": "<b>"}):
        with pytest.raises(BadSignature):
            channel.challenge(good | wrong)
    with pytest.raises(BadSignature):
        local.challenge(good | {"hub.verify_token": ""})


# Sending


@pytest.fixture
def server():
    with CloudApiServer() as server:
        yield server


@pytest.fixture
async def channel(server):
    channel = CloudApiChannel(access_token=TOKEN, api_base_url=server.url + "/", timeout=10.0)
    yield channel
    await channel.aclose()


def outgoing(body: str = "hola", **more: Any) -> Outgoing:
    return Outgoing(**{"message_id": "m", "channel_address": PHONE_NUMBER_ID, "contact": ANA, "body": body} | more)


async def test_a_text_is_sent_with_its_context(server, channel) -> None:
    sid = await channel.send(outgoing("¿A las 10?\x00 🎉", reply_to_sid="wamid.Q"))
    (sent,) = server.sent
    assert (sent["id"], sent["to"], sent["from"]) == (sid, ANA, PHONE_NUMBER_ID)
    assert sent["text"] == {"body": "¿A las 10? 🎉", "preview_url": False}
    assert sent["context"] == {"message_id": "wamid.Q"}
    assert server.paths() == [f"POST /v23.0/{PHONE_NUMBER_ID}/messages"]


async def test_a_customer_who_hides_the_number_is_answered_by_id(server, channel) -> None:
    await channel.send(outgoing(contact="ES.1349"))
    await channel.send(outgoing(thread="ES.777"))  # known by the number once, writes under the id now
    assert [(m.get("to"), m.get("recipient")) for m in server.sent] == [(None, "ES.1349"), (None, "ES.777")]
    assert "context" not in server.sent[0]


ERRORS = [
    # code, HTTP status, Retry-After → kind, wait
    (131047, 400, 0, OutsideWindow, None),
    (130472, 400, 0, SendRefused, None),
    (131026, 400, 0, SendRefused, None),
    (131030, 400, 0, SendRefused, None),
    (132015, 400, 0, SendRefused, None),
    (100, 400, 0, SendRefused, None),
    (999999, 400, 0, SendRefused, None),
    (130429, 429, 0, SendUnavailable, 10),
    (131056, 400, 0, SendUnavailable, 10),
    (131056, 400, 33, SendUnavailable, 33),
    (131048, 400, 0, SendUnavailable, 3600),
    (80007, 400, 0, SendUnavailable, 60),
    (4, 400, 0, SendUnavailable, 60),
    (190, 401, 0, SendUnavailable, 300),
    (200, 403, 0, SendUnavailable, 300),
    (131000, 500, 0, SendUnavailable, None),
    (999999, 503, 0, SendUnavailable, None),
]


@pytest.mark.parametrize("row", ERRORS)
async def test_errors(server, channel, row) -> None:
    code, status, after, kind, wait = row
    payload = graph_error(code, details="Recipient 34600100200 is odd").payload
    server.fault("error", status=status, payload=payload, seconds=after)
    with pytest.raises((SendRefused, SendUnavailable)) as caught:
        await channel.send(outgoing())
    assert (type(caught.value), caught.value.retry_after, caught.value.provider_code) == (kind, wait, str(code))
    assert "34600100200" not in str(caught.value)


@pytest.mark.parametrize(
    ("payload", "status", "kind", "code"),
    [(None, 502, SendUnavailable, "502"), ("<html>", 400, SendRefused, "400"),
     ({"error": "no"}, 401, SendUnavailable, "401"),
     ({"messages": []}, 200, SendUnavailable, "unreadable"), (None, 302, SendRefused, "302")],
)  # fmt: skip
async def test_answers_that_say_little(server, channel, payload, status, kind, code) -> None:
    server.fault("error", status=status, payload=payload, location=f"{server.url}/elsewhere")
    with pytest.raises((SendRefused, SendUnavailable)) as caught:
        await channel.send(outgoing())
    assert (type(caught.value), caught.value.provider_code) == (kind, code)
    assert len(server.calls) == 1


async def test_a_wrong_token_says_which_setting(server) -> None:
    channel = CloudApiChannel(access_token="old", api_base_url=server.url)
    with pytest.raises(SendUnavailable, match="META_ACCESS_TOKEN"):
        await channel.send(outgoing())
    await channel.aclose()


async def test_an_address_that_is_no_id_reaches_no_other_path(server, channel) -> None:
    with pytest.raises(SendRefused, match="phone number id"):
        await channel.send(outgoing(channel_address="../me"))
    assert server.calls == []


async def test_a_message_is_marked_as_read_with_the_typing_indicator(server, channel) -> None:
    assert channel.capabilities.marks_read
    assert not CloudApiChannel(access_token=TOKEN, mark_read=False).capabilities.marks_read
    await channel.mark_read(only(webhook(value(text_message("hola", sid="wamid.X")))))
    assert server.read == ["wamid.X"]
    assert server.calls[0].body["typing_indicator"] == {"type": "text"}


# What others have recorded, and what nobody has


SAMPLES = [
    webhook(value(given_message), value(text_message("y otra", sid="2")))
    for _, given_message, _ in BODIES
] + [
    webhook(value(message("edit", {"original_message_id": "q", "message": message("text", {"body": "x"})}))),
    webhook(value(message("reaction", {"message_id": "q", "emoji": "👍"}))),
    webhook(value(statuses=[{"id": "w", "status": "failed", "errors": [{"code": 1}]}])),
    webhook(value(message_echoes=[message("text", {"body": "x"}) | {"to": ANA}]), field="smb_message_echoes"),
    webhook(value(message("system", {"type": "user_changed_number", "wa_id": "1"}))),
]  # fmt: skip


@settings(max_examples=examples(100), deadline=None)
@given(broken(SAMPLES))
def test_whatever_comes_is_read_or_refused(body: Any) -> None:
    read_or_refuse(local, body)


def test_payloads_from_elsewhere(shared_dir) -> None:
    for path in sorted((shared_dir / "fixtures/webhooks/cloud_api").glob("*.json")):
        parsed = read_or_refuse(local, json.loads(path.read_text()))
        assert parsed is not None, path.name
        held = (parsed.messages, parsed.amendments, parsed.statuses, parsed.aliases)
        assert any(held) or parsed.ignored, path.name


def test_signatures_from_elsewhere(shared_dir) -> None:
    document = json.loads((shared_dir / "fixtures/webhooks/signatures/cloud_api.json").read_text())
    for vector in document["vectors"]:
        channel = CloudApiChannel(app_secret=vector["app_secret"])
        headers = {"x-hub-signature-256": vector["signature"]}
        request = WebhookRequest(url="u", headers=headers, body=vector["raw_body"].encode())
        if vector["valid"]:
            channel.verify(request)
        else:
            with pytest.raises(BadSignature):
                channel.verify(request)


@pytest.mark.parametrize("edit", [{}, {"message": {}}, {"message": None}])
def test_an_edit_without_a_text_takes_nothing_away(edit: dict[str, Any]) -> None:
    parsed = parse(webhook(value(message("edit", {"original_message_id": "wamid.0", **edit}))))
    assert (parsed.amendments, parsed.ignored) == ((), {"incomplete-message": 1})


@pytest.mark.parametrize(
    "body",
    [
        {"object": "whatsapp_business_account", "entry": []},
        {"object": "whatsapp_business_account", "entry": [{"changes": None}, 5, None]},
        {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": []}]}]},
        webhook({"metadata": {"phone_number_id": "1"}, "messages": {"0": message("text", {"body": "x"})}}),
    ],
)
def test_what_holds_nothing_is_counted(body: Any) -> None:
    assert parse(body).ignored == {"empty": 1}


def test_a_text_that_meta_took_and_refuses_later() -> None:
    late = {"id": "w", "status": "failed", "errors": [{"code": 131047, "title": "Re-engagement message"}]}
    (update,) = parse(webhook(value(statuses=[late]))).statuses
    assert (update.outside_window, update.channel_address, update.error_code) == (True, PHONE_NUMBER_ID, "131047")
