"""The TypeScript client of docs/conversation-sync.md, checked by tsc and run by node; skipped where they are missing.

`TSC=/path/to/tsc` names a compiler that is not on the path (`npm install typescript` brings one).
"""

import asyncio
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.api.conftest import LUCIA
from tests.client.conftest import Api

DOCS = Path(__file__).resolve().parents[2] / "docs" / "conversation-sync.md"
PHONE = LUCIA.removeprefix("whatsapp:")
NODE = shutil.which("node")
TSC = os.environ.get("TSC") or shutil.which("tsc")

pytestmark = pytest.mark.skipif(not NODE or not TSC, reason="node or tsc is missing (TSC names a compiler)")

# In TypeScript too, so that the compiler sees how the client is used.
DRIVER = """
import { ConversationSyncClient, SyncError } from "./client.js";

const [url, key, phone] = process.argv.slice(2) as [string, string, string];
const client = new ConversationSyncClient(url, key, 5_000);
const said: Record<string, unknown> = {};
const tenant = await client.lookupTenant(phone);
const session = tenant.sessionId as string;
said.tenant = tenant.subDomain;
said.synced = await client.syncConversation(session, { intent: "menu", context: { orderTotal: 12.5 } });
await client.addMessage(session, "user", "hola");
await client.addMessage(session, "bot", "una vez");
await client.addMessage(session, "bot", "con id", "ts-1");
await client.addMessage(session, "bot", "con id", "ts-1");
said.state = await client.getConversation(phone, "sol");
said.refused = await client.lookupTenant("+34600999999").catch((error) => [error instanceof SyncError, error.message]);
said.away = await new ConversationSyncClient("http://127.0.0.1:9", key).lookupTenant(phone).catch(() => "away");
console.log(JSON.stringify(said));
"""


async def run(*command: str, folder: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), 60)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def test_the_client_of_the_documentation_runs(world, key, tmp_path):
    (code,) = re.findall(r"```ts\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "client.ts").write_text(code)
    (tmp_path / "driver.ts").write_text("declare const process: { argv: string[] };\n" + DRIVER)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    options = ["--strict", "--target", "es2022", "--module", "es2022", "--moduleResolution", "bundler"]
    assert TSC
    assert NODE
    await run(TSC, *options, "--lib", "es2022,dom", "client.ts", "driver.ts", folder=tmp_path)

    cut = []

    async def losing(scope, receive, send) -> None:
        """The answer to the first post of each message is lost on the way, after it was done."""
        posts = scope["type"] == "http" and scope["path"].endswith("/messages")

        async def sending(message) -> None:
            if posts and message["type"] == "http.response.start" and len(cut) % 2 == 0:
                message["status"] = 503
            await send(message)

        await world.app(scope, receive, sending)
        if posts:
            cut.append(scope["path"])

    api = Api(losing)
    await world.says("hola")
    await api.up()
    try:
        said = json.loads(await run(NODE, "driver.js", api.url, key, PHONE, folder=tmp_path))
    finally:
        await api.down()
    assert (said["tenant"], said["synced"]["currentIntent"], said["away"]) == ("sol", "menu", "away")
    assert said["refused"] == [True, "HTTP 404: No active conversation found"]
    state = said["state"]
    assert state["context"]["orderTotal"] == 12.5
    assert [m["content"] for m in state["context"]["previousMessages"]] == ["hola", "una vez", "con id"]
    assert len(cut) == 8
