"""`hilo extract`: events out of files of conversations, or moments out of files of sentences."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from app.commands import common
from app.errors import InvalidRequest

if TYPE_CHECKING:
    from app.extraction.base import Extractor, Transcript

_STDOUT = Path("-")


class ExtractorName(StrEnum):
    RULES = "rules"
    LLM = "llm"


def extract(
    cases: Annotated[Path, typer.Argument(help="Cases, one JSON object per line.", metavar="CASES.jsonl")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Where predictions go; - is standard output.")] = None,
    extractor: Annotated[ExtractorName, typer.Option(help="Who reads.")] = ExtractorName.RULES,
    datetime: Annotated[
        bool, typer.Option("--datetime", help="The cases are sentences; resolve their date and time.")
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say of each event which words it came from.")] = False,
    case_id: Annotated[str | None, typer.Option("--id", help="With --explain: only the case with this id.")] = None,
) -> None:
    """Read events from conversations: one prediction per line, local ISO times.

    A conversation is {"id", "messages": [{"role": "user" or "bot", "text", "at"?}], "reference"?, "timezone"?}; with
    --datetime a case is {"id", "text", "reference", "lang"?}. With --explain the file may also be one JSON document.
    """
    if explain:
        common.run(_explain(cases, _extractor(extractor), case_id))
        return
    if case_id:
        raise InvalidRequest("--id goes with --explain")
    if out is None:
        raise InvalidRequest("Name the file that the predictions go to: -o OUT.jsonl")
    if out != _STDOUT and out.exists() and cases.exists() and out.samefile(cases):
        raise InvalidRequest(f"{out} holds the cases; name another file for the predictions")
    if datetime:
        count = _sentences(cases, out)
    else:
        count = common.run(_conversations(cases, out, _extractor(extractor)))
    common.note(f"{common.count(count, 'case')} read" + ("" if out == _STDOUT else f", predictions in {out}"))


def _extractor(name: ExtractorName) -> "Extractor":
    if name is ExtractorName.RULES:
        from app.extraction.rules import RulesExtractor

        return RulesExtractor()
    if not common.settings().openai_api_key:
        raise InvalidRequest("The extractor llm needs OPENAI_API_KEY; without it use --extractor rules")
    from app.build import make_llm_extractor

    return make_llm_extractor(common.settings())


def _sentences(cases: Path, out: Path) -> int:
    from app.temporal.predictions import predict

    def line(text: str) -> dict[str, Any]:
        case = json.loads(text)
        if not isinstance(case, dict):
            raise TypeError("a case is a JSON object")
        return predict(case)

    lines = [(number, text) for number, text in enumerate(_read(cases).split("\n"), 1) if text.strip()]
    with _written(out) as file, _progress(len(lines)) as step:
        for number, text in lines:
            try:
                file.write(json.dumps(line(text)) + "\n")
            except (ValueError, KeyError, TypeError) as error:
                what = f"{error.args[0]!r} is missing" if type(error) is KeyError else str(error)
                raise InvalidRequest(f"{cases}, line {number}: {what}") from error
            step()
    return len(lines)


async def _conversations(cases: Path, out: Path, extractor: "Extractor") -> int:
    from app.extraction.cases import read_cases, to_prediction

    total = sum(1 for line in _read(cases).split("\n") if line.strip())
    with _written(out) as file, _progress(total) as step:
        for identity, transcript in read_cases(cases):
            prediction = to_prediction(identity, await extractor.extract(transcript))
            file.write(json.dumps(prediction, ensure_ascii=False) + "\n")
            step()
    return total


async def _explain(path: Path, extractor: "Extractor", case_id: str | None) -> None:
    from app.extraction.explain import explain

    found = [(name, transcript) for name, transcript in _documents(path) if case_id in (None, name)]
    if not found:
        raise InvalidRequest(f"{path} has no case {case_id}" if case_id else f"{path} has no cases")
    for name, transcript in found:
        common.say(f"== {name}")
        common.say(explain(transcript, await extractor.extract(transcript)))


def _documents(path: Path) -> "Iterator[tuple[str, Transcript]]":
    """The conversations of a file of lines, or the one of a file that is one JSON document."""
    from app.extraction.cases import read_cases, to_transcript

    try:
        whole = json.loads(_read(path))
    except ValueError:  # several documents, or none: then the reader of lines says what is wrong
        yield from read_cases(path)
        return
    if not isinstance(whole, dict):
        raise InvalidRequest(f"{path} is no conversation: a JSON object with messages is")
    try:
        yield str(whole.get("id", path.stem)), to_transcript({"id": path.stem} | whole)
    except (ValueError, KeyError, TypeError) as error:
        what = f"{error.args[0]!r} is missing" if type(error) is KeyError else str(error)
        raise InvalidRequest(f"{path}: {what}") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"{path} is no UTF-8 text ({error.reason})") from error


@contextmanager
def _written(out: Path) -> Iterator[IO[str]]:
    if out == _STDOUT:
        yield sys.stdout
    else:
        with out.open("w", encoding="utf-8") as file:
            yield file


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error, if that is a terminal."""
    from rich.progress import Progress

    with Progress(console=common.console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda: bar.advance(task)
