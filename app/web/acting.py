"""What a person does in a conversation and with the batch. Every form leads back to where it was sent from."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from fastapi.responses import RedirectResponse
from starlette.responses import Response

from app.errors import Conflict, InvalidRequest
from app.models import DeliveryStatus
from app.web.frame import pages
from app.web.session import Doing, Visitor

router = pages()

_PAUSES: Final = {"60": 1.0, "720": 12.0, "43200": 720.0}  # minutes, as forms say it: hours


@router.post("/c/{conversation}/write")
async def write(visitor: Doing, conversation: UUID) -> Response:
    """Write to the contact as the business. The form's id makes one that is sent twice one message."""
    try:
        request_id = UUID(visitor.form.get("id", ""))
    except ValueError:
        raise InvalidRequest("The form has no id: open the page again") from None
    try:
        sent = await visitor.web.inbox.write(
            visitor.tenant,
            str(conversation),
            visitor.form.get("body", ""),
            author=visitor.caller.name,
            request_id=request_id,
        )
    except Conflict:
        return _back(visitor, conversation, "no_channel")
    except InvalidRequest:
        return _back(visitor, conversation, "nothing_to_send")
    held = any(message.delivery_status is DeliveryStatus.HELD for message in sent)
    return _back(visitor, conversation, "held" if held else None, sent=request_id)


@router.post("/c/{conversation}/pause")
async def pause(visitor: Doing, conversation: UUID) -> Response:
    hours = _PAUSES.get(visitor.form.get("minutes", ""))
    if hours is None:
        raise InvalidRequest(f"A pause lasts {', '.join(_PAUSES)} minutes")
    await visitor.web.inbox.pause(visitor.tenant, str(conversation), datetime.now(UTC) + timedelta(hours=hours))
    return _back(visitor, conversation, "paused")


@router.post("/c/{conversation}/resume")
async def resume(visitor: Doing, conversation: UUID) -> Response:
    await visitor.web.inbox.resume(visitor.tenant, str(conversation))
    return _back(visitor, conversation, "resumed")


@router.post("/c/{conversation}/process")
async def process(visitor: Doing, conversation: UUID) -> Response:
    row = await visitor.web.inbox.conversation(visitor.tenant, str(conversation))
    await visitor.web.runs.start(visitor.tenant, conversation=row)
    return _back(visitor, conversation, "processing")


@router.post("/c/{conversation}/retry")
async def retry(visitor: Doing, conversation: UUID) -> Response:
    row = await visitor.web.inbox.retry(visitor.tenant, str(conversation))
    await visitor.web.runs.start(visitor.tenant, conversation=row)
    return _back(visitor, conversation, "retried")


@router.post("/run")
async def run(visitor: Doing) -> Response:
    """The batch over everything that waits; the page of the runs shows how far it is."""
    await visitor.web.runs.start(visitor.tenant)
    return RedirectResponse(visitor.url("/status", said="run") + "#runs", HTTPStatus.SEE_OTHER)


@router.post("/sample/play")
async def play_sample(visitor: Doing) -> Response:
    conversation = await visitor.web.sample.play(visitor.tenant, language=visitor.language.code)
    return _back(visitor, conversation, None)


@router.post("/sample/remove")
async def remove_sample(visitor: Doing) -> Response:
    await visitor.web.sample.remove(visitor.tenant)
    return RedirectResponse(visitor.url("/", said="sample_removed"), HTTPStatus.SEE_OTHER)


def _back(visitor: Visitor, conversation: UUID, said: str | None, *, sent: UUID | None = None) -> Response:
    """`sent`: the form that is done with, so that the page forgets its text."""
    return RedirectResponse(visitor.url(f"/c/{conversation}", said=said, sent=sent), HTTPStatus.SEE_OTHER)
