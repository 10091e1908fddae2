"""WAHA: what its events become in each engine, and what its errors mean."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from app.channels.base import Outgoing, WebhookRequest, read_webhook
from app.channels.waha import WahaChannel
from app.channels.waha_payload import message_id
from app.errors import BadSignature, MalformedWebhook, SendRefused, SendUnavailable
from app.models import AmendmentKind, DeliveryStatus, Direction, Media, Role
from tests.channels.fuzz import broken, read_or_refuse
from tests.support.examples import examples
from tests.support.waha_server import API_KEY, KEY, SESSION, WahaServer, encode, event, sign, text_payload

local = WahaChannel()
signed = WahaChannel(hmac_key=KEY)
ANA, LID, US = "34600100200@c.us", "88000000000002@lid", "34910000001@c.us"
TAIL = "3EB0AB"


def parse(body: Any):
    return read_webhook(local, WebhookRequest(url="u", headers={}, body=encode(body), local=True))


def only(body: Any):
    (found,) = parse(body).messages
    return found


def noweb(body: str, *, from_me: bool = False, chat: str = ANA, **key: Any) -> dict[str, Any]:
    """A message as NOWEB brings it: `from` is the chat, whoever wrote; there is no `to`."""
    return {
        "id": f"{'true' if from_me else 'false'}_{chat}_{TAIL}",
        "timestamp": 1_772_000_000,
        "from": chat,
        "fromMe": from_me,
        "source": "app",
        "body": body,
        "hasMedia": False,
        "_data": {"key": {"remoteJid": chat.replace("@c.us", "@s.whatsapp.net"), **key}, "pushName": "Ana"},
    }


def gows(body: str, *, from_me: bool = False, chat: str = ANA, **info: Any) -> dict[str, Any]:
    """As GOWS does: the same, with nulls and its own `_data`."""
    return noweb(body, from_me=from_me, chat=chat) | {
        "to": None,
        "participant": None,
        "_data": {"Info": {"Chat": chat, "PushName": "Ana", **info}},
    }


ENGINES = {"WEBJS": lambda body, **k: text_payload(body, tail=TAIL, **k), "NOWEB": noweb, "GOWS": gows}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_message_reads_the_same_from_every_engine(engine: str) -> None:
    found = only(event("message", ENGINES[engine]("mañana a las 10"), engine=engine))
    assert (found.body, found.contact, found.message_sid, found.thread) == ("mañana a las 10", ANA, TAIL, ANA)
    assert (found.role, found.direction, found.channel_address) == (Role.USER, Direction.INBOUND, SESSION)
    assert (found.phone, found.sent_at) == ("+34600100200", datetime(2026, 2, 25, 6, 13, 20, tzinfo=UTC))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("source", "by_person", "author"), [("app", True, "phone"), ("api", False, "api")])
def test_what_we_wrote_ourselves_is_never_a_customers(engine: str, source: str, by_person: bool, author: str) -> None:
    found = only(event("message.any", ENGINES[engine]("te espero", from_me=True) | {"source": source}))
    assert (found.contact, found.role, found.direction) == (ANA, Role.BOT, Direction.OUTBOUND)
    assert (found.by_person, found.author, found.contact_name) == (by_person, author, None)


def test_from_and_to_tell_the_chat_where_the_id_does_not() -> None:
    bare = text_payload("hola", tail="x", from_me=True) | {"id": "ABC"}
    assert (only(event("message.any", bare)).contact, only(event("message.any", bare)).message_sid) == (ANA, "ABC")
    assert only(event("message.any", noweb("hola", from_me=True) | {"id": "ABC"})).contact == ANA
    # An old server that does not say who wrote: `message` brings others' messages, `message.any` leaves it to the id.
    unsaid = {name: item for name, item in text_payload("hola", tail="x", from_me=True).items() if name != "fromMe"}
    assert only(event("message", unsaid)).role is Role.USER
    assert only(event("message.any", unsaid)).role is Role.BOT


def test_the_tail_is_the_message_under_every_name_of_the_chat() -> None:
    hidden = only(event("message", noweb("hola", chat=LID, remoteJidAlt="34600100200@s.whatsapp.net")))
    assert (hidden.contact, hidden.aliases, hidden.message_sid) == (LID, (ANA,), TAIL)
    assert hidden.phone == "+34600100200"
    open_ = only(event("message", gows("hola", SenderAlt=LID)))
    assert (open_.contact, open_.aliases, open_.message_sid) == (ANA, (LID,), TAIL)
    ours = only(event("message.any", gows("hola", chat=LID, from_me=True, RecipientAlt="34600100200:7@s.whatsapp.net")))
    assert (ours.contact, ours.aliases) == (LID, (ANA,))


@pytest.mark.parametrize(
    ("given", "tail", "chat", "from_me"),
    [
        ("false_34600100200@c.us_3EB0AB", "3EB0AB", ANA, False),
        ("true_34600100200@s.whatsapp.net_3EB0AB", "3EB0AB", ANA, True),
        ("true_1@g.us_3EB0AB_34600100200@c.us", "3EB0AB", "1@g.us", True),
        ("false_1@g.us_3EB0AB[_participant]", "3EB0AB", "1@g.us", False),
        ("3EB0AB", "3EB0AB", "", None),
        ("", "", "", None),
    ],
)
def test_ids(given: str, tail: str, chat: str, from_me: bool | None) -> None:
    found = message_id(given)
    assert (found.tail, found.chat, found.from_me) == (tail, chat, from_me)


PLACE = {"latitude": "40.4", "longitude": "-3.7"}
CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Eva Ruiz\nTEL;type=CELL;waid=34600:+34 600 300 400\nEND:VCARD"
BODIES: list[tuple[str, dict[str, Any], str]] = [
    ("caption", {"hasMedia": True, "body": "mira", "media": {"url": "http://w/1", "mimetype": "image/jpeg"}}, "mira"),
    ("image", {"hasMedia": True, "body": "", "media": {"url": "http://w/1", "mimetype": "image/jpeg"}}, "[Image]"),
    ("voice", {"hasMedia": True, "body": None, "media": {"mimetype": "audio/ogg; codecs=opus"}}, "[Audio message]"),
    ("file", {"hasMedia": True, "media": {"mimetype": "application/pdf", "filename": "cita.pdf"}, "body": ""},
     "[Document] cita.pdf"),
    ("not downloaded", {"hasMedia": True, "media": None, "body": ""}, "[Document]"),
    ("voice, not there", {"hasMedia": True, "media": None, "body": "", "_data": {"type": "ptt"}}, "[Audio message]"),
    ("picture, not there, NOWEB",
     {"hasMedia": True, "media": None, "body": "", "_data": {"message": {"imageMessage": {"a": 1}}}}, "[Image]"),
    ("place", {"body": "", "location": PLACE | {"description": "Sol"}}, "[Location] Sol (40.4, -3.7)"),
    ("place with a map in base64", {"body": "/9j/4AAQ" * 100, "location": PLACE}, "[Location] (40.4, -3.7)"),
    ("place with words", {"body": "aquí es", "location": PLACE}, "aquí es\n[Location] (40.4, -3.7)"),
    ("card", {"body": CARD, "vCards": [CARD]}, "[Contact] Eva Ruiz, +34 600 300 400"),
    ("card as text", {"body": CARD}, "[Contact] Eva Ruiz, +34 600 300 400"),
    ("sticker", {"hasMedia": True, "media": {"mimetype": "image/webp"}, "body": "", "_data": {"type": "sticker"}},
     "[Sticker]"),
    ("sticker, GOWS", {"hasMedia": True, "media": None, "body": "", "_data": {"Message": {"stickerMessage": {"a": 1}}}},
     "[Sticker]"),
    ("card, NOWEB", {"body": "", "vCards": [CARD], "_data": {"messageStubType": 0}},
     "[Contact] Eva Ruiz, +34 600 300 400"),
    ("view once", {"body": "", "_data": {"type": "view_once"}}, "[Message without text]"),
    ("poll", {"body": "¿Qué día?", "_data": {"type": "poll_creation"}}, "¿Qué día?"),
    ("nothing", {"body": " "}, "[Message without text]"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "body"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_bodies(fields: dict[str, Any], body: str) -> None:
    assert only(event("message", text_payload("x", tail=TAIL) | fields)).body == body


def test_files_that_were_downloaded_are_kept_by_address() -> None:
    media = {"url": "http://waha:3000/api/files/x.jpg", "mimetype": "image/jpeg"}
    found = only(event("message", text_payload("", tail=TAIL, hasMedia=True, media=media)))
    assert found.media == (Media(url=media["url"], content_type="image/jpeg"),)
    gone = only(event("message", text_payload("", tail=TAIL, hasMedia=True, media=media | {"url": None})))
    assert gone.media == ()


def test_the_quoted_message() -> None:
    quoted = {"id": "true_34600100200@c.us_QQ", "body": "¿A las 10?"}
    assert only(event("message", text_payload("sí", tail=TAIL, replyTo=quoted))).reply_to_sid == "QQ"


def test_an_edit_names_the_message_by_its_tail() -> None:
    payload = text_payload("a las 11", tail="EDIT1") | {"editedMessageId": TAIL}
    (found,) = parse(event("message.edited", payload)).amendments
    assert (found.kind, found.message.message_sid, found.message.body) == (AmendmentKind.EDITED, TAIL, "a las 11")
    assert (found.message.contact, found.amendment_sid) == (ANA, "EDIT1")
    assert found.at == datetime(2026, 2, 25, 6, 13, 20, 500_000, tzinfo=UTC)


def test_a_deletion_names_the_message_by_its_tail() -> None:
    after = {"id": f"false_{ANA}_REV1", "timestamp": 1_772_000_000}
    (found,) = parse(event("message.revoked", {"after": after, "revokedMessageId": TAIL, "before": None})).amendments
    assert (found.kind, found.message.message_sid, found.message.contact) == (AmendmentKind.REVOKED, TAIL, ANA)
    assert found.message.body == "[Deleted message]"
    ours = {"after": after | {"id": f"true_{ANA}_REV1", "fromMe": True}, "revokedMessageId": TAIL}
    assert parse(event("message.revoked", ours)).amendments[0].message.direction is Direction.OUTBOUND


def test_reactions_are_context_and_ask_for_nothing() -> None:
    payload = {"id": f"false_{ANA}_R1", "from": ANA, "fromMe": False, "timestamp": 1_772_000_000.853}
    found = only(event("message.reaction", payload | {"reaction": {"text": "👍", "messageId": f"true_{ANA}_QQ"}}))
    assert (found.body, found.reply_to_sid, found.answer, found.message_sid) == ("👍", "QQ", False, "R1")
    same = only(event("message.reaction", payload | {"reaction": {"text": "👍", "messageId": f"true_{ANA}_R1"}}))
    assert same.message_sid not in ("R1", found.message_sid)
    gone = payload | {"reaction": {"text": "", "messageId": "true_x_QQ"}}
    assert parse(event("message.reaction", gone)).ignored == {"reaction-removed": 1}


def in_chat(chat: str, **more: Any) -> dict[str, Any]:
    return text_payload("hola", tail=TAIL, chat=chat, **more)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (event("message", in_chat("120363@g.us", participant=ANA)), "group"),
        (event("message.any", in_chat("120363@g.us", from_me=True)), "group"),
        (event("message", in_chat("120363@newsletter")), "newsletter"),
        (event("message", in_chat("status@broadcast")), "status"),
        (event("message", in_chat("1772@broadcast")), "broadcast"),
        (event("message.any", in_chat(US, from_me=True)), "note-to-self"),
        (event("message.any", in_chat("77000000000001@lid", from_me=True)), "note-to-self"),
        (event("message", {"hasMedia": True, "media": {"url": None}}), "incomplete-message"),
        (event("message", text_payload("x", tail=TAIL) | {"id": "", "from": ANA}), "incomplete-message"),
        (event("message", in_chat("13135550002@bot")), "bot"),
        (event("message", in_chat("0@c.us")), "whatsapp-itself"),
        (event("message", text_payload("", tail=TAIL) | {"_data": {"type": "e2e_notification"}}), "notice"),
        (event("message", text_payload("", tail=TAIL) | {"_data": {"type": "ciphertext"}}), "notice"),
        (event("message", text_payload("", tail=TAIL) | {"_data": {"messageStubType": 2}}), "notice"),
        (
            event(
                "message.any",
                text_payload("", tail=TAIL)
                | {"_data": {"Message": {"protocolMessage": {"type": "EPHEMERAL_SETTING"}}}},
            ),
            "notice",
        ),
        (event("message.edited", text_payload("", tail="E1") | {"editedMessageId": TAIL}), "incomplete-message"),
        (event("message.revoked", {"revokedMessageId": TAIL}), "incomplete-message"),
        (event("session.status", {"status": "WORKING"}), "session-status"),
        (event("group.v2.participants", {"type": "join"}), "group-v2-participants"),
        (event("poll.vote", {"vote": {}}), "poll-vote"),
        (event("brand.new", {}), "unknown-event"),
        (event("message.ack", {"id": f"true_1@g.us_{TAIL}_9@lid", "ackName": "READ"}), "group"),
        (event("message.ack", {"id": f"false_{ANA}_{TAIL}", "fromMe": False, "ackName": "READ"}), "incoming-ack"),
        (event("message.ack", {"id": f"true_{ANA}_{TAIL}", "fromMe": True, "ackName": "EATEN"}), "unknown-status"),
    ],
)
def test_what_is_left_out_is_counted(body: Any, reason: str) -> None:
    parsed = parse(body)
    assert (parsed.messages, parsed.statuses, parsed.ignored) == ((), (), {reason: 1})


@pytest.mark.parametrize(
    ("ack", "status"),
    [
        ({"ackName": "ERROR", "ack": -1}, "failed"),
        ({"ackName": "PENDING", "ack": 0}, "sending"),
        ({"ackName": "SERVER", "ack": 1}, "sent"),
        ({"ack": 2}, "delivered"),
        ({"ackName": "READ"}, "read"),
        ({"ackName": "played", "ack": 4}, "read"),
    ],
)
def test_statuses(ack: dict[str, Any], status: str) -> None:
    payload = {"id": f"true_{LID}_{TAIL}", "from": LID, "fromMe": True, **ack}
    (update,) = parse(event("message.ack", payload)).statuses
    assert (update.message_sid, update.status) == (TAIL, DeliveryStatus(status))


@pytest.mark.parametrize(
    "body", [{}, {"event": "message"}, {"event": "message", "session": "x"}, {"event": 1, "session": 2, "payload": []}]
)
def test_what_is_no_event(body: Any) -> None:
    with pytest.raises(MalformedWebhook):
        parse(body)


def test_the_signature_is_a_sha512_of_the_bytes() -> None:
    data = encode(event("message", text_payload("mañana 🎉", tail=TAIL)))
    request = WebhookRequest(url="u", headers=sign(data), body=data)
    assert read_webhook(signed, request).messages
    for headers in (
        sign(data) | {"x-webhook-hmac-algorithm": "sha256"},
        sign(data) | {"x-webhook-hmac": sign(data + b"\n")["x-webhook-hmac"]},
        sign(data) | {"x-webhook-hmac": "ñ"},
    ):
        with pytest.raises(BadSignature):
            signed.verify(request.model_copy(update={"headers": headers}))
    upper = sign(data) | {"x-webhook-hmac": sign(data)["x-webhook-hmac"].upper()}
    signed.verify(request.model_copy(update={"headers": upper}))


# Sending


@pytest.fixture
def server():
    with WahaServer() as server:
        yield server


@pytest.fixture
async def channel(server):
    channel = WahaChannel(base_url=server.url + "/", api_key=API_KEY, timeout=10.0)
    yield channel
    await channel.aclose()


def outgoing(body: str = "hola", **more: Any) -> Outgoing:
    return Outgoing(**{"message_id": "m", "channel_address": SESSION, "contact": ANA, "body": body} | more)


async def test_a_text_goes_to_the_name_under_which_the_customer_wrote(server, channel) -> None:
    await channel.send(outgoing("¿A las 10?\x00 🎉", thread=LID))
    (sent,) = server.sent
    assert (sent["session"], sent["chatId"], sent["text"]) == (SESSION, LID, "¿A las 10? 🎉")
    assert server.paths() == ["POST /api/sendText"]


@pytest.mark.parametrize("engine", ENGINES)
async def test_the_id_of_a_sent_message_is_that_of_its_echo(server, channel, engine: str) -> None:
    server.engine = engine
    sid = await channel.send(outgoing())
    echo = only(event("message.any", ENGINES[engine]("hola", from_me=True) | {"id": server.sent[0]["id"]}))
    assert echo.message_sid == sid


@pytest.mark.parametrize(
    ("status", "payload", "after", "kind", "wait"),
    [
        (400, {"message": ["chatId must be a string"]}, 0, SendRefused, None),
        (302, None, 0, SendRefused, None),
        (422, {"status": "SCAN_QR_CODE"}, 0, SendUnavailable, 60),
        (422, {"error": "bad number"}, 0, SendRefused, None),
        (401, {"message": "Unauthorized"}, 0, SendUnavailable, 300),
        (404, {"message": "Session not found"}, 0, SendUnavailable, 300),
        (429, None, 4, SendUnavailable, 4),
        (500, {"message": "Cannot read properties"}, 0, SendUnavailable, None),
        (201, {"odd": True}, 0, SendUnavailable, None),
    ],
)
async def test_errors(server, channel, status, payload, after, kind, wait) -> None:
    server.fault("error", status=status, payload=payload, seconds=after)
    with pytest.raises((SendRefused, SendUnavailable)) as caught:
        await channel.send(outgoing())
    assert (type(caught.value), caught.value.retry_after) == (kind, wait)
    assert caught.value.provider_code == ("unreadable" if status == 201 else str(status))


async def test_a_session_that_waits_for_its_code_is_tried_again(server, channel) -> None:
    server.status = "SCAN_QR_CODE"
    with pytest.raises(SendUnavailable, match="QR"):
        await channel.send(outgoing())
    server.status = "WORKING"
    assert await channel.send(outgoing())


# What others have recorded, and what nobody has

SAMPLES = [
    *(event("message", text_payload("x", tail=TAIL) | fields) for _, fields, _ in BODIES),
    *(event("message.any", engine("hola", from_me=True)) for engine in ENGINES.values()),
    event("message.edited", text_payload("x", tail="E") | {"editedMessageId": TAIL}),
    event("message.revoked", {"after": {"id": f"false_{ANA}_R"}, "revokedMessageId": TAIL}),
    event("message.reaction", text_payload("", tail="R") | {"reaction": {"text": "👍", "messageId": "true_x_Q"}}),
    event("message.ack", {"id": f"true_{ANA}_{TAIL}", "ackName": "READ"}),
]


@settings(max_examples=examples(100), deadline=None)
@given(broken(SAMPLES))
def test_whatever_comes_is_read_or_refused(body: Any) -> None:
    read_or_refuse(local, body)


def test_payloads_from_elsewhere(shared_dir) -> None:
    for path in sorted((shared_dir / "fixtures/webhooks/waha").glob("*.json")):
        parsed = read_or_refuse(local, json.loads(path.read_text()))
        assert parsed is not None, path.name
        assert parsed.messages or parsed.amendments or parsed.statuses or parsed.ignored, path.name


def test_signatures_from_elsewhere(shared_dir) -> None:
    document = json.loads((shared_dir / "fixtures/webhooks/signatures/waha.json").read_text())
    for vector in document["vectors"]:
        channel = WahaChannel(hmac_key=vector["key"])
        headers = {"x-webhook-hmac": vector["signature"], "x-webhook-hmac-algorithm": vector["algorithm"]}
        request = WebhookRequest(url="u", headers=headers, body=vector["raw_body"].encode())
        if vector["valid"]:
            channel.verify(request)
        else:
            with pytest.raises(BadSignature):
                channel.verify(request)


def test_ids_as_objects_and_quotes_as_ids_are_read_too() -> None:
    payload = text_payload("sí", tail=TAIL, replyTo=f"true_{ANA}_QQ")
    found = only(event("message", payload | {"id": {"_serialized": payload["id"], "id": TAIL}}))
    assert (found.message_sid, found.contact, found.reply_to_sid) == (TAIL, ANA, "QQ")
