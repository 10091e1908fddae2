"""Files of messages that wait to be turned into text."""

from collections.abc import Sequence
from uuid import UUID

from app.models import Message, Value
from app.store.calls import Calls


class MediaClaim(Value):
    """A message whose files wait; or, when `claimed` is false, in how many seconds (`next_in`) one may."""

    claimed: bool
    next_in: float | None = None
    token: UUID | None = None
    attempt: int = 0
    message: Message | None = None
    channel_address: str = ""
    locale: str | None = None


class MediaStore(Calls):
    async def claim_media(self, token: UUID, providers: Sequence[str], *, lease_seconds: float = 60.0) -> MediaClaim:
        return MediaClaim.model_validate(
            await self._call(
                "hilo_claim_media", p_token=token, p_providers=list(providers), p_lease_seconds=lease_seconds
            )
        )

    async def renew_media(self, message: UUID, token: UUID, *, lease_seconds: float) -> bool:
        """False: another worker has the message."""
        answer = await self._call("hilo_renew_media", p_message=message, p_token=token, p_lease_seconds=lease_seconds)
        return bool(answer["renewed"])

    async def finish_media(
        self,
        message: UUID,
        token: UUID,
        *,
        before: str,
        body: str | None = None,
        error: str | None = None,
        retry_seconds: float | None = None,
    ) -> str:
        """`read`: the message holds `body` where `before` stood. Without a body: `waiting` for `retry_seconds`, or
        `failed` for good (None). `changed`: it was edited or deleted meanwhile; `lost`: another worker has it."""
        answer = await self._call(
            "hilo_finish_media",
            p_message=message,
            p_token=token,
            p_before=before,
            p_body=body,
            p_error=error,
            p_retry_seconds=retry_seconds,
        )
        return str(answer["outcome"])
