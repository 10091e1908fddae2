"""What is kept of one contact: how much, a copy of it, its erasure."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from fastapi.responses import RedirectResponse
from starlette.responses import Response

from app.errors import InvalidRequest
from app.services.sample import PREFIX
from app.web.frame import framed, pages
from app.web.language import LANGUAGES
from app.web.session import Arranging, Doing, Visiting

router = pages()

_KINDS: Final = ("messages", "media", "events", "calendar_entries", "sessions", "unrouted")
_FORMS: Final = {"zip": "application/zip", "json": "application/json", "txt": "text/plain; charset=utf-8"}


@router.get("/c/{conversation}/data")
async def kept(visitor: Visiting, conversation: UUID) -> Response:
    """How much there is of this contact, which is what an erasure would take: a dry run of it."""
    row = await visitor.web.inbox.conversation(visitor.tenant, str(conversation))
    counts = await visitor.web.privacy.erase(
        visitor.tenant, str(row.id), by=visitor.caller.name, orphans=visitor.caller.tenant is None, dry_run=True
    )
    return await framed(
        visitor,
        "contact.html",
        at="conversations",
        conversation=row,
        kinds=[(kind, number) for kind in _KINDS if (number := getattr(counts, kind))],
        conversations=counts.conversations,
        sample=row.conversation_id.startswith(PREFIX),
        word=visitor.language.say("contact.word"),
    )


@router.post("/c/{conversation}/export")
async def export(visitor: Doing, conversation: UUID) -> Response:
    """A copy as a file. A form, although it changes nothing: that it was asked for is logged."""
    form = visitor.form.get("format", "zip")
    if form not in _FORMS:
        raise InvalidRequest(f"A copy is {', '.join(_FORMS)}")
    row = await visitor.web.inbox.conversation(visitor.tenant, str(conversation))
    copy = await visitor.web.privacy.export(visitor.tenant, str(row.id), by=visitor.caller.name)
    content = copy.zipped() if form == "zip" else (copy.json_text() if form == "json" else copy.chat).encode()
    name = f"contact.{form}" if form != "txt" else "chat.txt"
    return Response(content, media_type=_FORMS[form], headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post("/c/{conversation}/erase")
async def erase(visitor: Arranging, conversation: UUID) -> Response:
    """Everything of this contact, once somebody has typed that they mean it."""
    row = await visitor.web.inbox.conversation(visitor.tenant, str(conversation))
    words = {language.say("contact.word").casefold() for language in LANGUAGES.values()}
    if visitor.form.get("word", "").strip().casefold() not in words:
        return RedirectResponse(visitor.url(f"/c/{conversation}/data", said="not_typed"), HTTPStatus.SEE_OTHER)
    await visitor.web.privacy.erase(
        visitor.tenant, str(row.id), by=visitor.caller.name, orphans=visitor.caller.tenant is None
    )
    return RedirectResponse(visitor.url("/", said="erased"), HTTPStatus.SEE_OTHER)
