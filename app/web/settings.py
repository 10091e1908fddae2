"""What a business sets for itself: who is told of what, how long things are kept; and the log of privacy."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi.responses import RedirectResponse
from starlette.responses import Response

from app.errors import InvalidRequest
from app.models import NotifySettings
from app.services.notifying.notifications import KINDS, Kind, Unacceptable
from app.services.privacy import MOST_DAYS, Counts
from app.web.frame import framed, pages
from app.web.session import Administering, Arranging, Visitor

router = pages()

_CHOSEN: Final = tuple(kind for kind in KINDS if kind is not Kind.DIGEST)  # the digest has its hour instead
_LOGGED: Final = 10
_COUNTING_SECONDS: Final = 8.0
_COUNTED: Final = ("messages", "events", "calendar_entries", "sessions", "conversations")


@router.get("/settings")
async def settings(visitor: Administering) -> Response:
    return await _page(visitor)


@router.post("/settings/notifications")
async def save_notifications(visitor: Arranging) -> Response:
    form = visitor.form
    hour = form.get("digest_hour", "")
    wanted: dict[str, Any] = {
        "webhook": form.get("webhook", "").strip() or None,
        "whatsapp": form.get("whatsapp", "").strip() or None,
        "email": form.get("email", "").strip() or None,
        "digest_hour": int(hour) if hour.isdecimal() and len(hour) <= 2 else None,
        "off": [kind for kind in _CHOSEN if form.get(f"kind_{kind.value}") != "1"],
    }
    try:
        tenant, secret = await visitor.web.notifications.set(
            visitor.tenant, **wanted, new_secret_too=form.get("new_secret") == "1", by=visitor.caller.name
        )
    except Unacceptable as error:
        tried = NotifySettings(**(wanted | {"off": tuple(kind.value for kind in wanted["off"])}))
        return await _page(visitor, status=HTTPStatus.BAD_REQUEST, tried=tried, wrong=error.what)
    visitor.web.access.forget()
    if secret is None:
        return _back(visitor, "saved", "notices")
    # The secret is shown this once, so that the answer is the page itself.
    return await _page(visitor, tried=tenant.settings.notify, secret=secret)


@router.post("/settings/notifications/test")
async def test_notifications(visitor: Arranging) -> Response:
    try:
        await visitor.web.notifications.test(visitor.tenant)
    except InvalidRequest:
        return _back(visitor, "nobody_told", "notices")
    return _back(visitor, "test_sent", "notices")


@router.post("/settings/retention")
async def save_retention(visitor: Arranging) -> Response:
    """First what would go, counted; then, asked for once more, the days are set."""
    given = visitor.form.get("days", "").strip()
    days = None if not given else int(given) if given.isdecimal() and len(given) <= 6 else -1
    if days is not None and not 1 <= days <= MOST_DAYS:
        return _back(visitor, "wrong_days", "retention")
    if days is None or visitor.form.get("sure") == "1":
        await visitor.web.privacy.set_retention(visitor.tenant, days, by=visitor.caller.name)
        visitor.web.access.forget()
        return _back(visitor, "saved", "retention")
    return await _page(visitor, days=days, going=await _counted(visitor, days))


async def _counted(visitor: Visitor, days: int) -> list[tuple[str, int]] | None:
    """What is older; None where there is so much of it that nobody waits for its count."""
    try:
        async with asyncio.timeout(_COUNTING_SECONDS):
            counts: Counts = await visitor.web.privacy.retain(
                visitor.tenant, by=visitor.caller.name, days=days, dry_run=True
            )
    except TimeoutError:
        return None
    return [(kind, number) for kind in _COUNTED if (number := getattr(counts, kind))]


def _back(visitor: Visitor, said: str, where: str) -> Response:
    return RedirectResponse(visitor.url("/settings", said=said) + f"#{where}", HTTPStatus.SEE_OTHER)


async def _page(
    visitor: Visitor,
    *,
    status: int = HTTPStatus.OK,
    tried: NotifySettings | None = None,
    wrong: str | None = None,
    secret: str | None = None,
    days: int | None = None,
    going: list[tuple[str, int]] | None = None,
) -> Response:
    """`tried`: what somebody wanted to set; `wrong`: why it was not. `days` and what is `going` with them ask whether
    it is meant."""
    web, tenant = visitor.web, visitor.tenant
    notify = tried or tenant.settings.notify or NotifySettings()
    records = await web.privacy.log(tenant, limit=_LOGGED)
    values: Mapping[str, Any] = {
        "notify": notify,
        "wrong": wrong,
        "secret": secret,
        "kinds": [(kind.value, kind.value not in notify.off) for kind in _CHOSEN],
        "hour": None if Kind.DIGEST.value in notify.off else notify.digest_hour,
        "mails": web.notifications.mails,
        "templates": bool(tenant.settings.templates),
        "told": await web.notifications.log(tenant, limit=_LOGGED),
        "kept_days": tenant.settings.retention_days,
        "days": days,
        "going": going,
        "records": records,
    }
    return await framed(visitor, "settings.html", at="settings", status=status, **values)
