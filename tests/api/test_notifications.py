"""Who is told of what, through the API."""

from app.services.access import Scope
from tests.api.conftest import World

URL = "/api/v1/whatsapp/notifications"


async def test_settings_secret_test_and_log(world: World, api):
    assert (await api.get(URL)).status_code == 403
    async with (
        world.client(await world.key("sol", Scope.ADMIN)) as admin,
        world.client(await world.key("luna", Scope.ADMIN)) as other,
    ):
        nothing = {"webhook": None, "whatsapp": None, "email": None, "digest_hour": None, "off": []}
        nothing |= {"secret": None}
        assert (await admin.get(URL)).json() == nothing
        assert (await admin.post(f"{URL}/test")).status_code == 400
        wanted = {
            "webhook": "https://example.com/hook",
            "whatsapp": "+34 600 999 888",
            "digest_hour": 8,
            "off": ["digest"],
        }
        saved = (await admin.put(URL, json=wanted)).json()
        assert saved.pop("secret").startswith("whsec_")
        assert saved == wanted | {"whatsapp": "+34600999888", "email": None}
        assert (await admin.get(URL)).json() == saved | {"secret": None}
        assert (await admin.put(URL, json=wanted)).json()["secret"] is None
        assert (await admin.put(URL, json=wanted | {"new_secret": True})).json()["secret"]
        for wrong in (
            {"webhook": "ftp://x"},
            {"webhook": "https://10.0.0.1/x"},
            {"whatsapp": "maria"},
            {"email": "maria"},
        ):
            assert (await admin.put(URL, json=wrong)).status_code == 400
        for wrong in ({"digest_hour": 24}, {"off": ["everything"]}, {"of": []}):
            assert (await admin.put(URL, json=wrong)).status_code == 422
        assert (await admin.post(f"{URL}/test")).json() == {"ways": ["webhook", "whatsapp"]}
        assert world.woken == ["notifier"]
        log = (await admin.get(f"{URL}/log")).json()["log"]
        assert {(one["kind"], one["state"]) for one in log} == {("test", "queued")}
        assert (await other.get(f"{URL}/log")).json() == {"log": []}
        assert (await other.get(URL)).json() == nothing
        assert (await admin.put(URL, json={})).json() == nothing
