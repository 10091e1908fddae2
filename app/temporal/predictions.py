"""Expressions as plain ISO values, one JSON object per line: what `hilo extract --datetime` writes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.temporal.reading import DEFAULT, resolve
from app.temporal.values import Options, TimeExpression


def to_prediction(expression: TimeExpression) -> dict[str, str]:
    """`start` and, for ranges, `end` as "2019-03-08", "17:30" or "2019-03-08T17:30", local as said; else {}."""
    start = _iso(expression.date, expression.time)
    if start is None:
        return {}
    prediction = {"start": start}
    if expression.end_time is not None or expression.end_date is not None:
        end = _iso(expression.end_date or (expression.date if expression.end_time else None), expression.end_time)
        if end is not None:
            prediction["end"] = end
    return prediction


def _iso(day: dt.date | None, at: dt.time | None) -> str | None:
    clock = at.strftime("%H:%M") if at is not None else None
    if day is not None and clock is not None:
        return f"{day.isoformat()}T{clock}"
    return day.isoformat() if day is not None else clock


def predict(case: Mapping[str, Any], *, timezone: str = "UTC", options: Options = DEFAULT) -> dict[str, Any]:
    """One case {"id", "text", "reference", "lang"?} → {"id", "start"?, "end"?}.

    A `reference` without an offset is local time in the case's `timezone`, else in `timezone`. Nothing else of a
    case is looked at. Raises KeyError and ValueError for what is no case.
    """
    reference = dt.datetime.fromisoformat(case["reference"])
    if reference.tzinfo is None:
        reference = reference.replace(tzinfo=ZoneInfo(case.get("timezone") or timezone))
    found = resolve(case["text"], reference=reference, lang=case.get("lang"), options=options)
    return {"id": case["id"], **(to_prediction(found) if found else {})}


def extract_file(cases_path: Path, out_path: Path, *, timezone: str = "UTC", options: Options = DEFAULT) -> int:
    """`predict` for each line of a file; returns the count."""
    count = 0
    with Path(cases_path).open(encoding="utf-8") as cases, Path(out_path).open("w", encoding="utf-8") as out:
        for line in cases:
            if not line.strip():
                continue
            out.write(json.dumps(predict(json.loads(line), timezone=timezone, options=options)) + "\n")
            count += 1
    return count
