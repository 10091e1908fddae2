"""Chatwoot: what its webhooks become, one POST for an answer, and the longer way for what Hilo starts."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from app.channels.base import Outgoing, WebhookRequest, read_webhook
from app.channels.chatwoot import ChatwootChannel
from app.channels.chatwoot_contacts import phone_variants
from app.errors import BadSignature, MalformedWebhook, SendRefused, SendUnavailable
from app.models import AmendmentKind, DeliveryStatus, Direction, Media, Role
from tests.channels.fuzz import broken, read_or_refuse
from tests.support.chatwoot_server import (
    ACCOUNT,
    BOT,
    INBOX,
    MARTA,
    PATH_TOKEN,
    SECRET,
    TOKEN,
    ChatwootServer,
    conversation_data,
    encode,
    message_event,
    sign,
)
from tests.support.examples import examples

local = ChatwootChannel(hand_back_label="bot")
URL = "https://hilo.example.com/api/v1/whatsapp/chatwoot/webhook/"
PHONE = "+34600100200"


def parse(body: Any):
    return read_webhook(local, WebhookRequest(url=URL, headers={}, body=encode(body), local=True))


def only(body: Any):
    (found,) = parse(body).messages
    return found


def test_an_incoming_message_brings_its_conversation() -> None:
    found = only(message_event("mañana a las 10 <ya> & listo", number=9001))
    assert (found.body, found.message_sid, found.thread) == ("mañana a las 10 <ya> & listo", "9001", "215")
    assert (found.contact, found.channel_address, found.phone) == ("chatwoot:3:77", "3/12", PHONE)
    assert (found.role, found.contact_name, found.by_person) == (Role.USER, "Ana Pérez", False)
    assert found.sent_at == datetime(2026, 3, 2, 9, 0, 0, 401_000, tzinfo=UTC)


def test_another_conversation_of_the_customer_is_another_thread_of_one_contact() -> None:
    found = only(message_event("hola", number=1, conversation=conversation_data(number=300)))
    assert (found.contact, found.thread) == ("chatwoot:3:77", "300")


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        (1_772_000_000, datetime(2026, 2, 25, 6, 13, 20, tzinfo=UTC)),
        ("2026-03-02 09:00:00 UTC", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("ayer", None),
    ],
)
def test_times(at: Any, moment: datetime | None) -> None:
    assert only(message_event("hola", number=1) | {"created_at": at}).sent_at == moment


def test_a_human_agents_answer_is_context_and_silences_the_bot() -> None:
    found = only(message_event("Te llamo ahora", number=9002, kind="outgoing", sender=MARTA))
    assert (found.contact, found.direction, found.role) == ("chatwoot:3:77", Direction.OUTBOUND, Role.BOT)
    assert (found.by_person, found.author, found.contact_name) == (True, "operator", "Ana Pérez")


def test_what_an_automation_wrote_is_context_only() -> None:
    found = only(message_event("Encuesta", number=9002, kind="outgoing", sender=None))
    assert (found.by_person, found.author, found.role) == (False, "api", Role.BOT)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (message_event("VIP", number=1, kind="outgoing", sender=MARTA, private=True), "private-note"),
        (message_event("Gracias", number=1, kind="template", sender=None), "template"),
        (message_event("Marta entró", number=1, kind="activity"), "activity"),
        (message_event("Hecho", number=1, kind="outgoing", sender=BOT), "bot"),
        (message_event("Hecho", number=1, kind="outgoing", sender=MARTA, content_attributes={"hilo_message_id": "x"}),
         "own-echo"),
        (message_event("x", number=1, kind="telepathy"), "unknown-message-type"),
        (message_event("x", number=1) | {"id": None}, "incomplete-message"),
        (message_event("x", number=1, conversation={"meta": {"sender": {}}}) | {"sender": None}, "incomplete-message"),
        (message_event("x", number=1, event="message_updated"), "message-updated"),
        (conversation_data() | {"event": "conversation_created"}, "conversation-created"),
        (conversation_data() | {"event": "conversation_typing_on"}, "conversation-typing-on"),
        (conversation_data(status="open") | {"event": "conversation_status_changed"}, "status-changed"),
        (conversation_data() | {"event": "conversation_updated"}, "conversation-updated"),
        ({"event": "brand_new"}, "unknown-event"),
    ],
)  # fmt: skip
def test_what_is_left_out_is_counted(body: Any, reason: str) -> None:
    parsed = parse(body)
    assert (parsed.messages, parsed.handovers, parsed.ignored) == ((), (), {reason: 1})


@pytest.mark.parametrize("private", [True, "true", 1, "yes"])
def test_a_note_among_colleagues_is_private_however_it_says_so(private: Any) -> None:
    assert parse(message_event("ojo con este", number=1) | {"private": private}).ignored == {"private-note": 1}


def test_the_window_of_whatever_is_behind_the_inbox() -> None:
    failed = {"status": "failed", "content_attributes": {"external_error": "131047: Re-engagement message"}}
    body = message_event("hola", number=1, kind="outgoing", sender=BOT, event="message_updated") | failed
    (update,) = parse(body).statuses
    assert (update.outside_window, update.channel_address) == (True, "3/12")


def test_message_types_as_numbers() -> None:
    assert only(message_event("hola", number=1) | {"message_type": 0}).role is Role.USER
    assert only(message_event("hola", number=1, kind="outgoing", sender=MARTA) | {"message_type": 1}).by_person
    assert parse(message_event("hola", number=1) | {"message_type": 3}).ignored == {"template": 1}


def file(kind: str, **more: Any) -> dict[str, Any]:
    return {"id": 1, "file_type": kind, "data_url": "https://c.example/blob/1", **more}


FILES: list[tuple[str | None, list[dict[str, Any]], str]] = [
    (None, [file("image", content_type="image/jpeg")], "[Image]"),
    ("mira", [file("image")], "mira"),
    ("", [file("audio"), file("file", content_type="application/pdf")], "[Audio message] [Document]"),
    (None, [file("contact", fallback_title="+34600300400")], "[Contact] +34600300400"),
    (None, [file("location", coordinates_lat=40.4, coordinates_long=-3.7, fallback_title="Sol")],
     "[Location] Sol (40.4, -3.7)"),
    (None, [file("ig_reel")], "[Document]"),
    (None, [file("sticker")], "[Sticker]"),
    (None, [file("file", data_url="https://c.example/rails/x/cita%20de%20Ana.pdf?a=1")], "[Document] cita de Ana.pdf"),
    (None, [], "[Message without text]"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "files", "body"), FILES)
def test_bodies(content: str | None, files: list[dict[str, Any]], body: str) -> None:
    assert only(message_event(content, number=1, attachments=files)).body == body


def test_a_document_without_a_type_has_that_of_its_name() -> None:
    named = [file("file", data_url=f"https://c.example/rails/x/{name}") for name in ("a.PDF", "b", "http://[", "c.")]
    found = only(message_event(None, number=1, attachments=named))
    assert [media.content_type for media in found.media] == ["application/pdf", None, None, None]
    assert found.body == "[Document] a.PDF [Document] [Document] [Document]"


def test_files_are_kept_by_address() -> None:
    found = only(message_event(None, number=1, attachments=[file("image"), file("file", content_type="text/plain")]))
    assert found.media == (
        Media(url="https://c.example/blob/1", content_type="image/*"),
        Media(url="https://c.example/blob/1", content_type="text/plain"),
    )


# Taking a conversation and giving it back


@pytest.mark.parametrize(
    ("word", "to_agent"), [("/bot", True), (" /Hilo ", True), ("/humano", False), ("/human", False)]
)
@pytest.mark.parametrize("private", [True, False])
def test_commands_of_an_agent(word: str, to_agent: bool, private: bool) -> None:
    parsed = parse(message_event(word, number=1, kind="outgoing", sender=MARTA, private=private))
    (handover,) = parsed.handovers
    assert (handover.contact, handover.channel_address, handover.to_agent) == ("chatwoot:3:77", "3/12", to_agent)
    assert len(parsed.messages) == (0 if private else 1)  # the customer saw what was public


def test_a_customer_gives_no_commands() -> None:
    assert parse(message_event("/humano", number=1)).handovers == ()
    assert parse(message_event("/bot", number=1, kind="outgoing", sender=BOT)).handovers == ()


@pytest.mark.parametrize("status", ["pending", "resolved"])
def test_a_closed_or_pending_conversation_is_the_bots(status: str) -> None:
    (handover,) = parse(conversation_data(status=status) | {"event": "conversation_status_changed"}).handovers
    assert handover.to_agent


@pytest.mark.parametrize(
    ("before", "after", "given_back"),
    [
        (["vip"], ["vip", "Bot"], True),
        ("vip", "vip, bot", True),
        (None, ["bot"], True),
        (["bot"], ["bot", "vip"], False),
        (["bot"], [], False),
        ([], ["vip"], False),
    ],
)
def test_the_label_gives_back_when_it_is_added(before: Any, after: Any, given_back: bool) -> None:
    change = {"label_list": {"previous_value": before, "current_value": after}}
    parsed = parse(conversation_data() | {"event": "conversation_updated", "changed_attributes": [change]})
    assert bool(parsed.handovers) is given_back


# Later changes


def test_a_deleted_message() -> None:
    body = message_event(
        "Este mensaje fue eliminado", number=7, event="message_updated", content_attributes={"deleted": True}
    )
    (found,) = parse(body).amendments
    assert (found.kind, found.message.message_sid, found.message.contact) == (AmendmentKind.REVOKED, "7", "")


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"status": "delivered"}, DeliveryStatus.DELIVERED, None),
        ({"conversation": conversation_data(messages=[{"id": 7, "status": "read"}])}, DeliveryStatus.READ, None),
        ({"status": "sent", "content_attributes": {"external_error": "131047"}}, DeliveryStatus.FAILED, "131047"),
    ],
)
def test_delivery_reports(fields: dict[str, Any], status: DeliveryStatus, error: str | None) -> None:
    body = message_event("Hecho", number=7, kind="outgoing", sender=BOT, event="message_updated") | fields
    (update,) = parse(body).statuses
    assert (update.message_sid, update.status, update.error) == ("7", status, error)


# Signatures and the secret path

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def request(
    *, path: str = PATH_TOKEN, secret: str | None = SECRET, at: datetime = NOW, target: str = URL
) -> WebhookRequest:
    data = encode(message_event("a < b & c", number=1))
    headers = sign(data, secret=secret, at=at.timestamp()) if secret else {}
    return WebhookRequest(url=target + path, headers=headers, body=data)


def verifies(channel: ChatwootChannel, given: WebhookRequest) -> bool:
    try:
        channel.verify(given)
    except BadSignature:
        return False
    return True


def test_who_is_believed() -> None:
    both = ChatwootChannel(webhook_token=PATH_TOKEN, webhook_secrets=["other", SECRET], clock=lambda: NOW)
    path = ChatwootChannel(webhook_token=PATH_TOKEN, clock=lambda: NOW)
    signature = ChatwootChannel(webhook_secrets=[SECRET, ""], clock=lambda: NOW)
    neither = ChatwootChannel(webhook_secrets=[""], clock=lambda: NOW)
    table = [
        # request → with both, with the path, with the secret, with neither
        (request(), True, True, True, False),
        (request(path=PATH_TOKEN + "/"), True, True, True, False),
        (request(secret=None), True, True, False, False),  # an agent bot's webhooks are not signed
        (request(path="guess"), False, False, True, False),
        (request(path=""), False, False, True, False),
        (request(secret="wrong"), False, True, False, False),
        (request(at=NOW - timedelta(minutes=6)), False, True, False, False),
        (request(at=NOW + timedelta(minutes=6)), False, True, False, False),
        (request(at=NOW - timedelta(minutes=4)), True, True, True, False),
        (request(path="guess", secret=None), False, False, False, False),
    ]
    for given_request, *expected in table:
        assert [verifies(c, given_request) for c in (both, path, signature, neither)] == expected, given_request
    assert verifies(neither, request(secret=None).model_copy(update={"local": True}))
    assert not verifies(both, request(path="guess").model_copy(update={"local": True}))
    assert not verifies(signature, request(secret=None).model_copy(update={"local": True}))


@pytest.mark.parametrize("timestamp", ["", "mañana", "-5", "9" * 30, "²"])
def test_odd_timestamps(timestamp: str) -> None:
    given_request = request()
    headers = dict(given_request.headers) | {"x-chatwoot-timestamp": timestamp}
    channel = ChatwootChannel(webhook_secrets=[SECRET], clock=lambda: NOW)
    assert not verifies(channel, given_request.model_copy(update={"headers": headers}))


@pytest.mark.parametrize("body", [b"{}", b"[]", b"{", b'{"event": null}', b"\xff"])
def test_what_is_no_event(body: bytes) -> None:
    with pytest.raises(MalformedWebhook):
        local.parse(WebhookRequest(url=URL, headers={}, body=body))


# Sending


@pytest.fixture
def server():
    with ChatwootServer() as server:
        yield server


@pytest.fixture
def counted() -> Counter[tuple[str, str]]:
    return Counter()


@pytest.fixture
def make(server, counted):
    def make_channel(**more: Any) -> ChatwootChannel:
        return ChatwootChannel(
            **{"base_url": server.url, "api_token": TOKEN, "account_id": ACCOUNT, "inbox_id": INBOX, "timeout": 10.0,
               "on_send": lambda flow, outcome: counted.update([(flow, outcome)])} | more
        )  # fmt: skip

    return make_channel


def outgoing(body: str = "hola", **more: Any) -> Outgoing:
    values = {"message_id": "m1", "channel_address": "3/12", "contact": "chatwoot:3:77", "body": body, "thread": "215"}
    return Outgoing(**values | more)


@pytest.mark.parametrize("slashes", ["", "/", "///"])
async def test_an_answer_is_exactly_one_request(server, make, counted, slashes: str) -> None:
    server.add_conversation(server.add_contact(PHONE), number=215)
    channel = make(base_url=server.url + slashes)
    sid = await channel.send(outgoing("Hecho"))
    assert server.paths() == ["POST /api/v1/accounts/3/conversations/215/messages"]
    (message,) = server.conversations[215].messages
    assert (str(message["id"]), message["content"], message["private"]) == (sid, "Hecho", False)
    assert message["content_attributes"] == {"hilo_message_id": "m1"}
    assert counted == {("webhook", "sent"): 1}
    await channel.aclose()


async def test_a_conversation_that_is_gone_is_refused_for_good(server, make, counted) -> None:
    with pytest.raises(SendRefused, match="conversation 215 no longer exists") as caught:
        await make().send(outgoing())
    assert caught.value.provider_code == "404"
    assert len(server.calls) == 1
    assert counted == {("webhook", "refused"): 1}


async def test_validation_asks_first_and_falls_back(server, make) -> None:
    contact = server.add_contact(PHONE)
    server.add_conversation(contact, number=215)
    channel = make(validate_conversations=True)
    await channel.send(outgoing("uno", phone=PHONE))
    assert server.paths() == [
        "GET /api/v1/accounts/3/conversations/215",
        "POST /api/v1/accounts/3/conversations/215/messages",
    ]
    del server.conversations[215]
    await channel.send(outgoing("dos", phone=PHONE))
    (made,) = server.conversations.values()
    assert [message["content"] for message in made.messages] == ["dos"]
    await channel.aclose()


async def test_what_hilo_starts_makes_contact_and_conversation_once(server, make, counted) -> None:
    channel = make()
    start = {"thread": None, "phone": PHONE, "contact_name": "Ana"}
    await channel.send(outgoing("recordatorio", **start))
    assert server.paths("POST") == [
        "POST /api/v1/accounts/3/contacts",
        "POST /api/v1/accounts/3/conversations",
        "POST /api/v1/accounts/3/conversations/501/messages",
    ]
    await channel.send(outgoing("otro", **start))
    assert len(server.contacts) == len(server.conversations) == 1
    assert [contact["name"] for contact in server.contacts.values()] == ["Ana"]
    assert counted == {("initiated", "sent"): 2}
    await channel.aclose()


async def test_the_open_conversation_of_this_inbox_is_taken(server, make) -> None:
    contact = server.add_contact(PHONE)
    for number, more in (
        (1, {"status": "resolved"}),
        (2, {"inbox_id": 99}),
        (3, {}),
        (4, {}),
        (5, {"status": "resolved"}),
    ):
        server.add_conversation(contact, number=number, **more)
    channel = make()
    await channel.send(outgoing(thread=None, phone=PHONE))
    assert [one.id for one in server.conversations.values() if one.messages] == [4]
    await channel.aclose()


async def test_a_contact_is_found_by_another_way_to_write_the_number(server, make) -> None:
    server.add_contact("+5215512345678")
    channel = make()
    assert await channel.send_message("+525512345678", "hola")
    assert len(server.contacts) == 1
    await channel.aclose()


@pytest.mark.parametrize(
    ("phone", "variants"),
    [
        ("+5215512345678", ("+5215512345678", "+525512345678")),
        ("+5491155550101", ("+5491155550101", "+541155550101")),
        ("+551187654321", ("+551187654321", "+5511987654321")),
        ("+5511987654321", ("+5511987654321", "+551187654321")),
        (PHONE, (PHONE,)),
    ],
)
def test_phone_variants(phone: str, variants: tuple[str, ...]) -> None:
    assert phone_variants(phone) == variants


async def test_send_message_says_whether_it_was_taken(server, make, counted) -> None:
    channel = make(inbox_id=str(INBOX))
    assert await channel.send_message(PHONE, "hola", "Ana") is True
    (made,) = server.conversations
    assert await channel.send_message(PHONE, "y esto", conversation_id=made) is True
    assert await channel.send_message(PHONE, "y esto", conversation_id=str(made)) is True
    assert server.sent == ["hola", "y esto", "y esto"]
    assert await channel.send_message(PHONE, "a nadie", conversation_id=404) is False
    assert await channel.send_message("sin número", "hola") is False
    server.fault("error", status=500)
    assert await channel.send_message(PHONE, "más tarde", conversation_id=made) is False
    assert counted == {
        ("initiated", "sent"): 1, ("webhook", "sent"): 2, ("webhook", "refused"): 1, ("initiated", "refused"): 1,
        ("webhook", "unavailable"): 1,
    }  # fmt: skip
    await channel.aclose()


@pytest.mark.parametrize("word", ["None", "null", "", "undefined", "../1", "12/../13"])
async def test_a_word_is_no_conversation(server, make, word: str) -> None:
    channel = make()
    assert await channel.send_message(PHONE, "hola", conversation_id=word) is False
    assert server.calls == []
    await channel.aclose()


async def test_nothing_is_started_without_number_or_inbox(server, make) -> None:
    for channel, message in (
        (make(), outgoing(thread=None)),
        (make(inbox_id=None), outgoing(thread=None, phone=PHONE, channel_address="3")),
        (make(account_id=None), outgoing(channel_address="/../1")),
    ):
        with pytest.raises(SendRefused):
            await channel.send(message)
    assert server.calls == []


async def test_handing_over_toggles_the_status(server, make) -> None:
    conversation = server.add_conversation(server.add_contact(PHONE), number=215)
    channel = make()
    assert channel.capabilities.hands_over
    await channel.hand_over(channel_address="3/12", thread="215", to_agent=False)
    assert conversation.status == "open"
    await channel.hand_over(channel_address="3/12", thread="215", to_agent=True)
    assert conversation.status == "pending"
    with pytest.raises(SendRefused):
        await channel.hand_over(channel_address="3/12", thread="999", to_agent=True)
    await channel.aclose()


@pytest.mark.parametrize(
    ("status", "after", "kind", "wait"),
    [
        (401, 0, SendUnavailable, 300),
        (403, 0, SendUnavailable, 300),
        (422, 0, SendRefused, None),
        (429, 0, SendUnavailable, 10),
        (429, 3, SendUnavailable, 3),
        (500, 0, SendUnavailable, None),
        (302, 0, SendRefused, None),
    ],
)
async def test_errors(server, make, status, after, kind, wait) -> None:
    server.fault("error", status=status, seconds=after)
    channel = make()
    with pytest.raises((SendRefused, SendUnavailable)) as caught:
        await channel.send(outgoing())
    assert (type(caught.value), caught.value.retry_after, caught.value.provider_code) == (kind, wait, str(status))
    await channel.aclose()


# What others have recorded, and what nobody has

SAMPLES = [
    *(message_event(content, number=1, attachments=files) for content, files, _ in FILES),
    message_event("hola", number=1, kind="outgoing", sender=MARTA),
    message_event("/bot", number=1, kind="outgoing", sender=MARTA, private=True),
    message_event("x", number=7, event="message_updated", content_attributes={"deleted": True}),
    message_event("x", number=7, kind="outgoing", event="message_updated", status="read"),
    conversation_data(status="resolved") | {"event": "conversation_status_changed"},
    conversation_data()
    | {"event": "conversation_updated", "changed_attributes": [{"label_list": {"current_value": ["bot"]}}]},
]  # fmt: skip


@settings(max_examples=examples(100), deadline=None)
@given(broken(SAMPLES))
def test_whatever_comes_is_read_or_refused(body: Any) -> None:
    read_or_refuse(local, body)


def test_payloads_from_elsewhere(shared_dir) -> None:
    for path in sorted((shared_dir / "fixtures/webhooks/chatwoot").glob("*.json")):
        parsed = read_or_refuse(local, json.loads(path.read_text()))
        assert parsed is not None, path.name
        assert parsed.messages or parsed.handovers or parsed.ignored, path.name


def test_signatures_from_elsewhere(shared_dir) -> None:
    document = json.loads((shared_dir / "fixtures/webhooks/signatures/chatwoot.json").read_text())
    for vector in document["vectors"]:
        now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
        channel = ChatwootChannel(webhook_secrets=[vector["secret"]], clock=lambda now=now: now)
        headers = {"x-chatwoot-signature": vector["signature"], "x-chatwoot-timestamp": vector["timestamp"]}
        assert (
            verifies(channel, WebhookRequest(url=URL, headers=headers, body=vector["raw_body"].encode()))
            is vector["valid"]
        )
