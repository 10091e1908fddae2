"""Providers where people answer too, and have to be told who does now."""

from collections.abc import Sequence
from uuid import UUID

from app.models import Conversation, Value
from app.store.calls import Calls


class HandoverClaim(Value):
    """A conversation whose provider is to be told that Hilo's agent has it now (`to_agent`), or a person; or, when
    `claimed` is false, in how many seconds (`next_in`) there may be one."""

    claimed: bool
    next_in: float | None = None
    token: UUID | None = None
    attempt: int = 0
    to_agent: bool = False
    conversation: Conversation | None = None


class HandoverStore(Calls):
    async def claim_handover(
        self, token: UUID, providers: Sequence[str], *, lease_seconds: float = 60.0
    ) -> HandoverClaim:
        return HandoverClaim.model_validate(
            await self._call(
                "hilo_claim_handover", p_token=token, p_providers=list(providers), p_lease_seconds=lease_seconds
            )
        )

    async def finish_handover(self, conversation: UUID, token: UUID, *, retry_seconds: float | None = None) -> str:
        """`done`; `waiting` with `retry_seconds`; `lost`: it was paused or resumed meanwhile, and is due again."""
        answer = await self._call(
            "hilo_finish_handover", p_conversation=conversation, p_token=token, p_retry_seconds=retry_seconds
        )
        return str(answer["outcome"])
