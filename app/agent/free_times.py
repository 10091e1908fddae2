"""What is free on a day, or in the next ones: the agent's answer to "¿qué horas tienes el jueves?"."""

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Protocol

from langchain.tools import ToolRuntime, tool
from pydantic import Field

from app.agent.availability import WAKING, Window, free_times
from app.agent.turn import Turn
from app.agent.wording import Lang, join_words, say_clock, say_day
from app.models import Busy

_DAYS_AHEAD: Final = 14
_DAYS: Final = 3  # of the next free ones that are named
_A_DAY: Final = 6  # times of one day that are named
_EACH: Final = 3  # times of each of several days


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """Looks for free times in what the turn knows and `busy` says is taken in [first, second)."""

    turn: Turn
    busy: Callable[[dt.datetime, dt.datetime], Awaitable[Sequence[Busy]]]

    async def find(self, window: Window) -> tuple[dt.datetime, ...]:
        """All of the window's day; where there is none, or none is named, some of the nearest days."""
        today, day = self.turn.today, window.day
        if day is not None:
            days = [day + dt.timedelta(days=n) for n in range(min(((window.last or day) - day).days, _DAYS_AHEAD) + 1)]
            found = await self._days([one for one in days if one >= today], window)
            if found:
                return found if len(days) == 1 else _first(found, max(day, today))
        ahead = max((day or today) - today, dt.timedelta(0)).days + _DAYS_AHEAD
        return _first(await self._days([today + dt.timedelta(days=n) for n in range(ahead)], window), day or today)

    async def _days(self, days: Sequence[dt.date], window: Window) -> tuple[dt.datetime, ...]:
        hours, zone = self.turn.hours or WAKING, self.turn.zone
        spans = [span for day in days for span in hours.spans(day, zone)]
        if not spans:
            return ()
        busy = await self.busy(spans[0][0], spans[-1][1])
        found = free_times(spans, busy, self.turn.event_step, now=self.turn.now)
        return tuple(at for at in found if window.holds(at))


def _first(times: Sequence[dt.datetime], wished: dt.date) -> tuple[dt.datetime, ...]:
    """A few times of each of the days nearest to the wished one, in order."""
    days = by_day(times)
    nearest = sorted(days, key=lambda day: (abs(day - wished), day))[:_DAYS]
    return tuple(at for day in sorted(nearest) for at in chosen(days[day], _EACH))


def by_day(times: Sequence[dt.datetime]) -> dict[dt.date, list[dt.datetime]]:
    days: dict[dt.date, list[dt.datetime]] = {}
    for at in times:
        days.setdefault(at.date(), []).append(at)
    return days


def chosen(times: Sequence[dt.datetime], most: int = _A_DAY) -> list[dt.datetime]:
    """As many as can be said, spread over all of them."""
    if len(times) <= most:
        return list(times)
    return [times[n * (len(times) - 1) // (most - 1)] for n in range(most)]


def tell(window: Window, free: Sequence[dt.datetime], lang: Lang) -> str:
    """For a language model."""
    if not free:
        return "NOTHING FREE in the next two weeks: say so, and that the team will answer."
    days = by_day(free)
    lines = [
        f"{say_day(day, lang)}: {join_words([say_clock(at.timetz(), lang) for at in times], lang)}"
        for day, times in days.items()
    ]
    if window.day is not None and window.day not in days:
        return f"NOTHING FREE on {say_day(window.day, lang)} at the times asked for. Next free times:\n" + "\n".join(
            lines
        )
    return "FREE (appointments may begin at):\n" + "\n".join(lines)


class Finds(Protocol):
    """What the tool needs of a turn's desk, which imports this module."""

    language: Lang

    async def free_times(self, when: str) -> Any:
        """An `Outcome`."""


@tool(response_format="content_and_artifact")
async def find_free_times(
    when: Annotated[
        str,
        Field(description="The customer's words for the day or part of a day, e.g. 'el jueves por la tarde'; else ''"),
    ],
    runtime: ToolRuntime[Any],
) -> tuple[str, Any]:
    """List the free times of a day, or the next free ones when no day is named. Use it when the customer asks what is
    free; never invent free times."""
    desk: Finds = runtime.context
    outcome = await desk.free_times(when)
    if outcome.window is None:
        return "NOT DONE: that day has passed; ask for another.", outcome
    return tell(outcome.window, outcome.free, desk.language), outcome
