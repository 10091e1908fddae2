"""Whether the words that prove an event are meant for it, and leave nothing open: not the moment of something else, not
one of two options, not by another clock, no condition, no look into the diary that is still to come."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from app.extraction.base import KnownEvent
from app.extraction.llm.findings import Findings, Place
from app.extraction.llm.naming import named_elsewhere
from app.extraction.said import corrections, undecided
from app.extraction.said.borrowing import at_the_same_time, lends, same_under_another_name
from app.extraction.said.mentions import Mention
from app.extraction.said.other_matters import about_something_else, is_to_be_there
from app.extraction.said.wording import one_event
from app.models import Role

_EARLY = 60  # minutes
_AROUND = 2  # messages around the words in which a clock may be named


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """An event as read: what it is, the words for it (`places`), when, and the message that settled it."""

    title: str
    places: list[Place]
    start: dt.datetime
    all_day: bool
    settled: int

    @property
    def said(self) -> list[int]:
        return sorted({place[0] for place in self.places})

    @property
    def time(self) -> dt.time:
        return self.start.timetz().replace(tzinfo=None)

    def is_hour_of(self, mention: Mention) -> bool:
        return not self.all_day and mention.time == self.time


def not_meant(f: Findings, proof: Proof, known: Collection[KnownEvent]) -> str | None:
    """Why the words do not prove it; `known` are the events that are known."""
    return (
        _something_else(f, proof)
        or _borrowed(f, proof, known)
        or _of_another(f, proof)
        or _not_chosen(f, proof)
        or _left_open(f, proof)
        or _corrected(f, proof)
    )


def week_after(f: Findings, index: int, day: dt.date, read: dt.date) -> bool:
    """Whether `read` is a week after the `day` that the message at `index` names, and a message from there on says so:
    "el viernes a las 10" – "no este, el otro"."""
    messages = f.survey.transcript.messages
    shifted = any(corrections.next_one(m.text) or corrections.week_later(m.text) for m in messages[index:])
    return shifted and read == day + dt.timedelta(weeks=1)


def _left_open(f: Findings, proof: Proof) -> str | None:
    roles, texts, says = [m.role for m in f.survey.transcript.messages], f.survey.texts, f.survey.hearing.says
    for i in proof.said:
        if roles[i] is Role.USER and undecided.given_up(texts[i]):
            return f"m{i + 1} tells of a wish that is none any more, or was met elsewhere"
    opened = undecided.left_open(proof.said, proof.settled, roles, texts, says)
    if opened is not None:
        return f"m{opened + 1} makes it depend on something, and nobody confirmed it later"
    waits = undecided.to_be_looked_up(proof.said, proof.settled, roles, texts, says)
    if waits is not None:
        return f"m{waits + 1}: the business still has to look, and has not said yes"
    return None


def _corrected(f: Findings, proof: Proof) -> str | None:
    """Another message means the week after, or counts by another clock."""
    if not proof.said:
        return None
    if (other := _another_week(f, proof.said[0], proof.start)) is not None:
        return f"m{other + 1} means the week after"
    if proof.all_day:
        return None
    last = min(proof.settled + _AROUND + 1, len(f.survey.texts))
    for i in range(max(proof.said[0] - _AROUND, 0), last):
        zoned = any(m.index == i and m.expression.zone for m in f.survey.mentions)
        if not zoned and corrections.other_zone(f.survey.message(i).text, proof.start, f.survey.zone):
            return f"m{i + 1} counts hours by another clock"
    return None


def _another_week(f: Findings, first: int, start: dt.datetime) -> int | None:
    """The message that puts the day off by a week, where the event's own day is named and the later one is not."""
    mentions = f.survey.mentions
    for i in range(first, len(f.survey.transcript.messages)):
        text = f.survey.message(i).text
        if not (corrections.next_one(text) or corrections.week_later(text)):
            continue
        named = [m for m in mentions if first <= m.index <= i and m.date == start.date() and not m.points]
        again = [m for m in mentions if m.index > i and m.date == start.date()]
        if named and not again:
            return i
    return None


def _something_else(f: Findings, proof: Proof) -> str | None:
    """The day or the hour is named for something else alone."""

    def is_day_of(mention: Mention) -> bool:
        return mention.date == proof.start.date()

    for place in proof.places:
        here = f.survey.at(*place)
        if not here or not all(_foreign(f, m, proof.title) for m in here):
            continue
        for fits in (is_day_of, proof.is_hour_of):
            elsewhere = [m for m in f.survey.mentions if m not in here and fits(m)]
            if any(fits(m) for m in here) and not any(
                f.survey.proposes(m) and not _foreign(f, m, proof.title) for m in elsewhere
            ):
                return f"{here[0].expression.text!r} in m{place[0] + 1} is named for something else"
    return None


def _of_another(f: Findings, proof: Proof) -> str | None:
    """Another subject stands beside the moment: "corte el viernes y tinte el sábado" is no "tinte" on Friday."""
    for place in proof.places:
        here = [m for m in f.survey.mentions if m.index == place[0]]
        for mine in f.survey.at(*place):
            if mine.date not in (None, proof.start.date()):
                continue  # the same words, said of another day first
            if named_elsewhere(f.survey.message(place[0]).text, here, mine, proof.title):
                return f"{mine.expression.text!r} in m{place[0] + 1} is said of something else than {proof.title!r}"
    return None


def _borrowed(f: Findings, proof: Proof, known: Collection[KnownEvent]) -> str | None:
    """The words are those of another known event, and nobody said that this one is then as well."""
    texts = f.survey.texts
    for other in known:
        if one_event(proof.title, other.title):
            continue
        proved = {e.message_id for e in other.evidence if e.slot in ("date", "time")}
        spoken = {*proof.said, *(i for i, m in enumerate(f.survey.transcript.messages) if m.id in proved)}
        named = any(same_under_another_name(texts[i], proof.title, other.title) for i in spoken)
        later = texts[min(spoken, default=0) : proof.settled + 1]
        if other.start == proof.start and named and not at_the_same_time(later):
            return f"it is what is known as {other.title!r}, under another name"
        taken = [i for i, _ in proof.places if f.survey.message(i).id in proved]
        if not taken or other.start.astimezone(f.survey.zone).date() != proof.start.date():
            continue
        both = len(taken) == len(proof.places) and other.start == proof.start
        if not lends(texts[taken[0]], proof.title, texts[taken[0] + 1 : proof.settled + 1], both=both):
            return f"m{taken[0] + 1} names it for {other.title!r}, and nobody said that this is then as well"
    return None


def _foreign(f: Findings, mention: Mention, title: str) -> bool:
    message = f.survey.message(mention.index)
    span = mention.expression.span
    others = [m.expression.span for m in f.survey.mentions if m.index == mention.index and m is not mention]
    if about_something_else(message.text, span, title, message.role, others=others):
        return True
    early = message.role is Role.BOT and mention.time and is_to_be_there(message.text, span)
    return bool(early and any(_soon_after(mention.time, m.time) for m in f.survey.mentions if m.time))


def _soon_after(early: dt.time | None, time: dt.time | None) -> bool:
    """Whether one comes early for the other: "llegue a las 9:45", to what is at ten."""
    if early is None or time is None:
        return False
    minutes = (time.hour - early.hour) * 60 + time.minute - early.minute
    return 0 < minutes <= _EARLY


def _not_chosen(f: Findings, proof: Proof) -> str | None:
    """Only named as one of two ("el jueves o el viernes"), and nobody took it."""
    day, says = proof.start.date(), f.survey.hearing.says
    for i in range(proof.settled + 1):
        between = undecided.options(f.survey.message(i).text, [m for m in f.survey.mentions if m.index == i])
        mine = [
            m for m in between if m.date in (None, day) and (m.time is None or proof.all_day or m.time == proof.time)
        ]
        if not mine or len(mine) == len(between):
            continue
        days = len({m.date for m in between}) > 1
        picked = any(
            (days and m.date == day) or ((not days or m.date is None) and proof.is_hour_of(m))
            for m in f.survey.mentions
            if m not in between
        )
        if not picked and all(says(j).choice is None for j in range(i + 1, proof.settled + 1)):
            return f"m{i + 1} leaves it open which ({mine[0].expression.text!r} or another), and nobody chose"
    return None
