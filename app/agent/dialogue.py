"""From what was heard to what is done: which tools are called for which wish."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.agent.language import language_of
from app.agent.talk import Talk
from app.agent.turn import Turn
from app.agent.wish import Kind, Wish
from app.extraction.rules.acts import Act
from app.models import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A tool to call, and the wish that it is for; None for a list of the events."""

    tool: str
    args: Mapping[str, str]
    wish: Wish | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What the offline model does in one turn: its calls, then one answer to all of `talk`."""

    talk: Talk
    calls: tuple[Call, ...]


def plan_of(turn: Turn) -> Plan:
    talk = Talk(turn, language_of(turn))
    handles = {event.id: f"E{n}" for n, event in enumerate(turn.live_events, 1)}

    def handle(event: Event) -> dict[str, str]:
        return {"event": handles[event.id]}

    if talk.wants_person:
        return Plan(talk=talk, calls=(Call(tool="hand_over", args={}),))
    calls: list[Call] = []
    for wish in talk.open:
        if not wish.fresh or (wish.only_asked and Act.HEDGE in talk.heard):
            continue
        if wish.kind is Kind.CANCEL:
            targets = wish.candidates if wish.every else (wish.target,) if wish.target else ()
            calls += [Call(tool="cancel_event", args=handle(event), wish=wish) for event in targets]
        elif not wish.timed:
            continue
        elif wish.kind is Kind.MOVE and wish.target and not wish.only_asked:
            calls.append(
                Call(tool="move_event", args={**handle(wish.target), "when": wish.phrase(talk.lang)}, wish=wish)
            )
        elif wish.kind is Kind.BOOK:
            calls.append(_booking(wish, talk))
    if talk.listed:
        calls.append(Call(tool="list_events", args={}))
    return Plan(talk=talk, calls=tuple(calls))


def _booking(wish: Wish, talk: Talk) -> Call:
    """All that is asked for is booked at once; before a subject is asked for, the moment is looked up."""
    when = wish.phrase(talk.lang)
    if wish.title is None or wish.only_asked:
        return Call(tool="check_availability", args={"when": when}, wish=wish)
    args = {"when": when, "title": wish.title}
    if wish.place:
        args["place"] = wish.place
    return Call(tool="create_event", args=args, wish=wish)
