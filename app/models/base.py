"""What all values have in common, and the page of a list."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Base of all values: immutable, compared by content, tolerant of columns it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


T = TypeVar("T")


class Page(Value, Generic[T]):
    """One keyset page. `next_cursor` is opaque; None on the last page."""

    items: tuple[T, ...]
    next_cursor: str | None = None
