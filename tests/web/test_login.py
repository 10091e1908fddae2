"""Who gets in, how long, and what a form has to prove."""

from dataclasses import replace
from ipaddress import ip_network

from app.services.access import Scope
from app.services.sign_in import end_all, make_link
from tests.api.conftest import SERVER_KEY
from tests.web.conftest import Html, Pages


async def test_nobody_sees_anything(pages: Pages) -> None:
    visit = pages.visit()
    for path in ("/", "/review", "/calendar", "/status"):
        answer = await visit.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")
    deep = await visit.get("/calendar?view=month")
    assert deep.headers["location"] == "/login?next=%2Fcalendar%3Fview%3Dmonth"
    assert (await visit.get("/marks", Accept="*/*")).status_code == 401


async def test_a_key_opens_a_cookie_that_scripts_cannot_read(pages: Pages) -> None:
    visit = pages.visit()
    await visit.get("/login?next=/calendar")
    answer = await visit.post("/login", {"key": f" {SERVER_KEY} ", "next": "/calendar"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/calendar")
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith("hilo_session=")]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert SERVER_KEY not in cookie
    assert (await visit.get("/")).status_code == 200


async def test_logging_in_leads_nowhere_else(pages: Pages) -> None:
    visit = pages.visit()
    for away in ("https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "evil", "/a\nb"):
        await visit.get("/login")
        answer = await visit.post("/login", {"key": SERVER_KEY, "next": away})
        assert answer.headers["location"] == "/", away
        assert (await visit.http.get("/language/en", params={"next": away})).headers["location"] == "/", away


async def test_wrong_keys_and_foreign_forms_are_refused(pages: Pages) -> None:
    visit = pages.visit()
    assert (await visit.post("/login", {"key": SERVER_KEY})).status_code == 403
    page = await visit.page("/login")
    wrong = await visit.post("/login", {"key": "hilo_wrong"})
    assert wrong.status_code == 401
    assert "hilo_wrong" not in wrong.text
    assert page.all("input", type="password")
    foreign = await visit.post("/login", {"key": SERVER_KEY}, **{"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert (await visit.get("/")).status_code == 303


async def test_a_link_opens_once_and_only_when_it_is_pressed(pages: Pages) -> None:
    sol = pages.world.sol
    secret, _ = await make_link(pages.world.store, name="Rosa", tenant=sol, scopes=[Scope.WRITE])
    visit = pages.visit()
    for _ in range(2):  # a messenger that shows a preview of it
        page = await visit.page(f"/login?token={secret}")
    assert page.all("input", name="link")
    answer = await visit.post("/login", {"link": secret})
    assert answer.status_code == 303
    shown = await visit.page("/")
    assert not shown.all("select", name="tenant")
    again = pages.visit()
    await again.get("/login")
    assert (await again.post("/login", {"link": secret})).status_code == 401
    assert (await visit.get("/")).status_code == 200
    assert await end_all(pages.world.store) == 1
    assert (await visit.get("/")).status_code == 303


async def test_logging_out_ends_it_everywhere(pages: Pages) -> None:
    visit = await pages.visit().log_in()
    cookies = dict(visit.http.cookies)
    assert (await visit.http.post("/logout", headers=visit.headers)).status_code == 403
    assert (await visit.post("/logout")).status_code == 303
    # What was sent from a page after that leads back to the page.
    late = await visit.post("/c/1/write", {"body": "x"}, Referer="http://hilo.test/c/1?q=a")
    assert (late.status_code, late.headers["location"]) == (303, "/login?next=%2Fc%2F1%3Fq%3Da")
    foreign = await visit.post("/c/1/write", {"body": "x"}, Referer="http://other.test/c/1")
    assert foreign.status_code == 401
    assert "hilo_session" not in visit.http.cookies
    copy = pages.visit()
    copy.http.cookies.update(cookies)
    assert (await copy.get("/")).status_code == 303


async def test_a_login_ends_with_its_key_and_by_disuse(pages: Pages) -> None:
    world = pages.world
    key, row = await world.access.create_key("shop", tenant="sol")
    visit = await pages.visit().log_in(key)
    await world.access.revoke_key(row.id)
    assert (await visit.get("/")).status_code == 303
    other = await pages.visit().log_in()
    pages.web.sign_in._idle = 0.0
    assert (await other.get("/")).status_code == 303


async def test_too_many_attempts_wait(pages: Pages) -> None:
    visit = pages.visit()
    await visit.get("/login")
    codes = [(await visit.post("/login", {"key": "hilo_no"})).status_code for _ in range(12)]
    assert codes[:10] == [401] * 10
    assert codes[10:] == [429] * 2
    throttled = await visit.post("/login", {"key": SERVER_KEY})
    assert throttled.status_code == 429, "also the right key waits"
    assert Html(throttled.text).all("p", role="alert")


async def test_behind_https_the_cookie_is_secure_and_addresses_are_told_apart(pages: Pages) -> None:
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    believed = replace(pages.web, trusted_proxies=(ip_network("127.0.0.1"),))
    for web, secure in ((pages.web, False), (believed, True)):
        pages.world.app.state.web = web
        visit = pages.visit(**proxied)
        await visit.get("/login")
        for _ in range(3):
            answer = await visit.post("/login", {"key": SERVER_KEY})
        cookies = " ".join(answer.headers.get_list("set-cookie"))
        assert ("Secure" in cookies) is secure
