"""Keys, scopes, tenants: who may see and do what."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.errors import SettingsError
from app.services.access import Access, Scope, server_key
from tests.api.conftest import LUCIA, LUNA, SERVER_KEY

START = datetime(2026, 6, 26, 8, 0, tzinfo=UTC)
LIST = "/api/v1/whatsapp/conversations"


NOT_KEYS = [
    {},
    {"Authorization": "Bearer nonsense"},
    {"Authorization": "Bearer hilo_" + "A" * 43},
    {"Authorization": "Bearer "},
    {"Authorization": f"Basic {SERVER_KEY}"},
    {"X-API-Key": "ñandú"},
    {"X-API-Key": ""},
    {"Authorization": "Bearer nonsense", "X-API-Key": SERVER_KEY},
]


async def test_without_a_good_key_nothing_is_said(world):
    async with world.client(None) as client:
        for headers in NOT_KEYS:
            raw = [(name.encode(), value.encode()) for name, value in headers.items()]
            for path in (LIST, "/metrics", "/api/v1/tenants", f"/api/v1/whatsapp/events/{uuid4()}"):
                answer = await client.get(path, headers=raw)
                assert answer.status_code == 401, headers
                assert answer.headers["www-authenticate"].startswith("Bearer")
                assert answer.json()["code"] == "unauthorized"


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
async def test_the_servers_own_key_opens_every_tenant(world, header):
    value = f"Bearer {SERVER_KEY}" if header == "Authorization" else SERVER_KEY
    await world.says("hola")
    async with world.client(None, **{header: value}) as client:
        assert (await client.get(LIST)).json()["items"] == []  # of the tenant `default`
        for choice in ({"params": {"tenant": "sol"}}, {"headers": {"X-Hilo-Tenant": "sol"}}):
            assert [c["conversation_id"] for c in (await client.get(LIST, **choice)).json()["items"]] == [LUCIA]
        assert (await client.get(LIST, params={"tenant": "nobody"})).status_code == 404
        await world.store.save_tenant("mar", name="Mar", timezone="UTC", locale="es")  # by another process, just now
        assert (await client.get(LIST, params={"tenant": "mar"})).status_code == 200


async def test_a_tenants_key_learns_nothing_of_the_others(world, api):
    await world.says("hola")
    assert (await api.get(LIST, params={"tenant": "sol"})).status_code == 200
    there, nowhere = [await api.get(LIST, params={"tenant": slug}) for slug in ("luna", "nobody")]
    assert there.status_code == nowhere.status_code == 404
    assert there.json() == nowhere.json()


async def test_no_route_crosses_from_one_tenant_to_another(world, api):
    event = await world.appointment(START, to=LUNA, contact=LUCIA)
    for name in (str(event.conversation), LUCIA):
        base = f"{LIST}/{name}"
        requests = [
            api.get(base),
            api.get(f"{base}/messages"),
            api.post(f"{base}/messages", json={"body": "hola"}),
            api.post(f"{base}/retry"),
            api.post(f"{base}/pause", json={"minutes": 5}),
            api.post(f"{base}/resume"),
            api.get("/api/v1/whatsapp/events", params={"conversation_id": name}),
            api.post("/api/v1/whatsapp/process-conversations", json={"conversation_id": name}),
        ]
        assert [(await request).status_code for request in requests] == [404] * 8
    path = f"/api/v1/whatsapp/events/{event.id}"
    assert (await api.get(path)).status_code == 404
    for action in ("approve", "reject", "cancel"):
        assert (await api.patch(path, json={"action": action})).status_code == 404
    assert (await api.patch(path, json={"action": "correct", "title": "x"})).status_code == 404
    assert (await api.get(LIST)).json()["items"] == []
    assert (await api.get("/api/v1/whatsapp/events")).json()["items"] == []
    assert (await world.store.get_event(world.luna.id, event.id)).revision == event.revision
    assert len((await world.store.list_messages(world.luna.id, event.conversation)).items) == 1


async def test_a_conversation_of_the_same_contact_is_each_tenants_own(world, api):
    await world.says("para Sol")
    await world.says("para Luna", to=LUNA)
    (mine,) = (await api.get(f"{LIST}/{LUCIA}/messages")).json()["items"]
    assert mine["body"] == "para Sol"


async def test_scopes(world):
    stored = await world.says("hola")
    base = f"{LIST}/{stored.conversation}"
    reader, writer, admin = [await world.key("sol", scope) for scope in (Scope.READ, Scope.WRITE, Scope.ADMIN)]
    async with world.client(reader) as client:
        assert (await client.get(base)).status_code == 200
        for answer in (
            await client.post(f"{base}/pause", json={"minutes": 5}),
            await client.post(f"{base}/messages", json={"body": "hola"}),
            await client.post("/api/v1/whatsapp/process-conversations"),
            await client.patch(f"/api/v1/whatsapp/events/{uuid4()}", json={"action": "approve"}),
            await client.get("/api/v1/tenants"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    async with world.client(writer) as client:
        assert (await client.post(f"{base}/pause", json={"minutes": 5})).status_code == 200
        assert (await client.get(base)).status_code == 200
        assert (await client.get("/api/v1/tenants")).status_code == 403
    async with world.client(admin) as client:
        (only,) = (await client.get("/api/v1/tenants")).json()
        assert only["slug"] == "sol"
        assert only["feed_path"] == f"/api/v1/calendar.ics?token={world.sol.feed_token}"
        assert (await client.get("/metrics")).status_code == 403
    async with world.client() as client:
        assert [tenant["slug"] for tenant in (await client.get("/api/v1/tenants")).json()] == ["default", "luna", "sol"]


async def test_an_administrators_key_from_the_store(world):
    async with world.client(await world.key(None, Scope.READ)) as client:
        assert (await client.get(LIST, params={"tenant": "luna"})).status_code == 200
        assert (await client.post(f"{LIST}/x/retry", params={"tenant": "luna"})).status_code == 403


async def test_a_key_is_asked_for_once_and_forgotten_when_it_is_revoked(world):
    now = 0.0
    here = Access(world.store, clock=lambda: now)
    elsewhere = Access(world.store, clock=lambda: now)
    key, row = await here.create_key("caja", tenant="sol")
    for access in (here, elsewhere):
        assert (await access.authenticate(key)).tenant.slug == "sol"
    assert await here.revoke_key(row.id)
    async with world.client(None) as client:
        world.app.state.services = world.app.state.services.__class__(
            **{**vars(world.app.state.services), "access": here}
        )
        assert (await client.get(LIST, headers={"X-API-Key": key})).status_code == 401
        world.app.state.services = world.app.state.services.__class__(
            **{**vars(world.app.state.services), "access": elsewhere}
        )
        assert (await client.get(LIST, headers={"X-API-Key": key})).status_code == 200  # remembered for five seconds
        now = 5.1
        assert (await client.get(LIST, headers={"X-API-Key": key})).status_code == 401


async def test_keys_are_kept_as_hashes(world):
    key = await world.key("sol")
    rows = str([row.model_dump() for row in await world.access.list_keys()])
    assert key not in rows
    assert len(key) >= len("hilo_") + 43


def test_the_server_makes_its_own_key_once(tmp_path):
    folder = tmp_path / "data"
    with ThreadPoolExecutor(8) as pool:  # as several processes that start at once
        keys = set(pool.map(lambda _: server_key(folder), range(32)))
    assert len(keys) == 1
    file = folder / "api_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().strip() in keys
    assert [path.name for path in folder.iterdir()] == ["api_key"]
    assert server_key(folder, "configured-instead") == "configured-instead"


@pytest.mark.parametrize(
    "spoil", [lambda f: f.write_text(" \n"), lambda f: f.write_bytes(b"\xff\xfe"), lambda f: f.mkdir()]
)
def test_a_key_file_that_cannot_be_used_says_so(tmp_path, spoil):
    spoil(tmp_path / "api_key")
    with pytest.raises(SettingsError, match="api_key"):
        server_key(tmp_path)
