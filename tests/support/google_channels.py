"""Channels of the test calendar, as Guides, Push notifications and Reference, Events: watch and Channels: stop say."""

import contextlib
import threading
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.support.google_entries import GoogleCalendarState, GoogleError, not_found


@dataclass
class Channel:
    id: str
    resource: str
    calendar: str
    address: str
    token: str
    expires: float
    seen: int
    number: int = 1


@dataclass
class GoogleChannels:
    """`seconds`: how long a channel lives (default: what is asked for). `sent` holds each notification's headers."""

    seconds: float | None = None
    alive: dict[str, Channel] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    sent: list[dict[str, str]] = field(default_factory=list)

    def watch(self, calendar: GoogleCalendarState, body: dict[str, Any]) -> dict[str, Any]:
        calendar.need("reader")
        if body["id"] in self.made:
            raise GoogleError(400, "channelIdNotUnique", f"Channel id {body['id']} not unique")
        if body.get("type") not in ("web_hook", "webhook") or not body.get("address"):
            raise GoogleError(400, "invalid", "Invalid channel")
        seconds = self.seconds or float(body.get("params", {}).get("ttl", 604800))
        channel = Channel(
            body["id"], f"resource-{calendar.id}", calendar.id, body["address"], body.get("token", ""),
            time.time() + seconds, calendar.clock,
        )  # fmt: skip
        self.alive[channel.id] = channel
        self.made.append(channel.id)
        self._post(channel, "sync")  # "to indicate that a channel was successfully created", with number 1
        return {
            "kind": "api#channel", "id": channel.id, "resourceId": channel.resource, "token": channel.token,
            "resourceUri": f"https://www.googleapis.com/calendar/v3/calendars/{calendar.id}/events",
            "expiration": str(int(channel.expires * 1000)),
        }  # fmt: skip

    def stop(self, body: dict[str, Any]) -> None:
        channel = self.alive.get(body["id"])
        if channel is None or channel.resource != body["resourceId"]:
            raise not_found()
        del self.alive[channel.id]
        self.stopped.append(channel.id)

    def tell(self, calendars: Iterable[GoogleCalendarState]) -> None:
        """Notify of what changed since the last time."""
        clocks = {calendar.id: calendar.clock for calendar in calendars}
        for channel in self.alive.values():
            if channel.expires > time.time() and channel.seen < clocks.get(channel.calendar, 0):
                channel.seen = clocks[channel.calendar]
                channel.number += 1
                self._post(channel, "exists")

    def _post(self, channel: Channel, state: str) -> None:
        headers = {
            "X-Goog-Channel-ID": channel.id, "X-Goog-Channel-Token": channel.token,
            "X-Goog-Resource-ID": channel.resource, "X-Goog-Resource-State": state,
            "X-Goog-Message-Number": str(channel.number),
        }  # fmt: skip
        self.sent.append(headers)
        request = urllib.request.Request(channel.address, data=b"", headers=headers, method="POST")
        threading.Thread(target=_open, args=(request,), daemon=True).start()


def _open(request: urllib.request.Request) -> None:
    with contextlib.suppress(OSError):
        urllib.request.urlopen(request, timeout=10).close()
