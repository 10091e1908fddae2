"""From what was heard to what is done: which tools are called for which wish."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.agent.evidence import fold, newest_of_customer
from app.agent.lang import TABLES
from app.agent.language import language_of
from app.agent.listening.state import BUSINESS
from app.agent.listening.talk import Talk
from app.agent.listening.wish import Kind, Wish
from app.agent.phrases import PhraseReader, Unclear
from app.agent.turn import Turn
from app.agent.wording import say_day
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
        if not wish.fresh or (wish.only_asked and (wish.declined or Act.HEDGE in talk.heard)):
            continue
        if wish.kind is Kind.CANCEL:
            targets = wish.candidates if wish.every else (wish.target,) if wish.target else ()
            calls += [Call(tool="cancel_event", args=handle(event), wish=wish) for event in targets]
        elif wish.kind is Kind.RENAME:
            args = {"title": _titled(wish, wish.title or "")}
            calls += [Call(tool="rename_event", args=handle(wish.target) | args, wish=wish)] if wish.target else []
        elif wish.kind is Kind.BOOK and (when := _asks_free(wish, talk)) is not None:
            calls.append(Call(tool="find_free_times", args={"when": when}, wish=wish))
        elif not wish.timed:
            continue
        elif wish.kind is Kind.MOVE and wish.target and not wish.only_asked:
            calls.append(
                Call(tool="move_event", args={**handle(wish.target), "when": wish.phrase(talk.lang)}, wish=wish)
            )
        elif wish.kind is Kind.BOOK:
            calls.append(_booking(wish, talk))
    if calls:  # asked for in one message, of which we have answered the first
        calls += [_booking(wish, talk) for wish in talk.open if _is_put_off(wish)]
    current = talk.current
    if not calls and "any" in talk.small and current and current.kind is Kind.BOOK and not current.fresh:
        calls += [
            Call(tool="find_free_times", args={"when": when}, wish=current)
            for when in [_asks_free(current, talk)]
            if when is not None
        ]
    if not talk.open and not calls and "free" in talk.small and talk.asks and not talk.heard & BUSINESS:
        calls.append(Call(tool="find_free_times", args={"when": _newest(turn)}))
    if talk.listed:
        calls.append(Call(tool="list_events", args={}))
    return Plan(talk=talk, calls=tuple(calls))


def _is_put_off(wish: Wish) -> bool:
    """Whether it was asked for before our last question, which was about another."""
    return (
        wish.kind is Kind.BOOK and wish.only_asked and wish.timed and not (wish.fresh or wish.spoken or wish.declined)
    )


def _asks_free(wish: Wish, talk: Talk) -> str | None:
    """The words for a look at what is free, if that is what was asked ("¿qué horas tienes el jueves?")."""
    asks_of_day = talk.asks and wish.only_asked and wish.when.date is not None and Act.ASK_FREE in talk.heard
    asks = "free" in talk.small or asks_of_day
    if not (asks or "any" in talk.small) or wish.options or wish.problem or wish.declined:
        return None
    words, day = _newest(talk.turn), wish.when.date.value if wish.when.date else None
    window = PhraseReader(talk.turn).read_window(words)
    bounded = not isinstance(window, Unclear) and window.part is None and (window.since or window.until)
    if wish.timed and not bounded:
        return None
    if day is None or (not isinstance(window, Unclear) and window.day == day):
        return words
    part = TABLES[talk.lang].parts.get(wish.when.part or "", "")
    return f"{say_day(day, talk.lang, year=True)} {part}".strip()


def _newest(turn: Turn) -> str:
    message = newest_of_customer(turn.messages)
    return message.body if message else ""


def _titled(wish: Wish, title: str) -> str:
    """With whom it is for, unless that is in it: "Podología (mamá)"."""
    said = set(fold(title).split())
    return title if wish.person is None or said & set(fold(wish.person).split()) else f"{title} ({wish.person})"


def _booking(wish: Wish, talk: Talk) -> Call:
    """All that is asked for is booked at once; before a subject is asked for, the moment is looked up."""
    when = wish.phrase(talk.lang)
    if wish.title is None or wish.only_asked:
        return Call(tool="check_availability", args={"when": when}, wish=wish)
    args = {"when": when, "title": _titled(wish, wish.title)}
    if wish.place:
        args["place"] = wish.place
    return Call(tool="create_event", args=args, wish=wish)
