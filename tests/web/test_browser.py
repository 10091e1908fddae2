"""In a real Chromium, on a real server: the story of the sample at a desk, and markup on a phone that does nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from selenium.webdriver.remote.webelement import WebElement

from tests.support.browser import Browser, chromium, programs
from tests.support.postgres import TestServer, as_url
from tests.support.servers import ServerProcess, free_port

KEY = "browser-key-0123456789"

pytestmark = pytest.mark.skipif(programs() is None, reason="chromium and chromedriver are not installed")


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: TestServer
) -> Iterator[tuple[ServerProcess, Browser]]:
    """The server and the window start side by side, each of which takes seconds."""
    folder = tmp_path_factory.mktemp("inbox")
    with postgres_server.database() as dsn, ThreadPoolExecutor(1) as beside:
        environment = {
            "HILO_PORT": str(free_port()), "HILO_DATA_DIR": str(folder / "data"), "HILO_TIMEZONE": "America/Lima",
            "HILO_API_KEY": KEY, "HILO_BATCH_INTERVAL_MINUTES": "0", "HILO_REPLY_QUIET_SECONDS": "0.2",
            "HILO_TWIML_WAIT_SECONDS": "5", "DATABASE_URL": as_url(dsn),
        }  # fmt: skip
        running = ServerProcess(environment, log=folder / "server.log", forked=True)
        starting = beside.submit(running.start, wait=120)
        try:
            with chromium(running.url) as browser:
                starting.result(timeout=130)
                yield running, browser
        finally:
            if running.process:
                running.stop()


@pytest.fixture(scope="module")
def server(both: tuple[ServerProcess, Browser]) -> ServerProcess:
    return both[0]


@pytest.fixture(scope="module")
def window(both: tuple[ServerProcess, Browser]) -> Browser:
    return both[1]


def log_in(browser: Browser) -> None:
    browser.open("/login")
    browser.fill("input[name=key]", KEY)
    browser.click("button.main")
    browser.one(".top")


# A stream that stays silent, and a clock that runs twenty times as fast.
HELD_BACK = """
    const later = setTimeout, often = setInterval;
    window.setTimeout = (what, ms) => later(what, ms / 20);
    window.setInterval = (what, ms) => often(what, ms / 20);
    window.EventSource = class { addEventListener() {} close() {} };
"""
# Where a day's name ends and its events begin, in the week.
BESIDE = """return [...document.querySelectorAll(".week .column")].map(one => [
    one.querySelector("h2").getBoundingClientRect().right, one.querySelector(".timed").getBoundingClientRect().left])"""


def too_wide(browser: Browser) -> int:
    """Pixels that a page is wider than its window."""
    return int(browser.driver.execute_script("return document.documentElement.scrollWidth - innerWidth"))


def covered(browser: Browser, element: WebElement) -> bool:
    """Whether something else lies over the middle of it, or it is scrolled away."""
    at = "const box = arguments[0].getBoundingClientRect(); return !arguments[0].contains("
    at += "document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2))"
    return bool(browser.driver.execute_script(at, element))


def says(server: ServerProcess, body: str, *, sid: str, contact: str = "whatsapp:+51999000111") -> None:
    """A customer writes: the webhook as Twilio calls it, from this machine."""
    form = {"MessageSid": sid, "From": contact, "To": "whatsapp:+14155238886", "Body": body, "ProfileName": "Ana <b>"}
    answer = httpx.post(f"{server.url}/api/v1/whatsapp/webhook", data=form, timeout=20)
    assert answer.status_code == 200, answer.text


def test_from_the_sample_to_an_approved_corrected_and_cancelled_event(window: Browser) -> None:
    browser = window
    browser.become(language="es", width=1280, height=860)
    log_in(browser)
    browser.one("h1", text="Todavía no hay conversaciones")
    browser.click("#play")
    # By themselves: the lines come in, the batch reads them, the events appear beside them.
    browser.one(".bubble", text="Déjame mirar la agenda")
    browser.one(".event.confirmed h3", text="Corte y color")
    proposal = browser.one(".event.proposed")
    proposal.click()
    lit = browser.wait(lambda _: [one for one in browser.all(".bubble.lit") if one.is_displayed()])
    assert any("otra cita igual para mi hija" in one.text for one in lit)

    # On a phone the events lie over the messages, and give way to them.
    browser.size(390, 780)
    browser.click(".to-events", text="2")
    browser.click(".cards .event.proposed h3")
    browser.wait(
        lambda _: [one for one in browser.all(".bubble.lit") if one.is_displayed() and not covered(browser, one)]
    )
    assert not browser.all("#events")[0].is_displayed()
    # A log-in that ends while somebody writes takes nothing away.
    browser.one("#body").send_keys("Un texto que no se pierde")
    browser.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.click(".compose button")
    browser.fill("input[name=key]", KEY)
    browser.click("button.main")
    browser.wait(lambda _: browser.one("#body").get_attribute("value") == "Un texto que no se pierde")
    browser.size(1280, 860)

    browser.click(".pages a", text="Revisar")
    browser.one(".queue .event:focus", text="Corte y color").send_keys("c")  # the keys act on what has the focus
    browser.fill(".edit[open] input[name=title]", "Corte de Inés")
    browser.fill(".edit[open] input[name=from]", "12:30")
    browser.click(".edit[open] button.main", text="Guardar y aprobar")
    browser.one(".banner", text="Aprobada")
    browser.one(".none", text="Nada por revisar")

    browser.click(".pages a", text="Conversaciones")
    browser.click(".row", text="Lucía")
    approved = browser.one(".event.confirmed", text="Corte de Inés")
    assert "12:30" in approved.text
    browser.driver.execute_script("arguments[0].querySelector('[data-act=cancel]').click()", approved)
    browser.one(".event.cancelled", text="Corte de Inés")
    browser.click(".event.cancelled .why summary")
    browser.click(".event.cancelled .why a", text="Detalles e historial")
    steps = browser.one(".steps-taken").text
    assert steps.index("Cancelada") < steps.index("Aprobada") < steps.index("Creada")

    browser.click(".pages a", text="Conversaciones")
    browser.click(".row", text="Lucía")
    browser.click(".note button", text="Quitar el ejemplo")
    browser.one("h1", text="Todavía no hay conversaciones")
    assert browser.complaints() == []


def test_on_a_phone_messages_come_in_by_themselves_and_their_markup_does_nothing(
    server: ServerProcess, window: Browser
) -> None:
    browser = window
    browser.become(language="en", width=390, height=780)
    log_in(browser)
    says(server, "Hola, quiero una cita", sid="SM1")
    browser.one(".row", text="Ana <b>").click()
    browser.one(".bubble.bot")
    says(server, "<img src=x onerror='document.title=1'><script>document.title=2</script>", sid="SM2")
    browser.one(".bubble.user", text="<script>document.title=2</script>")
    assert browser.driver.title == "Ana <b> · Hilo"
    says(server, "😀" * 1500, sid="SM3")
    browser.one(".bubble.user", text="😀" * 1500)
    thread = browser.driver.current_url.removeprefix(server.url).partition("?")[0]
    assert too_wide(browser) == 0

    # A proxy that holds the stream back: the page asks now and then instead.
    held_back = browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": HELD_BACK})
    browser.driver.refresh()
    browser.one(".bubble.user", text="😀" * 1500)
    says(server, "¿Sigues ahí?", sid="SM4")
    browser.one(".bubble.user", text="¿Sigues ahí?")
    browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", held_back)

    browser.fill("#body", "Te llamo en un minuto")
    browser.click(".compose button")
    browser.one(".bubble.bot", text="Te llamo en un minuto")
    browser.click("summary[aria-label=Actions]")
    browser.click(".menu button", text="Pause the bot for an hour")
    browser.one(".note", text="The bot is silent here")

    for path in ("/", "/review", "/calendar", "/calendar?view=month", "/status", "/settings", f"{thread}/data"):
        browser.open(path)
        assert too_wide(browser) == 0, path
        beside = browser.driver.execute_script(BESIDE)
        assert all(left <= right + 1 for left, right in beside), path

    copy = browser.driver.get_cookie("hilo_session")
    assert copy
    assert copy["httpOnly"]
    browser.open("/")
    browser.click("form[action='/logout'] button")
    browser.one("input[name=key]")
    browser.driver.add_cookie({"name": "hilo_session", "value": copy["value"]})
    browser.open("/")
    browser.one("input[name=key]")
    refused = [one for one in browser.complaints() if "/live" not in one]
    assert refused == []
