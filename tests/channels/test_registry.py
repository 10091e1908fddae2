import pytest

from app.channels.registry import Channels
from app.channels.twilio import TwilioChannel
from app.errors import NotFound


async def test_channels_by_provider() -> None:
    twilio = TwilioChannel(account_sid="AC1", auth_token="secret")
    channels = Channels(twilio)
    assert channels.get("twilio") is twilio
    assert list(channels) == [twilio]
    with pytest.raises(NotFound, match="waha"):
        channels.get("waha")
    with pytest.raises(ValueError, match="one provider"):
        Channels(twilio, TwilioChannel())
    await channels.aclose()
    assert twilio._rest is not None
    assert twilio._rest.is_closed
