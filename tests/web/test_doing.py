"""What a person sees and does on the pages, and what becomes of it in the store."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.channels import cloud_api_codes, twilio_codes
from app.models import Event, EventStatus, Tenant
from app.services.access import Scope
from app.services.live import Watch
from app.web.lanes import Span, arrange
from app.web.language import LANGUAGES
from tests.api.conftest import LUCIA
from tests.api.test_events import drifted
from tests.web.conftest import Html, Pages, Visit

# A Friday in the future of any test run: 10:00 in Madrid, in summer.
START = datetime(2099, 6, 26, 8, 0, tzinfo=UTC)
BEA = "whatsapp:+34600999888"


async def now(pages: Pages, event: Event) -> Event:
    return await pages.world.store.get_event(event.tenant_id, event.id)


async def correct(visit: Visit, event: Event, **fields: str) -> int:
    """Send the form that corrects as the page shows it, with `fields` changed."""
    page = await visit.page(f"/events/{event.id}")
    (form,) = [one for one in page.all("form") if "fields" in one.attributes.get("class", "")]
    shown = {
        one.attributes["name"]: one.attributes["value"]
        for one in page.all("input")
        if one.attributes.get("name") in ("title", "day", "from", "until", "location", "revision", "back")
    }
    action = {"action": page.all("button", class_="main")[-1].attributes["value"]}
    return (await visit.post(form.attributes["action"], shown | action | fields)).status_code


async def test_a_proposal_is_shown_with_its_reason_its_proof_and_what_it_collides_with(pages: Pages) -> None:
    world = pages.world
    taken_by = await world.appointment(START, contact=BEA, title="Tinte")
    event = await world.appointment(START, status="proposed", title="Corte", reason="calendar_conflict")
    visit = await pages.as_sol()
    page = await visit.page("/review")
    said = page.all("main")[0].text
    assert "A esa hora ya hay otra cosa" in said
    assert "10:00–11:00 Tinte · Lucía Ramos" in " ".join(said.split())
    theirs = [one.attributes["href"] for one in page.all("a") if one.text == "Lucía Ramos"]
    assert f"/c/{taken_by.conversation}?event={taken_by.id}" in theirs
    assert "viernes 26 de junio de 2099, 10:00" in said
    assert page.all("b", class_="count")[0].text == "1"
    assert page.all("p", class_="body")[0].text == "Quiero una cita el viernes a las 10"
    taken = await visit.post(f"/events/{event.id}/decide", {"action": "approve", "revision": "1", "back": "/review"})
    assert taken.status_code == 409
    asked = Html(taken.text)
    assert "Tinte · Lucía Ramos" in asked.all("main")[0].text
    assert (await now(pages, event)).status is EventStatus.PROPOSED
    fields = {
        one.attributes["name"]: one.attributes["value"]
        for one in asked.all("input")
        if one.attributes["name"] != "csrf"
    }
    done = await visit.post(f"/events/{event.id}/decide", fields | {"force": "1"})
    assert (done.status_code, done.headers["location"]) == (303, "/review?said=approve")
    assert (await now(pages, event)).status is EventStatus.CONFIRMED


async def test_an_approved_change_shows_the_appointment_that_it_moved(pages: Pages) -> None:
    stands = await pages.world.appointment(START, title="Corte")
    later = START + timedelta(hours=3)
    change = await pages.world.appointment(
        later, title="Corte", status="proposed", reason="change_unsure", beside=stands.id
    )
    visit = await pages.as_sol()
    asked = await visit.page("/review")
    assert "Quizá sea un cambio de una cita confirmada" in asked.all("main")[0].text
    for page in (asked, await visit.page(f"/events/{change.id}")):
        (now_,) = page.all("p", class_="stands")
        assert " ".join(now_.text.split()) == "Ahora: Corte, viernes 26 de junio de 2099, 10:00"
    fields = {"action": "approve", "revision": "1", "back": f"/events/{change.id}"}
    done = await visit.post(f"/events/{change.id}/decide", fields)
    assert (done.status_code, done.headers["location"]) == (303, f"/events/{stands.id}?said=approve")
    assert ((await now(pages, stands)).start, (await now(pages, change)).status) == (later, EventStatus.CANCELLED)


async def test_what_calendar_and_conversation_disagree_about_is_reviewed(pages: Pages) -> None:
    event = await drifted(pages.world, pages.world.store)
    visit = await pages.as_sol()
    page = await visit.page("/review")
    said = " ".join(page.all("main")[0].text.split())
    assert "Empieza: 26/06/2099 11:00 · la conversación dice 27/06/2099 10:00" in said
    assert page.all("b", class_="count")[0].text == "1"
    assert "Dejar como en el calendario" in (await visit.page(f"/events/{event.id}")).all("main")[0].text
    done = await visit.post(f"/events/{event.id}/decide", {"action": "approve", "revision": "2", "back": "/review"})
    assert done.status_code == 303
    kept = await now(pages, event)
    assert (kept.start, kept.drift, kept.status) == (START + timedelta(hours=1), (), EventStatus.CONFIRMED)


async def test_what_a_person_decides_is_kept_as_history_and_no_batch_undoes_it(pages: Pages) -> None:
    world = pages.world
    event = await world.appointment(START, status="proposed", title="Corte", reason="not_settled")
    visit = await pages.as_sol()
    assert await correct(visit, event, title="Corte y barba", **{"from": "12:15"}, location="Calle Sol 3") == 303
    approved = await now(pages, event)
    assert (approved.title, approved.location, approved.status.value) == ("Corte y barba", "Calle Sol 3", "confirmed")
    assert approved.start == START + timedelta(hours=2, minutes=15)
    assert approved.decided_by == "test"
    # Only what was changed is a correction: a longer end, over midnight, then a whole day.
    assert await correct(visit, approved, until="11:30") == 303
    assert (await now(pages, event)).end == START + timedelta(days=1, hours=1, minutes=30)
    assert await correct(visit, approved, until="", all_day="1", day="2099-06-27") == 303
    whole = await now(pages, event)
    assert (whole.all_day, whole.start, whole.end) == (True, datetime(2099, 6, 26, 22, 0, tzinfo=UTC), None)
    assert event.conversation
    await world.says("ok")
    await visit.post(f"/c/{event.conversation}/process")
    await finished(pages, world.sol)
    assert (await now(pages, event)).title == "Corte y barba"
    done = await visit.post(
        f"/events/{event.id}/decide", {"action": "cancel", "revision": "4", "back": "/calendar?day=2099-06-26"}
    )
    assert done.headers["location"] == "/calendar?day=2099-06-26&said=cancel"
    page = await visit.page(f"/events/{event.id}")
    assert [one.text for one in page.all("strong")] == ["Cancelada", "Corregida", "Corregida", "Aprobada", "Creada"]
    assert "(test)" in page.all("ol", class_="steps-taken")[0].text
    restored = await visit.post(f"/events/{event.id}/decide", {"action": "approve", "back": "/"})
    assert restored.status_code == 303
    assert (await now(pages, event)).status is EventStatus.CONFIRMED


async def test_what_cannot_be_is_said_and_changes_nothing(pages: Pages) -> None:
    event = await pages.world.appointment(START, status="confirmed")
    visit = await pages.as_sol()
    for form, said in (
        ({"action": "reject"}, "not_possible"),
        ({"action": "cancel", "revision": "7"}, "overtaken"),
    ):
        answer = await visit.post(f"/events/{event.id}/decide", form)
        assert answer.headers["location"] == f"/events/{event.id}?said={said}"
    for fields in ({"day": "2099-02-30"}, {"day": "1066-10-14"}, {"from": ""}, {"from": "25:00"}, {"title": " "}):
        assert await correct(visit, event, **fields) == 400, fields
    assert (await visit.post(f"/events/{event.id}/decide", {"action": "explode"})).status_code == 400
    assert (await now(pages, event)).revision == 1


async def test_a_thread_shows_who_said_what_when_and_marks_what_was_read(pages: Pages) -> None:
    world = pages.world
    for n in range(60):
        await world.says(f"mensaje {n}", at=datetime.now(UTC) - timedelta(hours=60 - n))
    event = await world.appointment(START)
    visit = await pages.as_sol()
    listed = await visit.page("/")
    assert "61 mensajes sin leer" in listed.all("b", class_="new")[0].attributes["title"]
    page = await visit.page(f"/c/{event.conversation}")
    shown = page.all("article", class_="bubble")
    assert len(shown) == 50
    assert "Quiero una cita" in shown[-1].text
    assert shown[-1].attributes["data-events"] == str(event.id)
    assert all("Procesado por Hilo" in one.text for one in shown)
    assert len(page.all("p", class_="day")) in (3, 4)
    (older,) = [one for one in page.all("a") if "data-older" in one.attributes]
    before = await visit.page(older.attributes["href"])
    assert before.all("article", class_="bubble")[0].text.split()[1:3] == ["mensaje", "0"]
    assert not (await visit.page("/")).all("b", class_="new"), "seen"
    (card,) = page.all("article", class_="event")
    assert card.attributes["data-evidence"].split() == [shown[-1].attributes["id"]]
    assert "el viernes a las 10" in card.text


async def test_what_is_not_text_has_a_place_in_the_visitor_s_language(pages: Pages) -> None:
    bodies = (
        "[Image] [Image] así lo quiero",
        "mi idea\n[Image] Un cartel",
        "[Document] presupuesto.pdf",
        "[Audio message]",
        "[Imagen] no es una",
    )
    for body in bodies:
        stored = await pages.world.says(body)
    visit = await pages.as_sol()
    page = await visit.page(f"/c/{stored.conversation}")
    assert [one.text.strip() for one in page.all("p", class_="media")] == [
        "Foto",
        "Foto",
        "Foto",
        "Archivo",
        "Mensaje de voz",
    ]
    assert [one.text for one in page.all("p", class_="body")] == [
        "así lo quiero",
        "mi idea",
        "Un cartel",
        "presupuesto.pdf",
        "[Imagen] no es una",
    ]
    await pages.world.says("[Audio message]")
    assert (await visit.page("/")).all("span", class_="last")[0].text.strip() == "Mensaje de voz"
    await pages.world.says("close")  # a word that the tables of languages know too
    assert (await visit.page("/")).all("span", class_="last")[0].text.strip() == "close"


async def test_writing_pausing_and_trying_again(pages: Pages) -> None:
    world = pages.world
    stored = await world.says("¿Hola?")
    visit, path = await pages.as_sol(), f"/c/{stored.conversation}"
    assert not (await visit.page(path)).all("span", class_="tick")
    form = {"body": "Buenas <b>tardes</b>", "id": str(uuid4())}
    for _ in range(2):  # pressed twice
        assert (await visit.post(f"{path}/write", form)).headers["location"] == f"{path}?sent={form['id']}"
    page = await visit.page(path)
    assert [one.text for one in page.all("p", class_="body")] == ["¿Hola?", "Buenas <b>tardes</b>"]
    assert page.all("span", class_="tick")[0].attributes["title"] == "En cola"
    assert "delivery" in world.woken
    assert (
        (await visit.post(f"{path}/write", {"body": "  ", "id": str(uuid4())}))
        .headers["location"]
        .endswith("nothing_to_send")
    )
    assert (await visit.post(f"{path}/write", {"body": "x", "id": "y"})).status_code == 400
    await visit.post(f"{path}/pause", {"minutes": "60"})
    row = await world.store.get_conversation(world.sol.id, str(stored.conversation))
    assert row.bot_paused_until
    assert timedelta(minutes=59) < row.bot_paused_until - datetime.now(UTC) <= timedelta(hours=1)
    assert "Bot en pausa" in (await visit.page("/?filter=paused")).all("ol", class_="rows")[0].text
    assert (await visit.post(f"{path}/pause", {"minutes": "5"})).status_code == 400
    await visit.post(f"{path}/resume")
    assert not (await visit.page("/?filter=paused")).all("a", class_="row")
    assert stored.conversation
    await pages.park(stored.conversation)
    page = await visit.page("/?filter=parked")
    assert "Apartada" in page.all("ol", class_="rows")[0].text
    assert "el modelo no contesta" in (await visit.page(path)).all("main")[0].text
    assert "Lo que te necesita" in (await visit.page("/status")).all("main")[0].text
    await visit.post(f"{path}/retry")
    await finished(pages, world.sol)
    row = await world.store.get_conversation(world.sol.id, str(stored.conversation))
    assert (row.batch_parked_at, row.unprocessed_count) == (None, 0)


async def finished(pages: Pages, tenant: Tenant) -> None:
    async with asyncio.timeout(10):
        while True:
            run = await pages.web.runs.newest(tenant)
            if run and run.status == "finished" and not pages.web.runs._tasks:
                return
            await asyncio.sleep(0.02)


async def test_a_run_shows_how_far_it_is(pages: Pages) -> None:
    world = pages.world
    for n in range(3):
        await world.says("hola", contact=f"whatsapp:+3460000000{n}")
    visit = await pages.as_sol()
    assert "3 conversaciones sin procesar" in (await visit.page("/status")).all("main")[0].text
    answer = await visit.post("/run")
    assert answer.headers["location"] == "/status?said=run#runs"
    await finished(pages, world.sol)
    run = await pages.web.runs.newest(world.sol)
    assert run
    assert (run.total, run.conversations, run.trigger) == (3, 3, "page")
    page = await visit.page("/status")
    assert "Terminada" in page.all("table", class_="runs")[0].text
    assert "esta página" in page.all("table", class_="runs")[0].text
    await world.store.start_batch_run(uuid4(), "http", tenant=world.sol.id, dry_run=False)
    assert (await visit.page("/status")).all("progress")


async def test_the_calendar_is_that_of_the_tenant_s_clock_and_its_feed_is_a_secret(pages: Pages) -> None:
    world = pages.world
    # 23:30 on Sunday in Madrid is still Sunday there, whatever the server's clock says.
    late = datetime(2099, 6, 28, 21, 30, tzinfo=UTC)
    await world.appointment(late, title="Última", end=late + timedelta(hours=2))
    await world.appointment(START, contact=BEA, title="Propuesta", status="proposed")
    visit = await pages.as_sol()
    week = await visit.page("/calendar?day=2099-06-26")
    columns = week.all("section", class_="column")
    assert [("Última" in one.text, "Propuesta" in one.text) for one in columns] == [
        (False, False), (False, False), (False, False), (False, False), (False, True), (False, False), (True, False)
    ]  # fmt: skip
    assert "23:30" in columns[6].text
    (entry,) = [one for one in week.all("a", class_="entry") if "Propuesta" in one.text]
    assert "proposed" in entry.attributes["class"].split()
    assert "Última" in (await visit.page("/calendar?day=2099-07-02")).all("section", class_="column")[0].text
    month = await visit.page("/calendar?view=month&day=2099-06-05")
    assert len(month.all("td")) == 35
    assert len([one for one in month.all("td") if "Última" in one.text]) == 2
    gone = await world.appointment(START + timedelta(hours=3), title="Anulada", status="cancelled")
    assert "Anulada" in (await visit.page("/calendar?day=2099-06-26")).all("main")[0].text
    without = await visit.page("/calendar?day=2099-06-26&cancelled=0")
    assert gone.title not in without.all("main")[0].text
    assert "cancelled=0" in without.all("a", class_="button")[0].attributes["href"]
    assert "calendar.ics" not in month.all("main")[0].text
    assert not month.all("input", id="feed")
    mine = await (await pages.as_sol(Scope.ADMIN)).page("/calendar")
    address = mine.all("input", id="feed")[0].attributes["value"]
    assert address == f"http://hilo.test/api/v1/calendar.ics?token={world.sol.feed_token}"
    assert mine.all("path", class_="qrline")


async def test_a_full_day_and_a_long_event_in_the_month(pages: Pages) -> None:
    world = pages.world
    # From Sunday to Tuesday, over the night in which Madrid's clocks change (29 March 2099), and a full Monday.
    whole = datetime(2099, 3, 28, 23, tzinfo=UTC)
    await world.appointment(whole, title="Feria", all_day=True, end=datetime(2099, 3, 31, 22, tzinfo=UTC))
    for hour in range(4):
        start = datetime(2099, 3, 30, 7 + hour, 15, tzinfo=UTC)
        await world.appointment(start, title=f"Corte {hour}", status="cancelled" if hour == 0 else "confirmed")
    visit = await pages.as_sol()
    month = await visit.page("/calendar?view=month&day=2099-03-05")
    days = [" ".join(one.text.split()) for one in month.all("td") if "Feria" in one.text]
    assert [day.split()[1] for day in days] == ["29", "30", "31"]
    assert "2 más" in days[1]
    assert "09:15" not in days[1], "a cancelled one makes room"
    assert "10:15 Corte 1" in days[1]
    week = await visit.page("/calendar?day=2099-03-30")
    monday, tuesday = [" ".join(one.text.split()) for one in week.all("section", class_="column")][:2]
    assert monday.startswith("lun 30 marzo Feria")
    assert all(f"{9 + hour:02}:15 Corte {hour}" in monday for hour in range(4))
    assert "Feria" in tuesday
    (late,) = [one for one in week.all("li") if "Corte 3" in one.text]
    assert late.attributes["class"].split()[0] == "s17", "12:15, counted in quarters from 8"


@given(st.lists(st.builds(Span, row=st.integers(0, 20), rows=st.integers(1, 8), rank=st.integers(0, 2)), max_size=12))
def test_events_side_by_side_hide_none_that_has_room(spans: list[Span]) -> None:
    places = arrange(spans)
    for one, here in zip(spans, places, strict=True):
        for other, there in zip(spans, places, strict=True):
            overlap = one.row < other.row + other.rows and other.row < one.row + one.rows
            assert one is other or not overlap or here.group == there.group
            assert one is other or not overlap or here.lane != there.lane
    assert all(here.over == (here.lanes > 3 and here.lane >= 2) for here in places)
    assert {here.lanes for here in places} <= {1, 2, 3, 4}


async def test_five_at_once_are_two_and_three_more(pages: Pages) -> None:
    for n in range(5):
        await pages.world.appointment(START, title=f"Corte {n}", status="cancelled" if n == 0 else "confirmed")
    visit = await pages.as_sol()
    friday = await visit.page("/calendar?day=2099-06-26")
    assert [one.text for one in friday.all("summary") if one.text.startswith("+")] == ["+3 3 más"]
    assert len(friday.all("li", class_="over")) == 3
    beside = [one.text for one in friday.all("li") if "k4" in one.attributes.get("class", "")]
    assert len(beside) == 2
    assert not any("Corte 0" in one for one in beside), "a cancelled one makes room"


async def test_what_is_wrong_is_said_in_words(pages: Pages) -> None:
    world = pages.world
    event = await world.appointment(START)
    (claim,) = await world.store.claim_publish(uuid4(), limit=1)
    await world.store.fail_publish(event.id, claim.token, "calendar disconnected: token revoked", retry_seconds=60)
    visit = await pages.as_sol()
    page = await visit.page("/")
    (banner,) = page.all("p", class_="urgent")
    assert "El calendario está desconectado: 1 cita espera" in banner.text
    status = (await visit.page("/status")).all("main")[0].text
    assert "hilo google connect" in status
    assert "token revoked" in status
    luna = await pages.visit().log_in(await world.key("luna"))
    assert "Todo va bien" in (await luna.page("/status")).all("main")[0].text
    # A number that no business has is the server's matter; a notice that did not arrive, the business's.
    await world.says("¿Hola?", to="whatsapp:+34611999999")
    await pages.web.notifications.set(world.sol, webhook=None, whatsapp="+34600000001", email=None, digest_hour=None)
    await world.store.note_test(world.sol.id, uuid4())
    token = uuid4()
    claimed = await world.store.claim_notification(token)
    assert claimed
    await world.store.fail_notification(claimed.group, token, "no such mailbox", retry_seconds=None)
    told = (await visit.page("/status")).all("main")[0].text
    assert "1 aviso no pudo llegarle" in told
    assert "no such mailbox" in told
    assert "de ningún negocio" not in told
    assert "Todo va bien" in (await luna.page("/status")).all("main")[0].text
    all_of_it = await pages.visit().log_in()
    (banner,) = (await all_of_it.page("/?tenant=luna")).all("p", class_="urgent")
    assert "1 mensaje llegó a un número que aquí no es de ningún negocio" in banner.text
    assert "+34611999999" in (await all_of_it.page("/status?tenant=luna")).all("main")[0].text


async def test_first_use_plays_a_sample_that_leaves_no_trace(pages: Pages) -> None:
    world = pages.world
    visit = await pages.as_sol(Scope.ADMIN)
    page = await visit.page("/")
    assert "Todavía no hay conversaciones" in page.all("h1")[0].text
    assert "http://hilo.test/api/v1/whatsapp/webhook" in page.all("main")[0].text
    addresses = [one.text.removeprefix("http://hilo.test/api/v1/whatsapp") for one in page.all("code")[:4]]
    assert addresses[:3] == ["/webhook", "/cloud-api/webhook", "/waha/webhook"]
    path = (await visit.post("/sample/play")).headers["location"]
    assert (await visit.post("/sample/play")).headers["location"] == path
    async with asyncio.timeout(10):
        while pages.web.sample._tasks or pages.web.runs._tasks:
            await asyncio.sleep(0.02)
    thread = await visit.page(path)
    assert len(thread.all("article", class_="bubble")) == 6
    states = [one.attributes["class"].split()[1] for one in thread.all("article", class_="event")]
    assert states == ["proposed", "confirmed"]
    assert "Ejemplo" in thread.all("main")[0].text
    feed = await pages.visit().get(f"/api/v1/calendar.ics?token={world.sol.feed_token}")
    assert feed.status_code == 200
    assert "Corte" not in feed.text
    assert (
        (await visit.post(f"{path}/write", {"body": "x", "id": str(uuid4())}))
        .headers["location"]
        .endswith("no_channel")
    )
    await visit.post("/sample/remove")
    assert (await visit.get(path)).status_code == 404
    assert (await visit.page("/review")).all("b", class_="count") == []


async def test_pages_hear_of_changes_and_of_nothing_else(pages: Pages) -> None:
    world = pages.world
    stored = await world.says("hola", contact=LUCIA)
    stream = pages.web.live.stream(world.sol, Watch(conversation=stored.conversation))
    async with asyncio.timeout(10):
        first = await anext(stream)
        assert first
        await world.says("otra", contact=LUCIA)
        second = await anext(stream)
        assert second
        assert {part for part in second if second[part] != first[part]} == {"list", "thread"}
        await pages.park(stored.conversation)
        third = await anext(stream)
        assert third
        assert "notices" in {part for part in third if third[part] != second[part]}
        pages.web.live.close()
        assert [one async for one in stream] == []
    visit = await pages.as_sol()
    assert (await visit.get("/live")).status_code == 503, "a server that ends sends pages elsewhere"
    assert (await visit.get(f"/marks?conversation={stored.conversation}")).json() == third
    # A page carries the marks of its moment: what comes before its stream begins is noticed.
    shown = (await visit.page(f"/c/{stored.conversation}")).all("main")[0].attributes
    assert shown["data-watch"] == f"/live?conversation={stored.conversation}"
    marks = f"/marks?conversation={stored.conversation}"
    assert json.loads(shown["data-marks"]) == (await visit.get(marks)).json()
    await world.says("y otra", contact=LUCIA)
    assert json.loads(shown["data-marks"]) != (await visit.get(marks)).json()


def test_hilo_s_own_reasons_are_said_in_spanish_and_others_as_they_are() -> None:
    why = LANGUAGES["es"].why
    assert why("the customer has blocked our number (Twilio 63033)") == (
        "el cliente ha bloqueado nuestro número (Twilio 63033)"
    )
    assert why("calendar disconnected: Google does not answer") == "calendario desconectado: Google no responde"
    assert why("WAHA cannot be reached") == why("unreachable WAHA cannot be reached") == "no se alcanza WAHA"
    assert why("the mail server did not answer in time") == "el servidor de correo no respondió a tiempo"
    window = "63016 the customer last wrote more than 24 hours ago: only an approved template may be sent"
    assert why(f"{window}, and there is none (`hilo tenants set --template`)") == (
        "el cliente escribió por última vez hace más de 24 horas: solo se puede enviar una plantilla aprobada, "
        "y no hay ninguna (`hilo tenants set --template`) (63016)"
    )
    codes = [
        one[0] if isinstance(one, tuple) else one
        for code in (cloud_api_codes, twilio_codes)
        for table in (code.REFUSED, code.UNAVAILABLE, code.UNAVAILABLE_STATUS)
        for one in table.values()
    ]
    assert [one for one in codes if why(one) == one] == []
    assert why("Insufficient funds (Stripe 12)") == "Insufficient funds (Stripe 12)"
    assert LANGUAGES["en"].why("WAHA cannot be reached") == "WAHA cannot be reached"
    assert [LANGUAGES[code].seconds(1.25) for code in ("es", "en")] == ["1,2 s", "1.2 s"]
