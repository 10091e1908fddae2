"""The review queue, one event with its history, and what a person decides."""

from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from fastapi.responses import RedirectResponse
from starlette.responses import Response

from app.errors import InvalidRequest
from app.models import Event
from app.services.event_review import Corrections, Decision, NotPossible, Overtaken, TimeTaken
from app.services.live import Watch
from app.web.conversations import Cursor
from app.web.frame import framed, pages
from app.web.render import Unusable
from app.web.session import Doing, Visiting, Visitor, local_path
from app.web.shown import card

router = pages()

_QUEUE: Final = 20
_YEARS: Final = (2000, 2199)


@router.get("/review")
async def queue(visitor: Visiting, cursor: Cursor = None) -> Response:
    web, tenant = visitor.web, visitor.tenant
    found = await web.inbox.review(tenant, limit=_QUEUE, cursor=cursor, event_minutes=web.event_minutes)
    return await framed(
        visitor,
        "review.html",
        at="review",
        watch=Watch(),
        items=[(card(item, visitor), item) for item in found.items],
        more=found.next_cursor and visitor.url("/review", cursor=found.next_cursor),
    )


@router.get("/events/{event}")
async def one(visitor: Visiting, event: UUID) -> Response:
    """An event with its proof and everything that became of it."""
    found = await visitor.web.inbox.event(visitor.tenant, event)
    return await framed(
        visitor,
        "event.html",
        at="calendar",
        watch=Watch(conversation=found.conversation),
        card=card(found, visitor),
        event=found,
        steps=[(step, Event.model_validate(step.event)) for step in found.revisions],
    )


@router.post("/events/{event}/decide")
async def decide(visitor: Doing, event: UUID) -> Response:
    """Approve, correct, reject or cancel. A time that is taken is asked about; the other refusals are said."""
    form = visitor.form
    try:
        decision = Decision(form.get("action", ""))
    except ValueError:
        raise InvalidRequest("A decision is approve, correct, reject or cancel") from None
    back = local_path(form.get("back"), f"/events/{event}")
    current = await visitor.web.inbox.event(visitor.tenant, event)
    corrections = _corrections(visitor, current) if decision in (Decision.APPROVE, Decision.CORRECT) else Corrections()
    if decision is Decision.CORRECT and not corrections.named:
        return RedirectResponse(back, HTTPStatus.SEE_OTHER)
    revision = form.get("revision", "")
    try:
        decided = await visitor.web.review.decide(
            visitor.tenant,
            event,
            decision,
            corrections,
            by=visitor.caller.name,
            expected_revision=int(revision) if revision.isdecimal() else None,
            force=form.get("force") == "1",
        )
    except TimeTaken as conflict:
        taken = [
            (
                one["title"],
                datetime.fromisoformat(one["start"]),
                datetime.fromisoformat(one["end"]),
                await visitor.web.inbox.event(visitor.tenant, UUID(one["event_id"])) if one["event_id"] else None,
            )
            for one in conflict.extra["conflicts"]
        ]
        fields = {name: value for name, value in form.items() if name not in ("csrf", "force")}
        return await framed(
            visitor,
            "conflict.html",
            at="review",
            watch=None,
            status=HTTPStatus.CONFLICT.value,
            event=current,
            taken=taken,
            fields=fields,
            back=back,
        )
    except (Overtaken, NotPossible) as refusal:
        return RedirectResponse(
            visitor.url(f"/events/{event}", said="overtaken" if isinstance(refusal, Overtaken) else "not_possible"),
            HTTPStatus.SEE_OTHER,
        )
    if decided.id != event:  # a change that was proposed beside it: what it changed is what one wants to see
        back = back.replace(f"/events/{event}", f"/events/{decided.id}")
    return RedirectResponse(_said(back, decision), HTTPStatus.SEE_OTHER)


def _said(back: str, decision: Decision) -> str:
    """`back` with what was done, said once: an older word is replaced."""
    path, _, query = back.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("said=")]
    return f"{path}?{'&'.join([*kept, f'said={decision.value}'])}"


def _corrections(visitor: Visitor, current: Event) -> Corrections:
    """What the form's fields change. Times are the tenant's wall clock; an end before its start is the next day's."""
    form = visitor.form
    if "title" not in form:
        return Corrections()
    zone = visitor.tenant.zone
    start_was = current.start.astimezone(zone).replace(tzinfo=None)
    end_was = current.end.astimezone(zone).replace(tzinfo=None) if current.end else None
    all_day = form.get("all_day") == "1"
    day = _day(form.get("day", ""))
    begins = _clock(form.get("from", ""))
    ends = _clock(form.get("until", ""))
    if not all_day and begins is None:
        raise Unusable("wrong.no_time")
    start = datetime.combine(day, time() if all_day or begins is None else begins)
    changed: dict[str, object] = {}
    if not form["title"].strip():
        raise Unusable("wrong.title")
    if form["title"].strip() != current.title:
        changed["title"] = form["title"].strip()
    if form.get("location", "").strip() != (current.location or ""):
        changed["location"] = form.get("location", "").strip() or None
    if all_day != current.all_day:
        changed["all_day"] = all_day
    if start != start_was:
        changed["start"] = start
    if not all_day:
        was = "" if end_was is None or current.all_day else f"{end_was:%H:%M}"
        if form.get("until", "") != was:
            changed["end"] = None
            if ends is not None:
                end = datetime.combine(day, ends)
                changed["end"] = end if end > start else end + timedelta(days=1)
    return Corrections(named=frozenset(changed), **changed)  # type: ignore[arg-type]


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Unusable("wrong.day") from None
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise Unusable("wrong.day")
    return day


def _clock(text: str) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Unusable("wrong.time") from None
