"""Events of one day side by side, where they overlap."""

from collections.abc import Sequence
from typing import Final

from app.models import Value

MOST: Final = 3
"""Lanes in which a title can still be read. Where more would be needed there are `MOST - 1`, and the rest in a list."""


class Span(Value):
    """[row, row + rows). Where lanes are few, a lower `rank` has one first."""

    row: int
    rows: int
    rank: int = 0


class Place(Value):
    """`lane` counts from 0; `lanes` are those that the overlapping ones share. `over`: there is none left for it.
    `group` is the same for all that hang together by overlapping."""

    lane: int
    lanes: int
    over: bool
    group: int


def arrange(spans: Sequence[Span]) -> list[Place]:
    """A place for each of `spans`, in their order."""
    groups = _groups(spans)
    lanes: dict[int, int] = {}
    for members in groups:
        taken: list[list[Span]] = []
        for at in sorted(members, key=lambda at: (spans[at].rank, spans[at].row, -spans[at].rows)):
            free = (n for n, lane in enumerate(taken) if not any(_overlap(spans[at], other) for other in lane))
            lanes[at] = next(free, len(taken))
            if lanes[at] == len(taken):
                taken.append([])
            taken[lanes[at]].append(spans[at])
    places: dict[int, Place] = {}
    for group, members in enumerate(groups):
        wanted = 1 + max(lanes[at] for at in members)
        shown = wanted if wanted <= MOST else MOST - 1
        for at in members:
            places[at] = Place(lane=lanes[at], lanes=min(wanted, MOST + 1), over=lanes[at] >= shown, group=group)
    return [places[at] for at in range(len(spans))]


def _groups(spans: Sequence[Span]) -> list[list[int]]:
    groups: list[list[int]] = []
    end = -1
    for at in sorted(range(len(spans)), key=lambda at: spans[at].row):
        if not groups or spans[at].row >= end:
            groups.append([])
        groups[-1].append(at)
        end = max(end, spans[at].row + spans[at].rows)
    return groups


def _overlap(one: Span, other: Span) -> bool:
    return one.row < other.row + other.rows and other.row < one.row + one.rows
