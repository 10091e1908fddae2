"""`hilo doctor`: what is on, what is off, what is wrong and how to mend it."""

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands import common

if TYPE_CHECKING:
    from app.commands.findings import Finding

_SIGNS = {"on": ("✓", "green"), "off": ("–", "dim"), "wrong": ("✗", "bold red")}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Look at each part: on, off, or wrong and how to mend it. The exit code is 1 when something is wrong."""
    findings = _examine()
    sick = [finding for finding in findings if finding.state == "wrong"]
    if as_json:
        said = {"ok": not sick, "findings": [finding.as_json() for finding in findings]}
        common.say(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        _show(findings)
        verdict = {0: "All is well.", 1: "One thing is wrong."}.get(len(sick), f"{len(sick)} things are wrong.")
        common.say(f"\n{verdict}")
    if sick:
        raise typer.Exit(1)


def _examine() -> "list[Finding]":
    from app.commands import checks
    from app.commands.findings import wrong
    from app.errors import SettingsError

    try:
        settings = common.settings()
    except SettingsError as error:
        # Without settings nothing else can be looked at.
        return [*checks.installation(), *(wrong("Settings", line) for line in error.detail.splitlines())]
    return common.run(checks.examine(settings))


def _show(findings: "list[Finding]") -> None:
    if not sys.stdout.isatty():
        for one in findings:
            common.say(f"{_SIGNS[one.state][0]} {one.part:<15} {one.detail}" + (f" → {one.mend}" if one.mend else ""))
        return
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(2):
        grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for one in findings:
        sign, style = _SIGNS[one.state]
        detail = Text(one.detail, style="dim" if one.state == "off" else "")
        if one.mend:
            detail.append(f"  → {one.mend}", style="yellow" if one.state == "wrong" else "dim")
        grid.add_row(Text(sign, style=style), Text(one.part, style="bold"), detail)
    common.console().print(grid)
