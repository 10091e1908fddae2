"""What `hilo doctor` says of work: what waits, is parked, went nowhere, or is owed to somebody."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from app.commands import checks_outside as outside
from app.commands import common
from app.commands.findings import Finding, off, on, wrong
from app.web.text.words import Words, words

if TYPE_CHECKING:
    from app.settings import Settings
    from app.store.store import Store
    from app.store.tenants import StoreStatus

_REPLY_OVERDUE: Final = timedelta(minutes=2)
_LISTED: Final = 5  # of what is parked


async def findings(store: "Store", settings: "Settings", status: "StoreStatus", *, running: bool) -> list[Finding]:
    return [
        _replies(status, running=running),
        _unsent(settings, status, running=running),
        _batch(settings, status, running=running),
        *await _parked(store, status),
        *await _unrouted(store),
        *_owed(status),
        *([on("Review", words("{what} to be decided by a person", what=common.count(status.events_proposed, "event")),
              "GET /api/v1/whatsapp/events?status=review")] if status.events_proposed else []),
    ]  # fmt: skip


def _replies(status: "StoreStatus", *, running: bool) -> Finding:
    if not status.replies_due or status.oldest_reply_due is None:
        return on("Replies", "nobody waits for an answer")
    late = status.now - status.oldest_reply_due
    text = words("waiting for an answer: {who}", who=common.count(status.replies_due, "conversation"))
    if late < _REPLY_OVERDUE:
        return on("Replies", text)
    mend = "look at the server's log" if running else "start the server: it answers what is due"
    return wrong("Replies", words("{text}, the oldest for {span}", text=text, span=_span(late)), mend)


def _unsent(settings: "Settings", status: "StoreStatus", *, running: bool) -> Finding:
    if not status.messages_unsent:
        return on("Sending", "nothing waits to be sent")
    text = words("waiting to be sent: {what}", what=common.count(status.messages_unsent, "message"))
    if not settings.twilio_account_sid and not outside.connected(settings):
        return wrong("Sending", text, "set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")
    return on("Sending", text) if running else wrong("Sending", text, "start the server: it sends them")


def _batch(settings: "Settings", status: "StoreStatus", *, running: bool) -> Finding:
    run = status.last_batch_run
    last = words("nothing to read so far")
    if run is not None:
        last = words(
            "last had something to read {span} ago ({trigger}, {status})",
            span=_span(status.now - run.started_at),
            trigger=run.trigger,
            status=run.status,
        )
    interval = settings.batch_interval_minutes
    every = words("every {n} minutes", n=f"{interval:g}") if interval else words("only when asked for")
    waits: str = ""
    if status.conversations_unprocessed and status.oldest_unprocessed:
        age = status.now - status.oldest_unprocessed
        unread = common.count(status.conversations_unprocessed, "conversation")
        waits = words("; not read by it yet: {unread}, the oldest for {span}", unread=unread, span=_span(age))
        due = timedelta(minutes=settings.batch_max_age_minutes + 2 * interval + 5)
        if age > due:
            text = words("{every}, {last}{waits}", every=every, last=last, waits=waits)
            return wrong("Batch", text, f"{common.hilo()} process")
    if run is not None and run.status == "failed":
        text = words("{every}, {last}: {why}", every=every, last=last, why=run.error or "-")
        return wrong("Batch", text, f"{common.hilo()} process")
    text = words("{every}, {last}{waits}", every=every, last=last, waits=waits)
    if not interval:
        return off("Batch", text, "HILO_BATCH_INTERVAL_MINUTES")
    if not running:
        every = words("{every} while the server runs", every=every)
        return off("Batch", words("{every}, {last}{waits}", every=every, last=last, waits=waits))
    return on("Batch", text)


async def _parked(store: "Store", status: "StoreStatus") -> list[Finding]:
    if not status.conversations_parked:
        return []
    found = []
    for tenant in await store.list_tenants():
        page = await store.list_conversations(tenant.id, parked=True, limit=_LISTED)
        for one in page.items:
            reasons = [reason for reason in (one.reply_error, one.batch_error) if reason]
            who = one.conversation_id if tenant.slug == "default" else f"{tenant.slug} {one.conversation_id}"
            mend = f"{common.hilo()} process --conversation {one.id}"
            if one.reply_parked_at:
                mend = f"POST /api/v1/whatsapp/conversations/{one.id}/retry"
            why = "; ".join(reasons) or "no reason was kept"
            found.append(wrong("Parked", words("{who}: {why}", who=who, why=why), mend))
    if (more := status.conversations_parked - len(found[:_LISTED])) > 0:
        rest = wrong("Parked", words("and {n} more", n=more), "GET /api/v1/whatsapp/conversations?parked=true")
        found = [*found[:_LISTED], rest]
    return found


async def _unrouted(store: "Store") -> list[Finding]:
    return [
        wrong(
            "Unrouted",
            words(
                "{what} for {provider} {address}, which no tenant has",
                what=common.count(one.messages, "message"),
                provider=one.provider,
                address=one.address,
            ),
            words(
                "{first}, then {then}",
                first=f"{common.hilo()} tenants channel SLUG {one.provider} '{one.address}'",
                then=f"{common.hilo()} tenants replay",
            ),
        )
        for one in await store.list_unrouted()
    ]


def _owed(status: "StoreStatus") -> list[Finding]:
    """What people were promised: that they are told, that they are forgotten."""
    found = []
    if status.untold:
        told = common.count(status.untold, "thing")
        text = words("{what} could not be told since yesterday", what=told)
        found.append(wrong("Notify", text, f"{common.hilo()} notify log"))
    if status.events_refused:
        refused = words("{n} refused by the calendar, tried every hour", n=status.events_refused)
        found.append(wrong("Calendar", refused, "GET /api/v1/whatsapp/events"))
    if status.removals_late:
        late = words("{n} of erased contacts still in the calendar", n=status.removals_late)
        found.append(wrong("Privacy", late, f"{common.hilo()} google status"))
    return found


def _span(span: timedelta) -> Words:
    seconds = max(span.total_seconds(), 0)
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return common.count(count, unit)
    return words("{n} seconds", n=f"{seconds:.0f}")
