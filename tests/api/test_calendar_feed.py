"""The feed over HTTP: who reads it, and when it is sent anew."""

from datetime import UTC, datetime, timedelta

from tests.api.conftest import LUNA
from tests.calendars.reader import moment, read

PATH = "/api/v1/calendar.ics"
NOW = datetime(2026, 6, 20, 12, tzinfo=UTC)  # the clock of the feed in these tests
START = datetime(2026, 6, 26, 8, 0, tzinfo=UTC)


async def test_the_token_is_all_that_is_needed(world):
    await world.appointment(START, title="Corte, tinte", location="Calle Mayor 3")
    await world.appointment(START, to=LUNA, title="Revisión")
    async with world.client(None) as client:
        answer = await client.get(PATH, params={"token": world.sol.feed_token})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert answer.headers["cache-control"].startswith("private")
        calendar = read(answer.content)
        (event,) = calendar.all("VEVENT")
        assert (event.text("SUMMARY"), event.text("LOCATION")) == ("Corte, tinte", "Calle Mayor 3")
        assert moment(calendar, event, "DTSTART") == START
        assert "el viernes a las 10" in event.text("DESCRIPTION")
        assert "Lucía Ramos" in event.text("DESCRIPTION")


async def test_a_bad_token_is_always_answered_the_same(world):
    token = world.sol.feed_token
    async with world.client(None) as client:
        answers = [
            await client.get(PATH, params={"token": bad})
            for bad in ("", "x", token[:-1], token.upper() + "A", f"{token}\x00", "' or true --", "x" * 5000)
        ]
        answers.append(await client.get(PATH))
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    async with world.client() as client:  # a key opens no feed
        assert (await client.get(PATH)).status_code == 404


async def test_it_is_sent_anew_only_when_an_event_changed(world, api):
    event = await world.appointment(START)
    params = {"token": world.sol.feed_token}
    async with world.client(None) as client:
        first = await client.get(PATH, params=params)
        etag = first.headers["etag"]
        assert (await client.get(PATH, params=params)).content == first.content
        for header in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            answer = await client.get(PATH, params=params, headers={"If-None-Match": header})
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
        await api.patch(f"/api/v1/whatsapp/events/{event.id}", json={"action": "correct", "start": "2026-06-26T12:00"})
        moved = await client.get(PATH, params=params, headers={"If-None-Match": etag})
        assert moved.status_code == 200
        assert moved.headers["etag"] != etag
        head = await client.head(PATH, params=params)
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", moved.headers["etag"])
    (then,), (now,) = (read(answer.content).all("VEVENT") for answer in (first, moved))
    assert then.value("UID") == now.value("UID")
    assert int(now.value("SEQUENCE")) > int(then.value("SEQUENCE"))
    assert ("DTSTART", {"TZID": "Europe/Madrid"}, "20260626T120000") in now.lines


async def test_what_is_in_it(world, api):
    contacts = iter(f"whatsapp:+3460000000{n}" for n in range(9))
    kept = await world.appointment(START, contact=next(contacts), title="confirmed")
    cancelled = await world.appointment(START + timedelta(days=1), contact=next(contacts), title="cancelled")
    await api.patch(f"/api/v1/whatsapp/events/{cancelled.id}", json={"action": "cancel"})
    proposed = await world.appointment(START, contact=next(contacts), status="proposed")
    await world.appointment(START, contact=next(contacts), status="proposed")
    await api.patch(f"/api/v1/whatsapp/events/{proposed.id}", json={"action": "reject"})
    await world.appointment(NOW - timedelta(days=91), contact=next(contacts), title="too old")
    old = await world.appointment(NOW - timedelta(days=89), contact=next(contacts), title="old")
    async with world.client(None) as client:
        calendar = read((await client.get(PATH, params={"token": world.sol.feed_token})).content)
    found = {event.value("UID"): event.value("STATUS") for event in calendar.all("VEVENT")}
    assert found == {
        f"{old.id}@hilo": "CONFIRMED",
        f"{kept.id}@hilo": "CONFIRMED",
        f"{cancelled.id}@hilo": "CANCELLED",
    }
