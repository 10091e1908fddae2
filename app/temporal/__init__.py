"""Dates and times in words → moments. Spanish and English; imports nothing of the rest. Documented in docs/temporal.md.

    >>> find("el viernes a las 10", reference=now)
    >>> resolve("kiero cita pa mañana alas 3", reference=now)
"""

from app.temporal.predictions import extract_file, to_prediction
from app.temporal.reading import combine, find, resolve
from app.temporal.values import (
    Anchor,
    Bound,
    Expect,
    Half,
    Kind,
    Options,
    PartOfDay,
    Shift,
    TimeExpression,
    localize,
)

__all__ = [
    "Anchor",
    "Bound",
    "Expect",
    "Half",
    "Kind",
    "Options",
    "PartOfDay",
    "Shift",
    "TimeExpression",
    "combine",
    "extract_file",
    "find",
    "localize",
    "resolve",
    "to_prediction",
]
