"""Which of the offered moments was taken: "la segunda", "el de las 15:30", "los dos"."""

import datetime as dt
from dataclasses import replace

from app.extraction.rules import proposing
from app.extraction.rules.acts import NEGATIVE, POSITIVE, Act
from app.extraction.rules.bare_day import only_day
from app.extraction.rules.offers import Option
from app.extraction.rules.plan import Plan
from app.extraction.rules.reading import Reading
from app.extraction.rules.relating import only_minutes
from app.extraction.rules.talk import Talk
from app.extraction.rules.when import Slot, When, same_day, same_hour
from app.models import Role


def chosen_of(talk: Talk, plan: Plan, options: list[Option], reading: Reading) -> list[When]:
    """The offered moments that the message takes; none when it names others or leaves it open."""
    offered = plan.options
    if reading.has(Act.BOTH) and not any(o.when.time for o in options):
        return list(offered)
    mentioned = list(options)
    picks: list[When] = []
    for option in mentioned:
        fitting = [o for o in offered if _picks(option.when, o)]
        if len(fitting) == 1 and not any(fitting[0].date == p.date and fitting[0].time == p.time for p in picks):
            picks.append(
                replace(
                    option.when.filled(fitting[0]),
                    date=_surer(option.when.date, fitting[0].date),
                )
                if option.when.time and fitting[0].time is None
                else replace(fitting[0], date=fitting[0].date or option.when.date)
            )
        elif len(fitting) != 1:
            picks = []
            break
    if len(picks) > 1 and not plan.together and not reading.has(Act.BOTH):
        if not any(o.time for o in offered) or any(o.joined == "either" for o in mentioned):
            return []  # "¿viernes o sábado?" "viernes 10 o 16, sábado 9": offers in turn
        if not any(o.joined == "also" for o in mentioned):
            picks = picks[-1:]  # "el viernes me queda justo, el lunes"
    if picks:
        return picks
    if mentioned and not reading.choice:
        return []
    if reading.choice and not (reading.acts & {Act.HEDGE}):
        number = reading.choice
        if number == -1:
            return [offered[-1]]
        if number <= len(offered) and not (mentioned and not reading.is_short):
            return [offered[number - 1]]
    if not mentioned and not reading.asks:
        at_minutes = [o for o in offered if o.time and (t := only_minutes(reading, o.time)) and t.value == o.time.value]
        if len(at_minutes) == 1:
            return at_minutes
    if not mentioned and reading.is_short and not reading.has(Act.HEDGE):
        hours = {int(w.text) for w in reading.words if w.text.isdigit() and len(w.text) <= 2}
        named = [
            o
            for o in offered
            if o.time and o.time.value.minute == 0 and {o.time.value.hour, o.time.value.hour % 12} & hours
        ]
        if len(named) == 1:
            return named
    if plan.together and reading.has(*POSITIVE) and not reading.acts & NEGATIVE and not reading.has(Act.HEDGE):
        return list(offered)
    return []


def taken_and_asked(plan: Plan, options: list[Option], reading: Reading) -> tuple[list[Option], list[Option]]:
    """ "Martes y jueves sí, el sábado no. ¿lunes?": the days taken, and those asked for instead of the others."""
    news = [o for o in options if o.asks and not any(_picks(o.when, offered) for offered in plan.options)]
    if not news or len(news) == len(options) or not reading.has(*POSITIVE):
        return options, []
    refused = [s for s in reading.segments if s.acts & NEGATIVE]
    return [o for o in options if o not in news and not any(s.start <= o.start < s.end for s in refused)], news


def ask_besides(
    talk: Talk, touched: list[Plan], offered: list[When], news: list[Option], index: int, *, role: Role
) -> list[Plan]:
    """Plans of the days asked for, at the hour of those that were offered."""
    hour = next((o for o in offered if o.time), When())
    asked = []
    for option in news:
        fresh = proposing.new_plan(talk, index, like=touched[0])
        fresh.propose(option.when.filled(When(time=hour.time, end=hour.end, length=hour.length)), role, index)
        fresh.founded = Slot("", index, talk.readings[-1].text[option.start : option.end])
        asked.append(fresh)
    return asked


def _surer(said: Slot[dt.date] | None, offered: Slot[dt.date] | None) -> Slot[dt.date] | None:
    """ "El martes 12" of an offered "martes" says which; "el 13" of "13 de junio" does not."""
    return said if said and said.sure and not only_day(said.quote) else offered


def _picks(said: When, offered: When) -> bool:
    if said.date and offered.date and not same_day(said.date, offered.date):
        if not (only_day(said.date.quote) and said.date.value.day == offered.date.value.day):
            return False
    if said.time:
        if offered.time is None:
            return bool(said.date and offered.date)
        a, b = said.time, offered.time
        return same_hour(a, b) or (
            not a.sure and a.value.minute == b.value.minute and a.value.hour % 12 == b.value.hour % 12
        )
    if said.part and offered.time:
        hour = offered.time.value.hour
        return {
            "morning": hour < 12,
            "afternoon": 12 <= hour < 20,
            "evening": hour >= 17,
            "night": hour >= 19,
        }.get(said.part, False)
    return bool(said.date and offered.date)


def choose(talk: Talk, plan: Plan, chosen: list[When], reading: Reading, index: int, *, role: Role) -> list[Plan]:
    """Take up what was chosen; several choices become several plans."""
    adds = any(when.time and when.time.message == index for when in chosen) and not any(o.time for o in plan.options)
    asks = adds or reading.asks and not reading.has(*POSITIVE)
    timed = any(o.time for o in plan.options)  # "5pm … Monday the 11th or the 18th?" keeps the hour
    base = replace(plan.draft, time=None, end=None) if timed else plan.draft
    touched = []
    for position, when in enumerate(chosen):
        target = plan if position == 0 else proposing.new_plan(talk, index, like=plan)
        target.draft, target.options, target.refused = when.filled(base), [], False
        if target.founded is None:
            named = when.date or when.time
            target.founded = Slot("", named.message, named.quote) if named else None
        target.by, target.changed = (role if asks else plan.by), index
        target.wished = target.wished or role is Role.USER
        touched.append(target)
    return touched
