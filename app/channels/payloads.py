"""Reading JSON bodies of webhooks: strictly as JSON, tolerantly as to what stands in it.

A provider adds and leaves out fields without notice, so nothing below the outermost shape is an error: what is not
there, or not of the expected type, reads as empty.
"""

import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from app.channels.base import WebhookRequest
from app.channels.forms import CLEANED
from app.channels.text import clean
from app.errors import MalformedWebhook

Json = dict[str, Any]

_MAX_ID = 255
_MAX_DEPTH = 64  # the deepest real payload, a quoted message in a WAHA `_data`, has about 20
_PHONE = re.compile(r"\+?([1-9][0-9]{5,14})")
_MILLISECONDS = 100_000_000_000  # as seconds this is the year 5138, as milliseconds 1973


def read_json(request: WebhookRequest) -> Json:
    """The request's body, a JSON object; raise `MalformedWebhook` for anything else.

    NUL and lone surrogates, which Postgres cannot hold, are taken out, as are numbers that are none (`1e999`);
    `hilo:cleaned` at the top then says so.
    """
    try:
        body = json.loads(request.body.decode("utf-8"), parse_constant=_refuse, parse_float=_finite, parse_int=_int)
    except (ValueError, RecursionError):
        raise MalformedWebhook("the body is no JSON in UTF-8") from None
    if not isinstance(body, dict):
        raise MalformedWebhook("the body is no JSON object")
    cleaned: Json = _cleaned(body, 0)
    if cleaned != body:
        cleaned[CLEANED] = True
    return cleaned


def part(value: object, *path: str) -> Json:
    """The object at `path` inside `value`; empty if there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def parts(value: object) -> list[Json]:
    """The objects of a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: object, *names: str) -> str:
    """The first of the fields `names` that holds text (a number counts) and is not blank, as it is; else empty."""
    for name in names:
        found = value.get(name) if isinstance(value, dict) else None
        if isinstance(found, str) and found.strip():
            return found
        if isinstance(found, int | float) and not isinstance(found, bool):
            return str(found)
    return ""


def identifier(value: object, *names: str) -> str:
    """The same for an id; one that the database could not index is no id. Stripped."""
    found = text(value, *names).strip()
    return found if len(found) <= _MAX_ID else ""


def moment(value: object) -> datetime | None:
    """A time in seconds or milliseconds since 1970, or in words of ISO 8601 (without zone: UTC); None for others."""
    try:
        if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,15}(\.[0-9]*)?", value.strip()):
            at = datetime.fromisoformat(re.sub(r"\s+UTC$", "+00:00", value.strip()))
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        seconds = float(value)
        return datetime.fromtimestamp(seconds / 1000 if seconds >= _MILLISECONDS else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def e164(number: str) -> str | None:
    """`+…` for a number with or without plus; None for what is no phone number."""
    match = _PHONE.fullmatch(number.strip())
    return f"+{match[1]}" if match and number.isascii() else None


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def _int(number: str) -> int | None:
    return int(number) if len(number) < 40 else None


def _cleaned(value: Any, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return dict(_cleaned_items(value, depth))
    if isinstance(value, list):
        return [_cleaned(item, depth + 1) for item in value]
    return value


def _cleaned_items(value: Json, depth: int) -> Iterator[tuple[str, Any]]:
    for name, item in value.items():
        yield clean(name), _cleaned(item, depth + 1)
