"""What the store's tests speak in: a store over one transport, the same database by hand, and what can go wrong."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import dict_row

from app.models import (
    ChangeAction,
    Direction,
    EventChange,
    EventDraft,
    EventStatus,
    Evidence,
    InboundMessage,
    Role,
    Stored,
    Tenant,
)
from app.store.batch import BatchScope, BatchState
from app.store.replies import CommitOutcome, ReplyClaim, ReplyCommit
from app.store.store import Store
from tests.support.faults import Fault, Faults

PROVIDER = "twilio"
OURS = "whatsapp:+34900000001"
ANA = "whatsapp:+34600000001"
BEA = "whatsapp:+34600000002"
NOW = datetime.now(UTC).replace(microsecond=0)
EVERYTHING = BatchScope(everything=True)


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


@dataclass(kw_only=True)
class World:
    store: Store
    faults: Faults
    sql: psycopg.Connection[dict[str, Any]]
    dsn: str
    another: Callable[[], Awaitable[Store]]
    """Another process: a store with connections of its own on the same database, over the same transport."""
    tenant: Tenant
    stores: list[Store] = field(default_factory=list)

    # -- messages ------------------------------------------------------------------------------------------------------

    async def say(self, body: str = "hola", **given: Any) -> Stored:
        """A message comes in; the answer is due at once unless `quiet_seconds` says otherwise."""
        quiet = given.pop("quiet_seconds", 0.0)
        store = given.pop("store", self.store)
        media = given.pop("media_seconds", None)
        return await store.store_message(message(body, **given), quiet_seconds=quiet, media_seconds=media)

    async def claim(self) -> ReplyClaim:
        claim = await self.store.claim_reply(uuid4())
        assert claim.claimed, claim
        return claim

    async def commit(
        self,
        claim: ReplyClaim,
        *parts: str,
        changes: Sequence[EventChange] = (),
        store: Store | None = None,
        ids: Sequence[UUID] | None = None,
        deliver: str = "queued",
        policy: str = "refuse",
        seen: Mapping[UUID, int] | None = None,
    ) -> ReplyCommit:
        assert claim.conversation is not None
        assert claim.token is not None
        bodies = parts or ("vale",)
        return await (store or self.store).commit_reply(
            claim.conversation.id,
            claim.token,
            last_seq=claim.last_seq,
            parts=list(zip(ids or [uuid4() for _ in bodies], bodies, strict=True)),
            changes=changes,
            deliver=deliver,
            conflict_policy=policy,
            event_minutes=60,
            seen=seen,
        )

    async def answer(self, *parts: str, changes: Sequence[EventChange] = (), deliver: str = "queued") -> ReplyCommit:
        """The agent answers whoever waits longest."""
        done = await self.commit(await self.claim(), *parts, changes=changes, deliver=deliver)
        assert done.outcome is CommitOutcome.COMMITTED, done
        return done

    # -- the batch -----------------------------------------------------------------------------------------------------

    async def claim_batch(self, run: UUID | None = None, scope: BatchScope = EVERYTHING) -> tuple[UUID, BatchState]:
        token = uuid4()
        state = await self.store.claim_batch(run or uuid4(), token, scope)
        assert state is not None
        return token, state

    async def complete(
        self, token: UUID, state: BatchState, *changes: EventChange, read: int | None = None, policy: str = "review"
    ) -> Any:
        rows = await self.store.transcript(state.conversation.id, state.last_seq)
        return await self.store.complete_batch(
            state,
            token,
            changes,
            messages_read=len(rows) if read is None else read,
            conflict_policy=policy,
            event_minutes=60,
        )

    async def event(self, stored: Stored, start: datetime | None = None, **given: Any) -> UUID:
        """A confirmed event, made by the batch from this message."""
        change = create(stored, start or at(24), **given)
        token, state = await self.claim_batch(scope=BatchScope(everything=True, conversation=stored.conversation))
        done = await self.complete(token, state, change, policy="allow")
        assert done.created == (change.event_id,), done
        return change.event_id

    # -- by hand -------------------------------------------------------------------------------------------------------

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        return self.sql.execute(query, values).fetchall()  # type: ignore[arg-type]

    def row(self, query: str, *values: Any) -> dict[str, Any]:
        (found,) = self.rows(query, *values)
        return found

    def do(self, statement: str, *values: Any) -> None:
        self.sql.execute(statement, values)  # type: ignore[arg-type]

    def count(self, table: str, where: str = "true", *values: Any) -> int:
        return int(self.row(f"select count(*) as n from {table} where {where}", *values)["n"])

    def message(self, stored: Stored) -> dict[str, Any]:
        return self.row("select * from whatsapp_messages where id = %s", stored.message_id)

    def conversation(self, stored: Stored) -> dict[str, Any]:
        return self.row("select * from whatsapp_conversations where id = %s", stored.conversation)

    def insert_message(self, stored: Stored, body: str = "a mano", *, connection: Any = None, **columns: Any) -> UUID:
        """As somebody does in the SQL editor, into the conversation of `stored`."""
        beside = self.message(stored)
        values: dict[str, Any] = {
            "id": uuid4(),
            "tenant_id": beside["tenant_id"],
            "conversation_id": beside["conversation_id"],
            "provider": beside["provider"],
            "body": body,
            **columns,
        }
        names = ", ".join(values)
        marks = ", ".join(["%s"] * len(values))
        statement = f"insert into whatsapp_messages ({names}) values ({marks})"
        (connection or self.sql).execute(statement, list(values.values()))
        return values["id"]

    def let_leases_run_out(self) -> None:
        for column in ("reply_lease_until", "batch_lease_until"):
            self.do(f"update whatsapp_conversations set {column} = now() - interval '1 s' where {column} is not null")
        self.do(
            "update whatsapp_messages set send_lease_until = now() - interval '1 s' where send_lease_until is not null"
        )
        self.do(
            "update extracted_events set calendar_lease_until = now() - interval '1 s'"
            " where calendar_lease_until is not null"
        )

    def due_now(self) -> None:
        """Let all pauses before the next try be over."""
        self.do("update whatsapp_conversations set reply_due_at = now() where reply_due_at is not null")
        self.do("update whatsapp_conversations set batch_next_at = null")
        self.do("update whatsapp_messages set send_next_at = null where send_next_at is not null")
        self.do("update extracted_events set calendar_next_at = null where calendar_next_at <> 'infinity'")

    # -- other tenants and processes -----------------------------------------------------------------------------------

    async def add_tenant(self, slug: str, address: str) -> Tenant:
        tenant = await self.store.save_tenant(slug, name=slug, timezone="Europe/Madrid", locale="es")
        await self.store.save_channel(slug, PROVIDER, address)
        return tenant


@dataclass(frozen=True, kw_only=True)
class Hand:
    """A second connection of somebody who works by hand, with its transaction open."""

    connection: psycopg.Connection[dict[str, Any]]

    @classmethod
    def open(cls, dsn: str) -> "Hand":
        return cls(connection=psycopg.connect(dsn, row_factory=dict_row))


def message(body: str = "hola", **given: Any) -> InboundMessage:
    values: dict[str, Any] = {
        "provider": PROVIDER,
        "channel_address": OURS,
        "contact": ANA,
        "message_sid": f"SM{uuid4().hex}",
        "body": body,
        **given,
    }
    return InboundMessage(**values)


def echo(body: str = "ya le contesto yo", **given: Any) -> InboundMessage:
    """The business wrote from its phone."""
    return message(body, direction=Direction.OUTBOUND, role=Role.BOT, **given)


def draft(stored: Stored | None, start: datetime, **given: Any) -> EventDraft:
    values: dict[str, Any] = {
        "title": "Corte de pelo",
        "start": start,
        "end": start + timedelta(hours=1),
        "time_zone": "Europe/Madrid",
        "status": EventStatus.CONFIRMED,
        "evidence": (proof(stored),) if stored else (),
        **given,
    }
    return EventDraft(**values)


def proof(stored: Stored, quote: str = "el viernes a las 10") -> Evidence:
    assert stored.message_id is not None
    return Evidence(message_id=stored.message_id, slot="time", quote=quote)


def create(
    stored: Stored | None, start: datetime, *, event_id: UUID | None = None, history: bool = False, **given: Any
):
    return EventChange(
        action=ChangeAction.CREATE,
        event_id=event_id or uuid4(),
        draft=draft(stored, start, **given),
        history=history,
    )


def update(event: UUID, stored: Stored | None, start: datetime, *, expected_revision: int | None = None, **given: Any):
    return EventChange(
        action=ChangeAction.UPDATE,
        event_id=event,
        draft=draft(stored, start, **given),
        expected_revision=expected_revision,
    )


def cancel(event: UUID, stored: Stored | None = None, *, expected_revision: int | None = None) -> EventChange:
    return EventChange(
        action=ChangeAction.CANCEL,
        event_id=event,
        evidence=(proof(stored),) if stored else (),
        expected_revision=expected_revision,
    )


async def race(*calls: Awaitable[Any]) -> list[Any]:
    """All at once; what they return, or the error that they raised, in order."""
    return await asyncio.gather(*calls, return_exceptions=True)


__all__ = ["Fault"]
