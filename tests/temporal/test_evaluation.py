"""Floors on the evaluation sets, when they are there: a change that reads less of them fails here."""

import datetime as dt
import json

import pytest

from app.temporal import extract_file

FLOORS = {("datetime_dev.jsonl", "en"): 0.96, ("datetime_dev.jsonl", "es"): 0.96,
          ("datetime_duckling_dev.jsonl", "en"): 0.93, ("datetime_duckling_dev.jsonl", "es"): 0.97}  # fmt: skip


@pytest.mark.parametrize(("name", "lang"), FLOORS)
def test_expressions(shared_dir, tmp_path, name, lang):
    cases_path = shared_dir / "eval" / name
    if not cases_path.exists():
        pytest.skip(f"no {name}")
    cases = [json.loads(line) for line in cases_path.read_text(encoding="utf-8").splitlines()]
    assert extract_file(cases_path, tmp_path / "out.jsonl") == len(cases)
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    predictions = {line["id"]: line for line in map(json.loads, lines)}
    kept = [case for case in cases if case["lang"] == lang]
    timed = [case for case in kept if case["gold"]["kind"] != "none"]
    right = sum(_right(case, predictions[case["id"]]) for case in timed)
    assert right / len(timed) >= FLOORS[name, lang]
    empty = [case for case in kept if case["gold"]["kind"] == "none"]
    assert sum("start" in predictions[case["id"]] for case in empty) <= 0.03 * len(empty)


def _right(case, prediction):
    """As the scorer beside the data: all of start, and of end where there is one, in one of the accepted answers."""
    return any(
        all(_same(case, gold[key], prediction.get(key)) for key in ("start", "end") if key in gold)
        for gold in [case["gold"], *case.get("accept", [])]
    )


def _same(case, gold, value):
    if not value:
        return False
    kind = case["gold"]["kind"]
    if kind.startswith("datetime"):
        if "-" not in value:
            day = dt.date.fromisoformat(case["reference"][:10])
            value = f"{day + dt.timedelta(days=value < case['reference'][11:16])}T{value}"
        return value == gold
    if kind.startswith("date"):
        return value[:10] == gold[:10]
    return value[-5:] == gold[-5:]
