"""Somebody is told: a webhook behind HTTP that fails, a Twilio that drops connections, several tellers, kill -9."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi import FastAPI, Request, Response

from app.channels.registry import Channels
from app.errors import InvalidRequest, SendRefused
from app.models import DeliveryStatus, EventStatus, StatusUpdate
from app.services.health import Health
from app.services.notifying.notifications import Kind, Notifications
from app.services.notifying.notifier import Notifier
from app.services.notifying.webhook import OwnerWebhook, new_secret
from app.store.batch import BatchScope
from app.store.events import Decision
from app.store.store import Store
from tests.services.conftest import OURS, ROSA, message
from tests.support.changes import create
from tests.support.serve import serving

OWNER = "+51911222333"
HX = "HX" + "0123456789abcdef" * 2


@dataclass
class Receiver:
    """The owner's server. `answers` are given one after the other, then 204; "hang" answers nothing."""

    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int | str] = field(default_factory=list)
    url: str = ""

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/hook")
        async def hook(request: Request) -> Response:
            self.got.append((dict(request.headers), await request.body()))
            answer = self.answers.pop(0) if self.answers else 204
            if answer == "hang":
                await asyncio.sleep(30)
            return Response(status_code=int(answer) if answer != "hang" else 204)

        return app

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]

    def payloads(self) -> list[dict]:
        return [json.loads(body) for _, body in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    async with serving(receiver.app()) as port:
        receiver.url = f"http://127.0.0.1:{port}/hook"
        yield receiver


@pytest.fixture
async def nowhere() -> AsyncIterator[Channels]:
    """No channel that sends."""
    made = Channels()
    yield made
    await made.aclose()


async def propose(store: Store, *, contact: str = ROSA, start: datetime | None = None, status="proposed", **draft):
    stored = await store.store_message(
        message("el viernes a las 10", contact=contact, contact_name="Rosa Quispe"), quiet_seconds=3600
    )
    run, token = uuid4(), uuid4()
    await store.start_batch_run(run, "cli", tenant=None, dry_run=False)
    state = await store.claim_batch(run, token, BatchScope(everything=True, conversation=stored.conversation))
    given = {"title": "Corte de pelo", "status": EventStatus(status)} | draft
    change = create(stored.message_id, start or datetime(2099, 6, 26, 15, tzinfo=UTC), **given)
    await store.complete_batch(
        state, token, [change], messages_read=state.message_count, conflict_policy="allow", event_minutes=60
    )
    return change.event_id


@contextlib.asynccontextmanager
async def telling(store: Store, channels: Channels, *, count: int = 1, **options) -> AsyncIterator[list[Notifier]]:
    options = {"inside": ["127.0.0.1"]} | options
    notifiers = [
        Notifier(store, channels, base_url="https://hilo.example", look_seconds=0.1, **options) for _ in range(count)
    ]
    tasks = []
    for notifier in notifiers:
        notifier.poll_seconds = 0.05
        tasks.append(asyncio.create_task(notifier.run()))
    try:
        yield notifiers
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for notifier in notifiers:
            await notifier.aclose()


async def settled(store: Store, tenant_id: UUID, count: int, seconds: float = 15.0) -> list[str]:
    """The states, once `count` rows are there and none waits."""
    async with asyncio.timeout(seconds):
        while True:
            states = [row.state for row in await store.list_notifications(tenant_id)]
            if len(states) >= count and not {"queued", "sending"} & set(states):
                return states
            await asyncio.sleep(0.05)


def due(dsn: str) -> None:
    """As if all pauses and leases were over."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("update notifications set next_at = now(), lease_until = null where state <> 'sent'")


async def listen(store: Store, **given):
    (tenant,) = [one for one in await store.list_tenants() if one.slug == "default"]
    wanted = {"webhook": None, "whatsapp": None, "email": None, "digest_hour": None} | given
    return await Notifications(store, inside=["127.0.0.1"]).set(tenant, **wanted)


async def test_a_webhook_hears_once_from_any_number_of_tellers_and_can_check_who_speaks(
    store, receiver, nowhere, caplog
):
    caplog.set_level("INFO", logger="httpx")
    tenant, secret = await listen(store, webhook=receiver.url)
    assert secret
    assert secret.startswith("whsec_")
    events = [await propose(store, contact=f"whatsapp:+5198700000{n}") for n in range(4)]
    async with telling(store, nowhere, count=3):
        assert await settled(store, tenant.id, 4) == ["sent"] * 4
        await asyncio.sleep(0.5)
    assert len(receiver.got) == len(set(receiver.ids)) == 4
    for headers, body in receiver.got:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        mac = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
        assert headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()
        assert abs(int(headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 60
    assert receiver.url not in caplog.text  # an address is often a secret
    payloads = receiver.payloads()
    assert {p["type"] for p in payloads} == {"event_proposed"}
    assert {p["data"]["events"][0]["id"] for p in payloads} == {str(event) for event in events}
    assert {p["link"] for p in payloads} == {"https://hilo.example/review"}
    assert payloads[0]["text"].startswith(
        "Una cita espera tu decisión: Corte de pelo, Rosa Quispe, viernes 26 de junio"
    )


async def test_a_failing_webhook_is_tried_again_under_the_same_id(store, receiver, nowhere, database_dsn, monkeypatch):
    monkeypatch.setattr("app.services.notifying.notifier._RETRY_SECONDS", 0.05)
    tenant, _ = await listen(store, webhook=receiver.url)
    await propose(store)
    receiver.answers = [503, 302, "hang"]
    async with telling(store, nowhere):
        async with asyncio.timeout(15):
            while len(receiver.got) < 3:
                await asyncio.sleep(0.05)
    # The process ended in the middle of the third; another one takes it up when the lease is over.
    due(database_dsn)
    async with telling(store, nowhere):
        assert await settled(store, tenant.id, 1) == ["sent"]
    assert len(receiver.got) == 4
    assert len(set(receiver.ids)) == 1
    # A webhook that says it is gone is not asked again.
    receiver.answers = [410]
    await propose(store, contact="whatsapp:+51987000999")
    async with telling(store, nowhere):
        assert await settled(store, tenant.id, 2) == ["failed", "sent"]
    assert len(receiver.got) == 5
    (finding,) = await Health(store).findings()
    assert finding.detail == "1 could not be told to their owners: hilo notify log"


async def test_the_owner_hears_on_whatsapp_once_whatever_happens_on_the_way(
    store, channels, twilio, database_dsn, monkeypatch
):
    monkeypatch.setattr("app.services.notifying.notifier._RETRY_SECONDS", 0.05)
    await store.save_channel("default", "twilio", OURS)
    tenant, _ = await listen(store, whatsapp="+51 911 222 333")
    for n in range(3):
        await propose(store, contact=f"whatsapp:+5198700000{n}", title=f"Corte {n}")
    await wrote(store, database_dsn, hours=1)
    twilio.fault("drop-after")  # taken, and the answer lost
    async with telling(store, channels, count=2):
        assert await settled(store, tenant.id, 3) == ["sent"] * 3
    (told,) = twilio.sent
    assert (told.to, told.from_) == (f"whatsapp:{OWNER}", OURS)
    first, *events, link = told.body.splitlines()
    assert first == "3 citas esperan tu decisión:"
    assert [line[:9] for line in events] == ["- Corte 0", "- Corte 1", "- Corte 2"]
    assert link == "https://hilo.example/review"
    # Nothing of it is a conversation of ours, and no words stay behind.
    assert len((await store.list_conversations(tenant.id)).items) == 4
    with psycopg.connect(database_dsn) as connection:
        assert connection.execute("select count(*) from notifications where body is not null").fetchone() == (0,)


async def wrote(store: Store, dsn: str, *, hours: float, text: str = "hola") -> None:
    """The owner wrote to the business so long ago."""
    await store.store_message(message(text, contact=f"whatsapp:{OWNER}", phone=OWNER), quiet_seconds=3600)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "update whatsapp_conversations set last_inbound_at = now() - make_interval(secs => %s) where phone = %s",
            [hours * 3600, OWNER],
        )


async def test_after_the_window_the_owner_hears_by_template_once_or_it_is_said_why_not(
    store, channels, twilio, database_dsn, monkeypatch
):
    monkeypatch.setattr("app.services.notifying.notifier._RETRY_SECONDS", 0.05)
    await store.save_channel("default", "twilio", OURS)
    tenant, _ = await listen(store, whatsapp=OWNER)
    await store.save_tenant(
        tenant.slug, name=tenant.name, timezone=tenant.timezone, locale="es", settings={"templates": {"twilio": HX}}
    )
    await wrote(store, database_dsn, hours=25)
    for n in range(14):
        await propose(store, contact=f"whatsapp:+519870000{n:02}", title=f"Corte {n} " + "x" * 60)
    twilio.fault("drop-after")
    async with telling(store, channels, count=2):
        assert await settled(store, tenant.id, 14) == ["sent"] * 14
        (told,) = twilio.sent
        assert told.body.startswith("Mensaje: 14 citas esperan tu decisión: - Corte 0")
        assert told.body.endswith("… https://hilo.example/review")
        assert len(told.body) <= len("Mensaje: ") + 900
        # Twilio takes some of what it then refuses.
        await store.update_delivery(
            StatusUpdate(provider="twilio", message_sid=told.sid, status=DeliveryStatus.UNDELIVERED, error_code="63016")
        )
        rows = await store.list_notifications(tenant.id)
        assert {row.state for row in rows} == {"failed", "sent"}
        assert [row.error for row in rows if row.error] == ["63016"]
        # Nobody who said STOP gets a template, and without one it is said what to do.
        await wrote(store, database_dsn, hours=26, text="STOP")
        await propose(store)
        await settled(store, tenant.id, 15)
        await wrote(store, database_dsn, hours=26, text="ALTA")
        await store.save_tenant(
            tenant.slug, name=tenant.name, timezone=tenant.timezone, locale="es", settings={"templates": {}}
        )
        await propose(store, contact="whatsapp:+51987000999")
        await settled(store, tenant.id, 16)
    last, stopped, *_ = await store.list_notifications(tenant.id)
    assert "sent STOP" in (stopped.error or "")
    assert "--template" in (last.error or "")
    assert len(twilio.sent) == 1


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("https://rebound.example/hook", ["203.0.113.9", "10.0.0.5"]),
        ("https://rebound.example/hook", ["64:ff9b::a00:5"]),
        ("https://rebound.example/hook", ["::ffff:169.254.169.254"]),
        ("https://127.0.0.1:9/hook", []),
        ("http://rebound.example/hook", ["93.184.215.14"]),
    ],
)
async def test_a_webhook_does_not_lead_inside(url, addresses):
    asked = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return addresses

    webhook = OwnerWebhook(resolve=resolve)
    with pytest.raises(SendRefused, match="HILO_NOTIFY_INSIDE="):
        await webhook.post(url, new_secret(), "1", {}, timestamp=1)
    await webhook.aclose()
    assert asked == ([("rebound.example", 443)] if url.startswith("https://rebound") else [])


async def test_what_is_no_longer_so_is_not_told(store, receiver, nowhere):
    tenant, _ = await listen(store, webhook=receiver.url)
    event = await propose(store)
    await store.collect_notifications()
    await store.decide_event(tenant.id, event, Decision.APPROVE)
    async with telling(store, nowhere):
        assert await settled(store, tenant.id, 1) == ["dropped"]
    assert receiver.got == []


async def test_parked_and_disconnected_have_links_of_their_own(store, receiver, nowhere, database_dsn):
    tenant, _ = await listen(store, webhook=receiver.url, off=[Kind.EVENT_PROPOSED])
    await propose(store)
    with psycopg.connect(database_dsn, autocommit=True) as connection:
        connection.execute("update whatsapp_conversations set reply_parked_at = now()")
    await store.calendar_down(tenant.id, by="write")
    (conversation,) = (await store.list_conversations(tenant.id)).items
    async with telling(store, nowhere):
        assert await settled(store, tenant.id, 2) == ["sent", "sent"]
    assert {(p["type"], p["link"]) for p in receiver.payloads()} == {
        ("conversation_parked", f"https://hilo.example/c/{conversation.id}"),
        ("calendar_disconnected", "https://hilo.example/status"),
    }


async def test_the_morning_s_digest_on_the_tenants_clock_once_a_day(store, receiver, nowhere, database_dsn):
    tenant, _ = await listen(store, webhook=receiver.url, digest_hour=8, off=[Kind.EVENT_PROPOSED])
    with psycopg.connect(database_dsn, autocommit=True) as connection:
        connection.execute(
            "update tenants set settings = jsonb_set(settings, '{notify,since}', to_jsonb(%s::text))",
            ["2026-01-01T00:00:00+00:00"],
        )
    # Lima is five hours behind UTC: 03:00 UTC on the 28th is still the 27th there.
    night = datetime(2099, 6, 26, 3, 30, tzinfo=UTC)
    await propose(store, start=night, status="confirmed", title="Tinte")
    await propose(
        store, start=datetime(2099, 6, 25, 15, tzinfo=UTC), status="confirmed", contact="whatsapp:+5198700011"
    )
    await propose(
        store, start=datetime(2099, 6, 26, 15, tzinfo=UTC), status="confirmed", contact="whatsapp:+5198700012"
    )
    await propose(store, contact="whatsapp:+5198700013")
    clock = {"now": datetime(2099, 6, 25, 12, 59, tzinfo=UTC)}  # 07:59 in Lima
    async with telling(store, nowhere, count=2, now=lambda: clock["now"]):
        await asyncio.sleep(0.5)
        assert receiver.got == []
        clock["now"] += timedelta(minutes=1)
        assert await settled(store, tenant.id, 1) == ["sent"]
        await asyncio.sleep(0.4)
        clock["now"] += timedelta(hours=4)  # the morning is over
        await asyncio.sleep(0.3)
    (digest,) = receiver.payloads()
    assert digest["data"]["day"] == "2099-06-25"
    assert [event["title"] for event in digest["data"]["events"]] == ["Corte de pelo", "Tinte"]
    assert len(digest["data"]["reviews"]) == 1
    assert digest["text"].startswith(
        "Citas de hoy, jueves 25 de junio:\n- 10:00 Corte de pelo (Rosa Quispe)\n- 22:30 Tinte"
    )


async def test_settings_are_checked_and_a_test_message_goes_out(store, receiver, nowhere):
    tenant, _ = await listen(store)
    with pytest.raises(InvalidRequest):
        await Notifications(store).test(tenant)
    for wrong in ({"webhook": "ftp://x"}, {"webhook": "x"}, {"whatsapp": "maria"}, {"digest_hour": 24}):
        with pytest.raises(InvalidRequest):
            await listen(store, **wrong)
    tenant, first = await listen(store, webhook=receiver.url)
    tenant, again = await listen(store, webhook=receiver.url)
    assert first
    assert again is None
    assert first not in repr(tenant)
    assert await Notifications(store).test(tenant) == ["webhook"]
    async with telling(store, nowhere):
        await settled(store, tenant.id, 1)
    assert receiver.payloads()[0]["type"] == "test"
