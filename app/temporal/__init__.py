"""Dates and times in words → moments. Spanish and English; imports nothing of the rest. Documented in docs/temporal.md.

>>> find("el viernes a las 10", reference=now)
>>> resolve("kiero cita pa mañana alas 3", reference=now)
"""

from app.temporal.impossible import impossible_days
from app.temporal.lexicon import register
from app.temporal.predictions import extract_file, to_prediction
from app.temporal.reading import combine, find, names_month, resolve
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
from app.temporal.vocabulary import Language

__all__ = [
    "Anchor",
    "Bound",
    "Expect",
    "Half",
    "Kind",
    "Language",
    "Options",
    "PartOfDay",
    "Shift",
    "TimeExpression",
    "combine",
    "extract_file",
    "find",
    "impossible_days",
    "localize",
    "names_month",
    "register",
    "resolve",
    "to_prediction",
]
