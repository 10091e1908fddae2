"""The batch over a real store: what it makes, what it marks, and what happens when a conversation cannot be read."""

import asyncio
import datetime as dt
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from app.errors import ExtractionError, StoreUnavailable
from app.extraction.base import Extraction, Reason, Transcript
from app.extraction.rules import RulesExtractor
from app.models import Amendment, AmendmentKind, Direction, EventSource, EventStatus, Role
from app.services.batch import BatchPolicy, BatchService
from app.services.batch_report import ConversationReport
from app.store.batch import BatchScope
from app.store.store import Store
from tests.services.conftest import OURS, ROSA, message

LIMA = ZoneInfo("America/Lima")
EVERYTHING = BatchScope(everything=True)


async def talk(store: Store, *lines: str, contact: str = ROSA, start: dt.datetime | None = None) -> None:
    """`u:` is the customer, `b:` the business on its own phone; a minute between them."""
    at = start or dt.datetime.now(dt.UTC) - dt.timedelta(minutes=30)
    for line in lines:
        who, _, body = line.partition(":")
        given = {"contact": contact, "sent_at": at}
        if who == "b":
            given |= {"direction": Direction.OUTBOUND, "role": Role.BOT}
        await store.store_message(message(body, **given))
        at += dt.timedelta(minutes=1)


def service(store: Store, extractor=None, **policy) -> BatchService:
    return BatchService(store, extractor or RulesExtractor(), policy=BatchPolicy(**policy))


async def events(store: Store, tenant):
    return (await store.list_events(tenant.id)).items


class Grumpy(RulesExtractor):
    """Cannot read conversations in which a word occurs; `hook` runs before each reading."""

    def __init__(self, word: str = "", error: Exception | None = None, hook=None) -> None:
        self.word, self.error, self.hook, self.readings = word, error, hook, 0

    async def extract(self, transcript: Transcript) -> Extraction:
        self.readings += 1
        if self.hook:
            await self.hook(self.readings)
        if self.error and any(self.word in m.text for m in transcript.messages):
            raise self.error
        return await super().extract(transcript)


SETTLED = (
    "u:Buenas, necesito una cita para limpieza dental",
    "b:Claro, ¿qué día le acomoda?",
    "u:el 3 de marzo de 2031 a las 4 de la tarde",
    "b:Perfecto, queda agendada",
    "u:gracias",
)


async def test_an_event_spread_over_messages_is_made_once_and_everything_is_marked(store, tenant):
    await talk(store, *SETTLED)
    report = await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    assert (report.run.status, report.run.conversations, report.run.messages, report.run.created) == (
        "finished",
        1,
        5,
        1,
    )
    (event,) = await events(store, tenant)
    assert event.start == dt.datetime(2031, 3, 3, 16, tzinfo=LIMA)
    assert (event.status, event.source, event.history) == (EventStatus.CONFIRMED, EventSource.BATCH, False)
    assert "limpieza" in event.title.lower()
    context = await store.conversation_context(tenant.id, ROSA, 50)
    assert all(m.processed for m in context)
    assert {e.message_id for e in event.evidence} <= {m.id for m in context}
    again = await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    assert again.run.conversations == 0

    await talk(
        store, "u:me equivoqué de hora, ¿puede ser a las 5?", "b:Sí, a las 5 entonces", start=dt.datetime.now(dt.UTC)
    )
    moved = await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    assert (moved.run.created, moved.run.updated) == (0, 1)
    (event,) = await events(store, tenant)
    assert (event.start, event.revision) == (dt.datetime(2031, 3, 3, 17, tzinfo=LIMA), 2)


async def test_a_change_asked_for_while_nobody_answers_waits_for_a_person(store, tenant):
    await talk(store, *SETTLED)
    await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    now = dt.datetime.now(dt.UTC)
    await talk(store, "u:necesito cambiarla al 4 de marzo de 2031 a las 10 de la mañana", start=now)
    for _ in range(2):
        await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    wish, event = sorted(await events(store, tenant), key=lambda e: e.status is EventStatus.CONFIRMED)
    assert (event.start, event.status) == (dt.datetime(2031, 3, 3, 16, tzinfo=LIMA), EventStatus.CONFIRMED)
    assert (wish.start, wish.status) == (dt.datetime(2031, 3, 4, 10, tzinfo=LIMA), EventStatus.PROPOSED)
    assert (wish.beside, wish.reason) == (event.id, Reason.CHANGE_UNSURE.value)

    await talk(store, "b:Sí, listo, quedó para el 4 a las 10", start=now + dt.timedelta(minutes=5))
    await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    after = {e.id: (e.start, e.status) for e in await events(store, tenant)}
    assert after[event.id] == (wish.start, EventStatus.CONFIRMED)
    assert after.get(wish.id, (None, EventStatus.CANCELLED))[1] is EventStatus.CANCELLED


async def test_an_edit_after_the_answer_is_read_after_it(store, tenant):
    """In the old words' place the new hour would stand before an answer to the old one, and be believed settled."""
    start = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=30)
    asked = message("Quiero cita el 4 de marzo de 2031 a las 9 para tinte", contact=ROSA, sent_at=start)
    await store.store_message(asked)
    await talk(store, "b:Listo, agendado: tinte, el 4 de marzo a las 9:00", start=start + dt.timedelta(minutes=1))
    await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    for minutes, words in (
        (2, "Quiero cita el 4 de marzo de 2031 a las 9 para un tinte"),
        (3, "Quiero cita el 4 de marzo de 2031 a las 11 para tinte"),
    ):
        amended = Amendment(
            kind=AmendmentKind.EDITED,
            message=asked.model_copy(update={"body": words}),
            amendment_sid=f"E{minutes}",
            at=start + dt.timedelta(minutes=minutes),
        )
        assert (await store.amend_message(amended)).outcome == "amended"
        for _ in range(2):
            await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
        made = {e.start.astimezone(LIMA).hour: e for e in await events(store, tenant)}
        assert made[9].status is EventStatus.CONFIRMED
        assert set(made) == ({9} if minutes == 2 else {9, 11})
    assert (made[11].status, made[11].beside) == (EventStatus.PROPOSED, made[9].id)
    messages = await store.conversation_context(tenant.id, ROSA, 50)
    assert {e.message_id for event in made.values() for e in event.evidence} <= {m.id for m in messages}
    assert messages[0].edited_at == start + dt.timedelta(minutes=3)


async def test_what_is_over_when_it_is_read_is_kept_as_history(store, tenant):
    began = dt.datetime(2025, 5, 5, 9, tzinfo=LIMA)
    await talk(store, "u:una cita para corte mañana a las 10 por favor", "b:Listo, mañana a las 10", start=began)
    await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    (event,) = await events(store, tenant)
    assert (event.start, event.history) == (dt.datetime(2025, 5, 6, 10, tzinfo=LIMA), True)
    assert await store.claim_publish(uuid4()) == []


async def test_a_dry_run_shows_and_changes_nothing(store, tenant):
    await talk(store, *SETTLED)
    report = await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING, dry_run=True)
    (conversation,) = report.conversations
    assert (conversation.outcome, len(conversation.changes), report.run.created) == ("planned", 1, 1)
    assert await events(store, tenant) == ()
    assert await store.count_batch(EVERYTHING) == 1
    assert (await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)).run.created == 1


async def test_one_that_fails_backs_off_is_parked_and_does_not_stop_the_others(store, tenant):
    await talk(store, *SETTLED)
    await talk(store, "u:hola, tengo un problema", contact="whatsapp:+51987000222")
    grumpy = Grumpy("problema", ExtractionError("cannot read this"))
    batch = service(store, grumpy, max_attempts=2)
    report = await batch.process_conversations_batch(trigger="cli", scope=EVERYTHING)
    assert sorted(c.outcome for c in report.conversations) == ["completed", "failed"]
    assert (report.run.failed, report.run.created) == (1, 1)
    # A scheduled run waits for the back-off; a run by hand does not.
    scheduled = BatchScope(quiet_seconds=0, max_age_seconds=0)
    assert (await batch.process_conversations_batch(trigger="schedule", scope=scheduled)).conversations == ()
    report = await batch.process_conversations_batch(trigger="cli", scope=EVERYTHING)
    assert [c.outcome for c in report.conversations] == ["parked"]
    assert (await batch.process_conversations_batch(trigger="cli", scope=EVERYTHING)).conversations == ()
    (parked,) = (await store.list_conversations(tenant.id, parked=True)).items
    assert (parked.batch_error, parked.unprocessed_count) == ("cannot read this", 1)
    await store.retry_conversation(tenant.id, parked.id)
    report = await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    assert [c.outcome for c in report.conversations] == ["completed"]


async def test_a_bug_in_the_extractor_is_that_conversations_failure(store, tenant):
    await talk(store, "u:hola")
    report = await service(store, Grumpy("hola", ZeroDivisionError("oops"))).process_conversations_batch(
        trigger="cli", scope=EVERYTHING
    )
    assert [(c.outcome, c.error) for c in report.conversations] == [
        ("failed", "the extractor broke: ZeroDivisionError")
    ]


async def test_a_message_that_comes_while_it_reads_stays_for_the_next_run_or_is_read(store, tenant):
    await talk(store, *SETTLED)

    async def interrupt(reading: int) -> None:
        if reading == 1:
            await store.store_message(message("¿y cuánto cuesta?"))

    report = await service(store, Grumpy(hook=interrupt)).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    assert report.run.created == 1
    late = (await store.conversation_context(tenant.id, ROSA, 1))[0]
    assert (late.body, late.processed) == ("¿y cuánto cuesta?", False)
    assert await store.count_batch(EVERYTHING) == 1


async def test_events_that_change_while_it_reads_make_it_read_again(store, tenant):
    await talk(store, *SETTLED)
    first = await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    event = first.conversations[0].events[0]
    await talk(store, "u:perfecto", start=dt.datetime.now(dt.UTC))

    async def interrupt(reading: int) -> None:
        if reading == 1:
            await store.database.call(
                "hilo_update_event", {"p_tenant": str(tenant.id), "p_event": str(event.id), "p_action": "cancel"}
            )

    grumpy = Grumpy(hook=interrupt)
    report = await service(store, grumpy).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    assert (grumpy.readings, report.run.updated) == (2, 0)
    assert [e.status for e in await events(store, tenant)] == [EventStatus.CANCELLED]


async def test_a_stopped_run_leaves_its_conversation_to_the_next(store, tenant):
    await talk(store, *SETTLED)
    reading = asyncio.Event()

    async def hang(_: int) -> None:
        reading.set()
        await asyncio.sleep(60)

    run = asyncio.create_task(
        service(store, Grumpy(hook=hang)).process_conversations_batch(trigger="schedule", scope=EVERYTHING)
    )
    await reading.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert [r.status for r in await store.list_batch_runs()] == ["interrupted"]
    report = await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    assert report.run.created == 1


async def test_two_runs_at_once_share_the_work(store, tenant):
    for n in range(12):
        await talk(
            store, *SETTLED[:1], f"u:el {3 + n} de marzo de 2031 a las 10", "b:ok, agendado", contact=f"{ROSA}{n}"
        )
    seen: list[ConversationReport] = []
    runs = await asyncio.gather(
        *(
            service(store).process_conversations_batch(
                trigger="cli", scope=EVERYTHING, progress=lambda done, total, report: seen.append(report)
            )
            for _ in range(3)
        )
    )
    assert sum(r.run.conversations for r in runs) == 12 == len(seen)
    assert len(await events(store, tenant)) == 12


async def test_limit_and_one_conversation(store, tenant):
    for n in range(4):
        await talk(store, "u:hola", contact=f"{ROSA}{n}")
    report = await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING, limit=3)
    assert len(report.conversations) == 3
    (left,) = (await store.list_conversations(tenant.id, unprocessed=True)).items
    scope = BatchScope(everything=True, conversation=left.id)
    report = await service(store).process_conversations_batch(trigger="cli", scope=scope)
    assert [c.conversation_id for c in report.conversations] == [left.conversation_id]


async def test_what_collides_goes_to_review(store, tenant):
    await talk(store, *SETTLED)
    await talk(store, *SETTLED, contact="whatsapp:+51987000333")
    await service(store, concurrency=1).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    found = sorted((e.status.value, e.reason) for e in await events(store, tenant))
    assert found == [("confirmed", None), ("proposed", "calendar_conflict")]


async def test_what_the_contact_never_got_is_no_part_of_the_conversation(store, tenant):
    await talk(store, "u:quiero una cita el 3 de marzo de 2031 a las 9 para masaje")
    conversation = (await store.list_conversations(tenant.id)).items[0]
    held = await store.post_message(tenant.id, conversation.id, [(uuid4(), "Listo, agendado")], deliver="held")
    assert held[0].to_number == ROSA
    assert held[0].from_number == OURS
    seen: list[str] = []

    class Listening(RulesExtractor):
        async def extract(self, transcript: Transcript) -> Extraction:
            seen.extend(m.text for m in transcript.messages)
            return await super().extract(transcript)

    await service(store, Listening()).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    assert seen == ["quiero una cita el 3 de marzo de 2031 a las 9 para masaje"]
    assert await store.count_batch(EVERYTHING) == 0


async def test_a_store_that_goes_away_ends_the_run(store, tenant):
    await talk(store, *SETTLED)

    async def pull_the_plug(_: int) -> None:
        await store.database.close()

    with pytest.raises(StoreUnavailable):
        await service(store, Grumpy(hook=pull_the_plug)).process_conversations_batch(trigger="cli", scope=EVERYTHING)


async def test_a_tenant_that_moves_to_another_zone_keeps_its_appointments(store, tenant):
    await talk(store, *SETTLED)
    await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    await store.ensure_default_tenant(timezone="Europe/Madrid", locale="es")
    await talk(store, "u:¿tienen estacionamiento?", start=dt.datetime.now(dt.UTC))
    report = await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    assert (report.run.created, report.run.updated) == (0, 0)
    (event,) = await events(store, tenant)
    assert event.start == dt.datetime(2031, 3, 3, 16, tzinfo=LIMA)


async def test_what_the_business_says_it_could_do_cancels_nothing(store, tenant):
    await talk(
        store, *SETTLED, "u:hola", "b:¡Hola! Puedo agendar, mover o cancelar tus citas. ¿En qué te puedo ayudar?"
    )
    await service(store).process_conversations_batch(trigger="cli", scope=EVERYTHING)
    assert [e.status for e in await events(store, tenant)] == [EventStatus.CONFIRMED]
