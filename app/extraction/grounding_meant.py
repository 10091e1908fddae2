"""Whether the words that prove an event are meant for it, and leave nothing open: not the moment of something else, not
one of two options, not by another clock, no condition, no look into the diary that is still to come."""

import datetime as dt

from app.extraction import corrections, undecided
from app.extraction.findings import Findings, Place
from app.extraction.llm_mentions import Mention
from app.extraction.naming import named_elsewhere
from app.extraction.other_matters import about_something_else, is_to_be_there
from app.models import Role

_EARLY = 60  # minutes
_AROUND = 2  # messages around the words in which a clock may be named


def not_meant(
    f: Findings, title: str, places: list[Place], start: dt.datetime, index: int, *, all_day: bool
) -> str | None:
    """Why the words at `places`, settled by the message at `index`, do not prove an event at `start`."""
    messages = f.survey.transcript.messages
    roles, texts = [m.role for m in messages], [m.text for m in messages]
    said = sorted({place[0] for place in places})
    if reason := _something_else(f, title, places, start, all_day=all_day):
        return reason
    gone = next((i for i in said if roles[i] is Role.USER and undecided.given_up(texts[i])), None)
    if gone is not None:
        return f"m{gone + 1} tells of a wish that is none any more, or was met elsewhere"
    if reason := _of_another(f, title, places):
        return reason
    if reason := _not_chosen(f, start, index, all_day=all_day):
        return reason
    opened = undecided.left_open(said, index, roles, f.survey.texts, f.survey.hearing.says)
    if opened is not None:
        return f"m{opened + 1} makes it depend on something, and nobody confirmed it later"
    waits = undecided.to_be_looked_up(said, index, roles, f.survey.texts, f.survey.hearing.says)
    if waits is not None:
        return f"the business still has to look ({waits + 1}), and has not said yes"
    if said and (other := _another_week(f, said[0], start)) is not None:
        return f"m{other + 1} means the week after"
    if said and not all_day:
        for i in range(max(said[0] - _AROUND, 0), min(index + _AROUND + 1, len(texts))):
            zoned = any(m.index == i and m.expression.zone for m in f.survey.mentions)
            if not zoned and corrections.other_zone(texts[i], start, f.survey.zone):
                return f"m{i + 1} counts hours by another clock"
    return None


def week_after(f: Findings, index: int, day: dt.date, read: dt.date) -> bool:
    """Whether `read` is a week after the `day` that the message at `index` names, and a message from there on says so:
    "el viernes a las 10" – "no este, el otro"."""
    messages = f.survey.transcript.messages
    shifted = any(corrections.next_one(m.text) or corrections.week_later(m.text) for m in messages[index:])
    return shifted and read == day + dt.timedelta(weeks=1)


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


def _something_else(f: Findings, title: str, places: list[Place], start: dt.datetime, *, all_day: bool) -> str | None:
    """The day or the hour is named for something else alone."""
    at = start.timetz().replace(tzinfo=None)
    for place in places:
        here = f.survey.at(*place)
        if not here or not all(_foreign(f, m, title) for m in here):
            continue
        dated = any(m.date == start.date() for m in here)
        timed = not all_day and any(m.time == at for m in here)
        for slot in ("date", "time"):
            if not (dated if slot == "date" else timed):
                continue
            elsewhere = [
                m
                for m in f.survey.mentions
                if m not in here and (m.date == start.date() if slot == "date" else m.time == at)
            ]
            if not any(f.survey.proposes(m) and not _foreign(f, m, title) for m in elsewhere):
                return f"{here[0].expression.text!r} in m{place[0] + 1} is named for something else"
    return None


def _of_another(f: Findings, title: str, places: list[Place]) -> str | None:
    """Another subject stands beside the moment: "corte el viernes y tinte el sábado" is no "tinte" on Friday."""
    for place in places:
        here = [m for m in f.survey.mentions if m.index == place[0]]
        for mine in f.survey.at(*place):
            if named_elsewhere(f.survey.message(place[0]).text, here, mine, title):
                return f"{mine.expression.text!r} in m{place[0] + 1} is said of something else than {title!r}"
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


def _not_chosen(f: Findings, start: dt.datetime, index: int, *, all_day: bool) -> str | None:
    """Only named as one of two ("el jueves o el viernes"), and nobody took it."""
    at = start.timetz().replace(tzinfo=None)
    for i in range(index + 1):
        here = [m for m in f.survey.mentions if m.index == i]
        between = undecided.options(f.survey.message(i).text, here)
        mine = [m for m in between if m.date in (None, start.date()) and (all_day or m.time in (None, at))]
        if not mine or len(mine) == len(between):
            continue
        days = len({m.date for m in between}) > 1
        if not any(_picks(f, m, start, days=days, all_day=all_day) for m in f.survey.mentions if m not in between) and (
            not any(f.survey.hearing.says(j).choice is not None for j in range(i + 1, index + 1))
        ):
            return f"m{i + 1} leaves it open which ({mine[0].expression.text!r} or another), and nobody chose"
    return None


def _picks(f: Findings, m: Mention, start: dt.datetime, *, days: bool, all_day: bool) -> bool:
    at = start.timetz().replace(tzinfo=None)
    if days:
        return m.date == start.date() or (m.date is None and not all_day and m.time == at)
    return m.time == at
