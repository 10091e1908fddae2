"""How well a language model reads conversations, beside the rules extractor.

    scripts/bench llm --model NAME [--base-url URL] [FILE.jsonl ...] [--concurrency N] [--keep FOLDER]
    scripts/bench llm --scripted 0.2 [FILE.jsonl ...]

The key is read from OPENAI_API_KEY. Without files: the conversations of ../shared/eval (or $HILO_SHARED/eval). With
--keep an interrupted run goes on where it stopped: what the folder has is not asked for again.

--scripted measures the checks instead of a model: a server of our own answers from the golds and is wrong in that share
of the conversations (another day, hour, year, weekday, words that nobody wrote …), also when it is asked again. How
many errors were caught, and how many right readings were let through, is printed.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pydantic import SecretStr  # noqa: E402

from app.errors import ExtractionError  # noqa: E402
from app.extraction.cases import extract_file, read_cases, to_prediction  # noqa: E402
from app.extraction.llm.extractor import Limits, LLMExtractor  # noqa: E402
from app.extraction.rules import RulesExtractor  # noqa: E402
from app.models import ModelUsage  # noqa: E402
from scripts.bench_extraction import read, score, shared_eval  # noqa: E402

if TYPE_CHECKING:
    from tests.support.gold_model import GoldModel


def already(out: Path) -> set[str]:
    """The cases that an earlier run has read. A line that was cut off by a crash is taken out and read again."""
    if not out.exists():
        return set()
    whole = []
    for line in out.read_text(encoding="utf-8").splitlines():
        try:
            whole.append((json.loads(line)["id"], line))
        except (ValueError, KeyError):
            continue
    out.write_text("".join(line + "\n" for _, line in whole), encoding="utf-8")
    return {identity for identity, _ in whole}


async def read_all(cases: Path, out: Path, extractor: LLMExtractor, concurrency: int) -> int:
    """Predictions for all cases, appended as they come; gives how many failed (they are asked for again next time)."""
    done = already(out)
    todo = [(name, transcript) for name, transcript in read_cases(cases) if name not in done]
    gate = asyncio.Semaphore(concurrency)
    finished = failed = 0
    with out.open("a", encoding="utf-8") as lines:

        async def one(name: str, transcript: object) -> None:
            nonlocal finished, failed
            async with gate:
                try:
                    extraction = await extractor.extract(transcript)  # type: ignore[arg-type]
                except ExtractionError as error:
                    failed += 1
                    print(f"\n{name}: {error.detail}", file=sys.stderr)
                else:
                    lines.write(json.dumps(to_prediction(name, extraction), ensure_ascii=False) + "\n")
                    lines.flush()
            finished += 1
            print(f"\r{cases.name}: {len(done) + finished}/{len(done) + len(todo)}", end="", file=sys.stderr)

        await asyncio.gather(*(one(name, transcript) for name, transcript in todo))
    print(file=sys.stderr)
    return failed


def judged(model: "GoldModel", predictions: list[dict[str, Any]]) -> str:
    """The two rates of a scripted run."""
    found = {row["id"]: row["events"] for row in predictions}
    caught, wrong, missed = Counter[str](), Counter[str](), []
    right = through = 0
    stopped = Counter[str]()
    for gold in model.golds.values():
        events = found.get(gold.id, [])
        confirmed = {e["start"] for e in events if e["status"] == "confirmed"}
        golds = {f"{start:%Y-%m-%dT%H:%M}" for start in gold.starts} | {f"{start:%Y-%m-%d}" for start in gold.starts}
        if gold.error:
            wrong[gold.error] += 1
            # Words quoted wrongly for a right moment are an error too: then that moment must not be confirmed.
            first = gold.told[0]
            again = gold.starts.count(first) > 1  # another event of that moment, rightly read
            ok = confirmed <= golds and (again or not confirmed & {f"{first:%Y-%m-%dT%H:%M}", f"{first:%Y-%m-%d}"})
            caught[gold.error] += ok
            if not ok:
                missed.append(f"{gold.id}: {gold.error}, confirmed {sorted(confirmed)}")
        for start in gold.told[1:] if gold.error else gold.told:
            right += 1
            let = bool(confirmed & {f"{start:%Y-%m-%dT%H:%M}", f"{start:%Y-%m-%d}"})
            through += let
            if not let:
                there = [e["reason"] for e in events if e["status"] == "proposed"]
                stopped[there[0] if there else "not given"] += 1
    calls = Counter(gold.calls for gold in model.golds.values())
    lines = [f"  {kind:28} {caught[kind]:4} of {n:4} caught" for kind, n in sorted(wrong.items())]
    return "\n".join(
        [
            f"errors injected: {wrong.total()}, caught: {caught.total()}",
            *lines,
            *(f"  let through: {line}" for line in missed),
            f"right readings: {right}, let through: {through}, to a person instead: {dict(stopped)}",
            f"calls per conversation: {dict(sorted(calls.items()))}",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--base-url")
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--keep", type=Path, help="predictions stay there, and a second run goes on with them")
    parser.add_argument("--input-price", type=float, default=0.0, help="per million tokens")
    parser.add_argument("--output-price", type=float, default=0.0, help="per million tokens")
    parser.add_argument("--scripted", type=float, metavar="SHARE", help="measure the checks, with that share of errors")
    args = parser.parse_args()
    if args.model is None and args.scripted is None:
        parser.error("name a --model, or measure the checks with --scripted 0.2")
    files = args.files or [p for p in sorted(shared_eval().glob("*.jsonl")) if not p.stem.startswith("datetime")]
    if not files:
        parser.error(f"no files given, and none in {shared_eval()}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for path in files:
            measure(path, folder, args)


def measure(path: Path, folder: Path, args: argparse.Namespace) -> None:
    taken: list[ModelUsage] = []
    begun = time.monotonic()
    gold_model, server = None, nullcontext()
    name = args.model or "scripted"
    if args.scripted is not None:
        from tests.support.gold_model import GoldModel
        from tests.support.openai_server import OpenAIServer

        gold_model = GoldModel(rows=read(path), wrong=args.scripted)
        server = OpenAIServer(respond=gold_model.respond)
    out, rules = folder / f"{path.stem}.llm.jsonl", folder / f"{path.stem}.rules.jsonl"
    with server as scripted:
        extractor = LLMExtractor(
            api_key=SecretStr(os.environ.get("OPENAI_API_KEY") or "none"),
            base_url=scripted.base_url if scripted else args.base_url,
            model=name,
            limits=Limits(timeout=args.timeout),
            on_usage=taken.append,
        )
        failed = asyncio.run(read_all(path, out, extractor, args.concurrency))
    seconds = time.monotonic() - begun
    if not args.scripted:
        extract_file(path, rules, RulesExtractor())
        scorer = path.parent / "score_events.py"
        print(f"\n== {path.stem}: {name}\n{score(scorer, path, out)}")
        print(f"\n== {path.stem}: rules\n{score(scorer, path, rules)}")
    if gold_model:
        print(f"\n== {path.stem}: the checks\n{judged(gold_model, read(out))}")
    sent, written = sum(u.input_tokens for u in taken), sum(u.output_tokens for u in taken)
    cost = (sent * args.input_price + written * args.output_price) / 1e6
    print(
        f"\n{len(taken)} calls, {sent} + {written} tokens, cost {cost:.4f}, {seconds:.1f} s, "
        f"{failed} conversations failed"
    )


if __name__ == "__main__":
    main()
