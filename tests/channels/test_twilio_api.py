"""Twilio's REST API, asked by the real client of a Twilio that runs here."""

import logging
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from xml.etree import ElementTree

import pytest

from app.channels import twilio_sdk as module
from app.channels.base import Outgoing
from app.channels.http import retry_seconds
from app.channels.twilio import TwilioChannel, twiml
from app.errors import OutsideWindow, SendRefused, SendUnavailable
from app.models import Media
from tests.support.twilio_forms import ACCOUNT, TOKEN
from tests.support.twilio_messages import Stored
from tests.support.twilio_server import TwilioServer

US, ANA, EVA = "whatsapp:+34910000001", "whatsapp:+34600100200", "whatsapp:+34600300400"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def server():
    with TwilioServer(statuses=(), numbers=[US]) as server:
        yield server


@pytest.fixture
async def channel(server):
    channel = TwilioChannel(account_sid=ACCOUNT, auth_token=TOKEN, api_base_url=server.url, timeout=10.0)
    yield channel
    await channel.aclose()


def outgoing(body: str = "hola", *, contact: str = ANA, channel_address: str = US) -> Outgoing:
    return Outgoing(message_id="m", channel_address=channel_address, contact=contact, body=body)


def put(server: TwilioServer, body: str, **changes) -> Stored:
    """A message that Twilio already has: outgoing, of now, already passed on."""
    message = server.accept(from_=changes.pop("from_", US), to=changes.pop("to", ANA), body=body)
    message.sent = message.created = NOW
    for name, value in changes.items():
        setattr(message, name, value)
    return message


async def listed(channel: TwilioChannel, since: datetime):
    return [message async for message in channel.list_inbound(since=since)]


# Sending


async def test_a_text_is_sent_from_our_number_with_the_callback(server) -> None:
    url = "https://hilo.example.com/api/v1/whatsapp/webhook"
    channel = TwilioChannel(account_sid=ACCOUNT, auth_token=TOKEN, api_base_url=server.url + "/", status_callback=url)
    sid = await channel.send(outgoing("¿A las 10?\x00\x07 🎉\ud800"))
    (message,) = server.sent
    assert (message.sid, message.from_, message.to) == (sid, US, ANA)
    assert (message.body, message.status_callback) == ("¿A las 10? 🎉\ufffd", url)
    await channel.aclose()


async def test_a_customer_without_phone_number_is_answered(server, channel) -> None:
    await channel.send(outgoing(contact="whatsapp:ES.1349120865530274"))
    assert server.sent[0].to == "whatsapp:ES.1349120865530274"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (outgoing(contact="whatsapp:ana"), "21211"),
        (outgoing(contact=""), "21604"),
        (outgoing(" "), "21602"),
        (outgoing("x" * 1601), "21617"),
        (outgoing("🎉" * 801), "21617"),
        (outgoing(channel_address=EVA), "63007"),
    ],
)
async def test_what_twilio_objects_to_is_refused(server, channel, message: Outgoing, code: str) -> None:
    with pytest.raises(SendRefused) as caught:
        await channel.send(message)
    assert caught.value.provider_code == code
    assert server.sent == []


ERRORS = [
    # HTTP status, Twilio's code, Retry-After → kind, wait
    (400, 63016, 0, OutsideWindow, None),
    (400, 21610, 0, SendRefused, None),
    (400, 63015, 0, SendRefused, None),
    (400, 12345, 0, SendRefused, None),  # unknown: what Twilio will not have now it will not have later
    (404, 20404, 0, SendRefused, None),
    (401, 20003, 0, SendUnavailable, 300),
    (403, 20005, 0, SendUnavailable, 300),
    (401, 0, 0, SendUnavailable, 300),
    (429, 20429, 0, SendUnavailable, 5),
    (429, 20429, 9, SendUnavailable, 9),
    (429, 0, 9, SendUnavailable, 9),
    (400, 63018, 0, SendUnavailable, 10),
    (500, 20500, 0, SendUnavailable, None),
    (502, 0, 0, SendUnavailable, None),
    (503, 0, 4, SendUnavailable, 4),
    (302, 0, 0, SendRefused, None),
]


@pytest.mark.parametrize("row", ERRORS)
async def test_errors(server, channel, row) -> None:
    status, code, after, kind, wait = row
    server.fault("error", status=status, code=code, seconds=after, message="Number +34600100200 is odd")
    with pytest.raises((SendRefused, SendUnavailable)) as caught:
        await channel.send(outgoing())
    assert type(caught.value) is kind
    assert caught.value.retry_after == wait
    assert caught.value.provider_code == str(code or status)
    assert "600100200" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "code"), [("garbage", "unreadable"), ("drop-before", "connection-lost"), ("delay", "timeout")]
)
async def test_no_answer_that_can_be_read(server, kind: str, code: str) -> None:
    timeout = 0.3 if kind == "delay" else 10  # a busy machine is no fault of the network
    channel = TwilioChannel(account_sid=ACCOUNT, auth_token=TOKEN, api_base_url=server.url, timeout=timeout)
    server.fault(kind, seconds=0.8)
    with pytest.raises(SendUnavailable) as caught:
        await channel.send(outgoing())
    assert caught.value.provider_code == code
    assert caught.value.__cause__ is not None
    await channel.aclose()


async def test_nobody_there(server) -> None:
    channel = TwilioChannel(account_sid=ACCOUNT, auth_token=TOKEN, api_base_url="http://127.0.0.1:9")
    with pytest.raises(SendUnavailable) as caught:
        await channel.send(outgoing())
    assert caught.value.provider_code == "unreachable"
    await channel.aclose()


async def test_wrong_credentials_are_told_as_such(server) -> None:
    channel = TwilioChannel(account_sid=ACCOUNT, auth_token="old", api_base_url=server.url)
    with pytest.raises(SendUnavailable, match="TWILIO_AUTH_TOKEN"):
        await channel.send(outgoing())
    with pytest.raises(SendUnavailable, match="TWILIO_AUTH_TOKEN"):
        await listed(channel, NOW)
    await channel.aclose()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("12", 12),
        ("soon", None),
        ("-3", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_seconds(header) == seconds


def test_retry_after_as_a_date_to_come() -> None:
    header = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 80 < (retry_seconds(header) or 0) <= 90


async def test_the_logs_hold_no_numbers_and_no_text(server, channel, caplog) -> None:
    caplog.set_level(logging.DEBUG, logger="twilio")
    caplog.set_level(logging.DEBUG, logger="app")
    await channel.send(outgoing("secreto"))
    await channel.find_sent(outgoing("secreto"), since=NOW)
    told = [record.getMessage() for record in caplog.records if record.name.startswith(("twilio", "app"))]
    assert not any("secreto" in line or "600100200" in line for line in told)


async def test_one_connection_serves_many_calls(server, channel) -> None:
    ports = set()
    original = server._http.process_request

    def process(request, address):
        ports.add(address[1])
        original(request, address)

    server._http.process_request = process
    for _ in range(5):
        await channel.send(outgoing())
    assert len(ports) == 1


# Finding what was sent


async def test_a_message_that_was_not_passed_on_yet_is_found(server, channel) -> None:
    message = server.accept(from_=US, to=ANA, body="hola")
    assert message.sent is None
    assert await channel.find_sent(outgoing(), since=NOW) == [message.sid]


async def test_what_was_sent_before_to_others_or_otherwise_is_not_it(server, channel) -> None:
    put(server, "hola", created=NOW - timedelta(minutes=1), sent=NOW - timedelta(minutes=1))
    put(server, "hola", to=EVA)
    put(server, "hola otra vez")
    server.inbound(from_=ANA, to=US, body="hola")
    assert await channel.find_sent(outgoing(), since=NOW) == []
    found = put(server, "  hola ")
    assert await channel.find_sent(outgoing(), since=NOW) == [found.sid]


async def test_the_same_text_twice_is_two_messages_oldest_first(server, channel) -> None:
    first = put(server, "hola")
    second = put(server, "hola", sent=NOW + timedelta(seconds=2))
    assert await channel.find_sent(outgoing(), since=NOW) == [first.sid, second.sid]


async def test_clocks_may_differ_a_little(server, channel) -> None:
    found = put(server, "hola", created=NOW - timedelta(seconds=8))
    assert await channel.find_sent(outgoing(), since=NOW.astimezone(timezone(timedelta(hours=-5)))) == [found.sid]


async def test_a_trial_account_writes_its_line_before(server, channel) -> None:
    found = put(server, "Sent from your Twilio trial account - hola")
    assert await channel.find_sent(outgoing(), since=NOW) == [found.sid]


async def test_the_search_goes_on_over_pages_and_ends_with_the_old(server, channel, monkeypatch) -> None:
    monkeypatch.setattr(module, "_PAGE", 3)
    found = put(server, "hola")
    for index in range(7):
        put(server, f"relleno {index}", created=NOW + timedelta(seconds=1), sent=NOW + timedelta(seconds=1))
    assert await channel.find_sent(outgoing(), since=NOW) == [found.sid]
    old = NOW - timedelta(days=1)
    for index in range(30):
        put(server, f"viejo {index}", created=old, sent=old)
    before = len(server.journal)
    assert await channel.find_sent(outgoing("nunca"), since=NOW) == []
    assert len(server.journal) - before == 4


# What was missed


async def test_since_is_a_moment_in_any_zone(server, channel) -> None:
    early = NOW - timedelta(minutes=30)
    server.inbound(from_=ANA, to=US, body="pronto", sid="SM1", at=early)
    server.inbound(from_=ANA, to=US, body="tarde", sid="SM2", at=NOW)
    lima = timezone(timedelta(hours=-5))
    found = await listed(channel, (NOW - timedelta(minutes=10)).astimezone(lima))
    assert [message.message_sid for message in found] == ["SM2"]
    found = await listed(channel, early.astimezone(lima) + timedelta(microseconds=500_000))
    assert [message.message_sid for message in found] == ["SM1", "SM2"]
    assert server.journal[0]["fields"]["DateSent>"] == (NOW - timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_a_list_by_whole_days_is_cut_to_the_moment() -> None:
    # Twilio documents dates for the filter; times have worked so far.
    with TwilioServer(whole_days=True) as server:
        server.inbound(from_=ANA, to=US, body="antes", at=datetime(2026, 3, 10, 8, tzinfo=UTC))
        server.inbound(from_=ANA, to=US, body="después", at=datetime(2026, 3, 10, 10, tzinfo=UTC))
        channel = TwilioChannel(account_sid=ACCOUNT, auth_token=TOKEN, api_base_url=server.url)
        found = await listed(channel, datetime(2026, 3, 10, 9, tzinfo=UTC))
        assert [message.body for message in found] == ["después"]
        await channel.aclose()


async def test_credentials_follow_no_redirect(server, channel) -> None:
    server.fault("error", status=307, location=f"{server.url}/elsewhere")
    with pytest.raises(SendRefused):
        await channel.send(outgoing())
    assert len(server.journal) == 1


async def test_all_pages_are_read_and_the_order_within_a_second_is_kept(server, channel, monkeypatch) -> None:
    monkeypatch.setattr(module, "_PAGE", 4)
    for index in range(11):
        server.inbound(from_=ANA, to=US, body=str(index), at=NOW)
    assert [message.body for message in await listed(channel, NOW)] == [str(index) for index in range(11)]
    assert len(server.journal) == 3


async def test_only_what_customers_wrote_to_us(server) -> None:
    other = "whatsapp:+34910000002"
    put(server, "nuestro")
    server.inbound(from_=ANA, to=US, body="a nosotros", at=NOW)
    server.inbound(from_=EVA, to=other, body="a otro número", at=NOW)
    server.inbound(from_="+34600100200", to="+34910000003", body="un SMS", at=NOW)
    for numbers, bodies in (
        ((), ["a nosotros", "a otro número"]),
        ((US,), ["a nosotros"]),
        ((US, other, US), ["a nosotros", "a otro número"]),
        (("+34910000003",), ["un SMS"]),
    ):
        channel = TwilioChannel(account_sid=ACCOUNT, auth_token=TOKEN, api_base_url=server.url, numbers=numbers)
        assert sorted(message.body for message in await listed(channel, NOW)) == bodies
        await channel.aclose()


async def test_files_are_looked_up(server, channel) -> None:
    server.inbound(from_=ANA, to=US, body="", sid="MM1", at=NOW, media=["image/jpeg", "audio/ogg"])
    (message,) = await listed(channel, NOW)
    (sid0, _), (sid1, _) = server.state.messages[0].media
    base = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media"
    assert message.media == (
        Media(url=f"{base}/{sid0}", content_type="image/jpeg"),
        Media(url=f"{base}/{sid1}", content_type="audio/ogg"),
    )
    assert message.body == "[Image] [Audio message]"


async def test_a_resource_without_sender_is_passed_over(server, channel) -> None:
    server.inbound(from_="", to=US, body="de nadie", at=NOW)
    server.inbound(from_=ANA, to=US, body="de Ana", at=NOW)
    assert [message.body for message in await listed(channel, NOW)] == ["de Ana"]


async def test_the_list_is_not_there(server, channel) -> None:
    server.fault("error", status=503)
    with pytest.raises(SendUnavailable):
        await listed(channel, NOW)


# TwiML


def test_twiml() -> None:
    assert TwilioChannel().acknowledge(["hola"]) == (twiml(["hola"]), "application/xml")
    assert TwilioChannel().acknowledge() == (twiml([]), "application/xml")
    assert twiml([]).endswith("<Response />")
    document = ElementTree.fromstring(twiml(["uno & <dos>", "tres\x08 🎉\ud83d"]))
    assert document.tag == "Response"
    assert [message.text for message in document.findall("Message")] == ["uno & <dos>", "tres 🎉\ufffd"]
