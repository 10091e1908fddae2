"""What the parts of the store share: calling, turning answers into values, cursors."""

import base64
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from app.errors import InvalidRequest, NotFound, StoreRefused
from app.models import Page, Value
from app.store.database import Database

V = TypeVar("V", bound=Value)


def wire(value: Any) -> Any:
    """A parameter as JSON can carry it."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Value):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {key: wire(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [wire(item) for item in value]
    return value


def encode_cursor(key: Any) -> str | None:
    """An opaque cursor for the key of the last item; None stays None."""
    return None if key is None else base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, at: str, tie: str) -> dict[str, Any] | None:
    """The key in a cursor: the time `at` and what breaks ties. `InvalidRequest` for one that no such list gave."""
    if not cursor:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        key = None
    if not isinstance(key, dict) or key.keys() != {at, tie} or not (_is_time(key[at]) and _is_tie(key[tie])):
        raise InvalidRequest("The cursor is not one that this server gave; begin without it")
    return key


def _is_time(value: Any) -> bool:
    try:
        return isinstance(value, str) and (value == "-infinity" or bool(datetime.fromisoformat(value)))
    except ValueError:
        return False


def _is_tie(value: Any) -> bool:
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def pattern(search: str | None) -> str | None:
    """What people type into a search box, as an ILIKE pattern."""
    if not search or not search.strip():
        return None
    escaped = search.strip().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


_LATIN: Final = [(one, unicodedata.normalize("NFD", one)[0].lower()) for one in map(chr, range(0x41, 0x180))]
_SAME: Final = {
    letter: "".join(one for one, plain in _LATIN if plain == letter) for letter in "abcdefghijklmnopqrstuvwxyz"
}
"""Each letter with its capital and those with accents."""
_ACCENTS: Final = "[\u0300-\u036f]"


def loosely(search: str | None) -> str | None:
    """What people type as a regular expression of Postgres: accents and case are one, also accents that stand beside
    their letter."""
    if not search or not search.strip():
        return None
    plain = re.sub(_ACCENTS, "", unicodedata.normalize("NFD", search.strip())).lower()
    return "".join(f"[{_SAME[one]}]{_ACCENTS}?" if one in _SAME else _literal(one) for one in plain)


def _literal(one: str) -> str:
    if one.isalpha() and len(one.upper()) == 1:
        return f"[{one}{one.upper()}]"
    return f"\\U{ord(one):08x}"


def digits(search: str | None) -> str | None:
    """What people type, if it is a phone number or a part of one, as a LIKE pattern of its digits."""
    found = re.sub(r"[-+()./\s]", "", search or "")
    return f"%{found.removeprefix('00')}%" if len(found) > 2 and re.fullmatch("[0-9]+", found) else None


class Calls:
    """Base of the parts of `Store`: one `Database`, shared."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def _call(self, function: str, **params: Any) -> Any:
        try:
            return await self.database.call(function, {name: wire(value) for name, value in params.items()})
        except RecursionError as error:
            raise StoreRefused("A value is nested too deeply to be stored") from error

    async def _one(self, model: type[V], function: str, what: str, **params: Any) -> V:
        """A single row, or `NotFound` naming `what`."""
        row = await self._call(function, **params)
        if row is None:
            raise NotFound(f"There is no such {what}")
        return model.model_validate(row)

    async def _page(self, model: type[V], function: str, **params: Any) -> Page[V]:
        answer = await self._call(function, **params)
        return Page(
            items=tuple(model.model_validate(item) for item in answer["items"]),
            next_cursor=encode_cursor(answer["next"]),
        )
