"""What every channel keeps to, whatever its provider.

A provider's test module subclasses `ChannelContract` and gives it a `harness` fixture; pytest collects the
rest.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from app.channels.base import Channel, Outgoing, WebhookRequest, read_webhook
from app.errors import BadSignature, MalformedWebhook, SendRefused, SendUnavailable
from app.models import Direction, Role

CONTACT_TEXT = "¿Tenéis hueco mañana? 🙂\n– Ñandú & Cía, 50% «ya»"


class Harness(Protocol):
    """One provider under test: requests as it makes them, and a stand-in for its API."""

    contact: str
    channel_address: str

    def channel(self) -> Channel:
        """With every credential."""

    def open_channel(self) -> Channel:
        """Without a secret for webhooks, and without credentials for sending."""

    def text(self, body: str, *, message_sid: str, unknown: dict[str, str] | None = None) -> WebhookRequest:
        """A signed message; `unknown` are fields that nobody has heard of, covered by the signature too."""

    def unsigned(self, request: WebhookRequest) -> WebhookRequest: ...

    def signed_by_other(self, request: WebhookRequest) -> WebhookRequest:
        """The same request, signed with another secret."""

    def unknown_field(self, raw: object, name: str) -> object:
        """An unknown field of `text` in `InboundMessage.raw`."""

    def fail_next(self, how: str) -> None:
        """Of the API: `drop-before` and `drop-after` doing its work, `unavailable` (5xx), `busy` (too many
        requests, retry after 7 s), `refused` (for good), `slow` (longer than the channel waits)."""

    def receive(self, body: str, *, message_sid: str, at: datetime) -> None:
        """A customer wrote, and the webhook did not come through."""

    def sent_bodies(self) -> list[str]:
        """What the API has taken."""


class ChannelContract:
    def outgoing(self, harness: Harness, body: str) -> Outgoing:
        return Outgoing(message_id="9b7c", channel_address=harness.channel_address, contact=harness.contact, body=body)

    @pytest.fixture
    async def channel(self, harness):
        channel = harness.channel()
        yield channel
        await channel.aclose()

    @pytest.fixture
    async def open_channel(self, harness):
        channel = harness.open_channel()
        yield channel
        await channel.aclose()

    # Webhooks

    def test_a_signed_text_is_one_message(self, harness: Harness, channel: Channel) -> None:
        request = harness.text(CONTACT_TEXT, message_sid="id-1")
        parsed = read_webhook(channel, request)
        (message,) = parsed.messages
        assert parsed.statuses == ()
        assert (message.body, message.message_sid) == (CONTACT_TEXT, "id-1")
        assert (message.provider, message.contact) == (channel.provider, harness.contact)
        assert message.channel_address == harness.channel_address
        assert (message.role, message.direction) == (Role.USER, Direction.INBOUND)
        assert not message.backfilled

    def test_an_unknown_field_is_signed_and_kept(self, harness: Harness, channel: Channel) -> None:
        request = harness.text("hola", message_sid="id-1", unknown={"Novedad": "sí", "Vacío": ""})
        (message,) = read_webhook(channel, request).messages
        assert harness.unknown_field(message.raw, "Novedad") == "sí"
        assert harness.unknown_field(message.raw, "Vacío") == ""

    def test_a_request_that_is_not_signed_by_the_provider_is_refused(self, harness: Harness, channel: Channel) -> None:
        request = harness.text("hola", message_sid="id-1")
        for forged in (harness.unsigned(request), harness.signed_by_other(request)):
            with pytest.raises(BadSignature):
                read_webhook(channel, forged)
            with pytest.raises(BadSignature):  # where a request comes from is no signature
                read_webhook(channel, forged.model_copy(update={"local": True}))

    def test_a_changed_body_is_refused(self, harness: Harness, channel: Channel) -> None:
        request = harness.text("a las 10", message_sid="id-1")
        changed = request.model_copy(update={"body": request.body.replace(b"10", b"11")})
        assert changed.body != request.body
        with pytest.raises(BadSignature):
            read_webhook(channel, changed)

    def test_without_a_secret_only_this_machine_is_believed(self, harness: Harness, open_channel: Channel) -> None:
        request = harness.unsigned(harness.text("hola", message_sid="id-1"))
        with pytest.raises(BadSignature):
            read_webhook(open_channel, request)
        local = request.model_copy(update={"local": True})
        assert len(read_webhook(open_channel, local).messages) == 1

    @pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"hola", b"[]", b"a=b", b"{", b"null", b"%00=%00"])
    def test_what_is_no_webhook_is_malformed_rather_than_forged(
        self, harness: Harness, channel: Channel, body: bytes
    ) -> None:
        request = harness.text("hola", message_sid="id-1").model_copy(update={"body": body})
        with pytest.raises(MalformedWebhook):
            read_webhook(channel, request)

    def test_what_the_store_cannot_hold_is_cleaned(self, harness: Harness, open_channel: Channel) -> None:
        request = harness.text("el\x00 lunes", message_sid="id-1", unknown={"Novedad": "\x00sí"})
        (message,) = open_channel.parse(request).messages
        assert message.body == "el lunes"
        assert "\\u0000" not in json.dumps(message.model_dump(mode="json"))

    # The API

    async def test_a_sent_text_is_found_again(self, harness: Harness, channel: Channel) -> None:
        began = datetime.now(UTC)
        message = self.outgoing(harness, "Hecho:  el viernes,\nlas 10 🎉")
        sid = await channel.send(message)
        assert sid
        assert harness.sent_bodies() == [message.body]
        if channel.capabilities.lists_messages:
            assert await channel.find_sent(message, since=began) == [sid]
            assert await channel.find_sent(self.outgoing(harness, "Otra cosa"), since=began) == []
            assert await channel.find_sent(message, since=began + timedelta(hours=1)) == []

    async def test_an_answer_that_was_lost_leaves_a_message_that_is_found(
        self, harness: Harness, channel: Channel
    ) -> None:
        began = datetime.now(UTC)
        message = self.outgoing(harness, "Una sola vez")
        harness.fail_next("drop-after")
        with pytest.raises(SendUnavailable):
            await channel.send(message)
        if channel.capabilities.lists_messages:
            assert len(await channel.find_sent(message, since=began)) == 1
        assert harness.sent_bodies() == [message.body]

    @pytest.mark.parametrize("how", ["drop-before", "unavailable", "busy", "slow"])
    async def test_what_may_pass_may_be_sent_again(self, harness: Harness, channel: Channel, how: str) -> None:
        message = self.outgoing(harness, "Otra vez")
        harness.fail_next(how)
        with pytest.raises(SendUnavailable) as caught:
            await channel.send(message)
        assert caught.value.retry
        assert (caught.value.retry_after == 7) is (how == "busy")
        assert await channel.send(message)

    async def test_what_will_never_pass_is_refused(self, harness: Harness, channel: Channel) -> None:
        harness.fail_next("refused")
        with pytest.raises(SendRefused) as caught:
            await channel.send(self.outgoing(harness, "hola"))
        assert not caught.value.retry
        assert caught.value.provider_code
        assert harness.sent_bodies() == []

    async def test_without_credentials_nothing_is_sent(self, harness: Harness, open_channel: Channel) -> None:
        assert not open_channel.capabilities.can_send
        with pytest.raises(SendRefused):
            await open_channel.send(self.outgoing(harness, "hola"))

    async def test_sending_does_not_hold_up_others(self, harness: Harness, channel: Channel) -> None:
        harness.fail_next("slow")
        slow = asyncio.create_task(channel.send(self.outgoing(harness, "despacio")))
        await asyncio.sleep(0.05)
        await channel.send(self.outgoing(harness, "deprisa"))
        assert not slow.done()
        with pytest.raises(SendUnavailable):
            await slow

    async def test_what_was_missed_is_listed_oldest_first(self, harness: Harness, channel: Channel) -> None:
        if not channel.capabilities.lists_messages:
            pytest.skip("this provider keeps no list")
        now = datetime.now(UTC).replace(microsecond=0)
        for minutes in (30, 3, 2, 1):
            harness.receive(f"hace {minutes}", message_sid=f"id-{minutes}", at=now - timedelta(minutes=minutes))
        listed = [message async for message in channel.list_inbound(since=now - timedelta(minutes=3))]
        assert [message.message_sid for message in listed] == ["id-3", "id-2", "id-1"]
        assert [message.body for message in listed] == ["hace 3", "hace 2", "hace 1"]
        assert listed[0].sent_at == now - timedelta(minutes=3)
        for message in listed:
            assert message.backfilled
            assert (message.contact, message.channel_address) == (harness.contact, harness.channel_address)
            assert message.role is Role.USER
