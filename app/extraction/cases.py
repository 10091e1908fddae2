"""Evaluation cases: conversations as JSON lines in, events as JSON lines out.

A case is {"id", "messages": [{"role", "text", "at"?}], "timezone"?, "reference"? or "reference_date"?}; whatever else
a line holds is not read, so that no extractor can see it.
"""

import asyncio
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import InvalidRequest
from app.extraction.base import Extraction, Extractor, Transcript
from app.extraction.rules.reading import language_of
from app.extraction.rules.words import fold
from app.extraction.transcript import Said, transcript_of
from app.models import Role

_DEFAULT_ZONE = "UTC"


def read_cases(path: Path) -> Iterator[tuple[str, Transcript]]:
    """The cases of a file as (id, transcript). Raises InvalidRequest, naming the line, for one that is not a case."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # splitlines breaks at U+2028 too
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{path}: cannot be read ({error})") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
            yield _identity(raw), to_transcript(raw)
        except (ValueError, KeyError, TypeError, ZoneInfoNotFoundError) as error:
            what = f"{error.args[0]!r} is missing" if type(error) is KeyError else str(error)
            raise InvalidRequest(f"{path}, line {number}: {what}") from error


def _identity(raw: Any) -> str:
    if not isinstance(raw, dict):
        raise TypeError("a case is a JSON object")
    if not isinstance(raw["id"], str | int):
        raise TypeError("id must be a string")
    return str(raw["id"])


def to_transcript(raw: dict[str, Any]) -> Transcript:
    """One case as a transcript; a message without `at` was sent at the reference, or at its predecessor's time."""
    zone = str(raw.get("timezone") or _DEFAULT_ZONE)
    ZoneInfo(zone)
    messages = raw["messages"]
    if not isinstance(messages, list) or not all(isinstance(m, dict) for m in messages):
        raise TypeError("messages must be a list of objects")
    now = raw.get("reference") or raw.get("reference_date")
    at = dt.datetime.fromisoformat(str(now)) if now else None
    said: list[Said] = []
    for index, message in enumerate(messages):
        if message.get("at"):
            at = dt.datetime.fromisoformat(str(message["at"]))
        if at is None:
            raise ValueError(f"message {index} has no time: give `at`, or `reference` for the case")
        if message.get("role") not in ("user", "bot"):
            raise ValueError(f"message {index}: role must be user or bot, not {message.get('role')!r}")
        if not isinstance(message.get("text"), str):
            raise TypeError(f"message {index}: text must be a string")
        said.append(Said(Role(message["role"]), message["text"], at))
    words = [w.strip(".,;:!?¿¡") for one in said for w in fold(one.text).split()]
    return transcript_of(said, time_zone=zone, name=str(raw.get("id")), locale=language_of(words, "es"))


def to_prediction(identity: str, extraction: Extraction) -> dict[str, Any]:
    """A line of predictions: local ISO times, a date alone for a whole day."""
    return {
        "id": identity,
        "events": [
            {
                "title": e.title,
                "start": e.start.date().isoformat() if e.all_day else e.start.strftime("%Y-%m-%dT%H:%M"),
                "end": e.end.strftime("%Y-%m-%dT%H:%M") if e.end else None,
                "location": e.location,
                "status": e.status.value,
                "reason": e.reason,
            }
            for e in extraction.events
        ],
    }


async def extract_cases(cases: Path, out: Path, extractor: Extractor) -> int:
    """Read all cases, extract each, write one prediction per line; gives how many. Raises InvalidRequest for a line
    that is not a case, and what the extractor raises."""
    count = 0
    with out.open("w", encoding="utf-8") as lines:
        for identity, transcript in read_cases(cases):
            prediction = to_prediction(identity, await extractor.extract(transcript))
            lines.write(json.dumps(prediction, ensure_ascii=False) + "\n")
            count += 1
    return count


def extract_file(cases: Path, out: Path, extractor: Extractor) -> int:
    """`extract_cases` for callers without an event loop (`hilo extract CASES.jsonl -o OUT.jsonl`)."""
    return asyncio.run(extract_cases(cases, out, extractor))
