"""The pages over the API's world of two businesses, visited through HTTP without a socket, and looked at as HTML."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from app.services.event_review import EventReview
from app.services.live import Live
from app.services.notifying.notices import Notices
from app.services.runs import Runs
from app.services.sample import Sample
from app.services.sign_in import SignIn
from app.store.batch import BatchScope
from app.web import routes
from app.web.dependencies import Web
from tests.api.conftest import SERVER_KEY, World, store, world

__all__ = ["store", "world"]


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


class Html(HTMLParser):
    """Every element with its attributes and the text directly and deeper in it."""

    VOID = frozenset({"input", "meta", "link", "img", "br", "use", "path", "line", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in self.VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            one
            for one in self.elements
            if one.tag == tag
            and all(
                value in one.attributes.get(name, "").split() or one.attributes.get(name) == value
                for name, value in wanted.items()
            )
        ]


@dataclass
class Visit:
    """A browser without a screen: keeps cookies, and sends forms with the token that a page gave it."""

    http: httpx.AsyncClient
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"Accept": "text/html"})

    async def get(self, path: str, **headers: str) -> httpx.Response:
        answer = await self.http.get(path, headers=self.headers | headers)
        tokens = Html(answer.text).all("input", name="csrf") if answer.status_code == 200 else []
        if tokens:
            self.csrf = tokens[0].attributes["value"]
        return answer

    async def page(self, path: str, **headers: str) -> Html:
        answer = await self.get(path, **headers)
        assert answer.status_code == 200, answer.text
        return Html(answer.text)

    async def post(self, path: str, form: Mapping[str, Any] | None = None, **headers: str) -> httpx.Response:
        return await self.http.post(path, data={"csrf": self.csrf, **(form or {})}, headers=self.headers | headers)

    async def log_in(self, key: str = SERVER_KEY) -> "Visit":
        await self.get("/login")
        answer = await self.post("/login", {"key": key})
        assert answer.status_code == 303, answer.text
        await self.get("/")
        return self


@dataclass
class Pages:
    """The pages' world: `world` with what the pages need, and visits."""

    world: World
    web: Web
    visits: list[httpx.AsyncClient] = field(default_factory=list)

    def visit(self, **headers: str) -> Visit:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.world.app), base_url="http://hilo.test", headers=headers, timeout=10
        )
        self.visits.append(client)
        return Visit(client)

    async def park(self, conversation: UUID) -> None:
        """The batch gives this conversation up."""
        store, run, token = self.world.store, uuid4(), uuid4()
        await store.start_batch_run(run, "cli", tenant=None, dry_run=False)
        await store.claim_batch(run, token, BatchScope(everything=True, conversation=conversation))
        await store.fail_batch(
            conversation, token, "el modelo no contesta", backoff_seconds=1, max_attempts=1, park=True
        )

    async def as_sol(self, *scopes: Any) -> Visit:
        return await self.visit().log_in(await self.world.key("sol", *scopes))


@pytest.fixture
async def pages(world: World) -> AsyncIterator[Pages]:
    services = world.app.state.services
    batch = services.inbox._batch
    runs = Runs(world.store, batch)
    sample = Sample(world.store, runs, pause=0.0)
    web = Web(
        access=world.access,
        sign_in=SignIn(world.store, world.access),
        inbox=services.inbox,
        review=EventReview(world.store),
        notices=Notices(world.store),
        live=Live(world.store, seconds=0.05, notices_seconds=0.05),
        runs=runs,
        sample=sample,
        privacy=services.privacy,
        notifications=services.notifications,
    )
    for router in routes.ROUTERS:
        world.app.include_router(router)
    routes.add_files(world.app)
    routes.add_missing_page(world.app)
    world.app.state.web = web
    made = Pages(world, web)
    yield made
    await sample.stop()
    await runs.stop()
    for client in made.visits:
        await client.aclose()
