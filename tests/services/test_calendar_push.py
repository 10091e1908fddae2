"""Channels of a calendar: made once, followed in time, stopped; and what a notification leads to."""

import asyncio
import contextlib
from datetime import timedelta

import psycopg
import pytest

from app.services.calendar.push import CalendarPush
from tests.services.test_calendar_sync import START, _at, google, world

__all__ = ["google", "world"]  # fixtures
ADDRESS = "http://127.0.0.1:9/notifications"


def pushing(world, address=ADDRESS, **options):
    return CalendarPush(world.store, world.calendar, world.reading, address=address, **options)


async def execute(world, statement):
    async with await psycopg.AsyncConnection.connect(world.dsn, autocommit=True) as connection:
        await connection.execute(statement)


async def test_replicas_make_one_channel_and_its_follower_replaces_it(world, google):
    await asyncio.gather(*(pushing(world).renew() for _ in range(3)))
    await pushing(world).renew()  # after a restart
    (first,) = google.channels.alive
    assert google.channels.made == [first]
    assert (await world.store.calendar_access(world.tenant.id)).pushed_until is not None
    await execute(
        world,
        "update calendar_channels set expires_at = now() + interval '20 hours',"
        " created_at = created_at - interval '6 days'",
    )
    await asyncio.gather(*(pushing(world).renew() for _ in range(3)))
    (second,) = google.channels.alive
    assert (google.channels.made, google.channels.stopped) == ([first, second], [first])


async def test_a_short_life_is_renewed_in_its_second_half_only(world, google):
    google.channels.seconds = 3600.0
    await pushing(world).renew()
    await pushing(world).renew()
    assert len(google.channels.made) == 1
    await execute(world, "update calendar_channels set created_at = created_at - interval '1 hour'")
    await pushing(world).renew()
    assert (len(google.channels.made), len(google.channels.alive)) == (2, 1)


async def test_another_address_replaces_and_none_stops(world, google):
    await pushing(world).renew()
    await pushing(world, "http://127.0.0.1:9/elsewhere").renew()
    (channel,) = google.channels.alive.values()
    assert channel.address.endswith("/elsewhere")
    await pushing(world, None).renew()
    assert google.channels.alive == {}


@pytest.mark.parametrize("kind", ["drop-after", "drop-before"])
async def test_a_channel_whose_answer_was_lost_is_followed_and_stopped(world, google, kind):
    google.fault(kind, method="POST", path="/watch", times=2)  # httplib2 asks twice
    await pushing(world).renew()
    await pushing(world).renew()  # somebody may still be at it
    assert len(google.channels.made) <= 1
    await execute(world, "update calendar_channels set created_at = created_at - interval '3 minutes'")
    await pushing(world).renew()
    assert len(google.channels.alive) == 1
    assert len(google.channels.stopped) == len(google.channels.made) - 1


async def test_a_calendar_that_refuses_a_channel_leaves_nothing_behind(world, google):
    google.fault("error", method="POST", path="/watch", status=401, reason="push.webhookUrlUnauthorized", times=2)
    await pushing(world).renew()
    await pushing(world).renew()
    assert len(google.channels.made) == 1


async def test_only_the_token_makes_a_notification_ours_and_it_is_followed(world, google):
    push = pushing(world, gap_seconds=0.1)
    await push.renew()
    said = google.channels.sent[0]
    channel, token = said["X-Goog-Channel-ID"], said["X-Goog-Channel-Token"]
    for wrong in ((channel, "guess"), (channel, ""), (str(world.id), token), ("nonsense", token)):
        assert not await push.notified(*wrong)
    reading = asyncio.create_task(push.run())
    try:
        moved = START + timedelta(hours=5)
        google.person_edits(world.entry()["id"], start=_at(moved), end=_at(moved + timedelta(hours=1)))
        assert google.channels.sent[-1]["X-Goog-Resource-State"] == "exists"
        assert await push.notified(channel, token)
        async with asyncio.timeout(10):
            while (await world.event()).start != moved:
                await asyncio.sleep(0.02)
    finally:
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
