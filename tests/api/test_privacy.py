"""Privacy through the API."""

import io
import zipfile
from datetime import UTC, datetime

from app.services.access import Scope
from tests.api.conftest import LUCIA, SOL, World

BASE = "/api/v1/whatsapp"
START = datetime(2099, 6, 26, 8, 0, tzinfo=UTC)


async def test_export_dry_run_erase(world: World, api):
    event = await world.appointment(START, title="Corte de Lucía Ramos")
    conversation = event.conversation
    async with (
        world.client(await world.key("sol", Scope.ADMIN)) as admin,
        world.client(await world.key("luna", Scope.ADMIN)) as other,
    ):
        exported = await api.get(f"{BASE}/conversations/{LUCIA.replace('+', '%2B')}/export")
        assert exported.headers["content-type"] == "application/zip"
        assert zipfile.ZipFile(io.BytesIO(exported.content)).namelist() == ["contact.json", "chat.txt"]
        text = await api.get(f"{BASE}/conversations/{conversation}/export", params={"format": "text"})
        assert text.text.endswith("Lucía Ramos: Quiero una cita el viernes a las 10\n")
        data = await api.get(f"{BASE}/conversations/{conversation}/export", params={"format": "json"})
        assert data.json()["conversations"][0]["events"][0]["title"] == "Corte de Lucía Ramos"
        # Whoever may only write may not erase, and another tenant sees nothing of it.
        assert (await api.delete(f"{BASE}/conversations/{conversation}")).status_code == 403
        assert (await other.delete(f"{BASE}/conversations/{conversation}")).status_code == 404
        assert (await other.get(f"{BASE}/conversations/{conversation}/export")).status_code == 404
        would = await admin.delete(f"{BASE}/conversations/{conversation}", params={"dry_run": True})
        assert (await api.get(f"{BASE}/conversations/{conversation}")).status_code in (200, 405)
        done = await admin.delete(f"{BASE}/conversations/{conversation}")
        assert done.status_code == 200
        assert would.json() == {"dry_run": True, "erased": done.json()["erased"]}
        assert (done.json()["erased"]["messages"], done.json()["erased"]["events"]) == (1, 1)
        assert world.woken == ["removals"]
        assert (await admin.delete(f"{BASE}/conversations/{conversation}")).status_code == 404
        assert (await api.get(f"{BASE}/events")).json()["items"] == []
        feed = await api.get("/api/v1/calendar.ics", params={"token": world.sol.feed_token})
        assert "Luc" not in feed.text
        log = (await admin.get(f"{BASE}/privacy-log")).json()["log"]
        assert [one["action"] for one in log] == ["erase", "export", "export", "export"]
        assert "Luc" not in str(log)
        assert (await other.get(f"{BASE}/privacy-log")).json() == {"log": []}
    again = await world.says("hola de nuevo", to=SOL)
    assert again.outcome == "stored"
    assert again.conversation != conversation


async def test_retention_is_a_setting_with_a_dry_run(world: World, api):
    async with world.client(await world.key("sol", Scope.ADMIN)) as admin:
        assert (await api.get(f"{BASE}/retention")).json() == {"days": None}
        assert (await api.put(f"{BASE}/retention", json={"days": 30})).status_code == 403
        assert (await admin.put(f"{BASE}/retention", json={"days": 0})).status_code == 422
        assert (await admin.put(f"{BASE}/retention", json={"days": 30})).json() == {"days": 30}
        assert (await admin.get(f"{BASE}/retention")).json() == {"days": 30}
        run = (await admin.post(f"{BASE}/retention/run", params={"dry_run": True})).json()
        assert (run["dry_run"], run["days"], run["removed"]["messages"]) == (True, 30, 0)
        assert (await admin.post(f"{BASE}/retention/run")).json()["dry_run"] is False
        assert (await admin.put(f"{BASE}/retention", json={"days": None})).json() == {"days": None}
