"""How well a language model reads conversations, beside the rules extractor.

    scripts/bench llm --model NAME [--base-url URL] [FILE.jsonl ...] [--concurrency N] [--keep FOLDER]

The key is read from OPENAI_API_KEY. Without files: the conversations of ../shared/eval (or $HILO_SHARED/eval). With
--keep an interrupted run goes on where it stopped: what the folder has is not asked for again.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pydantic import SecretStr  # noqa: E402

from app.errors import ExtractionError  # noqa: E402
from app.extraction.cases import extract_file, read_cases, to_prediction  # noqa: E402
from app.extraction.llm import Limits, LLMExtractor  # noqa: E402
from app.extraction.rules import RulesExtractor  # noqa: E402
from app.models import ModelUsage  # noqa: E402
from scripts.bench_extraction import score, shared_eval  # noqa: E402


class Count:
    """The tokens of a run."""

    def __init__(self) -> None:
        self.input = self.output = self.calls = 0

    def add(self, usage: ModelUsage) -> None:
        self.input += usage.input_tokens
        self.output += usage.output_tokens
        self.calls += 1


def already(out: Path) -> set[str]:
    """The cases that an earlier run has read."""
    if not out.exists():
        return set()
    return {json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines() if line.strip()}


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--base-url")
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--keep", type=Path, help="predictions stay there, and a second run goes on with them")
    parser.add_argument("--input-price", type=float, default=0.0, help="per million tokens")
    parser.add_argument("--output-price", type=float, default=0.0, help="per million tokens")
    args = parser.parse_args()
    files = args.files or [p for p in sorted(shared_eval().glob("*.jsonl")) if not p.stem.startswith("datetime")]
    if not files:
        parser.error(f"no files given, and none in {shared_eval()}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for path in files:
            count, begun = Count(), time.monotonic()
            extractor = LLMExtractor(
                api_key=SecretStr(os.environ.get("OPENAI_API_KEY") or "none"),
                base_url=args.base_url,
                model=args.model,
                limits=Limits(timeout=args.timeout),
                on_usage=count.add,
            )
            out, rules = folder / f"{path.stem}.llm.jsonl", folder / f"{path.stem}.rules.jsonl"
            failed = asyncio.run(read_all(path, out, extractor, args.concurrency))
            seconds = time.monotonic() - begun
            extract_file(path, rules, RulesExtractor())
            scorer = path.parent / "score_events.py"
            print(f"\n== {path.stem}: {args.model}\n{score(scorer, path, out)}")
            print(f"\n== {path.stem}: rules\n{score(scorer, path, rules)}")
            cost = (count.input * args.input_price + count.output * args.output_price) / 1e6
            print(
                f"\n{count.calls} calls, {count.input} + {count.output} tokens, cost {cost:.4f}, "
                f"{seconds:.1f} s, {failed} conversations failed"
            )


if __name__ == "__main__":
    main()
