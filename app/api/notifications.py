"""Who is told of what: the owner's webhook, WhatsApp and e-mail, the morning's digest."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from app.api.auth import RESPONSES, AdministeringOne
from app.api.dependencies import ServicesOf
from app.api.known_parameters import only_known_parameters
from app.api.problems import problems
from app.models import NotifySettings, Tenant
from app.services.notifying.notifications import Kind, NotificationRecord, Target

router = APIRouter(
    prefix="/api/v1/whatsapp/notifications",
    tags=["notifications"],
    responses=RESPONSES,
    dependencies=[Depends(only_known_parameters)],
)


class NotificationsIn(BaseModel, extra="forbid"):
    """All of it: what is not given is off."""

    webhook: str | None = Field(
        default=None,
        max_length=2000,
        description="Gets signed POSTs (standardwebhooks.com). An address of the world, with https.",
        examples=["https://…"],
    )
    whatsapp: str | None = Field(default=None, max_length=30, description="The owner's number, with + and country.")
    email: str | None = Field(default=None, max_length=320, description="An address; needs HILO_SMTP_HOST.")
    digest_hour: int | None = Field(
        default=None, ge=0, le=23, description="When the day's appointments are told, on the tenant's clock."
    )
    off: list[Kind] = Field(default=[], max_length=10, description="Kinds that are not told.")
    new_secret: bool = Field(default=False, description="Make another secret for the webhook.")


class NotificationsOut(BaseModel):
    webhook: str | None
    whatsapp: str | None
    email: str | None
    digest_hour: int | None
    off: list[str]
    secret: str | None = Field(default=None, description="Signs the webhook's POSTs. Shown only when it was just made.")

    @classmethod
    def of(cls, tenant: Tenant, secret: str | None = None) -> "NotificationsOut":
        notify = tenant.settings.notify or NotifySettings()
        return cls(
            webhook=notify.webhook,
            whatsapp=notify.whatsapp,
            email=notify.email,
            digest_hour=notify.digest_hour,
            off=list(notify.off),
            secret=secret,
        )


class TestedOut(BaseModel):
    ways: list[Target]


class NotificationLogOut(BaseModel):
    log: list[NotificationRecord]


@router.get("", summary="Who is told of what")
async def get_notifications(acting: AdministeringOne) -> NotificationsOut:
    return NotificationsOut.of(acting.tenant)


@router.put("", summary="Say who is told of what", responses=problems(400, 413))
async def set_notifications(
    services: ServicesOf, acting: AdministeringOne, wanted: NotificationsIn
) -> NotificationsOut:
    """Within a minute of a proposed event, a parked conversation or a disconnected calendar, once each, with a link to
    the page; and in the morning the day's appointments. Needs the scope `admin`."""
    tenant, secret = await services.notifications.set(
        acting.tenant,
        webhook=wanted.webhook,
        whatsapp=wanted.whatsapp,
        email=wanted.email,
        digest_hour=wanted.digest_hour,
        off=wanted.off,
        new_secret_too=wanted.new_secret,
        by=acting.caller.name,
    )
    services.access.forget()
    return NotificationsOut.of(tenant, secret)


@router.post("/test", summary="Tell something, to see that it arrives", responses=problems(400))
async def test_notifications(services: ServicesOf, acting: AdministeringOne) -> TestedOut:
    return TestedOut(ways=await services.notifications.test(acting.tenant))


@router.get("/log", summary="What was told, and what could not be")
async def notification_log(
    services: ServicesOf, acting: AdministeringOne, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> NotificationLogOut:
    return NotificationLogOut(log=await services.notifications.log(acting.tenant, limit=limit))
