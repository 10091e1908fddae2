"""What a business sets for itself on the page, and what it does with one contact's data."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

from app.services.access import Scope
from tests.api.conftest import LUCIA
from tests.web.conftest import Html, Pages

START = datetime(2099, 6, 26, 8, 0, tzinfo=UTC)
HOOK = "https://hooks.example/hilo"


async def test_who_is_told_is_set_tried_and_seen(pages: Pages) -> None:
    visit = await pages.as_sol(Scope.ADMIN)
    page = await visit.page("/settings")
    assert page.all("input", name="email")[0].attributes.get("disabled") == "", "there is no mail server"
    assert (await visit.post("/settings/notifications/test")).headers[
        "location"
    ] == "/settings?said=nobody_told#notices"
    wanted = {"whatsapp": "+34 600 999 888", "webhook": HOOK, "kind_event_proposed": "1", "digest_hour": "8"}
    made = await visit.post("/settings/notifications", wanted)
    secret = Html(made.text).all("input", id="secret")[0].attributes["value"]
    assert secret.startswith("whsec_")
    assert made.headers["cache-control"] == "no-store"
    page = await visit.page("/settings")
    assert secret not in str([one.attributes for one in page.elements])
    shown = {one.attributes.get("name"): one.attributes for one in page.all("input")}
    assert (shown["whatsapp"]["value"], shown["webhook"]["value"]) == ("+34600999888", HOOK)
    assert ["checked" in shown[f"kind_{kind}"] for kind in ("event_proposed", "conversation_parked")] == [True, False]
    assert [one.text for one in page.all("option") if "selected" in one.attributes] == ["08:00"]
    # What cannot be is said in the visitor's language, with what was typed still there; nothing changes.
    for field, value, said in (
        ("webhook", "https://192.168.1.10/x", "HILO_NOTIFY_INSIDE"),
        ("whatsapp", "mi móvil", "+ y código de país"),
        ("email", "rosa", "rosa@example.com"),
        ("email", "rosa@example.com", "aún no envía correos"),
    ):
        refused = await visit.post("/settings/notifications", wanted | {field: value})
        assert refused.status_code == 400
        alert = Html(refused.text).all("p", role="alert")[0].text
        assert said in alert
        assert Html(refused.text).all("input", name=field)[0].attributes["value"] == value
    assert (await visit.post("/settings/notifications/test")).headers["location"] == "/settings?said=test_sent#notices"
    assert pages.world.woken == ["notifier"]
    log = (await visit.page("/settings")).all("details", class_="told")[0].text
    assert log.count("Prueba") == 2
    sol = next(one for one in await pages.world.store.list_tenants() if one.slug == "sol")
    assert sol.settings.notify
    assert sol.settings.notify.off == ("calendar_disconnected", "conversation_parked")
    assert (await visit.post("/settings/notifications", {"digest_hour": ""})).headers["location"].endswith("#notices")
    records = await pages.world.store.list_privacy_log(sol.id)
    assert [(one.action, one.requested_by) for one in records] == [("notifications", "test")] * 2


async def test_days_are_set_once_it_was_seen_what_goes(pages: Pages) -> None:
    world = pages.world
    await world.says("hola", at=datetime.now(UTC) - timedelta(days=40))
    event = await world.appointment(START, contact=LUCIA)
    visit = await pages.as_sol(Scope.ADMIN)
    await visit.post(f"/c/{event.conversation}/process")
    for wrong in ("0", "-3", "x", "99999999"):
        assert "wrong_days" in (await visit.post("/settings/retention", {"days": wrong})).headers["location"]
    asked = Html((await visit.post("/settings/retention", {"days": "30"})).text)
    assert "¿Guardar 30 días y borrar lo anterior?" in asked.all("section", id="retention")[0].text
    sol = next(one for one in await world.store.list_tenants() if one.slug == "sol")
    assert sol.settings.retention_days is None
    done = await visit.post("/settings/retention", {"days": "30", "sure": "1"})
    assert done.headers["location"] == "/settings?said=saved#retention"
    page = await visit.page("/settings")
    assert page.all("input", name="days")[0].attributes["value"] == "30"
    assert "Cambio de los días que se guardan" in page.all("section", id="log")[0].text
    await visit.post("/settings/retention", {"days": ""})
    assert (await visit.page("/settings")).all("input", name="days")[0].attributes["value"] == ""


async def test_a_contact_is_copied_and_erased_by_who_means_it(pages: Pages) -> None:
    world = pages.world
    event = await world.appointment(START, contact=LUCIA)
    path = f"/c/{event.conversation}"
    visit = await pages.as_sol(Scope.ADMIN)
    page = await visit.page(f"{path}/data")
    assert [one.text for one in page.all("li")] == ["1 mensaje", "1 cita", "1 sesión"]
    copy = await visit.post(f"{path}/export")
    assert copy.headers["content-disposition"] == 'attachment; filename="contact.zip"'
    assert copy.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(copy.content)) as archive:
        assert json.loads(archive.read("contact.json"))["conversations"][0]["conversation_id"] == LUCIA
        assert "Quiero una cita" in archive.read("chat.txt").decode()
    assert "Quiero una cita" in (await visit.post(f"{path}/export", {"format": "txt"})).text
    assert (await visit.post(f"{path}/export", {"format": "exe"})).status_code == 400
    writer = await pages.as_sol(Scope.WRITE)
    seen = await writer.page(f"{path}/data")
    assert not seen.all("input", name="word")
    assert (await writer.post(f"{path}/erase", {"word": "BORRAR"})).status_code == 403
    assert (await writer.get("/settings")).status_code == 403
    assert "/settings" not in str([one.attributes for one in seen.all("a")])
    for word in ("", "si", "BORRA"):
        answer = await visit.post(f"{path}/erase", {"word": word})
        assert answer.headers["location"] == f"{path}/data?said=not_typed"
    assert (await visit.get(path)).status_code == 200
    assert (await visit.post(f"{path}/erase", {"word": " borrar"})).headers["location"] == "/?said=erased"
    assert (await visit.get(path)).status_code == 404
    assert (await visit.get(f"/events/{event.id}")).status_code == 404
    line, *_ = await world.store.list_privacy_log(world.sol.id)
    assert (line.action, line.requested_by, line.counts.messages) == ("erase", "test", 1)
    assert "removals" in world.woken
