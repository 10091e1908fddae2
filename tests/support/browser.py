"""A real Chromium, driven through chromedriver. Nothing here waits without a deadline."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

SECONDS = 30.0


def programs() -> tuple[str, str] | None:
    """Chromium and chromedriver; None where they are not installed."""
    browser = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


class Browser:
    """A window on `url`, with the few things that a person does in it."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver, self.url = driver, url

    def become(self, *, language: str, width: int, height: int) -> None:
        """Another person's window: nobody is logged in, and it prefers this language."""
        self.driver.get("about:blank")
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.driver.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": {"Accept-Language": language}})
        self.size(width, height)

    def size(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def open(self, path: str) -> None:
        self.driver.get(self.url + path)

    def all(self, css: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def one(self, css: str, *, text: str = "", seconds: float = SECONDS) -> WebElement:
        """The first element that is there to be seen, waiting for it; `text` is part of what it says."""

        def found(_: webdriver.Chrome) -> WebElement | None:
            return next((one for one in self.all(css) if one.is_displayed() and text in one.text), None)

        return self.wait(found, f"no {css} with {text!r}", seconds=seconds)

    def gone(self, css: str, *, seconds: float = SECONDS) -> None:
        self.wait(lambda _: not self.all(css), f"{css} stays", seconds=seconds)

    def wait(self, until, what: str = "", *, seconds: float = SECONDS):
        waiting = WebDriverWait(self.driver, seconds, 0.05, ignored_exceptions=[StaleElementReferenceException])
        return waiting.until(until, f"{what}; the page says: {self.text()[:1500]}")

    def click(self, css: str, *, text: str = "") -> None:
        element = self.one(css, text=text)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def fill(self, css: str, value: str) -> None:
        """As a person leaves a field: its value is `value`. Date and time fields differ in how one types into them."""
        self.driver.execute_script(
            "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change', {bubbles: true}))",
            self.one(css),
            value,
        )

    def text(self) -> str:
        return str(self.driver.execute_script("return document.body ? document.body.innerText : ''"))

    def complaints(self) -> list[str]:
        """What the browser complained of since the last time it was asked: errors, and what the policy refused."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


def _started(options: webdriver.ChromeOptions, driver: str, *, attempts: int = 3) -> webdriver.Chrome:
    """On a machine with too much to do Chromium now and then misses the driver's deadline for its start."""
    for attempt in range(attempts):
        try:
            return webdriver.Chrome(options=options, service=Service(driver))
        except WebDriverException:
            if attempt == attempts - 1:
                raise
    raise AssertionError


@contextmanager
def chromium(url: str, *, language: str = "es", width: int = 1280, height: int = 860) -> Iterator[Browser]:
    found = programs()
    assert found is not None
    options = webdriver.ChromeOptions()
    options.binary_location = found[0]
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
        "--disable-component-update", "--no-first-run", "--no-proxy-server", f"--window-size={width},{height}",
        f"--lang={language}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    options.page_load_strategy = "eager"  # what is looked for is waited for
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = _started(options, found[1])
    driver.set_page_load_timeout(SECONDS)
    driver.set_script_timeout(SECONDS)
    driver.execute_cdp_cmd("Network.enable", {})
    try:
        yield Browser(driver, url)
    finally:
        driver.quit()
