"""`hilo import`: the history of a chat, as WhatsApp exports it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from app.commands import common

if TYPE_CHECKING:
    from app.imports.archive import Source
    from app.imports.questions import Question
    from app.imports.values import Chat
    from app.models import Tenant
    from app.services.import_chat import ImportOptions, ImportPlan, ImportService
    from app.settings import Settings
    from app.store.imports import Imported
    from app.store.store import Store

_SAMPLES = 5


def import_chat(
    file: Annotated[Path, typer.Argument(help="What “Export chat” made: a .txt or a .zip.", metavar="CHAT")],
    tenant: Annotated[str, typer.Option(help="Whose customer it is.")] = "default",
    contact: Annotated[
        str | None, typer.Option(help="The customer's number with + and country code, or a contact's id.")
    ] = None,
    me: Annotated[str | None, typer.Option(help="Who in the chat is the business.", metavar="NAME")] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Time zone of the phone that exported (the tenant's).", metavar="ZONE")
    ] = None,
    day_first: Annotated[bool, typer.Option("--day-first", help="3/4 is the third of April.")] = False,
    month_first: Annotated[bool, typer.Option("--month-first", help="3/4 is the fourth of March.")] = False,
    group: Annotated[bool, typer.Option("--group", help="Import a group's chat all the same.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what was understood; store nothing.")] = False,
    process: Annotated[
        bool, typer.Option("--process/--no-process", help="Read its events at once, or leave that to the batch.")
    ] = True,
) -> None:
    """Bring a chat's history in: stored once, never answered, read for events with the times that it had.

    Import it again, or a longer export of the same chat: only what is new is added. What the file does not tell is
    asked on a terminal; elsewhere the error names the option.
    """
    from app.errors import InvalidRequest
    from app.imports.archive import read_source
    from app.imports.values import Order
    from app.services.import_chat import ImportOptions

    if day_first and month_first:
        raise InvalidRequest("--day-first and --month-first exclude each other")
    options = ImportOptions(
        contact=contact,
        me=me,
        zone=_zone(timezone),
        order=Order.DAY_FIRST if day_first else Order.MONTH_FIRST if month_first else None,
        group=group,
    )
    settings = common.settings()
    source = read_source(file)
    if not common.run(_import(settings, tenant, source, options, dry_run=dry_run, process=process)):
        raise typer.Exit(1)


def _zone(name: str | None) -> ZoneInfo | None:
    from app.errors import InvalidRequest

    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidRequest(f"{name} is no time zone of the IANA database; one is America/Bogota") from None


async def _import(
    settings: "Settings", slug: str, source: "Source", options: "ImportOptions", *, dry_run: bool, process: bool
) -> bool:
    from app.services.import_chat import ImportService

    async with common.opened(settings) as store:
        tenant = await common.find_tenant(store, slug)
        service = ImportService(store, own_number=settings.twilio_whatsapp_number)
        plan = await _planned(service, tenant, source, options)
        for line in _who(plan):
            common.say(line)
        with _bar(dry_run=dry_run) as progress:
            imported = await service.store(plan, dry_run=dry_run, progress=progress)
        common.say(_result(imported, dry_run=dry_run))
        if imported.shifted:
            common.note(
                f"hilo: {common.count(imported.shifted, 'message')} of it came in before with another time, and was "
                "left as it is: another --timezone?"
            )
        if dry_run or not process or imported.conversation is None:
            return True
        return await _read_events(settings, store, imported)


async def _planned(
    service: "ImportService", tenant: "Tenant", source: "Source", options: "ImportOptions"
) -> "ImportPlan":
    """Say what the file holds, then who speaks in it; ask for what it does not tell."""
    from app.imports.questions import Question

    chat = None
    while True:
        try:
            if chat is None:
                chat = service.read(tenant, source, options, now=datetime.now(tenant.zone))
                for line in _understood(chat, source.name, options.zone or tenant.zone):
                    common.say(line)
            return await service.plan(tenant, source, chat, options)
        except Question as question:
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise
            options = _ask(question, options)


def _ask(question: "Question", options: "ImportOptions") -> "ImportOptions":
    """Ask on the terminal what the file does not tell."""
    from app.imports.questions import WhichOrder, WhoIsBusiness
    from app.imports.values import Order

    if isinstance(question, WhichOrder):
        day = typer.confirm(f"Does the day stand first in {question.sample}?", default=None, err=True)
        return replace(options, order=Order.DAY_FIRST if day else Order.MONTH_FIRST)
    if isinstance(question, WhoIsBusiness):
        common.note("Who of these is the business?")
        for number, author in enumerate(question.authors, 1):
            common.note(f"  {number}  {author}")
        chosen = 0
        while not 1 <= chosen <= len(question.authors):
            chosen = typer.prompt("Its number", type=int, err=True)
        return replace(options, me=question.authors[chosen - 1])
    return replace(options, contact=typer.prompt("The customer's number, with + and country code", err=True))


def _understood(chat: "Chat", name: str, zone: ZoneInfo) -> Iterator[str]:
    """What was made of the file, for a person to look over."""
    times = sorted(entry.at for entry in chat.messages)
    yield f"{name}: {common.count(len(chat.messages), 'message')}, {common.count(chat.notices, 'notice')}"
    yield f"times    {times[0]:%Y-%m-%d %H:%M} to {times[-1]:%Y-%m-%d %H:%M}, {zone.key}"
    yield f"dates    {chat.order.value} ({chat.order_reason})"
    for author, count in chat.authors.items():
        yield f"author   {author}: {common.count(count, 'message')}"
    media = [entry.content for entry in chat.messages if entry.content.media]
    if media:
        attached = sum(content.attachment is not None for content in media)
        yield f"media    {attached} by name, {len(media) - attached} omitted"
    for warning in chat.warnings:
        common.note(f"hilo: {warning}")


def _who(plan: "ImportPlan") -> Iterator[str]:
    """Who is who, and the first messages."""
    yield f"business {plan.business or 'none of them'}"
    state = "which is there already" if plan.conversation else "which is new"
    yield f"contact  {plan.contact}, {state}, at {plan.tenant.slug}"
    for entry, line in list(zip(plan.chat.messages, plan.lines, strict=True))[:_SAMPLES]:
        body = " ".join(line.body.split())
        yield f"  {entry.at:%Y-%m-%d %H:%M}  {entry.author}: {body[:70]}{'…' * (len(body) > 70)}"
    if len(plan.lines) > _SAMPLES:
        yield f"  … {len(plan.lines) - _SAMPLES} more"


def _result(imported: "Imported", *, dry_run: bool) -> str:
    said = (
        f"{common.count(imported.stored, 'new message')}, {imported.known} imported before, "
        f"{imported.recognised} that came by webhook"
    )
    return said + (" (dry run: nothing was stored)" if dry_run else "")


@contextmanager
def _bar(*, dry_run: bool) -> "Iterator[Callable[[int, int], None]]":
    """A bar on standard error, if that is a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("comparing" if dry_run else "storing"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    shown = sys.stderr.isatty()
    with Progress(*columns, console=common.console(stderr=True), transient=True, disable=not shown) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


async def _read_events(settings: "Settings", store: "Store", imported: "Imported") -> bool:
    """The batch over this one conversation; False when it failed, the messages being stored all the same."""
    from app.build import make_batch
    from app.commands.process import report_lines
    from app.store.batch import BatchScope

    with common.console(stderr=True).status("reading its events"):
        report = await make_batch(settings, store).process_conversations_batch(
            trigger="import", scope=BatchScope(everything=True, conversation=imported.conversation)
        )
    for one in report.conversations:
        for line in report_lines(one, settings.locale):
            common.say(line)
    return not report.run.failed
