"""Messages that go out: written, claimed for sending, sent or failed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.models import Message, Value
from app.store.calls import Calls


class Outbound(Value):
    """A message claimed for sending. `resumed`: an earlier attempt began at `started_at` and never came back, so
    the provider may have it. `next_in` (seconds): when nothing is claimed, how long until something may be.
    `since_inbound`: seconds since the contact last wrote (None: never); `templates`: the tenant's, by provider.
    `template_only`: it was taken as a text and then `refused`, because the window was over. `void`: a reminder of
    what has begun, moved or been cancelled. `lease_left`: seconds for which it is ours."""

    claimed: bool
    next_in: float | None = None
    token: UUID | None = None
    resumed: bool = False
    attempt: int = 0
    started_at: datetime | None = None
    message: Message | None = None
    conversation: UUID | None = None
    contact: str = ""
    channel_address: str = ""
    thread: str | None = None
    phone: str | None = None
    contact_name: str | None = None
    reply_to_sid: str | None = None
    since_inbound: float | None = None
    opted_out: bool = False
    templates: Mapping[str, str] = Field(default_factory=dict)
    template_only: bool = False
    refused: str | None = None
    void: bool = False
    lease_left: float = 0.0


class OutboundStore(Calls):
    async def post_message(
        self,
        tenant: UUID,
        conversation: UUID,
        parts: Sequence[tuple[UUID, str]],
        *,
        deliver: str,
        author: str = "operator",
    ) -> list[Message]:
        """Write as the business; the agent's pending answer is dropped. `parts` are (id, text)."""
        rows = await self._call(
            "hilo_post_message",
            p_tenant=tenant,
            p_conversation=conversation,
            p_parts=[{"id": part, "body": body} for part, body in parts],
            p_deliver=deliver,
            p_author=author,
        )
        return [Message.model_validate(row) for row in rows]

    async def claim_outbound(self, token: UUID, providers: Sequence[str], *, lease_seconds: float = 60.0) -> Outbound:
        return Outbound.model_validate(
            await self._call(
                "hilo_claim_outbound",
                p_token=token,
                p_providers=list(providers),
                p_lease_seconds=lease_seconds,
            )
        )

    async def renew_outbound(self, message: UUID, token: UUID, *, lease_seconds: float) -> bool:
        """False: another worker has the message, or it is sent already."""
        answer = await self._call(
            "hilo_renew_outbound", p_message=message, p_token=token, p_lease_seconds=lease_seconds
        )
        return bool(answer["renewed"])

    async def mark_sent(self, message: UUID, token: UUID, message_sid: str) -> bool:
        """False: the lease was lost meanwhile and another worker has the message."""
        answer = await self._call("hilo_mark_sent", p_message=message, p_token=token, p_message_sid=message_sid)
        return bool(answer["outcome"] == "sent")

    async def mark_send_failed(
        self, message: UUID, token: UUID, error: str, *, retry_seconds: float | None, park: bool = False
    ) -> None:
        """Queue it again after `retry_seconds`, or give it up for good (None); `park`: and show its conversation among
        those that wait for the operator."""
        await self._call(
            "hilo_mark_send_failed",
            p_message=message,
            p_token=token,
            p_error=error,
            p_retry_seconds=retry_seconds,
            p_park=park,
        )
