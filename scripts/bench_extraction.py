"""How well and how fast events and dates are read, on the files it is given.

    scripts/bench extraction [FILE.jsonl ...] [--no-speed] [--by group|tags] [--keep FOLDER]

Without files: all of ../shared/eval (or $HILO_SHARED/eval). The kind of a file is seen from its lines: conversations
(`messages`) go through the rules extractor and `score_events.py`, expressions (`expr`) through `app.temporal` and
`score_datetime.py`; the scorers are looked for beside the file. Conversations with `confirm_turns` are also scored
without those messages, family by family, and requests typed to an assistant (`smcalflow`) with proposals counted.

Speed is messages per second on one core, over all conversations given, the median of three rounds; dateparser and
Recognizers-Text only look for dates in the same messages, which is less work, in the same run where they are
installed (`pip install dateparser recognizers-text-date-time 'emoji<2'`), else it says so.
"""

import argparse
import asyncio
import gc
import importlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.extraction.base import Transcript  # noqa: E402
from app.extraction.cases import extract_file, to_transcript  # noqa: E402
from app.extraction.rules import RulesExtractor  # noqa: E402
from app.temporal import extract_file as extract_dates  # noqa: E402

Rows = list[dict[str, Any]]


def shared_eval() -> Path:
    return Path(os.environ.get("HILO_SHARED", ROOT.parent / "shared")) / "eval"


def read(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def score(script: Path, cases: Path, predictions: Path, *options: str) -> str:
    run = subprocess.run(
        [sys.executable, str(script), str(cases), str(predictions), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout.rstrip() or run.stderr.rstrip()


def events(title: str, rows: Rows, scorer: Path, folder: Path, *options: str) -> None:
    name = title.replace(" ", "_").replace("/", "_").replace(":", "")
    cases, out = folder / f"{name}.jsonl", folder / f"{name}.predictions.jsonl"
    cases.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    extract_file(cases, out, RulesExtractor())
    print(f"\n== {title}\n{score(scorer, cases, out, *options)}")


def without_read_back(rows: Rows) -> Rows:
    return [
        {**row, "messages": [m for i, m in enumerate(row["messages"]) if i not in row["confirm_turns"]]} for row in rows
    ]


def measure(path: Path, by: str | None, folder: Path) -> list[Transcript]:
    """Print the tables of a file; gives its conversations."""
    rows = read(path)
    if not rows:
        return []
    if "messages" not in rows[0]:
        out = folder / f"{path.stem}.predictions.jsonl"
        extract_dates(path, out)
        print(f"\n== {path.name}\n{score(path.parent / 'score_datetime.py', path, out)}")
        return []
    scorer = path.parent / "score_events.py"
    options = ["--by", by] if by else []
    if "confirm_turns" in rows[0]:
        for family in sorted({str(r.get("family")) for r in rows}):
            part = [r for r in rows if str(r.get("family")) == family]
            events(
                f"{path.stem}: {family}, without the read-back",
                without_read_back(part),
                scorer,
                folder,
                "--by",
                "group",
            )
            if family != "negative":
                events(f"{path.stem}: {family}, with it", part, scorer, folder)
    elif path.stem.startswith("smcalflow"):
        events(f"{path.stem}, with proposals", rows, scorer, folder, "--proposed", *options)
    else:
        events(path.stem, rows, scorer, folder, *options)
    return [to_transcript(r) for r in rows]


def rate(work: Callable[[], object], count: int) -> float:
    """Per second, the median of three rounds."""
    rounds = []
    for _ in range(3):
        begun = time.process_time()
        work()
        rounds.append(count / max(time.process_time() - begun, 1e-9))
    return statistics.median(rounds)


def speed(transcripts: list[Transcript]) -> None:
    count = sum(len(t.messages) for t in transcripts)
    texts = [(m.text, m.at, t.locale) for t in transcripts for m in t.messages]
    extractor = RulesExtractor()

    async def ours() -> None:
        for transcript in transcripts:
            await extractor.extract(transcript)

    # As the server does once it has started; the cases of this run are no part of what is measured.
    gc.collect()
    gc.freeze()
    print(f"\n== speed, messages per second of one core, {count} messages")
    print(f"{'hilo rules (whole conversations)':44}{rate(lambda: asyncio.run(ours()), count):10.0f}")
    sample = texts[:: max(len(texts) // 400, 1)]
    for name, load in (("dateparser", _dateparser), ("recognizers-text", _recognizers)):
        try:
            look = load()
        except ImportError as error:
            print(
                f"{name:44}{'-':>10}   cannot be used ({error}): "
                "pip install dateparser recognizers-text-date-time 'emoji<2'"
            )
            continue
        print(f"{name + ' (dates only)':44}{rate(lambda look=look: [look(*s) for s in sample], len(sample)):10.0f}")  # type: ignore[misc]


def _dateparser() -> Callable[..., object]:
    search = importlib.import_module("dateparser.search").search_dates
    return lambda text, at, lang: search(text, languages=[lang], settings={"RELATIVE_BASE": at.replace(tzinfo=None)})


def _recognizers() -> Callable[..., object]:
    suite = importlib.import_module("recognizers_date_time")
    culture = importlib.import_module("recognizers_text").Culture
    names = {"es": culture.Spanish, "en": culture.English}
    models = {code: suite.DateTimeRecognizer(name).get_datetime_model() for code, name in names.items()}
    return lambda text, at, lang: models[lang].parse(text, at.replace(tzinfo=None))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--by", choices=("group", "tags"))
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--keep", type=Path, help="write cases and predictions there instead of a temporary folder")
    args = parser.parse_args()
    files = args.files or sorted(shared_eval().glob("*.jsonl"))
    if not files:
        parser.error(f"no files given, and none in {shared_eval()}")
    transcripts: list[Transcript] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for path in files:
            transcripts += measure(path, args.by, folder)
    if transcripts and not args.no_speed:
        speed(transcripts)


if __name__ == "__main__":
    main()
