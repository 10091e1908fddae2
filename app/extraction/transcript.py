"""Making transcripts of anything that has messages."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from app.extraction.base import Transcript, TranscriptMessage
from app.models import Role

#: Names messages that have no id of their own by their place in a named conversation.
NAMESPACE = UUID("6f1d0c55-2a5e-4c39-9c53-0f1e5b1f6f0a")


class Said(NamedTuple):
    """A message as a file or a test has it. `at` aware, or local wall-clock time of the transcript's zone."""

    role: Role
    text: str
    at: dt.datetime


def transcript_of(said: Iterable[Said], *, time_zone: str, name: str, locale: str = "es") -> Transcript:
    """A transcript of messages without ids; the same name and places give the same ids."""
    zone = ZoneInfo(time_zone)
    messages = tuple(
        TranscriptMessage(
            id=uuid5(NAMESPACE, f"{name}/{index}"),
            role=one.role,
            text=one.text,
            at=one.at.replace(tzinfo=zone) if one.at.tzinfo is None else one.at.astimezone(zone),
        )
        for index, one in enumerate(said)
    )
    return Transcript(time_zone=time_zone, locale=locale, messages=messages)
