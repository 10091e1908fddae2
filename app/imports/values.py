"""What an export holds, once it is understood."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a line is. `NOTICE` is WhatsApp speaking (encryption, group events); all others are somebody's message."""

    TEXT = "text"
    NOTICE = "notice"
    MEDIA = "media"
    LOCATION = "location"
    DELETED = "deleted"
    EMPTY = "empty"


class MediaKind(StrEnum):
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    STICKER = "sticker"
    CONTACT = "contact"
    DOCUMENT = "document"
    UNKNOWN = "media"


class Order(StrEnum):
    """How a date's three numbers are meant."""

    DAY_FIRST = "day/month/year"
    MONTH_FIRST = "month/day/year"
    YEAR_FIRST = "year/month/day"


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """The text of a line, read. `text` is what a person wrote (with media, the caption), `attachment` a file's name."""

    kind: Kind
    text: str = ""
    media: MediaKind | None = None
    attachment: str | None = None
    location: tuple[str, str] | None = None
    edited: bool = False

    @property
    def omitted(self) -> bool:
        """Media that the export was made without."""
        return self.kind is Kind.MEDIA and self.attachment is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line of a chat with what follows it. `at` is aware; `to_minute` says that the file gives no seconds; `line`
    counts from 1. A notice has an author when WhatsApp wrote it under a name."""

    line: int
    at: datetime
    to_minute: bool
    author: str | None
    content: Content

    @property
    def is_notice(self) -> bool:
        return self.content.kind is Kind.NOTICE


@dataclass(frozen=True, kw_only=True, slots=True)
class Chat:
    """A whole export, in the order of the file. `preamble` is what stands before the first date, a notice too.
    `order_reason` says what decided the order of day and month, `warnings` what was odd."""

    entries: tuple[Entry, ...]
    preamble: str = ""
    order: Order
    order_reason: str
    is_group: bool
    warnings: tuple[str, ...] = ()

    @property
    def messages(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if not entry.is_notice)

    @property
    def notices(self) -> int:
        return sum(entry.is_notice for entry in self.entries) + bool(self.preamble)

    @property
    def authors(self) -> dict[str, int]:
        """How many messages each wrote, in order of appearance."""
        counts: dict[str, int] = {}
        for entry in self.messages:
            if entry.author is not None:
                counts[entry.author] = counts.get(entry.author, 0) + 1
        return counts
