"""`hilo process`: the batch, now, in this process."""

import sys
from typing import TYPE_CHECKING, Annotated, Self

import typer

from app.commands import common

if TYPE_CHECKING:
    from app.models import Event, EventChange, EventDraft
    from app.services.batch_report import BatchReport, ConversationReport, Progress
    from app.settings import Settings
    from app.store.batch import BatchScope
    from app.store.store import Store


def process(
    limit: Annotated[int | None, typer.Option(help="At most so many conversations.", min=1)] = None,
    conversation: Annotated[
        str | None, typer.Option(help="Only this one, parked or not: its UUID, its id, or the customer's number.")
    ] = None,
    tenant: Annotated[str | None, typer.Option(help="Only this tenant's conversations.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be made; write nothing.")] = False,
) -> None:
    """Read all conversations with unprocessed messages, make their events, mark what was read.

    The exit code is 1 when a conversation failed.
    """
    report = common.run(_process(common.settings(), limit, conversation, tenant, dry_run=dry_run))
    run = report.run
    plan = " (dry run: nothing was written)" if dry_run else ""
    read = f"{common.count(run.conversations, 'conversation')}, {common.count(run.messages, 'new message')}"
    made = f"{run.created} created, {run.updated} changed, {run.cancelled} cancelled; {run.proposed} for review"
    common.say(f"{read}; events: {made}{plan}")
    if run.failed:
        failed = common.count(run.failed, "conversation")
        common.note(f"hilo: {failed} failed; `{common.hilo()} doctor` lists what is parked")
        raise typer.Exit(1)


async def _process(
    settings: "Settings", limit: int | None, conversation: str | None, tenant: str | None, *, dry_run: bool
) -> "BatchReport":
    from app.build import make_batch

    async with common.opened(settings) as store:
        scope = await _scope(store, conversation, tenant)
        with _Bar() as bar:
            return await make_batch(settings, store).process_conversations_batch(
                trigger="cli", scope=scope, limit=limit, dry_run=dry_run, progress=bar.progress(settings)
            )


async def _scope(store: "Store", conversation: str | None, tenant: str | None) -> "BatchScope":
    from app.errors import NotFound
    from app.store.batch import BatchScope

    owner = await common.find_tenant(store, tenant) if tenant else None
    if conversation is None:
        return BatchScope(everything=True, tenant=owner.id if owner else None)
    key = f"whatsapp:{conversation}" if conversation.startswith("+") else conversation
    for one in [owner] if owner else await store.list_tenants():
        try:
            found = await store.get_conversation(one.id, key)
        except NotFound:
            continue
        return BatchScope(everything=True, tenant=one.id, conversation=found.id)
    raise NotFound(f"There is no conversation {conversation}" + (f" at tenant {tenant}" if tenant else ""))


class _Bar:
    """A progress bar on a terminal, on standard error; each conversation's lines above it, on standard output."""

    def __enter__(self) -> Self:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        shown = sys.stderr.isatty()
        self._bar = Progress(*columns, console=common.console(stderr=True), transient=True, disable=not shown)
        self._bar.start()
        self._task = self._bar.add_task("", total=None)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def progress(self, settings: "Settings") -> "Progress":
        def step(done: int, total: int, report: "ConversationReport") -> None:
            self._bar.update(self._task, completed=done, total=total)
            for line in report_lines(report, settings.locale):
                common.say(line)

        return step


def report_lines(report: "ConversationReport", locale: str) -> list[str]:
    outcome = f": {report.error}" if report.error else ""
    said = "" if report.outcome in ("completed", "planned") else f" {report.outcome}{outcome}"
    lines = [f"{report.conversation_id}  {common.count(report.messages, 'message')}{said}"]
    known = {event.id: event for event in report.events}
    for change in report.changes:
        event = known.get(change.event_id)
        lines.append(f"  {_SIGNS[change.action.value]} {_event(event, locale) if event else _change(change, locale)}")
    return lines


_SIGNS = {"create": "+", "update": "~", "cancel": "-"}


def _event(event: "Event", locale: str) -> str:
    from zoneinfo import ZoneInfo

    from app.commands.wording import event_line

    zone = ZoneInfo(event.time_zone)
    return event_line(
        title=event.title,
        start=event.start.astimezone(zone),
        end=event.end.astimezone(zone) if event.end else None,
        all_day=event.all_day,
        location=event.location,
        status=_status(event),
        locale=locale,
    )


def _change(change: "EventChange", locale: str) -> str:
    """Of a dry run: nothing is stored that could be shown."""
    from app.commands.wording import event_line

    draft = change.draft
    if draft is None:
        return f"event {change.event_id}"
    return event_line(
        title=draft.title,
        start=draft.start,
        end=draft.end,
        all_day=draft.all_day,
        location=draft.location,
        status=_status(draft),
        locale=locale,
    )


def _status(event: "Event | EventDraft") -> str:
    from app.extraction.explain import reason_text

    return f"{event.status.value} ({reason_text(event.reason)})" if event.reason else event.status.value
