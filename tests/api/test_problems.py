"""Whatever goes wrong is told in the same form, and nothing leaks."""

import asyncio
import re
from uuid import uuid4

import httpx
import structlog
from fastapi import APIRouter

from app.api.application import create_api
from app.errors import HiloError, StoreUnavailable, TooManyRequests
from app.store.postgres import PostgresDatabase
from tests.support.serve import serving

LIST = "/api/v1/whatsapp/conversations"


def check(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == status
    assert document["code"] == code
    assert document["type"] == "about:blank"
    assert document["title"]
    assert document["detail"]
    return document


async def test_nothing_there(world):
    async with world.client() as client:
        check(await client.get("/api/v1/nix"), 404, "not-found")
        check(await client.get(f"{LIST}/a%2Fb/messages"), 404, "not-found")
        answer = await client.delete(LIST)
        check(answer, 405, "method-not-allowed")
        assert answer.headers["allow"] == "GET"
        answer = await client.put(f"/api/v1/whatsapp/events/{uuid4()}")
        assert answer.headers["allow"] == "GET, PATCH"


async def test_invalid_parameters(api):
    for params, where in (
        ({"limit": "0"}, "query.limit"),
        ({"limit": "201"}, "query.limit"),
        ({"limit": "many"}, "query.limit"),
        ({"parked": "perhaps"}, "query.parked"),
        ({"search": "x" * 201}, "query.search"),
    ):
        document = check(await api.get(LIST, params=params), 422, "invalid")
        assert [error["where"] for error in document["errors"]] == [where]
        assert "x" * 201 not in str(document)


async def test_an_unknown_parameter_is_said(api):
    document = check(await api.get(LIST, params={"unprocesed": "true", "limit": "5"}), 422, "invalid")
    assert document["detail"] == "query.unprocesed: There is no such parameter; did you mean unprocessed?"
    document = check(await api.get("/api/v1/whatsapp/events", params={"zzz": "1", "yyy": "2"}), 422, "invalid")
    assert [error["where"] for error in document["errors"]] == ["query.zzz", "query.yyy"]
    assert "there are: conversation_id, cursor, from" in document["detail"]
    assert "tenant" in document["detail"]  # which only the log-in's dependency takes


async def test_a_decision_without_its_action_is_said(api):
    document = check(await api.patch(f"/api/v1/whatsapp/events/{uuid4()}", json={"title": "x"}), 422, "invalid")
    assert document["detail"] == "body: action is missing"


async def test_invalid_bodies(world, api):
    stored = await world.says("hola")
    for content in (b"{", b"[]", b'"x"', b'{"body": 5}', b'{"body": "a", "to": "b"}', b'{"body": ""}', b"{}"):
        headers = {"Content-Type": "application/json"}
        answer = await api.post(f"{LIST}/{stored.conversation}/messages", content=content, headers=headers)
        document = check(answer, 422, "invalid")
        assert all(set(error) == {"where", "message", "code"} for error in document["errors"])
    extra = await api.post(f"{LIST}/{stored.conversation}/messages", json={"body": "a", "to": "b"})
    assert extra.json()["detail"] == "body.to: There is no such field"


async def test_a_body_that_is_no_text(api):
    answer = await api.post(f"{LIST}/x/pause", content=b"\xff", headers={"Content-Type": "application/json"})
    check(answer, 400, "bad-request")


async def test_what_was_sent_is_not_sent_back(world, api):
    answer = await api.patch(f"/api/v1/whatsapp/events/{uuid4()}", json={"action": "Soy Lucía y mi clave es 1234"})
    assert "Lucía" not in answer.text
    check(answer, 422, "invalid")


async def test_bodies_over_the_limit_are_not_read(world):
    read = 0

    async def drip():
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b"x" * 1024

    async with world.client() as client:
        for path in (f"{LIST}/x/messages", "/api/v1/whatsapp/process-conversations", "/api/v1/nix"):
            check(await client.post(path, content=b"x" * (64 * 1024 + 1)), 413, "body-too-large")
            assert (await client.post(path, content=b"x" * (64 * 1024))).status_code != 413
            read = 0
            check(await client.post(path, content=drip()), 413, "body-too-large")
            assert read == 65


async def test_metas_thousand_updates_at_once_are_read(world):
    path = "/api/v1/whatsapp/cloud-api/webhook"
    async with world.client() as client:
        assert (await client.post(path, content=b"x" * (3 * 1024 * 1024))).status_code != 413
        check(await client.post(path, content=b"x" * (3 * 1024 * 1024 + 1)), 413, "body-too-large")


async def test_bodies_over_the_limit_through_a_real_server(world):
    """By Content-Length before a byte is read, and by counting where it is not said."""
    chunks = b"ffff\r\n" + b"x" * 0xFFFF + b"\r\nff\r\n" + b"x" * 0xFF + b"\r\n"
    async with serving(world.app) as port:
        for head, body in ((b"Content-Length: 99999999\r\n", b""), (b"Transfer-Encoding: chunked\r\n", chunks)):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /api/v1/whatsapp/webhook HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n" + body)
            await writer.drain()
            assert b" 413 " in await asyncio.wait_for(reader.readline(), 5)
            writer.close()


async def test_an_unexpected_error_is_told_by_its_id_alone(world):
    router = APIRouter()

    @router.get("/broken")
    async def broken():
        raise RuntimeError("postgresql://hilo:secret@db and +34600111222")

    world.app.include_router(router)
    with structlog.testing.capture_logs() as logs:
        async with world.client(None) as client:
            answer = await client.get("/broken")
    document = check(answer, 500, "internal")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert [entry["instance"] for entry in logs if entry["log_level"] == "error"] == [document["instance"]]


async def test_errors_say_when_to_come_back():
    app = create_api()

    class Slow(TooManyRequests):
        retry_after = 12.3

    async def fail(error: str):
        raise {"store": StoreUnavailable("away"), "slow": Slow("slower"), "other": HiloError("odd")}[error]

    app.add_api_route("/fail/{error}", fail)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        answer = await client.get("/fail/store")
        check(answer, 503, "store-unavailable")
        assert answer.headers["retry-after"] == "5"
        assert (await client.get("/fail/slow")).headers["retry-after"] == "13"
        assert "retry-after" not in (await client.get("/fail/other")).headers


async def test_a_store_that_is_away(world, postgres_server, database_dsn):
    await world.store.database.close()
    async with world.client() as client:
        check(await client.get(LIST), 503, "store-unavailable")
        check(await client.get("/api/v1/calendar.ics", params={"token": "x"}), 503, "store-unavailable")
        assert (await client.get("/healthz")).status_code == 200
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert [finding["part"] for finding in answer.json()["findings"]] == ["store"]
        metrics = await client.get("/metrics")
        assert "hilo_store_up 0.0" in metrics.text


async def test_a_schema_that_is_missing(empty_dsn, world):
    world.store.database = await PostgresDatabase.connect(empty_dsn, max_connections=1)
    async with world.client() as client:
        check(await client.get(LIST), 503, "schema-mismatch")
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert "hilo migrate" in answer.json()["findings"][0]["detail"]
    await world.store.database.close()


async def test_the_documentation_page_loads_nothing_from_elsewhere(world):
    async with world.client(None) as client:
        page = await client.get("/docs")
        assert page.status_code == 200
        assert "default-src 'self'" in page.headers["content-security-policy"]
        assert "://" not in page.text
        loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert len(loaded) == 3
        for path in loaded:
            asset = await client.get(f"/{path}")
            assert (asset.status_code, len(asset.content) > 1000) == (200, True), path


async def test_every_answer_is_documented(world):
    async with world.client(None) as client:
        document = (await client.get("/openapi.json")).json()
        assert (await client.get("/docs")).status_code == 200
    assert "HTTPValidationError" not in str(document)
    assert document["components"]["schemas"]["Problem"]["properties"]["code"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], path
            for status, answer in operation["responses"].items():
                assert answer["description"], (path, method, status)
                if status.isdigit() and int(status) >= 400 and path != "/readyz":
                    enveloped = operation["tags"] == ["conversation sync"]
                    media = "application/json" if enveloped else "application/problem+json"
                    assert media in answer["content"], (path, method, status)
            if "/whatsapp/" in path and not path.endswith("/health"):
                assert {"400", "401", "403", "404", "422", "503"} <= set(operation["responses"]), path
                assert method == "get" or "413" in operation["responses"], path
                assert operation["security"] == [{"bearer": []}, {"key": []}]
