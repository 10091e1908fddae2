"""Markup in what people send does nothing, forms are ours, tenants do not see each other."""

import ast
import re
from datetime import UTC, datetime, timedelta

import pytest

from app.extraction.base import Reason
from app.services.access import Scope
from app.web import routes
from app.web.bodies import lit
from app.web.text import en, es
from app.web.text.words import translated, words
from tests.api.conftest import LUCIA, LUNA
from tests.web.conftest import Html, Pages, Visit

SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
NASTY = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "\"><svg onload=alert(1)>' onmouseover='alert(1)",
    "</p></article></main><h1>roto</h1>",
    "{{ 7 * 7 }} {% include 'login.html' %} ${7*7}",
    "javascript:alert(1) &lt;b&gt; &amp;",
    "\u202egnirts a\u202c \u2067مرحبا\u2069 \u200f\u200e",
    "😀" * 10_000,
    "a\x0b\u2028\ufeff\u200bb",
)
OURS = {"/static/hilo.js"}


def check(page: Html) -> None:
    """A page of ours has our one script, no handler, no style and no address that runs something."""
    for element in page.elements:
        handlers = [name for name in element.attributes if name.startswith("on") or name in ("style", "srcdoc")]
        assert handlers == [], (element.tag, handlers)
        for name in ("href", "src", "action", "formaction"):
            assert (
                not element.attributes.get(name, "").strip().lower().startswith(("javascript", "data:", "//", "http"))
            )
    scripts = {one.attributes.get("src", "").partition("?")[0] for one in page.all("script")}
    assert scripts <= OURS
    assert all(not one.text.strip() for one in page.all("script"))
    assert not page.all("style")
    assert len(page.all("main")) == 1


async def every_page(visit: Visit, conversation: object, event: object) -> list[Html]:
    paths = (
        "/", "/?q=%3Cscript%3E%22%27", "/?filter=review", f"/c/{conversation}", f"/c/{conversation}?event={event}",
        "/review", f"/events/{event}", "/calendar", "/calendar?view=month", f"/calendar?day={SOON.date()}", "/status",
        "/settings", f"/c/{conversation}/data",
    )  # fmt: skip
    found = []
    for path in paths:
        answer = await visit.get(path)
        assert answer.status_code == 200, (path, answer.text[:500])
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        found.append(Html(answer.text))
    return found


async def test_bodies_full_of_markup_do_nothing(pages: Pages) -> None:
    world = pages.world
    stored = [await world.says(body) for body in NASTY]
    conversation, message = stored[0].conversation, stored[0].message_id
    assert conversation
    assert message
    event = await world.arrange(
        conversation, message, SOON, title=NASTY[1], location=NASTY[2], status="proposed", reason="<b>"
    )
    with_handlers = await world.store.database.call(
        "hilo_save_tenant",
        {"p_slug": "sol", "p_name": NASTY[0], "p_timezone": "Europe/Madrid", "p_locale": "es"},
    )
    assert with_handlers["name"] == NASTY[0]
    for language in ("es", "en"):
        visit = await pages.as_sol(Scope.ADMIN)
        visit.headers["Accept-Language"] = language
        shown = await every_page(visit, conversation, event.id)
        for page in shown:
            check(page)
        thread = shown[3]
        bodies = [one.text for one in thread.all("p", class_="body")]
        assert bodies == [body.replace("\x0b", "\x0b") for body in NASTY]
        assert thread.all("h1")[0].text.strip() != "roto"
        assert all(one.attributes.get("dir") == "auto" for one in thread.all("p", class_="body"))


def test_quotes_are_marked_and_the_rest_is_escaped() -> None:
    assert lit("a <b> el Viernes", ["<B>", "viernes"]) == "a <mark>&lt;b&gt;</mark> el <mark>Viernes</mark>"
    assert lit("el viernes a las 10", ["viernes a", "a las 10", "nada", None]) == "el <mark>viernes a las 10</mark>"
    assert lit("Straße İzmir", ["straße", "İzmir", "STRASSE"]) == "Straße <mark>İzmir</mark>"
    assert lit("<script>") == "&lt;script&gt;"


def posts() -> list[str]:
    """The address of every form that changes something."""
    return sorted(
        route.path
        for router in routes.ROUTERS
        for route in router.routes
        if "POST" in route.methods and route.path not in ("/login", "/logout")
    )


async def test_every_form_proves_that_it_is_ours(pages: Pages) -> None:
    world = pages.world
    event = await world.appointment(SOON, status="proposed")
    reader = await pages.as_sol(Scope.READ)
    writer, other = await pages.as_sol(Scope.WRITE), await pages.as_sol(Scope.WRITE)
    assert len(posts()) >= 14
    before = await world.store.get_event(world.sol.id, event.id)
    for path in posts():
        address = path.format(conversation=event.conversation, event=event.id)
        form = {"action": "approve", "minutes": "60", "body": "hola", "id": str(event.id)}
        assert (await writer.post(address, {**form, "csrf": ""})).status_code == 403, path
        assert (await writer.post(address, {**form, "csrf": other.csrf})).status_code == 403, path
        assert (await writer.post(address, form, **{"Sec-Fetch-Site": "cross-site"})).status_code == 403, path
        assert (await reader.post(address, form)).status_code == 403, path
        assert (await pages.visit().post(address, form)).status_code == 401, path
    assert await world.store.get_event(world.sol.id, event.id) == before
    page = await reader.page(f"/c/{event.conversation}")
    assert [one.attributes["action"] for one in page.all("form", method="post")] == ["/logout"]


async def test_a_tenant_sees_itself_alone(pages: Pages) -> None:
    world = pages.world
    theirs = await world.appointment(SOON, to=LUNA, title="Secreto de Luna", status="proposed")
    visit = await pages.as_sol(Scope.ADMIN)
    theirs_too = (f"/c/{theirs.conversation}/data", "/settings?tenant=luna")
    for path in (
        f"/c/{theirs.conversation}", f"/events/{theirs.id}", "/?tenant=luna", "/calendar?tenant=luna", *theirs_too
    ):  # fmt: skip
        assert (await visit.get(path)).status_code == 404, path
    for path in ("/", "/review", f"/calendar?day={SOON.date()}", "/status"):
        answer = await visit.get(path)
        assert "Secreto" not in answer.text
        assert "Lucía" not in answer.text
        assert "luna" not in answer.text.lower()
    assert (await visit.post(f"/events/{theirs.id}/decide", {"action": "approve"})).status_code == 404
    assert (await visit.post(f"/c/{theirs.conversation}/write", {"body": "x", "id": str(theirs.id)})).status_code == 404
    for act in ("process", "export", "erase", "retry"):
        assert (await visit.post(f"/c/{theirs.conversation}/{act}", {"word": "BORRAR"})).status_code == 404
    assert (await visit.get(f"/marks?conversation={theirs.conversation}")).json()["thread"] == (
        await visit.get("/marks")
    ).json()["thread"]
    assert "encontró el doctor" not in (await visit.get("/status?doctor=1")).text
    assert (await world.store.get_event(world.luna.id, theirs.id)).status.value == "proposed"


async def test_an_administrator_chooses_the_tenant(pages: Pages) -> None:
    world = pages.world
    theirs = await world.appointment(SOON, to=LUNA, title="Cita en Luna", status="proposed")
    visit = await pages.visit().log_in()
    page = await visit.page("/review?tenant=luna")
    assert [one.text for one in page.all("option")] == ["Hilo", "Clínica Luna", "Peluquería Sol"]
    assert "Cita en Luna" in page.all("main")[0].text
    inside = [one.attributes["href"] for one in page.all("a") if one.attributes["href"].startswith(("/c/", "/review"))]
    assert inside
    assert all("tenant=luna" in href for href in inside)
    (form, *_) = [one for one in page.all("form") if "decide" in one.attributes["action"]]
    assert "tenant=luna" in form.attributes["action"]
    done = await visit.post(form.attributes["action"], {"action": "approve", "revision": "1", "back": "/review"})
    assert done.status_code == 303
    assert (await world.store.get_event(world.luna.id, theirs.id)).status.value == "confirmed"
    assert (await visit.get(f"/c/{theirs.conversation}")).status_code == 404, "not of the default tenant"


async def test_errors_are_pages(pages: Pages) -> None:
    visit = await pages.visit().log_in()
    for path in (
        "/c/00000000-0000-4000-8000-000000000000",
        "/c/no-id",
        "/calendar?day=mañana",
        "/?filter=x",
        "/calender",
    ):
        answer = await visit.get(path)
        assert answer.status_code == 404
        assert "text/html" in answer.headers["content-type"]
        assert "content-security-policy" in answer.headers
        check(Html(answer.text))
    assert (await visit.get("/?cursor=bogus")).status_code == 400
    for path, accepted in (("/api/v1/calender", "text/html"), ("/calender", "*/*")):
        answer = await visit.get(path, Accept=accepted)
        assert answer.json()["code"] == "not-found"


async def test_files_are_kept_and_compressed_and_all_that_is_used_is_there(pages: Pages) -> None:
    visit = await pages.visit().log_in()
    page = await visit.page("/")
    for one in [*page.all("script"), *page.all("link"), *page.all("img")]:
        address = one.attributes.get("src") or one.attributes["href"]
        answer = await visit.get(address, **{"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    icons = {one.attributes["id"] for one in page.all("symbol")}
    used = {one.attributes["href"].removeprefix("#") for one in page.all("use")}
    assert used <= icons
    assert (await visit.get("/static/../render.py")).status_code == 404


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_page_speaks_the_visitor_s_language(pages: Pages, language: str) -> None:
    await pages.world.says("Hola", contact=LUCIA)
    visit = pages.visit()
    visit.headers["Accept-Language"] = f"fr;q=0.9, {language}-MX;q=0.8, de;q=0.1"
    await visit.log_in(await pages.world.key("sol"))
    page = await visit.page("/")
    assert page.all("html")[0].attributes["lang"] == language
    assert {"es": "Conversaciones", "en": "Conversations"}[language] in page.all("nav")[0].text
    other = {"es": "en", "en": "es"}[language]
    await visit.get(f"/language/{other}?next=/review")
    assert (await visit.page("/")).all("html")[0].attributes["lang"] == other


def test_both_languages_say_everything() -> None:
    def places(text: str) -> list[str]:
        return sorted(set(re.findall(r"\{(\w+)\}", text)))

    assert set(es.TEXT) == set(en.TEXT)
    for key, text in es.TEXT.items():
        assert places(text) == places(en.TEXT[key]), key
        assert text.count("|") == en.TEXT[key].count("|"), key
    used = set()
    for template in (routes.STATIC.parent / "templates").iterdir():
        used |= set(re.findall(r"""\bt\(["']([a-z0-9_.]+)["'][,)]""", template.read_text()))
    assert used <= set(es.TEXT)
    assert {f"reason.{reason}" for reason in Reason} <= set(es.TEXT), "why an event waits for a person"


def _said_by_the_doctor() -> set[str]:
    """Every text and template that the checks hand to a finding, as they stand in the source."""
    found: set[str] = set()
    for name in ("checks", "checks_outside", "checks_sync", "checks_waiting", "google"):
        source = (routes.STATIC.parent.parent / "commands" / f"{name}.py").read_text()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                given = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                if called == "count":
                    found |= {f"{{n}} {noun}" for noun in given} | {f"{{n}} {noun}s" for noun in given}
                elif called in {"on", "off", "wrong", "words"}:
                    found |= set(given)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                if isinstance(node.targets[0], ast.Name) and node.targets[0].id in {"text", "mend", "source"}:
                    found.add(str(node.value.value))
    return found


def test_the_doctor_is_understood_in_spanish() -> None:
    said = _said_by_the_doctor()
    assert len(said) > 100
    same = re.compile(
        r"[A-Z_]+|(GET|POST) .*|docs/.*|\./.*|Hilo|Python|Google|(\W|\{\w+\})+|(Supabase|Postgres) \(.*\)"
    )
    assert {text for text in said if text not in es.DOCTOR and not same.fullmatch(text)} == set()
    for english, spanish in es.DOCTOR.items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", spanish)), english
    text = words(
        "{text}, the oldest for {span}",
        text=words("waiting for an answer: {who}", who=words("{n} conversations", n=2)),
        span=words("{n} hours", n=3),
    )
    assert text == "waiting for an answer: 2 conversations, the oldest for 3 hours"
    assert translated(text, es.DOCTOR) == "esperan respuesta: 2 conversaciones, la más antigua desde hace 3 horas"
