"""The evaluation sets beside the repository, where they are present: figures must not fall under these floors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.extraction.cases import extract_file
from app.extraction.rules import RulesExtractor

ROOT = Path(__file__).resolve().parents[2]
EVAL = Path(os.environ.get("HILO_SHARED", ROOT.parent / "shared")) / "eval"

pytestmark = pytest.mark.skipif(not EVAL.is_dir(), reason="the evaluation sets are not beside the repository")


def figures(tmp_path: Path, rows: list[dict[str, object]], *options: str) -> dict[str, float]:
    cases, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    cases.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    extract_file(cases, out, RulesExtractor())
    table = subprocess.run(
        [sys.executable, EVAL / "score_events.py", cases, out, *options],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    header, line = table.splitlines()[:2]
    names, values = header.split()[2:], line.split()[3:]
    return {name: float(value.rstrip("%")) for name, value in zip(names, values, strict=True) if value != "-"}


def rows(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (EVAL / name).read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("name", "options", "floor", "most_false"),
    [
        ("whatsapp_more_dev.jsonl", (), {"R": 97, "joint~": 86}, 0),
        ("whatsapp_es_dev.jsonl", (), {"R": 95, "joint~": 90}, 0),
        ("smcalflow_dev.jsonl", ("--proposed",), {"R": 92, "joint~": 80}, 6),
    ],
)
def test_chats_and_requests(
    tmp_path: Path, name: str, options: tuple[str, ...], floor: dict[str, float], most_false: float
):
    found = figures(tmp_path, rows(name), *options)
    assert {key: value for key, value in found.items() if value < floor.get(key, 0)} == {}
    assert found["false"] <= most_false


@pytest.mark.parametrize(
    ("family", "floor", "most_false"),
    [("calendar", {"R": 95, "joint~": 86}, 0), ("booking", {"R": 87}, 0), ("negative", {}, 2)],
)
def test_assistant_dialogues_without_the_read_back(
    tmp_path: Path, family: str, floor: dict[str, float], most_false: float
):
    """Of every second one: there are hundreds."""
    part = [row for row in rows("sgd_dev.jsonl") if row["family"] == family][::2]
    for row in part:
        row["messages"] = [m for i, m in enumerate(row["messages"]) if i not in row["confirm_turns"]]  # type: ignore[operator, arg-type]
    found = figures(tmp_path, part)
    assert {key: value for key, value in found.items() if value < floor.get(key, 0)} == {}
    assert found.get("false", 0) <= most_false
