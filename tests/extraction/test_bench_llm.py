"""`scripts/bench llm`, end to end: real client, scripted server, and a run that was interrupted."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.bench_llm import main
from tests.support.gold_model import GoldModel
from tests.support.openai_server import OpenAIServer, fault

SCORER = """import json, sys
print(len(open(sys.argv[2], encoding="utf-8").read().splitlines()), "predictions scored")
"""


def rows(count: int) -> list[dict]:
    """Appointments told in a few ways, of our own making."""
    made = []
    for n in range(count):
        day = 10 + n
        made.append(
            {
                "id": f"own-{n}",
                "timezone": "America/Lima",
                "messages": [
                    {"role": "user", "at": "2027-03-01T09:00:00", "text": f"Quisiera un masaje el {day} de marzo"},
                    {"role": "bot", "at": "2027-03-01T09:01:00", "text": "Claro, ¿a qué hora?"},
                    {"role": "user", "at": "2027-03-01T09:02:00", "text": f"a las {9 + n % 3}:15 de la mañana"},
                    {"role": "bot", "at": "2027-03-01T09:03:00", "text": "Perfecto, anotado"},
                ],
                "events": [{"title": "Masaje", "start": f"2027-03-{day}T{9 + n % 3:02d}:15"}],
            }
        )
    return made


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run it with these options; gives what it prints."""

    def run(*options: str | Path) -> str:
        monkeypatch.setattr(sys, "argv", ["bench llm", *map(str, options)])
        main()
        return capsys.readouterr().out

    return run


def test_an_interrupted_run_goes_on_and_both_tables_are_printed(bench, tmp_path: Path) -> None:
    cases = tmp_path / "own.jsonl"
    cases.write_text("".join(json.dumps(row) + "\n" for row in rows(6)), encoding="utf-8")
    (tmp_path / "score_events.py").write_text(SCORER)
    model = GoldModel(rows=rows(6))
    with OpenAIServer(respond=model.respond) as server:
        kept = tmp_path / "own.llm.jsonl"
        options = ("--model", "m", "--base-url", server.base_url, "--keep", tmp_path, "--input-price", "2", cases)
        server._script = [fault(400), fault(400)]  # two that fail are asked for again next time
        first = bench(*options)
        assert "2 conversations failed" in first
        lines = kept.read_text().splitlines()
        assert len(lines) == 4
        kept.write_text("\n".join([*lines[:2], lines[2][:30]]))  # killed while it wrote the third
        asked = len(server.requests)
        second = bench(*options)
    assert len(server.requests) - asked == 4
    assert "own: m" in second
    assert "own: rules" in second
    assert second.count("6 predictions scored") == 2
    assert "4 calls, 40 + 20 tokens, cost 0.0001" in second
    assert {json.loads(line)["id"] for line in kept.read_text().splitlines()} == {f"own-{n}" for n in range(6)}


def test_the_checks_are_measured(bench, tmp_path: Path) -> None:
    cases = tmp_path / "own.jsonl"
    cases.write_text("".join(json.dumps(row) + "\n" for row in rows(20)), encoding="utf-8")
    told = bench("--scripted", "0.4", cases)
    [errors] = [line for line in told.splitlines() if line.startswith("errors injected")]
    injected, caught = (int(word.strip(",")) for word in errors.split() if word.strip(",").isdigit())
    assert injected == caught > 3
    assert f"right readings: {20 - injected}, let through: {20 - injected}," in told
