"""What is so when an answer is given: by what the tools did in this turn, and by the events as they stand."""

import re
from collections.abc import Iterator, Sequence

from app.agent.desk import Desk
from app.agent.drafts import Entry
from app.agent.evidence import fold
from app.agent.guarding import tongues
from app.agent.guarding.claims import Claim, Said, claims
from app.agent.guarding.leaks import gives_away
from app.agent.lang import Line
from app.agent.language import language_of
from app.agent.outcome import Outcome, Result, in_the_end
from app.agent.speaking.voice import Voice, address_of
from app.agent.turn import Turn
from app.extraction.said.wording import stems, telling
from app.models import Event, EventDraft, EventStatus, Role
from app.temporal import TimeExpression

_MADE = frozenset({Result.CREATED, Result.MOVED, Result.RENAMED, Result.ALREADY})
_KINDS = {
    tongues.Done.BOOKED: _MADE,
    tongues.Done.MOVED: frozenset({Result.MOVED, Result.RENAMED, Result.ALREADY}),
    tongues.Done.CANCELLED: frozenset({Result.CANCELLED}),
}
_FAILED = frozenset({Result.BUSY, Result.UNCLEAR, Result.NOT_ASKED, Result.TITLE_MISSING, Result.UNKNOWN_EVENT})
_SEVERAL = 2
_PENDING = re.compile(r"pendiente|revis|aprob|confirm\w* (?:el|nuestro) equipo|review|approv|pending")
_TAKEN = re.compile(r"\b(?:reservad|ocupad|tomad|agendad|booked|taken|reserved)")
_PART = re.compile(r"[,;]| y (?=el |la |tu |su |del |lo )| and (?=the |your )")
_READY = re.compile(
    r"\b(?:tambien|list[oa]s?|queda\w*|quedo|hech[oa]|agend\w+|reserv\w+|anot\w+|apunt\w+|confirm\w+|encargue"
    r"|resuelt[oa]|esta|es|son|too|as well|also|done|ready|set|booked|sorted|confirmed|scheduled|is"
    r"|are)\b(?!.*\b(?:falta|pendiente|dime|cuando|aun|todavia|necesito|que dia|que hora|need|when|which|missing"
    r"|pending|not|no)\b)"
)
#: A person or a branch by name; after a small word a capital begins one.
_WITH = re.compile(
    r"\b(?:con|with) (?:el |la |the )?(?:[Dd]ra?\. ?|[Dd]octora? )?([A-ZÁÉÍÓÚÑ][a-záéíóúñ]{2,})"
    r"|\b[Ss]ede ([A-ZÁÉÍÓÚÑ]\w+)"
)
_ITS = r"(?:tu|su|el|la|your|the)"
_PAIR = re.compile(
    rf"\b{_ITS} (\w+) (?:y|mas|and|plus) {_ITS} (?!lunes|martes|miercoles|jueves|viernes|sabado|domingo|dia)(\w+)"
    r"(?! (?:es|son|cuesta|is|costs|sera))\b"
)
_LIST = 5  # events that an answer tells of by itself


def checked(text: str, desk: Desk, *, instructions: str) -> str:
    """The answer, or in its place what is so, where it claims something else or recites the instructions."""
    false = gives_away(text, instructions) or any(not _true(said, desk) for said in claims(text, desk))
    return truth(desk) if false or not _true_elsewhere(text, desk) else text


def _true_elsewhere(text: str, desk: Desk) -> bool:
    """Of what is claimed in a language that is not ours: something of the kind was done in this turn, or stands, and
    no number is another than its own."""
    for sentence in re.findall(r"[^.!?\n]+[.!?\n]*", text):
        found = tongues.told(sentence)
        if found is None:
            continue
        kinds = _KINDS[found[0]]
        entries = [o.entry for o in in_the_end(desk.results) if o.result in kinds and o.entry and not o.awaits_review]
        if not entries and found[0] is tongues.Done.BOOKED and not desk.asked_for:
            entries = [e for e in desk.listing().entries if _confirmed(e)]
        starts = [e.draft.start.astimezone(desk.turn.zone) for e in entries]
        numbers = {n for at in starts for n in (at.day, at.month, at.year, at.hour, at.hour % 12, at.minute)}
        if not entries or not found[1] <= numbers:
            return False
    return True


def _true(said: Said, desk: Desk) -> bool:
    done = [o for o in in_the_end(desk.results) if not o.awaits_review]
    if said.claim is Claim.PAID or _names_a_stranger(said, desk):
        return False
    if said.claim in (Claim.STATED, Claim.BOOKED, Claim.DONE) and _speaks_of_unmet(said, desk):
        return False
    if said.both and said.claim in (Claim.STATED, Claim.DONE):
        made = {o.entry.handle for o in done if o.entry and o.result in _MADE | {Result.CANCELLED}}
        if len(made or {e.handle for e in desk.listing().entries if _confirmed(e)}) < _SEVERAL:
            return False
    match said.claim:
        case Claim.CANCELLED:
            return _is_cancelled(said, desk, [o.entry for o in done if o.result is Result.CANCELLED and o.entry])
        case Claim.MOVED:
            return _is_moved(said, desk, [o.entry for o in done if o.result in _MADE - {Result.CREATED} and o.entry])
        case Claim.DONE:
            entries = [o.entry for o in done if o.entry and o.result in _MADE | {Result.CANCELLED}]
            live = [e for e in desk.listing().entries if _confirmed(e)]
            named: list[Entry | EventDraft] = [*entries, *live, *_were(desk, entries)]
            return bool(entries) and all(_stands(e, named, desk) for e in said.moments)
        case Claim.STATED:
            among = [e for e in desk.listing().entries if _confirmed(e) or _PENDING.search(said.words)]
            return all(_stands(e, _about(among, said), desk) for e in said.moments)
        case _:
            return _is_booked(said, desk, [o.entry for o in done if o.result in _MADE and o.entry])


def _is_booked(said: Said, desk: Desk, made: Sequence[Entry]) -> bool:
    live = [e for e in desk.listing().entries if _confirmed(e)]
    if _TAKEN.search(said.words) and any(o.result is Result.BUSY for o in in_the_end(desk.results)) and not made:
        return True  # "el viernes a las 10 ya está reservado": by somebody else
    if said.every:
        several = len({e.handle for e in made}) >= _SEVERAL or (said.state and len(live) >= _SEVERAL)
        failed = any(o.result in _FAILED for o in in_the_end(desk.results))
        if failed or not (several or (made and not said.both)):
            return False
    if said.moments:
        return all(_stands(e, _about(live, said), desk) for e in said.moments)
    return bool(made) or (said.state and bool(_about(live, said)) and not desk.asked_for)


def _is_moved(said: Said, desk: Desk, moved: list[Entry]) -> bool:
    """Moved in this turn, or before: an event of the first revision never was."""
    live = [e for e in desk.listing().entries if _confirmed(e)]
    before = [e for e in live if e.stored and e.stored.revision > 1 and not desk.asked_for]
    among = _about([e for e in live if e.handle in {m.handle for m in (*moved, *before)}], said, live)
    if said.every and len(among) < _SEVERAL:
        return False
    return bool(among) and all(_stands(e, [*among, *_were(desk, among)], desk) for e in said.moments)


def _were(desk: Desk, moved: Sequence[Entry]) -> list[EventDraft]:
    """Where what was moved stood before: "de las 9 a las 11"."""
    handles = {e.handle for e in moved}
    stood = [
        (o.entry.draft, o.was) for o in in_the_end(desk.results) if o.was and o.entry and o.entry.handle in handles
    ]
    return [draft.model_copy(update={"start": was, "end": None}) for draft, was in stood]


def _is_cancelled(said: Said, desk: Desk, gone: list[Entry]) -> bool:
    """Those of this turn; else one that had been called off before, and is the one spoken of: not any old one."""
    live = [e.draft for e in desk.listing().entries if _confirmed(e)]
    if gone:
        if said.every and len({e.handle for e in gone}) < _SEVERAL and live:
            return False
        drafts = [e.draft for e in gone]
    else:
        if desk.asked_for or said.every:
            return False
        drafts_before: list[EventDraft | Event] = [e for e in desk.turn.events if e.status is EventStatus.CANCELLED]
        named = [e for e in drafts_before if telling(e.title) & stems(said.words)]
        return bool(said.moments or named or not live) and _all_at(said, named or drafts_before, desk)
    if any(telling(e.title) & stems(said.words) for e in live) and not any(
        telling(d.title) & stems(said.words) for d in drafts
    ):
        return False
    return _all_at(said, drafts, desk)


def _all_at(said: Said, drafts: Sequence[EventDraft | Event], desk: Desk) -> bool:
    return bool(drafts) and all(_at(e, drafts, desk) for e in said.moments)


def _speaks_of_unmet(said: Said, desk: Desk) -> bool:
    """Whether it says of a subject that was asked for, and not booked, that it is; "all is done" speaks of each."""
    met = [telling(e.draft.title) for e in desk.listing().entries]
    if said.claim in (Claim.BOOKED, Claim.STATED) and any(_pairs(said.words, frozenset().union(*met))):
        return True
    unmet = [telling(title) for title in desk.wished_titles if not any(telling(title) & words for words in met)]
    if said.every and said.claim in (Claim.BOOKED, Claim.DONE) and any(unmet):
        return True
    return any(titled & stems(part) and _READY.search(part) for titled in unmet for part in _PART.split(said.words))


def _pairs(words: str, titles: frozenset[str]) -> Iterator[str]:
    """What an answer puts beside a subject that stands, as if it stood too: "tu corte y tu tinte"."""
    for found in _PAIR.finditer(words):
        one, two = telling(found[1]), telling(found[2])
        if one and two and bool(one & titles) != bool(two & titles):
            yield found[0]


def _names_a_stranger(said: Said, desk: Desk) -> bool:
    """Whether it says with whom, or where, and nobody has spoken of them: "tu cita ahora es con Carla"."""
    turn = desk.turn
    known = " ".join(
        (*(m.body for m in turn.messages), *(f"{e.title} {e.location or ''}" for e in turn.events), turn.tenant.name)
    )
    said_before = set(fold(f"{known} {turn.contact_name or ''}").split())
    return any(fold(name) not in said_before for found in _WITH.findall(said.text) for name in found if name)


def _about(among: Sequence[Entry], said: Said, all_of: Sequence[Entry] | None = None) -> list[Entry]:
    """Of the events those whose subject the sentence names; all where it names none of them."""
    words = stems(said.words)
    named = {e.handle for e in (all_of or among) if telling(e.draft.title) & words}
    return [e for e in among if not named or e.handle in named]


def _confirmed(entry: Entry) -> bool:
    return entry.draft.status is EventStatus.CONFIRMED


def _stands(e: TimeExpression, among: Sequence[Entry | EventDraft], desk: Desk) -> bool:
    """Whether one of the events is at that moment, stored or about to be with this answer."""
    return _at(e, [a.draft if isinstance(a, Entry) else a for a in among], desk)


def _at(e: TimeExpression, drafts: Sequence[EventDraft | Event], desk: Desk) -> bool:
    times = {e.time, *(other.time for other in e.alternatives)} - {None}
    days = {e.date, *e.other_dates} - {None}
    for draft in drafts:
        start, end = draft.start.astimezone(desk.turn.zone), draft.end and draft.end.astimezone(desk.turn.zone)
        at = {start.time(), *({end.time()} if end else ())}
        if (not days or start.date() in days) and (not times or draft.all_day or times & at):
            return True
    return False


# ---------------------------------------------------------------- said in words of our own


def holding(turn: Turn) -> str:
    """For when the model is down: the message has arrived, and an answer comes later."""
    return _voice(turn).say(Line.HOLDING)


def truth(desk: Desk) -> str:
    """What was done in this turn and what was not; where nothing was, that, and what stands."""
    voice = _voice(desk.turn)
    last = list(
        {o.entry.handle: o for o in in_the_end(desk.results) if o.entry is not None and o.result in _LINES}.values()
    )
    lines = [line for outcome in last if (line := _line(outcome, voice))]
    if lines:
        met = {o.start for o in in_the_end(desk.results)} | {o.entry.draft.start for o in last if o.entry}
        busy = [o.start for o in in_the_end(desk.results) if o.result is Result.BUSY and o.start and o.start in met]
        lines += [voice.say(Line.BUSY, when=voice.moment(at.astimezone(desk.turn.zone))) for at in busy]
        lines += [voice.say(Line.ASK_OTHER)] if busy else []
        return " ".join(dict.fromkeys(lines))
    told = [voice.event(e.draft) for e in desk.listing().entries if _confirmed(e)][:_LIST]
    listed = [voice.say(Line.LIST_ONE, event=told[0])] if len(told) == 1 else []
    if len(told) > 1:
        listed = [voice.say(Line.LIST, events=voice.numbered(told)) + "\n"]
    return "".join(
        [voice.say(Line.NOTHING_DONE) + " ", *(one if one.endswith("\n") else one + " " for one in listed)]
    ) + voice.say(Line.ASK_NEED)


def _line(outcome: Outcome, voice: Voice) -> str | None:
    if outcome.entry is None:
        return None
    line = Line.REVIEW if outcome.awaits_review else _LINES[outcome.result]
    return voice.say(line, event=voice.event(outcome.entry.draft))


def _voice(turn: Turn) -> Voice:
    lang = language_of(turn)
    texts = [m.body for m in reversed(turn.messages) if m.role is Role.USER]
    return Voice(lang, address_of(texts, lang), today=turn.today, zone=turn.zone)


_LINES = {
    Result.CREATED: Line.BOOKED,
    Result.MOVED: Line.MOVED,
    Result.CANCELLED: Line.CANCELLED,
    Result.ALREADY: Line.ALREADY,
}
