"""`hilo contact`: a copy of what is kept of a contact, and its erasure."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import common

if TYPE_CHECKING:
    from app.services.privacy import ContactExport, Counts, PrivacyRecord

app = typer.Typer(
    help="Privacy: a copy of what is kept of a contact, its erasure, and the log of both.", no_args_is_help=True
)

BY = "the command line"
Contact = Annotated[
    str, typer.Argument(help="The phone number (+34…), the provider's id for the contact, or the conversation's UUID.")
]
Slug = Annotated[str, typer.Option("--tenant", help="The tenant's short name.")]


@app.command()
def export(
    contact: Contact,
    file: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to: .zip (both), .json or .txt (the chat).")
    ] = None,
    tenant: Slug = "default",
) -> None:
    """Everything that is kept of a contact: JSON on standard output, or a file with the chat as text beside it."""
    from app.errors import InvalidRequest

    if file is not None and file.suffix not in (".zip", ".json", ".txt"):
        raise InvalidRequest(f"{file}: the name has to end in .zip, .json or .txt")

    async def read() -> "ContactExport":
        from app.services.privacy import Privacy

        async with common.opened(common.settings()) as store:
            return await Privacy(store).export(await common.find_tenant(store, tenant), contact, by=BY)

    copy = common.run(read())
    if file is None:
        common.say(copy.json_text().rstrip())
        return
    content = {".zip": copy.zipped, ".json": copy.json_text().encode, ".txt": copy.chat.encode}[file.suffix]()
    # It is somebody's life: not for everybody on this machine.
    file.touch(mode=0o600)
    file.write_bytes(content)
    common.note(f"{file}: {len(content)} bytes")


@app.command()
def erase(
    contact: Contact,
    tenant: Slug = "default",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase everything that is kept of a contact, in all their conversations. It cannot be undone.

    Entries in a Google calendar go as soon as a server runs. A message that comes afterwards begins a new conversation.
    """
    from app.errors import InvalidRequest

    if not (dry_run or yes):
        if not sys.stdin.isatty():
            raise InvalidRequest("Nothing was erased: say --yes, or --dry-run to see what would go")
        counts = common.run(_erase(contact, tenant, dry_run=True))
        typer.confirm(f"Erase {words(counts)}?", abort=True)
    counts = common.run(_erase(contact, tenant, dry_run=dry_run))
    common.say(f"{'would erase' if dry_run else 'erased'}: {words(counts)}")
    if counts.calendar_entries and not dry_run:
        common.note("the calendar entries go as soon as a server runs")


async def _erase(contact: str, tenant: str, *, dry_run: bool) -> "Counts":
    from app.services.privacy import Privacy

    async with common.opened(common.settings()) as store:
        slug = await common.find_tenant(store, tenant)
        return await Privacy(store).erase(slug, contact, by=BY, dry_run=dry_run)


@app.command()
def log(tenant: Slug = "default") -> None:
    """What was exported, erased, or ran out: when, on whose word, how much. It names nobody."""

    async def read() -> "list[PrivacyRecord]":
        from app.services.privacy import Privacy

        async with common.opened(common.settings()) as store:
            return await Privacy(store).log(await common.find_tenant(store, tenant))

    rows = [
        [
            one.created_at.isoformat(timespec="seconds"),
            one.action,
            one.requested_by or "-",
            _how_much(one),
        ]
        for one in common.run(read())
    ]
    common.table(("WHEN", "WHAT", "BY", "HOW MUCH"), rows, empty="Nothing was exported or erased yet.")


def _how_much(one: "PrivacyRecord") -> str:
    if one.action == "retention_days":
        return common.count(one.days, "day") if one.days else "forever"
    return "-" if one.action == "notifications" else words(one.counts)


def words(counts: "Counts") -> str:
    names = {
        "conversations": "conversation",
        "messages": "message",
        "media": "file reference",
        "events": "event",
        "calendar_entries": "calendar entry",
        "sessions": "session",
        "unrouted": "unrouted message",
    }
    found = {name: getattr(counts, field) for field, name in names.items() if getattr(counts, field)}
    said = [common.count(number, name).replace("entrys", "entries") for name, number in found.items()]
    return ", ".join(said) or "nothing"
