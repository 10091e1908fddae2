"""The command itself: its names, how it fails, how fast it starts."""

import re
import signal
import subprocess
from pathlib import Path

import pytest
import typer

from app import cli, version
from tests.cli.conftest import COMMAND, ROOT, Hilo, wait_until

SLOW = set("langchain langchain_core langgraph openai fastapi uvicorn supabase twilio".split())
SENTENCE = '{"id": "1", "text": "mañana a las 5", "reference": "2026-05-04T09:00:00"}\n'


def test_version_names_version_and_commit(hilo: Hilo):
    assert hilo("version").out == f"hilo {version.describe()}\n"


def test_help_lists_every_command(hilo: Hilo):
    shown = hilo.here("--help").out
    for name in "serve chat process doctor extract migrate sql backup restore version tenants keys".split():
        assert re.search(rf"\b{name}\b", shown), name


@pytest.mark.parametrize(
    "arguments",
    [["version"], ["keys", "show"], ["tenants", "list"], ["extract", "--datetime", "in.jsonl", "-o", "-"]],
    ids=" ".join,
)
def test_small_commands_do_not_import_what_takes_seconds(hilo: Hilo, arguments: list[str]):
    (hilo.folder / "in.jsonl").write_text(SENTENCE)
    done = hilo(*arguments, env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert done.code == 0
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.err.splitlines() if "|" in line}
    assert "typer" in imported
    assert imported & SLOW == set()


def test_each_wrong_setting_is_one_line(hilo: Hilo):
    wrong = {"HILO_PORT": "eighty", "HILO_TIMEZONE": "Lima", "DATABASE_URL": "mysql://user:geheim@host/db"}
    hilo.env |= wrong
    for done in (hilo("serve"), hilo.here("process"), hilo.here("keys", "list")):
        assert done.code == 2
        lines = done.err.splitlines()
        assert [line.split(":")[0] for line in lines] == ["hilo"] * 3, done.err
        assert {line.split()[1] for line in lines} == {"HILO_PORT:", "HILO_TIMEZONE:", "DATABASE_URL:"}
        assert "geheim" not in done.err
        assert "Traceback" not in done.err


def test_a_database_that_is_away_is_one_line(hilo: Hilo):
    hilo.env["DATABASE_URL"] = "postgresql://nobody:geheim@127.0.0.1:9/none"
    for done in (hilo("serve"), hilo.here("migrate")):
        assert (done.code, done.out) == (1, "")
        assert re.match(r"hilo: The database does not answer: .*(refused|9)", done.err)
        assert "geheim" not in done.err
        assert "Traceback" not in done.err


def test_a_data_folder_that_cannot_be_used_is_one_line(hilo: Hilo):
    (hilo.folder / "file").write_text("no folder")
    hilo.env["HILO_DATA_DIR"] = str(hilo.folder / "file")
    ended = [hilo("serve"), hilo.here("keys", "show")]  # with a database elsewhere the folder still holds the key
    del hilo.env["DATABASE_URL"]
    for done in (*ended, hilo("serve"), hilo.here("process")):
        assert done.code in (1, 2)
        assert len(done.err.splitlines()) == 1, done.err
        assert done.err.startswith("hilo: ")
        assert str(hilo.folder / "file") in done.err


def test_a_reader_that_has_had_enough_is_no_error(hilo: Hilo):
    process = subprocess.Popen(
        [*COMMAND, "sql"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=hilo.environment, cwd=hilo.folder
    )
    assert process.stdout
    assert process.stdout.readline().startswith(b"--")
    process.stdout.close()
    _, err = process.communicate(timeout=20)
    assert err == b""


def test_interrupting_is_quiet(hilo: Hilo):
    (hilo.folder / "cases.jsonl").write_text(SENTENCE * 50_000)
    # Unmeasured: coverage's tracer takes a lock that an interrupt leaves locked, and waits for it at the end.
    process = hilo.start(
        "extract", "--datetime", "cases.jsonl", "-o", "out.jsonl", env={"PYTHONFAULTHANDLER": "1"}, without="COVERAGE_"
    )
    out = Path(hilo.folder / "out.jsonl")
    wait_until(lambda: out.exists() and out.stat().st_size > 0)
    try:  # An interrupt that falls into a destructor is swallowed by the interpreter; a person presses again.
        wait_until(lambda: process.poll() is not None or process.send_signal(signal.SIGINT), every=0.5)
    except AssertionError:
        process.send_signal(signal.SIGABRT)  # says where it hangs
        process.wait(10)
        pytest.fail(hilo.output(process)[1])
    assert process.returncode == 130
    assert hilo.output(process) == ("", "")


def test_the_documentation_names_every_command_and_no_other():
    documented = set(re.findall(r"`hilo ([a-z]+)", (ROOT / "docs" / "cli.md").read_text()))
    commands = typer.main.get_command(cli.app)
    assert documented == set(commands.commands)  # type: ignore[attr-defined]
