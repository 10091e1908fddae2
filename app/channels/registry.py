"""The channels of this server, by provider name."""

from collections.abc import Iterator

from app.channels.base import Channel
from app.errors import NotFound


class Channels:
    """The channels that are set up; each provider has one."""

    def __init__(self, *channels: Channel) -> None:
        self._by_provider = {channel.provider: channel for channel in channels}
        if len(self._by_provider) < len(channels):
            raise ValueError("two channels of one provider")

    def get(self, provider: str) -> Channel:
        """The provider's channel; raises `NotFound` for one that is not set up."""
        try:
            return self._by_provider[provider]
        except KeyError:
            raise NotFound(f"no channel is set up for {provider}") from None

    def __iter__(self) -> Iterator[Channel]:
        return iter(self._by_provider.values())

    async def aclose(self) -> None:
        for channel in self:
            await channel.aclose()
