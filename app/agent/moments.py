"""The moment of an appointment as understood, and why a phrase gives none."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from app.models import Evidence


class Problem(StrEnum):
    """Why a phrase gives no moment that an event could have."""

    NOT_UNDERSTOOD = "not_understood"
    PAST = "past"
    MISMATCH = "mismatch"
    SEVERAL = "several"
    OPEN = "open"
    RECURRING = "recurring"
    DATE_MISSING = "date_missing"
    TIME_MISSING = "time_missing"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """A moment as understood, in the tenant's zone. A whole day has `all_day` and starts at local midnight."""

    start: dt.datetime
    end: dt.datetime | None = None
    all_day: bool = False
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """A phrase that is no appointment; `date`, `time` and `weekday` hold what was understood of it."""

    problem: Problem
    date: dt.date | None = None
    time: dt.time | None = None
    weekday: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """The event that is being moved: gives the day, the hour or the length that a phrase leaves open."""

    start: dt.datetime
    end: dt.datetime | None = None
    all_day: bool = False
