"""What a model says becomes of an event that is known: called off, or moved. A person decides where it is not plain."""

import datetime as dt
import re
from collections.abc import Collection, Mapping

from app.extraction.base import KnownEvent, Reason
from app.extraction.llm.findings import Findings
from app.extraction.llm.schema import ModelEvent, Said
from app.extraction.rules.acts import Act
from app.extraction.said import cancelling
from app.extraction.said.aiming import CHANGES, called_off, live, named
from app.extraction.said.borrowing import same_under_another_name
from app.extraction.said.mentions import comparable
from app.extraction.said.staying_away import is_from_something_else
from app.extraction.said.wording import one_event
from app.models import EventDraft, EventStatus, Evidence, Role

_MOVES = frozenset({Act.MOVE, Act.PUSH, Act.BRING_FORWARD})
_MORE = re.compile(r"\b(?:tambien|ademas|also|as well|another|besides|otr[ao] (?:cita|turno|reserva))\b")
_INSTEAD = re.compile(r"\b(?:mejor|instead|rather|en vez|en lugar|cambi\w+|mueve\w*|pas[ae]\w*)\b")
_SURE, _DOUBTFUL = 0.9, 0.3


def check_moved(f: Findings, event: ModelEvent, known: KnownEvent, start: dt.datetime) -> None:
    """Whether a known event that stands elsewhere really is the one meant, and was to be moved."""
    if known.start == start:
        return
    if f.survey.stands(known.start):
        f.doubt(Reason.CHANGE_UNSURE, "the known event is read as standing where it stood: this may be another")
    elif not one_event(event.title, known.title):
        f.doubt(Reason.CHANGE_UNSURE, f"{event.title!r} is not {known.title!r}, and may be another event")
    elif not _changes(f, known) or _further(f, event.date_said or event.time_said):
        f.doubt(Reason.CHANGE_UNSURE, "nobody spoke of another time for the known event: this may be a second one")


def _further(f: Findings, said: Said | None) -> bool:
    """Whether the message that names the time speaks of one more, not of this one: "mi esposo también quiere"."""
    place = f.find(said) if said else None
    return place is not None and bool(_MORE.search(comparable(f.survey.message(place[0]).text)))


def moved_without_a_name(
    f: Findings, event: ModelEvent, known: Collection[KnownEvent], others: Collection[dt.datetime]
) -> KnownEvent | None:
    """The known event that a model gives at another time as if it were a new one: the message for the new time speaks
    of a change and of no further one, the title is its, and the reading does not have it where it stood as well."""
    place = next((p for said in (event.date_said, event.time_said) if said and (p := f.find(said))), None)
    if place is None:
        return None
    index, survey = place[0], f.survey
    heard = survey.hearing.says(index).acts
    moves = heard & _MOVES or _INSTEAD.search(comparable(survey.message(index).text))
    if not moves or heard & {Act.MORE, Act.NEXT, Act.ANEW}:
        return None
    since = survey.message(index).at
    stands = [k for k in known if k.status is EventStatus.CONFIRMED and k.start > since]
    alike = [k for k in stands if _alike(f, event.title, k) and k.start not in others]
    proved = {e.message_id for k in alike for e in k.evidence}
    return alike[0] if len(alike) == 1 and survey.message(index).id not in proved else None


def _alike(f: Findings, title: str, known: KnownEvent) -> bool:
    """Whether it may be the known one, by its title or by what was said of it: "limpieza con la doctora Paz"."""
    proved = {e.message_id for e in known.evidence}
    spoken = (m.text for m in f.survey.transcript.messages if m.id in proved)
    return one_event(title, known.title) or any(same_under_another_name(text, title, known.title) for text in spoken)


def _changes(f: Findings, known: KnownEvent) -> bool:
    """Whether a message after those that prove it speaks of a change."""
    proved = {e.message_id for e in known.evidence}
    messages = f.survey.transcript.messages
    last = max((i for i, m in enumerate(messages) if m.id in proved), default=-1)
    return any(f.survey.hearing.says(i).acts & CHANGES for i in range(last + 1, len(messages)))


def cancelled(
    f: Findings, known: KnownEvent | None, by: str | None, events: Mapping[str, KnownEvent]
) -> EventDraft | None:
    """The known event as called off by the message `by`, or as a proposal with a doubt. None where there is nothing
    to call off: what was arranged and called off without ever being stored leaves nothing."""
    if known is None:
        return None
    survey = f.survey
    index = f.ids.get(by or "")
    sure = index is not None and _calls_off(f, index, known, events) and _means(f, index, known, events)
    proof: tuple[Evidence, ...] = known.evidence if index is None else (survey.quoting(index, "cancelled"),)
    if not sure:
        f.doubt(Reason.CANCEL_UNSURE, "no message plainly calls this one off")
        if known.status is not EventStatus.CONFIRMED or not proof:
            return None
    return EventDraft(
        title=known.title,
        start=known.start,
        end=known.end,
        all_day=known.all_day,
        time_zone=survey.transcript.time_zone,
        location=known.location,
        status=EventStatus.CANCELLED if sure else EventStatus.PROPOSED,
        reason=None if sure else Reason.CANCEL_UNSURE.value,
        confidence=_SURE if sure else _DOUBTFUL,
        evidence=proof,
        settled_at=survey.message(index).at if sure and index is not None else None,
        event_id=known.id,
    )


def _calls_off(f: Findings, index: int, known: KnownEvent, events: Mapping[str, KnownEvent]) -> bool:
    """Whether the message itself calls an appointment off, or asks for it, and nothing said later takes that back."""
    message, hearing = f.survey.message(index), f.survey.hearing
    titles = {known.title, *(event.title for event in events.values())}
    if _taken_back(f, index, known, events):
        return False
    if message.role is Role.BOT and (asked := _request_before(f, index)) is not None:
        return cancelling.plainly(asked, titles) and cancelling.plainly(message.text, titles, business=True)
    if cancelling.speaks_of_it(message.text):
        return cancelling.plainly(message.text, titles, business=message.role is Role.BOT)
    if not hearing.calls_off(index) or cancelling.is_supposed(message.text):
        return False
    if is_from_something_else(message.text, titles):
        return False
    return not hearing.says(index).acts & {Act.REFUSE} or _is_answer(f, index, known, events)


def _request_before(f: Findings, index: int) -> str | None:
    """What the customer said last with a word for calling off."""
    texts = (m.text for m in reversed(f.survey.transcript.messages[:index]) if m.role is Role.USER)
    return next((text for text in texts if cancelling.speaks_of_it(text)), None)


def _is_answer(f: Findings, index: int, known: KnownEvent, events: Mapping[str, KnownEvent]) -> bool:
    """ "No" says something of an appointment only where the message before asked about it, or reminded of it."""
    name = next((name for name, event in events.items() if event.id == known.id), None)
    before = _before(f, index)
    if name is None or before is None:
        return False
    heard = f.survey.hearing.says(before)
    return (heard.asks or Act.REMIND in heard.acts) and _asked_about(f, index, name, {**events, name: known})


def _taken_back(f: Findings, index: int, known: KnownEvent, events: Mapping[str, KnownEvent]) -> bool:
    messages, mentions = f.survey.transcript.messages, f.survey.mentions
    if cancelling.mistaken(messages[index].text):
        return True
    for i in range(index + 1, len(messages)):
        message, before = messages[i], messages[i - 1]
        if cancelling.taken_back(message.text):
            meant = named(i, messages, events, mentions)
            if not meant or any(events[name].id == known.id for name in meant):
                return True
        sure = before.role is Role.BOT and cancelling.asks_whether_sure(before.text)
        if sure and message.role is Role.USER and f.survey.hearing.says(i).refuses:
            return True
    return False


def _means(f: Findings, index: int, known: KnownEvent, events: Mapping[str, KnownEvent]) -> bool:
    """Whether this one is meant: named beside the words for it, or the only one; else as the rules read the whole."""
    survey = f.survey
    # "no, gracias" may be said to anything: what the rules still read as settled at that moment stands.
    stands, gone = survey.stands(known.start), survey.called_off(known.start)
    name = next((name for name, event in events.items() if event.id == known.id), None)
    if name is None or known.status is not EventStatus.CONFIRMED:
        return not stands
    candidates = {**live(events, survey.message(index).at), name: known}
    aim = called_off(index, survey.transcript.messages, candidates, survey.mentions)
    if aim.unclear or name in aim.spared or (aim.named and name not in aim.named):
        return False
    if aim.named == {name} and survey.hearing.says(index).cancels:
        return True
    if not survey.hearing.says(index).cancels and not gone and name not in aim.named:
        return _asked_about(f, index, name, candidates)  # "no, gracias", to a massage that was offered
    if len(candidates) > 1 and not aim.named and not aim.every:
        return gone
    return not stands and (len(aim.named) <= 1 or aim.every or gone)


def _asked_about(f: Findings, index: int, name: str, events: Mapping[str, KnownEvent]) -> bool:
    """Whether the message before, of the other side, spoke of this one."""
    before = _before(f, index)
    return before is not None and name in named(before, f.survey.transcript.messages, events, f.survey.mentions)


def _before(f: Findings, index: int) -> int | None:
    messages = f.survey.transcript.messages
    return next((i for i in range(index - 1, -1, -1) if messages[i].role is not messages[index].role), None)
