"""Whether an event was settled as the model reads it: by a message that agrees to this very moment, undone by none."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from app.extraction.base import KnownEvent, Reason
from app.extraction.llm.findings import Findings
from app.extraction.llm.grounding_meant import Proof, not_meant
from app.extraction.llm.schema import ModelEvent
from app.extraction.rules.acts import POSITIVE, Act
from app.extraction.rules.reading import Use
from app.extraction.said.mentions import Mention
from app.models import EventStatus

_BEFORE = 4  # messages before the day is named in which its hour may have been said
_TWO = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """When the event is, as it was checked, and the moments of the other events of the same reading
    with their titles."""

    start: dt.datetime
    all_day: bool
    others: Mapping[dt.datetime, str] = field(default_factory=dict)

    @property
    def time(self) -> dt.time:
        return self.start.timetz().replace(tzinfo=None)


def check_settled(f: Findings, event: ModelEvent, at: Moment, known: Collection[KnownEvent]) -> dt.datetime | None:
    """When it was settled, with the proof; None with a doubt."""
    index = f.ids.get(event.settled_by or "")
    if index is None:
        f.doubt(Reason.NOT_SETTLED, f"there is no message {event.settled_by} that settles it")
        return None
    survey = f.survey
    hearing, named = survey.hearing, survey.naming(at.start, all_day=at.all_day)
    places = [place for one in (event.date_said, event.time_said) if one and (place := f.find(one))]
    said = [place[0] for place in places]
    why = hearing.not_settled(index, said, named=named)
    if why is not None:
        second = survey.settled_at(at.start)  # the model may have named the wrong one of several
        if second is None or hearing.not_settled(second, said, named=named) is not None:
            f.doubt(Reason.NOT_SETTLED, f"{event.settled_by} {why}")
            return None
        index = second
    proof = Proof(title=event.title, places=places, start=at.start, all_day=at.all_day, settled=index)
    undone = (
        survey.undone(at.start, event.title, at.others)
        or _told(f, places, at)
        or not_meant(f, proof, known)
        or _taken_back(f, at, index)
        or (not survey.stands(at.start) and _something_else(f, at, said, index, known))
    )
    if undone:
        f.doubt(Reason.NOT_SETTLED, undone)
        return None
    if hour := _hour_left_out(f, at, said, index):
        f.doubt(Reason.TIME_UNCLEAR, hour)
        return None
    f.proof.append(survey.quoting(index, "settled"))
    settled = survey.message(index).at.astimezone(survey.zone)
    if at.start.date() < settled.date() if at.all_day else at.start <= settled:
        f.doubt(Reason.IN_THE_PAST, f"{at.start:%Y-%m-%d %H:%M} was over when it was settled ({settled:%c})")
    return settled


def _taken_back(f: Findings, at: Moment, index: int) -> str | None:
    back = f.survey.taken_back(at.start, index, all_day=at.all_day)
    return None if back is None else f"m{back + 1} takes it back"


def _something_else(f: Findings, at: Moment, said: list[int], index: int, known: Collection[KnownEvent]) -> str | None:
    """Where the rules do not read it as settled: whether the yes is one to another moment."""
    return (
        _another_named(f, at, said, index, known)
        or _another_picked(f, at, said, index)
        or _objected(f, at, said, index)
    )


def _objected(f: Findings, at: Moment, said: list[int], index: int) -> str | None:
    """ "No hay lugar" – "¿y champú?" – "sí" – "perfecto": a yes after a no, and the moment was not named again."""
    survey = f.survey
    named = survey.naming(at.start, all_day=at.all_day).at_all
    last = max((i for i in (*said, *named) if i <= index), default=index)
    for i in range(last + 1, index):
        heard = survey.hearing.says(i)
        taken = heard.acts & {Act.UNAVAILABLE, Act.CANNOT} and Act.CONFIRM not in heard.acts  # "no, ya está ocupado"
        no = taken or (heard.refuses and not heard.acts & POSITIVE)
        if no and survey.message(i).role is not survey.message(last).role:
            return f"m{i + 1} says no to it, and it was not named again"
    return None


def _told(f: Findings, places: list[tuple[int, tuple[int, int]]], at: Moment) -> str | None:
    """The words only tell of it (somebody else's appointment, opening hours, what was), or say no to it, and no other
    message proposes that moment."""
    survey = f.survey
    uses = [use for index, span in places for use in survey.hearing.uses(index, span)]
    if not uses or not set(uses) & {Use.NOISE, Use.REFUSE} or survey.stands(at.start):
        return None
    for m in survey.mentions:
        if m.date == at.start.date() and (at.all_day or m.time == at.time) and f.survey.proposes(m):
            return None
    return "the words tell of it, or say no to it, and nobody proposes it"


def _another_named(f: Findings, at: Moment, said: list[int], index: int, known: Collection[KnownEvent]) -> str | None:
    """ "El jueves no podemos, ¿el viernes?" – "Sí": the day, or hour, that was named last before the yes, if it is not
    another event's."""
    days = {at.start.date(), *(other.date() for other in at.others), *(k.start.date() for k in known)}
    hours = {at.time, *(other.timetz().replace(tzinfo=None) for other in at.others)}
    later = [m for m in f.survey.mentions if max(said, default=index) < m.index <= index and not m.points]
    dated = [m for m in later if m.date]
    if dated and dated[-1].date not in days:
        return f"m{dated[-1].index + 1} names {dated[-1].date} after it"
    timed = [m for m in later if m.time and not m.date and not m.guess and _is_moment(f, m)]
    if timed and not at.all_day and not hours & {m.time for e in timed[-1:] for m in (e, *_halves(e))}:
        return f"m{timed[-1].index + 1} names {timed[-1].time:%H:%M} after it"
    return None


def _another_picked(f: Findings, at: Moment, said: list[int], index: int) -> str | None:
    """ "La segunda": the option that was chosen among those of the message before it."""
    survey = f.survey
    for n in range(max(said, default=index) + 1, index + 1):
        choice = survey.hearing.says(n).choice
        if choice is None:
            continue
        speaker = survey.message(n).role
        offer = next((i for i in range(n - 1, -1, -1) if survey.message(i).role is not speaker), None)
        options = [m for m in survey.mentions if m.index == offer and not m.points and (m.date or m.time)]
        if len(options) < _TWO or not -1 <= choice <= len(options) or choice == 0:
            continue
        picked = options[choice - 1 if choice > 0 else -1]
        if _is_at(picked, at) or not any(_is_at(m, at) for m in options if m is not picked) and _partly(picked, at):
            continue
        return f"m{n + 1} chooses another of what was offered: {picked.expression.text!r}"
    return None


def _hour_left_out(f: Findings, at: Moment, said: list[int], index: int) -> str | None:
    """A whole day, where somebody said an hour for it."""
    if not at.all_day or not said:
        return None
    day = [d for d in f.survey.rules if d.start.date() == at.start.date() and d.status is EventStatus.CONFIRMED]
    if any(d.all_day for d in day):
        return None
    others = {other.timetz().replace(tzinfo=None) for other in at.others}
    for m in f.survey.mentions:
        near = min(said) - _BEFORE <= m.index <= index
        part = m.expression.part_of_day
        if (
            near
            and part
            and not m.time
            and m.date in (None, at.start.date())
            and not at.others
            and f.survey.proposes(m)
        ):
            return f"m{m.index + 1} names a part of the day ({m.expression.text!r}), and no hour was settled"
        if (
            near
            and m.time
            and not m.guess
            and m.time not in others
            and m.date in (None, at.start.date())
            and f.survey.proposes(m)
        ):
            return f"m{m.index + 1} names an hour ({m.expression.text!r}), and none is given"
    if day:
        return "an hour was settled for that day, and none is given"
    return None


def _is_moment(f: Findings, mention: Mention) -> bool:
    """Read as one by the rules too, who know that "las dos clases" are no two o'clock."""
    return Use.PROPOSE in f.survey.hearing.uses(mention.index, mention.expression.span)


def _halves(mention: Mention) -> list[Mention]:
    """The same hour in the other half of the day, where it was not said which."""
    return [replace(mention, time=e.time) for e in mention.expression.alternatives if e.time]


def _is_at(mention: Mention, at: Moment) -> bool:
    times = {m.time for m in (mention, *_halves(mention))}
    return mention.date in (None, at.start.date()) and (mention.time is None or at.all_day or at.time in times)


def _partly(mention: Mention, at: Moment) -> bool:
    return mention.date == at.start.date() or mention.time == at.time
