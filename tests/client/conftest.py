"""The real API on a real socket, which a test may take away and bring back."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn

from tests.api.conftest import store, world
from tests.support.servers import free_port

__all__ = ["store", "world"]


class Api:
    """The API under one address; `down` and `up` as often as a test likes."""

    def __init__(self, app) -> None:
        self._app = app
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task | None = None

    async def up(self) -> None:
        config = uvicorn.Config(self._app, host="127.0.0.1", port=self.port, log_level="warning", lifespan="off")
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.01)

    async def down(self) -> None:
        if self._server and self._task:
            self._server.should_exit = self._server.force_exit = True
            await self._task
            self._server = None


@pytest.fixture
async def api(world) -> AsyncIterator[Api]:
    api = Api(world.app)
    await api.up()
    yield api
    await api.down()


@pytest.fixture
async def key(world) -> str:
    return await world.key("sol")


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("ENABLE_CONVERSATION_SYNC", "USE_CARTAAI_API", "CONVERSATION_OUTBOX_PATH", "ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
