"""The reply worker over a real store, with the real agent: one answer, whatever comes between."""

import asyncio
import datetime as dt
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import psycopg
import pytest

from app.agent import OfflineModel, SchedulingAgent, build_model
from app.calendars.google import GoogleCalendar
from app.channels.registry import Channels
from app.channels.twilio import TwilioChannel
from app.errors import AgentError
from app.extraction.rules import RulesExtractor
from app.models import DeliveryStatus, EventStatus, ModelUsage, Role
from app.services.batch import BatchPolicy, BatchService
from app.services.metrics import exposition
from app.services.model_budget import ModelBudget, count
from app.services.replies import ReplyPolicy, ReplyWorker
from app.services.wake import Wake
from app.store.batch import BatchScope
from app.store.events import Decision
from app.store.store import Store
from tests.services.conftest import ROSA, message
from tests.support.openai_server import OpenAIServer, say

AGENT = SchedulingAgent(OfflineModel())


def worker(store: Store, agent=AGENT, channels: Channels | None = None, **policy) -> ReplyWorker:
    channels = channels or Channels(TwilioChannel(auth_token="x"))
    return ReplyWorker(store, agent, channels, policy=ReplyPolicy(**policy), delivery=Wake())


@asynccontextmanager
async def running(*workers: ReplyWorker):
    tasks = [asyncio.create_task(one.run()) for one in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(what, seconds: float = 10.0):
    async with asyncio.timeout(seconds):
        while not (found := await what()):
            await asyncio.sleep(0.02)
    return found


async def answers(store: Store, tenant, contact: str = ROSA) -> list:
    return [m for m in await store.conversation_context(tenant.id, contact, 50) if m.role is Role.BOT]


class Interrupted(SchedulingAgent):
    """Runs `before` ahead of each turn."""

    def __init__(self, before) -> None:
        super().__init__(OfflineModel())
        self.before, self.turns = before, 0

    async def answer(self, turn, *, busy):
        self.turns += 1
        await self.before(self.turns)
        return await super().answer(turn, busy=busy)


async def test_a_burst_gets_one_answer_with_its_event(store, tenant):
    for line in ("Hola, quiero una cita", "el 4 de marzo de 2031 a las 10", "para revisión"):
        await store.store_message(message(line), quiet_seconds=0.15)
    async with running(worker(store)):
        (answer,) = await until(lambda: answers(store, tenant))
        await asyncio.sleep(0.3)
    assert len(await answers(store, tenant)) == 1
    assert answer.delivery_status is DeliveryStatus.HELD  # no REST credentials: a webhook carries it
    (event,) = (await store.list_events(tenant.id)).items
    assert event.status is EventStatus.CONFIRMED
    assert (await store.status()).replies_due == 0


async def test_a_calendar_that_breaks_keeps_nobody_waiting_for_an_answer(store, tenant):
    """Whatever breaks: here what says who we are there, with an error that is none of ours."""

    async def grants(_):
        raise ValueError("no such key")

    calendar = GoogleCalendar(grants, default_calendar="citas@group.calendar.example")
    await store.store_message(message("Una cita el 4 de marzo de 2031 a las 10, para revisión"), quiet_seconds=0)
    one = ReplyWorker(
        store,
        AGENT,
        Channels(TwilioChannel(auth_token="x")),
        policy=ReplyPolicy(),
        delivery=Wake(),
        calendar=calendar,
    )
    assert calendar.place(tenant)
    async with running(one):
        await until(lambda: answers(store, tenant))
    await calendar.aclose()
    (event,) = (await store.list_events(tenant.id)).items
    assert event.status is EventStatus.CONFIRMED


async def test_an_overtaken_answer_is_not_kept_and_the_next_knows_all(store, tenant):
    async def overtake(turn: int) -> None:
        if turn == 1:
            await store.store_message(message("a las 11 mejor, para corte"), quiet_seconds=0)

    agent = Interrupted(overtake)
    await store.store_message(message("Quiero una cita el 5 de marzo de 2031 a las 10"), quiet_seconds=0)
    async with running(worker(store, agent)):
        await until(lambda: answers(store, tenant))
        await asyncio.sleep(0.2)
    assert len(await answers(store, tenant)) == 1
    assert agent.turns == 2
    (event,) = (await store.list_events(tenant.id)).items
    assert event.start.astimezone(tenant.zone).hour == 11


async def test_what_the_batch_books_during_a_turn_is_not_taken_for_somebody_else_s(store, tenant):
    batch = BatchService(store, RulesExtractor(), policy=BatchPolicy())

    async def read(turn: int) -> None:
        if turn == 1:
            await batch.process_conversations_batch(trigger="cli", scope=BatchScope(everything=True))
            await store.decide_event(tenant.id, (await store.list_events(tenant.id)).items[0].id, Decision.APPROVE)

    agent = Interrupted(read)
    await store.store_message(message("Quiero un corte de pelo el 5 de marzo de 2031 a las 10"), quiet_seconds=0)
    async with running(worker(store, agent)):
        (answer,) = await until(lambda: answers(store, tenant))
    assert agent.turns == 2
    assert "ya no tengo lugar" not in answer.body
    assert "a las 10:00" in answer.body
    (event,) = (await store.list_events(tenant.id)).items
    assert (event.status, event.start.astimezone(tenant.zone).hour) == (EventStatus.CONFIRMED, 10)


async def test_a_person_who_takes_over_silences_the_answer_being_written(store, tenant):
    async def take_over(_: int) -> None:
        conversation = (await store.list_conversations(tenant.id)).items[0]
        await store.pause_conversation(tenant.id, conversation.id, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))

    await store.store_message(message("hola"), quiet_seconds=0)
    agent = Interrupted(take_over)
    async with running(worker(store, agent)):
        async with asyncio.timeout(5):
            while not agent.turns:
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
    assert await answers(store, tenant) == []


async def test_two_workers_answer_each_conversation_once(store, tenant):
    contacts = [f"{ROSA}{n}" for n in range(20)]
    for contact in contacts:
        await store.store_message(message("hola", contact=contact), quiet_seconds=0)
    async with running(worker(store), worker(store)):
        for contact in contacts:
            await until(lambda contact=contact: answers(store, tenant, contact))
    assert [len(await answers(store, tenant, contact)) for contact in contacts] == [1] * 20


async def test_a_dead_workers_conversation_is_answered_when_its_lease_is_over(store, tenant):
    await store.store_message(message("hola"), quiet_seconds=0)
    claim = await store.claim_reply(uuid4(), lease_seconds=0.5)
    assert claim.claimed
    async with running(worker(store)):
        await asyncio.sleep(0.2)
        assert await answers(store, tenant) == []
        await until(lambda: answers(store, tenant))


async def test_a_long_turn_keeps_its_lease(store, tenant):
    async def dawdle(_: int) -> None:
        await asyncio.sleep(1.2)

    agents = [Interrupted(dawdle), Interrupted(dawdle)]
    await store.store_message(message("hola"), quiet_seconds=0)
    async with running(*(worker(store, agent, lease_seconds=0.5) for agent in agents)):
        await until(lambda: answers(store, tenant))
    assert sum(agent.turns for agent in agents) == 1


async def test_a_turn_that_fails_is_tried_again_and_parked_in_the_end(store, tenant, monkeypatch):
    monkeypatch.setattr("app.services.replies._RETRY_SECONDS", 0.01)
    monkeypatch.setattr("app.services.replies._MODEL_ATTEMPTS", 4)

    async def fail(_: int) -> None:
        raise AgentError("the model is away")

    agent = Interrupted(fail)
    await store.store_message(message("hola, quisiera una cita"), quiet_seconds=0)

    async def parked():
        return (await store.list_conversations(tenant.id, parked=True)).items

    async with running(worker(store, agent)):
        (conversation,) = await until(parked)
    assert (conversation.reply_error, agent.turns) == ("the model is away", 4)
    # Meanwhile the customer heard something, once and in their language.
    [word] = await answers(store, tenant)
    assert word.body.startswith("Recibí tu mensaje")
    # A new message is a new chance.
    await store.store_message(message("¿hola?"), quiet_seconds=0)
    async with running(worker(store)):
        await until(lambda: _more_than(store, tenant, 1))


async def _more_than(store, tenant, number):
    said = await answers(store, tenant)
    return said if len(said) > number else []


async def test_a_model_that_comes_back_answers_what_was_held_up(store, tenant, monkeypatch):
    monkeypatch.setattr("app.services.replies._RETRY_SECONDS", 0.01)

    async def fail_thrice(turn: int) -> None:
        if turn <= 3:
            raise AgentError("the model is away")

    await store.store_message(message("Hi, could I get an appointment?"), quiet_seconds=0)
    async with running(worker(store, Interrupted(fail_thrice))):
        said = await until(lambda: _more_than(store, tenant, 1))
    assert [m.body.startswith("Thanks, I got your message") for m in said] == [True, False]
    assert "when would you like it" in said[1].body


async def test_what_the_model_takes_is_counted_and_capped(store, tenant):
    """15 tokens an answer, 20 a day: two answers by the model, then the offline one."""
    budget = ModelBudget(store, model="m", daily_tokens=20, input_price=100_000, output_price=0)
    with OpenAIServer(respond=lambda _: say("¿Qué día le gustaría?")) as server:
        agent = SchedulingAgent(build_model("k", server.base_url, "m"), on_usage=count)
        one = ReplyWorker(
            store, agent, Channels(TwilioChannel(auth_token="x")), policy=ReplyPolicy(), delivery=Wake(),
            budget=budget, offline=AGENT,
        )  # fmt: skip
        async with running(one):
            for number in range(1, 4):
                assert len(await budget.findings()) == (number > 2)
                await store.store_message(message("quiero una cita"), quiet_seconds=0)
                one.wake.nudge()
                said = await until(lambda number=number: _more_than(store, tenant, number - 1))
    assert [m.body == "¿Qué día le gustaría?" for m in said] == [True, True, False]
    [row] = await store.model_usage(tenant.id)
    assert (row.part, row.calls, row.input_tokens, row.output_tokens, row.cost) == ("agent", 2, 20, 10, 2.0)
    assert (
        f'hilo_model_tokens_total{{kind="input",part="agent",tenant="{tenant.slug}"}} 20.0' in exposition(None).decode()
    )
    assert "offline model answers" in (await budget.findings())[0].detail
    # Another business has its own day.
    other = await store.save_tenant("other", name="Other", timezone="America/Lima", locale="es")
    async with budget.metered(other, "agent") as bill:
        assert bill is not None


async def test_answers_at_once_do_not_overshoot_the_day(store, tenant, database_dsn):
    """Twenty ask at the same moment, with 3,000 tokens a day and about 1,500 an answer: one more may."""
    budget, taken = ModelBudget(store, model="m", daily_tokens=3000), ModelUsage(calls=1, input_tokens=1500)
    async with budget.metered(tenant, "agent") as bill:
        bill.add(taken)

    async def one() -> bool:
        async with budget.metered(tenant, "agent") as bill:
            await asyncio.sleep(0.05)
            if bill is not None:
                bill.add(taken)
        return bill is not None

    assert sum(await asyncio.gather(*(one() for _ in range(20)))) == 1
    assert sum(row.tokens for row in await store.model_usage(tenant.id)) == 3000
    # What a process that died had set down counts for an hour, no longer.
    raised = ModelBudget(store, model="m", daily_tokens=3100)
    await store.reserve_model(uuid4(), tenant=tenant.id, part="agent", model="m", cap=3100)
    async with raised.metered(tenant, "agent") as bill:
        assert bill is None
    async with await psycopg.AsyncConnection.connect(database_dsn, autocommit=True) as connection:
        await connection.execute("update model_usage set used_at = now() - interval '61 minutes' where calls = 0")
    async with raised.metered(tenant, "agent") as bill:
        assert bill is not None  # and it comes to no answer: nothing of it is counted
    assert sum(row.tokens for row in await store.model_usage(tenant.id)) == 3000


async def test_a_bug_in_a_turn_is_that_conversations_failure(store, tenant):
    async def break_(turn: int) -> None:
        if turn == 1:
            raise ZeroDivisionError

    await store.store_message(message("hola"), quiet_seconds=0)
    async with running(worker(store, Interrupted(break_))):

        async def failed():
            return [c for c in (await store.list_conversations(tenant.id)).items if c.reply_error]

        (conversation,) = await until(failed)
    assert conversation.reply_error == "ZeroDivisionError"
    assert conversation.reply_parked_at is None


async def test_a_worker_that_is_stopped_hands_over_at_once(store, tenant):
    started = asyncio.Event()

    async def hang(_: int) -> None:
        started.set()
        await asyncio.sleep(60)

    await store.store_message(message("hola"), quiet_seconds=0)
    task = asyncio.create_task(worker(store, Interrupted(hang), lease_seconds=60).run())
    await started.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    async with running(worker(store)):
        await until(lambda: answers(store, tenant), 5)


async def test_an_hour_taken_while_the_answer_was_written_is_not_given_twice(store, tenant):
    other = f"{ROSA}9"

    async def take_it(turn: int) -> None:
        if turn == 1:
            stored = await store.store_message(message("el 6 de marzo de 2031 a las 10 corte", contact=other))
            draft = {
                "title": "Corte", "start": "2031-03-06T10:00:00-05:00", "time_zone": "America/Lima",
                "status": "confirmed", "evidence": [{"message_id": str(stored.message_id), "slot": "date"}],
            }  # fmt: skip
            await store.database.call(
                "hilo_apply_event_changes",
                {
                    "p_tenant": str(tenant.id), "p_conversation_id": other, "p_source": "operator",
                    "p_changes": [{"action": "create", "event_id": str(uuid4()), "draft": draft}],
                    "p_policy": "allow", "p_minutes": 60,
                },
            )  # fmt: skip

    agent = Interrupted(take_it)
    await store.store_message(message("Quiero una cita el 6 de marzo de 2031 a las 10 para tinte"), quiet_seconds=0)
    async with running(worker(store, agent)):
        (answer,) = await until(lambda: answers(store, tenant))
    assert [e.title for e in (await store.list_events(tenant.id)).items] == ["Corte"]
    assert "agendado" not in answer.body


@pytest.mark.parametrize("first", [0, 1])
async def test_what_was_not_answered_comes_last_for_the_agent_whenever_it_was_sent(store, tenant, first):
    """A message that the comparison found carries an older time than the greeting that was sent without knowing it."""
    await store.store_message(message("Hola"), quiet_seconds=0)
    async with running(worker(store)):
        await until(lambda: answers(store, tenant))
    sent = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    lines = ["Quiero una cita el 7 de marzo de 2031", "a las 10 para corte"]
    for n in (first, 1 - first):
        late = message(lines[n], sent_at=sent + dt.timedelta(seconds=n), backfilled=True)
        await store.store_message(late, quiet_seconds=0.1)
    async with running(worker(store)):

        async def booked():
            return (await store.list_events(tenant.id)).items

        (event,) = await until(booked)
    assert event.start.astimezone(tenant.zone) == dt.datetime(2031, 3, 7, 10, tzinfo=tenant.zone)


async def test_a_message_that_comes_during_the_last_failing_turn_is_answered(store, tenant):
    await store.store_message(message("hola"), quiet_seconds=0)
    claim = await store.claim_reply(uuid4())
    await store.store_message(message("¿sigue ahí?"), quiet_seconds=0)
    await store.fail_reply(claim.conversation.id, claim.token, "the model is away", retry_seconds=None)
    async with running(worker(store)):
        await until(lambda: answers(store, tenant))


async def test_a_tenant_whose_settings_were_written_by_hand_stops_nobody(store, tenant, database_dsn):
    import psycopg

    with psycopg.connect(database_dsn) as connection:
        connection.execute("""update tenants set settings = '{"agent_enabled": null}'""")
    await store.store_message(message("hola"), quiet_seconds=0)
    async with running(worker(store)):
        await until(lambda: answers(store, tenant))
