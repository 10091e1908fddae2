"""A customer who asks for a person: the answer goes out, the agent is silent, the provider is told."""

import asyncio

from app.agent import OfflineModel, SchedulingAgent
from app.channels.chatwoot import ChatwootChannel
from app.channels.registry import Channels
from app.services.replies import ReplyPolicy, ReplyWorker
from app.services.wake import Wake
from tests.services.conftest import message
from tests.support import chatwoot_server as chatwoot


async def test_the_agent_is_silent_and_chatwoot_open(store, tenant):
    with chatwoot.ChatwootServer() as server:
        number = server.add_conversation(server.add_contact("+34600100200")).id
        channels = Channels(ChatwootChannel(base_url=server.url, api_token=chatwoot.TOKEN, account_id=chatwoot.ACCOUNT))
        here = {
            "provider": "chatwoot",
            "channel_address": f"{chatwoot.ACCOUNT}/2",
            "contact": "chatwoot:1:5",
            "thread": str(number),
        }
        worker = ReplyWorker(
            store, SchedulingAgent(OfflineModel()), channels, policy=ReplyPolicy(human_pause_seconds=3600),
            delivery=Wake(),
        )  # fmt: skip
        await store.store_message(message("quiero hablar con una persona", **here), quiet_seconds=0)
        task = asyncio.create_task(worker.run())
        async with asyncio.timeout(15):
            while server.conversations[number].status != "open":
                await asyncio.sleep(0.03)
        await store.store_message(message("¿hola?", **here), quiet_seconds=0)
        await asyncio.sleep(0.3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await channels.aclose()
    assert server.paths("POST") == [f"POST /api/v1/accounts/{chatwoot.ACCOUNT}/conversations/{number}/toggle_status"]
    (conversation,) = (await store.list_conversations(tenant.id, paused=True)).items
    left = conversation.bot_paused_until - conversation.updated_at
    assert 3500 < left.total_seconds() <= 3600
    said = await store.conversation_context(tenant.id, "chatwoot:1:5", 50)
    assert [m.role for m in said] == ["user", "bot", "user"]
