"""The one door to Postgres: call a function by name, get its JSON."""

import math
from collections.abc import Mapping
from typing import Any, Protocol


class Database(Protocol):
    """A transport. JSON is the wire format: parameters are text, numbers, booleans, None, or what json can write
    (passed as jsonb); the result is what the function returned.

    Raises `StoreUnavailable` (no answer, repeat), `NotFound` and `StoreRefused` (the function said no; SQLSTATE
    HL404 and the other HL codes), `SchemaMismatch` (no such function). Every function of `sql/functions` is safe to
    repeat, and both transports do so when a connection drops under a call.
    """

    @property
    def name(self) -> str: ...

    async def call(self, function: str, params: Mapping[str, Any]) -> Any: ...

    async def close(self) -> None: ...


def clean(value: Any) -> Any:
    """`value` with what Postgres cannot keep replaced: NUL characters and lone surrogates by U+FFFD, numbers that JSON
    does not have (NaN, infinity) by None.

    A text with a NUL would be refused whole (22P05), and a message must never be lost for one character.
    """
    if isinstance(value, str):
        if "\x00" in value:
            value = value.replace("\x00", "\N{REPLACEMENT CHARACTER}")
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    return value
