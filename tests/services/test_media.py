"""Voice notes and pictures become text before the answer is made: real database, real HTTP, a worker that may die."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from app.channels.download import Limits
from app.channels.registry import Channels
from app.channels.waha import WahaChannel
from app.models import Amendment, AmendmentKind, InboundMessage, Media
from app.services.media.documents import Documents
from app.services.media.models import Endpoint, MediaModels
from app.services.media.worker import MediaWorker
from app.services.whatsapp_conversation import ReplyTiming, WhatsAppConversationService
from app.store.batch import BatchScope
from app.store.replies import CommitOutcome
from tests.services.conftest import message as twilio_message
from tests.support import pdfs
from tests.support.files_server import JPEG, VOICE, FilesServer

BEA = "34600100200@c.us"


@pytest.fixture
def host() -> Iterator[FilesServer]:
    with FilesServer() as server:
        server.put("/api/files/a.oga", VOICE)
        server.put("/api/files/b.jpg", JPEG, content_type="image/jpeg")
        yield server


@pytest.fixture
async def models(host: FilesServer) -> AsyncIterator[MediaModels]:
    endpoint = Endpoint(key="k", model="m", base_url=f"{host.url}/v1", seconds=5)
    made = MediaModels(hearing=endpoint, seeing=endpoint)
    yield made
    await made.aclose()


@pytest.fixture
async def worker(store, host, models) -> AsyncIterator[MediaWorker]:
    channels = Channels(WahaChannel(base_url=host.url))
    yield MediaWorker(store, channels, models, limits=Limits(max_bytes=100_000, seconds=5))
    await channels.aclose()


@pytest.fixture
def conversations(store, worker) -> WhatsAppConversationService:
    return WhatsAppConversationService(store, timing=ReplyTiming(quiet=0.0, media=600.0), reads_media=worker.reads)


@asynccontextmanager
async def running(worker: MediaWorker):
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def voice(url: str = "http://elsewhere:3000/api/files/a.oga", **given: object) -> InboundMessage:
    values: dict[str, object] = {
        "provider": "waha",
        "contact": BEA,
        "message_sid": f"v{uuid4().hex}",
        "body": "[Audio message]",
        "media": (Media(url=url, content_type="audio/ogg; codecs=opus"),),
    }
    return twilio_message(**{**values, **given})


def picture(body: str = "[Image]", **given: object) -> InboundMessage:
    image = (Media(url="http://x/api/files/b.jpg", content_type="image/jpeg"),)
    return voice(**{"body": body, "media": image, **given})


async def ready(store, tenant, state: str = "read", seconds: float = 15.0):
    """The contact's messages, once none waits."""
    async with asyncio.timeout(seconds):
        while True:
            found = await store.conversation_context(tenant.id, BEA, 50)
            if all(m.media_state in (state, None) for m in found):
                return found
            await asyncio.sleep(0.03)


async def test_the_answer_waits_for_what_was_said(store, tenant, conversations, worker, host):
    stored = await conversations.store_message(voice())
    assert stored.reply_due
    claim = await store.claim_reply(uuid4())
    assert not claim.claimed
    assert claim.next_in > 500
    async with running(worker):
        (message,) = await ready(store, tenant)
    assert message.body == "[Audio message] el viernes a las diez"
    assert message.media[0].url.endswith("a.oga")
    claim = await store.claim_reply(uuid4())
    assert [m.body for m in claim.messages] == ["[Audio message] el viernes a las diez"]
    (heard,) = host.asked("/v1/audio")
    assert heard.headers["authorization"] == "Bearer k"
    assert VOICE in heard.body
    assert b'filename="message.ogg"' in heard.body


async def test_a_text_behind_a_voice_note_waits_with_it(store, tenant, conversations, worker):
    await conversations.store_message(voice())
    await conversations.store_message(twilio_message("¿sí?", provider="waha", contact=BEA))
    assert not (await store.claim_reply(uuid4())).claimed
    async with running(worker):
        await ready(store, tenant)
    assert len((await store.claim_reply(uuid4())).messages) == 2


async def test_captions_stay_and_several_files_are_told_apart(store, tenant, conversations, worker, host):
    host.said = "Una agenda:\n viernes 10:00"
    both = (Media(url="http://x/api/files/b.jpg", content_type="image/jpeg"), *voice().media)
    await conversations.store_message(picture("¿te va bien?"))
    await conversations.store_message(picture("[Image] [Audio message]", media=both))
    async with running(worker):
        first, second = await ready(store, tenant)
    assert first.body == "¿te va bien?\n[Image] Una agenda: viernes 10:00"
    assert second.body == "[Image] Una agenda: viernes 10:00\n[Audio message] Una agenda: viernes 10:00"
    assert b"data:image/jpeg;base64," in host.asked("/v1/chat")[0].body


async def test_a_failure_is_recorded_and_tried_again(store, tenant, conversations, worker, host, monkeypatch):
    monkeypatch.setattr("app.services.media.worker._RETRY_SECONDS", 0.05)
    host.broken = 503
    await conversations.store_message(voice())
    async with running(worker):
        async with asyncio.timeout(10):
            while len(host.asked("/v1/audio")) < 2:
                await asyncio.sleep(0.03)
        (waiting,) = await store.conversation_context(tenant.id, BEA, 50)
        assert waiting.media_error == "the model's server answered 503"
        host.broken = 0
        (message,) = await ready(store, tenant)
    assert (message.body, message.media_error) == ("[Audio message] el viernes a las diez", None)


@pytest.mark.parametrize(
    ("media", "why"),
    [
        (Media(url="http://169.254.169.254/latest", content_type="audio/ogg"), "not fetched from"),
        (Media(url="http://x/api/files/gone.oga", content_type="audio/ogg"), "not to be had"),
        (Media(url="http://x/api/files/page.html", content_type="audio/ogg"), "no audio but text/html"),
        (Media(url="http://x/api/files/page.html", content_type="image/png"), "no image"),
        (Media(url="http://x/api/files/big.oga", content_type="audio/ogg"), "larger than"),
        (Media(url="http://x/api/files/none.oga", content_type="audio/ogg"), "empty"),
    ],
)
async def test_what_cannot_be_read_is_answered_all_the_same(store, tenant, conversations, worker, host, media, why):
    host.put("/api/files/page.html", b"<html>", content_type="text/html")
    host.put("/api/files/big.oga", b"x" * 200_000)
    host.put("/api/files/none.oga", b"")
    await conversations.store_message(voice(media=(media,)))
    async with running(worker):
        (message,) = await ready(store, tenant, "failed")
    assert message.body == "[Audio message]"
    assert why in message.media_error
    assert (await store.claim_reply(uuid4())).claimed


async def test_the_wait_is_bounded(store, tenant, worker):
    soon = WhatsAppConversationService(store, timing=ReplyTiming(quiet=0.0, media=0.1), reads_media=worker.reads)
    await soon.store_message(voice())
    await asyncio.sleep(0.15)
    claim = await store.claim_reply(uuid4())
    assert [m.body for m in claim.messages] == ["[Audio message]"]
    # What is read while the answer is being made makes it void; read later, it is the batch's.
    async with running(worker):
        await ready(store, tenant)
    commit = await store.commit_reply(
        claim.conversation.id, claim.token, last_seq=claim.last_seq, parts=[(uuid4(), "¿qué decías?")], changes=[],
        deliver="queued", conflict_policy="refuse", event_minutes=60,
    )  # fmt: skip
    assert commit.outcome is CommitOutcome.LOST
    assert (await store.claim_reply(uuid4())).messages[0].body.endswith("diez")


async def test_the_batch_reads_again_what_became_text_later(store, tenant, conversations, worker):
    await conversations.store_message(voice())
    scope, run, token = BatchScope(everything=True), uuid4(), uuid4()
    state = await store.claim_batch(run, token, scope)
    await store.complete_batch(state, token, [], messages_read=1, conflict_policy="review", event_minutes=60)
    assert await store.count_batch(scope) == 0
    async with running(worker):
        (message,) = await ready(store, tenant)
    assert not message.processed
    assert await store.count_batch(scope) == 1


async def test_two_workers_and_a_dead_one_read_once(store, tenant, conversations, worker, host, models):
    for _ in range(6):
        await conversations.store_message(voice())
    dead = await store.claim_media(uuid4(), ["waha"], lease_seconds=0.2)
    assert dead.claimed
    repeated = await store.claim_media(dead.token, ["waha"], lease_seconds=0.2)
    assert repeated.message.id == dead.message.id
    other = MediaWorker(store, worker._channels, models, limits=worker._limits)
    async with running(worker), running(other):
        await ready(store, tenant)
    assert len(host.asked("/v1/audio")) == 6
    assert await store.finish_media(dead.message.id, dead.token, before="[Audio message]", body="otra cosa") == "lost"


async def test_what_is_deleted_or_edited_meanwhile_stays_so(store, tenant, conversations):
    note = voice()
    await conversations.store_message(note)
    claim = await store.claim_media(uuid4(), ["waha"])
    deleted = note.model_copy(update={"body": "[Deleted message]"})
    await conversations.amend_message(Amendment(kind=AmendmentKind.REVOKED, message=deleted, amendment_sid="d"))
    assert await store.finish_media(claim.message.id, claim.token, before=note.body, body="hola") == "changed"
    (message,) = await store.conversation_context(tenant.id, BEA, 50)
    assert (message.body, message.media_state) == ("[Deleted message]", None)
    assert not (await store.claim_media(uuid4(), ["waha"])).claimed


async def test_the_webhook_that_comes_after_the_comparison_keeps_the_text(store, tenant, conversations, worker):
    note = voice(backfilled=True)
    await conversations.store_message(note)
    async with running(worker):
        await ready(store, tenant)
    assert (await conversations.store_message(note.model_copy(update={"backfilled": False}))).outcome == "duplicate"
    (message,) = await ready(store, tenant)
    assert message.body == "[Audio message] el viernes a las diez"
    assert not message.backfilled


async def test_documents_are_read_without_a_model(store, tenant, host):
    host.put("/api/files/p.pdf", pdfs.pdf(["Presupuesto", "viernes 10:00"]), content_type="application/pdf")
    host.put("/api/files/b.pdf", pdfs.bomb(), content_type="application/pdf")
    channels = Channels(WahaChannel(base_url=host.url))
    worker = MediaWorker(store, channels, Documents(), limits=Limits(max_bytes=5_000_000, seconds=5))
    conversations = WhatsAppConversationService(store, timing=ReplyTiming(quiet=0.0), reads_media=worker.reads)
    for body, name in (("[Document] nota.pdf", "p"), ("mire", "p"), ("[Document]", "p"), ("[Document] b.pdf", "b")):
        url = f"http://x/api/files/{name}.pdf"
        await conversations.store_message(voice(body=body, media=(Media(url=url, content_type="application/pdf"),)))
    async with running(worker), asyncio.timeout(30):
        found = []
        while not found or any(m.media_state == "waiting" for m in found):
            await asyncio.sleep(0.05)
            found = await store.conversation_context(tenant.id, BEA, 9)
    assert [m.body for m in found] == [
        "[Document] nota.pdf: Presupuesto viernes 10:00", "mire\n[Document] Presupuesto viernes 10:00",
        "[Document] Presupuesto viernes 10:00", "[Document] b.pdf",
    ]  # fmt: skip
    assert "unpacks to too much" in found[-1].media_error
    await channels.aclose()


async def test_without_a_model_for_it_a_file_stays_as_it_is(store, tenant, host):
    models = MediaModels(hearing=Endpoint(key="k", model="m", base_url=f"{host.url}/v1"))
    channels = Channels(WahaChannel(base_url=host.url))
    worker = MediaWorker(store, channels, models, limits=Limits(max_bytes=1000, seconds=1))
    conversations = WhatsAppConversationService(store, timing=ReplyTiming(quiet=0.0), reads_media=worker.reads)
    await conversations.store_message(picture())
    await conversations.store_message(voice(provider="chatwoot"))  # not set up to be fetched from
    found = await store.conversation_context(tenant.id, BEA, 50)
    assert [m.media_state for m in found] == [None, None]
    assert (await store.claim_reply(uuid4())).claimed
    await models.aclose()
    await channels.aclose()
