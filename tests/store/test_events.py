"""Promises 3 and 5: events have proof, are decided on by people, and are written to a calendar once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.errors import NotFound, StoreRefused
from app.models import EventChange, Evidence
from app.store.events import Decision, PublishOutcome
from tests.store.world import ANA, BEA, EVERYTHING, World, at, cancel, create, draft, proof, race, update


async def completed(world: World, *changes: EventChange, policy: str = "review"):
    """One more reading of Ana's conversation, with these changes."""
    await world.say("más")
    token, state = await world.claim_batch(scope=EVERYTHING)
    done = await world.complete(token, state, *changes, policy=policy)
    assert done.outcome == "completed", done
    return done


# -- proof -------------------------------------------------------------------------------------------------------------


async def test_an_event_has_all_that_was_drafted_and_can_be_traced(world: World) -> None:
    first, second = await world.say("una revisión"), await world.say("el viernes a las 10")
    change = create(
        first,
        at(24),
        title="Revisión",
        location="Calle Mayor 1",
        confidence=0.75,
        settled_at=at(0),
        evidence=(proof(first, "una revisión"), proof(second, "viernes a las 10"), proof(second, "viernes a las 10")),
    )
    await completed(world, change)
    event = await world.store.get_event(world.tenant.id, change.event_id)
    assert (event.title, event.location, event.start, event.end) == ("Revisión", "Calle Mayor 1", at(24), at(25))
    assert (event.time_zone, event.status, event.source, event.revision) == ("Europe/Madrid", "confirmed", "batch", 1)
    assert (event.confidence, event.settled_at, event.reason, event.history) == (0.75, at(0), None, False)
    assert event.conversation == first.conversation
    assert set(event.evidence_message_ids) == {first.message_id, second.message_id}
    assert len(event.evidence) == 2
    assert [m.body for m in event.evidence_messages] == ["una revisión", "el viernes a las 10"]
    assert [(r.revision, r.action, r.source, r.event["title"]) for r in event.revisions] == [
        (1, "create", "batch", "Revisión")
    ]
    listed = (await world.store.list_messages(world.tenant.id, first.conversation)).items
    assert [[e.id for e in m.events] for m in listed] == [[event.id], [event.id], []]


async def test_an_event_without_proof_is_refused(world: World) -> None:
    stored, other = await world.say(), await world.say(contact=BEA)
    blue = await world.add_tenant("blue", "whatsapp:+1")
    foreign = await world.say(channel_address="whatsapp:+1")
    assert foreign.tenant_id == blue.id
    token, state = await world.claim_batch()
    for evidence in ((), (proof(other),), (proof(foreign),), (Evidence(message_id=uuid4(), slot="date"),)):
        with pytest.raises(StoreRefused, match="evidence"):
            await world.complete(token, state, create(stored, at(10), evidence=evidence))
    assert world.count("extracted_events") == world.count("whatsapp_messages", "processed") == 0
    mixed = create(stored, at(10), evidence=(proof(other), proof(stored)))
    done = await world.complete(token, state, mixed)
    assert done.events[0].evidence_message_ids == (stored.message_id,), "what is no proof is not kept as one"
    assert world.message(other)["event_id"] is None
    with pytest.raises(Exception, match="check constraint"):
        world.do("update extracted_events set evidence = '[]'")


async def test_the_event_of_another_conversation_is_refused(world: World) -> None:
    stored, other = await world.say(), await world.say(contact=BEA)
    event = await world.event(other)
    token, state = await world.claim_batch(scope=EVERYTHING.model_copy(update={"conversation": stored.conversation}))
    for change in (update(event, stored, at(12)), cancel(event, stored), create(stored, at(12), event_id=event)):
        with pytest.raises(StoreRefused, match="another conversation"):
            await world.complete(token, state, change)
    for change in (update(uuid4(), stored, at(12)), cancel(uuid4(), stored)):
        with pytest.raises(NotFound):
            await world.complete(token, state, change)
    kept = await world.store.get_event(world.tenant.id, event)
    assert (kept.status, kept.revision, kept.conversation_id) == ("confirmed", 1, BEA)


@pytest.mark.parametrize("hours", [0, -1])
async def test_an_end_that_is_not_after_the_start_is_refused(world: World, hours: int) -> None:
    stored = await world.say()
    token, state = await world.claim_batch()
    with pytest.raises(StoreRefused, match="end of an event must come after its start"):
        await world.complete(token, state, create(stored, at(10), end=at(10 + hours)))
    event = create(stored, at(10))
    assert (await world.complete(token, state, event)).outcome == "completed"
    with pytest.raises(StoreRefused, match="end of an event must come after its start"):
        await world.store.decide_event(
            world.tenant.id, event.event_id, Decision.CORRECT, patch={"end": at(10 + hours).isoformat()}
        )


async def test_a_word_that_no_table_knows_is_refused(world: World) -> None:
    stored = await world.say()
    token, state = await world.claim_batch()
    change = create(stored, at(10)).model_dump(mode="json")
    change["draft"]["status"] = "perhaps"
    with pytest.raises(StoreRefused):
        await world.complete(token, state, change)


# -- changes -----------------------------------------------------------------------------------------------------------


async def test_what_a_calendar_shows_makes_a_revision(world: World) -> None:
    stored = await world.say()
    event = await world.event(stored, at(10))
    same = {"title": "Corte de pelo"}
    revision = 1
    for start, given in [
        (at(12), same),
        (at(12), {"title": "Tinte"}),
        (at(12), {"title": "Tinte", "end": at(14)}),
        (at(12), {"title": "Tinte", "end": at(14), "location": "Centro"}),
        (at(12), {"title": "Tinte", "end": at(14), "location": "Centro", "time_zone": "Atlantic/Canary"}),
        (at(12), {"title": "Tinte", "end": at(14), "location": "Centro", "status": "proposed", "reason": "weekday"}),
    ]:
        done = await completed(world, update(event, stored, start, **given))
        revision += 1
        assert done.updated == (event,), given
        assert done.events[0].revision == revision
        again = await completed(world, update(event, stored, start, **given))
        assert again.updated == (), "the same once more is no change"
        assert again.events[0].revision == revision
    kept = await world.store.get_event(world.tenant.id, event)
    assert [r.revision for r in kept.revisions] == list(range(1, revision + 1))
    assert kept.time_zone == "Europe/Madrid"


async def test_further_proof_of_the_same_is_kept_without_a_revision(world: World) -> None:
    stored = await world.say("el viernes a las 10")
    event = await world.event(stored, at(10))
    settled = await world.say("perfecto")
    change = update(event, stored, at(10), evidence=(proof(stored), proof(settled, "perfecto")))
    done = await completed(world, change)
    assert (done.updated, done.proposed) == ((), 0)
    assert set(done.events[0].evidence_message_ids) == {stored.message_id, settled.message_id}
    assert done.events[0].revision == 1
    assert (world.message(settled)["event_id"], world.message(settled)["event_extracted"]) == (event, True)
    assert world.count("event_revisions") == 1


async def test_a_cancelled_event_keeps_its_proof_and_may_come_back(world: World) -> None:
    stored = await world.say()
    event = await world.event(stored, at(10))
    off = await world.say("mejor no")
    done = await completed(world, cancel(event, off))
    assert (done.cancelled, done.events[0].status, done.events[0].revision) == ((event,), "cancelled", 2)
    assert set(done.events[0].evidence_message_ids) == {stored.message_id, off.message_id}
    assert (await completed(world, cancel(event, off))).cancelled == ()
    assert (await world.store.get_conversation(world.tenant.id, ANA)).event_count == 0
    back = await completed(world, update(event, off, at(12)))
    assert (back.events[0].status, back.events[0].revision, back.events[0].start) == ("confirmed", 3, at(12))


async def test_creating_what_is_there_already_changes_it_instead(world: World) -> None:
    stored = await world.say()
    change = create(stored, at(10))
    await completed(world, change)
    done = await completed(world, change)
    assert (done.created, done.updated) == ((), ())
    assert world.count("extracted_events") == 1


async def test_history_is_kept_and_takes_no_time(world: World) -> None:
    stored = await world.say()
    await world.event(stored, at(10))
    done = await completed(world, create(stored, at(10), history=True))
    assert [(e.status, e.history) for e in done.events] == [("confirmed", True)]
    assert await world.store.claim_publish(uuid4()) != []
    assert {c.event.id for c in await world.store.claim_publish(uuid4())} == set()


async def test_what_is_made_longer_reaches_into_what_is_taken(world: World) -> None:
    stored = await world.say()
    event = await world.event(stored, at(10))
    world.do("update whatsapp_conversations set unprocessed_since = null")
    await world.event(await world.say(contact=BEA), at(11))
    same = await completed(world, update(event, stored, at(10), title="Otro nombre"))
    assert same.events[0].status == "confirmed"
    longer = await completed(world, update(event, stored, at(10), end=at(12)))
    assert (longer.events[0].status, longer.events[0].reason) == ("proposed", "calendar_conflict")


# -- people decide -----------------------------------------------------------------------------------------------------


async def proposed(world: World, hours: float = 24) -> tuple:
    stored = await world.say()
    change = create(stored, at(hours), status="proposed", reason="weekday_mismatch")
    await completed(world, change)
    return stored, change.event_id


async def test_two_events_out_of_one_proposal_are_that_one_and_a_new_one(world: World) -> None:
    stored, event = await proposed(world)
    both = [create(stored, at(24), title=title) for title in ("Corte de Rosa", "Corte de su hijo")]
    done = await completed(world, *both, policy="allow")
    assert (done.updated, done.created) == ((event,), (both[1].event_id,))
    titles = [row["title"] for row in world.rows("select title from extracted_events order by created_at")]
    assert titles == ["Corte de Rosa", "Corte de su hijo"]


async def test_approve_with_and_without_corrections(world: World) -> None:
    _, event = await proposed(world)
    done = await world.store.decide_event(world.tenant.id, event, Decision.APPROVE, by="eva", expected_revision=1)
    assert (done.outcome, done.event.status, done.event.reason, done.event.revision) == ("done", "confirmed", None, 2)
    assert (done.event.decided_by, done.event.source) == ("eva", "operator")
    assert done.event.decided_at is not None
    _, event = await proposed(world, 48)
    patch = {"title": "Tinte", "start": at(72).isoformat(), "location": None}
    done = await world.store.decide_event(world.tenant.id, event, Decision.APPROVE, patch=patch)
    assert (done.event.title, done.event.start, done.event.end) == ("Tinte", at(72), at(73)), "its length is kept"
    history = (await world.store.get_event(world.tenant.id, event)).revisions
    assert [(r.action, r.source) for r in history] == [("create", "batch"), ("approve", "operator")]


@pytest.mark.parametrize("decision", list(Decision))
async def test_a_decision_whose_reply_was_lost_is_not_stale_and_not_made_twice(
    world: World, decision: Decision
) -> None:
    _, event = await proposed(world)
    patch = {"title": "Tinte", "start": at(30).isoformat()} if decision in (Decision.APPROVE, Decision.CORRECT) else {}
    first = await world.store.decide_event(world.tenant.id, event, decision, patch=patch, expected_revision=1)
    again = await world.store.decide_event(world.tenant.id, event, decision, patch=patch, expected_revision=1)
    assert (first.outcome, again.outcome) == ("done", "done")
    assert again.event == first.event
    assert world.count("event_revisions") == 2


async def beside(world: World, reason: str, hours: float) -> tuple[UUID, UUID]:
    """An event that stands, and what may be its move or its end, proposed beside it."""
    stands = await world.event(await world.say(), at(24))
    change = create(await world.say("¿y si es más tarde?"), at(hours), status="proposed", reason=reason, beside=stands)
    await completed(world, change)
    return stands, change.event_id


async def standing(world: World) -> dict[UUID, datetime]:
    events = (await world.store.list_events(world.tenant.id)).items
    return {e.id: e.start for e in events if e.status == "confirmed"}


async def test_an_approved_change_moves_the_event_beside_it_and_makes_no_second(world: World) -> None:
    stands, proposal = await beside(world, "change_unsure", 26)
    done = await world.store.decide_event(world.tenant.id, proposal, Decision.APPROVE, by="eva", expected_revision=1)
    assert (done.outcome, done.event.id, done.event.start, done.event.end) == ("done", stands, at(26), at(27))
    assert (done.event.revision, done.event.decided_by) == (2, "eva")
    assert await standing(world) == {stands: at(26)}
    assert {e.slot for e in (await world.store.get_event(world.tenant.id, stands)).evidence}
    # The reply was lost: the same again is no second event either.
    again = await world.store.decide_event(world.tenant.id, proposal, Decision.APPROVE, by="eva", expected_revision=1)
    assert (again.outcome, again.event.id, again.event.revision) == ("done", stands, 2)
    assert await standing(world) == {stands: at(26)}


async def test_an_approved_end_calls_the_event_beside_it_off(world: World) -> None:
    stands, proposal = await beside(world, "cancel_unsure", 24)
    done = await world.store.decide_event(world.tenant.id, proposal, Decision.APPROVE)
    assert (done.outcome, done.event.id, done.event.status) == ("done", stands, "cancelled")
    assert await standing(world) == {}


async def test_a_rejected_change_leaves_the_event_beside_it(world: World) -> None:
    stands, proposal = await beside(world, "change_unsure", 26)
    assert (await world.store.decide_event(world.tenant.id, proposal, Decision.REJECT)).outcome == "done"
    assert await standing(world) == {stands: at(24)}
    # On second thoughts it was a change after all.
    assert (await world.store.decide_event(world.tenant.id, proposal, Decision.APPROVE)).event.id == stands
    assert await standing(world) == {stands: at(26)}


async def test_a_change_to_a_taken_hour_is_shown_and_of_an_event_that_is_gone_is_an_event(world: World) -> None:
    stands, proposal = await beside(world, "change_unsure", 26)
    taken = await world.event(await world.say(contact=BEA), at(26.5))
    refused = await world.store.decide_event(world.tenant.id, proposal, Decision.APPROVE)
    assert (refused.outcome, [c.event_id for c in refused.conflicts]) == ("conflict", [taken])
    assert await standing(world) == {stands: at(24), taken: at(26.5)}
    await world.store.decide_event(world.tenant.id, taken, Decision.CANCEL)
    await world.store.decide_event(world.tenant.id, stands, Decision.CANCEL)
    done = await world.store.decide_event(world.tenant.id, proposal, Decision.APPROVE)
    assert (done.event.id, done.event.status) == (proposal, "confirmed")
    assert await standing(world) == {proposal: at(26)}


async def test_somebody_was_faster(world: World) -> None:
    _, event = await proposed(world)
    other = await world.another()
    done = await race(
        world.store.decide_event(world.tenant.id, event, Decision.APPROVE, expected_revision=1),
        other.decide_event(world.tenant.id, event, Decision.REJECT, expected_revision=1),
    )
    assert sorted(d.outcome for d in done) == ["done", "stale"]
    assert done[0].event.revision == done[1].event.revision == 2


async def test_what_may_not_be_decided(world: World) -> None:
    _, event = await proposed(world)
    await world.store.decide_event(world.tenant.id, event, Decision.APPROVE)
    assert (await world.store.decide_event(world.tenant.id, event, Decision.REJECT)).outcome == "refused"
    assert (await world.store.decide_event(world.tenant.id, event, Decision.CANCEL)).event.status == "cancelled"
    assert (await world.store.decide_event(world.tenant.id, event, Decision.CORRECT, patch={"title": "x"})).outcome == (
        "refused"
    )
    assert (await world.store.decide_event(world.tenant.id, event, Decision.CANCEL)).outcome == "done"
    with pytest.raises(NotFound):
        await world.store.decide_event(world.tenant.id, uuid4(), Decision.APPROVE)
    blue = await world.add_tenant("blue", "whatsapp:+1")
    with pytest.raises(NotFound):
        await world.store.decide_event(blue.id, event, Decision.APPROVE)
    with pytest.raises(NotFound):
        await world.store.get_event(blue.id, event)


async def test_an_overlap_is_shown_before_it_is_approved_and_may_be_forced(world: World) -> None:
    taken = await world.event(await world.say(contact=BEA), at(24.5))
    _, event = await proposed(world)
    refused = await world.store.decide_event(world.tenant.id, event, Decision.APPROVE)
    assert (refused.outcome, [c.event_id for c in refused.conflicts]) == ("conflict", [taken])
    assert (refused.event.status, refused.event.revision) == ("proposed", 1)
    forced = await world.store.decide_event(world.tenant.id, event, Decision.APPROVE, force=True)
    assert (forced.outcome, forced.event.status) == ("done", "confirmed")


async def test_two_people_approve_two_events_for_one_hour(world: World) -> None:
    _, one = await proposed(world)
    _, two = await proposed(world)
    other = await world.another()
    done = await race(
        world.store.decide_event(world.tenant.id, one, Decision.APPROVE),
        other.decide_event(world.tenant.id, two, Decision.APPROVE),
    )
    assert sorted(d.outcome for d in done) == ["conflict", "done"]


async def test_what_was_over_when_it_was_approved_is_history(world: World) -> None:
    _, event = await proposed(world, -48)
    done = await world.store.decide_event(world.tenant.id, event, Decision.APPROVE)
    assert (done.event.status, done.event.history) == ("confirmed", True)
    assert await world.store.claim_publish(uuid4()) == []


async def test_an_all_day_event_may_be_approved_over_others(world: World) -> None:
    await world.event(await world.say(contact=BEA), at(24))
    _, event = await proposed(world)
    done = await world.store.decide_event(
        world.tenant.id, event, Decision.APPROVE, patch={"all_day": True, "end": None}
    )
    assert (done.outcome, done.event.all_day, done.event.end) == ("done", True, None)


# -- publishing --------------------------------------------------------------------------------------------------------


async def test_two_publishers_never_get_the_same_event(world: World) -> None:
    for n in range(9):
        await world.event(await world.say(contact=f"c{n}"), at(n * 2))
    other = await world.another()
    tokens = [uuid4() for _ in range(6)]
    claims = await race(*[(world.store if n % 2 else other).claim_publish(t, limit=3) for n, t in enumerate(tokens)])
    ids = [claim.event.id for claimed in claims for claim in claimed]
    assert len(ids) == len(set(ids)) <= 9
    assert await world.store.claim_publish(uuid4(), limit=100) is not None
    assert await world.store.claim_publish(uuid4(), limit=100) == []


async def complete(world, event, token, *, revision=1, etag=None, expected=PublishOutcome.PUBLISHED, **more) -> None:
    outcome = await world.store.complete_publish(
        event, token, revision=revision, calendar_event_id="hilo1", etag=etag, **more
    )
    assert outcome is expected


async def test_a_publisher_writes_says_so_and_writes_what_is_newer(world: World) -> None:
    stored = await world.say()
    event = await world.event(stored, at(10))
    token = uuid4()
    (claim,) = await world.store.claim_publish(token)
    assert (claim.event.id, claim.event.revision, claim.attempt, claim.tenant) == (event, 1, 1, world.tenant)
    await completed(world, update(event, stored, at(12)))
    assert await world.store.claim_publish(uuid4()) == [], "while it is being written nobody else writes it"
    await complete(world, event, token, revision=1, etag='"1"')
    kept = await world.store.get_event(world.tenant.id, event)
    assert (kept.calendar_state, kept.published_revision, kept.revision, kept.calendar_etag) == (
        "published",
        1,
        2,
        '"1"',
    )
    token = uuid4()
    (claim,) = await world.store.claim_publish(token)
    assert (claim.event.start, claim.event.calendar_event_id) == (at(12), "hilo1")
    await complete(world, event, token, revision=2, etag='"2"')
    assert await world.store.claim_publish(uuid4()) == []
    await complete(world, event, token, revision=2, etag='"2"')


async def test_a_publisher_that_died_is_replaced_and_comes_too_late(world: World) -> None:
    event = await world.event(await world.say())
    dead = uuid4()
    await world.store.claim_publish(dead)
    world.let_leases_run_out()
    alive = uuid4()
    (claim,) = await world.store.claim_publish(alive)
    assert claim.attempt == 2
    await complete(world, event, dead, expected=PublishOutcome.LOST)
    await world.store.fail_publish(event, dead, "late", retry_seconds=3600, refused=True)
    assert (await world.store.get_event(world.tenant.id, event)).calendar_state == "pending"
    await complete(world, event, alive)


async def test_a_failed_write_is_tried_again_or_waits_for_a_change(world: World) -> None:
    stored = await world.say()
    event = await world.event(stored)
    for _ in range(2):
        token = uuid4()
        assert await world.store.claim_publish(token)
        await world.store.fail_publish(event, token, "rate limit", retry_seconds=60)
        assert await world.store.claim_publish(uuid4()) == []
        world.due_now()
    token = uuid4()
    (claim,) = await world.store.claim_publish(token)
    assert (claim.attempt, claim.event.calendar_error, claim.event.calendar_state) == (3, "rate limit", "pending")
    await world.store.fail_publish(event, token, "refused", retry_seconds=3600, refused=True)
    assert await world.store.claim_publish(uuid4()) == []
    assert (await world.store.get_event(world.tenant.id, event)).calendar_state == "failed"
    await completed(world, update(event, stored, at(30)))
    (claim,) = await world.store.claim_publish(uuid4())
    assert claim.attempt == 1


async def test_what_was_cancelled_before_anybody_began_to_write_it_is_left_out(world: World) -> None:
    event = await world.event(await world.say())
    await world.store.decide_event(world.tenant.id, event, Decision.CANCEL)
    assert await world.store.claim_publish(uuid4()) == []


async def test_what_was_cancelled_while_its_publisher_died_is_taken_out_of_the_calendar(world: World) -> None:
    """Nobody knows whether the entry was written; its id is known, so it can be withdrawn."""
    event = await world.event(await world.say())
    await world.store.claim_publish(uuid4())
    await world.store.decide_event(world.tenant.id, event, Decision.CANCEL)
    world.let_leases_run_out()
    (claim,) = await world.store.claim_publish(uuid4())
    assert (claim.event.id, claim.event.status) == (event, "cancelled")


async def test_what_is_proposed_is_not_published(world: World) -> None:
    await proposed(world)
    assert await world.store.claim_publish(uuid4()) == []


async def test_a_publisher_of_one_tenant(world: World) -> None:
    blue, red = await world.add_tenant("blue", "whatsapp:+1"), await world.add_tenant("red", "whatsapp:+2")
    event = await world.event(await world.say(channel_address="whatsapp:+1"))
    assert await world.store.claim_publish(uuid4(), tenant=red.id) == []
    assert [c.event.id for c in await world.store.claim_publish(uuid4(), tenant=blue.id)] == [event]


async def test_the_feed_shows_what_is_or_was_confirmed(world: World) -> None:
    stored = await world.say()
    confirmed, cancelled_later = create(stored, at(10)), create(stored, at(20))
    never, old = create(stored, at(30), status="proposed"), create(stored, at(-2000))
    await completed(world, confirmed, cancelled_later, never, old)
    await world.store.decide_event(world.tenant.id, cancelled_later.event_id, Decision.CANCEL)
    await world.store.decide_event(world.tenant.id, never.event_id, Decision.REJECT)
    feed = await world.store.feed(world.tenant.feed_token, since=at(-1000))
    assert [(e.id, e.status) for e in feed.events] == [
        (confirmed.event_id, "confirmed"),
        (cancelled_later.event_id, "cancelled"),
    ]
    assert feed.tenant == world.tenant
    with pytest.raises(NotFound):
        await world.store.feed("nobody's", since=at(0))
    blue = await world.add_tenant("blue", "whatsapp:+1")
    assert (await world.store.feed(blue.feed_token, since=at(-1000))).events == ()


async def test_times_come_back_as_moments_whatever_zone_they_went_in_with(world: World) -> None:
    from zoneinfo import ZoneInfo

    stored = await world.say()
    local = datetime(2027, 3, 28, 3, 30, tzinfo=ZoneInfo("Europe/Madrid"))  # the morning the clocks go forward
    event = await world.event(stored, local, end=local.astimezone(UTC) + timedelta(minutes=30))
    kept = await world.store.get_event(world.tenant.id, event)
    assert kept.start == local
    assert kept.start.tzinfo is not None
    assert draft(stored, local).start == local


async def test_a_feed_of_thousands_comes_whole_and_in_order(world: World) -> None:
    stored = await world.say()
    assert stored.message_id
    world.do(
        "insert into extracted_events (tenant_id, conversation_id, title, start, time_zone, status, source, evidence,"
        " confirmed_at) select c.tenant_id, c.conversation_id, 'x' || n, now() + n %% 997 * interval '1 h', 'UTC',"
        " 'confirmed', 'batch', jsonb_build_array(jsonb_build_object("
        "   'message_id', %s::text, 'slot', 'date', 'quote', 'x')), now()"
        " from whatsapp_conversations c, generate_series(1, 2000) n",
        str(stored.message_id),
    )
    assert world.tenant.feed_token
    events = (await world.store.feed(world.tenant.feed_token, since=at(-1))).events
    assert len({event.id for event in events}) == len(events) == 2000
    assert list(events) == sorted(events, key=lambda event: (event.start, event.id))
