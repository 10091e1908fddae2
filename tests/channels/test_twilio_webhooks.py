"""What Twilio posts, read: one line per kind of payload, every signature, and anything at all."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from app.channels.base import Parsed, WebhookRequest, read_webhook
from app.channels.forms import MAX_FIELDS
from app.channels.twilio import TwilioChannel
from app.errors import BadSignature, MalformedWebhook
from app.models import DeliveryStatus, Media
from tests.channels.test_twilio_contract import URL, request_for
from tests.support.twilio_forms import TOKEN, inbound_form

FORM = "application/x-www-form-urlencoded"
US, ANA = "whatsapp:+34910000001", "whatsapp:+34600100200"
MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME"

signed = TwilioChannel(account_sid="AC1", auth_token=TOKEN)
local = TwilioChannel()


def form(**fields: str) -> dict[str, str]:
    return inbound_form(from_=ANA, to=US, body="", sid="SM1", fields=fields)


def parse(fields: dict[str, Any]) -> Parsed:
    body = urlencode(fields, doseq=True).encode()
    return local.parse(WebhookRequest(url=URL, headers={"content-type": FORM}, body=body, local=True))


def files(*content_types: str) -> dict[str, str]:
    fields = {f"MediaUrl{index}": f"{MEDIA}{index}" for index in range(len(content_types))}
    fields |= {f"MediaContentType{index}": kind for index, kind in enumerate(content_types)}
    return {**fields, "NumMedia": str(len(content_types))}


BODIES: list[tuple[str, dict[str, str], str]] = [
    ("text", {"Body": "  Hola,\n¿hay hueco?  "}, "  Hola,\n¿hay hueco?  "),
    ("image", files("image/jpeg"), "[Image]"),
    ("image with caption", {**files("image/jpeg"), "Body": "la receta"}, "la receta"),
    ("two images", files("image/jpeg", "image/png"), "[Image] [Image]"),
    ("voice note", {**files("audio/ogg; codecs=opus"), "MessageType": "audio"}, "[Audio message]"),
    ("audio file", files("audio/mpeg"), "[Audio message]"),
    ("video", files("video/mp4"), "[Video]"),
    ("sticker", {**files("image/webp"), "MessageType": "sticker"}, "[Sticker]"),
    ("pdf", files("application/pdf"), "[Document]"),
    ("image sent as document", {**files("image/png"), "MessageType": "document"}, "[Document]"),
    ("file of unknown type", files(""), "[Document]"),
    ("contact card", files("text/vcard"), "[Contact]"),
    (
        "named place",
        {"Latitude": "40.41677540000001", "Longitude": "-3.70379020", "Label": "Sol", "Address": "Madrid"},
        "[Location] Sol, Madrid (40.416775, -3.70379)",
    ),
    ("shared position", {"Latitude": "-34.6", "Longitude": "0"}, "[Location] (-34.6, 0)"),
    (
        "place with the address as its name",
        {"Latitude": "1", "Longitude": "2", "Label": "Calle Mayor 1", "Address": "Calle Mayor 1"},
        "[Location] Calle Mayor 1 (1, 2)",
    ),
    ("place with text", {"Latitude": "1", "Longitude": "2", "Body": "aquí"}, "aquí\n[Location] (1, 2)"),
    ("odd coordinates", {"Latitude": "norte", "Longitude": "nan"}, "[Location] (norte, nan)"),
    ("tapped button", {"Body": "Confirmo", "ButtonText": "Confirmo", "ButtonPayload": "ok-1"}, "Confirmo"),
    ("tapped button without body", {"ButtonText": "Confirmo", "ButtonPayload": "ok-1"}, "Confirmo"),
    ("button payload alone", {"ButtonPayload": "ok-1"}, "ok-1"),
    ("list pick", {"Body": "", "ListId": "slot-3", "ListTitle": "Jueves 10:00"}, "Jueves 10:00"),
    (
        "form",
        {"FlowData": '{"flow_token": "x", "día": "viernes"}', "MessageType": "interactive"},
        "[Form] día: viernes",
    ),
    ("nothing that can be read", {"MessageType": "unsupported"}, "[Message without text]"),
    ("blank text", {"Body": " \n"}, "[Message without text]"),
]


@pytest.mark.parametrize(("fields", "body"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_bodies(fields: dict[str, str], body: str) -> None:
    (message,) = parse(form(**fields)).messages
    assert message.body == body
    assert (message.contact, message.channel_address, message.message_sid) == (ANA, US, "SM1")
    assert message.sent_at is None


def test_media_are_references_in_their_order() -> None:
    kinds = ["image/jpeg"] * 11
    (message,) = parse(form(**files(*kinds) | {"MediaUrl3": ""})).messages
    assert [item.url for item in message.media] == [f"{MEDIA}{index}" for index in range(11) if index != 3]
    backwards = dict(reversed(files(*kinds).items()))
    assert [item.url for item in parse(form(**backwards)).messages[0].media] == [f"{MEDIA}{n}" for n in range(11)]
    (message,) = parse(form(MediaUrl0=MEDIA, NumMedia="1")).messages
    assert message.media == (Media(url=MEDIA, content_type=None),)


def test_the_quoted_message_and_the_name() -> None:
    (message,) = parse(form(Body="a esa", OriginalRepliedMessageSid="SM0", ProfileName=" Ana 🌵 ")).messages
    assert (message.reply_to_sid, message.contact_name) == ("SM0", "Ana 🌵")
    (message,) = parse(form(Body="a esa", ProfileName="")).messages
    assert (message.reply_to_sid, message.contact_name) == (None, None)


@pytest.mark.parametrize(
    ("contact", "wa_id", "phone"),
    [
        ("whatsapp:+34600100200", "34600100200", "+34600100200"),
        ("whatsapp:+34600100200", "", "+34600100200"),
        ("+34600100200", "", "+34600100200"),
        ("whatsapp:ES.1349120865530274", "", None),
        ("whatsapp:ES.1349120865530274", "34600100200", "+34600100200"),
        ("whatsapp:ES.1349120865530274", "ES.1349120865530274", None),
    ],
)
def test_a_customer_without_a_phone_number(contact: str, wa_id: str, phone: str | None) -> None:
    (message,) = parse(form(Body="hola", From=contact, WaId=wa_id)).messages
    assert (message.contact, message.phone) == (contact, phone)


def test_all_fields_are_kept_as_they_came() -> None:
    fields = {**form(Body="hola", Forwarded="", Nuevo="1"), "Repetido": ["b", "a", "b"]}
    (message,) = parse(fields).messages
    assert message.raw == fields


def test_cleaning_is_said_in_the_raw_fields() -> None:
    # UTF-8 has no surrogates; systems that work in UTF-16 write them all the same: here one alone, then a
    # pair.
    body = urlencode(form(ProfileName="A\x00na")).replace("Body=", "Body=%ED%A0%BD+y+%ED%A0%BD%ED%B8%80").encode()
    request = WebhookRequest(url=URL, headers={"content-type": FORM}, body=body, local=True)
    (message,) = read_webhook(local, request).messages
    assert message.body == "\ufffd y 😀"
    assert message.contact_name == "Ana"
    assert message.raw["hilo:cleaned"] == ["Body", "ProfileName"]
    with pytest.raises(BadSignature):
        signed.verify(request.model_copy(update={"headers": {"content-type": FORM, "x-twilio-signature": "x"}}))


STATUSES = {
    "accepted": DeliveryStatus.QUEUED,
    "scheduled": DeliveryStatus.QUEUED,
    "queued": DeliveryStatus.QUEUED,
    "sending": DeliveryStatus.SENDING,
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "partially_delivered": DeliveryStatus.SENT,
    "read": DeliveryStatus.READ,
    "undelivered": DeliveryStatus.UNDELIVERED,
    "failed": DeliveryStatus.FAILED,
    "canceled": DeliveryStatus.FAILED,
}


def callback(**fields: str) -> dict[str, str]:
    return {"MessageSid": "SM9", "SmsSid": "SM9", "From": US, "To": ANA, "AccountSid": "AC1", **fields}


@pytest.mark.parametrize(("word", "status"), STATUSES.items())
def test_statuses(word: str, status: DeliveryStatus) -> None:
    for fields in (callback(MessageStatus=word, SmsStatus=word), callback(SmsStatus=word)):
        parsed = parse(fields)
        assert parsed.messages == ()
        (update,) = parsed.statuses
        assert (update.provider, update.message_sid, update.status) == ("twilio", "SM9", status)
        assert (update.error_code, update.error) == (None, None)


def test_a_read_receipt() -> None:
    (update,) = parse(callback(EventType="READ", SmsStatus="delivered")).statuses
    assert update.status is DeliveryStatus.READ


@pytest.mark.parametrize("fields", [{"MessageStatus": "teleported"}, {"EventType": "TYPING"}])
def test_an_unknown_status_is_counted_and_left(fields: dict[str, str]) -> None:
    assert parse(callback(**fields)) == Parsed(ignored={"unknown-status": 1})


@pytest.mark.parametrize(
    ("fields", "code", "text"),
    [
        ({"ErrorCode": "63016", "ErrorMessage": "Outside the window"}, "63016", "Outside the window"),
        ({"ErrorCode": "63024", "ChannelStatusMessage": "No such user"}, "63024", "No such user"),
        ({"ErrorCode": "63015"}, "63015", "the customer has not joined the Twilio sandbox"),
        ({"ErrorCode": "99999"}, "99999", None),
        ({"ErrorCode": "0"}, None, None),
        ({"ErrorCode": "²"}, "²", None),
    ],
)
def test_why_a_message_failed(fields: dict[str, str], code: str | None, text: str | None) -> None:
    (update,) = parse(callback(MessageStatus="failed", **fields)).statuses
    assert update.error_code == code
    assert (update.error or "").startswith(text or "")
    assert (update.error is None) is (text is None)


# The shape


@pytest.mark.parametrize("missing", ["From", "To"])
def test_a_message_says_from_whom_and_to_whom(missing: str) -> None:
    with pytest.raises(MalformedWebhook, match=missing):
        parse(form(Body="hola", **{missing: " "}))


def test_a_message_needs_an_identifier_that_can_be_stored() -> None:
    fields = form(Body="hola")
    for name in ("SmsMessageSid", "SmsSid", "MessageSid"):
        only = {key: value for key, value in fields.items() if "Sid" not in key} | {name: "SM7"}
        assert parse(only).messages[0].message_sid == "SM7"
    for sid in ("", "SM\x00", "S" * 256):
        with pytest.raises(MalformedWebhook):
            parse(fields | {"MessageSid": sid, "SmsSid": "", "SmsMessageSid": ""})


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"MessageSid": "SM1"}'),
        ("", b"MessageSid=SM1&From=a&To=b"),
        ("multipart/form-data; boundary=x", b"--x--"),
        (FORM, b""),
        (FORM, b"MessageSid=SM1&From=a&To=b&Body=%FF%FE"),
        (FORM, b"MessageSid=SM1&From=a&To=b&Body=\xff"),
        (FORM, b"CallSid=CA1&From=a&To=b"),
        (FORM, b"MessageSid=SM1&From=a&To=b" + b"&x=" * MAX_FIELDS),
    ],
)
def test_what_is_no_form_of_twilio(content_type: str, body: bytes) -> None:
    request = WebhookRequest(url=URL, headers={"content-type": content_type}, body=body)
    for channel in (signed, local):
        with pytest.raises(MalformedWebhook):
            read_webhook(channel, request)


def test_a_charset_in_the_content_type() -> None:
    body = urlencode(form(Body="mañana")).encode()
    headers = {"content-type": "Application/X-WWW-Form-Urlencoded; charset=UTF-8"}
    (message,) = local.parse(WebhookRequest(url=URL, headers=headers, body=body)).messages
    assert message.body == "mañana"


# Signatures


def test_every_field_is_covered() -> None:
    fields = form(Body="", Nuevo="", Otro="x")
    request = request_for(fields)
    assert read_webhook(signed, request).messages
    for changed in (
        fields | {"Añadido": ""},
        {name: value for name, value in fields.items() if name != "Nuevo"},
        fields | {"Otro": "y"},
        fields | {"Body": " "},
    ):
        forged = request.model_copy(update={"body": urlencode(changed).encode()})
        with pytest.raises(BadSignature):
            read_webhook(signed, forged)


def test_repeated_fields_are_signed_by_their_distinct_values() -> None:
    fields = {**form(Body="hola"), "Repetido": ["b", "a", "b"]}
    text = URL + "".join(
        name + value
        for name in sorted(fields)
        for value in (sorted(set(fields[name])) if name == "Repetido" else [fields[name]])
    )
    signature = RequestValidator(TOKEN).compute_signature(text, {})
    headers = {"content-type": FORM, "x-twilio-signature": signature}
    body = urlencode(fields, doseq=True).encode()
    assert read_webhook(signed, WebhookRequest(url=URL, headers=headers, body=body)).messages
    fewer = urlencode(fields | {"Repetido": ["b"]}, doseq=True).encode()
    with pytest.raises(BadSignature):
        read_webhook(signed, WebhookRequest(url=URL, headers=headers, body=fewer))


@pytest.mark.parametrize(
    ("called", "seen", "valid"),
    [
        ("https://a.example/w?x=1&y=%C3%B1", "https://a.example/w?x=1&y=%C3%B1", True),
        ("https://a.example/w?x=1", "https://a.example/w", False),
        ("https://a.example/w", "http://a.example/w", False),
        ("https://a.example/w", "https://a.example/w/", False),
        ("https://a.example:8443/w", "https://a.example:8443/w", True),
        ("https://a.example:443/w", "https://a.example/w", True),
        ("https://a.example/w", "https://a.example:99999/w", False),
        ("https://a.example/w", "https://[/w", False),
    ],
)
def test_the_url_is_covered(called: str, seen: str, valid: bool) -> None:
    request = request_for(form(Body="hola"), url=called).model_copy(update={"url": seen})
    if valid:
        signed.verify(request)
    else:
        with pytest.raises(BadSignature):
            signed.verify(request)


def json_request(body: bytes, url: str) -> WebhookRequest:
    signature = RequestValidator(TOKEN).compute_signature(url, {})
    return WebhookRequest(
        url=url, headers={"content-type": "application/json", "x-twilio-signature": signature}, body=body
    )


def test_a_json_body_is_covered_by_its_hash_in_the_url() -> None:
    body = '{"event": "mañana"}'.encode()
    url = f"{URL}?bodySHA256={sha256(body).hexdigest()}"
    signed.verify(json_request(body, url))
    for forged in (
        json_request(b'{"event": "hoy"}', url),
        json_request(b"\xff", url),
        json_request(body, URL),
        json_request(body, f"{URL}?bodySHA256="),
    ):
        with pytest.raises(BadSignature):
            signed.verify(forged)


def test_a_signature_by_another_algorithm() -> None:
    fields = form(Body="hola")
    signature = RequestValidator(TOKEN).compute_signature(URL, fields, "HMAC_SHA256")
    request = request_for(fields)
    settings = {"x-twilio-webhooks-signature-settings": "key=k,algorithm=HMAC_SHA256"}
    headers = {"content-type": FORM, "x-twilio-signature": signature}
    signed.verify(request.model_copy(update={"headers": headers | settings}))
    for wrong in (headers, headers | {"x-twilio-webhooks-signature-settings": "algorithm=NONE"}):
        with pytest.raises(BadSignature):
            signed.verify(request.model_copy(update={"headers": wrong}))


# Anything at all

names = st.one_of(st.sampled_from([*form(), "MediaUrl0", "MessageStatus", "Latitude", "Longitude"]), st.text())
values = st.one_of(st.sampled_from(["", "received", "sent", "SM1", ANA, "\x00"]), st.text(st.characters()))


@given(st.lists(st.tuples(names, values), max_size=20), st.binary(max_size=60))
def test_anything_is_read_or_malformed(pairs: list[tuple[str, str]], tail: bytes) -> None:
    encoded = urlencode(pairs, errors="surrogatepass").encode()
    for body in (encoded, encoded + tail, tail, b"MessageSid=SM1&From=a&To=b&" + encoded):
        request = WebhookRequest(url=URL, headers={"content-type": FORM}, body=body, local=True)
        try:
            parsed = read_webhook(local, request)
        except MalformedWebhook:
            continue
        for message in parsed.messages:
            stored = json.dumps(message.model_dump(mode="json"), ensure_ascii=False)
            stored.encode()
            assert "\\u0000" not in stored.replace("\\\\", "")
            assert message.body.strip()


@given(
    st.binary(max_size=200),
    st.sampled_from([FORM, "application/json", "text/plain", ""]),
    st.text(max_size=40),
)
def test_anything_forged_is_refused(body: bytes, content_type: str, signature: str) -> None:
    headers = {"content-type": content_type, "x-twilio-signature": signature}
    for url in (URL, f"{URL}?bodySHA256=ab", "http://[::1]:8000/"):
        with pytest.raises((BadSignature, MalformedWebhook)):
            read_webhook(signed, WebhookRequest(url=url, headers=headers, body=body, local=True))


# Others' payloads and vectors, where they are


def test_payloads_from_elsewhere(shared_dir: Path) -> None:
    payloads = sorted((shared_dir / "fixtures/webhooks/twilio").glob("*.json"))
    assert payloads
    for path in payloads:
        fields = json.loads(path.read_text())
        parsed = read_webhook(signed, request_for(fields))
        assert parsed.ignored == {}, path.name
        if path.name.startswith("status_"):
            assert [update.message_sid for update in parsed.statuses] == [fields["MessageSid"]], path.name
        else:
            (message,) = parsed.messages
            assert message.body.strip(), path.name
            assert (message.contact, message.raw) == (fields["From"], fields), path.name


def test_signatures_from_elsewhere(shared_dir: Path) -> None:
    folder = shared_dir / "fixtures/webhooks"
    document = json.loads((folder / "signatures/twilio.json").read_text())
    channel = TwilioChannel(account_sid="AC1", auth_token=document["auth_token"])
    for vector in document["vectors"]:
        fields = vector.get("params")
        if "params_file" in vector:
            fields = json.loads((folder / vector["params_file"]).read_text())
        headers = {"content-type": FORM if fields else "application/json"}
        headers["x-twilio-signature"] = vector["signature"]
        body = urlencode(fields, doseq=True) if fields else vector["body"]
        request = WebhookRequest(url=vector["url"], headers=headers, body=body.encode())
        if vector["valid"]:
            channel.verify(request)
        else:
            with pytest.raises(BadSignature):
                channel.verify(request)


@pytest.mark.parametrize("field", ["From", "To"])
@pytest.mark.parametrize(
    "nonsense",
    ["hola", "whatsapp:", "whatsapp:+", "whatsapp: 34600100200", "whatsapp:hola", "whatsapp:+٣٤٦٠٠١٠٠٢٠٠", "+", "[]",
     "whatsapp:+34600100200x", "whatsapp:whatsapp:+34600100200", "34600100200"],
)  # fmt: skip
def test_nonsense_for_an_address_is_refused_and_says_why(field: str, nonsense: str) -> None:
    with pytest.raises(MalformedWebhook, match=f"{field} is no WhatsApp address"):
        parse(form(Body="hola", **{field: nonsense}))


def test_other_channels_of_the_account_are_counted_and_left() -> None:
    parsed = parse(form(Body="hola", From="messenger:1234567890"))
    assert (parsed.messages, parsed.ignored) == ((), {"other-channel": 1})


def test_a_report_with_nonsense_for_an_address_is_about_its_id_alone() -> None:
    (update,) = parse(callback(MessageStatus="failed", ErrorCode="63016", From="x")).statuses
    assert (update.channel_address, update.outside_window) == (None, True)
    (update,) = parse(callback(MessageStatus="failed", ErrorCode="63024")).statuses
    assert (update.channel_address, update.outside_window) == (US, False)


def test_a_reaction_asks_for_no_answer_and_a_note_to_oneself_is_none() -> None:
    (message,) = parse(form(Body="👍", MessageType="reaction", OriginalRepliedMessageSid="SM0")).messages
    assert (message.answer, message.reply_to_sid) == (False, "SM0")
    assert parse(form(Body="hola", From=US, To=US)).ignored == {"note-to-self": 1}
