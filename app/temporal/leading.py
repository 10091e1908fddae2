"""What leads in to an expression: bounds ("a partir de"), "todos los", "around"."""

from __future__ import annotations

from app.temporal.nodes import Draft
from app.temporal.sentence import Sentence
from app.temporal.values import Bound

_BOUNDS: dict[str, Bound] = {"since": "from", "from": "from", "before": "before", "after": "after", "until": "until"}


def lead(s: Sentence, draft: Draft) -> None:
    j = draft.start
    own = s[j]
    if draft.day is not None or draft.clock is not None or draft.moment is not None:
        bound_by(s, draft, j)
    k = draft.start - 1
    if s[k].has("about") and (draft.clock or draft.day):
        draft.approximate, draft.start, k = True, k, k - 1
    if s[k].has("every") and draft.day is not None:
        draft.recurring, draft.start = True, k
    elif own.has("every"):
        draft.recurring = True
    around = (s[draft.start - 1], s[draft.start - 2], s[draft.end])
    if draft.clock is not None and any(lexeme.has("daily") for lexeme in around):
        draft.recurring = True  # "todos los días a las 9"
    plural = s[draft.start - 1].has("every_article") or own.has("every_article")
    if plural and draft.day is not None and draft.day.weekday is not None and draft.day.day is None:
        draft.recurring = True  # "los martes"


def bound_by(s: Sentence, draft: Draft, j: int) -> None:
    if draft.is_range:
        return
    for k in (j, j - 1, j - 2):
        if k < j - 1 and not (s[j - 1].has("article") or s[j - 1].has("at") or s[j - 1].has("at_weak")):
            break
        word = s[k]
        if k < 0 or (k == j and draft.end == j):
            break
        if word.has("before") and s[k + 1].has("at"):
            continue  # "come by at 12"
        if word.word.roles.isdisjoint(_BOUNDS):
            continue
        for role, bound in _BOUNDS.items():
            if word.has(role) and not (role == "from" and word.has("of")):
                draft.bound = bound
                draft.start = min(draft.start, k)
                return
