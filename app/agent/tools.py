"""The tools of the agent: thin over `Desk`, which knows whose turn it is.

A tool takes words and handles, never ids of tenant, contact or calendar. Its text is for a language model; the
`Outcome` beside it (the artifact, which no vendor sees) is for the offline model.
"""

from collections.abc import Sequence
from typing import Annotated

from langchain.tools import BaseTool, ToolRuntime, tool
from pydantic import Field

from app.agent.desk import Desk
from app.agent.drafts import Entry
from app.agent.free_times import find_free_times
from app.agent.outcome import Outcome, Result
from app.agent.phrases import Problem, Unclear
from app.agent.wording import WEEKDAYS, Lang, join_words, say_clock, say_day, say_precisely
from app.models import EventStatus

When = Annotated[str, Field(description="The words for day and time exactly as written, e.g. 'el viernes a las 10'")]
Handle = Annotated[str, Field(description="The event's handle from the list, e.g. E1")]

_PROBLEMS: dict[Problem, str] = {
    Problem.NOT_UNDERSTOOD: "no day or time was recognised in these words, or it does not exist; ask for it again",
    Problem.PAST: "that moment has passed; ask for another",
    Problem.MISMATCH: "weekday and date do not agree; ask which is meant",
    Problem.SEVERAL: "these words name more than one moment; ask which, or call the tool once for each",
    Problem.OPEN: "these words name no exact time; ask at what time",
    Problem.RECURRING: "repeating appointments are not made here; ask for a single day",
    Problem.DATE_MISSING: "the day is missing; ask for it",
    Problem.TIME_MISSING: "the time is missing; ask for it",
    Problem.NO_EVIDENCE: "nobody said this day and time in the conversation; use the customer's own words",
}


@tool(response_format="content_and_artifact")
async def create_event(
    when: When,
    title: Annotated[str, Field(description="The subject in the customer's words, e.g. 'Corte de pelo'")],
    runtime: ToolRuntime[Desk],
    place: Annotated[str | None, Field(description="Where, if the customer said it")] = None,
) -> tuple[str, Outcome]:
    """Book an appointment for this customer. Says what was booked, or why it was not."""
    return _told(await runtime.context.create(when, title, place), runtime.context)


@tool(response_format="content_and_artifact")
async def move_event(event: Handle, when: When, runtime: ToolRuntime[Desk]) -> tuple[str, Outcome]:
    """Move one of this customer's appointments. With only a day it keeps its hour, with only an hour its day."""
    return _told(await runtime.context.move(event, when), runtime.context)


@tool(response_format="content_and_artifact")
async def rename_event(
    event: Handle,
    title: Annotated[str, Field(description="The subject that it shall have, in the customer's words")],
    runtime: ToolRuntime[Desk],
) -> tuple[str, Outcome]:
    """Give one of this customer's appointments another subject, when they correct it. Day and hour stay."""
    return _told(await runtime.context.rename(event, title), runtime.context)


@tool(response_format="content_and_artifact")
async def cancel_event(event: Handle, runtime: ToolRuntime[Desk]) -> tuple[str, Outcome]:
    """Cancel one of this customer's appointments."""
    return _told(await runtime.context.cancel(event), runtime.context)


@tool(response_format="content_and_artifact")
async def list_events(runtime: ToolRuntime[Desk]) -> tuple[str, Outcome]:
    """List this customer's coming appointments with their handles."""
    return _told(runtime.context.listing(), runtime.context)


@tool(response_format="content_and_artifact")
async def check_availability(when: When, runtime: ToolRuntime[Desk]) -> tuple[str, Outcome]:
    """Say whether a time is free, and near free times when it is not."""
    return _told(await runtime.context.check(when), runtime.context)


@tool(response_format="content_and_artifact")
async def hand_over(runtime: ToolRuntime[Desk]) -> tuple[str, Outcome]:
    """Give the conversation to a person of the business, when the customer asks for one. You say nothing after that."""
    return _told(runtime.context.hand_over(), runtime.context)


TOOLS: Sequence[BaseTool] = (
    create_event,
    move_event,
    rename_event,
    cancel_event,
    list_events,
    check_availability,
    find_free_times,
    hand_over,
)


def describe_events(entries: Sequence[Entry], lang: Lang) -> str:
    """A line for each event with its handle; empty when there is none."""
    return "\n".join(_line(entry, lang) for entry in entries)


def _told(outcome: Outcome, desk: Desk) -> tuple[str, Outcome]:
    desk.results.append(outcome)
    return _tell(outcome, desk.language), outcome


def _tell(outcome: Outcome, lang: Lang) -> str:
    match outcome.result:
        case Result.CREATED | Result.MOVED | Result.RENAMED | Result.CANCELLED | Result.ALREADY if outcome.entry:
            word = "ALREADY SO, nothing changed" if outcome.result is Result.ALREADY else outcome.result.value.upper()
            word = "BOOKED" if outcome.result is Result.CREATED else word
            review = "; a person has to approve it, because the time is taken" if outcome.awaits_review else ""
            return f"{word}: {_line(outcome.entry, lang)}{review}"
        case Result.HANDED_OVER:
            return "HANDED OVER: a person was told. Say that somebody of the team will answer here."
        case Result.LISTED:
            return describe_events(outcome.entries, lang) or "This customer has no coming appointments."
        case Result.FREE if outcome.start:
            return f"FREE: {say_precisely(outcome.start, lang)}"
        case Result.BUSY if outcome.start:
            own = f" by this customer's own {outcome.own!r}" if outcome.own else ""
            near = join_words([say_clock(at.timetz(), lang) for at in outcome.free], lang)
            free = f" Free that day: {near}." if near else ""
            what = "is outside the business's hours" if outcome.closed else f"is taken{own}"
            return f"NOT DONE: {say_precisely(outcome.start, lang)} {what}.{free}"
        case Result.UNCLEAR if outcome.unclear:
            return f"NOT DONE: {_PROBLEMS[outcome.unclear.problem]}.{_understood(outcome.unclear, lang)}"
        case Result.NOT_ASKED:
            event = f" ({outcome.entry.draft.title})" if outcome.entry else ""
            return (
                f"NOT DONE: the customer's newest messages do not plainly ask for this{event}. Ask whether they want "
                "it, naming the appointment, its day and its time."
            )
        case Result.TITLE_MISSING:
            return "NOT DONE: the subject is missing or nobody said it; ask what it is about."
        case _:
            listed = describe_events(outcome.entries, lang) or "(none)"
            return f"NOT DONE: no such event. The customer's events:\n{listed}"


def _line(entry: Entry, lang: Lang) -> str:
    draft = entry.draft
    when = say_precisely(draft.start, lang, end=draft.end, all_day=draft.all_day)
    place = f", {draft.location}" if draft.location else ""
    waits = " (waits for approval)" if draft.status is EventStatus.PROPOSED else ""
    return f"{entry.handle}: {draft.title}, {when}{place}{waits}"


def _understood(unclear: Unclear, lang: Lang) -> str:
    words = [say_day(unclear.date, lang, year=True)] if unclear.date else []
    words += [say_clock(unclear.time, lang)] if unclear.time else []
    if not words:
        return ""
    said = f" (the words say {WEEKDAYS[lang][unclear.weekday]})" if unclear.weekday is not None else ""
    return f" Understood: {', '.join(words)}{said}."
