"""How a time leaves and enters the API, the base of what is answered, and the page of a list."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Generic, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
)

# What a calendar can hold; also keeps arithmetic with offsets inside what Python's dates can say.
_YEARS: Final = (2000, 2199)
_LOST_PLUS: Final = re.compile(r" (?=\d\d:?\d\d$)")


def _in_zone(moment: datetime, info: ValidationInfo) -> datetime:
    return moment.astimezone(info.context["zone"]) if info.context else moment


# The one way in which a time leaves the API: ISO 8601 with offset, in the zone that `shown` was given.
Time = Annotated[
    AwareDatetime,
    AfterValidator(_in_zone),
    PlainSerializer(datetime.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-27T10:00:00-05:00"]}),
]


def _read_time(value: object) -> object:
    """ISO 8601; in an address an unescaped + of the offset has become a space."""
    if not isinstance(value, str):
        raise ValueError("should be a text such as 2026-11-27T10:00")  # noqa: TRY004 (Pydantic wants ValueError)
    try:
        moment = datetime.fromisoformat(_LOST_PLUS.sub("+", value.strip()))
    except ValueError:
        raise ValueError("should be a date or a date and time, such as 2026-11-27T10:00") from None
    if not _YEARS[0] <= moment.year <= _YEARS[1]:
        raise ValueError(f"should lie between the years {_YEARS[0]} and {_YEARS[1]}")
    return moment


# How a time comes in. Without an offset it is the tenant's wall clock (`event_review.local_time`).
TimeIn = Annotated[
    datetime,
    BeforeValidator(_read_time),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-27T10:00:00-05:00"]}),
]

S = TypeVar("S", bound="Shown")


class Shown(BaseModel):
    """Base of what is answered: made from a value of the application, unknown fields left out."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")

    @classmethod
    def of(cls, value: Any, zone: ZoneInfo) -> Self:
        """`value` with all its times in `zone`."""
        return cls.model_validate(value, context={"zone": zone})


class Page(BaseModel, Generic[S]):
    """One page. Ask for the next with `cursor` = `next_cursor`; null says that this was the last."""

    items: list[S]
    next_cursor: str | None = Field(description="Opaque; null on the last page.")


def page(items: Sequence[Any], next_cursor: str | None, model: type[S], zone: ZoneInfo) -> Page[S]:
    """A page of the application as one of the API."""
    return Page[model](items=[model.of(item, zone) for item in items], next_cursor=next_cursor)  # type: ignore[valid-type]
