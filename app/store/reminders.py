"""Reminders and confirmations that are due, and those that were written."""

from collections.abc import Sequence
from uuid import UUID

from app.models import Conversation, Event, Tenant, Value
from app.store.calls import Calls


class DueReminder(Value):
    """An event whose reminder, `minutes` before it, is due; or (`kind`) the confirmation of what the batch found."""

    event: Event
    kind: str = "reminder"
    minutes: int
    conversation: Conversation
    tenant: Tenant


class ReminderStore(Calls):
    async def due_reminders(self, providers: Sequence[str], *, limit: int = 50) -> list[DueReminder]:
        """Those of events that come first, in conversations of these providers."""
        answer = await self._call("hilo_due_reminders", p_providers=list(providers), p_limit=limit)
        return [DueReminder.model_validate(item) for item in answer["items"]]

    async def due_confirmations(self, providers: Sequence[str], *, limit: int = 1000) -> list[DueReminder]:
        """Events of the batch's that their tenants want to be confirmed to the customer, the oldest first: also of
        tenants that are closed now, so that few would hide the others'."""
        answer = await self._call("hilo_due_confirmations", p_providers=list(providers), p_limit=limit)
        return [DueReminder.model_validate(item) for item in answer["items"]]

    async def write_reminder(self, due: DueReminder, message: UUID, body: str) -> str:
        """`written`: as message `message`, an id made for this one call. `done`: another process has written
        it. `changed`: the event is not any more what `due` says, or the contact wants none."""
        answer = await self._call(
            "hilo_write_reminder",
            p_event=due.event.id,
            p_minutes=due.minutes,
            p_start=due.event.start,
            p_revision=due.event.revision,
            p_message=message,
            p_body=body,
            p_kind=due.kind,
        )
        return str(answer["outcome"])
