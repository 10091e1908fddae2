"""A customer asks for a person: the answer goes out, the agent is silent, the provider is told, whatever crashes."""

import asyncio
import datetime as dt
from contextlib import asynccontextmanager

import pytest

from app.agent import OfflineModel, SchedulingAgent
from app.channels.chatwoot import ChatwootChannel
from app.channels.registry import Channels
from app.services.handover import HandoverWorker
from app.services.replies import ReplyPolicy, ReplyWorker
from app.services.wake import Wake
from tests.services.conftest import message
from tests.support import chatwoot_server as chatwoot

CONTACT = "chatwoot:1:5"


@pytest.fixture
def desk():
    with chatwoot.ChatwootServer() as server:
        yield server


@pytest.fixture
async def channels(desk):
    made = Channels(ChatwootChannel(base_url=desk.url, api_token=chatwoot.TOKEN, account_id=chatwoot.ACCOUNT))
    yield made
    await made.aclose()


@pytest.fixture
def here(desk):
    """Where the customer writes."""
    number = desk.add_conversation(desk.add_contact("+34600100200")).id
    address = f"{chatwoot.ACCOUNT}/2"
    return {"provider": "chatwoot", "channel_address": address, "contact": CONTACT, "thread": str(number)}


@asynccontextmanager
async def running(worker):
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def answering(store, channels, handover=None):
    policy = ReplyPolicy(human_pause_seconds=3600)
    agent = SchedulingAgent(OfflineModel())
    return ReplyWorker(store, agent, channels, policy=policy, delivery=Wake(), handover=handover)


async def until(what, seconds=15.0):
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.03)


async def test_the_agent_is_silent_and_chatwoot_open(store, tenant, channels, desk, here):
    telling = HandoverWorker(store, channels)
    conversation = desk.conversations[int(here["thread"])]
    await store.store_message(message("quiero hablar con una persona", **here), quiet_seconds=0)
    async with running(telling), running(answering(store, channels, telling.wake)):
        await until(lambda: conversation.status == "open")
        await store.store_message(message("¿hola?", **here), quiet_seconds=0)
        await asyncio.sleep(0.3)
    assert desk.paths("POST") == [
        f"POST /api/v1/accounts/{chatwoot.ACCOUNT}/conversations/{here['thread']}/toggle_status"
    ]
    (row,) = (await store.list_conversations(tenant.id, paused=True)).items
    assert 3500 < (row.bot_paused_until - dt.datetime.now(dt.UTC)).total_seconds() <= 3600
    said = await store.conversation_context(tenant.id, CONTACT, 50)
    assert [m.role for m in said] == ["user", "bot", "user"]


async def test_a_process_that_died_before_it_told_chatwoot_is_made_up_for(store, channels, desk, here):
    await store.store_message(message("quiero hablar con una persona", **here), quiet_seconds=0)
    worker = answering(store, channels)
    claim, _ = await worker.claim()
    await worker.work(claim)  # committed; nobody lived to tell
    dead, _ = await HandoverWorker(store, channels, lease_seconds=0.3).claim()
    assert (dead.claimed, dead.to_agent) == (True, False)
    assert desk.calls == []
    async with running(HandoverWorker(store, channels)):
        await until(lambda: desk.calls)
        await asyncio.sleep(0.3)
    assert len(desk.calls) == 1
    assert desk.calls[0].body == {"status": "open"}
    assert await store.finish_handover(dead.conversation.id, dead.token) == "lost"


async def test_chatwoot_is_told_again_until_it_hears_and_only_what_is_still_so(
    store, tenant, channels, desk, here, monkeypatch
):
    monkeypatch.setattr("app.services.handover._RETRY_SECONDS", 0.05)
    stored = await store.store_message(message("hola", **here), quiet_seconds=3600)
    desk.fault("error", path="toggle_status", status=503, times=2)
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    await store.pause_conversation(tenant.id, stored.conversation, soon, tell_provider=True)
    async with running(HandoverWorker(store, channels)):
        await until(lambda: desk.conversations[int(here["thread"])].status == "open")
    assert [call.body["status"] for call in desk.calls] == ["open"] * 3
    await store.pause_conversation(tenant.id, stored.conversation, soon, tell_provider=True)
    await store.pause_conversation(tenant.id, stored.conversation, None, tell_provider=True)
    worker = HandoverWorker(store, channels)
    piece, _ = await worker.claim()
    assert piece.to_agent
    await store.pause_conversation(tenant.id, stored.conversation, None)  # Chatwoot itself says so meanwhile
    await worker.work(piece)
    assert await worker.claim() == (None, None)


async def test_a_conversation_that_is_gone_there_is_told_nothing_more(store, tenant, channels, desk, here):
    stored = await store.store_message(message("hola", **{**here, "thread": "999999"}), quiet_seconds=3600)
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    await store.pause_conversation(tenant.id, stored.conversation, soon, tell_provider=True)
    worker = HandoverWorker(store, channels)
    piece, _ = await worker.claim()
    await worker.work(piece)
    assert await worker.claim() == (None, None)
    assert len(desk.calls) == 1
