"""Health: what is wrong in words, what the batch did, how much goes on per day."""

from datetime import datetime
from typing import Final

from starlette.responses import Response

from app.errors import HiloError
from app.services.live import Watch
from app.web.chart import bars
from app.web.frame import framed, pages
from app.web.session import Visiting, Visitor

router = pages()

_DAYS: Final = 14
_RUNS: Final = 15


@router.get("/status")
async def status(visitor: Visiting, doctor: bool = False) -> Response:
    """`doctor` looks at the whole server, which takes seconds: only who sees all of it may ask."""
    web, tenant = visitor.web, visitor.tenant
    runs = await web.inbox.batch_runs(None if visitor.sees_all and not visitor.named else tenant, limit=_RUNS)
    days = await web.notices.daily(tenant, days=_DAYS)
    today = datetime.now(tenant.zone).date()
    return await framed(
        visitor,
        "status.html",
        at="status",
        watch=Watch(),
        runs=runs,
        current=next((run for run in runs if run.status == "running"), None),
        chart=bars(days, today=today, length=_DAYS, language=visitor.language),
        days=days,
        findings=await _examined(visitor) if doctor and visitor.sees_all else None,
    )


async def _examined(visitor: Visitor) -> list[dict[str, str | None]]:
    if visitor.web.doctor is None:
        return []
    try:
        found = await visitor.web.doctor()
    except HiloError as error:
        return [{"part": "Hilo", "state": "wrong", "detail": error.detail, "mend": None}]
    tell = visitor.language.tell
    shown = [
        {
            "part": tell(one.part),
            "state": str(one.state),
            "detail": tell(one.detail),
            "mend": one.mend and tell(one.mend),
        }
        for one in found
    ]
    return sorted(shown, key=lambda one: one["state"] != "wrong")
