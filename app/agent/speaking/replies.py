"""From what was done to what is said: one short answer with at most one question, the last thing in it."""

from collections.abc import Sequence

from app.agent.dialogue import Call, Plan
from app.agent.drafts import Entry
from app.agent.lang import Line
from app.agent.listening.talk import Talk
from app.agent.listening.wish import Kind, Wish
from app.agent.outcome import Outcome, Result
from app.agent.speaking.questions import Questions
from app.agent.speaking.smalltalk import small_talk
from app.agent.speaking.voice import Voice, address_of
from app.agent.turn import Turn
from app.extraction.rules.acts import Act
from app.models import Role


def reply_to(plan: Plan, outcomes: Sequence[Outcome], turn: Turn) -> str:
    """The answer, once the plan's calls came to these outcomes (in the order of the calls)."""
    talk = plan.talk
    texts = [m.body for m in reversed(turn.messages) if m.role is Role.USER]
    voice = Voice(talk.lang, address_of(texts, talk.lang), today=turn.today, zone=turn.zone)
    questions = Questions(voice, turn)
    done = _last_of_each(list(zip(plan.calls, outcomes, strict=False)))
    if any(outcome.result is Result.HANDED_OVER for outcome in outcomes):
        return voice.say(Line.HAND_OVER)
    said = _done(done, voice)
    asked: list[str] = []
    for call, outcome in done:
        _tell(call, outcome, questions, talk, said=said, asked=asked)
    called = {id(call.wish) for call in plan.calls}
    asked += [questions.about(wish) for wish in talk.open if wish.fresh and id(wish) not in called]
    if not asked:  # what was put off until the one before it was done with
        put_off = [w for w in talk.open if w.waiting or (said and w.kind is Kind.BOOK and w.timed and not w.title)]
        asked += [questions.about(wish) for wish in put_off if id(wish) not in called]
    if talk.listed and not asked:
        said_some = any(o.result is Result.LISTED and _standing(o, talk) for o in outcomes)
        asked += [questions.about(wish) if said_some else questions.again(wish) for wish in talk.open[-1:]]
    if (said or asked) and talk.asks and talk.heard & {Act.PRICE, Act.HOURS}:
        said.append(voice.say(Line.PASS_ON))
    if talk.heard & {Act.HEDGE, Act.GIVE_UP} and not plan.calls:
        asked.clear()  # who is still thinking is not pressed
    if talk.odd and not said:
        said.append(voice.say(Line.IMPOSSIBLE))
        asked = asked or [questions.about(wish) for wish in talk.open]
    elif not said and not asked:
        text, goes_on = small_talk(talk, voice, turn)
        said.append(text)
        asked += [questions.about(wish) for wish in talk.open if goes_on]
    elif "greeting" in talk.small and all(m.role is Role.USER for m in turn.heard):
        said.insert(0, voice.say(Line.HELLO))
    return _joined([*said, *asked[:1]])


def _last_of_each(done: Sequence[tuple[Call, Outcome]]) -> list[tuple[Call, Outcome]]:
    """Of the changes of one event, its subject and its moment, the last, which tells of both."""
    last = {o.entry.handle: n for n, (_, o) in enumerate(done) if o.entry and o.result in _CHANGED}
    return [pair for n, pair in enumerate(done) if pair[1].result not in _CHANGED or n in last.values()]


_CHANGED = frozenset({Result.MOVED, Result.RENAMED})


def _done(done: Sequence[tuple[Call, Outcome]], voice: Voice) -> list[str]:
    """What was booked and cancelled, several at once in one list."""
    said = []
    for result, one, many in (
        (Result.CREATED, Line.BOOKED, Line.BOOKED_MANY),
        (Result.CANCELLED, Line.CANCELLED, Line.CANCELLED_MANY),
    ):
        entries = [o.entry for _, o in done if o.result is result and o.entry and not o.awaits_review]
        if entries:
            said.append(_list(entries, one, many, voice))
    return said


def _tell(call: Call, outcome: Outcome, questions: Questions, talk: Talk, *, said: list[str], asked: list[str]) -> None:
    """Adds what the outcome of one call says, or asks."""
    entry, wish, voice = outcome.entry, call.wish, questions.voice
    match outcome.result:
        case Result.CREATED | Result.MOVED if entry and outcome.awaits_review:
            said.append(voice.say(Line.REVIEW, event=voice.event(entry.draft)))
        case Result.MOVED | Result.RENAMED if entry:
            said.append(voice.say(Line.MOVED, event=voice.event(entry.draft)))
        case Result.ALREADY if entry:
            said.append(voice.say(Line.ALREADY, event=voice.event(entry.draft)))
        case Result.LISTED if entries := _standing(outcome, talk):
            said.append(_list(entries, Line.LIST_ONE, Line.LIST, voice))
        case Result.LISTED if talk.open:
            said.append(voice.say(Line.NONE_YET))
        case Result.LISTED | Result.UNKNOWN_EVENT:
            said.append(voice.say(Line.NO_EVENTS))
        case Result.BUSY if outcome.start:
            asked.append(questions.instead(outcome.start, outcome.free, own=outcome.own, closed=outcome.closed))
        case Result.FREE_TIMES if outcome.window:
            asked.append(questions.free(outcome.window, outcome.free))
        case Result.UNCLEAR if outcome.unclear and call.tool == "find_free_times":
            asked.append(questions.wrong(outcome.unclear, wish or Wish()))
        case Result.FREE if outcome.start and wish:
            asked.append(questions.subject(wish, outcome.start))
        case Result.UNCLEAR if outcome.unclear and wish:
            asked.append(questions.wrong(outcome.unclear, wish))
        case Result.NOT_ASKED if entry and call.tool == "cancel_event":
            asked.append(voice.say(Line.ASK_SURE_CANCEL, event=voice.event(entry.draft)))
        case Result.NOT_ASKED if wish:
            asked.append(questions.sure(wish, outcome.start))
        case Result.TITLE_MISSING if wish:
            asked.append(voice.say(Line.ASK_TITLE_PLAIN))
        case _:
            pass


def _standing(outcome: Outcome, talk: Talk) -> list[Entry]:
    return [entry for entry in outcome.entries if entry.event_id not in talk.called_off]


def _list(entries: Sequence[Entry], one: Line, many: Line, voice: Voice) -> str:
    if len(entries) == 1:
        return voice.say(one, event=voice.event(entries[0].draft))
    return voice.say(many, events=voice.numbered([voice.event(e.draft) for e in entries]))


def _joined(parts: Sequence[str]) -> str:
    """One paragraph, but a list keeps its own lines."""
    text = ""
    for part in filter(None, parts):
        text += (("\n" if "\n" in text else " ") if text else "") + part
    return text
