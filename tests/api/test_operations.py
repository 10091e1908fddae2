"""Health, readiness, metrics."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg

from app.services.health import Finding, Health, Level
from tests.api.conftest import LUCIA
from tests.api.test_conversations import park

START = datetime(2099, 6, 26, 8, 0, tzinfo=UTC)


async def test_alive_and_ready(world):
    async with world.client(None) as client:
        alive = (await client.get("/healthz")).json()
        assert alive["status"] == "ok"
        assert alive["version"]
        assert alive["commit"]
        answer = await client.get("/readyz", params={"strict": "true"})
        assert (answer.status_code, answer.json()["status"], answer.json()["findings"]) == (200, "ok", [])


async def test_what_is_wrong_is_said(world, database_dsn):
    stored = await world.says("hola")
    await park(world, stored.conversation)
    await world.says("hola", to="whatsapp:+34910000009")  # of no tenant
    late = await world.says("hola", contact="whatsapp:+34600000001")
    async with await psycopg.AsyncConnection.connect(database_dsn, autocommit=True) as connection:
        await connection.execute(
            "update whatsapp_conversations set reply_due_at = now() - interval '10 minutes',"
            " unprocessed_since = now() - interval '3 hours' where id = %s",
            [late.conversation],
        )
    async with world.client(None) as client:
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        findings = {finding["part"]: finding for finding in answer.json()["findings"]}
        assert set(findings) == {"conversations", "channels", "replies", "batch"}
        assert {finding["level"] for finding in findings.values()} == {"warning"}
        assert "10 minutes late" in findings["replies"]["detail"]
        assert "+34" not in answer.text
        assert (await client.get("/readyz", params={"strict": "true"})).status_code == 503


async def test_other_parts_report_too(world):
    async def calendar():
        return [Finding(part="calendar", level=Level.WARNING, detail="connect it again")]

    health = Health(world.store, checks=[calendar])
    assert [finding.part for finding in await health.findings()] == ["calendar"]


def sample(text, name, **labels):
    found = re.findall(rf"^{name}(?:{{(.*)}})? (\S+)$", text, re.MULTILINE)
    return sum(float(value) for given, value in found if all(f'{k}="{v}"' in given for k, v in labels.items()))


async def test_metrics(world, api):
    event = await world.appointment(START, status="proposed")
    await world.says("otra cosa", contact="whatsapp:+34600000001")
    async with world.client() as admin:
        before = (await admin.get("/metrics")).text
        path = f"/api/v1/whatsapp/conversations/{LUCIA}"
        for _ in range(3):
            await api.get(path)
        await api.get(f"/nix/{uuid4()}")
        await api.request("PROPFIND", path)
        await api.patch(f"/api/v1/whatsapp/events/{event.id}", json={"action": "approve"})
        after = (await admin.get("/metrics")).text
    assert sample(after, "hilo_store_up") == 1
    assert sample(before, "hilo_events_proposed") == 1
    assert sample(before, "hilo_conversations_unprocessed") == 1
    assert sample(before, "hilo_tenants") == 3

    def grew(name, **labels):
        return sample(after, name, **labels) - sample(before, name, **labels)

    template = "/api/v1/whatsapp/conversations/{id}"
    assert grew("hilo_http_seconds_count", route=template, method="GET", status="200") == 3
    assert grew("hilo_http_seconds_count", route=template, method="other", status="405") == 1
    assert grew("hilo_http_seconds_count", route="unmatched", status="404") == 1
    assert grew("hilo_decisions_total", action="approve", outcome="done") == 1
    assert LUCIA not in after
    assert "34600111222" not in after


async def test_the_stores_count_is_not_asked_for_with_every_scrape(world):
    now = 0.0
    health = Health(world.store, clock=lambda: now)
    first = await health.status()
    await world.says("hola")
    assert (await health.status()) is first
    now = 2.5
    assert (await health.status()).conversations_unprocessed == 1


async def test_an_overdue_answer_is_measured_by_the_databases_clock(world):
    await world.says("hola")
    status = await world.store.status()
    assert abs(status.now - datetime.now(UTC)) < timedelta(minutes=1)
