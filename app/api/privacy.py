"""Privacy: a copy of what is kept of a contact, its erasure, how long things are kept."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, Field

from app.api.auth import RESPONSES, AdministeringOne, Reading
from app.api.dependencies import ServicesOf
from app.api.known_parameters import only_known_parameters
from app.api.problems import problems
from app.services.privacy import MOST_DAYS, Counts, PrivacyRecord

router = APIRouter(
    prefix="/api/v1/whatsapp",
    tags=["privacy"],
    responses=RESPONSES,
    dependencies=[Depends(only_known_parameters)],
)

ContactId = Annotated[
    str,
    Path(
        alias="id",
        max_length=300,
        description="The conversation's id, the provider's id for the contact (URL-encoded), or the phone number.",
    ),
]
DryRun = Annotated[bool, Query(description="Only say what would go.")]


class Form(StrEnum):
    ZIP = "zip"
    JSON = "json"
    TEXT = "text"


class CountsOut(BaseModel):
    """How many of each. `media` are references: the provider keeps the files themselves."""

    conversations: int = Field(description="Conversations of which nothing is left.")
    messages: int
    media: int
    events: int
    revisions: int
    calendar_entries: int = Field(description="Entries elsewhere; they go from the calendar soon after.")
    sessions: int
    unrouted: int = Field(description="Messages that were kept raw, because no tenant had their address.")

    @classmethod
    def of(cls, counts: Counts) -> "CountsOut":
        return cls(**counts.model_dump())


class ErasureOut(BaseModel):
    dry_run: bool
    erased: CountsOut


class RetentionIn(BaseModel, extra="forbid"):
    days: int | None = Field(ge=1, le=MOST_DAYS, description="null: for ever.")


class RetentionOut(BaseModel):
    days: int | None = Field(description="How long messages and past events are kept; null: for ever.")


class RetentionRunOut(BaseModel):
    dry_run: bool
    days: int | None
    removed: CountsOut


class PrivacyLogOut(BaseModel):
    log: list[PrivacyRecord]


@router.get(
    "/conversations/{id}/export",
    summary="Everything that is kept of a contact",
    response_class=Response,
    responses={
        200: {
            "content": {"application/zip": {}, "application/json": {}, "text/plain": {}},
            "description": "A zip with `contact.json` and `chat.txt`, or one of the two.",
        }
    },
)
async def export_contact(
    services: ServicesOf,
    acting: Reading,
    contact: ContactId,
    form: Annotated[Form, Query(alias="format", description="What to send.")] = Form.ZIP,
) -> Response:
    """All conversations of the same phone number with this tenant, on every channel. That it was asked for is logged,
    without saying whose it was."""
    export = await services.privacy.export(acting.tenant, contact, by=acting.caller.name)
    if form is Form.JSON:
        return Response(export.json_text(), media_type="application/json", headers=_as("contact.json"))
    if form is Form.TEXT:
        return Response(export.chat, media_type="text/plain; charset=utf-8", headers=_as("chat.txt"))
    return Response(export.zipped(), media_type="application/zip", headers=_as("contact.zip"))


def _as(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


@router.delete("/conversations/{id}", summary="Erase a contact")
async def erase_contact(
    services: ServicesOf, acting: AdministeringOne, contact: ContactId, dry_run: DryRun = False
) -> ErasureOut:
    """Messages, events, calendar entries, sessions and whatever else is kept of the contact; it cannot be undone.

    Needs the scope `admin`. What stays is a line in the log with these counts. A message that comes afterwards begins
    a new conversation. Messages that were kept raw for an address that no tenant has go with an administrator's key
    alone.
    """
    erased = await services.privacy.erase(
        acting.tenant, contact, by=acting.caller.name, orphans=acting.caller.tenant is None, dry_run=dry_run
    )
    return ErasureOut(dry_run=dry_run, erased=CountsOut.of(erased))


@router.get("/retention", summary="How long things are kept")
async def get_retention(acting: Reading) -> RetentionOut:
    return RetentionOut(days=acting.tenant.settings.retention_days)


@router.put("/retention", summary="Say how long things are kept", responses=problems(400, 413))
async def set_retention(services: ServicesOf, acting: AdministeringOne, wanted: RetentionIn) -> RetentionOut:
    """Messages and past events older than this go within the hour. What is not processed stays, and so does what a
    future event rests on. Needs the scope `admin`."""
    saved = await services.privacy.set_retention(acting.tenant, wanted.days, by=acting.caller.name)
    services.access.forget()
    return RetentionOut(days=saved.settings.retention_days)


@router.post("/retention/run", summary="Let go what is too old, now", responses=problems(400))
async def run_retention(
    services: ServicesOf,
    acting: AdministeringOne,
    dry_run: DryRun = False,
    days: Annotated[int | None, Query(ge=1, le=MOST_DAYS, description="Instead of the tenant's own days.")] = None,
) -> RetentionRunOut:
    removed = await services.privacy.retain(acting.tenant, by=acting.caller.name, days=days, dry_run=dry_run)
    return RetentionRunOut(
        dry_run=dry_run, days=days or acting.tenant.settings.retention_days, removed=CountsOut.of(removed)
    )


@router.get("/privacy-log", summary="What was exported, erased, or ran out")
async def privacy_log(
    services: ServicesOf, acting: AdministeringOne, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> PrivacyLogOut:
    """Newest first; counts, and nothing of anybody."""
    return PrivacyLogOut(log=await services.privacy.log(acting.tenant, limit=limit))
