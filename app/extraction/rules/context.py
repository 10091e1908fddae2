"""What the talk is about: days, weeks, months and moments named before, in which a bare hour or weekday counts."""

import datetime as dt
import re
from dataclasses import replace

from app.extraction.rules.acts import Act
from app.extraction.rules.bare_day import only_day
from app.extraction.rules.lang.idioms import idiom_pattern
from app.extraction.rules.offers import Option
from app.extraction.rules.plan import Plan, State
from app.extraction.rules.reading import Reading, Use
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import NO_WHEN, Slot, When, when_of
from app.models import Role
from app.temporal import Kind

_PER_NIGHT = re.compile(rf"\d\s*(?:€|\$|{idiom_pattern('coins')})?\s*{idiom_pattern('nights')}\b")
_LATER = dt.timedelta(hours=5)


def hold_context(talk: Talk, reading: Reading, index: int) -> None:
    for mention in reading.mentions:
        e = mention.when
        if (
            (mention.use is Use.NOISE or mention.use is Use.REFUSE and not talk.live)
            and not e.recurring
            and not mention.indefinite
            and (Act.OTHERS not in mention.segment.acts or talk.looking_up)
            and (Act.PAST not in mention.segment.acts or e.date)  # "I booked for the 6th at 10", which is to come
            and (Act.BUSY not in mention.segment.acts or Act.CANCEL in mention.segment.acts)
            and e.kind is not Kind.DURATION
            and not (e.date and e.date < e.reference.date())
        ):
            talk.context = replace(when_of(e, index), end=None, length=None).filled(
                talk.context if e.date is None else When()
            )


def days_in_talk(talk: Talk, index: int) -> tuple[dt.date, dt.date] | None:
    """A week or weekend named in the last messages, in which a bare weekday counts."""
    for reading in reversed(talk.readings[max(index - 4, 0) : index]):
        for mention in reversed(reading.mentions):
            e = mention.when
            if (
                mention.use in (Use.PROPOSE, Use.BOUND)
                and e.date
                and e.date > e.reference.date()
                and not (e.end_date and e.end_date > e.date)
            ):
                return None
            if (
                e.kind is Kind.DATERANGE
                and e.date
                and e.end_date
                and 1 <= (e.end_date - e.date).days <= 7
                and mention.use is not Use.REFUSE
            ):
                return e.date, e.end_date
    return None


def month_in_talk(talk: Talk, index: int) -> dt.date | None:
    """The month named in the last messages (its first day), in which a bare "el 6" counts."""
    for reading in reversed(talk.readings[max(index - 4, 0) : index]):
        for mention in reversed(reading.mentions):
            e = mention.when
            if e.kind is Kind.DATERANGE and e.date and e.end_date and e.date.day == 1:
                if 27 <= (e.end_date - e.date).days <= 31 and mention.use is not Use.REFUSE:
                    return e.date
    return None


def regulars_in_talk(talk: Talk, index: int) -> dict[int, When]:
    """What the last messages say of weekdays that repeat, with their hour: "tengo los lunes 18 hs o jueves 17 hs"."""
    return {
        m.when.date.weekday(): when_of(m.when, number)
        for number in range(max(index - 4, 0), index)
        for m in talk.readings[number].mentions
        if m.when.recurring and m.when.date and m.when.time and not m.segment.acts & {Act.HOURS, Act.PAST, Act.OTHERS}
    }


def is_stay(talk: Talk, reading: Reading) -> bool:
    """Whether the days from and to that a message names are those of a stay: a room, a kennel, a rental."""
    if not any(m.when.kind is Kind.DATERANGE for m in reading.mentions):
        return False
    if any(_PER_NIGHT.search(reading.folded) for reading in talk.readings[-8:]):
        return True
    return any(w.text in reading.lexicon.stays_words for reading in talk.readings[-8:] for w in reading.words)


def day_in_talk(talk: Talk, index: int) -> Slot[dt.date] | None:
    """The day that an hour without one counts on: the one named last, looked up or arranged."""
    days = [p.known.date for p in talk.plans if p.known.date] + ([talk.context.date] if talk.context.date else [])
    today = talk.messages[index].at.date()
    days = [d for d in days if d.value >= today and talk.messages[index].at - talk.messages[d.message].at <= _LATER]
    return max(days, key=lambda d: d.message, default=None)


def day_asked_about(talk: Talk, options: list[Option], index: int, role: Role) -> None:
    """ "What time is the ceremony on the 20th?" … "1pm": the hour is of that day, not of what was settled."""
    plan = talk.current
    if role is not Role.USER or len(options) != 1 or plan is None or plan.state is not State.SETTLED or index == 0:
        return
    said, before = options[0].when, talk.readings[index - 1]
    if talk.messages[index - 1].role is role or said.date or not said.time or plan.draft != plan.agreed:
        return
    days = [m.when for m in before.mentions if m.segment.asks and m.when.date and not m.when.time]
    if len(days) != 1 or not before.acts & {Act.ASK_TIME, Act.QUERY} or plan.known.date is None:
        return
    day = days[0].date
    if day and only_day(days[0].text):  # in the month it was told of
        told = [m.when for r in talk.readings[: index - 1] for m in r.mentions if m.when.date and m.when.date >= day]
        day = next((e.date for e in told if e.date and e.date.day == day.day and not only_day(e.text)), day)
    if day and day != plan.known.date.value:
        options[0].when = replace(said, date=Slot(day, index - 1, days[0].text))
        talk.anew = True


def moment_in_talk(talk: Talk, meant: Plan | None = None) -> When:
    """The moment talked about last, that of the plan `meant` before others."""
    for plan in [meant or talk.focus, *reversed(talk.plans)]:
        if plan is None:
            continue
        known = plan.draft.filled(plan.agreed or NO_WHEN)
        if known.date or known.time:
            known = known.filled(talk.context) if known.date and not known.time else known
            return known if known.part is None else replace(known, part=None)
    return talk.context
