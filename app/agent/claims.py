"""What an answer says was done, against what the tools did: "booked" is only said of what will be stored with it.

A model may claim what no tool did, or name another day than the tool gave back. Such an answer is not sent: what was
really done is said in its place, in words of our own.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from app.agent.desk import Desk, Outcome, Result
from app.agent.evidence import fold
from app.agent.lang import Line
from app.agent.language import language_of
from app.agent.turn import Turn
from app.agent.voice import Voice, address_of
from app.extraction.rules.words import fold as plain
from app.models import EventStatus, Role
from app.temporal import TimeExpression, find


class Claim(StrEnum):
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    DONE = "done"


# Without accents and case, Spanish and English at once: a model may answer in either.
_WORDS = {
    Claim.BOOKED: r"""(?:agend|anot|reserv|program|apunt|confirm|registr)ad[oa]s?|(?:agend|anot|reserv|program|apunt)e
        |te esperamos?|(?:le|los) esperamos|nos vemos (?:el|manana|hoy)
        |booked|scheduled|reserved|confirmed|all set|put you down|see you (?:on|at|tomorrow)""",
    Claim.MOVED: r"""movid[oa]s?|reprogramad[oa]s?|(?:la|lo|tu cita|su cita) (?:movi|cambie|reprograme|pase)
        |cambiad[oa]s? (?:al?|para)|moved|rescheduled""",
    Claim.CANCELLED: r"(?:cancel|anul|elimin|borr)ad[oa]s?|(?:cancele|anule|elimine)|cancell?ed|deleted|called off",
    Claim.DONE: r"hecho|done",
}
_CLAIMS = {claim: re.compile(r"\b(?:" + re.sub(r"\s+[|]", "|", words) + r")\b") for claim, words in _WORDS.items()}
# With one of these before it, it says what is not so, or not yet.
_OPEN = re.compile(
    r"\b(?:no|nada|ninguna?|aun|todavia|sin|si|cuando|antes|para que|para dejar\w*|necesito|una vez|puedo|podria"
    r"|podemos|quieres|quiere|falta|not|nothing|never|isnt|hasnt|havent|wasnt|cant|couldnt|yet|if|once|when|before"
    r"|need|can|could|would|to be|fully|esta todo|todo reservado)\b"
)
# Folded, "sí" would be "si", and these deny nothing.
_PARTICLE = re.compile(r"(?i)\bsí\b|\bno (?:te|se|lo|le) preocupes?\b|\bno problem\b")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\d)[^.!?\n]*)*[.!?\n]*")
_ITEM = re.compile(r"\n\s*(?:\d+[.)]|[-•*])\s+")  # a list belongs to the sentence before it
_SHINGLE = 9  # words in a row of the instructions that no answer has by chance


def checked(text: str, desk: Desk, *, instructions: str) -> str:
    """The answer, or in its place what was done, where it claims something else or recites the instructions."""
    if _recites(text, instructions):
        return _truth(desk)
    for claim, sentence in _claims(text):
        if not _true(claim, sentence, desk):
            return _truth(desk)
    return text


def _claims(text: str) -> Iterator[tuple[Claim, str]]:
    for match in _SENTENCE.finditer(_ITEM.sub("; ", text)):
        sentence = match.group()
        said = _PARTICLE.sub(" ", sentence)
        if "?" in said:  # a question at the end excuses nothing that stands before it
            said = said[: max(said.rfind("¿"), said.rfind(",") if "¿" not in said else -1, 0)]
        words = plain(said).replace("'", "").replace("’", "")
        for claim, pattern in _CLAIMS.items():
            found = pattern.search(words)
            if found and not _OPEN.search(words[: found.end()]):
                yield claim, sentence


def _true(claim: Claim, sentence: str, desk: Desk) -> bool:
    done = {o.result for o in desk.results if not o.awaits_review}
    if claim is Claim.DONE:
        return bool(done & {Result.CREATED, Result.MOVED, Result.CANCELLED, Result.ALREADY})
    if claim is Claim.CANCELLED:
        gone = any(event.status is EventStatus.CANCELLED for event in desk.turn.events)
        return gone or Result.CANCELLED in done
    named = _moments(sentence, desk)
    wanted = {Result.MOVED} if claim is Claim.MOVED else {Result.CREATED, Result.MOVED}
    if not named:
        return bool(done & (wanted | {Result.ALREADY}))
    return all(_stands(e, desk) for e in named)


def _moments(sentence: str, desk: Desk) -> list[TimeExpression]:
    now = desk.turn.now.astimezone(desk.turn.zone)
    return [e for e in find(sentence, reference=now) if (e.date or e.time) and not e.recurring]


def _stands(e: TimeExpression, desk: Desk) -> bool:
    """Whether an event of the customer is at that moment, stored or about to be with this answer."""
    times = {e.time, *(other.time for other in e.alternatives)} - {None}
    days = {e.date, *e.other_dates} - {None}
    for entry in desk.listing().entries:
        draft = entry.draft
        if draft.status is not EventStatus.CONFIRMED:
            continue
        start, end = draft.start.astimezone(desk.turn.zone), draft.end and draft.end.astimezone(desk.turn.zone)
        at = {start.time(), *({end.time()} if end else ())}
        if (not days or start.date() in days) and (not times or draft.all_day or times & at):
            return True
    return False


def _recites(text: str, instructions: str) -> bool:
    said, rules = fold(text).split(), f" {fold(instructions)} "
    return any(f" {' '.join(said[n : n + _SHINGLE])} " in rules for n in range(len(said) - _SHINGLE + 1))


def holding(turn: Turn) -> str:
    """For when the model is down: the message has arrived, and an answer comes later."""
    return _voice(turn).say(Line.HOLDING)


def _voice(turn: Turn) -> Voice:
    lang = language_of(turn)
    texts = [m.body for m in reversed(turn.messages) if m.role is Role.USER]
    return Voice(lang, address_of(texts, lang), today=turn.today, zone=turn.zone)


def _truth(desk: Desk) -> str:
    """What was done in this turn, or that nothing was."""
    voice = _voice(desk.turn)
    lines = [line for outcome in _last(desk.results) if (line := _line(outcome, voice))]
    return " ".join(dict.fromkeys(lines)) or voice.say(Line.NOTHING_DONE)


def _last(results: Sequence[Outcome]) -> list[Outcome]:
    """Of each event what was done to it last."""
    return list({o.entry.handle: o for o in results if o.entry is not None and o.result in _LINES}.values())


def _line(outcome: Outcome, voice: Voice) -> str | None:
    if outcome.entry is None:
        return None
    line = Line.REVIEW if outcome.awaits_review else _LINES[outcome.result]
    return voice.say(line, event=voice.event(outcome.entry.draft))


_LINES = {
    Result.CREATED: Line.BOOKED,
    Result.MOVED: Line.MOVED,
    Result.CANCELLED: Line.CANCELLED,
    Result.ALREADY: Line.ALREADY,
}
